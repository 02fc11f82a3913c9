#include <bbbisect/buildbot.hpp>
#include <bbbisect/error.hpp>
#include <bbbisect/pattern.hpp>
#include <bbbisect/printable.hpp>

#include "buildbot_address.hpp"
#include "log_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

namespace bbbisect {
namespace {

using nlohmann::json;

constexpr std::size_t most_of_an_answer = 64 * 1024 * 1024;
constexpr int deepest_value = 20;
constexpr std::uint64_t lines_of_a_page = 10000;
constexpr std::size_t most_builds = 10;  // that are looked at, of a builder
constexpr std::size_t most_steps = 200;
constexpr std::size_t most_logs = 50;  // of a step

// ---- what a server says

std::string text_of(const json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

std::optional<std::uint64_t> number_of(const json& object, const char* key) {
  const auto found = object.find(key);
  if (found == object.end() || !found->is_number_unsigned()) return std::nullopt;
  return found->get<std::uint64_t>();
}

// {"got_revision": ["a1b2", "Git"]}; a build of several repositories has an object of them.
std::string property(const json& properties, const char* name) {
  const auto found = properties.find(name);
  if (found == properties.end() || !found->is_array() || found->empty()) return "";
  json value = found->front();
  if (value.is_object() && !value.empty()) value = *value.begin();
  return value.is_string() ? value.get<std::string>() : value.is_number() ? value.dump() : "";
}

// Only where the server says so.
bool is_unfinished(const json& object) {
  const auto found = object.find("complete");
  return found != object.end() && found->is_boolean() && !found->get<bool>();
}

// buildbot.process.results
enum Results : std::uint64_t { success, warnings, failure, skipped, exception, retry, cancelled };

std::string describe_results(const json& build) {
  static constexpr std::array words{"success", "warnings", "failure", "skipped", "exception", "retry", "cancelled"};
  if (is_unfinished(build)) return "still runs";
  const auto results = number_of(build, "results");
  return results && *results < words.size() ? words[*results] : "unknown";
}

std::string joined(const std::vector<std::string>& parts, std::string_view separator, std::size_t most) {
  std::string text;
  for (std::size_t i = 0; i < std::min(parts.size(), most); ++i)
    text += (i == 0 ? "" : std::string(separator)) + parts[i];
  if (parts.size() > most) text += fmt::format("{}and {} more", separator, parts.size() - most);
  return text;
}

// The text of a log, or why there is none.
struct LogText {
  Bytes text;
  std::string trouble;
};

// A page that asks for a name and password comes with a good status.
bool is_page(std::string_view head) {
  const std::string start = lower(head.substr(std::min(head.find_first_not_of(" \t\r\n"), head.size())));
  return start.starts_with("<!doctype html") || start.starts_with("<html");
}

// The same text, which throws Temporary at its end when it was cut. Buildbot leaves out the last newline of some logs.
Bytes all_lines(Bytes text, std::uint64_t lines, const std::string& name) {
  return [text = std::move(text), lines, name, seen = std::uint64_t(1)]() mutable {
    const std::string_view piece = text();
    seen += static_cast<std::uint64_t>(std::ranges::count(piece, '\n'));
    if (piece.empty() && seen < lines) {
      throw Temporary(fmt::format(
          "{} broke off: about {} of its {} lines came; try again, or save it in the browser and give the file", name,
          seen, lines));
    }
    return piece;
  };
}

class Server {
 public:
  Server(const std::string& base, const LogVisit& visit) : base_(base), api_(base + "api/v2/"), visit_(visit) {}

  [[nodiscard]] const std::string& base() const { return base_; }

  /// The objects under `key` of the answer; nullopt when the server knows no such thing.
  [[nodiscard]] std::optional<std::vector<json>> ask(const std::string& path, const char* key) const {
    return ask(path, key, Need::all);
  }

  /// The same for what we can do without: nullopt also when it is refused.
  [[nodiscard]] std::optional<std::vector<json>> ask_in_passing(const std::string& path, const char* key) const {
    return ask(path, key, Need::none);
  }

  /// The first of them; throws Error, naming `thing`, when there is none.
  [[nodiscard]] json one(const std::string& path, const char* key, const std::string& thing) const {
    const auto found = ask(path, key);
    if (!found || found->empty()) lacks(thing);
    return found->front();
  }

  [[noreturn]] void lacks(const std::string& thing) const {
    if (!answered_ && !ask_in_passing("builders", "builders")) {
      throw Error(fmt::format("{} answers no question of Buildbot's REST API: is that its address?", printable(base_)));
    }
    throw Error(fmt::format("{} has no {}: look at its address in the browser", printable(base_), printable(thing)));
  }

  /// At once where the server can, else in pages, whose lines begin with the letter of a stream when the log is one of
  /// streams. `name` is printable.
  [[nodiscard]] LogText text_of_log(const json& log, std::uint64_t id, const std::string& name) const {
    const std::uint64_t lines = number_of(log, "num_lines").value_or(0);
    const std::uint64_t certain = is_unfinished(log) ? 0 : lines;  // one that still grows has come as it was
    Fetched raw = visit_.fetch(fmt::format("{}logs/{}/raw", api_, id));
    if (raw.status == 200) {
      Peeked peeked = peek(std::move(raw.body), 100);
      if (is_page(peeked.head)) return {{}, "a page of HTML came in place of " + name + ", as where a login is wanted"};
      LogText whole;
      whole.text = all_lines(std::move(peeked.all), certain, name);
      return whole;
    }
    const bool of_streams = text_of(log, "type") == "s";
    std::uint64_t first = 0;
    std::optional<std::string> begin = page(id, first, of_streams);
    if (!begin) return {{}, fmt::format("{} could not be read (status {})", name, raw.status)};
    LogText whole;
    whole.text = all_lines(
        [this, id, of_streams, lines, first, text = std::move(*begin), given = false]() mutable {
          // A server that does not count its lines may give fewer than it was asked for.
          if (std::exchange(given, true)) {
            const bool ended = lines > 0 ? first >= lines : text.empty();
            text = ended ? "" : page(id, first, of_streams).value_or("");
          }
          return std::string_view(text);
        },
        certain, name);
    return whole;
  }

 private:
  enum class Need { all, none };

  [[nodiscard]] std::optional<std::vector<json>> ask(const std::string& path, const char* key, Need need) const {
    std::optional<std::vector<json>> objects;
    try {
      patiently(visit_.pause, [&] { objects = ask_once(path, key, need); });
    } catch (const Temporary& error) {
      if (need == Need::all) throw Error(error.what());  // it was tried again
    }
    if (objects) answered_ = true;
    return objects;
  }

  [[nodiscard]] std::optional<std::vector<json>> ask_once(const std::string& path, const char* key, Need need) const {
    const Fetched fetched = visit_.fetch(api_ + path);
    if (is_temporary(fetched.status)) throw Temporary(refusal(path, status_text(fetched.status)));
    if (fetched.status == 404 || (fetched.status != 200 && need == Need::none)) return std::nullopt;
    if (fetched.status != 200) refuse(path, status_text(fetched.status));
    std::string text;
    for (std::string_view piece = fetched.body(); !piece.empty(); piece = fetched.body()) {
      text += piece;
      if (text.size() > most_of_an_answer) refuse(path, fmt::format("says more than {} MiB", most_of_an_answer >> 20));
    }
    // What is nested deeper says nothing to us, and values are copied and ended by recursion.
    const auto shallow = [](int depth, json::parse_event_t, json&) { return depth <= deepest_value; };
    const json answer = json::parse(text, shallow, false);
    if (answer.is_discarded() && text.starts_with('{') && !trimmed(text).ends_with('}')) {
      throw Temporary(refusal(path, "does not answer as Buildbot does: the answer broke off"));
    }
    if (!answer.is_object() || !answer.contains(key) || !answer[key].is_array()) {
      refuse(path, fmt::format("does not answer as Buildbot does: no list of {}", key));
    }
    std::vector<json> objects;
    for (const json& object : answer[key]) {
      if (!object.is_object()) refuse(path, fmt::format("does not answer as Buildbot does: odd {}", key));
      objects.push_back(object);
    }
    return objects;
  }

  // The lines from `first` on, which becomes that of the next page; nullopt when there is no such log.
  [[nodiscard]] std::optional<std::string> page(std::uint64_t log, std::uint64_t& first, bool of_streams) const {
    const std::string path = fmt::format("logs/{}/contents?offset={}&limit={}", log, first, lines_of_a_page);
    const auto chunks = ask(path, "logchunks");
    if (!chunks) return std::nullopt;
    if (chunks->empty()) return "";
    const std::string content = text_of(chunks->front(), "content");
    // Always the same page would never end.
    if (number_of(chunks->front(), "firstline").value_or(0) != first) refuse(path, "gives other lines");
    std::string text;
    for (std::size_t begin = 0; begin < content.size(); ++first) {
      const std::size_t end = std::min(content.find('\n', begin), content.size() - 1) + 1;
      text.append(content, begin + (of_streams ? 1 : 0), end - begin - (of_streams ? 1 : 0));
      begin = end;
    }
    return text;
  }

  static std::string status_text(int status) {
    if (status == 401 || status == 403) return fmt::format("wants a login (status {})", status);
    if (status == 429) return "has been asked too much (status 429)";
    if (status >= 500) return fmt::format("is in trouble (status {})", status);
    return fmt::format("answers with status {}", status);
  }

  [[nodiscard]] std::string refusal(const std::string& path, const std::string& why) const {
    return fmt::format("{} {}; save the log of the test step and give the file", printable(api_ + path), why);
  }

  [[noreturn]] void refuse(const std::string& path, const std::string& why) const { throw Error(refusal(path, why)); }

  std::string base_, api_;
  const LogVisit& visit_;
  mutable bool answered_ = false;  // as a Buildbot does
};

std::uint64_t id_of(const json& object, const char* key) {
  const std::optional<std::uint64_t> id = number_of(object, key);
  if (!id)
    throw Error(fmt::format("the server does not answer as Buildbot does: no {}; save the log and give the file", key));
  return *id;
}

// ---- builds

// By the list of all: Buildbot's own look-up and filter refuse names with blanks, which real ones have.
std::uint64_t find_builder(const std::string& name, const Server& server) {
  if (const auto number = to_number<std::uint64_t>(name)) return *number;
  const auto builders = server.ask("builders", "builders");
  if (!builders) server.lacks(fmt::format("builder \"{}\"", name));
  std::vector<std::string> like;
  const Pattern typed = Pattern::caseless(printable(name));
  for (const json& builder : *builders) {
    const std::string its_name = text_of(builder, "name");
    if (its_name == name) return id_of(builder, "builderid");
    const std::string shown = printable(its_name);
    if (typed.search(shown)) like.push_back(fmt::format("\"{}\"", shown));
  }
  throw Error(fmt::format("{} has no builder \"{}\" among its {}{}", printable(server.base()), printable(name),
                          builders->size(),
                          like.empty() ? ": look at their names in the browser"
                                       : fmt::format("; did you mean {}?", joined(like, ", ", 5))));
}

// Throws Error, which tells how the builds of the builder ended.
[[noreturn]] void lacks_failed_build(std::uint64_t builder, const std::string& name, const Server& server) {
  const std::string missing = fmt::format("failed build of the builder {}", name);
  const auto latest =
      server.ask_in_passing(fmt::format("builders/{}/builds?order=-number&limit={}", builder, most_builds), "builds");
  if (!latest || latest->empty()) {
    if (!server.ask_in_passing(fmt::format("builders/{}", builder), "builders").value_or(std::vector<json>()).empty()) {
      throw Error(fmt::format("{} has no {}, nor any other of it: name another builder", printable(server.base()),
                              printable(missing)));
    }
    server.lacks("builder " + name);
  }
  std::vector<std::string> told;
  for (const json& build : *latest) {
    told.push_back(fmt::format("{} ({})", id_of(build, "number"), describe_results(build)));
  }
  throw Error(fmt::format(
      "{} has no {}; its latest are {}: --build {} takes one, and so does its address in the browser",
      printable(server.base()), printable(missing), joined(told, ", ", most_builds), id_of(latest->front(), "number")));
}

// The build that is named, or the latest failed ones. An answer about another one is none.
std::vector<json> find_builds(const BuildbotAddress& address, const Server& server) {
  const auto one = [&](const std::string& path, const std::string& thing, const char* key,
                       std::optional<std::uint64_t> wanted) {
    std::vector<json> builds{server.one(path, "builds", thing)};
    if (wanted && id_of(builds.front(), key) != *wanted) {
      throw Error(
          fmt::format("{} does not answer as Buildbot does: another build than {} came; save the log of the "
                      "test step and give the file",
                      printable(server.base()), *wanted));
    }
    return builds;
  };
  if (address.build) {
    return one(fmt::format("builds/{}", *address.build), fmt::format("build {}", *address.build), "buildid",
               address.build);
  }
  if (address.request) {
    return one(fmt::format("buildrequests/{}/builds?order=-number&limit=1", *address.request),
               fmt::format("build for the request {}", *address.request), "buildid", {});
  }
  const std::uint64_t builder = find_builder(address.builder, server);
  if (address.number) {
    return one(fmt::format("builders/{}/builds/{}", builder, *address.number),
               fmt::format("build {} of the builder {}", *address.number, address.builder), "number", address.number);
  }
  const std::string failed = fmt::format("builders/{}/builds?results={}&order=-number&limit={}", builder,
                                         static_cast<int>(failure), most_builds);
  std::vector<json> builds = server.ask(failed, "builds").value_or(std::vector<json>());
  if (builds.empty()) lacks_failed_build(builder, address.builder, server);
  if (builds.size() > most_builds) builds.resize(most_builds);
  return builds;
}

BuildFacts facts_of(const json& build, const Server& server) {
  BuildFacts facts;
  facts.number = id_of(build, "number");
  const std::uint64_t builder = id_of(build, "builderid");
  const auto builders = server.ask_in_passing(fmt::format("builders/{}", builder), "builders");
  if (builders && !builders->empty()) facts.builder = text_of(builders->front(), "name");
  if (facts.builder.empty()) facts.builder = std::to_string(builder);
  const auto list = server.ask_in_passing(fmt::format("builds/{}/properties", id_of(build, "buildid")), "properties");
  if (list && !list->empty()) {
    const json& properties = list->front();
    facts.worker = property(properties, "workername");
    facts.branch = property(properties, "branch");
    facts.revision = property(properties, "got_revision");
    if (facts.revision.empty()) facts.revision = property(properties, "revision");
  }
  facts.address = fmt::format("{}#/builders/{}/builds/{}", server.base(), builder, facts.number);
  return facts;
}

// ---- steps and logs

bool failed(const json& step) {
  const std::optional<std::uint64_t> results = number_of(step, "results");
  return results && *results != success && *results != warnings && *results != skipped;
}

// A step that only warns may run tests all the same.
bool may_have_failed(const json& step) { return failed(step) || number_of(step, "results") == warnings; }

// 0 for what is looked at first.
int rank_of(const json& step) {
  const bool like_test = lower(text_of(step, "name")).find("test") != std::string::npos;
  return (failed(step) ? 0 : 2) + (like_test ? 0 : 1);
}

bool is_named(const json& step, const std::string& name) {
  const auto number = to_number<std::uint64_t>(name);
  return number ? number_of(step, "number") == number : text_of(step, "name") == name;
}

// What came to an end otherwise than by its own; empty for the ordinary.
std::string odd_end(const json& object, const std::string& name) {
  const auto results = number_of(object, "results");
  if (results == exception) {
    return name +
           " ended with an exception, as when Buildbot lost its worker: the test that ran then need not have failed by "
           "itself";
  }
  if (results == retry) {
    return "Buildbot lost its worker in " + name +
           ", and runs the build again: the test that ran then need not have failed by itself";
  }
  if (results == cancelled) {
    return name + " was cancelled: the test that ran then need not have failed by itself";
  }
  return "";
}

std::vector<std::string> notes_of(const json& build, const json& step, const json& log, const BuildFacts& facts) {
  const std::string its_build = fmt::format("build {} of {}", facts.number, printable(facts.builder));
  const std::string its_step = fmt::format("step {} of build {}", printable(facts.step), facts.number);
  std::vector<std::string> notes;
  if (is_unfinished(log) && is_unfinished(build)) {
    notes.push_back(its_build +
                    " still runs, and its log ends where it stood: the test that runs right now has not failed; ask "
                    "again when the build has ended");
  } else if (is_unfinished(log)) {
    notes.push_back("the log of " + its_step + " was never finished: it may end in the middle");
  } else if (is_unfinished(build)) {
    notes.push_back(its_build + " still runs; the log of its step " + printable(facts.step) + " is complete");
  }
  std::string ended = odd_end(step, its_step);
  if (ended.empty()) ended = odd_end(build, its_build);
  if (!ended.empty()) notes.push_back(std::move(ended));
  return notes;
}

// One build, whose logs are handed over one by one.
class Visited {
 public:
  Visited(const json& build, const Server& server, const LogVisit& visit)
      : build_(build), facts_(facts_of(build, server)), server_(server), visit_(visit) {}

  void visit_steps(const BuildbotAddress& address) {
    std::vector<json> steps =
        server_.ask(fmt::format("builds/{}/steps", id_of(build_, "buildid")), "steps").value_or(std::vector<json>());
    if (!address.step.empty()) {
      std::erase_if(steps, [&](const json& step) { return !is_named(step, address.step); });
      if (steps.empty()) {
        throw Error(fmt::format("{} has no step {}: look at its address in the browser", facts_.address,
                                printable(address.step)));
      }
    }
    std::ranges::stable_sort(steps, {}, rank_of);
    for (const json& step : steps) {
      if (failed(step) && address.step.empty()) failed_.push_back(printable(text_of(step, "name")));
    }
    if (steps.size() > most_steps) {
      unread(fmt::format("only {} of its {} steps were looked at", most_steps, steps.size()));
      steps.resize(most_steps);
    }
    for (const json& step : steps) {
      if (seen_ == Sighting::failure && !may_have_failed(step)) continue;
      look_further([&] { visit_step(step, !address.step.empty(), address.log, {}); });
    }
  }

  void visit_step(const json& step, bool is_named_itself, const std::string& log_name,
                  std::optional<std::uint64_t> log_id) {
    const std::string name = text_of(step, "name");
    const std::string of_step = " of step " + printable(name);
    std::vector<json> logs =
        server_.ask(fmt::format("steps/{}/logs", id_of(step, "stepid")), "logs").value_or(std::vector<json>());
    std::stable_partition(logs.begin(), logs.end(), [](const json& log) { return text_of(log, "slug") == "stdio"; });
    if (logs.empty() && (failed(step) || is_named_itself)) unread("step " + printable(name) + " has no log");
    if (logs.size() > most_logs) {
      unread(fmt::format("only {} of the {} logs{} were looked at", most_logs, logs.size(), of_step));
      logs.resize(most_logs);
    }
    std::vector<std::string> names;
    for (const json& log : logs) {
      const std::string slug = text_of(log, "slug");
      const bool is_wanted = log_id ? id_of(log, "logid") == *log_id
                                    : log_name.empty() || slug == log_name || text_of(log, "name") == log_name;
      if (!is_wanted) {
        names.push_back(printable(slug));
        continue;
      }
      BuildFacts facts = facts_;
      facts.step = name;
      if (const auto number = number_of(step, "number")) facts.address += fmt::format("/steps/{}", *number);
      if (slug != "stdio") facts.address += "/logs/" + percent_encoded(slug);
      facts.notes = notes_of(build_, step, log, facts);
      look_further([&] { visit_log(log, fmt::format("the log {}{}", printable(slug), of_step), facts); });
    }
    if (!logs.empty() && names.size() == logs.size()) {
      unread(fmt::format("step {} has no log {}, it has {}", printable(name), printable(log_name),
                         joined(names, ", ", 10)));
    }
  }

  [[nodiscard]] Sighting seen() const { return seen_; }

  /// "build 5 failed in compile, and no log of it holds a test run".
  [[nodiscard]] std::string why_passed_over() const {
    return fmt::format("build {} failed{}{}", facts_.number, failed_.empty() ? "" : " in " + joined(failed_, ", ", 5),
                       seen_ == Sighting::run_without_failure ? ", and no test failed in it"
                       : unread_.empty()                      ? ", and no log of it holds a test run"
                                                              : ", and " + joined(unread_, ", ", 2));
  }

  [[noreturn]] void lacks_run() const {
    std::vector<std::string> causes = unread_;
    if (!failed_.empty()) causes.insert(causes.begin(), "it failed in " + joined(failed_, ", ", 5));
    if (read_ > 0 || causes.empty()) causes.push_back(fmt::format("looked at {} of them", read_));
    throw Error(
        fmt::format("no log of build {} of {} holds a test run: {}; name another build, or the step, by the address "
                    "that the browser shows",
                    facts_.number, printable(facts_.builder), joined(causes, "; ", 5)));
  }

 private:
  void visit_log(const json& log, const std::string& name, const BuildFacts& facts) {
    const std::uint64_t id = id_of(log, "logid");
    const std::string type = text_of(log, "type");
    if (type == "d") return unread(name + " was deleted, as old logs are");
    if (type == "h") return unread(name + " is of HTML, which is not read");
    patiently(visit_.pause, [&] {
      LogText log_text = server_.text_of_log(log, id, name);
      if (!log_text.text) return unread(std::move(log_text.trouble));
      seen_ = std::max(seen_, visit_.look(facts, log_text.text));
      ++read_;
    });
  }

  void unread(std::string clause) {
    if (std::ranges::find(unread_, clause) == unread_.end()) unread_.push_back(std::move(clause));
  }

  // When there is a failure already, trouble with others keeps nothing back.
  void look_further(const std::function<void()>& look) {
    if (seen_ != Sighting::failure) return look();
    if (in_trouble_) return;
    try {
      look();
    } catch (const Error& error) {
      in_trouble_ = true;
      visit_.tell(fmt::format("whether another log of build {} holds a failing run was not seen: {}", facts_.number,
                              printable(error.what())));
    }
  }

  const json& build_;
  BuildFacts facts_;
  const Server& server_;
  const LogVisit& visit_;
  Sighting seen_ = Sighting::no_run;
  bool in_trouble_ = false;
  std::size_t read_ = 0;
  std::vector<std::string> unread_;  // clauses about logs that could not be read
  std::vector<std::string> failed_;  // names of steps
};

}  // namespace

void visit_logs(const BuildbotAddress& address, const LogVisit& visit) {
  const Server server(address.base, visit);
  std::optional<std::uint64_t> step_id = address.step_id;
  if (address.log_id) {
    step_id = id_of(server.one(fmt::format("logs/{}", *address.log_id), "logs", fmt::format("log {}", *address.log_id)),
                    "stepid");
  }
  if (step_id) {
    const json step = server.one(fmt::format("steps/{}", *step_id), "steps", fmt::format("step {}", *step_id));
    const std::uint64_t build_id = id_of(step, "buildid");
    const json build = server.one(fmt::format("builds/{}", build_id), "builds", fmt::format("build {}", build_id));
    Visited visited(build, server, visit);
    visited.visit_step(step, true, address.log, address.log_id);
    if (visited.seen() == Sighting::no_run) visited.lacks_run();
    return;
  }
  const std::vector<json> builds = find_builds(address, server);
  std::vector<std::string> passed_over;
  Sighting seen = Sighting::no_run;
  for (const json& build : builds) {
    Visited visited(build, server, visit);
    visited.visit_steps(address);
    seen = std::max(seen, visited.seen());
    const bool is_named = builds.size() == 1;
    if (is_named && visited.seen() == Sighting::no_run) visited.lacks_run();
    if (is_named || visited.seen() == Sighting::failure) break;
    passed_over.push_back(visited.why_passed_over());
  }
  if (seen == Sighting::no_run) {
    throw Error(
        fmt::format("no log of the latest failed builds of the builder {} holds a test run: {}; name a build by "
                    "--build N, or by the address that the browser shows",
                    printable(address.builder), joined(passed_over, "; ", most_builds)));
  }
  for (const std::string& sentence : passed_over) visit.tell("passed over: " + sentence);
}

}  // namespace bbbisect
