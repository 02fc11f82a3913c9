#include <bbbisect/launch.hpp>

#include <doctest/doctest.h>

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

using namespace bbbisect;

namespace {

// A line in words, with ' as the only quote.
std::vector<std::string> words_of(std::string_view line) {
  std::vector<std::string> words;
  std::string word;
  bool quoted = false;
  bool any = false;
  for (char c : line) {
    if (c == '\'') {
      quoted = !quoted;
      any = true;
    } else if (c != ' ' || quoted) {
      word += c;
      any = true;
    } else if (any) {
      words.push_back(word);
      word.clear();
      any = false;
    }
  }
  if (any) words.push_back(word);
  return words;
}

// "PYTHON OPTIONS | OPTIONS | NAMES"
std::string shown(const std::optional<Launch>& launch) {
  if (!launch) return "none";
  std::string text = launch->python;
  for (const std::string& option : launch->python_options) text += " " + option;
  text += " |";
  for (const RunnerOption& option : launch->options) {
    text += " " + option.name + (option.value ? "=" + *option.value : "");
  }
  text += " |";
  for (const std::string& name : launch->names) text += " " + name;
  return text;
}

Launch parsed(const std::string& options) {
  const std::optional<Launch> launch = parse_launch(words_of("python -m test " + options));
  REQUIRE(launch);
  return *launch;
}

struct Row {
  std::string line;
  std::string expected;
};

template <std::size_t Size>
void check(const Row (&rows)[Size]) {
  for (const Row& row : rows) {
    CAPTURE(row.line);
    CHECK(shown(parse_launch(words_of(row.line))) == row.expected);
  }
}

}  // namespace

