// Bytes that come from outside piece by piece, as they are asked for: what a file, a server and an archive have
// in common. Knows none of them.
#pragma once

#include <bbbisect/error.hpp>
#include <bbbisect/test_order.hpp>

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

/// What a server says to a request.
struct Fetched {
  int status = 0;  ///< of HTTP: 200 is good
  Bytes body;
};

/// Asks for an http or https address. Throws Error when there is no answer; a bad status is one.
using Fetch = std::function<Fetched(const std::string& address)>;

/// What may be over in a moment: a server that is busy, an answer that broke off.
class Temporary : public Error {
 public:
  using Error::Error;
};

/// Whether a server that answers with this status of HTTP may be asked again in a moment.
bool is_temporary(int status);

/// Waits, or in a test only counts.
using Pause = std::function<void(Seconds)>;

/// Makes the attempt until it throws no Temporary, three times at most, with a pause of one second and one of two.
/// What the last one throws goes on.
void patiently(const Pause& pause, const std::function<void()>& attempt);

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
