// Newton's method for one saddle point of the Franz-Parisi entropy (internal to franz_parisi).
// Unknowns are x = (logit eps, atanh tau) of (FP.4); (FP.3) maps them to their images x'(x), and the saddle is x' = x.
#pragma once

#include <array>

#include "theory/franz_parisi.hpp"
#include "theory/franz_parisi_averages.hpp"

namespace wfm::theory {

/// A saddle, and the slope of x' - x there, from which a nearby one is found in a few evaluations.
struct Saddle {
  std::array<double, 2> x{};
  std::array<std::array<double, 2>, 2> jacobian{};  // d (x' - x)_row / d x_column
  bool has_jacobian = false;
};

/// What every point of a curve shares.
struct SaddleProblem {
  double alpha = 0;
  double margin = 0;
  ReferenceState reference;
};

/// qhat = alpha Q'(q) E[l'^2],  that = alpha Q'(t) E[lt' l'], the first two of (FP.3).
struct Conjugates {
  double qhat = 0;
  double that = 0;
};
Conjugates conjugates(double alpha, const OverlapPoint& o, const EnergeticAverages& e);

/// The saddle at distance d, searched from `start` (which is moved to it where the search succeeds).
FranzParisiPoint solve_saddle(const SaddleProblem& problem, double d, Saddle& start);

/// eps at its floor: the searching weights have no freedom left that a double would feel.
bool is_frozen(const Saddle& saddle);

/// (FP.1) and the results that follow from it, at any x: the saddle's own numbers where x' = x.
FranzParisiPoint evaluate_point(const SaddleProblem& problem, double d, const std::array<double, 2>& x);
FranzParisiPoint evaluate_point(const SaddleProblem& problem, const OverlapPoint& point,
                                const QuadratureRule& rule);

/// Limit alpha = 0: nothing is constrained, q = p^2 and phi_FP is the binary entropy of d.
FranzParisiPoint unconstrained_point(double d);

/// A point without a saddle: NaN everywhere but in distance and p.
FranzParisiPoint failed_point(double d, const std::string& reason);

/// logit eps = ln(eps/(1 - eps)) of (FP.4) at overlaps p^2 < q < 1, and atanh tau at t = p.
std::array<double, 2> typical_coordinates(const ReferenceState& reference, double p, double q);

}  // namespace wfm::theory
