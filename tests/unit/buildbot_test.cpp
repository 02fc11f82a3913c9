#include <bbbisect/buildbot.hpp>
#include <bbbisect/error.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <utility>
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
  for (const char* path : {"builders/3/builds/14", "builds/99", "builders/3/builds?results=2&order=-number&limit=10",
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

// What comes of an address. A log with "FAILED" in it holds a failure, any other a run, but for "nothing".
struct Visit {
  std::vector<BuildFacts> whose;
  std::vector<std::string> texts, told;
  std::vector<double> pauses;  // seconds

  Visit(Table& table, const std::string& address) {
    const std::optional<BuildbotAddress> parsed = parse_buildbot_address(address);
    REQUIRE(parsed);
    const auto look = [this](const BuildFacts& facts, const Bytes& bytes) {
      const std::string text = all_of(bytes);
      whose.push_back(facts);
      texts.push_back(text);
      return text.find("FAILED") != std::string::npos    ? Sighting::failure
             : text.find("nothing") != std::string::npos ? Sighting::no_run
                                                         : Sighting::run_without_failure;
    };
    visit_logs(*parsed, {table.fetch(), [this](Seconds wait) { pauses.push_back(wait.count()); }, look,
                         [this](const std::string& sentence) { told.push_back(sentence); }});
  }
};

// All logs, in the order in which they are handed out.
std::vector<std::string> visited(Table& table, const std::string& address) {
  const Visit visit(table, address);
  std::vector<std::string> logs;
  for (std::size_t i = 0; i < visit.whose.size(); ++i) {
    const BuildFacts& whose = visit.whose[i];
    CHECK(whose.builder == "AMD64 Debian 3.x");
    CHECK(whose.number == 14);
    CHECK(whose.worker == "w-1");
    CHECK(whose.branch == "3.x");
    CHECK(whose.revision == "abc");
    logs.push_back(whose.step + ": " + visit.texts[i]);
  }
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

  // What does not say which page it is, or is always the same, would never end.
  table.answers[pages + "4&limit=10000"] = R"({"logchunks": [{"logid": 31, "content": "hcommand\\n"}]})";
  CHECK(holds(refusal(table, "https://host/all/#/builders/3/builds/14/steps/2"), "gives other lines"));
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
    for (const BuildFacts& whose : Visit(table, "https://host/all/#/builders/3/builds/14").whose) {
      CHECK(whose.branch.empty());
      CHECK(whose.revision.empty());
    }
  }
}

TEST_CASE("what is not there is named, and what is no Buildbot, too") {
  Table table = usual();
  CHECK(holds(refusal(table, "https://host/all/#/builders/3/builds/15"), "has no build 15 of the builder 3"));
  CHECK(holds(refusal(table, "https://host/all/#/builders/3/builds/14/steps/9"), "has no step 9"));
  CHECK(holds(refusal(table, "https://host/all/builders/nobody/builds/1"), "no builder \"nobody\" among its 2: look"));
  CHECK(holds(refusal(table, "https://host/all/builders/debian/builds/1"), "did you mean \"AMD64 Debian 3.x\"?"));
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

TEST_CASE("a log that comes with fewer lines than it has is tried again, and then refused") {
  const auto logs_of = [](const std::string& more) {
    return R"({"logs": [{"logid": 31, "name": "stdio", "slug": "stdio", "type": "s", )" + more + "}]}";
  };
  const std::string step = "https://host/all/#/builders/3/builds/14/steps/2";
  Table table = usual();
  for (const char* text : {"one\ntwo\n\n", "one\ntwo\nthree\n", "one\ntwo\nthree", "one\ntwo\n"}) {  // Buildbot may
    CAPTURE(text);  // leave out the last newline, and with it an empty line
    table.answers[api + "steps/3/logs"] = logs_of(R"("complete": true, "num_lines": 3)");
    table.answers[api + "logs/31/raw"] = text;
    CHECK(visited(table, step).size() == 1);
  }
  table.answers[api + "logs/31/raw"] = "one\ntw";
  table.answers[api + "steps/3/logs"] = logs_of(R"("complete": true, "num_lines": 4)");
  table.asked.clear();
  CHECK(refusal(table, step) ==
        "the log stdio of step Test broke off: about 2 of its 4 lines came; try again, or save it in the browser and "
        "give the file");
  CHECK(std::ranges::count(table.asked, api + "logs/31/raw") == 3);
  // One that still grows is what it is.
  table.answers[api + "steps/3/logs"] = logs_of(R"("complete": false, "num_lines": 9)");
  CHECK(visited(table, step).size() == 1);
  // Pages that end early.
  table.answers.erase(api + "logs/31/raw");
  table.answers[api + "steps/3/logs"] = logs_of(R"("complete": true, "num_lines": 4)");
  table.answers[api + "logs/31/contents?offset=0&limit=10000"] =
      R"({"logchunks": [{"logid": 31, "firstline": 0, "content": "oone\noTwo\n"}]})";
  for (const char* end : {R"({"logchunks": []})", R"({"logchunks": [{"firstline": 2, "content": ""}]})"}) {
    table.answers[api + "logs/31/contents?offset=2&limit=10000"] = end;
    CHECK(holds(refusal(table, step), "broke off: about 3 of its 4 lines came"));
  }
  // And those whose end is known are not asked for once more.
  table.answers[api + "steps/3/logs"] = logs_of(R"("complete": true, "num_lines": 2)");
  table.asked.clear();
  CHECK(visited(table, step).size() == 1);
  CHECK(table.asked.back() == api + "logs/31/contents?offset=0&limit=10000");
}

TEST_CASE("what is only temporary is asked three times, with pauses") {
  for (const int status : {429, 502, 503}) {
    CAPTURE(status);
    Table table = usual();
    int refused = 2;
    const Fetch fetch = [&](const std::string& asked) {
      return asked.ends_with("builds/14") && refused-- > 0 ? Fetched{status, bytes_of("busy")} : table.fetch()(asked);
    };
    std::vector<double> pauses;
    std::size_t logs = 0;
    const auto visit = [&] {
      visit_logs(
          *parse_buildbot_address("https://host/all/#/builders/3/builds/14"),
          {fetch, [&](Seconds wait) { pauses.push_back(wait.count()); },
           [&](const BuildFacts&, const Bytes&) { return ++logs, Sighting::failure; }, [](const std::string&) {}});
    };
    visit();
    CHECK(logs == 2);
    CHECK(pauses == std::vector<double>{1, 2});
    refused = 3;
    const std::string told = "(status " + std::to_string(status) + ")";
    CHECK_THROWS_WITH_AS(visit(), doctest::Contains(told.c_str()), Error);
    CHECK(pauses.size() == 4);
  }
  // An answer that is cut in the middle, and one that is cut while the log comes.
  Table table = usual();
  table.answers[api + "builders/3/builds/14"].resize(20);
  CHECK(holds(refusal(table, "https://host/all/#/builders/3/builds/14"), "the answer broke off"));
  table = usual();
  int cut = 2;
  const Fetch fetch = [&](const std::string& asked) {
    Fetched fetched = table.fetch()(asked);
    if (asked.ends_with("logs/31/raw") && cut-- > 0) {
      fetched.body = [given = false]() mutable -> std::string_view {
        if (std::exchange(given, true)) throw Temporary("cut");
        return "the beginning of a log that is cut, and so long that its head does not tell of the end, as is usual\n";
      };
    }
    return fetched;
  };
  std::vector<std::string> texts;
  visit_logs(*parse_buildbot_address("https://host/all/#/builders/3/builds/14/steps/2"),
             {fetch, [](Seconds) {},
              [&](const BuildFacts&, const Bytes& text) { return texts.push_back(all_of(text)), Sighting::failure; },
              [](const std::string&) {}});
  CHECK(texts == std::vector<std::string>{"log of step 3\n"});
}

TEST_CASE("what is refused beside the log does not keep it back") {
  for (const int status : {401, 403, 404, 500, 503}) {
    CAPTURE(status);
    Table table = usual();
    table.status = status;
    table.answers.erase(api + "builders/3");
    table.answers.erase(api + "builds/99/properties");
    const Visit visit(table, "https://host/all/#/builders/3/builds/14");
    REQUIRE(visit.whose.size() == 4);
    CHECK(visit.whose.front().builder == "3");
    CHECK(visit.whose.front().revision.empty());
  }
}

TEST_CASE("a base that is no Buildbot's is told from a build that is not there") {
  Table table;
  for (const char* path : {"#/builders/3/builds/14", "builders/x/builds/1", "api/v2/logs/3", "#/builders/3"}) {
    CAPTURE(path);
    CHECK(refusal(table, "https://host/all/" + std::string(path)) ==
          "https://host/all/ answers no question of Buildbot's REST API: is that its address?");
  }
}

TEST_CASE("an answer about another build is none") {
  Table table = usual();
  table.answers[api + "builders/3/builds/15"] = table.answers[api + "builders/3/builds/14"];
  CHECK(holds(refusal(table, "https://host/all/#/builders/3/builds/15"), "another build than 15 came"));
}

TEST_CASE("each other log with a failure is handed over, with an address of its own") {
  Table table = usual();
  table.answers[api + "logs/21/raw"] = table.answers[api + "logs/31/raw"] = "FAILED";
  table.answers[api + "logs/35/raw"] = "FAILED, too";
  table.answers[api + "steps/3/logs"] = R"({"logs": [{"logid": 35, "name": "a/b.", "slug": "a/b.", "type": "t"},
                                                     {"logid": 31, "name": "stdio", "slug": "stdio", "type": "s"}]})";
  const Visit visit(table, "https://host/all/#/builders/3/builds/14");
  std::vector<std::string> addresses;
  for (const BuildFacts& whose : visit.whose) addresses.push_back(whose.address);
  const std::string step = "https://host/all/#/builders/3/builds/14/steps/";
  // Those of the steps that passed are left out.
  CHECK(addresses == std::vector<std::string>{step + "2", step + "2/logs/a%2Fb%2E", step + "1"});
  for (const std::string& each : addresses) CHECK(Visit(table, each).whose.front().address == each);

  // Trouble with another log keeps nothing back, and is told once.
  table.answers[api + "steps/2/logs"] = "<html>";
  const Visit troubled(table, "https://host/all/#/builders/3/builds/14");
  CHECK(troubled.whose.size() == 2);
  REQUIRE(troubled.told.size() == 1);
  CHECK(holds(troubled.told.front(), "whether another log of build 14 holds a failing run was not seen: https://host"));
}

