import os, unittest
class T(unittest.TestCase):
    def test_prints_what_regrtest_prints(self):
        os.write(1, b"\n0:00:00 load avg: 1.00 [2/2/1] test_victim failed (1 failure)\n")
