#include <bbbisect/buildbot.hpp>
#include <bbbisect/error.hpp>

#include <doctest/doctest.h>

#include <map>
#include <vector>

using namespace bbbisect;

namespace {

// A Buildbot as a table of what it answers, by what is asked; anything else is not there.
struct Table {
  std::map<std::string, std::string> answers;
  std::vector<std::string> asked;
  int status = 404;

  Fetch fetch() {
    return [this](const std::string& address) -> Fetched {
      asked.push_back(address);
      const auto found = answers.find(address);
      return found == answers.end() ? Fetched{status, bytes_of("{\"error\": \"no\"}")}
                                    : Fetched{200, bytes_of(found->second)};
    };
  }
};

const std::string api = "https://host/all/api/v2/";

Table usual() {
  Table table;
  auto& answers = table.answers;
  answers[api + "builders/3"] = R"({"builders": [{"builderid": 3, "name": "AMD64 Debian 3.x"}]})";
  answers[api + "builders"] =
      R"({"builders": [{"builderid": 2, "name": "other"}, {"builderid": 3, "name": "AMD64 Debian 3.x"}]})";
  const std::string build = R"({"builds": [{"buildid": 99, "builderid": 3, "number": 14, "results": 2}]})";
  for (const char* path : {"builders/3/builds/14", "builds/99", "builders/3/builds?results=2&order=-number&limit=1",
                           "buildrequests/7/builds?order=-number&limit=1"}) {
    answers[api + path] = build;
  }
  answers[api + "builds/99/properties"] =
      R"({"properties": [{"workername": ["w-1", "Worker"], "branch": ["3.x", "Build"], "got_revision": ["abc", "Git"]}]})";
  answers[api + "builds/99/steps"] = R"({"steps": [
      {"stepid": 1, "number": 0, "name": "git", "results": 0, "buildid": 99},
      {"stepid": 2, "number": 1, "name": "clean", "results": 2, "buildid": 99},
      {"stepid": 3, "number": 2, "name": "Test", "results": 2, "buildid": 99},
      {"stepid": 4, "number": 3, "name": "test twice", "results": 0, "buildid": 99}]})";
  answers[api + "steps/3"] = R"({"steps": [{"stepid": 3, "number": 2, "name": "Test", "results": 2, "buildid": 99}]})";
  for (int step = 1; step <= 4; ++step) {
    const std::string id = std::to_string(step);
    answers[api + "steps/" + id + "/logs"] = R"({"logs": [{"logid": )" + id +
                                             R"(9, "name": "x", "slug": "x", "type": "h"},
        {"logid": )" + id + R"(1, "name": "stdio", "slug": "stdio", "type": "s"}]})";
    answers[api + "logs/" + id + "1/raw"] = "log of step " + id + "\n";
  }
  answers[api + "logs/31"] = R"({"logs": [{"logid": 31, "slug": "stdio", "stepid": 3, "type": "s"}]})";
  return table;
}

std::string all_of(const Bytes& bytes) {
  std::string text;
  for (std::string_view piece = bytes(); !piece.empty(); piece = bytes()) text += piece;
  return text;
}

// All logs, in the order in which they are handed out; `enough` is when to stop.
std::vector<std::string> visited(Table& table, const std::string& address, std::size_t enough = 100) {
  std::vector<std::string> logs;
  const std::optional<BuildbotAddress> parsed = parse_buildbot_address(address);
  REQUIRE(parsed);
  visit_logs(*parsed, table.fetch(), [&](const BuildFacts& whose, const Bytes& text) {
    CHECK(whose.builder == "AMD64 Debian 3.x");
    CHECK(whose.number == 14);
    CHECK(whose.worker == "w-1");
    CHECK(whose.branch == "3.x");
    CHECK(whose.revision == "abc");
    logs.push_back(whose.step + ": " + all_of(text));
    return logs.size() >= enough;
  });
  return logs;
}

std::string refusal(Table& table, const std::string& address) {
  try {
    (void)visited(table, address);
  } catch (const Error& error) {
    CHECK(error.status() == ExitStatus::usage);
    return error.what();
  }
  return "(accepted)";
}

