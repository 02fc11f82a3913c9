#include <bbbisect/differences.hpp>

#include "build_text.hpp"
#include "log_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <iterator>

namespace bbbisect {
namespace {

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
  for (const auto& [letter, bytes] : {std::pair('k', 1024.0), std::pair('m', 1048576.0), std::pair('g', 1073741824.0),
                                      std::pair('t', 1099511627776.0)}) {
    if (lower(end).starts_with(letter)) unit = bytes;
  }
  return number > 0 && number < 1e6 ? number * unit : 0;
}

std::string gigabytes(double bytes) { return fmt::format("{:.0f} GiB", bytes / 1073741824.0); }

// Whether a test may see the variable. HOME and the like differ on any two machines: whether they are set may
// matter.
enum class Matters { no, value, presence };
Matters matters(std::string_view name) {
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
  static constexpr std::string_view by_presence[] = {"DISPLAY", "HOME", "SHELL", "TMPDIR", "USER", "WAYLAND_DISPLAY"};
  if (name.starts_with("PYTHON") || name.starts_with("LC_")) return Matters::value;
  if (std::ranges::find(by_value, name) != std::end(by_value)) return Matters::value;
  return std::ranges::find(by_presence, name) != std::end(by_presence) ? Matters::presence : Matters::no;
}

class Comparison {
 public:
  Comparison(const Question& question, const LocalBuild& local) : question_(question), local_(local) {}

  std::vector<Difference> of(const std::map<std::string, std::string>& own) {
    const Build log = logged_build(question_);
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
    compare_variables(own);
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
    return std::move(all_);
  }

 private:
  void add(const char* what, const std::string& log, const std::string& here, bool of_python) {
    all_.push_back({what, in_a_line(log), in_a_line(here), of_python});
  }
  void python(const char* what, const std::string& log, const std::string& here) { add(what, log, here, true); }
  void around(const char* what, const std::string& log, const std::string& here) { add(what, log, here, false); }

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
        const bool counts = std::ranges::any_of(compared, [&](std::string_view name) { return names(option, name); });
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
      if (!there.empty() && !local.empty() && encoding_of(there) != encoding_of(local)) around(what, there, local);
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
    std::map<std::string, std::string> all = log;
    all.insert(own.begin(), own.end());
    for (const auto& [name, unused] : all) {
      const Matters how = matters(name);
      const auto there = log.find(name);
      const auto here = own.find(name);
      const bool both = there != log.end() && here != own.end();
      if (how == Matters::no || (both && (how == Matters::presence || there->second == here->second))) continue;
      const auto value = [&](const std::map<std::string, std::string>& in, auto found) {
        return found == in.end() ? "unset" : found->second.empty() ? "empty" : found->second;
      };
      around(in_a_line(name).c_str(), value(log, there), value(own, here));
    }
  }

  const Question& question_;
  const LocalBuild& local_;
  std::vector<Difference> all_;
};

}  // namespace

Build logged_build(const Question& question) {
  Build build = build_of(question.run, question.configure);
  const std::string revision = commit_of(question.origin.revision);
  if (!revision.empty() && revision.starts_with(build.commit)) build.commit = revision;
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

}  // namespace bbbisect
