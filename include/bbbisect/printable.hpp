// Text of somebody else's, such as a log's or a runner's, as it may be shown: nothing in it steers a
// terminal, breaks a line, turns the direction of writing, or is no UTF-8. What a log tells goes through here
// once, where it is concluded (src/run_reader.cpp).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace bbbisect {

/// Bytes of a text that is shown; words of a command, which must stay whole, have no limit.
constexpr std::size_t longest_shown = 1000;
constexpr std::size_t unlimited = std::string::npos;

/// `text` on one line, in valid UTF-8: control characters (C0 with tab and newline, DEL, C1), the invisible
/// format characters, those that turn the direction of writing, and line separators stand as \x1b or
/// \u{202e}, bytes that are no UTF-8 as \x9b. At most `longest` bytes (64 or more), a longer one says how
/// much of it was cut: "... [2345 bytes more]". What is printable stays as it is, so that twice is as good as
/// once.
std::string printable(std::string_view text, std::size_t longest = longest_shown);

/// Whether printable() leaves `text` as it is, whatever its length.
bool is_printable(std::string_view text);

}  // namespace bbbisect
