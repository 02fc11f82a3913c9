#include <peers.hpp>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <set>

using namespace bbbisect;
using bench::Found;
using bench::Peer;
using bench::peers;

namespace {

const std::string victim = "test_victim";

Case case_of(int suspects) {
  Case the_case{victim, {}, 2};
  for (int i = 1; i <= suspects; ++i) the_case.suspects.push_back(fmt::format("test_{:02}", i));
  return the_case;
}

// Fails after each of the groups. Numbers rise with the running order.
struct World {
  std::vector<TestOrder> groups;
  int runs = 0;

  Ask ask() {
    return [this](const Probe& probe) {
      ++runs;
      REQUIRE(!probe.tests.empty());
      CHECK(probe.tests.back() == victim);
      CHECK(std::count(probe.tests.begin(), probe.tests.end(), victim) == 1);
      CHECK(std::is_sorted(probe.tests.begin(), probe.tests.end()));
      CHECK(probe.enough == 0);
      const bool fails = std::any_of(groups.begin(), groups.end(), [&](const TestOrder& group) {
        return std::includes(probe.tests.begin(), probe.tests.end(), group.begin(), group.end());
      });
      Answer answer;
      answer.checks = {fails ? Outcome::fails : Outcome::passes};
      return answer;
    };
  }
};

Found search(const Peer& peer, World world, int suspects = 50) { return peer.search(case_of(suspects), world.ask()); }

bool is(const Peer& peer, const std::set<std::string>& names) { return names.count(peer.name) != 0; }

const std::set<std::string> of_one_only{"devguide", "detect-test-pollution", "django"};

}  // namespace

TEST_CASE("each peer finds one polluter, wherever it stands") {
  for (const Peer& peer : peers()) {
    CAPTURE(peer.name);
    for (const std::string& polluter : case_of(50).suspects) {
      CAPTURE(polluter);
      const Found found = search(peer, {{{polluter}}});
      CHECK(found.verdict == Verdict::order_dependent);
      CHECK(found.groups == std::vector<TestOrder>{{polluter}});
    }
  }
}

TEST_CASE("halving finds no two tests that are both needed, the others do") {
  const std::vector<TestOrder> pairs{{"test_03", "test_47"}, {"test_01", "test_02"}, {"test_49", "test_50"},
                                     {"test_25", "test_26"}, {"test_07", "test_21"}, {"test_01", "test_50"}};
  for (const Peer& peer : peers()) {
    CAPTURE(peer.name);
    for (const TestOrder& pair : pairs) {
      CAPTURE(pair[0]);
      const Found found = search(peer, {{pair}});
      if (is(peer, of_one_only)) {
        CHECK(found.verdict == Verdict::inconclusive);
        CHECK(found.groups.empty());
      } else {
        CHECK(found.verdict == Verdict::order_dependent);
        CHECK(found.groups == std::vector<TestOrder>{pair});
      }
    }
  }
}

TEST_CASE("those that find two needed tests find four") {
  const TestOrder four{"test_05", "test_06", "test_30", "test_44"};
  for (const Peer& peer : peers()) {
    CAPTURE(peer.name);
    if (!is(peer, of_one_only)) CHECK(search(peer, {{four}}).groups == std::vector<TestOrder>{four});
  }
}

TEST_CASE("iFixFlakies and go bisect name both of two polluters, Django stops at them") {
  for (const Peer& peer : peers()) {
    CAPTURE(peer.name);
    Found found = search(peer, {{{"test_10"}, {"test_40"}}});
    std::sort(found.groups.begin(), found.groups.end());
    if (is(peer, {"ifixflakies", "go bisect"})) {
      CHECK(found.groups == std::vector<TestOrder>{{"test_10"}, {"test_40"}});
    } else {
      CHECK(found.groups.size() == (is(peer, {"django"}) ? 0 : 1));
    }
  }
}

TEST_CASE("who looks, says that the victim fails alone or not at all") {
  for (const Peer& peer : peers()) {
    CAPTURE(peer.name);
    CHECK((search(peer, {{{}}}).verdict == Verdict::fails_alone) ==
          is(peer, {"detect-test-pollution", "rspec", "ifixflakies", "go bisect"}));
    CHECK((search(peer, {}).verdict == Verdict::not_reproduced) == !is(peer, {"django"}));
  }
}

TEST_CASE("every peer comes to an end, whatever the world answers") {
  for (const Peer& peer : peers()) {
    CAPTURE(peer.name);
    for (int suspects : {0, 1, 2, 3, 50}) {
      for (unsigned seed = 0; seed < 20; ++seed) {
        int runs = 0;
        peer.search(case_of(suspects), [&, state = seed](const Probe& probe) mutable {
          ++runs;
          state = state * 1664525U + 1013904223U;
          Answer answer;
          const bool whole = static_cast<int>(probe.tests.size()) == suspects + 1;
          answer.checks = {static_cast<Outcome>(whole ? 1 : (state >> 16U) % 3)};
          return answer;
        });
        CHECK(runs <= std::max(100, 20 * suspects));
      }
    }
    int runs = 0;  // fails once, and never again
    peer.search(case_of(50), [&](const Probe& probe) {
      Answer answer;
      answer.checks = {++runs < 5 && probe.tests.size() == 51 ? Outcome::fails : Outcome::passes};
      return answer;
    });
    CHECK(runs <= 1000);
  }
}
