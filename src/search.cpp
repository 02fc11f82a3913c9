#include <bbbisect/search.hpp>

#include "chance_search.hpp"
#include "checked_search.hpp"
#include "lab.hpp"
#include "plain_search.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace bbbisect {
namespace {

// Groups up to these sizes have every proper subset, and every other order, in their proof; larger ones have
// each member left out in turn, which is what shows that it is needed.
constexpr std::size_t all_subsets_up_to = 4;
constexpr std::size_t all_orders_up_to = 3;

TestOrder leaving_out(const TestOrder& order, std::size_t index) {
  TestOrder rest = order;
  rest.erase(rest.begin() + static_cast<std::ptrdiff_t>(index));
  return rest;
}

std::vector<TestOrder> proper_subsets(const TestOrder& group) {
  std::vector<TestOrder> subsets;
  if (group.size() > all_subsets_up_to) {
    for (std::size_t i = 0; i < group.size(); ++i) subsets.push_back(leaving_out(group, i));
    return subsets;
  }
  for (unsigned mask = 1; mask + 1 < (1U << group.size()); ++mask) {
    TestOrder subset;
    for (std::size_t i = 0; i < group.size(); ++i) {
      if ((mask & (1U << i)) != 0) subset.push_back(group[i]);
    }
    subsets.push_back(subset);
  }
  std::stable_sort(subsets.begin(), subsets.end(),
                   [](const TestOrder& a, const TestOrder& b) { return a.size() < b.size(); });
  return subsets;
}

std::vector<TestOrder> other_orders(const TestOrder& group) {
  std::vector<TestOrder> orders;
  if (group.size() > all_orders_up_to) return orders;
  TestOrder order = group;
  std::sort(order.begin(), order.end());
  do {
    if (order != group) orders.push_back(order);
  } while (std::next_permutation(order.begin(), order.end()));
  return orders;
}

// Failing checks of the victim alone, or first checks of runs of it, that are enough to say that it fails alone:
// where it fails by chance one time in ten, that takes a million searches, or ten thousand.
constexpr int failing_alone = 6;
constexpr int failing_first = 4;
// Runs that are not enough to tell are not repeated for ever.
constexpr int most_confirming_runs = 12;
// The victim stands at most so many times more at the end of one of them.
constexpr int most_repeats = 7;
// Failures of the victim after the culprits alone: chance, at one in ten, does that once in a hundred thousand.
constexpr int least_failures = 5;
// The same where the victim is quick, for then it costs nothing, and chance may be one in two.
constexpr int least_failures_of_quick = 8;
constexpr double quick = 2.5;
// Chance may be settled when a process starts, as that of hashes is: then the victim never passes before the culprits
// and fails after them in the same process. One process in which it does speaks against that; where the victim's own
// run spoils that, it takes so many processes of each side; more of them where it passed after the culprits, which it
// should not have done.
constexpr int turns_wanted = 1;
constexpr int processes_wanted = 6;
constexpr int processes_against_doubt = 9;
// Plain runs with one of a group left out that must pass where checks inside runs mean nothing.
constexpr int sure_by_plain_runs = 4;
// Passing checks otherwise, before the group was complete: at one failure in ten, so many passes in a row of a
// victim that mostly fails happen once in a million searches.
constexpr int sure_by_checks = 6;
constexpr int sure_by_checks_of_quick = 9;
constexpr int passes_at_a_time = 3;
// Chance must be less likely than one minus the confidence by this factor: a search tries many suspects.
constexpr double chance_margin = 30;
// With Case::all: groups may multiply.
constexpr std::size_t most_groups = 16;
constexpr std::size_t most_hunts = 64;

class Search {
 public:
  Search(const Case& the_case, const Ask& ask)
      : case_(the_case), lab_(the_case, ask), plain_(lab_), checked_(lab_, the_case, plain_.broke) {}

  Conclusion run() {
    if (std::optional<Conclusion> end = alone()) return finished(std::move(*end));
    Conclusion found = hunt({});
    if (case_.all && found.verdict == Verdict::order_dependent) find_others(found);
    return finished(std::move(found));
  }

 private:
  // How the victim behaves on its own, which decides what checks are worth.
  enum class Nature {
    steady,    // passes, and passes again after itself: checks inside runs mean something
    pollutes,  // fails after itself, or with its help: only the first check of a run counts
    unsteady,  // passes and fails by chance
  };

