#include <bbbisect/error.hpp>
#include <bbbisect/interrupt.hpp>

#include <csignal>
#include <ctime>

namespace bbbisect {
namespace {

/// The signals that end us, but those that we were started to ignore.
sigset_t interrupts() {
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    struct sigaction now {};
    if (::sigaction(signal, nullptr, &now) == 0 && now.sa_handler != SIG_IGN) sigaddset(&set, signal);
  }
  return set;
}

}  // namespace

InterruptGuard::InterruptGuard() : before_() {
  const sigset_t set = interrupts();
  ::pthread_sigmask(SIG_BLOCK, &set, &before_);
}

InterruptGuard::~InterruptGuard() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

bool take_interrupt() {
  const sigset_t set = interrupts();
  const timespec now{};
  return ::sigtimedwait(&set, nullptr, &now) > 0;
}

void check_interrupt() {
  if (take_interrupt()) throw Interrupted{};
}

}  // namespace bbbisect
