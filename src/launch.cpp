#include <bbbisect/launch.hpp>

#include "option_table.hpp"
#include "program_words.hpp"

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <span>
#include <utility>

namespace bbbisect {
namespace {

using Words = std::span<const std::string>;

bool is_alnum(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0; }

// What a shell would not hand to the command: "| tee log", "&& echo done", "2>&1".
bool ends_command(std::string_view word) {
  if (word == "|" || word == "|&" || word == "||" || word == "&" || word == "&&" || word == ";") return true;
  const std::size_t sign = word.find_first_not_of("0123456789&");
  return sign != std::string_view::npos && word[sign] == '>';
}

Words up_to_the_end(Words words) {
  const auto end = std::ranges::find_if(words, ends_command);
  return words.first(static_cast<std::size_t>(end - words.begin()));
}

// python -c "..."
bool is_test_code(std::string_view code) {
  return code == "from test import autotest" || code == "import test.autotest" ||
         code == "from test import regrtest; regrtest.main()" || code == "from test.libregrtest import main; main()" ||
         code == "from test.libregrtest.main import main; main()";
}

bool is_test_script(std::string_view path) {
  const std::string_view name = file_name(path);
  return name == "regrtest.py" || name == "autotest.py" || path.ends_with("test/__main__.py") ||
         path.ends_with("test\\__main__.py");
}

// What Tools/scripts/run_tests.py (up to 3.12) executes, without -n, which it adds on Windows. The flags
// are recognized as coarsely as there: "-rj2" does not count as a -j.
void expand_run_tests(Words words, Launch& launch) {
  std::vector<std::string> python = {"-u", "-Wdefault", "-bb", "-E"};
  python.insert(python.end(), launch.python_options.begin(), launch.python_options.end());
  launch.python_options = std::move(python);

  const auto any_starts = [&](std::string_view letter, std::string_view name) {
    return std::ranges::any_of(
        words, [&](std::string_view word) { return word.starts_with(letter) || word.starts_with(name); });
  };
  std::vector<std::string> all = {"-r", "-w"};
  if (!any_starts("-j", "--multiprocess")) all.insert(all.end(), {"-j", "0"});
  if (!any_starts("-u", "--use")) all.insert(all.end(), {"-u", "all,-largefile,-audio,-gui"});
  all.insert(all.end(), words.begin(), words.end());
  read_runner_words(all, launch);
}

// What ends python's own options: a module (-m), code (-c), or neither yet.
struct Program {
  char kind = 0;
  std::string name;
};

// Takes one of python's options off the front of `words`. False when it can be none.
bool take_python_option(Words& words, Launch& launch, Program& program) {
  const std::string word = words.front();
  words = words.subspan(1);
  const auto take_argument = [&](std::size_t from) {
    if (from < word.size()) return word.substr(from);
    if (words.empty()) return std::string();
    std::string argument = words.front();
    words = words.subspan(1);
    return argument;
  };

  if (word.starts_with("--")) {
    // The one long option that takes an argument; CPython reads it from the next word only.
    if (word == "--check-hash-based-pycs") {
      launch.python_options.push_back(word + "=" + take_argument(word.size()));
    } else {
      launch.python_options.push_back(word);
    }
    return true;
  }
  for (std::size_t i = 1; i < word.size(); ++i) {
    const char letter = word[i];
    if (letter == 'W' || letter == 'X') {
      launch.python_options.push_back(word.substr(0, i + 1) + take_argument(i + 1));
      return true;
    }
    if (letter == 'm' || letter == 'c') {
      if (i > 1) launch.python_options.push_back(word.substr(0, i));
      program = {letter, take_argument(i + 1)};
      return true;
    }
    if (!is_alnum(letter) && letter != '?') return false;
  }
  launch.python_options.push_back(word);
  return true;
}

// `words[0]` taken as the executable.
std::optional<Launch> launch_of(Words words) {
  Launch launch;
  launch.python = words.front();
  words = words.subspan(1);
  Program program;
  while (program.kind == 0 && !words.empty() && words.front().size() > 1 && words.front().starts_with('-')) {
    if (!take_python_option(words, launch, program)) return std::nullopt;
  }
  if (program.kind == 0) {
    if (words.empty()) return std::nullopt;
    const std::string_view script = words.front();
    words = up_to_the_end(words.subspan(1));
    if (file_name(script) == "run_tests.py") {
      expand_run_tests(words, launch);
    } else if (is_test_script(script)) {
      read_runner_words(words, launch);
    } else {
      return std::nullopt;
    }
  } else {
    const bool is_test = program.kind == 'm' ? is_test_module(program.name) : is_test_code(program.name);
    if (!is_test) return std::nullopt;
    read_runner_words(up_to_the_end(words), launch);
  }
  const bool runs_nothing = std::ranges::any_of(launch.options, [](const RunnerOption& option) {
    const OptionRow* row = find_option(option.name);
    return row != nullptr && row->by_user == ByUser::runs_nothing;
  });
  if (runs_nothing) return std::nullopt;
  return launch;
}

}  // namespace

bool Launch::has(std::string_view long_name) const {
  return std::ranges::find(options, long_name, &RunnerOption::name) != options.end();
}

std::optional<std::string> Launch::value_of(std::string_view long_name) const {
  const auto last = std::find_if(options.rbegin(), options.rend(),
                                 [&](const RunnerOption& option) { return option.name == long_name; });
  return last == options.rend() ? std::nullopt : last->value;
}

std::optional<Launch> parse_launch(const std::vector<std::string>& argv) {
  const Words words = argv;
  // Before python there may be "env", "time", "xvfb-run -a", or whatever HOSTRUNNER is; but not a whole
  // megabyte of it.
  for (std::size_t i = 0; i < std::min<std::size_t>(words.size(), 100); ++i) {
    if (!is_python(words[i])) continue;
    if (std::optional<Launch> launch = launch_of(words.subspan(i))) return launch;
  }
  // An executable by any other name.
  const auto first = std::ranges::find_if_not(words, is_assignment);
  if (first == words.end()) return std::nullopt;
  return launch_of(words.subspan(static_cast<std::size_t>(first - words.begin())));
}

std::vector<std::string> spelled(const RunnerOption& option) {
  const OptionRow* row = find_option(option.name);
  // -w is the one option whose long spelling has changed.
  if (row != nullptr && !row->alias.empty()) return {std::string("-") + row->letter};
  return {option.value ? option.name + "=" + *option.value : option.name};
}

namespace {

// The resources that the help tells of under -u, four spaces in. "all" does not mean the last two
// (libregrtest/cmdline.py, ALL_RESOURCES, 3.6 to 3.15).
std::vector<std::string> read_resources(std::string_view help_text) {
  std::vector<std::string> resources;
  const std::size_t start = help_text.find("\n    all - ");
  if (start == std::string_view::npos) return resources;
  std::string_view rest = help_text.substr(start + 1);
  rest = rest.substr(0, rest.find("\nTo enable"));
  while (!rest.empty()) {
    std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    if (!line.starts_with("    ") || line.size() < 5 || !is_alnum(line[4])) continue;
    line.remove_prefix(4);
    const std::string_view name = line.substr(0, line.find(' '));
    const bool not_in_all = name == "all" || name == "none" || name == "tzdata" || name == "extralargefile";
    if (!not_in_all) resources.emplace_back(name);
  }
  return resources;
}

}  // namespace

Features read_features(std::string_view help_text) {
  Features features;
  features.resources = read_resources(help_text);
  const auto is_word = [](char c) { return is_alnum(c) || c == '-' || c == '_'; };
  for (std::size_t at = help_text.find('-'); at != std::string_view::npos; at = help_text.find('-', at)) {
    const bool inside_word = at > 0 && is_word(help_text[at - 1]);
    const auto end = std::find_if_not(help_text.begin() + static_cast<std::ptrdiff_t>(at), help_text.end(), is_word);
    const auto size = static_cast<std::size_t>(end - help_text.begin()) - at;
    const std::string_view word = help_text.substr(at, size);
    at += size;
    if (inside_word || word.ends_with('-')) continue;  // also what the help breaks at a hyphen
    const bool is_long = word.size() > 3 && word.starts_with("--") && is_alnum(word[2]);
    if (is_long || (word.size() == 2 && is_alnum(word[1]))) features.options.emplace(word);
  }
  return features;
}

std::optional<Seconds> timeout_of(const Launch& launch) {
  const std::string value = launch.value_of("--timeout").value_or("");
  if (!why_not(WordKind::seconds, value).empty()) return std::nullopt;
  const double seconds = std::strtod(value.c_str(), nullptr);
  return seconds > 0 ? std::optional<Seconds>(seconds) : std::nullopt;
}

std::optional<std::string> test_directory(const std::vector<std::string>& words) {
  Launch launch;
  read_runner_words(words, launch);
  return launch.value_of("--testdir");
}

bool shuffles(const Launch& launch) {
  if (launch.has("--no-randomize")) return false;
  return launch.has("--randomize") || launch.has("--randseed") || launch.has("--fast-ci") || launch.has("--slow-ci");
}

std::vector<std::string> selection_words(const Launch& launch) {
  std::vector<std::string> words;
  for (const RunnerOption& option : launch.options) {
    const bool selects = option.name == "--exclude" || option.name == "--start" || option.name == "--pgo" ||
                         option.name == "--pgo-extended" || option.name == "--tsan" || option.name == "--tsan-parallel";
    if (!selects) continue;
    if (option.name != "--start") {
      words.push_back(option.name);
    } else if (is_test_name(option.value.value_or(""))) {
      words.push_back(spelled(option).front());
    }
  }
  words.insert(words.end(), launch.names.begin(), launch.names.end());
  return words;
}

}  // namespace bbbisect
