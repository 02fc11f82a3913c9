// Buildbot's addresses and its REST API (version 2, Buildbot 0.9 to 4): from the address of a build to the logs of
// its steps. Pure but for the Fetch that it is given. What a server says is anybody's text: it is kept as it is,
// and the only addresses that are asked for are made of the base that the user gave and of numbers.
#pragma once

#include <bbbisect/bytes.hpp>
#include <bbbisect/fetch.hpp>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace bbbisect {

/// An address taken apart. What is named is the most exact of log, step, build; a builder alone means its latest
/// failed build.
struct BuildbotAddress {
  std::string base;                      ///< up to the "/" before "#/", "builders/" or "api/"
  std::string builder;                   ///< number or name; empty when a number below is enough
  std::optional<std::uint64_t> number;   ///< of the build, counted by builder
  std::optional<std::uint64_t> build;    ///< the whole Buildbot's number of it
  std::optional<std::uint64_t> request;  ///< a build request, as mails name it: its latest build
  std::string step;                      ///< number or name within the build
  std::optional<std::uint64_t> step_id;  ///< the whole Buildbot's number of it
  std::optional<std::uint64_t> log_id;
  std::string log;  ///< name within the step
  bool operator==(const BuildbotAddress&) const = default;
};

/// Reads what a browser shows ("https://host/all/#/builders/3/builds/14/steps/5/logs/stdio"), what old mails hold
/// ("https://host/all/builders/NAME/builds/14/steps/test/logs/stdio"), and paths of the REST API
/// ("https://host/api/v2/logs/77/raw"). nullopt for any other address. Throws Error for one that names something which
/// is not understood, as "builds/latest": what would be left of it names another build.
std::optional<BuildbotAddress> parse_buildbot_address(std::string_view text);

/// Where the Buildbot is whose page, or path of the REST API, `address` is: a BuildbotAddress's base.
std::string buildbot_base(std::string_view address);

/// Whose log is handed out, in the server's words; empty where it does not say.
struct BuildFacts {
  std::string builder;
  std::uint64_t number = 0;
  std::string worker, branch, revision;
  std::string step;
  std::string address;             ///< of the log, or of the step for its stdio, for a browser; may be given as LOG
  std::vector<std::string> notes;  ///< a sentence each, printable: that it still runs, that it was cancelled
};

/// What was seen in a log.
enum class Sighting { no_run, run_without_failure, failure };

/// Who wants logs.
struct LogVisit {
  Fetch fetch;
  Pause pause;  ///< before what is only temporary is tried again
  /// Gets a log; and once more from its beginning, if its text throws a Temporary.
  std::function<Sighting(const BuildFacts& whose, const Bytes& text)> look;
  /// Told what was left out, a sentence each, printable: a failed build that was passed over.
  std::function<void(const std::string& sentence)> tell;
};

/// Hands over the logs that `address` means, likeliest first: of the named log or step, else of all steps of the
/// build, those that failed first, of these those named like a test first. Where one holds a failure, only those of
/// other steps that may have failed come after it. A builder alone means its failed builds, ten at most, the latest
/// first, until a failure is seen. Throws Error when there is no such build, when the server does not answer as
/// Buildbot does, and when no log held a run.
void visit_logs(const BuildbotAddress& address, const LogVisit& visit);

}  // namespace bbbisect