TEST_CASE("commands of recorded runs, one of each shape") {
  check({
      {"./python -u -m test --testdir /bb/td test_a_ok test_b_ok",
       "./python -u | --testdir=/bb/td | test_a_ok test_b_ok"},
      {"./python -u -m test --testdir /bb/td --fromfile /nowhere/file",
       "./python -u | --testdir=/bb/td --fromfile=/nowhere/file |"},
      {"./python -u -m test --testdir /bb/td --no-such-option test_a_ok",
       "./python -u | --testdir=/bb/td --no-such-option | test_a_ok"},
      {"./python -m test.bisect_cmd --testdir /bb/td test_polluter test_victim", "none"},
      {"./python -u -m test --testdir /bb/td -W test_a_ok test_b_ok",
       "./python -u | --testdir=/bb/td --verbose3 | test_a_ok test_b_ok"},
      {"./python -m test --testdir /bb/td --fromfile /bb/work/ffd.txt",
       "./python | --testdir=/bb/td --fromfile=/bb/work/ffd.txt |"},
      {"./python -u -m test --testdir /bb/td test_empty", "./python -u | --testdir=/bb/td | test_empty"},
      {"./python -u -m test --testdir /bb/td --fromfile /dev/null",
       "./python -u | --testdir=/bb/td --fromfile=/dev/null |"},
      {"./python -u -m test --testdir /bb/td --fail-env-changed test_a_ok test_envchanged",
       "./python -u | --testdir=/bb/td --fail-env-changed | test_a_ok test_envchanged"},
      {"./python -u -m test --testdir /bb/td -W -G test_fail1 test_a_ok",
       "./python -u | --testdir=/bb/td --verbose3 --failfast | test_fail1 test_a_ok"},
      {"./python -u -m test --testdir /bb/td -G test_a_ok", "./python -u | --testdir=/bb/td --failfast | test_a_ok"},
      {"./python -m test -j2 --timeout 300 --testdir /bb/td test_sleep test_a_ok",
       "./python | --multiprocess=2 --timeout=300 --testdir=/bb/td | test_sleep test_a_ok"},
      {"./python -u -m test --testdir /bb/td -j2 test_a_ok test_b_ok",
       "./python -u | --testdir=/bb/td --multiprocess=2 | test_a_ok test_b_ok"},
      {"./python -u -m test --testdir /bb/td -j2 -w test_a_ok test_crash",
       "./python -u | --testdir=/bb/td --multiprocess=2 --rerun | test_a_ok test_crash"},
      {"./python -u -m test --testdir /bb/td -j2 --timeout 2 test_a_ok test_b_ok",
       "./python -u | --testdir=/bb/td --multiprocess=2 --timeout=2 | test_a_ok test_b_ok"},
      {"./python -m test --fail-env-changed --testdir /bb/td -j1 test_leaktmp",
       "./python | --fail-env-changed --testdir=/bb/td --multiprocess=1 | test_leaktmp"},
      {"./python -m test --fail-env-changed --testdir /bb/td test_leaktmp",
       "./python | --fail-env-changed --testdir=/bb/td | test_leaktmp"},
      {"./python -u -m test --testdir /bb/td -v test_leftfile",
       "./python -u | --testdir=/bb/td --verbose | test_leftfile"},
      {"./python -u -m test --testdir /bb/td -m test_one test_polluter",
       "./python -u | --testdir=/bb/td --match=test_one | test_polluter"},
      {"./python -u -m test --testdir /bb/td -m nomatchatall test_a_ok",
       "./python -u | --testdir=/bb/td --match=nomatchatall | test_a_ok"},
      {"./python -u -m test --testdir /bb/td -w --fail-env-changed test_a_ok test_envchanged",
       "./python -u | --testdir=/bb/td --rerun --fail-env-changed | test_a_ok test_envchanged"},
      {"./python -u -m test --testdir /bb/td -w test_a_ok test_fail1",
       "./python -u | --testdir=/bb/td --rerun | test_a_ok test_fail1"},
      {"./python -u -m test --testdir /bb/td -w --fail-rerun test_a_ok test_flaky",
       "./python -u | --testdir=/bb/td --rerun --fail-rerun | test_a_ok test_flaky"},
      {"./python -m test --timeout 300 --testdir /bb/td test_sleepfail test_a_ok",
       "./python | --timeout=300 --testdir=/bb/td | test_sleepfail test_a_ok"},
      {"./python -u -m test --testdir /bb/td --timeout 1.5 test_a_ok test_b_ok",
       "./python -u | --testdir=/bb/td --timeout=1.5 | test_a_ok test_b_ok"},
      {"(cd /bb/ov) ./python -u -Wd -E -bb -m test "
       "-uall,-network,-urlfetch,-largefile,-gui,-audio,-cpu,-decimal,-curses -rwW --randseed 1003 --slowest "
       "--timeout=300 --fail-env-changed -j2 --junit-xml /bb/work/junit.xml",
       "./python -u -Wd -E -bb | --use=all,-network,-urlfetch,-largefile,-gui,-audio,-cpu,-decimal,-curses "
       "--randomize --rerun --verbose3 --randseed=1003 --slowest --timeout=300 --fail-env-changed "
       "--multiprocess=2 --junit-xml=/bb/work/junit.xml |"},
      {"(cd /bb/ov) ./python -E -bb -m test -r --randseed 1003 --timeout 300",
       "./python -E -bb | --randomize --randseed=1003 --timeout=300 |"},
      {"(cd /bb/ov) ./python -u -Wd -E -bb -m test "
       "-uall,-network,-urlfetch,-largefile,-gui,-audio,-cpu,-decimal,-curses -rwW --randseed 1003 --slowest "
       "--timeout=300 --fail-env-changed --junit-xml /bb/work/junit.xml",
       "./python -u -Wd -E -bb | --use=all,-network,-urlfetch,-largefile,-gui,-audio,-cpu,-decimal,-curses "
       "--randomize --rerun --verbose3 --randseed=1003 --slowest --timeout=300 --fail-env-changed "
       "--junit-xml=/bb/work/junit.xml |"},
      {"(cd /bb/ov) ./python -m test -v -j2 test_bool test_noise",
       "./python | --verbose --multiprocess=2 | test_bool test_noise"},
      {"(cd /bb/ov) ./python -m test -W test_bool test_noise", "./python | --verbose3 | test_bool test_noise"},
      {"(cd /bb/ov) FORCE_COLOR=1 ./python -m test -w test_bool test_envchanged",
       "./python | --rerun | test_bool test_envchanged"},
      {"(cd /bb/ov) ./python -m test -v test_bool test_noise", "./python | --verbose | test_bool test_noise"},
      {"SOURCE_DATE_EPOCH=1700000000 ./python -m test --testdir /bb/td --fromfile /bb/work/ff5.txt",
       "./python | --testdir=/bb/td --fromfile=/bb/work/ff5.txt |"},
      {"./python -m test --testdir /bb/td --fromfile /bb/work/ff5.txt -j1",
       "./python | --testdir=/bb/td --fromfile=/bb/work/ff5.txt --multiprocess=1 |"},
      {"./python -m test --testdir /bb/td --fromfile /bb/work/ff5.txt -j2",
       "./python | --testdir=/bb/td --fromfile=/bb/work/ff5.txt --multiprocess=2 |"},
      {"./python -m test --testdir /bb/td --fromfile /bb/work/ff5.txt",
       "./python | --testdir=/bb/td --fromfile=/bb/work/ff5.txt |"},
      {"(cd /bb/ov) ./python -m test --slow-ci --timeout=300 -j2 "
       "-u-network,-urlfetch,-largefile,-gui,-audio,-cpu,-decimal,-curses --randseed 1003 --junit-xml "
       "/bb/work/junit.xml",
       "./python | --slow-ci --timeout=300 --multiprocess=2 "
       "--use=-network,-urlfetch,-largefile,-gui,-audio,-cpu,-decimal,-curses --randseed=1003 "
       "--junit-xml=/bb/work/junit.xml |"},
      {"./python -m test --testdir /bb/td --slow-ci -j2 -u-network test_a_ok test_flaky",
       "./python | --testdir=/bb/td --slow-ci --multiprocess=2 --use=-network | test_a_ok test_flaky"},
      {"SOURCE_DATE_EPOCH=1700000000 ./python -m test --testdir /bb/td --fromfile /bb/work/ff5.txt --slow-ci "
       "--single-process",
       "./python | --testdir=/bb/td --fromfile=/bb/work/ff5.txt --slow-ci --single-process |"},
      {"./python -m test --testdir /bb/td --fromfile /bb/work/ff5.txt --fast-ci --randseed 1003",
       "./python | --testdir=/bb/td --fromfile=/bb/work/ff5.txt --fast-ci --randseed=1003 |"},
      {"./python -m test --testdir /bb/td --fromfile /bb/work/ff5.txt --fast-ci",
       "./python | --testdir=/bb/td --fromfile=/bb/work/ff5.txt --fast-ci |"},
      {"./python -m test --testdir /bb/td --fromfile /bb/work/ff5.txt --randseed 1003 --no-randomize",
       "./python | --testdir=/bb/td --fromfile=/bb/work/ff5.txt --randseed=1003 --no-randomize |"},
      {"./python -m test --testdir /bb/td --fromfile /bb/work/ff5.txt --slow-ci --no-randomize -j2",
       "./python | --testdir=/bb/td --fromfile=/bb/work/ff5.txt --slow-ci --no-randomize --multiprocess=2 |"},
      {"./python -m test --testdir /bb/td --fromfile /bb/work/ff5.txt --slow-ci --single-process "
       "--no-randomize --randseed 1003 --dont-add-python-opts",
       "./python | --testdir=/bb/td --fromfile=/bb/work/ff5.txt --slow-ci --single-process --no-randomize "
       "--randseed=1003 --dont-add-python-opts |"},
      {"./python -m test --testdir /bb/td --fromfile /bb/work/ff5.txt --slow-ci --single-process "
       "--no-randomize --randseed 1003",
       "./python | --testdir=/bb/td --fromfile=/bb/work/ff5.txt --slow-ci --single-process --no-randomize "
       "--randseed=1003 |"},
      {"./python -m test --testdir /bb/td --fromfile /bb/work/ff5.txt --slow-ci --single-process "
       "--no-randomize",
       "./python | --testdir=/bb/td --fromfile=/bb/work/ff5.txt --slow-ci --single-process --no-randomize |"},
      {"./python -m test --testdir /bb/td --fromfile /bb/work/ff5.txt --slow-ci --single-process",
       "./python | --testdir=/bb/td --fromfile=/bb/work/ff5.txt --slow-ci --single-process |"},
      {"./python -m test --testdir /bb/td --fromfile /bb/work/ff5.txt --slow-ci -j1",
       "./python | --testdir=/bb/td --fromfile=/bb/work/ff5.txt --slow-ci --multiprocess=1 |"},
      {"./python -m test --testdir /bb/td --fromfile /bb/work/ff5.txt --slow-ci",
       "./python | --testdir=/bb/td --fromfile=/bb/work/ff5.txt --slow-ci |"},
      {"./python -m test -F --testdir /bb/td test_a_ok test_victim",
       "./python | --forever --testdir=/bb/td | test_a_ok test_victim"},
      {"./python -m test --pgo --testdir /bb/td test_a_ok test_envchanged",
       "./python | --pgo --testdir=/bb/td | test_a_ok test_envchanged"},
      {"./python -m test -q --testdir /bb/td test_a_ok test_skipmod",
       "./python | --quiet --testdir=/bb/td | test_a_ok test_skipmod"},
      {"./python -m test -R 3:3 --testdir /bb/td test_a_ok",
       "./python | --huntrleaks=3:3 --testdir=/bb/td | test_a_ok"},
      {"(cd /bb/ov) ./python -m test --slow-ci --timeout=300 --single-process "
       "-u-network,-urlfetch,-largefile,-gui,-audio,-cpu,-decimal,-curses --randseed 1003 --junit-xml "
       "/bb/work/junit.xml",
       "./python | --slow-ci --timeout=300 --single-process "
       "--use=-network,-urlfetch,-largefile,-gui,-audio,-cpu,-decimal,-curses --randseed=1003 "
       "--junit-xml=/bb/work/junit.xml |"},
      {"./sid -m test --testdir /bb/td -R 3:3 -j2 test_a_ok test_b_ok",
       "./sid | --testdir=/bb/td --huntrleaks=3:3 --multiprocess=2 | test_a_ok test_b_ok"},
      {"./sid -m test --testdir /bb/td -R 3:3 test_a_ok test_b_ok",
       "./sid | --testdir=/bb/td --huntrleaks=3:3 | test_a_ok test_b_ok"},
      {"./sid -m test --testdir /bb/td --slow-ci -R 3:3 --single-process --no-randomize -u-network test_a_ok "
       "test_leaky",
       "./sid | --testdir=/bb/td --slow-ci --huntrleaks=3:3 --single-process --no-randomize --use=-network | "
       "test_a_ok test_leaky"},
      {"./python -m test.bisect --testdir /bb/td test_polluter test_victim", "none"},
  });
}

