#include "../log_as_json.hpp"

#include <bbbisect/build_log.hpp>
#include <bbbisect/command.hpp>
#include <bbbisect/error.hpp>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <random>
#include <set>
#include <sstream>

using namespace bbbisect;
using nlohmann::json;
using Names = std::set<std::string>;

namespace {

const std::filesystem::path data = BBBISECT_TEST_DATA;

std::string text_of(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  REQUIRE_MESSAGE(in, path.string());
  return {std::istreambuf_iterator<char>(in), {}};
}

BuildLog read(std::string_view text, std::size_t block = 1 << 20) {
  LogReader reader;
  for (std::size_t i = 0; i < text.size(); i += block) reader.feed(text.substr(i, block));
  return reader.finish();
}

std::string replaced(std::string text, const std::string& what, const std::string& by) {
  for (std::size_t i = 0; (i = text.find(what, i)) != std::string::npos; i += by.size()) {
    text.replace(i, what.size(), by);
  }
  return text;
}

/// Each line of `text` behind `prefix`.
std::string prefixed(const std::string& text, const std::string& prefix) {
  std::string result;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) result += prefix + line + "\n";
  return result;
}

json section_as_expected(const ResultSection& section) {
  json all = {{"state", section.state}};
  const auto add = [&](const char* title, const TestOrder& names) {
    if (!names.empty()) all[title] = names;
  };
  add("failed", section.failed);
  add("env_changed", section.env_changed);
  add("skipped", section.skipped);
  add("resource_denied", section.resource_denied);
  add("run_no_tests", section.run_no_tests);
  add("omitted", section.omitted);
  add("rerun", section.rerun);
  return all;
}

bool holds(const TestOrder& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// What the first summary of a run says of `name`, in the words of the bare line after the last test.
std::string result_by_section(const Run& run, const std::string& name) {
  const ResultSection& section = run.sections.front();
  if (holds(section.env_changed, name)) return "failed (env changed)";
  if (holds(section.failed, name)) return "failed";
  if (holds(section.resource_denied, name)) return "skipped";
  if (holds(section.skipped, name)) return "skipped";
  if (holds(section.run_no_tests, name)) return "no tests";
  return "passed";
}

/// True when the text has the line "NAME RESULT", with no reason behind it.
bool has_bare_line(const std::string& text, const std::string& name, const std::string& result) {
  return ("\n" + text).find("\n" + name + " " + result + "\n") != std::string::npos;
}

/// Results by index, without the one of the last test where EXPECTED has it not: it stands on a bare line,
/// and is compared with that and with the summary. `text` is empty for one run of several.
std::map<std::string, std::string> progress_results(const Run& run, const json& expected, const std::string& text) {
  std::map<std::string, std::string> results;
  for (std::size_t i = 0; i < run.tests.size(); ++i) {
    if (!run.tests[i].result.empty()) results[std::to_string(i + 1)] = run.tests[i].result;
  }
  const std::string last = std::to_string(run.tests.size());
  if (run.tests.empty() || run.mode != RunMode::sequential || expected.contains(last)) return results;
  const std::string& name = run.tests.back().name;
  const std::string& bare = run.tests.back().result;
  CAPTURE(bare);
  if (bare.empty() && text.empty()) {
    CHECK(result_by_section(run, name) == "passed");
  } else if (bare.empty()) {
    for (const char* result :
         {"failed", "failed (1 failure)", "failed (1 error)", "failed (env changed)", "skipped",
          "failed (uncaught exception)", "skipped (resource denied)", "ran no tests", "run no tests"}) {
      CHECK_FALSE(has_bare_line(text, name, result));
    }
  } else {
    if (!text.empty()) CHECK(has_bare_line(text, name, bare));
    if (!run.sections.empty()) CHECK(bare.find(result_by_section(run, name)) != std::string::npos);
  }
  results.erase(last);
  return results;
}

/// The names that a run must be said to have failed, by the rules of regrtest rather than of the reader.
Names expected_failures(const json& expected, const Run& run) {
  Names names;
  if (!expected["sections"].empty()) {
    for (const char* title : {"failed", "env_changed"}) {
      const json section = expected["sections"][0];
      if (section.contains(title)) names.insert(section[title].begin(), section[title].end());
    }
    return names;
  }
  const auto is_bad = [](const std::string& result) {
    return result.starts_with("failed") || result.starts_with("crashed") || result.starts_with("timed out") ||
           result.starts_with("worker");
  };
  for (const auto& [index, result] : expected["results"].items()) {
    if (is_bad(result)) names.insert(expected["order"][std::stoul(index) - 1]);
  }
  if (!run.tests.empty() && is_bad(run.tests.back().result)) names.insert(run.tests.back().name);
  if (expected["final"].is_null() && expected["mode"] == "seq" && !expected["order"].empty()) {
    names.insert(expected["order"].back());
  }
  return names;
}

Names failure_names(const Run& run) {
  Names names;
  for (const Failure& failure : run.failures) names.insert(failure.test);
  return names;
}

const std::string three_tests =
    "Using random seed: 1003\n"
    "0:00:00 load avg: 4.26 Run 3 tests sequentially\n"
    "0:00:00 load avg: 4.26 [1/3] test_polluter\n"
    "0:00:01 load avg: 4.26 [2/3] test_victim\n"
    "test test_victim failed -- Traceback (most recent call last):\n"
    "  File \"/x/test_victim.py\", line 4, in test_sensitive\n"
    "    def test_sensitive(self): self.fail()\n"
    "AssertionError: None\n"
    "\n"
    "1:02:03 load avg: 4.26 [3/3/1] test_ok -- test_victim failed (1 failure)\n"
    "\n"
    "== Tests result: FAILURE ==\n"
    "\n"
    "1 test failed:\n"
    "    test_victim\n"
    "\n"
    "2 tests OK.\n"
    "\n"
    "Total duration: 52 ms\n"
    "Result: FAILURE\n";

}  // namespace

