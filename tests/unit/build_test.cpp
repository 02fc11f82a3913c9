#include <bbbisect/differences.hpp>
#include <bbbisect/matching.hpp>

#include <doctest/doctest.h>

#include <algorithm>

using namespace bbbisect;

namespace {

using Variables = std::map<std::string, std::string>;

Build build_of_version(const std::string& version) {
  Run run;
  run.version = version;
  return build_of(run, {});
}

Build build_of_platform(const std::string& platform, const std::string& version = "") {
  Run run;
  run.version = version;
  run.platform = platform;
  return build_of(run, {});
}

/// A log of a debug build of main, with all that regrtest's header tells.
Question question_of_main() {
  Question question;
  question.run.version = "CPython 3.15.0a6+ (heads/main:d625f7da33b, Feb 13 2026, 17:27:29) [GCC 12.2.0]";
  question.run.platform = "Linux-6.12.20+rpt-rpi-v8-aarch64-with-glibc2.36 little-endian";
  question.run.build = "debug shared";
  question.run.encodings = "locale=ISO-8859-1 FS=iso8859-1";
  question.run.resources = "all,-cpu";
  question.run.cpus = "4";
  question.launch = *parse_launch({"./python", "-E", "-m", "test", "-uall,-cpu"});
  question.environment = {{"LANG", "de_DE"}, {"HOME", "/home/buildbot"}, {"EDITOR", "vi"}};
  question.victim = "test_v";
  return question;
}

LocalBuild release_here() {
  LocalBuild local;
  Run header;
  header.version = "CPython 3.11.2 (main, Oct  7 2026, 12:35:07) [GCC 12.2.0]";
  header.platform = "Linux-6.1.0-x86_64-with-glibc2.36 little-endian";
  header.encodings = "locale=UTF-8 FS=utf-8";
  header.cpus = "2 (process) / 8 (system)";
  local.build = build_of(header, {});
  local.build.debug = local.build.free_threaded = false;
  local.build.options_told = true;
  local.text = "Python 3.11.2";
  return local;
}

/// The Python of which the log of `question` is.
LocalBuild like(const Question& question) {
  LocalBuild local;
  local.build = build_of(question.run, question.configure);
  return local;
}

std::vector<std::string> whats(const std::vector<Difference>& differences) {
  std::vector<std::string> names;
  for (const Difference& difference : differences) names.push_back(difference.what);
  return names;
}

bool holds(const std::vector<std::string>& lines, const std::string& line) {
  return std::ranges::find(lines, line) != lines.end();
}

bool mentions(const std::vector<std::string>& lines, const std::string& part) {
  return std::ranges::any_of(lines, [&](const std::string& line) { return line.find(part) != std::string::npos; });
}

const std::vector<std::string> ask_again{"bbbisect", "/logs/a b.txt"};

std::vector<std::string> commands(const Question& question, const std::optional<LocalBuild>& local = {}) {
  return matching_commands(question, local, 4, ask_again);
}

}  // namespace

