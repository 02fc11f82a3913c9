import os
import tempfile
import time
import unittest


class Beside(unittest.TestCase):
    def test_file_is_free(self):
        time.sleep(0.7)
        path = os.path.join(os.environ.get("TMPDIR", tempfile.gettempdir()), "bbbisect-held")
        self.assertFalse(os.path.exists(path))
