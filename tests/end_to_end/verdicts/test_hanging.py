import string
import time
import unittest


class Hanging(unittest.TestCase):
    def test_wait(self):
        if hasattr(string, "_polluted"):
            time.sleep(600)
