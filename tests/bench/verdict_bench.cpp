// The triage in simulated worlds, with noise and without: how often the verdict is right, how often anything is
// accused wrongly, and how many runs it takes. Exit status 1 where a figure is missed that is to be reached.
// verdict_bench [TRIALS [SEED]]
#include "verdict_world.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <iostream>
#include <map>
#include <string>
#include <vector>

using namespace bbbisect;
using namespace bbbisect::bench;

namespace {

struct Row {
  const char* name;
  VerdictMaking making;
  bool counts = true;  // a figure to reach
};

const std::vector<Row> rows{
    {"plain failure", {.reason = Reason::plain}},
    {"one flag", {.reason = Reason::flag}},
    {"one flag, skipped without", {.reason = Reason::flag, .skipped_without = true}},
    {"one flag, pollutes itself", {.reason = Reason::flag, .pollutes_itself = true}},
    {"two flags together", {.reason = Reason::two_flags}},
    {"either of two flags", {.reason = Reason::either_flag}},
    {"a variable", {.reason = Reason::variable}},
    {"the seed", {.reason = Reason::seed}},
    {"a state-setter", {.reason = Reason::setter}},
    {"a polluter", {.reason = Reason::polluter}},
    {"at the same time", {.reason = Reason::beside}},
    {"nothing", {.reason = Reason::nothing}},
    {"one time in ten", {.reason = Reason::at_times, .rate = 0.1}},
    {"three times in ten", {.reason = Reason::at_times, .rate = 0.3}},
    {"five times in ten", {.reason = Reason::at_times, .rate = 0.5}},
    {"eight times in ten", {.reason = Reason::at_times, .rate = 0.8}, false},
    {"two processes in ten", {.reason = Reason::at_times, .rate = 0.2, .by_process = true}},
    {"five processes in ten", {.reason = Reason::at_times, .rate = 0.5, .by_process = true}},
    {"eight processes in ten", {.reason = Reason::at_times, .rate = 0.8, .by_process = true}, false},
    {"under load", {.reason = Reason::under_load, .rate = 0.9}},
    {"plain failure, noise 10 %", {.reason = Reason::plain, .false_passes = 0.1, .false_failures = 0.1}},
    {"one flag, noise 10 %", {.reason = Reason::flag, .false_passes = 0.1, .false_failures = 0.1}},
    {"two flags, noise 10 %", {.reason = Reason::two_flags, .false_passes = 0.1, .false_failures = 0.1}},
    {"a variable, noise 10 %", {.reason = Reason::variable, .false_passes = 0.1, .false_failures = 0.1}},
    {"the seed, noise 10 %", {.reason = Reason::seed, .false_passes = 0.1, .false_failures = 0.1}},
    {"a state-setter, noise 10 %", {.reason = Reason::setter, .false_passes = 0.1, .false_failures = 0.1}},
    {"a polluter, noise 10 %", {.reason = Reason::polluter, .false_passes = 0.1, .false_failures = 0.1}},
    {"at the same time, noise 10 %", {.reason = Reason::beside, .false_passes = 0.1, .false_failures = 0.1}},
    {"nothing, noise 10 %", {.reason = Reason::nothing, .false_passes = 0.1, .false_failures = 0.1}},
};

constexpr double right_at_least = 0.99;

}  // namespace

int main(int argc, char** argv) {
  const int trials = argc > 1 ? std::atoi(argv[1]) : 1000;
  const int first = argc > 2 ? std::atoi(argv[2]) : 1;
  bool reached = true;
  std::cout << fmt::format("{:<30} {:>7} {:>6} {:>8} {:>6}\n", "world", "right", "wrong", "gave up", "runs");
  for (const Row& row : rows) {
    int right = 0;
    int wrong = 0;
    long runs = 0;
    std::map<std::string, int> otherwise;  // the verdicts that were not right
    for (int i = 0; i < trials; ++i) {
      VerdictWorld world(row.making, static_cast<std::uint64_t>(first + i));
      const Finding finding = triage(world.question(), world.ask());
      const VerdictWorld::Judged judged = world.judge(finding);
      if (judged != VerdictWorld::Judged::right) ++otherwise[describe(finding.verdict)];
      right += judged == VerdictWorld::Judged::right ? 1 : 0;
      wrong += judged == VerdictWorld::Judged::wrong ? 1 : 0;
      runs += world.runs;
    }
    const bool good = right >= right_at_least * trials && wrong == 0;
    reached = reached && (good || !row.counts);
    std::cout << fmt::format("{:<30} {:6.2f}% {:6} {:8} {:6.1f}{}", row.name, 100.0 * right / trials, wrong,
                             trials - right - wrong, static_cast<double>(runs) / trials,
                             good         ? ""
                             : row.counts ? "  MISSED"
                                          : "  (no figure to reach)");
    for (const auto& [verdict, count] : otherwise) std::cout << fmt::format("  {} {}", verdict, count);
    std::cout << std::endl;
  }
  return reached ? 0 : 1;
}
