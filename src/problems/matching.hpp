// Overlap of two configurations after the best matching of their hidden units, which is what two networks have in common.
//   q(pi, s) = (1/K) sum_k s[k] q[k][pi(k)],   q[k][l] = (1/n) w[k].w'[l],   d = (1 - q)/2
// Symmetries of the output: the committee and the fully connected parity machine do not feel a permutation pi of their units, the
// parity machine not an even number of sign flips s either. A tree's units see different inputs and stay where they are.
#pragma once

#include <vector>

#include <Eigen/Core>

#include "problems/architecture.hpp"
#include "problems/weights.hpp"

namespace wfm {

struct Matching {
  std::vector<int> permutation;  // K: unit k of the first goes with unit permutation[k] of the second
  std::vector<int> signs;        // K: and with this sign, +-1; their product is +1
  double overlap = 0;            // q after the matching
  double distance = 0;           // (1 - q)/2
};

/// The matching with the largest overlap. Exact by linear assignment for committees, by sign count for tree parity machines, and by
/// dynamic programming over sets of units (K 2^K steps) for fully connected parity machines of at most 16 units; beyond 16 units
/// the best permutation is found without regard to the parity of the signs, and the worst pair gives way where that is odd (a lower
/// bound). Throws InvalidInput where a configuration has not the architecture's shape.
Matching best_matching(const Architecture& architecture, const Weights& a, const Weights& b);

/// b with its units in a's order and signs: overlap(a, matched(b, best_matching(architecture, a, b))) is the matching's overlap.
Weights matched(const Weights& b, const Matching& matching);

/// Permutation that maximises sum_k gain(k, permutation[k]) for a square matrix of finite gains (Kuhn-Munkres with potentials,
/// O(K^3)).
std::vector<int> best_assignment(const Eigen::MatrixXd& gain);

}  // namespace wfm
