// Three processes. We start a keeper, the keeper starts the program (the leader of a process group) and
// adopts every orphan of it, being their subreaper. A line, a pair of sockets, joins us and the keeper: we
// send the signals to pass on, it sends one Report when nothing of the program is left. When we die, however
// we die, the line breaks and the keeper ends everything. When the keeper dies, the leader dies with it, and
// we inherit the orphans and end them. Several programs have a keeper each.
#include <bbbisect/process.hpp>

#include <bbbisect/error.hpp>
#include <bbbisect/interrupt.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/process/v2/process.hpp>

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <fstream>
#include <optional>
#include <string_view>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

namespace bbbisect {
namespace {

using Clock = std::chrono::steady_clock;
using boost::system::error_code;

constexpr std::chrono::milliseconds tick{20};
constexpr off_t most_captured = off_t{16} << 20;

std::string why(int error) { return std::generic_category().message(error); }

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() { close(); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  [[nodiscard]] int get() const { return number_; }
  [[nodiscard]] bool open() const { return number_ >= 0; }
  void close() {
    if (open()) ::close(std::exchange(number_, -1));
  }

 private:
  int number_;
};

// A program started with its stdin closed would get the next file that it opens as descriptor 0.
void occupy_stdio() {
  int number = 0;
  while ((number = ::open("/dev/null", O_RDWR | O_CLOEXEC)) >= 0 && number <= STDERR_FILENO) {
  }
  if (number >= 0) ::close(number);
}

// ---------------------------------------------------------------------------------- descendants

/// The parent of `pid`; 0 when there is no such process.
pid_t parent_of(std::string_view pid) {
  std::ifstream file("/proc/" + std::string(pid) + "/stat");
  std::string stat;
  std::getline(file, stat, '\0');                // all of it; an iterator would throw when the process ends meanwhile
  const std::size_t name_end = stat.rfind(')');  // the name in front may hold blanks and parentheses
  constexpr std::string_view state = ") S ";
  pid_t parent = 0;
  if (name_end != std::string::npos && name_end + state.size() < stat.size()) {
    std::from_chars(stat.data() + name_end + state.size(), stat.data() + stat.size(), parent);
  }
  return parent;
}

/// Sends SIGKILL to all children of this process; false when there was none to reach. Reads all of /proc,
/// since /proc/PID/task/TID/children depends on how the kernel was configured.
bool kill_children() {
  const pid_t self = ::getpid();
  bool any = false;
  std::error_code error;
  for (std::filesystem::directory_iterator entry("/proc", error), end; !error && entry != end; entry.increment(error)) {
    const std::string name = entry->path().filename();
    pid_t pid = 0;
    const auto [rest, failure] = std::from_chars(name.data(), name.data() + name.size(), pid);
    if (failure != std::errc() || *rest != '\0' || parent_of(name) != self) continue;
    any = ::kill(pid, SIGKILL) == 0 || any;
  }
  return any;
}

/// Kills and buries all children of this process, then those that it inherits from them, until none is left.
/// Gives up on those that cannot be killed, like a set-user-ID program.
void sweep() {
  constexpr int enough = 200;
  for (int in_vain = 0; in_vain < enough;) {
    const pid_t buried = ::waitpid(-1, nullptr, WNOHANG | __WALL);
    if (buried == -1 && errno == ECHILD) return;
    if (buried != 0) continue;
    in_vain = kill_children() ? 0 : in_vain + 1;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
}

/// Buries the orphans that ended, since a test may wait until one of them vanishes. True when the leader
/// ended; it is left unburied, so that its number still names its group and nobody else's.
bool leader_ended(pid_t leader) {
  for (;;) {
    siginfo_t ended{};
    if (::waitid(P_ALL, 0, &ended, WEXITED | WNOHANG | WNOWAIT) == -1) return errno == ECHILD;
    if (ended.si_pid == 0 || ended.si_pid == leader) return ended.si_pid == leader;
    ::waitpid(ended.si_pid, nullptr, 0);
  }
}

// ---------------------------------------------------------------------------------- the keeper

enum class Step { enter, start, end };

/// How far the keeper came, the errno that stopped it there, and the leader's status as of waitpid().
struct Report {
  Step step;
  int error;
  int status;
};

/// What the leader does between fork and exec: the hooks of Boost.Process.
struct LeaderSetup {
  pid_t keeper;

  template <class... Ignored>
  error_code on_exec_setup(Ignored&...) const {
    sigset_t none;
    sigemptyset(&none);
    bool done = ::setpgid(0, 0) == 0 && ::prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 &&
                ::sigprocmask(SIG_SETMASK, &none, nullptr) == 0;
    if (done && ::getppid() != keeper) {  // died before it was asked to take us with it
      errno = ESRCH;
      done = false;
    }
    return done ? error_code() : error_code(errno, boost::system::system_category());
  }

  // Boost would call exit(), and what our stdio still buffers would be written twice.
  template <class... Ignored>
  void on_exec_error(Ignored&&...) const {
    ::_exit(127);
  }
};

/// Starts the program, passes on the signals that come over `line` and returns when the leader ended.
/// Uses of Boost.Process what is sound in all of 1.81 to 1.88: its launcher and running(). (Its async_wait()
/// may block, its exit_code() confuses statuses with signals, its stdio opens files twice.)
Report keep(const Command& command, int line) {
  if (!command.directory.empty() && ::chdir(command.directory.c_str()) == -1) return {Step::enter, errno, 0};
  for (const auto& [name, value] : command.environment) {
    if (value)
      ::setenv(name.c_str(), value->c_str(), 1);
    else
      ::unsetenv(name.c_str());
  }

  const Descriptor child_signal([] {
    sigset_t child_changed;
    sigemptyset(&child_changed);
    sigaddset(&child_changed, SIGCHLD);
    return ::signalfd(-1, &child_changed, SFD_CLOEXEC | SFD_NONBLOCK);
  }());

  boost::asio::io_context context;
  boost::process::v2::posix::default_launcher launcher;
  const std::vector<std::string> arguments(command.argv.begin() + 1, command.argv.end());
  error_code error;
  auto leader = launcher(context.get_executor(), error, command.argv.front(), arguments, LeaderSetup{::getpid()});
  if (error) return {Step::start, error.value(), 0};
  const pid_t group = leader.id();
  if (group <= 0) return {Step::start, EAGAIN, 0};  // a fork that failed unseen; and kill(-1) would be fatal

  std::array<pollfd, 2> events{{{line, POLLIN, 0}, {child_signal.get(), POLLIN, 0}}};
  while (!leader_ended(group)) {
    ::poll(events.data(), events.size(), -1);
    signalfd_siginfo ignored{};
    while (::read(child_signal.get(), &ignored, sizeof ignored) > 0) {
    }
    if (events[0].revents == 0) continue;

    unsigned char signal = 0;
    if (::recv(line, &signal, 1, 0) != 1) {  // our parent is gone
      signal = SIGKILL;
      events[0].fd = -1;
    }
    ::killpg(group, signal);
    if (signal == SIGKILL)
      ::kill(group, SIGKILL);  // it may have left its group
    else
      ::killpg(group, SIGCONT);  // who is stopped hears nothing else
  }
  ::killpg(group, SIGKILL);
  leader.running(error);
  return {Step::end, 0, leader.native_exit_code()};
}

[[noreturn]] void be_keeper(const Command& command, int input, int output, int line) {
  sigset_t all;
  sigfillset(&all);
  ::sigprocmask(SIG_SETMASK, &all, nullptr);
  for (int signal = 1; signal < NSIG; ++signal) std::signal(signal, SIG_DFL);  // for the program's sake

  ::setsid();  // Ctrl-C and Ctrl-Z are for us alone, and nobody is stopped for reading the terminal
  ::prctl(PR_SET_NAME, "bisect-keeper");  // no "bbbisect" in it: it outlives "killall -9 bbbisect"
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);

  ::dup2(input, STDIN_FILENO);
  ::dup2(output, STDOUT_FILENO);
  ::dup2(output, STDERR_FILENO);
  constexpr int own_line = STDERR_FILENO + 1;
  ::dup3(line, own_line, O_CLOEXEC);  // fails when it is that one already, which is as good
  ::closefrom(own_line + 1);          // above all our parent's end of the line

  Report report{Step::start, ENOMEM, 0};
  try {
    report = keep(command, own_line);
  } catch (const boost::system::system_error& failure) {
    report.error = failure.code().value();
  } catch (const std::exception&) {
    report.error = ENOMEM;
  }
  sweep();
  ::send(own_line, &report, sizeof report, MSG_NOSIGNAL);
  ::_exit(EXIT_SUCCESS);
}

// ---------------------------------------------------------------------------------- our side

/// Our end of the line. Breaking it, as by an exception, ends the program and all that descends from it.
class Keeper {
 public:
  Keeper(const Command& command, int input, int output) {
    std::array<int, 2> ends{};
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) == -1) fail();
    line_ = ends[0];
    const Descriptor theirs(ends[1]);
    ::prctl(PR_SET_CHILD_SUBREAPER, 1);  // for the orphans of a keeper that was killed
    pid_ = ::fork();
    if (pid_ == 0) be_keeper(command, input, output, theirs.get());
    if (pid_ == -1) {
      const int error = errno;
      ::close(line_);
      errno = error;
      fail();
    }
  }
  ~Keeper() {
    ::close(line_);
    while (::waitpid(pid_, nullptr, 0) == -1 && errno == EINTR) {
    }
  }
  Keeper(const Keeper&) = delete;
  Keeper& operator=(const Keeper&) = delete;

