// What find_culprits() promises, in random worlds: recomputed from what was asked and answered.
#include <bbbisect/search.hpp>
#include <bbbisect/side_by_side.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdint>
#include <random>
#include <set>
#include <sstream>

using namespace bbbisect;

namespace {

constexpr int the_victim_itself = -1;
const std::string victim_name = "test_victim";

// Tests after which the victim fails.
struct Cause {
  std::vector<int> members;
  bool ordered = false;
};

// A world is what its number makes of it; it answers as one process would.
struct World {
  enum class Kind { monotone, single, masked, accomplice, heals, breaking, any_function, noisy };

  World(Kind kind_of_world, std::uint64_t number) : kind(kind_of_world), random(number) {
    suspects = 1 + pick(kind == Kind::any_function ? 8 : 40);
    runs = 1 + static_cast<int>(pick(3));
    const std::size_t count = kind == Kind::monotone ? 1 + pick(3) : kind == Kind::any_function ? 0 : 1;
    for (std::size_t i = 0; i < count; ++i) {
      Cause cause;
      std::set<int> members;
      const std::size_t size = kind == Kind::single || kind == Kind::noisy ? 1 : 1 + pick(4);
      while (members.size() < std::min(size, suspects)) members.insert(static_cast<int>(pick(suspects)));
      cause.members.assign(members.begin(), members.end());
      cause.ordered = pick(2) == 0;
      causes.push_back(cause);
    }
    if (kind == Kind::noisy && pick(4) == 0) causes.clear();
    const auto some = [&](std::set<int>& tests, std::size_t most) {
      for (std::size_t i = 0, number_of = 1 + pick(most); i < number_of; ++i) {
        const int test = static_cast<int>(pick(suspects));
        const bool takes_part = std::any_of(causes.begin(), causes.end(), [&](const Cause& cause) {
          return std::find(cause.members.begin(), cause.members.end(), test) != cause.members.end();
        });
        if (!takes_part || pick(3) == 0) tests.insert(test);
      }
    };
    if (kind == Kind::masked) some(cleaners, 3);
    if (kind == Kind::breaking) {
      some(crashing, 3);
      some(other_failure, 2);
    }
    if (kind == Kind::accomplice) {
      std::vector<int>& members = causes.front().members;
      members.insert(members.begin() + static_cast<std::ptrdiff_t>(pick(members.size() + 1)), the_victim_itself);
    }
    if (kind == Kind::noisy) {
      rate = 0.05 + 0.01 * static_cast<double>(pick(11));
      fails_by_chance = pick(2) == 0;
    }
    salt = random();
  }

  [[nodiscard]] Case question() const {
    Case question;
    question.victim = victim_name;
    for (std::size_t i = 0; i < suspects; ++i) question.suspects.push_back("test_" + std::to_string(i));
    question.runs = runs;
    return question;
  }

  [[nodiscard]] bool fails_after(const std::vector<int>& ran) const {
    if (kind == Kind::any_function) {
      std::uint64_t hash = salt;
      std::set<int> tests(ran.begin(), ran.end());
      if (tests.empty()) return false;
      for (const int test : tests) hash = (hash ^ static_cast<std::uint64_t>(test + 2)) * 0x9e3779b97f4a7c15U;
      return (hash >> 40U) % 3 == 0;
    }
    return std::any_of(causes.begin(), causes.end(), [&](const Cause& cause) {
      if (!cause.ordered) {
        return std::all_of(cause.members.begin(), cause.members.end(),
                           [&](int member) { return std::find(ran.begin(), ran.end(), member) != ran.end(); });
      }
      std::size_t next = 0;
      for (const int test : ran) next += next < cause.members.size() && cause.members[next] == test ? 1 : 0;
      return next == cause.members.size();
    });
  }

  Answer answer(const Probe& probe) {
    Answer answer;
    std::vector<int> ran;
    int in_a_row = 0;
    bool other = false;
    for (const std::string& test : probe.tests) {
      if (test != victim_name) {
        const int number = std::stoi(test.substr(5));
        if (crashing.contains(number)) {
          answer.breaker = test;
          answer.why = test + " ended the run";
          break;
        }
        if (cleaners.contains(number)) ran.clear();
        other = other || other_failure.contains(number);
        ran.push_back(number);
        answer.durations.emplace_back(1 + number % 3);
        continue;
      }
      answer.durations.emplace_back(1);
      bool fails = fails_after(ran);
      if (kind == Kind::noisy && (fails_by_chance ? !fails : fails) && chance()) fails = !fails;
      const Outcome outcome = other && !fails ? Outcome::unresolved : fails ? Outcome::fails : Outcome::passes;
      if (outcome == Outcome::unresolved) answer.why = "another failure";
      answer.checks.push_back(outcome);
      in_a_row = outcome == probe.sought ? in_a_row + 1 : 0;
      if (probe.enough > 0 && in_a_row == probe.enough) break;
      if (kind == Kind::heals) ran.clear();
      ran.push_back(the_victim_itself);
    }
    for (const Seconds seconds : answer.durations) answer.elapsed += seconds;
    return answer;
  }

