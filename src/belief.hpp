// What a victim that fails at times lets us believe of each suspect. The model: one suspect is the polluter,
// or none; before it ran in a process a check fails at one rate, after it at another; neither rate is known.
#pragma once

#include <bbbisect/search.hpp>

#include <cstddef>
#include <vector>

namespace bbbisect {

/// A run by number: suspects as in Case::suspects, and `the_victim`.
using NumberedRun = std::vector<int>;
constexpr int the_victim = -1;

/// How often something passed and failed.
struct Tally {
  int passes = 0, fails = 0;
  void add(Outcome outcome) {
    if (outcome == Outcome::passes) ++passes;
    if (outcome == Outcome::fails) ++fails;
  }
  [[nodiscard]] int all() const { return passes + fails; }
};

class Belief {
 public:
  explicit Belief(std::size_t suspects) : after_(suspects) {}

  /// Takes in how the checks of `run` ended, as far as it came.
  void learn(const NumberedRun& run, const std::vector<Outcome>& checks);

  /// The probability that each suspect is the polluter, given its weight before anything was seen; the last
  /// entry is the probability that there is none, whose weight is `none`.
  [[nodiscard]] std::vector<double> odds(const std::vector<double>& weights, double none) const;

  /// How often checks fail before the suspect, if it is the polluter: an estimate, more than 0 and less than 1.
  [[nodiscard]] double rate_before(std::size_t suspect) const;

 private:
  std::vector<Tally> after_;  // checks after the suspect in the same process
  Tally all_;
};

/// How many times more likely `after` and `before` are if their rates differ, that of `after` being the
/// higher, than if both come from one rate.
double odds_that_rates_differ(Tally after, Tally before);

/// How likely it is that chance alone explains what was seen, against one group being what makes the victim
/// fail: the odds. `before` and `after` are the checks before and after it was complete in its process; it is
/// one of as many as there are `suspects`.
double odds_of_chance(Tally before, Tally after, std::size_t suspects);

}  // namespace bbbisect
