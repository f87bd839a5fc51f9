#include "theory/rs_entropics.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "math/gaussian.hpp"

namespace wfm::theory {

namespace {

constexpr double grid_step = 0.12;

/// int Dz f(z) of an even f that changes over `width`: the trapezoidal rule in x, z = w sinh x, x = 0, h, 2h, ...
/// f(z, weight, j) adds up its own sums; j = 0, 1, ... counts the nodes. Width 0 (qhat infinite) ends in NaN where e overflows.
template <class F>
void half_line_average(double width, double h, F&& add) {
  const double w = std::min(width, 2.0), ratio = std::exp(h);
  double e = 1;
  for (int j = 0;; ++j, e *= ratio) {
    const double z = w * (e - 1 / e) / 2;
    add(z, (j == 0 ? 1 : 2) * h * w * (e + 1 / e) / 2 * G(z), j);
    if (!(z <= 9)) return;
  }
}

double width_of(double qhat) {
  return 1.5 / std::sqrt(qhat);
}

/// lambda of (RS.5), lambda^2 - lambda - qhat = 0
double multiplier(double qhat) {
  return (1 + std::sqrt(1 + 4 * qhat)) / 2;
}

Overlap spherical_overlap(double qhat) {
  const double one_minus_q = 1 / multiplier(qhat);
  return {qhat * one_minus_q * one_minus_q, one_minus_q};
}

}  // namespace

Overlap rs_overlap(Prior prior, double qhat, double refinement) {
  if (prior == Prior::spherical) return spherical_overlap(qhat);
  Overlap overlap{0, 0};
  const double root_qhat = std::sqrt(qhat);
  half_line_average(width_of(qhat), grid_step / refinement, [&](double z, double weight, int) {
    // tanh^2 = (1-e)^2/(1+e)^2, 1 - tanh^2 = 4e/(1+e)^2, e = exp(-2 sqrt(qhat) z)
    const double less = -std::expm1(-2 * root_qhat * z), e = 1 - less, scale = weight / ((1 + e) * (1 + e));
    overlap.q += scale * less * less;
    overlap.one_minus_q += scale * 4 * e;
  });
  return overlap;
}

RsEntropics rs_entropics(Prior prior, double qhat, double refinement) {
  RsEntropics part;
  if (prior == Prior::spherical) {
    const double lambda = multiplier(qhat);
    part.q = spherical_overlap(qhat);
    // (lambda - ln lambda - 1)/2 + qhat/(2 lambda), qhat/lambda = lambda - 1
    part.value = (lambda - 1) - std::log1p(lambda - 1) / 2;
    part.squared_response = part.q.one_minus_q * part.q.one_minus_q;
    return part;
  }
  const double root_qhat = std::sqrt(qhat);
  double every_second = 0;
  part.q = {0, 0};
  half_line_average(width_of(qhat), grid_step / refinement, [&](double z, double weight, int j) {
    const double u = root_qhat * z, e = std::exp(-2 * u), rest = 4 * e / ((1 + e) * (1 + e));
    const double tanh = -std::expm1(-2 * u) / (1 + e), value = weight * (u + std::log1p(e));  // ln 2cosh u
    part.value += value;
    if (j % 2 == 0) every_second += 2 * value;
    part.q.q += weight * tanh * tanh;
    part.q.one_minus_q += weight * rest;
    part.squared_response += weight * rest * rest;
  });
  part.quadrature_error = std::abs(part.value - every_second);
  return part;
}

}  // namespace wfm::theory
