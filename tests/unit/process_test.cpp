#include <bbbisect/process.hpp>

#include <bbbisect/error.hpp>
#include <bbbisect/interrupt.hpp>

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <ostream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

using namespace bbbisect;

namespace {

using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

constexpr Limits short_limits{.deadline = Seconds(0.5), .grace = Seconds(0.5)};
constexpr Limits none{};
constexpr Seconds soon{4};  // less than any grace that is not meant to pass, and kind to a busy machine

Seconds since(Clock::time_point start) { return Clock::now() - start; }

std::string read(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::string text;
  std::getline(file, text, '\0');  // all of it; an iterator would throw when a process ends meanwhile
  return text;
}

/// Parents by process, zombies included.
std::vector<std::pair<pid_t, pid_t>> processes() {
  std::vector<std::pair<pid_t, pid_t>> all;
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    const std::string name = entry.path().filename();
    if (name.find_first_not_of("0123456789") != std::string::npos) continue;
    const std::string stat = read(entry.path() / "stat");
    const std::size_t end = stat.rfind(')');
    if (end == std::string::npos) continue;
    all.emplace_back(std::stoi(name), std::stoi(stat.substr(end + 4)));
  }
  return all;
}

std::vector<pid_t> own_children() {
  std::vector<pid_t> children;
  for (const auto& [pid, parent] : processes()) {
    if (parent == ::getpid()) children.push_back(pid);
  }
  return children;
}

template <class Condition>
bool becomes_true(const Condition& condition, Seconds patience = Seconds(5)) {
  const Clock::time_point start = Clock::now();
  while (!condition()) {
    if (since(start) > patience) return false;
    std::this_thread::sleep_for(5ms);
  }
  return true;
}

/// A directory of its own for each test, in which the children leave their output and their pids.
class Scratch {
 public:
  Scratch() {
    std::string name = std::filesystem::temp_directory_path() / "bbbisect-test-XXXXXX";
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("mkdtemp");
    directory_ = name;
  }
  ~Scratch() { std::filesystem::remove_all(directory_); }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  std::filesystem::path operator/(const char* name) const { return directory_ / name; }

  [[nodiscard]] Command sh(const std::string& script) const { return {{"/bin/sh", "-c", script}, directory_, {}}; }
  Ending run_sh(const std::string& script, const Limits& limits = none, const Watcher& watcher = {}) const {
    return run(sh(script), output(), limits, watcher);
  }
  [[nodiscard]] std::string told(const std::string& script, const Limits& limits = none,
                                 const Watcher& watcher = {}) const {
    return describe(run_sh(script, limits, watcher));
  }
  [[nodiscard]] std::filesystem::path output() const { return directory_ / "output"; }
  [[nodiscard]] std::string printed() const { return read(output()); }

  void write_program(const char* name, const std::string& text) const {
    std::ofstream(directory_ / name) << text;
    std::filesystem::permissions(directory_ / name, std::filesystem::perms::owner_all);
  }

  /// What the scripts wrote with `echo $$ >> pids`.
  [[nodiscard]] std::vector<pid_t> pids() const {
    std::istringstream text(read(directory_ / "pids"));
    return {std::istream_iterator<pid_t>(text), {}};
  }
  [[nodiscard]] bool all_gone() const {
    for (const pid_t pid : pids()) {
      if (::kill(pid, 0) == 0) return false;
    }
    return true;
  }

 private:
  std::filesystem::path directory_;
};

/// Nothing that the test started is alive, and nothing unburied: told by the pids and by descent.
void check_nothing_survives(const Scratch& scratch, std::size_t started) {
  CHECK(scratch.pids().size() == started);
  CHECK(scratch.all_gone());
  CHECK(own_children().empty());
}

struct Refusal {
  std::string sentence;
  ExitStatus status;
};

Refusal refusal(const Command& command, const std::filesystem::path& output) {
  try {
    run(command, output, none);
  } catch (const Error& error) {
    return {error.what(), error.status()};
  }
  return {"", ExitStatus::explained};
}

