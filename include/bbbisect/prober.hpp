// One probe: writes the order, runs the tests, reads the answer. The world behind the search's question.
#pragma once

#include <bbbisect/build_log.hpp>
#include <bbbisect/durations.hpp>
#include <bbbisect/journal.hpp>
#include <bbbisect/process.hpp>
#include <bbbisect/replay.hpp>
#include <bbbisect/search.hpp>
#include <bbbisect/side_by_side.hpp>

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

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

class ProbeRun;

class Prober {
 public:
  /// `deadline` is for each run of the runner; nullopt = five times what the durations promise and a minute,
  /// and for a single test ten times and a minute; no less than `patience`, the runner's own --timeout where
  /// the victim's failure is that it was reached. Up to `jobs` runs go on side by side.
  Prober(Replay replay, Victim victim, std::optional<Seconds> deadline, Seconds patience, int jobs, Journal& journal,
         Durations& durations, OnProgress on_progress);

  /// Runs `probe` in a process of its own with a temporary directory of its own, which is removed afterwards;
  /// it is ended when its answer is known (Probe::enough). Where a probe may be taken apart its parts are run
  /// first, side by side; what they cannot prove is seen in one process, so that the answer does not depend
  /// on `jobs`. With Replay::workers the probe has one check, whatever its order; Replay::load keeps other
  /// processes busy while it runs. A run that something outside killed (signal 9) is made again, once. Throws
  /// Interrupted, and Error where nothing can be concluded: the runner ran something else, the disk is full.
  Answer operator()(const Probe& probe);

 private:
  [[nodiscard]] std::filesystem::path scratch_note(int part) const;
  [[nodiscard]] Seconds deadline_of(const TestOrder& tests) const;
  [[nodiscard]] bool hangs(const ProbeRun& run) const;
  void report(const std::vector<std::unique_ptr<ProbeRun>>& runs) const;
  [[nodiscard]] Command command_for(const TestOrder& tests, const std::filesystem::path& file,
                                    const std::filesystem::path& directory) const;
  Answer run_workers(const Probe& probe);
  std::optional<Answer> run_parts(const Probe& probe, const std::vector<Part>& parts, bool& killed);
  Answer answer_of(ProbeRun& run, const Ending& ending, bool hung, int part) const;

  Replay replay_;
  Victim victim_;
  std::optional<Seconds> deadline_;
  Seconds patience_;
  int jobs_;
  Journal& journal_;
  Durations& durations_;
  OnProgress on_progress_;
};

/// Removes the temporary directory that an earlier, killed bbbisect noted in `note`, and the note.
void remove_noted(const std::filesystem::path& note);

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
