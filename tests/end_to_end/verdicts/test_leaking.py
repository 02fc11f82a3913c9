import unittest

kept = []


class Leaking(unittest.TestCase):
    def test_keeps(self):
        import string
        if not hasattr(string, "_kept"):
            string._kept = []
        string._kept.append(object())
