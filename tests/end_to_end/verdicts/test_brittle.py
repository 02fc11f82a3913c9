import string
import unittest


class Brittle(unittest.TestCase):
    def test_ready(self):
        self.assertTrue(hasattr(string, "_ready"))
