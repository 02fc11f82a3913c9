// The searches of the peers, as far as their descriptions tell them: what find_culprits() is measured
// against.
#pragma once

#include <bbbisect/search.hpp>

#include <vector>

namespace bbbisect::bench {

/// What a peer says in the end. `inconclusive`: it gives up, or reaches the bound that was put on its runs.
struct Found {
  Verdict verdict = Verdict::inconclusive;
  std::vector<TestOrder> groups;  ///< each is said to suffice; in running order; empty unless order_dependent
};

struct Peer {
  const char* name;
  Found (*search)(const Case&, const Ask&);  ///< asks plain probes only, at most 20 per suspect (or 100)
};

/// All of them. Case::runs is ours and means nothing to them.
const std::vector<Peer>& peers();

}  // namespace bbbisect::bench
