#include "packing.hpp"
#include "temporary_directory.hpp"

#include <bbbisect/error.hpp>
#include <bbbisect/log_source.hpp>

#include <doctest/doctest.h>

#include <map>
#include <utility>
#include <vector>

using namespace bbbisect;

namespace {

std::string log_of(const std::string& victim, const std::string& result) {
  return "./python -m test test_a " + victim +
         "\n0:00:00 load avg: 0.50 Run 2 tests sequentially in a single process\n" +
         "0:00:00 load avg: 0.50 [1/2] test_a\n0:00:00 load avg: 0.50 [1/2] test_a passed\n" +
         "0:00:00 load avg: 0.50 [2/2] " + victim + "\n0:00:00 load avg: 0.50 [2/2/1] " + victim + " " + result + "\n" +
         "\n== Tests result: " + (result == "passed" ? "SUCCESS" : "FAILURE") + " ==\n";
}
std::string failing(const std::string& victim) { return log_of(victim, "failed (1 failure)"); }
std::string passing(const std::string& victim) { return log_of(victim, "passed"); }

struct Place : TemporaryDirectory {
  std::string file(const std::string& name, const std::string& text) const {
    std::filesystem::create_directories((path / name).parent_path());
    std::ofstream(path / name, std::ios::binary) << text;
    return (path / name).string();
  }
};

LogRequest request(const std::string& log, std::uint64_t size = 1 << 30) { return {log, "", "", {}, size}; }

SourcedLog read(const std::string& log) {
  return read_log(request(log), [](const std::string&) {});
}

std::string victim_of(const SourcedLog& sourced) {
  const Run* run = sourced.log.run();
  return run == nullptr ? "(no run)" : run->failures.empty() ? "(none)" : run->failures.front().test;
}

const Pause no_pause = [](Seconds) {};

std::string refusal(const LogRequest& what, const Fetch& fetch = {}) {
  try {
    (void)read_log(
        what, [](const std::string&) {}, fetch, no_pause);
  } catch (const Error& error) {
    CHECK(error.status() == ExitStatus::usage);
    CHECK(std::string(error.what()).find('\n') == std::string::npos);
    return error.what();
  }
  return "(read)";
}

bool holds(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

using Members = std::vector<std::pair<std::string, std::string>>;

}  // namespace

TEST_CASE("a file, compressed or not, is the log, whatever its name") {
  const Place place;
  for (const Packing packing : {Packing::none, Packing::gzip, Packing::bzip2, Packing::xz, Packing::zstd}) {
    CAPTURE(static_cast<int>(packing));
    const std::string text = failing("test_x");
    const SourcedLog sourced =
        read(place.file("log.txt", packing == Packing::none ? text : packed(Form::raw, packing, {{"", text}})));
    CHECK(victim_of(sourced) == "test_x");
    CHECK(sourced.origin.kind == LogOrigin::Kind::file);
    CHECK(sourced.origin.name == (place.path / "log.txt").string());
    CHECK(sourced.log.bytes == text.size());
    CHECK(describe(sourced.origin).empty());
  }
  // What holds no run is left to whoever asks the question.
  CHECK(victim_of(read(place.file("other.txt", "hello\n"))) == "(no run)");
  CHECK(victim_of(read(place.file("empty.txt", ""))) == "(no run)");
}

TEST_CASE("of a directory the first by name that holds a failing run is taken, and the others are told") {
  const Place place;
  place.file("a.txt", passing("test_a"));
  place.file("b/2.gz", packed(Form::raw, Packing::gzip, {{"", failing("test_b2")}}));
  place.file("b/1.txt", "nothing");
  place.file("c.txt", failing("test_c"));
  place.file("d.zip", packed(Form::zip, Packing::none, {{"e.txt", failing("test_e")}, {"f.txt", passing("test_f")}}));
  place.file("broken.gz", packed(Form::raw, Packing::gzip, {{"", failing("test_b")}}).substr(0, 40));
  place.file(".bbbisect/test_x-1/007.log", failing("test_hidden"));
  place.file("a-journal/.hidden", failing("test_hidden"));
  for (const std::string slash : {"", "/"}) {
    const std::string root = place.path.string();
    const SourcedLog sourced = read(root + slash);
    CHECK(victim_of(sourced) == "test_b2");
    CHECK(sourced.origin.kind == LogOrigin::Kind::directory);
    CHECK(sourced.origin.member == "b/2.gz");
    CHECK(describe(sourced.origin) == "b/2.gz of " + root);
    CHECK(sourced.origin.others == std::vector<std::string>{root + "/c.txt", root + "/d.zip/e.txt"});
    REQUIRE(sourced.origin.left_out.size() == 1);
    CHECK(holds(sourced.origin.left_out.front(), "broken.gz is packed, and cannot be unpacked"));
    // Each of them can be asked for.
    CHECK(victim_of(read(sourced.origin.others[0])) == "test_c");
    CHECK(victim_of(read(sourced.origin.others[1])) == "test_e");
  }
}

TEST_CASE("without a failure a passing run is better than nothing") {
  const Place place;
  place.file("a.txt", "nothing");
  place.file("b.txt", passing("test_b"));
  place.file("c.txt", log_of("test_c", "failed (env changed)"));
  CHECK(read(place.path.string()).origin.member == "c.txt");
  std::filesystem::remove(place.path / "c.txt");
  CHECK(read(place.path.string()).origin.member == "b.txt");
  std::filesystem::remove(place.path / "b.txt");
  CHECK(holds(refusal(request(place.path.string())), "holds no test run: looked at 1 file in it"));
  std::filesystem::remove(place.path / "a.txt");
  CHECK(holds(refusal(request(place.path.string())), "holds no test run: looked at 0 files in it"));
}

TEST_CASE("of a GitHub archive the failing step is taken, and not told twice as its job") {
  const Place place;
  const Members members{{"0_build (ubuntu).txt", failing("test_x")},
                        {"1_mac.txt", passing("test_y")},
                        {"build (ubuntu)/", ""},
                        {"build (ubuntu)/1_Set up job.txt", "hello\n"},
                        {"build (ubuntu)/7_Tests.txt", failing("test_x")},
                        {"mac/7_Tests.txt", passing("test_y")},
                        {"2_win.txt", failing("test_z")}};
  const std::string zip = place.file("logs_123", packed(Form::zip, Packing::none, members));
  const SourcedLog sourced = read(zip);
  CHECK(victim_of(sourced) == "test_x");
  CHECK(sourced.origin.kind == LogOrigin::Kind::archive);
  CHECK(sourced.origin.member == "build (ubuntu)/7_Tests.txt");
  CHECK(sourced.origin.others == std::vector<std::string>{zip + "/2_win.txt"});
  CHECK(read(zip + "/1_mac.txt").origin.member == "1_mac.txt");
  CHECK(holds(refusal(request(zip + "/3_no.txt")), "has no member 3_no.txt"));

  // The same as a tar, and unpacked.
  CHECK(read(place.file("x.tar.xz", packed(Form::tar, Packing::xz, members))).origin.member ==
        "build (ubuntu)/7_Tests.txt");
  for (const auto& [name, text] : members) {
    if (!name.ends_with('/')) place.file("unpacked/run 1/" + name, text);
  }
  CHECK(read((place.path / "unpacked").string()).origin.member == "run 1/build (ubuntu)/7_Tests.txt");
}

TEST_CASE("names of members are shown escaped, lead nowhere, and can be typed as shown") {
  const Place place;
  const Members members{{"../../\x1b[2Jx.txt", failing("test_x")}, {"/etc/passwd", failing("test_y")}};
  const std::string zip = place.file("run.zip", packed(Form::zip, Packing::none, members));
  const SourcedLog sourced = read(zip);
  CHECK(describe(sourced.origin) == "../../\\x1b[2Jx.txt of " + zip);
  CHECK(victim_of(read(zip + "/../../\\x1b[2Jx.txt")) == "test_x");
  CHECK(victim_of(read(zip + "//etc/passwd")) == "test_y");
}

TEST_CASE("an archive in an archive is looked into, so deep and no deeper") {
  const Place place;
  std::string data = failing("test_x");
  for (int depth = 1; depth <= 4; ++depth) {
    data = packed(Form::zip, Packing::none, {{"inner", data}});
    const std::string path = place.file("run.zip", data);
    CAPTURE(depth);
    if (depth <= 3) {
      CHECK(victim_of(read(path)) == "test_x");
    } else {
      CHECK(holds(refusal(request(path)), "holds no test run"));
    }
  }
}

TEST_CASE("a bomb is defused by --max-size, which the sentence tells how to raise") {
  const Place place;
  const std::string much(50 << 20, 'x');
  const std::string enough = "--max-size SIZE allows more";
  for (const Packing packing : {Packing::gzip, Packing::bzip2, Packing::xz, Packing::zstd}) {
    CAPTURE(static_cast<int>(packing));
    const std::string bomb = packed(Form::raw, packing, {{"", much}});
    CHECK(bomb.size() < 100000);
    CHECK(holds(refusal(request(place.file("x", bomb), 10 << 20)), enough));
    CHECK(holds(refusal(request(place.file("y", packed(Form::zip, Packing::none, {{"z", bomb}})), 10 << 20)), enough));
  }
  Members many;
  for (int i = 0; i < 100; ++i) many.emplace_back(std::to_string(i), "");
  const std::string zip = place.file("many", packed(Form::zip, Packing::none, many));
  CHECK(holds(refusal(request(zip, 99 * Allowance::least)), enough));
  CHECK(holds(refusal(request(zip, 100 * Allowance::least)), "holds no test run: looked at 100 files"));
  // Also within a directory, where trouble with one file is no reason to end, and for its files themselves.
  place.file("d/bomb", packed(Form::raw, Packing::gzip, {{"", much}}));
  CHECK(holds(refusal(request((place.path / "d").string(), 10 << 20)), enough));
  place.file("e/plain", std::string(1 << 20, 'x'));
  CHECK(holds(refusal(request((place.path / "e").string(), 1 << 19)), enough));
  // A plain file is as large as it is.
  CHECK(holds(refusal(request(place.file("plain", failing("test_x") + std::string(1 << 20, 'x')), 1)), "(read)"));
}

TEST_CASE("what cannot be read is a sentence") {
  const Place place;
  CHECK(holds(refusal(request((place.path / "none\n.txt").string())), "none\\x0a.txt: No such file"));
  CHECK(holds(refusal(request("file:///etc/passwd")), "only http and https"));
  CHECK(holds(refusal(request("gopher://host/x")), "only http and https"));
  CHECK(holds(refusal(request("https://github.com/python/cpython/actions/runs/1/job/2")), "logged in"));
}

TEST_CASE("an address that is none of a Buildbot is the log, packed or not") {
  std::map<std::string, std::string> pages{
      {"https://host/log", failing("test_x")},
      {"https://host/log.gz", packed(Form::raw, Packing::gzip, {{"", failing("test_y")}})},
      {"https://host/run.zip", packed(Form::zip, Packing::none, {{"a", failing("test_z")}, {"b", failing("test_b")}})}};
  const Fetch fetch = [&](const std::string& address) -> Fetched {
    const auto found = pages.find(address);
    return found == pages.end() ? Fetched{404, bytes_of("no")} : Fetched{200, bytes_of(found->second)};
  };
  const auto fetched = [&](const std::string& address) {
    return read_log(
        request(address), [](const std::string&) {}, fetch, no_pause);
  };
  CHECK(victim_of(fetched("https://host/log")) == "test_x");
  CHECK(victim_of(fetched("https://jo:secret@host/log.gz")) == "test_y");
  CHECK(fetched("https://jo:secret@host/log.gz").origin.name == "https://host/log.gz");
  const SourcedLog zip = fetched("https://host/run.zip");
  CHECK(victim_of(zip) == "test_z");
  CHECK(zip.origin.others.empty());
  CHECK(zip.origin.left_out.size() == 1);
  CHECK(holds(refusal(request("https://jo:secret@host/no"), fetch), "cannot fetch https://host/no: "));
  CHECK(holds(refusal(request("https://host/log", 100), fetch), "--max-size"));
}

TEST_CASE("of a build the first log with a failing run is taken, and its facts with it") {
  std::map<std::string, std::string> pages;
  const std::string api = "https://host/api/v2/";
  pages[api + "builders"] = R"({"builders": [{"builderid": 3, "name": "b"}]})";
  pages[api + "builders/3"] = R"({"builders": [{"builderid": 3, "name": "b"}]})";
  pages[api + "builders/3/builds?results=2&order=-number&limit=10"] =
      R"({"builds": [{"buildid": 9, "builderid": 3, "number": 4}]})";
  pages[api + "builders/3/builds/4"] = R"({"builds": [{"buildid": 9, "builderid": 3, "number": 4}]})";
  pages[api + "builds/9/properties"] = R"({"properties": [{"got_revision": ["abc", "Git"]}]})";
  pages[api + "builds/9/steps"] = R"({"steps": [{"stepid": 1, "number": 0, "name": "testing nothing", "results": 2},
      {"stepid": 2, "number": 1, "name": "test", "results": 0}, {"stepid": 3, "number": 2, "name": "odd", "results": 2}]})";
  for (const std::string step : {"1", "2", "3"}) {
    pages[api + "steps/" + step + "/logs"] =
        R"({"logs": [{"logid": )" + step + R"(, "name": "stdio", "slug": "stdio", "type": "s"}]})";
  }
  pages[api + "logs/1/raw"] = "no tests\n";
  pages[api + "logs/2/raw"] = passing("test_p");
  pages[api + "logs/3/raw"] = failing("test_x");
  const Fetch fetch = [&](const std::string& address) -> Fetched {
    const auto found = pages.find(address);
    return found == pages.end() ? Fetched{404, bytes_of("no")} : Fetched{200, bytes_of(found->second)};
  };
  for (const LogRequest& what :
       {request("https://jo:secret@host/#/builders/3/builds/4"), request("https://host/#/builders/3"),
        LogRequest{"", "https://host", "b", {}, 1 << 30}, LogRequest{"", "https://host/#/", "3", 4, 1 << 30}}) {
    const SourcedLog sourced = read_log(
        what, [](const std::string&) {}, fetch, no_pause);
    CHECK(victim_of(sourced) == "test_x");
    CHECK(sourced.origin.kind == LogOrigin::Kind::buildbot);
    CHECK(sourced.origin.step == "odd");
    CHECK(sourced.origin.name == "https://host/#/builders/3/builds/4/steps/2");
    CHECK(describe(sourced.origin) == "build 4 of b, step odd, revision abc");
  }
  pages[api + "logs/3/raw"] = "no tests\n";
  CHECK(victim_of(read_log(
            request("https://host/#/builders/3/builds/4"), [](const std::string&) {}, fetch, no_pause)) == "(none)");
  pages[api + "logs/2/raw"] = "no tests\n";
  CHECK(holds(refusal(request("https://host/#/builders/3/builds/4"), fetch),
              "no log of build 4 of b holds a test run: it failed in testing nothing, odd; looked at 3 of them"));
  CHECK(holds(refusal(request("https://host/#/builders/3/builds/4", 5 * Allowance::least), fetch), "--max-size"));
}

