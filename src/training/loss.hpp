// Losses of a pattern as functions of u = s - kappa, s = sigma field the output stability and kappa the loss's margin:
//   cross-entropy    f_gamma(u) = -u/2 + ln(2 cosh(gamma u))/(2 gamma) = ln(1 + e^{-2 gamma u})/(2 gamma)
//                    f' = -1/(1 + e^{2 gamma u}),   f'' = (gamma/2)/cosh^2(gamma u)
//   hinge            max(0, -u),       the cross-entropy's limit gamma -> infinity
//   squared hinge    max(0, -u)^2/2
//   mean square      u^2/2, where kappa is the stability aimed at
// gamma plays the part of the output's norm [B].
#pragma once

#include <span>
#include <string_view>

namespace wfm::training {

enum class LossKind { cross_entropy, hinge, squared_hinge, mean_square };
std::string_view name(LossKind kind);  // "cross-entropy", "hinge", "squared-hinge", "mean-square"

struct Loss {
  LossKind kind = LossKind::cross_entropy;
  double gamma = 1;   // sharpness of the cross-entropy, > 0 and finite; the others do not read it
  double margin = 0;  // kappa, finite
};

/// Throws InvalidInput for a gamma or margin out of range.
void validate(const Loss& loss);

/// A loss and its derivatives by s. A hinge's second derivative is 0, its slope at the kink that of its right side; a squared
/// hinge's second derivative at the kink is 0 likewise.
struct LossValue {
  double value = 0, first = 0, second = 0;
};

/// Relative precision of a few ulp in both tails for every finite s.
LossValue evaluate(const Loss& loss, double s);

/// sum_a loss(s_a) of a valid loss at finite s_a: each term to 1e-15 (term + 1/gamma), without the relative precision of `evaluate` in
/// the tail of large s. Added up in eight lanes.
double total(const Loss& loss, std::span<const double> s);

}  // namespace wfm::training
