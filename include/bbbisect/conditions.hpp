// Under which conditions a run is made: what of the log's circumstances holds, and what is added to them.
// Pure; to run something under them is to ask for their Replay.
#pragma once

#include <bbbisect/replay.hpp>

#include <compare>
#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace bbbisect {

/// One circumstance of the log that the runner's defaults do not have.
struct Factor {
  enum class Kind { python_option, runner_option, resource, seed, variable };
  Kind kind = Kind::runner_option;
  std::string name;  ///< for the user: "-bb", "-u network", "LC_ALL=C", "--randseed=7"
};

/// Numbers of factors.
using Factors = std::set<std::size_t>;

struct Conditions {
  Factors factors;     ///< those that hold
  int other_seed = 1;  ///< which other seed there is where that of the log does not hold; from 1
  int workers = 0;     ///< see Replay
  int load = 0;        ///< see Replay
  auto operator<=>(const Conditions&) const = default;
};

/// What of an environment may matter to a test and is harmless to set, the log's against ours. Our own variables for
/// Python are circumstances like the options of the log: without them is how the runner's defaults are.
struct Surroundings {
  Environment tried;  ///< the log has it and we have not (or the other way round): tried when the options show nothing
  std::map<std::string, std::string> held;  ///< PYTHON* that is ours, and the log's as far as it tells
  std::set<std::string> left_out;           ///< PYTHON* that is ours, but not the log's: no run has it
};

class Circumstances {
 public:
  /// None: no factors.
  Circumstances() = default;
  /// `whole` is the replay with all options of the log. What it needs to show the failure at all, and what the user
  /// gave, is no factor.
  Circumstances(Replay whole, const ReplayNeeds& needs, const Surroundings& surroundings);

  [[nodiscard]] const std::vector<Factor>& factors() const { return factors_; }
  /// All factors but those that are tried later: the conditions of an ordinary probe.
  [[nodiscard]] const Factors& logged() const { return logged_; }
  [[nodiscard]] const Factors& variables() const { return variables_; }

  [[nodiscard]] Replay replay(const Conditions& conditions) const;
  /// The seed under these conditions; nullopt where the log has none.
  [[nodiscard]] std::optional<std::string> seed(const Conditions& conditions) const;
  /// In the words of a report, "" for those of an ordinary probe: "the runner's defaults", "only -bb", "without
  /// -u network", "LC_ALL=C", "-j4".
  [[nodiscard]] std::string describe(const Conditions& conditions) const;
  /// The names of `factors`, in their order.
  [[nodiscard]] std::vector<std::string> names(const Factors& factors) const;

 private:
  // A piece of the command line, which is there when a factor of it holds.
  struct Piece {
    std::vector<std::string> fixed;  // is there in any case
    Factors parts;
  };
  std::size_t add(Factor::Kind kind, const std::string& name, const std::string& word);
  void add_python(const std::string& word);
  void add_resources(const std::vector<std::string>& values);
  void add_variables(const Environment& tried);
  [[nodiscard]] std::vector<std::string> words_of(const std::vector<Piece>& pieces, const Factors& on) const;

  Replay whole_;
  std::vector<Factor> factors_;
  std::vector<std::string> words_;  // by factor: its word, empty where it has none
  std::vector<Piece> python_, runner_;
  std::map<std::size_t, Environment> changes_;
  std::map<std::size_t, std::pair<std::string, std::string>> held_;  // set as long as nobody unsets it
  std::set<std::string> left_out_;
  std::optional<std::size_t> seed_;
  Factors logged_, variables_;
};

/// Of `log`, the environment as Buildbot prints it, and of `own`; of a log that shows none, what `encodings`, its
/// header line, tells of the locale. Options such as -E keep no variable from the tests: they start children of their
/// own.
Surroundings surroundings_of(const std::map<std::string, std::string>& log, const std::string& encodings,
                             const std::map<std::string, std::string>& own);

/// "NAME=VALUE" of those of `own` that a run may depend on.
std::vector<std::string> watched_variables(const std::map<std::string, std::string>& own);

}  // namespace bbbisect
