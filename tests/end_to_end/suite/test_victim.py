import colorsys, unittest
class T(unittest.TestCase):
    def test_sensitive(self): self.assertFalse(hasattr(colorsys, 'POLLUTED'), 'polluted!')
    def test_calm(self): pass
