// What a search will cost: told by rehearsing it, the very search, in worlds where one suspect is the polluter
// and tests take what is known of them. Pure.
#pragma once

#include <bbbisect/search.hpp>

#include <cstddef>
#include <optional>
#include <vector>

namespace bbbisect {

/// One probe and what it told.
struct Trial {
  Probe probe;
  Answer answer;
};

struct Forecast {
  Seconds best{0};
  Seconds expected{0};  ///< the average
  Seconds worst{0};
  std::size_t probes = 0;  ///< the average number, rounded
};

/// What `the_case` will cost on `jobs` if one suspect is the polluter; all zero when there are no suspects.
Forecast forecast(const Case& the_case, int jobs = 1);

/// What is left to be run once `so_far` is known, by `durations` as they were learnt; nullopt when no single
/// polluter explains the answers. One world in ten is cheaper than the best, one dearer than the worst.
std::optional<Forecast> forecast_rest(const Case& the_case, const std::vector<Trial>& so_far,
                                      const Durations& durations, int jobs = 1);

/// What is run, and how long it takes, if nothing makes the victim fail: the plan, and its worst cost.
std::vector<Trial> rehearse_in_vain(const Case& the_case, int jobs = 1);

/// How long `trials` took together.
Seconds total(const std::vector<Trial>& trials);

/// "2 min", "20 s to 3 min"
std::string describe(const Forecast& forecast);

}  // namespace bbbisect
