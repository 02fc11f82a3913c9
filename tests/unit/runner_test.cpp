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

TEST_CASE("runner: where its tests are, below what it may warn of") {
  const TemporaryDirectory temporary;
  Runner runner = runner_of(temporary, "echo 'a warning' >&2; echo '" + temporary.path.string() + "'");
  find_tests(runner, {}, "test_x");
  CHECK(runner.test_directory == temporary.path);

  for (const char* script : {"", "echo", "echo /nowhere/at/all", "cat /dev/null"}) {
    Runner silent = runner_of(temporary, script);
    find_tests(silent, {}, "test_x");
    CHECK(silent.test_directory.empty());
  }
  Runner without = runner_of(temporary, "echo '" + temporary.path.string() + "'; exit 1");
  CHECK_THROWS_AS(find_tests(without, {}, "test_x"), Error);
}

TEST_CASE("runner: the directory that the log names goes before its own") {
  const TemporaryDirectory temporary;
  Launch launch;
  launch.options = {{"--testdir", temporary.path.string()}};
  Runner runner = runner_of(temporary, "exit 1");
  find_tests(runner, launch, "test_x");
  CHECK(runner.test_directory == temporary.path);

  launch.options = {{"--testdir", "/nowhere/at/all"}};
  find_tests(runner, launch, "test_x");
  CHECK(runner.test_directory.empty());
}
