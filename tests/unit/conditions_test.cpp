#include <bbbisect/conditions.hpp>

#include <doctest/doctest.h>

#include <algorithm>

using namespace bbbisect;

namespace {

using Words = std::vector<std::string>;

Replay replay_of(const Words& python_options, const Words& runner_options, std::optional<std::string> seed = "77") {
  Replay replay;
  replay.python = "./python";
  replay.options.python_options = python_options;
  replay.options.runner_options = runner_options;
  replay.features.options = {"--no-randomize"};
  replay.features.resources = {"audio", "network", "cpu"};
  replay.seed = std::move(seed);
  return replay;
}

const Replay usual = replay_of({"-u", "-E", "-bb", "-Werror"}, {"--use=all,-audio", "--timeout=300"});

std::size_t number_of(const Circumstances& circumstances, const std::string& name) {
  const auto found = std::ranges::find(circumstances.factors(), name, &Factor::name);
  REQUIRE(found != circumstances.factors().end());
  return static_cast<std::size_t>(found - circumstances.factors().begin());
}

Words argv_under(const Circumstances& circumstances, const Factors& factors) {
  Conditions conditions;
  conditions.factors = factors;
  return circumstances.replay(conditions).argv({"test_v"});
}

}  // namespace

TEST_CASE("each option, each resource and the seed is a factor") {
  const Circumstances circumstances(usual, {}, {});
  CHECK(circumstances.names(circumstances.logged()) ==
        Words{"-E", "-bb", "-W error", "--timeout=300", "-u network", "-u cpu", "--randseed=77"});
  CHECK(circumstances.variables().empty());
}

TEST_CASE("under all of them the command is that of an ordinary probe") {
  const Circumstances circumstances(usual, {}, {});
  CHECK(argv_under(circumstances, circumstances.logged()) == usual.argv({"test_v"}));
}

TEST_CASE("some of them make a command with just these, with another seed where the log's is not among them") {
  const Circumstances circumstances(usual, {}, {});
  CHECK(argv_under(circumstances, {}) ==
        Words{"./python", "-u", "-m", "test", "--randseed=1", "--no-randomize", "test_v"});
  CHECK(argv_under(circumstances, {number_of(circumstances, "-bb"), number_of(circumstances, "-u cpu"),
                                   number_of(circumstances, "--randseed=77")}) ==
        Words{"./python", "-u", "-bb", "-m", "test", "--use=cpu", "--randseed=77", "--no-randomize", "test_v"});
}

TEST_CASE("a cluster of python's options is taken apart") {
  const Circumstances circumstances(replay_of({"-Ebbs"}, {}), {}, {});
  CHECK(circumstances.names(circumstances.logged()) == Words{"-E", "-bb", "-s", "--randseed=77"});
}

TEST_CASE("another seed is never the log's") {
  const Circumstances circumstances(replay_of({}, {}, "2"), {}, {});
  std::set<std::string> seeds;
  for (int other = 1; other <= 20; ++other) {
    Conditions conditions;
    conditions.other_seed = other;
    seeds.insert(circumstances.seed(conditions).value());
  }
  CHECK(seeds.size() == 20);
  CHECK_FALSE(seeds.contains("2"));
}

TEST_CASE("what shows the failure at all, and what the user gave, is no factor") {
  ReplayNeeds needs;
  needs.leak = true;
  needs.extra = {"--memlimit=1G"};
  const Circumstances circumstances(replay_of({}, {"--huntrleaks=3:3", "--fail-env-changed", "--memlimit=1G"}), needs,
                                    {});
  CHECK(circumstances.names(circumstances.logged()) == Words{"--fail-env-changed", "--randseed=77"});
  const Words bare = argv_under(circumstances, {});
  for (const char* kept : {"--huntrleaks=3:3", "--memlimit=1G"}) {
    CHECK(std::ranges::find(bare, kept) != bare.end());
  }
}

TEST_CASE("without the list of resources -u stays whole") {
  Replay replay = usual;
  replay.features.resources.clear();
  const Circumstances circumstances(replay, {}, {});
  CHECK(number_of(circumstances, "-u all,-audio") == 3);
}

TEST_CASE("variables come on top, and are told from what an ordinary probe has") {
  const Circumstances circumstances(usual, {}, {{{"LC_ALL", "C"}, {"TZ", std::nullopt}}, {}, {}});
  CHECK(circumstances.names(circumstances.variables()) == Words{"LC_ALL=C", "TZ unset"});
  Conditions conditions;
  conditions.factors = circumstances.logged();
  CHECK(circumstances.replay(conditions).environment.empty());
  conditions.factors.merge(Factors(circumstances.variables()));
  CHECK(circumstances.replay(conditions).environment == Environment{{"LC_ALL", "C"}, {"TZ", std::nullopt}});
  CHECK(circumstances.describe(conditions) == "LC_ALL=C TZ unset");
}

TEST_CASE("conditions are described by what is there or by what is not, whichever is shorter") {
  const Circumstances circumstances(usual, {}, {});
  Conditions conditions;
  conditions.factors = circumstances.logged();
  CHECK(circumstances.describe(conditions).empty());
  conditions.workers = 4;
  CHECK(circumstances.describe(conditions) == "-j4");
  conditions.workers = 0;
  conditions.load = 2;
  CHECK(circumstances.describe(conditions) == "under load");
  conditions.load = 0;
  conditions.factors.erase(number_of(circumstances, "-u cpu"));
  CHECK(circumstances.describe(conditions) == "without -u cpu, seed 77");
  conditions.factors.erase(number_of(circumstances, "--randseed=77"));
  CHECK(circumstances.describe(conditions) == "without -u cpu");
  conditions.factors = {number_of(circumstances, "-bb")};
  CHECK(circumstances.describe(conditions) == "only -bb");
  conditions.factors.clear();
  CHECK(circumstances.describe(conditions) == "the runner's defaults");
  conditions.other_seed = 3;
  CHECK(circumstances.describe(conditions) == "the runner's defaults, seed 3");
}

