#include <bbbisect/result.hpp>

#include <nlohmann/json.hpp>

namespace bbbisect {
namespace {

using json = nlohmann::ordered_json;

json log_facts(const Question& question) {
  const Run& run = question.run;
  json log;
  log["command"] = run.command;
  log["python_options"] = question.launch.python_options;
  log["runner_options"] = json::array();
  for (const RunnerOption& option : question.launch.options) {
    for (const std::string& word : spelled(option)) log["runner_options"].push_back(word);
  }
  log["seed"] = run.seed ? json(*run.seed) : json();
  log["workers"] = run.workers ? json(*run.workers) : json();
  log["version"] = run.version;
  log["platform"] = run.platform;
  log["failed"] = json::array();
  log["failures"] = json::array();
  for (const Failure& failure : question.failed) {
    log["failed"].push_back(failure.test);
    log["failures"].push_back({{"test", failure.test},
                               {"text", failure.text},
                               {"methods", failure.methods},
                               {"exceptions", failure.exceptions}});
  }
  log["tests"] = run.total ? *run.total : run.shown().size();
  log["order_from"] = describe(question.order.from);
  log["remarks"] = question.remarks;
  return log;
}

json option_facts(const ReplayOptions& options) {
  json facts = json::array();
  for (const OptionDecision& decision : options.decisions) {
    facts.push_back(
        {{"option", decision.option}, {"action", describe(decision.action)}, {"why", decision.why}});
  }
  return facts;
}

Evidence evidence_of(const Conclusion& conclusion, const TestOrder& before) {
  for (const Evidence& seen : conclusion.proof) {
    if (seen.before == before) return seen;
  }
  return {};
}

// A log may hold any bytes; JSON holds UTF-8.
std::string printed(const json& value) {
  return value.dump(2, ' ', false, json::error_handler_t::replace) + "\n";
}

}  // namespace

std::string to_json(const Result& result, const Question& question, const ReplayOptions& options) {
  const Conclusion& conclusion = result.conclusion;
  json object;
  object["schema"] = 1;
  object["verdict"] = describe(conclusion.verdict);
  object["victim"] = question.victim;
  object["culprits"] = conclusion.culprits;
  object["order_matters"] = conclusion.order_matters;
  const Evidence alone = evidence_of(conclusion, {});
  const Evidence together =
      conclusion.culprits.empty() ? Evidence{} : evidence_of(conclusion, conclusion.culprits);
  object["confirmed"] = {{"together_fails", together.fails},
                         {"together_runs", together.runs()},
                         {"alone_fails", alone.fails},
                         {"alone_runs", alone.runs()}};
  object["why"] = conclusion.why;
  object["set_aside"] = conclusion.set_aside;
  object["reproduce"] = result.reproduce;
  object["probes"] = result.trials.size();
  Seconds seconds{0};
  Seconds test_seconds{0};
  json trials = json::array();
  for (const Trial& trial : result.trials) {
    seconds += trial.answer.elapsed;
    for (Seconds duration : trial.answer.durations) test_seconds += duration;
    // One trial a check; the seconds of the probe stand with its first.
    TestOrder before;
    bool first = true;
    for (const std::string& test : trial.probe.tests) {
      if (test == question.victim) {
        const std::size_t check = static_cast<std::size_t>(std::count(before.begin(), before.end(), test));
        trials.push_back({{"before", before},
                          {"outcome", describe(trial.answer.check(check))},
                          {"seconds", first ? trial.answer.elapsed.count() : 0.0},
                          {"recalled", trial.answer.recalled}});
        first = false;
      }
      before.push_back(test);
    }
  }
  object["seconds"] = seconds.count();
  object["test_seconds"] = test_seconds.count();
  object["runner"] = result.runner;
  object["log"] = log_facts(question);
  object["options"] = option_facts(options);
  object["trials"] = std::move(trials);
  return printed(object);
}

std::string show_json(const Question& question, const Replay& replay) {
  json object;
  object["schema"] = 1;
  object["victim"] = question.victim;
  object["log"] = log_facts(question);
  object["options"] = option_facts(replay.options);
  TestOrder whole = question.suspects;
  if (!question.victim.empty()) whole.push_back(question.victim);
  object["reproduce"] = whole.empty() ? std::vector<std::string>{} : replay.argv(whole);
  return printed(object);
}

}  // namespace bbbisect
