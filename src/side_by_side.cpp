#include <bbbisect/side_by_side.hpp>

#include <algorithm>
#include <iterator>
#include <numeric>

namespace bbbisect {
namespace {

using Difference = TestOrder::difference_type;

// The first place of chunk `n`, where `places` are those of the checks.
std::size_t start_of(const std::vector<std::size_t>& places, std::size_t n) { return n == 0 ? 0 : places[n - 1] + 1; }

struct Chunk {
  std::size_t part;
  std::size_t number;  // in the part
};

std::vector<Chunk> owners(const std::vector<Part>& parts, std::size_t chunks) {
  std::vector<Chunk> owner(chunks);
  for (std::size_t part = 0; part < parts.size(); ++part) {
    for (std::size_t i = 0; i < parts[part].chunks.size(); ++i) owner[parts[part].chunks[i]] = {part, i};
  }
  return owner;
}

}  // namespace

std::vector<std::size_t> check_places(const TestOrder& tests, const std::string& victim) {
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < tests.size(); ++i) {
    if (same_test(tests[i], victim)) places.push_back(i);
  }
  return places;
}

Part whole(const Probe& probe, const std::string& victim) {
  Part part{std::vector<std::size_t>(check_places(probe.tests, victim).size()), probe.tests};
  std::iota(part.chunks.begin(), part.chunks.end(), 0);
  return part;
}

std::vector<Part> deal_out(const Probe& probe, const std::string& victim, int jobs,
                           const std::function<Seconds(const std::string&)>& expected) {
  const std::vector<std::size_t> places = check_places(probe.tests, victim);
  if (jobs < 2 || !probe.apart || probe.enough < 1 || places.size() < 2) return {whole(probe, victim)};

  std::vector<Part> parts(std::min(static_cast<std::size_t>(jobs), places.size()));
  std::vector<Seconds> to_do(parts.size(), Seconds(0));
  for (std::size_t n = 0; n < places.size(); ++n) {
    const auto least = std::min_element(to_do.begin(), to_do.end());
    Part& part = parts[static_cast<std::size_t>(least - to_do.begin())];
    part.chunks.push_back(n);
    for (std::size_t i = start_of(places, n); i <= places[n]; ++i) {
      part.tests.push_back(probe.tests[i]);
      *least += expected(probe.tests[i]);
    }
  }
  // A chunk that takes no time leaves its part the first in line.
  parts.erase(std::remove_if(parts.begin(), parts.end(), [](const Part& part) { return part.tests.empty(); }),
              parts.end());
  return parts;
}

std::size_t checks_that_count(const std::vector<std::optional<Outcome>>& known, int enough, Outcome sought) {
  int in_a_row = 0;
  for (std::size_t i = 0; i < known.size(); ++i) {
    in_a_row = known[i] == sought ? in_a_row + 1 : 0;
    if (enough > 0 && in_a_row == enough) return i + 1;
  }
  return known.size();
}

std::optional<Answer> put_together(const Probe& probe, const std::string& victim, const std::vector<Part>& parts,
                                   const std::vector<Answer>& answers) {
  const std::size_t chunks = check_places(probe.tests, victim).size();
  const std::vector<Chunk> owner = owners(parts, chunks);
  std::vector<std::vector<std::size_t>> places;
  places.reserve(parts.size());
  for (const Part& part : parts) places.push_back(check_places(part.tests, victim));

  Answer merged;
  int in_a_row = 0;
  for (std::size_t n = 0; n < chunks; ++n) {
    const auto [part, number] = owner[n];
    const Answer& answer = answers[part];
    const std::size_t end = places[part][number] + 1;
    for (std::size_t i = start_of(places[part], number); i < std::min(end, answer.durations.size()); ++i) {
      merged.durations.push_back(answer.durations[i]);
    }
    if (number >= answer.checks.size()) {
      if (answer.why.empty()) return std::nullopt;
      merged.breaker = answer.breaker;
      merged.why = answer.why;
      return merged;
    }
    const Outcome outcome = answer.checks[number];
    merged.checks.push_back(outcome);
    if (outcome == Outcome::unresolved) merged.why = answer.why;
    merged.skipped = merged.skipped || (outcome == Outcome::unresolved && answer.skipped);
    in_a_row = outcome == probe.sought ? in_a_row + 1 : 0;
    if (probe.enough > 0 && in_a_row == probe.enough) return merged;
    if (answer.durations.size() < end) {
      if (!answer.why.empty()) merged.why = answer.why;
      return merged;
    }
  }
  return parts.size() == 1 ? std::optional(merged) : std::nullopt;
}

Seconds time_of(const Probe& probe, const std::string& victim, int jobs, std::size_t checks, bool failed,
                const std::function<Seconds(const std::string&)>& expected, Seconds start_up) {
  const auto time_of_part = [&](const Part& part) {
    Seconds time = start_up;
    std::size_t check = 0;
    for (const std::string& test : part.tests) {
      if (check == part.chunks.size() || part.chunks[check] >= checks) break;
      time += expected(test);
      if (same_test(test, victim)) ++check;
    }
    return time;
  };
  const std::vector<Part> parts = deal_out(probe, victim, jobs, expected);
  Seconds longest{0};
  for (const Part& part : parts) longest = std::max(longest, time_of_part(part));
  return parts.size() > 1 && !failed ? longest + time_of_part(whole(probe, victim)) : longest;
}

}  // namespace bbbisect