TEST_CASE("an address comes out of what mails and people put around it") {
  std::map<std::string, std::string> pages;
  pages["https://host/log"] = failing("test_x");
  pages["https://host/a%20(b)"] = failing("test_y");
  const Fetch fetch = [&](const std::string& address) -> Fetched {
    const auto found = pages.find(address);
    return found == pages.end() ? Fetched{404, bytes_of("no")} : Fetched{200, bytes_of(found->second)};
  };
  for (const std::string text : {"<https://host/log>", "<https://host/log>.", " https://host/log ",
                                 "\"https://host/log\"", "'https://host/log',", "(https://host/log)",
                                 "https://host/log.", "https://host/log;", "https://host/log:", "https://host/log)",
                                 "https://host/log>", "https://host/log'\n", "HTTPS://host/log", "hTtPs://host/log"}) {
    CAPTURE(text);
    const SourcedLog sourced = read_log(
        request(text), [](const std::string&) {}, fetch, no_pause);
    CHECK(victim_of(sourced) == "test_x");
    CHECK(sourced.origin.name == "https://host/log");
    CHECK(log_from_anywhere(text) == "https://host/log");
  }
  CHECK(victim_of(read_log(
            request("https://host/a (b)"), [](const std::string&) {}, fetch, no_pause)) == "test_y");
  for (const std::string text : {"host:8010/#/builders/3/builds/14", "<host/all/#/builders/3/builds/14>.",
                                 "host/builders/x/builds/1", "host:8010/#/builders/3/builds/latest"}) {
    CAPTURE(text);
    CHECK(refusal(request(text)) ==
          text + " is no file, and for an address it lacks the beginning: put http:// or https:// before it");
  }
  // A file has the name it has.
  const Place place;
  const std::string path = place.file("builders/x/builds/1", failing("test_z"));
  CHECK(victim_of(read(path)) == "test_z");
  CHECK(holds(refusal(request(path + "0")), "No such file"));
}

