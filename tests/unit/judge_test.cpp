#include <bbbisect/error.hpp>
#include <bbbisect/judge.hpp>

#include <doctest/doctest.h>

#include <csignal>
#include <sstream>

using namespace bbbisect;

namespace {

const std::string old_header = "Run tests sequentially\n";
const std::string new_header =
    "Using random seed: 1\n0:00:00 load avg: 1.00 Run 2 tests sequentially in a single process\n";

// The exit status of a run that came to such an end.
Ending ending_of(const std::string& output) { return Exited{output.find(" failed:\n") == std::string::npos ? 0 : 2}; }

Answer answer_to(const std::string& output, const TestOrder& tests, std::optional<Failure> wanted,
                 const Ending& ending) {
  std::istringstream in(output);
  const BuildLog log = read_build_log(in);
  REQUIRE_FALSE(log.runs.empty());
  return judge(log.runs.front(), ending, tests, "test_v", wanted);
}

Answer answer_to(const std::string& output, const TestOrder& tests, std::optional<Failure> wanted = std::nullopt) {
  return answer_to(output, tests, std::move(wanted), ending_of(output));
}

// The same of a probe, which knows what it runs.
Answer probe_answer(const std::string& output, const TestOrder& tests, std::optional<Failure> wanted,
                    const Ending& ending) {
  LogReader reader;
  reader.expect(tests);
  reader.feed(output);
  return judge(reader.finish().runs.front(), ending, tests, "test_v", wanted);
}

Failure failed(const TestOrder& methods, const TestOrder& exceptions = {}) {
  Failure failure;
  failure.test = "test_v";
  failure.methods = methods;
  failure.exceptions = exceptions;
  return failure;
}

Failure ended(FailureKind kind) {
  Failure failure;
  failure.test = "test_v";
  failure.kind = kind;
  return failure;
}

}  // namespace

TEST_CASE("a quick pass leaves no words in the older formats, and a line of its own in the newer") {
  CHECK(answer_to(old_header + "0:00:00 [1/2] test_a\n0:00:00 [2/2] test_v\n\n== Tests result: SUCCESS "
                               "==\n\nAll 2 tests OK.\n",
                  {"test_a", "test_v"})
            .check(0) == Outcome::passes);
  CHECK(answer_to(new_header + "0:00:00 [1/2] test_a\n0:00:00 [1/2] test_a passed\n0:00:00 [2/2] test_v\n"
                               "0:00:00 [2/2] test_v passed\n\n== Tests result: SUCCESS ==\n\nAll 2 tests OK.\n",
                  {"test_a", "test_v"})
            .check(0) == Outcome::passes);
}

TEST_CASE("a failure counts by the summary, whatever the exit status, unless that tells of success") {
  const std::string output = old_header +
                             "0:00:00 [1/2] test_a\n0:00:00 [2/2] test_v\ntest_v failed (1 failure)\n\n"
                             "== Tests result: FAILURE ==\n\n1 test failed:\n    test_v\n\n1 test OK.\n";
  for (const Ending& ending : {Ending(Exited{2}), Ending(Exited{1}), Ending(Killed{SIGSEGV})})
    CHECK(answer_to(output, {"test_a", "test_v"}, std::nullopt, ending).check(0) == Outcome::fails);
  const Answer answer = answer_to(output, {"test_a", "test_v"}, std::nullopt, Exited{0});
  CHECK(answer.check(0) == Outcome::unresolved);
  CHECK(answer.why.find("exit status") != std::string::npos);
}

TEST_CASE("the victim twice: each place is a check of its own") {
  const std::string output = old_header +
                             "0:00:00 [1/2] test_v\n0:00:00 [2/2] test_v\ntest_v failed (1 failure)\n\n"
                             "== Tests result: FAILURE ==\n\n1 test failed:\n    test_v\n\n1 test OK.\n";
  const Answer answer = answer_to(output, {"test_v", "test_v"});
  CHECK(answer.check(0) == Outcome::passes);
  CHECK(answer.check(1) == Outcome::fails);
}