/// Runs `body` in a process of its own, which ends with the status that it returns.
template <class Body>
pid_t fork_helper(const Body& body) {
  const pid_t pid = ::fork();
  if (pid != 0) return pid;
  int status = EXIT_FAILURE;
  try {
    status = body();
  } catch (...) {
  }
  ::_exit(status);
}

int status_of(pid_t pid) {
  int status = 0;
  ::waitpid(pid, &status, 0);
  return status;
}

/// Sends us a signal as soon as `count` children told their pids, and again a while later.
pid_t signal_us(const Scratch& scratch, int signal, std::size_t count, int times = 1) {
  return fork_helper([&] {
    becomes_true([&] { return scratch.pids().size() >= count; });
    for (int i = 0; i < times; ++i) {
      std::this_thread::sleep_for(200ms);
      ::kill(::getppid(), signal);
    }
    return EXIT_SUCCESS;
  });
}

bool interrupted_by(const Scratch& scratch, const std::string& script, const Limits& limits) {
  try {
    scratch.run_sh(script, limits);
  } catch (const Interrupted&) {
    return true;
  }
  return false;
}

const std::string leave_pid = "echo $$ >> pids; ";
const std::string daemonise = "setsid sh -c 'trap \"\" INT TERM HUP; (echo $$ >> pids; exec sleep 60) &'; ";

std::string await_pids(int count) {
  return ": >> pids; while [ \"$(wc -l < pids)\" -lt " + std::to_string(count) + " ]; do sleep 0.01; done; ";
}

// Of ours and of the children that were waited for: what else the machine does counts little.
Seconds processor_time() {
  Seconds all{0};
  for (const auto whose : {RUSAGE_SELF, RUSAGE_CHILDREN}) {
    rusage used{};
    REQUIRE(getrusage(whose, &used) == 0);
    for (const timeval& time : {used.ru_utime, used.ru_stime}) {
      all += std::chrono::seconds(time.tv_sec) + std::chrono::microseconds(time.tv_usec);
    }
  }
  return all;
}

}  // namespace

TEST_CASE("process: both streams go to the output, in order, and the status comes back") {
  const Scratch scratch;
  CHECK(scratch.told("echo out; echo err >&2; echo more; exit 3") == "exit status 3");
  CHECK(scratch.printed() == "out\nerr\nmore\n");
  CHECK(scratch.told("echo short") == "exit status 0");
  CHECK(scratch.printed() == "short\n");
  check_nothing_survives(scratch, 0);
}

TEST_CASE("process: an exit status and a signal of the same number differ") {
  const Scratch scratch;
  CHECK(scratch.told("exit 11") == "exit status 11");
  CHECK(scratch.told("kill -SEGV $$") == "killed by signal 11 (Segmentation fault)");
  CHECK(scratch.told("exit 127") == "exit status 127");
  CHECK(scratch.told("exit 255") == "exit status 255");
  CHECK(scratch.told("kill -KILL $$") == "killed by signal 9 (Killed)");
  CHECK(std::get<Killed>(scratch.run_sh("kill -INT $$")).signal == SIGINT);
}

TEST_CASE("process: descriptions") {
  CHECK(describe(TimedOut{}) == "no end within its time limit");
  CHECK(describe(Stopped{}) == "stopped");
}

TEST_CASE("process: the deadline ends the whole group") {
  const Scratch scratch;
  const Clock::time_point start = Clock::now();
  CHECK(scratch.told(leave_pid + "sleep 60 & echo $! >> pids; sleep 60", short_limits) ==
        "no end within its time limit");
  CHECK(since(start) < soon);
  check_nothing_survives(scratch, 2);
}

TEST_CASE("process: who ignores SIGINT is killed after the grace") {
  const Scratch scratch;
  const Clock::time_point start = Clock::now();
  CHECK(scratch.told(leave_pid + "trap '' INT; sleep 60; sleep 60", short_limits) == "no end within its time limit");
  CHECK(since(start) > Seconds(1));
  CHECK(since(start) < soon);
  check_nothing_survives(scratch, 1);
}

