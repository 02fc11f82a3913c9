// How long each test takes, by the log and by every probe so far: for deadlines and for the time left.
#pragma once

#include <bbbisect/test_order.hpp>

#include <string>
#include <unordered_map>

namespace bbbisect {

struct Run;

class Durations {
 public:
  using ByTest = std::unordered_map<std::string, Seconds>;

  /// `logged`: what a log tells.
  explicit Durations(ByTest logged);
  Durations() = default;

  /// Takes in what a probe measured: `measured[i]` is the time of `tests[i]`; fewer than `tests` when it
  /// ended early. From then on the log's figures for other tests are scaled by how fast this machine is.
  void learn(const TestOrder& tests, const std::vector<Seconds>& measured);

  /// What `test` is expected to take here; the average of those known when nothing is known of it.
  [[nodiscard]] Seconds of(const std::string& test) const;
  [[nodiscard]] Seconds total(const TestOrder& tests) const;

 private:
  ByTest logged_;
  ByTest measured_;
  Seconds average_{1};
  Seconds logged_where_measured_{0}, measured_where_logged_{0};
};

/// Differences of the clocks of a sequential `run`, and what either kind prints ("in 31.0 sec"). The clock
/// has whole seconds: what is shorter is spread over the tests that share one.
Durations durations_of(const Run& run);

/// "0.4 s", "12 s", "3 min 20 s", "1 h 5 min"
std::string describe(Seconds seconds);

}  // namespace bbbisect
