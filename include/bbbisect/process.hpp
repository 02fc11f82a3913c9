// One child process and everything that descends from it. Hides Boost.Process. Linux only: what a test leaves
// behind is found and ended by means that other systems lack.
#pragma once

#include <bbbisect/command.hpp>
#include <bbbisect/test_order.hpp>

#include <filesystem>
#include <functional>
#include <string>
#include <variant>

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
  Seconds deadline{0};  ///< from the start to SIGINT; 0 = none
  Seconds grace{5};     ///< from SIGINT to SIGKILL
};

/// Called about ten times a second while the child runs; false ends it (SIGINT, then SIGKILL after the
/// grace).
using Watcher = std::function<bool()>;

/// Runs `command`, its stdin empty, stdout and stderr together into the file `output` (truncated first), in a
/// process group of its own and without a terminal. When it returns no descendant is alive, whatever it did:
/// setsid, daemonise, ignore SIGINT; and none stays alive when we die, even by kill -9.
///
/// Throws Error (usage) when the program cannot be started, Error (internal) when `output` cannot be written,
/// and Interrupted when SIGINT, SIGTERM or SIGHUP reached us; a second one does not wait for the grace. A
/// signal that we were started to ignore (nohup) stays ignored; the child has all of them at their defaults.
///
/// For one thread at a time, and for programs without other children: it may end and reap those as well.
Ending run(const Command& command, const std::filesystem::path& output, const Limits& limits,
           const Watcher& watcher = {});

struct Captured {
  Ending ending;
  std::string output;  ///< stdout and stderr together, at most 16 MiB
};

/// Runs `command` like run() and hands back what it printed. One that prints without end is Stopped.
Captured capture(const Command& command, Seconds deadline);

}  // namespace bbbisect
