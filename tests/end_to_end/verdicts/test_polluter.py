import string
import unittest


class Polluter(unittest.TestCase):
    def test_pollutes(self):
        string._polluted = True
