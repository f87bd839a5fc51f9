// New messages of one pattern to the weights of one hidden unit, given the unit's linear form Z ~ right p +
// wrong q:
//   uhat_i = (1/2) ln Z(w_i = +1)/Z(w_i = -1)
// Moments and inputs are sums over the unit's n inputs as they stand, not divided by sqrt n.
#pragma once

#include <span>
#include <vector>

#include "inference/channel.hpp"
#include "inference/edge_kernel.hpp"

namespace wfm::inference {

/// Two-point difference with the weight's own part taken out of mean and variance:
///   x_i(w) = (t sqrt n - s (mean - xi_i m_i + xi_i w))/sqrt(variance - xi_i^2 (1 - m_i^2))
///   uhat_i = (1/2) [ln(right H(x) + wrong H(-x))]_{w=+1} - the same at w = -1
void accurate_messages(const Channel& channel, int label, const LinearForm& form, RowMoments moments,
                       std::span<const double> xi, std::span<const double> m, std::span<double> fresh);

/// The same for +-1 inputs as a function of s = xi m alone, uhat = xi F(s): the polynomial through the 6
/// Chebyshev nodes in [-1, 1]. Its error, relative to the largest message, is 3e-6 at variance 25 and 1e-4 at
/// 9.
MessagePolynomial message_polynomial(const Channel& channel, int label, const LinearForm& form,
                                     RowMoments moments, int n);
inline constexpr double smallest_interpolated_variance = 25;

/// The same at smaller variances, where most weights are frozen: F is a parabola in a band below |s| = 1, of
/// width 0.05 min(1, variance), and evaluated directly for the few weights outside the bands (at most 10
/// variance/min(1, variance)).
void nearly_frozen_messages(const Channel& channel, int label, const LinearForm& form, RowMoments moments,
                            std::span<const double> xi, std::span<const float> s, std::span<double> fresh);

/// The distribution of a unit's sum by convolution over the fan-in, O(n^2) time and memory; +-1 inputs.
class ExactSum {
 public:
  /// fields: cavity fields H_i - uhat_i; the unit is right where s sum_i xi_i w_i > t sqrt n.
  ExactSum(const Channel& channel, int label, std::span<const double> xi, std::span<const double> fields);

  UnitChance chance() const { return chance_; }
  void messages(const LinearForm& form, std::span<double> fresh) const;

 private:
  std::size_t n_;
  int unit_sign_;
  long needed_;  // number of agreeing weights (s xi_i w_i = +1) from which the unit is right
  std::vector<double> xi_, agree_, differ_;  // chances of s xi_i w_i = +1 and -1
  std::vector<double> tail_,
      head_;  // row i, column c: P(at least c agree), P(fewer than c) among the weights i ... n-1
  UnitChance chance_;
};

}  // namespace wfm::inference