TEST_CASE("what the make targets and rt.bat run") {
  check({
      {"./python  ./Tools/scripts/run_tests.py -j 1 -u all -W --slowest --timeout=1200",
       "./python -u -Wdefault -bb -E | --randomize --rerun --multiprocess=1 --use=all --verbose3 --slowest "
       "--timeout=1200 |"},
      {"./python  ./Tools/scripts/run_tests.py -j 1 -u all -W --slowest --fail-env-changed --timeout=1200 "
       "-j2 --junit-xml test-results.xml",
       "./python -u -Wdefault -bb -E | --randomize --rerun --multiprocess=1 --use=all --verbose3 --slowest "
       "--fail-env-changed --timeout=1200 --multiprocess=2 --junit-xml=test-results.xml |"},
      {"./python -E  ./Tools/scripts/run_tests.py -j 1 -u all -W --slowest --fail-env-changed --timeout=1200",
       "./python -u -Wdefault -bb -E -E | --randomize --rerun --multiprocess=1 --use=all --verbose3 "
       "--slowest --fail-env-changed --timeout=1200 |"},
      {"./python ./Tools/scripts/run_tests.py",
       "./python -u -Wdefault -bb -E | --randomize --rerun --multiprocess=0 --use=all,-largefile,-audio,-gui "
       "|"},
      {"./python ./Tools/scripts/run_tests.py -u all",
       "./python -u -Wdefault -bb -E | --randomize --rerun --multiprocess=0 --use=all |"},
      {"./python ./Tools/scripts/run_tests.py -rj2 --use=-gui test_os",
       "./python -u -Wdefault -bb -E | --randomize --rerun --multiprocess=0 --randomize --multiprocess=2 "
       "--use=-gui | test_os"},
      {"./python -Wd -X dev Tools/scripts/run_tests.py --multiprocess=3 test_os",
       "./python -u -Wdefault -bb -E -Wd -Xdev | --randomize --rerun --use=all,-largefile,-audio,-gui "
       "--multiprocess=3 | test_os"},
      {"/bb/build/python -u -W default -bb -E -E -m test -r -w -j 1 -u all -W --slowest --fail-env-changed "
       "--timeout=900 -j4",
       "/bb/build/python -u -Wdefault -bb -E -E | --randomize --rerun --multiprocess=1 --use=all --verbose3 "
       "--slowest --fail-env-changed --timeout=900 --multiprocess=4 |"},
      {"/bb/build/python -W default -bb -E -W error::BytesWarning -m test -r -w -j 0 -u "
       "all,-largefile,-audio,-gui",
       "/bb/build/python -Wdefault -bb -E -Werror::BytesWarning | --randomize --rerun --multiprocess=0 "
       "--use=all,-largefile,-audio,-gui |"},
      {"wasmtime run --dir /::/ -- ./python.wasm -m test -u all test_os", "./python.wasm | --use=all | test_os"},
      {"./python -E  -m test --slow-ci --timeout= -j2 --junit-xml test-results.xml",
       "./python -E | --slow-ci --timeout= --multiprocess=2 --junit-xml=test-results.xml |"},
      {"./python -E -X gil=0 -m test --slow-ci --timeout=1200 -j2 -u-cpu,-urlfetch,-network -j10",
       "./python -E -Xgil=0 | --slow-ci --timeout=1200 --multiprocess=2 --use=-cpu,-urlfetch,-network "
       "--multiprocess=10 |"},
      {"./python -E  -m test --fast-ci --timeout=", "./python -E | --fast-ci --timeout= |"},
      {"./python -E  -m test --fast-ci -u-gui --timeout=", "./python -E | --fast-ci --use=-gui --timeout= |"},
      {"/bb/build/python -u -W error -bb -E -m test --slow-ci --timeout= -j2 --dont-add-python-opts",
       "/bb/build/python -u -Werror -bb -E | --slow-ci --timeout= --multiprocess=2 --dont-add-python-opts |"},
      {"'C:\\bb\\PCbuild\\amd64\\python_d.exe'  -u -Wd -E -bb -m test -uall -rwW --slowest --timeout=1200 "
       "--fail-env-changed -j1",
       "C:\\bb\\PCbuild\\amd64\\python_d.exe -u -Wd -E -bb | --use=all --randomize --rerun --verbose3 "
       "--slowest --timeout=1200 --fail-env-changed --multiprocess=1 |"},
      {"'C:\\bb\\PCbuild\\win32\\python.exe' -Wd -E -bb '../lib/test/regrtest.py' -uall -rwW --slowest",
       "C:\\bb\\PCbuild\\win32\\python.exe -Wd -E -bb | --use=all --randomize --rerun --verbose3 --slowest "
       "|"},
      {"LD_LIBRARY_PATH=/bb/build ./python -m test -j1", "./python | --multiprocess=1 |"},
      {"DYLD_FRAMEWORK_PATH=/bb/build LC_ALL=C ./python.exe -E -m test --slow-ci", "./python.exe -E | --slow-ci |"},
  });
}

