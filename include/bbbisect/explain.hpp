// The whole way from a question to its answer: runner, replay, journal, probes, search.
#pragma once

#include <bbbisect/options.hpp>
#include <bbbisect/question.hpp>
#include <bbbisect/result.hpp>

#include <set>
#include <string>

namespace bbbisect {

/// The Python to replay with: the user's, or ./python, or ./python.exe.
std::string chosen_python(const Options& options);

/// How the question would be replayed by a runner that was not asked what it can; runs nothing.
Replay assumed_replay(const Question& question, const Options& options);

/// What the search is asked. `suspicion` may be empty.
Case case_of(const Question& question, const Options& options, Suspicion suspicion);

/// Takes a --testdir of the log for the user's own, if only_ours() says that it is and the user gave none.
void take_test_directory(const BuildLog& log, Options& options);

/// Asks the local runner for the base list of the launch that `log` shows; for start_order().
ListTests local_list(const BuildLog& log, const Options& options);

/// Reads the logs of --passing and --failing for what they tell about `question`. Throws Error (usage) when one cannot
/// be read or says the opposite.
void read_further_logs(Question& question, const Options& options);

/// How the Python to replay with and its surroundings differ from the log's; nullopt when it cannot be asked. Runs
/// no test.
std::optional<std::vector<Difference>> differences_here(const Question& question, const Options& options);

/// --matching: the commands for a build like the log's. Runs no test.
std::vector<std::string> matching_here(const Question& question, const Options& options);

/// What would be run and what it will cost, by the log alone; runs nothing.
Plan plan_of(const Question& question, const Options& options);

/// What explain() found, with the options of its probes.
struct Explanation {
  Result result;
  ReplayOptions options;
};

/// What other failed tests of the same log were found to depend on: tried first, since they often fail alike.
struct Hints {
  std::set<std::string> tests;
  std::set<std::string> factors;  ///< by name
  void learn(const Result& result);
};

/// Searches, confirms and finds the shortest command that shows it. Tells all on `narration`. Throws Error
/// and Interrupted; what was answered until then is in the journal.
Explanation explain(const Question& question, const Options& options, Narration& narration, const Hints& hints = {});

}  // namespace bbbisect
