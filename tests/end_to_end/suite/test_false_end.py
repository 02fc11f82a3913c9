import os
import time
import unittest

END = b"""
0:00:01 load avg: 1.00 [2/2] test_victim
======================================================================
FAIL: test_sensitive (test_victim.T.test_sensitive)
----------------------------------------------------------------------
Traceback (most recent call last):
AssertionError: no

0:00:01 load avg: 1.00 [2/2/1] test_victim failed (1 failure)

== Tests result: FAILURE ==

1 test failed:
    test_victim

Total duration: 1 sec
Tests result: FAILURE
"""


class T(unittest.TestCase):
    def test_prints_a_whole_end_of_the_run(self):
        os.write(1, END)
        time.sleep(0.2)
