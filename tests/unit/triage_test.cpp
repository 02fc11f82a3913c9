#include "factor_search.hpp"
#include "verdict_world.hpp"

#include <bbbisect/error.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <set>

using namespace bbbisect;
using bench::Reason;
using bench::VerdictMaking;
using bench::VerdictWorld;

namespace {

struct Asked {
  Finding finding;
  std::vector<std::string> questions;
};

Asked ask_all(const VerdictMaking& making, std::uint64_t seed) {
  VerdictWorld world(making, seed);
  Asked asked;
  const AskUnder answer = world.ask();
  asked.finding = triage(world.question(), [&](const Conditions& conditions, const Probe& probe) {
    std::string text = join(probe.tests);
    for (const std::size_t factor : conditions.factors) text += " " + std::to_string(factor);
    asked.questions.push_back(text + " " + std::to_string(conditions.other_seed) + " " +
                              std::to_string(conditions.workers) + " " + std::to_string(conditions.load));
    return answer(conditions, probe);
  });
  CHECK(world.judge(asked.finding) == VerdictWorld::Judged::right);
  return asked;
}

VerdictMaking making_of(Reason reason) {
  VerdictMaking making;
  making.reason = reason;
  return making;
}

}  // namespace

TEST_CASE("each verdict has its name and its exit status, none twice but for what fails alone") {
  std::set<std::string> names;
  std::set<ExitStatus> statuses;
  for (int i = 0; i <= static_cast<int>(Verdict::inconclusive); ++i) {
    names.insert(describe(static_cast<Verdict>(i)));
    statuses.insert(status_of(static_cast<Verdict>(i)));
  }
  CHECK(names.size() == static_cast<std::size_t>(Verdict::inconclusive) + 1);
  CHECK(statuses.size() == names.size() - 1);
  CHECK(status_of(Verdict::plain_failure) == status_of(Verdict::fails_alone));
}

TEST_CASE("no verdict rests on a single run, and its other side was seen as well") {
  for (const Reason reason : {Reason::flag, Reason::two_flags, Reason::variable, Reason::seed}) {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
      const Finding finding = ask_all(making_of(reason), seed).finding;
      const auto seen = [&](const Conditions& conditions) {
        const auto found = std::ranges::find(finding.proof, conditions, &Observation::conditions);
        REQUIRE(found != finding.proof.end());
        return *found;
      };
      CHECK(seen(finding.failing).fails >= 2);
      REQUIRE(finding.passing);
      CHECK(seen(*finding.passing).passes >= 2);
      CHECK(seen(*finding.passing).fails == 0);
    }
  }
}

TEST_CASE("the same answers bring the same questions") {
  for (int reason = 0; reason <= static_cast<int>(Reason::nothing); ++reason) {
    const Asked once = ask_all(making_of(static_cast<Reason>(reason)), 3);
    CHECK(once.questions == ask_all(making_of(static_cast<Reason>(reason)), 3).questions);
  }
}

TEST_CASE(
    "an ordinary bug is told within two runs, and certain after five of each side where it draws no random numbers") {
  int steady = 0;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    VerdictWorld world(making_of(Reason::plain), seed);
    std::vector<int> told;
    triage(world.question(), world.ask(), [&](const std::string&) { told.push_back(world.runs); });
    CHECK(told == std::vector{2});
    if (world.question().may_use_random) continue;
    ++steady;
    CHECK(world.runs == 10);
  }
  CHECK(steady > 5);
}

TEST_CASE("a slow one is certain after two of each side") {
  VerdictWorld world(making_of(Reason::plain), 1);
  TriageCase slow = world.question();
  slow.may_use_random = false;
  slow.order.durations = Durations(Durations::ByTest{{slow.order.victim, Seconds(60)}});
  CHECK(triage(slow, world.ask()).verdict == Verdict::plain_failure);
  CHECK(world.runs == 4);
}

