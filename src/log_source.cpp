#include <bbbisect/archive.hpp>
#include <bbbisect/buildbot.hpp>
#include <bbbisect/command.hpp>
#include <bbbisect/error.hpp>
#include <bbbisect/http.hpp>
#include <bbbisect/log_source.hpp>
#include <bbbisect/printable.hpp>

#include "log_text.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <iterator>
#include <map>
#include <memory>
#include <system_error>
#include <thread>
#include <tuple>
#include <utility>
#include <vector>

namespace bbbisect {
namespace fs = std::filesystem;
namespace {

constexpr int deepest = 3;  // an archive in an archive in a directory
constexpr std::size_t block = 64 * 1024;

/// Ends the program, also where another file could be read instead.
class TooMuch : public Error {
 public:
  using Error::Error;
};

std::string in_units(std::uint64_t bytes) {
  const int power = bytes >= std::uint64_t(1) << 30 ? 30 : bytes >= std::uint64_t(1) << 20 ? 20 : 10;
  return fmt::format("{:.1f} {}iB", std::ldexp(static_cast<double>(bytes), -power), " KMG"[power / 10]);
}

// ---- files

Bytes bytes_of_file(const std::string& path) {
  const auto fail = [path](int error) {
    throw Error(
        fmt::format("cannot read {}: {}; give the log of a test step as a file or an address, or - for "
                    "standard input",
                    printable(path), std::strerror(error)));
  };
  struct Closer {
    explicit Closer(int opened) : file(opened) {}
    ~Closer() {
      if (file > STDERR_FILENO) ::close(file);
    }
    Closer(const Closer&) = delete;
    Closer& operator=(const Closer&) = delete;
    int file;
    std::array<char, block> buffer{};
  };
  const int opened = path == "-" ? STDIN_FILENO : ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (opened < 0) fail(errno);
  return [fail, in = std::make_shared<Closer>(opened)]() -> std::string_view {
    for (;;) {
      const ssize_t size = ::read(in->file, in->buffer.data(), in->buffer.size());
      if (size >= 0) return {in->buffer.data(), static_cast<std::size_t>(size)};
      if (errno != EINTR) fail(errno);
    }
  };
}

// Without what mails and people put around an address: "<https://host/#/builders/3>." A bracket that has its other one
// within belongs to it. Blanks within, as in names of builders, are made such that they can be sent.
std::string without_surroundings(std::string text) {
  const auto start = text.find_first_not_of("<([\"'` \t\r\n");
  text.erase(0, std::min(start, text.size()));
  while (!text.empty()) {
    const char last = text.back();
    const char opening = last == ')' ? '(' : last == ']' ? '[' : '\0';
    if (std::string_view(".,;:)]>'\"` \t\r\n").find(last) == std::string_view::npos) break;
    if (opening != '\0' && text.find(opening) != std::string::npos) break;
    text.pop_back();
  }
  for (std::size_t at = text.find(' '); at != std::string::npos; at = text.find(' ', at)) text.replace(at, 1, "%20");
  return text;
}

// The address that `log` is, its scheme in small letters; empty when it is none.
std::string address_of(const std::string& log) {
  std::string address = without_surroundings(log);
  const std::size_t colon = address.find("://");
  const auto of_scheme = [](char c) { return is_word(c) || c == '+' || c == '-' || c == '.'; };
  if (colon == std::string::npos || colon == 0) return "";
  const std::string scheme = address.substr(0, colon);
  if (!std::ranges::all_of(scheme, of_scheme)) return "";
  return address.replace(0, colon, lower(scheme));
}

// "host:8010/#/builders/3/builds/14"
bool is_buildbot_without_scheme(const std::string& log) {
  try {
    const std::string rest = without_surroundings(log);
    return !rest.starts_with('/') && !rest.starts_with('.') && parse_buildbot_address("http://" + rest);
  } catch (const Error&) {
    return true;  // it is one of a Buildbot's, and not understood
  }
}

// Hidden files are left out: among them are the journals of searches, which hold logs themselves.
std::vector<std::string> files_of(const std::string& directory, Allowance& allowance) {
  std::vector<std::string> names;
  std::error_code problem;
  fs::recursive_directory_iterator at(directory, fs::directory_options::skip_permission_denied, problem);
  for (; !problem && at != fs::recursive_directory_iterator(); at.increment(problem)) {
    allowance.take(1024);
    std::error_code unknown;
    if (at->path().filename().string().starts_with('.')) {
      at.disable_recursion_pending();
    } else if (at->is_regular_file(unknown)) {
      names.push_back(at->path().lexically_relative(directory).string());
    }
  }
  if (problem) throw Error(fmt::format("cannot read {}: {}", printable(directory), problem.message()));
  std::ranges::sort(names);
  return names;
}

// "run.zip/build/7_Tests.txt" where run.zip is a file: both parts. The second is empty for anything else.
std::pair<std::string, std::string> split_member(const std::string& path) {
  std::error_code problem;
  for (std::size_t end = path.rfind('/'); end != std::string::npos && end > 0; end = path.rfind('/', end - 1)) {
    if (fs::is_regular_file(path.substr(0, end), problem)) return {path.substr(0, end), path.substr(end + 1)};
  }
  return {path, ""};
}

// ---- what was read, and the best of it

// How much a log is worth an explanation.
enum Rank { failure, altered_environment, run_without_failure, no_run };

Rank rank_of(const BuildLog& log) {
  const Run* run = log.run();
  if (run == nullptr) return no_run;
  if (run->failures.empty()) return run_without_failure;
  const auto altered = [](const Failure& failed) { return failed.kind == FailureKind::env_changed; };
  return std::ranges::all_of(run->failures, altered) ? altered_environment : failure;
}

// The archive of a run of GitHub Actions has the steps of a job in a folder, "build/7_Tests.txt", and often the whole
// job in a file beside it, "3_build.txt". The folder of such a file, when `name` is one; else empty.
std::string folder_of_job(const std::string& name) {
  const std::size_t start = name.rfind('/') + 1;  // 0 when there is none
  const std::size_t digits = std::min(name.find_first_not_of("0123456789", start), name.size());
  if (digits == start || !name.substr(digits).starts_with('_') || !name.ends_with(".txt")) return "";
  return name.substr(0, start) + name.substr(digits + 1, name.size() - digits - 5) + "/";
}

// One of several logs, by its name.
struct Named {
  Rank rank = no_run;
  std::string name;
  BuildLog log;
};

// Of several logs, the one to explain. Holds one for each depth of folders, however many there are.
class Choice {
 public:
  void consider(const std::string& name, BuildLog log) {
    ++seen_;
    const Rank rank = rank_of(log);
    if (rank == failure && failing_.size() < most_names) failing_.push_back(name);
    std::optional<Named>& best = best_[std::min(std::ranges::count(name, '/'), deepest_folder)];
    if (!best || std::tie(rank, name) < std::tie(best->rank, best->name)) best = Named{rank, name, std::move(log)};
  }

