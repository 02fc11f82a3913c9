// A command as data: what to run, where, and what to change in the environment. Never a shell's line.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace bbbisect {

/// Changes to our own environment; nullopt removes the variable.
using Environment = std::map<std::string, std::optional<std::string>>;

struct Command {
  std::vector<std::string> argv;    ///< argv[0] is a path; there is no search in PATH
  std::filesystem::path directory;  ///< where to run it; empty = here
  Environment environment;
};

/// Splits `line` as a POSIX shell would split plain words: quotes and backslashes are understood, and
/// nothing is expanded. nullopt when a quote is left open.
std::optional<std::vector<std::string>> split_words(std::string_view line);

/// `argv` as a line to paste into a POSIX shell; words that need it are quoted.
std::string quote_words(const std::vector<std::string>& argv);

}  // namespace bbbisect
