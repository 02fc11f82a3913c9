// The search for the tests that make a victim fail. A pure function of the answers that it gets through
// one callable: it knows nothing of regrtest, processes, files or clocks.
#pragma once

#include <bbbisect/durations.hpp>
#include <bbbisect/test_order.hpp>
#include <bbbisect/verdict.hpp>

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace bbbisect {

/// How a check of the victim ended. `unresolved` keeps what is no answer (a hang, a crash elsewhere, another
/// failure than the one looked for) from posing as one.
enum class Outcome { passes, fails, unresolved };

/// Why a probe is made; for the narration only.
enum class Purpose { alone, reproduce, narrow, confirm, simplify, compare };

/// A question to the world: run these tests in one process, in this order. Each place where the victim stands
/// is a check; the first is a plain one, later ones may be influenced by those before them.
struct Probe {
  TestOrder tests;  ///< the last one is the victim
  Purpose purpose = Purpose::narrow;
  TestOrder needed = {};          ///< culprits found so far; for the narration only
  std::size_t suspects_left = 0;  ///< how many tests may still be culprits; for the narration only
  int enough = 0;      ///< end the run after so many checks in a row with the outcome `sought`; 0 = let it end
  bool apart = false;  ///< what stands between two checks asks for itself: it may have a process of its own
  Outcome sought = Outcome::fails;
  bool beside = false;     ///< what stands before the victim runs at the same time, in workers
  std::string under = {};  ///< the conditions, where they are not those of the log; for the narration only
};

/// What the world answers.
struct Answer {
  std::vector<Outcome> checks;         ///< one per check, in order
  std::string why;                     ///< why a check is unresolved: one clause, for the user
  std::optional<std::string> breaker;  ///< the test, not the victim, that ended the run before the last check
  bool skipped = false;                ///< the runner skipped the victim: a check is unresolved for that
  std::vector<Seconds> durations;      ///< measured, one per test that ended, in order; may be empty
  Seconds elapsed{0};
  bool recalled = false;  ///< known from the journal: nothing was run

  /// The outcome of check `n`; unresolved when the run did not get there.
  [[nodiscard]] Outcome check(std::size_t n) const { return n < checks.size() ? checks[n] : Outcome::unresolved; }
};

/// How much likelier than an average test a suspect is to be a culprit; 1 where it is not named.
using Suspicion = std::map<std::string, double>;

/// Asked twice, the world may answer twice: every call is a run of its own.
using Ask = std::function<Answer(const Probe&)>;

struct Case {
  std::string victim;
  TestOrder suspects;        ///< what ran before the victim, in order; the victim is not among them
  int runs = 2;              ///< how often each claim must be seen; at least 1
  double confidence = 0.99;  ///< what a name must reach when the victim fails at times; 0.5 to 0.999999
  bool all = false;          ///< go on until no other group is left
  Durations durations = {};  ///< what each test is expected to take; the search takes in what it measures
  Suspicion suspicion = {};  ///< costs time when it is wrong, never the answer
  Seconds start_up{0.4};     ///< of a run, before its first test; counts when borders are chosen
};

/// What was seen of one plain sequence `before` + victim, all runs of it together.
struct Evidence {
  TestOrder before;
  int fails = 0, passes = 0, unresolved = 0;
  [[nodiscard]] int runs() const { return fails + passes + unresolved; }
};

/// Tests after which the victim was proven to fail.
struct Group {
  TestOrder culprits;           ///< minimal, in running order
  bool order_matters = false;   ///< another order of the culprits was seen to pass
  std::vector<Evidence> proof;  ///< the victim alone, the subsets, the other orders, then the culprits
};

/// A suspect and the probability that it is the polluter: a hint, no accusation.
struct Lead {
  std::string suspect;
  double probability = 0;
};

struct Conclusion {
  Verdict verdict = Verdict::inconclusive;  ///< order_dependent, fails_alone, not_reproduced or inconclusive
  Group group;                ///< no culprits unless order_dependent; its proof is what was seen otherwise
  std::vector<Group> others;  ///< with Case::all: each suffices without the first
  bool all_found = false;     ///< with Case::all: the victim passed without them
  bool at_times = false;      ///< the victim passes or fails by chance as well: proven by rates
  std::vector<Lead> leads;    ///< for inconclusive, where there is reason for it; the likeliest first
  TestOrder set_aside;        ///< suspects that ended a run themselves: neither blamed nor cleared
  std::string why;            ///< for not_reproduced and inconclusive: one sentence
};

/// Finds a minimal ordered group of suspects after which the victim fails. Promises: nothing is blamed unless
/// culprits + victim failed in each of `runs` fresh runs, the victim passed in each of as many alone and with
/// any one culprit left out, and after no smaller part of them was it seen to fail; where the victim passes
/// and fails by chance, unless fresh runs with the culprit and without differ in their rates, with odds of a
/// hundred against one minus the confidence. Asks the same questions for the same answers. Exceptions of `ask`
/// (Interrupted) pass through.
Conclusion find_culprits(const Case& the_case, const Ask& ask);

}  // namespace bbbisect
