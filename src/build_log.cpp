#include <bbbisect/build_log.hpp>

#include "copied_text.hpp"
#include "framing.hpp"
#include "line_feed.hpp"
#include "run_reader.hpp"

#include <bbbisect/error.hpp>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iostream>
#include <optional>
#include <utility>

namespace bbbisect {

std::optional<std::size_t> Run::last_started() const {
  for (std::size_t i = tests.size(); i > 0; --i) {
    if (!tests[i - 1].name.empty()) return i - 1;
  }
  return std::nullopt;
}

TestOrder Run::shown() const {
  TestOrder names;
  for (const ShownTest& test : tests) {
    if (!test.name.empty()) names.push_back(test.name);
  }
  return names;
}

const Failure* Run::failure_of(std::string_view name) const {
  const auto found = std::find_if(failures.begin(), failures.end(),
                                  [&](const Failure& failure) { return same_test(failure.test, name); });
  return found == failures.end() ? nullptr : &*found;
}

const Failure* Run::failure_at(std::size_t place) const {
  for (const std::vector<Failure>* list : {&repeats, &failures}) {
    const auto found =
        std::find_if(list->begin(), list->end(), [&](const Failure& failure) { return failure.place == place; });
    if (found != list->end()) return &*found;
  }
  return nullptr;
}

const Run* BuildLog::run() const {
  const auto has_failure = [](const Run& run) {
    return std::any_of(run.failures.begin(), run.failures.end(),
                       [](const Failure& failure) { return failure.kind != FailureKind::env_changed; });
  };
  auto found = std::find_if(runs.begin(), runs.end(), has_failure);
  if (found == runs.end()) {
    found = std::find_if(runs.begin(), runs.end(), [](const Run& run) { return !run.failures.empty(); });
  }
  if (found == runs.end()) found = runs.begin();
  return found == runs.end() ? nullptr : &*found;
}

struct LogReader::State {
  LineFeed feed;
  RunReader reader;
  std::size_t bytes = 0;
  bool may_be_framed = true;  // not yet decided; a probe's output is not
  std::string start;          // until it is
  std::optional<Framing> framing;
  std::size_t plain_bytes = 0;
  bool may_be_copied = true;  // nor is that
  std::string whole;          // all of a short text, in case that it was copied

  void is_a_probes() { may_be_framed = may_be_copied = false; }

  void take(std::string_view more) {
    bytes += more.size();
    if (may_be_framed) {
      const std::size_t wanted = std::min(Framing::head - start.size(), more.size());
      start += more.substr(0, wanted);
      more.remove_prefix(wanted);
      if (start.size() < Framing::head) return;
      decide();
    }
    pass(more);
  }

  BuildLog concluded() {
    if (may_be_framed) decide();
    if (framing) framing->finish([this](std::string_view text) { take_plain(text); });
    feed.finish(receiver());
    reader.finish(feed.tail());
    return reader.take();
  }

  // A copy of a large log takes as long as reading it: what is not framed comes straight from `in`.
  void take_all(std::istream& in) {
    const LineFeed::Receiver receive = receiver();
    while (in) {
      const LineFeed::Room room = feed.room();
      in.read(room.data, static_cast<std::streamsize>(room.size));
      const auto size = static_cast<std::size_t>(in.gcount());
      if (size == 0) break;
      if (may_be_framed || framing) {
        take(std::string({room.data, size}));
      } else {
        bytes += size;
        count_plain({room.data, size});
        feed.add(size, receive);
      }
    }
  }

 private:
  LineFeed::Receiver receiver() {
    return [this](const FedLine& line) { return reader.line(line); };
  }

  void decide() {
    may_be_framed = false;
    framing.emplace(start);
    if (!framing->any()) framing.reset();
    pass(std::exchange(start, {}));
  }

  void pass(std::string_view more) {
    if (!framing) return take_plain(more);
    framing->undo(more, [this](std::string_view text) { take_plain(text); });
  }

  void take_plain(std::string_view more) {
    count_plain(more);
    const LineFeed::Receiver receive = receiver();
    while (!more.empty()) {
      const LineFeed::Room room = feed.room();
      const std::size_t size = std::min(room.size, more.size());
      std::memcpy(room.data, more.data(), size);
      feed.add(size, receive);
      more.remove_prefix(size);
    }
  }

