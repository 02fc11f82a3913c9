#include <bbbisect/error.hpp>
#include <bbbisect/options.hpp>

#include <doctest/doctest.h>

using namespace bbbisect;

namespace {

Options parsed(std::vector<const char*> words) {
  words.insert(words.begin(), "bbbisect");
  const std::optional<Options> options = parse_options(static_cast<int>(words.size()), words.data());
  REQUIRE(options);
  return *options;
}

std::string refusal(std::vector<const char*> words) {
  words.insert(words.begin(), "bbbisect");
  try {
    (void)parse_options(static_cast<int>(words.size()), words.data());
  } catch (const Error& error) {
    CHECK(error.status() == ExitStatus::usage);
    return error.what();
  }
  return "(accepted)";
}

}  // namespace

TEST_CASE("options and their defaults") {
  const Options options = parsed({"log.txt"});
  CHECK(options.log == "log.txt");
  CHECK(options.runs == 2);
  CHECK(options.jobs == 1);
  CHECK(options.state == ".bbbisect");
  CHECK_FALSE(options.python);
  CHECK_FALSE(options.timeout);
  CHECK(parsed({"-"}).log == "-");
  CHECK(parsed({"--python", "/usr/bin/python3", "log.txt"}).python == "/usr/bin/python3");
  CHECK(parsed({"log.txt", "-C", "/tmp"}).directory == "/tmp");
  CHECK(parsed({"log.txt", "--jobs", "64"}).jobs == 64);
  CHECK(parsed({"log.txt", "--timeout", "15m"}).timeout == Seconds(900));
  CHECK(parsed({"log.txt", "--json", "-"}).json == "-");
}

TEST_CASE("what runs no test is asked for alone") {
  CHECK(parsed({"--matching", "log.txt"}).matching);
  CHECK(refusal({"--matching", "--show", "log.txt"}).find("exclude each other") != std::string::npos);
  CHECK(refusal({"--matching", "--json", "-", "log.txt"}).find("not JSON") != std::string::npos);
}

TEST_CASE("what follows -- is the runner's, whatever it is") {
  CHECK(parsed({"log.txt", "--", "-u", "all", "--python", "x"}).runner_options ==
        std::vector<std::string>{"-u", "all", "--python", "x"});
  CHECK(parsed({"log.txt", "--"}).runner_options.empty());
}

TEST_CASE("bad usage is one sentence") {
  CHECK(refusal({}).find("no LOG is named") == 0);
  CHECK(refusal({"--json", "log.txt"}).find("no LOG is named") == 0);
  CHECK(refusal({"log.txt", "--bogus"}).find("--bogus") != std::string::npos);
  CHECK(refusal({"log.txt", "another.txt"}).find("another.txt") != std::string::npos);
  CHECK(refusal({"log.txt", "--runs", "0"}).find("--runs") != std::string::npos);
  CHECK(refusal({"log.txt", "--runs", "x"}).find("--runs") != std::string::npos);
  CHECK(refusal({"log.txt", "--jobs", "0"}).find("--jobs N") == 0);
  CHECK(refusal({"log.txt", "--jobs", "65"}).find("from 1 to 64") != std::string::npos);
  CHECK(refusal({"log.txt", "--timeout", "soon"}).find("no duration") != std::string::npos);
  CHECK(refusal({"log.txt", "--color", "pink"}).find("--color pink") == 0);
  CHECK(refusal({"log.txt", "--show", "--order"}).find("exclude each other") != std::string::npos);
  for (const auto& words : {std::vector<const char*>{}, {"log.txt", "--bogus"}, {"log.txt", "--runs", "x"}}) {
    CHECK(refusal(words).find('\n') == std::string::npos);
  }
}

TEST_CASE("a builder stands in place of a log") {
  const Options options = parsed({"--builder", "AMD64 Debian 3.x", "--build", "14", "--buildbot", "https://host/"});
  CHECK(options.log.empty());
  CHECK(options.builder == "AMD64 Debian 3.x");
  CHECK(options.build == 14);
  CHECK(options.buildbot == "https://host/");
  CHECK_FALSE(parsed({"--builder", "3"}).build);
  CHECK(parsed({"https://host/#/builders/3/builds/14"}).log == "https://host/#/builders/3/builds/14");
  CHECK(parsed({"log.txt", "--max-size", "1G"}).max_size == 1 << 30);
  CHECK(refusal({"--builder", "3", "log.txt"}).find("in place of a LOG") != std::string::npos);
  CHECK(refusal({"--build", "3", "log.txt"}).find("--builder") != std::string::npos);
  CHECK(refusal({"--buildbot", "https://host/", "log.txt"}).find("--builder") != std::string::npos);
  CHECK(refusal({"--builder", "3", "--build", "-1"}).find("--build") != std::string::npos);
  CHECK(refusal({"log.txt", "--max-size", "much"}).find("is no size") != std::string::npos);
}

TEST_CASE("sizes") {
  CHECK(parse_size("900") == 900);
  CHECK(parse_size("3K") == 3072);
  CHECK(parse_size("500M") == 500U << 20);
  CHECK(parse_size("1T") == std::uint64_t(1) << 40);
  for (const char* text : {"", "0", "0M", "M", "-5", "5X", "1.5G", "5MB", "99999999999999999999", "9999999999T"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_size(text));
  }
}

TEST_CASE("durations") {
  CHECK(parse_duration("90") == Seconds(90));
  CHECK(parse_duration("90s") == Seconds(90));
  CHECK(parse_duration("1.5h") == Seconds(5400));
  CHECK(parse_duration("1h30m") == Seconds(5400));
  for (const char* text : {"", "0", "0s", "-5", "5x", "m", "1..5", ".", "1e5", "999999999999h"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_duration(text));
  }
}
