// Narrowing by plain runs alone: one check each, at the end. It assumes nothing of sequences that were not
// asked, and is what the search falls back to when checks inside runs tell nothing or were refuted.
#pragma once

#include "lab.hpp"

#include <bbbisect/search.hpp>

#include <map>
#include <set>
#include <string>

namespace bbbisect {

class PlainSearch {
 public:
  explicit PlainSearch(Lab& lab) : lab_(lab) {}

  /// The victim after all of `before`. A suspect that ends the run itself is no answer: the question is put
  /// again without it, and when the victim fails then, the suspect is not needed and is left out from now on.
  Answer ask_around(const TestOrder& before, Purpose purpose);

  /// A group out of `rest` and `kept`, in the order of the log, after which the victim was seen to fail, and
  /// none of whose members out of `rest` could be left out when it was found. The victim must have failed
  /// after both; `kept` is believed to be needed.
  TestOrder minimize(TestOrder rest, TestOrder kept = {});

  /// `before` without the suspects that end runs: those shown not to be needed, and those known to end just
  /// this run.
  [[nodiscard]] TestOrder detour(const TestOrder& before) const;

  /// The cheaper three quarters of `order`, in their order; empty when they are not much cheaper.
  [[nodiscard]] TestOrder cheap_part(const TestOrder& order) const;

  /// Suspects that ended a run themselves.
  std::set<std::string> broke;

 private:
  bool fails(const TestOrder& before);
  [[nodiscard]] TestOrder together(const TestOrder& a, const TestOrder& b) const;

  Lab& lab_;
  std::set<std::string> not_needed_;             // of those that broke
  std::map<TestOrder, std::string> breaker_of_;  // by what ran before the victim
};

}  // namespace bbbisect
