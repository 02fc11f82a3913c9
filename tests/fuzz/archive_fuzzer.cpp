// What is compressed or archived, member by member, within an allowance.
// Corpus: tests/fuzz/archives
#include "fuzz.hpp"

#include <bbbisect/archive.hpp>
#include <bbbisect/error.hpp>

#include <string>

using namespace bbbisect;
using bbbisect::fuzz::require;

namespace {

struct Spent {};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::uint64_t most = 8 << 20;
  std::uint64_t unpacked = 0;
  Allowance allowance(most, [] { throw Spent{}; });
  const Peeked peeked = peek(bytes_of(std::string(fuzz::as_text(data, size))), packed_head);
  if (!is_packed(peeked.head)) return 0;
  try {
    read_packed("archive", peeked.all, [&](const std::string&, const Bytes& text) {
      allowance.take(0);  // for the member
      const Bytes counted = allowance.counted(text);
      for (std::string_view piece = counted(); !piece.empty(); piece = counted()) unpacked += piece.size();
    });
  } catch (const Error& error) {
    require(std::string_view(error.what()).size() > 10, "an error is a sentence");
  } catch (const Spent&) {
  }
  require(unpacked <= most, "no more is unpacked than is allowed");
  return 0;
}
