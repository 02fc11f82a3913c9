#include "log_text.hpp"

#include <bbbisect/build.hpp>
#include <bbbisect/command.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <iterator>

namespace bbbisect {
namespace {

constexpr const char* upstream = "https://github.com/python/cpython";

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return result;
}

bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f'); }

bool all_digits(std::string_view text) { return !text.empty() && std::ranges::all_of(text, is_digit); }

std::vector<std::string> words_of(std::string_view text, std::string_view separators) {
  std::vector<std::string> words;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find_first_of(separators), text.size());
    if (end > 0) words.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return words;
}

// Of somebody's text, what fits into a line of a report.
std::string shown(const std::string& text) {
  constexpr std::size_t longest = 100;
  std::string line = text.substr(0, longest);
  for (char& c : line) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f) c = '?';
  }
  return text.size() > longest ? line + "..." : line;
}

// ---- what a build is ----------------------------------------------------------------------------------------

// "GCC 12.2.0" of "CPython 3.12.0a7+ (heads/main:3f2a5c1, Apr 5 2023, 10:00:00) [GCC 12.2.0]", which is
// sys.version behind the name of the implementation.
void take_version(Build& build, std::string_view text) {
  const std::size_t start = text.find_first_of("0123456789");
  const std::size_t open = text.find('(');
  if (start == std::string_view::npos || open == std::string_view::npos || open < start) return;
  build.version = text.substr(start, text.find(' ', start) - start);
  std::string_view of = text.substr(open + 1);
  of = of.substr(0, of.find_first_of(",)"));
  const std::size_t colon = of.rfind(':');
  build.branch = trimmed(of.substr(0, colon));
  if (colon != std::string_view::npos) {
    const std::string commit = lower(trimmed(of.substr(colon + 1)));
    if (commit.size() >= 7 && commit.size() <= 40 && std::ranges::all_of(commit, is_hex)) build.commit = commit;
  }
  const std::size_t bracket = text.find('[', open);
  if (bracket != std::string_view::npos) {
    build.compiler = text.substr(bracket + 1, text.rfind(']') - bracket - 1);
  }
  build.free_threaded = text.find("free-threading build") != std::string_view::npos;
}

// One name for what systems call an architecture in their own way.
std::string architecture_of(std::string_view word) {
  static constexpr std::pair<std::string_view, std::string_view> known[] = {
      {"x86_64", "x86_64"}, {"amd64", "x86_64"},    {"aarch64", "aarch64"}, {"arm64", "aarch64"},
      {"i386", "x86"},      {"i586", "x86"},        {"i686", "x86"},        {"armv6l", "armv6l"},
      {"armv7l", "armv7l"}, {"armv8l", "armv8l"},   {"ppc64le", "ppc64le"}, {"ppc64", "ppc64"},
      {"s390x", "s390x"},   {"riscv64", "riscv64"}, {"sparc64", "sparc64"}, {"loongarch64", "loongarch64"},
      {"mips64", "mips64"}, {"wasm32", "wasm32"},
  };
  const std::string name = lower(word);
  const auto* found = std::ranges::find(known, name, &std::pair<std::string_view, std::string_view>::first);
  return found == std::end(known) ? std::string() : std::string(found->second);
}

// "Linux-6.1.0-x86_64-with-glibc2.36 little-endian", "macOS-13.6-arm64-arm-64bit little-endian",
// "Windows-10-10.0.19045-SP0 little-endian", where the compiler tells: "MSC v.1937 64 bit (AMD64)".
void take_platform(Build& build, const std::string& text) {
  build.platform = text;
  build.system = text.substr(0, text.find('-'));
  if (build.system == "Darwin") build.system = "macOS";  // as platform.platform() calls it from 3.8 on
  for (const std::string& word : words_of(text, "- ")) {
    if (build.architecture.empty()) build.architecture = architecture_of(word);
  }
  for (const std::string& word : words_of(build.compiler, " ()")) {
    if (build.architecture.empty()) build.architecture = architecture_of(word);
  }
}

