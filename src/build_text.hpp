// Words in which logs tell of builds.
#pragma once

#include <bbbisect/printable.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace bbbisect {

/// `text` in small letters where it is 7 to 40 hexadecimal digits, else empty.
std::string commit_of(std::string_view text);

struct Release {
  std::string name;         ///< without the plus
  bool in_between = false;  ///< a commit behind it
};

/// Of "3.12.0a7+" or "3.12.1"; nullopt of anything else: its numbers are digits.
std::optional<Release> release_of(std::string_view version);

/// Whether an option of configure is `name`, with a value or without.
inline bool names(std::string_view option, std::string_view name) {
  return option == name || (option.starts_with(name) && option[name.size()] == '=');
}

/// Of somebody's text, what fits into a line of a report.
inline std::string in_a_line(const std::string& text) { return printable(text, 100); }

}  // namespace bbbisect
