#include <bbbisect/error.hpp>
#include <bbbisect/printable.hpp>
#include <bbbisect/process.hpp>
#include <bbbisect/replay.hpp>
#include <bbbisect/runner.hpp>

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>

namespace bbbisect {
namespace {

// Importing a whole test package on a slow machine takes seconds, not minutes.
constexpr Seconds patience{120};

// What the runner says is wrong: argparse ends with a hint, behind its "error: ...".
std::string complaint(std::string_view text) {
  if (const std::size_t error = text.rfind("error: "); error != std::string_view::npos) {
    return printable(text.substr(error, text.find('\n', error) - error));
  }
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.remove_suffix(1);
  return printable(text.substr(text.rfind('\n') + 1));
}

bool exited_with_0(const Ending& ending) {
  const auto* exited = std::get_if<Exited>(&ending);
  return exited != nullptr && exited->status == 0;
}

// What a test suite does to the environment of its runner, the question about it shall not see.
Command command_of(std::vector<std::string> argv) {
  Command command;
  command.argv = std::move(argv);
  command.environment["SOURCE_DATE_EPOCH"] = std::nullopt;  // it would switch shuffling off
  command.environment["FORCE_COLOR"] = std::nullopt;
  command.environment["NO_COLOR"] = "1";
  return command;
}

void check_temporary_directory() {
  std::error_code problem;
  const std::filesystem::path directory = std::filesystem::temp_directory_path(problem);
  if (!problem && ::access(directory.c_str(), W_OK | X_OK) == 0) return;
  const char* told = std::getenv("TMPDIR");
  throw Error(fmt::format("cannot make temporary directories in {}: {}; set TMPDIR to a directory with room",
                          told != nullptr ? told : "/tmp", problem ? problem.message() : std::strerror(errno)));
}

}  // namespace

LocalBuild ask_build(const std::string& python) {
  std::vector<std::string> argv = build_question();
  argv.insert(argv.begin(), python);
  const Captured answer = capture(command_of(std::move(argv)), patience);
  if (!exited_with_0(answer.ending)) {
    throw Error(fmt::format("it does not tell what it is, but: {}",
                            answer.output.empty() ? describe(answer.ending) : complaint(answer.output)));
  }
  if (std::optional<LocalBuild> build = read_local_build(answer.output)) return *build;
  throw Error("it does not tell what it is");
}

bool starts(const std::string& python, const std::vector<std::string>& options, const Environment& environment) {
  Command command;
  command.argv = concat(concat({python}, options), {"-c", ""});
  command.environment = environment;
  return exited_with_0(capture(command, patience).ending);
}

Runner find_runner(const std::string& python, const std::string& logged) {
  const std::string way_out =
      fmt::format("run bbbisect in a CPython build directory (-C DIR) or name the Python with --python PATH{}",
                  logged.empty() ? "" : " (the log's was " + logged + ")");
  check_temporary_directory();
  Runner runner;
  runner.python = python;
  try {
    runner.build = ask_build(python);
    const Captured help = capture(command_of({python, "-m", "test", "--help"}), patience);
    if (!exited_with_0(help.ending)) throw Error("its -m test says: " + complaint(help.output));
    runner.features = read_features(help.output);
    if (!runner.features.has("--fromfile")) throw Error("its -m test knows no --fromfile");
  } catch (const Error& error) {
    throw Error(fmt::format("{} is no usable runner ({}): {}", python, error.what(), way_out));
  }
  return runner;
}

void find_tests(Runner& runner, const std::optional<std::string>& given, const Launch& launch,
                const std::string& test) {
  const auto directory = [](const std::string& path) {
    std::error_code problem;
    const std::filesystem::path whole = std::filesystem::absolute(path, problem);
    return !path.empty() && std::filesystem::is_directory(whole, problem) ? whole : std::filesystem::path();
  };
  if (given) {
    runner.test_directory = directory(*given);
    return;
  }
  runner.test_directory = directory(runner.build.test_directory);
  if (runner.test_directory.empty()) return;
  // A module, or a package with its tests; "test_asyncio.test_events" is in the directory "test_asyncio".
  const std::string module(module_of(test));
  std::string path = module;
  std::ranges::replace(path, '.', '/');
  std::error_code problem;
  for (const char* form : {".py", ""}) {
    if (std::filesystem::exists(runner.test_directory / (path + form), problem)) return;
  }
  if (const std::optional<std::string> logged = launch.value_of("--testdir")) {
    throw Error(fmt::format(
        "{} has no test.{}, and the --testdir of the log, {}, is not used, since others can write there and what "
        "stands there would be run: if you trust it, give -- --testdir=DIR",
        runner.python, module, *logged));
  }
  throw Error(
      fmt::format("{} has no test.{}: install its test suite (on Debian the package libpython3.N-testsuite), or name "
                  "a Python that has it with --python PATH",
                  runner.python, module));
}

TestOrder list_tests(std::vector<std::string> argv) {
  argv.emplace_back("--list-tests");
  const Captured listed = capture(command_of(argv), patience);
  TestOrder tests = read_list_tests(listed.output);
  if (!exited_with_0(listed.ending)) {
    throw Error(fmt::format("the runner refuses its options ({}): {}", complaint(listed.output), quote_words(argv)));
  }
  return tests;
}

void prove_order(const std::vector<std::string>& argv, const TestOrder& tests) {
  const TestOrder listed = list_tests(argv);
  for (std::size_t i = 0; i < std::max(tests.size(), listed.size()); ++i) {
    const std::string would_run = i < listed.size() ? listed[i] : "nothing";
    const std::string wanted = i < tests.size() ? tests[i] : "nothing";
    if (would_run == wanted) continue;
    throw Error(
        fmt::format("the runner would run {} as number {} where the log has {}: it is too far from the log's "
                    "version; use --python with a nearer one",
                    would_run, i + 1, wanted));
  }
}

}  // namespace bbbisect
