import time
import unittest


class NeedsZone(unittest.TestCase):
    def test_east_of_greenwich(self):
        time.tzset()
        self.assertEqual(time.timezone, 0)
