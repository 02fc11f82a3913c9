// Written from what is said of the tools, on the page that each policy names. Where that leaves a choice, the
// one was taken whose costs come nearest to those measured before; such choices stand in brackets. An
// unresolved run is taken for one without the failure, unless the policy says otherwise.
#include "peers.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <utility>

namespace bbbisect::bench {
namespace {

// Suspects by their places in the running order, ascending.
using Places = std::vector<std::size_t>;

// Most tools bound nothing. In a flaky world some would never come to an end.
constexpr std::size_t runs_per_suspect = 20;
constexpr std::size_t runs_at_least = 100;
constexpr std::size_t picks_at_most = 1'000'000;  // minitest-bisect's, most of them not run

struct GivesUp {};

// Plain runs of some suspects and the victim.
class Runs {
 public:
  Runs(const Case& the_case, const Ask& ask)
      : case_(the_case), ask_(ask), left_(std::max(runs_at_least, runs_per_suspect * the_case.suspects.size())) {}

  [[nodiscard]] Places all() const {
    Places places(case_.suspects.size());
    for (std::size_t i = 0; i < places.size(); ++i) places[i] = i;
    return places;
  }

  // The failure was seen.
  bool fails(const Places& before) { return outcome(before) == Outcome::fails; }

  // The run did not end well, whatever it was.
  bool ends_badly(const Places& before) { return outcome(before) != Outcome::passes; }

  [[nodiscard]] TestOrder names(const Places& places) const {
    TestOrder order;
    for (const std::size_t place : places) order.push_back(case_.suspects[place]);
    return order;
  }

  [[nodiscard]] Found blame(const Places& places) const { return {Verdict::order_dependent, {names(places)}}; }

 private:
  Outcome outcome(const Places& before) {
    if (left_ == 0) throw GivesUp{};
    --left_;
    probe_.tests.resize(before.size() + 1);  // the strings keep their storage
    for (std::size_t i = 0; i < before.size(); ++i) probe_.tests[i] = case_.suspects[before[i]];
    probe_.tests.back() = case_.victim;
    return ask_(probe_).check(0);
  }

