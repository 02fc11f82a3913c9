// The signals that end us, held back while something is to be ended in good order.
#pragma once

#include <signal.h>

namespace bbbisect {

/// Holds SIGINT, SIGTERM and SIGHUP back while it lives, so that one that comes between two runs is not lost:
/// the next run() or check_interrupt() throws Interrupted. Make it in main() before the first run(), behind
/// what may take long without asking. One that is still held back in the end takes its usual effect then.
class InterruptGuard {
 public:
  InterruptGuard();
  ~InterruptGuard();
  InterruptGuard(const InterruptGuard&) = delete;
  InterruptGuard& operator=(const InterruptGuard&) = delete;

 private:
  sigset_t before_;
};

/// Whether an InterruptGuard holds a signal back, which is used up by that. One that we were started to
/// ignore (nohup) is none.
bool take_interrupt();

/// Throws Interrupted where take_interrupt() says so.
void check_interrupt();

}  // namespace bbbisect