TEST_CASE("build: what the header of a version tells") {
  struct Row {
    const char* version;
    Build build;
  };
  const auto told = [](const char* version, const char* branch, const char* commit, const char* compiler,
                       bool free_threaded) {
    Build build;
    build.version = version;
    build.branch = branch;
    build.commit = commit;
    build.compiler = compiler;
    build.free_threaded = free_threaded;
    return build;
  };
  const Row rows[] = {
      {"CPython 3.6.15 (default, May 9 2024, 07:30:54) [GCC 12.2.0]",
       told("3.6.15", "default", "", "GCC 12.2.0", false)},
      {"CPython 3.12.0a7+ (heads/main:3f2a5c1, Apr 5 2023, 10:00:00) [GCC 12.2.0]",
       told("3.12.0a7+", "heads/main", "3f2a5c1", "GCC 12.2.0", false)},
      {"CPython 3.15.0a6+ (heads/main-dirty:D625F7DA33B, Feb 13 2026, 17:27:29) [Clang 18.1.3 (1ubuntu1)]",
       told("3.15.0a6+", "heads/main-dirty", "d625f7da33b", "Clang 18.1.3 (1ubuntu1)", false)},
      {"CPython 3.12.1 (tags/v3.12.1:2305ca5, Dec 7 2023, 22:03:25) [MSC v.1937 64 bit (AMD64)]",
       told("3.12.1", "tags/v3.12.1", "2305ca5", "MSC v.1937 64 bit (AMD64)", false)},
      {"CPython 3.8.10 (v3.8.10:3d8993a744, May 3 2021, 08:55:58) [Clang 6.0 (clang-600.0.57)]",
       told("3.8.10", "v3.8.10", "3d8993a744", "Clang 6.0 (clang-600.0.57)", false)},
      {"CPython 3.14.0a1+ experimental free-threading build (heads/main:d625f7da33b, Oct 1 2024) [GCC 12.2.0]",
       told("3.14.0a1+", "heads/main", "d625f7da33b", "GCC 12.2.0", true)},
      // What is no commit is none.
      {"CPython 3.12.0a7+ (heads/main:$(reboot), Apr 5 2023) [GCC]", told("3.12.0a7+", "heads/main", "", "GCC", false)},
      {"CPython 3.12.0 (main:abc123, Apr 5 2023)", told("3.12.0", "main", "", "", false)},
  };
  for (const Row& row : rows) {
    CAPTURE(row.version);
    const Build build = build_of_version(row.version);
    CHECK(build.version == row.build.version);
    CHECK(build.branch == row.build.branch);
    CHECK(build.commit == row.build.commit);
    CHECK(build.compiler == row.build.compiler);
    CHECK(build.free_threaded == row.build.free_threaded);
    CHECK_FALSE(build.debug);
  }
  for (const char* none : {"", "CPython", "CPython 3.12.0", "(3.12.0)", "CPython (main) 3.12"}) {
    CHECK(build_of_version(none).version.empty());
    CHECK_FALSE(build_of_version(none).free_threaded);
  }
}

TEST_CASE("build: system and architecture, by whatever name") {
  const auto check = [](const Build& build, const char* system, const char* architecture) {
    CAPTURE(build.platform);
    CHECK(build.system == system);
    CHECK(build.architecture == architecture);
  };
  check(build_of_platform("Linux-6.18.44-fc-v669-x86_64-with-glibc2.36 little-endian"), "Linux", "x86_64");
  check(build_of_platform("Linux-4.19-x86_64-with-debian-12.11 little-endian"), "Linux", "x86_64");
  check(build_of_platform("Linux-6.12.20+rpt-rpi-v8-aarch64-with-glibc2.36 little-endian"), "Linux", "aarch64");
  check(build_of_platform("macOS-13.6-arm64-arm-64bit little-endian"), "macOS", "aarch64");
  check(build_of_platform("macOS-10.15.7-x86_64-i386-64bit little-endian"), "macOS", "x86_64");
  check(build_of_platform("Darwin-19.6.0-x86_64-i386-64bit little-endian"), "macOS", "x86_64");
  check(build_of_platform("FreeBSD-14.0-RELEASE-amd64-64bit-ELF little-endian"), "FreeBSD", "x86_64");
  check(build_of_platform("Windows-10-10.0.19045-SP0 little-endian",
                          "CPython 3.12.1 (tags/v3.12.1:2305ca5, x) [MSC v.1937 64 bit (AMD64)]"),
        "Windows", "x86_64");
  check(build_of_platform("Linux-6.1-unheard_of-with-glibc2.36 big-endian"), "Linux", "");
}

