#include <bbbisect/judge.hpp>

#include <bbbisect/error.hpp>

#include <algorithm>
#include <csignal>

namespace bbbisect {
namespace {

// True when both may name one method: full ids are compared whole ("test." apart), a bare name by the last
// part.
bool same_method(std::string_view a, std::string_view b) {
  const auto bare = [](std::string_view method) { return method.substr(method.rfind('.') + 1); };
  const bool whole = a.find('.') != std::string_view::npos && b.find('.') != std::string_view::npos;
  return whole ? module_of(a) == module_of(b) : bare(a) == bare(b);
}

// True when everything in `then` stands in `now` as well; the same_method of both.
bool all_in(const TestOrder& then, const TestOrder& now) {
  return std::all_of(then.begin(), then.end(), [&](const std::string& x) {
    return std::any_of(now.begin(), now.end(), [&](const std::string& y) { return same_method(x, y); });
  });
}

bool contains(const TestOrder& names, std::string_view name) {
  return std::any_of(names.begin(), names.end(), [&](const std::string& other) { return same_test(other, name); });
}

bool ended_process(FailureKind kind) {
  return kind == FailureKind::crashed || kind == FailureKind::timed_out || kind == FailureKind::died;
}

// What ended the process while a test was running, as the failure of that test.
Failure death(const Run& run, const Ending& ending, const std::string& test) {
  Failure failure;
  failure.test = test;
  failure.text = run.how_ended.empty() ? describe(ending) : run.how_ended;
  failure.kind = std::holds_alternative<Killed>(ending) ? FailureKind::crashed
                 : run.how_ended.find("Timeout (") == 0 ? FailureKind::timed_out
                                                        : FailureKind::died;
  return failure;
}

bool failed_before(const Run& run, const TestOrder& tests, std::size_t index) {
  for (std::size_t i = 0; i < index; ++i) {
    if (same_test(tests[i], tests[index]) && run.tests[i].result.starts_with("failed")) return true;
  }
  return false;
}

// The words with which the test at `index` came out: "passed", "failed (1 failure)", "skipped", ...; nullopt
// when the run ended in it.
std::optional<std::string> words_of(const Run& run, const TestOrder& tests, std::size_t index) {
  if (!run.tests[index].result.empty()) return run.tests[index].result;
  if (*run.last_started() > index) return "passed";  // OLD and NEW-A print nothing for a quick pass
  if (run.sections.empty()) return run.closing.empty() ? std::nullopt : std::optional<std::string>("passed");
  const ResultSection& section = run.sections.front();
  const std::string& test = tests[index];
  // The summary does not tell places. A failure of the last test has a line of its own before it, so that
  // what the summary says is of an earlier place when the test failed there.
  if (failed_before(run, tests, index)) return "passed";
  if (contains(section.failed, test)) return "failed";
  if (contains(section.env_changed, test)) return "failed (env changed)";
  if (contains(section.skipped, test) || contains(section.resource_denied, test)) return "skipped";
  if (contains(section.run_no_tests, test)) return "ran no tests";
  if (contains(section.omitted, test)) return "interrupted";
  return "passed";
}

bool failed_somewhere(const Run& run, const TestOrder& tests, const std::string& victim) {
  for (std::size_t i = 0; i <= *run.last_started(); ++i) {
    if (same_test(tests[i], victim) && words_of(run, tests, i).value_or("").starts_with("failed")) return true;
  }
  return false;
}

struct Seen {
  Outcome outcome = Outcome::unresolved;
  std::string why;
  bool skipped = false;
};

Seen contradiction(const std::string& victim, const std::string& words) {
  return {Outcome::unresolved, "the output contradicts its own summary about " + victim + ": " + words};
}

// The check of the victim at `index`, which was started.
Seen see(const Run& run, const Ending& ending, const TestOrder& tests, std::size_t index,
         const std::optional<Failure>& wanted) {
  const std::string& victim = tests[index];
  const std::optional<std::string> words = words_of(run, tests, index);
  const bool ended_before = run.finished && run.sections.empty() && run.closing.empty();
  Failure now;
  if (ended_before && index == *run.last_started()) {
    return {Outcome::unresolved, victim + " was started once more behind the end of all, by what was printed"};
  }
  if (words) {
    const auto starts = [&](std::string_view prefix) { return words->compare(0, prefix.size(), prefix) == 0; };
    // A test can print what looks like a progress line; the summary has the last word.
    const bool once = std::count_if(tests.begin(), tests.end(),
                                    [&](const std::string& test) { return same_test(test, victim); }) == 1;
    const bool summed_up = !run.sections.empty();
    const bool failed_there = summed_up && (contains(run.sections.front().failed, victim) ||
                                            contains(run.sections.front().env_changed, victim));
    if (summed_up && starts("failed") && !failed_there) return contradiction(victim, *words);
    if (failed_there && !failed_somewhere(run, tests, victim)) return contradiction(victim, *words);
    // A test can print a whole summary and leave, and what it left behind can print one after the runner's.
    const auto* exited = std::get_if<Exited>(&ending);
    const bool status_of_success = exited != nullptr && exited->status == 0;
    if (status_of_success && run.finished && starts("failed") && !starts("failed (env changed)")) {
      return {Outcome::unresolved, victim + " failed by what was printed, but not by the runner's exit status"};
    }
    if (starts("passed")) return {Outcome::passes, {}};
    if (starts("skipped") || starts("ran no tests") || starts("run no tests") || starts("interrupted")) {
      return {Outcome::unresolved, victim + " was not run to its end: " + *words, starts("skipped")};
    }
    const Failure* told = once ? run.failure_of(victim) : run.failure_at(index);
    if (told != nullptr) now = *told;
  } else if (std::holds_alternative<TimedOut>(ending) && wanted &&
             (wanted->kind == FailureKind::timed_out || wanted->kind == FailureKind::cut_off)) {
    return {Outcome::fails, {}};
  } else if (std::holds_alternative<TimedOut>(ending)) {
    return {Outcome::unresolved, victim + " did not end within the time limit of a probe (--timeout)"};
  } else if (const auto* killed = std::get_if<Killed>(&ending); killed != nullptr && killed->signal == SIGKILL) {
    return {Outcome::unresolved, "something outside killed the runner (signal 9)"};
  } else {
    now = death(run, ending, victim);
  }
  const bool wants_env = wanted && wanted->kind == FailureKind::env_changed;
  if (now.kind == FailureKind::env_changed && !wants_env) return {Outcome::passes, {}};
  if (!wanted || same_failure(*wanted, now)) return {Outcome::fails, {}};
  return {Outcome::unresolved, victim + " failed in another way than in the log: " + describe(now)};
}

// The runner must have run what it was told, in that order; what it did not get to is another matter.
void check_order(const Run& run, const Ending& ending, const TestOrder& tests) {
  if (!run.last_started()) {
    throw Error("the runner ended (" + describe(ending) +
                ") before the first of the tests that it was given: try the command by hand");
  }
  for (std::size_t i = 0; i < run.tests.size(); ++i) {
    const std::string& shown = run.tests[i].name;
    if (shown.empty() || (i < tests.size() && same_test(shown, tests[i]))) continue;
    throw Error("the runner ran " + shown + " as number " + std::to_string(i + 1) + " where " +
                (i < tests.size() ? tests[i] : "nothing") + " was asked for: its answers would mean nothing");
  }
}

}  // namespace

bool same_failure(const Failure& then, const Failure& now) {
  if (then.kind == FailureKind::cut_off) return ended_process(now.kind);
  if (then.kind != now.kind) return false;
  if (!then.methods.empty() && !now.methods.empty()) return all_in(then.methods, now.methods);
  if (!then.exceptions.empty() && !now.exceptions.empty()) return all_in(then.exceptions, now.exceptions);
  if (!then.altered.empty() && !now.altered.empty()) return all_in(then.altered, now.altered);
  const bool counted = then.errors + then.failures > 0 && now.errors + now.failures > 0;
  return !counted || (then.errors > 0 && now.errors > 0) || (then.failures > 0 && now.failures > 0);
}

bool tells_no_method(const Failure& failure) {
  return failure.kind == FailureKind::failed && failure.methods.empty() && failure.exceptions.empty();
}

std::string describe(const Failure& failure) {
  std::string text = failure.text.empty() ? "failed" : failure.text;
  if (!failure.methods.empty()) {
    const std::size_t most = std::min<std::size_t>(failure.methods.size(), 5);
    text += ": " + join({failure.methods.begin(), failure.methods.begin() + static_cast<std::ptrdiff_t>(most)});
    if (most < failure.methods.size()) text += " and " + std::to_string(failure.methods.size() - most) + " more";
  }
  if (!failure.altered.empty()) text += ": " + join(failure.altered);
  if (!failure.exceptions.empty()) text += " (" + join(failure.exceptions) + ")";
  return text;
}

Answer judge(const Run& run, const Ending& ending, const TestOrder& tests, const std::string& victim,
             const std::optional<Failure>& wanted) {
  check_order(run, ending, tests);

  Answer answer;
  const std::size_t last = *run.last_started();
  for (std::size_t i = 0; i < tests.size(); ++i) {
    if (!same_test(tests[i], victim)) continue;
    if (i > last) {
      if (std::holds_alternative<Stopped>(ending)) break;
      answer.why = tests[last] + " ended the run: " + (run.how_ended.empty() ? describe(ending) : run.how_ended);
      if (!same_test(tests[last], victim)) answer.breaker = tests[last];
      break;
    }
    const Seen seen = see(run, ending, tests, i, wanted);
    answer.checks.push_back(seen.outcome);
    if (!seen.why.empty()) answer.why = seen.why;
    answer.skipped = answer.skipped || seen.skipped;
  }
  return answer;
}

Answer judge_parallel(const Run& run, const Ending& ending, const std::string& victim,
                      const std::optional<Failure>& wanted) {
  Answer answer;
  const auto shown = std::find_if(run.tests.begin(), run.tests.end(),
                                  [&](const ShownTest& test) { return same_test(test.name, victim); });
  const bool summed_up = !run.sections.empty() || run.finished;
  const Failure* failure = run.failure_of(victim);
  const bool wants_env = wanted && wanted->kind == FailureKind::env_changed;
  Outcome outcome = Outcome::unresolved;
  if (!summed_up) {
    answer.why = "the run came to no summary: " + describe(ending);
  } else if (failure != nullptr && (failure->kind != FailureKind::env_changed || wants_env)) {
    if (!wanted || same_failure(*wanted, *failure)) {
      outcome = Outcome::fails;
    } else {
      answer.why = victim + " failed in another way than in the log: " + describe(*failure);
    }
  } else if (shown == run.tests.end()) {
    answer.why = victim + " was not run";
  } else if (shown->result.starts_with("skipped") || shown->result.starts_with("run no tests")) {
    answer.skipped = shown->result.starts_with("skipped");
    answer.why = victim + " was not run to its end: " + shown->result;
  } else if (shown->result.empty() || shown->result.starts_with("passed") || failure != nullptr) {
    outcome = Outcome::passes;
  } else {
    answer.why = victim + ": " + shown->result;
  }
  answer.checks.push_back(outcome);
  return answer;
}

}  // namespace bbbisect
