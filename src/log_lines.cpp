#include "log_lines.hpp"

#include "log_text.hpp"

#include <bbbisect/command.hpp>
#include <bbbisect/pattern.hpp>

#include <algorithm>
#include <cstring>

namespace bbbisect {
namespace {

// Patterns are for lines of the runner; those of tests may have any length.
constexpr std::size_t longest_for_pattern = 4096;

std::optional<Match> search(const Pattern& pattern, std::string_view line) {
  if (line.size() > longest_for_pattern) line.remove_prefix(line.size() - longest_for_pattern);
  return pattern.search(line);
}

// 2024-05-01T10:00:00.1234567Z
std::size_t github_timestamp(std::string_view line) {
  if (line.size() < 21 || line[4] != '-' || line[10] != 'T' || line[13] != ':' || line[19] != '.') return 0;
  std::size_t end = 20;
  while (end < line.size() && is_digit(line[end])) ++end;
  if (end + 1 > line.size() || line[end] != 'Z') return 0;
  return end + 1 < line.size() && line[end + 1] == ' ' ? end + 2 : end + 1;
}

/// `name` where it is one of a module: dotted identifiers, without the "test." before those of tests.
std::optional<std::string> module_name(std::string_view name) {
  constexpr std::size_t longest = 100;
  constexpr std::string_view package = "test.";
  if (name.starts_with("test.test_")) name.remove_prefix(package.size());
  if (name.empty() || name.size() > longest || name.back() == '.') return std::nullopt;
  bool first = true;  // of its component
  for (const char c : name) {
    if (c == '.' ? first : (!is_word(c) || (first && is_digit(c)))) return std::nullopt;
    first = c == '.';
  }
  return std::string(name);
}

}  // namespace

std::string_view clean_line(std::string_view raw, std::string& scratch) {
  constexpr char escape = '\x1b';
  // Screens and mailers pad lines with blanks.
  while (raw.ends_with('\r') || raw.ends_with(' ') || raw.ends_with('\t')) raw.remove_suffix(1);
  if (std::memchr(raw.data(), escape, raw.size()) != nullptr || std::memchr(raw.data(), '\r', raw.size()) != nullptr) {
    scratch.clear();
    for (std::size_t i = 0; i < raw.size(); ++i) {
      if (raw[i] == '\r') continue;
      if (raw[i] == escape && i + 1 < raw.size() && raw[i + 1] == '[') {
        // ESC [ parameters letter
        std::size_t end = i + 2;
        while (end < raw.size() && (is_digit(raw[end]) || raw[end] == ';' || raw[end] == '?')) ++end;
        i = end;
        continue;
      }
      scratch += raw[i];
    }
    raw = scratch;
  }
  constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";
  if (raw.starts_with(byte_order_mark)) raw.remove_prefix(byte_order_mark.size());
  raw.remove_prefix(github_timestamp(raw));
  return raw;
}

std::optional<std::string_view> take_last_line(std::string_view& text) {
  if (text.empty()) return std::nullopt;
  if (text.back() == '\n') text.remove_suffix(1);
  const std::size_t newline = text.rfind('\n');
  const std::size_t start = newline == std::string_view::npos ? 0 : newline + 1;
  const std::string_view line = text.substr(start);
  text = text.substr(0, start);
  return line;
}

std::optional<RunHeader> read_run_header(std::string_view line) {
  if (line.find("Run ") == std::string_view::npos) return std::nullopt;
  // 0:00:00 load avg: 2.86 Run 9 tests in parallel using 2 worker processes (timeout: 5 min)
  // 0:00:00 load avg: 4.26 Run tests sequentially
  // Run tests in parallel using 2 child processes
  static const Pattern pattern(
      R"(^(.{0,200}?)(?:(?:\d+ days?, )?\d+:\d\d:\d\d )?(?:load avg: [\d.]+ )?(?:mem: [\d.]+ \S+ )?)"
      R"(Run (?:(\d{1,9}) )?tests? (?:(sequentially)|in parallel using (\d{1,9}) (child|worker) process))");
  const std::optional<Match> match = search(pattern, line);
  if (!match) return std::nullopt;
  RunHeader header;
  header.prefix = (*match)[1];
  header.total = to_number<std::size_t>((*match)[2]);
  header.mode = (*match)[3].empty() ? RunMode::parallel : RunMode::sequential;
  header.workers = to_number<int>((*match)[4]);
  header.child_processes = (*match)[5] == "child";
  return header;
}

std::optional<SeedLine> read_seed(std::string_view line) {
  constexpr std::string_view words = "Using random seed";
  const std::size_t start = line.find(words);
  if (start == std::string_view::npos) return std::nullopt;
  // OLD has no colon, NEW has one.
  std::string_view rest = line.substr(start + words.size());
  const bool colon = rest.starts_with(':');
  if (colon) rest.remove_prefix(1);
  if (!rest.starts_with(' ')) return std::nullopt;
  rest = trimmed(rest);
  constexpr std::size_t longest = 400;
  if (rest.empty() || rest.size() > longest || rest.find(' ') != std::string_view::npos) return std::nullopt;
  SeedLine seed{std::nullopt, line.substr(0, start), !colon};
  if (rest != "None") seed.seed = rest;
  return seed;
}

std::optional<InfoLine> read_info(std::string_view line) {
  constexpr std::string_view mark = "== ";
  constexpr std::size_t longest = 1000;
  if (!line.starts_with(mark) || line.size() > longest || line.ends_with(" ==")) return std::nullopt;
  line.remove_prefix(mark.size());
  const auto after = [&](std::string_view start) {
    const std::size_t colon = line.find(": ");
    return line.starts_with(start) && colon != std::string_view::npos ? trimmed(line.substr(colon + 2))
                                                                      : std::string_view();
  };
  if (line.starts_with("cwd:")) return std::nullopt;
  if (const auto text = after("Python build"); !text.empty()) return InfoLine{&Run::build, text};
  if (const auto text = after("CPU count"); !text.empty()) return InfoLine{&Run::cpus, text};
  if (const auto text = after("encodings"); !text.empty()) return InfoLine{&Run::encodings, text};
  if (const auto text = after("resources"); !text.empty()) return InfoLine{&Run::resources, text};
  // == CPython 3.15.0a6+ (heads/main:d625f7da33b, Feb 13 2026, 17:27:29) [GCC 12.2.0]
  // == CPython 3.14.0a1+ experimental free-threading build (heads/main:d625f7da33b, ...) [GCC 12.2.0]
  static const Pattern version(R"(^\w+ \d+\.\d+\S* (?:(?:experimental )?free-threading build )?\()");
  if (search(version, line)) return InfoLine{&Run::version, line};
  // == Linux-6.12.20+rpt-rpi-v8-aarch64-with-glibc2.36 little-endian
  if (line.ends_with("-endian")) return InfoLine{&Run::platform, line};
  return std::nullopt;
}

std::vector<std::string> read_configure(std::string_view line) {
  constexpr std::size_t longest = 8 * 1024;
  constexpr std::size_t most_options = 100;
  if (line.size() > longest) return {};
  std::size_t end = std::string_view::npos;
  for (const std::string_view mark : {"/configure ", "sysconfig[CONFIG_ARGS]: "}) {
    const std::size_t found = line.find(mark);
    if (found != std::string_view::npos) end = std::min(end, found + mark.size());
  }
  if (end == std::string_view::npos) return {};
  std::vector<std::string> options;
  for (std::string& word : split_words(line.substr(end)).value_or(std::vector<std::string>())) {
    if (word.starts_with("--") && options.size() < most_options) options.push_back(std::move(word));
  }
  return options;
}

std::optional<ResultLine> read_result_title(std::string_view line) {
  constexpr std::string_view words = "== Tests result: ";
  constexpr std::string_view end = " ==";
  constexpr std::size_t longest = 200;
  const std::size_t start = line.find(words);
  if (start == std::string_view::npos || !line.ends_with(end) || line.size() > longest) return std::nullopt;
  if (line.size() < start + words.size() + end.size()) return std::nullopt;
  return ResultLine{line.substr(start + words.size(), line.size() - end.size() - start - words.size()),
                    line.substr(0, start)};
}

std::optional<std::string_view> read_closing(std::string_view line) {
  if (line.starts_with("Tests ")) {
    line.remove_prefix(6);
    if (!line.starts_with("result: ")) return std::nullopt;
  } else if (!line.starts_with("Result: ")) {
    return std::nullopt;
  }
  // FAILURE then SUCCESS      FAILURE, INTERRUPTED
  static const Pattern states(R"(^(?:(?:SUCCESS|FAILURE|INTERRUPTED|ENV CHANGED|NO TESTS? RAN|NO TEST RUN|WORKER BUG))"
                              R"((?:, | then |$))+$)");
  const std::string_view state = trimmed(line.substr(8));
  if (!search(states, state)) return std::nullopt;
  return state;
}

std::optional<SectionTitle> read_section_title(std::string_view line) {
  if (line.empty() || !(is_digit(line.front()) || line.starts_with("All ")) || line.size() > 200) return std::nullopt;
  // 2 tests failed:
  // 1 test altered the execution environment (env changed):
  // 3 re-run tests:
  static const Pattern title(R"(^\d+ (?:(re-run) )?tests?(?: (failed|altered the execution environment|skipped|)"
                             R"(run no tests|omitted)(?: \((resource denied|env changed)\))?)?:$)");
  if (const std::optional<Match> match = search(title, line)) {
    const std::string_view words = (*match)[2];
    if (!(*match)[1].empty()) return SectionTitle{&ResultSection::rerun};
    if (words == "failed") return SectionTitle{&ResultSection::failed};
    if (words == "skipped") {
      return SectionTitle{(*match)[3].empty() ? &ResultSection::skipped : &ResultSection::resource_denied};
    }
    if (words == "run no tests") return SectionTitle{&ResultSection::run_no_tests};
    if (words == "omitted") return SectionTitle{&ResultSection::omitted};
    if (words.starts_with("altered")) return SectionTitle{&ResultSection::env_changed};
  }
  // 58 tests OK.      All 2 tests OK.      10 slowest tests:      1 test failed again:
  static const Pattern other(R"(^(?:All )?\d+ (?:tests? OK\.|slowest tests?:|tests? failed again:)$)");
  if (search(other, line)) return SectionTitle{nullptr};
  return std::nullopt;
}

bool is_name_line(std::string_view line) { return line.size() > 4 && line.starts_with("    "); }

TestOrder read_names(std::string_view line) {
  TestOrder names;
  //     test_x:
  //         os.environ was modified
  if (line.starts_with("        ")) return names;
  std::size_t place = 0;
  while (place < line.size()) {
    const std::size_t start = line.find_first_not_of(' ', place);
    if (start == std::string_view::npos) break;
    const std::size_t end = std::min(line.find(' ', start), line.size());
    std::string_view word = line.substr(start, end - start);
    if (word.ends_with(':')) word.remove_suffix(1);
    if (is_test_name(word)) names.emplace_back(word);
    place = end;
  }
  return names;
}

std::optional<RerunLine> read_rerun(std::string_view line) {
  if (line.find("Re-running ") == std::string_view::npos) return std::nullopt;
  // 0:00:28 load avg: 4.55 Re-running failed tests in verbose mode
  // 0:00:00 load avg: 3.18 Re-running 5 failed tests in verbose mode in subprocesses
  // Re-running test 'test_x' in verbose mode
  // Re-running test_x in verbose mode (matching: test_a, test_b)
  static const Pattern pattern(
      R"(Re-running (?:(?:(\d{1,9}) )?failed tests|(?:test ')?([\w.]+)'?) in verbose mode(?: \(matching: (.*)\))?)");
  constexpr std::size_t longest = 100'000;
  if (line.size() > longest) return std::nullopt;
  const std::optional<Match> match = pattern.search(line);
  if (!match) return std::nullopt;
  RerunLine rerun;
  rerun.count = to_number<int>((*match)[1]);
  if (is_test_name((*match)[2])) rerun.name = (*match)[2];
  std::string_view methods = (*match)[3];
  while (!methods.empty()) {
    const std::size_t comma = std::min(methods.find(", "), methods.size());
    const std::string_view method = methods.substr(0, comma);
    if (!method.empty() && std::all_of(method.begin(), method.end(), is_word)) rerun.methods.emplace_back(method);
    methods.remove_prefix(std::min(comma + 2, methods.size()));
  }
  return rerun;
}

std::optional<std::string> read_failure_header(std::string_view line) {
  // FAIL: test_sub (test.test_multi.T.test_sub) (i=1)
  // ERROR: test_e1 (test.test_multi.T)                     OLD: without the name at the end
  static const Pattern pattern(R"(^(?:ERROR|FAIL|UNEXPECTED SUCCESS): (\w+) \(([\w.<>]+)\))");
  const std::optional<Match> match = search(pattern, line);
  if (!match) return std::nullopt;
  const std::string_view name = (*match)[1];
  std::string id((*match)[2]);
  if (!id.ends_with("." + std::string(name))) id.append(".").append(name);
  return id;
}

bool is_separator(std::string_view line) {
  return line.size() >= 60 && line.find_first_not_of('=') == std::string_view::npos;
}

std::optional<TracebackLine> read_traceback_of_test(std::string_view line) {
  const std::size_t dashes = line.find(" -- Traceback (most recent call last):");
  if (dashes == std::string_view::npos) return std::nullopt;
  std::string_view text = line.substr(0, dashes);
  const std::string_view word = take_last_word(text);
  if (word != "failed" && word != "crashed") return std::nullopt;
  const std::string_view name = take_last_word(text);
  if (!take_last_word(text).ends_with("test") || !is_test_name(name)) return std::nullopt;
  return TracebackLine{name, word == "crashed"};
}

std::optional<std::string_view> read_frame(std::string_view line) {
  if (!line.starts_with("  File \"")) return std::nullopt;
  const std::size_t in = line.rfind(", in ");
  if (in == std::string_view::npos) return std::nullopt;
  return trimmed(line.substr(in + 5));
}

std::optional<std::string> read_frame_module(std::string_view line) {
  constexpr std::string_view start = "  File \"";
  if (!line.starts_with(start)) return std::nullopt;
  line.remove_prefix(start.size());
  const std::size_t quote = line.find('"');
  if (quote == std::string_view::npos) return std::nullopt;
  std::string_view path = line.substr(0, quote);
  // "<frozen importlib._bootstrap>"
  constexpr std::string_view frozen = "<frozen ";
  if (path.starts_with(frozen) && path.ends_with('>')) {
    return module_name(path.substr(frozen.size(), path.size() - frozen.size() - 1));
  }
  if (!path.ends_with(".py")) return std::nullopt;
  path.remove_suffix(3);
  // Below the library's directory the path is the name: .../Lib/importlib/util.py, .../lib/python3.11/os.py
  std::string name;
  std::string_view last;
  bool in_library = false;
  while (!path.empty()) {
    const std::size_t end = std::min(path.find_first_of("/\\"), path.size());
    const std::string_view part = path.substr(0, end);
    path.remove_prefix(std::min(end + 1, path.size()));
    const bool is_library = part == "Lib" || part == "lib" || part == "site-packages" ||
                            (part.starts_with("python") && part.size() > 6 && is_digit(part[6]));
    last = part;
    if (is_library && !path.empty()) {
      in_library = true;
      name.clear();
    } else if (!part.empty()) {
      if (!name.empty()) name += '.';
      name += part;
    }
  }
  if (!in_library) name = last;
  constexpr std::string_view package = ".__init__";
  if (name.ends_with(package)) name.resize(name.size() - package.size());
  return module_name(name);
}

TestOrder read_named_modules(std::string_view line) {
  TestOrder modules;
  constexpr std::size_t longest = 2000;
  line = line.substr(0, longest);
  for (const std::string_view start : {"module '", "named '", "from '", "<class '"}) {
    for (std::size_t at = line.find(start); at != std::string_view::npos; at = line.find(start, at + 1)) {
      const std::string_view rest = line.substr(at + start.size());
      std::string_view name = rest.substr(0, rest.find('\''));
      if (start == "<class '") {
        const std::size_t dot = name.rfind('.');
        if (dot == std::string_view::npos) continue;
        name = name.substr(0, dot);
      }
      if (const auto module = module_name(name)) modules.push_back(*module);
    }
  }
  return modules;
}

std::optional<std::string_view> read_exception(std::string_view line) {
  std::size_t end = 0;
  while (end < line.size() && (is_word(line[end]) || line[end] == '.')) ++end;
  constexpr std::size_t longest = 200;
  if (end == 0 || end > longest || is_digit(line.front()) || line[end - 1] == '.' || line.front() == '.') {
    return std::nullopt;
  }
  if (end < line.size() && !line.substr(end).starts_with(": ") && line.substr(end) != ":") return std::nullopt;
  return line.substr(0, end);
}

std::optional<std::string_view> read_death(std::string_view line) {
  constexpr std::size_t longest = 300;
  // test_x (test.test_y.T.test_x) ... Fatal Python error: Segmentation fault
  if (const std::size_t fatal = line.find("Fatal Python error: "); fatal != std::string_view::npos) {
    return trimmed(line.substr(fatal, longest));
  }
  // Timeout (0:00:01.500000)!
  if (line.ends_with(")!")) {
    const std::size_t start = line.rfind("Timeout (");
    if (start != std::string_view::npos && line.size() - start < 40) return line.substr(start);
  }
  return std::nullopt;
}

std::optional<WrapperLine> read_wrapper(std::string_view line) {
  constexpr std::size_t longest = 500;
  WrapperLine wrapper;
  for (std::string_view words : {"program finished with exit code ", "##[error]Process completed with exit code "}) {
    if (!line.starts_with(words)) continue;
    std::string_view code = trimmed(line.substr(words.size()));
    if (code.ends_with('.')) code.remove_suffix(1);
    wrapper.exit_status = to_number<int>(code);
    if (wrapper.exit_status) return wrapper;
  }
  // Buildbot's "Stop", the loss of a worker, the limit of a log; GitHub's "Cancel", the loss of a runner.
  for (std::string_view words :
       {"command interrupted", "remoteFailed: ", "Output exceeded ", "##[error]The operation was cancel",
        "##[error]The runner has received a shutdown signal", "##[error]The hosted runner lost communication"}) {
    if (!line.starts_with(words)) continue;
    wrapper.end = trimmed(line.substr(0, longest));
    wrapper.from_outside = true;
    return wrapper;
  }
  if (line.starts_with("process killed by signal ")) {
    wrapper.end = trimmed(line.substr(0, longest));
    return wrapper;
  }
  // command timed out: 1200 seconds without output running [b'make', b'buildbottest'], attempting to kill
  constexpr std::string_view timed_out = "command timed out: ";
  const std::size_t start = line.find(timed_out);
  if (start != std::string_view::npos && start + timed_out.size() < line.size() &&
      is_digit(line[start + timed_out.size()])) {
    wrapper.end = trimmed(line.substr(start, longest));
    // The limit of the whole step, not of its silence.
    wrapper.from_outside = wrapper.end.find(" seconds elapsed running") != std::string_view::npos;
    return wrapper;
  }
  return std::nullopt;
}

}  // namespace bbbisect
