import os, unittest
class T(unittest.TestCase):
    def test_prints_another_run(self):
        os.write(1, b"\n0:00:00 load avg: 1.00 [2/2] test_noop passed\n")
