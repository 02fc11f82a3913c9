#include <bbbisect/command.hpp>
#include <bbbisect/error.hpp>
#include <bbbisect/launch.hpp>

#include "option_table.hpp"

#include <algorithm>
#include <utility>

namespace bbbisect {
namespace {

// An option of Python itself, and why a replay does without it (empty: it keeps it).
struct PythonRow {
  std::string_view name;
  std::string_view why_not;
  WordKind value = WordKind::flag;  // what stands behind the "=" of a -X option
};

constexpr std::string_view no_test = "with it, no test is run";

constexpr PythonRow python_letters[] = {
    {"b", ""},
    {"B", ""},
    {"d", ""},
    {"E", ""},
    {"I", ""},
    {"O", ""},
    {"P", ""},
    {"q", ""},
    {"R", ""},
    {"s", ""},
    {"S", ""},
    {"u", ""},
    {"v", ""},
    {"i", "python would wait for input after a failure"},
    {"x", "it skips a line of a script, and there is none"},
    {"h", no_test},
    {"?", no_test},
    {"V", no_test},
};

constexpr PythonRow python_x_options[] = {
    {"context_aware_warnings", ""},
    {"cpu_count", "", WordKind::cpus},
    {"dev", ""},
    {"disable-remote-debug", ""},
    {"disable_remote_debug", ""},
    {"faulthandler", ""},
    {"frozen_modules", ""},
    {"gil", "", WordKind::off_or_on},
    {"importtime", ""},
    {"int_max_str_digits", "", WordKind::digits_limit},
    {"jit", ""},
    {"lazy_imports", ""},
    {"no_debug_ranges", ""},
    {"oldparser", ""},
    {"pathconfig_warnings", ""},
    {"showalloccount", ""},
    {"showrefcount", ""},
    {"thread_inherit_context", ""},
    {"tlbc", ""},
    {"tracemalloc", "", WordKind::frames},
    {"utf8", "", WordKind::off_or_on},
    {"warn_default_encoding", ""},
    {"perf", "it writes files outside of the probe"},
    {"perf_jit", "it writes files outside of the probe"},
    {"presite", "it runs a module that the log names"},
    {"pycache_prefix", "it writes to a directory that the log names"},
};

constexpr std::string_view as_in_the_log = "as in the log";
constexpr std::string_view value_missing = "its value is missing";

template <std::size_t Size>
std::string_view why_not(const PythonRow (&rows)[Size], std::string_view name) {
  const auto* row = std::ranges::find(rows, name, &PythonRow::name);
  return row == std::end(rows) ? "not an option of Python known here" : row->why_not;
}

std::string_view why_not_warning(std::string_view filter) {
  return filter.empty() ? value_missing : why_not(WordKind::filter, filter);
}

std::string_view why_not_x(std::string_view x) {
  if (x.empty()) return value_missing;
  const std::size_t equals = std::min(x.find('='), x.size());
  const std::string_view name = x.substr(0, equals);
  if (const std::string_view why = why_not(python_x_options, name); !why.empty()) return why;
  if (equals == x.size()) return "";
  return why_not(std::ranges::find(python_x_options, name, &PythonRow::name)->value, x.substr(equals + 1));
}

std::string shown(const RunnerOption& option) { return spelled(option).front(); }

class Replay {
 public:
  Replay(const Launch& launch, const Features& features, const ReplayNeeds& needs)
      : launch_(launch), features_(features), needs_(needs), ci_(ci_mode()) {}

  ReplayOptions options() {
    for (const std::string& word : launch_.python_options) decide_python(word);
    if (!ci_.empty()) spell_out_ci_mode();
    for (const RunnerOption& option : launch_.options) decide(option);
    if (!launch_.names.empty()) {
      note("NAMES", Action::replaced, count_names() + "; the sequence is given for each probe");
    }
    add_python_options();
    add_needs();
    add_extra();
    return std::move(result_);
  }

 private:
  // --slow-ci has the priority.
  [[nodiscard]] std::string_view ci_mode() const {
    if (launch_.has("--slow-ci")) return "--slow-ci";
    return launch_.has("--fast-ci") ? "--fast-ci" : "";
  }

  void note(std::string option, Action action, std::string_view why) {
    result_.decisions.push_back({std::move(option), action, std::string(why)});
  }

  void keep(const RunnerOption& option) { result_.runner_options.push_back(shown(option)); }

