#include <bbbisect/order.hpp>
#include <bbbisect/python_random.hpp>

#include <doctest/doctest.h>

#include <algorithm>

using namespace bbbisect;

namespace {

const TestOrder all{"test_abc", "test_bool", "test_code", "test_dict", "test_enum", "test_float", "test_grammar"};

Run run_of(RunMode mode, const TestOrder& names, std::size_t total) {
  Run run;
  run.mode = mode;
  run.total = total;
  run.seed = "12345";
  for (const std::string& name : names) run.tests.push_back({name, "", std::nullopt});
  return run;
}

ListTests never() {
  return [] {
    FAIL("the log alone can tell");
    return TestOrder{};
  };
}

}  // namespace

TEST_CASE("a whole sequential log shows its order") {
  const Run run = run_of(RunMode::sequential, all, all.size());
  const StartOrder order = start_order(run, {}, Extent::whole, never());
  CHECK(order.tests == all);
  CHECK(order.from == OrderFrom::progress_lines);
  CHECK(order.complete);
}

TEST_CASE("a sequential log that ends early gets its rest from the seed and the names of its command") {
  Launch launch;
  launch.names = all;
  const TestOrder real = shuffled(all, "12345");
  const Run run = run_of(RunMode::sequential, {real.begin(), real.begin() + 3}, all.size());
  const StartOrder order = start_order(run, launch, Extent::whole, never());
  CHECK(order.tests == real);
  CHECK(order.from == OrderFrom::seed);
}

TEST_CASE("a sequential log that ends early and names nothing else keeps what it shows") {
  const Run run = run_of(RunMode::sequential, {"test_x", "test_y"}, 7);
  const StartOrder order = start_order(run, {}, Extent::whole, {});
  CHECK(order.tests == TestOrder{"test_x", "test_y"});
  CHECK_FALSE(order.complete);
  CHECK(order.remarks.empty());
  CHECK(start_order(run, {}, Extent::shown, never()).tests == order.tests);
}

TEST_CASE("a hole in a sequential log is filled from the seed, and every index that is shown is checked") {
  const TestOrder real = shuffled(all, "12345");
  Run run = run_of(RunMode::sequential, real, all.size());
  run.tests[2].name.clear();
  Launch launch;
  launch.names = all;
  launch.options = {{"--randomize", std::nullopt}};
  CHECK(start_order(run, launch, Extent::whole, never()).tests == real);

  std::swap(run.tests[4], run.tests[5]);
  const StartOrder wrong = start_order(run, launch, Extent::whole, [] { return all; });
  CHECK_FALSE(wrong.complete);
  REQUIRE(wrong.remarks.size() == 1);
  CHECK(wrong.remarks[0].find("another checkout or another selection") != std::string::npos);
  CHECK(wrong.remarks[0].find("[5/7]") != std::string::npos);
}

TEST_CASE("a parallel log that names all tests: the start order is the shuffle of the sorted names") {
  const TestOrder real = shuffled(all, "12345");
  TestOrder done = real;
  std::swap(done[0], done[1]);  // two workers may end in another order than they start
  Run run = run_of(RunMode::parallel, done, all.size());
  run.workers = 2;
  const StartOrder order = start_order(run, {}, Extent::whole, never());
  CHECK(order.tests == real);
  CHECK(order.from == OrderFrom::seed);
}

TEST_CASE("of a parallel log, the standard tests come first in the base of older versions") {
  TestOrder base{"test_grammar", "test_dict", "test_abc", "test_bool", "test_code", "test_enum", "test_float"};
  const TestOrder real = shuffled(base, "12345");
  Run run = run_of(RunMode::parallel, real, all.size());
  run.workers = 1;
  run.standard_first = true;
  CHECK(start_order(run, {}, Extent::whole, never()).tests == real);
}

TEST_CASE("the order of a file that is not here is nobody's guess") {
  Launch launch;
  launch.options = {{"--fromfile", "list.txt"}};
  Run run = run_of(RunMode::parallel, all, all.size());
  run.workers = 10;
  CHECK(start_order(run, launch, Extent::whole, {}).from == OrderFrom::completion);
}

TEST_CASE("with -q the header alone tells how many there are") {
  Run run = run_of(RunMode::sequential, {}, 0);
  run.total.reset();
  run.announced = 7;
  Launch launch;
  launch.names = {"test_abc", "test_dict"};
  launch.options = {{"--randomize", std::nullopt}};
  CHECK(start_order(run, launch, Extent::whole, [] { return all; }).tests == shuffled(all, "12345"));
}

TEST_CASE("an unshuffled run is not shuffled because a seed is printed") {
  Run run = run_of(RunMode::parallel, all, all.size());
  run.workers = 1;
  CHECK(start_order(run, {}, Extent::whole, never()).tests == all);
}

TEST_CASE("a parallel log that shows but a few tests asks the runner") {
  const TestOrder real = shuffled(all, "12345");
  Run run = run_of(RunMode::parallel, {real[0], real[1]}, all.size());
  run.workers = 2;
  const StartOrder order = start_order(run, {}, Extent::whole, [] { return all; });
  CHECK(order.tests == real);
  CHECK(order.from == OrderFrom::list_tests);

  const StartOrder other = start_order(run, {}, Extent::whole, [] { return TestOrder{"test_abc", "test_other"}; });
  CHECK(other.from == OrderFrom::completion);
  REQUIRE(other.remarks.size() == 1);
  CHECK(other.remarks[0].find("it has 2 tests, the log 7") != std::string::npos);
}

TEST_CASE("with so few workers, a test cannot be done before it was started") {
  const TestOrder real = shuffled(all, "12345");
  TestOrder impossible = real;
  std::rotate(impossible.begin(), impossible.end() - 1, impossible.end());
  Run run = run_of(RunMode::parallel, impossible, all.size());
  run.workers = 2;
  const StartOrder order = start_order(run, {}, Extent::whole, [] { return all; });
  CHECK(order.from == OrderFrom::completion);
  CHECK(order.remarks.size() == 1);
}

TEST_CASE("prioritized tests are started first") {
  Launch launch;
  launch.options = {{"--prioritize", "test_float,test_abc"}};
  TestOrder expected{"test_float", "test_abc"};
  for (const std::string& test : shuffled(all, "12345")) {
    if (test != "test_float" && test != "test_abc") expected.push_back(test);
  }
  Run run = run_of(RunMode::parallel, expected, all.size());
  run.workers = 1;
  CHECK(start_order(run, launch, Extent::whole, never()).tests == expected);
}

TEST_CASE("what ran before the victim") {
  Run run = run_of(RunMode::sequential, {"test_a", "test_v", "test_b", "test.test_v", "test_c"}, 5);
  const StartOrder order{run.shown(), OrderFrom::progress_lines, true, {}};
  CHECK(before_victim(order, run, "test_c") == TestOrder{"test_a", "test_v", "test_b", "test.test_v"});
  CHECK_FALSE(before_victim(order, run, "test_z"));
  SUBCASE("it failed at its second place: the earlier run of itself is no suspect") {
    Failure failure;
    failure.test = "test_v";
    failure.place = 3;
    run.failures = {failure};
    CHECK(before_victim(order, run, "test_v") == TestOrder{"test_a", "test_b"});
  }
  SUBCASE("nothing tells where it failed: its first place") {
    CHECK(before_victim(order, run, "test_v") == TestOrder{"test_a"});
  }
}
