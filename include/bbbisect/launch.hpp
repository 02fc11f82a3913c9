// A launch line of the test runner, taken apart, and what of it a replay in one process keeps. Pure.
// Sources: Lib/test/libregrtest/cmdline.py and main.py of CPython 3.6 to 3.15, Tools/scripts/run_tests.py.
#pragma once

#include <bbbisect/test_order.hpp>

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace bbbisect {

/// One option of the runner: "-j4", "-j 4", "--multip 4" and "--multiprocess=4" all are {"--multiprocess",
/// "4"}.
struct RunnerOption {
  std::string name;                  ///< the long spelling where there is one ("-G" is "--failfast"), else the short
  std::optional<std::string> value;  ///< of options that take one
  bool operator==(const RunnerOption&) const = default;
};

/// A launch line: python, its options, the runner's options and the names behind them.
struct Launch {
  std::string python;
  std::vector<std::string> python_options;  ///< one word each ("-Wd", "-bb"); "-W" and "-X" glued to their value
  std::vector<RunnerOption> options;        ///< in order
  TestOrder names;                          ///< positional; with --exclude they are what not to run

  [[nodiscard]] bool has(std::string_view long_name) const;
  /// The value of the last such option.
  [[nodiscard]] std::optional<std::string> value_of(std::string_view long_name) const;
};

/// Takes a command apart as argparse's parse_known_args() does in regrtest: clusters (-rwW), glued values
/// (-uall), unambiguous prefixes (--rands). Knows "-m test", "-m test.regrtest", "-m test.autotest",
/// ".../regrtest.py" and ".../run_tests.py" (which is expanded to what it executes). Leading NAME=value words
/// and wrappers (env, time, HOSTRUNNER) before python are skipped; the line ends at "|", "&&", ">" and their
/// like. Options that regrtest does not know keep their spelling; names that is_test_name() refuses are left
/// out. nullopt when `argv` runs no test: a worker, --list-tests, --cleanup, --help.
std::optional<Launch> parse_launch(const std::vector<std::string>& argv);

/// The option as one word to hand to the runner: {"--use=all"}, {"--verbose3"}, {"-w"}; spelled as all
/// versions that have it accept.
std::vector<std::string> spelled(const RunnerOption& option);

/// What the local runner can do, read from its own --help, never guessed from a version number.
struct Features {
  std::set<std::string> options;            ///< "--no-randomize", "-W", ...: every option that the help names; empty
                                            ///< when nobody has asked the runner
  std::vector<std::string> resources = {};  ///< what "-u all" enables, in the help's order
  [[nodiscard]] bool has(std::string_view option) const { return options.contains(std::string(option)); }
};
Features read_features(std::string_view help_text);

enum class Action { kept, dropped, replaced, added };

/// "kept", "dropped", "replaced", "added": a contract with scripts.
std::string describe(Action action);

/// What became of one option of the log, with a reason for the user.
struct OptionDecision {
  std::string option;  ///< as spelled for the runner ("--use=all"); names together as "NAMES"
  Action action;
  std::string why;
  bool missed = false;  ///< dropped, though it may be what made the test fail
};

/// What a replay adds to or needs from the options of the log.
struct ReplayNeeds {
  bool leak = false;                 ///< the failure is a reference leak: -R stays
  bool env_changed = false;          ///< the failure is an altered environment
  std::vector<std::string> extra{};  ///< what the user gave after "--"
};

/// The options common to all probes; the seed, the order and the temporary directory come later.
struct ReplayOptions {
  std::vector<std::string> python_options;
  std::vector<std::string> runner_options;
  std::vector<OptionDecision> decisions;  ///< one per option of the log and per addition, in that order
};

/// Everything that would start workers, shuffle, select, run again, write or run something that the log
/// names is gone; a CI mode is spelled out as what it implies; options the runner lacks are dropped. Throws
/// Error when `needs.extra` would bring something of that back.
ReplayOptions replay_options(const Launch& launch, const Features& features, const ReplayNeeds& needs);

/// The --timeout of a log's launch, where it is one that a run could have.
std::optional<Seconds> timeout_of(const Launch& launch);

/// The --testdir among `words`, options of the runner's. Only the user's own counts: what stands in a test
/// directory is run.
std::optional<std::string> test_directory(const std::vector<std::string>& words);

/// True when the launch itself shuffles: -r, --randseed or a CI mode, and no --no-randomize anywhere. (With
/// SOURCE_DATE_EPOCH in its environment, CPython 3.11.7 and later do not shuffle even then.)
bool shuffles(const Launch& launch);

/// The words that make `--list-tests` print the launch's own selection, unshuffled: names, --exclude,
/// --start, and the fixed lists --pgo, --pgo-extended, --tsan, --tsan-parallel. Files and directories that the
/// log names (--fromfile, --testdir) are not among them.
std::vector<std::string> selection_words(const Launch& launch);

}  // namespace bbbisect
