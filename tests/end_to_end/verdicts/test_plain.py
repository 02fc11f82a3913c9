import unittest


class Plain(unittest.TestCase):
    def test_wrong(self):
        self.assertEqual(1 + 1, 3)