TEST_CASE("executables, and what stands before them") {
  check({
      {"python -m test", "python | |"},
      {"python3 -m test", "python3 | |"},
      {"python3.11 -m test", "python3.11 | |"},
      {"python3.13t -m test", "python3.13t | |"},
      {"python3.7dm -m test", "python3.7dm | |"},
      {"python3.15-dbg -m test", "python3.15-dbg | |"},
      {"python_d.exe -m test", "python_d.exe | |"},
      {"./python.exe -m test", "./python.exe | |"},
      {"/opt/my-cpython -m test", "/opt/my-cpython | |"},
      {"pypy3 -m test", "pypy3 | |"},
      {"/opt/pypy3.10/bin/pypy3.10 -m test", "/opt/pypy3.10/bin/pypy3.10 | |"},
      {"'C:\\Program Files\\Python311\\python.exe' -m test test_os",
       "C:\\Program Files\\Python311\\python.exe | | test_os"},
      {"PYTHON.EXE -m test", "PYTHON.EXE | |"},
      {"/opt/python/run -m test", "/opt/python/run | |"},
      {"anything -E -m test test_os", "anything -E | | test_os"},
      {"anything --flag -m test test_os", "anything --flag | | test_os"},
      {"env -i PATH=/bin ./python -m test", "./python | |"},
      {"env PYTHON=python3 ./python -m test", "./python | |"},
      {"time ./python -m test", "./python | |"},
      {"time -p ./python -bb -m test -w", "./python -bb | --rerun |"},
      {"xvfb-run -a ./python -m test -u gui", "./python | --use=gui |"},
      {"nice -n 10 timeout 3600 ./python -m test -v", "./python | --verbose |"},
      {"node ./python.js -m test", "./python.js | |"},
      {"gdb --args ./python -m test test_os", "./python | | test_os"},
      {"python-launcher ./python -m test", "./python | |"},
      {"A=1 B=2", "none"},
      {"A=1 anything -m test", "anything | |"},
      {"make buildbottest TESTOPTS=-j2", "none"},
      {"anything more -m test", "none"},
      {"git commit -m test", "none"},
      {"python", "none"},
      {"-m test", "none"},
  });
}