TEST_CASE("process: a SIGINT that is heard leaves time to clean up") {
  const Scratch scratch;
  CHECK(scratch.told("trap 'echo cleaned; exit 0' INT; sleep 60 & wait", short_limits) ==
        "no end within its time limit");
  CHECK(scratch.printed() == "cleaned\n");
}

TEST_CASE("process: a stopped child ends at the deadline too") {
  const Scratch scratch;
  CHECK(scratch.told(leave_pid + "kill -STOP $$", short_limits) == "no end within its time limit");
  check_nothing_survives(scratch, 1);
  CHECK(scratch.told(leave_pid + "trap '' INT; kill -STOP $$; while :; do kill -STOP $$; done", short_limits) ==
        "no end within its time limit");
  check_nothing_survives(scratch, 2);
  CHECK(scratch.told("trap 'echo cleaned; exit 0' INT; kill -STOP $$", short_limits) == "no end within its time limit");
  CHECK(scratch.printed() == "cleaned\n");
}

TEST_CASE("process: descendants that outlive the leader hold nothing up and do not survive") {
  const Scratch scratch;
  const Clock::time_point start = Clock::now();
  SUBCASE("in the background, with the output open") {
    CHECK(scratch.told("sleep 60 & echo $! >> pids; exit 0") == "exit status 0");
    check_nothing_survives(scratch, 1);
  }
  SUBCASE("in a session of its own") {
    CHECK(scratch.told("setsid -f sh -c '" + leave_pid + "exec sleep 60'; " + await_pids(1)) == "exit status 0");
    check_nothing_survives(scratch, 1);
  }
  SUBCASE("daemonised, deaf to signals") {
    CHECK(scratch.told(daemonise + await_pids(1) + "exit 4") == "exit status 4");
    check_nothing_survives(scratch, 1);
  }
  SUBCASE("stopped, in a session of its own") {
    CHECK(scratch.told("setsid -f sh -c '" + leave_pid + "kill -STOP $$'; " + await_pids(1)) == "exit status 0");
    check_nothing_survives(scratch, 1);
  }
  SUBCASE("a chain, each in a session of its own") {
    scratch.write_program(
        "chain", "#!/bin/sh\n" + leave_pid + "[ $1 -eq 0 ] || setsid ./chain $(($1 - 1)) &\nsleep 60; sleep 60\n");
    CHECK(scratch.told("./chain 20 & " + await_pids(21)) == "exit status 0");
    check_nothing_survives(scratch, 21);
  }
  CHECK(since(start) < soon);
}

TEST_CASE("process: the deadline reaches those in other sessions") {
  const Scratch scratch;
  CHECK(scratch.told("setsid sh -c '" + leave_pid + "sleep 60; :' & " + daemonise + "sleep 60", short_limits) ==
        "no end within its time limit");
  check_nothing_survives(scratch, 2);
}

TEST_CASE("process: an orphan that ended vanishes while the leader still runs") {
  const Scratch scratch;
  CHECK(scratch.told("(sleep 0.1 & echo $! > orphan); for i in 1 2 3 4 5 6 7 8 9; do "
                     "kill -0 $(cat orphan) 2> error || exit 0; sleep 0.1; done; exit 1") == "exit status 0");
}

TEST_CASE("process: a program that cannot be started is refused with its name and the cause") {
  const Scratch scratch;
  const auto sentence = [&](const Command& command) {
    const Refusal answer = refusal(command, scratch.output());
    CHECK(answer.status == ExitStatus::usage);
    return answer.sentence;
  };
  std::ofstream(scratch / "data") << "#!/bin/sh\n";
  const std::filesystem::path here = scratch / "";
  CHECK(sentence({{"/no/such/program"}, {}, {}}) == "cannot run /no/such/program: No such file or directory");
  CHECK(sentence({{"./missing"}, here, {}}) == "cannot run ./missing: No such file or directory");
  CHECK(sentence({{"./data"}, here, {}}) == "cannot run ./data: Permission denied");
  CHECK(sentence({{"."}, here, {}}) == "cannot run .: Permission denied");
  CHECK(sentence({{"sh"}, here, {}}) == "cannot run sh: No such file or directory");
  CHECK(sentence({{"/bin/sh"}, "/no/such/place", {}}) == "cannot enter /no/such/place: No such file or directory");
  CHECK(sentence({{"/bin/sh", "-c", std::string(1 << 20, 'x')}, {}, {}}) ==
        "cannot run /bin/sh: Argument list too long");
  CHECK(sentence({{}, {}, {}}) == "no program to run");
  check_nothing_survives(scratch, 0);
}