// "locale=UTF-8, FS=utf-8"; since 3.9 without the comma.
void take_encodings(Build& build, std::string_view text) {
  for (const std::string& word : words_of(text, ", ")) {
    if (word.starts_with("locale=")) build.locale_encoding = word.substr(7);
    if (word.starts_with("FS=")) build.filesystem_encoding = word.substr(3);
  }
}

// Options of configure that change what is built and run nothing that is named. The value, where one may be
// given, is a word of small letters, digits and dashes.
constexpr std::string_view configure_options[] = {
    "--disable-gil",
    "--disable-ipv6",
    "--enable-big-digits",
    "--enable-bolt",
    "--enable-experimental-jit",
    "--enable-ipv6",
    "--enable-loadable-sqlite-extensions",
    "--enable-optimizations",
    "--enable-profiling",
    "--enable-pystats",
    "--enable-safety",
    "--enable-shared",
    "--enable-slower-safety",
    "--with-address-sanitizer",
    "--with-assertions",
    "--with-computed-gotos",
    "--with-dtrace",
    "--with-hash-algorithm",
    "--with-lto",
    "--with-memory-sanitizer",
    "--with-mimalloc",
    "--with-pydebug",
    "--with-pymalloc",
    "--with-strict-overflow",
    "--with-system-expat",
    "--with-system-libmpdec",
    "--with-tail-call-interp",
    "--with-thread-sanitizer",
    "--with-trace-refs",
    "--with-undefined-behavior-sanitizer",
    "--with-valgrind",
    "--without-c-locale-coercion",
    "--without-computed-gotos",
    "--without-decimal-contextvar",
    "--without-doc-strings",
    "--without-freelists",
    "--without-mimalloc",
    "--without-pymalloc",
    "--without-static-libpython",
};

bool is_known_option(std::string_view word) {
  constexpr std::size_t longest = 24;
  const std::size_t equals = std::min(word.find('='), word.size());
  const std::string_view value = word.substr(equals);
  return std::ranges::find(configure_options, word.substr(0, equals)) != std::end(configure_options) &&
         value.size() <= longest &&
         std::ranges::all_of(value.substr(std::min<std::size_t>(1, value.size())),
                             [](char c) { return is_digit(c) || is_lower(c) || c == '-'; });
}

bool names(std::string_view option, std::string_view name) {
  return option == name || (option.starts_with(name) && option[name.size()] == '=');
}

bool says_no(std::string_view option) { return option.ends_with("=no"); }

void take_options(Build& build, const std::vector<std::string>& configure) {
  if (configure.empty()) return;
  build.options_told = true;
  build.debug = build.debug.value_or(false);
  for (const std::string& word : configure) {
    if (names(word, "--with-pydebug")) {
      build.debug = !says_no(word);
    } else if (names(word, "--disable-gil")) {
      build.free_threaded = !says_no(word);
    } else if (is_known_option(word) && !says_no(word)) {
      const bool usual = word.ends_with("=yes") || word == "--with-lto=full";
      build.options.insert(usual ? word.substr(0, word.find('=')) : word);
    }
  }
}

// "release JIT (disabled) shared LTO+PGO dtrace"; libregrtest/utils.py, get_build_info().
void take_build_line(Build& build, std::string_view text) {
  static constexpr std::pair<std::string_view, std::string_view> meanings[] = {
      {"with_assert", "--with-assertions"},
      {"shared", "--enable-shared"},
      {"LTO", "--with-lto"},
      {"ThinLTO", "--with-lto=thin"},
      {"PGO", "--enable-optimizations"},
      {"BOLT", "--enable-bolt"},
      {"ASAN", "--with-address-sanitizer"},
      {"MSAN", "--with-memory-sanitizer"},
      {"UBSAN", "--with-undefined-behavior-sanitizer"},
      {"TSAN", "--with-thread-sanitizer"},
      {"TraceRefs", "--with-trace-refs"},
      {"pystats", "--enable-pystats"},
      {"valgrind", "--with-valgrind"},
      {"dtrace", "--with-dtrace"},
      {"JIT", "--enable-experimental-jit"},
      {"(disabled)", "=yes-off"},
      {"(interpreter)", "=interpreter"},
  };
  if (text.empty()) return;
  build.options_told = true;
  const std::string jit = "--enable-experimental-jit";
  for (const std::string& word : words_of(text, " +,")) {
    if (word == "debug" || word == "release") build.debug = word == "debug";
    if (word == "free_threading") build.free_threaded = true;
    for (const auto& [name, option] : meanings) {
      if (word != name) continue;
      if (option.starts_with('=')) {
        if (build.options.erase(jit) > 0) build.options.insert(jit + std::string(option));
      } else {
        build.options.emplace(option);
      }
    }
  }
}

