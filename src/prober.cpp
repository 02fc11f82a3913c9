#include "probe_run.hpp"

#include <bbbisect/error.hpp>
#include <bbbisect/judge.hpp>
#include <bbbisect/prober.hpp>
#include <bbbisect/process.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <deque>

namespace bbbisect {
namespace fs = std::filesystem;
namespace {

using Clock = std::chrono::steady_clock;

// A test hangs when it takes that much longer than expected: no test was seen to take ten times its time but
// on a machine that was busy with something else, and for quick ones that is less than such a machine's
// noise.
constexpr double patience_factor = 10;
constexpr Seconds patience_at_least{60};

// A full disk cuts the runner's output short, which would read as a crash.
void check_room(const fs::path& directory) {
  std::error_code problem;
  const fs::space_info space = fs::space(directory, problem);
  constexpr std::uintmax_t least = 64 * 1024;
  if (problem || space.available >= least) return;
  throw Error(
      fmt::format("the disk that holds {} is full; make room, then run the same command again", directory.string()),
      ExitStatus::internal);
}

}  // namespace

Prober::Prober(Replay replay, Victim victim, std::optional<Seconds> deadline, Seconds patience, int jobs,
               Journal& journal, Durations& durations, OnProgress on_progress)
    : replay_(std::move(replay)),
      victim_(std::move(victim)),
      deadline_(deadline),
      patience_(patience),
      jobs_(jobs),
      journal_(journal),
      durations_(durations),
      on_progress_(std::move(on_progress)) {
  for (int part = 2; part <= most_jobs; ++part) remove_noted(scratch_note(part));
}

Answer Prober::operator()(const Probe& probe) {
  const auto started = Clock::now();
  if (replay_.workers > 0) {
    Answer answer = run_workers(probe);
    answer.elapsed = Clock::now() - started;
    return answer;
  }
  const auto expected = [this](const std::string& test) { return durations_.of(test); };
  const std::vector<Part> parts = deal_out(probe, victim_.test, jobs_, expected);
  std::optional<Answer> answer;
  bool killed = false;
  if (parts.size() > 1) answer = run_parts(probe, parts, killed);
  const bool second_try = killed;  // memory for several may have been what was lacking
  if (!answer || killed) answer = run_parts(probe, {whole(probe, victim_.test)}, killed);
  if (killed && !second_try) answer = run_parts(probe, {whole(probe, victim_.test)}, killed);
  answer->elapsed = Clock::now() - started;
  return *answer;
}

fs::path Prober::scratch_note(int part) const {
  const fs::path note = fs::absolute(journal_.directory()) / "scratch";
  return part == 1 ? note : fs::path(fmt::format("{}-{}", note.string(), part));
}

Seconds Prober::deadline_of(const TestOrder& tests) const {
  return deadline_.value_or(std::max(patience_, durations_.total(tests) * 5) + Seconds(60));
}

// Whether the test that runs takes so long that it will never end. The runner's own --timeout comes first.
bool Prober::hangs(const ProbeRun& run) const {
  if (deadline_ || run.started() == 0) return false;
  const Seconds expected = durations_.of(run.tests()[run.started() - 1]);
  return run.running() > std::max(patience_, expected * patience_factor) + patience_at_least;
}

void Prober::report(const std::vector<std::unique_ptr<ProbeRun>>& runs) const {
  if (!on_progress_) return;
  Progress progress;
  for (const auto& run : runs) {
    const TestOrder& tests = run->tests();
    const std::size_t index = run->started();
    progress.index += index;
    progress.total += tests.size();
    progress.elapsed = std::max(progress.elapsed, run->elapsed());
    if (run->over()) continue;
    if (progress.test.empty() && index > 0) progress.test = tests[index - 1];
    const auto running = tests.begin() + static_cast<std::ptrdiff_t>(std::max<std::size_t>(index, 1) - 1);
    progress.left = std::max(progress.left, durations_.total({running, tests.end()}));
  }
  on_progress_(progress);
}

std::optional<Answer> Prober::run_parts(const Probe& probe, const std::vector<Part>& parts, bool& killed) {
  journal_.forget_parts();
  std::deque<Scratch> scratches;
  std::vector<std::unique_ptr<ProbeRun>> runs;
  std::vector<bool> hung(parts.size());
  std::vector<Task> tasks;

  // What is known of all checks tells whether part `i` can still contribute.
  const auto is_needed = [&](std::size_t i) {
    std::vector<std::optional<Outcome>> known(check_places(probe.tests, victim_.test).size());
    for (std::size_t part = 0; part < parts.size(); ++part) {
      const std::vector<Outcome>& checks = runs[part]->checks();
      for (std::size_t n = 0; n < checks.size(); ++n) known[parts[part].chunks[n]] = checks[n];
    }
    const std::size_t count = checks_that_count(known, probe.enough, probe.sought);
    return std::any_of(parts[i].chunks.begin(), parts[i].chunks.end(),
                       [&](std::size_t chunk) { return chunk < count && !known[chunk]; });
  };
  const auto watch = [&](std::size_t i) {
    ProbeRun& run = *runs[i];
    run.look();
    report(runs);
    hung[i] = hangs(run);
    return !hung[i] && (run.over() || is_needed(i));
  };

  for (std::size_t i = 0; i < parts.size(); ++i) {
    const int number = static_cast<int>(i) + 1;
    const fs::path directory = scratches.emplace_back(scratch_note(number)).directory();
    const fs::path tests = fs::absolute(journal_.next_tests(number));
    const fs::path log = fs::absolute(journal_.next_log(number));
    write_file(tests, replay_.file_text(parts[i].tests));
    runs.push_back(std::make_unique<ProbeRun>(parts[i].tests, victim_, log));

    Task& task = tasks.emplace_back();
    task.command = command_for(parts[i].tests, tests, directory);
    task.output = log;
    task.limits.deadline = deadline_of(parts[i].tests);
    task.watcher = [&watch, i] { return watch(i); };
  }
  auto last_seen = Clock::now();
  if (replay_.load > 0) {
    tasks.front().watcher = [&watch, &last_seen] {
      last_seen = Clock::now();
      return watch(0);
    };
    // The watcher of a run that has ended is not called any more.
    const auto is_alone = [&last_seen] { return Clock::now() - last_seen > Seconds(1); };
    for (int i = 0; i < replay_.load; ++i) {
      Task& busy = tasks.emplace_back();
      busy.command.argv = {replay_.python, "-c", "while True: pass"};
      busy.output = "/dev/null";
      busy.watcher = [is_alone] { return !is_alone(); };
    }
  }
  const std::vector<Ending> endings = run_together(tasks);
  check_room(journal_.directory());

  killed = false;
  std::vector<Answer> answers;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    answers.push_back(answer_of(*runs[i], endings[i], hung[i], static_cast<int>(i) + 1));
    const auto* by_signal = std::get_if<Killed>(&endings[i]);
    killed = killed || (by_signal != nullptr && by_signal->signal == SIGKILL);
  }
  std::optional<Answer> answer = put_together(probe, victim_.test, parts, answers);
  return !answer && parts.size() == 1 ? answers.front() : answer;
}

