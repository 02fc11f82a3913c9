// Where a run puts the victim: the arithmetic of checks. Pure numbers; who stands behind them is the search's
// business.
#pragma once

#include <cstddef>
#include <vector>

namespace bbbisect {

/// One test of a run to be planned.
struct Stop {
  double seconds = 0;  ///< what it takes
  double weight = 0;   ///< how likely it is the one that is looked for, in any unit
};

/// What looking costs, in seconds.
struct LookingCost {
  double check = 0;  ///< the victim, and what must run right before it
  double start = 0;  ///< one run more
};

/// Where the checks stand in a run of `stops`: the number of stops before each, ascending. `elsewhere` is the
/// weight of what is not in `stops`; with 0 the last chunk is not checked, nor need it be run: what is left
/// over is the one. Minimises the expected time until the one test is known, by what a check costs all that
/// stand behind it, and what a chunk without a check inside costs to be looked through again.
std::vector<std::size_t> checks_after(const std::vector<Stop>& stops, double elsewhere, LookingCost cost);

/// The order in which `stops` are best examined, as waves: the cheapest per weight first, the original order
/// kept inside each wave, so that tests that act together in their order still do. Indices into `stops`.
std::vector<std::vector<std::size_t>> waves(const std::vector<Stop>& stops);

}  // namespace bbbisect
