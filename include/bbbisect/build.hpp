// The Python that a log is of, and the one at hand: what each is, how they differ, and what would make one like
// the log's. Pure; runner.hpp asks the one at hand. A log is hostile: nothing of it becomes part of a command
// but a commit in hexadecimal, the number of a release or a pull request, and options of configure that are
// known here.
#pragma once

#include <bbbisect/question.hpp>

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace bbbisect {

/// What is not told is empty.
struct Build {
  std::string version;   ///< "3.12.0a7+"
  std::string branch;    ///< "heads/main", "tags/v3.12.1", "main"
  std::string commit;    ///< 7 to 40 hexadecimal digits
  std::string compiler;  ///< "GCC 12.2.0"
  std::optional<bool> debug, free_threaded;
  std::string platform;      ///< "Linux-6.1.0-x86_64-with-glibc2.36 little-endian"
  std::string system;        ///< "Linux"
  std::string architecture;  ///< one name for each: "x86_64", "aarch64", "x86"
  std::string locale_encoding, filesystem_encoding;
  std::string cpus;               ///< "4", or "2 (process) / 4 (system)"
  std::set<std::string> options;  ///< of configure, those that are known here; without what has a field above
  bool options_told = false;
};

/// What the header of `run` and `configure`, the options that the log shows, tell of its build.
Build build_of(const Run& run, const std::vector<std::string>& configure);

/// The Python at hand.
struct LocalBuild {
  Build build;
  std::string text;             ///< what -VV prints, on one line
  std::string source;           ///< where its source is, of one that runs in its build directory; else empty
  std::string build_directory;  ///< likewise
  std::string head;             ///< the commit that a git checkout in `source` stands at, else empty
  std::string test_directory;   ///< where its own test package is, else empty
  std::set<std::string> lacks;  ///< resources of regrtest that this machine has not: "audio", "network"
  double memory = 0;            ///< bytes of this machine; 0 = not known
};

/// The words behind `python` that make it tell what it is, as JSON on the last line: starts nothing but git.
std::vector<std::string> build_question();

/// Reads the answer; nullopt when it is none.
std::optional<LocalBuild> read_local_build(std::string_view output);

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

/// The commit or the tag of the log's source, as git checkout takes it; empty when the log names none.
std::string revision_of(const Build& build);

/// The commands that make a build like the log's and ask it the same with `bbbisect`, a line each to paste into
/// a POSIX shell; a line with "#" is a remark. `local` is nullopt where there is no Python to begin with.
std::vector<std::string> matching_commands(const Question& question, const std::optional<LocalBuild>& local,
                                           unsigned cpus, const std::vector<std::string>& bbbisect);

}  // namespace bbbisect