// "3.12.0a7+" or "3.12.1": its numbers are digits.
struct Release {
  std::string name;         // without the plus
  bool in_between = false;  // a commit behind it
};
std::optional<Release> release_of(std::string_view version) {
  Release release;
  release.in_between = version.ends_with('+');
  if (release.in_between) version.remove_suffix(1);
  release.name = version;
  const std::vector<std::string> parts = words_of(version, ".");
  if (version.size() > 20 || parts.size() != 3 || std::ranges::count(version, '.') != 2) return std::nullopt;
  std::string_view micro = parts[2];
  micro.remove_prefix(std::min(micro.find_first_not_of("0123456789"), micro.size()));
  for (const std::string_view level : {"a", "b", "rc"}) {
    if (micro.starts_with(level) && all_digits(micro.substr(level.size()))) micro = {};
  }
  const bool good = all_digits(parts[0]) && all_digits(parts[1]) && is_digit(parts[2].front()) && micro.empty();
  return good ? std::optional<Release>(release) : std::nullopt;
}

// ---- how two differ -----------------------------------------------------------------------------------------

// "UTF-8" and "utf8" are one, and so are the names of ASCII.
std::string encoding_of(std::string_view text) {
  std::string name;
  for (const char c : lower(text)) {
    if (is_digit(c) || is_lower(c)) name += c;
  }
  return name == "ansix341968" || name == "usascii" ? "ascii" : name;
}

// The last word on `resource` of "all,-cpu", "cpu,network": whether it is used. regrtest.md 5.2 for the header.
bool uses(const Question& question, std::string_view resource) {
  std::string list;
  if (question.launch.has("--fast-ci") || question.launch.has("--slow-ci")) list = "all,";
  for (const RunnerOption& option : question.launch.options) {
    if (option.name == "--use" && option.value) list += *option.value + ",";
  }
  if (!question.run.resources.empty()) list = question.run.resources;
  bool used = false;
  for (const std::string& word : words_of(list, ", ")) {
    if (word == "all" || word == resource) used = true;
    if (word == "none" || (word.starts_with('-') && std::string_view(word).substr(1) == resource)) used = false;
  }
  return used && list.find("all test resources are disabled") == std::string::npos;
}

// Bytes of "-M 20g"; libregrtest's support.set_memlimit().
double memory_limit(const Launch& launch) {
  const std::string text = launch.value_of("--memlimit").value_or("");
  char* end = nullptr;
  const double number = std::strtod(text.c_str(), &end);
  double unit = 0;
  for (const auto& [letter, bytes] : {std::pair('k', 1024.0), std::pair('m', 1048576.0),
                                      std::pair('g', 1073741824.0), std::pair('t', 1099511627776.0)}) {
    if (lower(end).starts_with(letter)) unit = bytes;
  }
  return number > 0 && number < 1e6 ? number * unit : 0;
}

std::string gigabytes(double bytes) { return fmt::format("{:.0f} GiB", bytes / 1073741824.0); }