TEST_CASE("process: an output that cannot be written is refused") {
  const Scratch scratch;
  const Refusal answer = refusal({{"/bin/true"}, {}, {}}, "/no/such/place/output");
  CHECK(answer.status == ExitStatus::internal);
  CHECK(answer.sentence == "cannot write /no/such/place/output: No such file or directory");
  CHECK(refusal({{"/bin/true"}, {}, {}}, scratch / "").status == ExitStatus::internal);
}

TEST_CASE("process: what our stdio still buffers is written once, also when the start fails") {
  const Scratch scratch;
  std::FILE* file = std::fopen((scratch / "buffered").c_str(), "w");
  std::fputs("once\n", file);
  CHECK(refusal({{"/no/such/program"}, {}, {}}, scratch.output()).status == ExitStatus::usage);
  CHECK(scratch.told("exit 0") == "exit status 0");
  std::fclose(file);
  CHECK(read(scratch / "buffered") == "once\n");
}

TEST_CASE("process: the environment is ours with the changes") {
  const Scratch scratch;
  ::setenv("BBBISECT_TEST_REMOVED", "old", 1);
  ::setenv("BBBISECT_TEST_CHANGED", "old", 1);
  ::setenv("BBBISECT_TEST_KEPT", "old", 1);
  Command command = scratch.sh("env | grep ^BBBISECT_TEST | sort");
  command.environment = {{"BBBISECT_TEST_REMOVED", std::nullopt},
                         {"BBBISECT_TEST_CHANGED", "new"},
                         {"BBBISECT_TEST_ADDED", "new = more"},
                         {"BBBISECT_TEST_EMPTY", ""}};
  run(command, scratch.output(), none);
  CHECK(scratch.printed() ==
        "BBBISECT_TEST_ADDED=new = more\nBBBISECT_TEST_CHANGED=new\n"
        "BBBISECT_TEST_EMPTY=\nBBBISECT_TEST_KEPT=old\n");
  CHECK(std::string(std::getenv("BBBISECT_TEST_REMOVED")) == "old");
  CHECK(std::getenv("BBBISECT_TEST_ADDED") == nullptr);
}

TEST_CASE("process: a relative program and its arguments belong to the directory of the command") {
  const Scratch scratch;
  std::filesystem::create_directory(scratch / "build dir");
  scratch.write_program("build dir/python", "#!/bin/sh\npwd; printf '<%s>' \"$0\" \"$@\"\n");
  const std::filesystem::path before = std::filesystem::current_path();
  CHECK(describe(run({{"./python", "a b", "", "$HOME"}, scratch / "build dir", {}}, scratch.output(), none)) ==
        "exit status 0");
  CHECK(scratch.printed() == (scratch / "build dir").string() + "\n<./python><a b><><$HOME>");
  CHECK(std::filesystem::current_path() == before);
}

TEST_CASE("process: the child has three descriptors, an empty stdin and no terminal") {
  const Scratch scratch;
  const int leak = ::open("/dev/null", O_RDONLY);
  const int high = ::fcntl(leak, F_DUPFD, 200);
  CHECK(scratch.told("ls /proc/$$/fd; cat; readlink /proc/$$/fd/0; : < /dev/tty") == "exit status 2");
  CHECK(scratch.printed().substr(0, 16) == "0\n1\n2\n/dev/null\n");
  ::close(leak);
  ::close(high);
}

