#include <bbbisect/cleared.hpp>
#include <bbbisect/error.hpp>
#include <bbbisect/suspicion.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <sstream>

using namespace bbbisect;

namespace {

BuildLog read(const std::string& text) {
  std::istringstream in(text);
  return read_build_log(in);
}

/// A sequential run of `tests`; what they come out as stands behind a blank ("test_a skipped").
std::string run_of(const std::vector<std::string>& tests, const std::string& options = "") {
  const std::string total = std::to_string(tests.size());
  std::string text = "./python -m test" + options + "\n0:00:00 load avg: 0.50 Run " + total +
                     " tests sequentially in a single process\n";
  int number = 0;
  std::string failed;
  for (const std::string& test : tests) {
    const std::string name = test.substr(0, test.find(' '));
    const std::string result = name == test ? "passed" : test.substr(name.size() + 1);
    const std::string place = "0:00:00 load avg: 0.50 [" + std::to_string(++number) + "/" + total + "] " + name;
    text += place + "\n";
    if (result.starts_with("failed ") && !result.ends_with(')')) {
      const std::string line(70, '=');
      text += line + "\nFAIL: test_" + result.substr(7) + " (test." + name + ".T.test_" + result.substr(7) + ")\n" +
              std::string(70, '-') + "\nTraceback (most recent call last):\nAssertionError: no\n\n";
      text += place + " failed (1 failure)\n";
      failed += "    " + name + "\n";
    } else {
      text += place + " " + result + "\n";
    }
  }
  return text + "\n== Tests result: " + (failed.empty() ? "SUCCESS" : "FAILURE") + " ==\n\n" +
         (failed.empty() ? "" : "1 test failed:\n" + failed + "\n") + "Result: X\n";
}

Question question_of(const std::string& log) { return pose_question(read(log), std::nullopt, Extent::shown, {}); }

const TestOrder suspects{"test_a", "test_b", "test_c", "test_d"};
const std::string the_log = run_of({"test_a", "test_b", "test_c", "test_d", "test_v failed x"});

/// The suspects that one further log clears.
TestOrder cleared(const std::string& further, bool fails, const std::string& log = the_log) {
  Question question = question_of(log);
  add_further_log(question, read(further), "other.log", fails);
  TestOrder all;
  for (const FurtherRun& run : question.further) {
    CHECK(run.log == "other.log");
    CHECK(run.fails == fails);
    for (const std::string& suspect : cleared_by(run, question.suspects)) all.push_back(suspect);
  }
  if (question.further.empty()) {
    REQUIRE_FALSE(question.remarks.empty());
    CHECK(question.remarks.back().starts_with("other.log tells nothing of the suspects: it "));
  }
  return all;
}

std::string refusal(const std::string& further, bool fails) {
  Question question = question_of(the_log);
  try {
    add_further_log(question, read(further), "other.log", fails);
  } catch (const Error& error) {
    return error.what();
  }
  return "(accepted)";
}

}  // namespace

TEST_CASE("cleared: a suspect that ran before the victim where it passed") {
  CHECK(cleared(run_of({"test_c", "test_x", "test.test_a", "test_v", "test_b"}), false) ==
        TestOrder{"test_a", "test_c"});
  CHECK(cleared(run_of({"test_v", "test_b"}), false).empty());
  // One that did not run to its end may still be the one.
  CHECK(cleared(run_of({"test_a skipped", "test_b ran no tests", "test_c failed x", "test_v"}), false) ==
        TestOrder{"test_c"});
  // An altered environment is a pass where it is not the failure.
  CHECK(cleared(run_of({"test_a", "test_v failed (env changed)"}), false) == TestOrder{"test_a"});
}

TEST_CASE("cleared: a suspect that did not run before the victim where it failed as well") {
  CHECK(cleared(run_of({"test_c", "test_x", "test.test_a", "test_v failed x", "test_b"}), true) ==
        TestOrder{"test_b", "test_d"});
  CHECK(cleared(run_of({"test_v failed x"}), true) == suspects);
  // A skipped one was imported.
  CHECK(cleared(run_of({"test_a skipped", "test_v failed x"}), true) == TestOrder{"test_b", "test_c", "test_d"});
}

