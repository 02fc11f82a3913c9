#include <bbbisect/cleared.hpp>
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
  log["further"] = json::array();
  for (const FurtherRun& further : question.further) {
    log["further"].push_back({{"log", further.log},
                              {"outcome", further.fails ? "fails" : "passes"},
                              {"cleared", cleared_by(further, question.suspects)}});
  }
  return log;
}

json told(const std::string& text) { return text.empty() ? json() : json(text); }

json source_facts(const LogOrigin& origin) {
  return {{"kind", describe(origin.kind)},
          {"name", origin.name},
          {"member", told(origin.member)},
          {"builder", told(origin.builder)},
          {"build", origin.build ? json(*origin.build) : json()},
          {"step", told(origin.step)},
          {"worker", told(origin.worker)},
          {"branch", told(origin.branch)},
          {"revision", told(origin.revision)},
          {"others", origin.others},
          {"notes", origin.left_out}};
}

json option_facts(const ReplayOptions& options) {
  json facts = json::array();
  for (const OptionDecision& decision : options.decisions) {
    facts.push_back({{"option", decision.option}, {"action", describe(decision.action)}, {"why", decision.why}});
  }
  return facts;
}

Evidence evidence_of(const Group& group, const TestOrder& before) {
  for (const Evidence& seen : group.proof) {
    if (seen.before == before) return seen;
  }
  return {};
}

json confirmed(const Group& group) {
  const Evidence alone = evidence_of(group, {});
  const Evidence together = group.culprits.empty() ? Evidence{} : evidence_of(group, group.culprits);
  return {{"together_fails", together.fails},
          {"together_runs", together.runs()},
          {"alone_fails", alone.fails},
          {"alone_runs", alone.runs()}};
}

json difference_facts(const std::vector<Difference>& differences) {
  json facts = json::array();
  for (const Difference& difference : differences) {
    facts.push_back({{"what", difference.what}, {"log", difference.log}, {"here", difference.here}});
  }
  return facts;
}

json rate_facts(const Rate& rate) {
  return {{"fails", rate.fails}, {"runs", rate.runs}, {"low", rate.low}, {"high", rate.high}};
}

// In ASCII: what of the user's own words is not printable, such as a path with any bytes, steers no terminal here.
std::string printed(const json& value) { return value.dump(2, ' ', true, json::error_handler_t::replace) + "\n"; }

json facts_of(const Result& result, const Question& question, const ReplayOptions& options) {
  const Finding& finding = result.finding;
  const Conclusion& conclusion = finding.order;
  const bool by_setter = finding.verdict == Verdict::state_setter;
  json object;
  object["schema"] = 1;
  object["verdict"] = describe(finding.verdict);
  object["victim"] = question.victim;
  object["culprits"] = by_setter ? TestOrder{} : conclusion.group.culprits;
  object["state_setters"] = by_setter ? conclusion.group.culprits : TestOrder{};
  object["factors"] = result.circumstances.names(finding.factors);
  object["passing_seeds"] = json::array();
  for (const int seed : finding.other_seeds) {
    Conditions other = *finding.passing;
    other.other_seed = seed;
    object["passing_seeds"].push_back(result.circumstances.seed(other).value_or(""));
  }
  object["rate"] = finding.rate ? rate_facts(*finding.rate) : json();
  object["raised"] = json();
  if (finding.raised) {
    object["raised"] = rate_facts(*finding.raised);
    object["raised"]["under"] = result.circumstances.describe(finding.raised_by);
  }
  object["alone"] = json::array();
  for (const Observation& seen : finding.proof) {
    object["alone"].push_back({{"under", result.circumstances.describe(seen.conditions)},
                               {"beside", seen.before},
                               {"fails", seen.fails},
                               {"passes", seen.passes},
                               {"skipped", seen.skipped},
                               {"unresolved", seen.unresolved}});
  }
  object["order_matters"] = conclusion.group.order_matters;
  object["confirmed"] = confirmed(conclusion.group);
  object["at_times"] = conclusion.at_times;
  object["others"] = json::array();
  for (const Group& group : conclusion.others) {
    object["others"].push_back(
        {{"culprits", group.culprits}, {"order_matters", group.order_matters}, {"confirmed", confirmed(group)}});
  }
  object["all_found"] = conclusion.all_found;
  object["leads"] = json::array();
  for (const Lead& lead : conclusion.leads) {
    object["leads"].push_back({{"test", lead.suspect}, {"probability", lead.probability}});
  }
  object["why"] = finding.why;
  object["set_aside"] = conclusion.set_aside;
  object["reproduce"] = result.reproduce;
  object["contrast"] = result.contrast;
  object["directory"] = result.directory;
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
    std::size_t check = 0;
    for (const std::string& test : trial.probe.tests) {
      if (test == question.victim) {
        // A run that was ended says nothing of the checks that it did not come to.
        if (!first && check >= trial.answer.checks.size() && trial.probe.enough > 0) break;
        trials.push_back({{"before", before},
                          {"under", trial.probe.under},
                          {"outcome", describe(trial.answer.check(check++))},
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
  object["source"] = source_facts(question.origin);
  object["differences"] = difference_facts(result.differences);
  object["log"] = log_facts(question);
  object["options"] = option_facts(options);
  object["trials"] = std::move(trials);
  return object;
}

}  // namespace

std::string to_json(const Result& result, const Question& question, const ReplayOptions& options) {
  return printed(facts_of(result, question, options));
}

std::string to_json(const std::vector<Explained>& failures) {
  json object;
  object["schema"] = 1;
  object["failures"] = json::array();
  for (const Explained& failure : failures) {
    if (failure.result) {
      object["failures"].push_back(facts_of(*failure.result, failure.question, failure.options));
    } else {
      object["failures"].push_back(
          {{"victim", failure.question.victim}, {"verdict", json()}, {"why", failure.trouble}});
    }
  }
  return printed(object);
}

std::string plan_json(const Question& question, const Plan& plan) {
  json object;
  object["schema"] = 1;
  object["victim"] = question.victim;
  object["source"] = source_facts(question.origin);
  object["log"] = log_facts(question);
  json probes = json::array();
  for (const Trial& trial : plan.in_vain) {
    probes.push_back({{"tests", trial.probe.tests}, {"seconds", trial.answer.elapsed.count()}});
  }
  object["plan"] = {
      {"best", plan.cost.best.count()}, {"expected", plan.cost.expected.count()}, {"worst", plan.cost.worst.count()},
      {"probes", plan.cost.probes},     {"in_vain", total(plan.in_vain).count()}, {"jobs", plan.jobs},
      {"runs", std::move(probes)}};
  return printed(object);
}

std::string show_json(const Question& question, const Replay& replay,
                      const std::optional<std::vector<Difference>>& differences) {
  json object;
  object["schema"] = 1;
  object["victim"] = question.victim;
  object["source"] = source_facts(question.origin);
  object["log"] = log_facts(question);
  object["differences"] = differences ? difference_facts(*differences) : json();
  object["options"] = option_facts(replay.options);
  TestOrder whole = question.suspects;
  if (!question.victim.empty()) whole.push_back(question.victim);
  object["reproduce"] = whole.empty() ? std::vector<std::string>{} : replay.argv(whole);
  return printed(object);
}

}  // namespace bbbisect
