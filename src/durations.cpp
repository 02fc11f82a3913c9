#include <bbbisect/build_log.hpp>
#include <bbbisect/durations.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace bbbisect {
namespace {

// "passed in 1 min 3 sec", "failed (1 failure) (31.2 sec)", "passed (32 sec 73 ms)": printed from 30 s up.
std::optional<Seconds> printed_duration(const std::string& result) {
  double total = 0;
  bool found = false;
  for (const auto& [unit, seconds] :
       {std::pair{" hour", 3600.0}, std::pair{" min", 60.0}, std::pair{" sec", 1.0}, std::pair{" ms", 0.001}}) {
    const std::size_t end = result.find(unit);
    if (end == std::string::npos) continue;
    std::size_t start = end;
    while (start > 0 && (std::isdigit(static_cast<unsigned char>(result[start - 1])) != 0 || result[start - 1] == '.'))
      --start;
    if (start == end) continue;
    total += std::strtod(result.substr(start, end - start).c_str(), nullptr) * seconds;
    found = true;
  }
  return found ? std::optional(Seconds(total)) : std::nullopt;
}

// More than any test takes, and little enough to be added up: a log may print any number.
constexpr Seconds longest{7 * 24 * 3600};

// What a test of CPython takes on average; of a parallel log one knows only that it was less than 30 s.
constexpr Seconds usual{2};

}  // namespace

Durations::Durations(ByTest logged) : logged_(std::move(logged)) {
  if (logged_.empty()) return;
  average_ = Seconds(0);
  for (const auto& [test, seconds] : logged_) average_ += seconds;
  average_ /= static_cast<double>(logged_.size());
}

Durations durations_of(const Run& run) {
  Durations::ByTest logged;
  std::vector<std::pair<const std::string*, bool>> within_a_second;  // whether the clock moved on
  for (std::size_t i = 0; i < run.tests.size(); ++i) {
    const ShownTest& test = run.tests[i];
    if (test.name.empty()) continue;
    if (const std::optional<Seconds> printed = printed_duration(test.result)) {
      logged[test.name] = std::min(*printed, longest);
    } else if (run.mode == RunMode::parallel) {
      logged[test.name] = usual;
    } else if (run.mode != RunMode::parallel && i + 1 < run.tests.size() && test.started && run.tests[i + 1].started) {
      const Seconds clock = *run.tests[i + 1].started - *test.started;
      logged[test.name] = std::clamp(clock, Seconds(0), longest);
      if (clock < Seconds(1.5)) within_a_second.emplace_back(&test.name, clock > Seconds(0.5));
    }
  }
  // A test of d < 1 s moves the clock with probability d. If such tests last m on average, and are spread as
  // waiting times are, those that moved it lasted 2m, those that did not m(1 - 2m)/(1 - m).
  const auto moved =
      std::count_if(within_a_second.begin(), within_a_second.end(), [](const auto& test) { return test.second; });
  const double mean =
      static_cast<double>(moved) / static_cast<double>(std::max<std::size_t>(within_a_second.size(), 1));
  constexpr double least = 0.02;
  for (const auto& [name, clock_moved] : within_a_second) {
    const double stayed = mean < 0.5 ? mean * (1 - 2 * mean) / (1 - mean) : 0;
    logged[*name] = Seconds(clock_moved ? std::clamp(2 * mean, least, 1.0) : std::max(stayed, least));
  }
  return Durations(std::move(logged));
}

void Durations::learn(const TestOrder& tests, const std::vector<Seconds>& measured) {
  for (std::size_t i = 0; i < tests.size() && i < measured.size(); ++i) {
    if (const auto logged = logged_.find(tests[i]); logged != logged_.end()) {
      logged_where_measured_ += logged->second;
      measured_where_logged_ += measured[i];
    }
    measured_[tests[i]] = measured[i];
  }
}

Seconds Durations::of(const std::string& test) const {
  if (const auto found = measured_.find(test); found != measured_.end()) return found->second;
  // A short sample says little of a machine: the clocks of a log are whole seconds.
  const double speed = logged_where_measured_ > Seconds(5) ? measured_where_logged_ / logged_where_measured_ : 1.0;
  const auto found = logged_.find(test);
  return (found != logged_.end() ? found->second : average_) * speed;
}

Seconds Durations::total(const TestOrder& tests) const {
  Seconds sum{0};
  for (const std::string& test : tests) sum += of(test);
  return sum;
}

std::string describe(Seconds seconds) {
  const double value = std::max(seconds.count(), 0.0);
  if (value < 9.95) return fmt::format("{:.1f} s", value);
  const auto whole = static_cast<long long>(std::llround(value));
  if (whole < 60) return fmt::format("{} s", whole);
  if (whole < 3600) return fmt::format("{} min {} s", whole / 60, whole % 60);
  return fmt::format("{} h {} min", whole / 3600, whole % 3600 / 60);
}

}  // namespace bbbisect
