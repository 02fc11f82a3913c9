#include "checked_search.hpp"

#include "plan.hpp"

#include <algorithm>
#include <iterator>
#include <numeric>

namespace bbbisect {
namespace {

// How likely it is that no single suspect makes the victim fail, so that a run over all of them ends without a
// failure; and, of that, that a second look at the cheap ones, after the dear ones, shows it.
constexpr double not_one_alone = 0.15;
constexpr double shown_by_second_look = 0.05;
// The second look costs at most this part of the first.
constexpr double second_look_share = 0.1;
// While others are looked for, there is as likely none.
constexpr double no_other = 1.0;
// Groups of more are left to plain runs.
constexpr int most_blocks = 6;

NumberedRun sorted(NumberedRun run) {
  std::sort(run.begin(), run.end());
  run.erase(std::unique(run.begin(), run.end()), run.end());
  return run;
}

NumberedRun joined(const std::vector<NumberedRun>& blocks, std::size_t begin, std::size_t end) {
  NumberedRun all;
  for (std::size_t i = begin; i < end; ++i) all.insert(all.end(), blocks[i].begin(), blocks[i].end());
  return all;
}

bool holds(const NumberedRun& run, int suspect) { return std::find(run.begin(), run.end(), suspect) != run.end(); }

}  // namespace

CheckedSearch::CheckedSearch(Lab& lab, const Case& the_case, std::set<std::string>& broke)
    : lab_(lab),
      case_(the_case),
      broke_(broke),
      harmless_(the_case.suspects.size(), false),
      odd_(the_case.suspects.size(), false) {}

bool CheckedSearch::is_broken(int suspect) const {
  return !broke_.empty() && broke_.contains(case_.suspects[static_cast<std::size_t>(suspect)]);
}

NumberedRun CheckedSearch::unbroken(const NumberedRun& run) const {
  NumberedRun left;
  std::copy_if(run.begin(), run.end(), std::back_inserter(left),
               [this](int suspect) { return !is_broken(suspect) && !odd_[static_cast<std::size_t>(suspect)]; });
  return left;
}

double CheckedSearch::check_cost(const NumberedRun& unit) const {
  return lab_.seconds(the_victim) + lab_.seconds(unit);
}

NumberedRun CheckedSearch::waved(const NumberedRun& pool, std::vector<std::size_t>* wave_ends) const {
  std::vector<Stop> stops;
  stops.reserve(pool.size());
  for (int suspect : pool) stops.push_back({lab_.seconds(suspect), lab_.weight(suspect)});
  NumberedRun run;
  run.reserve(pool.size());
  for (const std::vector<std::size_t>& wave : waves(stops)) {
    for (std::size_t index : wave) run.push_back(pool[index]);
    if (wave_ends != nullptr) wave_ends->push_back(run.size());
  }
  return run;
}

// One run: `before`, then the suspects, with `unit` and the victim behind each of `ends`. It ends at the first
// failing check.
CheckedSearch::Seen CheckedSearch::look(const NumberedRun& suspects, const std::vector<std::size_t>& ends,
                                        const NumberedRun& before, const NumberedRun& unit, Hit& hit) {
  NumberedRun run = before;
  std::vector<std::size_t> check_places;
  std::size_t begin = 0;
  for (std::size_t end : ends) {
    run.insert(run.end(), suspects.begin() + static_cast<std::ptrdiff_t>(begin),
               suspects.begin() + static_cast<std::ptrdiff_t>(end));
    run.insert(run.end(), unit.begin(), unit.end());
    check_places.push_back(run.size());
    run.push_back(the_victim);
    begin = end;
  }
  const Lab::Looked& looked = lab_.look(std::move(run), Purpose::narrow, 1, before.empty());
  const Answer& answer = looked.answer;

  begin = 0;
  for (std::size_t check = 0; check < ends.size(); ++check) {
    const NumberedRun chunk(suspects.begin() + static_cast<std::ptrdiff_t>(begin),
                            suspects.begin() + static_cast<std::ptrdiff_t>(ends[check]));
    if (check >= answer.checks.size()) {
      if (!answer.breaker) return Seen::lost;
      const NumberedRun breaker = lab_.numbers_of({*answer.breaker});
      broke_.insert(*answer.breaker);
      return holds(before, breaker.front()) || holds(unit, breaker.front()) ? Seen::lost : Seen::again;
    }
    if (answer.checks[check] == Outcome::unresolved) {
      for (int suspect : chunk) odd_[static_cast<std::size_t>(suspect)] = true;
      return chunk.empty() ? Seen::lost : Seen::again;
    }
    if (answer.checks[check] == Outcome::fails) {
      hit.run.assign(looked.run.begin(), looked.run.begin() + static_cast<std::ptrdiff_t>(check_places[check]) + 1);
      hit.history = before;
      hit.history.insert(hit.history.end(), suspects.begin(), suspects.begin() + static_cast<std::ptrdiff_t>(begin));
      hit.chunk = chunk;
      return Seen::hit;
    }
    if (unit.empty()) {
      for (int suspect : chunk) harmless_[static_cast<std::size_t>(suspect)] = true;
    }
    begin = ends[check];
  }
  return Seen::none;
}

std::optional<Hit> CheckedSearch::survey(const std::set<int>& removed, bool closing) {
  for (;;) {
    NumberedRun pool;
    NumberedRun before;
    for (int suspect = 0; suspect < static_cast<int>(case_.suspects.size()); ++suspect) {
      const auto at = static_cast<std::size_t>(suspect);
      if (removed.contains(suspect) || odd_[at] || is_broken(suspect)) continue;
      if (!harmless_[at]) {
        pool.push_back(suspect);
      } else if (closing) {
        before.push_back(suspect);
      }
    }
    if (pool.empty() && before.empty()) return std::nullopt;

    lab_.suspects_left = pool.size();
    std::vector<std::size_t> wave_ends;
    NumberedRun run = waved(pool, &wave_ends);
    std::vector<Stop> stops;
    double weight = 0;
    double whole = 0;
    for (int suspect : run) {
      stops.push_back({lab_.seconds(suspect), lab_.weight(suspect)});
      weight += stops.back().weight;
      whole += stops.back().seconds;
    }
    const bool first = removed.empty() && pool.size() == case_.suspects.size() - removed.size();
    if (first && wave_ends.size() > 1) {
      // Tests that act together in their order, the first of them being in a later wave than the second.
      std::size_t again = 0;
      double cost = 0;
      for (std::size_t i = 0; i + 1 < wave_ends.size(); ++i) {
        for (std::size_t at = i == 0 ? 0 : wave_ends[i - 1]; at < wave_ends[i]; ++at) cost += stops[at].seconds;
        if (cost > second_look_share * whole) break;
        again = wave_ends[i];
      }
      NumberedRun second(run.begin(), run.begin() + static_cast<std::ptrdiff_t>(again));
      std::sort(second.begin(), second.end());
      for (int suspect : second) {
        run.push_back(suspect);
        stops.push_back({lab_.seconds(suspect), weight * shown_by_second_look / static_cast<double>(second.size())});
      }
    }
    const double elsewhere = weight * (closing ? no_other : not_one_alone);
    std::vector<std::size_t> ends = checks_after(stops, elsewhere, {check_cost({}), lab_.start_up()});
    if (run.empty()) ends = {0};
    Hit hit;
    switch (look(run, ends, before, {}, hit)) {
      case Seen::hit:
        return hit;
      case Seen::again:
        continue;
      case Seen::none:
      case Seen::lost:
        return std::nullopt;
    }
  }
}

// The same among `pool`, where something is known to be that makes `unit` + victim fail.
std::optional<Hit> CheckedSearch::survey_for(const NumberedRun& pool, const NumberedRun& unit, bool in_waves) {
  for (NumberedRun left = unbroken(pool); !left.empty(); left = unbroken(left)) {
    lab_.suspects_left = left.size();
    const NumberedRun run = in_waves ? waved(left) : left;
    std::vector<Stop> stops;
    double weight = 0;
    for (int suspect : run) {
      stops.push_back({lab_.seconds(suspect), lab_.weight(suspect)});
      weight += stops.back().weight;
    }
    const std::vector<std::size_t> ends =
        checks_after(stops, weight * not_one_alone, {check_cost(unit), lab_.start_up()});
    Hit hit;
    switch (look(run, ends, {}, unit, hit)) {
      case Seen::hit:
        return hit;
      case Seen::again:
        continue;
      case Seen::none:
      case Seen::lost:
        return std::nullopt;
    }
  }
  return std::nullopt;
}

// Which of `block` it is that makes the victim fail, when `before` ran first and `unit` runs before each check.
// What is left over, after all others passed, is only believed to be the one.
std::optional<int> CheckedSearch::narrow(NumberedRun block, const NumberedRun& before, const NumberedRun& unit) {
  for (block = unbroken(block); block.size() > 1; block = unbroken(block)) {
    lab_.suspects_left = block.size();
    std::vector<Stop> stops;
    for (int suspect : block) stops.push_back({lab_.seconds(suspect), lab_.weight(suspect)});
    const std::vector<std::size_t> ends =
        checks_after(stops, 0, {check_cost(unit), lab_.start_up() + lab_.seconds(before)});
    Hit hit;
    switch (look(block, ends, before, unit, hit)) {
      case Seen::hit:
        // With a unit, the victim's own earlier run may stand for what is missing; see resolve().
        if (!unit.empty() && std::count(hit.run.begin(), hit.run.end(), the_victim) > 1 &&
            !fails(joined({before, hit.chunk, unit}, 0, 3))) {
          const NumberedRun kept = joined({before, unit}, 0, 2);
          if (fails(joined({kept, block}, 0, 2))) solid_ = solid(block, kept);
          return std::nullopt;
        }
        block = hit.chunk;
        break;
      case Seen::none:
        block.erase(block.begin(), block.begin() + static_cast<std::ptrdiff_t>(ends.back()));
        break;
      case Seen::again:
        break;
      case Seen::lost:
        return std::nullopt;
    }
  }
  return block.empty() ? std::nullopt : std::optional(block.front());
}

// In the order of the log: only what fails in that order explains it.
bool CheckedSearch::fails(const NumberedRun& group) {
  const TestOrder names = lab_.names_of(sorted(group));
  const Evidence& known = lab_.seen(names);
  if (known.fails + known.passes > 0) return known.fails > 0;
  const Answer answer = lab_.plain(names, Purpose::narrow);
  if (answer.breaker) broke_.insert(*answer.breaker);
  return answer.check(0) == Outcome::fails;
}

// `blocks` are what is known to be needed, in running order: one test each, or a chunk that holds it. Each
// round finds which test of the first block it is; when that and the blocks behind are not enough, something
// that ran before is needed too, and is looked for with all blocks run again before each check.
std::optional<TestOrder> CheckedSearch::resolve(const Hit& hit) {
  solid_.reset();
  std::vector<NumberedRun> blocks{hit.chunk};
  NumberedRun pool = hit.history;
  for (int round = 0; round < most_blocks; ++round) {
    const NumberedRun behind = joined(blocks, 1, blocks.size());
    const std::optional<int> one = narrow(blocks.front(), {}, behind);
    if (!one) return std::nullopt;
    std::vector<NumberedRun> narrowed = blocks;
    narrowed.front() = {*one};
    if (fails(joined(narrowed, 0, narrowed.size()))) {
      blocks = narrowed;
      for (std::size_t i = 1; i < blocks.size(); ++i) {
        if (blocks[i].size() == 1) continue;
        const std::optional<int> other = narrow(blocks[i], joined(blocks, 0, i), joined(blocks, i + 1, blocks.size()));
        if (!other) return std::nullopt;
        blocks[i] = {*other};
      }
      const NumberedRun group = sorted(joined(blocks, 0, blocks.size()));
      return fails(group) ? std::optional(lab_.names_of(group)) : std::nullopt;
    }

    // Something more is needed. That the check failed may be the victim's own doing, in its earlier checks.
    if (round > 0) {
      NumberedRun plainly = pool;
      const NumberedRun all = joined(blocks, 0, blocks.size());
      plainly.insert(plainly.end(), all.begin(), all.end());
      if (!fails(plainly)) return std::nullopt;
      solid_ = solid(pool, all);
    }
    NumberedRun others;
    for (int suspect : pool) {
      if (!holds(blocks.front(), suspect) && !holds(others, suspect)) others.push_back(suspect);
    }
    const NumberedRun all = joined(blocks, 0, blocks.size());
    std::optional<Hit> next = survey_for(sorted(others), all, true);
    // Two that act together may have been parted by the waves: so they were not when the victim failed.
    if (!next) next = survey_for(others, all, false);
    if (!next) return std::nullopt;
    blocks.insert(blocks.begin(), next->chunk);
    pool = next->history;
    // From the second check on, the victim's own earlier run may stand for what is missing: then its failure
    // says nothing of this chunk.
    const bool plain = std::count(next->run.begin(), next->run.end(), the_victim) == 1;
    if (!plain && !fails(joined(blocks, 0, blocks.size()))) {
      NumberedRun plainly = pool;
      const NumberedRun more = joined(blocks, 0, blocks.size());
      plainly.insert(plainly.end(), more.begin(), more.end());
      if (!fails(plainly)) return std::nullopt;
      solid_ = solid(pool, more);
    }
  }
  return std::nullopt;
}

CheckedSearch::Solid CheckedSearch::solid(const NumberedRun& pool, const NumberedRun& kept) const {
  NumberedRun rest;
  for (int suspect : sorted(pool)) {
    if (!holds(kept, suspect)) rest.push_back(suspect);
  }
  return {lab_.names_of(rest), lab_.names_of(sorted(kept))};
}

std::optional<CheckedSearch::Solid> CheckedSearch::solid_part(const Hit& hit) {
  if (solid_) return solid_;
  NumberedRun plainly = hit.history;
  plainly.insert(plainly.end(), hit.chunk.begin(), hit.chunk.end());
  return fails(plainly) ? std::optional(solid(hit.history, hit.chunk)) : std::nullopt;
}

bool CheckedSearch::happens_again(const Hit& hit) {
  const std::vector<Outcome>& checks = lab_.look(hit.run, Purpose::narrow, 1).answer.checks;
  return !checks.empty() && checks.back() == Outcome::fails &&
         checks.size() == static_cast<std::size_t>(std::count(hit.run.begin(), hit.run.end(), the_victim)) &&
         std::all_of(checks.begin(), checks.end() - 1, [](Outcome check) { return check == Outcome::passes; });
}

}  // namespace bbbisect
