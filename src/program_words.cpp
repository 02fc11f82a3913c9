#include "program_words.hpp"

#include "log_text.hpp"

#include <algorithm>
#include <iterator>

namespace bbbisect {

std::string_view file_name(std::string_view path) {
  const std::size_t slash = path.find_last_of("/\\");
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

bool is_assignment(std::string_view word) {
  const std::size_t equals = word.find('=');
  if (equals == 0 || equals == std::string_view::npos || is_digit(word.front())) return false;
  return std::ranges::all_of(word.substr(0, equals), is_word);
}

bool is_python(std::string_view word) {
  if (word.starts_with('-') || word.find('=') != std::string_view::npos) return false;
  const std::string name = lower(file_name(word));
  static constexpr std::string_view pythons[] = {"python", "pypy", "graalpy"};
  return name.find(':') == std::string::npos &&
         std::ranges::any_of(pythons, [&](std::string_view each) { return name.starts_with(each); });
}

bool is_wrapper(std::string_view word) {
  static constexpr std::string_view known[] = {"catchsegv", "ccache",   "chroot",  "chrt",    "dbus-run-session",
                                               "do",        "docker",   "env",     "exec",    "faketime",
                                               "firejail",  "gdb",      "i386",    "ionice",  "linux32",
                                               "linux64",   "nice",     "nohup",   "numactl", "podman",
                                               "prlimit",   "rr",       "schroot", "setarch", "setsid",
                                               "ssh",       "stdbuf",   "strace",  "sudo",    "systemd-run",
                                               "taskset",   "then",     "time",    "timeout", "unshare",
                                               "valgrind",  "xvfb-run", "(",       "{"};
  return std::ranges::find(known, file_name(word)) != std::end(known);
}

bool is_test_module(std::string_view module) {
  return module == "test" || module == "test.__main__" || module == "test.regrtest" || module == "test.autotest";
}

}  // namespace bbbisect
