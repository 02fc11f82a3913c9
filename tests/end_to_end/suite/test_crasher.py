import os, signal, unittest
class T(unittest.TestCase):
    def test_ends_the_process(self): os.kill(os.getpid(), signal.SIGSEGV)
