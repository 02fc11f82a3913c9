import colorsys, time, unittest
class T(unittest.TestCase):
    def test_takes_an_interrupt_for_news(self):
        try: time.sleep(20)
        except KeyboardInterrupt: colorsys.POLLUTED = True
