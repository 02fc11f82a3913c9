// The Python that a log is of, and the one at hand: what each is. Pure; runner.hpp asks the one at hand.
#pragma once

#include <bbbisect/build_log.hpp>

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

}  // namespace bbbisect
