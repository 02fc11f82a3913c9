#include <bbbisect/error.hpp>
#include <bbbisect/launch.hpp>

#include <doctest/doctest.h>

#include <set>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

using namespace bbbisect;

namespace {

using Words = std::vector<std::string>;

Words words_of(const std::string& line) {
  std::istringstream in(line);
  Words words;
  for (std::string word; in >> word;) words.push_back(word);
  return words;
}

std::string line_of(const Words& words) {
  std::string line;
  for (const std::string& word : words) line += (line.empty() ? "" : " ") + word;
  return line;
}

// What the --help of real interpreters names, each generation by its difference from the one before.
const std::string options_3_6 =
    "--coverage --coverdir --exclude --fail-env-changed --failfast --findleaks --forever --fromfile --header "
    "--help --huntrleaks --junit-xml --list-cases --list-tests --match --matchfile --memlimit --multiprocess "
    "--nocoverdir --nowindows --pgo --quiet --randomize --randseed --runleaks --single --slowest --start "
    "--testdir --threshold --timeout --use --verbose --verbose2 --verbose3 --wait -D -F -G -L -M -N -P -R -S "
    "-T -W -f -h -j -l -m -n -o -q -r -s -t -u -v -w -x ";
const std::string options_3_7 = options_3_6 + "--cleanup --ignore --ignorefile --tempdir -i ";
const std::string options_3_11_2 = options_3_7 + "--pgo-extended --python -p ";
const std::string options_3_11_7 = options_3_11_2 + "--dont-add-python-opts --fail-rerun --fast-ci --rerun --slow-ci ";
const std::string options_3_13_0 = options_3_11_7 + "--bisect --single-process --tsan ";
const std::string options_3_13_18 = options_3_13_0 + "--no-randomize --pythoninfo ";
const std::string options_3_14 = options_3_13_18 + "--parallel-threads --prioritize --tsan-parallel ";

Features features_of(const std::string& options) {
  Features features = read_features(options);
  // Gone since 3.11.
  if (features.has("--python")) {
    features.options.erase("--findleaks");
    features.options.erase("-l");
  }
  return features;
}

Launch launch_of(const std::string& options, const Words& python_options = {"-u"}) {
  Words argv = {"./python"};
  argv.insert(argv.end(), python_options.begin(), python_options.end());
  argv.insert(argv.end(), {"-m", "test"});
  const Words words = words_of(options);
  argv.insert(argv.end(), words.begin(), words.end());
  const std::optional<Launch> launch = parse_launch(argv);
  REQUIRE(launch);
  return *launch;
}

// "kept --use=all; dropped --multiprocess=2", without those about Python.
std::string decided(const ReplayOptions& options) {
  std::string text;
  for (std::size_t i = 0; i < options.decisions.size(); ++i) {
    const OptionDecision& decision = options.decisions[i];
    CHECK_FALSE(decision.why.empty());
    if (decision.option == "-u") continue;
    text += (text.empty() ? "" : "; ") + std::string(describe(decision.action)) + " " + decision.option;
  }
  return text;
}

const OptionDecision& decision_of(const ReplayOptions& options, const std::string& option) {
  for (const OptionDecision& decision : options.decisions) {
    if (decision.option == option) return decision;
  }
  FAIL("no decision about ", option);
  return options.decisions.front();
}

std::string why_of(const ReplayOptions& options, const std::string& option) { return decision_of(options, option).why; }

}  // namespace