TEST_CASE("a suspect that ends the run is named, and the check is unresolved") {
  const Answer answer =
      answer_to(old_header + "0:00:00 [1/3] test_a\n0:00:00 [2/3] test_b\nFatal Python error: Aborted\n",
                {"test_a", "test_b", "test_v"}, std::nullopt, Killed{SIGABRT});
  CHECK(answer.check(0) == Outcome::unresolved);
  CHECK(answer.breaker == "test_b");
  CHECK(answer.why.find("test_b ended the run") == 0);
}

TEST_CASE("a victim that ends the run fails only when it did so in the log") {
  const std::string output =
      old_header + "0:00:00 [1/2] test_a\n0:00:00 [2/2] test_v\nFatal Python error: Segmentation fault\n";
  const TestOrder tests{"test_a", "test_v"};
  CHECK(answer_to(output, tests, ended(FailureKind::crashed), Killed{SIGSEGV}).check(0) == Outcome::fails);
  CHECK(answer_to(output, tests, ended(FailureKind::cut_off), Killed{SIGSEGV}).check(0) == Outcome::fails);
  CHECK(answer_to(output, tests, failed({"test_x"}), Killed{SIGSEGV}).check(0) == Outcome::unresolved);
  CHECK(answer_to(output, tests, ended(FailureKind::crashed), Killed{SIGKILL}).check(0) == Outcome::unresolved);
  CHECK(answer_to(output, tests, ended(FailureKind::crashed), TimedOut{}).check(0) == Outcome::unresolved);
}

TEST_CASE("exit status 0 without a summary is no pass") {
  const std::string output = old_header + "0:00:00 [1/2] test_a\n0:00:00 [2/2] test_v\n";
  CHECK(answer_to(output, {"test_a", "test_v"}, ended(FailureKind::died), Exited{0}).check(0) == Outcome::fails);
  CHECK(answer_to(output, {"test_a", "test_v"}, failed({"test_x"}), Exited{0}).check(0) == Outcome::unresolved);
}

TEST_CASE("a skipped victim, or one without tests, is no answer") {
  for (const char* words : {"skipped", "skipped (resource denied)", "ran no tests"}) {
    CAPTURE(words);
    const Answer answer = answer_to(
        new_header + "0:00:00 [1/2] test_a\n0:00:00 [1/2] test_a passed\n0:00:00 [2/2] test_v\n0:00:00 [2/2] test_v " +
            words + "\n\n== Tests result: SUCCESS ==\n\n1 test OK.\n",
        {"test_a", "test_v"});
    CHECK(answer.check(0) == Outcome::unresolved);
    CHECK(answer.why.find(words) != std::string::npos);
  }
}

TEST_CASE("an altered environment is a failure only where it was one in the log") {
  const std::string output = new_header +
                             "0:00:00 [1/2] test_a\n0:00:00 [1/2] test_a passed\n0:00:00 [2/2] test_v\n"
                             "0:00:00 [2/2/1] test_v failed (env changed)\n\n== Tests result: SUCCESS ==\n\n"
                             "1 test altered the execution environment (env changed):\n    test_v\n\n1 test OK.\n";
  CHECK(answer_to(output, {"test_a", "test_v"}, ended(FailureKind::env_changed)).check(0) == Outcome::fails);
  CHECK(answer_to(output, {"test_a", "test_v"}, failed({})).check(0) == Outcome::passes);
}

TEST_CASE("a test can print what looks like a result; the summary has the last word") {
  const std::string head = new_header + "0:00:00 [1/2] test_a\n0:00:00 [1/2] test_a passed\n0:00:00 [2/2] test_v\n";
  const std::string liar =
      head + "0:00:00 [2/2/1] test_v failed (1 failure)\n\n== Tests result: SUCCESS ==\n\nAll 2 tests OK.\n";
  const std::string shy =
      head + "0:00:00 [2/2] test_v passed\n\n== Tests result: FAILURE ==\n\n1 test failed:\n    test_v\n";
  for (const std::string& output : {liar, shy}) {
    const Answer answer = answer_to(output, {"test_a", "test_v"});
    CHECK(answer.check(0) == Outcome::unresolved);
    CHECK(answer.why.find("contradicts its own summary") != std::string::npos);
  }
}

