// What further logs of the same builder tell of the suspects, for nothing. Pure.
//
// A passing run tells of each suspect that it does not suffice by itself, a failing one that whoever did not
// run there is not needed; neither holds for certain. Another test may have undone what the suspect did, a
// group may act together only in an order that did not come about, and the victim of another log may have
// another polluter. So a suspect is never removed: to clear it is to look at it last.
#pragma once

#include <bbbisect/build_log.hpp>
#include <bbbisect/question.hpp>
#include <bbbisect/search.hpp>

#include <optional>
#include <string>

namespace bbbisect {

/// Adds to `question.further` what the runs of `log` tell, and to its remarks why one tells nothing. A run
/// counts when it was made in one process, ran the victim once and narrowed the tests down in the same way;
/// only the victim's first outcome is looked at, not that of a re-run. `name` is the log's for the user,
/// `fails` how the victim is said to have come out there; nullopt: either way. Throws Error (usage) when it
/// came out otherwise.
void add_further_log(Question& question, const BuildLog& log, const std::string& name, std::optional<bool> fails);

/// The suspects that `run` clears: of a passing run those that ran to their end before the victim, of a failing
/// one those that did not even begin before it.
TestOrder cleared_by(const FurtherRun& run, const TestOrder& suspects);

/// How likely each cleared suspect still is; the more runs cleared it, the less. Of tests of which one may set
/// up what the victim needs, the runs tell the same when FurtherRun::fails is turned round.
Suspicion clearing(const TestOrder& suspects, const std::vector<FurtherRun>& runs);

}  // namespace bbbisect
