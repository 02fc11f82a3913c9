// What the triage proves beside the order: each of these narrows one cause down with the questions of a TriageLab and
// proves it by fresh runs, or finds nothing.
#pragma once

#include "triage_lab.hpp"

#include <optional>

namespace bbbisect {

/// Flags_dependent or random_seed: the least of `differing` with which it fails under `base`, alone. It was seen to
/// fail with all of them, and to pass under `without`, which has `base` alone.
std::optional<Finding> prove_flags(TriageLab& lab, const Factors& base, const Factors& differing,
                                   const Conditions& without);

/// Parallel: the least of what ran at the same time in the log that must do so again.
std::optional<Finding> prove_parallel(TriageLab& lab);

/// Transient: the rate alone, and what raises it; only when it was seen to pass and to fail, twice each.
std::optional<Finding> prove_transient(TriageLab& lab);

}  // namespace bbbisect