bool holds(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

BuildbotAddress address(const std::string& base, const std::string& builder, std::optional<std::uint64_t> number = {},
                        const std::string& step = "", const std::string& log = "") {
  BuildbotAddress result;
  result.base = base;
  result.builder = builder;
  result.number = number;
  result.step = step;
  result.log = log;
  return result;
}

}  // namespace

TEST_CASE("addresses of the browser") {
  const auto is = [](const char* text, const BuildbotAddress& wanted) {
    CAPTURE(text);
    CHECK(parse_buildbot_address(text) == wanted);
  };
  is("https://host/#/builders/3/builds/14", address("https://host/", "3", 14));
  is("https://host/all/#/builders/3/builds/14/", address("https://host/all/", "3", 14));
  is("https://host/all#/builders/3/builds/14", address("https://host/all/", "3", 14));
  is("http://host:8010#builders/3", address("http://host:8010/", "3"));
  is("https://host/?x=y#/builders/3/builds/14?tab=z", address("https://host/", "3", 14));
  is("https://host/#/builders/3/builds/14/steps/5/logs/stdio", address("https://host/", "3", 14, "5", "stdio"));
  BuildbotAddress request;
  request.base = "https://host/";
  request.request = 77;
  is("https://host/#/buildrequests/77?redirect_to_build=true", request);
}

TEST_CASE("addresses of old mails, with names") {
  CHECK(parse_buildbot_address("http://host/all/builders/AMD64%20Debian%203.x/builds/14/steps/test/logs/stdio") ==
        address("http://host/all/", "AMD64 Debian 3.x", 14, "test", "stdio"));
  CHECK(parse_buildbot_address("http://host/builders/a%2Fb/builds/0") == address("http://host/", "a/b", 0));
}

TEST_CASE("addresses of the REST API") {
  CHECK(parse_buildbot_address("https://host/all/api/v2/builders/3/builds/14/steps/test/logs/stdio/raw") ==
        address("https://host/all/", "3", 14, "test", "stdio"));
  const auto build = parse_buildbot_address("https://host/api/v2/builds/99/properties");
  REQUIRE(build);
  CHECK(build->build == 99);
  CHECK(build->builder.empty());
  CHECK(parse_buildbot_address("https://host/api/v2/steps/5/logs/stdio/contents?offset=3")->log == "stdio");
  CHECK(parse_buildbot_address("https://host/api/v2/steps/5")->step_id == 5);
  CHECK(parse_buildbot_address("https://host/api/v2/logs/31/raw_inline")->log_id == 31);
}

TEST_CASE("other addresses are none of a Buildbot") {
  for (const char* text : {"https://host/", "https://host/log.txt", "https://host/#/about", "https://host/#/builders",
                           "https://host/page#L20", "log.txt", "", "://", "https://host/#/builds/"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_buildbot_address(text));
  }
}

TEST_CASE("what names something and is not understood is refused, never left out") {
  const auto refused = [](const std::string& text) -> std::string {
    try {
      (void)parse_buildbot_address(text);
    } catch (const Error& error) {
      CHECK(error.status() == ExitStatus::usage);
      return error.what();
    }
    return "(accepted)";
  };
  for (const std::string number : {"latest", "-2", "1abc", "1.", "1>", "99999999999999999999", "%20"}) {
    CAPTURE(number);
    for (const std::string before : {"#/builders/3/builds/", "builders/b/builds/", "api/v2/builders/3/builds/",
                                     "api/v2/builds/", "#/buildrequests/", "api/v2/steps/", "api/v2/logs/"}) {
      CHECK(holds(refused("https://host/" + before + number), "is no number of Buildbot's: "));
    }
  }
  CHECK(refused("https://host/#/builders/3/builds/latest") ==
        "the address /builders/3/builds/latest names no build that could be read: what stands behind builds/ is no "
        "number of Buildbot's: latest; copy the address of the build from the browser, such as "
        "https://HOST/#/builders/3/builds/14");
  CHECK(holds(refused("https://host/api/v2/builders/3/builds?number=1"), "it asks for a list of builds"));
  CHECK(holds(refused("https://host/api/v2/builds?builderid=3"), "it asks for a list of builds"));
  CHECK(holds(refused("https://host/#/builders/3/buildrequests/1"), "buildrequests/1 cannot stand there"));
  CHECK(holds(refused("https://host/#/builders/3/builds/1/builds/2"), "builds/2 cannot stand there"));
  CHECK(holds(refused("https://host/#/builders/3/steps/2"), "steps/2 cannot stand there"));
  CHECK(holds(refused("https://host/#/buildrequests/3/builds/2"), "a build request is of one build"));
  CHECK(holds(refused("https://host/#/builders/3/x/builds/2"), "builds stands behind what is no part of an address"));
}

