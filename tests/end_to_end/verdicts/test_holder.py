import socket
import time
import unittest


class Holder(unittest.TestCase):
    def test_holds_the_port(self):
        with socket.socket() as held:
            held.bind(("127.0.0.1", 47391))
            time.sleep(3)
