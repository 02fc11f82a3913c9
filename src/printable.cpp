#include <bbbisect/printable.hpp>

#include <algorithm>
#include <charconv>
#include <iterator>

namespace bbbisect {
namespace {

struct Range {
  char32_t first, last;
};

// What shows nothing itself but changes what is seen: controls, format characters (Unicode's Cf) and the two
// separators of lines and paragraphs; rising.
constexpr Range unseen[] = {
    {0x00, 0x1f},       {0x7f, 0x9f},       {0xad, 0xad},       {0x34f, 0x34f},     {0x600, 0x605},
    {0x61c, 0x61c},     {0x6dd, 0x6dd},     {0x70f, 0x70f},     {0x890, 0x891},     {0x8e2, 0x8e2},
    {0x115f, 0x1160},   {0x17b4, 0x17b5},   {0x180b, 0x180f},   {0x200b, 0x200f},   {0x2028, 0x202e},
    {0x2060, 0x206f},   {0x3164, 0x3164},   {0xfe00, 0xfe0f},   {0xfeff, 0xfeff},   {0xfff0, 0xfffb},
    {0x110bd, 0x110bd}, {0x110cd, 0x110cd}, {0x13430, 0x1343f}, {0x1bca0, 0x1bca3}, {0x1d173, 0x1d17a},
    {0xe0000, 0xe0fff},
};

bool is_unseen(char32_t c) {
  const auto* range = std::ranges::lower_bound(unseen, c, {}, &Range::last);
  return range != std::end(unseen) && c >= range->first;
}

// A character at the front of some text; size 0 where there is no valid one.
struct Character {
  char32_t code = 0;
  std::size_t size = 0;
};

Character first_of(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(0);
  if (lead < 0x80) return {lead, 1};
  const std::size_t size = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (lead < 0xc2 || lead > 0xf4 || text.size() < size) return {};
  char32_t code = lead & (0xffU >> (size + 1));
  for (std::size_t i = 1; i < size; ++i) {
    if ((byte(i) & 0xc0U) != 0x80) return {};
    code = code << 6U | (byte(i) & 0x3fU);
  }
  // Too long a form for it, half of a pair of UTF-16, or beyond Unicode.
  const bool overlong = (size == 3 && code < 0x800) || (size == 4 && code < 0x10000);
  if (overlong || (code >= 0xd800 && code <= 0xdfff) || code > 0x10ffff) return {};
  return {code, size};
}

std::string hexadecimal(char32_t number) {
  char digits[8];
  const auto end = std::to_chars(std::begin(digits), std::end(digits), static_cast<unsigned>(number), 16);
  std::string text(std::begin(digits), end.ptr);
  return text.size() < 2 ? "0" + text : text;
}

}  // namespace

std::string printable(std::string_view text, std::size_t longest) {
  constexpr std::size_t room_for_note = 40;
  constexpr std::string_view dots = "... [";
  std::string shown;
  std::size_t cut_shown = 0;  // where a cut leaves room for saying so,
  std::size_t cut_text = 0;   // and what it leaves out
  for (std::size_t i = 0; i < text.size();) {
    if (shown.size() + room_for_note <= longest) {
      cut_shown = shown.size();
      cut_text = i;
    }
    const Character character = first_of(text.substr(i));
    if (character.size == 0) {
      shown += "\\x" + hexadecimal(static_cast<unsigned char>(text[i]));
    } else if (!is_unseen(character.code)) {
      shown += text.substr(i, character.size);
    } else if (character.size == 1) {
      shown += "\\x" + hexadecimal(character.code);
    } else {
      shown += "\\u{" + hexadecimal(character.code) + "}";
    }
    i += std::max<std::size_t>(character.size, 1);
    if (shown.size() > longest) {
      shown.resize(cut_shown);
      return shown.append(dots) + std::to_string(text.size() - cut_text) + " bytes more]";
    }
  }
  return shown;
}

bool is_printable(std::string_view text) { return printable(text, unlimited) == text; }

}  // namespace bbbisect
