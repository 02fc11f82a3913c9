#include "option_table.hpp"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

namespace bbbisect {
namespace {

constexpr Action kept = Action::kept;
constexpr Action dropped = Action::dropped;
constexpr Action replaced = Action::replaced;
constexpr ByUser fine = ByUser::fine;
constexpr ByUser breaks = ByUser::breaks_replay;
constexpr ByUser nothing = ByUser::runs_nothing;

constexpr WordKind never = WordKind::never;

constexpr std::string_view given_order = "the order is given for each probe";
constexpr std::string_view given_seed = "the order and the seed are given for each probe";
constexpr std::string_view given_sequence = "the sequence is given for each probe";
constexpr std::string_view ci_mode = "it shuffles and starts workers";
constexpr std::string_view one_process = "one process for all tests, or nothing can interfere";
constexpr std::string_view fixed_list = "it selects tests, and the sequence is given for each probe";
constexpr std::string_view filter = "it filters every test of the sequence, as in the log";
constexpr std::string_view no_test = "with it, no test is run";
constexpr std::string_view the_testdir =
    "what stands there would be run: it must be your own directory, or given after --";
constexpr std::string_view tracing = "tracing slows the tests down and writes files";

// clang-format off
constexpr OptionRow table[] = {
    {"--help", 'h', "", false, 6, dropped, no_test, nothing, never},
    {"--fast-ci", 0, "", false, 11, replaced, ci_mode, breaks, never},
    {"--slow-ci", 0, "", false, 11, replaced, ci_mode, breaks, never},
    {"--timeout", 0, "", true, 6, kept, "the timeouts of test.support scale with it", fine, WordKind::seconds},
    {"--wait", 0, "", false, 6, dropped, "nobody is there to press a key", breaks, never},
    {"--worker-args", 0, "", true, 6, dropped, "it makes a worker", nothing, never},
    {"--start", 'S', "", true, 6, replaced, given_sequence, breaks, never},
    {"--python", 'p', "", true, 11, dropped, "it is the command of workers, and there are none", breaks, never},
    {"--randseed", 0, "", true, 6, replaced, given_seed, breaks, never},

    {"--verbose", 'v', "", false, 6, kept, "tests print more with it, as in the log", fine, never},
    {"--rerun", 'w', "--verbose2", false, 6, dropped, "a second try would hide the failure", breaks, never},
    {"--verbose3", 'W', "", false, 6, kept, "tests write to a StringIO with it, as in the log", fine, never},
    {"--quiet", 'q', "", false, 6, dropped, "the progress lines tell what ran", breaks, never},
    {"--slowest", 'o', "", false, 6, dropped, "nobody needs the slowest tests of a probe", fine, never},
    {"--header", 0, "", false, 6, dropped, "it only prints the header", fine, never},

    {"--randomize", 'r', "", false, 6, dropped, given_order, breaks, never},
    {"--no-randomize", 0, "", false, 13, replaced, given_seed, breaks, never},
    {"--prioritize", 0, "", true, 14, dropped, given_order, breaks, never},
    {"--fromfile", 'f', "", true, 6, replaced, given_sequence, breaks, never},
    {"--exclude", 'x', "", false, 6, replaced, given_sequence, breaks, never},
    {"--single", 's', "", false, 6, replaced, given_sequence, breaks, never},
    {"--match", 'm', "", true, 6, kept, filter, fine, WordKind::pattern},
    {"--ignore", 'i', "", true, 7, kept, filter, fine, WordKind::pattern},
    {"--matchfile", 0, "", true, 6, kept, filter, fine, WordKind::file},
    {"--ignorefile", 0, "", true, 7, kept, filter, fine, WordKind::file},
    {"--failfast", 'G', "", false, 6, dropped, "the first failure would end the probe", breaks, never},
    {"--use", 'u', "", true, 6, kept, "it decides what is skipped", fine, WordKind::resources},
    {"--memlimit", 'M', "", true, 6, kept, "it decides which tests are too big", fine, WordKind::memory},
    {"--testdir", 0, "", true, 6, dropped, the_testdir, fine, never},

    {"--findleaks", 'l', "", false, 6, kept, "an older --fail-env-changed", fine, never},
    {"--runleaks", 'L', "", false, 6, dropped, "leaks(1) has no part in a failure", fine, never},
    {"--huntrleaks", 'R', "", true, 6, kept, "the failure is a reference leak", fine, WordKind::leak_runs},
    {"--multiprocess", 'j', "", true, 6, dropped, one_process, breaks, never},
    {"--single-process", 0, "", false, 13, dropped, "without workers there is one process anyway", fine, never},
    {"--parallel-threads", 0, "", true, 14, kept, "tests run in threads, as in the log", fine, WordKind::threads},
    {"--coverage", 'T', "", false, 6, dropped, tracing, fine, never},
    {"--coverdir", 'D', "", true, 6, dropped, tracing, fine, never},
    {"--nocoverdir", 'N', "", false, 6, dropped, tracing, fine, never},
    {"--threshold", 't', "", true, 6, kept, "it decides when garbage is collected", fine, WordKind::integer},
    {"--nowindows", 'n', "", false, 6, dropped, "deprecated; it only silences dialogs of Windows", fine, never},
    {"--forever", 'F', "", false, 6, dropped, "it would repeat the sequence without end", breaks, never},
    {"--list-tests", 0, "", false, 6, dropped, no_test, nothing, never},
    {"--list-cases", 0, "", false, 6, dropped, no_test, nothing, never},
    {"--pgo", 'P', "", false, 6, dropped, fixed_list, breaks, never},
    {"--pgo-extended", 0, "", false, 8, dropped, fixed_list, breaks, never},
    {"--tsan", 0, "", false, 13, dropped, fixed_list, breaks, never},
    {"--tsan-parallel", 0, "", false, 14, dropped, fixed_list, breaks, never},
    {"--fail-env-changed", 0, "", false, 6, kept, "an altered environment then fails the run", fine, never},
    {"--fail-rerun", 0, "", false, 11, dropped, "nothing is run again", fine, never},
    {"--junit-xml", 0, "", true, 6, dropped, "it writes a file that the log names", fine, never},
    {"--tempdir", 0, "", true, 7, replaced, "a fresh directory for each probe", breaks, never},
    {"--cleanup", 0, "", false, 7, dropped, no_test, nothing, never},
    {"--bisect", 0, "", false, 13, dropped, "it would run test.bisect_cmd after each probe", fine, never},
    {"--pythoninfo", 0, "", false, 13, dropped, "its pages tell nothing about the failure", fine, never},
    {"--dont-add-python-opts", 0, "", false, 11, dropped, "only a CI mode would add any", fine, never},
};
// clang-format on

constexpr int newest = 15;

const OptionRow* find_letter(char letter) {
  if (letter == 0) return nullptr;
  const auto* row = std::ranges::find(table, letter, &OptionRow::letter);
  return row == std::end(table) ? nullptr : row;
}

bool starts(const OptionRow& row, std::string_view prefix) {
  return row.name.starts_with(prefix) || row.alias.starts_with(prefix);
}

// A prefix is one option's when it was so in any version: "--fail-" was --fail-env-changed until there
// was --fail-rerun, and what is ambiguous has run nothing.
const OptionRow* find_long(std::string_view word) {
  if (const OptionRow* row = find_option(word)) return row;
  if (word.size() < 3) return nullptr;
  for (int version = 6; version <= newest; ++version) {
    const auto matches = [&](const OptionRow& row) { return row.since <= version && starts(row, word); };
    const auto* row = std::ranges::find_if(table, matches);
    if (row != std::end(table) && std::none_of(row + 1, std::end(table), matches)) return row;
  }
  return nullptr;
}

bool is_digits(std::string_view text) { return text.find_first_not_of("0123456789") == std::string_view::npos; }

// argparse's _negative_number_matcher: regrtest has no option that looks like one.
bool is_negative_number(std::string_view word) {
  word.remove_prefix(1);
  const std::size_t point = word.find('.');
  if (point == std::string_view::npos) return !word.empty() && is_digits(word);
  return is_digits(word.substr(0, point)) && point + 1 < word.size() && is_digits(word.substr(point + 1));
}

bool is_long(std::string_view word) { return word.starts_with("--"); }

// argparse's _parse_optional(): what cannot be the value of the option before it.
bool is_option(std::string_view word) {
  if (word.size() < 2 || word.front() != '-') return false;
  const bool known =
      is_long(word) ? find_long(word.substr(0, word.find('='))) != nullptr : find_letter(word[1]) != nullptr;
  return known || (!is_negative_number(word) && word.find(' ') == std::string_view::npos);
}

class Reader {
 public:
  Reader(std::span<const std::string> words, Launch& launch) : words_(words), launch_(launch) {}

