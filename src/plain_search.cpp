#include "plain_search.hpp"

#include <algorithm>
#include <iterator>
#include <optional>
#include <vector>

namespace bbbisect {
namespace {

TestOrder part(const TestOrder& order, std::size_t begin, std::size_t end) {
  return {order.begin() + static_cast<std::ptrdiff_t>(begin), order.begin() + static_cast<std::ptrdiff_t>(end)};
}

bool holds(const TestOrder& order, const std::string& test) {
  return std::find(order.begin(), order.end(), test) != order.end();
}

}  // namespace

// Invariant: the victim failed after rest + kept; when `kept` alone is enough, that is the group. Otherwise
// the inner loop looks for the shortest beginning of `rest` that is enough together with `kept`. Its
// invariant: the first `enough` tests + kept failed, the first `too_few` + kept did not. When they are
// neighbours, the test between them was seen to make the difference: it is kept, and what stands behind it is
// not needed. `rest` gets shorter each time, so it ends. Where the tests between the two are enough without
// those before them, the latter are dropped: it saves running them in all probes to come. When that was tried
// in vain, a test before them is needed too, and it is not tried again until the next culprit.
//
// Nothing is assumed of sequences that were not asked: a test that undoes what a polluter did, so that more
// suspects cure, can cost a longer group, which the proof will notice, but never one that was not seen to
// fail.
TestOrder PlainSearch::minimize(TestOrder rest, TestOrder kept) {
  while (!rest.empty() && !fails(kept)) {
    if (const TestOrder cheap = cheap_part(rest); !cheap.empty() && fails(together(cheap, kept))) rest = cheap;
    std::size_t too_few = 0;
    std::size_t enough = rest.size();
    bool may_drop = true;
    while (enough - too_few > 1) {
      lab_.suspects_left = enough - too_few;
      const std::size_t middle = too_few + (enough - too_few) / 2;
      if (fails(together(part(rest, 0, middle), kept))) {
        enough = middle;
        continue;
      }
      too_few = middle;
      lab_.suspects_left = enough - too_few;
      if (!may_drop) continue;
      const TestOrder between = part(rest, too_few, enough);
      may_drop = fails(together(between, kept));
      if (!may_drop) continue;
      rest = between;
      enough = rest.size();
      too_few = 0;
    }
    kept = together({rest[enough - 1]}, kept);
    lab_.needed = kept;
    rest.resize(enough - 1);
    lab_.suspects_left = rest.size();
  }
  return kept;
}

// Both in the order of the log.
TestOrder PlainSearch::together(const TestOrder& a, const TestOrder& b) const {
  NumberedRun numbers = lab_.numbers_of(a);
  const NumberedRun more = lab_.numbers_of(b);
  numbers.insert(numbers.end(), more.begin(), more.end());
  std::sort(numbers.begin(), numbers.end());
  return lab_.names_of(numbers);
}

TestOrder PlainSearch::cheap_part(const TestOrder& order) const {
  constexpr std::size_t worth_it = 8;
  constexpr double much_cheaper = 0.4;
  if (order.size() < worth_it) return {};
  std::vector<double> seconds;
  for (int suspect : lab_.numbers_of(order)) seconds.push_back(lab_.seconds(suspect));
  std::vector<double> ascending = seconds;
  std::sort(ascending.begin(), ascending.end());
  const double limit = ascending[ascending.size() * 3 / 4];
  TestOrder cheap;
  double cost = 0;
  double all = 0;
  for (std::size_t i = 0; i < order.size(); ++i) {
    all += seconds[i];
    if (seconds[i] >= limit) continue;
    cheap.push_back(order[i]);
    cost += seconds[i];
  }
  return cost < much_cheaper * all ? cheap : TestOrder{};
}

// True when the victim was seen to fail after `before`; asks when nothing is known of it.
bool PlainSearch::fails(const TestOrder& before) {
  const auto known = lab_.all_seen().find(detour(before));
  if (known != lab_.all_seen().end() && known->second.runs() > 0) return known->second.fails > 0;
  return ask_around(before, Purpose::narrow).check(0) == Outcome::fails;
}

Answer PlainSearch::ask_around(const TestOrder& before, Purpose purpose) {
  for (;;) {
    const TestOrder around = detour(before);
    Answer answer = lab_.plain(around, purpose);
    if (answer.check(0) == Outcome::fails) {
      for (const std::string& test : before) {
        if (broke.contains(test) && !holds(around, test)) not_needed_.insert(test);
      }
    }
    if (answer.check(0) != Outcome::unresolved || !answer.breaker || !holds(around, *answer.breaker)) {
      return answer;
    }
    broke.insert(*answer.breaker);
    breaker_of_[around] = *answer.breaker;
  }
}

TestOrder PlainSearch::detour(const TestOrder& before) const {
  TestOrder around;
  std::copy_if(before.begin(), before.end(), std::back_inserter(around),
               [this](const std::string& test) { return !not_needed_.contains(test); });
  for (auto it = breaker_of_.find(around); it != breaker_of_.end(); it = breaker_of_.find(around)) {
    around = without(around, it->second);
  }
  return around;
}

}  // namespace bbbisect
