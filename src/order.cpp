#include <bbbisect/order.hpp>
#include <bbbisect/python_random.hpp>

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <string_view>
#include <unordered_map>

namespace bbbisect {
namespace {

// Before October 2023 (3.11.6, 3.12.0) regrtest put these first (libregrtest/runtest.py, STDTESTS).
constexpr std::array standard_tests = {"test_grammar",    "test_opcodes", "test_dict",     "test_builtin",
                                       "test_exceptions", "test_types",   "test_unittest", "test_doctest",
                                       "test_doctest2",   "test_support"};

std::string as_index(std::size_t index, const Run& run) {
  return "[" + std::to_string(index + 1) + (run.total ? "/" + std::to_string(*run.total) : "") + "]";
}

// Why `order` cannot be the order of `run`, as a clause; nullopt when nothing that the log shows speaks
// against it.
std::optional<std::string> contradiction(const TestOrder& order, const Run& run) {
  if (const auto total = run.total ? run.total : run.announced; total && order.size() != *total) {
    return "it has " + std::to_string(order.size()) + " tests, the log " + std::to_string(*total);
  }
  std::unordered_map<std::string_view, std::size_t> places;
  for (std::size_t i = 0; i < order.size(); ++i) places.emplace(module_of(order[i]), i);
  const std::size_t workers = static_cast<std::size_t>(std::max(run.workers.value_or(1), 1));
  for (std::size_t i = 0; i < run.tests.size(); ++i) {
    const std::string& shown = run.tests[i].name;
    if (shown.empty()) continue;
    if (run.mode != RunMode::parallel) {
      if (i < order.size() && same_test(order[i], shown)) continue;
      return "it has " + (i < order.size() ? order[i] : "nothing") + " at " + as_index(i, run) + ", the log " + shown;
    }
    const auto place = places.find(module_of(shown));
    if (place == places.end()) return "it lacks " + shown;
    const std::size_t started = place->second;
    if (started > i + workers - 1) {
      return "it starts " + shown + " as number " + std::to_string(started + 1) + ", but with " +
             std::to_string(workers) + " workers the log has it done at " + as_index(i, run);
    }
  }
  return std::nullopt;
}

TestOrder prioritized(TestOrder order, const Launch& launch) {
  const std::optional<std::string> names = launch.value_of("--prioritize");
  if (!names) return order;
  std::size_t front = 0;
  for (std::size_t from = 0; from <= names->size();) {
    const std::size_t comma = std::min(names->find(',', from), names->size());
    const std::string name = names->substr(from, comma - from);
    const auto place = std::find(order.begin() + static_cast<std::ptrdiff_t>(front), order.end(), name);
    if (place != order.end()) {
      std::rotate(order.begin() + static_cast<std::ptrdiff_t>(front), place, place + 1);
      ++front;
    }
    from = comma + 1;
  }
  return order;
}

// Every name that the log holds, when it holds all of them.
std::optional<TestOrder> all_names(const Run& run) {
  TestOrder names = run.shown();
  if (!run.sections.empty()) {
    for (const std::string& name : run.sections.front().omitted) {
      if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
    }
  }
  if (!run.total || names.size() != *run.total) return std::nullopt;
  return names;
}

// The base lists that the log's own names allow.
std::vector<TestOrder> bases_from_log(const Run& run, const Launch& launch) {
  std::vector<TestOrder> bases;
  if (launch.has("--fromfile")) return bases;  // the order of a file that is not here
  if (!launch.names.empty() && !launch.has("--exclude")) bases.push_back(launch.names);
  if (std::optional<TestOrder> names = all_names(run)) {
    std::sort(names->begin(), names->end());
    if (!run.standard_first) {
      bases.push_back(*names);
    } else {
      TestOrder base;
      for (const char* test : standard_tests) {
        if (std::binary_search(names->begin(), names->end(), test)) base.emplace_back(test);
      }
      const std::set<std::string> moved(base.begin(), base.end());
      std::copy_if(names->begin(), names->end(), std::back_inserter(base),
                   [&](const std::string& test) { return !moved.contains(test); });
      bases.push_back(base);
    }
  }
  return bases;
}

// The order that `base` gives, shuffled or not, whichever agrees with the log. With nothing visible to agree
// with, the launch decides. `why` tells the contradiction when there is none.
std::optional<TestOrder> order_from(const TestOrder& base, const Run& run, const Launch& launch, std::string& why) {
  std::vector<TestOrder> candidates;
  if (run.seed) candidates.push_back(prioritized(shuffled(base, *run.seed), launch));
  candidates.insert(run.seed && shuffles(launch) ? candidates.end() : candidates.begin(), prioritized(base, launch));
  for (const TestOrder& candidate : candidates) {
    std::optional<std::string> against = contradiction(candidate, run);
    if (!against) return candidate;
    if (why.empty()) why = *against;
  }
  return std::nullopt;
}

// True when the log shows the order itself, at least up to the last test that it shows.
bool shown_without_gaps(const Run& run) {
  return run.mode != RunMode::parallel && !run.tests.empty() &&
         std::none_of(run.tests.begin(), run.tests.end(), [](const ShownTest& test) { return test.name.empty(); });
}

}  // namespace

std::string describe(OrderFrom from) {
  switch (from) {
    case OrderFrom::progress_lines:
      return "progress lines";
    case OrderFrom::seed:
      return "seed";
    case OrderFrom::list_tests:
      return "list-tests";
    case OrderFrom::completion:
      return "order of completion";
  }
  return {};
}

StartOrder start_order(const Run& run, const Launch& launch, Extent extent, const ListTests& list_tests) {
  const bool shown = shown_without_gaps(run);
  if (shown && (!run.total || run.tests.size() == *run.total))
    return {run.shown(), OrderFrom::progress_lines, true, {}};

  std::string why;
  for (const TestOrder& base : bases_from_log(run, launch)) {
    if (const std::optional<TestOrder> order = order_from(base, run, launch, why)) {
      return {*order, OrderFrom::seed, true, {}};
    }
  }
  why.clear();
  if (list_tests && (extent == Extent::whole || !shown)) {
    if (const TestOrder base = list_tests(); base.empty()) {
      why = "the runner lists no tests for it";
    } else if (const std::optional<TestOrder> order = order_from(base, run, launch, why)) {
      return {*order, OrderFrom::list_tests, true, {}};
    }
  }
  if (shown) return {run.shown(), OrderFrom::progress_lines, false, {}};
  if (why.empty()) why = "the log does not show all names";

  StartOrder order{
      run.shown(), run.mode == RunMode::parallel ? OrderFrom::completion : OrderFrom::progress_lines, false, {}};
  order.remarks.push_back("the order rebuilt from " + (run.seed ? "seed " + *run.seed : std::string("the selection")) +
                          " does not agree with the log (" + why +
                          "): another checkout or another selection of tests; only the " +
                          std::to_string(order.tests.size()) + " tests that the log shows are used");
  return order;
}

std::optional<TestOrder> before_victim(const StartOrder& order, const Run& run, const std::string& victim) {
  auto place = std::find_if(order.tests.begin(), order.tests.end(),
                            [&](const std::string& test) { return same_test(test, victim); });
  if (place == order.tests.end()) return std::nullopt;
  const Failure* failure = run.failure_of(victim);
  if (run.mode != RunMode::parallel && failure != nullptr && failure->place && *failure->place < order.tests.size() &&
      same_test(order.tests[*failure->place], victim)) {
    place = order.tests.begin() + static_cast<std::ptrdiff_t>(*failure->place);
  }
  return without(TestOrder(order.tests.begin(), place), victim);
}

// Number s is started when s + 1 - workers are done; that it ran at the same time as the victim means that
// neither was done when the other was started.
TestOrder beside_victim(const StartOrder& order, const Run& run, const std::string& victim) {
  if (run.mode != RunMode::parallel || run.workers.value_or(0) < 2 || order.from == OrderFrom::completion) return {};
  const auto workers = static_cast<std::size_t>(*run.workers);
  std::unordered_map<std::string_view, std::size_t> places;
  for (std::size_t i = 0; i < run.tests.size(); ++i) places.emplace(module_of(run.tests[i].name), i);
  const auto done_as = [&](const std::string& name) {
    const auto place = places.find(module_of(name));
    return place != places.end() ? place->second : run.tests.size();  // behind all that are done
  };
  const auto started_after = [&](std::size_t number) { return number < workers ? 0 : number - workers + 1; };
  std::size_t number = 0;
  while (number < order.tests.size() && !same_test(order.tests[number], victim)) ++number;
  if (number == order.tests.size()) return {};
  const std::size_t done = done_as(victim);
  TestOrder beside;
  for (std::size_t i = 0; i < order.tests.size(); ++i) {
    if (i == number || started_after(i) > done) continue;
    if (done_as(order.tests[i]) + 1 > started_after(number)) beside.push_back(order.tests[i]);
  }
  return beside;
}

}  // namespace bbbisect