  std::vector<std::string> read() {
    while (!words_.empty()) {
      const std::string_view word = take();
      if (word == "--") {
        // Every version refuses it; what follows it can only have been meant as names.
        add(word, std::nullopt);
        while (!words_.empty()) add_name(take());
      } else if (!is_option(word)) {
        add_name(word);
      } else if (is_long(word)) {
        read_long(word);
      } else {
        read_cluster(word);
      }
    }
    return std::move(passed_over_);
  }

 private:
  std::string_view take() {
    const std::string_view word = words_.front();
    words_ = words_.subspan(1);
    return word;
  }

  void add(std::string_view name, std::optional<std::string> value) {
    launch_.options.push_back({std::string(name), std::move(value)});
  }

  // regrtest itself strips only the ".py"; with a directory in front the name can only fail to import.
  void add_name(const std::string_view as_given) {
    std::string_view word = as_given;
    if (const std::size_t slash = word.find_last_of("/\\"); slash != std::string_view::npos) {
      word.remove_prefix(slash + 1);
    }
    if (word.ends_with(".py")) word.remove_suffix(3);
    if (is_test_name(word)) {
      launch_.names.emplace_back(word);
    } else {
      passed_over_.emplace_back(as_given);
    }
  }

  std::optional<std::string> take_value() {
    if (words_.empty() || is_option(words_.front())) return std::nullopt;
    return std::string(take());
  }