  // The victim alone, and again after itself: one run answers both. A conclusion when it does not pass alone.
  std::optional<Conclusion> alone() {
    Tally first;
    Tally second;
    int failing = 0;
    for (;;) {
      // What failed twice is likely to do so always: the second run is to settle it.
      const NumberedRun victims(failing == 2 ? 4 : 2, the_victim);
      const Answer twice = lab_.look(victims, Purpose::alone, 0).answer;
      if (twice.check(0) == Outcome::unresolved) {
        return inconclusive(case_.victim + " alone gives no answer: " + because(twice));
      }
      first.add(twice.check(0));
      if (twice.check(0) == Outcome::passes) second.add(twice.check(1));
      if (first.passes == 0) {
        failing += static_cast<int>(std::count(twice.checks.begin(), twice.checks.end(), Outcome::fails));
      }

      if (first.fails > 0 && first.passes > 0) break;
      if (first.fails > 0) {
        const bool surely = failing >= failing_alone || first.fails >= failing_first;
        if (surely && first.fails >= case_.runs) return conclusion(Verdict::fails_alone);
        continue;
      }
      if (second.fails == 0) {
        nature_ = twice.check(1) == Outcome::passes ? Nature::steady : Nature::pollutes;
        return no_suspects();
      }
      if (second.passes > 0) break;
      if (second.fails >= 2) {
        nature_ = Nature::pollutes;
        return no_suspects();
      }
    }
    nature_ = Nature::unsteady;
    return no_suspects();
  }

  std::optional<Conclusion> no_suspects() {
    if (!case_.suspects.empty()) return std::nullopt;
    const Evidence& seen = lab_.complete({}, Purpose::alone);
    const std::string how = " in " + tally(seen.passes, seen.runs()) + " runs, and nothing ran before it in the log";
    if (seen.fails > 0) return inconclusive(case_.victim + " passes alone" + how);
    return conclusion(Verdict::not_reproduced, case_.victim + " passes alone" + how);
  }

  // Looks for a group among the suspects but `removed`: by checks inside runs where they mean something, by
  // rates where chance plays a part, else by plain runs.
  Conclusion hunt(const std::set<int>& removed) {
    if (nature_ == Nature::unsteady) return search_by_chance(lab_, case_, removed, plain_.broke);
    if (nature_ == Nature::steady) {
      const std::optional<Hit> hit = checked_.survey(removed, !removed.empty());
      if (hit) {
        if (const std::optional<TestOrder> group = checked_.resolve(*hit)) return confirm(*group, removed);
        if (const std::optional<CheckedSearch::Solid> part = checked_.solid_part(*hit)) {
          // What was only believed to be needed is minimised in its turn.
          return confirm(plain_.minimize(plain_.minimize(part->rest, part->kept)), removed);
        }
        // Either the victim's earlier checks played a part, then it happens again, or chance did.
        if (!checked_.happens_again(*hit)) {
          nature_ = Nature::unsteady;
          return hunt(removed);
        }
        nature_ = Nature::pollutes;
        failed_inside_ = true;
      } else if (!removed.empty()) {
        return conclusion(Verdict::not_reproduced);
      }
    }
    const TestOrder all = left(removed);
    // Mostly the culprits are cheap: then the whole sequence need not be run at all.
    if (nature_ == Nature::pollutes) {
      const TestOrder cheap = plain_.cheap_part(all);
      if (!cheap.empty() && plain_.ask_around(cheap, Purpose::narrow).check(0) == Outcome::fails) {
        return confirm(plain_.minimize(cheap), removed);
      }
    }
    if (std::optional<Conclusion> end = reproduce(all, removed.empty() ? case_.runs : 1)) {
      // It was seen to fail, and to pass.
      if (failed_inside_ && end->verdict == Verdict::not_reproduced) return by_chance(removed);
      return std::move(*end);
    }
    return confirm(plain_.minimize(all), removed);
  }

  [[nodiscard]] TestOrder left(const std::set<int>& removed) const {
    TestOrder names;
    for (std::size_t i = 0; i < case_.suspects.size(); ++i) {
      if (!removed.contains(static_cast<int>(i))) names.push_back(case_.suspects[i]);
    }
    return names;
  }

