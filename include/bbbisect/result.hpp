// What the user gets in the end, on standard output: for people, and as JSON.
#pragma once

#include <bbbisect/differences.hpp>
#include <bbbisect/narration.hpp>
#include <bbbisect/question.hpp>
#include <bbbisect/replay.hpp>
#include <bbbisect/runner.hpp>
#include <bbbisect/triage.hpp>

#include <string>
#include <vector>

namespace bbbisect {

struct Result {
  Finding finding;
  Circumstances circumstances;         ///< in which the finding's conditions have their names
  std::vector<std::string> reproduce;  ///< argv of the command to paste; empty when nothing fails
  std::vector<std::string> contrast;   ///< argv of one that passes, where that is the point; else empty
  std::vector<Trial> trials;
  std::vector<Difference> differences;  ///< of this Python and its surroundings from the log's
  std::string runner;                   ///< its version
  std::string journal;                  ///< the directory with the evidence
  std::string directory;                ///< where the commands are to be run, if not where the user is
};

/// A failed test of the log and what came of it.
struct Explained {
  Question question;
  std::optional<Result> result;
  ReplayOptions options;
  std::string trouble;  ///< why it could not be asked; then there is no result
};

/// Of several, a row each: the victim, the verdict, what it says.
std::string table_of(const std::vector<Explained>& failures);
std::string to_json(const std::vector<Explained>& failures);

/// The verdict in a sentence, the culprits, the proof, the command to paste, what it cost.
std::string to_text(const Result& result, const Question& question, bool color);

/// Schema 1 of bbbisect(1).
std::string to_json(const Result& result, const Question& question, const ReplayOptions& options);

/// Where the log came from, and which others failed there, in lines; none for a plain file.
std::vector<std::string> source_lines(const LogOrigin& origin);

/// What the log says, in a few lines to begin with: the run, the failures, the victim, the remarks.
std::vector<std::string> introduction(const Question& question);

/// --order: the sequence, a name a line.
std::string order_text(const Question& question);

/// --dry-run: what would be run, and what it is expected to cost.
struct Plan {
  std::vector<Trial> in_vain;  ///< the probes as long as nothing fails; each with what it takes then
  Forecast cost;               ///< if one suspect is the polluter
  int jobs = 1;
};
std::string plan_text(const Question& question, const Plan& plan);
std::string plan_json(const Question& question, const Plan& plan);

/// --show: what the log says and what would be run. `replay` asks nothing of the local runner; `differences` are
/// nullopt where there is no Python to compare with.
std::string show_text(const Question& question, const Replay& replay,
                      const std::optional<std::vector<Difference>>& differences);
std::string show_json(const Question& question, const Replay& replay,
                      const std::optional<std::vector<Difference>>& differences);

}  // namespace bbbisect