  bool chance() { return std::uniform_real_distribution<>(0, 1)(random) < rate; }
  std::size_t pick(std::size_t below) { return static_cast<std::size_t>(random() % below); }

  Kind kind;
  std::mt19937_64 random;
  std::size_t suspects = 0;
  int runs = 0;
  std::vector<Cause> causes;
  std::set<int> cleaners, crashing, other_failure;
  double rate = 0;
  bool fails_by_chance = false;
  std::uint64_t salt = 0;
};

using Kind = World::Kind;

std::string told(const World& world) {
  std::ostringstream text;
  text << "world of kind " << static_cast<int>(world.kind) << ": " << world.suspects << " suspects, " << world.runs
       << " runs;";
  for (const Cause& cause : world.causes) {
    text << (cause.ordered ? " ordered" : " any order");
    for (const int member : cause.members) text << ' ' << member;
    text << ';';
  }
  for (const auto& [what, tests] : {std::pair("cleaners", &world.cleaners), std::pair("crashing", &world.crashing),
                                    std::pair("other failure", &world.other_failure)}) {
    if (tests->empty()) continue;
    text << ' ' << what;
    for (const int test : *tests) text << ' ' << test;
    text << ';';
  }
  if (world.rate > 0) text << (world.fails_by_chance ? " fails" : " passes") << " by chance at " << world.rate;
  return text.str();
}

struct Asked {
  Probe probe;
  Answer answer;
};

struct Search {
  Conclusion conclusion;
  std::vector<Asked> asked;
};

constexpr std::size_t most_probes = 3000;
struct TooMany {};

Search search(World world, int jobs = 1) {
  Search search;
  const Case question = world.question();
  const auto expected = [](const std::string& test) {
    return Seconds(test == victim_name ? 1 : 1 + std::stoi(test.substr(5)) % 3);
  };
  search.conclusion = find_culprits(question, [&](const Probe& probe) {
    if (search.asked.size() == most_probes) throw TooMany();
    std::optional<Answer> answer;
    if (const std::vector<Part> parts = deal_out(probe, victim_name, jobs, expected); parts.size() > 1) {
      std::vector<Answer> answers;
      for (const Part& part : parts) {
        Probe alone = probe;
        alone.tests = part.tests;
        answers.push_back(world.answer(alone));
      }
      answer = put_together(probe, victim_name, parts, answers);
    }
    if (!answer) answer = world.answer(probe);
    search.asked.push_back({probe, *answer});
    return *answer;
  });
  return search;
}

// What was seen of the victim directly after just these tests.
Evidence seen_after(const TestOrder& before, const std::vector<Asked>& asked) {
  Evidence seen;
  for (const auto& [probe, answer] : asked) {
    const auto first = std::find(probe.tests.begin(), probe.tests.end(), victim_name);
    if (!std::equal(before.begin(), before.end(), probe.tests.begin(), first)) continue;
    const Outcome outcome = answer.check(0);
    ++(outcome == Outcome::passes ? seen.passes : outcome == Outcome::fails ? seen.fails : seen.unresolved);
  }
  return seen;
}

std::vector<TestOrder> proper_parts(const TestOrder& group) {
  std::vector<TestOrder> parts;
  for (unsigned mask = 1; mask + 1 < (1U << group.size()); ++mask) {
    TestOrder part;
    for (std::size_t i = 0; i < group.size(); ++i) {
      if ((mask & (1U << i)) != 0) part.push_back(group[i]);
    }
    parts.push_back(part);
  }
  return parts;
}

// Whether the promises at find_culprits() cover what `group` accuses; empty, or what they lack.
std::string lacking(const Group& group, const World& world, const std::vector<Asked>& asked) {
  const TestOrder& culprits = group.culprits;
  if (culprits.empty()) return "no culprits";
  const auto earlier = [](const std::string& a, const std::string& b) {
    return std::stoi(a.substr(5)) < std::stoi(b.substr(5));
  };
  if (!std::is_sorted(culprits.begin(), culprits.end(), earlier)) return "another order than that of the log";
  const Evidence together = seen_after(culprits, asked);
  if (together.fails < world.runs || together.fails != together.runs()) return "together it does not fail each time";
  const Evidence alone = seen_after({}, asked);
  if (alone.passes < world.runs || alone.passes != alone.runs()) return "alone it does not pass each time";
  for (const TestOrder& part : proper_parts(culprits)) {
    const Evidence seen = seen_after(part, asked);
    if (seen.fails > 0) return "after " + join(part) + " it was seen to fail";
    const bool leaves_one_out = part.size() + 1 == culprits.size();
    if (leaves_one_out && (seen.passes < world.runs || seen.passes != seen.runs())) {
      return "after " + join(part) + " it does not pass each time";
    }
  }
  return {};
}

bool is_one_of(const TestOrder& culprits, const World& world) {
  std::vector<int> numbers;
  for (const std::string& culprit : culprits) numbers.push_back(std::stoi(culprit.substr(5)));
  return std::any_of(world.causes.begin(), world.causes.end(),
                     [&](const Cause& cause) { return cause.members == numbers; });
}

// Whether the rates were seen to differ, by plain runs after the culprits and alone.
bool fails_more_often(const Search& found) {
  const Evidence after = seen_after(found.conclusion.group.culprits, found.asked);
  const Evidence alone = seen_after({}, found.asked);
  return after.fails * alone.runs() > alone.fails * after.runs();
}

bool asks_the_same(const Search& one, const Search& other) {
  return std::equal(one.asked.begin(), one.asked.end(), other.asked.begin(), other.asked.end(),
                    [](const Asked& a, const Asked& b) {
                      return a.probe.tests == b.probe.tests && a.probe.enough == b.probe.enough &&
                             a.probe.apart == b.probe.apart && a.probe.sought == b.probe.sought;
                    });
}

constexpr Kind deterministic[] = {Kind::monotone, Kind::single,   Kind::masked,      Kind::accomplice,
                                  Kind::heals,    Kind::breaking, Kind::any_function};
constexpr std::uint64_t worlds_of_a_kind = 1000;

}  // namespace

