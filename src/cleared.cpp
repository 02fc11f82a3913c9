#include <bbbisect/cleared.hpp>

#include <bbbisect/error.hpp>
#include <bbbisect/judge.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string_view>

namespace bbbisect {
namespace {

// Of six real polluters one was undone by another test in three of four runs that held it, and where it was
// undone once it is undone again: a second run that clears a suspect tells less than the first. In simulated
// suites one further log in a random order saves a sixth of the time to find one polluter, three save two
// fifths; pairs, which are pulled apart, cost a twentieth more. With half the value, pairs pay twice as much.
constexpr double cleared_once = 0.2;
constexpr double cleared_again = 0.5;

using Names = std::set<std::string, std::less<>>;

Names names_of(const TestOrder& tests) {
  Names names;
  for (const std::string& test : tests) names.emplace(module_of(test));
  return names;
}

bool contains(const TestOrder& names, std::string_view name) {
  return std::ranges::any_of(names, [&](const std::string& other) { return same_test(other, name); });
}

// What makes a run of a module another one: other methods of it, or of other files.
std::vector<RunnerOption> narrowing(const Launch& launch) {
  static constexpr std::string_view options[] = {"--match",   "--matchfile",  "--ignore",  "--ignorefile",
                                                 "--testdir", "--huntrleaks", "--forever", "--parallel-threads"};
  std::vector<RunnerOption> found;
  for (const RunnerOption& option : launch.options) {
    if (std::ranges::find(options, option.name) != std::end(options)) found.push_back(option);
  }
  return found;
}

// Whether the test at `place` ran to its end. A skipped one may have done some of it when it was imported.
bool ran(const Run& run, std::size_t place) {
  const ShownTest& test = run.tests[place];
  for (const std::string_view word : {"skipped", "ran no", "run no", "interrupted", "crashed", "timed out", "worker"}) {
    if (test.result.starts_with(word)) return false;
  }
  if (run.sections.empty()) return true;
  const ResultSection& section = run.sections.front();
  return !contains(section.skipped, test.name) && !contains(section.resource_denied, test.name) &&
         !contains(section.run_no_tests, test.name) && !contains(section.omitted, test.name);
}

// What a run tells; or the reason, in a clause, why it tells nothing.
struct Heard {
  std::optional<FurtherRun> run;
  std::string why;
};

Heard hear(const Question& question, const Run& run) {
  const auto nothing = [](const std::string& why) { return Heard{std::nullopt, why}; };
  if (run.mode == RunMode::parallel)
    return nothing("is of a parallel run, in which each test file has a process of its own");
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < run.tests.size(); ++i) {
    if (same_test(run.tests[i].name, question.victim)) places.push_back(i);
  }
  if (places.empty()) return nothing("does not show a run of it");
  if (places.size() > 1) return nothing("ran it more than once in a process");
  const Launch launch = parse_launch(run.command).value_or(Launch{});
  if (narrowing(launch) != narrowing(question.launch))
    return nothing("chose other methods or files of the tests (-m, -i, --testdir, -R)");

  const std::size_t place = places.front();
  FurtherRun further;
  const bool wants_env = question.failure && question.failure->kind == FailureKind::env_changed;
  const Failure* failure = run.failure_of(question.victim);
  if (failure != nullptr && (failure->kind != FailureKind::env_changed || wants_env)) {
    if (question.failure && !same_failure(*question.failure, *failure)) {
      return nothing("has another failure of it: " + describe(*failure));
    }
    further.fails = true;
  } else if (!ran(run, place)) {
    return nothing("did not run it to its end");
  }
  for (std::size_t i = 0; i < place; ++i) {
    if (run.tests[i].name.empty()) {
      // It may have been any.
      if (further.fails) return nothing("does not show all that ran before it");
    } else if (further.fails || ran(run, i)) {
      further.before.push_back(run.tests[i].name);
    }
  }
  return {further, {}};
}

// Whether all of `suspects` ran before the victim there, in their order.
bool same_order(const TestOrder& suspects, const TestOrder& before) {
  auto next = before.begin();
  for (const std::string& suspect : suspects) {
    next = std::find_if(next, before.end(), [&](const std::string& test) { return same_test(test, suspect); });
    if (next == before.end()) return false;
    ++next;
  }
  return !suspects.empty();
}

}  // namespace

void add_further_log(Question& question, const BuildLog& log, const std::string& name, std::optional<bool> fails) {
  if (question.victim.empty()) return;
  const auto remark = [&](const std::string& why) {
    question.remarks.push_back(fmt::format("{} tells nothing of the suspects: it {}", name, why));
  };
  std::string why = "holds no test run";
  bool heard = false;
  bool otherwise = false;
  for (const Run& run : log.runs) {
    Heard told = hear(question, run);
    if (!told.run) {
      why = told.why;
      continue;
    }
    if (fails && told.run->fails != *fails) {
      otherwise = true;
      continue;
    }
    heard = true;
    told.run->log = name;
    if (!told.run->fails && same_order(question.suspects, told.run->before)) {
      question.remarks.push_back(
          fmt::format("{} passed in {} after all {} suspects in the same order: if one of them is the "
                      "culprit, chance, the seed or the machine plays a part as well",
                      question.victim, name, question.suspects.size()));
    }
    question.further.push_back(std::move(*told.run));
  }
  if (!heard && otherwise) {
    throw Error(fmt::format("{} {} in {}: name that log with {}", question.victim, *fails ? "passes" : "fails", name,
                            *fails ? "--passing" : "--failing"));
  }
  if (!heard) remark(why);
}

TestOrder cleared_by(const FurtherRun& run, const TestOrder& suspects) {
  const Names before = names_of(run.before);
  TestOrder cleared;
  std::ranges::copy_if(suspects, std::back_inserter(cleared),
                       [&](const std::string& suspect) { return before.contains(module_of(suspect)) != run.fails; });
  return cleared;
}

Suspicion clearing(const TestOrder& suspects, const std::vector<FurtherRun>& runs) {
  Suspicion left;
  for (const FurtherRun& run : runs) {
    for (const std::string& suspect : cleared_by(run, suspects)) {
      const auto [found, first] = left.try_emplace(suspect, cleared_once);
      if (!first) found->second *= cleared_again;
    }
  }
  return left;
}

}  // namespace bbbisect
