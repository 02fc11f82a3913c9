#include <bbbisect/buildbot.hpp>
#include <bbbisect/error.hpp>
#include <bbbisect/printable.hpp>

#include "log_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>
#include <vector>

namespace bbbisect {
namespace {

using nlohmann::json;

constexpr std::size_t most_of_an_answer = 64 * 1024 * 1024;
constexpr int deepest_value = 20;
constexpr std::uint64_t lines_of_a_page = 10000;
constexpr int failure = 2;  // buildbot.process.results

bool is_number(std::string_view text) { return to_number<std::uint64_t>(text).has_value(); }

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

class Server {
 public:
  Server(const std::string& base, const Fetch& fetch) : base_(base), api_(base + "api/v2/"), fetch_(fetch) {}

  [[nodiscard]] const std::string& base() const { return base_; }

  /// The objects under `key` of the answer; nullopt when the server knows no such thing.
  [[nodiscard]] std::optional<std::vector<json>> ask(const std::string& path, const char* key) const {
    const Fetched fetched = fetch_(api_ + path);
    if (fetched.status == 404) return std::nullopt;
    if (fetched.status != 200) refuse(path, status_text(fetched.status));
    std::string text;
    for (std::string_view piece = fetched.body(); !piece.empty(); piece = fetched.body()) {
      text += piece;
      if (text.size() > most_of_an_answer) refuse(path, fmt::format("says more than {} MiB", most_of_an_answer >> 20));
    }
    // What is nested deeper says nothing to us, and values are copied and ended by recursion.
    const auto shallow = [](int depth, json::parse_event_t, json&) { return depth <= deepest_value; };
    const json answer = json::parse(text, shallow, false);
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

  /// The first of them; throws Error, naming `thing`, when there is none.
  [[nodiscard]] json one(const std::string& path, const char* key, const std::string& thing) const {
    const auto found = ask(path, key);
    if (!found || found->empty()) {
      throw Error(fmt::format("{} has no {}: look at its address in the browser", printable(base_), printable(thing)));
    }
    return found->front();
  }

  /// The text of a log: at once where the server can, else in pages, whose lines begin with the letter of a stream
  /// when `of_streams`.
  [[nodiscard]] Bytes log_text(std::uint64_t log, bool of_streams) const {
    Fetched raw = fetch_(fmt::format("{}logs/{}/raw", api_, log));
    if (raw.status == 200) return raw.body;
    return [this, log, of_streams, first = std::uint64_t(0), text = std::string(), ended = false]() mutable {
      text.clear();
      if (!ended) text = page(log, first, of_streams, ended);
      return std::string_view(text);
    };
  }

 private:
  std::string page(std::uint64_t log, std::uint64_t& first, bool of_streams, bool& ended) const {
    const std::string path = fmt::format("logs/{}/contents?offset={}&limit={}", log, first, lines_of_a_page);
    const auto chunks = ask(path, "logchunks");
    if (!chunks || chunks->empty()) return ended = true, "";
    const std::string content = text_of(chunks->front(), "content");
    if (number_of(chunks->front(), "firstline").value_or(first) != first) refuse(path, "gives other lines");
    std::string text;
    std::uint64_t lines = 0;
    for (std::size_t begin = 0; begin < content.size(); ++lines) {
      const std::size_t end = std::min(content.find('\n', begin), content.size() - 1) + 1;
      text.append(content, begin + (of_streams ? 1 : 0), end - begin - (of_streams ? 1 : 0));
      begin = end;
    }
    first += lines;
    ended = lines == 0;  // a server may give fewer than it was asked for
    return text;
  }

  static std::string status_text(int status) {
    if (status == 401 || status == 403) return fmt::format("wants a login (status {})", status);
    if (status >= 500) return fmt::format("is in trouble (status {})", status);
    return fmt::format("answers with status {}", status);
  }

  [[noreturn]] void refuse(const std::string& path, const std::string& why) const {
    throw Error(fmt::format("{} {}; save the log of the test step and give the file", printable(api_ + path), why));
  }

  std::string base_, api_;
  const Fetch& fetch_;
};

std::uint64_t id_of(const json& object, const char* key) {
  const std::optional<std::uint64_t> id = number_of(object, key);
  if (!id)
    throw Error(fmt::format("the server does not answer as Buildbot does: no {}; save the log and give the file", key));
  return *id;
}

// By the list of all: Buildbot's own look-up and filter refuse names with blanks, which real ones have.
std::uint64_t find_builder(const std::string& name, const Server& server) {
  if (is_number(name)) return *to_number<std::uint64_t>(name);
  const std::vector<json> builders = server.ask("builders", "builders").value_or(std::vector<json>());
  std::string like;
  int count = 0;
  for (const json& builder : builders) {
    const std::string its_name = text_of(builder, "name");
    if (its_name == name) return id_of(builder, "builderid");
    if (lower(its_name).find(lower(name)) == std::string::npos || ++count > 5) continue;
    like += (like.empty() ? "; did you mean " : ", ") + printable(its_name);
  }
  throw Error(fmt::format("{} has no builder \"{}\" among its {}{}", printable(server.base()), printable(name),
                          builders.size(), like.empty() ? ": look at their names in the browser" : like + "?"));
}

json find_build(const BuildbotAddress& address, const Server& server) {
  if (address.build) {
    return server.one(fmt::format("builds/{}", *address.build), "builds", fmt::format("build {}", *address.build));
  }
  if (address.request) {
    return server.one(fmt::format("buildrequests/{}/builds?order=-number&limit=1", *address.request), "builds",
                      fmt::format("build for the request {}", *address.request));
  }
  const std::uint64_t builder = find_builder(address.builder, server);
  if (address.number) {
    return server.one(fmt::format("builders/{}/builds/{}", builder, *address.number), "builds",
                      fmt::format("build {} of the builder {}", *address.number, address.builder));
  }
  return server.one(fmt::format("builders/{}/builds?results={}&order=-number&limit=1", builder, failure), "builds",
                    fmt::format("failed build of the builder {}", address.builder));
}

BuildFacts facts_of(const json& build, const Server& server) {
  BuildFacts facts;
  facts.number = id_of(build, "number");
  const std::uint64_t builder = id_of(build, "builderid");
  const auto builders = server.ask(fmt::format("builders/{}", builder), "builders");
  if (builders && !builders->empty()) facts.builder = text_of(builders->front(), "name");
  if (facts.builder.empty()) facts.builder = std::to_string(builder);
  const auto list = server.ask(fmt::format("builds/{}/properties", id_of(build, "buildid")), "properties");
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

// 0 for what is looked at first.
int rank_of(const json& step) {
  const std::optional<std::uint64_t> results = number_of(step, "results");
  const bool failed = results && *results != 0 && *results != 1 && *results != 3;  // not success, warnings, skipped
  const bool like_test = lower(text_of(step, "name")).find("test") != std::string::npos;
  return (failed ? 0 : 2) + (like_test ? 0 : 1);
}

bool is_named(const json& step, const std::string& name) {
  return is_number(name) ? number_of(step, "number") == to_number<std::uint64_t>(name) : text_of(step, "name") == name;
}

// True when `look` has enough.
bool visit_step(const json& step, const std::string& log_name, std::optional<std::uint64_t> log_id, BuildFacts facts,
                const Server& server, const std::function<bool(const BuildFacts&, const Bytes&)>& look) {
  facts.step = text_of(step, "name");
  if (const auto number = number_of(step, "number")) facts.address += fmt::format("/steps/{}", *number);
  std::vector<json> logs =
      server.ask(fmt::format("steps/{}/logs", id_of(step, "stepid")), "logs").value_or(std::vector<json>());
  std::stable_partition(logs.begin(), logs.end(), [](const json& log) { return text_of(log, "slug") == "stdio"; });
  for (const json& log : logs) {
    const std::uint64_t id = id_of(log, "logid");
    if (log_id && id != *log_id) continue;
    if (!log_name.empty() && text_of(log, "slug") != log_name && text_of(log, "name") != log_name) continue;
    const std::string type = text_of(log, "type");
    if (type == "h") continue;  // HTML
    if (look(facts, server.log_text(id, type == "s"))) return true;
  }
  return false;
}

}  // namespace

void visit_logs(const BuildbotAddress& address, const Fetch& fetch,
                const std::function<bool(const BuildFacts& whose, const Bytes& text)>& look) {
  const Server server(address.base, fetch);
  std::optional<std::uint64_t> step_id = address.step_id;
  if (address.log_id) {
    step_id = id_of(server.one(fmt::format("logs/{}", *address.log_id), "logs", fmt::format("log {}", *address.log_id)),
                    "stepid");
  }
  if (step_id) {
    const json step = server.one(fmt::format("steps/{}", *step_id), "steps", fmt::format("step {}", *step_id));
    const std::uint64_t build_id = id_of(step, "buildid");
    const json build = server.one(fmt::format("builds/{}", build_id), "builds", fmt::format("build {}", build_id));
    visit_step(step, address.log, address.log_id, facts_of(build, server), server, look);
    return;
  }
  const json build = find_build(address, server);
  const BuildFacts facts = facts_of(build, server);
  std::vector<json> steps =
      server.ask(fmt::format("builds/{}/steps", id_of(build, "buildid")), "steps").value_or(std::vector<json>());
  std::ranges::stable_sort(steps, {}, rank_of);
  bool found = false;
  for (const json& step : steps) {
    if (!address.step.empty() && !is_named(step, address.step)) continue;
    found = true;
    if (visit_step(step, address.log, {}, facts, server, look)) return;
  }
  if (!found && !address.step.empty()) {
    throw Error(
        fmt::format("{} has no step {}: look at its address in the browser", facts.address, printable(address.step)));
  }
}

}  // namespace bbbisect
