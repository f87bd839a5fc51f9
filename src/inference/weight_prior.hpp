// The prior of the weights: from what messages say of every weight, exp(H_i w - A_i w^2/2), to its posterior
// mean m_i and variance v_i.
//   binary     w = +-1:  m_i = tanh H_i,  v_i = 1 - m_i^2,  whatever A_i
//   spherical  w real, |w_k|^2 = n on average by a multiplier a_k a unit, exp(-a_k w^2/2):
//              b_i = A_i + a_k,  m_i = H_i/b_i,  v_i = 1/b_i,  sum_i (m_i^2 + v_i) = n                     (BP.5)
//              equal A_i = A:  b = (1 + sqrt(1 + 4c))/2,  c = |H_k|^2/n
// All vectors have M = K n entries, unit after unit; n is the fan-in.
#pragma once

#include <functional>
#include <span>
#include <vector>

#include "problems/problem.hpp"

namespace wfm::inference {

/// Binary fields are kept within +-40: 1 - tanh(40)^2 = 7e-35, and sums of many of them stay finite.
double clamp_field(double h);

/// What messages say of M weights: exp(field w - precision w^2/2) each.
struct WeightMessages {
  std::span<const double> field, precision;
};

/// The sphere of one unit: sum_i [H_i^2/(A_i + a)^2 + 1/(A_i + a + rho_i)] = n, solved for the multiplier a.
/// Equal precisions are kept as one entry, the mean of H_i^2.
class UnitSphere {
 public:
  UnitSphere(std::span<const double> H, std::span<const double> A);

  double multiplier() const;  // rho = 0

  /// rho_i = added(v_i) >= 0 of the variance v_i = 1/(A_i + a); rho_i must not rise with v_i. Where no a
  /// satisfies the equation (H = 0 and large rho), the smallest one looked at.
  double multiplier(const std::function<double(double)>& added) const;

 private:
  std::vector<double> squares_, precisions_;  // H_i^2 and A_i
  double mean_square_ = 0, smallest_precision_ = 0, largest_precision_ = 0;
};

class WeightPrior {
 public:
  WeightPrior(WeightKind kind, int hidden, int fan_in) : kind_(kind), hidden_(hidden), fan_in_(fan_in) {}
  explicit WeightPrior(const Problem& problem)
      : WeightPrior(problem.weight_kind, problem.architecture.hidden, problem.architecture.fan_in()) {}

  WeightKind kind() const { return kind_; }
  bool spherical() const { return kind_ == WeightKind::spherical; }
  int hidden() const { return hidden_; }
  std::size_t fan_in() const { return std::size_t(fan_in_); }
  std::size_t size() const { return std::size_t(hidden_) * std::size_t(fan_in_); }  // M
  std::span<const double> unit(std::span<const double> values, int k) const {
    return values.subspan(std::size_t(k) * fan_in(), fan_in());
  }
  std::span<double> unit(std::span<double> values, int k) const {
    return values.subspan(std::size_t(k) * fan_in(), fan_in());
  }

  /// a_k of (BP.5), one a unit; zero for binary weights.
  std::vector<double> multipliers(WeightMessages total) const;

  /// Means and variances, M each.
  void posterior(WeightMessages total, std::span<double> mean, std::span<double> variance) const;

  /// mean, variance <- keep of themselves + (1 - keep) of the fresh ones; a binary variance follows its mean.
  void blend(double keep, std::span<const double> fresh_mean, std::span<const double> fresh_variance,
             std::span<double> mean, std::span<double> variance) const;

  /// ln of the integral over a weight of exp(H w - b w^2/2), b with the multiplier: ln 2cosh H, or
  /// H^2/(2b) - (1/2) ln b and a constant that (1/2) sum_k n a_k - M/2 completes (zero on the free sphere).
  double log_normaliser(double H, double b) const;

  /// Entropy of the posterior, summed over the weights: the binary entropy of (1 + m)/2, or (1/2) ln v, which
  /// is zero for the uniform measure on the sphere.
  double entropy(std::span<const double> mean, std::span<const double> variance) const;

  /// The configuration that the means point to: their signs, sign(0) = +1, or each unit's mean put onto the
  /// sphere (a unit of zero mean: all +1).
  Weights weights(std::span<const double> mean) const;

  double bounded(double field) const { return spherical() ? field : clamp_field(field); }

 private:
  WeightKind kind_;
  int hidden_, fan_in_;
};

}  // namespace wfm::inference
