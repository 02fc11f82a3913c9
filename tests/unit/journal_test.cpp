#include "temporary_directory.hpp"

#include <bbbisect/error.hpp>
#include <bbbisect/journal.hpp>
#include <bbbisect/search.hpp>

#include <doctest/doctest.h>

#include <algorithm>

using namespace bbbisect;
namespace fs = std::filesystem;

namespace {

const Probe probe_a{{"test_a", "test_v"}, Purpose::narrow, {}, 1};
const Probe probe_b{{"test_b", "test_v"}, Purpose::narrow, {}, 1};

// Counts what it is asked; fails, then passes, then fails ...
struct World {
  int asked = 0;
  Ask ask() {
    return [this](const Probe&) {
      Answer answer;
      answer.checks = {++asked % 2 == 1 ? Outcome::fails : Outcome::passes};
      answer.why = "because \"of\" \n it";
      answer.breaker = "test_x";
      answer.durations = {Seconds(1.5), Seconds(0.25)};
      answer.elapsed = Seconds(2);
      return answer;
    };
  }
};

}  // namespace

TEST_CASE("the n-th answer to a question is recalled as the n-th") {
  const TemporaryDirectory state;
  World world;
  {
    Journal journal(state.path, "test_v", "this search", false);
    const Ask ask = journal.remember(world.ask());
    CHECK(ask(probe_a).check(0) == Outcome::fails);
    CHECK(ask(probe_a).check(0) == Outcome::passes);
    CHECK(ask(probe_b).check(0) == Outcome::fails);
  }
  Journal journal(state.path, "test_v", "this search", false);
  CHECK(journal.known() == 3);
  const Ask ask = journal.remember(world.ask());
  const Answer first = ask(probe_a);
  CHECK(first.check(0) == Outcome::fails);
  CHECK(first.recalled);
  CHECK(first.why == "because \"of\" \n it");
  CHECK(first.breaker == "test_x");
  CHECK(first.elapsed == Seconds(2));
  CHECK(first.durations == std::vector<Seconds>{Seconds(1.5), Seconds(0.25)});
  CHECK(ask(probe_b).check(0) == Outcome::fails);
  CHECK(ask(probe_a).check(0) == Outcome::passes);
  CHECK(world.asked == 3);
  CHECK_FALSE(ask(probe_a).recalled);
  CHECK(world.asked == 4);
}

TEST_CASE("another search, and another variant, have answers of their own") {
  const TemporaryDirectory state;
  World world;
  Journal one(state.path, "test_v", "one", false);
  one.remember(world.ask())(probe_a);
  one.remember(world.ask(), "other")(probe_a);
  CHECK(world.asked == 2);
  Journal two(state.path, "test_v", "two", false);
  two.remember(world.ask())(probe_a);
  CHECK(world.asked == 3);
  CHECK(one.directory() != two.directory());
}

TEST_CASE("--fresh forgets") {
  const TemporaryDirectory state;
  World world;
  { Journal(state.path, "test_v", "one", false).remember(world.ask())(probe_a); }
  CHECK(Journal(state.path, "test_v", "one", true).known() == 0);
  CHECK(Journal(state.path, "test_v", "one", false).known() == 0);
}

TEST_CASE("whatever is cut off the end of a journal, the whole lines count") {
  const TemporaryDirectory state;
  World world;
  fs::path file;
  {
    Journal journal(state.path, "test_v", "one", false);
    const Ask ask = journal.remember(world.ask());
    ask(probe_a);
    ask(probe_b);
    ask(probe_a);
    file = journal.directory() / "journal";
  }
  const std::string whole = text_of(file);
  for (std::size_t length = 0; length <= whole.size(); ++length) {
    fs::resize_file(file, length);
    const auto lines =
        static_cast<std::size_t>(std::count(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(length), '\n'));
    {
      Journal journal(state.path, "test_v", "one", false);
      CHECK(journal.known() == lines);
      CHECK(journal.next_log().filename() == "00" + std::to_string(lines + 1) + ".log");
    }
    CHECK(fs::file_size(file) == whole.substr(0, length).rfind('\n') + 1);
    std::ofstream(file, std::ios::binary) << whole;
  }
}

