// What a run's output tells beside the list of its tests: the stuff of which `Run::failures` is made.
#pragma once

#include <bbbisect/build_log.hpp>

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace bbbisect {

/// What was printed while, or in a parallel run after, a test's progress line was the last.
struct TestNotes {
  TestOrder methods;    ///< full ids, of "FAIL: test_x (test.test_y.T)"
  TestOrder functions;  ///< bare names, of tracebacks and re-runs
  TestOrder exceptions;
  TestOrder modules;  ///< see Failure
  TestOrder altered;
  std::string death;       ///< "Fatal Python error: ..." or "Timeout (...)!"
  bool no_method = false;  ///< "test test_x crashed -- Traceback": it could not be run at all
};

struct RunNotes {
  std::map<std::size_t, TestNotes> tests;                 ///< by the place in Run::tests
  std::map<std::string, TestNotes, std::less<>> rerun;    ///< by name
  std::map<std::string, TestOrder, std::less<>> altered;  ///< what each test altered, by name
  std::optional<int> exit_status;
  std::string wrapper_end;
  std::string ended_outside;
};

/// Adds `item` unless it is there, or the list is long.
void add_once(TestOrder& list, std::string_view item);

/// Likewise for a list of modules, which is short.
void add_module(TestOrder& modules, std::string_view module);

/// Fills in `run.failures` and `run.repeats`.
void conclude(Run& run, const RunNotes& notes);

}  // namespace bbbisect