  // Empty `features_.options` means that nobody has asked the runner.
  [[nodiscard]] bool runner_has(const OptionRow& row) const {
    return features_.options.empty() || features_.has(row.name) ||
           (row.letter != 0 && features_.has(std::string("-") + row.letter));
  }

  // How often python is given `letter`, outside of the value of a -W or -X.
  [[nodiscard]] std::ptrdiff_t count_python(char letter) const {
    std::ptrdiff_t count = 0;
    for (const std::string& word : result_.python_options) {
      const std::string letters = word.substr(0, word.find_first_of("WX"));
      count += std::ranges::count(letters, letter);
    }
    return count;
  }

  // Whether a CI mode would leave the warning filters alone.
  [[nodiscard]] bool has_filter(bool is_late) const {
    return std::ranges::any_of(result_.python_options, [&](const std::string& word) {
      const std::size_t at = word.find_first_of("WX");
      if (at == std::string::npos) return false;
      const std::string value = word.substr(at + 1);
      if (word[at] == 'X') return value == "dev";  // implies -W default
      return is_late ? !value.ends_with("::BytesWarning") : value == "default";
    });
  }

  // A cluster loses the letters that are not for a replay: "-bi" becomes "-b".
  void decide_python(const std::string& word) {
    if (word.size() < 2 || word.starts_with("--")) {
      const bool about_caches = word.starts_with("--check-hash-based-pycs");
      return note(word, Action::dropped, about_caches ? "it is about caches, not about tests" : no_test);
    }
    std::string left = "-";
    std::vector<OptionDecision> lost;
    for (std::size_t i = 1; i < word.size(); ++i) {
      const char letter = word[i];
      const bool has_value = letter == 'W' || letter == 'X';
      const std::string part = has_value ? word.substr(i) : std::string(1, letter);
      const std::string_view value = std::string_view(part).substr(1);
      const std::string_view why = letter == 'W'   ? why_not_warning(value)
                                   : letter == 'X' ? why_not_x(value)
                                                   : why_not(python_letters, part);
      if (why.empty()) {
        left += part;
      } else {
        lost.push_back({"-" + part, Action::dropped, std::string(why), has_value});
      }
      if (has_value) break;
    }
    if (left != "-") {
      result_.python_options.push_back(left);
      note(left, Action::kept, as_in_the_log);
    }
    result_.decisions.insert(result_.decisions.end(), lost.begin(), lost.end());
  }

  // libregrtest/cmdline.py, _parse_args(). The implied resources come first: the log's -u change them.
  void spell_out_ci_mode() {
    const bool slow = ci_ == "--slow-ci";
    keep({"--use", slow ? "all" : "all,-cpu"});
    if (launch_.value_of("--timeout").value_or("").empty()) keep({"--timeout", slow ? "1200" : "600"});
    if (!launch_.has("--verbose") && !launch_.has("--verbose3") && !needs_.leak) keep({"--verbose3", {}});
    if (!launch_.has("--fail-env-changed")) keep({"--fail-env-changed", {}});
    for (const std::string& option : result_.runner_options) {
      spelled_out_ += (spelled_out_.empty() ? "" : " ") + option;
    }
  }

  void decide(const RunnerOption& option) {
    const OptionRow* row = find_option(option.name);
    const std::string text = shown(option);
    const auto drop = [&](std::string_view why) { note(text, Action::dropped, why); };
    if (row == nullptr) return drop("not an option of regrtest known here");
    if (option.name == "--fast-ci" || option.name == "--slow-ci") {
      if (option.name != ci_) return drop("--slow-ci has the priority");
      return note(text, Action::replaced, std::string(row->why) + "; what else it implies: " + spelled_out_);
    }
    if (row->action != Action::kept) return note(text, row->action, row->why);

    if (option.name == "--huntrleaks") return decide_leak_hunt(option, *row);
    if (option.name == "--verbose3" && needs_.leak) {
      return drop("with -R, regrtest counts what it captures as a leak");
    }
    if (option.name == "--timeout" && launch_.value_of("--timeout") == "") return drop("an empty one means none");
    if (row->takes_value && option.value.value_or("").empty()) return drop(value_missing);
    if (option.value) {
      if (const std::string_view why = why_not(row->value, *option.value); !why.empty()) {
        drop(why);
        result_.decisions.back().missed = true;
        return;
      }
    }
    if (!runner_has(*row)) return drop("this runner has no such option");
    keep(option);
    note(text, Action::kept, row->why);
  }