TEST_CASE("launch forms") {
  check({
      {"python -m test.regrtest -r test_os", "python | --randomize | test_os"},
      {"python -m test.autotest -v", "python | --verbose |"},
      {"python -m test.__main__ test_os", "python | | test_os"},
      {"python -c 'from test import autotest' -r", "python | --randomize |"},
      {"python -Ec 'import test.autotest' test_os", "python -E | | test_os"},
      {"python -c 'from test.regrtest import nothing'", "none"},
      {"python Lib/test/regrtest.py -v test_os", "python | --verbose | test_os"},
      {"python -E -tt ./Lib/test/regrtest.py -l", "python -E -tt | --findleaks |"},
      {"python Lib/test/__main__.py test_os", "python | | test_os"},
      {"python Lib/test/autotest.py", "python | |"},
      {"python setup.py test", "none"},
      {"python -m tests", "none"},
      {"python -m unittest test.test_os", "none"},
      {"python -m test.bisect_cmd test_os", "none"},
      {"python -m test.pythoninfo", "none"},
      {"python -m test.libregrtest.worker '{}'", "none"},
      {"python -m test --worker-args '[]'", "none"},
      {"python -E -m test.regrtest --worker-args={}", "none"},
      {"python -m test --list-tests -r", "none"},
      {"python -m test --list-cases test_os", "none"},
      {"python -m test --cleanup", "none"},
      {"python -m test -h", "none"},
      {"python -mtest -w", "python | --rerun |"},
      {"python -Em test -w", "python -E | --rerun |"},
      {"python -Emtest -w", "python -E | --rerun |"},
      {"python -m", "none"},
      {"python -c", "none"},
      {"python -u", "none"},
      {"python - -m test", "none"},
  });
}

TEST_CASE("python's own options") {
  check({
      {"python -bbE -m test", "python -bbE | |"},
      {"python -W x -m test", "python -Wx | |"},
      {"python -Wx -m test", "python -Wx | |"},
      {"python -X dev -X utf8=0 -m test", "python -Xdev -Xutf8=0 | |"},
      {"python -Xdev -m test", "python -Xdev | |"},
      {"python -bW default -m test", "python -bWdefault | |"},
      {"python -bWdefault -IX dev -m test", "python -bWdefault -IXdev | |"},
      {"python -W error -W ignore::DeprecationWarning -m test", "python -Werror -Wignore::DeprecationWarning | |"},
      {"python -OO -B -s -S -v -q -d -i -x -P -m test", "python -OO -B -s -S -v -q -d -i -x -P | |"},
      {"python --check-hash-based-pycs always -E -m test", "python --check-hash-based-pycs=always -E | |"},
      {"python --help -m test", "python --help | |"},
      {"python -E! -m test", "none"},
      {"python -W -m test", "none"},
  });
}