TEST_CASE("process: the child leads its group, and no signal is ignored or blocked") {
  const Scratch scratch;
  const auto before = std::signal(SIGPIPE, SIG_IGN);
  const InterruptGuard guard;
  CHECK(scratch.told("cut -d' ' -f1,5 /proc/$$/stat; grep -E 'Sig(Ign|Blk)' /proc/self/status") == "exit status 0");
  std::istringstream printed(scratch.printed());
  pid_t pid = 0;
  pid_t group = 1;
  printed >> pid >> group;
  CHECK(pid == group);
  std::string name;
  std::string value;
  while (printed >> name >> value) CHECK(value == "0000000000000000");
  std::signal(SIGPIPE, before);
}

TEST_CASE("process: fifty megabytes of output") {
  const Scratch scratch;
  CHECK(scratch.told("head -c 50000000 /dev/zero") == "exit status 0");
  CHECK(std::filesystem::file_size(scratch.output()) == 50000000);
}

TEST_CASE("process: the watcher is asked fifty times a second, and its no ends the child") {
  const Scratch scratch;
  int asked = 0;
  const Clock::time_point start = Clock::now();
  CHECK(scratch.told(leave_pid + "sleep 60", none, [&] { return ++asked < 5; }) == "stopped");
  CHECK(asked == 5);
  CHECK(since(start) > Seconds(0.08));
  CHECK(since(start) < soon);
  check_nothing_survives(scratch, 1);
}

TEST_CASE("process: an exception of the watcher ends the child") {
  const Scratch scratch;
  const Watcher watcher = [&] { return scratch.pids().size() == 2 ? throw std::runtime_error("watcher") : true; };
  CHECK_THROWS_AS(scratch.run_sh(leave_pid + daemonise + "sleep 60", none, watcher), std::runtime_error);
  check_nothing_survives(scratch, 2);
}

TEST_CASE("process: two hundred starts") {
  const Scratch scratch;
  const Seconds before = processor_time();
  int good = 0;
  for (int i = 0; i < 200; ++i) {
    if (describe(run({{"/bin/true"}, {}, {}}, scratch.output(), none)) == "exit status 0") ++good;
  }
  CHECK(good == 200);
  const double each = (processor_time() - before).count() / 200 * 1000;
  MESSAGE(each << " ms of the processor each");
  CHECK(each < 20);
  check_nothing_survives(scratch, 0);
}

TEST_CASE("process: an interrupt ends the child and everything with it") {
  const Scratch scratch;
  const InterruptGuard guard;
  std::size_t started = 0;
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    started += 2;
    const Clock::time_point start = Clock::now();
    const pid_t sender = signal_us(scratch, signal, started);
    CHECK(interrupted_by(scratch, leave_pid + daemonise + "sleep 60", none));
    CHECK(since(start) < soon);
    status_of(sender);
  }
  check_nothing_survives(scratch, 6);
}

TEST_CASE("process: a second interrupt does not wait for the grace") {
  const Scratch scratch;
  const InterruptGuard guard;
  const Clock::time_point start = Clock::now();
  const pid_t sender = signal_us(scratch, SIGINT, 1, 2);
  CHECK(interrupted_by(scratch, "trap '' INT; " + leave_pid + "sleep 60; sleep 60", {Seconds(0), Seconds(30)}));
  CHECK(since(start) < soon);
  status_of(sender);
  check_nothing_survives(scratch, 1);
}

TEST_CASE("process: an interrupt between two runs is kept for the next") {
  const Scratch scratch;
  const InterruptGuard guard;
  CHECK_NOTHROW(check_interrupt());
  ::kill(::getpid(), SIGINT);
  CHECK_THROWS_AS(scratch.run_sh(leave_pid), Interrupted);
  ::kill(::getpid(), SIGTERM);
  CHECK_THROWS_AS(check_interrupt(), Interrupted);
  CHECK_NOTHROW(check_interrupt());
  check_nothing_survives(scratch, 0);
}