TEST_CASE("build: debug or release, and how it was configured") {
  Run run;
  run.build = "release JIT (disabled) shared ThinLTO+PGO dtrace";
  Build build = build_of(run, {});
  CHECK(build.debug == false);
  CHECK(build.options == std::set<std::string>{"--enable-experimental-jit=yes-off", "--enable-shared",
                                               "--with-lto=thin", "--enable-optimizations", "--with-dtrace"});
  run.build = "free_threading debug ASAN+UBSAN TraceRefs";
  build = build_of(run, {});
  CHECK(build.debug == true);
  CHECK(build.free_threaded == true);
  CHECK(build.options ==
        std::set<std::string>{"--with-address-sanitizer", "--with-undefined-behavior-sanitizer", "--with-trace-refs"});

  // Options that name programs, paths or flags of the compiler are nobody's business here.
  build =
      build_of({}, {"--with-pydebug", "--disable-gil", "--prefix=/opt", "CC=sh -c reboot", "--with-build-python=./evil",
                    "--with-lto=full", "--with-hash-algorithm=fnv", "--with-hash-algorithm=$(id)", "--enable-shared=no",
                    "--enable-bolt;reboot", "--with-pydebugger"});
  CHECK(build.debug == true);
  CHECK(build.free_threaded == true);
  CHECK(build.options == std::set<std::string>{"--with-lto", "--with-hash-algorithm=fnv"});
  CHECK(build_of({}, {"--enable-shared"}).debug == false);

  run = {};
  run.command = {R"(C:\b\PCbuild\amd64\python_d.exe)", "-m", "test"};
  CHECK(build_of(run, {}).debug == true);
  CHECK_FALSE(build_of({}, {}).debug);
}

TEST_CASE("build: differences stand in the order in which they tell") {
  LocalBuild local = release_here();
  local.lacks = {"audio", "network"};
  const Question question = question_of_main();
  const std::vector<Difference> all =
      differences(question, local, {{"LANG", "C.UTF-8"}, {"HOME", "/root"}, {"TERM", "xterm"}});
  CHECK(whats(all) == std::vector<std::string>{"version", "commit", "build", "options of configure", "architecture",
                                               "locale encoding", "filesystem encoding", "LANG", "TERM",
                                               "resource audio", "resource network", "resource gui", "CPUs",
                                               "platform"});
  CHECK(all[0].log == "3.15.0a6+");
  CHECK(all[0].here == "3.11.2");
  CHECK(all[1].here == "not told");
  CHECK(all[3].log == "--enable-shared");
  CHECK(all[3].here == "none of them");
  CHECK(all[8].log == "unset");
  CHECK(phrase_of(all) ==
        "version 3.15.0a6+ there, 3.11.2 here; commit d625f7da33b there, not told here; build debug "
        "there, release here; options of configure --enable-shared there, none of them here; architecture "
        "aarch64 "
        "there, x86_64 here");
}

TEST_CASE("build: what is not told is no difference") {
  CHECK(differences({}, release_here(), {{"TZ", "UTC"}}).empty());
  CHECK(differences(question_of_main(), like(question_of_main()), question_of_main().environment).size() == 1);  // gui
  CHECK(phrase_of({}).empty());
}

TEST_CASE("build: what the Python here does not tell is no difference either") {
  LocalBuild silent;
  silent.build.version = "3.11.2";
  Question question = question_of_main();
  question.environment.clear();
  CHECK(whats(differences(question, silent, {{"DISPLAY", ":0"}})) == std::vector<std::string>{"version", "commit"});
}

TEST_CASE("build: a commit is the same by a part of it, a release by its name") {
  Question question = question_of_main();
  LocalBuild local = like(question);
  question.environment["DISPLAY"] = ":1";
  const auto what = [&] {
    return whats(differences(question, local, {{"DISPLAY", ":0"}, {"LANG", "de_DE"}, {"HOME", "/"}}));
  };
  local.build.commit = "d625f7da33b0123456789012345678901234abcd";
  CHECK(what().empty());
  local.head = local.build.commit;
  CHECK(what().empty());
  // It was built from it, but something else is checked out by now.
  local.head = "ffff" + local.head.substr(4);
  CHECK(what() == std::vector<std::string>{"checkout"});
  local.build.commit = "d625f7da33c";
  CHECK(what() == std::vector<std::string>{"commit"});

  question.run.version = "CPython 3.12.1 (tags/v3.12.1:2305ca5, Dec 7 2023, 22:03:25) [GCC 12.2.0]";
  local = like(question);
  local.build.commit = local.build.branch = "";
  CHECK(what().empty());
  question.run.version = "CPython 3.12.1+ (heads/3.12:2305ca5, Dec 7 2023, 22:03:25) [GCC 12.2.0]";
  local.build.version = "3.12.1+";
  CHECK(what() == std::vector<std::string>{"commit"});
}

