#include <bbbisect/pattern.hpp>

#include <doctest/doctest.h>

#include <chrono>
#include <stdexcept>
#include <string>

using namespace bbbisect;

TEST_CASE("a text is found whatever its capitals") {
  CHECK(Pattern::caseless("MLÄUT").search("Ümläut ÖÄ"));
  CHECK(Pattern::caseless("αβω").search("ΑΒΩ"));
  CHECK(Pattern::caseless("a.b\\E(").search("xA.B\\e(y"));
  CHECK_FALSE(Pattern::caseless("a.b").search("aXb"));
  CHECK_FALSE(Pattern::caseless("a").search("\xff"));
  CHECK(Pattern("a$").search("ba"));
}

TEST_CASE("a pattern is found anywhere, with its groups") {
  const Pattern pattern(R"((\w+)=(\d+)?(;)?)");
  const auto match = pattern.search("x: name=12 y");
  REQUIRE(match);
  CHECK((*match)[0] == "name=12");
  CHECK((*match)[1] == "name");
  CHECK((*match)[2] == "12");
  CHECK((*match)[3].empty());
  CHECK_FALSE(pattern.search("nothing"));
  CHECK_FALSE(pattern.search(""));
  CHECK_FALSE(pattern.search({}));
}

TEST_CASE("the ends of the subject are the only line ends") {
  const Pattern pattern("^a$");
  CHECK(pattern.search("a"));
  CHECK_FALSE(pattern.search("a\n"));
  CHECK_FALSE(pattern.search("b\na"));
}

TEST_CASE("bytes that are no UTF-8 match, too") {
  const auto match = Pattern("b(.)c").search(
      "a\xff\xfe"
      "b\x80"
      "c");
  REQUIRE(match);
  CHECK((*match)[1] == "\x80");
  CHECK(Pattern("x").search(std::string_view("\0x", 2)));
}

TEST_CASE("a malformed pattern is a bug") { CHECK_THROWS_AS(Pattern("(a"), std::logic_error); }

TEST_CASE("a subject that would take for ever does not match") {
  const auto start = std::chrono::steady_clock::now();
  CHECK_FALSE(Pattern("^(a+)+$").search(std::string(64, 'a') + "b"));
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(5));
}

TEST_CASE("the small stack of compiled patterns is no limit") {
  CHECK_FALSE(Pattern("^(?:(a)|(b))*c").search(std::string(100'000, 'a')));
  CHECK(Pattern("^(?:(a)|(b))*c").search(std::string(100'000, 'a') + "c"));
}

TEST_CASE("a pattern can be moved") {
  Pattern a("a");
  Pattern b = std::move(a);
  CHECK(b.search("a"));
}