TEST_CASE("every fixture log says what is known of it") {
  const json all = json::parse(text_of(data / "logs" / "EXPECTED.json"));
  REQUIRE(all.size() == 563);
  for (const auto& [name, expected] : all.items()) {
    CAPTURE(name);
    const std::string text = text_of(data / "logs" / name);
    const BuildLog log = read_build_log(data / "logs" / name);
    const Run none;
    const Run& run = log.runs.empty() ? none : log.runs.front();

    static const std::map<RunMode, json> modes = {
        {RunMode::unknown, nullptr}, {RunMode::sequential, "seq"}, {RunMode::parallel, "par"}};
    CHECK(modes.at(run.mode) == expected["mode"]);
    CHECK(json(run.shown()) == expected["order"]);
    CHECK((run.seed ? json(*run.seed) : json()) == expected["seed"]);
    // "[  3/1]" of --forever: the 1 counts failures (the parser behind EXPECTED took it for the total).
    const bool forever = text.find("Run tests sequentially in a single process\n") != std::string::npos;
    CHECK((run.total ? json(*run.total) : json()) == (forever ? json() : expected["total"]));
    CHECK((run.workers ? json(*run.workers) : json()) == expected["workers"]);

    // test.bisect_cmd runs the same tests over and over; EXPECTED has the results of all runs in one.
    std::map<std::string, std::string> results;
    json sections = json::array();
    json final_state;
    for (const Run& one : log.runs) {
      CHECK(one.shown() == run.shown());
      for (const auto& [index, result] : progress_results(one, expected["results"], log.runs.size() == 1 ? text : "")) {
        results[index] = result;
      }
      for (const ResultSection& section : one.sections) sections.push_back(section_as_expected(section));
      if (!one.closing.empty() && !one.sections.empty()) CHECK(one.closing == one.sections.back().state);
      final_state = one.closing.empty() ? json() : json(one.closing);
    }
    CHECK(json(results) ==
          (expected["results"].empty() ? json(std::map<std::string, std::string>()) : expected["results"]));
    CHECK(sections == expected["sections"]);
    CHECK(final_state == expected["final"]);

    if (!expected["reexec"].is_null()) {
      CHECK(split_words(expected["reexec"].get<std::string>()) == log.first_command);
      if (log.runs.size() == 1) CHECK(run.command == log.first_command);
    }
    CHECK(failure_names(run) == expected_failures(expected, run));
    CHECK(log.bytes == std::filesystem::file_size(data / "logs" / name));
  }
}

TEST_CASE("the cases name their victim and how it failed") {
  struct Known {
    const char* name;
    FailureKind kind;
    TestOrder methods, exceptions;
  };
  const Known cases[] = {
      {"call-after-importlib-3.11",
       FailureKind::failed,
       {"test_fastcall", "test_vectorcall", "test_vectorcall_dict", "test_fastcall_ext", "test_fastcall_keywords",
        "test_fastcall_keywords_ext", "test_noargs", "test_noargs_ext", "test_o", "test_o_ext", "test_varargs",
        "test_varargs_ext", "test_varargs_keywords", "test_varargs_keywords_ext"},
       {}},
      {"crash-code-capi-3.12", FailureKind::crashed, {}, {}},
      {"flags-werror-3.12", FailureKind::failed, {"test_issue31285"}, {"DeprecationWarning"}},
      {"unittest-two-polluters-3.10",
       FailureKind::failed,
       {"test_discovery_failed_discovery", "test_discovery_from_dotted_namespace_packages"},
       {}},
  };
  for (const Known& known : cases) {
    CAPTURE(known.name);
    const json answer = json::parse(text_of(data / "cases" / known.name / "answer.json"));
    const BuildLog log = read_build_log(data / "cases" / known.name / "log.txt");
    REQUIRE(log.run() != nullptr);
    const Run& run = *log.run();
    REQUIRE(run.failures.size() == 1);
    const Failure& failure = run.failures[0];
    CHECK(json(failure.test) == answer["victim"]);
    CHECK(failure.kind == known.kind);
    CHECK(failure.methods == known.methods);
    CHECK(failure.exceptions == known.exceptions);
    CHECK(run.mode == RunMode::sequential);
    CHECK(run.seed.has_value());
    CHECK(run.command.size() > 5);
    CHECK(run.command == log.first_command);
    const TestOrder shown = run.shown();
    auto after = shown.begin();
    for (const json& culprit : answer["culprits"]) {
      after = std::find(after, shown.end(), culprit.get<std::string>());
      CHECK(after != shown.end());
    }
  }
}

TEST_CASE("the page of the devguide, with an excerpt of a log in it") {
  const BuildLog log = read_build_log(data / "logs" / "devguide-working-with-buildbots.txt");
  REQUIRE(log.runs.size() == 1);
  const Run& run = log.runs[0];
  CHECK(run.mode == RunMode::parallel);
  CHECK(run.workers == 4);
  CHECK(run.seed == "1000348774");
  CHECK(run.total == 500);
  CHECK(run.shown() == TestOrder{"test_colorsys", "test_float"});
  CHECK(run.tests[1].started == Seconds(1));
  CHECK(run.version == "CPython 3.15.0a6+ (heads/main:d625f7da33b, Feb 13 2026, 17:27:29) [GCC 12.2.0]");
  CHECK(run.platform == "Linux-6.12.20+rpt-rpi-v8-aarch64-with-glibc2.36 little-endian");
  CHECK(run.build == "release");
  CHECK(run.cpus == "4");
  CHECK(run.encodings == "locale=ISO-8859-1 FS=utf-8");
  CHECK(run.resources == "all,-cpu,-network,-urlfetch");
  CHECK(quote_words(run.command) ==
        "./python -E -m test --slow-ci --timeout=2400 -j2 -u-cpu,-urlfetch,-network --junit-xml "
        "test-results.xml -j4");
  CHECK(run.failures.empty());
}

TEST_CASE("a sequential run") {
  const BuildLog log = read(three_tests);
  REQUIRE(log.runs.size() == 1);
  const Run& run = log.runs[0];
  CHECK(run.shown() == TestOrder{"test_polluter", "test_victim", "test_ok"});
  CHECK(run.tests[1].result == "failed (1 failure)");
  CHECK(run.tests[1].started == Seconds(1));
  CHECK(run.tests[2].started == Seconds(3723));
  CHECK(run.finished);
  CHECK(run.closing == "FAILURE");
  const Failure* failure = run.failure_of("test.test_victim");
  REQUIRE(failure != nullptr);
  CHECK(failure->failures == 1);
  CHECK(failure->errors == 0);
  CHECK(failure->methods == TestOrder{"test_sensitive"});
  CHECK(failure->exceptions == TestOrder{"AssertionError"});
  CHECK(failure->in_section);
  CHECK(run.failure_of("test_ok") == nullptr);
  CHECK(run.last_started() == 2);
}

