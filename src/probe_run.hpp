// One run of the runner while it goes: how far it is, what is known of its checks, and in the end its answer.
#pragma once

#include <bbbisect/build_log.hpp>
#include <bbbisect/prober.hpp>
#include <bbbisect/process.hpp>

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace bbbisect {

class ProbeRun {
 public:
  /// Of `tests`, the output of which grows in `log`. Make it when the run starts.
  ProbeRun(TestOrder tests, Victim victim, const std::filesystem::path& log);
  ~ProbeRun();
  ProbeRun(const ProbeRun&) = delete;
  ProbeRun& operator=(const ProbeRun&) = delete;

  /// Reads what was printed since. Not to be called after a signal of ours: that is itself something that a
  /// test can react to, and regrtest goes on to a summary. What was not looked at until then says nothing.
  void look();

  [[nodiscard]] const TestOrder& tests() const { return tests_; }
  [[nodiscard]] std::size_t started() const { return first_seen_.size(); }
  [[nodiscard]] Seconds elapsed() const { return elapsed_; }
  /// How long the test that was started last has been running.
  [[nodiscard]] Seconds running() const { return elapsed_ - (started() > 0 ? first_seen_.back() : elapsed_); }
  /// The outcomes of the checks, from the first, behind which another test was started or all was over. A
  /// test can print what looks like a result; what the runner prints then shows it up.
  [[nodiscard]] const std::vector<Outcome>& checks() const { return checks_; }
  /// Whether all that the runner has to print was printed.
  [[nodiscard]] bool over() const { return over_; }

  /// The answer of a run that ended like that: Stopped with all checks that had ended, TimedOut in the test
  /// that was running. Call it once. nullopt when it ended before its first test.
  std::optional<Answer> answer(const Ending& ending);

 private:
  void learn_checks(const Run& run);
  [[nodiscard]] Answer judge_ended(Run run) const;
  [[nodiscard]] Answer judge_cut_off(Run run) const;
  [[nodiscard]] std::vector<Seconds> durations(std::size_t ended) const;

  TestOrder tests_;
  Victim victim_;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  int file_;
  LogReader reader_;
  Seconds elapsed_{0};
  std::vector<Seconds> first_seen_;  // by index
  std::vector<Outcome> checks_;
  bool over_ = false;
};

}  // namespace bbbisect
