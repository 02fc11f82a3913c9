// Simulated searches as golden transcripts: a world on top, what the user sees below. tests/search/README.md
// tells how to rewrite them.
#include "golden.hpp"

#include <bbbisect/narration.hpp>
#include <bbbisect/result.hpp>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <sstream>

using namespace bbbisect;

namespace {

const std::string victim = "test_victim";

// What a transcript's head says of a world.
struct World {
  Case question;
  bool fails_alone = false;
  std::vector<TestOrder> groups;               // each suffices, its members in this order
  TestOrder cleaners;                          // undo what ran before them
  std::map<std::string, TestOrder> enders;     // end the run when the tests named ran before; unresolved
  std::map<std::string, std::string> fragile;  // end the run unless the other ran before; unresolved
  TestOrder hangers;                           // never end; unresolved at the deadline
  int lucky_every = 0;                         // each n-th check that should fail passes
  int unlucky_every = 0;                       // each n-th check that should pass fails

  std::map<std::string, double> takes;  // seconds, where it is not one

  static World parse(std::istream& head) {
    World world;
    world.question.victim = victim;
    world.question.start_up = Seconds(0);
    for (std::string line; std::getline(head, line) && line != "---";) {
      std::istringstream words(line);
      std::string rule;
      words >> rule;
      TestOrder names{std::istream_iterator<std::string>(words), {}};
      if (rule.empty() || rule[0] == '#') continue;
      if (rule == "suspects") {
        for (int i = 1; i <= std::stoi(names.at(0)); ++i)
          world.question.suspects.push_back(fmt::format("test_{:03}", i));
      } else if (rule == "runs") {
        world.question.runs = std::stoi(names.at(0));
      } else if (rule == "all") {
        world.question.all = true;
      } else if (rule == "suspected") {
        for (std::size_t i = 1; i < names.size(); ++i) world.question.suspicion[names[i]] = std::stod(names[0]);
      } else if (rule == "takes") {
        for (std::size_t i = 1; i < names.size(); ++i) world.takes[names[i]] = std::stod(names[0]);
      } else if (rule == "fails-after") {
        world.groups.push_back(names);
      } else if (rule == "fails-alone") {
        world.fails_alone = true;
      } else if (rule == "cleans") {
        world.cleaners = names;
      } else if (rule == "ends-without") {
        world.fragile[names.at(0)] = names.at(1);
      } else if (rule == "hangs") {
        world.hangers = names;
      } else if (rule == "ends") {
        world.enders[names.at(0)] = TestOrder(names.begin() + 1, names.end());
      } else if (rule == "lucky-every") {
        world.lucky_every = std::stoi(names.at(0));
      } else if (rule == "unlucky-every") {
        world.unlucky_every = std::stoi(names.at(0));
      } else {
        FAIL("unknown rule: " << line);
      }
    }
    Durations::ByTest durations{{victim, world.time_of(victim)}};
    for (const std::string& test : world.question.suspects) durations[test] = world.time_of(test);
    world.question.durations = Durations(std::move(durations));
    return world;
  }

  [[nodiscard]] Seconds time_of(const std::string& test) const {
    const auto found = takes.find(test);
    return Seconds(found == takes.end() ? 1 : found->second);
  }

  [[nodiscard]] bool polluted(const TestOrder& ran) const {
    return std::any_of(groups.begin(), groups.end(), [&](const TestOrder& group) {
      auto next = group.begin();
      for (const std::string& test : ran) {
        if (next != group.end() && test == *next) ++next;
      }
      return next == group.end();
    });
  }

  [[nodiscard]] bool ends(const std::string& test, const TestOrder& ran) const {
    const auto needy = fragile.find(test);
    if (needy != fragile.end() && !has(ran, needy->second)) return true;
    const auto ender = enders.find(test);
    return ender != enders.end() && std::all_of(ender->second.begin(), ender->second.end(),
                                                [&](const std::string& needed) { return has(ran, needed); });
  }

  [[nodiscard]] static bool has(const TestOrder& names, const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
  }

  [[nodiscard]] Ask ask() const {
    return [this, failing = 0, passing = 0](const Probe& probe) mutable {
      Answer answer;
      TestOrder ran;
      int in_a_row = 0;
      for (const std::string& test : probe.tests) {
        answer.elapsed += time_of(test);
        answer.durations.push_back(time_of(test));
        if (test == victim) {
          bool fails = fails_alone || polluted(ran);
          if (fails && lucky_every > 0 && ++failing % lucky_every == 0) fails = false;
          if (!fails && unlucky_every > 0 && ++passing % unlucky_every == 0) fails = true;
          answer.checks.push_back(fails ? Outcome::fails : Outcome::passes);
          in_a_row = fails ? in_a_row + 1 : 0;
          if (probe.enough > 0 && in_a_row >= probe.enough) return answer;
        }
        if (has(hangers, test)) {
          answer.elapsed += Seconds(60);
          answer.breaker = test;
          answer.why = test + " ended the run: no end within its time limit";
          return answer;
        }
        if (has(cleaners, test)) ran.clear();
        if (ends(test, ran)) {
          answer.breaker = test;
          answer.why = test + " ended the run: exit status 139";
          return answer;
        }
        ran.push_back(test);
      }
      return answer;
    };
  }
};

std::string transcript(const World& world) {
  std::ostringstream seen;
  Narration narration(seen, victim, {});
  const auto rest = [&](const std::vector<Trial>& so_far) {
    return forecast_rest(world.question, so_far, world.question.durations);
  };
  Result result;
  result.finding = finding_of(find_culprits(world.question, narration.announce(world.ask(), rest)));
  result.trials = narration.trials();
  result.journal = ".bbbisect";
  Question question;
  question.victim = victim;
  narration.say("");
  return seen.str() + to_text(result, question, false);
}

}  // namespace

TEST_CASE("simulated searches read as their transcripts") {
  check_transcripts("search", 14, [](std::istream& head) { return transcript(World::parse(head)); });
}