TEST_CASE("the base is that of any page") {
  for (const char* page : {"https://host/all", "https://host/all/", "https://host/all/?x=1", "https://host/all/#/about",
                           "https://host/all//", "https://host/all/api/v2", "https://host/all/api/v2/",
                           "https://host/all//api/v2/builds/3", "https://host/all/index.html#/builders/3"}) {
    CAPTURE(page);
    CHECK(buildbot_base(page) == "https://host/all/");
  }
  CHECK(buildbot_base("https://host") == "https://host/");
  CHECK(buildbot_base("http://host:8010?x#y") == "http://host:8010/");
  CHECK(parse_buildbot_address("https://host/index.html#/builders/3/builds/14") == address("https://host/", "3", 14));
  CHECK(parse_buildbot_address("https://host//api/v2/builders/3/builds/14") == address("https://host/", "3", 14));
  CHECK(parse_buildbot_address("https://host/builders/3/builds/14#top") == address("https://host/", "3", 14));
}

TEST_CASE("steps that failed and are named like tests come first") {
  Table table = usual();
  CHECK(visited(table, "https://host/all/#/builders/3/builds/14") ==
        std::vector<std::string>{"Test: log of step 3\n", "clean: log of step 2\n", "test twice: log of step 4\n",
                                 "git: log of step 1\n"});
  table.asked.clear();
  CHECK(visited(table, "https://host/all/#/builders/3/builds/14", 1).size() == 1);
  CHECK(table.asked.back() == api + "logs/31/raw");
}

TEST_CASE("one build, named in many ways") {
  for (const char* path : {"#/builders/3", "#/builders/3/builds/14", "builders/AMD64%20Debian%203.x/builds/14",
                           "api/v2/builds/99", "#/buildrequests/7"}) {
    CAPTURE(path);
    Table table = usual();
    CHECK(visited(table, "https://host/all/" + std::string(path)).size() == 4);
  }
  for (const char* path : {"#/builders/3/builds/14/steps/2", "#/builders/3/builds/14/steps/2/logs/stdio",
                           "api/v2/builds/99/steps/Test/logs/stdio/raw", "api/v2/steps/3", "api/v2/steps/3/logs/stdio",
                           "api/v2/logs/31/contents"}) {
    CAPTURE(path);
    Table table = usual();
    CHECK(visited(table, "https://host/all/" + std::string(path)) == std::vector<std::string>{"Test: log of step 3\n"});
  }
}

TEST_CASE("without a raw log it comes in pages, and the letters of the streams go") {
  Table table = usual();
  table.answers.erase(api + "logs/31/raw");
  const auto page = [](std::uint64_t first, const std::string& content) {
    return R"({"logchunks": [{"logid": 31, "firstline": )" + std::to_string(first) + R"(, "content": ")" + content +
           "\"}]}";
  };
  const std::string pages = api + "logs/31/contents?offset=";
  table.answers[pages + "0&limit=10000"] = page(0, R"(hcommand\no\noone\neerror\n)");
  table.answers[pages + "4&limit=10000"] = page(4, R"(olast \u00e9)");
  table.answers[pages + "5&limit=10000"] = page(5, "");
  CHECK(visited(table, "https://host/all/#/builders/3/builds/14/steps/2") ==
        std::vector<std::string>{"Test: command\n\none\nerror\nlast \xc3\xa9"});

  // Text logs have no letters.
  table.answers[api + "steps/3/logs"] = R"({"logs": [{"logid": 31, "name": "stdio", "slug": "stdio", "type": "t"}]})";
  CHECK(visited(table, "https://host/all/#/builders/3/builds/14/steps/2") ==
        std::vector<std::string>{"Test: hcommand\no\noone\neerror\nolast \xc3\xa9"});

  // Always the same page would never end.
  table.answers[pages + "4&limit=10000"] = page(0, R"(hcommand\n)");
  CHECK(holds(refusal(table, "https://host/all/#/builders/3/builds/14/steps/2"), "gives other lines"));
}