TEST_CASE("process: a signal that we were started to ignore stays ignored") {
  const Scratch scratch;
  const auto before = std::signal(SIGHUP, SIG_IGN);
  const InterruptGuard guard;
  const pid_t sender = signal_us(scratch, SIGHUP, 1);
  CHECK(scratch.told(leave_pid + "sleep 0.5") == "exit status 0");
  status_of(sender);
  std::signal(SIGHUP, before);
}

TEST_CASE("process: signals are as before behind a run") {
  const Scratch scratch;
  const auto states = [] {
    std::ostringstream text;
    sigset_t mask;
    ::pthread_sigmask(SIG_SETMASK, nullptr, &mask);
    for (int signal = 1; signal < NSIG; ++signal) {
      struct sigaction action {};
      ::sigaction(signal, nullptr, &action);
      text << sigismember(&mask, signal) << action.sa_flags << reinterpret_cast<void*>(action.sa_handler) << ' ';
    }
    return text.str();
  };
  const std::string before = states();
  CHECK(scratch.told("exit 0") == "exit status 0");
  CHECK(states() == before);
}

TEST_CASE("process: kill -9 of us leaves nothing, in whatever session") {
  const Scratch scratch;
  const pid_t helper = fork_helper([&] {
    scratch.run_sh(leave_pid + "trap '' INT TERM; sleep 60 & echo $! >> pids; " + daemonise + "setsid sh -c '" +
                   leave_pid + "kill -STOP $$' & sleep 60; sleep 60");
    return EXIT_SUCCESS;
  });
  CHECK(becomes_true([&] { return scratch.pids().size() == 4; }));
  CHECK_FALSE(scratch.all_gone());
  ::kill(helper, SIGKILL);
  CHECK(WTERMSIG(status_of(helper)) == SIGKILL);
  CHECK(becomes_true([&] { return scratch.all_gone(); }, Seconds(2)));
  CHECK(becomes_true([] { return ::waitpid(-1, nullptr, WNOHANG) == -1; }));  // the keeper came to us
  check_nothing_survives(scratch, 4);
}

TEST_CASE("process: kill -9 of us at any moment of the start leaves nothing") {
  const Scratch scratch;
  for (int moment = 0; moment < 40; ++moment) {
    const pid_t helper = fork_helper([&] {
      for (;;) scratch.run_sh("setsid sleep 60 & " + daemonise + "sleep 0.005");
      return EXIT_SUCCESS;
    });
    std::this_thread::sleep_for(moment * 500us);
    ::kill(helper, SIGKILL);
    status_of(helper);
    // Whatever is left is a descendant of ours, since we are the next subreaper.
    REQUIRE(becomes_true([] {
      while (::waitpid(-1, nullptr, WNOHANG) > 0) {
      }
      return own_children().empty();
    }));
  }
  CHECK(scratch.all_gone());
}

TEST_CASE("process: when the keeper is killed, nothing survives, and we say so") {
  const Scratch scratch;
  try {
    scratch.run_sh(leave_pid + daemonise + await_pids(2) + "kill -9 $PPID; sleep 60");
    FAIL("no exception");
  } catch (const Error& error) {
    CHECK(std::string(error.what()) == "the process that keeps /bin/sh was killed");
    CHECK(error.status() == ExitStatus::internal);
  }
  check_nothing_survives(scratch, 2);
}

TEST_CASE("process: the leader dies even when we and the keeper are killed together") {
  const Scratch scratch;
  const pid_t helper = fork_helper([&] {
    scratch.run_sh(leave_pid + "echo $PPID >> pids; trap '' INT TERM; sleep 60; sleep 60");
    return EXIT_SUCCESS;
  });
  CHECK(becomes_true([&] { return scratch.pids().size() == 2; }));
  ::kill(helper, SIGSTOP);  // it must not notice that its keeper is gone
  ::waitpid(helper, nullptr, WUNTRACED);
  ::kill(scratch.pids().at(1), SIGKILL);
  ::kill(helper, SIGKILL);
  status_of(helper);
  CHECK(becomes_true([&] {
    while (::waitpid(-1, nullptr, WNOHANG) > 0) {
    }
    return scratch.all_gone();
  }));
  for (const pid_t pid : own_children()) ::kill(pid, SIGKILL);  // the leader's sleep is beyond all reach but ours
  CHECK(becomes_true([] { return ::waitpid(-1, nullptr, WNOHANG) == -1; }));
}

