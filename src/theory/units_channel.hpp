// Channels with K fields a pattern, one for each hidden unit of a tree: unit l says tau_l = +1 or -1 with the probability that its
// field h_l + sqrt(v) x_l, x_l standard normal, is beyond the margin on that side:
//   p_l(tau) = H((kappa - tau h_l)/sqrt(v))                                                        (U.1)
//   X(h, v)  = sum over admissible tau of prod_l p_l(tau_l)                                        (U.2)
//   committee, K odd: most tau_l are +1;   parity: prod_l tau_l = +1
// At kappa = 0 X is the probability that the output is right. At kappa > 0 it is the probability that the output is right and that
// every unit's field is at least kappa away from 0 (a reference of large stability); kappa < 0 has no such meaning.
// With P the probability of tau in (U.2) and s_l = d ln p_l(tau_l)/dh_l:
//   r_l = d ln X/dh_l = E_P[s_l],   d r_l/dh_m = delta_lm E_P[ds_l/dh_l] + Cov_P(s_l, s_m)         (U.3)
// docs/theory/units.md
#pragma once

#include <span>

#include "theory/machine.hpp"

namespace wfm::theory {

inline constexpr int most_units = 15;  // the sums over pairs of units cost K^4

/// One unit at one field: what (U.2) and (U.3) need of it, so that tables of it serve a whole product rule.
struct UnitTails {
  double a_plus = 0, a_minus = 0;    // (kappa -+ h)/sqrt(v)
  double log_larger = 0;             // ln max(p(+1), p(-1))
  double plus = 1, minus = 1;        // p(+-1)/max, in [0, 1]; the smaller one may underflow
  double r_plus = 0, r_minus = 0;    // d ln p(+-1)/dh, >= 0 and <= 0
  double dr_plus = 0, dr_minus = 0;  // d^2 ln p(+-1)/dh^2, <= 0
};
/// v > 0, margin >= 0.
UnitTails unit_tails(double h, double v, double margin);

class UnitsChannel {
 public:
  /// InvalidInput for K outside [1, most_units], for what check_machine refuses, or a negative or infinite margin. A perceptron is
  /// a committee of one unit.
  explicit UnitsChannel(const Machine& machine, double margin = 0);

  int units() const { return units_; }
  double margin() const { return margin_; }
  bool is_parity() const { return parity_; }

  UnitTails tails(double h, double v) const { return unit_tails(h, v, margin_); }

  /// ln X; fills r (K numbers, or empty) and dr (K x K by rows, or empty; only together with r).
  double operator()(std::span<const UnitTails> tails, std::span<double> r = {},
                    std::span<double> dr = {}) const;

 private:
  int units_;
  bool parity_;
  double margin_;
};

}  // namespace wfm::theory
