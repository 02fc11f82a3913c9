// Where the search asks: turns numbers into names and back, and keeps all that was seen.
#pragma once

#include "belief.hpp"

#include <bbbisect/search.hpp>

#include <map>
#include <string>
#include <vector>

namespace bbbisect {

class Lab {
 public:
  Lab(const Case& the_case, const Ask& ask);

  /// The victim after `before`, plain: one check.
  Answer plain(const TestOrder& before, Purpose purpose);
  /// The same by number.
  Answer plain(const NumberedRun& before, Purpose purpose) { return plain(names_of(before), purpose); }

  struct Looked {
    NumberedRun run;
    Answer answer;
  };
  /// A run with checks inside; ends after `enough` failing ones in a row.
  const Looked& look(NumberedRun run, Purpose purpose, int enough, bool apart = false);

  /// Brings the plain runs of `before` up to `Case::runs`.
  const Evidence& complete(const TestOrder& before, Purpose purpose);
  /// What plain runs of `before` said so far.
  Evidence& seen(const TestOrder& before);
  [[nodiscard]] const std::map<TestOrder, Evidence>& all_seen() const { return seen_; }

  [[nodiscard]] TestOrder names_of(const NumberedRun& run) const;
  [[nodiscard]] NumberedRun numbers_of(const TestOrder& order) const;

  /// What a suspect, or the victim, is expected to take.
  [[nodiscard]] double seconds(int suspect) const;
  [[nodiscard]] double seconds(const NumberedRun& run) const;
  [[nodiscard]] double weight(int suspect) const { return weights_[static_cast<std::size_t>(suspect)]; }
  /// What a run takes before its first test, as measured.
  [[nodiscard]] double start_up() const { return start_up_; }
  /// What was run so far.
  [[nodiscard]] double spent() const { return spent_; }

  /// All runs so far: for a belief.
  [[nodiscard]] const std::vector<Looked>& history() const { return history_; }

  /// What the narration is told with each probe.
  std::size_t suspects_left;
  TestOrder needed;

 private:
  void record(const Probe& probe, const Answer& answer);

  const Case& case_;
  const Ask& ask_;
  Durations durations_;
  std::vector<double> weights_;
  std::map<TestOrder, Evidence> seen_;  // by what ran before the victim
  std::vector<Looked> history_;
  double spent_ = 0;
  double start_up_;
};

}  // namespace bbbisect
