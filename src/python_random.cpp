#include <bbbisect/python_random.hpp>

#include <sha512.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <numeric>
#include <string>

namespace bbbisect {
namespace {

using Words = std::vector<std::uint32_t>;  // of a big number, the least significant first, never empty

bool is_int(std::string_view seed) {
  if (!seed.empty() && (seed.front() == '-' || seed.front() == '+')) seed.remove_prefix(1);
  return !seed.empty() && seed.find_first_not_of("0123456789") == std::string_view::npos;
}

void drop_leading_zeros(Words& number) {
  while (number.size() > 1 && number.back() == 0) number.pop_back();
}

// abs(int(seed))
Words words_of_int(std::string_view seed) {
  if (seed.front() == '-' || seed.front() == '+') seed.remove_prefix(1);
  Words number = {0};
  while (!seed.empty()) {
    const std::string_view digits = seed.substr(0, 9);  // 10^9 still fits a word
    seed.remove_prefix(digits.size());
    std::uint64_t scale = 1;
    std::uint64_t carry = 0;
    for (char digit : digits) {
      scale *= 10;
      carry = carry * 10 + static_cast<std::uint64_t>(digit - '0');
    }
    for (std::uint32_t& word : number) {
      carry += word * scale;
      word = static_cast<std::uint32_t>(carry);
      carry >>= 32;
    }
    if (carry != 0) number.push_back(static_cast<std::uint32_t>(carry));
  }
  drop_leading_zeros(number);
  return number;
}

// int.from_bytes(seed + sha512(seed).digest(), 'big')
Words words_of_str(std::string_view seed) {
  std::array<std::uint8_t, SHA512_DIGEST_LENGTH> digest{};
  SHA512_CTX context;
  SHA512_Init(&context);
  SHA512_Update(&context, reinterpret_cast<const std::uint8_t*>(seed.data()), seed.size());
  SHA512_Final(digest.data(), &context);

  std::vector<std::uint8_t> bytes(seed.begin(), seed.end());
  bytes.insert(bytes.end(), digest.begin(), digest.end());
  Words number((bytes.size() + 3) / 4);
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    number[i / 4] |= static_cast<std::uint32_t>(bytes[bytes.size() - 1 - i]) << (8 * (i % 4));
  }
  drop_leading_zeros(number);
  return number;
}

// The Mersenne Twister, seeded as CPython does it. std::mt19937 has no init_by_array().
class Twister {
 public:
  explicit Twister(const Words& key) {
    state_[0] = 19650218;
    for (std::uint32_t i = 1; i < size; ++i) state_[i] = 1812433253U * mixed(i) + i;
    std::uint32_t i = 1;
    std::size_t j = 0;
    for (std::size_t k = std::max<std::size_t>(size, key.size()); k > 0; --k) {
      state_[i] = (state_[i] ^ (mixed(i) * 1664525U)) + key[j] + static_cast<std::uint32_t>(j);
      advance(i);
      if (++j == key.size()) j = 0;
    }
    for (std::uint32_t k = size - 1; k > 0; --k) {
      state_[i] = (state_[i] ^ (mixed(i) * 1566083941U)) - i;
      advance(i);
    }
    state_[0] = 0x80000000U;
  }

  // Random._randbelow(): 0 <= result < n.
  std::size_t below(std::size_t n) {
    const auto bits = static_cast<int>(std::bit_width(n));
    std::size_t result = get_bits(bits);
    while (result >= n) result = get_bits(bits);
    return result;
  }

 private:
  static constexpr std::uint32_t size = 624;

  [[nodiscard]] std::uint32_t mixed(std::uint32_t i) const { return state_[i - 1] ^ (state_[i - 1] >> 30); }

  void advance(std::uint32_t& i) {
    if (++i == size) {
      state_[0] = state_[size - 1];
      i = 1;
    }
  }

  std::uint32_t next() {
    if (used_ == size) {
      for (std::uint32_t i = 0; i < size; ++i) {
        const std::uint32_t y = (state_[i] & 0x80000000U) | (state_[(i + 1) % size] & 0x7fffffffU);
        state_[i] = state_[(i + 397) % size] ^ (y >> 1) ^ ((y & 1U) != 0 ? 0x9908b0dfU : 0U);
      }
      used_ = 0;
    }
    std::uint32_t y = state_[used_++];
    y ^= y >> 11;
    y ^= (y << 7) & 0x9d2c5680U;
    y ^= (y << 15) & 0xefc60000U;
    return y ^ (y >> 18);
  }

  // Random.getrandbits(), 1 <= bits <= 64: the first word drawn is the low one.
  std::size_t get_bits(int bits) {
    if (bits <= 32) return next() >> (32 - bits);
    const std::uint64_t low = next();
    return static_cast<std::size_t>(low | static_cast<std::uint64_t>(next() >> (64 - bits)) << 32);
  }

  std::array<std::uint32_t, size> state_{};
  std::uint32_t used_ = size;
};

}  // namespace

std::vector<std::size_t> python_shuffle(std::size_t n, std::string_view seed) {
  Twister random(is_int(seed) ? words_of_int(seed) : words_of_str(seed));
  std::vector<std::size_t> order(n);
  std::iota(order.begin(), order.end(), std::size_t{0});
  for (std::size_t i = n; i > 1; --i) std::swap(order[i - 1], order[random.below(i)]);
  return order;
}

}  // namespace bbbisect
