#include "clean_text.hpp"

#include <bbbisect/printable.hpp>

#include <doctest/doctest.h>

#include <random>
#include <string>
#include <string_view>
#include <utility>

using namespace bbbisect;

TEST_CASE("what is printable stays as it is") {
  for (const std::string_view text :
       {"", "test_os failed (1 error)", R"(C:\python\x1b)", "\xc3\xa4\xe2\x82\xac\xf0\x9f\x90\x8d",
        "\xed\x9f\xbf\xee\x80\x80", "\xf4\x8f\xbf\xbf"}) {
    CAPTURE(text);
    CHECK(printable(text) == text);
    CHECK(is_printable(text));
    CHECK(first_unclean(text) == std::string_view::npos);
  }
}

TEST_CASE("what is not printable stands as a number") {
  using namespace std::string_view_literals;
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"a\x1b[2Jb"sv, R"(a\x1b[2Jb)"},
      {"\x1b]0;title\x07"sv, R"(\x1b]0;title\x07)"},
      {"\0"sv, R"(\x00)"},
      {"a\tb\r\nc\bd"sv, R"(a\x09b\x0d\x0ac\x08d)"},
      {"\x7f"sv, R"(\x7f)"},
      {"\x9b"
       "31m"sv,
       R"(\x9b31m)"},  // CSI as one byte, which is no UTF-8,
      {"\xc2\x9b"
       "31m"sv,
       R"(\u{9b}31m)"},             // and as a character
      {"\xc2\x85"sv, R"(\u{85})"},  // NEL
      {"\xe2\x80\xae"
       "fdp.exe"sv,
       R"(\u{202e}fdp.exe)"},  // right-to-left override
      {"\xe2\x81\xa6\xe2\x81\xa9"sv, R"(\u{2066}\u{2069})"},
      {"\xe2\x80\x8f\xd8\x9c"sv, R"(\u{200f}\u{61c})"},
      {"\xe2\x80\xa8\xe2\x80\xa9"sv, R"(\u{2028}\u{2029})"},
      {"te\xe2\x80\x8bst\xef\xbb\xbf"sv, R"(te\u{200b}st\u{feff})"},
      {"\xf3\xa0\x81\xa1"sv, R"(\u{e0061})"},  // a tag: invisible text
      {"\xff\xfe"sv, R"(\xff\xfe)"},
      {"\xc0\xaf"sv, R"(\xc0\xaf)"},  // "/" in too long a form
      {"\xe0\x80\xaf"sv, R"(\xe0\x80\xaf)"},
      {"\xf0\x80\x80\xaf"sv, R"(\xf0\x80\x80\xaf)"},
      {"\xed\xa0\x80"sv, R"(\xed\xa0\x80)"},          // half of a pair
      {"\xf4\x90\x80\x80"sv, R"(\xf4\x90\x80\x80)"},  // beyond Unicode
      {"\xe2\x82"sv, R"(\xe2\x82)"},                  // cut
      {"\xe2\x82z"sv, R"(\xe2\x82z)"},
  };
  for (const auto& [text, shown] : cases) {
    CAPTURE(shown);
    CHECK(printable(text) == shown);
    CHECK_FALSE(is_printable(text));
    CHECK(first_unclean(text) != std::string_view::npos);
    CHECK(printable(shown) == shown);
  }
}

TEST_CASE("a long text is cut, and says how much of it") {
  const std::string fits(longest_shown, 'x');
  CHECK(printable(fits) == fits);
  const std::string cut = printable(fits + "y");
  CHECK(cut == std::string(960, 'x') + "... [41 bytes more]");
  CHECK(printable(fits + "y", unlimited) == fits + "y");
  CHECK(printable(std::string(100, '\0'), 64) == R"(\x00\x00\x00\x00\x00\x00... [94 bytes more])");
  // Not within a character.
  CHECK(printable(std::string(21, 'x') + "\xe2\x82\xac" + fits, 64) ==
        std::string(21, 'x') + "\xe2\x82\xac" + "... [1000 bytes more]");
  CHECK(printable(std::string(22, 'x') + "\xe2\x82\xac" + fits, 64) == std::string(22, 'x') + "... [1003 bytes more]");
}

TEST_CASE("any bytes come out clean, once and for all") {
  std::mt19937 random(1003);  // NOLINT(cert-msc51-cpp): the same bytes each time
  const std::string_view likely = "\x1b\xc2\x9b\xe2\x80\xae\xf0\x9f\xed\xa0 \n\ra7[";
  for (int round = 0; round < 3000; ++round) {
    std::string text(random() % 3000, '\0');
    for (char& c : text) {
      c = random() % 2 == 0 ? static_cast<char>(random() % 256) : likely[random() % likely.size()];
    }
    const std::string shown = printable(text);
    REQUIRE(first_unclean(shown) == std::string_view::npos);
    REQUIRE(shown.find('\n') == std::string::npos);
    REQUIRE(shown.size() <= longest_shown);
    REQUIRE(printable(shown) == shown);
    REQUIRE(is_printable(text) == (printable(text, unlimited) == text));
  }
}
