// What would make a Python like the log's. A log is hostile: nothing of it becomes part of a command but a commit in
// hexadecimal, the number of a release or a pull request, and options of configure that are known here.
#pragma once

#include <bbbisect/build.hpp>
#include <bbbisect/question.hpp>

#include <optional>
#include <string>
#include <vector>

namespace bbbisect {

/// The commit or the tag of the log's source, as git checkout takes it; empty when the log names none.
std::string revision_of(const Build& build);

/// The commands that make a build like the log's and ask it the same with `bbbisect`, a line each to paste into
/// a POSIX shell; a line with "#" is a remark. `local` is nullopt where there is no Python to begin with.
std::vector<std::string> matching_commands(const Question& question, const std::optional<LocalBuild>& local,
                                           unsigned cpus, const std::vector<std::string>& bbbisect);

}  // namespace bbbisect