TEST_CASE("the size of the pieces makes no difference") {
  std::vector<std::string> texts = {three_tests};
  for (const char* name :
       {"3.6-case-jmix.txt", "3.10-full-seq-rwW.txt", "3.15-full-seq-rwW.txt", "3.15-sub-seq-color.txt",
        "3.13-case-bisect_cmd.txt", "3.13-case-pgo.txt", "3.10-case-rerun-fail.txt", "3.10-case-timeout-seq.txt"}) {
    texts.push_back(text_of(data / "logs" / name));
  }
  texts.push_back(text_of(data / "logs" / "devguide-working-with-buildbots.txt"));
  texts.push_back(three_tests.substr(0, 200) + std::string(700'000, '.') + three_tests.substr(200));
  for (const std::string& text : texts) {
    const json whole = as_json(read(text));
    for (std::size_t block : {1, 7, 4096}) {
      CAPTURE(block);
      CHECK(as_json(read(text, block)) == whole);
    }
    std::istringstream in(text);
    CHECK(as_json(read_build_log(in)) == whole);
  }
}

TEST_CASE("the same log behind timestamps, prompts and other line ends is the same") {
  json plain = as_json(read(three_tests));
  plain.erase("bytes");
  const std::string stamps = prefixed(three_tests, "2024-05-01T10:00:00.1234567Z ");
  const std::string texts[] = {
      stamps,
      "\xef\xbb\xbf" + stamps,
      prefixed(three_tests, "2024-06-06T14:41:14.4722931Z cpython-3.13> "),
      prefixed(three_tests, "cpython-3.13> "),
      prefixed(three_tests, "    "),
      prefixed(three_tests, "> "),
      replaced(prefixed(three_tests, "> "), "> \n", ">\n"),
      replaced(three_tests, "\n", "\r\n"),
      replaced(stamps, "\n", "\r\n"),
      replaced(three_tests, "[", "mem: 185.0 MiB ["),
  };
  for (const std::string& text : texts) {
    CAPTURE(text);
    json other = as_json(read(text));
    other.erase("bytes");
    CHECK(other == plain);
  }
}

TEST_CASE("colours, also doubled ones") {
  const BuildLog log = read(
      "0:00:00 load avg: 2.99 Run 2 tests sequentially in a single process\n"
      "0:00:00 load avg: 2.99 [1/2] test_a\n"
      "0:00:00 load avg: 2.99 [1/2] \x1b[32mtest_a passed\x1b[0m\n"
      "0:00:00 load avg: 2.99 [2/2] test_b\n"
      "======================================================================\n"
      "\x1b[31mFAIL\x1b[0m\x1b[1;31m: test_m (test.test_b.T.test_m)\x1b[0m\n"
      "0:00:00 load avg: 2.99 [2/2/1] \x1b[1;31m\x1b[1;31mtest_b failed (1 failure)\x1b[0m\x1b[0m\n"
      "\n== Tests result: \x1b[1;31mFAILURE\x1b[0m ==\n\n"
      "\x1b[1;31m1 test failed:\x1b[0m\n    test_b\n\n\x1b[32m1 test OK.\x1b[0m\n\nResult: "
      "\x1b[31mFAILURE\x1b[0m\n");
  REQUIRE(log.runs.size() == 1);
  CHECK(log.runs[0].tests[0].result == "passed");
  CHECK(log.runs[0].tests[1].result == "failed (1 failure)");
  CHECK(log.runs[0].sections.at(0).state == "FAILURE");
  REQUIRE(log.runs[0].failures.size() == 1);
  CHECK(log.runs[0].failures[0].methods == TestOrder{"test.test_b.T.test_m"});
  CHECK(log.runs[0].closing == "FAILURE");
}

TEST_CASE("progress lines of all forms") {
  const auto second = [](const std::string& line) {
    return read("Run 12 tests sequentially\n0:00:00 [ 1/12] test_a\n" + line + "\n").runs.at(0);
  };
  for (const std::string line :
       {"[ 2/12] test_b", "0:00:06 [ 2/12] test_b", "0:00:06 load avg: 1.00 [ 2/12/1] test_b",
        "noise without newline0:00:06 load avg: 5.52 [ 2/12/4] test_b", "[ 9/99] test_x [1, 2] [ 2/12] test_b",
        "0:00:05 load avg: 53.90 mem: 185.0 MiB [ 2/12] test_b", "1 day, 0:00:06 load avg: 5.52 [ 2/12] test_b",
        "[ 2/12] test_b -- test_a passed in 1 min 3 sec", "[ 2/12] test_b  "}) {
    CAPTURE(line);
    const Run run = second(line);
    CHECK(run.shown() == TestOrder{"test_a", "test_b"});
  }
  CHECK(second("1 day, 0:00:06 load avg: 5.52 [ 2/12] test_b").tests[1].started == Seconds(86406));
  CHECK(second("x12:00:06 load avg: 5.52 mem: 1.5 GiB [ 2/12] test_b").tests[1].started == Seconds(43206));
  CHECK_FALSE(second("[ 2/12] test_b").tests[1].started);
  CHECK(second("[ 2/12] test_b -- test_a failed (2 errors, 1 failure) in 31.0 sec").tests[0].result ==
        "failed (2 errors, 1 failure) in 31.0 sec");
  CHECK(second("[ 4/12] test_d -- test_c failed").shown() == TestOrder{"test_a", "test_c", "test_d"});
  CHECK(second("[ 4/12] test_d").last_started() == 3);
  for (const std::string line :
       {"[1/4] test_regrtest_noop69 passed", "[ 2/13] test_b", "[ 0/12] test_b", "[ 1/12] test_b", "[13/12] test_b",
        "[ 2] test_b", "[ 2/12] mytest_b", "[ 2/12] test_b.T", "[ 2/12] test_b;x", "[ 2/12]test_b", "[ 2/12] ../test_b",
        "[a2/12] test_b", "[99999999999999999999/12] test_b", "[ 2/12] test_b (test.test_b.T.test_x) ... ok",
        "[ 1/12] test_a"}) {
    CAPTURE(line);
    CHECK(second(line).shown() == TestOrder{"test_a"});
  }
}

TEST_CASE("a parallel run takes tests as they end") {
  const BuildLog log = read(
      "0:00:00 load avg: 4.26 Run 3 tests in parallel using 2 worker processes (timeout: 5 min)\n"
      "0:00:30 load avg: 1.0 running (2): test_a (30.0 sec), test_b (30.0 sec)\n"
      "0:00:31 load avg: 2.15 [1/3/1] test_b failed (1 error) (31.1 sec) -- running (1): test_a (31.3 sec)\n"
      "======================================================================\n"
      "ERROR: test_m (test.test_b.T.test_m) (i=1)\n"
      "----------------------------------------------------------------------\n"
      "Traceback (most recent call last):\n"
      "  File \"/x/test_b.py\", line 4, in test_m\n"
      "ValueError: one\n"
      "\n"
      "During handling of the above exception, another exception occurred:\n"
      "\n"
      "Traceback (most recent call last):\n"
      "  File \"/x/test_b.py\", line 6, in test_m\n"
      "RuntimeError: two\n"
      "======================================================================\n"
      "ERROR: test_m (test.test_b.T.test_m) (i=2)\n"
      "----------------------------------------------------------------------\n"
      "0:00:32 load avg: 2.15 [2/3/2] test_c worker non-zero exit code (Exit code -11 (SIGSEGV))\n"
      "Fatal Python error: Segmentation fault\n"
      "[3/3] test_a\n");
  REQUIRE(log.runs.size() == 1);
  const Run& run = log.runs[0];
  CHECK(run.workers == 2);
  CHECK(run.shown() == TestOrder{"test_b", "test_c"});
  CHECK(run.tests[0].result == "failed (1 error) (31.1 sec)");
  CHECK(run.how_ended.empty());
  REQUIRE(run.failures.size() == 2);
  CHECK(run.failures[0].methods == TestOrder{"test.test_b.T.test_m"});
  CHECK(run.failures[0].exceptions == TestOrder{"RuntimeError"});
  CHECK(run.failures[0].errors == 1);
  CHECK(run.failures[1].kind == FailureKind::crashed);
}

TEST_CASE("kinds of death in workers") {
  const auto kind = [](const std::string& result, const std::string& output = "") {
    const BuildLog log = read("Run 2 tests in parallel using 2 worker processes\n[1/2/1] test_a " + result + "\n" +
                              output + "\n[2/2/1] test_b passed\n");
    return log.runs.at(0).failures.at(0).kind;
  };
  CHECK(kind("crashed (Exit code -11)") == FailureKind::crashed);
  CHECK(kind("worker non-zero exit code (Exit code 3221225477 (STATUS_ACCESS_VIOLATION))") == FailureKind::crashed);
  CHECK(kind("worker non-zero exit code (Exit code 1)", "Timeout (0:20:00)!") == FailureKind::timed_out);
  CHECK(kind("worker non-zero exit code (Exit code 7)") == FailureKind::died);
  CHECK(kind("worker bug (empty JSON)") == FailureKind::died);
  CHECK(kind("crashed (Failed to parse worker stdout)") == FailureKind::died);
  CHECK(kind("timed out (7 min 30 sec)") == FailureKind::timed_out);
  CHECK(kind("failed (env changed) (3 min 40 sec)") == FailureKind::env_changed);
  CHECK(kind("failed (reference leak)") == FailureKind::leaked);
  CHECK(kind("failed (uncaught exception)") == FailureKind::uncaught_exception);
  CHECK(kind("failed", "test test_a crashed -- Traceback (most recent call last):\nImportError: no\n") ==
        FailureKind::uncaught_exception);
}

TEST_CASE("how a run without a summary ended") {
  const std::string start = "Run 3 tests sequentially\n[1/3] test_a\n[2/3] test_b -- test_a failed (env changed)\n";
  const auto last = [&](const std::string& end) {
    const BuildLog log = read(start + end);
    REQUIRE(log.runs.size() == 1);
    REQUIRE(log.runs[0].failures.size() == 2);
    CHECK(log.runs[0].failures[0].kind == FailureKind::env_changed);
    CHECK(log.runs[0].failures[1].test == "test_b");
    CHECK_FALSE(log.runs[0].finished);
    return log.runs[0].failures[1].kind;
  };
  CHECK(last("") == FailureKind::cut_off);
  CHECK(last("Fatal Python error: Segmentation fault\n") == FailureKind::crashed);
  CHECK(last("test_x (test.test_b.T.test_x) ... Fatal Python error: Aborted\n") == FailureKind::crashed);
  CHECK(last("Timeout (0:20:00)!\nThread 0x1 (most recent call first):\n") == FailureKind::timed_out);
  CHECK(last("test_x (test.test_b.T.test_x) ... Timeout (0:15:00)!") == FailureKind::timed_out);
  CHECK(last("program finished with exit code 0\nelapsedTime=1.5\n") == FailureKind::died);
  CHECK(last("program finished with exit code -11\nelapsedTime=1.5\n") == FailureKind::crashed);
  CHECK(last("process killed by signal 9\nprogram finished with exit code -1\nelapsedTime=1.5\n") ==
        FailureKind::crashed);
  CHECK(last("command timed out: 1200 seconds without output running ['make'], attempting to kill\n"
             "process killed by signal 9\nprogram finished with exit code -1\nelapsedTime=1234.5\n") ==
        FailureKind::timed_out);
  CHECK(last("program finished with exit code 7") == FailureKind::died);
  CHECK(last("##[error]Process completed with exit code 139.\n") == FailureKind::crashed);

  // A fatal error of a child which the test survived.
  const BuildLog survived = read(start + "Fatal Python error: Aborted\n[3/3] test_c\n");
  CHECK(survived.runs[0].how_ended.empty());
  CHECK(survived.runs[0].failure_of("test_b") == nullptr);
  // The second line of NEW-B says that it passed.
  CHECK(read(start + "[2/3] test_b passed\n").runs[0].failure_of("test_b") == nullptr);
}

TEST_CASE("Ctrl-C is nobody's failure") {
  const BuildLog log = read_build_log(data / "logs" / "3.10-case-sigint-seq.txt");
  REQUIRE(log.runs.size() == 1);
  CHECK(log.runs[0].sections.at(0).state == "INTERRUPTED");
  CHECK(log.runs[0].sections[0].omitted == TestOrder{"test_b_ok", "test_sigint"});
  CHECK(log.runs[0].failures.empty());
  CHECK(log.run() == &log.runs[0]);
}

TEST_CASE("what Buildbot prints around a run") {
  const BuildLog log = read(
      "make buildbottest 'TESTOPTS=-j2 -m test_x' TESTPYTHONOPTS= TESTTIMEOUT=1200\n"
      " in dir /home/buildbot/buildarea/3.x/build (timeout 1800 secs)\n"
      " watching logfiles {}\n"
      " argv: [b'make', b'buildbottest', b'TESTOPTS=-m test']\n"
      " environment:\n"
      "  HOME=/home/buildbot\n"
      "  BASH_FUNC=() {  echo a\n"
      "} # ./python -m test\n"
      "  PATH=/usr/bin=x:/bin\n"
      " using PTY: False\n"
      "LD_LIBRARY_PATH=/x ./python  ./Tools/scripts/run_tests.py -j 1 -u all -W --slowest --timeout=1200 "
      "-j2\n"
      "/home/x/python -u -W default -bb -E -m test -r -w -j 1 -u all -W --slowest --timeout=1200 -j2\n"
      "Using random seed 65906482\n"
      "0:00:00 load avg: 4.26 Run tests in parallel using 2 child processes\n"
      "0:00:00 load avg: 4.26 [1/2] test_a passed\n"
      "0:00:00 load avg: 4.26 [2/2/1] test_b failed (1 failure)\n"
      "\n== Tests result: FAILURE ==\n\n1 test OK.\n\n1 test failed:\n    test_b\n"
      "\nTotal duration: 1 sec\nTests result: FAILURE\n"
      "make: *** [Makefile:1234: buildbottest] Error 2\n"
      "program finished with exit code 2\nelapsedTime=12.345678\n");
  CHECK(log.environment.size() == 3);
  CHECK(log.environment.at("HOME") == "/home/buildbot");
  CHECK(log.environment.at("PATH") == "/usr/bin=x:/bin");
  CHECK(log.environment.at("BASH_FUNC") == R"(() {  echo a\x0a} # ./python -m test)");
  CHECK(log.exit_status == 2);
  REQUIRE(log.runs.size() == 1);
  CHECK(quote_words(log.runs[0].command).starts_with("/home/x/python -u -W default -bb -E -m test -r -w -j 1 "));
  CHECK(quote_words(log.first_command).starts_with("./python ./Tools/scripts/run_tests.py -j 1 "));
  CHECK(log.runs[0].total == 2);
  CHECK(failure_names(log.runs[0]) == Names{"test_b"});
}

TEST_CASE("where the command of a run comes from") {
  const auto command = [](const std::string& lines) {
    const BuildLog log = read(lines + "\nUsing random seed: 1\nRun 1 test sequentially\n[1/1] test_a\n");
    REQUIRE(log.runs.size() == 1);
    return log.runs[0].command;
  };
  using Words = std::vector<std::string>;
  CHECK(command("LD_LIBRARY_PATH=. ./python -E -m test --slow-ci 'a b'") ==
        Words{"./python", "-E", "-m", "test", "--slow-ci", "a b"});
  CHECK(command("+ /x/python -u -m test a\n./python -m test b") == Words{"/x/python", "-u", "-m", "test", "a"});
  CHECK(command("./python -m test b\n+ /x/python -u -m test a") == Words{"/x/python", "-u", "-m", "test", "a"});
  CHECK(command("./python -m test b\n./python -m test c") == Words{"./python", "-m", "test", "c"});
  CHECK(command("C:\\x>\"C:\\a b\\PCbuild\\amd64\\python_d.exe\"  -u -Wd -E -bb -m test -uall\r") ==
        Words{"C:\\a b\\PCbuild\\amd64\\python_d.exe", "-u", "-Wd", "-E", "-bb", "-m", "test", "-uall"});
  CHECK(command("C:\\x>C:\\x\\python_d.exe ../lib/test/regrtest.py -j1") ==
        Words{"C:\\x\\python_d.exe", "../lib/test/regrtest.py", "-j1"});
  CHECK(command("2024-05-01T10:00:00.1234567Z ##[group]Run ./python -m test -j4") ==
        Words{"./python", "-m", "test", "-j4"});
  CHECK(command("2024-05-01T10:00:00.1234567Z \x1b[36;1m./python -m test -j4\x1b[0m") ==
        Words{"./python", "-m", "test", "-j4"});
  CHECK(command("[command]/usr/bin/python3 -m test.regrtest -v") ==
        Words{"/usr/bin/python3", "-m", "test.regrtest", "-v"});
  CHECK(command("sh -c 'cd /build && ulimit -c 0 && ./python -E -m test -j2 test_x'") ==
        Words{"./python", "-E", "-m", "test", "-j2", "test_x"});
  CHECK(command("ssh -o BatchMode=yes host 'LANG=C ./python -m test -r'") == Words{"./python", "-m", "test", "-r"});
  CHECK(command("docker run --rm image:1 ./python -m test -r") == Words{"./python", "-m", "test", "-r"});
  CHECK(command("( ./python -m test -r )") == Words{"./python", "-m", "test", "-r", ")"});
  CHECK(command("me@box cpython % ./python.exe -m test test_x") == Words{"./python.exe", "-m", "test", "test_x"});
  CHECK(command("me@box:~/cpython$ pypy3.10 -m test test_x") == Words{"pypy3.10", "-m", "test", "test_x"});
  CHECK(command("me@box:~/cpython$ ./python.exe -m test.autotest") == Words{"./python.exe", "-m", "test.autotest"});
  CHECK(command("./python -m test 'it") == Words{"./python", "-m", "test", "'it"});
  for (const std::string line : {"./python -m test --worker-args '{}'", "./python -m test.libregrtest.worker {}",
                                 " argv: ['./python', '-m', 'test']", "./python -m test.pythoninfo",
                                 "Use ./python -m test", "./python -c 'x' # regrtest.py", "-m test",
                                 "gcc -march=x -o regrtest.py", "./python -m test.bisect_cmd test_a"}) {
    CAPTURE(line);
    CHECK(command(line).empty());
  }
}

TEST_CASE("how the Python was configured") {
  const std::string run = "0:00:00 load avg: 0.50 Run 1 test sequentially in a single process\n[1/1] test_a\n";
  const std::vector<std::string> options{"--with-pydebug", "--prefix=/x y"};
  for (const std::string line :
       {"./configure --with-pydebug --prefix='/x y'", "  $ ./configure --with-pydebug '--prefix=/x y'",
        "##[group]Run ../src/configure --with-pydebug '--prefix=/x y' CC=gcc",
        "sysconfig[CONFIG_ARGS]: '--with-pydebug' '--prefix=/x y'"}) {
    CAPTURE(line);
    CHECK(read(line + "\n" + run).configure == options);
    CHECK(read(prefixed(line + "\n" + run, "2024-05-01T10:00:00.1234567Z ")).configure == options);
  }
  CHECK(read(run + "./configure --with-pydebug\n").configure.empty());
  CHECK(read("./configure\nnot/configure'd --at-all\n" + run).configure.empty());
  CHECK(read("./configure --with-pydebug\n./configure --disable-gil\n" + run).configure == TestOrder{"--with-pydebug"});
}

TEST_CASE("the header of a free-threaded build is a header") {
  for (const std::string version :
       {"CPython 3.13.0a6+ experimental free-threading build (heads/main:d625f7da33b, Feb 13 2024) [GCC 12.2.0]",
        "CPython 3.14.0 free-threading build (main, Oct 7 2025, 10:00:00) [Clang 18.1.3]"}) {
    CHECK(read("== " + version + "\nUsing random seed: 1\nRun 1 test sequentially\n").runs.at(0).version == version);
  }
}

TEST_CASE("several runs in one log") {
  const std::string died = "./python -m test -v\nRun 2 tests sequentially\n[1/2] test_a\nFatal Python error: Aborted\n";
  const BuildLog log = read(died + "./python -m test -w\n" + three_tests + three_tests + "./python -m test -r\n");
  REQUIRE(log.runs.size() == 3);
  CHECK(log.runs[0].failures.at(0).kind == FailureKind::crashed);
  CHECK(log.runs[0].command.back() == "-v");
  CHECK(log.runs[1].command.back() == "-w");
  CHECK(log.runs[1].seed == "1003");
  CHECK(log.runs[2].command.empty());
  CHECK(log.run() == &log.runs[0]);

  const std::string changed = replaced(replaced(three_tests, "failed (1 failure)", "failed (env changed)"),
                                       "1 test failed:", "1 test altered the execution environment:");
  const BuildLog three = read(changed + three_tests + three_tests);
  REQUIRE(three.runs.size() == 3);
  CHECK(three.runs[0].failures.at(0).kind == FailureKind::env_changed);
  CHECK(three.run() == &three.runs[1]);
  CHECK(read(changed).run()->failures.size() == 1);
  CHECK(BuildLog().run() == nullptr);
}

TEST_CASE("a test that prints a whole run does not end the run around it") {
  std::string text = three_tests;
  const std::string stranger = replaced(replaced(three_tests, "/3", "/4"), "Run 3 tests", "Run 4 tests");
  text.insert(text.find("1:02:03"), stranger + "Re-running 1 failed tests in verbose mode\n" + stranger);
  CHECK(as_json(read(text))["runs"] == as_json(read(three_tests))["runs"]);
}

TEST_CASE("the lines of a re-run are no tests of the run") {
  const std::string died = "./python -m test -v\nRun 3 tests sequentially\n[1/3] test_x\n[2/3] test_y\n";
  const std::string log =
      three_tests.substr(0, three_tests.find("Total duration")) +
      "0:00:01 load avg: 1.00 Re-running 3 failed tests in verbose mode in subprocesses\n"
      "0:00:01 load avg: 1.00 Run 3 tests in parallel using 1 worker process\n"
      "[1/3] test_polluter passed\n[2/3] test_victim passed\n"
      "Re-running test_victim in verbose mode (matching: test_sensitive, test_other)\n[3/3] test_ok passed\n"
      "\n== Tests result: FAILURE then SUCCESS ==\n\n"
      "3 re-run tests:\n    test_ok test_polluter test_victim\n\nResult: FAILURE then SUCCESS\n";
  const BuildLog both = read(died + "./python -m test\n" + log);
  REQUIRE(both.runs.size() == 2);
  const Run& run = both.runs[1];
  CHECK(run.rerun_count == 3);
  REQUIRE(run.sections.size() == 2);
  CHECK(run.sections[1].rerun.size() == 3);
  CHECK(run.tests[0].result.empty());
  REQUIRE(run.failures.size() == 1);
  CHECK(run.failures[0].methods == TestOrder{"test_sensitive", "test_other"});
}

TEST_CASE("a log that begins in the middle of a run") {
  const BuildLog sequential =
      read("[57/69/1] test_a passed\n[58/69/1] test_b\n[58/69/1] test_b failed\n[59/69/2] test_c\n");
  REQUIRE(sequential.runs.size() == 1);
  CHECK(sequential.runs[0].mode == RunMode::sequential);
  CHECK(sequential.runs[0].shown() == TestOrder{"test_a", "test_b", "test_c"});
  CHECK(failure_names(sequential.runs[0]) == Names{"test_b", "test_c"});
  const BuildLog parallel = read("[57/69/1] test_a passed\n[58/69/1] test_b failed\n[59/69/2] test_c passed\n");
  CHECK(parallel.runs.at(0).mode == RunMode::parallel);
  CHECK(failure_names(parallel.runs[0]) == Names{"test_b"});
  const BuildLog end = read("== Tests result: FAILURE ==\n\n1 test failed:\n    test_b\n");
  CHECK(failure_names(end.runs.at(0)) == Names{"test_b"});
  // Somebody's output before the first header is no run.
  CHECK(read("[1/4] test_regrtest_noop69 passed\n" + three_tests).runs.size() == 1);
}

TEST_CASE("seeds of all spellings") {
  const auto seed = [](const std::string& line) { return read(line + "\nRun tests sequentially\n").runs.at(0).seed; };
  CHECK(seed("Using random seed 1003") == "1003");
  CHECK(seed("Using random seed: -5") == "-5");
  CHECK_FALSE(seed("Using random seed None"));
  CHECK(read("Using random seed: 7\n").runs.at(0).seed == "7");
}

TEST_CASE("a log cut anywhere") {
  for (const char* name : {"3.10-full-seq-rwW.txt", "3.15-full-slowci-j2.txt", "3.15-sub-seq-color.txt"}) {
    const std::string text = text_of(data / "logs" / name);
    const BuildLog whole = read(text);
    Names all = failure_names(whole.runs.at(0));
    std::set<std::size_t> cuts;
    for (std::size_t i = 0; i < text.size(); i += 97) cuts.insert(i);
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (text[i] == '\n') cuts.insert({i, i + 1});
    }
    for (std::size_t cut : cuts) {
      CAPTURE(cut);
      const BuildLog log = read(std::string_view(text).substr(0, cut));
      REQUIRE(log.runs.size() <= 1);
      if (log.runs.empty()) continue;
      const Run& run = log.runs[0];
      REQUIRE(run.tests.size() <= whole.runs[0].tests.size());
      for (const Failure& failure : run.failures) {
        const bool last = run.last_started() && run.tests[*run.last_started()].name == failure.test;
        // A name may be cut, too.
        const bool cut_name = std::any_of(all.begin(), all.end(),
                                          [&](const std::string& known) { return known.starts_with(failure.test); });
        CAPTURE(failure.test);
        REQUIRE((last || cut_name));
      }
    }
  }
}

TEST_CASE("bytes that are no log") {
  std::mt19937 random(7);
  const char* pieces[] = {"[",
                          "] ",
                          "1/3",
                          "test_a",
                          " -- ",
                          "\n",
                          "== Tests result: ",
                          " ==",
                          "    ",
                          "Run 3 tests sequentially",
                          "Using random seed: ",
                          "Traceback (most recent call last):",
                          "  File \"/x/Lib/test/test_a.py\", line 1 in f\n",
                          "Fatal Python error: Aborted\n",
                          "ImportError: No module named 'x.y'\n",
                          "=",
                          "\x1b[",
                          "\r",
                          "\xff",
                          "0:00:01 ",
                          "1 test failed:",
                          " environment:\n",
                          "FAIL: test_x (test.test_a.T)",
                          "Re-running test_a in verbose mode",
                          "./python -m test ",
                          "load avg: 1.0 ",
                          "passed",
                          "failed",
                          "Result: FAILURE",
                          "elapsedTime=",
                          "######################################",
                          "======================================================================\n"};
  for (int round = 0; round < 300; ++round) {
    std::string text;
    for (int i = 0; i < 400; ++i) text += pieces[random() % std::size(pieces)];
    const json whole = as_json(read(text));
    CHECK(as_json(read(text, 1 + random() % 50)) == whole);
  }
  CHECK(read("").runs.empty());
  CHECK(read("\n\n\n").runs.empty());
  CHECK(read(std::string(3'000'000, 'x')).runs.empty());
  CHECK(read(std::string("\0\0\0", 3)).runs.empty());
}

TEST_CASE("the modules that a traceback names") {
  const auto modules = [](const std::string& text) {
    const std::string log = "0:00:00 Run 2 tests sequentially\n0:00:00 [1/2] test_a\n0:00:00 [2/2] test_b\n";
    return read(log + text).runs.at(0).failures.at(0).modules;
  };
  const auto traceback = [&](const std::string& text) {
    return modules("test test_b failed -- Traceback (most recent call last):\n" + text);
  };
  CHECK(traceback("  File \"/home/x/build/Lib/test/test_b/sub.py\", line 840, in test_c\n"
                  "    with test.test_importlib.util.uncache('package'):\n         ^^^^\n"
                  "  File \"/opt/lib/python3.12/importlib/util.py\", line 3, in f\n"
                  "  File \"<frozen importlib._bootstrap>\", line 88, in g\n"
                  "  File \"/opt/lib/python3.12/importlib/util.py\", line 5, in g\n"
                  "AttributeError: module 'test.test_importlib' has no attribute 'util'\n") ==
        TestOrder{"test_b.sub", "importlib.util", "importlib._bootstrap", "test_importlib"});
  CHECK(traceback("  File \"D:\\a\\cpython\\Lib\\json\\__init__.py\", line 8, in dump\n"
                  "  File \"/usr/lib64/python3.9/site-packages/a/b.py\", line 2, in c\n"
                  "_pickle.PicklingError: Can't pickle <class 'importlib._bootstrap.BuiltinImporter'>: no\n") ==
        TestOrder{"json", "a.b", "importlib._bootstrap"});
  // Outside of a library the file is all that can be a name.
  CHECK(traceback("  File \"/my-tests/test_b.py\", line 1, in f\nTypeError: <class 'int'>\n") == TestOrder{"test_b"});
  // Only identifiers.
  CHECK(traceback("  File \"/x/Lib/a b/c.py\", line 1, in f\n  File \"/x/Lib/..py\", line 1, in f\n"
                  "  File \"/x/Lib/\xff.py\", line 1, in f\n  File \"<stdin>\", line 1, in f\n"
                  "  File \"<frozen -c>\", line 1, in f\nImportError: No module named '../x'\n")
            .empty());
  // The stack of a crash: what comes behind it is none of it.
  CHECK(modules("Fatal Python error: Segmentation fault\n\nCurrent thread 0x00007f (most recent call first):\n"
                "  Garbage-collecting\n  File \"/x/lib/python3.12/bdb.py\", line 763 in gc_collect\n"
                "  File \"<frozen runpy>\", line 88 in _run_code\n\nExtension modules: _testcapi (total: 1)\n") ==
        TestOrder{"bdb", "runpy"});

  std::string many;
  for (int i = 0; i < 1000; ++i) many += "  File \"/x/Lib/a" + std::to_string(i) + ".py\", line 1, in f\n";
  CHECK(traceback(many + "E: x\n").size() == 40);
}

TEST_CASE("what a test altered is read from its warnings") {
  for (const char* version : {"3.6", "3.10", "3.12", "3.13.18", "3.15"}) {
    const BuildLog log = read_build_log(data / "logs" / (std::string(version) + "-case-envchanged.txt"));
    CAPTURE(version);
    REQUIRE(log.runs.size() == 1);
    REQUIRE(log.runs[0].failures.size() == 1);
    CHECK(log.runs[0].failures[0].altered == TestOrder{"os.environ"});
  }
  const BuildLog leak = read_build_log(data / "logs" / "3.13-case-leaktmp-j1.txt");
  REQUIRE(leak.runs.at(0).failures.size() == 1);
  CHECK(leak.runs[0].failures[0].altered == TestOrder{"temporary files"});
}

TEST_CASE("what would steer a terminal does not get through") {
  const BuildLog log = read(
      "./python -m test test_a -X \x1b]0;title\x07\n== CPython 3.9\x08\x9b \x1b[2J\xc2\x9b(main)\n"
      "0:00:00 load avg: 1.00 Run tests sequentially\n0:00:00 load avg: 1.00 [1/1] test_a\n"
      "Fatal Python error: \x1b[31mSegm\x1b\x1b"
      "7entation\x7f fault\n");
  const std::string all = as_json(log).dump(-1, ' ', true);  // throws for what is no UTF-8
  for (const char* escaped : {"\\u001b", "\\u0007", "\\b", "\\u007f", "\\u009b"}) {
    CHECK(all.find(escaped) == std::string::npos);
  }
  CHECK(log.runs.at(0).how_ended == R"(Fatal Python error: Segm\x1b\x1b7entation\x7f fault)");
  CHECK(log.runs.at(0).command.back() == R"(\x1b]0;title\x07)");
}

TEST_CASE("a very long line is read for what is glued to its end") {
  const BuildLog log = read("Run 2 tests sequentially\n[1/2] test_a\n" + std::string(3'000'000, '.') +
                            "0:00:06 load avg: 1.00 [2/2] test_b\n");
  CHECK(log.runs.at(0).shown() == TestOrder{"test_a", "test_b"});
}

TEST_CASE("runs beyond a thousand are counted") {
  std::string text;
  for (int i = 0; i < 1005; ++i) text += "Run 1 test sequentially\n[1/1] test_a\nResult: SUCCESS\n";
  const BuildLog log = read(text);
  CHECK(log.runs.size() == 1000);
  CHECK(log.runs_ignored == 5);
}

TEST_CASE("a run that was ended from outside blames nobody for it") {
  const std::string running =
      "./python -m test test_a test_v test_b\nRun 3 tests sequentially\n0:00:00 [1/3] test_a\n0:00:00 [2/3] test_v\n";
  const std::string_view ends[] = {
      "\ncommand interrupted, attempting to kill\nprocess killed by signal 9\nprogram finished with exit code "
      "-1\nelapsedTime=13.0\n",
      "\ncommand timed out: 1200 seconds elapsed running [b'make', b'test'], attempting to kill\nprocess killed by "
      "signal 9\nprogram finished with exit code -1\nelapsedTime=1200.0\n",
      "\nremoteFailed: [Failure instance: Traceback (failure with no frames): <class "
      "'twisted.internet.error.ConnectionLost'>: Connection to the other side was lost\n]\n",
      "\nOutput exceeded 1000 bytes, remaining output has been truncated\n",
      "##[error]The operation was canceled.\nCleaning up orphan processes\n",
  };
  for (const std::string_view end : ends) {
    CAPTURE(end);
    const BuildLog log = read(running + std::string(end));
    REQUIRE(log.runs.size() == 1);
    CHECK(log.runs[0].failures.empty());
    CHECK_FALSE(log.runs[0].ended_outside.empty());
  }
  // What stood there before it is a failure all the same.
  const BuildLog died =
      read(running + "Fatal Python error: Segmentation fault\n\nCurrent thread 0x1:\n" + std::string(ends[0]));
  REQUIRE(died.runs.at(0).failures.size() == 1);
  CHECK(died.runs[0].failures[0].test == "test_v");
  const BuildLog silent =
      read(running +
           "\ncommand timed out: 1200 seconds without output running [b'make'], attempting to "
           "kill\nprocess killed by signal 9\nprogram finished with exit code -1\nelapsedTime=1.0\n");
  REQUIRE(silent.runs.at(0).failures.size() == 1);
  CHECK(silent.runs[0].failures[0].kind == FailureKind::timed_out);
  // Nor does it say anything of a run that came to its end.
  const BuildLog whole =
      read(running + "0:00:00 [3/3] test_b\n== Tests result: FAILURE ==\n1 test failed:\n    test_v\n" +
           std::string(ends[0]));
  CHECK(whole.runs.at(0).ended_outside.empty());
  CHECK(whole.runs[0].failures.size() == 1);
}

TEST_CASE("what a re-run in one process prints is of the test that it started") {
  const BuildLog log = read(
      "./python -m test -w test_a test_b\n0:00:00 Run 2 tests sequentially in a single process\n0:00:00 [1/2] test_a\n"
      "0:00:00 [1/2/1] test_a failed (uncaught exception)\n0:00:00 [2/2/1] test_b\n"
      "0:00:00 [2/2/2] test_b failed (1 failure)\n\n== Tests result: FAILURE ==\n\n2 tests failed:\n    test_a test_b\n"
      "0:00:00 Re-running 2 failed tests in verbose mode\n0:00:00 Run 2 tests sequentially in a single process\n"
      "0:00:00 [1/2] test_a\n0:00:00 [1/2/1] test_a failed (uncaught exception)\n0:00:00 [2/2/1] test_b\n"
      "======================================================================\nFAIL: test_x (test.test_b.T.test_x)\n"
      "----------------------------------------------------------------------\nTraceback (most recent call last):\n"
      "  File \"/x/test_b.py\", line 4, in test_x\nAssertionError: no\n\n0:00:00 [2/2/2] test_b failed (1 failure)\n"
      "2 tests failed again:\n    test_a test_b\n\n== Tests result: FAILURE then FAILURE ==\n");
  REQUIRE(log.runs.size() == 1);
  REQUIRE(log.runs[0].failures.size() == 2);
  CHECK(log.runs[0].failures[0].methods.empty());
  CHECK(log.runs[0].failures[1].methods == TestOrder{"test.test_b.T.test_x"});
}

TEST_CASE("the log of a child as it grows") {
  LogReader reader;
  reader.expect({"test_a", "test_b"});
  reader.feed("Run 2 tests sequentially\n[1/2] test_a\n[2/2] te");
  REQUIRE(reader.so_far().runs.size() == 1);
  CHECK(reader.so_far().runs[0].shown() == TestOrder{"test_a"});
  reader.feed("st_b\n");
  CHECK(reader.so_far().runs[0].shown() == TestOrder{"test_a", "test_b"});
  CHECK(reader.finish().runs.at(0).failures.at(0).test == "test_b");
}

TEST_CASE("a log that cannot be read is an error of the user") {
  CHECK_THROWS_AS(read_build_log(data / "no-such-log.txt"), Error);
  CHECK_THROWS_AS(read_build_log(data), Error);
}
