import unittest
import warnings


class NeedsWError(unittest.TestCase):
    def test_deprecated(self):
        warnings.warn("old", DeprecationWarning)