  // The whole sequence. A conclusion when it does not fail; a pass is only believed when it is seen as often
  // as any other claim.
  std::optional<Conclusion> reproduce(const TestOrder& all, int runs) {
    lab_.suspects_left = all.size();
    for (int i = 0; i < runs; ++i) {
      const Answer answer = plain_.ask_around(all, Purpose::reproduce);
      if (answer.check(0) == Outcome::fails) return std::nullopt;
      if (answer.check(0) == Outcome::unresolved) {
        return inconclusive("the whole sequence gives no answer: " + because(answer));
      }
    }
    return conclusion(Verdict::not_reproduced, case_.victim + " passes in " + tally(runs, runs) + " runs after the " +
                                                   counted(plain_.detour(all).size(), "test") +
                                                   " that ran before it in the log");
  }

  // Plain runs of the culprits together, of the victim alone, and of all that is less than the culprits. Where
  // chance could explain all that was seen just as well, the victim must fail more often; it then stands there
  // several times, since failing again is evidence as well, without a start.
  Conclusion confirm(TestOrder culprits, const std::set<int>& removed) {
    lab_.suspects_left = culprits.size();
    disputed_ = culprits;
    if (culprits.empty()) return inconclusive(case_.victim + " failed, but not for any of the suspects");
    const Evidence& together = lab_.seen(culprits);
    bool fatal = false;  // the failing victim ends the process, and stands in no run twice
    for (int i = 0; i < most_confirming_runs && together.fails == together.runs(); ++i) {
      const bool last = together.runs() + 1 >= case_.runs;
      const int wanting = failures_wanting(culprits);
      if (together.runs() >= case_.runs && wanting == 0) break;
      NumberedRun run = lab_.numbers_of(culprits);
      run.push_back(the_victim);
      if (last && nature_ == Nature::steady && !fatal) {
        run.insert(run.end(), static_cast<std::size_t>(std::clamp(wanting - 1, 0, most_repeats)), the_victim);
      }
      const std::size_t places = run.size() - culprits.size();
      fatal = lab_.look(run, Purpose::confirm, 0).answer.checks.size() < places || fatal;
    }
    if (together.fails != together.runs()) {
      if (together.unresolved == 0 && may_be_chance()) return by_chance(removed);
      return inconclusive(case_.victim + " after " + join(culprits) + " fails in " +
                          tally(together.fails, together.runs()) + " runs: no proof");
    }
    lab_.complete({}, Purpose::confirm);
    if (const Evidence& alone = lab_.seen({}); alone.passes != alone.runs()) {
      if (may_be_chance()) return by_chance(removed);
      return inconclusive(case_.victim + " alone passes in " + tally(alone.passes, alone.runs()) + " runs: no proof");
    }

    if (nature_ != Nature::unsteady && !turns(culprits)) {
      if (may_be_chance()) return by_chance(removed);
      return inconclusive(case_.victim + " does not fail each time after " + join(culprits) + ": no proof");
    }
    while (seen_around(culprits).before.passes < sure_passes_before()) {
      const NumberedRun victims(nature_ == Nature::steady ? passes_at_a_time : 1, the_victim);
      const Answer answer = lab_.look(victims, Purpose::confirm, 0).answer;
      const auto passed = std::count(answer.checks.begin(), answer.checks.end(), Outcome::passes);
      if (passed == static_cast<std::ptrdiff_t>(victims.size())) continue;
      if (may_be_chance()) return by_chance(removed);
      return inconclusive(case_.victim + " alone does not pass each time: no proof");
    }

    Conclusion verdict = conclusion(Verdict::order_dependent);
    verdict.group.proof.push_back(lab_.seen({}));
    for (const TestOrder& subset : proper_subsets(culprits)) {
      const bool leaves_one_out = subset.size() + 1 == culprits.size();
      const bool surely = !leaves_one_out || passes_surely(subset);
      const Evidence& seen = lab_.complete(subset, Purpose::confirm);
      if (seen.fails == seen.runs()) return confirm(subset, removed);
      if (!surely && seen.unresolved == 0 && may_be_chance()) return by_chance(removed);
      if (seen.fails > 0 || (leaves_one_out && seen.passes != seen.runs())) {
        if (seen.unresolved == 0 && may_be_chance()) return by_chance(removed);
        return inconclusive("whether all of " + join(culprits) + " are needed cannot be told: after " + join(subset) +
                            " alone " + case_.victim + " passes in " + tally(seen.passes, seen.runs()) + " runs");
      }
      verdict.group.proof.push_back(seen);
    }
    for (const TestOrder& order : other_orders(culprits)) {
      const Evidence& seen = lab_.complete(order, Purpose::confirm);
      if (seen.passes == seen.runs()) verdict.group.order_matters = true;
      verdict.group.proof.push_back(seen);
    }
    verdict.group.proof.push_back(lab_.seen(culprits));
    verdict.group.culprits = std::move(culprits);
    return verdict;
  }

