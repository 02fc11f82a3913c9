import colorsys, unittest
class T(unittest.TestCase):
    def test_leaves_something(self): colorsys.POLLUTED = True
