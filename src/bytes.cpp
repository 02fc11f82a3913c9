#include <bbbisect/bytes.hpp>

#include <algorithm>
#include <memory>
#include <utility>

namespace bbbisect {

Bytes bytes_of(std::string text) {
  return [text = std::move(text), given = false]() mutable -> std::string_view {
    return std::exchange(given, true) ? std::string_view() : std::string_view(text);
  };
}

Peeked peek(Bytes bytes, std::size_t size) {
  std::string head;
  while (head.size() < size) {
    const std::string_view piece = bytes();
    if (piece.empty()) break;
    head += piece;
  }
  Peeked peeked{head.substr(0, size), {}};
  // In one place, however often the function is copied.
  auto rest = std::make_shared<std::pair<Bytes, std::string>>(std::move(bytes), std::move(head));
  peeked.all = [rest, given = std::make_shared<bool>(false)]() -> std::string_view {
    if (!std::exchange(*given, true) && !rest->second.empty()) return rest->second;
    return rest->first();
  };
  return peeked;
}

void Allowance::take(std::uint64_t bytes) {
  if (bytes > left_) spent_();
  left_ -= bytes;
}

Bytes Allowance::counted(Bytes bytes) {
  take(least);
  return [this, bytes = std::move(bytes), paid = least]() mutable -> std::string_view {
    const std::string_view piece = bytes();
    const std::uint64_t covered = std::min<std::uint64_t>(paid, piece.size());
    paid -= covered;
    take(piece.size() - covered);
    return piece;
  };
}

}  // namespace bbbisect
