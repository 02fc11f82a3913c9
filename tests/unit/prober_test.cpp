#include "temporary_directory.hpp"

#include <bbbisect/error.hpp>
#include <bbbisect/prober.hpp>

#include <doctest/doctest.h>

#include <chrono>

using namespace bbbisect;
namespace fs = std::filesystem;

namespace {

using Clock = std::chrono::steady_clock;
using enum Outcome;

// A runner that prints in $FORMAT (OLD, NEW-A, NEW-B) and does what the names say; test_v fails in test_x
// after test_bad, in test_y after test_other, and alters its environment after test_env.
constexpr const char* runner = R"sh(#!/bin/sh
while [ $# -gt 0 ]; do
  case $1 in
    --fromfile) shift; names=$(cat "$1") ;;
    -m) shift ;;
    test_*) names="$names $1" ;;
  esac
  shift
done
set -- $names
echo "$*" >> starts
total=$#
line="0:00:00 load avg: 1.00"
if [ "$FORMAT" = OLD ]; then echo "$line Run tests sequentially"
else echo "Using random seed: 1"; echo "$line Run $total tests sequentially in a single process"; fi
trap 'echo "$line [$index/$total/1] $test failed (1 failure)"; exit 130' INT
index=0 before= failed= method=
for test in "$@"; do
  index=$((index + 1))
  echo "$line [$index/$total] $test$before"
  before= result=passed
  case $test in
    test_bad) method=test_x ;;
    test_other) method=test_y ;;
    test_env) method=env ;;
    test_good) method= ;;
    test_second) sleep 1 ;;
    test_slow*) sleep 30 & wait ;;
    test_deaf) trap '' INT; sleep 30; sleep 30 ;;
    test_crash) kill -SEGV $$ ;;
    test_false_end)
      echo "$line [$total/$total] test_v"
      echo ======================================================================
      echo "FAIL: test_x (test.test_v.T.test_x)"
      echo ----------------------------------------------------------------------
      printf "Traceback (most recent call last):\nAssertionError: no\n\n"
      echo "$line [$total/$total/1] test_v failed (1 failure)"
      printf "\n== Tests result: FAILURE ==\n\n1 test failed:\n    test_v\n\nTests result: FAILURE\nResult: FAILURE\n"
      sleep 1 ;;
    test_liar) echo "$line [$((index + 1))/$total/1] test_v failed (1 failure)" ;;
  esac
  if [ "$test$method" = test_venv ]; then
    result="failed (env changed)"
    echo "Warning -- os.environ was modified by test_v"
  elif [ "$test" = test_v ] && [ -n "$method" ]; then
    result="failed (1 failure)"
    echo ======================================================================
    echo "FAIL: $method (test.test_v.T.$method)"
    echo ----------------------------------------------------------------------
    printf "Traceback (most recent call last):\nAssertionError: no\n\n"
  fi
  [ "$result" = passed ] || failed=test_v
  if [ "$FORMAT" = NEW-B ]; then echo "$line [$index/$total] $test $result"
  elif [ "$result" != passed ]; then before=" -- $test $result"; fi
done
[ "$FORMAT" = NEW-B ] || [ -z "$before" ] || echo "${before# -- }"
case $failed$result in
  *env*) printf "\n== Tests result: SUCCESS ==\n\n1 test altered the execution environment:\n    test_v\n" ;;
  test_v*) printf "\n== Tests result: FAILURE ==\n\n1 test failed:\n    test_v\n" ;;
  *) printf "\n== Tests result: SUCCESS ==\n\nAll $total tests OK.\n" ;;
esac
[ -z "$failed" ] && state=SUCCESS || state=FAILURE
if [ "$FORMAT" = OLD ]; then echo "Tests result: $state"; else echo "Result: $state"; fi
case $failed$result in *env*) exit 0 ;; test_v*) exit 2 ;; esac
)sh";

struct World {
  explicit World(const std::string& format = "NEW-B", int jobs = 1, Failure wanted = failing_in("test_x"))
      : jobs_(jobs), wanted_(std::move(wanted)) {
    std::ofstream(directory.path / "python") << runner;
    fs::permissions(directory.path / "python", fs::perms::owner_all);
    ::setenv("FORMAT", format.c_str(), 1);
    before_ = fs::current_path();
    fs::current_path(directory.path);
  }
  ~World() { fs::current_path(before_); }
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  static Failure failing_in(const std::string& method) {
    Failure failure;
    failure.test = "test_v";
    failure.methods = {method};
    return failure;
  }

