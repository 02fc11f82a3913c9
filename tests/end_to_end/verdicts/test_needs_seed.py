import random
import unittest


class NeedsSeed(unittest.TestCase):
    def test_drawn(self):
        self.assertLess(random.Random(random.getrandbits(64)).random(), 0.6)
