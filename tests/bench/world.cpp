#include "world.hpp"

#include <bbbisect/side_by_side.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <numeric>
#include <sstream>

namespace bbbisect::bench {
namespace {

const std::string victim_name = "test_victim";
constexpr double hang_costs = 60;  // until a stuck test is given up

}  // namespace

// The shortest test of the recording took 0.12 s, nearly all of it the start of its worker, which tests in one
// process do not have.
std::vector<double> read_recorded(const std::string& path) {
  constexpr double worker_start = 0.12;
  constexpr double least = 0.005;
  std::ifstream in(path);
  std::vector<double> seconds;
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with('#')) continue;
    std::istringstream fields(line);
    std::string name;
    double value = 0;
    if (fields >> name >> value) seconds.push_back(std::max(value - worker_start, least));
  }
  return seconds;
}

World::World(const Making& making, const std::vector<double>& recorded, std::uint64_t seed)
    : making_(making), random_(seed) {
  const auto count = static_cast<int>(making.suspects);
  std::lognormal_distribution<double> log_normal(-1.0, 1.7);
  if (making.shape == Making::Shape::recorded) {
    // Every test of the suite once, as often as it takes, in a random order.
    while (seconds_.size() < making.suspects) {
      std::vector<double> more = recorded;
      std::shuffle(more.begin(), more.end(), random_);
      seconds_.insert(seconds_.end(), more.begin(), more.end());
    }
    seconds_.resize(making.suspects);
    std::shuffle(seconds_.begin(), seconds_.end(), random_);
  }
  Durations::ByTest durations;
  for (int i = 0; i < count; ++i) {
    if (making.shape != Making::Shape::recorded) {
      seconds_.push_back(making.shape == Making::Shape::equal ? 1.0 : log_normal(random_));
    }
    case_.suspects.push_back(fmt::format("test_{:05}", i));
    durations[case_.suspects.back()] = Seconds(seconds_[static_cast<std::size_t>(i)]);
  }
  durations[victim_name] = making.victim;
  case_.victim = victim_name;
  case_.durations = Durations(std::move(durations));
  case_.start_up = start_up;
  whole_ = std::accumulate(seconds_.begin(), seconds_.end(), making.victim.count());
  cleans_.resize(making.suspects);
  crashes_.resize(making.suspects);
  hangs_.resize(making.suspects);

  const auto draw = [&](std::size_t members) {
    std::vector<int> drawn;
    while (drawn.size() < members) {
      const int one = std::uniform_int_distribution<int>(0, count - 1)(random_);
      if (std::find(drawn.begin(), drawn.end(), one) == drawn.end()) drawn.push_back(one);
    }
    std::sort(drawn.begin(), drawn.end());
    return drawn;
  };
  using Kind = Making::Kind;
  switch (making.kind) {
    case Kind::one:
    case Kind::self:
      causes_ = {{draw(1)}};
      if (making.kind == Kind::self) causes_.push_back({{the_victim_itself}});
      break;
    case Kind::pair:
      causes_ = {{draw(2)}};
      break;
    case Kind::pair_any_order:
    case Kind::heals:
      causes_ = {{draw(2), false}};
      break;
    case Kind::triple:
      causes_ = {{draw(3)}};
      break;
    case Kind::triple_any_order:
      causes_ = {{draw(3), false}};
      break;
    case Kind::either: {
      const std::vector<int> two = draw(2);
      causes_ = {{{two[0]}}, {{two[1]}}};
      break;
    }
    case Kind::accomplice: {
      const std::vector<int> two = draw(2);
      causes_ = {{two}, {{the_victim_itself, two[1]}}};
      break;
    }
    case Kind::crashing: {
      const std::vector<int> five = draw(5);
      std::vector<int> roles = five;
      std::shuffle(roles.begin(), roles.end(), random_);
      causes_ = {{{roles[0]}}};
      for (std::size_t i = 1; i < 4; ++i) crashes_[static_cast<std::size_t>(roles[i])] = 1;
      hangs_[static_cast<std::size_t>(roles[4])] = 1;
      break;
    }
    case Kind::masked_before:
    case Kind::masked: {
      const std::vector<int> two = draw(2);
      const bool before = making.kind == Kind::masked_before;
      causes_ = {{{before ? two[1] : two[0]}}};
      cleans_[static_cast<std::size_t>(before ? two[0] : two[1])] = 1;
      break;
    }
    case Kind::position:
      causes_ = {{{count - 1}}};
      break;
    case Kind::stand_ins: {
      const std::vector<int> four = draw(4);
      causes_ = {{{four[0], four[3]}}, {{four[1], four[3]}}, {{four[2], four[3]}}};
      break;
    }
    case Kind::nobody:
    case Kind::alone:
      break;
  }
  if (making.told > 0) {
    for (const Cause& cause : causes_) {
      for (int member : cause.members) {
        if (member >= 0) case_.suspicion[case_.suspects[static_cast<std::size_t>(member)]] = making.told;
      }
    }
  }
}