  // "3:3:FILE" names a file to write to.
  void decide_leak_hunt(const RunnerOption& option, const OptionRow& row) {
    const std::string text = shown(option);
    if (!needs_.leak) return note(text, Action::dropped, "it takes time, and the failure is no reference leak");
    const std::string value = option.value.value_or("");
    const std::size_t first = value.find(':');
    const std::size_t second = first == std::string::npos ? first : value.find(':', first + 1);
    const RunnerOption counts = {option.name, value.substr(0, second)};
    if (const std::string_view why = why_not(row.value, *counts.value); !why.empty()) {
      return note(text, Action::dropped, why);
    }
    keep(counts);
    if (second == std::string::npos) return note(text, Action::kept, row.why);
    note(text, Action::replaced, shown(counts) + ", without the file that the log names");
  }

  [[nodiscard]] std::string count_names() const {
    return counted(launch_.names.size(), "name") + (launch_.has("--exclude") ? " not to run" : "");
  }

  void add_python(std::size_t position, const std::string& word, std::string_view why) {
    result_.python_options.insert(result_.python_options.begin() + static_cast<std::ptrdiff_t>(position), word);
    note(word, Action::added, why);
  }

  // A CI mode executes python again with more options, unless that has been done (libregrtest/main.py,
  // _add_ci_python_opts()). It was -W default before 3.13.5; --no-randomize, which came a little later,
  // is the nearest thing that can be asked for.
  void add_python_options() {
    std::size_t at = 0;
    if (count_python('u') == 0) add_python(at++, "-u", "so that the output can be followed");
    if (ci_.empty() || launch_.has("--dont-add-python-opts")) return;
    const std::string why = std::string(ci_) + " adds it";
    const bool is_late = features_.has("--no-randomize") || launch_.has("--no-randomize");
    if (!has_filter(is_late)) add_python(at++, is_late ? "-Werror" : "-Wdefault", why);
    if (count_python('b') < 2) add_python(at++, "-bb", why);
    if (count_python('E') + count_python('I') == 0) add_python(at++, "-E", why);
  }

  void add_needs() {
    const auto add = [&](const RunnerOption& option, std::string_view why) {
      keep(option);
      note(shown(option), Action::added, why);
    };
    const auto is_kept = [&](std::string_view start) {
      return std::ranges::any_of(result_.runner_options,
                                 [&](const std::string& word) { return word.starts_with(start); });
    };
    if (needs_.leak && !is_kept("--huntrleaks")) add({"--huntrleaks", "3:3"}, "the failure is a reference leak");
    if (needs_.env_changed && !is_kept("--fail-env-changed")) {
      add({"--fail-env-changed", {}}, "the failure is an altered environment");
    }
  }

  void add_extra() {
    if (needs_.extra.empty()) return;
    Launch extra;
    const std::vector<std::string> others = read_runner_words(needs_.extra, extra);
    for (const RunnerOption& option : extra.options) {
      if (option.name == "--") {
        throw Error("leave out the second \"--\": the runner would take its options behind it for tests");
      }
      const OptionRow* row = find_option(option.name);
      if (row != nullptr && row->by_user != ByUser::fine) {
        throw Error("leave out " + shown(option) + " after \"--\": " + std::string(row->why));
      }
    }
    if (!extra.names.empty()) {
      throw Error("leave out " + extra.names.front() + " after \"--\": the sequence is given for each probe");
    }
    if (!others.empty()) {
      throw Error("leave out " + quote_words({others.front()}) +
                  " after \"--\": the runner would take it for a test (the value of an option stands behind =)");
    }
    std::string text;
    for (const std::string& word : needs_.extra) text += (text.empty() ? "" : " ") + word;
    result_.runner_options.insert(result_.runner_options.end(), needs_.extra.begin(), needs_.extra.end());
    note(std::move(text), Action::added, "your own");
  }

  const Launch& launch_;
  const Features& features_;
  const ReplayNeeds& needs_;
  std::string_view ci_;  // "--slow-ci", "--fast-ci" or empty
  std::string spelled_out_;
  ReplayOptions result_;
};

}  // namespace

std::string describe(Action action) {
  switch (action) {
    case Action::kept:
      return "kept";
    case Action::dropped:
      return "dropped";
    case Action::replaced:
      return "replaced";
    case Action::added:
      return "added";
  }
  return {};
}

ReplayOptions replay_options(const Launch& launch, const Features& features, const ReplayNeeds& needs) {
  return Replay(launch, features, needs).options();
}

}  // namespace bbbisect
