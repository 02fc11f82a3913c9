// What the triage asks, and all that was seen for it: how often the victim failed under which conditions, after or
// beside which tests; and what that says, by rates.
#pragma once

#include "belief.hpp"

#include <bbbisect/triage.hpp>

#include <cstddef>
#include <deque>
#include <map>
#include <optional>
#include <utility>
#include <vector>

namespace bbbisect {

// Odds that two rates must differ by before one of them is blamed on the conditions; and where the victim was
// seen to pass and to fail under the same ones, since chance then has many tries.
constexpr double sure = 1000;
constexpr double sure_of_chance = 100'000;
constexpr int runs_to_compare = 10;
constexpr int most_runs_to_compare = 30;
// Seconds after which a comparison is ended.
constexpr double patience = 600;
// Runs that rates are told from.
constexpr int runs_for_rate = 20;
// Other seeds that are tried before a failure is said not to depend on them.
constexpr int seeds_tried = 16;
// Runs with one check, until the victim is seen to pass where it should.
constexpr int checks_at_a_time = 4;
// Odds of the single answers while a cause is narrowed down, and what they become when the proof shows that one
// was wrong.
constexpr double narrowing[] = {8, 400, 20'000};
// Runs of the proof: until it holds, or so many.
constexpr int most_proving_runs = 12;
// After so many it is given up when it speaks against what was to be proven.
constexpr int runs_of_hope = 5;

class TriageLab {
 public:
  TriageLab(const TriageCase& the_case, const AskUnder& world);

  /// Where something is seen: under which conditions, after (or beside) which tests.
  struct Spot {
    Conditions conditions;
    TestOrder before;
  };

  [[nodiscard]] const TriageCase& the_case() const { return case_; }
  [[nodiscard]] const Conditions& log() const { return log_; }
  [[nodiscard]] const Conditions& defaults() const { return defaults_; }
  /// The number of the factor that is the log's seed; nullopt where it has none.
  [[nodiscard]] std::optional<std::size_t> seed_factor() const { return seed_factor_; }
  /// Seconds of all that was run.
  [[nodiscard]] double spent() const { return spent_; }
  /// Under the log's conditions it was only seen to pass, or only to fail, after whatever.
  [[nodiscard]] bool one_way() const { return passes_ == 0 || failures_ == 0; }
  /// Of runs of the victim alone, all of them.
  Tally checks(const Conditions& conditions) { return checks_[conditions]; }

  [[nodiscard]] TestOrder victims(int count) const { return TestOrder(static_cast<std::size_t>(count), victim_); }

  Answer look(const Conditions& conditions, TestOrder tests, Purpose purpose, int enough = 0,
              Outcome sought = Outcome::fails);
  /// The same for a probe as it is; the victim may stand in it anywhere.
  Answer ask(const Conditions& conditions, const Probe& probe);
  /// For a search of the order under the log's conditions, which is answered by what is known already.
  Ask log_ask();
  /// The victim several times in one run: the checks as far as they came.
  Tally run_alone(const Conditions& conditions, int checks, Purpose purpose);
  /// One run with one check; what is no failure counts as a pass.
  Tally run_at(const Spot& spot);
  /// Runs of the victim alone until there are so many, or it has taken too long.
  void repeat(const Conditions& conditions, int runs);

  Observation& observation(const Conditions& conditions, const TestOrder& before);
  const Observation& alone(const Conditions& conditions) { return observation(conditions, {}); }
  Observation& observed(const Spot& spot) { return observation(spot.conditions, spot.before); }
  Tally first_checks(const Conditions& conditions);
  Tally tally(const Spot& spot);
  Evidence evidence(const Spot& spot);
  static bool seen_both(const Observation& seen) { return seen.fails > 0 && seen.passes > 0; }

  /// Whether it fails more often at `more` than at `less`: as many runs of both as it takes.
  bool differ(const Spot& more, const Spot& less);
  /// The odds that take both rates beyond doubt.
  double beyond_doubt(Tally with, Tally less);
  /// By fresh runs: it fails at `with`, and so rarely at each of `less` that it is beyond doubt.
  bool shown(const Spot& with, const std::vector<Spot>& less, std::optional<double> odds = std::nullopt);

 protected:
  const TriageCase& case_;
  const std::string& victim_;
  Conditions log_;             // of an ordinary probe
  const Conditions defaults_;  // no factor of the log holds
  std::map<std::pair<Conditions, TestOrder>, Observation> seen_;
  double spent_ = 0;

 private:
  // The order of the log is searched with the answers that are known already.
  class Memory {
   public:
    void keep(const Probe& probe, const Answer& answer) { answers_[{probe.enough, probe.tests}].push_back(answer); }
    std::optional<Answer> recall(const Probe& probe);

   private:
    std::map<std::pair<int, TestOrder>, std::deque<Answer>> answers_;
  };
  void count_checks(const Conditions& conditions, const Probe& probe, const Answer& answer);

  const AskUnder& world_;
  Memory memory_;
  std::optional<std::size_t> seed_factor_;
  std::map<Conditions, Tally> checks_;
  std::ptrdiff_t failures_ = 0;  // checks under the conditions of the log, after whatever
  int passes_ = 0;               // first checks under them: behind itself it may pass for that
};

}  // namespace bbbisect
