#include "temporary_directory.hpp"

#include <bbbisect/error.hpp>
#include <bbbisect/runner.hpp>

#include <doctest/doctest.h>

using namespace bbbisect;
namespace fs = std::filesystem;

namespace {

/// A "python" that does what `script` says.
Runner runner_of(const TemporaryDirectory& temporary, const std::string& script) {
  Runner runner;
  runner.python = (temporary.path / "python").string();
  std::ofstream(runner.python) << "#!/bin/sh\n" << script << "\n";
  fs::permissions(runner.python, fs::perms::owner_all);
  return runner;
}

}  // namespace

TEST_CASE("a program that ends well has started") {
  CHECK(starts("/bin/true", {"-E"}, {{"A", "1"}}));
  CHECK_FALSE(starts("/bin/false", {}, {}));
}

TEST_CASE("runner: where its tests are, and whether it has the one") {
  const TemporaryDirectory temporary;
  Runner runner;
  runner.build.test_directory = temporary.path.string();
  std::ofstream(temporary.path / "test_x.py") << "\n";
  fs::create_directories(temporary.path / "test_split");
  std::ofstream(temporary.path / "test_split" / "test_y.py") << "\n";
  for (const char* test : {"test_x", "test.test_x", "test_split", "test_split.test_y", "test.test_split.test_y"}) {
    CAPTURE(test);
    runner.test_directory.clear();
    find_tests(runner, std::nullopt, {}, test);
    CHECK(runner.test_directory == temporary.path);
  }
  CHECK_THROWS_AS(find_tests(runner, std::nullopt, {}, "test_z"), Error);
  CHECK_THROWS_AS(find_tests(runner, std::nullopt, {}, "test_split.test_x"), Error);

  for (const char* nowhere : {"", "/nowhere/at/all"}) {
    runner.build.test_directory = nowhere;
    find_tests(runner, std::nullopt, {}, "test_z");
    CHECK(runner.test_directory.empty());
  }
}

TEST_CASE("runner: what it is, below what it may warn of") {
  const TemporaryDirectory temporary;
  const std::string answer =
      R"({"version": "3.14.0a1+ (heads/main:d625f7da33b, Feb 13 2025) \n[GCC 12.2.0]", "debug": true, "free_threaded": false,)"
      R"( "platform": "Linux-6.1-x86_64-with-glibc2.36 little-endian", "locale": "UTF-8", "filesystem": "utf-8",)"
      R"( "cpus": "2", "configure": "'--with-pydebug' '--with-lto=full' 'CC=gcc'", "source": "/src", "build_directory": "/src",)"
      R"( "head": "", "tests": "/src/Lib/test", "lacks": ["audio"], "memory": 1024})";
  const LocalBuild local =
      ask_build(runner_of(temporary, "echo 'a warning' >&2; cat <<'END'\n" + answer + "\nEND").python);
  CHECK(local.text == "Python 3.14.0a1+ (heads/main:d625f7da33b, Feb 13 2025)  [GCC 12.2.0]");
  CHECK(local.build.commit == "d625f7da33b");
  CHECK(local.build.debug == true);
  CHECK(local.build.options == std::set<std::string>{"--with-lto"});
  CHECK(local.build.architecture == "x86_64");
  CHECK(local.test_directory == "/src/Lib/test");
  CHECK(local.lacks == std::set<std::string>{"audio"});

  // Part of an answer is none.
  CHECK_FALSE(read_local_build(answer.substr(0, answer.size() - 1)));
  CHECK_FALSE(read_local_build("[" + answer + "]"));
  CHECK_FALSE(read_local_build(answer + "\nand more"));
  std::string other = answer;
  other.replace(other.find("true"), 4, "\"yes\"");
  CHECK_FALSE(read_local_build(other));
  for (const char* script : {"", "echo {}", "echo Python 3.14.0", "exit 1"}) {
    CAPTURE(script);
    CHECK_THROWS_AS(ask_build(runner_of(temporary, script).python), Error);
  }
}

TEST_CASE("runner: the test directory that the user names goes before its own, that of the log does not") {
  const TemporaryDirectory temporary;
  Runner runner = runner_of(temporary, "exit 1");
  find_tests(runner, temporary.path.string(), {}, "test_x");
  CHECK(runner.test_directory == temporary.path);
  find_tests(runner, "/nowhere/at/all", {}, "test_x");
  CHECK(runner.test_directory.empty());

  Launch launch;
  launch.options = {{"--testdir", "/of/the/log"}};
  runner.build.test_directory = temporary.path.string();
  try {
    find_tests(runner, std::nullopt, launch, "test_x");
    FAIL("it should have thrown");
  } catch (const Error& error) {
    CHECK(std::string(error.what()).find("/of/the/log, is not used") != std::string::npos);
  }
  std::ofstream(temporary.path / "test_x.py") << "\n";
  find_tests(runner, std::nullopt, launch, "test_x");
  CHECK(runner.test_directory == temporary.path);
}
