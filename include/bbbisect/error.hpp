// How the program ends: its exit statuses, and the two things that are thrown to get there.
// What the search must reason about is a value (Outcome, Ending, optional), never an exception.
#pragma once

#include <stdexcept>
#include <string>

namespace bbbisect {

/// The exit statuses of bbbisect(1); a contract with scripts.
enum class ExitStatus {
  explained = 0,       ///< culprits found and confirmed; or nothing was to be run and it was shown
  internal = 1,        ///< trouble of our own or of the machine: a full disk, a bug
  usage = 2,           ///< usage, an unreadable log, no usable runner
  fails_alone = 3,     ///< the victim needs no other test to fail
  not_reproduced = 4,  ///< it passed in all that was tried
  inconclusive = 5,    ///< nothing could be proven
  state_setter = 6,    ///< 6 to 10: explained by something else than the order, see Verdict
  flags_dependent = 7,
  random_seed = 8,
  parallel = 9,
  transient = 10,
  interrupted = 130,  ///< Ctrl-C
};

/// Ends the program. `what()` is one finished sentence: the thing, the cause, the way out.
class Error : public std::runtime_error {
 public:
  explicit Error(const std::string& sentence, ExitStatus status = ExitStatus::usage)
      : std::runtime_error(sentence), status_(status) {}
  [[nodiscard]] ExitStatus status() const { return status_; }

 private:
  ExitStatus status_;
};

/// Thrown through the search when the user pressed Ctrl-C; what was answered before is journalled.
struct Interrupted {};

}  // namespace bbbisect
