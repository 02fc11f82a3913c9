// Simulated worlds for the triage: a log with its flags, and what makes the victim fail.
#pragma once

#include <bbbisect/triage.hpp>

#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace bbbisect::bench {

enum class Reason {
  plain,        ///< it always fails
  flag,         ///< one option of the log
  two_flags,    ///< two of them together
  either_flag,  ///< any of two
  variable,     ///< a variable of the log's environment
  seed,         ///< about half of the seeds, the log's among them
  setter,       ///< a test that the log had not run before it did not set it up
  polluter,     ///< a test that ran before it in one process
  beside,       ///< a test that runs at the same time
  at_times,     ///< chance, at `rate`
  under_load,   ///< chance, at `rate` under load, a twentieth of that without
  nothing,      ///< it passes here
};

struct VerdictMaking {
  Reason reason = Reason::plain;
  double false_passes = 0, false_failures = 0;  ///< by chance, in each check
  double rate = 0.3;
  bool pollutes_itself = false;  ///< it fails after itself
  bool by_process = false;       ///< `rate` is tossed once in each process, not in each check
  bool skipped_without = false;  ///< it is skipped where the option is missing, instead of passing
};

class VerdictWorld {
 public:
  VerdictWorld(const VerdictMaking& making, std::uint64_t seed);

  [[nodiscard]] const TriageCase& question() const { return case_; }
  /// The world must outlive the result.
  AskUnder ask();

  enum class Judged { right, wrong, gave_up };
  /// Right is the verdict with what it names. A failure that noise makes to come at times may be called
  /// transient. Wrong is what names something that does nothing, or a verdict that is not so.
  [[nodiscard]] Judged judge(const Finding& finding) const;

  int runs = 0;

 private:
  Answer answer(const Conditions& conditions, const Probe& probe);
  [[nodiscard]] bool fails(const Conditions& conditions, const TestOrder& ran);
  bool chance(double rate) { return rate > 0 && std::uniform_real_distribution<>(0, 1)(random_) < rate; }

  VerdictMaking making_;
  TriageCase case_;
  std::vector<std::size_t> flags_;  // numbers of the factors that matter
  std::string other_;               // the test that matters
  std::vector<bool> failing_seeds_;
  bool unlucky_ = false;  // the process
  std::mt19937_64 random_;
};

}  // namespace bbbisect::bench