// Whether a test may see the variable. HOME and the like differ on any two machines: whether they are set may
// matter.
enum class Matters { no, value, presence };
Matters matters(std::string_view name, bool ignores_python) {
  static constexpr std::string_view by_value[] = {
      "LANG",
      "LANGUAGE",
      "TZ",
      "TERM",
      "CI",
      "COLUMNS",
      "LINES",
      "FORCE_COLOR",
      "NO_COLOR",
      "GITHUB_ACTIONS",
      "ASAN_OPTIONS",
      "LD_PRELOAD",
      "MALLOC_PERTURB_",
      "SOURCE_DATE_EPOCH",
      "TSAN_OPTIONS",
      "UBSAN_OPTIONS",
  };
  static constexpr std::string_view by_presence[] = {"DISPLAY", "HOME", "SHELL",
                                                     "TMPDIR",  "USER", "WAYLAND_DISPLAY"};
  if (name.starts_with("PYTHON")) return ignores_python ? Matters::no : Matters::value;
  if (name.starts_with("LC_")) return Matters::value;
  if (std::ranges::find(by_value, name) != std::end(by_value)) return Matters::value;
  return std::ranges::find(by_presence, name) != std::end(by_presence) ? Matters::presence : Matters::no;
}

bool ignores_python_variables(const Launch& launch) {
  return std::ranges::any_of(launch.python_options, [](const std::string& word) {
    return word.substr(0, word.find_first_of("WX")).find_first_of("EI") != std::string::npos;
  });
}

class Comparison {
 public:
  Comparison(const Question& question, const LocalBuild& local) : question_(question), local_(local) {}

  std::vector<Difference> of(const std::map<std::string, std::string>& own) {
    const Build log = build_of(question_.run, question_.configure);
    const Build& here = local_.build;
    if (!log.version.empty() && log.version != here.version) python("version", log.version, here.version);
    compare_commits(log, here);
    if (log.debug && here.debug && *log.debug != *here.debug) {
      python("build", *log.debug ? "debug" : "release", *here.debug ? "debug" : "release");
    }
    if (log.options_told && here.options_told) compare_options(log.options, here.options);
    if (!log.system.empty() && !here.system.empty() && log.system != here.system)
      python("system", log.system, here.system);
    if (!log.architecture.empty() && !here.architecture.empty() && log.architecture != here.architecture) {
      python("architecture", log.architecture, here.architecture);
    }
    if (log.free_threaded && here.free_threaded && *log.free_threaded != *here.free_threaded) {
      python("free threading", *log.free_threaded ? "yes" : "no", *here.free_threaded ? "yes" : "no");
    }
    compare_encodings(log, here);
    compare_resources(own);
    if (!log.cpus.empty() && !here.cpus.empty() &&
        log.cpus.substr(0, log.cpus.find(' ')) != here.cpus.substr(0, here.cpus.find(' '))) {
      around("CPUs", log.cpus, here.cpus);
    }
    // The kernel, the C library, a point release of the system.
    if (!log.platform.empty() && log.platform != here.platform && log.system == here.system) {
      around("platform", log.platform, here.platform);
    }
    if (!log.compiler.empty() && !here.compiler.empty() && log.compiler != here.compiler)
      around("compiler", log.compiler, here.compiler);
    compare_variables(own);
    return std::move(all_);
  }

 private:
  void add(const char* what, const std::string& log, const std::string& here, bool of_python) {
    all_.push_back({what, shown(log), shown(here), of_python});
  }
  void python(const char* what, const std::string& log, const std::string& here) { add(what, log, here, true); }
  void around(const char* what, const std::string& log, const std::string& here) {
    add(what, log, here, false);
  }

  void compare_commits(const Build& log, const Build& here) {
    if (log.commit.empty()) return;
    const auto same = [&](const std::string& commit) {
      return !commit.empty() && (log.commit.starts_with(commit) || commit.starts_with(log.commit));
    };
    if (same(here.commit)) {
      // It was built from it, but its Lib/ is what is checked out now.
      if (!local_.head.empty() && !same(local_.head)) python("checkout", log.commit, local_.head);
      return;
    }
    // A release is known by its name.
    const std::optional<Release> release = release_of(log.version);
    if (here.commit.empty() && release && !release->in_between && log.version == here.version) return;
    python("commit", log.commit, here.commit.empty() ? "not told" : here.commit);
  }

