#include <bbbisect/side_by_side.hpp>

#include <doctest/doctest.h>

using namespace bbbisect;

namespace {

using enum Outcome;
constexpr std::optional<Outcome> unknown;
constexpr Seconds second{1};

Probe probe_of(const TestOrder& tests, int enough = 1) {
  Probe probe;
  probe.tests = tests;
  probe.enough = enough;
  probe.apart = true;
  return probe;
}

// Four chunks: v | a v | b c v | d v
const TestOrder four{"v", "a", "v", "b", "c", "v", "d", "v"};

std::vector<Part> dealt(const Probe& probe, int jobs) {
  return deal_out(probe, "v", jobs, [](const std::string& test) { return test == "long" ? 10 * second : second; });
}

std::vector<TestOrder> tests_of(const std::vector<Part>& parts) {
  std::vector<TestOrder> tests;
  for (const Part& part : parts) tests.push_back(part.tests);
  return tests;
}

// What a part answers that came through `ended` of its tests.
Answer told(const std::vector<Outcome>& checks, std::size_t ended, const std::string& why = {},
            std::optional<std::string> breaker = std::nullopt) {
  Answer answer;
  answer.checks = checks;
  answer.durations.assign(ended, second);
  answer.why = why;
  answer.breaker = std::move(breaker);
  return answer;
}

// `four` in two parts: v | b c v and a v | d v
std::optional<Answer> of_two(const Answer& one, const Answer& other, int enough = 1) {
  const Probe probe = probe_of(four, enough);
  const std::vector<Part> parts{{{0, 2}, {"v", "b", "c", "v"}}, {{1, 3}, {"a", "v", "d", "v"}}};
  return put_together(probe, "v", parts, {one, other});
}

std::optional<Answer> of_whole(const Answer& answer, int enough = 1) {
  const Probe probe = probe_of(four, enough);
  return put_together(probe, "v", {whole(probe, "v")}, {answer});
}

const std::string broke = "x ended the run: exit status 3";

}  // namespace

TEST_CASE("side by side: the checks are where the victim stands, however it is spelled") {
  CHECK(check_places(four, "v") == std::vector<std::size_t>{0, 2, 5, 7});
  CHECK(check_places({"test.test_a", "test_b", "test_a"}, "test_a") == std::vector<std::size_t>{0, 2});
  CHECK(check_places({}, "v").empty());
  CHECK(whole(probe_of(four), "v").chunks == std::vector<std::size_t>{0, 1, 2, 3});
  CHECK(whole(probe_of(four), "v").tests == four);
}

TEST_CASE("side by side: chunks go to the part with the least to do, in order") {
  const std::vector<Part> two = dealt(probe_of(four), 2);
  CHECK(tests_of(two) == std::vector<TestOrder>{{"v", "b", "c", "v"}, {"a", "v", "d", "v"}});
  CHECK(two[0].chunks == std::vector<std::size_t>{0, 2});
  CHECK(two[1].chunks == std::vector<std::size_t>{1, 3});
  CHECK(tests_of(dealt(probe_of(four), 3)) == std::vector<TestOrder>{{"v", "d", "v"}, {"a", "v"}, {"b", "c", "v"}});
  CHECK(tests_of(dealt(probe_of({"long", "v", "a", "v", "b", "v", "c", "v"}), 2)) ==
        std::vector<TestOrder>{{"long", "v"}, {"a", "v", "b", "v", "c", "v"}});
}

TEST_CASE("side by side: never more parts than chunks, none of them empty") {
  CHECK(tests_of(dealt(probe_of(four), 64)) == std::vector<TestOrder>{{"v"}, {"a", "v"}, {"b", "c", "v"}, {"d", "v"}});
  const auto no_time = [](const std::string&) { return Seconds(0); };
  CHECK(tests_of(deal_out(probe_of(four), "v", 3, no_time)) == std::vector<TestOrder>{four});
}

TEST_CASE("side by side: what must not be divided is whole") {
  CHECK(tests_of(dealt(probe_of(four), 1)) == std::vector<TestOrder>{four});
  CHECK(tests_of(dealt(probe_of(four, 0), 2)) == std::vector<TestOrder>{four});
  CHECK(tests_of(dealt(probe_of({"a", "b", "v"}), 2)) == std::vector<TestOrder>{{"a", "b", "v"}});
  Probe together = probe_of(four);
  together.apart = false;
  CHECK(tests_of(dealt(together, 2)) == std::vector<TestOrder>{four});
}

TEST_CASE("side by side: behind enough failing checks in a row none counts") {
  CHECK(checks_that_count({}, 1) == 0);
  CHECK(checks_that_count({passes, passes}, 1) == 2);
  CHECK(checks_that_count({passes, fails, unknown, fails}, 1) == 2);
  CHECK(checks_that_count({unknown, unknown, fails, unknown}, 1) == 3);
  CHECK(checks_that_count({fails, unknown, fails, fails, unknown}, 2) == 4);
  CHECK(checks_that_count({fails, unresolved, fails, passes}, 2) == 4);
  CHECK(checks_that_count({fails, fails, fails}, 0) == 3);
}