TEST_CASE("clusters and glued values") {
  check({
      {"python -m test -rwW", "python | --randomize --rerun --verbose3 |"},
      {"python -m test -rj2", "python | --randomize --multiprocess=2 |"},
      {"python -m test -wj 2", "python | --rerun --multiprocess=2 |"},
      {"python -m test -wj2 test_os", "python | --rerun --multiprocess=2 | test_os"},
      {"python -m test -vv", "python | --verbose --verbose |"},
      {"python -m test -vvv -v", "python | --verbose --verbose --verbose --verbose |"},
      {"python -m test -uall", "python | --use=all |"},
      {"python -m test -uall -u-cpu", "python | --use=all --use=-cpu |"},
      {"python -m test -u all -u -cpu", "python | --use=all --use -cpu |"},
      {"python -m test -u all,-gui test_os", "python | --use=all,-gui | test_os"},
      {"python -m test -j4", "python | --multiprocess=4 |"},
      {"python -m test -j 4", "python | --multiprocess=4 |"},
      {"python -m test -j -1", "python | --multiprocess=-1 |"},
      {"python -m test -j=4", "python | --multiprocess=4 |"},
      {"python -m test -rj=4", "python | --randomize --multiprocess=4 |"},
      {"python -m test -fF", "python | --fromfile=F |"},
      {"python -m test -f F", "python | --fromfile=F |"},
      {"python -m test -F", "python | --forever |"},
      {"python -m test -R3:3", "python | --huntrleaks=3:3 |"},
      {"python -m test -R 3:3:log", "python | --huntrleaks=3:3:log |"},
      {"python -m test -R :", "python | --huntrleaks=: |"},
      {"python -m test -mPAT", "python | --match=PAT |"},
      {"python -m test -m=PAT", "python | --match=PAT |"},
      {"python -m test -m PAT -i OTHER", "python | --match=PAT --ignore=OTHER |"},
      {"python -m test -m '*.test_a b'", "python | --match=*.test_a b |"},
      {"python -m test -m '-z y'", "python | --match=-z y |"},
      {"python -m test -m ''", "python | --match= |"},
      {"python -m test -M 4g", "python | --memlimit=4g |"},
      {"python -m test -xw test_os", "python | --exclude --rerun | test_os"},
      {"python -m test -x test_os test_io", "python | --exclude | test_os test_io"},
      {"python -m test -GvF", "python | --failfast --verbose --forever |"},
      {"python -m test -WGn", "python | --verbose3 --failfast --nowindows |"},
      {"python -m test -lLT -D cov -N -t 100",
       "python | --findleaks --runleaks --coverage --coverdir=cov --nocoverdir --threshold=100 |"},
      {"python -m test -p 'node python.js' -j2", "python | --python=node python.js --multiprocess=2 |"},
      {"python -m test -PsSo test_os", "python | --pgo --single --start=o | test_os"},
      {"python -m test -Stest_os", "python | --start=test_os |"},
      {"python -m test -oq", "python | --slowest --quiet |"},
  });
}

TEST_CASE("long options, their prefixes, and mixtures") {
  check({
      {"python -m test --multiprocess=4", "python | --multiprocess=4 |"},
      {"python -m test --multiprocess 4", "python | --multiprocess=4 |"},
      {"python -m test --multip 4", "python | --multiprocess=4 |"},
      {"python -m test --multip=4", "python | --multiprocess=4 |"},
      {"python -m test --rands 7", "python | --randseed=7 |"},
      {"python -m test --rands=-7", "python | --randseed=-7 |"},
      {"python -m test --randseed -7", "python | --randseed=-7 |"},
      {"python -m test --randseed -7 -w", "python | --randseed=-7 --rerun |"},
      {"python -m test --rand 7", "python | --rand |"},
      {"python -m test --rando", "python | --randomize |"},
      {"python -m test --junit x", "python | --junit-xml=x |"},
      {"python -m test --use=-cpu", "python | --use=-cpu |"},
      {"python -m test --use -cpu", "python | --use -cpu |"},
      {"python -m test --use=all --us network", "python | --use=all --use=network |"},
      {"python -m test --verbose --verbose2 --verbose3", "python | --verbose --rerun --verbose3 |"},
      {"python -m test --verb", "python | --verb |"},
      {"python -m test --rerun", "python | --rerun |"},
      {"python -m test --reru", "python | --rerun |"},
      {"python -m test --single", "python | --single |"},
      {"python -m test --single-process", "python | --single-process |"},
      {"python -m test --sing", "python | --single |"},
      {"python -m test --single-", "python | --single-process |"},
      {"python -m test --slow", "python | --slowest |"},
      {"python -m test --slowest", "python | --slowest |"},
      {"python -m test --slow-", "python | --slow-ci |"},
      {"python -m test --fail-", "python | --fail-env-changed |"},
      {"python -m test --fail", "python | --fail |"},
      {"python -m test --failf", "python | --failfast |"},
      {"python -m test --fail-r", "python | --fail-rerun |"},
      {"python -m test --no", "python | --no |"},
      {"python -m test --no-", "python | --no-randomize |"},
      {"python -m test --nor", "python | --nor |"},
      {"python -m test --now", "python | --nowindows |"},
      {"python -m test --te D", "python | --testdir=D |"},
      {"python -m test --temp D", "python | --tempdir=D |"},
      {"python -m test --pyth CMD", "python | --python=CMD |"},
      {"python -m test --pgo", "python | --pgo |"},
      {"python -m test --pgo-", "python | --pgo-extended |"},
      {"python -m test --tsan --tsan-", "python | --tsan --tsan-parallel |"},
      {"python -m test --head", "python | --header |"},
      {"python -m test --timeout", "python | --timeout |"},
      {"python -m test --timeout=", "python | --timeout= |"},
      {"python -m test --timeout ''", "python | --timeout= |"},
      {"python -m test --timeout -w", "python | --timeout --rerun |"},
      {"python -m test --timeout 1.5 test_os", "python | --timeout=1.5 | test_os"},
      {"python -m test --quiet=1 test_os", "python | --quiet | test_os"},
      {"python -m test --prioritize test_os,test_io", "python | --prioritize=test_os,test_io |"},
      {"python -m test --parallel-threads 4 --no-randomize", "python | --parallel-threads=4 --no-randomize |"},
      {"python -m test --memlimit=4g --threshold=5 --start test_os --coverdir=c",
       "python | --memlimit=4g --threshold=5 --start=test_os --coverdir=c |"},
      {"python -m test --match=a=b --matchfile f --ignorefile=g",
       "python | --match=a=b --matchfile=f --ignorefile=g |"},
      {"python -m test test_a -v test_b --use all test_c", "python | --verbose --use=all | test_a test_b test_c"},
      {"python -m test test_a -- -v test_b", "python | -- | test_a test_b"},
  });
}

