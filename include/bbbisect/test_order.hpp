// Test names in the order in which they run: the value that the whole program is about.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace bbbisect {

/// Durations of tests and probes.
using Seconds = std::chrono::duration<double>;

/// Names in running order, spelled as the log spells them. The same name may stand in it twice.
using TestOrder = std::vector<std::string>;

/// `a`, then `b`.
TestOrder concat(const TestOrder& a, const TestOrder& b);

/// `order` without any test of that `name` (compared by `same_test`).
TestOrder without(const TestOrder& order, std::string_view name);

/// True for what may be handed to the runner as a test: dotted identifiers, the first ("test." apart) and the last
/// of which start with "test_"; at most 255 bytes. Everything else in a log is somebody's output. To run
/// "x.test_y" is to import x, which may be "__main__" or "autotest".
bool is_test_name(std::string_view name);

/// What all spellings of a name have in common; a view into `name`.
std::string_view module_of(std::string_view name);

/// True when both name one module: regrtest imports "test_x" and "test.test_x" alike
/// (libregrtest/utils.py, abs_module_name()).
bool same_test(std::string_view a, std::string_view b);

/// `a, b, c`
std::string join(const TestOrder& order, std::string_view separator = ", ");

/// "1 test", "2 tests"
std::string counted(std::size_t count, std::string_view noun);

}  // namespace bbbisect