  [[nodiscard]] int line() const { return line_; }
  void send(unsigned char signal) const { ::send(line_, &signal, 1, MSG_NOSIGNAL | MSG_DONTWAIT); }

  /// Waits for it; nullopt when the keeper died.
  [[nodiscard]] std::optional<Report> report() const {
    Report report{};
    const ssize_t size = ::recv(line_, &report, sizeof report, MSG_WAITALL);
    return size == ssize_t{sizeof report} ? std::optional(report) : std::nullopt;
  }

 private:
  [[noreturn]] static void fail() { throw Error("cannot start a process: " + why(errno), ExitStatus::internal); }

  int line_ = -1;
  pid_t pid_ = -1;
};

/// Throws Error when the program was not started.
Ending ending_of(const Report& report, const Command& command) {
  switch (report.step) {
    case Step::enter:
      throw Error("cannot enter " + command.directory.string() + ": " + why(report.error));
    case Step::start:
      throw Error("cannot run " + command.argv.front() + ": " + why(report.error));
    case Step::end:
      break;
  }
  if (WIFSIGNALED(report.status)) return Killed{WTERMSIG(report.status)};
  return Exited{WEXITSTATUS(report.status)};
}

/// A task, and the file that takes its output.
struct Job {
  const Command& command;
  const Limits& limits;
  const Watcher& watcher;
  int output;
};

