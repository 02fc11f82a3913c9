#include <bbbisect/search.hpp>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace bbbisect {
namespace {

// Groups up to these sizes have every proper subset, and every other order, in their proof; larger ones have
// each member left out in turn, which is what shows that it is needed.
constexpr std::size_t all_subsets_up_to = 4;
constexpr std::size_t all_orders_up_to = 3;

TestOrder part(const TestOrder& order, std::size_t begin, std::size_t end) {
  return {order.begin() + static_cast<std::ptrdiff_t>(begin),
          order.begin() + static_cast<std::ptrdiff_t>(end)};
}

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

class Search {
 public:
  Search(const Case& the_case, const Ask& ask)
      : case_(the_case), ask_(ask), left_(the_case.suspects.size()) {}

  Conclusion run() {
    if (std::optional<Conclusion> end = alone()) return finished(std::move(*end));
    if (std::optional<Conclusion> end = reproduce()) return finished(std::move(*end));

    return finished(confirm(minimize(case_.suspects)));
  }

 private:
  // The victim alone, and again after itself: one run answers both. A conclusion when it does not pass alone.
  std::optional<Conclusion> alone() {
    const Answer twice = ask_({{case_.victim, case_.victim}, Purpose::alone, {}, left_});
    record({}, twice.check(0));
    if (twice.check(0) == Outcome::unresolved) {
      return inconclusive(case_.victim + " alone gives no answer: " + because(twice));
    }
    if (twice.check(0) == Outcome::passes) {
      record({case_.victim}, twice.check(1));
      return std::nullopt;
    }
    const Evidence& seen = complete({}, Purpose::alone);
    if (seen.fails == seen.runs()) return conclusion(Verdict::fails_alone);
    return inconclusive(case_.victim + " alone fails in " + tally(seen.fails, seen.runs()) +
                        " runs: it is not the order that decides");
  }

  // The whole sequence. A conclusion when it does not fail; a pass is only believed when it is seen as often
  // as any other claim.
  std::optional<Conclusion> reproduce() {
    if (case_.suspects.empty()) {
      const Evidence& seen = complete({}, Purpose::alone);
      return conclusion(Verdict::not_reproduced, case_.victim + " passes alone in " +
                                                     tally(seen.passes, seen.runs()) +
                                                     " runs, and nothing ran before it in the log");
    }
    for (int i = 0; i < case_.runs; ++i) {
      const Answer answer = ask_around(case_.suspects, Purpose::reproduce);
      if (answer.check(0) == Outcome::fails) return std::nullopt;
      if (answer.check(0) == Outcome::unresolved) {
        return inconclusive("the whole sequence gives no answer: " + because(answer));
      }
    }
    const std::size_t count = detour(case_.suspects).size();
    return conclusion(Verdict::not_reproduced, case_.victim + " passes in " + tally(case_.runs, case_.runs) +
                                                   " runs after the " + std::to_string(count) +
                                                   (count == 1 ? " test" : " tests") +
                                                   " that ran before it in the log");
  }

  // A group out of `rest`, in its order, after which the victim was seen to fail, and none of whose members
  // could be left out when it was found.
  //
  // Invariant: the victim failed after rest + kept; when `kept` alone is enough, that is the group. Otherwise
  // the inner loop looks for the shortest beginning of `rest` that is enough together with `kept`. Its
  // invariant: the first `enough` tests + kept failed, the first `too_few` + kept did not. When they are
  // neighbours, the test between them was seen to make the difference: it is kept, and what stands behind it
  // is not needed. `rest` gets shorter each time, so it ends. Where the tests between the two are enough
  // without those before them, the latter are dropped: it saves running them in all probes to come. When that
  // was tried in vain, a test before them is needed too, and it is not tried again until the next culprit.
  //
  // Nothing is assumed of sequences that were not asked: a test that undoes what a polluter did, so that more
  // suspects cure, can cost a longer group, which confirm() will notice, but never one that was not seen to
  // fail.
  TestOrder minimize(TestOrder rest) {
    TestOrder kept;
    while (!rest.empty() && !fails(kept)) {
      std::size_t too_few = 0;
      std::size_t enough = rest.size();
      bool may_drop = true;
      while (enough - too_few > 1) {
        left_ = enough - too_few;
        const std::size_t middle = too_few + (enough - too_few) / 2;
        if (fails(concat(part(rest, 0, middle), kept))) {
          enough = middle;
          continue;
        }
        too_few = middle;
        left_ = enough - too_few;
        if (!may_drop) continue;
        const TestOrder between = part(rest, too_few, enough);
        may_drop = fails(concat(between, kept));
        if (!may_drop) continue;
        rest = between;
        enough = rest.size();
        too_few = 0;
      }
      kept.insert(kept.begin(), rest[enough - 1]);
      needed_ = kept;
      rest.resize(enough - 1);
      left_ = rest.size();
    }
    return kept;
  }