TEST_CASE("search, in random worlds: nobody is accused beyond what was seen, on any number of jobs") {
  for (const Kind kind : deterministic) {
    for (std::uint64_t number = 0; number < worlds_of_a_kind; ++number) {
      const World world(kind, number);
      const int jobs = number % 2 == 0 ? 1 : 2 + static_cast<int>(number % 7);
      const std::string world_told = told(world);
      CAPTURE(world_told);
      CAPTURE(jobs);
      Search found;
      REQUIRE_NOTHROW(found = search(world, jobs));  // in any case it ends
      if (found.conclusion.verdict != Verdict::order_dependent) continue;
      if (found.conclusion.at_times) {
        REQUIRE(fails_more_often(found));
      } else {
        REQUIRE(lacking(found.conclusion.group, world, found.asked) == "");
      }
    }
  }
}

TEST_CASE("search, in random worlds: a single polluter is always found") {
  for (std::uint64_t number = 0; number < worlds_of_a_kind; ++number) {
    const World world(Kind::single, number);
    const std::string world_told = told(world);
    CAPTURE(world_told);
    const Search found = search(world);
    REQUIRE(found.conclusion.verdict == Verdict::order_dependent);
    REQUIRE(is_one_of(found.conclusion.group.culprits, world));
  }
}

TEST_CASE("search, in random worlds: a group that acts together, or one of several, is always found") {
  for (std::uint64_t number = 0; number < worlds_of_a_kind; ++number) {
    const World world(Kind::monotone, number);
    const std::string world_told = told(world);
    CAPTURE(world_told);
    const Search found = search(world);
    REQUIRE(found.conclusion.verdict == Verdict::order_dependent);
    REQUIRE(is_one_of(found.conclusion.group.culprits, world));
  }
}

TEST_CASE("search, in random worlds: the same answers, the same questions") {
  for (const Kind kind : {Kind::monotone, Kind::masked, Kind::breaking, Kind::any_function, Kind::noisy}) {
    for (std::uint64_t number = 0; number < worlds_of_a_kind / 5; ++number) {
      const World world(kind, number);
      const std::string world_told = told(world);
      CAPTURE(world_told);
      REQUIRE(asks_the_same(search(world), search(world)));
    }
  }
}

TEST_CASE("search, in random worlds: where chance plays a part, nobody is accused for nothing") {
  int right = 0, wrong = 0;
  for (std::uint64_t number = 0; number < worlds_of_a_kind; ++number) {
    const World world(Kind::noisy, number);
    const std::string world_told = told(world);
    CAPTURE(world_told);
    Search found;
    REQUIRE_NOTHROW(found = search(world));
    if (found.conclusion.verdict != Verdict::order_dependent) continue;
    const bool is_right = is_one_of(found.conclusion.group.culprits, world);
    ++(is_right ? right : wrong);
    REQUIRE(fails_more_often(found));
  }
  CHECK(right > static_cast<int>(worlds_of_a_kind) / 2);
  CHECK(wrong <= static_cast<int>(worlds_of_a_kind) / 100);
}

TEST_CASE("search, in random worlds: parts side by side, the same answer") {
  for (const Kind kind : {Kind::monotone, Kind::single}) {
    for (std::uint64_t number = 0; number < worlds_of_a_kind; ++number) {
      const World world(kind, number);
      const std::string world_told = told(world);
      CAPTURE(world_told);
      const Conclusion one = search(world).conclusion;
      const int jobs = 2 + static_cast<int>(number % 7);
      CAPTURE(jobs);
      const Conclusion several = search(world, jobs).conclusion;
      REQUIRE(several.verdict == one.verdict);
      // Of two groups the one is found first that is complete in a part.
      if (world.causes.size() == 1) {
        REQUIRE(several.group.culprits == one.group.culprits);
      } else {
        REQUIRE(is_one_of(several.group.culprits, world));
      }
    }
  }
}
