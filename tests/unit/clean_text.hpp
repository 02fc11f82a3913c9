// Whether a text may be shown, decided in another way than by the program.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

/// The place of the first byte that may not be shown; npos when there is none: controls but for newlines,
/// what is no UTF-8, C1 controls, characters that turn the direction of writing or break lines, and invisible
/// ones.
inline std::size_t first_unclean(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte < 0x20 ? byte != '\n' : byte == 0x7f) return i;
    if (byte < 0x80) continue;
    std::size_t more = 0;
    while ((byte & (0x40U >> more)) != 0) ++more;
    if (more < 1 || more > 3 || i + more >= text.size()) return i;
    for (std::size_t k = 1; k <= more; ++k) {
      if (static_cast<unsigned char>(text[i + k]) >> 6U != 2) return i;
    }
    const std::string_view whole = text.substr(i, more + 1);
    const std::string_view two = whole.substr(0, 2);
    if (two <= "\xc1\xbf" || two > "\xf4\x8f") return i;
    if (two < "\xe0\xa0" && two >= "\xe0") return i;                                // too long a form
    if (two < "\xf0\x90" && two >= "\xf0") return i;                                // likewise
    if (two >= "\xed\xa0" && two < "\xee") return i;                                // half of a pair of UTF-16
    if (two >= "\xc2\x80" && two <= "\xc2\x9f") return i;                           // C1
    if (whole == "\xd8\x9c") return i;                                              // U+061C
    if (whole >= "\xe2\x80\x8b" && whole <= "\xe2\x80\x8f" && more == 2) return i;  // U+200B to 200F
    if (whole >= "\xe2\x80\xa8" && whole <= "\xe2\x80\xae" && more == 2) return i;  // U+2028 to 202E
    if (whole >= "\xe2\x81\xa0" && whole <= "\xe2\x81\xaf" && more == 2) return i;  // U+2060 to 206F
    if (whole == "\xef\xbb\xbf") return i;                                          // U+FEFF
    if (two == "\xf3\xa0") return i;                                                // tags
    i += more;
  }
  return std::string_view::npos;
}