  [[nodiscard]] bool is_quick() const { return lab_.seconds(the_victim) <= quick; }
  [[nodiscard]] int sure_passes() const { return nature_ == Nature::steady ? sure_by_checks : sure_by_plain_runs; }
  // Passes before the culprits had run, without choosing anybody.
  [[nodiscard]] int sure_passes_before() const {
    return nature_ == Nature::steady && is_quick() ? sure_by_checks_of_quick : sure_passes();
  }
  [[nodiscard]] bool may_be_chance() const { return nature_ != Nature::unsteady; }

  Conclusion by_chance(const std::set<int>& removed) {
    nature_ = Nature::unsteady;
    return hunt(removed);
  }

  // That it is these tests, and not the process, that make it fail.
  bool turns(const TestOrder& culprits) {
    NumberedRun around(passes_at_a_time, the_victim);
    const NumberedRun group = lab_.numbers_of(culprits);
    around.insert(around.end(), group.begin(), group.end());
    around.push_back(the_victim);
    while (nature_ == Nature::steady && seen_around(culprits).turns < turns_wanted) {
      const Answer answer = lab_.look(around, Purpose::confirm, 0).answer;
      for (std::size_t i = 0; i < passes_at_a_time; ++i) {
        if (answer.check(i) == Outcome::fails) return false;
      }
      if (answer.check(0) != Outcome::passes || answer.check(passes_at_a_time) != Outcome::fails) break;
    }
    if (nature_ == Nature::steady && seen_around(culprits).turns >= turns_wanted) return true;
    const int processes = nature_ == Nature::steady ? processes_against_doubt : processes_wanted;
    const Evidence& alone = lab_.seen({});
    const Evidence& together = lab_.seen(culprits);
    while (alone.runs() < processes && alone.passes == alone.runs()) lab_.look({the_victim}, Purpose::confirm, 0);
    while (together.runs() < processes && together.fails == together.runs()) {
      NumberedRun run = lab_.numbers_of(culprits);
      run.push_back(the_victim);
      lab_.look(run, Purpose::confirm, 0);
    }
    return alone.passes == alone.runs() && together.fails == together.runs();
  }

  // All checks before the group was complete in its process, and after.
  struct Around {
    Tally before, after;
    int by_itself = 0;  // failures after the group alone, which chose nobody
    int turns = 0;      // processes in which it passed before, and failed after
  };
  [[nodiscard]] Around seen_around(const TestOrder& culprits) const {
    const NumberedRun group = lab_.numbers_of(culprits);
    Around around;
    auto& [before, after, by_itself, turns] = around;
    for (const Lab::Looked& looked : lab_.history()) {
      if (std::equal(group.begin(), group.end(), looked.run.begin(),
                     looked.run.begin() + static_cast<std::ptrdiff_t>(std::min(group.size(), looked.run.size()))) &&
          static_cast<std::size_t>(std::count(looked.run.begin(), looked.run.end(), the_victim)) + group.size() ==
              looked.run.size()) {
        by_itself +=
            static_cast<int>(std::count(looked.answer.checks.begin(), looked.answer.checks.end(), Outcome::fails));
      }
      std::size_t complete = 0;
      std::size_t check = 0;
      Tally earlier;
      Tally later;
      for (int test : looked.run) {
        if (check == looked.answer.checks.size()) break;
        if (test == the_victim) {
          (complete == group.size() ? after : before).add(looked.answer.checks[check]);
          (complete == group.size() ? later : earlier).add(looked.answer.checks[check++]);
          if (nature_ == Nature::pollutes) break;  // only the first check is the suspects' doing
        } else if (complete < group.size() && test == group[complete]) {
          ++complete;
        }
      }
      if (earlier.passes > 0 && earlier.fails == 0 && later.fails > 0 && later.passes == 0) ++turns;
    }
    return around;
  }

