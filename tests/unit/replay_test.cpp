#include <bbbisect/python_random.hpp>
#include <bbbisect/replay.hpp>

#include <doctest/doctest.h>

#include <algorithm>

using namespace bbbisect;

namespace {

const TestOrder tests{"test_a", "test_b", "test_c", "test_d"};

Replay replay_with(std::set<std::string> features, std::optional<std::string> seed) {
  Replay replay;
  replay.python = "./python";
  replay.options.python_options = {"-E", "-bb"};
  replay.options.runner_options = {"--use=all"};
  replay.features.options = std::move(features);
  replay.seed = std::move(seed);
  return replay;
}

TestOrder names_in(const std::vector<std::string>& argv) {
  TestOrder names;
  std::copy_if(argv.begin(), argv.end(), std::back_inserter(names),
               [](const auto& word) { return is_test_name(word); });
  return names;
}

}  // namespace

TEST_CASE("a runner that knows --no-randomize is given the names in their order") {
  const Replay replay = replay_with({"--no-randomize", "--tempdir"}, "7");
  CHECK(replay.argv(tests) == std::vector<std::string>{"./python", "-E", "-bb", "-m", "test", "--use=all",
                                                       "--randseed=7", "--no-randomize", "test_a", "test_b", "test_c",
                                                       "test_d"});
  CHECK(replay.names_stand_in_order(tests));
}

TEST_CASE("another is given what its seed shuffles into that order") {
  const Replay replay = replay_with({}, "7");
  const std::vector<std::string> argv = replay.argv(tests);
  CHECK(std::find(argv.begin(), argv.end(), "--randseed=7") != argv.end());
  CHECK(std::find(argv.begin(), argv.end(), "--no-randomize") == argv.end());
  CHECK(names_in(argv) != tests);
  CHECK(shuffled(names_in(argv), "7") == tests);
  CHECK(shuffled(read_list_tests(replay.file_text(tests)), "7") == tests);
  CHECK_FALSE(replay.names_stand_in_order(tests));
}

TEST_CASE("without a seed nothing is said of one") {
  const Replay replay = replay_with({"--no-randomize"}, std::nullopt);
  CHECK(replay.argv(tests) == replay.plain_argv(tests));
  CHECK(names_in(replay.argv(tests)) == tests);
}

TEST_CASE("a probe's names stand in a file, but for dotted ones, which --fromfile would cut") {
  const Replay replay = replay_with({"--tempdir"}, std::nullopt);
  CHECK(replay.probe_argv(tests, "/j/1.tests", "/t") == std::vector<std::string>{"./python", "-E", "-bb", "-m", "test",
                                                                                 "--use=all", "--tempdir=/t",
                                                                                 "--fromfile", "/j/1.tests"});
  const TestOrder dotted{"test_a", "test.test_asyncio.test_events"};
  CHECK_FALSE(fits_in_file(dotted));
  CHECK(names_in(replay.probe_argv(dotted, "/j/1.tests", "/t")) == dotted);
  CHECK(replay_with({}, std::nullopt).probe_argv(tests, "/j/1.tests", "/t")[6] == "--fromfile");  // 3.6: no --tempdir
}

TEST_CASE("--list-tests prints names, and in a CI mode the command that it re-executes") {
  CHECK(read_list_tests("+ /usr/bin/python3 -u -m test --list-tests\r\ntest_a\r\ntest.test_io.test_b\n") ==
        TestOrder{"test_a", "test.test_io.test_b"});
  CHECK(read_list_tests("").empty());
}