  // Of those that regrtest's header tells: a log that has no more cannot miss the rest.
  void compare_options(const std::set<std::string>& log, const std::set<std::string>& here) {
    static constexpr std::string_view compared[] = {"--with-assertions",
                                                    "--enable-shared",
                                                    "--with-lto",
                                                    "--enable-optimizations",
                                                    "--enable-bolt",
                                                    "--with-address-sanitizer",
                                                    "--with-memory-sanitizer",
                                                    "--with-undefined-behavior-sanitizer",
                                                    "--with-thread-sanitizer",
                                                    "--with-trace-refs",
                                                    "--enable-pystats",
                                                    "--with-valgrind",
                                                    "--enable-experimental-jit"};
    const auto less = [](const std::set<std::string>& all, const std::set<std::string>& other) {
      std::vector<std::string> words;
      for (const std::string& option : all) {
        const bool counts =
            std::ranges::any_of(compared, [&](std::string_view name) { return names(option, name); });
        if (counts && !other.contains(option)) words.push_back(option);
      }
      return words.empty() ? std::string("none of them") : join(words, " ");
    };
    const std::string there = less(log, here);
    const std::string local = less(here, log);
    if (there != local) python("options of configure", there, local);
  }

  void compare_encodings(const Build& log, const Build& here) {
    const auto compare = [&](const char* what, const std::string& there, const std::string& local) {
      if (!there.empty() && !local.empty() && encoding_of(there) != encoding_of(local))
        around(what, there, local);
    };
    compare("locale encoding", log.locale_encoding, here.locale_encoding);
    compare("filesystem encoding", log.filesystem_encoding, here.filesystem_encoding);
  }

  void compare_resources(const std::map<std::string, std::string>& own) {
    for (const std::string& resource : local_.lacks) {
      if (uses(question_, resource)) around(("resource " + resource).c_str(), "used", "cannot be had");
    }
    if (uses(question_, "gui") && !own.contains("DISPLAY") && !own.contains("WAYLAND_DISPLAY")) {
      around("resource gui", "used", "cannot be had (no DISPLAY)");
    }
    const double limit = memory_limit(question_.launch);
    if (limit > 0 && local_.memory > 0 && local_.memory < limit) {
      around("memory", gigabytes(limit) + " for -M", gigabytes(local_.memory));
    }
  }

  void compare_variables(const std::map<std::string, std::string>& own) {
    const std::map<std::string, std::string>& log = question_.environment;
    if (log.empty()) return;
    const bool ignores_python = ignores_python_variables(question_.launch);
    std::map<std::string, std::string> all = log;
    all.insert(own.begin(), own.end());
    for (const auto& [name, unused] : all) {
      const Matters how = matters(name, ignores_python);
      const auto there = log.find(name);
      const auto here = own.find(name);
      const bool both = there != log.end() && here != own.end();
      if (how == Matters::no || (both && (how == Matters::presence || there->second == here->second))) continue;
      const auto value = [&](const std::map<std::string, std::string>& in, auto found) {
        return found == in.end() ? "unset" : found->second.empty() ? "empty" : found->second;
      };
      around(shown(name).c_str(), value(log, there), value(own, here));
    }
  }

  const Question& question_;
  const LocalBuild& local_;
  std::vector<Difference> all_;
};

// ---- a build like the log's ---------------------------------------------------------------------------------

// The number of "remotes/pull/123/merge": the log is of a change that was not merged.
std::string pull_request_of(std::string_view branch) {
  const std::size_t start = branch.find("pull/");
  if (start == std::string_view::npos) return {};
  std::string_view number = branch.substr(start + 5);
  number = number.substr(0, number.find('/'));
  return all_digits(number) && number.size() <= 9 ? std::string(number) : std::string();
}

std::vector<std::string> configure_words(const Build& log) {
  std::vector<std::string> words;
  if (log.debug.value_or(false)) words.emplace_back("--with-pydebug");
  if (log.free_threaded.value_or(false)) words.emplace_back("--disable-gil");
  words.insert(words.end(), log.options.begin(), log.options.end());
  return words;
}

bool stands_at(const std::string& head, const std::string& revision) {
  return !head.empty() && revision.size() >= 7 && head.starts_with(revision);
}

}  // namespace