  // How many failing checks more it takes until chance is no explanation.
  [[nodiscard]] int failures_wanting(const TestOrder& culprits) const {
    auto [before, after, by_itself, turns] = seen_around(culprits);
    const double wanted = (1 - case_.confidence) / chance_margin;
    const int least = is_quick() ? least_failures_of_quick : least_failures;
    int more = std::max(least - by_itself, 0);
    after.fails += more;
    while (odds_of_chance(before, after, case_.suspects.size()) > wanted) {
      ++after.fails;
      ++more;
    }
    return more;
  }

  // That the victim passes when one of a group is left out is what shows that it is needed; where failures can
  // fail to show, two passes are not enough: at one in ten, six of them do once in a million. The victim stands
  // several times, since passing again is evidence as well. False when it did not pass each time.
  bool passes_surely(const TestOrder& subset) {
    const int at_a_time = nature_ == Nature::steady ? passes_at_a_time : 1;
    const int wanted = sure_passes();
    const Evidence& seen = lab_.seen(subset);
    NumberedRun run = lab_.numbers_of(subset);
    run.insert(run.end(), static_cast<std::size_t>(at_a_time), the_victim);
    for (int passes = 0; passes < wanted || seen.runs() < case_.runs; passes += at_a_time) {
      const Answer answer = lab_.look(run, Purpose::confirm, 0).answer;
      const auto passed = std::count(answer.checks.begin(), answer.checks.end(), Outcome::passes);
      if (passed != at_a_time) return false;
    }
    return seen.passes == seen.runs();
  }

  // Further groups. A group shows again unless one of its members is left out: each is, in turn, until the
  // victim passes without them.
  void find_others(Conclusion& found) {
    std::vector<std::set<int>> to_do;
    std::set<std::set<int>> seen;
    std::vector<Group> groups{found.group};
    const auto leave_out = [&](const std::set<int>& removed, const Group& group) {
      for (int member : lab_.numbers_of(group.culprits)) {
        std::set<int> more = removed;
        more.insert(member);
        if (seen.insert(more).second) to_do.push_back(std::move(more));
      }
    };
    leave_out({}, found.group);
    found.all_found = true;
    for (std::size_t hunts = 0; !to_do.empty(); ++hunts) {
      if (hunts == most_hunts || groups.size() == most_groups) {
        found.all_found = false;
        break;
      }
      const std::set<int> removed = std::move(to_do.back());
      to_do.pop_back();
      const auto known = std::find_if(groups.begin(), groups.end(), [&](const Group& group) {
        const NumberedRun members = lab_.numbers_of(group.culprits);
        return std::none_of(members.begin(), members.end(), [&](int member) { return removed.contains(member); });
      });
      if (known != groups.end()) {
        leave_out(removed, *known);
        continue;
      }
      Conclusion other = hunt(removed);
      if (other.verdict == Verdict::order_dependent) {
        groups.push_back(other.group);
        leave_out(removed, other.group);
      } else if (other.verdict != Verdict::not_reproduced) {
        found.all_found = false;
      }
    }
    found.others.assign(groups.begin() + 1, groups.end());
  }

  [[nodiscard]] Conclusion finished(Conclusion verdict) const {
    for (const std::string& test : case_.suspects) {
      if (plain_.broke.contains(test)) verdict.set_aside.push_back(test);
    }
    if (verdict.group.proof.empty()) {
      for (const auto& [before, seen] : lab_.all_seen()) {
        if (seen.runs() == 0) continue;
        if (before.empty() || before == disputed_ || before == plain_.detour(case_.suspects))
          verdict.group.proof.push_back(seen);
      }
    }
    return verdict;
  }

  static Conclusion conclusion(Verdict verdict, const std::string& why = {}) {
    Conclusion result;
    result.verdict = verdict;
    result.why = why;
    return result;
  }

  static Conclusion inconclusive(const std::string& why) { return conclusion(Verdict::inconclusive, why); }

  static std::string because(const Answer& answer) { return answer.why.empty() ? "the run ended early" : answer.why; }

  static std::string tally(int some, int all) { return std::to_string(some) + " of " + std::to_string(all); }

  const Case& case_;
  Lab lab_;
  PlainSearch plain_;
  CheckedSearch checked_;
  Nature nature_ = Nature::steady;
  bool failed_inside_ = false;  // the victim failed in a check that no plain run could explain
  TestOrder disputed_;          // the group that was to be proven
};

}  // namespace

Conclusion find_culprits(const Case& the_case, const Ask& ask) { return Search(the_case, ask).run(); }

}  // namespace bbbisect
