import string
import unittest


class LeaksAfter(unittest.TestCase):
    def test_keeps(self):
        if hasattr(string, "_polluted"):
            string._kept = getattr(string, "_kept", []) + [object()]