TEST_CASE("build: encodings and numbers of CPUs have more than one spelling") {
  Question question;
  question.run.encodings = "locale=ANSI_X3.4-1968, FS=UTF8";
  question.run.cpus = "2";
  LocalBuild local = release_here();
  local.build.locale_encoding = "US-ASCII";
  CHECK(differences(question, local, {}).empty());
  question.run.cpus = "8";
  CHECK(whats(differences(question, local, {})) == std::vector<std::string>{"CPUs"});
}

TEST_CASE("build: a resource counts when the log used it") {
  Question question;
  LocalBuild local = release_here();
  local.lacks = {"network"};
  const auto misses = [&] {
    return holds(whats(differences(question, local, {{"DISPLAY", ":0"}})), "resource network");
  };
  CHECK_FALSE(misses());
  for (const auto& [options, used] :
       std::initializer_list<std::pair<const char*, bool>>{{"-uall", true},
                                                           {"-uall,-network", false},
                                                           {"-uall,-network,network", true},
                                                           {"-unetwork,none", false},
                                                           {"--slow-ci", true}}) {
    CAPTURE(options);
    question.launch = *parse_launch({"./python", "-m", "test", options});
    CHECK(misses() == used);
  }
  question.run.resources = "all test resources are disabled, use -u option to unskip tests";
  CHECK_FALSE(misses());
  question.run.resources = "cpu,network";
  CHECK(misses());

  question.launch = *parse_launch({"./python", "-m", "test", "-M", "20g"});
  local.memory = 8.0 * (1 << 30);
  const std::vector<Difference> all = differences(question, local, {});
  REQUIRE(holds(whats(all), "memory"));
  local.memory = 32.0 * (1 << 30);
  CHECK_FALSE(holds(whats(differences(question, local, {})), "memory"));
}

TEST_CASE("build: variables that a test may see") {
  Question question;
  question.environment = {{"TZ", "UTC"},
                          {"PYTHONUTF8", "1"},
                          {"LC_ALL", std::string(300, 'x') + "\x1b[2J"},
                          {"HOME", "/a"},
                          {"EDITOR", "vi"}};
  const Variables own{{"TZ", "CET"}, {"HOME", "/b"}, {"LC_ALL", ""}};
  std::vector<Difference> all = differences(question, release_here(), own);
  CHECK(whats(all) == std::vector<std::string>{"LC_ALL", "PYTHONUTF8", "TZ"});
  CHECK(all[0].log.size() < 120);
  CHECK(all[0].here == "empty");
  CHECK(all[1].here == "unset");
  // Under -E the children of the tests still see them.
  question.launch.python_options = {"-bb", "-uE"};
  CHECK(differences(question, release_here(), own).size() == 3);
}

TEST_CASE("build: commands that make the log's, from nothing") {
  const std::vector<std::string> lines = commands(question_of_main());
  CHECK(lines == std::vector<std::string>{
                     "git clone https://github.com/python/cpython cpython-d625f7da33b",
                     "cd cpython-d625f7da33b",
                     "git checkout --detach d625f7da33b",
                     "./configure --with-pydebug --enable-shared",
                     "make -j4",
                     "bbbisect '/logs/a b.txt'",
                 });
}

TEST_CASE("build: commands that make the log's, in the checkout that is here") {
  Question question = question_of_main();
  question.run.platform.clear();
  LocalBuild local = release_here();
  local.source = local.build_directory = "/src/my cpython";
  local.head = "1234567890123456789012345678901234567890";
  CHECK(commands(question, local) == std::vector<std::string>{
                                         "cd '/src/my cpython'",
                                         "git fetch --tags https://github.com/python/cpython",
                                         "git checkout --detach d625f7da33b",
                                         "./configure --with-pydebug --enable-shared",
                                         "make clean",
                                         "make -j4",
                                         "bbbisect '/logs/a b.txt'",
                                     });
  // It stands there already, and is built elsewhere.
  local.head = "d625f7da33b12345678901234567890123456789";
  local.build_directory = "/build";
  const std::vector<std::string> apart = commands(question, local);
  CHECK(apart.front() == "cd /build");
  CHECK(holds(apart, "'/src/my cpython/configure' --with-pydebug --enable-shared"));
  CHECK_FALSE(mentions(apart, "git "));
  local.head = "ffff";
  CHECK(holds(commands(question, local), "git -C '/src/my cpython' checkout --detach d625f7da33b"));
  // No checkout, no way to get there but a new one.
  local.head.clear();
  CHECK(mentions(commands(question, local), "git clone"));
}

