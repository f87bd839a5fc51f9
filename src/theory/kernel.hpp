// Kernel Q(q): covariance of the output's field in two networks of overlap q, per pattern.
//   perceptron  Q = q                                                                        (K.1)
//   K -> infinity hidden units phi(h), h, h' standard normal with covariance q, Q = <phi(h) phi(h')> - <phi>^2:
//   sign units  Q = (2/pi) asin q,   Q(1) = 1                                                (K.2)
//   erf units   Q = (2/pi) asin(2q/3)                                                        (K.3)
//   ReLU units  Q = [sqrt(1-q^2) + q (pi - acos q)]/(2 pi) - 1/(2 pi),   Q(1) = 1/2 - 1/(2 pi)   (K.4)
// The formulas of the perceptron hold with q -> Q(q), 1 - q -> Q(1) - Q(q) in the energetic part. docs/theory.md.
#pragma once

#include "theory/machine.hpp"

namespace wfm::theory {

/// An overlap with its distance from 1, both to full relative precision.
struct Overlap {
  double q = 0;
  double one_minus_q = 1;
};

/// 0 <= q <= 1.
Overlap overlap_of(double q);

/// q = 1/(1 + e^{-x}): the coordinate x = ln(q/(1-q)) keeps both ends in reach.
Overlap overlap_of_logit(double x);

class Kernel {
 public:
  /// The machine's; InvalidInput unless it has one field.
  explicit Kernel(const Machine& machine);
  Kernel() = default;  // the perceptron's, Q = q

  double Q(const Overlap& q) const;
  double rest(const Overlap& q) const;       // Q(1) - Q(q), without cancellation
  double slope(const Overlap& q) const;      // Q'(q); infinite at q = 1 for sign units
  double curvature(const Overlap& q) const;  // Q''(q)
  double at_one() const;                     // Q(1)

 private:
  enum class Kind { identity, sign, erf, relu };
  Kind kind_ = Kind::identity;
};

}  // namespace wfm::theory
