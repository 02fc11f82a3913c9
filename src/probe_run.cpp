#include "probe_run.hpp"

#include <bbbisect/judge.hpp>
#include <bbbisect/side_by_side.hpp>

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace bbbisect {
namespace {

constexpr mode_t everybody = 0666;

// Leaves of `run` its first `count` tests, and nothing that was said of all.
void cut(Run& run, std::size_t count) {
  run.tests.resize(std::min(run.tests.size(), count));
  run.sections.clear();
  run.closing.clear();
  run.finished = false;
  for (std::vector<Failure>* failures : {&run.failures, &run.repeats}) {
    failures->erase(std::remove_if(failures->begin(), failures->end(),
                                   [&](const Failure& failure) { return failure.place.value_or(count) >= count; }),
                    failures->end());
  }
}

// Finer times are noise, with which a repeated search would ask something else.
Seconds in_tenths(Seconds seconds) { return Seconds(std::ceil(seconds.count() * 10) / 10); }

}  // namespace

ProbeRun::ProbeRun(TestOrder tests, Victim victim, const std::filesystem::path& log)
    : tests_(std::move(tests)),
      victim_(std::move(victim)),
      file_(::open(log.c_str(), O_RDONLY | O_CREAT | O_CLOEXEC, everybody)) {
  reader_.expect(tests_);
}

ProbeRun::~ProbeRun() { ::close(file_); }

void ProbeRun::look() {
  std::array<char, 65536> block;
  bool news = false;
  for (ssize_t got = ::read(file_, block.data(), block.size()); got > 0;
       got = ::read(file_, block.data(), block.size())) {
    reader_.feed({block.data(), static_cast<std::size_t>(got)});
    news = true;
  }
  elapsed_ = std::chrono::steady_clock::now() - start_;
  if (!news) return;
  const BuildLog& log = reader_.so_far();
  const std::optional<std::size_t> last = log.runs.empty() ? std::nullopt : log.runs.front().last_started();
  first_seen_.resize(last ? std::min(*last + 1, tests_.size()) : 0, elapsed_);
  if (!last) return;
  const bool was_over = over_;
  over_ = started() == tests_.size() && !log.runs.front().closing.empty();
  if (was_over && !over_) checks_.clear();  // the end was output of a test
  learn_checks(log.runs.front());
}

void ProbeRun::learn_checks(const Run& run) {
  bool passed = true;
  std::size_t known = 0;
  const std::size_t ended = over_ ? started() : started() - 1;
  for (const std::size_t place : check_places(tests_, victim_.test)) {
    if (place >= ended) break;
    if (++known <= checks_.size()) continue;
    const std::string& result = run.tests[place].result;
    passed = passed && (result.empty() || result.starts_with("passed"));
  }
  if (known <= checks_.size()) return;
  if (passed && !over_) {
    checks_.resize(known, Outcome::passes);
    return;
  }
  Run concluded = std::move(reader_.concluded().runs.front());
  checks_ =
      (over_ ? judge(concluded, Stopped{}, tests_, victim_.test, victim_.failure) : judge_ended(std::move(concluded)))
          .checks;
}

Answer ProbeRun::judge_ended(Run run) const {
  cut(run, started() > 0 ? started() - 1 : 0);
  if (run.tests.empty()) return {};
  for (ShownTest& test : run.tests) {
    if (test.result.empty()) test.result = "passed";  // OLD and NEW-A print nothing for a quick pass
  }
  return judge(run, Stopped{}, tests_, victim_.test, victim_.failure);
}

Answer ProbeRun::judge_cut_off(Run run) const {
  cut(run, std::max<std::size_t>(started(), 1));
  if (!run.tests.empty()) run.tests.back().result.clear();
  return judge(run, TimedOut{}, tests_, victim_.test, victim_.failure);
}

std::vector<Seconds> ProbeRun::durations(std::size_t ended) const {
  std::vector<Seconds> durations;
  for (std::size_t i = 0; i < ended; ++i) {
    const Seconds end = i + 1 < started() ? first_seen_[i + 1] : elapsed_;
    durations.push_back(in_tenths(end) - in_tenths(first_seen_[i]));
  }
  return durations;
}

std::optional<Answer> ProbeRun::answer(const Ending& ending) {
  BuildLog log = reader_.finish();
  const bool stopped = std::holds_alternative<Stopped>(ending);
  const bool timed_out = std::holds_alternative<TimedOut>(ending);
  if (log.runs.empty()) return stopped ? std::optional(Answer()) : std::nullopt;

  Run& run = log.runs.front();
  // Without a summary the last one ended the run, or was ended with it.
  const bool to_its_end = run.finished && !stopped && !timed_out;
  const std::size_t ended = to_its_end || started() == 0 ? started() : started() - 1;
  Answer answer = stopped     ? judge_ended(std::move(run))
                  : timed_out ? judge_cut_off(std::move(run))
                              : judge(run, ending, tests_, victim_.test, victim_.failure);
  answer.durations = durations(ended);
  return answer;
}

}  // namespace bbbisect