TEST_CASE("build: nothing is to be made where nothing differs") {
  const Question question = question_of_main();
  const std::vector<std::string> lines = commands(question, like(question));
  REQUIRE(lines.size() == 2);
  CHECK(lines.front().starts_with("# "));
  CHECK(lines.back() == "bbbisect '/logs/a b.txt'");
  // That the log tells nothing is no reason to think so.
  CHECK(commands({}, release_here()).size() > 2);
}

TEST_CASE("build: what a log names is checked out by its shape alone") {
  const auto checkouts = [](const std::string& version) {
    Question question;
    question.run.version = version;
    std::string found;
    for (const std::string& line : commands(question)) {
      if (line.find(" checkout ") != std::string::npos) found += line.substr(line.find("--detach ") + 9);
    }
    return found;
  };
  CHECK(checkouts("CPython 3.12.1 (main, Dec 7 2023) [GCC]") == "v3.12.1");
  CHECK(checkouts("CPython 3.13.0rc1 (main, Dec 7 2023) [GCC]") == "v3.13.0rc1");
  CHECK(checkouts("CPython 3.12.0a7+ (main, Dec 7 2023) [GCC]") == "v3.12.0a7");
  for (const char* hostile :
       {"CPython 3.12.1;reboot (main, x)", "CPython 3.12.$(id) (main, x)", "CPython 3.12 (main, x)",
        "CPython 3.12.1.2 (main, x)", "CPython 3.12.1x2 (main, x)", "CPython 3.12.1a (main, x)",
        "CPython 3..1 (main, x)", "CPython 3.12.1-- (--detach, x)", "CPython 3.99999999999999999999.1 (main, x)"}) {
    CAPTURE(hostile);
    CHECK(checkouts(hostile).empty());
  }
  CHECK(checkouts("CPython 3.12.1+ (x:--upload-pack=reboot, y)") == "v3.12.1");
}

TEST_CASE("build: a Buildbot's revision is told in full") {
  const std::string whole = "d625f7da33bf2eb57fb7e1a05deae4f68bf4d00f";
  Question question = question_of_main();
  CHECK(logged_build(question).commit == "d625f7da33b");
  question.origin.revision = whole;
  CHECK(logged_build(question).commit == whole);
  CHECK(holds(commands(question), "git checkout --detach " + whole));
  // The header is of the Python that ran: another revision is of something else, such as the build's scripts.
  for (const std::string& other :
       {std::string(40, 'a'), std::string("d625f7da33b; reboot"), std::string("main"), std::string()}) {
    question.origin.revision = other;
    CHECK(logged_build(question).commit == "d625f7da33b");
  }
  question.run.version = "CPython 3.15.0a6+ (main, Feb 13 2026, 17:27:29) [GCC 12.2.0]";
  question.origin.revision = whole;
  CHECK(logged_build(question).commit == whole);
}

TEST_CASE("build: the change of a pull request is fetched by its number") {
  Question question;
  question.run.version = "CPython 3.15.0a6+ (remotes/pull/12345/merge:d625f7da33b, Feb 13 2026) [GCC 12.2.0]";
  CHECK(holds(commands(question), "git fetch https://github.com/python/cpython refs/pull/12345/merge"));
  question.run.version = "CPython 3.15.0a6+ (remotes/pull/$(id)/merge:d625f7da33b, Feb 13 2026) [GCC 12.2.0]";
  CHECK_FALSE(mentions(commands(question), "fetch"));
}

TEST_CASE("build: what the commands cannot bring is said") {
  Question question;
  CHECK(mentions(commands(question), "# the log names neither a commit nor a release"));
  CHECK(mentions(commands(question), "# the log does not tell whether it is of a debug build"));
  question.run.platform = "Windows-10-10.0.19045-SP0 little-endian";
  CHECK(mentions(commands(question), "# the log is of Windows"));
  question.run.version = "CPython 3.12.0a7+ (main, Dec 7 2023) [GCC]";
  CHECK(mentions(commands(question), "3.12.0a7+ is somewhere behind v3.12.0a7"));
}