TEST_CASE("of a log's environment only what is harmless and different is taken") {
  const std::map<std::string, std::string> log{
      {"LC_ALL", "en_US.ISO-8859-1"}, {"TZ", "Asia/Tokyo"},    {"LANG", "C"},          {"PATH", "/evil"},
      {"LD_PRELOAD", "/evil.so"},     {"PYTHONPATH", "evil"},  {"PYTHONSTARTUP", "x"}, {"PYTHONHASHSEED", "0"},
      {"HOME", "/home/buildbot"},     {"COLUMNS", "80;reboot"}};
  const std::map<std::string, std::string> own{{"LANG", "C"}};
  CHECK(surroundings_of(log, "", own).tried ==
        Environment{{"LC_ALL", "en_US.ISO-8859-1"}, {"TZ", "Asia/Tokyo"}, {"PYTHONHASHSEED", "0"}});
}

TEST_CASE("a value that could be a file of somebody's, or a long one, is not taken") {
  for (const char* zone : {"/etc/passwd", ":/etc/passwd", "../../x", "a\nb", "$(id)"}) {
    CHECK(surroundings_of({{"TZ", zone}}, "", {{"TZ", "UTC"}}).tried.empty());
  }
  CHECK(surroundings_of({{"LANG", std::string(101, 'a')}}, "", {{"LANG", "C"}}).tried.empty());
  CHECK(surroundings_of({{"PYTHONWARNINGS", "error::evil.Warning"}}, "", {}).tried.empty());
}

TEST_CASE("what the log's environment had not, and ours has, is unset") {
  CHECK(surroundings_of({{"PATH", "/bin"}}, "", {{"LC_ALL", "C.UTF-8"}}).tried ==
        Environment{{"LC_ALL", std::nullopt}});
}

TEST_CASE("our own variables of Python are circumstances, too") {
  const std::map<std::string, std::string> own{
      {"PYTHONUNBUFFERED", "1"}, {"PYTHONOPTIMIZE", "2"}, {"PYTHONDONTWRITEBYTECODE", "1"}, {"PYTHONPATH", "/x"}};
  using Held = std::map<std::string, std::string>;
  // Nobody knows what the log had: what is ours may count.
  CHECK(surroundings_of({}, "", own).held == Held{{"PYTHONOPTIMIZE", "2"}, {"PYTHONUNBUFFERED", "1"}});
  const std::map<std::string, std::string> log{{"PATH", "/bin"}, {"PYTHONUNBUFFERED", "1"}, {"PYTHONUTF8", "1"}};
  const Surroundings surroundings = surroundings_of(log, "", own);
  CHECK(surroundings.held == Held{{"PYTHONUNBUFFERED", "1"}});
  CHECK(surroundings.left_out == std::set<std::string>{"PYTHONOPTIMIZE"});
  CHECK(surroundings.tried == Environment{{"PYTHONUTF8", "1"}});
  CHECK(surroundings_of({{"PYTHONOPTIMIZE", "1"}}, "", own).tried == Environment{{"PYTHONOPTIMIZE", "1"}});
  CHECK(surroundings_of({{"PYTHONDONTWRITEBYTECODE", "1"}}, "", own).held == Held{{"PYTHONDONTWRITEBYTECODE", "1"}});

  const Circumstances circumstances({"./python", {{"-OO"}, {}, {}}, {}, {}}, {}, surroundings);
  REQUIRE(circumstances.names(circumstances.logged()) == std::vector<std::string>{"-OO", "PYTHONUNBUFFERED=1"});
  REQUIRE(circumstances.variables().size() == 1);
  const auto environment = [&](Factors factors) { return circumstances.replay({std::move(factors)}).environment; };
  CHECK(environment({0, 1}) == Environment{{"PYTHONOPTIMIZE", {}}});  // it is set as it is
  CHECK(environment({0, 1, 2}) == Environment{{"PYTHONOPTIMIZE", {}}, {"PYTHONUTF8", "1"}});
  CHECK(environment({}) == Environment{{"PYTHONOPTIMIZE", {}}, {"PYTHONUNBUFFERED", {}}});
  CHECK(environment({0}) == Environment{{"PYTHONOPTIMIZE", {}}, {"PYTHONUNBUFFERED", {}}});
  CHECK(environment({1}) == Environment{{"PYTHONOPTIMIZE", {}}, {"PYTHONUNBUFFERED", "1"}});  // whoever pastes it
  CHECK(watched_variables(own) ==
        std::vector<std::string>{"PYTHONDONTWRITEBYTECODE=1", "PYTHONOPTIMIZE=2", "PYTHONUNBUFFERED=1"});
}

TEST_CASE("a log without an environment tells its locale in the header") {
  CHECK(surroundings_of({}, "locale=ISO-8859-1 FS=utf-8", {}).tried == Environment{{"LC_ALL", "en_US.ISO-8859-1"}});
  CHECK(surroundings_of({}, "locale=UTF-8, FS=utf-8", {}).tried.empty());
}
