// Every option of regrtest, CPython 3.6 to 3.15, one row each, and the reader of command lines that goes
// by the table. An option of a newer runner is one more row.
#pragma once

#include "harmless.hpp"

#include <bbbisect/launch.hpp>

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace bbbisect {

/// What it would mean if a user gave the option to all probes.
enum class ByUser {
  fine,
  breaks_replay,  ///< other tests, another order, other processes, a repetition, or no progress lines
  runs_nothing,   ///< with it, regrtest runs no test at all (or is a worker)
};

struct OptionRow {
  std::string_view name;   ///< the long spelling
  char letter;             ///< the short one, or 0
  std::string_view alias;  ///< another long spelling, or empty
  bool takes_value;
  int since;             ///< the N of CPython 3.N that first had it; 6 also for what is older
  Action action;         ///< what a replay does with it, conditions apart (replay_options.cpp)
  std::string_view why;  ///< a clause for the user
  ByUser by_user;
  WordKind value;  ///< what a value must be that is handed on
};

/// The whole table.
std::span<const OptionRow> all_options();

/// The row of a RunnerOption's name, or nullptr.
const OptionRow* find_option(std::string_view name);

/// Takes apart the words behind "-m test": options and names of tests, mixed. Returns the words that are
/// neither an option nor such a name; regrtest would take them for tests.
std::vector<std::string> read_runner_words(std::span<const std::string> words, Launch& launch);

}  // namespace bbbisect
