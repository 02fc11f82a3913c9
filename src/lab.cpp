#include "lab.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace bbbisect {
namespace {

NumberedRun with_victim(NumberedRun before) {
  before.push_back(the_victim);
  return before;
}

}  // namespace

Lab::Lab(const Case& the_case, const Ask& ask)
    : suspects_left(the_case.suspects.size()),
      case_(the_case),
      ask_(ask),
      durations_(the_case.durations),
      weights_(the_case.suspects.size(), 1.0),
      start_up_(the_case.start_up.count()) {
  if (case_.suspicion.empty()) return;
  for (std::size_t i = 0; i < weights_.size(); ++i) {
    const auto found = case_.suspicion.find(case_.suspects[i]);
    // A suspect that weighs nothing would never be looked at.
    if (found != case_.suspicion.end()) weights_[i] = std::clamp(found->second, 0.01, 100.0);
  }
}

Answer Lab::plain(const TestOrder& before, Purpose purpose) {
  return look(with_victim(numbers_of(before)), purpose, 0).answer;
}

const Lab::Looked& Lab::look(NumberedRun run, Purpose purpose, int enough, bool apart) {
  const Probe probe{names_of(run), purpose, needed, suspects_left, enough, apart};
  Answer answer = ask_(probe);
  record(probe, answer);
  history_.push_back({std::move(run), std::move(answer)});
  return history_.back();
}

const Evidence& Lab::complete(const TestOrder& before, Purpose purpose) {
  while (seen(before).runs() < case_.runs) plain(before, purpose);
  return seen(before);
}

Evidence& Lab::seen(const TestOrder& before) {
  Evidence& evidence = seen_[before];
  evidence.before = before;
  return evidence;
}

// Only the first check of a run is plain: the victim itself ran before the others.
void Lab::record(const Probe& probe, const Answer& answer) {
  const auto first = std::find(probe.tests.begin(), probe.tests.end(), case_.victim);
  Evidence& evidence = seen({probe.tests.begin(), first});
  switch (answer.check(0)) {
    case Outcome::passes:
      ++evidence.passes;
      break;
    case Outcome::fails:
      ++evidence.fails;
      break;
    case Outcome::unresolved:
      ++evidence.unresolved;
      break;
  }
  // Where the victim itself stands twice, its second check says as much of its first.
  if (probe.purpose == Purpose::alone && answer.check(0) == Outcome::passes && answer.check(1) != Outcome::unresolved) {
    Outcome again = answer.check(1);
    Evidence& after_itself = seen({case_.victim});
    ++(again == Outcome::fails ? after_itself.fails : after_itself.passes);
  }
  durations_.learn(probe.tests, answer.durations);
  spent_ += answer.elapsed.count();
  if (answer.durations.size() != probe.tests.size()) return;
  const double tests = std::accumulate(answer.durations.begin(), answer.durations.end(), Seconds(0)).count();
  // In tenths, as durations are: finer would be noise, and noise would change the next question.
  start_up_ = std::max(std::round((answer.elapsed.count() - tests) * 10) / 10, 0.0);
}

TestOrder Lab::names_of(const NumberedRun& run) const {
  TestOrder names;
  names.reserve(run.size());
  for (int number : run) {
    names.push_back(number == the_victim ? case_.victim : case_.suspects[static_cast<std::size_t>(number)]);
  }
  return names;
}

// A name that stands twice among the suspects is taken for its first place: what it leaves behind is the same.
NumberedRun Lab::numbers_of(const TestOrder& order) const {
  NumberedRun numbers;
  numbers.reserve(order.size());
  std::size_t next = 0;
  for (const std::string& name : order) {
    if (name == case_.victim) {
      numbers.push_back(the_victim);
      continue;
    }
    // Mostly they stand in their own order.
    auto found = std::find(case_.suspects.begin() + static_cast<std::ptrdiff_t>(next), case_.suspects.end(), name);
    if (found == case_.suspects.end()) found = std::find(case_.suspects.begin(), case_.suspects.end(), name);
    numbers.push_back(static_cast<int>(found - case_.suspects.begin()));
    next = static_cast<std::size_t>(found - case_.suspects.begin()) + 1;
  }
  return numbers;
}

double Lab::seconds(int suspect) const {
  return durations_.of(suspect == the_victim ? case_.victim : case_.suspects[static_cast<std::size_t>(suspect)])
      .count();
}

double Lab::seconds(const NumberedRun& run) const {
  double sum = 0;
  for (int suspect : run) sum += seconds(suspect);
  return sum;
}

}  // namespace bbbisect
