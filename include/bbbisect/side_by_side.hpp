// A probe in several processes at once: its chunks, each what stands between two checks and the check behind
// it, are dealt out to parts, and their answers are put together as if one process had given them. Pure.
#pragma once

#include <bbbisect/search.hpp>

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace bbbisect {

constexpr int most_jobs = 64;  ///< parts at a time

/// Some chunks of a probe, as a run of their own.
struct Part {
  std::vector<std::size_t> chunks;  ///< by the number of their check, rising
  TestOrder tests;
};

/// The places of the checks in `tests`: where the victim stands.
std::vector<std::size_t> check_places(const TestOrder& tests, const std::string& victim);

/// The whole probe as one part.
Part whole(const Probe& probe, const std::string& victim);

/// Deals the chunks out, in order, each to the part with the least to do so far (the first of them); no part
/// is empty. One part, the whole, where the probe must not be divided or `jobs` is 1.
std::vector<Part> deal_out(const Probe& probe, const std::string& victim, int jobs,
                           const std::function<Seconds(const std::string&)>& expected);

/// How many checks, from the first, can still count where these outcomes are `known`: behind the first
/// `enough` ones in a row with the outcome `sought` nothing does.
std::size_t checks_that_count(const std::vector<std::optional<Outcome>>& known, int enough,
                              Outcome sought = Outcome::fails);

/// The answer to `probe` from those of its parts, as one run would have given it if the chunks did not
/// influence each other: up to the first `enough` failing checks in a row, or to where a run was broken, in
/// the order of the probe, whatever came first in time. `answers[i].durations` tell how far `parts[i]` came:
/// a check with an outcome but without a duration ended its run.
///
/// nullopt where the parts prove nothing, since tests of two of them may act together only: none came to such
/// an end, or one was stopped too early. A whole proves itself.
std::optional<Answer> put_together(const Probe& probe, const std::string& victim, const std::vector<Part>& parts,
                                   const std::vector<Answer>& answers);

/// How long a probe takes on `jobs`, by what each test is expected to take and `start_up` for each run, when
/// its first `checks` checks count; with the run in one piece that follows where no check failed.
Seconds time_of(const Probe& probe, const std::string& victim, int jobs, std::size_t checks, bool failed,
                const std::function<Seconds(const std::string&)>& expected, Seconds start_up);

}  // namespace bbbisect
