// Child processes and everything that descends from them. Hides Boost.Process. Linux only: what a test leaves
// behind is found and ended by means that other systems lack.
#pragma once

#include <bbbisect/command.hpp>
#include <bbbisect/test_order.hpp>

#include <filesystem>
#include <functional>
#include <string>
#include <variant>
#include <vector>

namespace bbbisect {

struct Exited {
  int status;
};
struct Killed {
  int signal;
};
struct TimedOut {};  ///< our deadline, not the runner's own --timeout
struct Stopped {};   ///< the watcher wanted no more
using Ending = std::variant<Exited, Killed, TimedOut, Stopped>;

/// "exit status 2", "killed by signal 11 (Segmentation fault)", "no end within its time limit", "stopped".
std::string describe(const Ending& ending);

struct Limits {
  Seconds deadline{0};    ///< from the start to SIGINT; 0 = none
  Seconds grace{5};       ///< from SIGINT to SIGKILL
  Seconds stop_grace{1};  ///< the same when the watcher wanted no more: nothing that is still printed counts
};

/// Called about fifty times a second while the child runs; false ends it (SIGINT, then SIGKILL after the
/// grace). Called once more when the child has ended by itself, whatever the answer; never after our signal.
using Watcher = std::function<bool()>;

/// What to run, into which file, and for how long.
struct Task {
  Command command;
  std::filesystem::path output;
  Limits limits = {};
  Watcher watcher = {};
};

/// Runs the commands of `tasks` side by side, each with an empty stdin, with stdout and stderr together in
/// its file `output` (truncated first), in a process group of its own and without a terminal. When it returns
/// no descendant is alive, whatever it did: setsid, daemonise, ignore SIGINT; and none stays alive when we
/// die, even by kill -9. The endings stand in the order of the tasks.
///
/// Throws Error (usage) when a program cannot be started, Error (internal) when an output cannot be written,
/// and Interrupted when SIGINT, SIGTERM or SIGHUP reached us: it is passed on to all of them, and a second
/// one does not wait for the grace. Whatever is thrown, by a watcher as well, ends all of them. A signal that
/// we were started to ignore (nohup) stays ignored; the child has all of them at their defaults.
///
/// For one thread at a time, and for programs without other children: it may end and reap those as well.
std::vector<Ending> run_together(const std::vector<Task>& tasks);

/// The same for a single one.
Ending run(const Command& command, const std::filesystem::path& output, const Limits& limits,
           const Watcher& watcher = {});

struct Captured {
  Ending ending;
  std::string output;  ///< stdout and stderr together, at most 16 MiB
};

/// Runs `command` like run() and hands back what it printed. One that prints without end is Stopped.
Captured capture(const Command& command, Seconds deadline);

}  // namespace bbbisect