  /// The first by name of those that are worth most; a step stands for its job.
  std::optional<Named> take() {
    std::optional<Named>* first = nullptr;
    for (auto& [depth, named] : best_) {
      if (named->rank == failure && is_shown_by_step(named->name)) continue;
      if (first == nullptr || std::tie(named->rank, named->name) < std::tie((*first)->rank, (*first)->name))
        first = &named;
    }
    return first == nullptr ? std::nullopt : std::move(*first);
  }

  /// The names of the others that hold a failure.
  [[nodiscard]] std::vector<std::string> failing_but(const std::string& taken) const {
    std::vector<std::string> names;
    std::ranges::copy_if(failing_, std::back_inserter(names),
                         [&](const std::string& name) { return name != taken && !is_shown_by_step(name); });
    std::ranges::sort(names);
    return names;
  }

  [[nodiscard]] std::size_t seen() const { return seen_; }

 private:
  static constexpr std::ptrdiff_t deepest_folder = 8;
  static constexpr std::size_t most_names = 10000;

  [[nodiscard]] bool is_shown_by_step(const std::string& job) const {
    const std::string folder = folder_of_job(job);
    return !folder.empty() &&
           std::ranges::any_of(failing_, [&](const std::string& name) { return name.starts_with(folder); });
  }

  std::size_t seen_ = 0;
  std::map<std::ptrdiff_t, std::optional<Named>> best_;
  std::vector<std::string> failing_;
};

// ---- reading

class Sourcing {
 public:
  Sourcing(const LogRequest& request, const Tell& tell, const Fetch& fetch, const Pause& pause)
      : request_(request), tell_(tell), fetch_(fetch), pause_(pause), allowance_(request.max_size, [this] {
          throw TooMuch(
              fmt::format("more than {} would have to be downloaded or unpacked, the files and pages being "
                          "counted as {} KiB at least: --max-size SIZE allows more, if that is no mistake",
                          in_units(request_.max_size), Allowance::least / 1024));
        }) {}

  SourcedLog read() {
    struct Clear {
      const Tell& tell;
      ~Clear() { tell(""); }
    } const clear{tell_};
    const std::string& log = request_.log;
    if (!request_.builder.empty()) return build_of_builder();
    if (const std::string named = address_of(log); !named.empty()) return address(named);
    std::error_code unknown;
    if (fs::is_directory(log, unknown)) return directory(log);
    if (!fs::exists(split_member(log).first, unknown) && is_buildbot_without_scheme(log)) {
      throw Error(
          fmt::format("{} is no file, and for an address it lacks the beginning: put http:// or https:// before it",
                      printable(log)));
    }
    return file(log);
  }

