#include <bbbisect/command.hpp>

#include <doctest/doctest.h>

#include <random>

using namespace bbbisect;
using Words = std::vector<std::string>;

TEST_CASE("words are split as by Python's shlex.split()") {
  CHECK(split_words("") == Words{});
  CHECK(split_words("  \t ") == Words{});
  CHECK(split_words("./python -E  -m test\t--slow-ci") == Words{"./python", "-E", "-m", "test", "--slow-ci"});
  CHECK(split_words(R"(a 'b c' "d e" f\ g)") == Words{"a", "b c", "d e", "f g"});
  CHECK(split_words(R"('' "")") == Words{"", ""});
  CHECK(split_words(R"(a'b'"c"\d)") == Words{"abcd"});
  CHECK(split_words(R"("a\"b\\c\d$e")") == Words{R"(a"b\c\d$e)"});
  CHECK(split_words(R"('a\b')") == Words{R"(a\b)"});
  CHECK(split_words(R"('it'"'"'s')") == Words{"it's"});
  CHECK(split_words("$HOME `x` * # ~") == Words{"$HOME", "`x`", "*", "#", "~"});
}

TEST_CASE("an open quote or a last backslash is no command") {
  CHECK_FALSE(split_words("a 'b"));
  CHECK_FALSE(split_words(R"(a "b)"));
  CHECK_FALSE(split_words(R"(a "b\")"));
  CHECK_FALSE(split_words("a\\"));
}

TEST_CASE("words are quoted for a POSIX shell where they need it") {
  CHECK(quote_words({}) == "");
  CHECK(quote_words({"./python", "-m", "test", "--use=all,-cpu", "-R", "3:3"}) ==
        "./python -m test --use=all,-cpu -R 3:3");
  CHECK(quote_words({"a b", "", "it's", "$x", "~"}) == R"('a b' '' 'it'"'"'s' '$x' '~')");
  CHECK(quote_words({"A=b", "A=b"}) == "'A=b' A=b");
}

TEST_CASE("what is quoted is split into the same words") {
  std::mt19937 random(20240601);
  const std::string alphabet("ab '\"\\$\n\t=;*\xc3#~-", 17);
  for (int round = 0; round < 5000; ++round) {
    Words words(random() % 4);
    for (std::string& word : words) {
      for (std::size_t size = random() % 6; size > 0; --size) word += alphabet[random() % alphabet.size()];
    }
    CAPTURE(quote_words(words));
    REQUIRE(split_words(quote_words(words)) == words);
  }
}
