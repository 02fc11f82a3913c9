#include <bbbisect/every_failure.hpp>
#include <bbbisect/explain.hpp>
#include <bbbisect/terminal.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <iostream>
#include <utility>

namespace bbbisect {
namespace {

bool alike(const Failure& a, const Failure& b) {
  return a.kind == b.kind && a.exceptions == b.exceptions && a.altered == b.altered;
}

// The runner is asked for its tests once, for all victims.
ListTests asked_once(ListTests list_tests) {
  return [list_tests = std::move(list_tests), known = std::optional<TestOrder>()]() mutable {
    if (!known) known = list_tests();
    return *known;
  };
}

Explained explained(const BuildLog& log, const LogOrigin& origin, const std::string& victim, const Options& options,
                    const ListTests& list_tests, Hints& hints) {
  Explained failure;
  failure.question.victim = victim;
  try {
    failure.question = pose_question(log, victim, Extent::shown, list_tests);
    check_answerable(failure.question);
    read_further_logs(failure.question, options);
    Narration narration(std::cerr, failure.question.victim, narration_style(options));
    for (const std::string& line : introduction(failure.question)) {
      if (!line.starts_with("failed too: ")) narration.say(line);
    }
    failure.question.origin = origin;
    Explanation explanation = explain(failure.question, options, narration, hints);
    narration.say("");
    hints.learn(explanation.result);
    failure.result = std::move(explanation.result);
    failure.options = std::move(explanation.options);
  } catch (const Error& error) {
    if (error.status() != ExitStatus::usage) throw;
    failure.trouble = error.what();
  }
  return failure;
}

}  // namespace

TestOrder victims_of(const Question& question) {
  TestOrder victims;
  std::vector<Failure> left = question.failed;
  while (!left.empty()) {
    const Failure first = left.front();
    const auto others =
        std::stable_partition(left.begin(), left.end(), [&](const Failure& failure) { return alike(first, failure); });
    for (auto it = left.begin(); it != others; ++it) {
      if (std::ranges::find(victims, it->test) == victims.end()) victims.push_back(it->test);
    }
    left.erase(left.begin(), others);
  }
  return victims;
}

std::vector<Explained> explain_every_failure(const BuildLog& log, const Question& question, const Options& options) {
  const TestOrder victims = victims_of(question);
  if (victims.empty()) check_answerable(question);  // says what was looked for
  const ListTests list_tests = asked_once(local_list(log, options));
  if (!options.quiet) {
    for (const std::string& line : source_lines(question.origin)) std::cerr << line << "\n";
  }
  std::vector<Explained> failures;
  Hints hints;
  for (const std::string& victim : victims) {
    if (!options.quiet) std::cerr << fmt::format("{} of {} failed tests\n", failures.size() + 1, victims.size());
    failures.push_back(explained(log, question.origin, victim, options, list_tests, hints));
    const Explained& failure = failures.back();
    if (!failure.result) {
      std::cerr << "bbbisect: " << failure.trouble << "\n\n";
    } else if (options.json != "-") {
      print(to_text(*failure.result, failure.question, color_on_stdout(options.color)) + "\n");
    }
  }
  if (options.json != "-") print(table_of(failures));
  return failures;
}

ExitStatus status_of(const std::vector<Explained>& failures) {
  for (const Explained& failure : failures) {
    if (!failure.result) return ExitStatus::usage;
    const Verdict verdict = failure.result->finding.verdict;
    if (verdict == Verdict::not_reproduced || verdict == Verdict::inconclusive) return status_of(verdict);
  }
  return ExitStatus::explained;
}

}  // namespace bbbisect
