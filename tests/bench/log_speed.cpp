// Reads the log that is given and says what was in it; for log_speed.sh.
#include <bbbisect/build_log.hpp>

#include <cstddef>
#include <cstdio>

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fputs("usage: log_speed LOG\n", stderr);
    return 2;
  }
  const bbbisect::BuildLog log = bbbisect::read_build_log(std::filesystem::path(argv[1]));
  std::size_t tests = 0;
  for (const bbbisect::Run& run : log.runs) tests += run.tests.size();
  std::printf("%zu bytes, %zu runs, %zu tests\n", log.bytes, log.runs.size() + log.runs_ignored, tests);
  return 0;
}
