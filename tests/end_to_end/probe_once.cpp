// One probe of the real runner, for the scripts: probe_once PYTHON TESTDIR ENOUGH JOBS VICTIM TEST...
// prints a word per check, how many tests ended, and in how many seconds it was answered.
#include <bbbisect/error.hpp>
#include <bbbisect/prober.hpp>
#include <bbbisect/runner.hpp>

#include <cstdlib>
#include <iostream>

using namespace bbbisect;

int main(int argc, char** argv) try {
  const std::vector<std::string> words(argv + 1, argv + argc);
  Replay replay;
  replay.python = words.at(0);
  replay.options.runner_options = {"--testdir", words.at(1)};
  replay.features = find_runner(words.at(0), words.at(0)).features;
  Probe probe;
  probe.enough = std::atoi(words.at(2).c_str());
  probe.apart = true;
  probe.tests.assign(words.begin() + 5, words.end());

  Journal journal(".bbbisect", "probe", "once", true);
  Durations durations;
  Prober prober(replay, {words.at(4), std::nullopt}, std::nullopt, Seconds(0), std::atoi(words.at(3).c_str()), journal,
                durations, {});
  const Answer answer = prober(probe);
  for (const Outcome outcome : answer.checks) {
    std::cout << (outcome == Outcome::passes ? "passes " : outcome == Outcome::fails ? "fails " : "unresolved ");
  }
  std::cout << answer.durations.size() << ' ' << static_cast<int>(answer.elapsed.count()) << '\n';
  return EXIT_SUCCESS;
} catch (const std::exception& error) {
  std::cerr << error.what() << '\n';
  return EXIT_FAILURE;
}