 private:
  // Reads what is in `bytes`, which `name` has within the whole ("" is the whole), into `choice`.
  void look(const Bytes& bytes, const std::string& name, int depth, Choice& choice) {
    Peeked peeked = peek(bytes, packed_head);
    const std::string label = printable(name.empty() ? label_ : name);
    if (depth >= deepest || !is_packed(peeked.head)) {
      if (!wanted_.empty() && name != wanted_ && printable(name) != wanted_) return drain(peeked.all);
      LogReader reader;
      std::uint64_t size = 0;
      for (std::string_view piece = peeked.all(); !piece.empty(); piece = peeked.all()) {
        reader.feed(piece);
        size += piece.size();
        tell_often("reading {}: {}", label, size);
      }
      return choice.consider(name, reader.finish());
    }
    read_packed(name.empty() ? label_ : name, peeked.all, [&](const std::string& member, const Bytes& text) {
      const std::string inner = member.empty() ? name : name.empty() ? member : name + "/" + member;
      if (member.empty()) return look(allowance_.counted(text), inner, depth + 1, choice);
      look_or_leave_out(allowance_.counted(text), inner, depth + 1, choice);
    });
  }

  // One of several: what is wrong with it does not keep the others back.
  void look_or_leave_out(const Bytes& bytes, const std::string& name, int depth, Choice& choice) {
    try {
      look(bytes, name, depth, choice);
    } catch (const TooMuch&) {
      throw;
    } catch (const Temporary&) {
      throw;  // of the whole, which is tried again
    } catch (const Error& error) {
      left_out_.emplace_back(error.what());
    }
  }

  static void drain(const Bytes& bytes) {
    while (!bytes().empty()) {
    }
  }

  void tell_often(fmt::format_string<std::string, std::string> format, const std::string& what, std::uint64_t size) {
    const auto now = std::chrono::steady_clock::now();
    if (now - told_ < std::chrono::milliseconds(200)) return;
    told_ = now;
    tell_(fmt::format(format, std::string(what), in_units(size)));
  }

  // The best of `choice`.
  SourcedLog choose(Choice& choice, LogOrigin origin) {
    const bool can_name_members = origin.kind == LogOrigin::Kind::file || origin.kind == LogOrigin::Kind::directory;
    std::optional<Named> best = choice.take();
    const bool is_whole = best && best->name.empty();
    if (!is_whole && (!best || best->rank == no_run)) {
      const std::string shown =
          printable(origin.kind == LogOrigin::Kind::standard_input ? "standard input" : origin.name);
      if (!wanted_.empty() && choice.seen() == 0) {
        throw Error(fmt::format("{} has no member {}: bbbisect {} looks at all of them", shown, printable(wanted_),
                                quote_words({shown})));
      }
      throw Error(fmt::format("{} holds no test run: looked at {} in it; give the log of a test step{}", shown,
                              counted(choice.seen(), "file"), left_out_.empty() ? "" : " (" + left_out_.front() + ")"));
    }
    for (const std::string& other : choice.failing_but(best->name)) {
      if (can_name_members) {
        origin.others.push_back(origin.name + "/" + other);
      } else {
        left_out_.push_back(fmt::format("{} holds a failing run, too; save {} as a file to ask for it",
                                        printable(other), printable(label_)));
      }
    }
    origin.left_out = std::move(left_out_);
    origin.member = best->name;
    if (!is_whole && origin.kind == LogOrigin::Kind::file) origin.kind = LogOrigin::Kind::archive;
    return {std::move(best->log), std::move(origin)};
  }

  SourcedLog file(const std::string& log) {
    const bool is_input = log == "-";
    std::tie(label_, wanted_) =
        is_input ? std::pair<std::string, std::string>{"standard input", ""} : split_member(log);
    LogOrigin origin;
    origin.kind = is_input ? LogOrigin::Kind::standard_input : LogOrigin::Kind::file;
    origin.name = is_input ? log : label_;
    Choice choice;
    look(bytes_of_file(origin.name), "", 0, choice);
    return choose(choice, std::move(origin));
  }

  SourcedLog directory(const std::string& log) {
    LogOrigin origin;
    origin.kind = LogOrigin::Kind::directory;
    origin.name = log.size() > 1 && log.ends_with('/') ? log.substr(0, log.size() - 1) : log;
    label_ = origin.name;
    Choice choice;
    for (const std::string& name : files_of(origin.name, allowance_)) {
      const Bytes bytes = [file = Bytes(), path = origin.name + "/" + name]() mutable {
        if (!file) file = bytes_of_file(path);
        return file();
      };
      look_or_leave_out(allowance_.counted(bytes), name, 0, choice);
    }
    return choose(choice, std::move(origin));
  }

