// One saddle point of the Franz-Parisi entropy around a Gibbs measure (internal to gibbs_franz_parisi).
// Unknowns are x = (logit eps, atanh tau) of (FP.4); (FP.3) with the averages of (GI.5) maps them to x'(x); the saddle is x' = x.
#pragma once

#include <array>
#include <optional>
#include <string>

#include "theory/franz_parisi.hpp"
#include "theory/gibbs_franz_parisi_averages.hpp"

namespace wfm::theory {

/// What every point of a curve shares.
struct GibbsSetting {
  double alpha = 0, margin = 0;
  std::optional<GibbsReference> reference;
  double counted_q = 0;  // RS overlap of the solutions that are counted
  std::string trouble;   // empty where both RS saddles exist; the reference is then there
};

/// Where the search is, and the slope of x' - x there, from which a nearby saddle is found in a few evaluations.
struct GibbsSaddle {
  std::array<double, 2> x{};
  std::optional<std::array<std::array<double, 2>, 2>> jacobian{};  // d (x' - x)_row / d x_column
};

/// Moves `saddle` to the saddle at distance d; empty, or why it was not found.
std::string find_gibbs_saddle(const GibbsSetting& setting, double d, GibbsSaddle& saddle);

/// (FP.1) and the results that follow from it, at any x: the saddle's own numbers where x' = x. Judged: `converged` or `reason`.
FranzParisiPoint evaluate_gibbs_point(const GibbsSetting& setting, double d, const std::array<double, 2>& x);

/// phat - that at any x: the field that the reference's weight exerts.
double gibbs_reference_field(const GibbsSetting& setting, double d, const std::array<double, 2>& x);

/// eps at its floor: the searching weights have no freedom left that a double would feel.
bool is_frozen(const GibbsSaddle& saddle);

}  // namespace wfm::theory
