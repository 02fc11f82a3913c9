// The story of a log, line by line: which run is going, how far it is, whose output is being read. Decides
// what is believed; what a line says is log_lines.hpp's business, and what follows from it conclude.cpp's.
#pragma once

#include "line_feed.hpp"
#include "log_lines.hpp"
#include "run_notes.hpp"

#include <bbbisect/build_log.hpp>

#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace bbbisect {

class RunReader {
 public:
  /// Takes a line; answers how to look at the next.
  /// See LogReader::expect().
  void expect(const TestOrder& tests) { expected_ = tests; }

  Watch line(const FedLine& fed);

  /// Takes the last bytes of the text once more, and draws the conclusions.
  void finish(std::string_view tail);

  [[nodiscard]] const BuildLog& log() const { return log_; }
  /// See LogReader::concluded().
  [[nodiscard]] BuildLog concluded() const;
  BuildLog take() { return std::move(log_); }

 private:
  enum class Stage {
    idle,        // no run yet
    running,     // between its header and its summary
    summary,     // in the summary: line by line
    summarised,  // behind the summary
    rerun,       // what failed is run again
    closed,      // its closing line was seen
  };

  // Lines between a line that is found and one above it that belongs to it, and some to spare.
  static constexpr int lookback_lines = 6;

  // Of a run that has not begun: what stands before its header.
  struct Prelude {
    std::vector<std::string> command;
    bool executed = false;  // the command is the runner's own account
    Run info;               // seed and "==" lines
  };

  // A traceback, a "FAIL: ..." block or the stack of a crash whose text is being read.
  struct Reading {
    TestNotes* notes = nullptr;  // nullptr: none
    bool frames = false;         // the "Traceback" line was seen
    bool names_method = false;   // its frames are all that names the method
    bool stack = false;          // of a crash: frames, and no exception behind them
    std::string method;
    int lines = 0;
  };

  bool known_line(const FedLine& fed, std::string_view line);
  bool progress_line(std::string_view line);
  bool take_progress(const ProgressLine& progress, std::string_view line);
  bool is_expected(const ProgressLine& progress) const;
  bool fits(const ProgressLine& progress) const;
  static bool goes_on(const Run& run, const ProgressLine& progress);
  bool resume(const ProgressLine& progress);
  bool prelude_line(std::string_view line);
  bool result_title(const FedLine& fed, std::string_view line);
  bool closing_line(const FedLine& fed, std::string_view line);
  bool rerun_line(std::string_view line);
  bool launch_line(std::string_view line);
  bool wrapper_line(const FedLine& fed, std::string_view line);
  void summary_line(const FedLine& fed, std::string_view line);
  bool environment_line(std::string_view line);
  void reading_line(std::string_view line);
  bool traceback_line(const FedLine& fed, std::string_view line);
  bool failure_header(std::string_view line);
  bool death_line(std::string_view line);
  bool warning_line(std::string_view line);
  std::string_view shown_name() const;
  void take_bare_result(std::string_view before);
  void take_wrapper(const WrapperLine& wrapper);

  void begin_run(std::string_view prefix);
  bool is_only_run() const;
  bool is_last_again(const ProgressLine& progress) const;
  bool may_begin() const;
  void learn_prefix(std::string_view prefix);
  std::string_view clean(std::string_view raw, std::string& scratch) const;
  Run* current() { return stage_ == Stage::idle ? nullptr : ignored_ ? &*ignored_ : &log_.runs.back(); }
  const Run* current() const { return const_cast<RunReader*>(this)->current(); }
  RunNotes& notes() { return notes_.back(); }
  TestNotes* notes_of_shown();
  bool room_for(std::size_t entries);
  void note_module(TestNotes& noted, std::string_view module);
  Watch watch() const;

  BuildLog log_;
  std::deque<RunNotes> notes_;  // one per run; the last one is of `ignored_` when there is one
  std::optional<Run> ignored_;  // a run beyond those that are kept
  Stage stage_ = Stage::idle;
  Prelude prelude_;
  bool ended_ = false;                    // the process is known to be over
  bool headless_ = false;                 // the current run began without a header
  TestOrder expected_;                    // by a probe, which knows what it runs; empty for a log
  std::optional<std::size_t> announced_;  // the number of tests that its header tells
  bool forever_ = false;                  // ... and its progress lines have no total
  bool was_result_ = false;               // its last progress line was a new test with a result
  std::optional<std::size_t> suspended_;  // a run that may turn out to go on, after a test printed another
  std::optional<std::size_t> rerun_total_;
  std::string rerun_name_;
  std::string prefix_;  // what something puts before each line
  TestOrder ResultSection::*list_ = nullptr;
  int strange_lines_ = 0;  // in a row, in the summary
  bool in_environment_ = false;
  int environment_lines_ = 0;
  std::string environment_name_;
  bool header_follows_ = false;  // the line of equals signs was seen
  Reading reading_;
  TestNotes* last_traceback_ = nullptr;  // whose traceback was read last; it may be one of a chain
  bool last_exception_is_new_ = false;
  std::size_t entries_ = 0;  // names kept of all runs
  std::string scratch_, scratch_before_;
};

}  // namespace bbbisect
