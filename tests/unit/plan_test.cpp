#include "plan.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>

using namespace bbbisect;

namespace {

std::vector<Stop> alike(std::size_t count, double seconds) { return std::vector<Stop>(count, {seconds, 1}); }

std::vector<Stop> random_stops(std::mt19937& random) {
  std::vector<Stop> stops(std::uniform_int_distribution<std::size_t>(1, 300)(random));
  std::lognormal_distribution<double> seconds(-1, 1.7);
  std::uniform_real_distribution<double> weight(0.1, 5);
  for (Stop& stop : stops) stop = {seconds(random), weight(random)};
  return stops;
}

}  // namespace

TEST_CASE("checks that cost nothing stand behind each test, dear ones are few") {
  CHECK(checks_after(alike(8, 1), 1, {0, 0.4}) == std::vector<std::size_t>{1, 2, 3, 4, 5, 6, 7, 8});
  // Each check parts what is left in halves: what a search by halves asks, in one run.
  CHECK(checks_after(alike(8, 1), 1, {1000, 0.4}) == std::vector<std::size_t>{4, 6, 7, 8});
  std::size_t before = 1000;
  for (const double check : {0.0, 0.1, 0.3, 1.0, 3.0, 10.0, 100.0}) {
    const std::size_t checks = checks_after(alike(200, 0.5), 20, {check, 0.4}).size();
    CHECK(checks <= before);
    before = checks;
  }
}

TEST_CASE("what is left over when all others passed is neither checked nor run") {
  CHECK(checks_after(alike(2, 1), 0, {0.3, 0.4}) == std::vector<std::size_t>{1});
  CHECK(checks_after(alike(2, 1), 1, {0.3, 0.4}).back() == 2);
  CHECK(checks_after(alike(1, 1), 0, {0.3, 0.4}) == std::vector<std::size_t>{1});
  CHECK(checks_after({}, 1, {0.3, 0.4}).empty());
}

TEST_CASE("a thousand random plans are sound") {
  std::mt19937 random(1);
  for (int i = 0; i < 1000; ++i) {
    const std::vector<Stop> stops = random_stops(random);
    const double check = std::uniform_real_distribution<double>(0, 20)(random);
    const std::vector<std::size_t> ends = checks_after(stops, i % 2, {check, 0.4});
    REQUIRE(std::is_sorted(ends.begin(), ends.end()));
    REQUIRE(std::adjacent_find(ends.begin(), ends.end()) == ends.end());
    REQUIRE(ends.front() > 0);
    if (i % 2 == 1) REQUIRE(ends.back() == stops.size());
    if (i % 2 == 0 && stops.size() > 1) REQUIRE(ends.back() < stops.size());

    std::vector<std::size_t> all;
    double dearest_so_far = 0;
    for (const std::vector<std::size_t>& wave : waves(stops)) {
      REQUIRE(std::is_sorted(wave.begin(), wave.end()));
      double dearest = 0;
      for (std::size_t index : wave) {
        const double per_weight = stops[index].seconds / stops[index].weight;
        REQUIRE(per_weight >= dearest_so_far);
        dearest = std::max(dearest, per_weight);
        all.push_back(index);
      }
      dearest_so_far = dearest;
    }
    std::sort(all.begin(), all.end());
    REQUIRE(all.size() == stops.size());
    REQUIRE(std::adjacent_find(all.begin(), all.end()) == all.end());
  }
}