Build build_of(const Run& run, const std::vector<std::string>& configure) {
  Build build;
  take_version(build, run.version);
  if (!run.platform.empty()) take_platform(build, run.platform);
  take_encodings(build, run.encodings);
  build.cpus = run.cpus;
  take_options(build, configure);
  take_build_line(build, run.build);
  // Windows has a name for it.
  if (!build.debug && !run.command.empty() && run.command.front().find("python_d") != std::string::npos)
    build.debug = true;
  return build;
}

std::vector<Difference> differences(const Question& question, const LocalBuild& local,
                                    const std::map<std::string, std::string>& own) {
  return Comparison(question, local).of(own);
}

std::string phrase_of(const std::vector<Difference>& differences) {
  std::string phrase;
  for (const Difference& difference : differences) {
    if (!difference.of_python) continue;
    phrase += fmt::format("{}{} {} there, {} here", phrase.empty() ? "" : "; ", difference.what, difference.log,
                          difference.here);
  }
  return phrase;
}

std::string revision_of(const Build& build) {
  if (!build.commit.empty()) return build.commit;
  const std::optional<Release> release = release_of(build.version);
  return release ? "v" + release->name : "";
}

std::vector<std::string> matching_commands(const Question& question, const std::optional<LocalBuild>& local,
                                           unsigned cpus, const std::vector<std::string>& bbbisect) {
  const Build log = build_of(question.run, question.configure);
  std::vector<std::string> lines;
  const auto run = [&](const std::vector<std::string>& argv) { lines.push_back(quote_words(argv)); };
  const auto remark = [&](const std::string& text) { lines.push_back("# " + text); };

  const std::string revision = revision_of(log);
  if (local) {
    const std::vector<Difference> all = Comparison(question, *local).of({});
    const std::string phrase = phrase_of(all);
    if (phrase.empty() && !revision.empty()) {
      remark("as far as the log tells, this Python is built like its own");
      run(bbbisect);
      return lines;
    }
  }
  if (log.system != "Linux" && !log.system.empty()) {
    remark(fmt::format("the log is of {}: what fails there for that reason passes in a build made here",
                       shown(log.system)));
  } else if (local && !log.architecture.empty() && log.architecture != local->build.architecture) {
    remark(fmt::format("the log is of {}: what fails there for that reason passes in a build made here",
                       log.architecture));
  }
  if (revision.empty())
    remark("the log names neither a commit nor a release: check out the one of its build yourself");
  if (log.commit.empty() && log.version.ends_with('+')) {
    remark(fmt::format("the log names no commit: {} is somewhere behind {}", shown(log.version),
                       revision.empty() ? "it" : revision));
  }

  // In the checkout that is here, else in a new one.
  const bool here = local && !local->head.empty() && !local->source.empty();
  const bool apart = here && !local->build_directory.empty() && local->build_directory != local->source;
  const std::string source = here ? local->source : revision.empty() ? "cpython" : "cpython-" + revision;
  std::vector<std::string> git{"git"};
  if (here) {
    run({"cd", apart ? local->build_directory : source});
    if (apart) git.insert(git.end(), {"-C", source});
  } else {
    run({"git", "clone", upstream, source});
    run({"cd", source});
  }
  const auto run_git = [&](std::vector<std::string> words) {
    words.insert(words.begin(), git.begin(), git.end());
    run(words);
  };
  if (!revision.empty() && !(here && stands_at(local->head, revision))) {
    if (const std::string pull = pull_request_of(log.branch); !pull.empty() && !log.commit.empty()) {
      run_git({"fetch", upstream, "refs/pull/" + pull + "/merge"});
    } else if (here) {
      run_git({"fetch", "--tags", upstream});
    }
    run_git({"checkout", "--detach", revision});
  }
  std::vector<std::string> configure{apart ? source + "/configure" : "./configure"};
  const std::vector<std::string> options = configure_words(log);
  configure.insert(configure.end(), options.begin(), options.end());
  if (!log.debug)
    remark("the log does not tell whether it is of a debug build; most buildbots have --with-pydebug");
  run(configure);
  if (here) run({"make", "clean"});
  run({"make", fmt::format("-j{}", std::max(cpus, 1U))});
  run(bbbisect);
  return lines;
}

}  // namespace bbbisect
