#include <bbbisect/error.hpp>
#include <bbbisect/judge.hpp>
#include <bbbisect/question.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string_view>

namespace bbbisect {
namespace {

// Whether the run counted an altered environment as a failure. The CI modes imply the option.
bool fails_env_changed(const Run& run, const Launch& launch) {
  const bool state = std::any_of(run.sections.begin(), run.sections.end(), [](const ResultSection& section) {
    return section.state.find("ENV CHANGED") != std::string::npos;
  });
  return state || launch.has("--fail-env-changed") || launch.has("--slow-ci") || launch.has("--fast-ci");
}

// The second summary is that of the re-run (regrtest.md 4.4, 5.3).
bool passed_again(const Run& run, const std::string& test) {
  const auto is_in = [&](const TestOrder& names) {
    return std::ranges::any_of(names, [&](const std::string& name) { return same_test(name, test); });
  };
  return run.sections.size() > 1 && is_in(run.sections.front().failed) && !is_in(run.sections.back().failed);
}

std::string in_parallel(const Run& run) {
  return fmt::format(
      "order-impossible: the log is of a parallel run{}, where each test file has a process of its own, so the order "
      "within a process cannot have caused this failure; the other explanations are tried before it",
      run.workers ? fmt::format(" ({} workers)", *run.workers) : "");
}

// The places of the tests that are missing before others that are shown: "[2/10] to [4/10] and [7/10]".
std::string missing_of(const Run& run) {
  constexpr std::size_t most_gaps = 5;
  const auto index = [&](std::size_t place) {
    return fmt::format("[{}{}]", place + 1, run.total ? fmt::format("/{}", *run.total) : "");
  };
  TestOrder gaps;
  std::size_t left_out = 0;
  for (std::size_t i = 0; i < run.tests.size(); ++i) {
    if (!run.tests[i].name.empty()) continue;
    const std::size_t first = i;
    while (i < run.tests.size() && run.tests[i].name.empty()) ++i;
    if (gaps.size() == most_gaps) {
      ++left_out;
    } else {
      gaps.push_back(index(first) + (i - first > 1 ? " to " + index(i - 1) : ""));
    }
  }
  return join(gaps) + (left_out > 0 ? fmt::format(" and {} more gaps", left_out) : "");
}

// Why the log names no failed test, though something failed in it.
std::optional<std::string> nobody_blamed(const Question& question) {
  const Run& run = question.run;
  if (const auto last = run.last_started(); !run.ended_outside.empty() && last && run.mode != RunMode::parallel) {
    return fmt::format("the run was ended from outside ({}) while {} ran, which says nothing about that test",
                       run.ended_outside, run.tests[*last].name);
  }
  const std::string& state = run.sections.empty() ? run.closing : run.sections.front().state;
  if (question.failed.empty() && run.rerun_count.value_or(0) == 0 &&
      (state.starts_with("FAILURE") || state.starts_with("ENV CHANGED"))) {
    return fmt::format("the log ends with {}, but shows no test that failed: lines of it are missing or were changed",
                       state);
  }
  return std::nullopt;
}

// The run in which the user's victim failed, else one that ran it, else the one to explain.
const Run* run_of(const BuildLog& log, const std::string& test) {
  for (const Run& run : log.runs) {
    if (run.failure_of(test) != nullptr) return &run;
  }
  for (const Run& run : log.runs) {
    const TestOrder shown = run.shown();
    if (std::any_of(shown.begin(), shown.end(), [&](const std::string& name) { return same_test(name, test); })) {
      return &run;
    }
  }
  return log.run();
}

}  // namespace

Question pose_question(const BuildLog& log, const std::optional<std::string>& test, Extent extent,
                       const ListTests& list_tests) {
  const Run* run = test ? run_of(log, *test) : log.run();
  if (run == nullptr) {
    throw Error(fmt::format(
        "the log holds no test run: looked for regrtest's header, for progress lines such as \"[ "
        "12/500] test_os\" "
        "and for \"== Tests result\", and found none in {} bytes{}",
        log.bytes,
        log.first_command.empty() ? "; is it the stdio log of the test step?" : "; did the runner start at all?"));
  }
  Question question;
  question.run = *run;
  question.environment = log.environment;
  question.configure = log.configure;
  if (std::optional<Launch> launch = parse_launch(run->command)) question.launch = std::move(*launch);

  if (run->command.empty()) {
    question.remarks.emplace_back(
        "the log shows no command, so the options of the run are not known: none is replayed");
  }
  if (!log.copied.empty()) {
    question.remarks.push_back(fmt::format("the text was copied ({}); it is read as it was before", log.copied));
  }
  if (!run->command.empty() && question.launch.python.empty()) {
    question.remarks.emplace_back("the command of the log is none that runs tests: none of its options is replayed");
  }
  if (run->seed && !seed_to_give(run->seed)) {
    question.remarks.push_back(fmt::format("the seed {} is no integer, so the runner is not given it", *run->seed));
  }
  const bool env_counts = fails_env_changed(question.run, question.launch);
  for (const Failure& failure : run->failures) {
    if (failure.kind != FailureKind::env_changed || env_counts) question.failed.push_back(failure);
  }
  if (const std::optional<std::string> why = nobody_blamed(question)) question.remarks.push_back(*why);
  if (run->mode == RunMode::parallel) question.remarks.push_back(in_parallel(*run));
  question.order = start_order(question.run, question.launch, extent, list_tests);
  question.remarks.insert(question.remarks.end(), question.order.remarks.begin(), question.order.remarks.end());
  if (const std::string missing = missing_of(*run); !missing.empty() && !question.order.complete) {
    question.remarks.push_back(fmt::format("the log lacks {}: what ran there is not known", missing));
  }

  if (test) {
    question.victim = *test;
  } else if (!question.failed.empty()) {
    const auto plain = std::find_if(question.failed.begin(), question.failed.end(),
                                    [](const Failure& failure) { return failure.kind != FailureKind::env_changed; });
    question.victim = (plain != question.failed.end() ? *plain : question.failed.front()).test;
  } else {
    return question;
  }
  if (const Failure* failure = run->failure_of(question.victim)) question.failure = *failure;
  question.passed_again = passed_again(*run, question.victim);
  if (question.passed_again) {
    question.remarks.push_back(fmt::format("{} passed when the same run of the log ran it again{}", question.victim,
                                           run->standard_first ? "" : ", in a process of its own"));
  }

  std::optional<TestOrder> suspects = before_victim(question.order, question.run, question.victim);
  if (!suspects && !test) {
    question.remarks.push_back(fmt::format("the log does not tell what ran before {}", question.victim));
  } else if (!suspects) {
    throw Error(fmt::format("{} did not run in this log (--test): {} tests did, --order lists them", question.victim,
                            question.order.tests.size()));
  } else {
    question.suspects = std::move(*suspects);
    question.setters = without(question.order.tests, question.victim);
    if (run->mode != RunMode::parallel) {
      const std::set<std::string_view> before(question.suspects.begin(), question.suspects.end());
      std::erase_if(question.setters, [&](const std::string& name) { return before.contains(name); });
    }
    question.beside = beside_victim(question.order, *run, question.victim);
    // The spelling of the log is the one to replay.
    for (const std::string& name : question.order.tests) {
      if (same_test(name, question.victim)) question.victim = name;
    }
  }
  return question;
}

void check_answerable(const Question& question) {
  const Run& run = question.run;
  if (question.victim.empty()) {
    const std::optional<std::string> why = nobody_blamed(question);
    throw Error(fmt::format(
        "the log holds no failed test: looked for failed tests in the summary, in {} progress lines and at the end, "
        "and "
        "found {}; {}--test NAME names a victim all the same",
        run.shown().size(), run.sections.empty() ? std::string("none") : "the result " + run.sections.front().state,
        why ? *why + "; " : ""));
  }
  if (std::none_of(question.order.tests.begin(), question.order.tests.end(),
                   [&](const std::string& test) { return same_test(test, question.victim); })) {
    throw Error(
        fmt::format("the log does not tell what ran before {}: it shows {} tests{}; --python PATH with the "
                    "log's own version and "
                    "checkout can list the rest",
                    question.victim, run.shown().size(), run.seed ? "" : " and no seed"));
  }
  if (question.failure && question.failure->kind == FailureKind::env_changed && run.mode == RunMode::parallel &&
      question.failure->altered == TestOrder{"temporary files"}) {
    throw Error(
        fmt::format("{} failed because it left temporary files behind, which only the workers of a parallel "
                    "run notice: no replay "
                    "in one process can show it",
                    question.victim));
  }
}

ReplayNeeds needs_of(const Question& question, const std::vector<std::string>& extra) {
  ReplayNeeds needs;
  needs.leak = question.failure && question.failure->kind == FailureKind::leaked;
  needs.env_changed = question.failure && question.failure->kind == FailureKind::env_changed;
  needs.extra = extra;
  return needs;
}

}  // namespace bbbisect
