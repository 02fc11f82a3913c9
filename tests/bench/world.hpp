// Simulated worlds: suspects, a victim and what makes it fail, answering probes as the real world would.
#pragma once

#include <bbbisect/forecast.hpp>
#include <bbbisect/search.hpp>

#include <array>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace bbbisect::bench {

/// Tests that make the victim fail when all of them ran before it in one process.
struct Cause {
  std::vector<int> members;  ///< numbers of suspects, in the order of the log; `the_victim_itself` may be one
  bool ordered = true;       ///< they act in this order only
};
constexpr int the_victim_itself = -1;

/// What is told of a world before it is made. Rates are probabilities.
struct Making {
  std::size_t suspects = 500;
  Seconds victim{0.3};
  enum class Shape { recorded, log_normal, equal } shape = Shape::recorded;
  enum class Kind {
    one,   ///< one polluter
    pair,  ///< two in their order
    pair_any_order,
    triple,  ///< three in their order
    triple_any_order,
    either,         ///< two, each of which suffices
    accomplice,     ///< a polluter and an earlier run of the victim, or of another test, before it
    self,           ///< one polluter; and the victim fails after itself
    heals,          ///< two in any order, and the victim undoes what was left
    crashing,       ///< one polluter, and three suspects that end the run, one that hangs
    masked_before,  ///< one polluter, and before it a test that cleans up
    masked,         ///< one polluter, and between it and the victim a test that cleans up
    position,       ///< whoever comes directly after the polluter crashes; the log's victim did
    stand_ins,      ///< one of three, then another: three groups that share a member
    nobody,         ///< nothing makes the victim fail
    alone,          ///< the victim always fails
  } kind = Kind::one;
  double false_passes = 0;
  double false_failures = 0;
  double told = 0;  ///< how much likelier than others the suspicion makes the culprits; 0 = none is told
};

class World {
 public:
  /// `recorded` are durations of a real suite, in seconds; may be empty unless the shape asks for them.
  World(const Making& making, const std::vector<double>& recorded, std::uint64_t seed);

  [[nodiscard]] const Case& question() const { return case_; }
  /// The world must outlive the result. It counts what it is asked.
  Ask ask();

  /// True when the conclusion names a cause that is one.
  [[nodiscard]] bool is_right(const TestOrder& culprits) const;
  [[nodiscard]] std::size_t causes() const { return causes_.size(); }

  /// The time of the whole sequence up to the victim, run once.
  [[nodiscard]] double whole() const { return whole_; }

  /// What a search did. Wall times are with 1, 2, 4 and 8 workers.
  int runs = 0;
  double executed = 0;  ///< seconds that tests ran
  std::array<double, 4> wall{};
  std::vector<Trial> trials;  ///< kept when `keep_trials`
  bool keep_trials = false;

 private:
  Answer answer(const Probe& probe);
  [[nodiscard]] int number_of(const std::string& test) const;
  [[nodiscard]] double seconds_of(int number) const;
  bool chance(double rate);

  Making making_;
  Case case_;
  std::vector<double> seconds_;
  std::vector<Cause> causes_;
  std::vector<std::uint8_t> cleans_, crashes_, hangs_;
  double whole_ = 0;
  std::mt19937_64 random_;
};

/// A start of the runner, until its first test.
constexpr Seconds start_up{0.4};
constexpr std::array<int, 4> workers{1, 2, 4, 8};

/// name<TAB>seconds, each test in a worker of its own, whose start is taken off; "#" begins a comment.
std::vector<double> read_recorded(const std::string& path);

}  // namespace bbbisect::bench
