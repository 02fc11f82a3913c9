#include "factor_search.hpp"
#include "triage_proofs.hpp"

#include <algorithm>

namespace bbbisect {
namespace {

// Runs with workers, until what ran at the same time makes it fail once.
constexpr int tries_in_parallel = 4;

// Even alone, in a process of its own: then it must pass outside of one.
std::optional<Finding> in_a_worker(TriageLab& lab, const Conditions& beside) {
  if (!lab.shown({beside, {}}, {{lab.log(), {}}})) return std::nullopt;
  Finding finding;
  finding.verdict = Verdict::parallel;
  finding.failing = beside;
  finding.passing = lab.log();
  return finding;
}

}  // namespace

// Narrowed down like flags: each run has one check.
std::optional<Finding> prove_parallel(TriageLab& lab) {
  const TriageCase& the_case = lab.the_case();
  if (the_case.workers < 2 || the_case.at_the_same_time.empty()) return std::nullopt;
  Conditions beside = lab.log();
  beside.workers = the_case.workers;
  const auto tests_of = [&](const Factors& numbers) {
    TestOrder tests;
    for (const std::size_t number : numbers) tests.push_back(the_case.at_the_same_time[number]);
    return tests;
  };
  Factors all;
  for (std::size_t i = 0; i < the_case.at_the_same_time.size(); ++i) all.insert(i);
  const TriageLab::Spot whole{beside, tests_of(all)};
  for (int i = 0; i < tries_in_parallel && lab.observed(whole).fails == 0; ++i) lab.run_at(whole);
  if (lab.observed(whole).fails == 0) return std::nullopt;

  const TriageLab::Spot nobody{beside, {}};
  while (lab.observed(nobody).runs() < the_case.order.runs) lab.run_at(nobody);
  if (lab.observed(nobody).passes == 0) {
    if (std::optional<Finding> finding = in_a_worker(lab, beside)) return finding;
  }
  for (const double odds : narrowing) {
    if (odds > narrowing[0] && !lab.differ(whole, nobody)) break;  // which tells the rates as well
    FactorSearch search({}, all, {}, lab.tally(whole), lab.tally(nobody), [&](const Factors& numbers) {
      return lab.run_at({beside, tests_of(numbers)});
    });
    const std::optional<Factors> found = search.minimal(odds);
    if (!found || found->empty()) continue;
    const TestOrder group = tests_of(*found);
    std::vector<TriageLab::Spot> less{{lab.log(), group}};  // the same in one process, one after the other
    // Nor is it load, or that just anybody runs beside it.
    Conditions busy = lab.log();
    busy.load = the_case.load;
    less.push_back({busy, {}});
    TestOrder others;
    for (const std::string& test : the_case.at_the_same_time) {
      if (others.size() < group.size() && std::ranges::find(group, test) == group.end()) others.push_back(test);
    }
    if (others.size() == group.size()) less.push_back({beside, others});
    for (const std::size_t number : *found) {
      Factors rest = *found;
      rest.erase(number);
      less.push_back({beside, tests_of(rest)});
    }
    const TriageLab::Spot together{beside, group};
    if (!lab.shown(together, less)) continue;
    Finding finding;
    finding.verdict = Verdict::parallel;
    finding.failing = beside;
    finding.passing = lab.log();
    finding.order.group.culprits = group;
    finding.order.group.proof.push_back(lab.evidence(nobody));
    for (const TriageLab::Spot& spot : less) {
      if (spot.conditions == beside && !spot.before.empty()) finding.order.group.proof.push_back(lab.evidence(spot));
    }
    finding.order.group.proof.push_back(lab.evidence(together));
    return finding;
  }
  return std::nullopt;
}

}  // namespace bbbisect
