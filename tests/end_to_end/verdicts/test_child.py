import subprocess
import sys
import unittest


class T(unittest.TestCase):
    # Its own process may be told to ignore the environment; the children of a test are not.
    def test_child(self):
        code = "import sys; sys.exit(sys.flags.optimize)"
        self.assertEqual(subprocess.call([sys.executable, "-c", code]), 0)


if __name__ == "__main__":
    unittest.main()
