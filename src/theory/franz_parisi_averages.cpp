#include "theory/franz_parisi_averages.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

#include "math/branch_free.hpp"
#include "math/gaussian.hpp"
#include "theory/franz_parisi_forms.hpp"
#include "theory/graded_rule.hpp"

namespace wfm::theory {

ReferenceState::ReferenceState(double margin_, double q_, double qhat_, const Kernel& kernel_, bool identity_)
    : margin(margin_), q(q_), qhat(qhat_), kernel(kernel_), identity(identity_) {
  const Overlap overlap = overlap_of(q);
  Q = kernel.Q(overlap);
  st = std::sqrt(kernel.rest(overlap));
  Q_at_one = kernel.at_one();
}

OverlapPoint::OverlapPoint(const ReferenceState& reference, double d, double logit_eps, double atanh_tau)
    : distance(d), p(1 - 2 * d), one_minus_p2(4 * d * (1 - d)) {
  const double qt = reference.q;
  const double eps = 1 / (1 + std::exp(-logit_eps));
  variance = eps * one_minus_p2;
  one_minus_q = one_minus_p2 / (1 + std::exp(logit_eps));
  q = 1 - one_minus_q;
  if (q < 0.5) q = p * p + variance;
  tau = std::tanh(atanh_tau);
  sech = 1 / std::cosh(atanh_tau);
  t = p * qt + tau * std::sqrt(variance * qt) * std::sqrt(1 - qt);
  if (reference.identity) {
    perceptron_fields(reference);
  } else {
    kernel_fields(reference);
  }
}

void OverlapPoint::perceptron_fields(const ReferenceState& reference) {
  const double root_qt = std::sqrt(reference.q), st = reference.st;
  Q = q;
  Q_rest = one_minus_q;
  c0 = t / root_qt;
  gamma = variance * sech * sech;
  // b/sqrt(gamma) = [p st/sqrt(q - p^2) - tau sqrt(qt)]/sqrt(1 - tau^2)
  rho = (p * st / std::sqrt(variance) - tau * root_qt) / sech;
  s = std::sqrt(gamma) * std::sqrt(1 + rho * rho);
  // s p/(sqrt(q gamma) st)
  Bm = std::sqrt(1 + rho * rho) * p / (std::sqrt(q) * st);
  // (p t - q qt)/(sqrt(qt q gamma) st) = [p tau - sqrt((q - p^2) qt)/st]/sqrt(q (1 - tau^2))
  Bg = (p * tau - std::sqrt(variance) * root_qt / st) / (std::sqrt(q) * sech);
  // (t - p qt)/(sqrt(qt) st^2)
  edge_slope = tau * std::sqrt(variance) / st;
}

void OverlapPoint::kernel_fields(const ReferenceState& reference) {
  const Kernel& kernel = reference.kernel;
  const double root_Qt = std::sqrt(reference.Q), st = reference.st;
  const Overlap overlap_q{q, one_minus_q}, overlap_p{p, 2 * distance}, overlap_t{t, 1 - t};
  Q = kernel.Q(overlap_q);
  Q_rest = kernel.rest(overlap_q);
  const double P = kernel.Q(overlap_p), T = kernel.Q(overlap_t);
  c0 = T / root_Qt;
  const double b = (P - T) / st;
  gamma = Q - c0 * c0 - b * b;
  rho = b / std::sqrt(gamma);
  s = std::sqrt(gamma + b * b);
  Bm = s * P / (std::sqrt(Q * gamma) * st);
  Bg = (P * T - Q * reference.Q) / (std::sqrt(reference.Q * Q * gamma) * st);
  edge_slope = (T * reference.Q_at_one - P * reference.Q) / (root_Qt * st * st);
  slope_q = kernel.slope(overlap_q);
  slope_t = kernel.slope(overlap_t);
  slope_p = kernel.slope(overlap_p);
  curvature_q = kernel.curvature(overlap_q);
}

namespace {

/// The integrals over g at every node m, with the density of m.
struct ConditionalSums {
  std::vector<double> weight;           // W(m)
  std::vector<double> reference_score;  // int Dg R(A) H(B)/H(A)
};

// One vector instruction serves several m: the sum over g is the outer loop.
void add_row(const Exponent& row, Range range, const double* m, double* weight, double* score) {
  const Exponent exponent = row;
  for (std::size_t j = range.first; j < range.last; ++j) {
    const ScaledTail tail_A = scaled_tail(exponent.A(m[j])), tail_B = scaled_tail(exponent.B(m[j]));
    const double w = exponential(exponent(m[j])).value * tail_B.value * tail_A.inverse;
    weight[j] += w;
    score[j] += w * tail_A.ratio;
  }
}

/// Likewise sqrt(2 pi) int Dg G(B)/H(A).
void add_edge_row(const Exponent& row, Range range, const double* m, double* edge) {
  const Exponent exponent = row;
  for (std::size_t j = range.first; j < range.last; ++j) {
    const double B = exponent.B(m[j]), below = B < 0 ? B : 0;  // exponent() holds the square of B > 0 already
    const double w = exponential(exponent(m[j]) - 0.5 * below * below).value;
    edge[j] += w * scaled_tail(exponent.A(m[j])).inverse;
  }
}

ConditionalSums conditional_sums(const LinearForms& forms, const GRule& g_rule, const QuadratureRule& rule) {
  ConditionalSums sums{std::vector<double>(rule.size()), std::vector<double>(rule.size())};
  for (int k = -g_rule.count; k <= g_rule.count; ++k) {
    const Exponent exponent{forms, g_rule.step * k};
    add_row(exponent, felt_range(exponent, rule.nodes), rule.nodes.data(), sums.weight.data(),
            sums.reference_score.data());
  }
  const double density = g_rule.step / (2 * std::numbers::pi);
  for (std::size_t j = 0; j < rule.size(); ++j) {
    sums.weight[j] *= rule.weights[j] * density;
    sums.reference_score[j] *= rule.weights[j] * density;
  }
  return sums;
}

}  // namespace

double conditional_reach(const ReferenceState& reference) {
  return (8 * std::sqrt(reference.Q_at_one) + std::max(reference.margin, 0.0)) / reference.st;
}

QuadratureRule cavity_field_rule(const ReferenceState& reference, double margin, const OverlapPoint& o,
                                 double step) {
  const LinearForms forms = linear_forms(reference, o);
  const double root_Q = std::sqrt(o.Q);
  // g of the typical reference: z0 = 0, y = R(A0)
  const double b = o.rho * std::sqrt(o.gamma), g = o.s > 0 ? -o.c0 * b * R(forms.A0) / (o.s * root_Q) : 0;
  // ln H((kappa - sqrt(Q) m)/sqrt(Q(1)-Q)), and H(B), which averaged over g changes over sqrt(1 + Bg^2)/Bm
  const SharpPlace places[] = {
      {0, 2},
      edge_place(margin / root_Q, std::sqrt(o.Q_rest) / root_Q),
      edge_place((forms.B0 + forms.Bg * g) / forms.Bm, std::sqrt(1 + forms.Bg * forms.Bg) / forms.Bm)};
  // where z0 = -8.5 and y sits at its edge, sqrt(Q) m = c0 z0 + b y
  const double tilted =
      8.5 * std::abs(o.edge_slope) / root_Q + std::abs(b * reference.margin) / (reference.st * root_Q);
  const double reach = std::clamp(tilted, field_reach, 27.0);
  return graded_rule(places, -reach, reach, step);
}

EnergeticAverages energetic_averages(const ReferenceState& reference, double margin, const OverlapPoint& o,
                                     const QuadratureRule& rule, Entropies entropies) {
  const LinearForms forms = linear_forms(reference, o);
  const GRule g_rule = g_rule_of(reference, forms);
  const ConditionalSums sums = conditional_sums(forms, g_rule, rule);
  const double root_Q = std::sqrt(o.Q), deviation = std::sqrt(o.Q_rest);
  std::vector<ScaledTail> tails(rule.size());
  for (std::size_t j = 0; j < rule.size(); ++j) {
    tails[j] = scaled_tail((margin - root_Q * rule.nodes[j]) / deviation);
  }

  EnergeticAverages sum;
  for (std::size_t j = 0; j < rule.size(); ++j) {
    // l' = R(a)/sqrt(Q(1)-Q), l'' = -l'(l' - a/sqrt(Q(1)-Q)), a = (kappa - M)/sqrt(Q(1)-Q)
    const double weight = sums.weight[j];
    const double a = (margin - root_Q * rule.nodes[j]) / deviation;
    const double score = tails[j].ratio / deviation;
    const double curvature = -score * (score - a / deviation);
    sum.normalisation += weight;
    if (entropies == Entropies::with) sum.log_H += weight * log_H(a);
    sum.score += weight * score;
    sum.score2 += weight * score * score;
    sum.cross_score += sums.reference_score[j] / reference.st * score;
    sum.curvature2 += weight * curvature * curvature;
  }
  return sum;
}

double energetic_slope(const ReferenceState& reference, double margin, const OverlapPoint& o,
                       const QuadratureRule& rule) {
  const LinearForms forms = linear_forms(reference, o);
  const GRule g_rule = g_rule_of(reference, forms);
  const double root_Q = std::sqrt(o.Q), deviation = std::sqrt(o.Q_rest);
  std::vector<double> edge(rule.size());
  for (int k = -g_rule.count; k <= g_rule.count; ++k) {
    const Exponent exponent{forms, g_rule.step * k};
    add_edge_row(exponent, felt_range(exponent, rule.nodes), rule.nodes.data(), edge.data());
  }
  double sum = 0;
  for (std::size_t j = 0; j < rule.size(); ++j) {
    sum += rule.weights[j] * edge[j] * R((margin - root_Q * rule.nodes[j]) / deviation) / deviation;
  }
  // dG_E/dP = (s/(st sqrt(gamma))) int Dm l' int Dg G(B)/H(A)
  return sum * std::sqrt(1 + o.rho * o.rho) / reference.st * g_rule.step * one_over_sqrt_2pi /
         (2 * std::numbers::pi);
}

}  // namespace wfm::theory