TEST_CASE("cleared: only runs in one process with the same victim tell anything") {
  const std::string parallel =
      "0:00:00 load avg: 0.50 Run 2 tests in parallel using 2 worker processes\n"
      "0:00:01 load avg: 0.50 [1/2] test_a passed\n0:00:01 load avg: 0.50 [2/2] test_v passed\n\n== Tests "
      "result: SUCCESS ==\n";
  CHECK(cleared(parallel, false).empty());
  CHECK(cleared(run_of({"test_a", "test_b"}), false).empty());
  CHECK(cleared(run_of({"test_a", "test_v", "test_b", "test_v"}), false).empty());
  CHECK(cleared(run_of({"test_a", "test_v skipped"}), false).empty());
  CHECK(cleared(run_of({"test_a", "test_v failed other"}), true).empty());
  CHECK(cleared(run_of({"test_a", "test_v"}, " -m test_x"), false).empty());
  CHECK(cleared("no run at all\n", false).empty());
  // With what the log to explain has as well it does.
  const std::string narrowed = run_of({"test_a", "test_b", "test_v failed x"}, " -m test_x");
  CHECK(cleared(run_of({"test_a", "test_v"}, " -m test_x"), false, narrowed) == TestOrder{"test_a"});
}

TEST_CASE("cleared: a log whose beginning is lost tells only of what it shows") {
  const auto without_first = [](std::string text) {
    const std::size_t from = text.find("0:00:00 load avg: 0.50 [1/");
    return text.erase(from, text.find("0:00:00 load avg: 0.50 [2/") - from);
  };
  CHECK(cleared(without_first(run_of({"test_a", "test_b", "test_v"})), false) == TestOrder{"test_b"});
  CHECK(cleared(without_first(run_of({"test_a", "test_b", "test_v failed x"})), true).empty());
}

TEST_CASE("cleared: the first outcome counts, not that of a re-run") {
  const std::string again =
      "Re-running 1 failed tests in verbose mode in subprocesses\nRun 1 test in parallel using 1 worker "
      "process\n"
      "0:00:09 load avg: 0.50 [1/1] test_v passed\n\n== Tests result: FAILURE then SUCCESS ==\n\n1 re-run "
      "test:\n    test_v\n\n"
      "Result: FAILURE then SUCCESS\n";
  CHECK(cleared(run_of({"test_a", "test_v failed x"}) + again, true) == TestOrder{"test_b", "test_c", "test_d"});
  CHECK(refusal(run_of({"test_a", "test_v failed x"}) + again, false) ==
        "test_v fails in other.log: name that log with --failing");
}

TEST_CASE("cleared: a log that says the opposite is refused") {
  CHECK(refusal(run_of({"test_a", "test_v"}), true) == "test_v passes in other.log: name that log with --passing");
  CHECK(refusal(run_of({"test_a", "test_v failed x"}), false) ==
        "test_v fails in other.log: name that log with --failing");
  // With several victims nobody says for which of them it is.
  Question question = question_of(the_log);
  add_further_log(question, read(run_of({"test_a", "test_v"})), "p.log", std::nullopt);
  add_further_log(question, read(run_of({"test_a", "test_v failed x"})), "f.log", std::nullopt);
  REQUIRE(question.further.size() == 2);
  CHECK_FALSE(question.further[0].fails);
  CHECK(question.further[1].fails);
  // Where it has both, the run that was meant counts.
  CHECK(refusal(run_of({"test_a", "test_v failed x"}) + run_of({"test_b", "test_v"}), false) == "(accepted)");
}

TEST_CASE("cleared: that nothing differs but the outcome is worth a remark") {
  Question question = question_of(the_log);
  add_further_log(question, read(run_of({"test_b", "test_a", "test_c", "test_d", "test_v"})), "other.log", false);
  CHECK(question.remarks.empty());
  add_further_log(question, read(run_of({"test_a", "test_x", "test_b", "test_c", "test_d", "test_v"})), "same.log",
                  false);
  REQUIRE(question.remarks.size() == 1);
  CHECK(question.remarks.front().starts_with("test_v passed in same.log after all 4 suspects in the same order"));
}

TEST_CASE("cleared: more runs clear more, and nobody is ever out of the question") {
  std::vector<FurtherRun> runs;
  double last = 1;
  for (int i = 0; i < 20; ++i) {
    runs.push_back({"p.log", false, {"test_a"}});
    const double now = clearing(suspects, runs).at("test_a");
    CHECK(now < last);
    CHECK(now > 0);
    last = now;
  }
  CHECK(clearing(suspects, runs).size() == 1);
  CHECK(clearing(suspects, {}).empty());
  runs = {{"f.log", true, {"test_a"}}};
  CHECK(clearing(suspects, runs).size() == 3);

  Question question = question_of(the_log);
  question.further = {{"p.log", false, {"test_a"}}};
  CHECK(suspicion_of(question, {}).at("test_a") < 1);
}