TEST_CASE("a victim whose failure is a hang fails when the deadline finds it hanging") {
  const std::string output = old_header + "0:00:00 [1/2] test_a\n0:00:00 [2/2] test_v\n";
  const TestOrder tests{"test_a", "test_v"};
  CHECK(answer_to(output, tests, ended(FailureKind::timed_out), TimedOut{}).check(0) == Outcome::fails);
  CHECK(answer_to(output, tests, ended(FailureKind::cut_off), TimedOut{}).check(0) == Outcome::fails);
  const Answer other = answer_to(output, tests, failed({"test_x"}), TimedOut{});
  CHECK(other.check(0) == Outcome::unresolved);
  CHECK(other.why.find("--timeout") != std::string::npos);
}

TEST_CASE("a runner that runs something else is not believed") {
  CHECK_THROWS_AS(answer_to(old_header + "0:00:00 [1/2] test_b\n0:00:00 [2/2] test_v\n", {"test_a", "test_v"}), Error);
  CHECK_THROWS_AS(answer_to("Using random seed: 1\n0:00:00 Run 2 tests sequentially\n", {"test_a", "test_v"}), Error);
}

namespace {

std::string traceback_of(const std::string& method) {
  return "======================================================================\nFAIL: " + method +
         " (test.test_v.T." + method +
         ")\n----------------------------------------------------------------------\n"
         "Traceback (most recent call last):\nAssertionError: no\n\n";
}

// What a run of test_v, test_a, test_v prints, the victim failing in these methods: in the words of the newer
// formats, and of the older.
std::string new_twice(const std::string& first, const std::string& second) {
  const auto check = [](const std::string& place, const std::string& method) {
    if (method.empty()) return "0:00:00 [" + place + "] test_v\n0:00:00 [" + place + "] test_v passed\n";
    return "0:00:00 [" + place + "] test_v\n" + traceback_of(method) + "0:00:00 [" + place +
           "/1] test_v failed (1 failure)\n";
  };
  return "Using random seed: 1\n0:00:00 load avg: 1.00 Run 3 tests sequentially in a single process\n" +
         check("1/3", first) + "0:00:00 [2/3] test_a\n0:00:00 [2/3] test_a passed\n" + check("3/3", second);
}
std::string old_twice(const std::string& first, const std::string& second) {
  return old_header + "0:00:00 [1/3] test_v\n" + (first.empty() ? "" : traceback_of(first)) + "0:00:00 [2/3] test_a" +
         (first.empty() ? "" : " -- test_v failed (1 failure)") + "\n0:00:00 [3/3] test_v\n" +
         (second.empty() ? "" : traceback_of(second) + "test_v failed (1 failure)\n");
}

constexpr const char* summary = "\n== Tests result: FAILURE ==\n\n1 test failed:\n    test_v\n\n1 test OK.\n";

}  // namespace

TEST_CASE("each place of the victim is judged by what failed there") {
  const TestOrder tests{"test_v", "test_a", "test_v"};
  for (const auto& prints : {new_twice, old_twice}) {
    const auto checks = [&](const std::string& first, const std::string& second) {
      return answer_to(prints(first, second) + summary, tests, failed({"test_x"})).checks;
    };
    using enum Outcome;
    CHECK(checks("", "test_x") == std::vector{passes, fails});
    CHECK(checks("test_x", "") == std::vector{fails, passes});
    CHECK(checks("test_x", "test_x") == std::vector{fails, fails});
    CHECK(checks("test_y", "test_x") == std::vector{unresolved, fails});
    CHECK(checks("test_x", "test_y") == std::vector{fails, unresolved});
    CHECK(checks("test_y", "") == std::vector{unresolved, passes});
  }
}

TEST_CASE("what a summary names failed somewhere") {
  const TestOrder tests{"test_v", "test_a", "test_v"};
  const Answer answer = answer_to(new_twice("", "") + summary, tests);
  CHECK(answer.checks == std::vector{Outcome::unresolved, Outcome::unresolved});
  // OLD, where something stands in the way of the last result
  CHECK(answer_to(old_twice("", "") + "0123\n0123\n0123\n0123\n0123\n0123\n0123\n" + summary, tests).checks ==
        std::vector{Outcome::passes, Outcome::fails});
}

