// Looking for culprits with checks inside runs: the victim stands between chunks of suspects, and the run ends
// where it fails first. What is found so is a hint: plain runs decide.
#pragma once

#include "lab.hpp"

#include <bbbisect/search.hpp>

#include <optional>
#include <set>
#include <string>
#include <vector>

namespace bbbisect {

/// A check inside a run that failed.
struct Hit {
  NumberedRun run;      ///< all of it, up to and with the check
  NumberedRun history;  ///< the suspects that ran before the last chunk
  NumberedRun chunk;    ///< those between the check and the one before it
};

class CheckedSearch {
 public:
  /// `broke` are the suspects that ended a run themselves: they are left out, and new ones are added.
  CheckedSearch(Lab& lab, const Case& the_case, std::set<std::string>& broke);

  /// Runs the suspects that were not seen to be harmless, without `removed`, until the victim fails; nullopt
  /// when it does not. `closing`: those seen to be harmless run first, so that all stand in one run.
  std::optional<Hit> survey(const std::set<int>& removed, bool closing);

  /// A group after which the victim was seen to fail in a plain run; nullopt when the hit leads to none.
  std::optional<TestOrder> resolve(const Hit& hit);

  /// Suspects after which the victim was seen to fail in one plain run.
  struct Solid {
    TestOrder rest;  ///< something of it is needed
    TestOrder kept;  ///< believed to be needed; what is not shows later
  };
  /// Of the hit, when resolve() found no group: nothing that only checks inside runs told. nullopt when it
  /// passes.
  std::optional<Solid> solid_part(const Hit& hit);

  /// Runs the hit's run again: true when the same check, and no other, fails.
  bool happens_again(const Hit& hit);

 private:
  struct Laid {
    NumberedRun run;
    std::vector<std::size_t> ends;  // how many suspects stand before each check
  };
  enum class Seen { hit, none, again, lost };

  Laid lay(const NumberedRun& suspects, const std::vector<std::size_t>& ends, const NumberedRun& before,
           const NumberedRun& unit) const;
  Seen look(const NumberedRun& suspects, const std::vector<std::size_t>& ends, const NumberedRun& before,
            const NumberedRun& unit, Hit& hit);
  std::optional<int> narrow(NumberedRun block, const NumberedRun& before, const NumberedRun& unit);
  std::optional<Hit> survey_for(const NumberedRun& pool, const NumberedRun& unit, bool in_waves);
  bool fails(const NumberedRun& group);
  [[nodiscard]] Solid solid(const NumberedRun& pool, const NumberedRun& kept) const;
  [[nodiscard]] double check_cost(const NumberedRun& unit) const;
  [[nodiscard]] NumberedRun waved(const NumberedRun& pool, std::vector<std::size_t>* wave_ends = nullptr) const;
  [[nodiscard]] NumberedRun unbroken(const NumberedRun& run) const;
  [[nodiscard]] bool is_broken(int suspect) const;

  Lab& lab_;
  const Case& case_;
  std::set<std::string>& broke_;
  std::vector<bool> harmless_;  // ran, and the victim passed afterwards
  std::optional<Solid> solid_;
  std::vector<bool> odd_;  // the victim failed in another way afterwards
};

}  // namespace bbbisect
