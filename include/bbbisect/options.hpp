// What the user asked for. Hides CLI11. A contract: bbbisect(1) tells it in full.
#pragma once

#include <bbbisect/test_order.hpp>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace bbbisect {

enum class Color { automatic, always, never };

/// Which branch of the triage is asked for; see bbbisect(1), --only.
enum class Branch { any, order, flags, transient };

struct Options {
  std::string log;  ///< a path, an address, or "-", which is standard input; empty when a builder is named
  std::string buildbot = "https://buildbot.python.org/";  ///< where `builder` is looked for
  std::string builder;                                    ///< name or number; empty: LOG says it all
  std::optional<std::uint64_t> build;                     ///< its number; nullopt: the latest that failed
  std::uint64_t max_size = std::uint64_t(2) << 30;        ///< bytes that may be downloaded and unpacked, in sum
  std::vector<std::string> runner_options;                ///< what follows "--"
  std::optional<std::string> python;                      ///< nullopt: ./python or ./python.exe
  std::optional<std::filesystem::path> directory;         ///< -C: where to start
  std::optional<std::string> test;                        ///< the victim; nullopt: the first that failed
  std::vector<std::filesystem::path> passing, failing;    ///< further logs, in which the victim came out so
  bool show = false;
  bool order = false;
  int runs = 2;              ///< 1 to 100
  double confidence = 0.99;  ///< 0.5 to 0.999999
  bool all = false;
  Branch only = Branch::any;
  bool all_failures = false;
  bool dry_run = false;
  bool matching = false;
  int jobs = 1;                    ///< 1 to 64: parts of a probe at a time
  std::optional<Seconds> timeout;  ///< of a probe; nullopt: from the durations
  std::filesystem::path state = ".bbbisect";
  bool fresh = false;
  std::optional<std::filesystem::path> json;  ///< "-" is standard output
  bool quiet = false;
  bool verbose = false;
  Color color = Color::automatic;
};

/// Throws Error (usage) with one sentence. For --help and --version it returns nullopt after printing them.
std::optional<Options> parse_options(int argc, const char* const* argv);

/// "90", "90s", "15m", "1.5h", "1h30m": nullopt for anything else, zero included.
std::optional<Seconds> parse_duration(std::string_view text);

/// "900", "900K", "500M", "2G": bytes, by powers of 1024; nullopt for anything else, zero included.
std::optional<std::uint64_t> parse_size(std::string_view text);

}  // namespace bbbisect