TEST_CASE("the last result of the older formats is found behind what a test left on its line") {
  const TestOrder tests{"test_v", "test_a", "test_v"};
  std::istringstream text(old_twice("test_x", "") + "left on the line test_v failed (1 failure)\n" + summary);
  LogReader reader;
  reader.expect(tests);
  reader.feed(text.str());
  CHECK(judge(reader.finish().runs.front(), Exited{2}, tests, "test_v", std::nullopt).checks ==
        std::vector{Outcome::fails, Outcome::fails});
}

TEST_CASE("what each place altered is its own") {
  const auto check = [](const std::string& place, const std::string& part) {
    return "0:00:00 [" + place + "] test_v\nWarning -- " + part + " was modified by test_v\n0:00:00 [" + place +
           "/1] test_v failed (env changed)\n";
  };
  Failure wanted = ended(FailureKind::env_changed);
  wanted.altered = {"os.environ"};
  CHECK(answer_to("0:00:00 load avg: 1.00 Run 2 tests sequentially in a single process\n" + check("1/2", "sys.path") +
                      check("2/2", "os.environ"),
                  {"test_v", "test_v"}, wanted)
            .checks == std::vector{Outcome::unresolved, Outcome::fails});
}

TEST_CASE("a run that was stopped has the checks that it got to, and nobody broke it") {
  for (const auto& prints : {new_twice, old_twice}) {
    const std::string whole = prints("test_x", "test_x");
    const std::string output = whole.substr(0, whole.find("[3/3]") - std::string("0:00:00 ").size());
    const Answer answer = answer_to(output, {"test_v", "test_a", "test_v"}, failed({"test_x"}), Stopped{});
    CHECK(answer.checks == std::vector{Outcome::fails});
    CHECK(answer.why.empty());
    CHECK_FALSE(answer.breaker);
  }
}

namespace {

const TestOrder pair{"test_a", "test_v"};
const std::string clock_text = "0:00:01 load avg: 1.00 ";
const std::string start_of_pair = new_header + clock_text + "[1/2] test_a\n";

// What regrtest prints of the victim and behind it, be it the runner's own or the work of a test. Those of the
// older formats show no line of a quick pass.
std::string victim_line(const std::string& result) {
  return clock_text + "[2/2" + (result.starts_with("failed") ? "/1" : "") + "] test_v " + result + "\n";
}
const std::string victim_starts = clock_text + "[2/2] test_v\n";
const std::string victim_fails = traceback_of("test_x") + victim_line("failed (1 failure)");
const std::string end_of_failure = std::string(summary) + "\nTotal duration: 1 sec\nResult: FAILURE\n";
const std::string end_of_success =
    "\n== Tests result: SUCCESS ==\n\nAll 2 tests OK.\n\nTotal duration: 1 sec\nResult: SUCCESS\n";
const std::string false_end = victim_starts + victim_fails + end_of_failure;
const std::string true_pass =
    clock_text + "[1/2] test_a passed\n" + victim_starts + victim_line("passed") + end_of_success;

constexpr Exited success{0}, failure_status{2};

}  // namespace

TEST_CASE("a test can print a whole end of the run: what the runner prints then counts") {
  CHECK(probe_answer(start_of_pair + false_end + true_pass, pair, failed({"test_x"}), success).checks ==
        std::vector{Outcome::passes});
  const std::string other_run = "Using random seed: 99\n0:00:00 load avg: 1.00 Run 3 tests sequentially\n";
  CHECK(probe_answer(start_of_pair + false_end + other_run + true_pass, pair, failed({"test_x"}), success).checks ==
        std::vector{Outcome::passes});
  const std::string again = "\nRe-running 2 failed tests in verbose mode\nRe-running test_v in verbose mode\n";
  CHECK(probe_answer(start_of_pair + false_end + again + true_pass, pair, failed({"test_x"}), success).checks ==
        std::vector{Outcome::passes});
  // A false pass hides no failure.
  CHECK(probe_answer(start_of_pair + victim_starts + victim_line("passed") + end_of_success + victim_starts +
                         victim_fails + end_of_failure,
                     pair, failed({"test_x"}), failure_status)
            .checks == std::vector{Outcome::fails});
}

