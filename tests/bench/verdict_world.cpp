#include "verdict_world.hpp"

#include <algorithm>

namespace bbbisect::bench {
namespace {

constexpr std::size_t options = 11;  // and a seed, and three variables
constexpr std::size_t suspects = 40;

std::string name(const char* stem, std::size_t number) { return std::string(stem) + std::to_string(number); }

bool has(const TestOrder& tests, const std::string& test) { return std::ranges::find(tests, test) != tests.end(); }

}  // namespace

VerdictWorld::VerdictWorld(const VerdictMaking& making, std::uint64_t seed) : making_(making), random_(seed) {
  const auto below = [&](std::size_t n) { return std::uniform_int_distribution<std::size_t>(0, n - 1)(random_); };
  case_.order.victim = "test_v";
  for (std::size_t i = 0; i < options; ++i) {
    case_.factors.push_back({Factor::Kind::runner_option, name("--option", i)});
    case_.logged.insert(i);
  }
  case_.factors.push_back({Factor::Kind::seed, "--randseed=7"});
  case_.logged.insert(options);
  for (std::size_t i = 0; i < 3; ++i) {
    case_.factors.push_back({Factor::Kind::variable, name("VARIABLE=", i)});
    case_.variables.insert(options + 1 + i);
  }
  Durations::ByTest durations{{"test_v", Seconds(1)}};
  const auto tests = [&](const char* stem) {
    TestOrder order;
    for (std::size_t i = 0; i < suspects; ++i) {
      order.push_back(name(stem, i));
      durations[order.back()] = Seconds(1);
    }
    return order;
  };
  case_.order.suspects = tests("test_before");
  case_.setters = tests("test_later");
  case_.order.durations = Durations(durations);

  case_.may_use_random = making_.reason == Reason::seed || chance(0.5);

  switch (making_.reason) {
    case Reason::flag:
      flags_ = {below(options)};
      break;
    case Reason::two_flags:
    case Reason::either_flag: {
      const std::size_t first = below(options);
      flags_ = {first, (first + 1 + below(options - 1)) % options};
      std::ranges::sort(flags_);
      break;
    }
    case Reason::variable:
      flags_ = {options + 1 + below(3)};
      break;
    case Reason::setter:
      other_ = case_.setters[below(suspects)];
      case_.setter_likely = true;
      break;
    case Reason::polluter:
      other_ = case_.order.suspects[below(suspects)];
      break;
    case Reason::beside:
      case_.workers = 4;
      case_.order_impossible = true;
      for (std::size_t i = 0; i < 8; ++i) case_.at_the_same_time.push_back(case_.setters[i]);
      other_ = case_.setters[below(8)];
      break;
    default:
      break;
  }
  failing_seeds_.resize(100);
  for (std::size_t i = 0; i < failing_seeds_.size(); ++i) failing_seeds_[i] = chance(0.5);
}

bool VerdictWorld::fails(const Conditions& conditions, const TestOrder& ran) {
  const auto holds = [&](std::size_t factor) { return conditions.factors.contains(factor); };
  switch (making_.reason) {
    case Reason::plain:
      return true;
    case Reason::flag:
    case Reason::two_flags:
    case Reason::variable:
      return std::ranges::all_of(flags_, holds);
    case Reason::either_flag:
      return std::ranges::any_of(flags_, holds);
    case Reason::seed:
      return holds(options) || failing_seeds_[static_cast<std::size_t>(conditions.other_seed)];
    case Reason::setter:
      return !has(ran, other_);
    case Reason::polluter:
      return conditions.workers == 0 && has(ran, other_);
    case Reason::beside:
      return conditions.workers > 1 && has(ran, other_);
    case Reason::at_times:
      return making_.by_process ? unlucky_ : chance(making_.rate);
    case Reason::under_load:
      return chance(conditions.load > 0 ? making_.rate : making_.rate / 20);
    case Reason::nothing:
      return false;
  }
  return false;
}

Answer VerdictWorld::answer(const Conditions& conditions, const Probe& probe) {
  ++runs;
  Answer answer;
  answer.elapsed = Seconds(0.4);
  unlucky_ = chance(making_.rate);
  TestOrder ran;
  int in_a_row = 0;
  for (const std::string& test : probe.tests) {
    answer.elapsed += Seconds(1);
    answer.durations.emplace_back(1);
    if (test == case_.order.victim) {
      bool failing = fails(conditions, ran) || (making_.pollutes_itself && has(ran, test));
      if (failing ? chance(making_.false_passes) : chance(making_.false_failures)) failing = !failing;
      answer.checks.push_back(failing ? Outcome::fails : Outcome::passes);
      if (!failing && making_.skipped_without) {
        answer.checks.back() = Outcome::unresolved;
        answer.skipped = true;
      }
      if (conditions.workers > 0) return answer;
      in_a_row = answer.checks.back() == probe.sought ? in_a_row + 1 : 0;
      if (probe.enough > 0 && in_a_row == probe.enough) return answer;
    }
    ran.push_back(test);
  }
  return answer;
}

AskUnder VerdictWorld::ask() {
  return [this](const Conditions& conditions, const Probe& probe) { return answer(conditions, probe); };
}

VerdictWorld::Judged VerdictWorld::judge(const Finding& finding) const {
  const TestOrder& group = finding.order.group.culprits;
  const auto right_if = [](bool right) { return right ? Judged::right : Judged::wrong; };
  const bool noisy = making_.false_passes > 0 || making_.false_failures > 0;
  const bool by_chance = making_.reason == Reason::at_times || making_.reason == Reason::under_load;
  switch (finding.verdict) {
    case Verdict::order_dependent:
      return right_if(making_.reason == Reason::polluter && group == TestOrder{other_});
    case Verdict::state_setter:
      return right_if(making_.reason == Reason::setter && group == TestOrder{other_});
    case Verdict::parallel:
      return right_if(making_.reason == Reason::beside && group == TestOrder{other_});
    case Verdict::flags_dependent: {
      const Factors all(flags_.begin(), flags_.end());
      if (making_.reason == Reason::either_flag) {
        return right_if(finding.factors.size() == 1 && all.contains(*finding.factors.begin()));
      }
      return right_if(!flags_.empty() && finding.factors == all);
    }
    case Verdict::random_seed:
      return right_if(making_.reason == Reason::seed);
    case Verdict::plain_failure:
      // That a state-setter exists is not denied by it.
      if (making_.reason == Reason::setter) return Judged::gave_up;
      // It accuses nobody; each process more of the proof halves how often that happens.
      if (making_.by_process) return Judged::gave_up;
      return right_if(making_.reason == Reason::plain);
    case Verdict::transient:
      // What fails at times does; but it must not be said of what chance has no part in.
      if (by_chance) return Judged::right;
      if (making_.reason == Reason::plain || making_.reason == Reason::nothing) return right_if(noisy);
      return noisy ? Judged::gave_up : Judged::wrong;
    case Verdict::not_reproduced:
      return making_.reason == Reason::nothing ? Judged::right : Judged::gave_up;
    case Verdict::fails_alone:
    case Verdict::inconclusive:
      break;
  }
  return Judged::gave_up;
}

}  // namespace bbbisect::bench
