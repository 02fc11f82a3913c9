import sys
import unittest
from test import support


class NeedsTwo(unittest.TestCase):
    def test_both(self):
        self.assertFalse(sys.flags.bytes_warning > 1 and support.is_resource_enabled("cpu"))
