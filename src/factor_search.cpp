#include "factor_search.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace bbbisect {
namespace {

constexpr int most_runs = 30;  // for one answer

// Mostly a failure comes always or never, but few runs do not say so: a beta prior of a tenth of a run each.
double rate(Tally tally) { return (tally.fails + 0.1) / (tally.all() + 0.2); }

}  // namespace

FactorSearch::FactorSearch(Factors base, const Factors& differing, const Factors& likely, Tally with, Tally without,
                           Look look)
    : base_(std::move(base)),
      differing_(differing.begin(), differing.end()),
      high_(rate(with)),
      low_(rate(without)),
      look_(std::move(look)) {
  const auto others = std::stable_partition(differing_.begin(), differing_.end(),
                                            [&](std::size_t factor) { return likely.contains(factor); });
  likely_ = static_cast<std::size_t>(others - differing_.begin());
}

// Wald's sequential test of the two rates.
FactorSearch::Says FactorSearch::ask(const Factors& more, double sure) {
  Factors factors = base_;
  factors.insert(more.begin(), more.end());
  const double failing = std::log(high_ / low_);
  const double passing = std::log((1 - high_) / (1 - low_));
  double balance = 0;
  for (int i = 0; i < most_runs; ++i) {
    const Tally seen = look_(factors);
    balance += seen.fails * failing + seen.passes * passing;
    if (balance > std::log(sure)) return Says::fails;
    if (balance < -std::log(sure)) return Says::passes;
  }
  return Says::nothing;
}

std::optional<Factors> FactorSearch::minimal(double sure) {
  if (high_ <= low_) return std::nullopt;
  Factors kept;
  std::size_t left = differing_.size();  // the first so many may still be needed
  // With the first `enough` of them it fails, with the first `too_few` it passes; the one between is needed.
  for (;;) {
    std::size_t too_few = 0;
    std::size_t enough = left;
    const auto with_first = [&](std::size_t count) {
      Factors factors = kept;
      factors.insert(differing_.begin(), differing_.begin() + static_cast<std::ptrdiff_t>(count));
      return factors;
    };
    if (!kept.empty()) {
      const Says says = ask(kept, sure);
      if (says == Says::fails) return kept;
      if (says == Says::nothing || left == 0) return std::nullopt;
    }
    const bool first = kept.empty();
    while (enough - too_few > 1) {
      const bool ask_likely = first && too_few == 0 && enough == left && likely_ > 0 && likely_ < left;
      const std::size_t middle = ask_likely ? likely_ : too_few + (enough - too_few) / 2;
      const Says says = ask(with_first(middle), sure);
      if (says == Says::nothing) return std::nullopt;
      (says == Says::fails ? enough : too_few) = middle;
    }
    kept.insert(differing_[enough - 1]);
    left = enough - 1;
  }
}

}  // namespace bbbisect