  Answer ask(const TestOrder& tests, int enough = 0, bool apart = false) {
    Prober prober({"./python", {}, {}, std::nullopt}, {"test_v", wanted_}, deadline, Seconds(0), jobs_, journal,
                  durations, [this](const Progress& progress) { last = progress; });
    Probe probe;
    probe.tests = tests;
    probe.enough = enough;
    probe.apart = apart;
    const Clock::time_point start = Clock::now();
    Answer answer = prober(probe);
    took = Clock::now() - start;
    CHECK(fs::is_empty(fs::path("tmp")));
    return answer;
  }
  [[nodiscard]] TestOrder starts() const {
    std::ifstream in(directory.path / "starts");
    TestOrder lines;
    for (std::string line; std::getline(in, line);) lines.push_back(line);
    return lines;
  }

  TemporaryDirectory directory;
  std::optional<Seconds> deadline;
  Durations durations;
  Progress last;
  Seconds took{0};

 private:
  int jobs_;
  std::optional<Failure> wanted_;
  fs::path before_;

 public:
  // Its temporary directories are made in here.
  struct Temporary {
    explicit Temporary(const fs::path& path) {
      fs::create_directory(path);
      if (const char* now = std::getenv("TMPDIR")) before = now;
      ::setenv("TMPDIR", path.c_str(), 1);
    }
    ~Temporary() { before ? ::setenv("TMPDIR", before->c_str(), 1) : ::unsetenv("TMPDIR"); }
    std::optional<std::string> before;
  } temporary{directory.path / "tmp"};
  Journal journal{directory.path / "state", "label", "about", false};
};

constexpr Seconds soon{5};  // less than the sleepers sleep

}  // namespace

TEST_CASE("prober: a run is ended as soon as enough checks failed in a row, in each format") {
  for (const char* format : {"OLD", "NEW-A", "NEW-B"}) {
    CAPTURE(format);
    World world(format);
    Answer answer = world.ask({"test_bad", "test_v", "test_slow", "test_v"}, 1);
    CHECK(answer.checks == std::vector{fails});
    CHECK(answer.durations.size() == 2);
    CHECK(answer.why.empty());
    CHECK_FALSE(answer.breaker);
    CHECK(world.took < soon);

    answer = world.ask({"test_v", "test_bad", "test_v", "test_a", "test_v", "test_slow", "test_v"}, 2);
    CHECK(answer.checks == std::vector{passes, fails, fails});
    CHECK(answer.durations.size() == 5);
    CHECK(world.took < soon);
  }
}

TEST_CASE("prober: who is deaf to our signal is killed soon") {
  World world;
  CHECK(world.ask({"test_bad", "test_v", "test_deaf", "test_v"}, 1).checks == std::vector{fails});
  CHECK(world.took < soon);
}

TEST_CASE("prober: the answer ends with the check that was enough, however far the run came meanwhile") {
  for (const char* format : {"OLD", "NEW-A", "NEW-B"}) {
    CAPTURE(format);
    World world(format);
    const TestOrder tests{"test_v", "test_bad", "test_v", "test_v", "test_good", "test_v"};
    Answer answer = world.ask(tests, 1);
    CHECK(answer.checks == std::vector{passes, fails});
    CHECK(answer.durations.size() == 3);
    CHECK(world.ask(tests, 2).checks == std::vector{passes, fails, fails});
    CHECK(world.ask(tests, 3).checks == std::vector{passes, fails, fails, passes});
    answer = world.ask(tests, 0);
    CHECK(answer.checks == std::vector{passes, fails, fails, passes});
    CHECK(answer.durations.size() == 6);
  }
}

TEST_CASE("prober: only the failure of the log is enough, at whatever place") {
  for (const char* format : {"OLD", "NEW-A", "NEW-B"}) {
    CAPTURE(format);
    World world(format);
    const Answer answer =
        world.ask({"test_other", "test_v", "test_env", "test_v", "test_bad", "test_v", "test_slow", "test_v"}, 1);
    CHECK(answer.checks == std::vector{unresolved, passes, fails});
    CHECK(answer.why.find("failed in another way") != std::string::npos);
    CHECK(world.took < soon);
  }
  Failure altered;
  altered.test = "test_v";
  altered.kind = FailureKind::env_changed;
  altered.altered = {"os.environ"};
  for (const char* format : {"OLD", "NEW-A", "NEW-B"}) {
    CAPTURE(format);
    World world(format, 1, altered);
    CHECK(world.ask({"test_other", "test_v", "test_env", "test_v", "test_slow", "test_v"}, 1).checks ==
          std::vector{unresolved, fails});
    CHECK(world.took < soon);
  }
}

TEST_CASE("prober: a test that prints a failure of the victim ends nothing") {
  World world;
  const Answer answer = world.ask({"test_liar", "test_v", "test_second", "test_bad", "test_v"}, 1);
  CHECK(answer.checks == std::vector{passes, fails});
}

