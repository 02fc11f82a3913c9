#include "factor_search.hpp"
#include "triage_proofs.hpp"

#include <algorithm>

namespace bbbisect {
namespace {

constexpr int runs_at_a_time = 4;

Factors together(Factors a, const Factors& b) {
  a.insert(b.begin(), b.end());
  return a;
}

class FlagsProof {
 public:
  explicit FlagsProof(TriageLab& lab) : lab_(lab), case_(lab.the_case()) {}

  std::optional<Finding> minimal_flags(const Factors& base, const Factors& differing, const Conditions& without) {
    const auto under = [&](const Factors& factors) { return with_factors(without, factors); };
    const Conditions all = under(together(base, differing));
    // A victim that fails after itself says something with its first check only.
    const Tally twice = lab_.run_alone(without, 2, Purpose::compare);
    repeats_tell_ = twice.fails == 0 || twice.passes == 0;
    const auto seen = [&](const Conditions& conditions) {
      return repeats_tell_ ? lab_.checks(conditions) : lab_.first_checks(conditions);
    };
    const auto look_under = [&](const Factors& factors) {
      const Answer answer = lab_.look(under(factors), lab_.victims(repeats_tell_ ? 2 : 1), Purpose::compare);
      Tally tally;
      for (const Outcome outcome : answer.checks) {
        ++(outcome == Outcome::fails ? tally.fails : tally.passes);
      }
      return tally;
    };
    for (const double odds : narrowing) {
      if (odds > narrowing[0] && !lab_.differ({all, {}}, {without, {}})) break;  // which tells the rates as well
      Tally passing = seen(without);
      if (passing.all() == 0) passing = {1, 0};  // it failed in another way
      FactorSearch search(base, differing, case_.likely, seen(all), passing, look_under);
      const std::optional<Factors> found = search.minimal(odds);
      if (!found || found->empty()) continue;
      if (std::optional<Finding> finding = proven(base, *found, without)) return finding;
    }
    return std::nullopt;
  }

 private:
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
          const Tally seen = lab_.run_alone(conditions, 1, Purpose::confirm);
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
        holds = holds && odds >= lab_.beyond_doubt(failing, passing[i]);
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
      const Tally more = lab_.run_alone(conditions, repeats_tell_ ? checks_at_a_time : 1, Purpose::compare);
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
    if (lab_.seed_factor() && factors.contains(*lab_.seed_factor())) conditions.other_seed = Conditions{}.other_seed;
    return conditions;
  }

  TriageLab& lab_;
  const TriageCase& case_;
  bool repeats_tell_ = true;  // it does not fail after itself: more checks in a run narrow sooner (they prove nothing)
};

}  // namespace

std::optional<Finding> prove_flags(TriageLab& lab, const Factors& base, const Factors& differing,
                                   const Conditions& without) {
  return FlagsProof(lab).minimal_flags(base, differing, without);
}

}  // namespace bbbisect
