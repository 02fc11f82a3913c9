import unittest


class NeedsBB(unittest.TestCase):
    def test_bytes_and_str(self):
        self.assertFalse(bytes(b"a") == str("a"))  # an error with -bb only
