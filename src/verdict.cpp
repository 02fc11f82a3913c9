#include <bbbisect/verdict.hpp>

#include <algorithm>
#include <iterator>
#include <string_view>

namespace bbbisect {
namespace {

struct Row {
  Verdict verdict;
  std::string_view name;
  ExitStatus status;
};

constexpr Row table[] = {
    {Verdict::order_dependent, "order-dependent", ExitStatus::explained},
    {Verdict::state_setter, "state-setter", ExitStatus::state_setter},
    {Verdict::flags_dependent, "flags-dependent", ExitStatus::flags_dependent},
    {Verdict::random_seed, "random-seed", ExitStatus::random_seed},
    {Verdict::parallel, "parallel", ExitStatus::parallel},
    {Verdict::transient, "transient", ExitStatus::transient},
    {Verdict::plain_failure, "plain-failure", ExitStatus::fails_alone},
    {Verdict::fails_alone, "fails-alone", ExitStatus::fails_alone},
    {Verdict::not_reproduced, "not-reproduced", ExitStatus::not_reproduced},
    {Verdict::inconclusive, "inconclusive", ExitStatus::inconclusive},
};

const Row& row_of(Verdict verdict) { return *std::ranges::find(table, verdict, &Row::verdict); }

}  // namespace

std::string describe(Verdict verdict) { return std::string(row_of(verdict).name); }

ExitStatus status_of(Verdict verdict) { return row_of(verdict).status; }

}  // namespace bbbisect