namespace {

/// A world in which the victim fails after all of `group` in their order.
struct World {
  TestOrder group;
  double seconds = 0;
  Answer operator()(const Probe& probe, const Durations& durations) {
    Answer answer;
    std::size_t done = 0;
    int in_a_row = 0;
    for (const std::string& test : probe.tests) {
      seconds += durations.of(test).count();
      if (test != probe.tests.back()) {
        if (done < group.size() && test == group[done]) ++done;
        continue;
      }
      answer.checks.push_back(done == group.size() ? Outcome::fails : Outcome::passes);
      in_a_row = answer.checks.back() == probe.sought ? in_a_row + 1 : 0;
      if (probe.enough > 0 && in_a_row == probe.enough) break;
    }
    return answer;
  }
};

struct Searched {
  TestOrder culprits;
  double seconds;
};

Searched search(const TestOrder& order, const TestOrder& group, Suspicion suspicion) {
  Case the_case;
  the_case.victim = "test_v";
  the_case.suspects = order;
  the_case.suspicion = std::move(suspicion);
  for (std::size_t i = 0; i < order.size(); ++i)
    the_case.durations.learn({order[i]}, {Seconds(1 + static_cast<double>(i * 7 % 11))});
  the_case.durations.learn({"test_v"}, {Seconds(0.5)});
  World world{group};
  const Conclusion conclusion =
      find_culprits(the_case, [&](const Probe& probe) { return world(probe, the_case.durations); });
  CHECK(conclusion.verdict == Verdict::order_dependent);
  return {conclusion.group.culprits, world.seconds};
}

TestOrder numbered(std::size_t count) {
  TestOrder order;
  for (std::size_t i = 0; i < count; ++i) order.push_back("test_" + std::to_string(i));
  return order;
}

}  // namespace

TEST_CASE("cleared: a polluter is found sooner by what other runs tell") {
  const TestOrder order = numbered(60);
  double without = 0;
  double with = 0;
  for (std::size_t polluter = 0; polluter < order.size(); ++polluter) {
    // A passing run in the reverse order: all that stand behind the polluter ran before the victim.
    const FurtherRun passing{"p.log", false, {order.begin() + static_cast<std::ptrdiff_t>(polluter) + 1, order.end()}};
    CHECK(search(order, {order[polluter]}, {}).culprits == TestOrder{order[polluter]});
    const Searched informed = search(order, {order[polluter]}, clearing(order, {passing}));
    CHECK(informed.culprits == TestOrder{order[polluter]});
    without += search(order, {order[polluter]}, {}).seconds;
    with += informed.seconds;
  }
  CHECK(with < 0.9 * without);
}

TEST_CASE("cleared: tests that act together are found whichever of them was cleared") {
  const TestOrder order = numbered(24);
  for (const auto& [first, second] :
       std::initializer_list<std::pair<std::size_t, std::size_t>>{{0, 23}, {3, 4}, {11, 17}, {22, 23}}) {
    const TestOrder group{order[first], order[second]};
    // A run with one of them, with both in the other order, with all in the other order; a failing run with
    // both.
    const std::vector<std::vector<FurtherRun>> told = {
        {{"p.log", false, {order[first]}}},
        {{"p.log", false, {order[second]}}},
        {{"p.log", false, {order[second], order[first]}}},
        {{"p.log", false, {order.rbegin(), order.rend()}}},
        {{"p.log", false, {order[first]}},
         {"q.log", false, {order[second]}},
         {"r.log", false, {order[second], order[first]}}},
        {{"f.log", true, group}},
        {{"f.log", true, group}, {"p.log", false, {order[second], order[first]}}},
        // The victim has another polluter there.
        {{"f.log", true, {}}},
    };
    for (const std::vector<FurtherRun>& runs : told)
      CHECK(search(order, group, clearing(order, runs)).culprits == group);
  }
  // Three, all cleared, more than once.
  const TestOrder three{order[2], order[9], order[20]};
  CHECK(search(order, three, clearing(order, {{"p.log", false, three}, {"q.log", false, three}})).culprits == three);
}
