// The edge to the user: where to start, how to look, and getting text out whole.
#pragma once

#include <bbbisect/narration.hpp>
#include <bbbisect/options.hpp>

#include <filesystem>
#include <functional>
#include <string>

namespace bbbisect {

/// Makes `directory` the current one. Throws Error (usage).
void enter(const std::filesystem::path& directory);

/// By the options, whether standard error is a terminal, NO_COLOR and TERM.
NarrationStyle narration_style(const Options& options);
bool color_on_stdout(Color color);

/// Shows each line in place of the one before, and an empty one as nothing, on standard error where that is a
/// terminal that can, and not with --quiet; else it does nothing.
std::function<void(const std::string&)> passing_line(const Options& options);

/// Writes `text` to standard output. A closed pipe is no error, a full disk is (internal).
void print(const std::string& text);

/// Writes `text` to `target`, "-" being standard output: all of it or nothing.
void deliver(const std::filesystem::path& target, const std::string& text);

/// Throws Error (usage) when `deliver` could not write to `target`: better now than after hours.
void check_deliverable(const std::filesystem::path& target);

}  // namespace bbbisect
