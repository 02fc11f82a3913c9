// The search for a polluter of a victim that passes and fails by chance as well: what is believed of each
// suspect decides what to run next, and rates of plain runs decide whom to blame.
#pragma once

#include "lab.hpp"

#include <bbbisect/search.hpp>

#include <set>
#include <string>

namespace bbbisect {

/// Looks for one polluter among the suspects but `removed` and those that `broke`; inconclusive, with leads,
/// when none reaches the confidence.
Conclusion search_by_chance(Lab& lab, const Case& the_case, const std::set<int>& removed, std::set<std::string>& broke);

}  // namespace bbbisect
