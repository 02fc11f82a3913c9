// What a finished run of the runner says about the victim. Pure: text that was read in, an answer out.
#pragma once

#include <bbbisect/build_log.hpp>
#include <bbbisect/process.hpp>
#include <bbbisect/search.hpp>

#include <optional>
#include <string>

namespace bbbisect {

/// True when `now` is the failure of `then`: the same kind, and each failing method of `then` fails again
/// where both are known, else each exception, else each part of the environment that was altered, else errors
/// or failures alike.
bool same_failure(const Failure& then, const Failure& now);

/// "failed (2 errors): test_x, test_y (AttributeError)"; for the user.
std::string describe(const Failure& failure);

/// Whether a log tells no more than that the test failed, so that any failure of it must be taken for the same.
bool tells_no_method(const Failure& failure);

/// Reads from `run`, the output of a probe of `tests` that ended as `ending`, how each check of the victim
/// (each place in `tests` where it stands) came out. `wanted` is its failure in the log; without one any
/// failure will do. A run that was Stopped has no check where it did not get to, and nobody broke it. Follows
/// what regrtest prints, not its exit status (regrtest.md 4.6), but that it never is 0 when the summary names a
/// test that failed. Throws Error (usage) when the runner ran other tests than it was told to, or none: then
/// nothing it says counts.
Answer judge(const Run& run, const Ending& ending, const TestOrder& tests, const std::string& victim,
             const std::optional<Failure>& wanted);

/// The same for a run with workers, each of which runs one test file: one check.
Answer judge_parallel(const Run& run, const Ending& ending, const std::string& victim,
                      const std::optional<Failure>& wanted);

}  // namespace bbbisect
