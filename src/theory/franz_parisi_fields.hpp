// Local fields of searching weights given the reference's weight (internal to franz_parisi and teacher_franz_parisi).
#pragma once

#include <vector>

#include "math/branch_free.hpp"
#include "theory/graded_rule.hpp"

namespace wfm::theory {

/// For wt = +1 the weight of the fields (n, x) of a searching weight is Dn Dx (1 + tanh u),
/// u = sqrt(qthat)(r n + sqrt(1-r^2) x) + bias, r their correlation.
struct FieldWeights {
  std::vector<double> n;
  std::vector<double> W;  // Dn int Dx (1 + tanh u)
  std::vector<double> T;  // Dn int Dx (1 + tanh u) tanh u
};

/// tanh v and its variance for v = atanh p + y, p = 1 - 2d, relative to 1 - p^2 = 4 d (1-d). With e = e^{2y}:
///   (tanh v - p)/(1 - p^2) = (e - 1)/(2 (d + (1-d) e)),   (1 - tanh^2 v)/(1 - p^2) = e/(d + (1-d) e)^2
/// Nothing cancels for p -> 1 or y -> 0.
struct RelativeMagnetisation {
  double excess = 0;
  double variance = 0;
};
inline RelativeMagnetisation relative_magnetisation(double d, double y) {
  const double bounded = y < -150 ? -150 : (y > 150 ? 150 : y);
  const Exponential e = exponential(2 * bounded);
  const double inverse = 1 / (d + (1 - d) * e.value);
  return {e.minus_one * 0.5 * inverse, e.value * inverse * inverse};
}

/// `sharp_in_n`: where the caller's functions of n are sharp.
FieldWeights field_weights(double qthat, double bias, double correlation, SharpPlace sharp_in_n);

}  // namespace wfm::theory
