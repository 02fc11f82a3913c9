// The commands to paste.
#pragma once

#include <bbbisect/result.hpp>

#include <string>

namespace bbbisect {

/// Writes `reproduce` and `contrast` from what is found in `result`: what was proven to fail, and what was seen to
/// pass where the difference is the point. `without_seed` runs a probe without the seed of the log: a shorter
/// command, that is offered only when it was seen to fail.
void write_commands(Result& result, const std::string& victim, const AskUnder& without_seed);

}  // namespace bbbisect