TEST_CASE("chance that is tossed once a process is no flag's, no test's and no ordinary bug's doing") {
  VerdictMaking making = making_of(Reason::at_times);
  making.by_process = true;
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    making.rate = 0.1 * static_cast<double>(seed % 5 + 1);
    VerdictWorld world(making, seed);
    const Finding finding = triage(world.question(), world.ask());
    CAPTURE(seed);
    CHECK(world.judge(finding) != VerdictWorld::Judged::wrong);
  }
}

TEST_CASE("what failed in any run is not said to have failed nowhere") {
  for (int reason = 0; reason <= static_cast<int>(Reason::nothing); ++reason) {
    for (std::uint64_t seed = 1; seed <= 30; ++seed) {
      VerdictMaking making = making_of(static_cast<Reason>(reason));
      making.rate = 0.05;
      making.false_failures = 0.02;
      VerdictWorld world(making, seed);
      int failures = 0;
      const AskUnder answer = world.ask();
      const Finding finding = triage(world.question(), [&](const Conditions& conditions, const Probe& probe) {
        Answer seen = answer(conditions, probe);
        failures += seen.check(0) == Outcome::fails ? 1 : 0;
        return seen;
      });
      if (finding.verdict == Verdict::not_reproduced) CHECK(failures == 0);
    }
  }
}

TEST_CASE("asked about one branch only, what was not seen is not said") {
  VerdictWorld world(making_of(Reason::plain), 1);
  TriageCase only = world.question();
  only.only = Branch::transient;
  CHECK(triage(only, world.ask()).verdict == Verdict::fails_alone);
  only.only = Branch::flags;
  CHECK(triage(only, world.ask()).verdict == Verdict::plain_failure);
  // With the defaults it fails in another way.
  const AskUnder answer = world.ask();
  for (const Branch branch : {Branch::any, Branch::flags}) {
    only.only = branch;
    CHECK(triage(only, [&](const Conditions& conditions, const Probe& probe) {
            Answer seen = answer(conditions, probe);
            if (conditions.factors.empty()) seen.checks.assign(seen.checks.size(), Outcome::unresolved);
            return seen;
          }).verdict != Verdict::plain_failure);
  }
}

TEST_CASE("where the order is impossible the whole sequence is run last") {
  VerdictWorld world(making_of(Reason::nothing), 1);
  TriageCase impossible = world.question();
  impossible.order_impossible = true;
  const AskUnder answer = world.ask();
  std::vector<std::size_t> lengths;
  CHECK(triage(impossible, [&](const Conditions& conditions, const Probe& probe) {
          lengths.push_back(probe.tests.size());
          return answer(conditions, probe);
        }).verdict == Verdict::not_reproduced);
  const auto first_long = std::ranges::find_if(lengths, [](std::size_t length) { return length > 2; });
  CHECK(first_long - lengths.begin() > 44);
  CHECK(std::all_of(first_long, lengths.end(), [](std::size_t length) { return length > 2; }));
}

TEST_CASE("a rate comes with the interval of Wilson") {
  const Rate rate = rate_of(6, 20);
  CHECK(rate.low == doctest::Approx(0.1455).epsilon(0.001));
  CHECK(rate.high == doctest::Approx(0.519).epsilon(0.001));
  CHECK(rate_of(0, 20).low == 0);
  CHECK(rate_of(20, 20).high == 1);
  CHECK(rate_of(0, 0).high == 1);
}

TEST_CASE("the factors that were likely before are asked about first") {
  Factors differing;
  for (std::size_t i = 0; i < 16; ++i) differing.insert(i);
  const auto runs_with = [&](const Factors& likely, const Factors& guilty) {
    int runs = 0;
    FactorSearch search({}, differing, likely, {0, 4}, {4, 0}, [&](const Factors& factors) {
      ++runs;
      return std::ranges::includes(factors, guilty) ? Tally{0, 2} : Tally{2, 0};
    });
    CHECK(search.minimal(8) == guilty);
    return runs;
  };
  CHECK(runs_with({}, {11}) == 5);
  CHECK(runs_with({11}, {11}) == 2);
  CHECK(runs_with({3}, {11}) <= 6);
  CHECK(runs_with({3, 11}, {3, 11}) <= 4);
}
