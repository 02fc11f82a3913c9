import string
import unittest


class Setter(unittest.TestCase):
    def test_sets_up(self):
        string._ready = True
