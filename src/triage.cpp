#include <bbbisect/triage.hpp>

#include "factor_search.hpp"
#include "triage_lab.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace bbbisect {
namespace {

// Chance may be settled when a process starts, as that of hashes is: then all checks in it are alike. So a check
// that stands behind another one in its process can refute what was thought, but proves nothing.
//
// Failing checks of the victim alone that are enough to say that it always fails, or first checks where a
// failure ends the process. A quick victim fails more often in the same run: then chance at four in five does it
// once in 200 searches, at one in two once in millions.
constexpr int surely_failing = 6;
constexpr int surely_failing_first = 4;
constexpr std::size_t checks_with_defaults = 4;
constexpr std::size_t checks_of_quick_with_defaults = 20;
constexpr double quick = 1.5;  // seconds
// Processes with the options of the log, and with the defaults, in which a quick victim must fail.
constexpr int processes_of_quick = 5;
// Odds of the single answers on the way there, and what they become when the proof shows that one was wrong.
constexpr double narrowing[] = {8, 400, 20'000};
// Runs that rates are told from.
constexpr int runs_for_rate = 20;
constexpr int runs_without_news = 44;
constexpr int most_runs_for_rate = 80;
// When a rate has taken too long, fewer will do.
constexpr int least_runs_for_rate = 6;
// Other seeds that are tried before a failure is said not to depend on them.
constexpr int seeds_tried = 16;
// Tests that may set the victim's state up are tried unasked as long as that takes no more time.
constexpr double time_for_setters = 60;
constexpr int checks_at_a_time = 4;
constexpr int runs_at_a_time = 4;
// Runs with workers, until what ran at the same time makes it fail once.
constexpr int tries_in_parallel = 4;

Factors together(Factors a, const Factors& b) {
  a.insert(b.begin(), b.end());
  return a;
}

class Triage : TriageLab {
 public:
  Triage(const TriageCase& the_case, const AskUnder& world, const Say& say) : TriageLab(the_case, world), say_(say) {
    for (const std::size_t i : case_.logged) {
      if (case_.factors[i].kind == Factor::Kind::seed) seed_factor_ = i;
    }
  }

  Finding run() {
    Finding finding = by_branch();
    if (finding.verdict == Verdict::not_reproduced) finding = unless_it_failed(std::move(finding));
    for (const auto& [key, seen] : seen_) {
      const bool of_conditions = key.second.empty() || key.first.workers > 0;
      if (of_conditions && seen.runs() > 0) finding.proof.push_back(seen);
    }
    return finding;
  }

 private:
  Finding by_branch() {
    switch (case_.only) {
      case Branch::any:
        break;
      case Branch::order:
        return by_order();
      case Branch::flags:
        return by_flags();
      case Branch::transient:
        if (std::optional<Finding> finding = at_times()) return *finding;
        return came_out_alike();
    }
    const Answer first = look(log_, victims(2), Purpose::alone);
    switch (first.check(0)) {
      case Outcome::fails:
        return fails_alone();
      case Outcome::passes:
        return passes_alone();
      case Outcome::unresolved:
        break;
    }
    return of(find_culprits(case_.order, log_ask()));
  }

  // What failed in any of the runs is not to be called reproduced nowhere.
  Finding unless_it_failed(Finding finding) {
    for (const auto& [key, seen] : seen_) {
      if (seen.fails == 0) continue;
      const bool of_log = key.first == log_;
      return without_name(Verdict::inconclusive,
                          "it failed in " + std::to_string(seen.fails) + " of " + runs_text(seen) +
                              (of_log ? "" : " under other conditions") +
                              (key.second.empty() ? " alone" : key.first.workers > 0 ? " beside others" : " after others") +
                              ", too rarely to prove why");
    }
    return finding;
  }

  // ---- it fails alone -----------------------------------------------------------------------------------

  Finding fails_alone() {
    const Answer bare = look(defaults_, with_setters(), Purpose::compare, 1, Outcome::passes);
    if (bare.check(0) != Outcome::fails) return because_of_flags({}, case_.logged, defaults_);
    if (say_) {
      say_(victim_ + " fails with the options of the log and with the runner's defaults: an ordinary bug, as it looks; "
                     "the rest is to rule out chance");
    }
    const bool fatal = bare.checks.size() == 1;  // the failing victim ends the process
    std::size_t failing = 0;
    while (failing < bare.checks.size() && bare.checks[failing] == Outcome::fails) ++failing;
    const bool set_up = failing < bare.checks.size() && bare.checks[failing] == Outcome::passes;
    if (set_up && failing < victims_first()) return unsteady();

    // Whether it always does, under both.
    int count = static_cast<int>(std::min(failing, victims_first())) + 2 * alone(log_).fails;
    while (!fails_surely(count, fatal)) {
      const bool turn = alone(log_).runs() <= alone(defaults_).runs();
      const Tally more = run_alone(turn ? log_ : defaults_, fatal ? 1 : 2, Purpose::compare);
      if (more.passes > 0) return unsteady();
      if (more.fails == 0) return without_name(Verdict::inconclusive, "alone it failed, and then gave no answer");
      count += more.fails;
    }
    if (seed_factor_ && case_.may_use_random) {
      const double since = spent_;
      for (int seed = 2; seed < seeds_tried && spent_ - since < patience; ++seed) {
        Conditions other = defaults_;
        other.other_seed = seed;
        const Tally seen = run_alone(other, 1, Purpose::compare);
        if (seen.passes > 0) return because_of_flags({}, case_.logged, other);
      }
    }
    if (set_up || case_.setter_likely) {
      if (std::optional<Finding> finding = set_up_by_others()) return *finding;
    }
    return plain();
  }

  // Nothing else was seen of it alone, under whatever conditions.
  Finding plain() {
    for (const auto& [key, seen] : seen_) {
      if (!key.second.empty() || (seen.passes == 0 && seen.skipped == 0)) continue;
      return without_name(Verdict::inconclusive, "alone it fails, but not with each seed or not each time");
    }
    return without_name(Verdict::plain_failure, "");
  }

  [[nodiscard]] bool is_quick() const { return case_.order.durations.of(victim_).count() <= quick; }
  [[nodiscard]] std::size_t victims_first() const {
    return is_quick() ? checks_of_quick_with_defaults : checks_with_defaults;
  }

  bool fails_surely(int checks, bool fatal) {
    const int processes = std::min(alone(log_).fails, alone(defaults_).fails);
    return processes >= std::max(case_.order.runs, is_quick() ? processes_of_quick : 0) &&
           (checks >= surely_failing || (fatal && 2 * processes >= surely_failing_first));
  }

  // The victim, and then again after each of those that are likeliest to set it up per second.
  [[nodiscard]] TestOrder with_setters() const {
    const Case& order = case_.order;
    const auto worth = [&](const std::string& test) {
      const auto found = order.suspicion.find(test);
      return (found == order.suspicion.end() ? 1.0 : found->second) / std::max(order.durations.of(test).count(), 0.01);
    };
    TestOrder likely = case_.setters;
    std::stable_sort(likely.begin(), likely.end(), [&](const auto& a, const auto& b) { return worth(a) > worth(b); });
    TestOrder tests = victims(static_cast<int>(victims_first()));
    double time = 0;
    for (const std::string& test : likely) {
      time += order.durations.of(test).count() + order.durations.of(victim_).count();
      if (time > time_for_setters && !case_.setter_likely) break;
      tests.insert(tests.end(), {test, victim_});
    }
    return tests;
  }

  // The same search, with passing for failing.
  std::optional<Finding> set_up_by_others() {
    if (case_.setters.empty()) return std::nullopt;
    Case inverted = case_.order;
    inverted.suspects = case_.setters;
    inverted.all = false;
    const auto flip = [](Outcome outcome) {
      return outcome == Outcome::passes ? Outcome::fails : outcome == Outcome::fails ? Outcome::passes : outcome;
    };
    Conclusion found = find_culprits(inverted, [&](Probe probe) {
      probe.sought = Outcome::passes;
      Answer answer = ask(log_, probe);
      for (Outcome& outcome : answer.checks) outcome = flip(outcome);
      return answer;
    });
    if (found.verdict != Verdict::order_dependent) return std::nullopt;
    if (alone(log_).passes > 0 && !shown({log_, {}}, {{log_, found.group.culprits}}, sure_of_chance)) return std::nullopt;
    for (Evidence& seen : found.group.proof) std::swap(seen.fails, seen.passes);
    Finding finding;
    finding.verdict = Verdict::state_setter;
    finding.failing = log_;
    finding.passing = log_;
    finding.order = std::move(found);
    return finding;
  }

  // ---- conditions ---------------------------------------------------------------------------------------

  // It fails under `base` and `differing`, and was seen to pass under `without`, which has `base` alone.
  Finding because_of_flags(const Factors& base, const Factors& differing, const Conditions& without) {
    if (std::optional<Finding> finding = minimal_flags(base, differing, without)) return *finding;
    return unsteady();
  }

  std::optional<Finding> minimal_flags(const Factors& base, const Factors& differing, const Conditions& without) {
    const auto under = [&](const Factors& factors) { return with_factors(without, factors); };
    const Conditions all = under(together(base, differing));
    // A victim that fails after itself says something with its first check only.
    const Tally twice = run_alone(without, 2, Purpose::compare);
    repeats_tell_ = twice.fails == 0 || twice.passes == 0;
    const auto seen = [&](const Conditions& conditions) {
      return repeats_tell_ ? checks_[conditions] : first_checks(conditions);
    };
    const auto look_under = [&](const Factors& factors) {
      const Answer answer = look(under(factors), victims(repeats_tell_ ? 2 : 1), Purpose::compare);
      Tally tally;
      for (const Outcome outcome : answer.checks) {
        ++(outcome == Outcome::fails ? tally.fails : tally.passes);
      }
      return tally;
    };
    for (const double odds : narrowing) {
      if (odds > narrowing[0] && !differ({all, {}}, {without, {}})) break;  // which tells the rates as well
      Tally passing = seen(without);
      if (passing.all() == 0) passing = {1, 0};  // it failed in another way
      FactorSearch search(base, differing, case_.likely, seen(all), passing, look_under);
      const std::optional<Factors> found = search.minimal(odds);
      if (!found || found->empty()) continue;
      if (std::optional<Finding> finding = proven(base, *found, without)) return finding;
    }
    return std::nullopt;
  }

  // Fresh runs: with all of `found` it fails, with any of them left out it does not.
  std::optional<Finding> proven(const Factors& base, const Factors& found, const Conditions& without) {
    const Conditions with = with_factors(without, together(base, found));
    std::vector<Conditions> less;
    for (const std::size_t factor : found) {
      Factors rest = with.factors;
      rest.erase(factor);
      less.push_back(with_factors(without, rest));
    }
    const bool by_seed = found.size() == 1 && case_.factors[*found.begin()].kind == Factor::Kind::seed;
    std::vector<int> seeds;
    if (by_seed) {
      // Two other seeds, both of which must pass.
      less.clear();
      for (int seed = 1; seed <= 2 * seeds_tried && seeds.size() < 2; ++seed) {
        Conditions other = with_factors(without, base);
        other.other_seed = seed;
        if (!mostly_passes(other)) continue;
        seeds.push_back(seed);
        less.push_back(other);
      }
      if (seeds.size() < 2) return std::nullopt;
    }
    Tally failing;
    std::vector<Tally> passing(less.size());
    for (int run = 0; run < 2 * most_proving_runs; run += runs_at_a_time) {
      const auto see = [&](const Conditions& conditions, Tally& tally) {
        for (int i = 0; i < runs_at_a_time; ++i) {
          const Tally seen = run_alone(conditions, 1, Purpose::confirm);
          if (seen.all() == 0) return false;
          tally.fails += seen.fails;
          tally.passes += seen.passes;
        }
        return true;
      };
      if (!see(with, failing)) return std::nullopt;
      bool holds = run + runs_at_a_time >= case_.order.runs;
      for (std::size_t i = 0; i < less.size(); ++i) {
        if (!see(less[i], passing[i])) return std::nullopt;
        const double odds = odds_that_rates_differ(failing, passing[i]);
        if (run + runs_at_a_time > runs_of_hope && odds < 1) return std::nullopt;
        holds = holds && odds >= beyond_doubt(failing, passing[i]);
      }
      if (holds) {
        Finding finding;
        finding.verdict = by_seed ? Verdict::random_seed : Verdict::flags_dependent;
        finding.factors = found;
        finding.failing = with;
        finding.passing = less.front();
        finding.other_seeds = seeds;
        return finding;
      }
    }
    return std::nullopt;
  }

  bool mostly_passes(const Conditions& conditions) {
    Tally seen;
    for (int i = 0; i < (repeats_tell_ ? 1 : checks_at_a_time); ++i) {
      const Tally more = run_alone(conditions, repeats_tell_ ? checks_at_a_time : 1, Purpose::compare);
      seen.passes += more.passes;
      seen.fails += more.fails;
      if (seen.passes == 0) return false;
    }
    return seen.passes > seen.fails;
  }

  // Where the seed of the log holds there is no other.
  [[nodiscard]] Conditions with_factors(const Conditions& like, const Factors& factors) const {
    Conditions conditions = like;
    conditions.factors = factors;
    if (seed_factor_ && factors.contains(*seed_factor_)) conditions.other_seed = Conditions{}.other_seed;
    return conditions;
  }

  // ---- it passes alone ----------------------------------------------------------------------------------

  Finding passes_alone() {
    if (std::optional<Finding> finding = in_the_logs_environment()) return *finding;
    if (std::optional<Finding> finding = at_the_same_time()) return *finding;
    if (case_.order_impossible) {
      if (seen_both(alone(log_))) return unsteady();
      // What the whole sequence costs is spent last.
      if (std::optional<Finding> finding = more_often_in_the_logs_environment()) return *finding;
      if (std::optional<Finding> finding = at_times()) return *finding;
      return by_culprits();
    }
    Finding ordered = by_culprits();
    if (ordered.verdict == Verdict::order_dependent) return ordered;
    if (seen_both(alone(log_))) return unsteady(std::move(ordered));
    if (std::optional<Finding> finding = order_in_the_logs_environment()) return *finding;
    if (std::optional<Finding> finding = more_often_in_the_logs_environment()) return *finding;
    if (std::optional<Finding> finding = at_times()) return *finding;
    return ordered;
  }

  // The search knows only what it asked: that the victim passes alone must hold for all that was seen.
  Finding by_culprits() {
    Finding ordered = of(find_culprits(case_.order, log_ask()));
    if (ordered.verdict != Verdict::order_dependent) return ordered;
    const TestOrder& group = ordered.order.group.culprits;
    const bool by_rates = ordered.order.at_times;  // proven by the search itself, but for what it did not see
    if (alone(log_).fails == 0 || shown({log_, group}, {{log_, {}}}, by_rates ? std::optional(sure) : std::nullopt)) return ordered;
    return without_name(Verdict::inconclusive, "it fails after " + join(group) + ", but alone as well");
  }

  [[nodiscard]] Conditions surrounded() const {
    Conditions conditions = log_;
    conditions.factors = together(log_.factors, case_.variables);
    return conditions;
  }

  std::optional<Finding> in_the_logs_environment() {
    if (case_.variables.empty()) return std::nullopt;
    if (run_alone(surrounded(), 2, Purpose::compare).fails == 0) return std::nullopt;
    return minimal_flags(case_.logged, case_.variables, log_);
  }

  std::optional<Finding> more_often_in_the_logs_environment() {
    if (case_.variables.empty() || !differ({surrounded(), {}}, {log_, {}})) return std::nullopt;
    return minimal_flags(case_.logged, case_.variables, log_);
  }

  std::optional<Finding> order_in_the_logs_environment() {
    if (case_.variables.empty() || case_.order.suspects.empty()) return std::nullopt;
    const Conditions there = surrounded();
    TestOrder whole = case_.order.suspects;
    whole.push_back(victim_);
    if (look(there, whole, Purpose::reproduce).check(0) != Outcome::fails) return std::nullopt;
    Finding finding = of(find_culprits(case_.order, [&](const Probe& probe) { return ask(there, probe); }));
    finding.failing = there;
    if (finding.verdict != Verdict::order_dependent) return std::nullopt;
    return finding;
  }

  // What ran beside it, narrowed down like flags: each run has one check.
  std::optional<Finding> at_the_same_time() {
    if (case_.workers < 2 || case_.at_the_same_time.empty()) return std::nullopt;
    Conditions beside = log_;
    beside.workers = case_.workers;
    const auto tests_of = [&](const Factors& numbers) {
      TestOrder tests;
      for (const std::size_t number : numbers) tests.push_back(case_.at_the_same_time[number]);
      return tests;
    };
    Factors all;
    for (std::size_t i = 0; i < case_.at_the_same_time.size(); ++i) all.insert(i);
    const Spot whole{beside, tests_of(all)};
    for (int i = 0; i < tries_in_parallel && observed(whole).fails == 0; ++i) run_at(whole);
    if (observed(whole).fails == 0) return std::nullopt;

    const Spot nobody{beside, {}};
    while (observed(nobody).runs() < case_.order.runs) run_at(nobody);
    if (observed(nobody).passes == 0) {
      if (std::optional<Finding> finding = in_a_worker(beside)) return finding;
    }
    for (const double odds : narrowing) {
      if (odds > narrowing[0] && !differ(whole, nobody)) break;  // which tells the rates as well
      FactorSearch search({}, all, {}, tally(whole), tally(nobody),
                          [&](const Factors& numbers) { return run_at({beside, tests_of(numbers)}); });
      const std::optional<Factors> found = search.minimal(odds);
      if (!found || found->empty()) continue;
      const TestOrder group = tests_of(*found);
      std::vector<Spot> less{{log_, group}};  // the same in one process, one after the other
      // Nor is it load, or that just anybody runs beside it.
      Conditions busy = log_;
      busy.load = case_.load;
      less.push_back({busy, {}});
      TestOrder others;
      for (const std::string& test : case_.at_the_same_time) {
        if (others.size() < group.size() && std::ranges::find(group, test) == group.end()) others.push_back(test);
      }
      if (others.size() == group.size()) less.push_back({beside, others});
      for (const std::size_t number : *found) {
        Factors rest = *found;
        rest.erase(number);
        less.push_back({beside, tests_of(rest)});
      }
      const Spot together{beside, group};
      if (!shown(together, less)) continue;
      Finding finding;
      finding.verdict = Verdict::parallel;
      finding.failing = beside;
      finding.passing = log_;
      finding.order.group.culprits = group;
      finding.order.group.proof.push_back(evidence(nobody));
      for (const Spot& spot : less) {
        if (spot.conditions == beside && !spot.before.empty()) finding.order.group.proof.push_back(evidence(spot));
      }
      finding.order.group.proof.push_back(evidence(together));
      return finding;
    }
    return std::nullopt;
  }

  // Even alone, in a process of its own: then it must pass outside of one.
  std::optional<Finding> in_a_worker(const Conditions& beside) {
    if (!shown({beside, {}}, {{log_, {}}})) return std::nullopt;
    Finding finding;
    finding.verdict = Verdict::parallel;
    finding.failing = beside;
    finding.passing = log_;
    return finding;
  }

  // ---- chance -------------------------------------------------------------------------------------------

  // It passes and fails alone, under the same conditions; `order`: what a search for culprits ended with, where
  // there was one.
  Finding unsteady(std::optional<Finding> order = std::nullopt) {
    if (!order) {
      if (std::optional<Finding> finding = at_the_same_time()) return *finding;
    }
    if (const std::optional<Conditions> without = where_it_passes()) {
      if (std::optional<Finding> finding = minimal_flags({}, case_.logged, *without)) return *finding;
    }
    if (std::optional<Finding> finding = more_often_in_the_logs_environment()) return *finding;
    const bool mostly_fails = alone(log_).fails > alone(log_).passes;
    if (mostly_fails) {
      if (std::optional<Finding> finding = set_up_by_others()) return *finding;
    } else if (!order) {
      order = by_culprits();
      if (order->verdict == Verdict::order_dependent) return *order;
    }
    if (std::optional<Finding> finding = at_times()) return *finding;
    const Observation& seen = alone(log_);
    const Observation& bare = alone(defaults_);
    if (seen.fails == seen.runs() && seen.fails >= runs_for_rate && bare.fails == bare.runs() && bare.fails >= case_.order.runs) {
      return plain();
    }
    if (order) return *order;
    if (seen_both(seen)) return without_name(Verdict::inconclusive, "alone it came out differently by chance");
    return without_name(Verdict::inconclusive, "alone it fails in " + std::to_string(seen.fails) + " of " + runs_text(seen) +
                                                   ", and with the runner's defaults in " + std::to_string(bare.fails) +
                                                   " of " + std::to_string(bare.runs()) +
                                                   ", but nothing was proven to make the difference");
  }

  // Conditions without those of the log, under which it fails more rarely beyond doubt.
  std::optional<Conditions> where_it_passes() {
    if (case_.logged.empty()) return std::nullopt;
    repeat(log_, runs_to_compare);
    const int seeds = seed_factor_ && case_.may_use_random ? seeds_tried : 1;
    const double since = spent_;
    for (int seed = 1; seed <= seeds && (seed == 1 || spent_ - since < patience); ++seed) {
      Conditions other = defaults_;
      other.other_seed = seed;
      // Most need no more than a glance.
      repeat(other, checks_at_a_time);
      const Tally seen = first_checks(other);
      const Tally here = first_checks(log_);
      if (seed > 1 && seen.fails * here.all() >= here.fails * seen.all()) continue;
      if (differ({log_, {}}, {other, {}})) return other;
    }
    return std::nullopt;
  }

  // The rate alone, and what raises it; nullopt when it was not seen to pass and to fail, twice each.
  std::optional<Finding> at_times() {
    const Observation& seen = alone(log_);
    const double since = spent_;
    const auto enough = [&] {
      const bool both = seen.fails >= 2 && seen.passes >= 2;
      const bool one_way = passes_ == 0 || failures_ == 0;
      const bool out_of_time = spent_ - since > patience && seen.runs() >= least_runs_for_rate;
      return out_of_time || seen.runs() >= (both ? runs_for_rate : one_way ? runs_without_news : most_runs_for_rate);
    };
    while (!enough()) {
      run_alone(log_, 1, Purpose::compare);
      if (seen.unresolved + seen.skipped > most_proving_runs) return std::nullopt;
    }
    if (seen.passes < 2) return std::nullopt;

    Finding finding;
    finding.verdict = Verdict::transient;
    finding.failing = log_;
    finding.rate = rate_of(seen.fails, seen.fails + seen.passes);
    Conditions busy = log_;
    busy.load = case_.load;
    std::vector<Conditions> raising{busy};
    if (case_.workers > 1) {
      raising.push_back(log_);
      raising.back().workers = case_.workers;
    }
    for (const Conditions& conditions : raising) {
      const TestOrder before = conditions.workers > 0 ? case_.at_the_same_time : TestOrder{};
      const Observation& other = observation(conditions, before);
      TestOrder tests = before;
      tests.push_back(victim_);
      const double begun = spent_;
      const auto odds = [&] { return odds_that_rates_differ({other.passes, other.fails}, {seen.passes, seen.fails}); };
      const auto open = [&] { return other.fails > 0 && odds() > 1 && odds() < sure && other.runs() < most_runs_to_compare; };
      while ((other.runs() < runs_to_compare || open()) &&
             (other.runs() < case_.order.runs || spent_ - begun < patience)) {
        look(conditions, tests, Purpose::compare);
      }
      const Tally raised{other.passes, other.fails};
      if (odds() < sure) continue;
      finding.raised = rate_of(raised.fails, raised.all());
      finding.raised_by = conditions;
      finding.beside = before;
      break;
    }
    if (seen.fails < 2 && !finding.raised) return std::nullopt;
    if (seen.fails == 0) finding.failing = finding.raised_by;
    return finding;
  }

  // Nothing was asked but whether it fails at times.
  Finding came_out_alike() {
    const Observation& seen = alone(log_);
    const std::string of_runs = " of " + runs_text(seen) + " alone";
    if (seen.fails > 0 && seen.fails == seen.runs()) return of_alone(Verdict::fails_alone, "it fails in each" + of_runs);
    if (seen.passes == seen.runs()) return without_name(Verdict::not_reproduced, "it passes in each" + of_runs);
    return without_name(Verdict::inconclusive, "it fails in " + std::to_string(seen.fails) + " and passes in " +
                                                   std::to_string(seen.passes) + of_runs);
  }

  Finding of_alone(Verdict verdict, const std::string& why) {
    Finding finding = without_name(verdict, why);
    const Observation& seen = alone(log_);
    finding.order.group.proof.push_back({{}, seen.fails, seen.passes, seen.unresolved + seen.skipped});
    return finding;
  }

  // ---- branches that were asked for ---------------------------------------------------------------------

  Finding by_order() {
    Finding ordered = of(find_culprits(case_.order, log_ask()));
    if (ordered.verdict != Verdict::fails_alone) return ordered;
    if (std::optional<Finding> finding = set_up_by_others()) return *finding;
    return ordered;
  }

  Finding by_flags() {
    repeat(log_, case_.order.runs);
    const Tally here = first_checks(log_);
    if (here.fails == 0) {
      if (std::optional<Finding> finding = in_the_logs_environment()) return *finding;
      if (alone(log_).passes == 0) return without_name(Verdict::inconclusive, "alone it came to no answer");
      return without_name(Verdict::not_reproduced, "alone it passes with the flags of the log");
    }
    const Answer bare = look(defaults_, victims(2), Purpose::compare);
    if (bare.check(0) != Outcome::fails || here.passes > 0) {
      if (std::optional<Finding> finding = minimal_flags({}, case_.logged, defaults_)) return *finding;
      return without_name(Verdict::inconclusive, "no set of flags was proven to make the difference");
    }
    while (!fails_surely(surely_failing, true)) {
      const bool turn = alone(log_).runs() <= alone(defaults_).runs();
      if (run_alone(turn ? log_ : defaults_, 1, Purpose::compare).fails > 0) continue;
      return without_name(Verdict::inconclusive, "it fails at times, with the flags of the log or without them");
    }
    return plain();
  }

  // ---- findings -----------------------------------------------------------------------------------------

  Finding of(Conclusion conclusion) {
    Finding finding = finding_of(std::move(conclusion));
    finding.failing = log_;
    return finding;
  }

  Finding without_name(Verdict verdict, const std::string& why) {
    Finding finding;
    finding.verdict = verdict;
    finding.why = why.empty() ? "" : victim_ + ": " + why;
    finding.failing = log_;
    return finding;
  }

  static std::string runs_text(const Observation& seen) {
    return counted(static_cast<std::size_t>(seen.runs()), "run");
  }

  const Say& say_;
  std::optional<std::size_t> seed_factor_;
  bool repeats_tell_ = true;  // it does not fail after itself: more checks in a run narrow sooner (they prove nothing)
};

}  // namespace

Rate rate_of(int fails, int runs) {
  if (runs == 0) return {};
  constexpr double z = 1.96;
  const double n = runs;
  const double p = fails / n;
  const double middle = (p + z * z / (2 * n)) / (1 + z * z / n);
  const double half = z / (1 + z * z / n) * std::sqrt(p * (1 - p) / n + z * z / (4 * n * n));
  return {fails, runs, std::max(middle - half, 0.0), std::min(middle + half, 1.0)};
}

Finding finding_of(Conclusion conclusion) {
  Finding finding;
  finding.verdict = conclusion.verdict;
  finding.why = conclusion.why;
  finding.order = std::move(conclusion);
  return finding;
}

Finding triage(const TriageCase& the_case, const AskUnder& world, const Say& say) {
  return Triage(the_case, world, say).run();
}

}  // namespace bbbisect
