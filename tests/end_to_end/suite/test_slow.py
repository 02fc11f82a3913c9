import time, unittest
class T(unittest.TestCase):
    def test_sleeps(self): time.sleep(60)
