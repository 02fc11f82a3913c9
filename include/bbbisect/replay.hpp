// A sequence of tests as one command of the local runner: all in one process, in just that order, with the
// log's seed. Pure.
#pragma once

#include <bbbisect/command.hpp>
#include <bbbisect/launch.hpp>
#include <bbbisect/test_order.hpp>

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace bbbisect {

struct Replay {
  std::string python;  ///< as the user gave it
  ReplayOptions options;
  Features features;                ///< empty when the runner was not asked: then only what all versions know is used
  std::optional<std::string> seed;  ///< without one, CPython 3.11.7 and later draw another for each run
  Environment environment = {};     ///< changes to our own, for the runner
  int workers = 0;                  ///< -j: each test file in a process of its own, so many at a time; 0 = one process
  int load = 0;                     ///< busy processes that are to run beside it

  /// The command line of the runner for `tests`, named on the command line; behind "env" where the
  /// environment is another.
  [[nodiscard]] std::vector<std::string> argv(const TestOrder& tests) const;

  /// The command line of a probe: `tests` in `file`, whose text is `file_text(tests)`, or named where
  /// --fromfile would misread them; everything that the tests write below `tempdir` where the runner can be
  /// told.
  [[nodiscard]] std::vector<std::string> probe_argv(const TestOrder& tests, const std::filesystem::path& file,
                                                    const std::filesystem::path& tempdir) const;

  /// What the runner's --fromfile reads as `tests`: a name a line, in the order that the seed turns into
  /// theirs.
  [[nodiscard]] std::string file_text(const TestOrder& tests) const;

  /// True when argv() names `tests` in their own order.
  [[nodiscard]] bool names_stand_in_order(const TestOrder& tests) const { return given(tests) == tests; }

  /// The command line without the seed, which decides nothing about the order: shorter, to be proven before
  /// it is shown.
  [[nodiscard]] std::vector<std::string> plain_argv(const TestOrder& tests) const;

 private:
  [[nodiscard]] std::vector<std::string> launch() const;
  [[nodiscard]] std::vector<std::string> surroundings() const;
  [[nodiscard]] std::vector<std::string> seeding() const;
  [[nodiscard]] TestOrder given(const TestOrder& tests) const;
};

/// For a run with `workers`: the last of `tests`, the victim, stands where a worker takes it at once, with as many
/// others beside it as there are workers.
TestOrder for_workers(TestOrder tests, int workers);

/// The seed that a log prints, where a runner can be given it: SOURCE_DATE_EPOCH may be any words.
std::optional<std::string> seed_to_give(const std::optional<std::string>& printed);

/// True when --fromfile reads each name whole: it cuts a dotted one after its first part
/// (libregrtest/main.py or findtests.py, 3.6 to 3.15: r'\btest_[a-zA-Z0-9_]+\b').
bool fits_in_file(const TestOrder& tests);

/// The names in the output of --list-tests; the line of a re-executed command ("+ python ...") is skipped.
TestOrder read_list_tests(std::string_view output);

}  // namespace bbbisect
