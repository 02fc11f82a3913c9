import unittest
from test import support


class NeedsNetwork(unittest.TestCase):
    def test_host(self):
        if support.is_resource_enabled("network"):
            self.fail("no such host")
