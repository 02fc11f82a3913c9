#include "commands.hpp"

namespace bbbisect {
namespace {

// The commands to paste: what was proven to fail, and what was seen to pass where the difference is the point.
class Commands {
 public:
  Commands(const Circumstances& circumstances, const std::string& victim, const AskUnder& without_seed)
      : circumstances_(circumstances), victim_(victim), without_seed_(without_seed) {}

  void write(Result& result) {
    const Finding& finding = result.finding;
    const TestOrder& group = finding.order.group.culprits;
    switch (finding.verdict) {
      case Verdict::order_dependent:
        result.reproduce = finding.order.at_times ? argv(finding.failing, group) : shortest(finding.failing, group);
        break;
      case Verdict::state_setter:
        result.reproduce = argv(finding.failing, {});
        result.contrast = argv(finding.failing, group);
        break;
      case Verdict::parallel:
        result.reproduce = argv(finding.failing, group);
        result.contrast = argv(*finding.passing, group);
        break;
      case Verdict::flags_dependent:
        result.reproduce = shortest(finding.failing, {});
        result.contrast = shortest(*finding.passing, {}, Outcome::passes);
        break;
      case Verdict::random_seed:
        result.reproduce = argv(finding.failing, {});
        result.contrast = argv(*finding.passing, {});
        break;
      case Verdict::transient:
        // Where that makes it fail more often, as it was raised.
        result.reproduce = until_it_fails(argv(finding.raised ? finding.raised_by : finding.failing, finding.beside),
                                          finding.raised ? finding.raised_by.load : 0);
        break;
      case Verdict::plain_failure:
      case Verdict::fails_alone:
        result.reproduce = argv(finding.failing, {});
        break;
      case Verdict::inconclusive:
        if (const std::optional<TestOrder> failing = shortest_failing(result.trials))
          result.reproduce = argv(finding.failing, *failing);
        break;
      case Verdict::not_reproduced:
        break;
    }
  }

 private:
  [[nodiscard]] TestOrder with_victim(TestOrder before) const {
    before.push_back(victim_);
    return before;
  }

  [[nodiscard]] std::vector<std::string> argv(const Conditions& conditions, const TestOrder& before) const {
    const TestOrder tests = with_victim(before);
    return circumstances_.replay(conditions)
        .argv(conditions.workers > 0 ? for_workers(tests, conditions.workers) : tests);
  }

  // Where the runner can keep an order and a seed only by being given another order, or where the seed is not
  // that of the log, a command without it is easier to read; it is offered when it was seen to come out like that.
  std::vector<std::string> shortest(const Conditions& conditions, const TestOrder& before,
                                    Outcome wanted = Outcome::fails) {
    const Replay replay = circumstances_.replay(conditions);
    const TestOrder tests = with_victim(before);
    const bool seed_is_foreign = replay.seed != circumstances_.replay({circumstances_.logged()}).seed;
    if (replay.names_stand_in_order(tests) && !seed_is_foreign) return replay.argv(tests);
    const Answer answer = without_seed_(conditions, {tests, Purpose::simplify, {}, 0});
    const bool seen = answer.check(0) == wanted || (wanted == Outcome::passes && answer.skipped);
    return seen ? replay.plain_argv(tests) : replay.argv(tests);
  }

  // In fresh processes, unlike regrtest's --forever: what is settled when a process starts never changes in it.
  static std::vector<std::string> until_it_fails(std::vector<std::string> argv, int load) {
    std::string script = "while \"$@\"; do :; done";
    if (load > 0) {
      script = "for i in $(seq " + std::to_string(load) + "); do while :; do :; done & busy=\"$busy $!\"; done; " +
               script + "; kill $busy";
    }
    argv.insert(argv.begin(), {"sh", "-c", script, "sh"});
    return argv;
  }

  const Circumstances& circumstances_;
  const std::string& victim_;
  const AskUnder& without_seed_;
};

}  // namespace

void write_commands(Result& result, const std::string& victim, const AskUnder& without_seed) {
  Commands(result.circumstances, victim, without_seed).write(result);
}

}  // namespace bbbisect
