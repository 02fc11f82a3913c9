// Simulated triages as golden transcripts: a world on top, what the user sees below. README.md tells its rules.
#include "commands.hpp"
#include "golden.hpp"

#include <bbbisect/narration.hpp>
#include <bbbisect/result.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <functional>
#include <iterator>
#include <map>
#include <set>
#include <sstream>

using namespace bbbisect;

namespace {

const std::string victim = "test_victim";

bool has(const TestOrder& names, const std::string& name) { return std::ranges::find(names, name) != names.end(); }

class World {
 public:
  explicit World(std::istream& head) {
    case_.order.victim = victim;
    std::vector<std::string> command{"./python", "-m", "test"};
    Environment surroundings;
    for (std::string line; std::getline(head, line) && line != "---";) {
      std::istringstream words(line);
      std::string rule;
      words >> rule;
      TestOrder names{std::istream_iterator<std::string>(words), {}};
      if (rule.empty() || rule[0] == '#') continue;
      if (rule == "command") {
        command = names;
      } else if (rule == "variable") {
        const std::size_t equals = names.at(0).find('=');
        surroundings[names.at(0).substr(0, equals)] = names.at(0).substr(equals + 1);
      } else if (rule == "suspects") {
        case_.order.suspects = names;
      } else if (rule == "setters") {
        case_.setters = names;
      } else if (rule == "beside") {
        case_.at_the_same_time = names;
        case_.order_impossible = true;
      } else if (rule == "setter-likely") {
        case_.setter_likely = true;
      } else if (rule == "only") {
        case_.only = names.at(0) == "order"   ? Branch::order
                     : names.at(0) == "flags" ? Branch::flags
                                              : Branch::transient;
      } else {
        rules_[rule].push_back(names);
      }
    }
    Replay replay;
    replay.python = command.at(0);
    replay.features = read_features(
        "  --help --randseed --no-randomize --tempdir -u RES1\n"
        "  all - Enable all special resources.\n"
        "  network - it\n  cpu - it\n");
    replay.features.resources = {"network", "cpu"};
    const Launch launch = *parse_launch(command);
    replay.seed = launch.value_of("--randseed");
    const ReplayNeeds needs;
    replay.options = replay_options(launch, replay.features, needs);
    circumstances_ = Circumstances(replay, needs, {surroundings, {}, {}});
    case_.factors = circumstances_.factors();
    case_.logged = circumstances_.logged();
    case_.variables = circumstances_.variables();
    const std::optional<std::string> workers = launch.value_of("--multiprocess");
    case_.workers = workers ? std::stoi(*workers) : 0;
    case_.may_use_random = replay.seed.has_value();
    Durations::ByTest durations{{victim, Seconds(1)}};
    for (const TestOrder* tests : {&case_.order.suspects, &case_.setters}) {
      for (const std::string& test : *tests) durations[test] = Seconds(1);
    }
    case_.order.durations = Durations(durations);
    case_.order.start_up = Seconds(0);
  }

  [[nodiscard]] const TriageCase& question() const { return case_; }
  [[nodiscard]] const Circumstances& circumstances() const { return circumstances_; }

  Answer answer(const Conditions& conditions, const Probe& probe) {
    Answer answer;
    TestOrder ran;
    int in_a_row = 0;
    for (const std::string& test : probe.tests) {
      answer.elapsed += Seconds(1);
      answer.durations.emplace_back(1);
      if (test == victim) {
        const bool failing = fails(conditions, ran);
        answer.checks.push_back(failing ? Outcome::fails : Outcome::passes);
        if (!failing && rules_.contains("skipped")) {
          answer.checks.back() = Outcome::unresolved;
          answer.skipped = true;
          answer.why = "skipped";
        }
        in_a_row = answer.checks.back() == probe.sought ? in_a_row + 1 : 0;
        if (conditions.workers > 0 || (probe.enough > 0 && in_a_row >= probe.enough)) return answer;
      }
      ran.push_back(test);
    }
    return answer;
  }

 private:
  bool any(const char* rule, const std::function<bool(const TestOrder&)>& holds) const {
    const auto found = rules_.find(rule);
    return found != rules_.end() && std::ranges::any_of(found->second, holds);
  }

  bool each(const char* rule) {
    return any(rule, [&](const TestOrder& names) { return ++count_ % std::stoi(names.at(0)) == 0; });
  }

  bool fails(const Conditions& conditions, const TestOrder& ran) {
    const std::vector<std::string> held = circumstances_.names(conditions.factors);
    const auto holds = [&](const std::string& name) {
      std::string spaced = name;
      std::ranges::replace(spaced, '_', ' ');
      return has(held, name) || has(held, spaced);
    };
    const auto before = [&](const TestOrder& names) {
      return std::ranges::all_of(names, [&](const auto& name) { return has(ran, name); });
    };
    if (any("passes-after", before)) return false;
    if (rules_.contains("fails")) return true;
    if (any("fails-with", [&](const TestOrder& names) { return std::ranges::all_of(names, holds); })) return true;
    if (any("fails-with-seeds",
            [&](const TestOrder& seeds) { return has(seeds, circumstances_.seed(conditions).value_or("")); }))
      return true;
    if (conditions.workers == 0 && any("fails-after", before)) return true;
    if (conditions.workers > 0 && any("fails-beside", before)) return true;
    if (each("fails-at-times")) return true;
    return rules_.contains("fails-at-times-under-load") &&
           (conditions.load > 0 ? ++count_ % 2 == 0 : each("fails-at-times-under-load"));
  }

  TriageCase case_;
  Circumstances circumstances_;
  std::map<std::string, std::vector<TestOrder>> rules_;
  int count_ = 0;
};

std::string transcript(World& world) {
  std::ostringstream seen;
  Narration narration(seen, victim, {});
  std::map<Conditions, Ask> asks;
  const AskUnder ask = [&](const Conditions& conditions, Probe probe) {
    probe.under = world.circumstances().describe(conditions);
    auto [found, is_new] = asks.try_emplace(conditions);
    if (is_new)
      found->second =
          narration.announce([&, conditions](const Probe& asked) { return world.answer(conditions, asked); });
    return found->second(probe);
  };
  Result result;
  result.circumstances = world.circumstances();
  result.finding =
      triage(world.question(), ask, [&](const std::string& sentence) { narration.say("     " + sentence); });
  result.trials = narration.trials();
  write_commands(result, victim, ask);
  result.trials = narration.trials();
  result.journal = ".bbbisect";
  Question question;
  question.victim = victim;
  narration.say("");
  return seen.str() + to_text(result, question, false);
}

}  // namespace

TEST_CASE("simulated triages read as their transcripts") {
  check_transcripts("triage", 18, [](std::istream& head) {
    World world(head);
    return transcript(world);
  });
}
