#include "plan.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numbers>
#include <numeric>

namespace bbbisect {
namespace {

// The sizes of chunks that are considered; between them nothing is to be gained.
constexpr std::array<std::size_t, 22> sizes{1,  2,  3,  4,  5,  6,  8,   10,  12,  16,  20,
                                            24, 32, 40, 48, 64, 96, 128, 192, 256, 512, 1024};

// What it costs to find the one among `size` tests of `seconds` each: by size, then by seconds in powers of
// two. The parts of a run are alike; the last is neither run nor checked.
class NarrowingCost {
 public:
  explicit NarrowingCost(LookingCost cost) : cost_(cost) {
    for (auto& row : table_) row.fill(-1);
  }

  double operator()(std::size_t size, double total) {
    if (size <= 1) return 0;
    // The nearest power of two, without a logarithm: this is asked twenty thousand times a plan.
    const double each = std::max(total / static_cast<double>(size), least) * std::numbers::sqrt2;
    return of(rank(size), std::min(std::ilogb(each) - std::ilogb(least), powers - 1));
  }

 private:
  static constexpr double least = 1.0 / 128;
  static constexpr int powers = 18;

  // The index into `sizes` of the first that is not smaller.
  static std::size_t rank(std::size_t size) {
    static const std::array<std::uint8_t, sizes.back() + 1> ranks = [] {
      std::array<std::uint8_t, sizes.back() + 1> table{};
      std::uint8_t at = 0;
      for (std::size_t i = 0; i < table.size(); ++i) {
        if (i > sizes[at]) ++at;
        table[i] = at;
      }
      return table;
    }();
    return ranks[std::min(size, sizes.back())];
  }

  double of(std::size_t at, int power) {
    if (at == 0) return 0;
    double& known = table_[at][static_cast<std::size_t>(power)];
    if (known >= 0) return known;
    const auto size = static_cast<double>(sizes[at]);
    const double each = least * std::exp2(power);
    double best = std::numeric_limits<double>::infinity();
    for (std::size_t i = 1; i <= at; ++i) {
      const auto parts = static_cast<double>(sizes[i]);
      const double looked = (each * size / parts + cost_.check) * (parts - 1) * (parts + 2) / (2 * parts);
      const double rest = of(rank(static_cast<std::size_t>(std::ceil(size / parts))), power);
      best = std::min(best, cost_.start + looked + rest);
    }
    return known = best;
  }

  LookingCost cost_;
  std::array<std::array<double, powers>, sizes.size()> table_{};
};

}  // namespace

std::vector<std::size_t> checks_after(const std::vector<Stop>& stops, double elsewhere, LookingCost cost) {
  const std::size_t count = stops.size();
  std::vector<double> seconds(count + 1, 0);
  std::vector<double> weight(count + 1, 0);
  for (std::size_t i = 0; i < count; ++i) {
    seconds[i + 1] = seconds[i] + stops[i].seconds;
    weight[i + 1] = weight[i] + stops[i].weight;
  }
  const double all = weight[count] + elsewhere;
  NarrowingCost narrowing(cost);

  // expected[i]: the expected cost from stop i on, the one being there or elsewhere; weights are not divided
  // by their sum. Everything behind a check pays for it.
  std::vector<double> expected(count + 1, 0);
  std::vector<std::size_t> chunk(count + 1, 0);
  for (std::size_t i = count; i-- > 0;) {
    expected[i] = std::numeric_limits<double>::infinity();
    for (std::size_t size : sizes) {
      // What does not divide evenly is one chunk more of the rest.
      const std::size_t end = std::min(i + size, count);
      const double found = weight[end] - weight[i];
      const bool left_over = elsewhere <= 0 && end == count && i > 0;
      const double run = left_over ? 0 : (seconds[end] - seconds[i] + cost.check) * (all - weight[i]);
      const double total = run + found * narrowing(end - i, seconds[end] - seconds[i]) + expected[end];
      if (total < expected[i]) {
        expected[i] = total;
        chunk[i] = end - i;
      }
      if (end == count) break;
    }
  }

  std::vector<std::size_t> ends;
  for (std::size_t i = 0; i < count; i += chunk[i]) ends.push_back(i + chunk[i]);
  if (elsewhere <= 0 && ends.size() > 1) ends.pop_back();
  return ends;
}

std::vector<std::vector<std::size_t>> waves(const std::vector<Stop>& stops) {
  // A wave ends where the time so far has grown by half: finer would part tests that act together, coarser
  // would run dear tests before cheap ones.
  constexpr double growth = 1.5;
  constexpr double first_share = 0.02;
  std::vector<std::size_t> order(stops.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return stops[a].seconds * stops[b].weight < stops[b].seconds * stops[a].weight;
  });
  double whole = 0;
  for (const Stop& stop : stops) whole += stop.seconds;

  std::vector<std::vector<std::size_t>> result;
  double limit = whole * first_share;
  double so_far = 0;
  for (std::size_t index : order) {
    if (result.empty() || so_far + stops[index].seconds > limit) {
      if (!result.empty()) {
        while (limit < so_far + stops[index].seconds) limit *= growth;
      }
      result.emplace_back();
    }
    so_far += stops[index].seconds;
    result.back().push_back(index);
  }
  for (std::vector<std::size_t>& wave : result) std::sort(wave.begin(), wave.end());
  return result;
}

}  // namespace bbbisect
