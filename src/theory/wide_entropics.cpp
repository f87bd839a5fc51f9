// Binary weights, y -> infinity: h* solves h - dhat tanh h = sqrt(qhat1) z. For dhat > 1 it jumps at z = 0 between +-h_min,
// h_min = dhat tanh h_min; the averages run over h > h_min, where z(h) is smooth and known, and z < 0 mirrors z > 0.
#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "math/gaussian.hpp"
#include "math/quadrature.hpp"
#include "theory/entropics.hpp"
#include "theory/falling_root.hpp"

namespace wfm::theory {

namespace {

constexpr double z_reach = 9;
constexpr int panel_nodes = 16;

/// h_min = dhat tanh h_min, 0 for dhat <= 1. The function is convex for h > 0: Newton's method descends.
double smallest_field(double dhat) {
  if (!(dhat > 1)) return 0;
  double h = dhat;
  for (int step = 0; step < 100; ++step) {
    const double T = std::tanh(h), change = (h - dhat * T) / (1 - dhat * (1 - T * T));
    h -= change;
    if (!(std::abs(change) > 1e-16 * h)) break;
  }
  return std::max(h, 0.0);
}

/// h = h_min + t.
class FieldMap {
 public:
  FieldMap(double qhat1, double dhat)
      : root_(std::sqrt(qhat1)), dhat_(dhat), h_min_(smallest_field(dhat)), T_min_(std::tanh(h_min_)) {}

  double h(double t) const { return h_min_ + t; }
  /// z = [t - dhat (tanh(h_min + t) - tanh h_min)]/sqrt(qhat1), the difference of tanh without cancellation
  double z(double t) const {
    const double T = std::tanh(t);
    return (t - dhat_ * T * sech2_min() / (1 + T_min_ * T)) / root_;
  }
  double slope(double t) const { return (1 - dhat_ * sech2(h(t))) / root_; }  // dz/dt
  /// z(t) = z_reach, from the right; z is convex.
  double last() const {
    double t = z_reach * root_ + dhat_ * sech2_min();
    for (int step = 0; step < 60; ++step) {
      const double change = (z(t) - z_reach) / slope(t);
      t -= change;
      if (!(std::abs(change) > 1e-6 * t)) break;
    }
    return t;
  }
  static double sech2(double h) {
    const double e = std::exp(-2 * std::abs(h));
    return 4 * e / ((1 + e) * (1 + e));
  }

 private:
  double sech2_min() const { return sech2(h_min_); }
  double root_, dhat_, h_min_, T_min_;
};

struct FieldAverages {
  double value = 0;      // E[max_h ...]
  double sech2 = 0;      // E[1 - tanh^2 h*]
  double zT = 0;         // E[z tanh h*]
  double response2 = 0;  // E[(d tanh h*/d(sqrt(qhat1) z))^2] without the jump
};

FieldAverages field_averages(double qhat1, double dhat, double refinement) {
  const FieldMap map(qhat1, dhat);
  static const QuadratureRule unit = gauss_legendre(panel_nodes, 0, 1);
  const double t_max = map.last(), smallest_panel = std::min(0.5, t_max / 10) / refinement;
  FieldAverages sum;
  for (double t0 = 0; t0 < t_max;) {
    const double length = std::max(smallest_panel, 0.25 / refinement * t0);
    for (std::size_t j = 0; j < unit.size(); ++j) {
      const double t = t0 + length * unit.nodes[j], h = map.h(t), z = map.z(t), T = std::tanh(h);
      const double sech2 = FieldMap::sech2(h);
      const double weight = 2 * length * unit.weights[j] * map.slope(t) * G(z);
      // h* - sqrt(qhat1) z = dhat T
      sum.value += weight * (-dhat * T * T / 2 + log_2cosh(h));
      sum.sech2 += weight * sech2;
      sum.zT += weight * z * T;
      const double response = sech2 / (1 - dhat * sech2);
      sum.response2 += weight * response * response;
    }
    t0 += length;
  }
  return sum;
}

WideEntropics binary_entropics(const Overlap& q1, double qhat1, double start, double refinement) {
  FieldAverages last;
  // E[1 - T^2] = 1 - q1 falls with dhat
  const auto at = [&](double log_dhat) {
    last = field_averages(qhat1, std::exp(log_dhat), refinement);
    return std::log(last.sech2 / q1.one_minus_q);
  };
  const double guess = start > 0 ? start : std::atanh(std::sqrt(q1.q)) / std::sqrt(q1.q);
  const std::optional<double> root =
      find_falling_root(at, {std::log(guess), start > 0 ? 0.02 : 0.5, std::log(1e-12), std::log(1e6), 1e-15});

  WideEntropics result;
  if (!root || !std::isfinite(at(*root))) return result;
  result.dhat = std::exp(*root);
  result.value = -qhat1 * q1.one_minus_q / 2  //
                 - q1.q * result.dhat / 2     //
                 + last.value;
  result.delta = last.zT / std::sqrt(qhat1) - q1.one_minus_q;
  result.outer = result.dhat > 1 ? std::numeric_limits<double>::infinity() : last.response2;
  result.residual = std::abs(last.sech2 - q1.one_minus_q);
  result.found = result.delta > 0;
  return result;
}

WideEntropics spherical_entropics(const Overlap& q1, double qhat1) {
  // qhat1 = q1/A^2, A = 1-q1+delta
  const double A = std::sqrt(q1.q / qhat1);
  WideEntropics result;
  result.delta = A - q1.one_minus_q;
  if (!(result.delta > 0)) return result;
  result.value = (std::log(q1.one_minus_q)  //
                  + q1.q / A                //
                  + qhat1 * result.delta) /
                 2;
  result.dhat = result.delta / (q1.one_minus_q * A);
  result.outer = A * A;
  result.found = true;
  return result;
}

}  // namespace

WideEntropics wide_entropics(Prior prior, const Overlap& q1, double qhat1, double start, double refinement) {
  return prior == Prior::binary ? binary_entropics(q1, qhat1, start, refinement)
                                : spherical_entropics(q1, qhat1);
}

}  // namespace wfm::theory