/// A job from its start to its end.
class Child {
 public:
  Child(const Job& job, int input) : job_(job), keeper_(std::in_place, job.command, input, job.output) {}

  [[nodiscard]] bool ended() const { return !keeper_; }
  [[nodiscard]] pollfd event() const { return {keeper_ ? keeper_->line() : -1, POLLIN, 0}; }

  /// Ends it when it is time, or when its watcher wants no more.
  void watch(Clock::time_point now) {
    if (asked_to_end_) {
      const bool stopped = cut_short_ && std::holds_alternative<Stopped>(*cut_short_);
      if (now - *asked_to_end_ >= (stopped ? job_.limits.stop_grace : job_.limits.grace)) kill();
      return;
    }
    if (job_.limits.deadline > Seconds(0) && now - start_ >= job_.limits.deadline)
      cut_short_ = TimedOut{};
    else if (job_.watcher && !job_.watcher())
      cut_short_ = Stopped{};
    if (cut_short_) ask_to_end(now);
  }

  void ask_to_end(Clock::time_point now) {
    if (asked_to_end_) return;
    keeper_->send(SIGINT);
    asked_to_end_ = now;
  }
  void kill() { keeper_->send(SIGKILL); }

  /// Takes the report that has come; false when the keeper died instead.
  bool take_report() {
    report_ = keeper_->report();
    keeper_.reset();
    return report_.has_value();
  }

  /// Throws Error when the program was not started.
  [[nodiscard]] Ending ending() const {
    const Ending ending = ending_of(*report_, job_.command);
    return cut_short_.value_or(ending);
  }
  [[nodiscard]] bool ended_by_itself() const { return !asked_to_end_; }
  [[nodiscard]] const Job& job() const { return job_; }

 private:
  Job job_;
  std::optional<Keeper> keeper_;
  Clock::time_point start_ = Clock::now();
  std::optional<Clock::time_point> asked_to_end_;
  std::optional<Ending> cut_short_;
  std::optional<Report> report_;
};