TEST_CASE("each option of regrtest, as the newest runner takes it") {
  struct Row {
    std::string log;
    std::string decided;
    std::string handed_on;
  };
  const Row rows[] = {
      {"-j2", "dropped --multiprocess=2", ""},
      {"-j1", "dropped --multiprocess=1", ""},
      {"--multiprocess=0", "dropped --multiprocess=0", ""},
      {"--single-process", "dropped --single-process", ""},
      {"-r", "dropped --randomize", ""},
      {"--randseed 7", "replaced --randseed=7", ""},
      {"-r --randseed=-7", "dropped --randomize; replaced --randseed=-7", ""},
      {"--no-randomize", "replaced --no-randomize", ""},
      {"--prioritize test_os", "dropped --prioritize=test_os", ""},
      {"-f F", "replaced --fromfile=F", ""},
      {"test_os", "replaced NAMES", ""},
      {"-x test_os test_io", "replaced --exclude; replaced NAMES", ""},
      {"-S test_os", "replaced --start=test_os", ""},
      {"-s", "replaced --single", ""},
      {"-w", "dropped -w", ""},
      {"--rerun", "dropped -w", ""},
      {"--verbose2", "dropped -w", ""},
      {"--fail-rerun", "dropped --fail-rerun", ""},
      {"--fail-env-changed", "kept --fail-env-changed", "--fail-env-changed"},
      {"-W", "kept --verbose3", "--verbose3"},
      {"-v", "kept --verbose", "--verbose"},
      {"-vv", "kept --verbose; kept --verbose", "--verbose --verbose"},
      {"-q", "dropped --quiet", ""},
      {"-o", "dropped --slowest", ""},
      {"--header", "dropped --header", ""},
      {"-G -v", "dropped --failfast; kept --verbose", "--verbose"},
      {"-F", "dropped --forever", ""},
      {"--timeout 300", "kept --timeout=300", "--timeout=300"},
      {"--timeout=1.5e3", "kept --timeout=1.5e3", "--timeout=1.5e3"},
      {"--timeout=", "dropped --timeout=", ""},
      {"--timeout=300 --timeout=", "dropped --timeout=300; dropped --timeout=", ""},
      {"--timeout= --timeout=300", "dropped --timeout=; kept --timeout=300", "--timeout=300"},
      {"--timeout", "dropped --timeout", ""},
      {"-u all,-gui -u-cpu", "kept --use=all,-gui; kept --use=-cpu", "--use=all,-gui --use=-cpu"},
      {"-u xpickle=3.9", "kept --use=xpickle=3.9", "--use=xpickle=3.9"},
      {"-u", "dropped --use", ""},
      {"-M 2.5Gb", "kept --memlimit=2.5Gb", "--memlimit=2.5Gb"},
      {"-t 100", "kept --threshold=100", "--threshold=100"},
      {"-R 3:3", "dropped --huntrleaks=3:3", ""},
      {"-R 3:3 -W", "dropped --huntrleaks=3:3; kept --verbose3", "--verbose3"},
      {"-m test_os.A", "kept --match=test_os.A", "--match=test_os.A"},
      {"-i B* --matchfile f", "kept --ignore=B*; kept --matchfile=f", "--ignore=B* --matchfile=f"},
      {"--ignorefile=g", "kept --ignorefile=g", "--ignorefile=g"},
      {"--junit-xml out.xml", "dropped --junit-xml=out.xml", ""},
      {"-T -D dir -N", "dropped --coverage; dropped --coverdir=dir; dropped --nocoverdir", ""},
      {"--pgo", "dropped --pgo", ""},
      {"--pgo-extended --tsan", "dropped --pgo-extended; dropped --tsan", ""},
      {"--tsan-parallel", "dropped --tsan-parallel", ""},
      {"--parallel-threads 4", "kept --parallel-threads=4", "--parallel-threads=4"},
      {"-p cmd -j2", "dropped --python=cmd; dropped --multiprocess=2", ""},
      {"--testdir td", "dropped --testdir=td", ""},
      {"--tempdir /var/tmp", "replaced --tempdir=/var/tmp", ""},
      {"--bisect", "dropped --bisect", ""},
      {"--pythoninfo", "dropped --pythoninfo", ""},
      {"--wait", "dropped --wait", ""},
      {"-L", "dropped --runleaks", ""},
      {"-l", "dropped --findleaks", ""},
      {"-n", "dropped --nowindows", ""},
      {"--dont-add-python-opts", "dropped --dont-add-python-opts", ""},
      {"", "", ""},
      {"-rwW --slowest -uall -j4 --timeout=900 test_os -v",
       "dropped --randomize; dropped -w; kept --verbose3; dropped --slowest; kept --use=all; "
       "dropped --multiprocess=4; kept --timeout=900; kept --verbose; replaced NAMES",
       "--verbose3 --use=all --timeout=900 --verbose"},
  };
  const Features newest = features_of(options_3_14);
  for (const Row& row : rows) {
    CAPTURE(row.log);
    const ReplayOptions options = replay_options(launch_of(row.log), newest, {});
    CHECK(decided(options) == row.decided);
    CHECK(line_of(options.runner_options) == row.handed_on);
    CHECK(options.python_options == Words{"-u"});
  }
}

