// How long adversarial logs take to read and to tell, how much memory they need, and how both grow when the log is
// twice as long; for hostile.sh. Times are of the processor, so that others at work on the machine matter little.
#include <bbbisect/command.hpp>
#include <bbbisect/error.hpp>
#include <bbbisect/explain.hpp>
#include <bbbisect/question.hpp>
#include <bbbisect/result.hpp>

#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <fstream>
#include <functional>
#include <iterator>

using namespace bbbisect;

namespace {

double processor_seconds() {
  timespec now{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

// Takes a log in pieces; only what the program does with them is timed.
class Told {
 public:
  void operator()(std::string_view text) {
    pending_ += text;
    if (pending_.size() >= piece) feed();
  }
  double finish() {
    feed();
    const double begin = processor_seconds();
    const BuildLog log = reader_.finish();
    try {
      const Question question = pose_question(log, std::nullopt, Extent::whole, [] { return TestOrder(); });
      Options options;
      options.python = "./python";
      const Replay replay = assumed_replay(question, options);
      if (show_text(question, replay, std::nullopt).empty() || show_json(question, replay, std::nullopt).empty())
        std::abort();
    } catch (const Error&) {
      // It says so, and that is all there is to tell.
    }
    return seconds_ + processor_seconds() - begin;
  }

 private:
  static constexpr std::size_t piece = 256 * 1024;
  void feed() {
    const double begin = processor_seconds();
    reader_.feed(pending_);
    seconds_ += processor_seconds() - begin;
    pending_.clear();
  }
  LogReader reader_;
  std::string pending_;
  double seconds_ = 0;
};

const std::string header =
    "./python -m test -uall\nUsing random seed: 1\n0:00:00 load avg: 1.00 Run 2 tests sequentially\n";
const std::string failing_block =
    "======================================================================\nFAIL: test_x (test.test_b.T.test_x)\n"
    "----------------------------------------------------------------------\nTraceback (most recent call last):\n"
    "  File \"/build/Lib/test/test_b.py\", line 3, in test_x\nAssertionError: no\n\n";
const std::string end = "\n== Tests result: FAILURE ==\n\n1 test failed:\n    test_b\n\nResult: FAILURE\n";

std::string progress(std::size_t index, std::size_t total, const std::string& rest) {
  return fmt::format("0:00:01 load avg: 1.00 [{}/{}] {}\n", index, total, rest);
}

double one_line(std::size_t size) {
  Told told;
  told(header + progress(1, 2, "test_a"));
  const std::string some(4096, 'x');
  for (std::size_t told_so_far = 0; told_so_far < size; told_so_far += some.size()) told(some);
  told("\n" + progress(2, 2, "test_b") + failing_block + end);
  return told.finish();
}

double progress_lines(std::size_t size) {
  Told told;
  told("./python -m test -r\n0:00:00 load avg: 1.00 Run tests sequentially\n");
  for (std::size_t i = 1; i <= size; ++i) told(progress(i, size, fmt::format("test_{}", i)));
  return told.finish();
}

double same_progress_line(std::size_t size) {
  Told told;
  told(header + progress(1, 2, "test_a"));
  for (std::size_t i = 0; i < size; ++i) told(progress(2, 2, "test_b failed (1 failure)"));
  told(end);
  return told.finish();
}

// Both in a log and, since the log keeps no such line, as the words of a command.
double nested_quotes(std::size_t size) {
  std::string command = "./python -m test ";
  while (command.size() < size) command += R"("'\"'"' '\''"'"')";
  Told told;
  told(header + command + "\n" + progress(1, 2, "test_a") + progress(2, 2, "test_b") + failing_block + end);
  const double seconds = told.finish();
  const double begin = processor_seconds();
  for (const char* last : {"", "\"", "'"}) {
    const auto words = split_words(command + last);
    const auto launch = parse_launch(words.value_or(std::vector<std::string>{}));
    if (launch) static_cast<void>(replay_options(*launch, {}, {}));
    if (words && split_words(quote_words(*words)) != words) std::abort();
  }
  return seconds + processor_seconds() - begin;
}

double commands(std::size_t size) {
  Told told;
  for (std::size_t i = 0; i < size; ++i)
    told(fmt::format("+ ./python -u -W error -bb -E -m test --slow-ci -u-cpu --timeout={} -x test_a test_b\n", i));
  told(header + progress(1, 2, "test_a") + progress(2, 2, "test_b") + failing_block + end);
  return told.finish();
}

double options(std::size_t size) {
  std::vector<std::string> words{"./python", "-m", "test"};
  for (std::size_t i = 0; i < size; ++i) words.push_back(i % 2 == 0 ? "-rwWvvj2" : "--match=test_x");
  const double begin = processor_seconds();
  const auto launch = parse_launch(words);
  if (!launch || replay_options(*launch, {}, {}).decisions.size() < size) std::abort();
  return processor_seconds() - begin;
}

double failures(std::size_t size) {
  Told told;
  told("./python -m test -r\n");
  for (std::size_t i = 1; i <= size; ++i) {
    told(progress(i, size, fmt::format("test_{}", i)) + failing_block +
         progress(i, size, fmt::format("test_{} failed (1 failure)", i)));
  }
  told(fmt::format("\n== Tests result: FAILURE ==\n\n{} tests failed:\n", size));
  for (std::size_t i = 1; i <= size; ++i) told(fmt::format("    test_{}\n", i));
  told("\nResult: FAILURE\n");
  return told.finish();
}

double methods(std::size_t size) {
  Told told;
  told(header + progress(1, 2, "test_a") + progress(2, 2, "test_b"));
  for (std::size_t i = 0; i < size; ++i) {
    told(
        fmt::format("{:=<70}\nFAIL: test_{} (test.test_b.T.test_{})\n{:-<70}\nTraceback (most recent call last):\n"
                    "Error{}: no\n\n",
                    "", i, i, "", i));
  }
  told(end);
  return told.finish();
}

double frames(std::size_t size) {
  Told told;
  told(header + progress(1, 2, "test_a") + progress(2, 2, "test_b"));
  told(
      "======================================================================\nERROR: test_x (test.test_b.T.test_x)\n"
      "----------------------------------------------------------------------\nTraceback (most recent call last):\n");
  for (std::size_t i = 0; i < size; ++i)
    told(fmt::format("  File \"/build/Lib/module_{}.py\", line {}, in call\n    call()\n", i, i));
  told("RecursionError: maximum recursion depth exceeded\n\n" + end);
  return told.finish();
}

double runs(std::size_t size) {
  Told told;
  for (std::size_t i = 0; i < size; ++i)
    told(header + progress(1, 2, "test_a") + progress(2, 2, "test_b") + failing_block + end);
  return told.finish();
}

double environment(std::size_t size) {
  Told told;
  told("make buildbottest\n in dir /build (timeout 1200 secs)\n environment:\n");
  for (std::size_t i = 0; i < size; ++i) told(fmt::format("  NAME_{}=value\nof two lines\n", i % 5000));
  told(" using PTY: False\n" + header + progress(1, 2, "test_a") + progress(2, 2, "test_b") + end);
  return told.finish();
}

// Every prefix of a real log, each read from its beginning.
double prefixes(const std::string& log) {
  double seconds = 0;
  for (std::size_t size = 0; size <= log.size(); ++size) {
    Told told;
    told(std::string_view(log).substr(0, size));
    seconds += told.finish();
  }
  return seconds;
}

struct Measured {
  double seconds = 0;
  double megabytes = 0;
};

// In a process of its own, for its memory.
Measured measure(const std::function<double()>& work) {
  int ends[2];
  if (::pipe(ends) != 0) std::abort();
  std::fflush(stdout);
  const pid_t child = ::fork();
  if (child == 0) {
    const double seconds = work();
    ::_exit(::write(ends[1], &seconds, sizeof seconds) == sizeof seconds ? EXIT_SUCCESS : EXIT_FAILURE);
  }
  ::close(ends[1]);
  Measured measured;
  const bool told = ::read(ends[0], &measured.seconds, sizeof measured.seconds) == sizeof measured.seconds;
  ::close(ends[0]);
  int status = 0;
  rusage usage{};
  if (::wait4(child, &status, 0, &usage) != child || status != 0 || !told) {
    std::puts("it did not come to its end");
    std::exit(EXIT_FAILURE);
  }
  measured.megabytes = static_cast<double>(usage.ru_maxrss) / 1024;
  return measured;
}

struct Row {
  const char* name;
  std::size_t size;  // published
  double (*work)(std::size_t);
};

constexpr Row rows[] = {
    {"a line of so many bytes", 1'000'000'000, one_line},
    {"progress lines, each of them kept", 50'000, progress_lines},
    {"progress lines, more than are kept", 20'000'000, progress_lines},
    {"the same progress line", 10'000'000, same_progress_line},
    {"bytes of nested quotes in a command", 10'000'000, nested_quotes},
    {"commands", 10'000, commands},
    {"options in a command", 100'000, options},
    {"failed tests", 1'000'000, failures},
    {"failed methods of a test", 1'000'000, methods},
    {"frames of a traceback", 10'000'000, frames},
    {"runs", 1'000'000, runs},
    {"lines of an environment", 1'000'000, environment},
};

constexpr double least_seconds = 0.05;  // what is shorter cannot be compared
constexpr double most_growth = 3;

}  // namespace

int main(int argc, char** argv) {
  const bool quick = argc > 1 && std::strcmp(argv[1], "--quick") == 0;
  if (argc != (quick ? 3 : 2)) {
    std::fputs("usage: hostile [--quick] LOG\n", stderr);
    return 2;
  }
  int status = EXIT_SUCCESS;
  std::printf("%-36s %11s %8s %7s %8s %8s\n", "log", "size", "seconds", "MB", "twice", "memory");
  for (const Row& row : rows) {
    std::size_t size = quick ? row.size / 100 : row.size;
    Measured one = measure([&] { return row.work(size); });
    // Sizes from a published one on may be beyond what is kept, where there is no more to do.
    while (one.seconds < least_seconds && 2 * size <= row.size) {
      size *= 2;
      one = measure([&] { return row.work(size); });
    }
    const Measured twice = measure([&] { return row.work(2 * size); });
    const double growth = twice.seconds / one.seconds;
    const double memory = twice.megabytes / one.megabytes;
    std::printf("%-36s %11zu %8.2f %7.0f %7.1fx %7.1fx\n", row.name, size, one.seconds, one.megabytes, growth, memory);
    const bool comparable = twice.seconds > most_growth * least_seconds;
    if ((comparable && growth >= most_growth) || memory >= most_growth) {
      std::printf("%s: twice as many take more than %.0f times as much\n", row.name, most_growth);
      status = EXIT_FAILURE;
    }
  }
  std::ifstream in(argv[argc - 1], std::ios::binary);
  const std::string log{std::istreambuf_iterator<char>(in), {}};
  if (log.empty()) {
    std::printf("%s cannot be read\n", argv[argc - 1]);
    return EXIT_FAILURE;
  }
  const Measured all = measure([&] { return prefixes(log); });
  std::printf("%-36s %11zu %8.2f %7.0f\n", "every prefix of a log of so many bytes", log.size(), all.seconds,
              all.megabytes);
  return status;
}
