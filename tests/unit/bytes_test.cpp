#include <bbbisect/bytes.hpp>
#include <bbbisect/fetch.hpp>

#include <doctest/doctest.h>

#include <stdexcept>
#include <vector>

using namespace bbbisect;

namespace {

Bytes pieces(std::vector<std::string> texts) {
  return [texts = std::move(texts), next = std::size_t(0)]() mutable -> std::string_view {
    return next < texts.size() ? std::string_view(texts[next++]) : std::string_view();
  };
}

std::string all_of(const Bytes& bytes) {
  std::string text;
  for (std::string_view piece = bytes(); !piece.empty(); piece = bytes()) text += piece;
  return text;
}

}  // namespace

TEST_CASE("a look at the head loses nothing") {
  for (const std::size_t size : {0UL, 1UL, 3UL, 4UL, 6UL, 7UL, 100UL}) {
    CAPTURE(size);
    Peeked peeked = peek(pieces({"ab", "cd", "efg"}), size);
    CHECK(peeked.head == std::string("abcdefg").substr(0, size));
    CHECK(all_of(peeked.all) == "abcdefg");
    CHECK(peeked.all().empty());
  }
  CHECK(peek(bytes_of(""), 10).head.empty());
}

TEST_CASE("an allowance counts bytes, and each source of them as something at least") {
  struct Spent {};
  const auto spent = [] { throw Spent(); };
  Allowance exact(Allowance::least, spent);
  CHECK(all_of(exact.counted(bytes_of(std::string(Allowance::least, 'x')))).size() == Allowance::least);
  CHECK_THROWS_AS((void)exact.counted(bytes_of("")), Spent);

  Allowance one_more(Allowance::least, spent);
  const Bytes longer = one_more.counted(pieces({std::string(Allowance::least, 'x'), "y"}));
  CHECK(longer().size() == Allowance::least);
  CHECK_THROWS_AS((void)longer(), Spent);

  Allowance many(10 * Allowance::least, spent);
  for (int i = 0; i < 10; ++i) CHECK(all_of(many.counted(bytes_of("z"))) == "z");
  CHECK_THROWS_AS((void)many.counted(bytes_of("z")), Spent);
}

TEST_CASE("what is temporary is tried three times, and nothing else") {
  std::vector<double> pauses;
  const Pause pause = [&](Seconds wait) { pauses.push_back(wait.count()); };
  int attempts = 0;
  const auto fail_until = [&](int last) {
    return [&attempts, last] {
      if (++attempts < last) throw Temporary("busy");
    };
  };
  patiently(pause, fail_until(1));
  CHECK(attempts == 1);
  CHECK(pauses.empty());
  attempts = 0;
  patiently(pause, fail_until(3));
  CHECK(attempts == 3);
  CHECK(pauses == std::vector<double>{1, 2});
  attempts = 0;
  CHECK_THROWS_AS(patiently(pause, fail_until(4)), Temporary);
  CHECK(attempts == 3);
  attempts = 0;
  pauses.clear();
  CHECK_THROWS_AS(patiently(pause, [&] { throw Error("refused"); }), Error);
  CHECK(pauses.empty());
  for (const int status : {429, 502, 503}) CHECK(is_temporary(status));
  for (const int status : {200, 302, 401, 403, 404, 500, 501}) CHECK_FALSE(is_temporary(status));
}
