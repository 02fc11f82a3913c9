#include <bbbisect/build_log.hpp>
#include <bbbisect/durations.hpp>

#include <doctest/doctest.h>

using namespace bbbisect;

TEST_CASE("durations come from the clock of a sequential log and from what it prints") {
  Run run;
  run.mode = RunMode::sequential;
  run.tests = {{"test_a", "", Seconds(0)},
               {"test_b", "failed (1 failure) in 1 min 3 sec", Seconds(2)},
               {"test_c", "", Seconds(66)}};
  const Durations durations = durations_of(run);
  CHECK(durations.of("test_a").count() == doctest::Approx(2));
  CHECK(durations.of("test_b").count() == doctest::Approx(63));
  CHECK(durations.of("test_unknown").count() == doctest::Approx(32.5));
  CHECK(durations.total({"test_a", "test_b"}).count() == doctest::Approx(65));
}

TEST_CASE("the clock of a parallel log tells no durations; what it does not print was short") {
  Run run;
  run.mode = RunMode::parallel;
  run.tests = {{"test_a", "passed", Seconds(0)}, {"test_b", "passed (32 sec 500 ms)", Seconds(200)}};
  const Durations durations = durations_of(run);
  CHECK(durations.of("test_a").count() == doctest::Approx(2));
  CHECK(durations.of("test_b").count() == doctest::Approx(32.5));
}

TEST_CASE("tests that share a second of the clock share it in the estimate") {
  Run run;
  run.mode = RunMode::sequential;
  for (const double second : {0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 12}) {
    run.tests.push_back({"test_" + std::to_string(run.tests.size()), "", Seconds(second)});
  }
  const Durations durations = durations_of(run);
  CHECK(durations.of("test_0").count() == doctest::Approx(0.2 * 0.6 / 0.8));
  CHECK(durations.of("test_3").count() == doctest::Approx(0.4));
  CHECK(durations.of("test_10").count() == doctest::Approx(10));
}

TEST_CASE("what was measured here wins, and tells how fast this machine is") {
  Run run;
  run.mode = RunMode::sequential;
  run.tests = {{"test_a", "", Seconds(0)}, {"test_b", "", Seconds(10)}, {"test_c", "", Seconds(30)}};
  Durations durations = durations_of(run);
  durations.learn({"test_a", "test_b"}, {Seconds(5)});
  CHECK(durations.of("test_a").count() == doctest::Approx(5));
  CHECK(durations.of("test_b").count() == doctest::Approx(10));
}

TEST_CASE("durations read as people write them") {
  CHECK(describe(Seconds(0.44)) == "0.4 s");
  CHECK(describe(Seconds(9.96)) == "10 s");
  CHECK(describe(Seconds(59.6)) == "1 min 0 s");
  CHECK(describe(Seconds(200)) == "3 min 20 s");
  CHECK(describe(Seconds(3900)) == "1 h 5 min");
}
