// A log that came by mail or stands in an issue: quoted, indented, fenced, wrapped, escaped. What was done to
// it is undone where that can be proven: by a reading that finds more. Knows lines, and what lines of a log
// begin with.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace bbbisect {

/// A text is copied by hand up to this size; nobody mails more.
constexpr std::size_t longest_copied = 1 << 20;

struct CopiedText {
  std::string text;   ///< with what was done to it undone
  std::string how;    ///< what was done, for the user: "quoted, wrapped by a mailer"
  bool sure = false;  ///< no log can look like that, whatever it tells as it stands
};

/// The ways in which `text` may have looked before it was copied, the plainest first; none when nothing
/// speaks for its having been copied. Which of them is true, a reader must tell.
std::vector<CopiedText> before_copying(std::string_view text);

}  // namespace bbbisect
