// From what the user has to the log: a file, standard input, a directory, an archive, something compressed, an
// address, a build of a Buildbot. Joins http, archive and buildbot, and streams into LogReader: what is downloaded
// or unpacked never stands in memory or on disk as a whole.
#pragma once

#include <bbbisect/build_log.hpp>
#include <bbbisect/bytes.hpp>
#include <bbbisect/fetch.hpp>
#include <bbbisect/log_origin.hpp>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace bbbisect {

/// What the user named.
struct LogRequest {
  std::string log;                     ///< LOG: a path, "-", or an address; empty when a builder is named
  std::string buildbot;                ///< the address of a Buildbot
  std::string builder;                 ///< of it: a name or a number
  std::optional<std::uint64_t> build;  ///< of the builder; nullopt: the latest that failed
  std::uint64_t max_size = 0;          ///< see Allowance
};

struct SourcedLog {
  BuildLog log;
  LogOrigin origin;
};

/// `log` as it means the same in another directory, and without a login or what a mail puts around an address: an
/// absolute path, an address, or "-".
std::string log_from_anywhere(const std::string& log);

/// Told what is being done, up to several times a second, as one printable line; empty when it is over.
using Tell = std::function<void(const std::string&)>;

/// Reads the log. Where several are at hand, as in a directory, the first by name that holds a failing run is taken.
/// Throws Error (usage) when nothing can be read, or when more than `max_size` is to be.
SourcedLog read_log(const LogRequest& request, const Tell& tell);

/// The same, with another way to fetch, and to wait before what is only temporary is tried again.
SourcedLog read_log(const LogRequest& request, const Tell& tell, const Fetch& fetch, const Pause& pause);

}  // namespace bbbisect