TEST_CASE("options that run nothing are gone, however the launch came about") {
  for (const std::string& name : Words{"--help", "--list-tests", "--list-cases", "--cleanup"}) {
    const ReplayOptions options = replay_options({"python", {"-u"}, {{name, {}}}, {}}, {}, {});
    CHECK(options.runner_options.empty());
    CHECK(decided(options) == "dropped " + name);
  }
  const ReplayOptions worker = replay_options({"python", {"-u"}, {{"--worker-args", "{}"}}, {}}, {}, {});
  CHECK(decided(worker) == "dropped --worker-args={}");
}

TEST_CASE("reasons") {
  const ReplayOptions options =
      replay_options(launch_of("-j4 -r --randseed=7 --tempdir=t -f F -w --frobnicate test_os test_io"), {}, {});
  CHECK(why_of(options, "--multiprocess=4") == "one process for all tests, or nothing can interfere");
  CHECK(why_of(options, "--randseed=7") == "the order and the seed are given for each probe");
  CHECK(why_of(options, "--tempdir=t") == "a fresh directory for each probe");
  CHECK(why_of(options, "--fromfile=F") == "the sequence is given for each probe");
  CHECK(why_of(options, "-w") == "a second try would hide the failure");
  CHECK(why_of(options, "--frobnicate") == "not an option of regrtest known here");
  CHECK(why_of(options, "NAMES") == "2 names; the sequence is given for each probe");
  const ReplayOptions one = replay_options(launch_of("-x test_os"), {}, {});
  CHECK(why_of(one, "NAMES") == "1 name not to run; the sequence is given for each probe");
}

TEST_CASE("CI modes are spelled out, with every generation of runners") {
  struct Row {
    std::string log;
    std::string handed_on;
  };
  const Row rows[] = {
      {"--slow-ci", "--use=all --timeout=1200 --verbose3 --fail-env-changed"},
      {"--fast-ci", "--use=all,-cpu --timeout=600 --verbose3 --fail-env-changed"},
      {"--slow-ci --timeout=", "--use=all --timeout=1200 --verbose3 --fail-env-changed"},
      {"--slow-ci --timeout=300", "--use=all --verbose3 --fail-env-changed --timeout=300"},
      {"--slow-ci --timeout=300 --timeout=", "--use=all --timeout=1200 --verbose3 --fail-env-changed"},
      {"-u-cpu --slow-ci -u-gui", "--use=all --timeout=1200 --verbose3 --fail-env-changed --use=-cpu --use=-gui"},
      {"--fast-ci -u-gui --timeout=", "--use=all,-cpu --timeout=600 --verbose3 --fail-env-changed --use=-gui"},
      {"--slow-ci -v", "--use=all --timeout=1200 --fail-env-changed --verbose"},
      {"--slow-ci -W", "--use=all --timeout=1200 --fail-env-changed --verbose3"},
      {"--slow-ci --fail-env-changed", "--use=all --timeout=1200 --verbose3 --fail-env-changed"},
      {"--fast-ci --slow-ci", "--use=all --timeout=1200 --verbose3 --fail-env-changed"},
      {"--slow-ci -j2 --junit-xml o.xml -R 3:3", "--use=all --timeout=1200 --verbose3 --fail-env-changed"},
      {"--slow-ci --single-process --no-randomize --randseed 7",
       "--use=all --timeout=1200 --verbose3 --fail-env-changed"},
  };
  for (const std::string& runner : {std::string(), options_3_6, options_3_7, options_3_11_2, options_3_11_7,
                                    options_3_13_0, options_3_13_18, options_3_14}) {
    CAPTURE(runner);
    for (const Row& row : rows) {
      CAPTURE(row.log);
      const ReplayOptions options = replay_options(launch_of(row.log), features_of(runner), {});
      CHECK(line_of(options.runner_options) == row.handed_on);
    }
  }
}

