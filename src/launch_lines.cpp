#include "log_lines.hpp"
#include "log_text.hpp"
#include "program_words.hpp"

#include <bbbisect/command.hpp>

#include <algorithm>

namespace bbbisect {
namespace {

// The words of a line of cmd.exe: its backslashes are no escapes.
std::vector<std::string> split_windows_words(std::string_view line) {
  std::vector<std::string> words;
  std::string word;
  bool in_word = false;
  bool quoted = false;
  for (char c : line) {
    if ((c == ' ' || c == '\t') && !quoted) {
      if (in_word) words.push_back(std::move(word));
      word.clear();
      in_word = false;
      continue;
    }
    in_word = true;
    if (c == '"') {
      quoted = !quoted;
    } else {
      word += c;
    }
  }
  if (in_word) words.push_back(std::move(word));
  return words;
}

// "C:\x>python_d.exe": cmd.exe's prompt ends without a blank.
std::string_view without_prompt(std::string_view word) {
  const std::size_t prompt = word.rfind('>');
  return prompt == std::string_view::npos ? word : word.substr(prompt + 1);
}

// The place of python in a line that launches it, before the runner at `runner`; `runner` when the line is
// none: prose, say, that has a python in it.
std::size_t python_place(const std::vector<std::string>& words, std::size_t runner) {
  std::size_t start = runner;
  // "%" and "$": zsh's prompt is "me@box cpython % ".
  const auto begins = [](std::string_view word) { return word == "&&" || word == ";" || word == "%" || word == "$"; };
  while (start > 0 && !begins(words[start - 1])) --start;
  bool wrapped = false;
  for (std::size_t i = start; i < runner; ++i) {
    const std::string_view word = words[i];
    if (is_python(without_prompt(word))) return i;
    const bool prompt = word == "+" || word == "#" || word == "%" || word.ends_with('>') || word.ends_with('$');
    wrapped = wrapped || is_wrapper(word);
    if (!wrapped && !prompt && !is_assignment(word)) break;
  }
  return runner;
}

// The place of "-m test", ".../regrtest.py" or ".../run_tests.py" in `words`; their number when there is
// none.
std::size_t runner_place(const std::vector<std::string>& words) {
  bool is_program = false;  // of python, not "ulimit -c"
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string_view name = file_name(words[i]);
    if (name == "regrtest.py" || name == "run_tests.py") return i;
    if (words[i] == "-c" && is_program) break;
    is_program = is_program || is_python(words[i]);
    if (words[i] != "-m" || i + 1 == words.size()) continue;
    if (is_test_module(words[i + 1])) return i;
    break;
  }
  return words.size();
}

// sh -c 'cd /build && ./python -m test', ssh HOST '...': the launch within a word that is a line itself.
std::optional<LaunchLine> in_a_script(const std::vector<std::string>& words) {
  for (const std::string& word : words) {
    if (word.find(' ') == std::string::npos) continue;
    if (std::optional<LaunchLine> launch = read_launch(word)) {
      launch->executed = false;
      return launch;
    }
  }
  return std::nullopt;
}

}  // namespace

std::optional<LaunchLine> read_launch(std::string_view line) {
  constexpr std::size_t longest = 32 * 1024;
  if (line.size() > longest) return std::nullopt;
  if (line.find("-m test") == std::string_view::npos && line.find("regrtest.py") == std::string_view::npos &&
      line.find("run_tests.py") == std::string_view::npos && line.find("-m  test") == std::string_view::npos) {
    return std::nullopt;
  }
  //  argv: [b'make', b'buildbottest', 'TESTOPTS=-m test_x']
  for (std::string_view other : {"--worker-args", "test.libregrtest.worker", " argv: "}) {
    if (line.find(other) != std::string_view::npos) return std::nullopt;
  }
  constexpr std::string_view group = "##[group]Run ";
  if (line.starts_with(group)) line.remove_prefix(group.size());
  constexpr std::string_view command = "[command]";
  if (line.starts_with(command)) line.remove_prefix(command.size());

  const bool windows = line.find(":\\") != std::string_view::npos || line.find(".exe") != std::string_view::npos;
  std::vector<std::string> words;
  if (!windows) words = split_words(line).value_or(split_windows_words(line));
  if (windows) words = split_windows_words(line);

  const std::size_t runner = runner_place(words);
  if (runner == words.size()) return in_a_script(words);
  const std::size_t python = python_place(words, runner);
  if (python == runner) return std::nullopt;
  LaunchLine launch;
  launch.executed = words.front() == "+";
  launch.command.assign(words.begin() + static_cast<std::ptrdiff_t>(python), words.end());
  launch.command.front() = without_prompt(launch.command.front());
  return launch;
}

}  // namespace bbbisect
