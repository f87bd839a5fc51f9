// Newton's method for one saddle point of the Franz-Parisi entropy (internal to franz_parisi).
// Unknowns are x = (logit eps, atanh tau) of (FP.4); (FP.3) maps them to their images x'(x), and the saddle is x' = x.
#pragma once

#include <array>
#include <optional>

#include "theory/franz_parisi.hpp"
#include "theory/franz_parisi_averages.hpp"
#include "theory/units_franz_parisi.hpp"

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
  Prior prior = Prior::binary;
  std::optional<UnitsFields> units = {};  // machines with more than one field a pattern
};

/// Nodes for the fields of a pattern, good for nearby overlaps too.
struct PatternGrid {
  QuadratureRule m;
  UnitsGrid units;  // in place of m
};
PatternGrid pattern_grid(const SaddleProblem& problem, const OverlapPoint& o, double refinement = 1);

/// qhat = alpha Q'(q) E[l'^2],  that = alpha Q'(t) E[lt' l'], the first two of (FP.3).
struct Conjugates {
  double qhat = 0;
  double that = 0;
};
Conjugates conjugates(double alpha, const OverlapPoint& o, const EnergeticAverages& e);

/// The saddle at distance d, searched from `start` (which is moved to it where the search succeeds).
FranzParisiPoint solve_saddle(const SaddleProblem& problem, double d, Saddle& start);

/// phat - that, the field that the reference's weight exerts of its own.
double field_of_reference(const SaddleProblem& problem, const OverlapPoint& o);

/// Parity machines on their branch qt = 0: t = 0, tau = 0.
bool has_uncorrelated_references(const SaddleProblem& problem);

/// eps at its floor: the searching weights have no freedom left that a double would feel.
bool is_frozen(const Saddle& saddle);

/// (FP.1) and the results that follow from it, at any x: the saddle's own numbers where x' = x.
FranzParisiPoint evaluate_point(const SaddleProblem& problem, double d, const std::array<double, 2>& x);
FranzParisiPoint evaluate_point(const SaddleProblem& problem, const OverlapPoint& point,
                                const PatternGrid& grid);

/// Limit alpha = 0: nothing is constrained, q = p^2 and phi_FP is data_free_entropy.
FranzParisiPoint unconstrained_point(double d, Prior prior = Prior::binary);

/// A point without a saddle: NaN everywhere but in distance and p.
FranzParisiPoint failed_point(double d, const std::string& reason);

/// logit eps = ln(eps/(1 - eps)) of (FP.4) at overlaps p^2 < q < 1, and atanh tau at t = p.
std::array<double, 2> typical_coordinates(const ReferenceState& reference, double p, double q);

}  // namespace wfm::theory
