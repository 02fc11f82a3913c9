// The local test runner: a Python with its test suite, asked what it is and what it can.
#pragma once

#include <bbbisect/build.hpp>
#include <bbbisect/command.hpp>
#include <bbbisect/launch.hpp>
#include <bbbisect/test_order.hpp>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace bbbisect {

struct Runner {
  std::string python;                    ///< as the user gave it
  LocalBuild build;                      ///< what it is
  Features features;                     ///< of -m test
  std::filesystem::path test_directory;  ///< where the files of the tests are, absolute; empty when not known
};

/// Asks `python` what it is, and nothing else; runs no test. Throws Error (usage) when it does not tell.
LocalBuild ask_build(const std::string& python);

/// Whether `python` starts with these options of its own under this change of the environment.
bool starts(const std::string& python, const std::vector<std::string>& options, const Environment& environment);

/// Asks `python` what it is and what it can. Throws Error (usage) when it cannot be started or has no `test`
/// package; `logged` is the log's own python, named in the way out.
Runner find_runner(const std::string& python, const std::string& logged);

/// Sets `runner.test_directory`: `given`, the user's --testdir, else where the runner's own `test` package is.
/// Throws Error (usage) when that has no module for `test`: Debian has the runner without its tests, and the
/// --testdir of `launch`, the log's, is not used.
void find_tests(Runner& runner, const std::optional<std::string>& given, const Launch& launch, const std::string& test);

/// What `argv` would run, by its own --list-tests. Throws Error (usage) when the runner refuses the options.
TestOrder list_tests(std::vector<std::string> argv);

/// Throws Error (usage) unless the runner, by its own word, would run just `tests` with `argv`.
void prove_order(const std::vector<std::string>& argv, const TestOrder& tests);

}  // namespace bbbisect
