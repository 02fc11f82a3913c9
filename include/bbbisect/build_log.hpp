// What the stdio log of a test step tells: one value out of text of twenty kinds. All history of
// regrtest's output formats (CPython 3.6 to 3.15: OLD, NEW-A, NEW-B in the comments of src/log_lines.hpp)
// and of what Buildbot and GitHub wrap around it stays behind this header. A log is somebody's text:
// nothing in it is believed beyond what it says, run, or used as a path.
#pragma once

#include <bbbisect/test_order.hpp>

#include <cstddef>
#include <filesystem>
#include <functional>
#include <iosfwd>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace bbbisect {

enum class FailureKind {
  failed,              ///< test methods failed
  uncaught_exception,  ///< the module could not even be run (ImportError, SyntaxError, ...)
  env_changed,         ///< passed, but altered the execution environment
  leaked,              ///< reference leak (-R)
  crashed,             ///< a signal ended the process
  timed_out,           ///< faulthandler's --timeout, or the worker's
  died,                ///< the process ended (os._exit, sys.exit of a worker) without a result
  cut_off,             ///< it was running when the log ended; the log does not say why
};

/// How one test failed, as far as the log tells. Also the yardstick for "the same failure".
struct Failure {
  std::string test;
  std::optional<std::size_t> place;  ///< index into Run::tests of the run of it that failed
  FailureKind kind = FailureKind::failed;
  int errors = 0;           ///< of "failed (2 errors, 1 failure)"; 0 = none or not told
  int failures = 0;         ///< likewise
  TestOrder methods;        ///< full ids ("test.test_os.T.test_x") or bare method names, as known; no repeats
  TestOrder exceptions;     ///< class names of the exceptions, as printed; no repeats
  TestOrder modules;        ///< that the frames and messages of its tracebacks name, dotted: "importlib.util",
                            ///< "test_x.util" (test files stand without "test."); no repeats, at most 40
  TestOrder altered;        ///< what of the environment it altered ("os.environ", "temporary files")
  std::string text;         ///< the words of the result ("failed (1 failure)") or of the fatal error
  bool in_section = false;  ///< named in the summary's "failed"/"altered" (else read from progress lines)
};

/// One test that the log shows, at its place (index - 1) in Run::tests.
struct ShownTest {
  std::string name;                ///< empty: this index is not shown
  std::string result;              ///< words after the name ("failed (1 failure) in 31.0 sec"); empty = none printed,
                                   ///< which in a sequential run of OLD or NEW-A means that it passed
  std::optional<Seconds> started;  ///< clock of its first line, from the start of the run; in a parallel
                                   ///< run this is when it ended
};

/// The names of one "== Tests result: STATE ==" summary, each list in the printed order.
struct ResultSection {
  std::string state;
  TestOrder failed, env_changed, skipped, resource_denied, run_no_tests, omitted, rerun;
};

enum class RunMode { unknown, sequential, parallel };

/// One run of the test runner.
struct Run {
  std::vector<std::string> command;  ///< its launch line in words ("LD_LIBRARY_PATH=. ./python -m test"
                                     ///< without the assignments); empty when the log has none
  RunMode mode = RunMode::unknown;
  std::optional<int> workers;            ///< of a parallel run
  std::optional<std::string> seed;       ///< as printed; may be a negative int; never "None"
  bool standard_first = false;           ///< its regrtest starts an unshuffled list with ten standard tests (OLD)
  std::optional<std::size_t> announced;  ///< N of "Run N tests"; with -q there is nothing else
  std::optional<std::size_t> total;      ///< N of [I/N]; unknown with --forever and -q
  std::vector<ShownTest> tests;          ///< by index - 1: running order (sequential), order of completion (parallel)
  std::vector<ResultSection> sections;   ///< [0] is the run's own; later ones come after a re-run
  std::vector<Failure> failures;         ///< in running order, then those of the summary that have no place; what
                                         ///< failed only in the re-run is not here
  std::vector<Failure> repeats;          ///< of a test that runs at several places, each failure by itself, with what
                                         ///< was printed there; `failures` has them as one
  std::string version, platform, build, resources, encodings,
      cpus;                        ///< the "==" lines; empty when not printed
  std::optional<int> rerun_count;  ///< tests that were run again by -w
  std::string how_ended;           ///< "Fatal Python error: ...", "Timeout (0:20:00)!", else empty
  std::string ended_outside;       ///< what else ended it: "command interrupted, ...", a lost worker; else empty
  std::string closing;             ///< state of the closing "Result:" line (a --pgo run has nothing else), else empty
  bool finished = false;           ///< a result summary or a closing "Result:" line was seen

  /// The index into `tests` of the test that was started last; nullopt when none is shown.
  [[nodiscard]] std::optional<std::size_t> last_started() const;
  /// The names of `tests`, without the indices that are not shown.
  [[nodiscard]] TestOrder shown() const;
  /// How `name` failed (by same_test), or nullptr.
  [[nodiscard]] const Failure* failure_of(std::string_view name) const;
  /// How the test at `place` failed there, or nullptr.
  [[nodiscard]] const Failure* failure_at(std::size_t place) const;
};

struct BuildLog {
  std::vector<Run> runs;  ///< at most 1000; the rest of a longer log is counted only
  std::size_t runs_ignored = 0;
  std::vector<std::string> first_command;          ///< the first thing that looks like a launch, run or not
  std::vector<std::string> configure;              ///< the options of the ./configure that stands before the first run
  std::map<std::string, std::string> environment;  ///< as Buildbot prints it
  std::optional<int> exit_status;                  ///< "program finished with exit code N"
  std::string wrapper_end;  ///< "command timed out: ...", "process killed by signal 9", else empty
  std::string copied;  ///< how its text was changed on the way here, which was undone: "quoted or indented, wrapped"
  std::size_t bytes = 0;

  /// The run to explain: the first with a failure, else the first; nullptr when there is none.
  [[nodiscard]] const Run* run() const;
};

/// Reads a log piece by piece, in memory bounded by what it keeps (names, not text): a log of any size,
/// or the output of a child as it grows. A text of up to a megabyte that was copied out of a mail or an issue
/// (quoted, indented, wrapped, escaped) is read as it was before, where that tells more.
class LogReader {
 public:
  LogReader();
  ~LogReader();
  LogReader(LogReader&&) noexcept;
  LogReader& operator=(LogReader&&) noexcept;

  /// For the output of a run of just these tests: a progress line of any other is somebody's output. Call it
  /// before feed().
  void expect(const TestOrder& tests);

  /// Takes the next bytes; lines may be cut anywhere.
  void feed(std::string_view bytes);

  /// What is known after the complete lines fed so far, of a probe (whose tests are expected). The reference is good
  /// until the next call.
  [[nodiscard]] const BuildLog& so_far() const;

  /// A copy of it, with the conclusions: `failures` and `repeats` are filled in.
  [[nodiscard]] BuildLog concluded() const;

  /// Takes the last line, even without its newline, and draws the conclusions. Call it once.
  BuildLog finish();

 private:
  friend BuildLog read_build_log(std::istream& in);
  struct State;
  std::unique_ptr<State> state_;
};

/// Reads all of `in`.
BuildLog read_build_log(std::istream& in);

/// Reads a file, or standard input when `path` is "-". Throws Error when it cannot be read.
BuildLog read_build_log(const std::filesystem::path& path);

}  // namespace bbbisect