TEST_CASE("process: closed standard streams are nobody's trap") {
  const Scratch scratch;
  const pid_t helper = fork_helper([&] {
    for (const int number : {0, 1, 2}) ::close(number);
    const Ending ending = scratch.run_sh("echo out; echo err >&2; cat; ls /proc/$$/fd");
    return describe(ending) == "exit status 0" ? EXIT_SUCCESS : EXIT_FAILURE;
  });
  CHECK(status_of(helper) == 0);
  CHECK(scratch.printed() == "out\nerr\n0\n1\n2\n");
}

TEST_CASE("process: capture hands back what was printed") {
  const Scratch scratch;
  const Captured captured = capture(scratch.sh("echo out; echo err >&2; exit 5"), Seconds(5));
  CHECK(describe(captured.ending) == "exit status 5");
  CHECK(captured.output == "out\nerr\n");

  const Captured late = capture(scratch.sh("echo early; sleep 60"), Seconds(0.3));
  CHECK(describe(late.ending) == "no end within its time limit");
  CHECK(late.output == "early\n");

  const Captured endless = capture(scratch.sh("yes"), Seconds(10));
  CHECK(describe(endless.ending) == "stopped");
  CHECK(endless.output.size() == std::size_t{16} << 20);
  check_nothing_survives(scratch, 0);
}

namespace {

/// A task that leaves its output in a file of its own.
Task task(const Scratch& scratch, const std::string& script, const char* output, const Limits& limits = none,
          const Watcher& watcher = {}) {
  return {scratch.sh(script), scratch / output, limits, watcher};
}

TestOrder told(const std::vector<Task>& tasks) {
  TestOrder words;
  for (const Ending& ending : run_together(tasks)) words.push_back(describe(ending));
  return words;
}

}  // namespace

TEST_CASE("process: what the watcher wants no more of gets a grace of its own") {
  const Scratch scratch;
  const Clock::time_point start = Clock::now();
  CHECK(scratch.told(leave_pid + "trap '' INT; sleep 60; sleep 60", {.grace = Seconds(30)},
                     [&] { return scratch.pids().empty(); }) == "stopped");
  CHECK(since(start) > Seconds(0.9));
  CHECK(since(start) < soon);
  check_nothing_survives(scratch, 1);
}

TEST_CASE("process: the watcher sees what a child printed last, but not what our signal made it print") {
  const Scratch scratch;
  std::string seen;
  const Watcher watcher = [&] { return seen = scratch.printed(), true; };
  CHECK(scratch.told("echo last", none, watcher) == "exit status 0");
  CHECK(seen == "last\n");
  CHECK(scratch.told("echo first; trap 'echo last; exit' INT; sleep 60 & wait", short_limits, watcher) ==
        "no end within its time limit");
  CHECK(seen == "first\n");
  CHECK(scratch.printed() == "first\nlast\n");
}

TEST_CASE("process: two side by side take the time of one, and each has its ending and its output") {
  const Scratch scratch;
  const Clock::time_point start = Clock::now();
  CHECK(told({task(scratch, leave_pid + "sleep 1; echo a; exit 3", "a"),
              task(scratch, leave_pid + daemonise + "sleep 1; echo b; kill -SEGV $$", "b")}) ==
        TestOrder{"exit status 3", "killed by signal 11 (Segmentation fault)"});
  CHECK(since(start) > Seconds(1));
  CHECK(since(start) < Seconds(1.8));
  CHECK(read(scratch / "a") == "a\n");
  CHECK(read(scratch / "b") == "b\n");
  check_nothing_survives(scratch, 3);
  CHECK(run_together({}).empty());
}

