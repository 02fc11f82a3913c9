#include "commands.hpp"

#include <bbbisect/cleared.hpp>
#include <bbbisect/error.hpp>
#include <bbbisect/explain.hpp>
#include <bbbisect/judge.hpp>
#include <bbbisect/log_source.hpp>
#include <bbbisect/matching.hpp>
#include <bbbisect/process.hpp>
#include <bbbisect/suspicion.hpp>
#include <bbbisect/trust.hpp>

#include <fmt/format.h>
#include <sys/stat.h>

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <iterator>
#include <map>
#include <string_view>
#include <thread>

namespace bbbisect {
namespace fs = std::filesystem;
namespace {

// How much likelier than others are those that another victim of the log depends on.
constexpr double seen_before = 1000;

// regrtest's own limit where a log names none (--slow-ci, Makefile).
constexpr Seconds usual_runner_timeout{1200};

std::map<std::string, std::string> own_environment() {
  std::map<std::string, std::string> variables;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    const std::size_t equals = text.find('=');
    if (equals != std::string_view::npos) variables.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  return variables;
}

// Everything that an answer depends on and that can be seen from here. Another build of the same Python is
// another runner.
std::string about(const Question& question, const Runner& runner, const Replay& replay, const Options& options) {
  struct stat status {};
  const fs::path python = fs::absolute(runner.python);
  const bool there = ::stat(python.c_str(), &status) == 0;
  std::string text = "bbbisect journal 1\n";
  text += fmt::format("victim: {}\n", question.victim);
  if (question.failure) text += fmt::format("failure: {}\n", describe(*question.failure));
  text += fmt::format("directory: {}\npython: {}\n", fs::current_path().string(), python.string());
  text += fmt::format("version: {}\n", runner.build.text);
  if (there) text += fmt::format("build: {} bytes of {}\n", status.st_size, status.st_mtime);
  text += fmt::format("probe: {}\n", quote_words(replay.argv({question.victim})));
  text += fmt::format("environment: {}\n", quote_words(watched_variables(own_environment())));
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
  return timeout_of(question.launch).value_or(usual_runner_timeout);
}

unsigned own_cores() { return std::max(std::thread::hardware_concurrency(), 1U); }

// Runs that share a core with others take longer, and what depends on time fails for another reason.
void warn_of_load(int jobs, Narration& narration) {
  const auto cores = static_cast<double>(own_cores());
  double load = 0;
  if (jobs < 2 || ::getloadavg(&load, 1) != 1) return;
  if (jobs > cores) {
    narration.say(fmt::format("note: --jobs {} on {} cores: the runs slow each other down", jobs, cores));
  } else if (load + jobs > cores + 0.5) {
    narration.say(fmt::format(
        "note: the load of this machine is {:.1f} on {} cores; with --jobs {} the runs slow each other down", load,
        cores, jobs));
  }
}

Replay replay_of(const Question& question, const std::string& python, const Features& features,
                 const Options& options) {
  return {python, replay_options(question.launch, features, needs_of(question, options.runner_options)), features,
          seed_to_give(question.run.seed)};
}

std::optional<LocalBuild> local_build(const Options& options) {
  try {
    return ask_build(chosen_python(options));
  } catch (const Error&) {
    return std::nullopt;
  }
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
  if (version.find("CPython 3.14") != std::string::npos || version.find("CPython 3.15") != std::string::npos) {
    replay.features.options.insert("--no-randomize");
  }
  return replay;
}

void take_test_directory(const BuildLog& log, Options& options) {
  if (test_directory(options.runner_options)) return;
  for (const Run& run : log.runs) {
    const std::optional<Launch> launch = parse_launch(run.command);
    const std::optional<std::string> directory = launch ? launch->value_of("--testdir") : std::nullopt;
    if (!directory || !only_ours(*directory)) continue;
    options.runner_options.push_back("--testdir=" + *directory);
    return;
  }
}

ListTests local_list(const BuildLog& log, const Options& options) {
  return [&log, &options] {
    const Run* run = log.run();
    const Launch launch = run == nullptr ? Launch{} : parse_launch(run->command).value_or(Launch{});
    const Runner runner = find_runner(chosen_python(options), launch.python);
    std::vector<std::string> argv{runner.python, "-m", "test"};
    const std::vector<std::string> selection = selection_words(launch);
    argv.insert(argv.end(), selection.begin(), selection.end());
    if (const auto own = test_directory(options.runner_options)) argv.push_back("--testdir=" + *own);
    return list_tests(argv);
  };
}

void read_further_logs(Question& question, const Options& options) {
  // A log in which one of several victims passed may be one in which another failed.
  const auto said = [&](bool fails) { return options.all_failures ? std::nullopt : std::optional<bool>(fails); };
  const auto read = [&](const fs::path& path) {
    return read_log({path.string(), "", "", {}, options.max_size}, [](const std::string&) {}).log;
  };
  for (const fs::path& path : options.passing) add_further_log(question, read(path), path.string(), said(false));
  for (const fs::path& path : options.failing) add_further_log(question, read(path), path.string(), said(true));
}

std::optional<std::vector<Difference>> differences_here(const Question& question, const Options& options) {
  const std::optional<LocalBuild> local = local_build(options);
  if (!local) return std::nullopt;
  return differences(question, *local, own_environment());
}

std::vector<std::string> matching_here(const Question& question, const Options& options) {
  // The commands change the directory.
  const auto whole = [](const fs::path& path) { return log_from_anywhere(path.string()); };
  std::vector<std::string> again{"bbbisect"};
  if (options.test) again.insert(again.end(), {"--test", *options.test});
  for (const fs::path& path : options.passing) again.insert(again.end(), {"--passing", whole(path)});
  for (const fs::path& path : options.failing) again.insert(again.end(), {"--failing", whole(path)});
  // Of a Buildbot the build and the step that were read: tomorrow its latest failed build is another.
  const bool of_buildbot = question.origin.kind == LogOrigin::Kind::buildbot;
  again.push_back(of_buildbot ? question.origin.name : whole(options.log));
  if (!options.runner_options.empty()) again.emplace_back("--");
  again.insert(again.end(), options.runner_options.begin(), options.runner_options.end());
  return matching_commands(question, local_build(options), own_cores(), again);
}

Plan plan_of(const Question& question, const Options& options) {
  const Case the_case = case_of(question, options, suspicion_of(question, {}));
  return {rehearse_in_vain(the_case, options.jobs), forecast(the_case, options.jobs), options.jobs};
}

namespace {

// Where nothing is known of its source, the victim may use the random module.
bool may_use_random(const Sources& sources, const std::string& victim) {
  const auto found = sources.find(victim);
  return found == sources.end() || found->second.uses.contains("random");
}

TriageCase triage_case_of(const Question& question, const Options& options, const Circumstances& circumstances,
                          const Sources& sources, Case order) {
  TriageCase the_case;
  Question inverted = question;
  inverted.suspects = question.setters;
  // Who sets up what the victim needs ran before it where it passed.
  for (FurtherRun& run : inverted.further) run.fails = !run.fails;
  order.suspicion.merge(suspicion_of(inverted, sources));
  the_case.order = std::move(order);
  the_case.factors = circumstances.factors();
  the_case.logged = circumstances.logged();
  the_case.variables = circumstances.variables();
  the_case.setters = question.setters;
  the_case.order_impossible = question.run.mode == RunMode::parallel;
  // Before CPython 3.11.7 a test is run again in the same process, behind all others (regrtest.md 5.3).
  the_case.setter_likely =
      question.passed_again && question.run.mode != RunMode::parallel && question.run.standard_first;
  the_case.at_the_same_time = question.beside;
  the_case.workers = question.run.mode == RunMode::parallel ? std::min(question.run.workers.value_or(0), most_jobs) : 0;
  the_case.may_use_random = may_use_random(sources, question.victim);
  the_case.load = static_cast<int>(own_cores()) * 2;
  the_case.only = options.only;
  return the_case;
}

// Tells apart what is asked under other conditions; "" for those of the log.
std::string variant_of(const Circumstances& circumstances, const Conditions& conditions) {
  const bool of_log = conditions.factors == circumstances.logged();
  std::string text = of_log ? "" : "with " + join(circumstances.names(conditions.factors), " ");
  if (!of_log) text += " seed " + circumstances.seed(conditions).value_or("none");
  if (conditions.workers > 0) text += " -j" + std::to_string(conditions.workers);
  if (conditions.load > 0) text += " load " + std::to_string(conditions.load);
  return text;
}

// The runs that a search asks for, told and kept: under the conditions that are wanted.
class Laboratory {
 public:
  using MakeAsk = std::function<Ask(const Replay&, const std::string& variant)>;
  Laboratory(const Circumstances& circumstances, MakeAsk make)
      : circumstances_(circumstances), make_(std::move(make)) {}