TEST_CASE("CI modes: one decision, and what python would have been given") {
  const ReplayOptions late = replay_options(launch_of("--slow-ci -j2", {}), features_of(options_3_14), {});
  CHECK(line_of(late.python_options) == "-u -Werror -bb -E");
  CHECK(decided(late) == "replaced --slow-ci; dropped --multiprocess=2; added -Werror; added -bb; added -E");
  CHECK(why_of(late, "--slow-ci") ==
        "it shuffles and starts workers; what else it implies: "
        "--use=all --timeout=1200 --verbose3 --fail-env-changed");
  CHECK(why_of(late, "-u") == "so that the output can be followed");
  CHECK(why_of(late, "-bb") == "--slow-ci adds it");

  struct Row {
    Words python_options;
    std::string log;
    const std::string& runner;
    std::string expected;
  };
  const Row rows[] = {
      {{"-E"}, "--slow-ci", options_3_14, "-u -Werror -bb -E"},
      {{"-E", "-Xdev"}, "--fast-ci", options_3_13_0, "-u -bb -E -Xdev"},
      {{}, "--fast-ci", options_3_11_7, "-u -Wdefault -bb -E"},
      {{"-I"}, "--fast-ci", options_3_13_18, "-u -Werror -bb -I"},
      {{"-bWignore"}, "--fast-ci", options_3_14, "-u -bb -E -bWignore"},
      {{"-uWignore", "-bbE"}, "--fast-ci", options_3_14, "-uWignore -bbE"},
      {{"-Wignore"}, "--fast-ci", options_3_13_0, "-u -Wdefault -bb -E -Wignore"},
      {{"-Wdefault"}, "--fast-ci", options_3_13_0, "-u -bb -E -Wdefault"},
      {{"-Werror::BytesWarning"}, "--slow-ci", options_3_14, "-u -Werror -bb -E -Werror::BytesWarning"},
      {{"-u", "-W", "error", "-bb", "-E"}, "--slow-ci --dont-add-python-opts", options_3_14, "-u -Werror -bb -E"},
      {{"-E"}, "--slow-ci --dont-add-python-opts", options_3_14, "-u -E"},
      {{"-Wdefault"}, "-r", options_3_14, "-u -Wdefault"},
      {{}, "--slow-ci --no-randomize", options_3_11_2, "-u -Werror -bb -E"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.expected);
    const Launch launch = launch_of(row.log, row.python_options);
    CHECK(line_of(replay_options(launch, features_of(row.runner), {}).python_options) == row.expected);
  }

  const ReplayOptions both = replay_options(launch_of("--fast-ci --slow-ci"), {}, {});
  CHECK(why_of(both, "--fast-ci") == "--slow-ci has the priority");
}

TEST_CASE("what the runner lacks is dropped") {
  struct Row {
    std::string log;
    const std::string& runner;
    std::string handed_on;
  };
  const Row rows[] = {
      {"--parallel-threads 4 -v", options_3_14, "--parallel-threads=4 --verbose"},
      {"--parallel-threads 4 -v", options_3_13_18, "--verbose"},
      {"-i A -m B", options_3_7, "--ignore=A --match=B"},
      {"-i A -m B", options_3_6, "--match=B"},
      {"--ignorefile f", options_3_6, ""},
      {"-l", options_3_7, "--findleaks"},
      {"-l", options_3_11_7, ""},
  };
  for (const Row& row : rows) {
    CAPTURE(row.log);
    const ReplayOptions options = replay_options(launch_of(row.log), features_of(row.runner), {});
    CHECK(line_of(options.runner_options) == row.handed_on);
  }
  const ReplayOptions options = replay_options(launch_of("-i A"), features_of(options_3_6), {});
  CHECK(why_of(options, "--ignore=A") == "this runner has no such option");
  // Nobody has asked the runner.
  CHECK(line_of(replay_options(launch_of("-i A"), {}, {}).runner_options) == "--ignore=A");
}

