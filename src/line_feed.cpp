#include "line_feed.hpp"

#include <array>
#include <cstring>
#include <iterator>
#include <utility>

namespace bbbisect {
namespace {

// Small enough to stay in the second-level cache.
constexpr std::size_t block = 256 * 1024;
// A longer line is shown as its last part: that is where a progress line may be glued to it. What is kept
// of a line while its end is awaited stays a long line, so that the pieces make no difference.
constexpr std::size_t long_line = 64 * 1024;
constexpr std::size_t shown_of_long_line = 4096;
constexpr std::size_t longest_kept = 256 * 1024;
constexpr std::size_t chunk = 64;

constexpr unsigned count_pairs = equals | colon | module | seed | run_header | rerun;
constexpr unsigned run_pairs =
    bracket | equals | colon | traceback | timeout | python | elapsed | hashes | module | warning;
constexpr unsigned all_pairs = (1U << std::size(pairs)) - 1;
static_assert(all_pairs >> 1 < dashes && dashes <= all_pairs);

// The least of (a ^ first) | (b ^ second) over all places and pairs is 0 when a pair is there. Without a
// branch in it, and with a fixed length, the compiler turns the loop into vector instructions.
template <unsigned wanted>
[[gnu::optimize("O3")]] bool has_pair(const unsigned char* text) {
  unsigned char least = 0xff;
  for (std::size_t i = 0; i < chunk; ++i) {
    const unsigned char a = text[i];
    const unsigned char b = text[i + 1];
    const auto see = [&](int difference) __attribute__((always_inline)) {
      const auto byte = static_cast<unsigned char>(difference);
      least = least < byte ? least : byte;
    };
    if constexpr ((wanted & bracket) != 0) {
      const auto digit = static_cast<unsigned char>(a - '0');
      see((digit > 9) | (b ^ pairs[0].first) | (text[i + 2] ^ pairs[0].second));
    }
    const auto look_for = [&]<unsigned bit>() __attribute__((always_inline)) {
      if constexpr ((wanted >> bit & 1U) != 0) see((a ^ pairs[bit].first) | (b ^ pairs[bit].second));
    };
    [&]<unsigned... bits>(std::integer_sequence<unsigned, bits...>) __attribute__((always_inline)) {
      (look_for.template operator()<bits + 1>(), ...);
    }
    (std::make_integer_sequence<unsigned, std::size(pairs) - 1>());
  }
  return least == 0;
}

template <unsigned wanted>
std::size_t next_pair(const char* text, std::size_t place, std::size_t end) {
  const auto* bytes = reinterpret_cast<const unsigned char*>(text);
  while (place < end && !has_pair<wanted>(bytes + place)) place += chunk;
  return place;
}

/// For each byte, the pairs that it begins and those that it ends.
struct PairTable {
  std::array<unsigned, 256> first{}, second{};
  constexpr PairTable() {
    for (std::size_t i = 0; i < std::size(pairs); ++i) {
      first[pairs[i].first] |= 1U << i;
      second[pairs[i].second] |= 1U << i;
    }
  }
};
constexpr PairTable table;

/// The pairs of the line at `text`, and where it ends; there is an end.
struct ScannedLine {
  unsigned pairs;
  std::size_t size;
};
ScannedLine scan_line(const char* text) {
  unsigned found = 0;
  unsigned begun = 0;
  const char* place = text;
  for (; *place != '\n'; ++place) {
    const auto byte = static_cast<unsigned char>(*place);
    found |= begun & table.second[byte];
    begun = table.first[byte];
  }
  return {found, static_cast<std::size_t>(place - text)};
}

}  // namespace

LineFeed::LineFeed() : buffer_(memory + 2 * (longest_kept + block + chunk)) {}

LineFeed::Room LineFeed::room() {
  // The search reads a little past the end of the text.
  const std::size_t limit = buffer_.size() - 2 * chunk;
  if (limit - end_ < block) {
    const std::size_t keep_from = begin_ > memory ? begin_ - memory : 0;
    std::memmove(buffer_.data(), buffer_.data() + keep_from, end_ - keep_from);
    begin_ -= keep_from;
    end_ -= keep_from;
  }
  return {buffer_.data() + end_, block};
}

void LineFeed::add(std::size_t size, const Receiver& receive) {
  const std::size_t from = end_;
  end_ += size;
  std::size_t last = end_;
  while (last > from && buffer_[last - 1] != '\n') --last;
  if (last > from) scan(last, receive);
  if (end_ - begin_ > longest_kept) {
    std::memmove(buffer_.data() + begin_, buffer_.data() + end_ - long_line, long_line);
    end_ = begin_ + long_line;
  }
}

void LineFeed::finish(const Receiver& receive) {
  if (end_ == begin_) return;
  room();
  buffer_[end_++] = '\n';
  scan(end_, receive);
}

std::string_view LineFeed::tail() const {
  const std::size_t size = end_ < memory ? end_ : memory;
  return {buffer_.data() + end_ - size, size};
}

void LineFeed::scan(std::size_t end, const Receiver& receive) {
  const char* text = buffer_.data();
  const auto hand_on = [&] {
    std::size_t start = begin_;
    ScannedLine line = scan_line(text + start);
    begin_ += line.size + 1;
    if (line.size >= long_line) {
      start += line.size - shown_of_long_line;
      line = scan_line(text + start);
    }
    if (line.pairs == 0 && watch_ != Watch::each) return;
    const std::size_t behind = start < memory ? start : memory;
    watch_ = receive({{text + start, line.size}, {text + start - behind, behind}, line.pairs});
  };
  while (begin_ < end) {
    std::size_t place = begin_;
    switch (watch_) {
      case Watch::each:
        hand_on();
        continue;
      case Watch::count:
        place = next_pair<count_pairs>(text, place, end);
        break;
      case Watch::run:
        place = next_pair<run_pairs>(text, place, end);
        break;
      case Watch::full:
        place = next_pair<all_pairs>(text, place, end);
        break;
    }
    if (place >= end) {
      begin_ = end;
      return;
    }
    std::size_t start = place;
    while (start > begin_ && text[start - 1] != '\n') --start;
    begin_ = start;
    while (begin_ < end && begin_ < place + chunk) hand_on();
  }
}

}  // namespace bbbisect