  Answer operator()(const Conditions& conditions, Probe probe) {
    probe.under = circumstances_.describe(conditions);
    const std::string variant = variant_of(circumstances_, conditions);
    auto found = asks_.find(variant);
    if (found == asks_.end()) {
      found = asks_.emplace(variant, make_(circumstances_.replay(conditions), variant)).first;
    }
    return found->second(probe);
  }

  /// The same without a seed.
  Answer without_seed(const Conditions& conditions, const Probe& probe) {
    const std::string variant = variant_of(circumstances_, conditions) + "without seed";
    auto found = asks_.find(variant);
    if (found == asks_.end()) {
      Replay replay = circumstances_.replay(conditions);
      replay.seed.reset();
      found = asks_.emplace(variant, make_(replay, variant)).first;
    }
    return found->second(probe);
  }

 private:
  const Circumstances& circumstances_;
  MakeAsk make_;
  std::map<std::string, Ask> asks_;
};

// What the log had and no run can have, taken out of `options` and `surroundings`: what is not handed on, and with what
// this Python does not start.
std::vector<Difference> missed_options(ReplayOptions& options, const Runner& runner, Surroundings& surroundings) {
  constexpr const char* no_start = "this Python does not start with it";
  std::vector<Difference> missed;
  if (!starts(runner.python, options.python_options, {})) {
    for (OptionDecision& decision : options.decisions) {
      const auto word = std::ranges::find(options.python_options, decision.option);
      if (word == options.python_options.end() || starts(runner.python, {*word}, {})) continue;
      options.python_options.erase(word);
      decision = {decision.option, Action::dropped, no_start, true};
    }
  }
  for (const OptionDecision& decision : options.decisions) {
    if (decision.missed) missed.push_back({decision.option, "given", decision.why, false});
  }
  if (!surroundings.tried.empty() && !starts(runner.python, {}, surroundings.tried)) {
    std::erase_if(surroundings.tried, [&](const auto& variable) {
      if (starts(runner.python, {}, {variable})) return false;
      missed.push_back({variable.first, variable.second.value_or("unset"), no_start, false});
      return true;
    });
  }
  return missed;
}

// The seed and the order are kept at once, by the runner's own word.
void prove_replay(const Replay& replay, const TestOrder& whole, const Journal& journal) {
  const fs::path file = fs::absolute(journal.next_tests());
  write_file(file, replay.file_text(whole));
  const Scratch scratch(fs::absolute(journal.directory()) / "scratch");
  prove_order(replay.probe_argv(whole, file, scratch.directory()), whole);
}

}  // namespace

void Hints::learn(const Result& result) {
  const Group& group = result.finding.order.group;
  tests.insert(group.culprits.begin(), group.culprits.end());
  const std::vector<std::string> names = result.circumstances.names(result.finding.factors);
  factors.insert(names.begin(), names.end());
}

Explanation explain(const Question& question, const Options& options, Narration& narration, const Hints& hints) {
  Runner runner = find_runner(chosen_python(options), question.launch.python);
  Replay replay = replay_of(question, runner.python, runner.features, options);
  Surroundings surroundings = surroundings_of(question.environment, question.run.encodings, own_environment());
  std::vector<Difference> different = missed_options(replay.options, runner, surroundings);
  find_tests(runner, test_directory(options.runner_options), question.launch, question.victim);
  Journal journal(options.state, label_of(question.victim), about(question, runner, replay, options), options.fresh);
  Durations durations = durations_of(question.run);

  narration.say(fmt::format("runner: {}", runner.build.text));
  for (const Difference& missed : different) {
    narration.say(fmt::format("note: {} of the log is not replayed: {}", missed.what, missed.here));
  }
  for (const std::string& name : surroundings.left_out) {
    narration.say(fmt::format("note: {} is left out: it is set here, and was not in the log", name));
  }
  const std::vector<Difference> of_builds = differences(question, runner.build, own_environment());
  different.insert(different.end(), of_builds.begin(), of_builds.end());
  if (const std::string phrase = phrase_of(different); !phrase.empty()) {
    const std::string revision = revision_of(logged_build(question));
    narration.say(
        fmt::format("note: this Python is not the log's: {}{}", phrase,
                    revision.empty() ? "" : "; git checkout " + revision + " matches it, --matching tells how"));
  }
  if (journal.known() > 0) {
    narration.say(fmt::format("{} answers are known from {}; --fresh forgets them", journal.known(),
                              journal.directory().string()));
  }
  TestOrder whole = question.suspects;
  whole.push_back(question.victim);
  prove_replay(replay, whole, journal);
  if (!fits_in_file(whole)) {
    narration.say("the runner's --fromfile cuts dotted names, so the probes name their tests on the command line");
  }

  warn_of_load(options.jobs, narration);
  const Sources sources = read_sources(runner.test_directory, concat(whole, question.setters));
  const Circumstances circumstances(replay, needs_of(question, options.runner_options), surroundings);
  Suspicion suspicion = suspicion_of(question, sources);
  for (const std::string& test : hints.tests) suspicion[test] = seen_before;
  TriageCase the_case =
      triage_case_of(question, options, circumstances, sources, case_of(question, options, std::move(suspicion)));
  for (std::size_t i = 0; i < the_case.factors.size(); ++i) {
    if (hints.factors.contains(the_case.factors[i].name)) the_case.likely.insert(i);
  }
  const auto rest = [&](const std::vector<Trial>& so_far) {
    std::vector<Trial> of_the_order;
    std::ranges::copy_if(so_far, std::back_inserter(of_the_order),
                         [](const Trial& trial) { return trial.probe.under.empty(); });
    return forecast_rest(the_case.order, of_the_order, durations, options.jobs);
  };

  const auto watch = [&narration](const Progress& progress) { narration.progress(progress); };
  const Victim victim{question.victim, question.failure};
  Laboratory laboratory(circumstances, [&](const Replay& how, const std::string& variant) {
    Ask ask = Prober(how, victim, options.timeout, patience_for(question), options.jobs, journal, durations, watch);
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
    return narration.announce(std::move(ask), variant.empty() ? Narration::Rest(rest) : Narration::Rest());
  });

  Explanation explanation;
  explanation.options = replay.options;
  Result& result = explanation.result;
  result.circumstances = circumstances;
  try {
    result.finding = triage(
        the_case, [&](const Conditions& conditions, const Probe& probe) { return laboratory(conditions, probe); },
        [&](const std::string& sentence) { narration.say("     " + sentence); });
    result.trials = narration.trials();
    write_commands(result, question.victim, [&](const Conditions& conditions, const Probe& probe) {
      return laboratory.without_seed(conditions, probe);
    });
  } catch (const Interrupted&) {
    if (std::optional<TestOrder> failing = shortest_failing(narration.trials())) {
      failing->push_back(question.victim);
      narration.say(fmt::format("\nthe smallest reproduction so far ({}):\n    {}", counted(failing->size(), "test"),
                                quote_words(replay.argv(*failing))));
    }
    narration.say("interrupted; the same command goes on from here");
    throw;
  }
  result.trials = narration.trials();
  result.runner = runner.build.text;
  if (options.directory) result.directory = options.directory->string();
  result.differences = different;
  result.journal = journal.directory().string();
  return explanation;
}

}  // namespace bbbisect
