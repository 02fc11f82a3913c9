#include <bbbisect/error.hpp>
#include <bbbisect/journal.hpp>
#include <bbbisect/terminal.hpp>

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <iostream>

namespace bbbisect {
namespace fs = std::filesystem;
namespace {

bool wants_color(Color color, int file) {
  if (color != Color::automatic) return color == Color::always;
  const char* no_color = std::getenv("NO_COLOR");
  if (no_color != nullptr && *no_color != '\0') return false;
  const char* terminal = std::getenv("TERM");
  return ::isatty(file) != 0 && terminal != nullptr && std::strcmp(terminal, "dumb") != 0;
}

// A dumb terminal cannot overwrite a line.
int columns_of_stderr() {
  const char* terminal = std::getenv("TERM");
  if (::isatty(STDERR_FILENO) == 0 || terminal == nullptr || std::strcmp(terminal, "dumb") == 0) return 0;
  winsize size{};
  return ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

}  // namespace

void enter(const fs::path& directory) {
  std::error_code problem;
  fs::current_path(directory, problem);
  if (problem) throw Error(fmt::format("cannot start in {} (-C): {}", directory.string(), problem.message()));
}

NarrationStyle narration_style(const Options& options) {
  return {options.quiet, wants_color(options.color, STDERR_FILENO), columns_of_stderr};
}

bool color_on_stdout(Color color) { return wants_color(color, STDOUT_FILENO); }

std::function<void(const std::string&)> passing_line(const Options& options) {
  if (options.quiet || columns_of_stderr() == 0) return [](const std::string&) {};
  return [shown = false](const std::string& line) mutable {
    if (!shown && line.empty()) return;
    shown = !line.empty();
    const auto columns = static_cast<std::size_t>(std::max(columns_of_stderr() - 1, 10));
    std::cerr << "\r" << (line.size() > columns ? line.substr(0, columns - 3) + "..." : line) << "\x1b[K" << std::flush;
  };
}

void print(const std::string& text) {
  for (std::size_t done = 0; done < text.size();) {
    const ssize_t written = ::write(STDOUT_FILENO, text.data() + done, text.size() - done);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0 && errno == EPIPE) return;
    if (written < 0) {
      throw Error(fmt::format("cannot write to standard output: {}", std::strerror(errno)), ExitStatus::internal);
    }
    done += static_cast<std::size_t>(written);
  }
}

void deliver(const fs::path& target, const std::string& text) {
  if (target == "-") return print(text);
  write_file(target, text);
}

void check_deliverable(const fs::path& target) {
  if (target == "-") return;
  std::error_code problem;
  const fs::path directory = target.has_parent_path() ? target.parent_path() : fs::path(".");
  const bool there = fs::exists(target, problem);
  if (fs::is_directory(target, problem) || ::access((there ? target : directory).c_str(), W_OK) != 0) {
    throw Error(fmt::format("cannot write {} (--json): {}", target.string(),
                            fs::is_directory(target, problem) ? "it is a directory" : std::strerror(errno)));
  }
}

}  // namespace bbbisect