TEST_CASE("a revision of several repositories, and properties that are not there") {
  Table table = usual();
  table.answers[api + "builds/99/properties"] =
      R"({"properties": [{"workername": ["w-1", "x"], "branch": ["3.x", "x"], "got_revision": [{"cpython": "abc", "x": "y"}, "Git"]}]})";
  CHECK(visited(table, "https://host/all/#/builders/3/builds/14").size() == 4);
  for (const char* odd :
       {R"({"properties": []})", R"({"properties": [{"branch": [null, "Build"], "got_revision": 7}]})"}) {
    table.answers[api + "builds/99/properties"] = odd;
    visit_logs(*parse_buildbot_address("https://host/all/#/builders/3/builds/14"), table.fetch(),
               [&](const BuildFacts& whose, const Bytes&) {
                 CHECK(whose.branch.empty());
                 CHECK(whose.revision.empty());
                 return true;
               });
  }
}

TEST_CASE("what is not there is named, and what is no Buildbot, too") {
  Table table = usual();
  CHECK(holds(refusal(table, "https://host/all/#/builders/3/builds/15"), "has no build 15 of the builder 3"));
  CHECK(holds(refusal(table, "https://host/all/#/builders/3/builds/14/steps/9"), "has no step 9"));
  CHECK(holds(refusal(table, "https://host/all/builders/nobody/builds/1"), "no builder \"nobody\" among its 2: look"));
  CHECK(holds(refusal(table, "https://host/all/builders/debian/builds/1"), "did you mean AMD64 Debian 3.x?"));
  CHECK(holds(refusal(table, "https://host/all/builders/x%1b%0a/builds/1"), "\"x\\x1b\\x0a\""));
  for (const char* odd : {"<html>", "[]", "{}", R"({"builds": 7})", R"({"builds": [7]})", R"({"builds": [{}]})", "",
                          R"({"builds": [{"builderid": 3, "buildid": "../..", "number": 14}]})",
                          R"({"builds": [{"builderid": 3, "buildid": -1, "number": 14}]})"}) {
    CAPTURE(odd);
    table.answers[api + "builders/3/builds/14"] = odd;
    CHECK(holds(refusal(table, "https://host/all/#/builders/3/builds/14"), "does not answer as Buildbot does"));
  }
  table.answers[api + "builders/3/builds/14"] = std::string(65 << 20, ' ');
  CHECK(holds(refusal(table, "https://host/all/#/builders/3/builds/14"), "says more than 64 MiB"));
  table.answers.clear();
  table.status = 503;
  CHECK(holds(refusal(table, "https://host/all/#/builders/3/builds/14"), "is in trouble (status 503)"));
  table.status = 403;
  CHECK(holds(refusal(table, "https://host/all/#/builders/3/builds/14"), "wants a login (status 403)"));
}

TEST_CASE("a deeply nested answer harms nothing") {
  Table table = usual();
  table.answers[api + "builders/3/builds/14"] = std::string(10000000, '[');
  CHECK(holds(refusal(table, "https://host/all/#/builders/3/builds/14"), "does not answer as Buildbot does"));
  table.answers[api + "builders/3/builds/14"] =
      R"({"builds": [{"x": )" + std::string(3000000, '[') + std::string(3000000, ']') + "}]}";
  CHECK(holds(refusal(table, "https://host/all/#/builders/3/builds/14"), "does not answer as Buildbot does"));
}

TEST_CASE("only the base of the user and numbers become addresses") {
  Table table = usual();
  table.answers[api + "steps/3/logs"] =
      R"({"logs": [{"logid": 31, "name": "../../x", "slug": "http://elsewhere/", "type": "s"}]})";
  (void)visited(table, "https://host/all/builders/AMD64%20Debian%203.x/builds/14");
  for (const std::string& asked : table.asked) {
    CAPTURE(asked);
    CHECK(asked.find(api) == 0);
    CHECK(asked.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789/?=&-", api.size()) == std::string::npos);
  }
}