Command Prober::command_for(const TestOrder& tests, const fs::path& file, const fs::path& directory) const {
  Command command;
  command.argv = replay_.probe_argv(tests, file, directory);
  command.environment = replay_.environment;
  command.environment["TMPDIR"] = directory.string();
  command.environment["SOURCE_DATE_EPOCH"] = std::nullopt;  // it would switch shuffling off
  return command;
}

Answer Prober::run_workers(const Probe& probe) {
  journal_.forget_parts();
  const TestOrder tests = for_workers(probe.tests, replay_.workers);
  const Scratch scratch(scratch_note(1));
  const fs::path file = fs::absolute(journal_.next_tests());
  const fs::path log = fs::absolute(journal_.next_log());
  write_file(file, replay_.file_text(tests));
  const Ending ending = run(command_for(tests, file, scratch.directory()), log, {deadline_of(tests)}, {});
  check_room(journal_.directory());
  const BuildLog output = read_build_log(log);
  if (output.runs.empty()) {
    throw Error(fmt::format("the runner ended ({}) before its first test; what it said is in {}", describe(ending),
                            log.string()));
  }
  return judge_parallel(output.runs.front(), ending, victim_.test, victim_.failure);
}

Answer Prober::answer_of(ProbeRun& run, const Ending& ending, bool hung, int part) const {
  const bool stopped_for_hanging = hung && std::holds_alternative<Stopped>(ending);
  std::optional<Answer> answer = run.answer(stopped_for_hanging ? Ending(TimedOut{}) : ending);
  if (!answer) {
    throw Error(fmt::format("the runner ended ({}) before its first test; what it said is in {}", describe(ending),
                            journal_.next_log(part).string()));
  }
  const Seconds deadline = deadline_of(run.tests());
  if (std::holds_alternative<TimedOut>(ending) && answer->breaker && run.started() > 0 &&
      deadline - (run.elapsed() - run.running()) < deadline / 2) {
    // It was merely running when the time was up.
    answer->breaker.reset();
    answer->why = fmt::format("the time limit of {} was up before {} had its turn: give a longer --timeout",
                              describe(deadline), victim_.test);
  }
  return *answer;
}

}  // namespace bbbisect