TEST_CASE("what regrtest does not know") {
  check({
      {"python -m test --no-such-option test_os", "python | --no-such-option | test_os"},
      {"python -m test --no-such=1 test_os", "python | --no-such=1 | test_os"},
      {"python -m test --no-such 1 test_os", "python | --no-such | test_os"},
      {"python -m test -Z test_os", "python | -Z | test_os"},
      {"python -m test -Zv test_os", "python | -Zv | test_os"},
      {"python -m test -vZ test_os", "python | --verbose -Z | test_os"},
      {"python -m test -vZ=3", "python | --verbose -Z=3 |"},
      {"python -m test -3", "python | |"},
      {"python -m test '--bad option'", "python | |"},
      {"python -m test ---v", "python | ---v |"},
      {"python -m test -", "python | |"},
  });
}

TEST_CASE("names") {
  check({
      {"python -m test test_os test_io test_os", "python | | test_os test_io test_os"},
      {"python -m test test.test_asyncio.test_events test_asyncio.test_queues",
       "python | | test.test_asyncio.test_events test_asyncio.test_queues"},
      {"python -m test Lib/test/test_os.py test_io.py ./test_re", "python | | test_os test_io test_re"},
      {"python -m test 'Lib\\test\\test_os.py'", "python | | test_os"},
      {"python -m test os mytest_os test_os.txt test_os/ 'test os' test_ö '$(rm)' test_a;b ../../etc/passwd",
       "python | |"},
      {"python -m test test_os | tee log", "python | | test_os"},
      {"python -m test test_os && ./python -m test -w", "python | | test_os"},
      {"python -m test -v test_os 2>&1 test_io", "python | --verbose | test_os"},
      {"python -m test -v >log", "python | --verbose |"},
      {"python -m test test_os ; echo -w", "python | | test_os"},
  });
}

