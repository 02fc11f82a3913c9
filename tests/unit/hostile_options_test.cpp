// Nothing that a log names is run, written, loaded or read from anywhere but below the build directory, and
// no number of a log is larger than a machine can bear.
#include "harmless.hpp"
#include "option_table.hpp"

#include <bbbisect/build_log.hpp>
#include <bbbisect/conditions.hpp>
#include <bbbisect/explain.hpp>
#include <bbbisect/replay.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cctype>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

using namespace bbbisect;

namespace {

using Words = std::vector<std::string>;

const Words hostile_values = {
    "/evil",
    "/tmp/evil",
    "../evil",
    "x/../../evil",
    "~/evil",
    "./x/../evil/..",
    "evil/..",
    "$(evil)",
    "`evil`",
    ";evil",
    "|evil",
    "&& evil",
    ">evil",
    "evil file",
    "'evil'",
    "\"evil\"",
    "\\evil",
    "evil\n",
    "evil\nsecond",
    "evil\r",
    "{evil}",
    "%s%n evil",
    "@evil",
    "=evil",
    "-evil",
    "--evil",
    "file:///evil",
    "http://evil/x",
    "evil:evil:evil",
    "3:3:evil",
    "a=b;evil",
    "\x1b]0;evil\a",
    "evil\xff",
    "\xe2\x80\xae"
    "evil",
    "evil.evil",
    "C:\\evil",
    "\\\\evil\\x",
    "error::evil.W",
    "error:m:evil.W",
    "1e9 evil",
    std::string(40'000, 'e') + "evil",
};

const Words too_large = {"99999999999999999999", "9999999999", "1e300", "9e99G",          "99999999999G",
                         "999999999:999999999",  "inf",        "nan",   "0x7fffffffffff", "1_000_000_000"};

bool has(const std::string& word, std::string_view part) { return word.find(part) != std::string::npos; }

// The words of a replay of a log with these options.
Words argv_of(const Words& python_options, const std::vector<RunnerOption>& options, bool leak) {
  const Launch launch{"evil/python", python_options, options, {"test_b"}};
  Replay replay;
  replay.python = "./python";
  replay.options = replay_options(launch, {}, {.leak = leak});
  Words words = replay.argv({"test_a", "test_b"});
  const Words selection = selection_words(launch);
  words.insert(words.end(), selection.begin(), selection.end());
  return words;
}

// What is harmless all the same: a resource or a pattern of names with a sign before it.
bool is_harmless(const std::string& word) {
  static const std::set<std::string> words = {"--use=-evil",        "--use=--evil",          "--match=-evil",
                                              "--match=--evil",     "--ignore=-evil",        "--ignore=--evil",
                                              "--use=evil.evil",    "--use==evil",           "--match=evil.evil",
                                              "--ignore=evil.evil", "--matchfile=evil.evil", "--ignorefile=evil.evil"};
  return words.contains(word);
}

BuildLog read(const std::string& text) {
  std::istringstream in(text);
  return read_build_log(in);
}

}  // namespace

TEST_CASE("no hostile value of any option reaches a command line") {
  std::size_t seen = 0;
  for (const OptionRow& row : all_options()) {
    for (const std::string& value : hostile_values) {
      for (const bool leak : {false, true}) {
        for (const std::string& word : argv_of({}, {{std::string(row.name), value}}, leak)) {
          CAPTURE(word);
          CHECK((!has(word, "evil") || is_harmless(word)));
          seen += is_harmless(word) ? 1 : 0;
        }
      }
    }
    for (const std::string& value : too_large) {
      for (const std::string& word : argv_of({}, {{std::string(row.name), value}}, true)) {
        CAPTURE(word);
        const bool is_name = word.starts_with("--match=") || word.starts_with("--ignore=") ||
                             word.starts_with("--matchfile=") || word.starts_with("--ignorefile=") ||
                             word.starts_with("--use=");
        CHECK((is_name || !has(word, value)));
      }
    }
  }
  CHECK(seen == 24);
}

TEST_CASE("no option that runs, writes or reads what a log names is handed on, whatever its value") {
  const std::set<std::string> handed_on = {"--timeout",   "--verbose",         "--verbose3",   "--match",
                                           "--ignore",    "--matchfile",       "--ignorefile", "--use",
                                           "--memlimit",  "--findleaks",       "--huntrleaks", "--parallel-threads",
                                           "--threshold", "--fail-env-changed"};
  for (const OptionRow& row : all_options()) {
    for (const char* value : {"1", "3:3", "4G", "x", "all"}) {
      const Words words = argv_of({}, {{std::string(row.name), value}, {std::string(row.name), std::nullopt}}, true);
      for (const std::string& word : words) {
        if (!word.starts_with("-") || word == "-m" || word == "-u") continue;
        const std::string name = word.substr(0, word.find('='));
        CAPTURE(word);
        // The CI modes add what they imply; what selects the list of tests runs none of them.
        const bool selects = name == "--exclude" || name == "--pgo" || name == "--pgo-extended" || name == "--tsan" ||
                             name == "--tsan-parallel";
        CHECK((handed_on.contains(name) || selects || word == "-Wdefault" || word == "-bb" || word == "-E"));
      }
    }
  }
}

TEST_CASE("no hostile option of Python itself") {
  const Words names = {"importtime",   "frozen_modules", "pycache_prefix",
                       "perf",         "perf_jit",       "presite",
                       "dev",          "utf8",           "gil",
                       "cpu_count",    "tracemalloc",    "int_max_str_digits",
                       "faulthandler", "showrefcount",   "lazy_imports",
                       "evil"};
  for (const std::string& value : hostile_values) {
    Words options = {"-" + value,  "--" + value, "-W" + value, "-Wignore:m:" + value,
                     "-X" + value, "-I" + value, "-c" + value, "--check-hash-based-pycs=" + value};
    for (const std::string& name : names) options.push_back("-X" + name + "=" + value);
    for (const std::string& option : options) {
      CAPTURE(option);
      for (const std::string& word : argv_of({option}, {}, false)) {
        CAPTURE(word);
        if (word.starts_with("-W")) {
          // A message, a module and a line are compared; a category with a dot would be imported.
          std::istringstream fields(word);
          std::string category;
          for (int i = 0; i < 3; ++i) category.clear(), std::getline(fields, category, ':');
          CHECK(std::ranges::all_of(category, [](unsigned char c) { return std::isalnum(c) != 0 || c == '_'; }));
        } else {
          CHECK_FALSE(has(word, "evil"));
        }
        CHECK(word.size() < 300);
      }
    }
  }
  for (const char* option :
       {"-Xpresite=os", "-Xpycache_prefix=x", "-Xperf", "-Xperf=1", "-Xperf_jit", "-i", "-x", "-Xcpu_count=1000",
        "-Xtracemalloc=9999", "-Xgil=7", "-Xutf8=2", "-Xint_max_str_digits=5"}) {
    CAPTURE(option);
    for (const std::string& word : argv_of({option}, {}, false)) CHECK(word != option);
  }
}

TEST_CASE("what is no name of a test is not run") {
  const Launch launch =
      parse_launch({"./python", "-m", "test", "-x", "os.test_x", "../test_x", "test.autotest.test_x", "--evil",
                    "test_a;evil", "antigravity.test_x", "test_\x1b", "test_good", "/evil/test_bad", "evil"})
          .value();
  // Of a path only the name is taken.
  CHECK(launch.names == TestOrder{"test_x", "test_good", "test_bad"});
  CHECK(selection_words(launch) == Words{"--exclude", "test_x", "test_good", "test_bad"});
  CHECK(read("Run 3 tests sequentially\n[1/3] os.test_x\n[2/3] test.__main__.test_x\n[3/3] test_a\n")
            .runs.at(0)
            .shown() == TestOrder{"test_a"});
}

TEST_CASE("of a log's environment nothing is taken that is run, loaded, read or written") {
  const Words never = {"PATH",
                       "HOME",
                       "USER",
                       "SHELL",
                       "ENV",
                       "BASH_ENV",
                       "IFS",
                       "PS4",
                       "PROMPT_COMMAND",
                       "EDITOR",
                       "BROWSER",
                       "PAGER",
                       "LD_PRELOAD",
                       "LD_LIBRARY_PATH",
                       "LD_AUDIT",
                       "LD_DEBUG_OUTPUT",
                       "GCONV_PATH",
                       "LOCPATH",
                       "NLSPATH",
                       "TZDIR",
                       "MALLOC_TRACE",
                       "MALLOC_CONF",
                       "GLIBC_TUNABLES",
                       "HOSTALIASES",
                       "RES_OPTIONS",
                       "TERMINFO",
                       "TERMCAP",
                       "TMPDIR",
                       "TEMP",
                       "TMP",
                       "XDG_CONFIG_HOME",
                       "XDG_CACHE_HOME",
                       "DISPLAY",
                       "PWD",
                       "OLDPWD",
                       "LESSOPEN",
                       "PYTHONPATH",
                       "PYTHONHOME",
                       "PYTHONSTARTUP",
                       "PYTHONUSERBASE",
                       "PYTHONEXECUTABLE",
                       "PYTHONBREAKPOINT",
                       "PYTHONPYCACHEPREFIX",
                       "PYTHONINSPECT",
                       "PYTHONPLATLIBDIR",
                       "PYTHONCASEOK",
                       "PYTHONDUMPREFS",
                       "PYTHONDUMPREFSFILE",
                       "PYTHONPERFSUPPORT",
                       "PYTHON_PERF_JIT_SUPPORT",
                       "PYTHON_PRESITE",
                       "PYTHON_HISTORY",
                       "PYTHON_BASIC_REPL",
                       "PYTHONNOUSERSITE",
                       "PYTHONSAFEPATH",
                       "PYTHONREGRTEST_UNICODE_GUARD",
                       "ASAN_OPTIONS",
                       "UBSAN_OPTIONS",
                       "TSAN_OPTIONS",
                       "LSAN_OPTIONS",
                       "OPENSSL_CONF",
                       "SSLKEYLOGFILE",
                       "SSL_CERT_FILE",
                       "HTTP_PROXY",
                       "http_proxy",
                       "https_proxy",
                       "GIT_SSH_COMMAND",
                       "MAKEFLAGS",
                       "CC",
                       "SOURCE_DATE_EPOCH",
                       "evil"};
  for (const std::string& name : never) {
    CAPTURE(name);
    for (const char* value : {"1", "C", "x", "/evil"}) {
      CHECK(surroundings_of({{name, value}}, "", {}).tried.empty());
      CHECK(surroundings_of({{"CI", "1"}}, "", {{name, value}}).tried == Environment{{"CI", "1"}});  // nor unset
    }
  }
}

TEST_CASE("no hostile value of any variable is taken") {
  const Words names = {"LANG",
                       "LANGUAGE",
                       "LC_ALL",
                       "LC_CTYPE",
                       "LC_COLLATE",
                       "LC_TIME",
                       "LC_NUMERIC",
                       "LC_MONETARY",
                       "LC_MESSAGES",
                       "LC_ADDRESS",
                       "TZ",
                       "TERM",
                       "COLUMNS",
                       "LINES",
                       "CI",
                       "GITHUB_ACTIONS",
                       "NO_COLOR",
                       "FORCE_COLOR",
                       "MALLOC_PERTURB_",
                       "PYTHONASYNCIODEBUG",
                       "PYTHONCOERCECLOCALE",
                       "PYTHONDEVMODE",
                       "PYTHONDONTWRITEBYTECODE",
                       "PYTHONFAULTHANDLER",
                       "PYTHONHASHSEED",
                       "PYTHONINTMAXSTRDIGITS",
                       "PYTHONIOENCODING",
                       "PYTHONMALLOC",
                       "PYTHONNODEBUGRANGES",
                       "PYTHONOPTIMIZE",
                       "PYTHONTRACEMALLOC",
                       "PYTHONUNBUFFERED",
                       "PYTHONUTF8",
                       "PYTHONWARNDEFAULTENCODING",
                       "PYTHONWARNINGS",
                       "PYTHON_COLORS",
                       "PYTHON_CPU_COUNT",
                       "PYTHON_GIL",
                       "PYTHON_JIT",
                       "PYTHON_CONTEXT_AWARE_WARNINGS",
                       "PYTHON_THREAD_INHERIT_CONTEXT"};
  // Names of nothing: no such locale, zone, encoding or category is found, and none is imported.
  const std::set<std::pair<std::string, std::string>> harmless = {{"LANGUAGE", "evil:evil:evil"},
                                                                  {"TZ", "evil.evil"},
                                                                  {"TERM", "evil.evil"},
                                                                  {"PYTHONIOENCODING", "evil.evil"},
                                                                  {"PYTHONWARNINGS", "evil:evil:evil"}};
  for (const std::string& name : names) {
    for (const std::string& value : hostile_values) {
      if (harmless.contains({name, value})) continue;
      if (value == "evil.evil" && (name.starts_with("LC_") || name.starts_with("LANG"))) continue;
      if (has(value, ":") && !has(value, "/") && (name == "LANGUAGE" || name == "TZ")) continue;
      if (name == "PYTHONWARNINGS" && (value == "3:3:evil" || value == "evil file" || value == "1e9 evil")) continue;
      CAPTURE(name);
      CAPTURE(value.substr(0, 40));
      CHECK(surroundings_of({{name, value}}, "", {}).tried.empty());
    }
    for (const char* value : {"..", ".", "99999999999999999999", "1\n", "é"}) {
      const bool long_word = std::string_view(value).size() == 20 && name != "COLUMNS" && name != "LINES";
      if (long_word) continue;
      CAPTURE(name);
      CAPTURE(value);
      CHECK(surroundings_of({{name, value}}, "", {}).tried.empty());
    }
  }
  for (const char* name : {"COLUMNS", "LINES", "MALLOC_PERTURB_", "PYTHONHASHSEED", "PYTHONINTMAXSTRDIGITS",
                           "PYTHONTRACEMALLOC", "PYTHON_CPU_COUNT", "PYTHON_GIL", "PYTHONUTF8"}) {
    CAPTURE(name);
    CHECK(surroundings_of({{name, "9999999999"}}, "", {}).tried.empty());
  }
  CHECK(surroundings_of({{"PYTHONWARNINGS", "error::evil.W"}}, "", {}).tried.empty());
  CHECK(surroundings_of({{"PYTHONWARNINGS", "error::DeprecationWarning,default"}}, "", {}).tried.size() == 1);
  CHECK(surroundings_of({{"LC_ALL", "de_DE@euro"}, {"TZ", "Europe/Berlin"}, {"PYTHONHASHSEED", "random"}, {"LANG", ""}},
                        "", {})
            .tried.size() == 4);
}

TEST_CASE("numbers of a log are bounded") {
  const auto timeout = [](const std::string& value) { return timeout_of({"python", {}, {{"--timeout", value}}, {}}); };
  CHECK(timeout("900") == Seconds(900));
  for (const char* value : {"inf", "nan", "1e300", "-1", "0", "0x10", "9999999", ""}) {
    CAPTURE(value);
    CHECK_FALSE(timeout(value).has_value());
  }
  const BuildLog log = read(
      "Using random seed: evil\n0:00:00 Run 2 tests sequentially\n0:00:00 [1/2] test_a\n"
      "test_a passed in 9999999999999999999999999999999999999999 hour 99999 min\n"
      "999999999:00:00 [2/2] test_b\ntest_b failed\n");
  const Question question = pose_question(log, std::nullopt, Extent::shown, {});
  CHECK(durations_of(question.run).total({"test_a", "test_b"}) <= Seconds(2 * 7 * 24 * 3600));
  CHECK(std::ranges::count(question.remarks, "the seed evil is no integer, so the runner is not given it") == 1);
  for (const std::string& word : assumed_replay(question, {}).argv({"test_a"})) CHECK_FALSE(has(word, "evil"));
  CHECK(seed_to_give("-7") == "-7");
  CHECK_FALSE(seed_to_give("7 --evil").has_value());
  CHECK_FALSE(seed_to_give("7\n").has_value());
}