TEST_CASE("process: one is stopped by its watcher, one at its deadline, and the third goes on") {
  const Scratch scratch;
  CHECK(told({task(scratch, leave_pid + daemonise + "sleep 60", "a", none, [&] { return scratch.pids().size() < 4; }),
              task(scratch, leave_pid + "sleep 60", "b", short_limits),
              task(scratch, leave_pid + "sleep 1.5; echo through", "c")}) ==
        TestOrder{"stopped", "no end within its time limit", "exit status 0"});
  CHECK(read(scratch / "c") == "through\n");
  check_nothing_survives(scratch, 4);
}

TEST_CASE("process: an interrupt ends all that run side by side, a second one at once") {
  const Scratch scratch;
  const InterruptGuard guard;
  const std::string deaf = "trap '' INT; " + leave_pid + "sleep 60; sleep 60";
  const Clock::time_point start = Clock::now();
  std::size_t started = 0;
  SUBCASE("one") {
    const pid_t sender = signal_us(scratch, SIGINT, started = 3);
    CHECK_THROWS_AS(run_together({task(scratch, leave_pid + daemonise + "sleep 60", "a"),
                                  task(scratch, leave_pid + "sleep 60", "b")}),
                    Interrupted);
    status_of(sender);
  }
  SUBCASE("two") {
    const Limits patient{.grace = Seconds(30)};
    const pid_t sender = signal_us(scratch, SIGINT, started = 2, 2);
    CHECK_THROWS_AS(run_together({task(scratch, deaf, "a", patient), task(scratch, deaf, "b", patient)}), Interrupted);
    status_of(sender);
  }
  CHECK(since(start) < soon);
  check_nothing_survives(scratch, started);
}

TEST_CASE("process: when one of several cannot be, none stays") {
  const Scratch scratch;
  const Task sleeper = task(scratch, leave_pid + daemonise + "sleep 60", "a");
  const Clock::time_point start = Clock::now();
  std::string sentence;
  SUBCASE("it cannot be started") {
    try {
      run_together({sleeper, {{{"/no/such/program"}, {}, {}}, scratch / "b"}});
    } catch (const Error& error) {
      sentence = error.what();
    }
    CHECK(sentence == "cannot run /no/such/program: No such file or directory");
  }
  SUBCASE("its watcher throws") {
    CHECK_THROWS_AS(
        run_together(
            {sleeper, task(scratch, leave_pid + "sleep 60", "b", none,
                           [&] { return scratch.pids().size() == 3 ? throw std::runtime_error("watcher") : true; })}),
        std::runtime_error);
    CHECK(scratch.pids().size() == 3);
  }
  SUBCASE("its keeper is killed") {
    try {
      run_together({sleeper, task(scratch, leave_pid + daemonise + await_pids(4) + "kill -9 $PPID; sleep 60", "b")});
    } catch (const Error& error) {
      sentence = error.what();
    }
    CHECK(sentence == "the process that keeps /bin/sh was killed");
    CHECK(scratch.pids().size() == 4);
  }
  CHECK(since(start) < soon);
  CHECK(scratch.all_gone());
  CHECK(own_children().empty());
}

TEST_CASE("process: kill -9 of us leaves nothing of those side by side") {
  const Scratch scratch;
  const pid_t helper = fork_helper([&] {
    const std::string deaf = leave_pid + "trap '' INT TERM; " + daemonise + "sleep 60; sleep 60";
    run_together({task(scratch, deaf, "a"), task(scratch, deaf, "b"), task(scratch, deaf, "c")});
    return EXIT_SUCCESS;
  });
  CHECK(becomes_true([&] { return scratch.pids().size() == 6; }));
  ::kill(helper, SIGKILL);
  status_of(helper);
  CHECK(becomes_true([&] { return scratch.all_gone(); }, Seconds(2)));
  CHECK(becomes_true([] {
    while (::waitpid(-1, nullptr, WNOHANG) > 0) {
    }
    return own_children().empty();
  }));
}
