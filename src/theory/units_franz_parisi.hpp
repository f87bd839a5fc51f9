// What a pattern contributes to the Franz-Parisi entropy of a tree with K <= 3 sign units (internal to franz_parisi).
// Unit l has the reference's cavity field sqrt(qt) z_l and the counted solutions' cavity field m_l, and the reference's signs
// taus_l = sign of its stabilities are summed over:
//   G_E = int prod_l Dz_l 1/Xt(z) sum over admissible taus  int prod_l dm_l k(m_l, taus_l | z_l)  ln X(m, 1-q)           (FPU.1)
//   k(m, tau | z) = G((m - c0 z)/s)/s H(B_tau),   B_tau = sqrt(1 + rho^2) A_tau - tau rho (m - c0 z)/s,
//   A_tau = (kappa_r - tau sqrt(qt) z)/st,   Xt = X at sqrt(qt) z, variance 1 - qt, margin kappa_r
// with c0, s, rho of OverlapPoint. Each axis z_l is contracted on its own, as a product of matrices: n^(K+1) operations in place
// of n^(2K). docs/theory/franz-parisi.md.
#pragma once

#include <vector>

#include "math/quadrature.hpp"
#include "theory/franz_parisi_averages.hpp"
#include "theory/units_channel.hpp"

namespace wfm::theory {

inline constexpr int most_contracted_units = 3;

/// Overlap of references below which they are uncorrelated: then z does not matter, and t = 0.
inline constexpr double uncorrelated_qt = 1e-15;

/// Nodes of the two cavity fields of a unit.
struct UnitsGrid {
  QuadratureRule z;  // n nodes, the normal density in the weights
  QuadratureRule m;
  std::vector<double> source;  // n^K: prod_l w_l/Xt(z), Xt relative to the product of the units' larger tails
  bool resolved =
      true;  // false: k(m | z) is too narrow for the nodes that z may have, and all averages are NaN
  std::vector<double> source_score;  // the same times rt_K = d ln Xt/d(sqrt(qt) z_K)
};

struct UnitsAverages {
  EnergeticAverages
      energetic;  // score2: sum_l E[r_l^2], cross_score: sum_l E[rt_l r_l], curvature2: sum_lm E[(d_l r_m)^2]
  double slope = 0;  // dG_E/dp at fixed q and t
};

class UnitsFields {
 public:
  /// Channels of reference and counted solutions; InvalidInput for more than 3 units or a negative margin.
  UnitsFields(const Machine& machine, double reference_margin, double margin);

  /// `step` of the map that grades m, divided by the refinement; good for nearby points too.
  UnitsGrid grid(const ReferenceState& reference, const OverlapPoint& o, double step) const;

  /// Entropies::without leaves log_H at 0; curvature2 is 0 unless asked for, since it costs the most.
  UnitsAverages averages(const ReferenceState& reference, const OverlapPoint& o, const UnitsGrid& grid,
                         Entropies entropies, bool with_curvature = false) const;

 private:
  UnitsChannel reference_, counted_;
};

/// References whose (8 + kappa_r)/sqrt(1 - qt) is larger are refused: products of their units' tails underflow.
inline constexpr double largest_units_reach = 24;

/// Step of m in use.
inline constexpr double units_field_step = 0.42;

}  // namespace wfm::theory