TEST_CASE("side by side: the whole proves itself") {
  CHECK(of_whole(told({passes, passes, passes, passes}, 8))->checks == std::vector{passes, passes, passes, passes});
  CHECK(of_whole(told({passes, unresolved, passes, passes}, 8, "skipped"))->why == "skipped");
}

TEST_CASE("side by side: the whole is cut behind the check that was enough") {
  const Answer answer = *of_whole(told({passes, fails, unresolved}, 7, broke, "d"));
  CHECK(answer.checks == std::vector{passes, fails});
  CHECK(answer.durations.size() == 3);
  CHECK(answer.why.empty());
  CHECK_FALSE(answer.breaker);
  CHECK(of_whole(told({fails, passes, fails, fails}, 8), 2)->checks == std::vector{fails, passes, fails, fails});
  CHECK(of_whole(told({fails, fails, fails, fails}, 8), 3)->durations.size() == 6);
  CHECK(of_whole(told({fails, fails, fails, fails}, 8), 0)->checks.size() == 4);
}

TEST_CASE("side by side: a broken whole is what it is") {
  const Answer answer = *of_whole(told({passes}, 1, broke, "a"));
  CHECK(answer.checks == std::vector{passes});
  CHECK(answer.breaker == "a");
  CHECK(answer.why == broke);
  CHECK(of_whole(told({passes, unresolved}, 2, "v ended the run"))->checks == std::vector{passes, unresolved});
}

TEST_CASE("side by side: parts that all pass prove nothing") {
  CHECK_FALSE(of_two(told({passes, passes}, 4), told({passes, passes}, 4)));
  CHECK_FALSE(of_two(told({passes, unresolved}, 4, "skipped"), told({passes, passes}, 4)));
  CHECK_FALSE(of_two(told({fails, passes}, 4), told({passes, fails}, 4), 2));
}

TEST_CASE("side by side: the failing check that is first in the probe wins, not the first in time") {
  Answer answer = *of_two(told({passes, fails}, 4), told({fails}, 2));
  CHECK(answer.checks == std::vector{passes, fails});
  CHECK(answer.durations.size() == 3);
  answer = *of_two(told({passes, fails}, 4), told({passes}, 2));
  CHECK(answer.checks == std::vector{passes, passes, fails});
  CHECK(answer.durations.size() == 6);
  answer = *of_two(told({passes, passes}, 4), told({passes, fails}, 4));
  CHECK(answer.checks == std::vector{passes, passes, passes, fails});
  CHECK(answer.durations.size() == 8);
  CHECK(of_two(told({fails}, 1), told({}, 0))->checks == std::vector{fails});
}

TEST_CASE("side by side: failing checks in a row are counted in the order of the probe") {
  CHECK(of_two(told({passes, fails}, 4), told({fails, fails}, 4), 2)->checks == std::vector{passes, fails, fails});
  CHECK(of_two(told({fails, passes}, 4), told({fails}, 2), 2)->checks == std::vector{fails, fails});
  CHECK_FALSE(of_two(told({fails, fails}, 4), told({passes, passes}, 4), 2));
}

TEST_CASE("side by side: an unresolved check does not hide the failing one behind it") {
  const Answer answer = *of_two(told({unresolved, fails}, 4, "another way"), told({passes}, 2));
  CHECK(answer.checks == std::vector{unresolved, passes, fails});
  CHECK(answer.why == "another way");
}

TEST_CASE("side by side: who breaks a part breaks the probe there") {
  Answer answer = *of_two(told({passes}, 2, broke, "c"), told({passes, fails}, 4));
  CHECK(answer.checks == std::vector{passes, passes});
  CHECK(answer.breaker == "c");
  CHECK(answer.why == broke);
  CHECK(answer.durations.size() == 4);
  answer = *of_two(told({}, 0, broke), told({fails}, 2));
  CHECK(answer.checks.empty());
  CHECK_FALSE(answer.breaker);
  CHECK(answer.why == broke);
}

TEST_CASE("side by side: a breaker behind the failing check is none") {
  const Answer answer = *of_two(told({passes}, 2, broke, "c"), told({fails}, 2));
  CHECK(answer.checks == std::vector{passes, fails});
  CHECK_FALSE(answer.breaker);
  CHECK(answer.why.empty());
}

TEST_CASE("side by side: a victim that ends its run ends the probe there") {
  Answer answer = *of_two(told({passes, unresolved}, 3, "v crashed"), told({passes, fails}, 4));
  CHECK(answer.checks == std::vector{passes, passes, unresolved});
  CHECK(answer.why == "v crashed");
  CHECK_FALSE(answer.breaker);
  answer = *of_two(told({passes, fails}, 3), told({passes, fails}, 4));
  CHECK(answer.checks == std::vector{passes, passes, fails});
  answer = *of_two(told({passes, fails}, 3), told({passes, fails}, 4), 2);
  CHECK(answer.checks == std::vector{passes, passes, fails});
}

TEST_CASE("side by side: a part that was stopped too early proves nothing") {
  CHECK_FALSE(of_two(told({passes}, 2), told({passes, fails}, 4)));
  CHECK_FALSE(of_two(told({}, 0), told({fails}, 2)));
}
