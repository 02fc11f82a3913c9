// Which suspects are likely to be the culprit, by what the log and the checkout tell for nothing. A wrong
// suspicion costs time, never the answer. Pure; tests/bench/suspicion_weights.sh measures what it is worth.
#pragma once

#include <bbbisect/question.hpp>
#include <bbbisect/search.hpp>
#include <bbbisect/sources.hpp>

namespace bbbisect {

/// Suspects that the log says altered the environment; more when it is something of the victim's modules.
Suspicion suspicion_by_environment(const Question& question);

/// Suspects named after modules that the victim's traceback names, or (with sources) importing them.
Suspicion suspicion_by_traceback(const Question& question, const Sources& sources);

/// Suspects whose sources touch what the victim's touch, as far as few tests do; more when they replace it,
/// and when they turn modules over at all.
Suspicion suspicion_by_sources(const Question& question, const Sources& sources);

/// For a victim that ended the process or was cut off: the suspect directly before it.
Suspicion suspicion_by_neighbourhood(const Question& question);

/// All of the above: their product, at most 20; and what is left of it by other logs, see clearing().
Suspicion suspicion_of(const Question& question, const Sources& sources);

}  // namespace bbbisect
