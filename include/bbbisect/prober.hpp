// One probe: writes the order, runs the tests, reads the answer. The world behind the search's question.
#pragma once

#include <bbbisect/build_log.hpp>
#include <bbbisect/durations.hpp>
#include <bbbisect/journal.hpp>
#include <bbbisect/replay.hpp>
#include <bbbisect/search.hpp>

#include <functional>
#include <optional>
#include <string>

namespace bbbisect {

/// Where a running probe is.
struct Progress {
  std::size_t index = 0;  ///< of the test that runs, from 1; 0 = none yet
  std::size_t total = 0;
  std::string test;
  Seconds elapsed{0};
  Seconds left{0};  ///< by the durations known
};
using OnProgress = std::function<void(const Progress&)>;

/// Whom the probes watch.
struct Victim {
  std::string test;
  std::optional<Failure> failure;  ///< in the log; what counts as the same failure
};

class Prober {
 public:
  /// `deadline` is for each probe; nullopt = five times what the durations promise and a minute, and no less
  /// than `patience`, the runner's own --timeout where the victim's failure is that it was reached.
  Prober(Replay replay, Victim victim, std::optional<Seconds> deadline, Seconds patience, Journal& journal,
         Durations& durations, OnProgress on_progress);

  /// Runs `probe` in a process of its own with a temporary directory of its own, which is removed afterwards.
  /// A run that something outside killed (signal 9) is made again, once. Throws Interrupted, and Error where
  /// nothing can be concluded: the runner ran something else, the disk is full.
  Answer operator()(const Probe& probe);

 private:
  Answer run_once(const Probe& probe, bool& killed_from_outside);

  Replay replay_;
  Victim victim_;
  std::optional<Seconds> deadline_;
  Seconds patience_;
  Journal& journal_;
  Durations& durations_;
  OnProgress on_progress_;
};

/// A new temporary directory with a short name (a socket's path has room for 107 bytes). Its name is noted in
/// `note` first, so that whoever finds the note after a kill -9 can remove it: so does the next Scratch.
class Scratch {
 public:
  explicit Scratch(std::filesystem::path note);
  ~Scratch();
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  [[nodiscard]] const std::filesystem::path& directory() const { return directory_; }

 private:
  std::filesystem::path note_;
  std::filesystem::path directory_;
};

}  // namespace bbbisect