/// The jobs' children, side by side.
class Children {
 public:
  explicit Children(const std::vector<Job>& jobs) {
    for (const Job& job : jobs) {
      if (job.command.argv.empty()) throw Error("no program to run");
    }
    const Descriptor input(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    if (!input.open()) throw Error("cannot read /dev/null: " + why(errno), ExitStatus::internal);
    for (const Job& job : jobs) children_.emplace_back(job, input.get());
  }

  std::vector<Ending> wait() {
    Clock::time_point next_tick = Clock::now() + tick;
    while (std::any_of(children_.begin(), children_.end(), [](const Child& child) { return !child.ended(); })) {
      take_reports_until(next_tick);
      if (Clock::now() < next_tick) continue;
      next_tick = Clock::now() + tick;
      hear_interrupts();
      for (Child& child : children_) {
        if (!child.ended()) child.watch(Clock::now());
      }
    }
    if (interrupted_) throw Interrupted{};
    std::vector<Ending> endings;
    for (const Child& child : children_) endings.push_back(child.ending());
    return endings;
  }

 private:
  void take_reports_until(Clock::time_point end) {
    std::vector<pollfd> events;
    for (const Child& child : children_) events.push_back(child.event());
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - Clock::now());
    ::poll(events.data(), events.size(), std::max(0, static_cast<int>(left.count())));
    for (std::size_t i = 0; i < events.size(); ++i) {
      if (events[i].revents == 0) continue;
      Child& child = children_[i];
      if (!child.take_report()) give_up(child.job().command);
      if (interrupted_) continue;
      (void)child.ending();  // throws when there never was a child
      if (child.ended_by_itself() && child.job().watcher) child.job().watcher();
    }
  }

  void hear_interrupts() {
    if (!take_interrupt()) return;
    const bool again = std::exchange(interrupted_, true);
    for (Child& child : children_) {
      if (child.ended()) continue;
      child.ask_to_end(Clock::now());
      if (again) child.kill();
    }
  }

  // A keeper was killed, and its orphans are ours, beside the other keepers. Those are ended first, so that
  // all that is left is to be swept away.
  [[noreturn]] void give_up(const Command& command) {
    children_.clear();
    sweep();
    if (interrupted_) throw Interrupted{};
    throw Error("the process that keeps " + command.argv.front() + " was killed", ExitStatus::internal);
  }

  std::deque<Child> children_;
  bool interrupted_ = false;
};

std::vector<Ending> run_all(const std::vector<Job>& jobs) {
  const InterruptGuard guard;
  check_interrupt();
  return Children(jobs).wait();
}

[[noreturn]] void fail_to_write(const std::filesystem::path& path) {
  throw Error("cannot write " + path.string() + ": " + why(errno), ExitStatus::internal);
}

std::string contents(int file) {
  std::string text;
  struct stat status {};
  if (::fstat(file, &status) == -1) return text;
  text.resize(static_cast<std::size_t>(std::min(status.st_size, most_captured)));
  std::size_t size = 0;
  while (size < text.size()) {
    const ssize_t got = ::pread(file, text.data() + size, text.size() - size, static_cast<off_t>(size));
    if (got == -1 && errno == EINTR) continue;
    if (got <= 0) break;
    size += static_cast<std::size_t>(got);
  }
  text.resize(size);
  return text;
}

}  // namespace

std::string describe(const Ending& ending) {
  struct Words {
    std::string operator()(Exited exited) const { return "exit status " + std::to_string(exited.status); }
    std::string operator()(Killed killed) const {
      return "killed by signal " + std::to_string(killed.signal) + " (" + ::strsignal(killed.signal) + ")";
    }
    std::string operator()(TimedOut) const { return "no end within its time limit"; }
    std::string operator()(Stopped) const { return "stopped"; }
  };
  return std::visit(Words{}, ending);
}

std::vector<Ending> run_together(const std::vector<Task>& tasks) {
  occupy_stdio();
  constexpr mode_t everybody = 0666;
  std::deque<Descriptor> outputs;
  std::vector<Job> jobs;
  for (const Task& task : tasks) {
    const Descriptor& file = outputs.emplace_back(
        ::open(task.output.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, everybody));
    if (!file.open()) fail_to_write(task.output);
    jobs.push_back({task.command, task.limits, task.watcher, file.get()});
  }
  return run_all(jobs);
}

Ending run(const Command& command, const std::filesystem::path& output, const Limits& limits, const Watcher& watcher) {
  return run_together({{command, output, limits, watcher}}).front();
}

Captured capture(const Command& command, Seconds deadline) {
  occupy_stdio();
  std::error_code error;
  std::filesystem::path directory = std::filesystem::temp_directory_path(error);
  if (error) directory = "/tmp";
  std::string name = directory / "bbbisect-XXXXXX";
  const Descriptor file(::mkostemp(name.data(), O_APPEND | O_CLOEXEC));
  if (!file.open()) fail_to_write(name);
  ::unlink(name.c_str());

  const auto enough = [&file] {
    struct stat status {};
    return ::fstat(file.get(), &status) == 0 && status.st_size > most_captured;
  };
  Limits limits;
  limits.deadline = deadline;
  const Watcher watcher = [&enough] { return !enough(); };
  const Ending ending = run_all({{command, limits, watcher, file.get()}}).front();
  return {ending, contents(file.get())};
}

}  // namespace bbbisect
