#include <bbbisect/result.hpp>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

using namespace bbbisect;
using nlohmann::json;

namespace {

Question question_with_everything() {
  Question question;
  question.victim = "test_v";
  question.suspects = {"test_a", "test_b"};
  question.run.command = {"./python", "-E", "-m", "test", "-j2", "-uall"};
  question.run.seed = "1003";
  question.run.total = 3;
  question.run.version = "CPython 3.8.18 \xff";
  question.launch = *parse_launch(question.run.command);
  Failure failure;
  failure.test = "test_v";
  failure.text = "failed (1 error)";
  failure.methods = {"test.test_v.T.test_x"};
  question.failed = {failure};
  question.failure = failure;
  return question;
}

Result result_of_a_pair() {
  Result result;
  result.finding.verdict = Verdict::order_dependent;
  result.finding.order.group.culprits = {"test_a", "test_b"};
  result.finding.order.group.order_matters = true;
  result.finding.order.group.proof = {{{}, 0, 2, 0}, {{"test_a"}, 0, 2, 0}, {{"test_a", "test_b"}, 3, 0, 0}};
  result.reproduce = {"./python", "-m", "test", "test_a", "test_b", "test_v"};
  Answer twice;
  twice.checks = {Outcome::passes, Outcome::fails};
  twice.elapsed = Seconds(2);
  twice.durations = {Seconds(0.5), Seconds(1)};
  Answer pair;
  pair.checks = {Outcome::fails};
  pair.elapsed = Seconds(3);
  result.trials = {{{{"test_v", "test_v"}, Purpose::alone, {}, 2}, twice},
                   {{{"test_a", "test_b", "test_v"}, Purpose::narrow, {}, 2}, pair}};
  return result;
}

}  // namespace

TEST_CASE("the JSON has every key of schema 1, in the words of the man page") {
  const Question question = question_with_everything();
  const json object =
      json::parse(to_json(result_of_a_pair(), question, replay_options(question.launch, {}, needs_of(question, {}))));
  CHECK(object["schema"] == 1);
  CHECK(object["verdict"] == "order-dependent");
  CHECK(object["victim"] == "test_v");
  CHECK(object["culprits"] == json{"test_a", "test_b"});
  CHECK(object["order_matters"] == true);
  CHECK(object["confirmed"] ==
        json{{"together_fails", 3}, {"together_runs", 3}, {"alone_fails", 0}, {"alone_runs", 2}});
  CHECK(object["reproduce"].size() == 6);
  CHECK(object["probes"] == 2);
  CHECK(object["seconds"] == 5.0);
  CHECK(object["test_seconds"] == 1.5);
  CHECK(object["log"]["command"].size() == 6);
  CHECK(object["log"]["python_options"] == json{"-E"});
  CHECK(object["log"]["runner_options"] == json{"--multiprocess=2", "--use=all"});
  CHECK(object["log"]["seed"] == "1003");
  CHECK(object["log"]["workers"].is_null());
  CHECK(object["log"]["failed"] == json{"test_v"});
  CHECK(object["log"]["tests"] == 3);
  CHECK(object["log"]["order_from"] == "progress lines");
  CHECK(object["options"][0] == json{{"option", "-E"}, {"action", "kept"}, {"why", object["options"][0]["why"]}});
  REQUIRE(object["trials"].size() == 3);
  CHECK(object["trials"][0]["before"] == json::array());
  CHECK(object["trials"][0]["outcome"] == "passes");
  CHECK(object["trials"][0]["seconds"] == 2.0);
  CHECK(object["trials"][1]["before"] == json{"test_v"});
  CHECK(object["trials"][1]["outcome"] == "fails");
  CHECK(object["trials"][2]["before"] == json{"test_a", "test_b"});
}

TEST_CASE("the verdicts have their words") {
  CHECK(describe(Verdict::order_dependent) == "order-dependent");
  CHECK(describe(Verdict::fails_alone) == "fails-alone");
  CHECK(describe(Verdict::not_reproduced) == "not-reproduced");
  CHECK(describe(Verdict::inconclusive) == "inconclusive");
}

TEST_CASE("--show tells what becomes of each option and what would be run") {
  const Question question = question_with_everything();
  Replay replay;
  replay.python = "./python";
  replay.options = replay_options(question.launch, {}, needs_of(question, {}));
  replay.seed = question.run.seed;
  const std::string text = show_text(question, replay, std::nullopt);
  for (const char* part : {"seed            1003", "dropped   --multiprocess=2", "kept      --use=all",
                           "test_v  failed (1 error)", "<- victim", "--randseed=1003"}) {
    CAPTURE(part);
    CHECK(text.find(part) != std::string::npos);
  }
  const json object = json::parse(show_json(question, replay, std::nullopt));
  CHECK(object["log"]["seed"] == "1003");
  CHECK(object["reproduce"].size() > 4);
  CHECK(object["options"].size() == replay.options.decisions.size());
}

TEST_CASE("what differs from the log stands with a failure that was not reproduced, in the JSON always") {
  const Question question = question_with_everything();
  Result result = result_of_a_pair();
  result.differences = {{"version", "3.12.1", "3.11.2", true}, {"TZ", "UTC", "unset"}};
  CHECK(to_text(result, question, false).find("3.12.1") == std::string::npos);
  const json facts = json::parse(to_json(result, question, {}))["differences"];
  REQUIRE(facts.size() == 2);
  CHECK(facts[0] == json{{"what", "version"}, {"log", "3.12.1"}, {"here", "3.11.2"}});

  result.finding.verdict = Verdict::not_reproduced;
  const std::string text = to_text(result, question, false);
  CHECK(text.find("  version  3.12.1 there, 3.11.2 here\n  TZ       UTC there, unset here\n") != std::string::npos);
  result.differences.clear();
  CHECK(to_text(result, question, false).find("What differs") == std::string::npos);

  const Replay replay;
  CHECK(show_text(question, replay, {{{"TZ", "UTC", "unset"}}}).find("  TZ  UTC there, unset here\n") !=
        std::string::npos);
  CHECK(show_text(question, replay, std::nullopt).find("There is no Python here") != std::string::npos);
  CHECK(json::parse(show_json(question, replay, std::nullopt))["differences"].is_null());
  CHECK(json::parse(show_json(question, replay, {{{"TZ", "UTC", "unset"}}}))["differences"].size() == 1);
}

TEST_CASE("the text names an order only where the order matters") {
  Result result = result_of_a_pair();
  const Question question = question_with_everything();
  CHECK(to_text(result, question, false).find("test_v fails after test_a, then test_b (order-dependent)") == 0);
  result.finding.order.group.order_matters = false;
  CHECK(to_text(result, question, false).find("test_v fails after test_a and test_b (order-dependent)") == 0);
  CHECK(to_text(result, question, true).find("\x1b[1m") == 0);
}
