import os
import unittest


class Transient(unittest.TestCase):
    def test_drawn(self):
        self.assertGreater(os.urandom(1)[0], 76)  # three times in ten it is not
