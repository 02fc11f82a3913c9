#include <bbbisect/forecast.hpp>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>

using namespace bbbisect;

namespace {

Case hundred() {
  Case the_case;
  the_case.victim = "test_victim";
  Durations::ByTest durations{{"test_victim", Seconds(0.5)}};
  for (int i = 0; i < 100; ++i) {
    the_case.suspects.push_back(fmt::format("test_{:03}", i));
    durations[the_case.suspects.back()] = Seconds(0.1 + i % 7);
  }
  the_case.durations = Durations(durations);
  return the_case;
}

// A world in which these make the victim fail, in their order.
Ask after(const Case& the_case, TestOrder group, std::vector<Trial>& trials) {
  return [&the_case, group = std::move(group), &trials](const Probe& probe) {
    Answer answer;
    std::size_t next = 0;
    for (const std::string& test : probe.tests) {
      answer.durations.push_back(the_case.durations.of(test));
      answer.elapsed += answer.durations.back();
      if (next < group.size() && test == group[next]) ++next;
      if (test != the_case.victim) continue;
      answer.checks.push_back(next == group.size() ? Outcome::fails : Outcome::passes);
      if (answer.checks.back() == Outcome::fails && probe.enough > 0) break;
    }
    answer.elapsed += the_case.start_up;
    trials.push_back({probe, answer});
    return answer;
  };
}

}  // namespace

TEST_CASE("what is told before is what it costs, whoever it is") {
  const Case the_case = hundred();
  const Forecast told = forecast(the_case);
  CHECK(told.best < told.expected);
  CHECK(told.expected < told.worst);
  Seconds sum{0};
  int outside = 0;
  for (const std::string& suspect : the_case.suspects) {
    std::vector<Trial> trials;
    const Conclusion conclusion = find_culprits(the_case, after(the_case, {suspect}, trials));
    CHECK(conclusion.group.culprits == TestOrder{suspect});
    sum += total(trials);
    outside += total(trials) < told.best * 0.8 || total(trials) > told.worst * 1.2 ? 1 : 0;
  }
  CHECK(outside == 0);
  CHECK((sum / 100).count() == doctest::Approx(told.expected.count()).epsilon(0.1));
}

TEST_CASE("what is told during the search shrinks to what it is") {
  const Case the_case = hundred();
  std::vector<Trial> trials;
  find_culprits(the_case, after(the_case, {"test_042"}, trials));
  std::vector<Trial> so_far;
  for (const Trial& trial : trials) {
    const std::optional<Forecast> rest = forecast_rest(the_case, so_far, the_case.durations);
    REQUIRE(rest);
    const Seconds left = total(trials) - total(so_far);
    CHECK(left >= rest->best / 2);
    CHECK(left <= rest->worst * 2);
    so_far.push_back(trial);
  }
  CHECK(forecast_rest(the_case, so_far, the_case.durations)->worst == Seconds(0));
}

TEST_CASE("two that act together are beyond the forecast, and it says so") {
  const Case the_case = hundred();
  std::vector<Trial> trials;
  find_culprits(the_case, after(the_case, {"test_010", "test_090"}, trials));
  CHECK_FALSE(forecast_rest(the_case, trials, the_case.durations));
}

TEST_CASE("nothing fails: the plan is what the search then runs") {
  const Case the_case = hundred();
  std::vector<Trial> trials;
  const Conclusion conclusion = find_culprits(the_case, after(the_case, {"test_elsewhere"}, trials));
  CHECK(conclusion.verdict == Verdict::not_reproduced);
  const std::vector<Trial> plan = rehearse_in_vain(the_case);
  REQUIRE(plan.size() == trials.size());
  for (std::size_t i = 0; i < plan.size(); ++i) CHECK(plan[i].probe.tests == trials[i].probe.tests);
  CHECK(total(plan).count() == doctest::Approx(total(trials).count()));
  CHECK(total(rehearse_in_vain(the_case, 4)) > total(plan));  // the parts prove nothing here
  CHECK(forecast(the_case, 4).expected < forecast(the_case).expected);
}

TEST_CASE("a search without suspects costs what it runs") {
  Case the_case;
  the_case.victim = "test_victim";
  CHECK(forecast(the_case).probes == 0);
  CHECK_FALSE(rehearse_in_vain(the_case).empty());
}

TEST_CASE("forecasts read as people say them") {
  CHECK(describe({Seconds(20), Seconds(60), Seconds(200), 7}) == "20 s to 3 min 20 s");
  CHECK(describe({Seconds(50), Seconds(60), Seconds(70), 7}) == "about 1 min 0 s");
}