TEST_CASE("Python's options") {
  struct Row {
    Words log;
    std::string expected;
    std::string decided;
  };
  const Row rows[] = {
      {{}, "-u", "added -u"},
      {{"-u"}, "-u", "kept -u"},
      {{"-bbE"}, "-u -bbE", "kept -bbE; added -u"},
      {{"-Eu", "-O", "-OO"}, "-Eu -O -OO", "kept -Eu; kept -O; kept -OO"},
      {{"-I", "-P", "-B", "-s", "-S", "-d", "-v", "-q", "-R"},
       "-u -I -P -B -s -S -d -v -q -R",
       "kept -I; kept -P; kept -B; kept -s; kept -S; kept -d; kept -v; kept -q; kept -R; added -u"},
      {{"-u", "-i"}, "-u", "kept -u; dropped -i"},
      {{"-ui"}, "-u", "kept -u; dropped -i"},
      {{"-iux"}, "-u", "kept -u; dropped -i; dropped -x"},
      {{"-u", "-x", "-h", "-V", "-?"}, "-u", "kept -u; dropped -x; dropped -h; dropped -V; dropped -?"},
      {{"-u", "-ttQ"}, "-u", "kept -u; dropped -t; dropped -t; dropped -Q"},
      {{"-u", "--version"}, "-u", "kept -u; dropped --version"},
      {{"-u", "--check-hash-based-pycs", "never"}, "-u", "kept -u; dropped --check-hash-based-pycs=never"},
      {{"-Wd"}, "-u -Wd", "kept -Wd; added -u"},
      {{"-Wu"}, "-u -Wu", "kept -Wu; added -u"},
      {{"-W", "error"}, "-u -Werror", "kept -Werror; added -u"},
      {{"-W", "error::BytesWarning"}, "-u -Werror::BytesWarning", "kept -Werror::BytesWarning; added -u"},
      {{"-W", "ignore:the: imp_module is:no.such"}, "-u", "dropped -Wignore:the: imp_module is:no.such; added -u"},
      {{"-W", "ignore:a message:DeprecationWarning:a.b:7"},
       "-u -Wignore:a message:DeprecationWarning:a.b:7",
       "kept -Wignore:a message:DeprecationWarning:a.b:7; added -u"},
      {{"-W", "error::evil.Warning"}, "-u", "dropped -Werror::evil.Warning; added -u"},
      {{"-bW", "error::evil.Warning"}, "-u -b", "kept -b; dropped -Werror::evil.Warning; added -u"},
      {{"-W", "error::a/b"}, "-u", "dropped -Werror::a/b; added -u"},
      {{"-W", ""}, "-u", "dropped -W; added -u"},
      {{"-X", "dev"}, "-u -Xdev", "kept -Xdev; added -u"},
      {{"-Xutf8=0", "-X", "gil=0"}, "-u -Xutf8=0 -Xgil=0", "kept -Xutf8=0; kept -Xgil=0; added -u"},
      {{"-X", "importtime"}, "-u -Ximporttime", "kept -Ximporttime; added -u"},
      {{"-X", "pycache_prefix=/etc"}, "-u", "dropped -Xpycache_prefix=/etc; added -u"},
      {{"-EX", "pycache_prefix=/etc"}, "-u -E", "kept -E; dropped -Xpycache_prefix=/etc; added -u"},
      {{"-X", "presite=evil"}, "-u", "dropped -Xpresite=evil; added -u"},
      {{"-X", "perf"}, "-u", "dropped -Xperf; added -u"},
      {{"-X", "frobnicate"}, "-u", "dropped -Xfrobnicate; added -u"},
      {{"-X", ""}, "-u", "dropped -X; added -u"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.expected);
    const ReplayOptions options = replay_options(launch_of("", row.log), {}, {});
    CHECK(line_of(options.python_options) == row.expected);
    std::string text;
    for (const OptionDecision& decision : options.decisions) {
      text += (text.empty() ? "" : "; ") + std::string(describe(decision.action)) + " " + decision.option;
    }
    CHECK(text == row.decided);
    CHECK(options.runner_options.empty());
  }
  const ReplayOptions options = replay_options(launch_of("", {"-Xpycache_prefix=/etc", "-Werror::a.B"}), {}, {});
  CHECK(why_of(options, "-Xpycache_prefix=/etc") == "it writes to a directory that the log names");
  CHECK(why_of(options, "-Werror::a.B") == "its category is not a builtin one, and to import it would be to run it");
}

