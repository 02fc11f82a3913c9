import unittest
class T(unittest.TestCase):
    def test_nothing(self): pass
