#include <bbbisect/narration.hpp>

#include <doctest/doctest.h>

#include <sstream>

using namespace bbbisect;

namespace {

Answer answer_of(std::vector<Outcome> checks, const std::string& why = {}) {
  Answer answer;
  answer.checks = std::move(checks);
  answer.why = why;
  answer.elapsed = Seconds(12);
  return answer;
}

NarrationStyle terminal_of(int columns) {
  NarrationStyle style;
  style.columns = [columns] { return columns; };
  return style;
}

const Probe narrowing{{"test_a", "test_b", "test_c", "test_d", "test_v"}, Purpose::narrow, {}, 8};

std::optional<Forecast> rest(const std::vector<Trial>&) { return Forecast{Seconds(20), Seconds(40), Seconds(90), 7}; }

}  // namespace

TEST_CASE("checks inside a run are told in a few words") {
  std::ostringstream out;
  Narration narration(out, "test_v", {});
  const auto tell = [&](TestOrder tests, std::vector<Outcome> checks) {
    narration.announce([&](const Probe&) { return answer_of(checks); })({std::move(tests), Purpose::confirm, {}, 1});
  };
  constexpr Outcome passes = Outcome::passes;
  constexpr Outcome fails = Outcome::fails;
  tell({"test_a", "test_v", "test_b", "test_v", "test_c", "test_v"}, {passes, passes, fails});
  tell({"test_a", "test_v", "test_v", "test_v"}, {fails, fails, fails});
  tell({"test_v", "test_v", "test_v"}, {});
  CHECK(out.str() ==
        "  1  test_v between 3 tests, 3 times                    passes 2 times, then fails  (12 s)\n"
        "  2  test_v after test_a, 3 times                       fails 3 times  (12 s)\n"
        "  3  test_v alone, 3 times                              unresolved  (12 s)\n");
}

TEST_CASE("without a terminal each probe is one whole line") {
  std::ostringstream out;
  Narration narration(out, "test_v", {});
  const Ask ask = narration.announce(
      [&](const Probe&) {
        narration.progress({1, 5, "test_a", Seconds(1), Seconds(4)});
        return answer_of({Outcome::fails});
      },
      rest);
  ask(narrowing);
  CHECK(out.str() ==
        "  1  test_v after 4 tests                               fails  (12 s)  [8 suspects left, 20 s to 1 "
        "min 30 s]\n");
  CHECK(narration.trials().size() == 1);
}

TEST_CASE("on a terminal the line says where the probe is, within one row, and is finished in place") {
  std::ostringstream out;
  Narration narration(out, "test_v", terminal_of(50));
  const Ask ask = narration.announce(
      [&](const Probe&) {
        narration.progress({0, 5, "", Seconds(0), Seconds(5)});
        narration.progress({2, 5, "test_with_a_very_long_name_indeed", Seconds(1), Seconds(4)});
        return answer_of({Outcome::unresolved}, "test_b ended the run: exit status 139");
      },
      rest);
  ask(narrowing);
  const std::string text = out.str();
  CHECK(text.find("\r  1  test_v after 4 tests: starting\x1b[K") != std::string::npos);
  CHECK(text.find("\r  1  test_v after 4 tests: 2 of 5, test_with_a_ve\x1b[K") != std::string::npos);
  CHECK(text.find("\r\x1b[K  1  test_v after 4 tests ") != std::string::npos);
  CHECK(text.find("unresolved  (12 s)\n       test_b ended the run: exit status 139\n       [8 suspects left") !=
        std::string::npos);
  CHECK(text.substr(text.size() - 1) == "\n");
  std::istringstream rows(text);
  for (std::string row; std::getline(rows, row, '\r');) {
    if (row.find('\n') == std::string::npos) CHECK(row.size() <= 50 + 3);
  }
}

TEST_CASE("colours are the outcome's, and only when they are wanted") {
  std::ostringstream out;
  NarrationStyle style;
  style.color = true;
  Narration narration(out, "test_v", style);
  narration.announce(
      [](const Probe&) {
        return answer_of({Outcome::passes, Outcome::fails});
      },
      rest)({{"test_v", "test_v"}, Purpose::alone, {}, 3});
  CHECK(out.str().find("\x1b[32mpasses\x1b[0m, \x1b[31mfails\x1b[0m") != std::string::npos);
}

TEST_CASE("quiet is quiet, and the trials are kept all the same") {
  std::ostringstream out;
  NarrationStyle style = terminal_of(80);
  style.quiet = true;
  Narration narration(out, "test_v", style);
  narration.say("hello");
  narration.announce([](const Probe&) { return answer_of({Outcome::fails}); }, rest)(narrowing);
  CHECK(out.str().empty());
  CHECK(narration.trials().size() == 1);
}

TEST_CASE("the smallest reproduction so far") {
  const auto trial = [](TestOrder tests, Outcome outcome) {
    return Trial{{std::move(tests), {}, {}, 0}, answer_of({outcome})};
  };
  CHECK_FALSE(shortest_failing({}));
  CHECK_FALSE(shortest_failing({trial({"test_a", "test_v"}, Outcome::passes)}));
  CHECK(shortest_failing({trial({"test_a", "test_b", "test_v"}, Outcome::fails),
                          trial({"test_b", "test_v"}, Outcome::fails), trial({"test_v"}, Outcome::passes),
                          trial({"test_c", "test_v"}, Outcome::fails)}) == TestOrder{"test_b"});
}