TEST_CASE("a search that was killed at any byte of its journal goes on with what is not known, and ends the same") {
  const TemporaryDirectory state;
  // test_b makes test_v fail.
  const Ask world = [](const Probe& probe) {
    Answer answer;
    bool polluted = false;
    for (const std::string& test : probe.tests) {
      answer.durations.emplace_back(1);
      polluted = polluted || test == "test_b";
      if (test == "test_v") answer.checks.push_back(polluted ? Outcome::fails : Outcome::passes);
      if (probe.enough > 0 && !answer.checks.empty() && answer.checks.back() == probe.sought) break;
    }
    answer.elapsed = Seconds(static_cast<double>(answer.durations.size()));
    return answer;
  };
  Case question;
  question.victim = "test_v";
  question.suspects = {"test_a", "test_b", "test_c", "test_d", "test_e"};
  std::vector<TestOrder> asked;
  const auto search = [&] {
    asked.clear();
    Journal journal(state.path, "test_v", "one", false);
    const Conclusion conclusion = find_culprits(question, journal.remember([&](const Probe& probe) {
      asked.push_back(probe.tests);
      return world(probe);
    }));
    CHECK(conclusion.verdict == Verdict::order_dependent);
    CHECK(conclusion.group.culprits == TestOrder{"test_b"});
    return journal.directory() / "journal";
  };
  const fs::path file = search();
  const std::vector<TestOrder> all = asked;
  const std::string whole = text_of(file);
  REQUIRE(static_cast<std::size_t>(std::count(whole.begin(), whole.end(), '\n')) == all.size());
  for (std::size_t length = 0; length <= whole.size(); ++length) {
    fs::resize_file(file, length);
    const auto known = std::count(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(length), '\n');
    search();
    REQUIRE(asked == std::vector<TestOrder>(all.begin() + known, all.end()));
    REQUIRE(text_of(file) == whole);
  }
}

TEST_CASE("a line that is no answer is an error with a way out") {
  const TemporaryDirectory state;
  fs::path file;
  { file = Journal(state.path, "test_v", "one", false).directory() / "journal"; }
  for (const char* line : {"nonsense\n", "{}\n", "[1]\n", "{\"tests\":3,\"checks\":4}\n", "\n"}) {
    CAPTURE(line);
    std::ofstream(file, std::ios::trunc) << line;
    CHECK_THROWS_WITH_AS(Journal(state.path, "test_v", "one", false), doctest::Contains("--fresh"), Error);
  }
  CHECK(Journal(state.path, "test_v", "one", true).known() == 0);
}

TEST_CASE("two bbbisects do not share a journal") {
  const TemporaryDirectory state;
  const Journal first(state.path, "test_v", "one", false);
  CHECK_THROWS_WITH_AS(Journal(state.path, "test_v", "one", false), doctest::Contains("at work"), Error);
}

TEST_CASE("a state directory that cannot be is a sentence with a way out") {
  const TemporaryDirectory state;
  std::ofstream(state.path / "file") << "x";
  CHECK_THROWS_WITH_AS(Journal(state.path / "file", "test_v", "one", false), doctest::Contains("--state DIR"), Error);
}

TEST_CASE("a file is written whole or not at all") {
  const TemporaryDirectory directory;
  write_file(directory.path / "a", "one\n");
  write_file(directory.path / "a", "two\n");
  CHECK(text_of(directory.path / "a") == "two\n");
  CHECK_THROWS_AS(write_file(directory.path / "none" / "a", "x"), Error);
  // /dev/full answers every write with "No space left on device".
  CHECK_THROWS_WITH_AS(write_file("/dev/full", "x"), doctest::Contains("No space left"), Error);
  CHECK(std::distance(fs::directory_iterator(directory.path), fs::directory_iterator()) == 1);
}
