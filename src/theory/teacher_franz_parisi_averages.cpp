#include "theory/teacher_franz_parisi_averages.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numbers>

#include "math/branch_free.hpp"
#include "math/gaussian.hpp"
#include "theory/franz_parisi_fields.hpp"
#include "theory/franz_parisi_forms.hpp"

namespace wfm::theory {

namespace {

constexpr int r_nodes = 32;      // Gauss-Legendre along the reference's stability
constexpr double r_reach2 = 76;  // squared: density below e^{-38} of its largest value
constexpr double largest_atanh = 15;

/// k0(m) at one g is k0 = level + slope m.
struct TeacherField {
  double level = 0, slope = 0, k1 = 0, f = 1;
};

TeacherField teacher_field(const TeacherOverlaps& x, double g) {
  // z0 = (c0 m + s g)/sqrt(q),  u = (s m - c0 g)/sqrt(q)
  const OverlapPoint& o = x.o;
  const double root_q = std::sqrt(o.Q), b = o.rho * std::sqrt(o.gamma),
               along_u = x.e * std::sqrt(o.gamma) / o.s;
  return {(x.r0 * o.s - along_u * o.c0) * g / root_q, (x.r0 * o.c0 + along_u * o.s) / root_q, x.e * b / o.s,
          x.f};
}

/// One g: the integral over r, at all m.
struct Row {
  std::vector<double> exponent;  // -(m^2 + g^2)/2 + max(A, 0)^2/2
  std::vector<double> inverse;   // of the scaled H(A)
  std::vector<double> ratio;     // R(A)
  std::vector<double> B, low, length;
  explicit Row(std::size_t n) : exponent(n), inverse(n), ratio(n), B(n), low(n), length(n) {}
};

void fill_row(const Exponent& at, Range range, const double* m, Row& row) {
  for (std::size_t j = range.first; j < range.last; ++j) {
    const double A = at.A(m[j]), above = A > 0 ? A : 0, B = at.B(m[j]);
    const ScaledTail tail = scaled_tail(A);
    row.exponent[j] = 0.5 * (above * above - m[j] * m[j] - at.g * at.g);
    row.inverse[j] = tail.inverse;
    row.ratio[j] = tail.ratio;
    row.B[j] = B;
    const double low = B < -8.7 ? -8.7 : B, positive = low > 0 ? low : 0;
    row.low[j] = low;
    row.length[j] = std::sqrt(positive * positive + r_reach2) - low;
  }
}

/// exp(exponent - r^2/2) 2 H(-(k0 - k1 r)/f)/H(A) at one place r.
inline double weight_at(double exponent, double inverse, double k0, double k1, double f, double r) {
  const double X = (k1 * r - k0) / f, above = X > 0 ? X : 0;
  return 2 * exponential(exponent - 0.5 * (r * r + above * above)).value * scaled_tail(X).value * inverse;
}

void add_node(const Row& row, Range range, const double* m, const TeacherField& field, double node,
              double weight, double* weights, double* scores) {
  const TeacherField k = field;
  for (std::size_t j = range.first; j < range.last; ++j) {
    const double r = row.low[j] + node * row.length[j];
    const double w = weight * row.length[j] *
                     weight_at(row.exponent[j], row.inverse[j], k.level + k.slope * m[j], k.k1, k.f, r);
    weights[j] += w;
    scores[j] += w * row.ratio[j];
  }
}

void add_edge(const Row& row, Range range, const double* m, const TeacherField& field, double* edge) {
  const TeacherField k = field;
  for (std::size_t j = range.first; j < range.last; ++j) {
    edge[j] += weight_at(row.exponent[j], row.inverse[j], k.level + k.slope * m[j], k.k1, k.f, row.B[j]);
  }
}

/// 2 G(0) E[l' | u0 = 0]. Given that, the fields have covariances qt - Rt^2, q - R^2, t - R Rt, p - R Rt, and there is no label left to
/// weigh: (FP.2) again.
double teacher_score(const TeacherReference& reference, double margin, const TeacherOverlaps& x) {
  ReferenceState state = reference.state;
  state.Q = state.q - reference.R * reference.R;
  OverlapPoint o = x.o;
  const double T = o.t - x.R * reference.R, P = o.p - x.R * reference.R, st = state.st;
  const double b = (o.p - o.t) / st;
  o.Q = o.q - x.R * x.R;
  o.c0 = T / std::sqrt(state.Q);
  o.gamma = x.o.gamma * x.f * x.f / (x.f * x.f + x.e * x.e);
  o.rho = b / std::sqrt(o.gamma);
  o.s = std::sqrt(o.gamma + b * b);
  o.Bm = o.s * P / (std::sqrt(o.Q * o.gamma) * st);
  o.Bg = (P * T - o.Q * state.Q) / (std::sqrt(state.Q * o.Q * o.gamma) * st);
  o.edge_slope = o.c0 - b * std::sqrt(state.Q) / st;
  const QuadratureRule rule = cavity_field_rule(state, margin, o, cavity_field_step);
  return 2 * one_over_sqrt_2pi * energetic_averages(state, margin, o, rule, Entropies::without).score;
}

}  // namespace

TeacherOverlaps::TeacherOverlaps(const TeacherReference& reference, double distance, double logit_eps,
                                 double atanh_tau, double x)
    : o(reference.state, distance, logit_eps, atanh_tau) {
  r0 = reference.R / std::sqrt(reference.state.q);
  const double rest = std::sqrt((1 - r0) * (1 + r0));
  e = rest * std::tanh(x);
  f = rest / std::cosh(x);
  R = o.t * reference.R / reference.state.q + e * std::sqrt(o.gamma);
}

TeacherEnergetics teacher_energetics(const TeacherReference& reference, double margin,
                                     const TeacherOverlaps& x, Entropies entropies) {
  TeacherEnergetics sum;
  static const QuadratureRule legendre = gauss_legendre(r_nodes, 0, 1);
  const OverlapPoint& o = x.o;
  const QuadratureRule rule = cavity_field_rule(reference.state, margin, o, cavity_field_step);
  const LinearForms forms = linear_forms(reference.state, o);
  const GRule g_rule = g_rule_of(reference.state, forms);
  const double* const m = rule.nodes.data();
  std::vector<double> weights(rule.size()), scores(rule.size()), edge(rule.size());
  Row row(rule.size());
  for (int k = -g_rule.count; k <= g_rule.count; ++k) {
    const Exponent at{forms, g_rule.step * k};
    const Range range = felt_range(at, rule.nodes);
    sum.terms += double(r_nodes) * double(range.last - range.first);
    const TeacherField field = teacher_field(x, at.g);
    fill_row(at, range, m, row);
    for (int i = 0; i < r_nodes; ++i) {
      add_node(row, range, m, field, legendre.nodes[i], legendre.weights[i], weights.data(), scores.data());
    }
    if (entropies == Entropies::with) add_edge(row, range, m, field, edge.data());
  }

  const double density = g_rule.step * one_over_sqrt_2pi / (2 * std::numbers::pi);  // of g, m and r
  const double root_q = std::sqrt(o.q), deviation = std::sqrt(o.one_minus_q);
  for (std::size_t j = 0; j < rule.size(); ++j) {
    const double a = (margin - root_q * m[j]) / deviation, score = R(a) / deviation;
    const double weight = density * rule.weights[j] * weights[j];
    sum.normalisation += weight;
    sum.score2 += weight * score * score;
    sum.cross_score += density * rule.weights[j] * scores[j] / reference.state.st * score;
    sum.slope += density * rule.weights[j] * edge[j] * score;
    if (entropies == Entropies::with) sum.log_H += weight * log_H(a);
  }
  // dG_E/dp = (s/(st sqrt(gamma))) int Dm l' int Dg G(B) 2 H(-(k0 - k1 B)/f)/H(A)
  sum.slope *= std::sqrt(1 + o.rho * o.rho) / reference.state.st;
  sum.teacher_score = teacher_score(reference, margin, x);
  return sum;
}

TeacherEntropics teacher_entropics(const TeacherReference& reference, double distance, double qhat,
                                   double that, double Rhat, double shift, Entropies entropies) {
  const double d = distance, p = 1 - 2 * d, one_minus_p2 = 4 * d * (1 - d), qt = reference.state.q;
  const double root_qhat = std::sqrt(qhat), field_of_p = std::atanh(p), width = 1.5 / root_qhat;
  const double correlation = std::clamp(that / std::sqrt(reference.state.qhat * qhat), -1.0, 1.0);

  // wt = -1 is the mirror image of wt = +1 with Rhat and Rhat_t reversed
  constexpr std::array<double, 2> signs{1, -1};
  std::array<FieldWeights, 2> weights;
  TeacherEntropics result;
  for (int attempt = 0; attempt < 3; ++attempt) {
    const double centred_at = shift;
    for (std::size_t k = 0; k < 2; ++k) {
      weights[k] = field_weights(reference.state.qhat, signs[k] * reference.Rhat, correlation,
                                 edge_place(-(field_of_p + shift + signs[k] * Rhat) / root_qhat, width));
    }
    // E[wt tanh v] = p by Newton's method in a shrinking bracket
    double high = 10 * root_qhat + std::abs(Rhat) + 1, low = -high;
    int step = 0;
    for (; step < 100; ++step) {
      double value = 0, slope = 0;
      for (std::size_t k = 0; k < 2; ++k) {
        for (std::size_t j = 0; j < weights[k].n.size(); ++j) {
          const double y = root_qhat * weights[k].n[j] + shift + signs[k] * Rhat;
          const RelativeMagnetisation v = relative_magnetisation(d, y);
          value += weights[k].W[j] * v.excess;
          slope += weights[k].W[j] * v.variance;
        }
      }
      (value < 0 ? low : high) = shift;
      const double newton = shift - value / slope;
      if (std::abs(newton - shift) <= 1e-9 * (1 + std::abs(shift))) {
        shift = newton;
        break;
      }
      shift = newton > low && newton < high ? newton : low + (high - low) / 2;
    }
    if (step == 100) shift = std::numeric_limits<double>::quiet_NaN();
    if (width > 1 || !(std::abs(shift - centred_at) > 1)) break;
  }

  double variance = 0, sech2 = 0, cross = 0, R_excess = 0, R_level = 0;
  for (std::size_t k = 0; k < 2; ++k) {
    for (std::size_t j = 0; j < weights[k].n.size(); ++j) {
      const double y = root_qhat * weights[k].n[j] + shift + signs[k] * Rhat, W = 0.5 * weights[k].W[j];
      const RelativeMagnetisation v = relative_magnetisation(d, y);
      variance += W * v.excess * v.excess;
      sech2 += W * v.variance;
      cross += 0.5 * weights[k].T[j] * v.excess;
      R_excess += signs[k] * W * v.excess;
      R_level += signs[k] * W;
      if (entropies == Entropies::with) result.log_2cosh += W * log_2cosh(field_of_p + y);
    }
  }
  result.shift = shift;
  result.field = field_of_p + shift;
  result.variance = variance * one_minus_p2 * one_minus_p2;
  result.cross = cross * one_minus_p2;
  result.R = p * R_level + one_minus_p2 * R_excess;
  result.logit_eps = std::log(variance * one_minus_p2 / sech2);
  const double tau = std::clamp(cross / std::sqrt(variance * qt * (1 - qt)), -1.0, 1.0);
  result.atanh_tau = std::clamp(std::atanh(tau), -largest_atanh, largest_atanh);
  return result;
}

}  // namespace wfm::theory
