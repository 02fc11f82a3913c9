#include "belief.hpp"

#include <doctest/doctest.h>

#include <numeric>

using namespace bbbisect;

namespace {

constexpr Outcome P = Outcome::passes;
constexpr Outcome F = Outcome::fails;
const std::vector<double> even(10, 0.09);

}  // namespace

TEST_CASE("a clean change is put down to what ran between") {
  Belief belief(10);
  belief.learn({0, 1, the_victim, 2, 3, the_victim, 4, 5, the_victim}, {P, P, F});
  const std::vector<double> odds = belief.odds(even, 0.1);
  CHECK(std::accumulate(odds.begin(), odds.end(), 0.0) == doctest::Approx(1));
  CHECK(odds[4] == doctest::Approx(odds[5]));
  CHECK(odds[4] > 0.4);
  CHECK(odds[2] < odds[4] / 30);
  CHECK(odds[8] < odds[4]);
}

TEST_CASE("a failure that does not come again is chance") {
  Belief belief(10);
  belief.learn({0, the_victim, 1, the_victim}, {P, F});
  CHECK(belief.odds(even, 0.1)[1] > 0.5);
  belief.learn({1, the_victim, the_victim, the_victim}, {P, P, P});
  CHECK(belief.odds(even, 0.1)[1] < 0.05);
}

TEST_CASE("the change is found behind failures and passes by chance") {
  Belief belief(10);
  belief.learn(
      {0, the_victim, the_victim, 1, the_victim, the_victim, 2, the_victim, the_victim, 3, the_victim, the_victim},
      {P, F, P, P, F, F, F, P});
  belief.learn({2, the_victim, the_victim, the_victim, the_victim, the_victim, the_victim}, {F, F, P, F, F, F});
  belief.learn({0, 1, 3, the_victim, the_victim, the_victim, the_victim}, {P, P, P, P});
  const std::vector<double> odds = belief.odds(even, 0.1);
  CHECK(odds[2] > 0.8);
}

TEST_CASE("a suspect that ran twice counts from its first place; what was not reached counts nowhere") {
  Belief once(10);
  Belief twice(10);
  once.learn({3, the_victim, 4, the_victim, the_victim}, {F, F});
  twice.learn({3, the_victim, 4, 3, the_victim, the_victim}, {F, F});
  CHECK(once.odds(even, 0.1) == twice.odds(even, 0.1));
  CHECK(once.odds(even, 0.1)[3] > once.odds(even, 0.1)[4]);
}

TEST_CASE("rates differ by evidence, in one direction only") {
  CHECK(odds_that_rates_differ({0, 2}, {2, 0}) < 10);
  CHECK(odds_that_rates_differ({0, 10}, {10, 0}) > 10'000);
  CHECK(odds_that_rates_differ({10, 0}, {0, 10}) == 0);
  CHECK(odds_that_rates_differ({1, 9}, {9, 1}) < odds_that_rates_differ({0, 10}, {10, 0}));
  CHECK(odds_that_rates_differ({5, 5}, {5, 5}) == 0);
  CHECK(odds_that_rates_differ({14, 15}, {15, 14}) < 1);
}

TEST_CASE("chance becomes less likely with each failure, and with each pass before") {
  double before = 1e9;
  for (int fails = 1; fails < 8; ++fails) {
    const double odds = odds_of_chance({20, 0}, {0, fails}, 500);
    CHECK(odds < before);
    before = odds;
  }
  CHECK(odds_of_chance({100, 0}, {0, 4}, 500) < odds_of_chance({5, 0}, {0, 4}, 500));
  CHECK(odds_of_chance({20, 0}, {0, 4}, 5) < odds_of_chance({20, 0}, {0, 4}, 500));
}
