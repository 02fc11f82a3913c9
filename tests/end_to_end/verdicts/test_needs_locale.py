import locale
import unittest


class NeedsLocale(unittest.TestCase):
    def test_codeset(self):
        locale.setlocale(locale.LC_CTYPE, "")
        self.assertEqual(locale.nl_langinfo(locale.CODESET), "UTF-8")
