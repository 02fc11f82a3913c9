// How the log's build and its surroundings differ from those at hand: what explains best that a failure is not seen.
#pragma once

#include <bbbisect/build.hpp>
#include <bbbisect/question.hpp>

#include <map>
#include <string>
#include <vector>

namespace bbbisect {

/// The build that the log of `question` is of; its commit is the one that its Buildbot tells where the log tells none,
/// or only the beginning of that one.
Build logged_build(const Question& question);

struct Difference {
  std::string what;        ///< "version", "commit", "TZ", ...
  std::string log, here;   ///< one line each, for the user
  bool of_python = false;  ///< another Python, not other surroundings of one like it
};

/// How the local build and our `own` environment differ from what the log of `question` tells of its own; the
/// most telling first. What either of them does not tell is no difference.
std::vector<Difference> differences(const Question& question, const LocalBuild& local,
                                    const std::map<std::string, std::string>& own);

/// "version 3.12.1 there, 3.11.2 here; build debug there, release here": those of the Python itself; empty
/// when there is none.
std::string phrase_of(const std::vector<Difference>& differences);

}  // namespace bbbisect
