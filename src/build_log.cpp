#include <bbbisect/build_log.hpp>

#include "line_feed.hpp"
#include "run_reader.hpp"

#include <bbbisect/error.hpp>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iostream>

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
    const auto found = std::find_if(list->begin(), list->end(),
                                    [&](const Failure& failure) { return failure.place == place; });
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
  BuildLog snapshot;

  LineFeed::Receiver receiver() {
    return [this](const FedLine& line) { return reader.line(line); };
  }
};

LogReader::LogReader() : state_(std::make_unique<State>()) {}
LogReader::~LogReader() = default;
LogReader::LogReader(LogReader&&) noexcept = default;
LogReader& LogReader::operator=(LogReader&&) noexcept = default;

void LogReader::feed(std::string_view bytes) {
  state_->bytes += bytes.size();
  const LineFeed::Receiver receive = state_->receiver();
  while (!bytes.empty()) {
    const LineFeed::Room room = state_->feed.room();
    const std::size_t size = std::min(room.size, bytes.size());
    std::memcpy(room.data, bytes.data(), size);
    state_->feed.add(size, receive);
    bytes.remove_prefix(size);
  }
}

const BuildLog& LogReader::so_far() const { return state_->reader.log(); }

BuildLog LogReader::concluded() const { return state_->reader.concluded(); }

void LogReader::expect(const TestOrder& tests) { state_->reader.expect(tests); }

BuildLog LogReader::finish() {
  state_->feed.finish(state_->receiver());
  state_->reader.finish(state_->feed.tail());
  BuildLog log = state_->reader.take();
  log.bytes = state_->bytes;
  return log;
}

BuildLog read_build_log(std::istream& in) {
  LogReader reader;
  LogReader::State& state = *reader.state_;
  const LineFeed::Receiver receive = state.receiver();
  // Straight into the reader's buffer: a copy of a large log takes as long as reading it.
  while (in) {
    const LineFeed::Room room = state.feed.room();
    in.read(room.data, static_cast<std::streamsize>(room.size));
    const auto size = static_cast<std::size_t>(in.gcount());
    if (size == 0) break;
    state.bytes += size;
    state.feed.add(size, receive);
  }
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
