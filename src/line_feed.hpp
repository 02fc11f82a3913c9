// Text in blocks, handed on as the few lines that may matter. A log is mostly somebody's output; looking
// at each line would cost more than reading the file, so the text is searched for pairs of bytes, a
// vector register at a time, and only lines near such a pair are taken out. Knows bytes, no formats.
#pragma once

#include <cstddef>
#include <functional>
#include <string_view>
#include <vector>

namespace bbbisect {

/// Two bytes that stand side by side in every line of some kind.
struct BytePair {
  unsigned char first, second;
};

/// The kinds; a line is looked at only for what its pairs allow.
enum PairSet : unsigned {
  bracket = 1 << 0,
  equals = 1 << 1,
  colon = 1 << 2,
  traceback = 1 << 3,
  timeout = 1 << 4,
  python = 1 << 5,
  elapsed = 1 << 6,
  hashes = 1 << 7,
  module = 1 << 8,
  seed = 1 << 9,
  run_header = 1 << 10,
  rerun = 1 << 11,
  regrtest = 1 << 12,
  run_tests = 1 << 13,
  warning = 1 << 14,
  dashes = 1 << 15,
};

/// By the bits of PairSet.
inline constexpr BytePair pairs[] = {
    {']', ' '},  // 0:00:01 load avg: 1.06 [ 2/85] test_x     (the only one that is common: behind a digit)
    {'=', '='},  // == Tests result: FAILURE ==      and the line above "FAIL: test_x (test.test_y.T)"
    {'t', ':'},  // Result: FAILURE      command timed out: 1200 seconds       environment:
    {'T', 'r'},  // test test_x failed -- Traceback (most recent call last):
    {')', '!'},  // Timeout (0:20:00)!
    {'P', 'y'},  // Fatal Python error: Segmentation fault
    {'d', 'T'},  // elapsedTime=12.345678
    {'#', '#'},  // ##[error]Process completed with exit code 2.
    {'-', 'm'},  // ./python -E -m test -j2
    {'U', 's'},  // Using random seed: 1003
    {'R', 'u'},  // Run 7 tests sequentially
    {'R', 'e'},  // Re-running test_x in verbose mode
    {'g', 'r'},  // ./python Lib/test/regrtest.py -uall
    {'_', 't'},  // ./python Tools/scripts/run_tests.py -j 1
    {'W', 'a'},  // Warning -- os.environ was modified by test_x
    {'-', '-'},  // ./configure --with-pydebug
};

/// How closely to look at what comes next.
enum class Watch {
  count,  ///< for what begins and ends runs that are not kept
  run,    ///< for what matters while a test is running
  full,   ///< for all pairs: something may begin
  each,   ///< at every line
};

/// A line without its end, and up to `LineFeed::memory` bytes of the text before it.
struct FedLine {
  std::string_view text;
  std::string_view before;
  unsigned pairs = 0;  ///< a PairSet: those in `text`
};

class LineFeed {
 public:
  /// Bytes of text that a line can look back on, in whatever pieces the text arrives.
  static constexpr std::size_t memory = 1024;

  /// Called with each line that may matter; answers how to look at the next.
  using Receiver = std::function<Watch(const FedLine&)>;

  LineFeed();

  /// Room for at least one byte more; fill it from the left and tell how much with `add()`.
  struct Room {
    char* data;
    std::size_t size;
  };
  Room room();

  /// Takes the first `size` bytes of the room and hands on the lines that they complete.
  void add(std::size_t size, const Receiver& receive);

  /// Hands on the rest as a line.
  void finish(const Receiver& receive);

  /// The last `memory` bytes of the text.
  [[nodiscard]] std::string_view tail() const;

 private:
  void scan(std::size_t end, const Receiver& receive);

  std::vector<char> buffer_;
  std::size_t begin_ = 0;  // of the first line that is not handed on
  std::size_t end_ = 0;    // of the text
  Watch watch_ = Watch::full;
};

}  // namespace bbbisect
