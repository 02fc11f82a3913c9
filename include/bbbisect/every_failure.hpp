// Every failed test of a log, explained in its turn: --all-failures.
#pragma once

#include <bbbisect/options.hpp>
#include <bbbisect/question.hpp>
#include <bbbisect/result.hpp>

#include <vector>

namespace bbbisect {

/// The failed tests in running order, but those that fail alike, which may have one reason, one after the other.
TestOrder victims_of(const Question& question);

/// Explains each of them, tells each report, and the table in the end. What was found of one is tried first with
/// the others. A test that cannot be asked about holds nobody up. `log` is where `question` comes from.
std::vector<Explained> explain_every_failure(const BuildLog& log, const Question& question, const Options& options);

/// explained when each of them is, else the status of the first that is not.
ExitStatus status_of(const std::vector<Explained>& failures);

}  // namespace bbbisect