  Fetch counted_fetch(Fetch fetch) {
    return [this, fetch = std::move(fetch)](const std::string& address) {
      tell_("asking for " + printable(address));
      Fetched fetched = fetch(address);
      fetched.body = [this, body = allowance_.counted(fetched.body), size = std::uint64_t(0),
                      shown = printable(address)]() mutable {
        const std::string_view piece = body();
        size += piece.size();
        tell_often("fetching {}: {}", shown, size);
        return piece;
      };
      return fetched;
    };
  }

  // By the program's own means, unless it was given others.
  Fetch fetch_with(const Login& login) {
    if (fetch_) return counted_fetch(fetch_);
    return counted_fetch(
        [http = std::make_shared<Http>(login)](const std::string& address) { return http->get(address); });
  }

  SourcedLog address(const std::string& log) {
    const std::string scheme = log.substr(0, log.find("://"));
    if (scheme != "http" && scheme != "https") {
      throw Error(
          fmt::format("{}: only http and https addresses are fetched; a file is named by its path", printable(log)));
    }
    const auto [shown, login] = split_login(log);
    const Fetch fetch = fetch_with(login);
    if (const auto build = parse_buildbot_address(shown)) return build_of(*build, fetch);
    if (shown.starts_with("https://github.com/") && shown.find("/actions/runs/") != std::string::npos) {
      throw Error(
          "GitHub gives the logs of Actions only to who is logged in: download the log archive there, or save "
          "what \"gh run view RUN --log\" prints, and give the file");
    }
    label_ = shown;
    SourcedLog sourced;
    patiently(pause_, [&] {
      const Fetched fetched = fetch(label_);
      const auto refusal = [&] {
        return fmt::format("cannot fetch {}: the server answers with status {}; look at the address in the browser",
                           printable(label_), fetched.status);
      };
      if (is_temporary(fetched.status)) throw Temporary(refusal());
      if (fetched.status != 200) throw Error(refusal());
      LogOrigin origin;
      origin.kind = LogOrigin::Kind::address;
      origin.name = label_;
      Choice choice;
      left_out_.clear();
      look(fetched.body, "", 0, choice);
      sourced = choose(choice, std::move(origin));
    });
    return sourced;
  }

  SourcedLog build_of_builder() {
    const auto [base, login] = split_login(without_surroundings(request_.buildbot));
    BuildbotAddress address;
    address.base = buildbot_base(base);
    address.builder = request_.builder;
    address.number = request_.build;
    return build_of(address, fetch_with(login));
  }

  SourcedLog build_of(const BuildbotAddress& address, const Fetch& fetch) {
    SourcedLog best;
    Rank best_rank = no_run;
    std::vector<std::string> notes;
    const auto look_at = [&](const BuildFacts& whose, const Bytes& text) {
      label_ = whose.address;
      Choice choice;
      look(text, "", 0, choice);
      std::optional<Named> read = choice.take();
      const Rank rank = read ? read->rank : no_run;
      if (rank == failure && best_rank == failure) best.origin.others.push_back(whose.address);
      if (rank < best_rank) {
        best_rank = rank;
        LogOrigin origin;
        origin.kind = LogOrigin::Kind::buildbot;
        origin.name = whose.address;
        origin.builder = whose.builder;
        origin.build = whose.number;
        origin.worker = whose.worker;
        origin.branch = whose.branch;
        origin.revision = whose.revision;
        origin.step = whose.step;
        origin.left_out = whose.notes;
        best = SourcedLog{std::move(read->log), std::move(origin)};
      }
      return rank == no_run                ? Sighting::no_run
             : rank == run_without_failure ? Sighting::run_without_failure
                                           : Sighting::failure;
    };
    visit_logs(address, {fetch, pause_, look_at, [&](const std::string& sentence) { notes.push_back(sentence); }});
    std::ranges::move(notes, std::back_inserter(best.origin.left_out));
    return best;
  }

  const LogRequest& request_;
  const Tell& tell_;
  const Fetch& fetch_;
  const Pause& pause_;
  Allowance allowance_;
  std::string label_;   // of the whole
  std::string wanted_;  // the only member to look at; empty: all
  std::vector<std::string> left_out_;
  std::chrono::steady_clock::time_point told_ = std::chrono::steady_clock::now();
};

}  // namespace

std::string log_from_anywhere(const std::string& log) {
  if (log == "-") return log;
  const std::string address = address_of(log);
  return address.empty() ? fs::absolute(log).lexically_normal().string() : split_login(address).address;
}

SourcedLog read_log(const LogRequest& request, const Tell& tell) {
  return read_log(request, tell, Fetch(), [](Seconds wait) { std::this_thread::sleep_for(wait); });
}

SourcedLog read_log(const LogRequest& request, const Tell& tell, const Fetch& fetch, const Pause& pause) {
  return Sourcing(request, tell, fetch, pause).read();
}

}  // namespace bbbisect
