// The search for what of the log's conditions makes the victim fail: which options, resources, variables, or
// whether the seed. It runs alone each time, so that only the conditions differ.
#pragma once

#include "belief.hpp"

#include <bbbisect/conditions.hpp>

#include <functional>
#include <optional>
#include <vector>

namespace bbbisect {

class FactorSearch {
 public:
  /// One run under these factors: how its checks came out; what is no failure of the log's counts as a pass.
  using Look = std::function<Tally(const Factors&)>;

  /// The victim fails under `base` and `differing` together, at the rate that `with` tells, and under `base`
  /// alone at that of `without`. `likely`, a part of `differing`, is asked about first.
  FactorSearch(Factors base, const Factors& differing, const Factors& likely, Tally with, Tally without, Look look);

  /// Of `differing` a set under which it fails, and under no part of which it did as far as was asked; nullopt
  /// when the answers contradict each other. Each answer is asked for until the odds are `sure` to one.
  std::optional<Factors> minimal(double sure);

 private:
  enum class Says { fails, passes, nothing };
  Says ask(const Factors& more, double sure);

  Factors base_;
  std::vector<std::size_t> differing_;  // the likely ones first
  std::size_t likely_;
  double high_, low_;  // rates of failure
  Look look_;
};

}  // namespace bbbisect
