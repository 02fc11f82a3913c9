#include "belief.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace bbbisect {
namespace {

// What is believed of a rate before anything was seen: as if so many checks had passed and failed already.
// Before the polluter failures are rare, after it passes are.
constexpr Tally rare_failures{4, 1};
constexpr Tally rare_passes{1, 4};
// How likely it is that a rate is no rate at all: that it never fails before the polluter, or never passes
// after it.
constexpr double never = 0.8;
// How likely it is, before anything was seen, that the victim fails by chance.
constexpr double chance_at_all = 0.1;

double log_factorial(int n) {
  static const std::array<double, 4096> table = [] {
    std::array<double, 4096> values{};
    for (std::size_t i = 1; i < values.size(); ++i) {
      values[i] = values[i - 1] + std::log(static_cast<double>(i));
    }
    return values;
  }();
  const auto index = static_cast<std::size_t>(n);
  return index < table.size() ? table[index] : std::lgamma(n + 1.0);
}

// The logarithm of Euler's beta function of (passes, fails).
double log_beta(int passes, int fails) {
  return log_factorial(passes - 1) + log_factorial(fails - 1) - log_factorial(passes + fails - 1);
}

// The logarithm of the probability of just these outcomes, whatever the rate, under a prior for it.
double log_evidence(Tally seen, Tally prior) {
  return log_beta(seen.passes + prior.passes, seen.fails + prior.fails) - log_beta(prior.passes, prior.fails);
}

double log_of_mixture(double log_rate, bool never_holds) {
  const double rate = std::log(1 - never) + log_rate;
  if (!never_holds) return rate;
  return std::log(never + std::exp(rate));
}

double log_before(Tally seen) { return log_of_mixture(log_evidence(seen, rare_failures), seen.fails == 0); }
double log_after(Tally seen) { return log_of_mixture(log_evidence(seen, rare_passes), seen.passes == 0); }

}  // namespace

void Belief::learn(const NumberedRun& run, const std::vector<Outcome>& checks) {
  // From the end, so that `behind` is what was seen behind each place.
  Tally behind;
  std::size_t check = static_cast<std::size_t>(std::count(run.begin(), run.end(), the_victim));
  std::vector<std::pair<int, Tally>> changes;
  for (auto place = run.rbegin(); place != run.rend(); ++place) {
    if (*place == the_victim) {
      --check;
      if (check < checks.size()) behind.add(checks[check]);
    } else {
      changes.emplace_back(*place, behind);
    }
  }
  // A suspect that ran twice pollutes from its first place on: that is the last one here.
  std::stable_sort(changes.begin(), changes.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  for (std::size_t i = 0; i < changes.size(); ++i) {
    if (i + 1 < changes.size() && changes[i + 1].first == changes[i].first) continue;
    Tally& after = after_[static_cast<std::size_t>(changes[i].first)];
    after.passes += changes[i].second.passes;
    after.fails += changes[i].second.fails;
  }
  all_.passes += behind.passes;
  all_.fails += behind.fails;
}

std::vector<double> Belief::odds(const std::vector<double>& weights, double none) const {
  std::vector<double> logs(after_.size() + 1);
  for (std::size_t i = 0; i < after_.size(); ++i) {
    const Tally before{all_.passes - after_[i].passes, all_.fails - after_[i].fails};
    logs[i] = std::log(weights[i]) + log_before(before) + log_after(after_[i]);
  }
  logs.back() = std::log(none) + log_before(all_);
  const double most = *std::max_element(logs.begin(), logs.end());
  double sum = 0;
  for (double& value : logs) sum += value = std::exp(value - most);
  for (double& value : logs) value /= sum;
  return logs;
}

double Belief::rate_before(std::size_t suspect) const {
  const double fails = all_.fails - after_[suspect].fails + rare_failures.fails;
  return fails / (fails + all_.passes - after_[suspect].passes + rare_failures.passes);
}

double odds_that_rates_differ(Tally after, Tally before) {
  constexpr Tally anything{1, 1};
  // Only the direction that blames counts: of two rates drawn apart, one in two orders is the right one, and
  // the data say which; a higher rate before than after is no evidence for anybody.
  const double rate_after = (after.fails + 1.0) / (after.all() + 2.0);
  const double rate_before = (before.fails + 1.0) / (before.all() + 2.0);
  if (rate_after <= rate_before) return 0;
  const Tally together{after.passes + before.passes, after.fails + before.fails};
  return std::exp(log_evidence(after, anything) + log_evidence(before, anything) - log_evidence(together, anything));
}

double odds_of_chance(Tally before, Tally after, std::size_t suspects) {
  const Tally all{before.passes + after.passes, before.fails + after.fails};
  const double choice = std::log(static_cast<double>(suspects));
  return chance_at_all * std::exp(log_evidence(all, rare_failures) + choice - log_before(before) - log_after(after));
}

}  // namespace bbbisect