  void count_plain(std::string_view more) {
    plain_bytes += more.size();
    may_be_copied = may_be_copied && plain_bytes <= longest_copied;
    if (may_be_copied) whole += more;
    if (!may_be_copied && !whole.empty()) whole = {};
  }
};

namespace {

// How much a log tells.
std::size_t facts_in(const BuildLog& log) {
  std::size_t facts = log.environment.size() + (log.exit_status ? 1 : 0) + (log.wrapper_end.empty() ? 0 : 1);
  for (const Run& run : log.runs) {
    for (const ShownTest& test : run.tests) {
      facts += (test.name.empty() ? 0U : 3U) + (test.result.empty() ? 0U : 1U) + (test.started ? 1U : 0U);
    }
    for (const ResultSection& section : run.sections) {
      for (const TestOrder* names : {&section.failed, &section.env_changed, &section.skipped, &section.resource_denied,
                                     &section.run_no_tests, &section.omitted, &section.rerun}) {
        facts += names->size() + 1;
      }
    }
    for (const Failure& failure : run.failures) {
      facts += 3 + failure.methods.size() + failure.exceptions.size() + failure.modules.size() + failure.altered.size();
    }
    for (const std::string* text : {&run.version, &run.platform, &run.build, &run.resources, &run.encodings, &run.cpus,
                                    &run.how_ended, &run.closing}) {
      facts += text->empty() ? 0 : 1;
    }
    for (const std::string& word : run.command) facts += word.size();
    facts += (run.workers ? 1U : 0U) + (run.seed ? 1U : 0U) + (run.total ? 1U : 0U) + (run.announced ? 1U : 0U) +
             (run.rerun_count ? 1U : 0U) + (run.finished ? 1U : 0U);
  }
  return facts;
}

std::size_t failures_in(const BuildLog& log) {
  std::size_t failures = 0;
  for (const Run& run : log.runs) failures += run.failures.size();
  return failures;
}

}  // namespace

LogReader::LogReader() : state_(std::make_unique<State>()) {}
LogReader::~LogReader() = default;
LogReader::LogReader(LogReader&&) noexcept = default;
LogReader& LogReader::operator=(LogReader&&) noexcept = default;

void LogReader::feed(std::string_view bytes) { state_->take(bytes); }

const BuildLog& LogReader::so_far() const { return state_->reader.log(); }

BuildLog LogReader::concluded() const { return state_->reader.concluded(); }

void LogReader::expect(const TestOrder& tests) {
  state_->reader.expect(tests);
  state_->is_a_probes();
}

BuildLog LogReader::finish() {
  BuildLog log = state_->concluded();
  const std::vector<CopiedText> ways =
      state_->may_be_copied ? before_copying(state_->whole) : std::vector<CopiedText>();
  for (const CopiedText& way : ways) {
    LogReader reader;
    reader.state_->is_a_probes();
    reader.feed(way.text);
    BuildLog other = reader.state_->concluded();
    const bool is_better = failures_in(other) >= failures_in(log) && facts_in(other) > facts_in(log);
    if (!is_better && (!way.sure || other.runs.empty())) continue;
    log = std::move(other);
    log.copied = way.how;
  }
  log.bytes = state_->bytes;
  return log;
}

BuildLog read_build_log(std::istream& in) {
  LogReader reader;
  reader.state_->take_all(in);
  return reader.finish();
}

BuildLog read_build_log(const std::filesystem::path& path) {
  const auto fail = [&](int error) {
    throw Error("cannot read " + path.string() + ": " + std::strerror(error) +
                "; give the log of a test step as a file, or - for standard input");
  };
  if (path == "-") {
    BuildLog log = read_build_log(std::cin);
    if (std::cin.bad()) fail(EIO);
    return log;
  }
  if (std::filesystem::is_directory(path)) fail(EISDIR);
  errno = 0;
  std::ifstream in(path, std::ios::binary);
  if (!in) fail(errno == 0 ? EIO : errno);
  BuildLog log = read_build_log(in);
  if (in.bad()) fail(errno == 0 ? EIO : errno);
  return log;
}

}  // namespace bbbisect