TEST_CASE("hostile values") {
  const ReplayOptions options = replay_options(
      launch_of("--timeout=$(reboot) -u all;reboot -M 9e99 -t x --parallel-threads=`x` --evil=--slow-ci "
                "-Zrm --testdir=--cleanup -m --matchfile=--rerun --use=all -Z=1 -- -rm ../../test_x/../y"),
      {}, {});
  CHECK(decided(options) ==
        "dropped --timeout=$(reboot); dropped --use=all;reboot; dropped --memlimit=9e99; dropped "
        "--threshold=x; "
        "dropped --parallel-threads=`x`; dropped --evil=--slow-ci; dropped -Zrm; dropped --testdir=--cleanup; "
        "dropped --match; dropped --matchfile=--rerun; kept --use=all; dropped -Z=1; dropped --");
  CHECK(line_of(options.runner_options) == "--use=all");
  CHECK(why_of(options, "--timeout=$(reboot)") == "its value is no number of seconds that a run could take");
  CHECK(why_of(options, "--match") == "its value is missing");
}

TEST_CASE("a reference leak keeps -R, and little else that is like it") {
  struct Row {
    std::string log;
    std::string decided;
    std::string handed_on;
  };
  const Row rows[] = {
      {"-R 3:3", "kept --huntrleaks=3:3", "--huntrleaks=3:3"},
      {"-R3:3 -W -w", "kept --huntrleaks=3:3; dropped --verbose3; dropped -w", "--huntrleaks=3:3"},
      {"-R :", "kept --huntrleaks=:", "--huntrleaks=:"},
      {"-R 3:3:/etc/passwd", "replaced --huntrleaks=3:3:/etc/passwd", "--huntrleaks=3:3"},
      {"-R 3:3:", "replaced --huntrleaks=3:3:", "--huntrleaks=3:3"},
      {"-R abc", "dropped --huntrleaks=abc; added --huntrleaks=3:3", "--huntrleaks=3:3"},
      {"-R a:b:c", "dropped --huntrleaks=a:b:c; added --huntrleaks=3:3", "--huntrleaks=3:3"},
      {"-R", "dropped --huntrleaks; added --huntrleaks=3:3", "--huntrleaks=3:3"},
      {"-v", "kept --verbose; added --huntrleaks=3:3", "--verbose --huntrleaks=3:3"},
      {"--slow-ci -R 3:3 -j2",
       "replaced --slow-ci; kept --huntrleaks=3:3; dropped --multiprocess=2; added -Wdefault; added -bb; "
       "added -E",
       "--use=all --timeout=1200 --fail-env-changed --huntrleaks=3:3"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.log);
    const ReplayOptions options = replay_options(launch_of(row.log), {}, {.leak = true});
    CHECK(decided(options) == row.decided);
    CHECK(line_of(options.runner_options) == row.handed_on);
  }
}

TEST_CASE("an altered environment needs --fail-env-changed, once") {
  const ReplayNeeds needs = {.env_changed = true};
  const ReplayOptions added = replay_options(launch_of("-v"), {}, needs);
  CHECK(decided(added) == "kept --verbose; added --fail-env-changed");
  CHECK(line_of(added.runner_options) == "--verbose --fail-env-changed");
  CHECK(line_of(replay_options(launch_of("--fail-env-changed"), {}, needs).runner_options) == "--fail-env-changed");
  CHECK(line_of(replay_options(launch_of("--fast-ci"), {}, needs).runner_options) ==
        "--use=all,-cpu --timeout=600 --verbose3 --fail-env-changed");
}

TEST_CASE("what the user gave comes last, as given") {
  const ReplayOptions options = replay_options(launch_of("-uall -j2"), features_of(options_3_6),
                                               {.extra = {"-u", "-gui", "--new-thing=1", "-v"}});
  CHECK(line_of(options.runner_options) == "--use=all -u -gui --new-thing=1 -v");
  CHECK(decided(options) == "kept --use=all; dropped --multiprocess=2; added -u -gui --new-thing=1 -v");
  CHECK(options.decisions.back().why == "your own");
}

