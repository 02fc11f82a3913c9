#include <bbbisect/error.hpp>
#include <bbbisect/question.hpp>

#include <doctest/doctest.h>

#include <sstream>

using namespace bbbisect;

namespace {

Question question_of(const std::string& text, const std::optional<std::string>& test = std::nullopt) {
  std::istringstream in(text);
  return pose_question(read_build_log(in), test, Extent::shown, {});
}

std::string refusal(const std::string& text, const std::optional<std::string>& test = std::nullopt) {
  try {
    check_answerable(question_of(text, test));
  } catch (const Error& error) {
    CHECK(error.status() == ExitStatus::usage);
    return error.what();
  }
  return "(accepted)";
}

const std::string sequential =
    "./python -E -m test --fail-env-changed test_a test_env test_b test_c\n"
    "0:00:00 load avg: 1.00 Run tests sequentially\n0:00:00 load avg: 1.00 [1/4] test_a\n"
    "0:00:01 load avg: 1.00 [2/4] test_env\n0:00:02 load avg: 1.00 [3/4/1] test_b -- test_env failed (env "
    "changed)\n"
    "0:00:03 load avg: 1.00 [4/4/2] test_c -- test_b failed (1 failure)\n\n== Tests result: FAILURE ==\n\n2 "
    "tests OK.\n\n"
    "1 test failed:\n    test_b\n\n1 test altered the execution environment:\n    test_env\n";

}  // namespace

TEST_CASE("the victim is the first that failed; an altered environment comes after") {
  const Question question = question_of(sequential);
  CHECK(question.victim == "test_b");
  CHECK(question.suspects == TestOrder{"test_a", "test_env"});
  CHECK(question.failed.size() == 2);
  CHECK(refusal(sequential) == "(accepted)");
}

TEST_CASE("the user may choose another, in either spelling, even one that passed") {
  CHECK(question_of(sequential, "test_env").suspects == TestOrder{"test_a"});
  CHECK(question_of(sequential, "test.test_env").victim == "test_env");
  const Question passed = question_of(sequential, "test_c");
  CHECK_FALSE(passed.failure);
  CHECK(passed.suspects == TestOrder{"test_a", "test_env", "test_b"});
  CHECK(refusal(sequential, "test_z").find("test_z did not run in this log") == 0);
}

TEST_CASE("a log without a test run, or without a failure, is one sentence: what was looked for, what was found") {
  CHECK(refusal("").find("the log holds no test run") == 0);
  CHECK(refusal("hello\nworld\n").find("12 bytes") != std::string::npos);
  const std::string passed =
      "0:00:00 Run tests sequentially\n0:00:00 [1/1] test_a\n\n== Tests result: SUCCESS ==\n\n1 test OK.\n";
  CHECK(refusal(passed).find("the log holds no failed test") == 0);
  CHECK(refusal(passed).find("SUCCESS") != std::string::npos);
  CHECK(refusal(passed, "test_a") == "(accepted)");
}

TEST_CASE("an altered environment is a failure only where the run took it for one") {
  const std::string altered =
      "0:00:00 Run tests sequentially\n0:00:00 [1/1] test_a\ntest_a failed (env changed)\n\n== Tests result: "
      "SUCCESS ==\n\n"
      "1 test altered the execution environment:\n    test_a\n";
  CHECK(refusal(altered).find("the log holds no failed test") == 0);
  CHECK(refusal("./python -m test --fail-env-changed test_a\n" + altered) == "(accepted)");
}

TEST_CASE("a log that ends in mid-run has a victim: the test that was running") {
  const std::string cut =
      "./python -m test test_a test_b test_c\n0:00:00 load avg: 1.00 Run tests sequentially\n"
      "0:00:00 load avg: 1.00 [1/3] test_a\n0:00:01 load avg: 1.00 [2/3] test_b\n";
  CHECK(question_of(cut).victim == "test_b");
  CHECK(question_of(cut).failure->kind == FailureKind::cut_off);
  const Question crashed = question_of(cut + "Fatal Python error: Segmentation fault\n");
  CHECK(crashed.victim == "test_b");
  CHECK(crashed.failure->kind == FailureKind::crashed);
}

TEST_CASE("a parallel log is told to be one, and is replayed all the same") {
  const Question question = question_of(
      "./python -m test -j2 test_a test_b\n0:00:00 load avg: 1.00 Run tests in parallel using 2 child "
      "processes\n"
      "0:00:00 load avg: 1.00 [1/2] test_a passed\n0:00:01 load avg: 1.00 [2/2/1] test_b failed (1 "
      "failure)\n\n"
      "== Tests result: FAILURE ==\n\n1 test failed:\n    test_b\n\n1 test OK.\n");
  CHECK(question.victim == "test_b");
  CHECK(question.suspects == TestOrder{"test_a"});
  REQUIRE(question.remarks.size() == 1);
  CHECK(question.remarks[0].find("cannot have caused this failure") != std::string::npos);
}

TEST_CASE("of several runs, the one in which the user's victim failed is asked about") {
  const std::string first =
      "0:00:00 Run tests sequentially\n0:00:00 [1/1] test_a\ntest_a failed (1 failure)\n\n== Tests result: "
      "FAILURE ==\n\n"
      "1 test failed:\n    test_a\n\nTotal duration: 1 sec\nTests result: FAILURE\n";
  const std::string second =
      "0:00:00 Run tests sequentially\n0:00:00 [1/2] test_b\n0:00:00 [2/2] test_c\ntest_c failed (1 "
      "failure)\n\n"
      "== Tests result: FAILURE ==\n\n1 test failed:\n    test_c\n\nTotal duration: 1 sec\nTests result: "
      "FAILURE\n";
  CHECK(question_of(first + second).victim == "test_a");
  CHECK(question_of(first + second, "test_c").suspects == TestOrder{"test_b"});
}

TEST_CASE("a log cut off in its summary keeps what its progress lines showed") {
  const std::string cut =
      "./python -m test test_a test_b\nUsing random seed: 1\n0:00:00 Run 2 tests sequentially in a single "
      "process\n"
      "0:00:00 [1/2] test_a\n0:00:00 [1/2] test_a passed\n0:00:00 [2/2] test_b\n0:00:00 [2/2/1] test_b "
      "failed (1 failure)\n\n"
      "== Tests result: FAILURE ==\n\n1 test fai";
  CHECK(question_of(cut).victim == "test_b");
}

TEST_CASE("temporary files left behind are noticed by workers only: no replay can show that") {
  const std::string leak =
      "./python -m test --fail-env-changed -j1 test_a\n0:00:00 load avg: 1.00 Run 1 test in parallel using 1 "
      "worker process\n"
      "0:00:00 load avg: 1.00 [1/1/1] test_a failed (env changed)\nWarning -- test_a leaked temporary files "
      "(1): tmpx\n\n"
      "== Tests result: ENV CHANGED ==\n\n1 test altered the execution environment (env changed):\n    "
      "test_a\n";
  CHECK(refusal(leak).find("no replay in one process can show it") != std::string::npos);
}

TEST_CASE("needs follow the kind of the failure") {
  Question question;
  CHECK_FALSE(needs_of(question, {}).leak);
  question.failure = Failure{};
  question.failure->kind = FailureKind::leaked;
  CHECK(needs_of(question, {"-v"}).leak);
  CHECK(needs_of(question, {"-v"}).extra == std::vector<std::string>{"-v"});
  question.failure->kind = FailureKind::env_changed;
  CHECK(needs_of(question, {}).env_changed);
}