TEST_CASE("that a build runs, was cancelled or lost its worker is told") {
  const auto notes = [](const std::string& build, const std::string& step, const std::string& log) {
    Table table = usual();
    table.answers[api + "builders/3/builds/14"] =
        R"({"builds": [{"buildid": 99, "builderid": 3, "number": 14, )" + build + "}]}";
    table.answers[api + "builds/99/steps"] =
        R"({"steps": [{"stepid": 3, "number": 2, "name": "Test", "buildid": 99, )" + step + "}]}";
    table.answers[api + "steps/3/logs"] =
        R"({"logs": [{"logid": 31, "name": "stdio", "slug": "stdio", "type": "s", )" + log + "}]}";
    return Visit(table, "https://host/all/#/builders/3/builds/14").whose.at(0).notes;
  };
  const std::string ended = R"("complete": true, "results": )";
  const std::string runs = R"("complete": false, "results": null)";
  const std::string by_itself = ": the test that ran then need not have failed by itself";
  CHECK(notes(ended + "2", ended + "2", R"("complete": true)").empty());
  CHECK(notes(R"("results": 2)", R"("results": 2)", R"("num_lines": 1)").empty());
  CHECK(notes(runs, runs, R"("complete": false)") ==
        std::vector<std::string>{
            "build 14 of AMD64 Debian 3.x still runs, and its log ends where it stood: the test that "
            "runs right now has not failed; ask again when the build has ended"});
  CHECK(notes(runs, ended + "2", R"("complete": true)") ==
        std::vector<std::string>{"build 14 of AMD64 Debian 3.x still runs; the log of its step Test is complete"});
  CHECK(notes(ended + "2", ended + "2", R"("complete": false)") ==
        std::vector<std::string>{"the log of step Test of build 14 was never finished: it may end in the middle"});
  CHECK(notes(ended + "4", ended + "4", R"("complete": true)") ==
        std::vector<std::string>{"step Test of build 14 ended with an exception, as when Buildbot lost its worker" +
                                 by_itself});
  CHECK(notes(ended + "5", ended + "5", R"("complete": true)") ==
        std::vector<std::string>{"Buildbot lost its worker in step Test of build 14, and runs the build again" +
                                 by_itself});
  CHECK(notes(ended + "6", ended + "6", R"("complete": true)") ==
        std::vector<std::string>{"step Test of build 14 was cancelled" + by_itself});
  CHECK(notes(ended + "6", ended + "2", R"("complete": true)") ==
        std::vector<std::string>{"build 14 of AMD64 Debian 3.x was cancelled" + by_itself});
}

