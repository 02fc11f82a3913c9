// Bytes that come from outside piece by piece, as they are asked for: what a file, a server and an archive have
// in common. Knows none of them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace bbbisect {

/// The next piece, empty at the end and from then on. A piece is good until the next call. Throws Error when what
/// it comes from breaks.
using Bytes = std::function<std::string_view()>;

Bytes bytes_of(std::string text);

/// The first bytes, `size` of them where there are so many, and all of them, these included.
struct Peeked {
  std::string head;
  Bytes all;
};
Peeked peek(Bytes bytes, std::size_t size);

/// How much may be taken in from outside, in sum: bytes that were downloaded or unpacked, while each file, member
/// of an archive and page counts for at least `least`, so that their number is bounded as well.
class Allowance {
 public:
  static constexpr std::uint64_t least = 16 * 1024;

  /// `spent` is called when it is used up; it throws.
  Allowance(std::uint64_t size, std::function<void()> spent) : left_(size), spent_(std::move(spent)) {}

  void take(std::uint64_t bytes);

  /// The same bytes, counted against the allowance as they come; the Allowance must outlive them.
  Bytes counted(Bytes bytes);

 private:
  std::uint64_t left_;
  std::function<void()> spent_;
};

}  // namespace bbbisect