TEST_CASE("whose methods failed in what a test printed is not believed once the victim starts") {
  const std::string output = start_of_pair + false_end + victim_starts + traceback_of("test_y") +
                             victim_line("failed (1 failure)") + end_of_failure;
  CHECK(probe_answer(output, pair, failed({"test_x"}), failure_status).checks == std::vector{Outcome::unresolved});
  CHECK(probe_answer(output, pair, failed({"test_y"}), failure_status).checks == std::vector{Outcome::fails});
}

TEST_CASE("a test that prints a whole end and leaves blames nobody by exit status 0") {
  const Answer answer = probe_answer(start_of_pair + false_end, pair, failed({"test_x"}), success);
  CHECK(answer.checks == std::vector{Outcome::unresolved});
  CHECK(answer.why == "test_v failed by what was printed, but not by the runner's exit status");
}

TEST_CASE("what a test left behind can print after the end: then nobody is believed") {
  const std::string passed = start_of_pair + true_pass;
  for (const std::string& behind : {victim_fails, end_of_failure, false_end, victim_starts,
                                    victim_starts + victim_fails, "test_v failed (1 failure)\n" + end_of_failure}) {
    CAPTURE(behind);
    CHECK(probe_answer(passed + behind, pair, failed({"test_x"}), success).checks == std::vector{Outcome::unresolved});
  }
  const Answer answer = probe_answer(passed + victim_starts, pair, ended(FailureKind::died), success);
  CHECK(answer.checks == std::vector{Outcome::unresolved});
  CHECK(answer.why == "test_v was started once more behind the end of all, by what was printed");
}

TEST_CASE("a victim may print the output of other runs: its own failure comes behind it") {
  const std::string nested = "Using random seed: 3\n" + clock_text + "Run 1 test sequentially in a single process\n" +
                             clock_text + "[1/1] test_fnmatch\n" + clock_text + "[1/1] test_fnmatch passed\n" +
                             end_of_success;
  const std::string output =
      start_of_pair + clock_text + "[1/2] test_a passed\n" + victim_starts + nested + victim_fails + end_of_failure;
  CHECK(probe_answer(output, pair, failed({"test_x"}), failure_status).checks == std::vector{Outcome::fails});
  CHECK(probe_answer(output, pair, failed({"test_y"}), failure_status).checks == std::vector{Outcome::unresolved});
  // OLD: the result stands on a line of its own, just before the summary.
  const std::string old = "Run tests sequentially\n0:00:00 [1/2] test_a\n0:00:00 [2/2] test_v\n" + nested +
                          traceback_of("test_x") + "test_v failed\n" + end_of_failure;
  CHECK(probe_answer(old, pair, failed({"test_x"}), failure_status).checks == std::vector{Outcome::fails});
  CHECK(probe_answer(old, pair, failed({"test_y"}), failure_status).checks == std::vector{Outcome::unresolved});
}

TEST_CASE("whatever stands in front of it, no test makes a passing victim fail by printing") {
  // All sequences of three of these, printed by the suspect, and behind the end.
  const std::vector<std::string> parts = {
      victim_starts,
      victim_fails,
      victim_line("passed"),
      summary,
      "Result: FAILURE\n",
      end_of_success,
      "test_v failed (1 failure)\n",
      clock_text + "[1/2/1] test_a -- test_v failed (1 failure)\n",
      "Using random seed: 99\n" + clock_text + "Run 2 tests sequentially\n",
      "Re-running 2 failed tests in verbose mode\nRe-running test_v in verbose mode\n",
      clock_text + "[1/2] test_a\n"};
  const auto check = [&](const std::string& output) {
    CAPTURE(output);
    const Answer answer = probe_answer(output, pair, std::nullopt, success);
    REQUIRE(answer.check(0) != Outcome::fails);
  };
  const std::string old_end = "0:00:00 [2/2] test_v\n" + end_of_success;
  for (std::size_t number = 0; number < parts.size() * parts.size() * parts.size(); ++number) {
    std::string printed;
    for (std::size_t rest = number, i = 0; i < 3; ++i, rest /= parts.size()) printed += parts[rest % parts.size()];
    check(start_of_pair + printed + true_pass);
    check(start_of_pair + true_pass + printed);
    check(old_header + "0:00:00 [1/2] test_a\n" + printed + old_end);
    check(old_header + "0:00:00 [1/2] test_a\n" + old_end + printed);
  }
}

