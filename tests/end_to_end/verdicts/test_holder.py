import os
import tempfile
import time
import unittest


class Holder(unittest.TestCase):
    def test_holds_the_file(self):
        path = os.path.join(os.environ.get("TMPDIR", tempfile.gettempdir()), "bbbisect-held")
        with open(path, "w"):
            time.sleep(3)
        os.unlink(path)
