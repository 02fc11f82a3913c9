#include <bbbisect/error.hpp>
#include <bbbisect/judge.hpp>
#include <bbbisect/prober.hpp>
#include <bbbisect/process.hpp>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>

namespace bbbisect {
namespace fs = std::filesystem;
namespace {

using Clock = std::chrono::steady_clock;

// Reads a child's output as it grows.
class Follower {
 public:
  Follower(const fs::path& log, const TestOrder& tests) : file_(::open(log.c_str(), O_RDONLY | O_CLOEXEC)) {
    reader_.expect(tests);
  }
  ~Follower() { ::close(file_); }
  Follower(const Follower&) = delete;
  Follower& operator=(const Follower&) = delete;

  const BuildLog& catch_up() {
    std::array<char, 65536> block;
    for (ssize_t got = ::read(file_, block.data(), block.size()); got > 0;
         got = ::read(file_, block.data(), block.size())) {
      reader_.feed({block.data(), static_cast<std::size_t>(got)});
    }
    return reader_.so_far();
  }

  BuildLog finish() {
    catch_up();
    return reader_.finish();
  }

 private:
  int file_;
  LogReader reader_;
};

// Our SIGINT is itself something that a test can react to, and regrtest goes on to a summary: nothing that
// was printed after the deadline says anything about the tests.
void cut_at_deadline(Run& run, std::size_t started) {
  run.tests.resize(std::min(run.tests.size(), std::max<std::size_t>(started, 1)));
  if (!run.tests.empty()) run.tests.back().result.clear();
  run.sections.clear();
  run.failures.clear();
  run.finished = false;
}

// A full disk cuts the runner's output short, which would read as a crash.
void check_room(const fs::path& directory) {
  std::error_code problem;
  const fs::space_info space = fs::space(directory, problem);
  constexpr std::uintmax_t least = 64 * 1024;
  if (problem || space.available >= least) return;
  throw Error(fmt::format("the disk that holds {} is full; make room, then run the same command again",
                          directory.string()),
              ExitStatus::internal);
}

}  // namespace

Prober::Prober(Replay replay, Victim victim, std::optional<Seconds> deadline, Seconds patience,
               Journal& journal, Durations& durations, OnProgress on_progress)
    : replay_(std::move(replay)),
      victim_(std::move(victim)),
      deadline_(deadline),
      patience_(patience),
      journal_(journal),
      durations_(durations),
      on_progress_(std::move(on_progress)) {}

Answer Prober::operator()(const Probe& probe) {
  const auto started = Clock::now();
  bool killed = false;
  Answer answer = run_once(probe, killed);
  if (killed) answer = run_once(probe, killed);
  answer.elapsed = Clock::now() - started;
  return answer;
}

Answer Prober::run_once(const Probe& probe, bool& killed_from_outside) {
  const Scratch scratch(fs::absolute(journal_.directory()) / "scratch");
  const fs::path tests = fs::absolute(journal_.next_tests());
  const fs::path log = fs::absolute(journal_.next_log());
  write_file(tests, replay_.file_text(probe.tests));
  write_file(log, "");

  Command command;
  command.argv = replay_.probe_argv(probe.tests, tests, scratch.directory());
  command.environment["TMPDIR"] = scratch.directory().string();
  command.environment["SOURCE_DATE_EPOCH"] = std::nullopt;  // it would switch shuffling off

  Limits limits;
  limits.deadline = deadline_.value_or(std::max(patience_, durations_.total(probe.tests) * 5) + Seconds(60));

  const auto started = Clock::now();
  Progress progress;
  progress.total = probe.tests.size();
  std::size_t in_time = 0;          // the tests that were started when the deadline came
  std::vector<Seconds> first_seen;  // by index, to a tenth of a second: the log's clock has but whole ones
  Follower follower(log, probe.tests);
  const auto watch = [&] {
    const BuildLog& so_far = follower.catch_up();
    const std::optional<std::size_t> last =
        so_far.runs.empty() ? std::nullopt : so_far.runs.back().last_started();
    if (last) progress.index = std::min(*last + 1, probe.tests.size());
    progress.elapsed = Clock::now() - started;
    first_seen.resize(progress.index, progress.elapsed);
    if (progress.elapsed <= limits.deadline) in_time = progress.index;
    progress.test = progress.index > 0 ? probe.tests[progress.index - 1] : "";
    progress.left = durations_.total(
        {probe.tests.begin() + static_cast<std::ptrdiff_t>(std::max<std::size_t>(progress.index, 1) - 1),
         probe.tests.end()});
    if (on_progress_) on_progress_(progress);
    return true;
  };
  const Ending ending = run(command, log, limits, watch);
  check_room(journal_.directory());

  BuildLog output = follower.finish();
  if (output.runs.empty()) {
    throw Error(fmt::format("the runner ended ({}) before its first test; what it said is in {}",
                            describe(ending), journal_.next_log().string()));
  }
  const bool timed_out = std::holds_alternative<TimedOut>(ending);
  if (timed_out) cut_at_deadline(output.runs.front(), in_time);
  const auto* killed = std::get_if<Killed>(&ending);
  killed_from_outside = killed != nullptr && killed->signal == SIGKILL;
  Answer answer = judge(output.runs.front(), ending, probe.tests, victim_.test, victim_.failure);
  if (timed_out && answer.breaker && in_time > 0 && in_time <= first_seen.size() &&
      limits.deadline - first_seen[in_time - 1] < limits.deadline / 2) {
    // It was merely running when the time was up.
    answer.breaker.reset();
    answer.why = fmt::format("the time limit of {} was up before {} had its turn: give a longer --timeout",
                             describe(limits.deadline), victim_.test);
  }
  first_seen.resize(std::min(*output.runs.front().last_started() + 1, probe.tests.size()),
                    Clock::now() - started);
  first_seen.emplace_back(Clock::now() - started);
  for (std::size_t i = 0; i + 1 < first_seen.size(); ++i) {
    answer.durations.push_back(first_seen[i + 1] - first_seen[i]);
  }
  return answer;
}

}  // namespace bbbisect