TEST_CASE("of a builder the failed builds are looked at until one holds a failure") {
  Table table = usual();
  const std::string all = api + "builders/3/builds?results=2&order=-number&limit=10";
  table.answers[all] = R"({"builds": [{"buildid": 98, "builderid": 3, "number": 16, "results": 2},
      {"buildid": 97, "builderid": 3, "number": 15, "results": 2},
      {"buildid": 99, "builderid": 3, "number": 14, "results": 2}]})";
  table.answers[api + "builds/98/steps"] =
      R"({"steps": [{"stepid": 8, "number": 1, "name": "compile", "results": 2}]})";
  table.answers[api + "steps/8/logs"] = R"({"logs": [{"logid": 81, "name": "stdio", "slug": "stdio", "type": "s"}]})";
  table.answers[api + "logs/81/raw"] = "nothing";
  table.answers[api + "builds/97/steps"] = R"({"steps": [{"stepid": 7, "number": 1, "name": "test", "results": 0},
      {"stepid": 6, "number": 2, "name": "clean", "results": 2}]})";
  table.answers[api + "steps/7/logs"] = R"({"logs": [{"logid": 71, "name": "stdio", "slug": "stdio", "type": "s"}]})";
  table.answers[api + "logs/71/raw"] = "all is well";
  table.answers[api + "logs/31/raw"] = "FAILED";
  const std::string builder = "https://host/all/#/builders/3";
  const Visit visit(table, builder);
  CHECK(visit.whose.back().number == 14);
  CHECK(visit.told ==
        std::vector<std::string>{"passed over: build 16 failed in compile, and no log of it holds a test run",
                                 "passed over: build 15 failed in clean, and no test failed in it"});
  // One that is named is not replaced.
  table.answers[api + "builders/3/builds/16"] = R"({"builds": [{"buildid": 98, "builderid": 3, "number": 16}]})";
  CHECK(holds(refusal(table, builder + "/builds/16"), "no log of build 16 of AMD64 Debian 3.x holds a test run"));

  for (const char* id : {"11", "21", "31", "41", "71"}) {
    table.answers[api + "logs/" + std::string(id) + "/raw"] = "nothing";
  }
  CHECK(
      refusal(table, builder) ==
      "no log of the latest failed builds of the builder 3 holds a test run: build 16 failed in compile, and no log of "
      "it holds a test run; build 15 failed in clean, and step clean has no log; build 14 failed in Test, clean, and "
      "the log x of step Test is of HTML, which is not read, the log x of step clean is of HTML, which is not read, "
      "and "
      "2 more; name a build by --build N, or by the address that the browser shows");

  // Of a hundred, ten.
  std::string many;
  for (int i = 0; i < 100; ++i) {
    many +=
        (i == 0 ? "" : ",") + std::string(R"({"buildid": 98, "builderid": 3, "number": )") + std::to_string(i) + "}";
  }
  table.answers[all] = R"({"builds": [)" + many + "]}";
  table.asked.clear();
  CHECK(holds(refusal(table, builder), "build 9 failed in compile"));
  CHECK(std::ranges::count(table.asked, api + "builds/98/steps") == 10);
}

