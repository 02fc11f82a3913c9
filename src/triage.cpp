#include <bbbisect/triage.hpp>

#include "triage_proofs.hpp"

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
// Tests that may set the victim's state up are tried unasked as long as that takes no more time.
constexpr double time_for_setters = 60;

class Triage : TriageLab {
 public:
  Triage(const TriageCase& the_case, const AskUnder& world, const Say& say) : TriageLab(the_case, world), say_(say) {}

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
        if (std::optional<Finding> finding = prove_transient(*this)) return *finding;
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
      return without_name(Verdict::inconclusive, "it failed in " + std::to_string(seen.fails) + " of " +
                                                     runs_text(seen) + (of_log ? "" : " under other conditions") +
                                                     (key.second.empty()      ? " alone"
                                                      : key.first.workers > 0 ? " beside others"
                                                                              : " after others") +
                                                     ", too rarely to prove why");
    }
    return finding;
  }

  // ---- it fails alone -----------------------------------------------------------------------------------

  Finding fails_alone() {
    const Answer bare = look(defaults_, with_setters(), Purpose::compare, 1, Outcome::passes);
    if (bare.check(0) != Outcome::fails) return because_of_flags({}, case_.logged, defaults_);
    if (say_) {
      say_(victim_ +
           " fails with the options of the log and with the runner's defaults: an ordinary bug, as it looks; "
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
    if (seed_factor() && case_.may_use_random) {
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
    if (alone(log_).passes > 0 && !shown({log_, {}}, {{log_, found.group.culprits}}, sure_of_chance))
      return std::nullopt;
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
    if (std::optional<Finding> finding = prove_flags(*this, base, differing, without)) return *finding;
    return unsteady();
  }

  // ---- it passes alone ----------------------------------------------------------------------------------

  Finding passes_alone() {
    if (std::optional<Finding> finding = in_the_logs_environment()) return *finding;
    if (std::optional<Finding> finding = prove_parallel(*this)) return *finding;
    if (case_.order_impossible) {
      if (seen_both(alone(log_))) return unsteady();
      // What the whole sequence costs is spent last.
      if (std::optional<Finding> finding = more_often_in_the_logs_environment()) return *finding;
      if (std::optional<Finding> finding = prove_transient(*this)) return *finding;
      return by_culprits();
    }
    Finding ordered = by_culprits();
    if (ordered.verdict == Verdict::order_dependent) return ordered;
    if (seen_both(alone(log_))) return unsteady(std::move(ordered));
    if (std::optional<Finding> finding = order_in_the_logs_environment()) return *finding;
    if (std::optional<Finding> finding = more_often_in_the_logs_environment()) return *finding;
    if (std::optional<Finding> finding = prove_transient(*this)) return *finding;
    return ordered;
  }

  // The search knows only what it asked: that the victim passes alone must hold for all that was seen.
  Finding by_culprits() {
    Finding ordered = of(find_culprits(case_.order, log_ask()));
    if (ordered.verdict != Verdict::order_dependent) return ordered;
    const TestOrder& group = ordered.order.group.culprits;
    const bool by_rates = ordered.order.at_times;  // proven by the search itself, but for what it did not see
    if (alone(log_).fails == 0 || shown({log_, group}, {{log_, {}}}, by_rates ? std::optional(sure) : std::nullopt))
      return ordered;
    return without_name(Verdict::inconclusive, "it fails after " + join(group) + ", but alone as well");
  }

  [[nodiscard]] Conditions surrounded() const {
    Conditions conditions = log_;
    conditions.factors.insert(case_.variables.begin(), case_.variables.end());
    return conditions;
  }

  std::optional<Finding> in_the_logs_environment() {
    if (case_.variables.empty()) return std::nullopt;
    if (run_alone(surrounded(), 2, Purpose::compare).fails == 0) return std::nullopt;
    return prove_flags(*this, case_.logged, case_.variables, log_);
  }

  std::optional<Finding> more_often_in_the_logs_environment() {
    if (case_.variables.empty() || !differ({surrounded(), {}}, {log_, {}})) return std::nullopt;
    return prove_flags(*this, case_.logged, case_.variables, log_);
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

  // ---- chance -------------------------------------------------------------------------------------------

  // It passes and fails alone, under the same conditions; `order`: what a search for culprits ended with, where
  // there was one.
  Finding unsteady(std::optional<Finding> order = std::nullopt) {
    if (!order) {
      if (std::optional<Finding> finding = prove_parallel(*this)) return *finding;
    }
    if (const std::optional<Conditions> without = where_it_passes()) {
      if (std::optional<Finding> finding = prove_flags(*this, {}, case_.logged, *without)) return *finding;
    }
    if (std::optional<Finding> finding = more_often_in_the_logs_environment()) return *finding;
    const bool mostly_fails = alone(log_).fails > alone(log_).passes;
    if (mostly_fails) {
      if (std::optional<Finding> finding = set_up_by_others()) return *finding;
    } else if (!order) {
      order = by_culprits();
      if (order->verdict == Verdict::order_dependent) return *order;
    }
    if (std::optional<Finding> finding = prove_transient(*this)) return *finding;
    const Observation& seen = alone(log_);
    const Observation& bare = alone(defaults_);
    if (seen.fails == seen.runs() && seen.fails >= runs_for_rate && bare.fails == bare.runs() &&
        bare.fails >= case_.order.runs) {
      return plain();
    }
    if (order) return *order;
    if (seen_both(seen)) return without_name(Verdict::inconclusive, "alone it came out differently by chance");
    return without_name(Verdict::inconclusive, "alone it fails in " + std::to_string(seen.fails) + " of " +
                                                   runs_text(seen) + ", and with the runner's defaults in " +
                                                   std::to_string(bare.fails) + " of " + std::to_string(bare.runs()) +
                                                   ", but nothing was proven to make the difference");
  }

  // Conditions without those of the log, under which it fails more rarely beyond doubt.
  std::optional<Conditions> where_it_passes() {
    if (case_.logged.empty()) return std::nullopt;
    repeat(log_, runs_to_compare);
    const int seeds = seed_factor() && case_.may_use_random ? seeds_tried : 1;
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

  // Nothing was asked but whether it fails at times.
  Finding came_out_alike() {
    const Observation& seen = alone(log_);
    const std::string of_runs = " of " + runs_text(seen) + " alone";
    if (seen.fails > 0 && seen.fails == seen.runs())
      return of_alone(Verdict::fails_alone, "it fails in each" + of_runs);
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
      if (std::optional<Finding> finding = prove_flags(*this, {}, case_.logged, defaults_)) return *finding;
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