  const Case& case_;
  const Ask& ask_;
  std::size_t left_;
  Probe probe_;
};

std::pair<Places, Places> split(const Places& places, std::size_t first) {
  const auto middle = places.begin() + static_cast<std::ptrdiff_t>(first);
  return {{places.begin(), middle}, {middle, places.end()}};
}

Places both(const Places& a, const Places& b) {
  Places all;
  all.reserve(a.size() + b.size());
  std::merge(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(all));
  return all;
}

Places leaving_out(const Places& from, const Places& what) {
  Places rest;
  rest.reserve(from.size());
  std::set_difference(from.begin(), from.end(), what.begin(), what.end(), std::back_inserter(rest));
  return rest;
}

// A person halves: the whole sequence must fail again; then the first half, and if that passes the second,
// and so on until one is left with the victim. If both pass, "we can only wish you good luck". The larger
// half comes first (5 tests: 3, then 2), and nobody is told to run the victim alone. devguide.python.org,
// "Working with buildbots", Ordering-dependent failures.
Found devguide(Runs& runs) {
  Places left = runs.all();
  if (!runs.fails(left)) return {Verdict::not_reproduced, {}};
  while (left.size() > 1) {
    auto [first, second] = split(left, (left.size() + 1) / 2);
    if (runs.fails(first)) {
      left = std::move(first);
    } else if (runs.fails(second)) {
      left = std::move(second);
    } else {
      return {};
    }
  }
  return runs.blame(left);
}

// The victim must pass by itself and fail with the group; each step runs the smaller, first half and believes
// that what does not fail there is in the other half; at the end it double-checks the one that is left, and
// ends with an assertion if that passes. Looks for one test: "the pair of tests which error when run in
// order". github.com/asottile/detect-test-pollution, README, with the output of a search from 3139 tests on.
Found detect_test_pollution(Runs& runs) {
  if (runs.fails({})) return {Verdict::fails_alone, {}};
  Places left = runs.all();
  if (!runs.fails(left)) return {Verdict::not_reproduced, {}};
  while (left.size() > 1) {
    auto [first, second] = split(left, left.size() / 2);
    left = runs.fails(first) ? std::move(first) : std::move(second);
  }
  return runs.fails(left) ? runs.blame(left) : Found{};
}

// Each round runs both halves with the victim and goes on with the one that fails; it stops when neither does
// or both do. Nothing is checked before or after; any bad end of a run is a failure. docs.djangoproject.com,
// "Unit tests", Tests that only fail in combination. (The text can be read so that the second half runs only
// where the first passes; the known costs are those of running both.)
Found django(Runs& runs) {
  Places left = runs.all();
  while (left.size() > 1) {
    auto [first, second] = split(left, left.size() / 2);
    const bool first_fails = runs.ends_badly(first);
    if (runs.ends_badly(second) == first_fails) return {};
    left = first_fails ? std::move(first) : std::move(second);
  }
  return runs.blame(left);
}

// Invariant: kept + candidates + victim fails, kept + victim does not. Two slices; the one without which it
// still fails is ignored, beginning with the first, larger one; if neither can be, each is searched in turn
// while the other is kept (what has been found of it, the second time).
Places necessary(Runs& runs, const Places& candidates, const Places& kept) {
  if (candidates.size() <= 1) return candidates;
  const auto [first, second] = split(candidates, (candidates.size() + 1) / 2);
  if (runs.fails(both(kept, second))) return necessary(runs, second, kept);
  if (runs.fails(both(kept, first))) return necessary(runs, first, kept);
  const Places found = necessary(runs, first, both(kept, second));
  return both(found, necessary(runs, second, both(kept, found)));
}

// The suite must fail, and the victim pass by itself; then the recursion above. The result is not run again.
// rspec.info, "Bisect", the output of --bisect=verbose; for more than one culprit the message of rspec-core's
// commit 6e81a08 (pull request 1997), which draws the recursion.
Found rspec(Runs& runs) {
  const Places all = runs.all();
  if (!runs.fails(all)) return {Verdict::not_reproduced, {}};
  if (runs.fails({})) return {Verdict::fails_alone, {}};
  return runs.blame(necessary(runs, all, {}));
}

std::vector<Places> blocks_of(const Places& places, std::size_t size) {
  std::vector<Places> blocks;
  for (std::size_t i = 0; i < places.size(); i += size) {
    const auto begin = places.begin() + static_cast<std::ptrdiff_t>(i);
    blocks.emplace_back(begin, begin + static_cast<std::ptrdiff_t>(std::min(size, places.size() - i)));
  }
  return blocks;
}

// Calls `take` with each way to pick `n` of `blocks`, in order, until it says true; false when it never does.
template <class Take>
bool any_pick(const std::vector<Places>& blocks, std::size_t n, const Take& take, std::size_t from = 0,
              const Places& picked = {}) {
  if (n == 0) return take(picked);
  for (std::size_t i = from; i + n <= blocks.size(); ++i) {
    if (any_pick(blocks, n - 1, take, i + 1, both(picked, blocks[i]))) return true;
  }
  return false;
}

// The failure is reproduced; then rounds, each over all ways to pick `n` blocks of a size. One that fails is
// all that is left; if none does, one more is picked. Either way the blocks become half as long, down to
// single tests. What is part of a run that passed is not run. The last, minimal run only shows the failure.
// github.com/minitest/minitest-bisect, README; the search by levels from the comment above
// find_minimal_combination and the steps that its tests list. (That the first block is the power of two
// nearest to the size is from a line of the source. With 10 % false passes the tool did better before: 42 %,
// not 34.)
Found minitest(Runs& runs) {
  Places left = runs.all();
  if (!runs.fails(left)) return {Verdict::not_reproduced, {}};
  std::size_t block = 1;
  while (block * block * 2 < left.size() * left.size()) block *= 2;  // the nearest power of two
  std::vector<Places> passed;
  std::size_t picks = 0;
  for (std::size_t n = 1; n <= left.size();) {
    block = std::max<std::size_t>(1, block / 2);
    const auto known = static_cast<std::ptrdiff_t>(passed.size());  // this round's do not overlap
    const bool found = any_pick(blocks_of(left, block), n, [&](const Places& pick) {
      if (++picks > picks_at_most) throw GivesUp{};
      if (std::any_of(passed.begin(), passed.begin() + known, [&](const Places& innocent) {
            return std::includes(innocent.begin(), innocent.end(), pick.begin(), pick.end());
          })) {
        return false;
      }
      if (!runs.fails(pick)) {
        passed.push_back(pick);
        return false;
      }
      left = pick;
      return true;
    });
    if (!found) {
      ++n;
    } else if (block == 1) {
      runs.fails(left);
      return runs.blame(left);
    }
  }
  return {};
}

// Narrows what fails to a part of which no single test can be left out: `n` chunks, each alone, then all but
// each; twice as many chunks when nothing fails.
// Zeller and Hildebrandt, "Simplifying and isolating failure-inducing input", 2002, algorithm ddmin.
template <class Fails>
Places ddmin(Places left, const Fails& fails) {
  for (std::size_t n = 2; left.size() > 1;) {
    n = std::min(n, left.size());
    std::vector<Places> chunks;
    for (std::size_t i = 0; i < n; ++i) {
      const auto at = [&](std::size_t k) { return left.begin() + static_cast<std::ptrdiff_t>(k * left.size() / n); };
      chunks.emplace_back(at(i), at(i + 1));
    }
    if (const auto chunk = std::find_if(chunks.begin(), chunks.end(), fails); chunk != chunks.end()) {
      left = *chunk;
      n = 2;
      continue;
    }
    for (Places& chunk : chunks) chunk = leaving_out(left, chunk);
    if (n == 2) chunks.clear();  // were run: each is the other's complement
    if (const auto rest = std::find_if(chunks.begin(), chunks.end(), fails); rest != chunks.end()) {
      left = *rest;
      n = std::max<std::size_t>(2, n - 1);
      continue;
    }
    if (n == left.size()) break;
    n *= 2;
  }
  return left;
}

// The input must be interesting; then ddmin, with every outcome kept: nothing is run twice.
// github.com/renatahodovan/picire, README.
Found picire(Runs& runs) {
  std::map<Places, bool> cache;
  const auto fails = [&](const Places& before) {
    const auto [known, is_new] = cache.try_emplace(before, false);
    if (is_new) known->second = runs.fails(before);
    return known->second;
  };
  if (!fails(runs.all())) return {Verdict::not_reproduced, {}};
  return runs.blame(ddmin(runs.all(), fails));
}

// The victim alone must pass and the failing order fail, twice each, or the test is not order dependent;
// ddmin, without a cache; what it finds is taken out of the order, and as long as the rest fails, ddmin
// again. Shi, Lam, Oei, Xie, Marinov, "iFixFlakies", ESEC/FSE 2019, Minimizer, and the README. (The paper
// itself was not at hand: two and two runs are what the known costs come to; for two needed tests it is 6 %
// dearer here.)
Found ifixflakies(Runs& runs) {
  Places left = runs.all();
  const bool alone = runs.fails({});
  const bool after = runs.fails(left);
  if (runs.fails({}) != alone || runs.fails(left) != after) return {};
  if (alone) return {Verdict::fails_alone, {}};
  if (!after) return {Verdict::not_reproduced, {}};
  Found found{Verdict::order_dependent, {}};
  do {
    const Places group = ddmin(left, [&](const Places& before) { return runs.fails(before); });
    found.groups.push_back(runs.names(group));
    left = leaving_out(left, group);
  } while (!left.empty() && runs.fails(left));
  return found;
}

// `bisect -count=2`: every trial is two runs, which must agree. A run that breaks has failed.
bool fails_twice(Runs& runs, const Places& before) {
  const bool fails = runs.ends_badly(before);
  if (runs.ends_badly(before) != fails) throw GivesUp{};
  return fails;
}

// Invariant: forced + candidates was seen to fail. By the last bit of their numbers: one half, the other; if
// both pass, something of each is needed, and each is searched with the other, or what was found of it,
// forced. (That begins with a run of its own, which must fail: the tool reads from it which changes match.)
Places failing_set(Runs& runs, const Places& candidates, const Places& forced) {
  if (candidates.size() <= 1) return candidates;
  Places even;
  Places odd;
  for (std::size_t i = 0; i < candidates.size(); ++i) (i % 2 == 0 ? even : odd).push_back(candidates[i]);
  if (fails_twice(runs, both(forced, even))) return failing_set(runs, even, forced);
  if (fails_twice(runs, both(forced, odd))) return failing_set(runs, odd, forced);
  Places needed = both(forced, odd);
  if (!fails_twice(runs, both(needed, even))) throw GivesUp{};
  const Places found = failing_set(runs, even, needed);
  needed = both(forced, found);
  if (!fails_twice(runs, both(needed, odd))) throw GivesUp{};
  return both(found, failing_set(runs, odd, needed));
}

// None must pass and all fail. A set is searched, run by itself to avoid false accusations, and left out from
// then on; as long as the rest fails, there is another. Runs that disagree end the search.
// pkg.go.dev/golang.org/x/tools/cmd/bisect; research.swtch.com/bisect, Bisect-Reduce. (The identifiers of the
// changes are sequence numbers, not hashes; the reverse search, for a victim that fails alone only, is not
// here.)
Found go_bisect(Runs& runs) {
  Places left = runs.all();
  const bool none = fails_twice(runs, {});
  const bool all = fails_twice(runs, left);
  if (none) return {all ? Verdict::fails_alone : Verdict::inconclusive, {}};
  if (!all) return {Verdict::not_reproduced, {}};
  Found found{Verdict::order_dependent, {}};
  do {
    const Places group = failing_set(runs, left, {});
    if (!fails_twice(runs, group)) return {};
    found.groups.push_back(runs.names(group));
    left = leaving_out(left, group);
  } while (!left.empty() && fails_twice(runs, left));
  return found;
}

template <Found (*policy)(Runs&)>
Found bounded(const Case& the_case, const Ask& ask) {
  if (the_case.suspects.empty()) return {};
  Runs runs(the_case, ask);
  try {
    return policy(runs);
  } catch (const GivesUp&) {
    return {};
  }
}

}  // namespace

const std::vector<Peer>& peers() {
  static const std::vector<Peer> all{
      {"devguide", bounded<devguide>},
      {"detect-test-pollution", bounded<detect_test_pollution>},
      {"django", bounded<django>},
      {"rspec", bounded<rspec>},
      {"minitest-bisect", bounded<minitest>},
      {"ddmin", bounded<picire>},
      {"ifixflakies", bounded<ifixflakies>},
      {"go bisect", bounded<go_bisect>},
  };
  return all;
}

}  // namespace bbbisect::bench