TEST_CASE("the same failure") {
  CHECK(same_failure(failed({"test.test_v.T.test_x"}), failed({"test_x"})));
  CHECK(same_failure(failed({"test_x"}), failed({"test_x", "test_y"})));
  CHECK_FALSE(same_failure(failed({"test_x", "test_y"}), failed({"test_y", "test_z"})));
  CHECK(same_failure(failed({"test.test_v.A.test_x"}), failed({"test_v.A.test_x"})));
  CHECK_FALSE(same_failure(failed({"test_v.A.test_x"}), failed({"test_v.B.test_x"})));
  CHECK_FALSE(same_failure(failed({"test_x"}), failed({"test_y"})));
  CHECK_FALSE(same_failure(failed({"test_x"}, {"OSError"}), failed({"test_y"}, {"OSError"})));
  CHECK(same_failure(failed({}, {"OSError"}), failed({"test_y"}, {"OSError"})));
  CHECK_FALSE(same_failure(failed({}, {"OSError"}), failed({}, {"ValueError"})));
  CHECK(same_failure(failed({"test_x"}), failed({})));
  CHECK_FALSE(same_failure(failed({"test_x"}), ended(FailureKind::crashed)));
  CHECK_FALSE(same_failure(ended(FailureKind::crashed), ended(FailureKind::timed_out)));
  CHECK(same_failure(ended(FailureKind::cut_off), ended(FailureKind::timed_out)));
  CHECK_FALSE(same_failure(ended(FailureKind::cut_off), failed({})));

  Failure errors = failed({});
  errors.errors = 2;
  Failure failures = failed({});
  failures.failures = 1;
  CHECK_FALSE(same_failure(errors, failures));
  failures.errors = 1;
  CHECK(same_failure(errors, failures));
}

namespace {

Answer answer_of_workers(const std::string& result, const std::string& end,
                         std::optional<Failure> wanted = std::nullopt) {
  std::istringstream in(
      "0:00:00 load avg: 1.00 Run 2 tests in parallel using 2 worker processes\n"
      "0:00:01 load avg: 1.00 [1/2] test_a passed\n"
      "0:00:02 load avg: 1.00 [2/2] test_v" +
      result + "\n" + end);
  const BuildLog log = read_build_log(in);
  REQUIRE_FALSE(log.runs.empty());
  return judge_parallel(log.runs.front(), Exited{0}, "test_v", wanted);
}

const std::string failed_in_the_end = "\n== Tests result: FAILURE ==\n\n1 test failed:\n    test_v\n\n1 test OK.\n";
const std::string all_ok = "\n== Tests result: SUCCESS ==\n\nAll 2 tests OK.\n";

}  // namespace

TEST_CASE("a run with workers has one check, of the victim's one run") {
  CHECK(answer_of_workers(" failed (1 failure)", failed_in_the_end).checks == std::vector{Outcome::fails});
  CHECK(answer_of_workers(" passed", all_ok).checks == std::vector{Outcome::passes});
  CHECK(answer_of_workers(" skipped (resource denied)", all_ok).skipped);
  CHECK(answer_of_workers(" skipped (resource denied)", all_ok).check(0) == Outcome::unresolved);
}

TEST_CASE("a run with workers that came to no summary, or failed otherwise, is no answer") {
  CHECK(answer_of_workers(" passed", "").check(0) == Outcome::unresolved);
  CHECK(answer_of_workers(" failed (1 failure)", failed_in_the_end, ended(FailureKind::timed_out)).check(0) ==
        Outcome::unresolved);
}