  void read_long(std::string_view word) {
    const std::size_t equals = word.find('=');
    std::optional<std::string> value;
    if (equals != std::string_view::npos) value = word.substr(equals + 1);
    const std::string_view name = word.substr(0, equals);
    const OptionRow* row = find_long(name);
    if (row == nullptr) return add(name, std::move(value));
    if (!row->takes_value) return add(row->name, std::nullopt);
    add(row->name, value ? std::move(value) : take_value());
  }

  // "-rwW", "-rj2", "-wj 2", "-m=PAT"
  void read_cluster(std::string_view word) {
    word.remove_prefix(1);
    while (!word.empty()) {
      const OptionRow* row = find_letter(word.front());
      if (row == nullptr) return read_long("-" + std::string(word));
      word.remove_prefix(1);
      if (!row->takes_value) {
        add(row->name, std::nullopt);
        continue;
      }
      if (word.starts_with('=')) return add(row->name, std::string(word.substr(1)));
      return add(row->name, word.empty() ? take_value() : std::string(word));
    }
  }

  std::span<const std::string> words_;
  Launch& launch_;
  std::vector<std::string> passed_over_;
};

}  // namespace

std::span<const OptionRow> all_options() { return table; }

const OptionRow* find_option(std::string_view name) {
  const auto* row = std::ranges::find_if(
      table, [&](const OptionRow& each) { return each.name == name || (!name.empty() && each.alias == name); });
  return row == std::end(table) ? nullptr : row;
}

std::vector<std::string> read_runner_words(std::span<const std::string> words, Launch& launch) {
  return Reader(words, launch).read();
}

}  // namespace bbbisect
