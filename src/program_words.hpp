// The words with which a command line begins, before the runner's own: assignments, wrappers, a python.
#pragma once

#include <string_view>

namespace bbbisect {

/// Behind the last slash or backslash.
std::string_view file_name(std::string_view path);

/// "LD_LIBRARY_PATH=/build"
bool is_assignment(std::string_view word);

/// "./python.exe", "python3.13t", "python_d.exe", "/usr/bin/pypy3", "graalpy"
bool is_python(std::string_view word);

/// "env", "/usr/bin/time", "xvfb-run": programs that run the command behind their own options.
bool is_wrapper(std::string_view word);

/// What -m takes to run the tests: "test", "test.regrtest", "test.__main__", "test.autotest".
bool is_test_module(std::string_view module);

}  // namespace bbbisect
