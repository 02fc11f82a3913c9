#include <bbbisect/forecast.hpp>
#include <bbbisect/side_by_side.hpp>

#include <algorithm>
#include <cmath>

namespace bbbisect {
namespace {

// Worlds that are tried for one forecast: more would not tell more than minutes do.
constexpr std::size_t most_worlds = 40;

const std::vector<Trial> nothing;
constexpr double one_in_ten = 0.1;

// The search asked something else than it did in reality: the world cannot be the real one.
struct Otherwise {};

class Rehearsal {
 public:
  Rehearsal(const Case& the_case, const std::vector<Trial>& so_far, const Durations& durations, int jobs)
      : case_(the_case), so_far_(so_far), durations_(durations), jobs_(jobs) {}

  // What is run after `so_far_` when `polluter` is the one; nullptr = nobody is. Throws Otherwise.
  std::vector<Trial> run(const std::string* polluter) const {
    std::vector<Trial> trials;
    std::size_t asked = 0;
    find_culprits(case_, [&](const Probe& probe) {
      if (asked < so_far_.size()) {
        const Trial& known = so_far_[asked++];
        if (known.probe.tests != probe.tests) throw Otherwise{};
        return known.answer;
      }
      trials.push_back({probe, answer(probe, polluter)});
      return trials.back().answer;
    });
    return trials;
  }

  // True when `polluter` explains each check so far.
  [[nodiscard]] bool explains(const std::string& polluter) const {
    return std::all_of(so_far_.begin(), so_far_.end(), [&](const Trial& trial) {
      bool polluted = false;
      std::size_t check = 0;
      for (const std::string& test : trial.probe.tests) {
        if (test == polluter) polluted = true;
        if (test != case_.victim) continue;
        if (check == trial.answer.checks.size()) break;
        const Outcome outcome = trial.answer.checks[check++];
        if (outcome != Outcome::unresolved && (outcome == Outcome::fails) != polluted) return false;
      }
      return true;
    });
  }

 private:
  [[nodiscard]] Answer answer(const Probe& probe, const std::string* polluter) const {
    Answer answer;
    bool polluted = false;
    for (const std::string& test : probe.tests) {
      answer.durations.push_back(durations_.of(test));
      if (polluter != nullptr && test == *polluter) polluted = true;
      if (test != case_.victim) continue;
      answer.checks.push_back(polluted ? Outcome::fails : Outcome::passes);
      // The only rule that probes of a steady victim have: the first failure ends them.
      if (polluted && probe.enough > 0) break;
    }
    answer.elapsed = time_of(
        probe, case_.victim, jobs_, answer.checks.size(), polluted,
        [this](const std::string& test) { return durations_.of(test); }, case_.start_up);
    return answer;
  }

  const Case& case_;
  const std::vector<Trial>& so_far_;
  const Durations& durations_;
  int jobs_;
};

double weight_of(const Case& the_case, const std::string& suspect) {
  const auto found = the_case.suspicion.find(suspect);
  return found == the_case.suspicion.end() ? 1.0 : found->second;
}

struct Cost {
  Seconds seconds;
  double weight;
};

Seconds quantile(const std::vector<Cost>& ascending, double part) {
  double whole = 0;
  for (const Cost& cost : ascending) whole += cost.weight;
  double sum = 0;
  for (const Cost& cost : ascending) {
    sum += cost.weight;
    if (sum >= part * whole) return cost.seconds;
  }
  return ascending.back().seconds;
}

std::optional<Forecast> rehearse(const Rehearsal& rehearsal, const Case& the_case, double tail) {
  std::vector<const std::string*> worlds;
  for (const std::string& suspect : the_case.suspects) {
    if (rehearsal.explains(suspect)) worlds.push_back(&suspect);
  }
  std::vector<Cost> costs;
  Forecast result;
  double probes = 0;
  double weight = 0;
  const std::size_t count = std::min(worlds.size(), most_worlds);
  for (std::size_t i = 0; i < count; ++i) {
    const std::string& polluter = *worlds[(2 * i + 1) * worlds.size() / (2 * count)];
    try {
      const std::vector<Trial> trials = rehearsal.run(&polluter);
      costs.push_back({total(trials), weight_of(the_case, polluter)});
      probes += static_cast<double>(trials.size()) * costs.back().weight;
      result.expected += costs.back().seconds * costs.back().weight;
      weight += costs.back().weight;
    } catch (const Otherwise&) {
      continue;
    }
  }
  if (costs.empty()) return std::nullopt;
  std::sort(costs.begin(), costs.end(), [](const Cost& a, const Cost& b) { return a.seconds < b.seconds; });
  result.best = quantile(costs, tail);
  result.worst = quantile(costs, 1 - tail);
  result.expected /= weight;
  result.probes = static_cast<std::size_t>(std::lround(probes / weight));
  return result;
}

}  // namespace

Forecast forecast(const Case& the_case, int jobs) {
  return rehearse(Rehearsal(the_case, nothing, the_case.durations, jobs), the_case, 0).value_or(Forecast{});
}

std::optional<Forecast> forecast_rest(const Case& the_case, const std::vector<Trial>& so_far,
                                      const Durations& durations, int jobs) {
  return rehearse(Rehearsal(the_case, so_far, durations, jobs), the_case, one_in_ten);
}

std::vector<Trial> rehearse_in_vain(const Case& the_case, int jobs) {
  return Rehearsal(the_case, nothing, the_case.durations, jobs).run(nullptr);
}

Seconds total(const std::vector<Trial>& trials) {
  Seconds sum{0};
  for (const Trial& trial : trials) sum += trial.answer.elapsed;
  return sum;
}

std::string describe(const Forecast& forecast) {
  const std::string least = describe(forecast.best);
  const std::string most = describe(forecast.worst);
  return least == most || forecast.worst < forecast.best * 1.5 ? "about " + describe(forecast.expected)
                                                               : least + " to " + most;
}

}  // namespace bbbisect
