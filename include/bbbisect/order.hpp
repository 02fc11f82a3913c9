// The order in which the tests of a run were started, and what of it ran before the victim. Pure but for one
// callable that may ask the local runner.
#pragma once

#include <bbbisect/build_log.hpp>
#include <bbbisect/launch.hpp>
#include <bbbisect/test_order.hpp>

#include <functional>
#include <string>
#include <vector>

namespace bbbisect {

enum class OrderFrom {
  progress_lines,  ///< the log shows it
  seed,            ///< rebuilt from the seed and the names that the log holds
  list_tests,      ///< rebuilt by the local runner's --list-tests and the seed
  completion,      ///< only the order in which a parallel run ended its tests is known
};
std::string describe(OrderFrom from);

struct StartOrder {
  TestOrder tests;  ///< the whole sequence as far as it is known, as the log spells it
  OrderFrom from = OrderFrom::progress_lines;
  bool complete = true;              ///< false: tests are missing before or after those that are here
  std::vector<std::string> remarks;  ///< one sentence each, for the user
};

/// The runner's own list for the launch's selection, unshuffled; empty when it cannot be had.
using ListTests = std::function<TestOrder()>;

/// How much of an order is asked for.
enum class Extent {
  shown,  ///< up to the last test that the log shows: all that a search needs
  whole,
};

/// Rebuilds the order of `run`, which `launch` started (a default Launch when the log has no command). What
/// is rebuilt from a seed is checked against every index that the log shows: place by place in a sequential
/// run; in a parallel one by the fact that the test started as number s cannot be done before s - workers
/// others are. `list_tests` is called only when the log alone cannot tell.
StartOrder start_order(const Run& run, const Launch& launch, Extent extent, const ListTests& list_tests);

/// What ran before the victim (by same_test; the first place where it failed), without earlier runs of
/// itself. nullopt when `order` does not hold it.
std::optional<TestOrder> before_victim(const StartOrder& order, const Run& run, const std::string& victim);

/// What ran in other workers of a parallel `run` while the victim ran, in the order of the start, without the
/// victim: by the order in which its tests were started and that in which they ended, as the log shows it. Empty
/// when that cannot be told.
TestOrder beside_victim(const StartOrder& order, const Run& run, const std::string& victim);

}  // namespace bbbisect
