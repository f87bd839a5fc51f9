#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "math/branch_free.hpp"
#include "math/gaussian.hpp"
#include "theory/franz_parisi_averages.hpp"
#include "theory/franz_parisi_fields.hpp"
#include "theory/graded_rule.hpp"

namespace wfm::theory {

namespace {

constexpr double n_step = 0.08;       // of the map around tanh v: its centre may lie three deviations out
constexpr double field_range = 9;     // of a normal variable: the density beyond is below 1e-18
constexpr double largest_atanh = 16;  // tau = 1 - 3e-14

/// The shift c with E[tanh(atanh p + sqrt(qhat) n + c)] = p; NaN where it is not found. The average grows with c, so Newton's
/// method is kept in a shrinking bracket.
double field_shift(const FieldWeights& weights, double d, double root_qhat, double guess) {
  double shift = guess, high = field_range * root_qhat + 1, low = -high;
  std::vector<RelativeMagnetisation> m(weights.n.size());
  for (int step = 0; step < 100; ++step) {
    for (std::size_t j = 0; j < m.size(); ++j) {
      m[j] = relative_magnetisation(d, root_qhat * weights.n[j] + shift);
    }
    double value = 0, slope = 0;
    for (std::size_t j = 0; j < m.size(); ++j) {
      value += weights.W[j] * m[j].excess;
      slope += weights.W[j] * m[j].variance;
    }
    (value < 0 ? low : high) = shift;
    const double newton = shift - value / slope;
    if (std::abs(newton - shift) <= 1e-9 * (1 + std::abs(shift)))
      return newton;  // its error is the square of this
    shift = newton > low && newton < high ? newton : low + (high - low) / 2;
  }
  return std::numeric_limits<double>::quiet_NaN();
}

}  // namespace

FieldWeights field_weights(double qthat, double bias, double correlation, SharpPlace sharp_in_n) {
  const double root_qthat = std::sqrt(qthat);
  const double rest = std::sqrt((1 - correlation) * (1 + correlation));
  const QuadratureRule rule = graded_normal_rule(sharp_in_n, n_step, field_range);
  const double x_step = std::min(0.5, 0.33 / (root_qthat * rest));
  const int x_count = static_cast<int>(field_range / x_step);
  const std::size_t size = rule.size();
  FieldWeights weights{rule.nodes, std::vector<double>(size), std::vector<double>(size)};
  std::vector<Exponential> of_n(size);
  for (std::size_t j = 0; j < size; ++j) of_n[j] = exponential(2 * root_qthat * correlation * rule.nodes[j]);
  for (int k = -x_count; k <= x_count; ++k) {
    const double density = x_step * G(x_step * k);
    const Exponential of_x = exponential(2 * (root_qthat * rest * x_step * k + bias));
    const bool small = of_x.value <= 1;
    for (std::size_t j = 0; j < size; ++j) {
      // tanh u = (E - 1)/(E + 1), E = e^{2u} a product of a factor of n and one of x; 1 + tanh u = 2 E/(E + 1).
      // E - 1 = (e_n - 1) e_x + (e_x - 1) = (e_x - 1) e_n + (e_n - 1): the form without terms above max(1, E)
      const double product = of_n[j].value * of_x.value, E = product < 1e150 ? product : 1e150;
      const double difference = small ? of_n[j].minus_one * of_x.value + of_x.minus_one
                                      : of_x.minus_one * of_n[j].value + of_n[j].minus_one;
      const double excess = difference < 1e150 ? difference : 1e150;
      const double inverse = 1 / (E + 1), W = density * 2 * E * inverse;
      weights.W[j] += W;
      weights.T[j] += W * excess * inverse;
    }
  }
  for (std::size_t j = 0; j < size; ++j) {
    weights.W[j] *= rule.weights[j];
    weights.T[j] *= rule.weights[j];
  }
  return weights;
}

EntropicAverages entropic_averages(const ReferenceState& reference, double distance, double qhat, double that,
                                   double shift, Entropies entropies) {
  const double d = distance, p = 1 - 2 * d, one_minus_p2 = 4 * d * (1 - d);
  const double qt = reference.q;
  const double root_qhat = std::max(std::sqrt(qhat), 1e-150);
  const double field_of_p = std::atanh(p);  // gives p without fluctuations

  // v = sqrt(qhat) n + phat - that. tanh v is sharp at v = 0, which is known after phat: begin from a guess, then once more
  const double correlation = std::clamp(that / (std::sqrt(reference.qhat) * root_qhat), -1.0, 1.0);
  const double width = 1.5 / root_qhat;
  FieldWeights weights;
  for (int attempt = 0; attempt < 3; ++attempt) {
    const double centred_at = shift;
    weights = field_weights(reference.qhat, 0, correlation, {-(field_of_p + shift) / root_qhat, width});
    shift = field_shift(weights, d, root_qhat, shift);
    if (width > 1 || !(std::abs(shift - centred_at) > 1)) break;
  }

  EntropicAverages result;
  std::vector<RelativeMagnetisation> magnetisations(weights.n.size());
  for (std::size_t j = 0; j < weights.n.size(); ++j) {
    magnetisations[j] = relative_magnetisation(d, root_qhat * weights.n[j] + shift);
  }
  double variance = 0, sech2 = 0, cross = 0;  // over (1 - p^2)^2, (1 - p^2), (1 - p^2)
  for (std::size_t j = 0; j < weights.n.size(); ++j) {
    const double W = weights.W[j];
    const RelativeMagnetisation& m = magnetisations[j];
    result.normalisation += W;
    variance += W * m.excess * m.excess;
    sech2 += W * m.variance;
    cross += weights.T[j] * m.excess;
    result.sech4 += W * m.variance * m.variance;
    if (entropies == Entropies::with)
      result.log_2cosh += W * log_2cosh(field_of_p + root_qhat * weights.n[j] + shift);
  }
  result.field = field_of_p + shift;
  result.shift = shift;
  result.sech4 *= one_minus_p2 * one_minus_p2;
  result.variance = variance * one_minus_p2 * one_minus_p2;
  result.cross = cross * one_minus_p2;
  result.logit_eps = std::log(variance * one_minus_p2 / sech2);
  const double tau = std::clamp(cross / std::sqrt(variance * qt * (1 - qt)), -1.0, 1.0);
  result.atanh_tau = std::clamp(std::atanh(tau), -largest_atanh, largest_atanh);
  return result;
}

// c = p^2 - delta^2/(1-qt)^2 is what reference and searching weight have in common, delta = t - p qt:
//   S = (1/2) [ln(1-q) + (q - c)/(1-q)],   qhat = (q - c)/(1-q)^2,   that = delta/((1-qt)^2 (1-q))
EntropicAverages spherical_entropic_averages(const ReferenceState& reference, double distance, double qhat,
                                             double that) {
  const double p = 1 - 2 * distance, one_minus_p2 = 4 * distance * (1 - distance);
  const double qt = reference.q, free = 1 - qt;
  // 1 - q = u with 1 - p^2 - u = D u^2
  const double D = qhat - that * that * free * free;
  const double u = 2 * one_minus_p2 / (1 + std::sqrt(1 + 4 * D * one_minus_p2));
  const double delta = that * free * free * u;
  const double phat = p / u + that * qt;
  EntropicAverages result;
  result.normalisation = 1;
  result.field = phat - that;
  result.variance = D * u * u;
  result.cross = delta;
  result.sech4 = u * u;
  result.logit_eps = std::log(D * u);
  const double tau = std::clamp(delta / std::sqrt(result.variance * qt * free), -1.0, 1.0);
  result.atanh_tau = std::clamp(std::atanh(tau), -largest_atanh, largest_atanh);
  // G_S = S + phat p - that t + qhat (1-q)/2
  result.log_2cosh = (std::log(u) + u * qhat) / 2  //
                     + phat * p                    //
                     - that * (p * qt + delta)     //
                     + qhat * u / 2;
  return result;
}

}  // namespace wfm::theory
