// Why a test failed: which question to ask next, and what the answers prove. Pure like the search, which it
// calls where the order of the tests is in question: it gets its answers through one callable.
#pragma once

#include <bbbisect/conditions.hpp>
#include <bbbisect/options.hpp>
#include <bbbisect/search.hpp>

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace bbbisect {

/// The same tests may be run under other conditions. Asked twice, it may answer twice.
using AskUnder = std::function<Answer(const Conditions&, const Probe&)>;

/// What is as good as known before it is proven, for an impatient user.
using Say = std::function<void(const std::string&)>;

struct TriageCase {
  Case order;                     ///< the victim and its suspects
  std::vector<Factor> factors;    ///< in which the log may differ from the runner's defaults
  Factors logged;                 ///< which of them an ordinary probe has
  Factors variables;              ///< and which are tried when it shows nothing
  Factors likely;                 ///< of them those that another victim of the log was seen to depend on
  bool order_impossible = false;  ///< in the log nothing ran before the victim in its process
  TestOrder setters;              ///< tests that did not run before the victim: one of them may set its state up
  bool setter_likely = false;     ///< the log shows that the victim passes elsewhere
  TestOrder at_the_same_time;     ///< what ran in other workers while the victim ran
  int workers = 0;                ///< of the log; 0: it ran in one process
  bool may_use_random = true;     ///< the victim's sources do not rule it out
  int load = 2;                   ///< busy processes that make a load of this machine
  Branch only = Branch::any;
};

/// What was seen of the victim after `before`, under `conditions`, all runs of it together; only first checks.
struct Observation {
  Conditions conditions;
  TestOrder before;
  int fails = 0, passes = 0, skipped = 0, unresolved = 0;
  [[nodiscard]] int runs() const { return fails + passes + skipped + unresolved; }
};

/// How often something failed, with the interval that holds the true rate nineteen times in twenty (Wilson).
struct Rate {
  int fails = 0, runs = 0;
  double low = 0, high = 1;
};
Rate rate_of(int fails, int runs);

struct Finding {
  Verdict verdict = Verdict::inconclusive;
  Conclusion order;                   ///< of the search: for order_dependent; for state_setter its culprits are the
                                      ///< state-setters, and its proof is told as it was seen; for parallel the tests
                                      ///< that must run at the same time
  Factors factors;                    ///< flags_dependent: the minimal ones under which it fails, alone
  Conditions failing;                 ///< under which the victim was seen to fail; for the command to paste
  std::optional<Conditions> passing;  ///< and to pass, where that is the point
  std::vector<int> other_seeds;       ///< random_seed: two of Conditions::other_seed with which it passes
  std::optional<Rate> rate;           ///< transient: alone
  std::optional<Rate> raised;         ///< and under `raised_by`, where that is higher
  Conditions raised_by;
  TestOrder beside;                ///< what ran at the same time where `raised_by` has workers
  std::vector<Observation> proof;  ///< what was seen of the victim, alone or beside others, under each condition
  std::string why;                 ///< a sentence, for what names nobody
};

/// What the search alone found.
Finding finding_of(Conclusion conclusion);

/// Finds the verdict. Promises: none rests on a single run; each claim has both of its sides, failing with and
/// passing without, seen in as many fresh runs as Case::runs, and often enough that chance is no explanation
/// (odds of a hundred); what the search promises of groups holds for state-setters and parallel tests as well.
/// Asks the same questions for the same answers. Exceptions of `world` pass through.
Finding triage(const TriageCase& the_case, const AskUnder& world, const Say& say = {});

}  // namespace bbbisect
