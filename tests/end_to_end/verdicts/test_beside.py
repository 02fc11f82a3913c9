import os
import tempfile
import time
import unittest


class Beside(unittest.TestCase):
    def test_file_is_free(self):
        path = os.path.join(os.environ.get("TMPDIR", tempfile.gettempdir()), "bbbisect-held")
        for _ in range(20):
            self.assertFalse(os.path.exists(path))
            time.sleep(0.1)
