#include <bbbisect/error.hpp>
#include <bbbisect/journal.hpp>

#include <fcntl.h>
#include <fmt/format.h>
#include <sha512.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

namespace bbbisect {
namespace fs = std::filesystem;
namespace {

using nlohmann::json;

std::string fingerprint(const std::string& text) {
  std::string hex(SHA512_DIGEST_STRING_LENGTH, '\0');
  SHA512Data(reinterpret_cast<const std::uint8_t*>(text.data()), text.size(), hex.data());
  return hex.substr(0, 12);
}

std::string system_message() { return std::strerror(errno); }

[[noreturn]] void cannot_write(const fs::path& path) {
  throw Error(
      fmt::format("cannot write {}: {}; make room, then run the same command again", path.string(), system_message()),
      ExitStatus::internal);
}

void write_all(int file, const std::string& text, const fs::path& path) {
  for (std::size_t done = 0; done < text.size();) {
    const ssize_t written = ::write(file, text.data() + done, text.size() - done);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) cannot_write(path);
    done += static_cast<std::size_t>(written);
  }
}

constexpr std::pair<Outcome, const char*> outcome_names[] = {
    {Outcome::passes, "passes"}, {Outcome::fails, "fails"}, {Outcome::unresolved, "unresolved"}};

// Probe::enough; less than 0 when passing checks are meant.
int signed_enough(const Probe& probe) { return probe.sought == Outcome::passes ? -probe.enough : probe.enough; }

std::string to_line(const std::string& variant, const Probe& probe, const Answer& answer) {
  json line;
  if (!variant.empty()) line["variant"] = variant;
  line["tests"] = probe.tests;
  if (probe.enough != 0) line["enough"] = signed_enough(probe);
  line["checks"] = json::array();
  for (Outcome outcome : answer.checks) {
    for (const auto& [value, name] : outcome_names) {
      if (value == outcome) line["checks"].push_back(name);
    }
  }
  line["why"] = answer.why;
  if (answer.skipped) line["skipped"] = true;
  line["breaker"] = answer.breaker ? json(*answer.breaker) : json();
  line["seconds"] = answer.elapsed.count();
  line["durations"] = json::array();
  for (Seconds seconds : answer.durations) line["durations"].push_back(seconds.count());
  return line.dump(-1, ' ', false, json::error_handler_t::replace) + "\n";
}

std::pair<std::tuple<std::string, int, TestOrder>, Answer> from_line(const std::string& text) {
  const json line = json::parse(text);
  Answer answer;
  for (const json& check : line.at("checks")) {
    for (const auto& [value, name] : outcome_names) {
      if (check == name) answer.checks.push_back(value);
    }
  }
  answer.why = line.at("why");
  answer.skipped = line.value("skipped", false);
  if (!line.at("breaker").is_null()) answer.breaker = line.at("breaker").get<std::string>();
  answer.elapsed = Seconds(line.at("seconds").get<double>());
  for (const json& seconds : line.at("durations")) answer.durations.emplace_back(seconds.get<double>());
  answer.recalled = true;
  return {{line.value("variant", ""), line.value("enough", 0), line.at("tests").get<TestOrder>()}, answer};
}

}  // namespace

void write_file(const fs::path& path, const std::string& text) {
  std::error_code problem;
  // A device or a pipe is written, not replaced.
  const bool in_place = fs::exists(path, problem) && !fs::is_regular_file(path, problem);
  std::string draft = in_place ? path.string() : path.string() + ".XXXXXX";
  const int file = in_place ? ::open(draft.c_str(), O_WRONLY | O_CLOEXEC) : ::mkostemp(draft.data(), O_CLOEXEC);
  if (file < 0) cannot_write(path);
  if (!in_place) {
    const mode_t mask = ::umask(0);
    ::umask(mask);
    ::fchmod(file, 0666 & ~mask);
  }
  try {
    write_all(file, text, path);
    if (::fsync(file) != 0 && errno != EINVAL) cannot_write(path);
  } catch (...) {
    ::close(file);
    if (!in_place) ::unlink(draft.c_str());
    throw;
  }
  ::close(file);
  if (!in_place && ::rename(draft.c_str(), path.c_str()) != 0) cannot_write(path);
}

