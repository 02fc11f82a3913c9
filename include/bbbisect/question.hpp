// What is to be explained: the victim, how it failed, and what ran before it; drawn from one log.
#pragma once

#include <bbbisect/build_log.hpp>
#include <bbbisect/launch.hpp>
#include <bbbisect/log_origin.hpp>
#include <bbbisect/order.hpp>
#include <bbbisect/replay.hpp>

#include <optional>
#include <string>
#include <vector>

namespace bbbisect {

/// What a run of another log tells; see cleared.hpp.
struct FurtherRun {
  std::string log;     ///< as the user named it
  bool fails = false;  ///< the victim failed in it as in the log to explain; else it passed
  TestOrder before;    ///< what ran before it in its process: to an end, or, where it failed, at all
};

struct Question {
  Run run;        ///< the run that the log is about
  Launch launch;  ///< its command taken apart; a default one when the log has none
  StartOrder order;
  std::vector<Failure> failed;     ///< what the run counts as failed, in running order
  std::string victim;              ///< empty when nothing failed and the user named nobody
  std::optional<Failure> failure;  ///< the victim's; nullopt when the log does not show it
  TestOrder suspects;              ///< what ran before the victim, in order, without earlier runs of itself
  TestOrder setters;               ///< what did not run before it in its process: who may set its state up, in order
  TestOrder beside;                ///< what ran in other workers at the same time
  bool passed_again = false;       ///< it failed, and passed when the log's run ran it again
  std::map<std::string, std::string> environment;  ///< of the log, as Buildbot prints it
  std::vector<std::string> configure;              ///< the options of its ./configure, where it shows them
  std::vector<FurtherRun> further;                 ///< of other logs that the user named
  std::vector<std::string> remarks;                ///< one sentence each, for the user
  LogOrigin origin;                                ///< where the log came from; pose_question() leaves it to the caller
};

/// Draws the question from `log`. `test` is the victim where the user chose one. Throws Error (usage) when
/// the log holds no test run, or when `test` did not run in it.
Question pose_question(const BuildLog& log, const std::optional<std::string>& test, Extent extent,
                       const ListTests& list_tests);

/// Throws Error (usage) when the question has no victim, or one that no replay in one process can show
/// failing: the sentence says what was looked for and what was found.
void check_answerable(const Question& question);

/// What a replay needs to show the victim's failure; `extra` are the user's own options.
ReplayNeeds needs_of(const Question& question, const std::vector<std::string>& extra);

}  // namespace bbbisect
