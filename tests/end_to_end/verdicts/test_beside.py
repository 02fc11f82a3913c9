import socket
import time
import unittest


class Beside(unittest.TestCase):
    def test_port_is_free(self):
        for _ in range(20):
            with socket.socket() as wanted:
                wanted.bind(("127.0.0.1", 47391))
            time.sleep(0.1)
