import os
import string
import unittest


class Altering(unittest.TestCase):
    def test_environment(self):
        if hasattr(string, "_polluted"):
            os.environ["BBBISECT_ALTERED"] = "yes"
