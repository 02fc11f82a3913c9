// What is said in the end: the verdicts of bbbisect(1), their words and their exit statuses.
#pragma once

#include <bbbisect/error.hpp>

#include <string>

namespace bbbisect {

enum class Verdict {
  order_dependent,  ///< fails after other tests in the same process, passes alone
  state_setter,     ///< fails alone, passes after another test
  flags_dependent,  ///< fails alone under options or variables of the log, passes without them
  random_seed,      ///< fails or passes alone with the seed
  parallel,         ///< fails while other tests run at the same time, passes in one process
  transient,        ///< fails at times under identical conditions
  plain_failure,    ///< fails alone, whatever the conditions
  fails_alone,      ///< fails alone; nobody asked further
  not_reproduced,   ///< passes in all that was tried
  inconclusive,     ///< something was seen, but it proves nothing
};

/// "order-dependent", "flags-dependent", ...: a contract with scripts.
std::string describe(Verdict verdict);

/// A contract with scripts as well.
ExitStatus status_of(Verdict verdict);

}  // namespace bbbisect
