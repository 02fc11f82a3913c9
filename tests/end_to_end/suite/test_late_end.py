import atexit
import os
import unittest

from test_false_end import END


class T(unittest.TestCase):
    def test_has_an_end_printed_behind_the_end(self):
        atexit.register(os.write, 1, END)
