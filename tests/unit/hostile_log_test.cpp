// A log is somebody's text: whatever it says, nothing of it steers the terminal of the user.
#include "clean_text.hpp"

#include <bbbisect/build_log.hpp>
#include <bbbisect/error.hpp>
#include <bbbisect/explain.hpp>
#include <bbbisect/judge.hpp>
#include <bbbisect/printable.hpp>
#include <bbbisect/result.hpp>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>

using namespace bbbisect;

namespace {

using namespace std::string_literals;

// Carriage returns are taken away, as from any log; so is a colour.
const std::vector<std::string> poisons = {
    "\x1b]0;owned\x07"s,
    "\x1b[31;5m\x1b[2J"s,
    "\x1bP+q\x1b\\"s,
    "\x07"s,
    "\r"s,
    "\0"s,
    "\x9b"
    "2J"s,
    "\xc2\x9b"
    "2J"s,
    "\xe2\x80\xae"s,
    "\xe2\x81\xa7"s,
    "\xe2\x80\x8b"s,
    "\x7f\b\b"s,
    "\xff\xfe"s,
    "\xed\xa0\x80"s,
    "\xe2\x80\xa8"s,
    "\t"s,
    "\v\f"s,
    "\x1b"s,
};

std::string with(std::string text, const std::string& poison) {
  for (std::size_t at = 0; (at = text.find('@', at)) != std::string::npos; at += poison.size()) {
    text.replace(at, 1, poison);
  }
  return text;
}

// Poison wherever a log tells something.
const std::string with_summary = R"(@ using PTY: False
 environment:
  LC_ALL=@
  TERM=xterm@
  P@=@
 using PTY: @
./python@ -X dev@ -W 'ignore:@' -bb -m test --timeout=@ -m 'a@b' --testdir=@/x -u@ -R 3:@ --@ -@ -i @ test_a@ test_v
== CPython 3.11.2 (main@, Oct 7 2026) [GCC@]
== Linux-6.1@-x86_64 little-endian
== Python build: debug@
== cwd: @
== CPU count: @
== encodings: locale=UTF-8@ FS=@
== resources: all@
Using random seed: 10@03
@0:00:00 load avg: 1.00 Run 4 tests sequentially@
@0:00:00 load avg: 1.00 [1/4] test_a@
0:00:00 load avg: 1.00 [1/4] test_a
Warning -- os.environ@ was modified by test_a
test_a failed (env changed@)
0:00:01 load avg: 1.00 [2/4] test_b -- test_a failed (env changed@) in @ sec
0:00:01 load avg: 1.00 [3/4] test_v
======================================================================
FAIL: test_x (test.test_v.T.test_x) (i=@)
----------------------------------------------------------------------
Traceback (most recent call last):
  File "/x@/test_v.py", line 4, in test_x@
ValueError: @
======================================================================
ERROR: test_y@ (test.test_v.T.test_y@)
----------------------------------------------------------------------
Traceback (most recent call last):
  File "<frozen importlib@>", line 4, in f
O@Error@: module '@'
test test_v failed -- Traceback (most recent call last):
@Error@: @
0:00:01 load avg: 1.00 [4/4/1] test_@ -- test_v failed (1 failure@)
0:00:01 load avg: 1.00 [4/4/1] test_c -- test_v failed (1 failure@)
test_c failed (@)
== Tests result: FAILURE@ ==
2 tests failed:
    test_v test_c test_@ @
Re-running test_v in verbose mode (matching: test_x@)
Result: FAILURE@
command timed out: 1200 seconds@ without output running [b'@'], attempting to kill
process killed by signal 9@
program finished with exit code 2@
elapsedTime=1@
)";

const std::string cut_off = R"(Using random seed: 1003
== CPython 3.9@ (main@)
Run 2 tests sequentially
[1/2] test_a
[2/2] test_v
Fatal Python error: Segm@entation fault@
Current thread 0x@ (most recent call first):
  File "/x@/test_v.py", line 4 in test_x@
Timeout (0:20:00@)!
)";

BuildLog read(const std::string& text) {
  std::istringstream in(text);
  return read_build_log(in);
}

void check_clean(const char* what, const std::string& text, const std::string& log) {
  const std::size_t place = first_unclean(text);
  if (place == std::string::npos) return;
  CAPTURE(what);
  CAPTURE(printable(log));
  CAPTURE(printable(text.substr(place > 40 ? place - 40 : 0, 80)));
  CHECK(place == std::string::npos);
}

void check_json(const char* what, const std::string& text, const std::string& log) {
  check_clean(what, text, log);
  CHECK(nlohmann::json::accept(text));
  // As a reader of the JSON would print it.
  const nlohmann::json object = nlohmann::json::parse(text);
  for (const auto& [key, value] : object["log"].items()) {
    if (value.is_string()) check_clean(key.c_str(), value.get<std::string>(), log);
  }
  for (const auto& word : object["log"]["command"]) check_clean("word", word.get<std::string>(), log);
  for (const auto& failure : object["log"]["failures"]) {
    check_clean("failure", failure["text"].get<std::string>(), log);
  }
}