TEST_CASE("what the user may not give") {
  const std::pair<std::string, std::string> rows[] = {
      {"-j4", "leave out --multiprocess=4 after \"--\": one process for all tests, or nothing can interfere"},
      {"-vj 4", "leave out --multiprocess=4 after \"--\": one process for all tests, or nothing can interfere"},
      {"-r", "leave out --randomize after \"--\": the order is given for each probe"},
      {"-vw", "leave out -w after \"--\": a second try would hide the failure"},
      {"--slow-ci", "leave out --slow-ci after \"--\": it shuffles and starts workers"},
      {"--fast", "leave out --fast-ci after \"--\": it shuffles and starts workers"},
      {"--fromfile F", "leave out --fromfile=F after \"--\": the sequence is given for each probe"},
      {"-v test_os", "leave out test_os after \"--\": the sequence is given for each probe"},
      {"--randseed=7", "leave out --randseed=7 after \"--\": the order and the seed are given for each probe"},
      {"--no-randomize", "leave out --no-randomize after \"--\": the order and the seed are given for each probe"},
      {"--tempdir=t", "leave out --tempdir=t after \"--\": a fresh directory for each probe"},
      {"--list-tests", "leave out --list-tests after \"--\": with it, no test is run"},
      {"-q", "leave out --quiet after \"--\": the progress lines tell what ran"},
      {"-v what.ever",
       "leave out what.ever after \"--\": the runner would take it for a test (the value of an option "
       "stands behind =)"},
      {"--new-thing 1",
       "leave out 1 after \"--\": the runner would take it for a test (the value of an option "
       "stands behind =)"},
      {"-F", "leave out --forever after \"--\": it would repeat the sequence without end"},
      {"-v --", "leave out the second \"--\": the runner would take its options behind it for tests"},
  };
  for (const auto& [extra, sentence] : rows) {
    CAPTURE(extra);
    const ReplayNeeds needs = {.extra = words_of(extra)};
    CHECK_THROWS_WITH_AS(replay_options({}, {}, needs), sentence.c_str(), Error);
  }
  for (const std::string& extra :
       Words{"-v", "-W -M 4g", "-m PAT", "--timeout 5", "-R 3:3", "--fail-env-changed", "-G"}) {
    CAPTURE(extra);
    const ReplayNeeds needs = {.extra = words_of(extra)};
    if (extra == "-G") {
      CHECK_THROWS_AS(replay_options({}, {}, needs), Error);
    } else {
      CHECK(line_of(replay_options({}, {}, needs).runner_options) == extra);
    }
  }
}

TEST_CASE("what is dropped though it may be the cause is marked") {
  const auto missed = [](const std::string& line) {
    Words words;
    for (const OptionDecision& decision : replay_options(*parse_launch(words_of(line)), {}, {}).decisions) {
      if (decision.missed) words.push_back(decision.option);
    }
    return line_of(words);
  };
  CHECK(missed("./python -E -Xpycache_prefix=/x -m test -j2 -r -o --timeout=5") == "-Xpycache_prefix=/x");
  CHECK(missed("./python -Werror::evil.W -Xdev -m test -M 9999999g test_a") == "-Werror::evil.W --memlimit=9999999g");
  CHECK(missed("./python -E -bb -i -m test -j2 -r -w -F") == "");
}

TEST_CASE("no launch in the log at all") {
  const ReplayOptions options = replay_options({}, {}, {});
  CHECK(options.runner_options.empty());
  CHECK(line_of(options.python_options) == "-u");
  REQUIRE(options.decisions.size() == 1);
  CHECK(options.decisions[0].action == Action::added);
}

TEST_CASE("nothing of a launch gets through that shuffles, selects, repeats or starts workers") {
  const Words all = words_of(options_3_14);
  const std::set<std::string> harmless = {
      "--use",      "--timeout",   "--verbose3",   "--verbose",   "--fail-env-changed",
      "--header",   "--match",     "--ignore",     "--matchfile", "--ignorefile",
      "--memlimit", "--threshold", "--huntrleaks", "--findleaks", "--parallel-threads"};
  for (const std::string& name : all) {
    if (name.size() == 2) continue;
    for (const char* value : {"1:1", "1", "all"}) {
      for (const bool leak : {false, true}) {
        const ReplayOptions options =
            replay_options({"python", {}, {{name, value}, {name, {}}}, {"test_os"}}, {}, {.leak = leak});
        for (const std::string& word : options.runner_options) {
          CAPTURE(word);
          CHECK(harmless.count(word.substr(0, word.find('='))) == 1);
        }
      }
    }
  }
}