Journal::Journal(const fs::path& state, const std::string& label, const std::string& about, bool fresh)
    : directory_(state / (label + "-" + fingerprint(about))) {
  std::error_code problem;
  fs::create_directories(directory_, problem);
  const auto unusable = [&](const std::string& cause) {
    return Error(fmt::format("cannot keep the journal in {}: {}; choose another directory with --state DIR",
                             state.string(), cause));
  };
  if (problem) throw unusable(problem.message());

  lock_ = ::open((directory_ / "lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  if (lock_ < 0 && errno == ENOSPC) cannot_write(directory_ / "lock");
  if (lock_ < 0) throw unusable(system_message());
  if (::flock(lock_, LOCK_EX | LOCK_NB) != 0) {
    ::close(lock_);
    throw unusable("another bbbisect is at work on the same question there; wait for it");
  }
  try {
    write_file(directory_ / "about", about);
    if (fresh) forget();
    const fs::path path = directory_ / "journal";
    file_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    if (file_ < 0) cannot_write(path);
    load();
  } catch (...) {
    if (file_ >= 0) ::close(file_);
    ::close(lock_);
    throw;
  }
}

Journal::~Journal() {
  ::close(file_);
  ::close(lock_);
}

// Removes the answers and their evidence, each by its name.
void Journal::forget() {
  std::error_code problem;
  fs::remove(directory_ / "journal", problem);
  for (std::size_t number = 1; forget_evidence(number, 1); ++number) forget_parts_of(number);
}

bool Journal::forget_evidence(std::size_t number, int part) {
  std::error_code problem;
  const bool tests = fs::remove(evidence(number, part, "tests"), problem);
  const bool log = fs::remove(evidence(number, part, "log"), problem);
  return tests || log;
}

void Journal::forget_parts_of(std::size_t number) {
  for (int part = 2; forget_evidence(number, part); ++part) {
  }
}

void Journal::forget_parts() { forget_parts_of(answers_ + 1); }

void Journal::load() {
  const fs::path path = directory_ / "journal";
  std::ifstream in(path, std::ios::binary);
  std::stringstream buffer;
  buffer << in.rdbuf();
  const std::string text = buffer.str();
  // An answer counts when its newline is there: a line that a kill or a full disk cut short was never given.
  const std::size_t end = text.rfind('\n') + 1;
  if (end < text.size() && ::ftruncate(file_, static_cast<off_t>(end)) != 0) cannot_write(path);
  for (std::size_t start = 0; start < end;) {
    const std::size_t newline = text.find('\n', start);
    try {
      const auto [key, answer] = from_line(text.substr(start, newline - start));
      answered_[key].push_back(answer);
    } catch (const json::exception&) {
      throw Error(fmt::format("{} is damaged in line {}: --fresh begins it anew", path.string(), answers_ + 1));
    }
    ++answers_;
    start = newline + 1;
  }
  known_ = answers_;
}

void Journal::note(const std::string& variant, const Probe& probe, const Answer& answer) {
  const off_t before = ::lseek(file_, 0, SEEK_END);
  try {
    write_all(file_, to_line(variant, probe, answer), directory_ / "journal");
  } catch (const Error&) {
    if (::ftruncate(file_, before) != 0) cannot_write(directory_ / "journal");
    throw;
  }
  ::fdatasync(file_);
  ++answers_;
}

Ask Journal::remember(Ask ask, std::string variant) {
  return [this, ask = std::move(ask), variant = std::move(variant)](const Probe& probe) {
    const Key key{variant, signed_enough(probe), probe.tests};
    const std::size_t nth = recalled_[key]++;
    const std::vector<Answer>& known = answered_[key];
    if (nth < known.size()) return known[nth];
    Answer answer = ask(probe);
    note(variant, probe, answer);
    answered_[key].push_back(answer);
    return answer;
  };
}

fs::path Journal::evidence(std::size_t number, int part, const char* kind) const {
  return directory_ /
         (part == 1 ? fmt::format("{:03}.{}", number, kind) : fmt::format("{:03}-{}.{}", number, part, kind));
}

fs::path Journal::next_tests(int part) const { return evidence(answers_ + 1, part, "tests"); }
fs::path Journal::next_log(int part) const { return evidence(answers_ + 1, part, "log"); }

}  // namespace bbbisect