// Everything that the program says of the log, and of a probe that prints the same. All of it together.
std::string said_of(const std::string& log_text) {
  const BuildLog log = read(log_text);
  const Options options;
  const Question question = pose_question(log, std::nullopt, Extent::shown, {});
  const Replay replay = assumed_replay(question, options);
  std::string all;
  const auto check = [&](const char* what, const std::string& text) {
    check_clean(what, text, log_text);
    all += text;
  };
  const std::vector<Difference> different = differences(question, {}, {});
  check("show", show_text(question, replay, different));
  check("order", order_text(question));
  for (const std::string& line : introduction(question)) {
    check("introduction", line);
    CHECK(line.find('\n') == std::string::npos);
  }
  check_json("show as JSON", show_json(question, replay, different), log_text);
  if (question.victim.empty() || question.order.tests.empty()) return all;

  const Plan plan = plan_of(question, options);
  check("plan", plan_text(question, plan));
  check_json("plan as JSON", plan_json(question, plan), log_text);

  Failure wanted;
  wanted.test = question.victim;
  wanted.kind = FailureKind::leaked;
  const TestOrder tests = question.run.shown();
  Answer answer;
  try {
    answer = judge(question.run, Exited{2}, tests, question.victim, wanted);
  } catch (const Error& error) {
    answer.why = error.what();
  }
  std::ostringstream out;
  Narration narration(out, question.victim, {});
  narration.announce([&](const Probe&) { return answer; })(
      {concat(question.suspects, {question.victim}), Purpose::alone, {}, 1});
  check("narration", out.str());

  Result result;
  result.circumstances =
      Circumstances(replay, needs_of(question, {}), surroundings_of(log.environment, question.run.encodings, {}));
  result.finding.verdict = Verdict::flags_dependent;
  for (std::size_t i = 0; i < result.circumstances.factors().size(); ++i) result.finding.factors.insert(i);
  result.finding.failing.factors = result.finding.factors;
  result.finding.passing = Conditions{};
  result.finding.why = answer.why;
  result.finding.proof = {{result.finding.failing, {}, 1, 0, 0, 0}, {Conditions{}, {}, 0, 1, 0, 0}};
  result.reproduce = result.circumstances.replay(result.finding.failing).argv(tests);
  result.contrast = replay.argv(tests);
  result.trials = narration.trials();
  check("report", to_text(result, question, false));
  result.finding.verdict = Verdict::inconclusive;
  check("report", to_text(result, question, false));
  check_json("result as JSON", to_json(result, question, replay.options), log_text);
  return all;
}

}  // namespace

TEST_CASE("control characters in every field of a log reach neither report nor JSON") {
  for (const std::string& poison : poisons) {
    CAPTURE(printable(poison));
    for (const std::string* log : {&with_summary, &cut_off}) {
      const std::string said = said_of(with(*log, poison));
      CHECK(said.find("test_v") != std::string::npos);
    }
  }
  // That it comes through at all, as something else.
  const std::string said = said_of(with(with_summary, "\x1b]0;owned\x07"));
  for (const char* part :
       {R"(version         CPython 3.11.2 (main\x1b]0;owned\x07, Oct 7 2026) [GCC\x1b]0;owned\x07])",
        R"(platform        Linux-6.1\x1b]0;owned\x07-x86_64 little-endian)", R"(resources       all\x1b]0;owned\x07)",
        R"(encodings       locale=UTF-8\x1b]0;owned\x07 FS=)", R"(seed            10\x1b]0;owned\x0703)"}) {
    CAPTURE(part);
    CHECK(said.find(part) != std::string::npos);
  }
  CHECK(said_of(with(cut_off, "\xe2\x80\xae")).find(R"(ended           Timeout (0:20:00\u{202e})!)") !=
        std::string::npos);
}

TEST_CASE("control characters anywhere in a real log") {
  std::mt19937 random(1003);  // NOLINT(cert-msc51-cpp): the same places each time
  const std::filesystem::path logs = std::filesystem::path(BBBISECT_TEST_DATA) / "logs";
  for (const char* name : {"3.10-case-fail.txt", "3.11.2-case-crash-seq.txt", "3.13-case-jcrash.txt"}) {
    CAPTURE(name);
    std::ifstream in(logs / name, std::ios::binary);
    REQUIRE(in);
    const std::string original{std::istreambuf_iterator<char>(in), {}};
    for (int round = 0; round < 150; ++round) {
      std::string text = original;
      for (int count = 0; count < 20; ++count) {
        text.insert(random() % text.size(), poisons[random() % poisons.size()]);
      }
      try {
        said_of(text);
      } catch (const Error& error) {
        check_clean("error", error.what(), text);
      }
    }
  }
}
