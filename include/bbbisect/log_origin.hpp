// Where a log came from: a value for the report and for whoever wants the revision. Words of servers and names of
// files stand here as they are; printable() is for whoever shows them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace bbbisect {

struct LogOrigin {
  enum class Kind { file, standard_input, directory, archive, address, buildbot };
  Kind kind = Kind::file;
  std::string name;    ///< the path or address that holds it; an address has no login in it; "-" is standard input
  std::string member;  ///< of a directory or an archive: which; else empty
  std::string builder, worker, branch, revision, step;  ///< of a build; empty where the server does not say
  std::optional<std::uint64_t> build;                   ///< number of the builder's
  std::vector<std::string> others;                      ///< that hold failing runs, too: each may be given as LOG
  /// One sentence each, printable: what could not be read, and what of it need not be what it seems, as where a build
  /// still runs, was cancelled, or is not the latest that failed.
  std::vector<std::string> left_out;
};

/// "file", "standard input", "directory", "archive", "address", "buildbot": a contract with scripts.
std::string describe(LogOrigin::Kind kind);

/// For people, printable: "build 14 of AMD64 Debian 3.x, step test, revision 0123abc (main), worker w1". Empty for a
/// plain file and standard input, of which the user needs to be told nothing.
std::string describe(const LogOrigin& origin);

}  // namespace bbbisect