TEST_CASE("prober: a test that prints a whole end of the run, with the victim failing, ends nothing") {
  for (const char* format : {"OLD", "NEW-A", "NEW-B"}) {
    CAPTURE(format);
    World world(format);
    CHECK(world.ask({"test_false_end", "test_v"}, 1).checks == std::vector{passes});
    CHECK(world.ask({"test_false_end", "test_bad", "test_v"}, 1).checks == std::vector{fails});
  }
  World world("NEW-B", 2);
  const Answer answer = world.ask({"test_a", "test_v", "test_false_end", "test_v", "test_bad", "test_v"}, 1, true);
  CHECK(answer.checks == std::vector{passes, passes, fails});
}

TEST_CASE("prober: what our signal made a test print says nothing") {
  World world;
  world.deadline = Seconds(1);
  const Answer answer = world.ask({"test_slow", "test_v"});
  CHECK(answer.checks.empty());
  CHECK(answer.breaker == "test_slow");
  CHECK(answer.durations.empty());
  CHECK(world.took < soon);
}

TEST_CASE("prober: durations are of the tests that ended") {
  World world;
  CHECK(world.ask({"test_a", "test_crash", "test_v"}).durations.size() == 1);
  const Answer answer = world.ask({"test_second", "test_v"});
  REQUIRE(answer.durations.size() == 2);
  CHECK(answer.durations[0] > Seconds(0.8));
  CHECK(answer.durations[1] < Seconds(0.8));
}

TEST_CASE("prober: the parts of a probe side by side: as one run would have answered, only sooner") {
  World world("NEW-B", 2);
  const Answer answer = world.ask(
      {"test_second", "test_v", "test_second", "test_v", "test_bad", "test_v", "test_slow", "test_v"}, 1, true);
  CHECK(answer.checks == std::vector{passes, passes, fails});
  CHECK(answer.durations.size() == 6);
  CHECK(world.took < soon);
  CHECK(world.starts().size() == 2);
  CHECK(text_of(world.journal.next_log(2)).find("test_v passed") != std::string::npos);
  CHECK(text_of(world.journal.next_tests(2)).find("test_slow") != std::string::npos);
}

TEST_CASE("prober: a failing check is waited for by those before it only") {
  World world("NEW-A", 3);
  const Answer answer = world.ask({"test_second", "test_v", "test_bad", "test_v", "test_slow", "test_v"}, 1, true);
  CHECK(answer.checks == std::vector{passes, fails});
  CHECK(world.took < soon);
  // The third may be ended before it gets to say that it started.
  CHECK(text_of(world.journal.next_tests(3)).find("test_slow") != std::string::npos);
}

TEST_CASE("prober: parts that all pass are run once more as one") {
  World world("OLD", 2);
  Answer answer = world.ask({"test_a", "test_v", "test_b", "test_v"}, 1, true);
  CHECK(answer.checks == std::vector{passes, passes});
  REQUIRE(world.starts().size() == 3);
  CHECK(world.starts().back() == "test_a test_v test_b test_v");
  CHECK_FALSE(fs::exists(world.journal.next_log(2)));
  // What the two do together is seen.
  answer = world.ask({"test_v", "test_other", "test_v"}, 1, true);
  CHECK(answer.checks == std::vector{passes, unresolved});
}

TEST_CASE("prober: a part that is broken breaks the probe there") {
  World world("NEW-B", 2);
  const Answer answer = world.ask({"test_a", "test_v", "test_crash", "test_v"}, 1, true);
  CHECK(answer.checks == std::vector{passes});
  CHECK(answer.breaker == "test_crash");
  CHECK(world.starts().size() == 2);
}

TEST_CASE("prober: what must not be divided is one run, whatever the number of jobs") {
  World world("NEW-B", 8);
  CHECK(world.ask({"test_a", "test_v", "test_bad", "test_v"}, 1, false).checks == std::vector{passes, fails});
  CHECK(world.ask({"test_a", "test_v", "test_bad", "test_v"}, 0, true).checks == std::vector{passes, fails});
  CHECK(world.ask({"test_a", "test_bad", "test_v"}, 1, true).checks == std::vector{fails});
  CHECK(world.starts().size() == 3);
}

TEST_CASE("prober: what a killed bbbisect left of its parts is removed, with whatever number of jobs") {
  World world;
  const fs::path left = fs::temp_directory_path() / "bbb-999999999-1";
  fs::create_directory(left);
  const fs::path note = world.journal.directory() / "scratch-3";
  std::ofstream(note) << left.string() << "\n";
  world.ask({"test_v"});
  CHECK_FALSE(fs::exists(left));
  CHECK_FALSE(fs::exists(note));
}
