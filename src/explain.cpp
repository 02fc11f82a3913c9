#include <bbbisect/error.hpp>
#include <bbbisect/explain.hpp>
#include <bbbisect/judge.hpp>
#include <bbbisect/process.hpp>
#include <bbbisect/suspicion.hpp>

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <thread>

namespace bbbisect {
namespace fs = std::filesystem;
namespace {

// regrtest's own limit where a log names none (--slow-ci, Makefile).
constexpr Seconds usual_runner_timeout{1200};

// Everything that an answer depends on and that can be seen from here. Another build of the same Python is
// another runner.
std::string about(const Question& question, const Runner& runner, const Replay& replay,
                  const Options& options) {
  struct stat status {};
  const fs::path python = fs::absolute(runner.python);
  const bool there = ::stat(python.c_str(), &status) == 0;
  std::string text = "bbbisect journal 1\n";
  text += fmt::format("victim: {}\n", question.victim);
  if (question.failure) text += fmt::format("failure: {}\n", describe(*question.failure));
  text += fmt::format("directory: {}\npython: {}\n", fs::current_path().string(), python.string());
  text += fmt::format("version: {}\n", runner.version);
  if (there) text += fmt::format("build: {} bytes of {}\n", status.st_size, status.st_mtime);
  text += fmt::format("probe: {}\n", quote_words(replay.argv({question.victim})));
  if (options.timeout) text += fmt::format("timeout: {}\n", options.timeout->count());
  text += fmt::format("log: {}\n", quote_words(question.run.command));
  text += fmt::format("suspects: {}\n", join(question.suspects, " "));
  return text;
}

std::string label_of(const std::string& victim) { return victim.substr(0, 60); }

Seconds patience_for(const Question& question) {
  if (!question.failure) return Seconds(0);
  if (question.failure->kind != FailureKind::timed_out && question.failure->kind != FailureKind::cut_off) {
    return Seconds(0);
  }
  const std::optional<std::string> told = question.launch.value_of("--timeout");
  const double seconds = told ? std::strtod(told->c_str(), nullptr) : 0;
  return seconds > 0 ? Seconds(seconds) : usual_runner_timeout;
}

// The command to paste for `tests`, which were proven to fail. Where the runner can keep an order and a seed
// only by being given another order, a command without the seed is easier to read; it is offered when it was
// seen to fail, too.
std::vector<std::string> command_to_paste(const Replay& replay, const TestOrder& tests, const Ask& without_seed) {
  if (replay.names_stand_in_order(tests)) return replay.argv(tests);
  const bool fails = without_seed({tests, Purpose::simplify, {}, 0}).check(0) == Outcome::fails;
  return fails ? replay.plain_argv(tests) : replay.argv(tests);
}

// Runs that share a core with others take longer, and what depends on time fails for another reason.
void warn_of_load(int jobs, Narration& narration) {
  const auto cores = static_cast<double>(std::max(std::thread::hardware_concurrency(), 1U));
  double load = 0;
  if (jobs < 2 || ::getloadavg(&load, 1) != 1) return;
  if (jobs > cores) {
    narration.say(fmt::format("note: --jobs {} on {} cores: the runs slow each other down", jobs, cores));
  } else if (load + jobs > cores + 0.5) {
    narration.say(fmt::format("note: the load of this machine is {:.1f} on {} cores; with --jobs {} the runs slow each other down",
                              load, cores, jobs));
  }
}

Replay replay_of(const Question& question, const std::string& python, const Features& features,
                 const Options& options) {
  return {python, replay_options(question.launch, features, needs_of(question, options.runner_options)),
          features, question.run.seed};
}

}  // namespace

Case case_of(const Question& question, const Options& options, Suspicion suspicion) {
  Case the_case;
  the_case.victim = question.victim;
  the_case.suspects = question.suspects;
  the_case.runs = options.runs;
  the_case.confidence = options.confidence;
  the_case.all = options.all;
  the_case.durations = durations_of(question.run);
  the_case.suspicion = std::move(suspicion);
  return the_case;
}

std::string chosen_python(const Options& options) {
  if (options.python) {
    // Nothing is looked for in PATH, and what is printed must mean the same in a shell.
    return options.python->find('/') == std::string::npos ? "./" + *options.python : *options.python;
  }
  return !fs::exists("./python") && fs::exists("./python.exe") ? "./python.exe" : "./python";
}

Replay assumed_replay(const Question& question, const Options& options) {
  Replay replay = replay_of(question, chosen_python(options), {}, options);
  const std::string& version = question.run.version;
  if (version.find("CPython 3.14") != std::string::npos ||
      version.find("CPython 3.15") != std::string::npos) {
    replay.features.options.insert("--no-randomize");
  }
  return replay;
}

ListTests local_list(const BuildLog& log, const Options& options) {
  return [&log, &options] {
    const Run* run = log.run();
    const Launch launch = run == nullptr ? Launch{} : parse_launch(run->command).value_or(Launch{});
    const Runner runner = find_runner(chosen_python(options), launch.python);
    std::vector<std::string> argv{runner.python, "-m", "test"};
    const std::vector<std::string> selection = selection_words(launch);
    argv.insert(argv.end(), selection.begin(), selection.end());
    return list_tests(argv);
  };
}

Plan plan_of(const Question& question, const Options& options) {
  const Case the_case = case_of(question, options, suspicion_of(question, {}));
  return {rehearse_in_vain(the_case, options.jobs), forecast(the_case, options.jobs), options.jobs};
}

Explanation explain(const Question& question, const Options& options, Narration& narration) {
  Runner runner = find_runner(chosen_python(options), question.launch.python);
  const Replay replay = replay_of(question, runner.python, runner.features, options);
  find_tests(runner, question.launch, question.victim);
  Journal journal(options.state, label_of(question.victim), about(question, runner, replay, options),
                  options.fresh);
  Durations durations = durations_of(question.run);

  narration.say(fmt::format("runner: {}", runner.version));
  if (journal.known() > 0) {
    narration.say(fmt::format("{} answers are known from {}; --fresh forgets them", journal.known(),
                              journal.directory().string()));
  }
  TestOrder whole = question.suspects;
  whole.push_back(question.victim);
  const fs::path file = fs::absolute(journal.next_tests());
  write_file(file, replay.file_text(whole));
  {
    const Scratch scratch(fs::absolute(journal.directory()) / "scratch");
    prove_order(replay.probe_argv(whole, file, scratch.directory()), whole);
  }
  if (!fits_in_file(whole)) {
    narration.say(
        "the runner's --fromfile cuts dotted names, so the probes name their tests on the command line");
  }

  warn_of_load(options.jobs, narration);
  const Sources sources = read_sources(runner.test_directory, whole);
  const Case the_case = case_of(question, options, suspicion_of(question, sources));
  const auto rest = [&](const std::vector<Trial>& so_far) { return forecast_rest(the_case, so_far, durations, options.jobs); };

  const auto watch = [&narration](const Progress& progress) { narration.progress(progress); };
  const Victim victim{question.victim, question.failure};
  const auto asks = [&](const Replay& how, const char* variant) {
    Ask ask =
        Prober(how, victim, options.timeout, patience_for(question), options.jobs, journal, durations, watch);
    if (options.verbose) {
      ask = [ask = std::move(ask), how, &narration](const Probe& probe) {
        narration.say("     " + quote_words(how.argv(probe.tests)));
        return ask(probe);
      };
    }
    ask = [ask = journal.remember(std::move(ask), variant), &durations](const Probe& probe) {
      Answer answer = ask(probe);
      durations.learn(probe.tests, answer.durations);
      return answer;
    };
    return ask;
  };
  Replay seedless = replay;
  seedless.seed.reset();

  Explanation explanation;
  explanation.options = replay.options;
  Result& result = explanation.result;
  try {
    result.conclusion = find_culprits(the_case, narration.announce(asks(replay, ""), rest));
    std::optional<TestOrder> failing;
    switch (result.conclusion.verdict) {
      case Verdict::order_dependent:
        failing = result.conclusion.group.culprits;
        break;
      case Verdict::fails_alone:
        failing.emplace();
        break;
      case Verdict::not_reproduced:
        break;
      case Verdict::inconclusive:
        failing = shortest_failing(narration.trials());
        break;
    }
    if (failing) {
      failing->push_back(question.victim);
      const bool proven = result.conclusion.verdict == Verdict::order_dependent && !result.conclusion.at_times;
      const Ask without_seed = narration.announce(asks(seedless, "without seed"));
      result.reproduce = proven ? command_to_paste(replay, *failing, without_seed) : replay.argv(*failing);
    }
  } catch (const Interrupted&) {
    if (std::optional<TestOrder> failing = shortest_failing(narration.trials())) {
      failing->push_back(question.victim);
      narration.say(fmt::format("\nthe smallest reproduction so far ({} tests):\n    {}", failing->size(),
                                quote_words(replay.argv(*failing))));
    }
    narration.say("interrupted; the same command goes on from here");
    throw;
  }
  result.trials = narration.trials();
  result.runner = runner.version;
  result.journal = journal.directory().string();
  return explanation;
}

}  // namespace bbbisect