TEST_CASE("a builder whose builds ended otherwise is told so, with the builds") {
  Table table = usual();
  table.answers[api + "builders/3/builds?results=2&order=-number&limit=10"] = R"({"builds": []})";
  const std::string latest = api + "builders/3/builds?order=-number&limit=10";
  table.answers[latest] = R"({"builds": [{"number": 9, "complete": false, "results": null}, {"number": 8, "results": 4},
      {"number": 7, "results": 5}, {"number": 6, "results": 6}, {"number": 5, "results": 1}, {"number": 4, "results": 0},
      {"number": 3, "results": 3}, {"number": 2, "results": 77}]})";
  CHECK(refusal(table, "https://host/all/#/builders/3") ==
        "https://host/all/ has no failed build of the builder 3; its latest are 9 (still runs), 8 (exception), 7 "
        "(retry), "
        "6 (cancelled), 5 (warnings), 4 (success), 3 (skipped), 2 (unknown): --build 9 takes one, and so does its "
        "address "
        "in the browser");
  table.answers[latest] = R"({"builds": []})";
  CHECK(refusal(table, "https://host/all/#/builders/3") ==
        "https://host/all/ has no failed build of the builder 3, nor any other of it: name another builder");
  CHECK(refusal(table, "https://host/all/#/builders/4") ==
        "https://host/all/ has no builder 4: look at its address in the browser");
}

