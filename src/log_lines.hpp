// The formats of single lines: pure functions from a clean line to what it says. To add a format, add it
// here, and see that `LineFeed` shows such lines (line_feed.hpp). The generations of regrtest's output:
//   OLD    CPython 3.6 to 3.11.2
//   NEW-A  3.11.7, 3.12.1, 3.13.0: the line of a test carries the result of the one before it, as in OLD
//   NEW-B  3.13.5 and later, 3.14, 3.15: two lines per test, the second with its result
#pragma once

#include <bbbisect/build_log.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace bbbisect {

/// A line without colours, carriage returns, a byte order mark and GitHub's timestamp. `scratch` holds the
/// text where it had to be changed.
std::string_view clean_line(std::string_view raw, std::string& scratch);

/// The last line of `text`, which loses it; nullopt when nothing is left.
std::optional<std::string_view> take_last_line(std::string_view& text);

struct ProgressLine {
  std::size_t index = 0;
  std::optional<std::size_t> total;  ///< with --forever none, or the number of failures so far
  std::string_view name;
  std::string_view result;    ///< of `name`; empty where none is printed
  std::string_view previous;  ///< OLD and NEW-A: the test before it, if its result is printed
  std::string_view previous_result;
  std::size_t bracket = 0;  ///< where the "[" stands
};

/// The next progress line at or after `from`, wherever it stands in `line`: tests write without newlines.
/// Moves `from` behind its "]".
std::optional<ProgressLine> find_progress(std::string_view line, std::size_t& from);

/// The clock before the "[" of a progress line.
std::optional<Seconds> clock_before(std::string_view line, std::size_t bracket);

/// A line that holds nothing but a clock and a load, as OLD prints it before a re-run.
bool is_bare_clock(std::string_view line);

/// "test_x failed (1 failure)": OLD and NEW-A say so of the last test. The result, if it is that of `name`.
std::optional<std::string_view> bare_result(std::string_view line, std::string_view name);

struct RunHeader {
  RunMode mode = RunMode::unknown;
  std::optional<int> workers;
  std::optional<std::size_t> total;
  bool child_processes = false;  ///< as OLD calls its workers
  std::string_view prefix;       ///< what stands before it
};
std::optional<RunHeader> read_run_header(std::string_view line);

struct SeedLine {
  std::optional<std::string_view> seed;  ///< nullopt for "None"
  std::string_view prefix;
  bool without_colon = false;  ///< as OLD prints it
};
std::optional<SeedLine> read_seed(std::string_view line);

/// Where the text of a "== CPython 3.15.0a6+ ..." line belongs to, or nullptr.
struct InfoLine {
  std::string Run::*field;
  std::string_view text;
};
std::optional<InfoLine> read_info(std::string_view line);

struct ResultLine {
  std::string_view state;
  std::string_view prefix;
};
/// The options behind "./configure", or those that test.pythoninfo tells: a word each, at most 100; empty when the
/// line has none.
std::vector<std::string> read_configure(std::string_view line);

/// "== Tests result: FAILURE then SUCCESS =="
std::optional<ResultLine> read_result_title(std::string_view line);
/// "Result: SUCCESS", or "Tests result: SUCCESS" of OLD: the last line of a run.
std::optional<std::string_view> read_closing(std::string_view line);

/// The title of a list of names in a summary.
struct SectionTitle {
  TestOrder ResultSection::*list;  ///< nullptr: a title whose list is none of ours
};
std::optional<SectionTitle> read_section_title(std::string_view line);

/// A line of names below a title: "    test_x test_y", or "    test_x:" with reasons below it.
bool is_name_line(std::string_view line);
TestOrder read_names(std::string_view line);

/// The head of a re-run, or of one test in it.
struct RerunLine {
  std::optional<int> count;  ///< of "Re-running 5 failed tests in verbose mode in subprocesses"
  std::string_view name;     ///< of "Re-running test_x in verbose mode (matching: test_a, test_b)"
  TestOrder methods;
};
std::optional<RerunLine> read_rerun(std::string_view line);

/// The full id of "FAIL: test_x (test.test_y.T)".
std::optional<std::string> read_failure_header(std::string_view line);
/// The line of equals signs above it.
bool is_separator(std::string_view line);

/// "test test_x failed -- Traceback (most recent call last):", or "crashed" (no test method could be run).
struct TracebackLine {
  std::string_view name;
  bool crashed = false;
};
std::optional<TracebackLine> read_traceback_of_test(std::string_view line);
/// The function of `  File "x.py", line 3, in test_x`.
std::optional<std::string_view> read_frame(std::string_view line);
/// The module of a frame, dotted: of `  File "/x/Lib/test/test_y.py", line 3, in f` it is "test_y". What is
/// no identifier names no module.
std::optional<std::string> read_frame_module(std::string_view line);
/// The modules that the message of an exception names: "module 'test.test_y' has no attribute 'z'".
TestOrder read_named_modules(std::string_view line);
/// The class of "RuntimeError: boom" or "test.support.TestFailed".
std::optional<std::string_view> read_exception(std::string_view line);

/// "Fatal Python error: Segmentation fault" or "Timeout (0:20:00)!", also glued to other output.
std::optional<std::string_view> read_death(std::string_view line);

/// What wraps the output: Buildbot and GitHub.
struct WrapperLine {
  std::optional<int> exit_status;  ///< "program finished with exit code 2"
  std::string_view end;            ///< "command timed out: 1200 seconds ...", "process killed by signal 9"
  bool from_outside = false;       ///< somebody or something else ended the run, whatever the test did
};
std::optional<WrapperLine> read_wrapper(std::string_view line);

/// A command that launches the test runner: its words from python on, and how good a source it is.
struct LaunchLine {
  std::vector<std::string> command;
  bool executed = false;  ///< "+ python ...": the runner's own account of what it executes
};
std::optional<LaunchLine> read_launch(std::string_view line);

}  // namespace bbbisect
