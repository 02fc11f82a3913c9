#include "run_reader.hpp"

#include <bbbisect/printable.hpp>

#include <algorithm>
#include <utility>

namespace bbbisect {
namespace {

// More than CPython has or a log needs; what keeps memory bounded whatever the text says.
constexpr std::size_t most_runs = 1000;
constexpr std::size_t most_tests = 100'000;
constexpr std::size_t most_entries = 1'000'000;
constexpr std::size_t most_names_of_section = 2000;
constexpr std::size_t most_sections = 16;
constexpr int most_rerun_names = 2000;
constexpr std::size_t longest_result = 300;

std::string shortened(std::string_view result) { return std::string(result.substr(0, longest_result)); }

/// Whether the line may be the first of a run without a header.
bool may_be_first(const ProgressLine& progress) {
  if (!progress.total) return progress.index == 1;
  return progress.index > 0 && progress.index <= *progress.total && *progress.total <= most_tests;
}

void make_printable(std::string& text) { text = printable(text); }

// A cut word would be another word.
void make_printable(std::vector<std::string>& command) {
  for (std::string& word : command) word = printable(word, unlimited);
}

void make_printable(Run& run) {
  for (std::string* text : {&run.version, &run.platform, &run.build, &run.resources, &run.encodings, &run.cpus,
                            &run.how_ended, &run.ended_outside, &run.closing}) {
    make_printable(*text);
  }
  if (run.seed) run.seed = printable(*run.seed, unlimited);
  make_printable(run.command);
  for (ShownTest& test : run.tests) make_printable(test.result);
  for (ResultSection& section : run.sections) make_printable(section.state);
  for (std::vector<Failure>* failures : {&run.failures, &run.repeats}) {
    for (Failure& failure : *failures) {
      make_printable(failure.text);
      for (TestOrder* names : {&failure.methods, &failure.exceptions, &failure.altered}) {
        for (std::string& name : *names) make_printable(name);
      }
    }
  }
}

// Names of tests and modules need nothing: what is none is not taken for one.
void conclude_all(BuildLog& log, const std::deque<RunNotes>& notes) {
  for (std::size_t i = 0; i < log.runs.size(); ++i) {
    conclude(log.runs[i], notes[i]);
    make_printable(log.runs[i]);
  }
  make_printable(log.wrapper_end);
  make_printable(log.first_command);
  make_printable(log.configure);
  std::map<std::string, std::string> environment;
  for (const auto& [name, value] : log.environment) environment[printable(name)] = printable(value, unlimited);
  log.environment = std::move(environment);
}

bool is_incomplete(const Run& run) { return run.total && run.tests.size() < *run.total; }

}  // namespace

Watch RunReader::line(const FedLine& fed) {
  if (fed.pairs == 0 && watch() != Watch::each) return watch();
  const std::string_view text = clean(fed.text, scratch_);
  if (in_environment_ && environment_line(text)) return watch();
  const bool under_separator = std::exchange(header_follows_, false);
  if (stage_ == Stage::summary) {
    summary_line(fed, text);
  } else if ((under_separator && failure_header(text)) ||
             ((fed.pairs & traceback) != 0 && !ignored_ && traceback_line(fed, text))) {
    // Its text follows.
  } else {
    // What it says may begin another.
    Reading reading = std::exchange(reading_, {});
    if (!known_line(fed, text) && reading.notes != nullptr) {
      reading_ = std::move(reading);
      reading_line(text);
    }
  }
  return watch();
}

void RunReader::finish(std::string_view tail) {
  // Buildbot's last lines, should the text be cut before "elapsedTime=".
  if (!ended_) wrapper_line({"", tail, elapsed}, "elapsedTime=");
  if (log_.runs.empty() && prelude_.info.seed) begin_run({});
  conclude_all(log_, notes_);
}

BuildLog RunReader::concluded() const {
  BuildLog log = log_;
  conclude_all(log, notes_);
  return log;
}

Watch RunReader::watch() const {
  if (stage_ == Stage::summary || in_environment_ || header_follows_ || reading_.notes != nullptr) return Watch::each;
  if (ignored_) return Watch::count;
  const bool only_run = stage_ == Stage::running && !ended_ && prelude_.command.empty();
  return only_run ? Watch::run : Watch::full;
}

// A line is shown only when it has a pair, so that each branch must have one that its lines cannot lack.
bool RunReader::known_line(const FedLine& fed, std::string_view line) {
  const auto has = [&](unsigned any) { return (fed.pairs & any) != 0; };
  if (has(bracket) && !ignored_ && progress_line(line)) return true;
  if (has(equals)) {
    if (result_title(fed, line)) return true;
    if (is_separator(line)) {
      header_follows_ = !ignored_;
      return true;
    }
  }
  if (has(colon) && closing_line(fed, line)) return true;
  if (has(seed | run_header | equals) && may_begin() && prelude_line(line)) return true;
  if (has(rerun) && rerun_line(line)) return true;
  if (has(timeout | python) && death_line(line)) return true;
  if (has(warning) && warning_line(line)) return true;
  if (has(module | regrtest | run_tests) && launch_line(line)) return true;
  if (has(dashes) && stage_ == Stage::idle && log_.configure.empty()) {
    log_.configure = read_configure(line);
    if (!log_.configure.empty()) return true;
  }
  return has(colon | elapsed | hashes) && wrapper_line(fed, line);
}

// ---- runs -----------------------------------------------------------------------------------------------

/// Whether the one run that a probe makes has begun: what looks like another is output of its tests.
bool RunReader::is_only_run() const { return !expected_.empty() && !log_.runs.empty(); }

/// Whether a header or a seed is one of a new run, not output of a test that itself runs tests.
bool RunReader::may_begin() const {
  if (is_only_run()) return false;
  const bool in_run = stage_ == Stage::running || stage_ == Stage::rerun;
  return !in_run || ended_ || !prelude_.command.empty();
}

void RunReader::begin_run(std::string_view prefix) {
  if (const Run* last = current(); last != nullptr && !ignored_) {
    if (headless_ && !ended_ && stage_ == Stage::running && last->sections.empty()) {
      // It was somebody's output, before the first header.
      log_.runs.pop_back();
      notes_.pop_back();
    } else if (!suspended_ && !ended_ && is_incomplete(*last)) {
      suspended_ = log_.runs.size() - 1;
    }
  }
  if (ignored_) notes_.pop_back();
  ignored_.reset();
  Run run = std::move(prelude_.info);
  run.command = std::move(prelude_.command);
  prelude_ = {};
  if (log_.runs.size() < most_runs) {
    log_.runs.push_back(std::move(run));
  } else {
    ++log_.runs_ignored;
    ignored_ = std::move(run);
  }
  notes_.emplace_back();
  stage_ = Stage::running;
  ended_ = headless_ = forever_ = was_result_ = false;
  announced_.reset();
  rerun_total_.reset();
  rerun_name_.clear();
  reading_ = {};
  last_traceback_ = nullptr;
  learn_prefix(prefix);
}

void RunReader::learn_prefix(std::string_view prefix) {
  constexpr std::size_t longest = 64;
  if (!prefix.empty() && prefix.size() <= longest) prefix_ = prefix;
}

std::string_view RunReader::clean(std::string_view raw, std::string& scratch) const {
  std::string_view text = clean_line(raw, scratch);
  if (prefix_.empty()) return text;
  if (text.starts_with(prefix_)) return text.substr(prefix_.size());
  // An empty line behind a prefix may have lost its blanks.
  const std::string_view prefix = std::string_view(prefix_).substr(0, prefix_.find_last_not_of(' ') + 1);
  return text == prefix ? std::string_view() : text;
}

bool RunReader::room_for(std::size_t entries) {
  if (entries_ + entries > most_entries) return false;
  entries_ += entries;
  return true;
}

void RunReader::note_module(TestNotes& noted, std::string_view module) {
  if (entries_ >= most_entries) return;
  const std::size_t known = noted.modules.size();
  add_module(noted.modules, module);
  entries_ += noted.modules.size() - known;
}

bool RunReader::prelude_line(std::string_view line) {
  if (const auto header = read_run_header(line)) {
    begin_run(header->prefix);
    Run& run = *current();
    run.mode = header->mode;
    run.workers = header->workers;
    announced_ = run.announced = header->total;
    run.standard_first = run.standard_first || header->child_processes;
    return true;
  }
  if (const auto seed = read_seed(line)) {
    if (seed->seed) prelude_.info.seed = *seed->seed;
    prelude_.info.standard_first = seed->without_colon;
    learn_prefix(seed->prefix);
    return true;
  }
  if (const auto info = read_info(line)) {
    prelude_.info.*info->field = info->text;
    return true;
  }
  return false;
}

bool RunReader::launch_line(std::string_view line) {
  auto launch = read_launch(line);
  if (!launch) return false;
  if (log_.first_command.empty()) log_.first_command = launch->command;
  if (prelude_.executed && !launch->executed) return true;
  prelude_.command = std::move(launch->command);
  prelude_.executed = launch->executed;
  return true;
}

// ---- progress -------------------------------------------------------------------------------------------

bool RunReader::progress_line(std::string_view line) {
  std::size_t from = 0;
  while (const auto progress = find_progress(line, from)) {
    if (take_progress(*progress, line)) return true;
  }
  return false;
}

/// Whether the line can be of the run that is to be read.
bool RunReader::is_expected(const ProgressLine& progress) const {
  if (expected_.empty()) return true;
  return progress.index > 0 && progress.index <= expected_.size() &&
         same_test(progress.name, expected_[progress.index - 1]);
}

/// Whether the line is the next of the run, or the second of its last test.
bool RunReader::fits(const ProgressLine& progress) const {
  const Run& run = *current();
  const std::size_t last = run.tests.size();
  if (progress.index == 0 || progress.index > most_tests) return false;
  if (forever_) {
    if (progress.index > last + 1) return false;
  } else if (announced_ || run.total) {
    if (progress.total != (run.total ? run.total : announced_) || progress.index > *progress.total) return false;
  } else if (!may_be_first(progress)) {
    return false;
  }
  if (run.mode == RunMode::parallel) return progress.index > last && !progress.result.empty();
  if (progress.index == last) return !progress.result.empty() && run.tests.back().name == progress.name;
  return progress.index > last;
}

/// Whether the line continues a run that seemed to be over.
bool RunReader::goes_on(const Run& run, const ProgressLine& progress) {
  return is_incomplete(run) && progress.total == run.total && progress.index == run.tests.size() + 1 &&
         (run.mode != RunMode::parallel || !progress.result.empty());
}

/// Whether the line tells of the test that was shown last: that it starts, or how it came out.
bool RunReader::is_last_again(const ProgressLine& progress) const {
  const Run& run = log_.runs.back();
  return progress.total == run.total && progress.index == run.tests.size() &&
         same_test(progress.name, run.tests.back().name);
}

/// A test may print the output of other runs, with summaries and all. When the run that it belongs to goes
/// on, all that was theirs is dropped.
bool RunReader::resume(const ProgressLine& progress) {
  constexpr std::size_t most_runs_between = 8;
  const bool goes_on_after_all =
      is_only_run() && is_last_again(progress) && (stage_ != Stage::running || progress.result.empty());
  if (ignored_ || log_.runs.empty() || (stage_ == Stage::rerun && rerun_total_ == progress.total)) return false;
  std::size_t place = log_.runs.size() - 1;
  if (suspended_ && log_.runs.size() - *suspended_ <= most_runs_between && goes_on(log_.runs[*suspended_], progress)) {
    place = *suspended_;
  } else if (!goes_on_after_all && !goes_on(log_.runs.back(), progress)) {
    return false;
  }
  while (log_.runs.size() > place + 1) {
    log_.runs.pop_back();
    notes_.pop_back();
  }
  Run& run = log_.runs.back();
  // A result may come behind what the test itself printed, or be printed behind all by what a test left: the
  // summary stays until there is another.
  if (!goes_on_after_all) {
    run.sections.clear();
    run.closing.clear();
    run.finished = false;
  }
  run.rerun_count.reset();
  notes().rerun.clear();
  suspended_.reset();
  stage_ = Stage::running;
  prelude_ = {};
  reading_ = {};
  last_traceback_ = nullptr;
  return true;
}

bool RunReader::take_progress(const ProgressLine& progress, std::string_view line) {
  if (!is_expected(progress)) return false;
  const bool over = stage_ == Stage::closed || ended_;
  const bool new_run =
      stage_ == Stage::idle || (over && !is_only_run() && (!prelude_.command.empty() || prelude_.info.seed));
  if (stage_ == Stage::running && fits(progress)) {
    // The next of the current run.
  } else if (resume(progress)) {
    // The next of a run that seemed to be over.
  } else if (new_run && may_be_first(progress)) {
    begin_run({});
    headless_ = true;
  } else {
    // It starts, or it is over, and what it printed follows.
    const bool of_rerun = !progress.result.empty() || progress.total == rerun_total_;
    if (stage_ == Stage::rerun && of_rerun) rerun_name_ = progress.name;
    return false;
  }

  Run& run = *current();
  const std::size_t last = run.tests.size();
  const bool is_new = progress.index > last;
  if (is_new && !room_for(progress.index - last)) return true;
  forever_ = forever_ || !progress.total;
  if (!forever_) run.total = progress.total;
  if (run.mode == RunMode::unknown) {
    if (progress.result.empty()) run.mode = RunMode::sequential;
    if (!progress.result.empty() && is_new && was_result_) run.mode = RunMode::parallel;
    was_result_ = !progress.result.empty() && is_new;
  }
  run.how_ended.clear();
  last_traceback_ = nullptr;
  if (is_new) run.tests.resize(progress.index);
  ShownTest& test = run.tests[progress.index - 1];
  if (is_new) {
    test.name = progress.name;
    test.started = clock_before(line, progress.bracket);
  }
  if (!progress.result.empty()) test.result = shortened(progress.result);
  if (is_only_run() && progress.result.empty()) {
    // When it starts only now, what was told of it before, and of the end, was somebody's output. Should no
    // other end follow, that line may be the output: `finished` stays, and nobody is believed.
    run.sections.clear();
    run.closing.clear();
    if (is_new) {
      run.finished = false;
    } else {
      test.result.clear();
      notes().tests.erase(progress.index - 1);
    }
  }
  if (!progress.previous.empty() && progress.index > 1) {
    ShownTest& previous = run.tests[progress.index - 2];
    if (previous.name.empty()) previous.name = progress.previous;
    if (previous.name == progress.previous) previous.result = shortened(progress.previous_result);
  }
  return true;
}

/// OLD and NEW-A print the result of the last test on a line of its own, just before the summary.
void RunReader::take_bare_result(std::string_view before) {
  Run& run = *current();
  if (run.mode != RunMode::sequential || run.tests.empty() || !run.tests.back().result.empty()) return;
  for (int i = 0; i < lookback_lines; ++i) {
    const std::optional<std::string_view> raw = take_last_line(before);
    if (!raw) return;
    std::string_view line = clean(*raw, scratch_before_);
    // A test may write without a newline at its end. Of a run whose tests are known it is told then as well:
    // there the result of a test that runs several times cannot be read from the summary.
    if (!expected_.empty()) {
      std::size_t from = 0;
      if (const auto progress = find_progress(line, from); progress && is_expected(*progress)) return;
      const std::size_t at = line.rfind(run.tests.back().name);
      if (at != std::string_view::npos) line.remove_prefix(at);
    }
    if (const auto result = bare_result(line, run.tests.back().name)) {
      run.tests.back().result = shortened(*result);
      return;
    }
  }
}

// ---- summaries and re-runs ------------------------------------------------------------------------------

bool RunReader::result_title(const FedLine& fed, std::string_view line) {
  const auto title = read_result_title(line);
  if (!title) return false;
  const bool new_run = !is_only_run() && (!prelude_.command.empty() || prelude_.info.seed);
  if (stage_ == Stage::idle || (stage_ == Stage::closed && new_run)) begin_run(title->prefix);
  Run& run = *current();
  // A probe is summed up once: what stood there before was output of its last test.
  if (is_only_run()) run.sections.clear();
  if (stage_ == Stage::running || is_only_run()) take_bare_result(fed.before);
  run.finished = true;
  run.how_ended.clear();
  // Beyond the limit the last one is overwritten: the first and the last are the ones that count.
  if (run.sections.size() == most_sections) run.sections.pop_back();
  run.sections.emplace_back().state = title->state;
  stage_ = ignored_ ? Stage::summarised : Stage::summary;
  list_ = nullptr;
  strange_lines_ = 0;
  return true;
}

void RunReader::summary_line(const FedLine& fed, std::string_view line) {
  if (line.empty()) return;
  ResultSection& section = current()->sections.back();
  if (is_name_line(line)) {
    if (list_ == nullptr) return;
    for (std::string& name : read_names(line)) {
      TestOrder& list = section.*list_;
      if (list.size() < most_names_of_section && room_for(1)) list.push_back(std::move(name));
    }
    return;
  }
  if (const auto title = read_section_title(line)) {
    list_ = title->list;
    strange_lines_ = 0;
    return;
  }
  list_ = nullptr;
  constexpr int most_strange_lines = 50;
  ++strange_lines_;
  if (known_line(fed, line)) return;
  if (is_bare_clock(line) || strange_lines_ > most_strange_lines) stage_ = Stage::summarised;
}

bool RunReader::closing_line(const FedLine& fed, std::string_view line) {
  const auto state = read_closing(line);
  Run* run = current();
  if (!state || run == nullptr) return false;
  if (stage_ == Stage::running) take_bare_result(fed.before);
  run->closing = *state;
  run->finished = true;
  stage_ = Stage::closed;
  return true;
}

bool RunReader::rerun_line(std::string_view line) {
  if (is_only_run()) return false;  // a probe runs nothing again
  if (stage_ != Stage::summary && stage_ != Stage::summarised && stage_ != Stage::rerun) return false;
  const auto rerun = read_rerun(line);
  if (!rerun) return false;
  Run& run = *current();
  if (rerun->name.empty()) {
    if (rerun->count) {
      run.rerun_count = rerun->count;
      rerun_total_ = static_cast<std::size_t>(*rerun->count);
    }
  } else {
    // OLD does not print their number.
    if (!rerun_total_) run.rerun_count = std::min(run.rerun_count.value_or(0) + 1, most_rerun_names);
    rerun_name_ = rerun->name;
    stage_ = Stage::rerun;
    if (TestNotes* noted = notes_of_shown(); noted != nullptr) {
      for (const std::string& method : rerun->methods) add_once(noted->functions, method);
    }
  }
  stage_ = Stage::rerun;
  return true;
}

}  // namespace bbbisect