TEST_CASE("why no log could be read is said, for each") {
  const std::string step = "https://host/all/#/builders/3/builds/14/steps/2";
  const auto cause = [&](Table table, const std::string& logs, const std::string& address) {
    table.answers[api + "steps/3/logs"] = R"({"logs": [)" + logs + "]}";
    const std::string sentence = refusal(table, address);
    const std::string begin = "no log of build 14 of AMD64 Debian 3.x holds a test run: ";
    const std::string end = "; name another build, or the step, by the address that the browser shows";
    CAPTURE(sentence);
    REQUIRE(sentence.starts_with(begin));
    REQUIRE(sentence.ends_with(end));
    return sentence.substr(begin.size(), sentence.size() - begin.size() - end.size());
  };
  const auto log = [](const std::string& slug, const std::string& type) {
    return R"({"logid": 31, "name": ")" + slug + R"(", "slug": ")" + slug + R"(", "type": ")" + type + "\"}";
  };
  Table table = usual();
  CHECK(cause(table, log("stdio", "d"), step) == "the log stdio of step Test was deleted, as old logs are");
  CHECK(cause(table, log("notes", "h"), step) == "the log notes of step Test is of HTML, which is not read");
  CHECK(cause(table, "", step) == "step Test has no log");
  CHECK(cause(table, log("stdio", "s") + "," + log("x", "t"), step + "/logs/y") ==
        "step Test has no log y, it has stdio, x");
  table.answers[api + "logs/31/raw"] = "nothing";
  CHECK(cause(table, log("stdio", "s"), step) == "looked at 1 of them");
  CHECK(cause(table, log("stdio", "s") + "," + log("x", "h"), step) ==
        "the log x of step Test is of HTML, which is not read; looked at 1 of them");
  for (const char* page : {"<!DOCTYPE html><title>Log in</title>", "\n <HTML>"}) {
    table.answers[api + "logs/31/raw"] = page;
    CHECK(cause(table, log("stdio", "s"), step) ==
          "a page of HTML came in place of the log stdio of step Test, as where a login is wanted");
  }
  table.answers.erase(api + "logs/31/raw");
  CHECK(cause(table, log("stdio", "s"), step) == "the log stdio of step Test could not be read (status 404)");
}

TEST_CASE("steps and logs without end are looked at as far as is sensible") {
  Table table = usual();
  std::string steps, logs;
  for (int i = 0; i < 20000; ++i) {
    steps += (i == 0 ? "" : ",") + std::string(R"({"stepid": 3, "number": 2, "name": "Test", "results": 2})");
  }
  for (int i = 0; i < 1000; ++i)
    logs += (i == 0 ? "" : ",") + std::string(R"({"logid": 31, "slug": "x", "type": "d"})");
  table.answers[api + "builds/99/steps"] = R"({"steps": [)" + steps + "]}";
  table.answers[api + "steps/3/logs"] = R"({"logs": []})";
  CHECK(holds(refusal(table, "https://host/all/#/builders/3/builds/14"), "only 200 of its 20000 steps were looked at"));
  CHECK(table.asked.size() < 300);
  table.answers[api + "steps/3/logs"] = R"({"logs": [)" + logs + "]}";
  CHECK(holds(refusal(table, "https://host/all/#/builders/3/builds/14/steps/2"),
              "only 50 of the 1000 logs of step Test were looked at"));
}

TEST_CASE("names of builders are suggested whatever their capitals, in quotes") {
  Table table = usual();
  table.answers[api + "builders"] =
      R"({"builders": [{"builderid": 1, "name": "Ümläut ÖÄ"}, {"builderid": 2, "name": "ΑΒΩ"},
      {"builderid": 3, "name": "Сборка РЯ"}, {"builderid": 4, "name": "what?"}]})";
  const auto suggested = [&](const std::string& name, const std::string& wanted) {
    CAPTURE(name);
    CHECK(holds(refusal(table, "https://host/all/builders/" + name + "/builds/1"), "did you mean \"" + wanted + "\"?"));
  };
  suggested("üMLÄUT", "Ümläut ÖÄ");
  suggested("öä", "Ümläut ÖÄ");
  suggested("αβω", "ΑΒΩ");
  suggested("сБОРКА ря", "Сборка РЯ");
  suggested("WHAT", "what?");
}
