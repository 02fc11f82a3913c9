// The reader of logs, all that is told of a log without running anything, and the judge of a probe's output.
// Corpus: tests/logs
#include "fuzz.hpp"

#include "../log_as_json.hpp"

#include <bbbisect/error.hpp>
#include <bbbisect/explain.hpp>
#include <bbbisect/judge.hpp>
#include <bbbisect/question.hpp>
#include <bbbisect/result.hpp>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <csignal>

using namespace bbbisect;
using bbbisect::fuzz::require;

namespace {

BuildLog read(std::string_view text) {
  LogReader reader;
  reader.feed(text);
  return reader.finish();
}

// The same log must come of it, whatever is asked on the way.
BuildLog read_in_pieces(std::string_view text) {
  LogReader reader;
  std::size_t piece = text.size() % 7 + 1;
  int looks = 0;
  for (std::size_t at = 0; at < text.size(); at += piece, piece = piece * 2 % 4093 + 1) {
    reader.feed(text.substr(at, piece));
    if (++looks % 16 == 0) static_cast<void>(reader.concluded());
  }
  return reader.finish();
}

void check_text(const std::string& text) {
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    require(byte == '\n' || byte == '\t' || (byte >= 0x20 && byte != 0x7f), "nothing told steers a terminal");
  }
}

void tell(const BuildLog& log, const std::optional<std::string>& test, const TestOrder& listed) {
  Question question;
  try {
    question = pose_question(log, test, Extent::whole, [&] { return listed; });
  } catch (const Error& error) {
    check_text(error.what());
    return;
  }
  Options options;
  options.python = "./python";
  const Replay replay = assumed_replay(question, options);
  check_text(show_text(question, replay, std::nullopt));
  require(nlohmann::json::accept(show_json(question, replay, std::nullopt)), "--show --json is JSON");
  check_text(order_text(question));
  for (const std::string& line : introduction(question)) check_text(line);
  for (const std::string& suspect : question.suspects) {
    require(is_test_name(suspect), "a suspect is a test");
    require(!same_test(suspect, question.victim), "the victim is no suspect");
  }
  try {
    check_answerable(question);
  } catch (const Error& error) {
    check_text(error.what());
  }
}

// The log taken as the output of a probe of the tests that it shows.
void judge_as_probe(std::string_view text, const BuildLog& log) {
  const Run* logged = log.run();
  if (logged == nullptr || !logged->last_started()) return;
  TestOrder tests = logged->shown();
  constexpr std::size_t most = 500;
  if (tests.size() > most) tests.resize(most);
  LogReader reader;
  reader.expect(tests);
  const std::size_t half = text.size() / 2;
  reader.feed(text.substr(0, half));
  const BuildLog halfway = reader.concluded();
  reader.feed(text.substr(half));
  const BuildLog probed = reader.finish();
  const std::optional<Failure> wanted =
      logged->failures.empty() ? std::nullopt : std::optional<Failure>(logged->failures.front());
  const std::string victim = wanted ? wanted->test : tests.back();
  const auto places = static_cast<std::size_t>(
      std::count_if(tests.begin(), tests.end(), [&](const std::string& test) { return same_test(test, victim); }));
  for (const BuildLog* part : {&halfway, &probed}) {
    if (part->runs.empty()) continue;
    require(part->runs.size() == 1, "a probe has one run");
    for (const Ending& ending : {Ending(Exited{0}), Ending(Exited{2}), Ending(Killed{SIGKILL}), Ending(Killed{SIGSEGV}),
                                 Ending(TimedOut{}), Ending(Stopped{})}) {
      try {
        const Answer answer = judge(part->runs.front(), ending, tests, victim, wanted);
        require(answer.checks.size() <= places, "no more checks than places");
        require(!answer.breaker || !same_test(*answer.breaker, victim), "the victim is no breaker");
        check_text(answer.why);
      } catch (const Error& error) {
        check_text(error.what());
      }
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = fuzz::as_text(data, size);
  const BuildLog log = read(text);
  require(as_json(log) == as_json(read_in_pieces(text)), "the pieces make no difference");
  tell(log, std::nullopt, {});
  if (const Run* run = log.run(); run != nullptr && run->last_started()) {
    TestOrder listed = run->shown();
    std::sort(listed.begin(), listed.end());
    tell(log, run->shown().back(), listed);
  }
  judge_as_probe(text, log);
  return 0;
}