  Conclusion confirm(TestOrder culprits) {
    left_ = culprits.size();
    disputed_ = culprits;
    // Fresh runs: those of the search are why these suspects were chosen, and prove nothing.
    for (int i = 0; i < case_.runs; ++i) ask_once(culprits, Purpose::confirm);
    const Evidence together = seen_[culprits];
    if (together.fails != together.runs()) {
      return inconclusive(case_.victim + " after " + join(culprits) + " fails in " +
                          tally(together.fails, together.runs()) + " runs: no proof");
    }
    complete({}, Purpose::confirm);
    if (const Evidence& alone = seen_[{}]; alone.passes != alone.runs()) {
      return inconclusive(case_.victim + " alone passes in " + tally(alone.passes, alone.runs()) +
                          " runs: no proof");
    }

    Conclusion verdict = conclusion(Verdict::order_dependent);
    verdict.proof.push_back(seen_[{}]);
    for (const TestOrder& subset : proper_subsets(culprits)) {
      const Evidence& seen = complete(subset, Purpose::confirm);
      if (seen.fails == seen.runs()) return confirm(subset);
      const bool leaves_one_out = subset.size() + 1 == culprits.size();
      if (seen.fails > 0 || (leaves_one_out && seen.passes != seen.runs())) {
        return inconclusive("whether all of " + join(culprits) + " are needed cannot be told: after " +
                            join(subset) + " alone " + case_.victim + " passes in " +
                            tally(seen.passes, seen.runs()) + " runs");
      }
      verdict.proof.push_back(seen);
    }
    for (const TestOrder& order : other_orders(culprits)) {
      const Evidence& seen = complete(order, Purpose::confirm);
      if (seen.passes == seen.runs()) verdict.order_matters = true;
      verdict.proof.push_back(seen);
    }
    verdict.proof.push_back(seen_[culprits]);
    verdict.culprits = std::move(culprits);
    return verdict;
  }

  // True when the victim was seen to fail after `before`; asks when nothing is known of it.
  bool fails(const TestOrder& before) {
    const auto known = seen_.find(detour(before));
    if (known != seen_.end()) return known->second.fails > 0;
    return ask_around(before, Purpose::narrow).check(0) == Outcome::fails;
  }

  // Asks for the victim after `before`. A suspect that ends the run itself is no answer: the question is put
  // again without it. When that fails, the suspect is not needed, and is left out from then on.
  Answer ask_around(const TestOrder& before, Purpose purpose) {
    for (;;) {
      const TestOrder around = detour(before);
      Answer answer = ask_once(around, purpose);
      if (answer.check(0) == Outcome::fails) {
        for (const std::string& test : before) {
          if (broke_.contains(test) && std::find(around.begin(), around.end(), test) == around.end()) {
            not_needed_.insert(test);
          }
        }
      }
      const bool broken = answer.check(0) == Outcome::unresolved && answer.breaker &&
                          std::find(around.begin(), around.end(), *answer.breaker) != around.end();
      if (!broken) return answer;
      broke_.insert(*answer.breaker);
      breaker_of_[around] = *answer.breaker;
    }
  }

  // `before` without the suspects that end runs: those shown not to be needed, and those known to end just
  // this run.
  [[nodiscard]] TestOrder detour(const TestOrder& before) const {
    TestOrder around;
    std::copy_if(before.begin(), before.end(), std::back_inserter(around),
                 [this](const std::string& test) { return !not_needed_.contains(test); });
    for (auto it = breaker_of_.find(around); it != breaker_of_.end(); it = breaker_of_.find(around)) {
      around = without(around, it->second);
    }
    return around;
  }

  Answer ask_once(const TestOrder& before, Purpose purpose) {
    TestOrder tests = before;
    tests.push_back(case_.victim);
    Answer answer = ask_({tests, purpose, needed_, left_});
    record(before, answer.check(0));
    return answer;
  }

  // Brings the runs of `before` up to what every claim needs.
  const Evidence& complete(const TestOrder& before, Purpose purpose) {
    while (seen_[before].runs() < case_.runs) ask_once(before, purpose);
    return seen_[before];
  }

  void record(const TestOrder& before, Outcome outcome) {
    Evidence& seen = seen_[before];
    seen.before = before;
    switch (outcome) {
      case Outcome::passes:
        ++seen.passes;
        break;
      case Outcome::fails:
        ++seen.fails;
        break;
      case Outcome::unresolved:
        ++seen.unresolved;
        break;
    }
  }

  [[nodiscard]] Conclusion finished(Conclusion verdict) const {
    for (const std::string& test : case_.suspects) {
      if (broke_.contains(test)) verdict.set_aside.push_back(test);
    }
    if (verdict.proof.empty()) {
      for (const auto& [before, seen] : seen_) {
        if (before.empty() || before == disputed_ || before == detour(case_.suspects))
          verdict.proof.push_back(seen);
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

  static std::string because(const Answer& answer) {
    return answer.why.empty() ? "the run ended early" : answer.why;
  }

  static std::string tally(int some, int all) { return std::to_string(some) + " of " + std::to_string(all); }

  const Case& case_;
  const Ask& ask_;
  std::size_t left_;                    // suspects among which the next culprit is; for the narration
  TestOrder needed_;                    // culprits found so far; for the narration
  std::map<TestOrder, Evidence> seen_;  // by what ran before the victim
  TestOrder disputed_;                  // the group that was to be proven
  std::set<std::string> broke_;         // suspects that ended a run themselves
  std::set<std::string> not_needed_;    // of these, those without which the victim was seen to fail
  std::map<TestOrder, std::string> breaker_of_;  // by what ran before the victim
};

}  // namespace

Conclusion find_culprits(const Case& the_case, const Ask& ask) { return Search(the_case, ask).run(); }

}  // namespace bbbisect