TEST_CASE("no words, and no end of words") {
  CHECK_FALSE(parse_launch({}));
  CHECK_FALSE(parse_launch({""}));
  CHECK_FALSE(parse_launch({"", "-m", "tests"}));
  std::vector<std::string> many(100'000, "python");
  CHECK_FALSE(parse_launch(many));
  many[0] = "./python";
  many[1] = "-m";
  many[2] = "test";
  CHECK(shown(parse_launch(many)) == "./python | |");
  std::vector<std::string> values;
  for (int i = 0; i < 50'000; ++i) values.insert(values.end(), {"-W", "python"});
  CHECK_FALSE(parse_launch(values));
}

TEST_CASE("any bytes are only words") {
  std::uint64_t random = 7;
  for (int i = 0; i < 2000; ++i) {
    std::vector<std::string> words = {"python", "-m", "test"};
    for (int k = 0; k < 6; ++k) {
      std::string word = k % 2 == 0 ? "-" : "";
      for (int n = 0; n < 5; ++n) {
        random = random * 6364136223846793005U + 1442695040888963407U;
        word += static_cast<char>(random >> 56);
      }
      words.push_back(word);
    }
    const std::optional<Launch> launch = parse_launch(words);
    if (!launch) continue;  // -h, or a shell's operator
    for (const std::string& name : launch->names) CHECK(is_test_name(name));
    for (const RunnerOption& option : launch->options) CHECK(spelled(option).size() == 1);
  }
}

TEST_CASE("has() and value_of() the last") {
  const Launch launch = parsed("-j1 -u all --timeout= -uall,-gui -j 4 -v");
  CHECK(launch.has("--multiprocess"));
  CHECK(launch.has("--verbose"));
  CHECK_FALSE(launch.has("-j"));
  CHECK_FALSE(launch.has("--quiet"));
  CHECK(launch.value_of("--multiprocess") == "4");
  CHECK(launch.value_of("--use") == "all,-gui");
  CHECK(launch.value_of("--timeout") == "");
  CHECK(launch.value_of("--verbose") == std::nullopt);
  CHECK(launch.value_of("--match") == std::nullopt);
}

TEST_CASE("spelled as every version accepts it") {
  using Words = std::vector<std::string>;
  CHECK(spelled({"--use", "all"}) == Words{"--use=all"});
  CHECK(spelled({"--use", "-cpu"}) == Words{"--use=-cpu"});
  CHECK(spelled({"--timeout", ""}) == Words{"--timeout="});
  CHECK(spelled({"--huntrleaks", "3:3"}) == Words{"--huntrleaks=3:3"});
  CHECK(spelled({"--verbose3", {}}) == Words{"--verbose3"});
  CHECK(spelled({"--slow-ci", {}}) == Words{"--slow-ci"});
  CHECK(spelled({"--rerun", {}}) == Words{"-w"});  // --verbose2 up to 3.11.2
  CHECK(spelled({"--unknown", "1"}) == Words{"--unknown=1"});
  CHECK(spelled({"-Z", {}}) == Words{"-Z"});
}

TEST_CASE("features are the options that the help names") {
  const Features features = read_features(
      "usage: python -m test [options] [test_name1 [test_name2 ...]]\n"
      "python -E -Wd -m test [options] [test_name1 ...]\n"
      "  -h, --help            show this help message and exit\n"
      "  --timeout TIMEOUT     dump the traceback\n"
      "  -S START, --start START\n"
      "                        always run all tests sequentially, ignore -jN option\n"
      "  --junit-xml FILENAME  writes JUnit-style XML results\n"
      "  --no-randomize        do not randomize; see --fail-\n"
      "                        env-changed.\n"
      "int seed value (--randseed=int), '-uall,-gui', \"-R :\" - or -- or --- or pre-x\n"
      "[--prioritize TEST1,...] -u");
  const std::set<std::string> expected = {
      "-E",           "-R",         "-S",      "-h",       "-m", "-u", "--help", "--junit-xml", "--no-randomize",
      "--prioritize", "--randseed", "--start", "--timeout"};
  CHECK(features.options == expected);
  CHECK(features.has("--start"));
  CHECK_FALSE(features.has("--tempdir"));
  CHECK(read_features("").options.empty());
}

TEST_CASE("shuffles") {
  const std::pair<std::string, bool> rows[] = {
      {"", false},
      {"test_os", false},
      {"-v -j2", false},
      {"-r", true},
      {"-rwW", true},
      {"--randomize", true},
      {"--randseed 7", true},
      {"--randseed=0", true},
      {"--slow-ci", true},
      {"--fast-ci -j1", true},
      {"--slow-ci --single-process", true},
      {"--slow-ci --no-randomize", false},
      {"--no-randomize --slow-ci", false},
      {"--randseed 7 --no-randomize", false},
      {"--no-randomize -r", false},
      {"--fromfile F", false},
  };
  for (const auto& [options, expected] : rows) {
    CAPTURE(options);
    CHECK(shuffles(parsed(options)) == expected);
  }
  CHECK(shuffles(*parse_launch({"python", "Tools/scripts/run_tests.py"})));
}

TEST_CASE("selection_words") {
  const std::pair<std::string, std::vector<std::string>> rows[] = {
      {"", {}},
      {"-rwW -j2 -u all", {}},
      {"test_os test_io", {"test_os", "test_io"}},
      {"-j2 test_os -v test.test_io.test_x", {"test_os", "test.test_io.test_x"}},
      {"-x test_os test_io", {"--exclude", "test_os", "test_io"}},
      {"test_os -r --exclude", {"--exclude", "test_os"}},
      {"-S test_os -w", {"--start=test_os"}},
      {"--start test_os --testdir td test_io", {"--start=test_os", "test_io"}},
      {"--start=--list-cases", {}},
      {"-r -S", {}},
      {"--fromfile F test_os", {"test_os"}},
      {"--pgo -x test_os", {"--pgo", "--exclude", "test_os"}},
      {"--pgo --pgo-extended --tsan --tsan-parallel", {"--pgo", "--pgo-extended", "--tsan", "--tsan-parallel"}},
      {"--randseed 7 --prioritize test_os -s", {}},
      {"--unknown=1 -Z", {}},
  };
  for (const auto& [options, expected] : rows) {
    CAPTURE(options);
    CHECK(selection_words(parsed(options)) == expected);
  }
}
