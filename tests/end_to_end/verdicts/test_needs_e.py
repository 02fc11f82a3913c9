import sys
import unittest


class NeedsE(unittest.TestCase):
    def test_environment_is_used(self):
        self.assertFalse(sys.flags.ignore_environment)
