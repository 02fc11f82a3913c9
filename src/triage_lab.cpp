#include "triage_lab.hpp"

#include <algorithm>

namespace bbbisect {

TriageLab::TriageLab(const TriageCase& the_case, const AskUnder& world)
    : case_(the_case), victim_(the_case.order.victim), world_(world) {
  log_.factors = case_.logged;
  for (const std::size_t i : case_.logged) {
    if (case_.factors[i].kind == Factor::Kind::seed) seed_factor_ = i;
  }
}

std::optional<Answer> TriageLab::Memory::recall(const Probe& probe) {
  const auto found = answers_.find({probe.enough, probe.tests});
  if (found == answers_.end() || found->second.empty()) return std::nullopt;
  Answer answer = std::move(found->second.front());
  found->second.pop_front();
  return answer;
}

Answer TriageLab::look(const Conditions& conditions, TestOrder tests, Purpose purpose, int enough, Outcome sought) {
  Probe probe;
  probe.tests = std::move(tests);
  probe.purpose = purpose;
  probe.enough = enough;
  probe.sought = sought;
  probe.beside = conditions.workers > 0;
  Answer answer = ask(conditions, probe);
  if (conditions == log_ && sought == Outcome::fails) memory_.keep(probe, answer);
  return answer;
}

Answer TriageLab::ask(const Conditions& conditions, const Probe& probe) {
  Answer answer = world_(conditions, probe);
  spent_ += answer.elapsed.count();
  if (conditions == log_) {
    failures_ += std::ranges::count(answer.checks, Outcome::fails);
    passes_ += answer.check(0) == Outcome::passes ? 1 : 0;
  }
  const auto first = std::find(probe.tests.begin(), probe.tests.end(), victim_);
  if (first == probe.tests.begin()) count_checks(conditions, probe, answer);
  Observation& seen = observation(conditions, {probe.tests.begin(), first});
  switch (answer.check(0)) {
    case Outcome::passes:
      ++seen.passes;
      break;
    case Outcome::fails:
      ++seen.fails;
      break;
    case Outcome::unresolved:
      ++(answer.skipped ? seen.skipped : seen.unresolved);
      break;
  }
  return answer;
}

// Those before the first other test.
void TriageLab::count_checks(const Conditions& conditions, const Probe& probe, const Answer& answer) {
  Tally& checks = checks_[conditions];
  for (std::size_t i = 0; i < answer.checks.size() && probe.tests[i] == victim_; ++i) checks.add(answer.checks[i]);
  if (answer.skipped) ++checks.passes;
}

Observation& TriageLab::observation(const Conditions& conditions, const TestOrder& before) {
  Observation& seen = seen_[{conditions, before}];
  seen.conditions = conditions;
  seen.before = before;
  return seen;
}

Tally TriageLab::first_checks(const Conditions& conditions) {
  const Observation& seen = alone(conditions);
  return {seen.passes + seen.skipped, seen.fails};
}

Tally TriageLab::run_alone(const Conditions& conditions, int checks, Purpose purpose) {
  const Answer answer = look(conditions, victims(checks), purpose);
  Tally tally;
  for (const Outcome outcome : answer.checks) tally.add(outcome);
  if (answer.skipped) ++tally.passes;
  return tally;
}

Ask TriageLab::log_ask() {
  return [this](const Probe& probe) {
    if (std::optional<Answer> known = memory_.recall(probe)) return *known;
    return ask(log_, probe);
  };
}

Tally TriageLab::tally(const Spot& spot) {
  const Observation& seen = observed(spot);
  return {seen.passes + seen.skipped, seen.fails};
}

Evidence TriageLab::evidence(const Spot& spot) {
  const Observation& seen = observed(spot);
  return {spot.before, seen.fails, seen.passes, seen.unresolved + seen.skipped};
}

Tally TriageLab::run_at(const Spot& spot) {
  TestOrder tests = spot.before;
  tests.push_back(victim_);
  const Answer answer = look(spot.conditions, tests, Purpose::compare);
  return answer.check(0) == Outcome::fails ? Tally{0, 1} : Tally{1, 0};
}

double TriageLab::beyond_doubt(Tally with, Tally less) {
  const bool chance = seen_both(alone(log_)) || with.passes > 0 || less.fails > 0;
  return chance ? sure_of_chance : sure;
}

bool TriageLab::shown(const Spot& with, const std::vector<Spot>& less, std::optional<double> odds) {
  for (int run = 0; run < 2 * most_proving_runs; ++run) {
    run_at(with);
    bool holds = observed(with).runs() >= case_.order.runs;
    for (const Spot& spot : less) {
      run_at(spot);
      if (run >= 2 * runs_of_hope && odds_that_rates_differ(tally(with), tally(spot)) < 1) return false;
      holds = holds &&
              odds_that_rates_differ(tally(with), tally(spot)) >= odds.value_or(beyond_doubt(tally(with), tally(spot)));
    }
    if (holds) return true;
  }
  return false;
}

bool TriageLab::differ(const Spot& more, const Spot& less) {
  const double since = spent_;
  for (int runs = runs_to_compare; runs <= most_runs_to_compare; runs += runs_to_compare / 2) {
    for (const Spot* spot : {&more, &less}) {
      while (observed(*spot).runs() < runs && (observed(*spot).runs() < case_.order.runs || spent_ - since < patience))
        run_at(*spot);
    }
    const double odds = odds_that_rates_differ(tally(more), tally(less));
    if (odds >= sure) return true;
    if (odds < 1 || spent_ - since > patience) return false;
  }
  return false;
}

void TriageLab::repeat(const Conditions& conditions, int runs) {
  const double since = spent_;
  while (alone(conditions).runs() < runs &&
         (alone(conditions).runs() < case_.order.runs || spent_ - since < patience)) {
    run_alone(conditions, 1, Purpose::compare);
  }
}

}  // namespace bbbisect
