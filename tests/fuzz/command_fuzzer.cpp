// Command lines of the test runner: words, options, and what a replay keeps of them.
// Corpus: tests/logs
// Lines: -m test |regrtest\.py|run_tests\.py
#include "fuzz.hpp"

#include "option_table.hpp"

#include <bbbisect/command.hpp>
#include <bbbisect/error.hpp>
#include <bbbisect/launch.hpp>
#include <bbbisect/python_random.hpp>
#include <bbbisect/replay.hpp>

#include <algorithm>

using namespace bbbisect;
using bbbisect::fuzz::require;

namespace {

const TestOrder probed = {"test_first", "test.test_second", "test_last"};

// What a runner can do: one that was not asked, one with all options, one without the new ones.
const Features not_asked;
const Features all_features = [] {
  Features features;
  for (const char* name :
       {"--timeout", "--verbose", "--verbose3", "--match", "--ignore", "--matchfile", "--ignorefile", "--use",
        "--memlimit", "--testdir", "--huntrleaks", "--parallel-threads", "--threshold", "--fail-env-changed",
        "--findleaks", "--randseed", "--no-randomize", "--tempdir", "--single-process"}) {
    features.options.emplace(name);
  }
  return features;
}();
const Features old_features = [] {
  Features features = all_features;
  for (const char* name : {"--no-randomize", "--single-process", "--parallel-threads"}) features.options.erase(name);
  return features;
}();

void check_replay(const Launch& launch, const Features& features, const ReplayNeeds& needs) {
  ReplayOptions options;
  try {
    options = replay_options(launch, features, needs);
  } catch (const Error&) {
    require(!needs.extra.empty(), "only the user's own options are refused");
    return;
  }
  Replay replay{"./python", options, features, std::string("1234")};
  const std::optional<Launch> again = parse_launch(replay.argv(probed));
  require(again.has_value(), "a replay runs tests");
  require(again->python == "./python", "its python is the user's");
  const bool as_given = features.has("--no-randomize");
  const TestOrder order = as_given ? again->names : shuffled(again->names, "1234");
  require(order == probed, "it runs what is probed, in that order");
  require(again->value_of("--randseed") == "1234", "its seed is the one of the search");
  for (const RunnerOption& option : again->options) {
    const OptionRow* row = find_option(option.name);
    const bool ours = option.name == "--randseed" || option.name == "--no-randomize";
    const bool from_log = needs.extra.empty();
    require(ours || (row != nullptr ? row->by_user == ByUser::fine : !from_log),
            "none of its options starts workers, shuffles or selects");
    require(ours || !from_log || row->action == Action::kept, "none that comes from a log writes or runs something");
    require(option.name != "--huntrleaks" || needs.leak, "leaks are hunted only for a leak");
  }
  for (const std::string& word : again->python_options) {
    require(word.size() > 1 && word[0] == '-' && word[1] != '-', "python's options are short ones");
    const std::string letters = word.substr(1, word.find_first_of("WX") - 1);
    require(letters.find_first_of("cimxhV?") == std::string::npos, "none of them runs something else");
  }
  if (!needs.extra.empty()) return;
  const ReplayOptions same = replay_options(*again, features, needs);
  require(same.python_options == options.python_options, "a replay of it has the same options of python");
  require(same.runner_options == options.runner_options, "... and of the runner");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view line = fuzz::as_text(data, size);
  const std::optional<std::vector<std::string>> words = split_words(line);
  if (!words) return 0;
  require(split_words(quote_words(*words)) == words, "what is quoted is read back");

  const std::optional<Launch> launch = parse_launch(*words);
  if (!launch) return 0;
  for (const std::string& name : launch->names) require(is_test_name(name), "a name is one of a test");
  static_cast<void>(shuffles(*launch));
  for (const std::string& word : selection_words(*launch)) require(!word.empty(), "a selection has no empty words");
  const Features& features = line.size() % 3 == 0 ? not_asked : line.size() % 3 == 1 ? old_features : all_features;
  for (const bool leak : {false, true}) check_replay(*launch, features, {.leak = leak, .env_changed = !leak});
  // As if the user had given the words, without those of python.
  const std::size_t behind = std::min<std::size_t>(words->size(), launch->python_options.size() + 3);
  check_replay(*launch, features,
               {.leak = true, .extra = {words->begin() + static_cast<std::ptrdiff_t>(behind), words->end()}});
  return 0;
}
