#include "triage_proofs.hpp"

namespace bbbisect {
namespace {

// Runs in which it only passes, or only fails.
constexpr int runs_without_news = 44;
// And at most, where it was seen to do both.
constexpr int most_runs_for_rate = 80;
// When a rate has taken too long, fewer will do.
constexpr int least_runs_for_rate = 6;

}  // namespace

std::optional<Finding> prove_transient(TriageLab& lab) {
  const TriageCase& the_case = lab.the_case();
  const Observation& seen = lab.alone(lab.log());
  const double since = lab.spent();
  const auto enough = [&] {
    const bool both = seen.fails >= 2 && seen.passes >= 2;
    const bool out_of_time = lab.spent() - since > patience && seen.runs() >= least_runs_for_rate;
    return out_of_time || seen.runs() >= (both            ? runs_for_rate
                                          : lab.one_way() ? runs_without_news
                                                          : most_runs_for_rate);
  };
  while (!enough()) {
    lab.run_alone(lab.log(), 1, Purpose::compare);
    if (seen.unresolved + seen.skipped > most_proving_runs) return std::nullopt;
  }
  if (seen.passes < 2) return std::nullopt;

  Finding finding;
  finding.verdict = Verdict::transient;
  finding.failing = lab.log();
  finding.rate = rate_of(seen.fails, seen.fails + seen.passes);
  Conditions busy = lab.log();
  busy.load = the_case.load;
  std::vector<Conditions> raising{busy};
  if (the_case.workers > 1) {
    raising.push_back(lab.log());
    raising.back().workers = the_case.workers;
  }
  for (const Conditions& conditions : raising) {
    const TestOrder before = conditions.workers > 0 ? the_case.at_the_same_time : TestOrder{};
    const Observation& other = lab.observation(conditions, before);
    TestOrder tests = before;
    tests.push_back(the_case.order.victim);
    const double begun = lab.spent();
    const auto odds = [&] { return odds_that_rates_differ({other.passes, other.fails}, {seen.passes, seen.fails}); };
    const auto open = [&] {
      return other.fails > 0 && odds() > 1 && odds() < sure && other.runs() < most_runs_to_compare;
    };
    while ((other.runs() < runs_to_compare || open()) &&
           (other.runs() < the_case.order.runs || lab.spent() - begun < patience)) {
      lab.look(conditions, tests, Purpose::compare);
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

}  // namespace bbbisect