bool World::chance(double rate) { return rate > 0 && std::uniform_real_distribution<double>(0, 1)(random_) < rate; }

int World::number_of(const std::string& test) const {
  if (test == victim_name) return the_victim_itself;
  int number = 0;
  for (std::size_t i = 5; i < test.size(); ++i) number = number * 10 + (test[i] - '0');
  return number;
}

double World::seconds_of(int number) const {
  return number == the_victim_itself ? making_.victim.count() : seconds_[static_cast<std::size_t>(number)];
}

Ask World::ask() {
  return [this](const Probe& probe) { return answer(probe); };
}

Answer World::answer(const Probe& probe) {
  Answer answer;
  double time = 0;
  int in_a_row = 0;
  // How far each cause has come: the next member (ordered), or a set of those that ran.
  std::vector<unsigned> progress(causes_.size(), 0);
  const auto complete = [&](std::size_t i) {
    const std::size_t size = causes_[i].members.size();
    return causes_[i].ordered ? progress[i] == size : progress[i] + 1 == (1U << size);
  };
  const auto polluted = [&] {
    for (std::size_t i = 0; i < causes_.size(); ++i) {
      if (complete(i)) return true;
    }
    return false;
  };
  const auto ran = [&](int number) {
    for (std::size_t i = 0; i < causes_.size(); ++i) {
      const std::vector<int>& members = causes_[i].members;
      if (causes_[i].ordered) {
        if (progress[i] < members.size() && members[progress[i]] == number) ++progress[i];
      } else {
        const auto found = std::find(members.begin(), members.end(), number);
        if (found != members.end()) progress[i] |= 1U << (found - members.begin());
      }
    }
  };
  answer.durations.reserve(probe.tests.size());
  for (const std::string& test : probe.tests) {
    const int number = number_of(test);
    const double seconds = seconds_of(number);
    if (number != the_victim_itself && making_.kind == Making::Kind::position && polluted()) {
      answer.breaker = test;
      answer.why = "crash";
      break;
    }
    time += seconds;
    answer.durations.emplace_back(seconds);
    if (number == the_victim_itself) {
      const bool bad = making_.kind == Making::Kind::alone || polluted();
      const bool fails = bad ? !chance(making_.false_passes) : chance(making_.false_failures);
      answer.checks.push_back(fails ? Outcome::fails : Outcome::passes);
      in_a_row = fails ? in_a_row + 1 : 0;
      if (probe.enough > 0 && in_a_row >= probe.enough) break;
      if (fails && making_.kind == Making::Kind::position) break;
      if (making_.kind == Making::Kind::heals) std::fill(progress.begin(), progress.end(), 0U);
      ran(number);
      continue;
    }
    const auto at = static_cast<std::size_t>(number);
    if (hangs_[at] != 0) time += hang_costs;
    if (crashes_[at] != 0 || hangs_[at] != 0) {
      answer.breaker = test;
      answer.why = "crash";
      break;
    }
    if (cleans_[at] != 0) std::fill(progress.begin(), progress.end(), 0U);
    ran(number);
  }
  ++runs;
  executed += time;
  answer.elapsed = Seconds(time) + start_up;
  const bool failed = !answer.checks.empty() && answer.checks.back() == Outcome::fails;
  for (std::size_t i = 0; i < workers.size(); ++i) {
    // A run that a suspect broke is not modelled in parts: it takes what it takes in one.
    wall[i] += !probe.apart || workers[i] == 1 || answer.breaker
                   ? answer.elapsed.count()
                   : time_of(
                         probe, victim_name, workers[i], answer.checks.size(), failed,
                         [this](const std::string& test) { return Seconds(seconds_of(number_of(test))); }, start_up)
                         .count();
  }
  if (keep_trials) trials.push_back({probe, answer});
  return answer;
}

bool World::is_right(const TestOrder& culprits) const {
  std::vector<int> named;
  for (const std::string& culprit : culprits) named.push_back(number_of(culprit));
  return std::any_of(causes_.begin(), causes_.end(), [&](const Cause& cause) { return cause.members == named; });
}

}  // namespace bbbisect::bench
