// What the user sees while the search runs: one line a probe, on standard error.
#pragma once

#include <bbbisect/forecast.hpp>
#include <bbbisect/prober.hpp>
#include <bbbisect/search.hpp>

#include <functional>
#include <iosfwd>
#include <string>
#include <vector>

namespace bbbisect {

struct NarrationStyle {
  bool quiet = false;
  bool color = false;
  /// Columns of the terminal; 0 when there is none: then each line is printed once, when it is complete.
  std::function<int()> columns = [] { return 0; };
};

class Narration {
 public:
  Narration(std::ostream& out, std::string victim, NarrationStyle style);

  /// A sentence on a line of its own.
  void say(const std::string& sentence);

  /// What is left to be run, by the trials so far; nullopt when nobody knows.
  using Rest = std::function<std::optional<Forecast>(const std::vector<Trial>&)>;

  /// Tells each question while it is asked and each answer when it is known, and keeps both in `trials`. The
  /// same answer to the same question again is counted, and told with the next line.
  /// The narration must outlive the result.
  Ask announce(Ask ask, Rest rest = {});

  /// Updates the line of the running probe; nothing without a terminal.
  void progress(const Progress& progress);

  /// Ends an unfinished line, so that something else can be printed.
  void interrupt();

  [[nodiscard]] const std::vector<Trial>& trials() const { return trials_; }

 private:
  void overwrite(const std::string& line);
  void tell(const std::string& question, const std::string& answer, const Trial& trial, const std::string& left);
  void tell_repeats();

  std::ostream& out_;
  std::string victim_;
  NarrationStyle style_;
  std::vector<Trial> trials_;
  std::string painted_;  // what the unfinished line says
  std::string current_;  // the question that is asked
  std::string told_;     // the last question and its answer
  int repeats_ = 0;      // of them
  Seconds repeating_{0};
  bool unfinished_ = false;  // a line without its newline is on the terminal
};

/// "passes", "fails", "unresolved"; the words of bbbisect(1).
std::string describe(Outcome outcome);

/// "test_v after test_a, then test_b", "test_v between 500 tests, 72 times"
std::string describe(const Probe& probe, const std::string& victim);

/// The shortest sequence before the victim after which it was seen to fail under the log's conditions, if any was.
std::optional<TestOrder> shortest_failing(const std::vector<Trial>& trials);

}  // namespace bbbisect