TEST_CASE("a log that comes the third time is read, and then once") {
  int turn = 0;
  std::vector<double> pauses;
  const Fetch fetch = [&](const std::string&) -> Fetched {
    switch (turn++) {
      case 0:
        return {503, bytes_of("busy")};
      case 1:
        return {200, [given = false, text = failing("test_cut")]() mutable -> std::string_view {
                  if (std::exchange(given, true)) throw Temporary("cut");
                  return text;
                }};
      default:
        return {200, bytes_of(failing("test_x"))};
    }
  };
  const SourcedLog sourced = read_log(
      request("https://host/log"), [](const std::string&) {}, fetch,
      [&](Seconds wait) { pauses.push_back(wait.count()); });
  CHECK(victim_of(sourced) == "test_x");
  CHECK(pauses == std::vector<double>{1, 2});
  const Fetch busy = [](const std::string&) { return Fetched{503, bytes_of("busy")}; };
  CHECK(holds(refusal(request("https://host/log"), busy), "the server answers with status 503"));
}

TEST_CASE("what else failed in a build, and how it stands, is told") {
  std::map<std::string, std::string> pages;
  const std::string api = "https://host/api/v2/";
  pages[api + "builders/3/builds/4"] =
      R"({"builds": [{"buildid": 9, "builderid": 3, "number": 4, "results": 6, "complete": true}]})";
  pages[api + "builders/3/builds?results=2&order=-number&limit=10"] =
      R"({"builds": [{"buildid": 8, "builderid": 3, "number": 5}, {"buildid": 9, "builderid": 3, "number": 4}]})";
  pages[api + "builds/9/steps"] = R"({"steps": [{"stepid": 1, "number": 0, "name": "test", "results": 2},
      {"stepid": 2, "number": 1, "name": "test", "results": 2}]})";
  for (const std::string step : {"1", "2"}) {
    pages[api + "steps/" + step + "/logs"] =
        R"({"logs": [{"logid": )" + step + R"(, "name": "stdio", "slug": "stdio", "type": "s"}]})";
    pages[api + "logs/" + step + "/raw"] = failing("test_" + step);
  }
  const Fetch fetch = [&](const std::string& address) -> Fetched {
    const auto found = pages.find(address);
    return found == pages.end() ? Fetched{404, bytes_of("no")} : Fetched{200, bytes_of(found->second)};
  };
  const auto of = [&](const LogRequest& what) {
    return read_log(
        what, [](const std::string&) {}, fetch, no_pause);
  };
  const SourcedLog first = of(request("https://host/#/builders/3/builds/4"));
  CHECK(victim_of(first) == "test_1");
  CHECK(first.origin.others == std::vector<std::string>{"https://host/#/builders/3/builds/4/steps/1"});
  CHECK(first.origin.left_out == std::vector<std::string>{"build 4 of 3 was cancelled: the test that ran then need not "
                                                          "have failed by itself"});
  CHECK(victim_of(of(request(first.origin.others.front()))) == "test_2");
  for (const std::string base :
       {"https://host", "https://host/api/v2", "https://host/?x=1", "<https://host/index.html>"}) {
    CAPTURE(base);
    const SourcedLog latest = of({"", base, "3", {}, 1 << 30});
    CHECK(victim_of(latest) == "test_1");
    REQUIRE(latest.origin.left_out.size() == 1);
    CHECK(latest.origin.left_out.front() == "passed over: build 5 failed, and no log of it holds a test run");
  }
}
