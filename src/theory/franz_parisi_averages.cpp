#include "theory/franz_parisi_averages.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <vector>

#include "math/gaussian.hpp"
#include "theory/graded_rule.hpp"

namespace wfm::theory {

namespace {

constexpr double n_step = 0.08;         // of the map around tanh v: its centre may lie three deviations out
constexpr double field_range = 9;       // of a normal variable: the density beyond is below 1e-18
constexpr double negligible_log = -44;  // ln of a weight that no sum feels
constexpr double sqrt_2pi = 2.5066282746310005024;
constexpr double largest_atanh = 16;  // tau = 1 - 3e-14

/// H(x) = exp(-max(x, 0)^2/2) scaled, so that ratios of tails are formed after their exponents are combined; and R(x).
struct Tail {
  double scaled = 0;
  double ratio = 0;
};
Tail tail(double x) {
  if (x > 0) {
    const double ratio = R(x);
    return {1 / (sqrt_2pi * ratio), ratio};
  }
  const double scaled = H(x);
  return {scaled, G(x) / scaled};
}
double scaled_tail(double x) {
  return x > 0 ? 1 / (sqrt_2pi * R(x)) : H(x);
}

}  // namespace

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
  st = std::sqrt(1 - qt);
  t = p * qt + tau * std::sqrt(variance * qt) * st;
  c0 = t / std::sqrt(qt);
  gamma = variance * sech * sech;
  // b/sqrt(gamma) = [p st/sqrt(q - p^2) - tau sqrt(qt)]/sqrt(1 - tau^2)
  rho = (p * st / std::sqrt(variance) - tau * std::sqrt(qt)) / sech;
  s = std::sqrt(gamma) * std::sqrt(1 + rho * rho);
}

namespace {

/// A = A0 - Am m - Ag g,  B = B0 - Bm m + Bg g: the arguments of (FP.2) as linear forms of the two integration variables.
struct LinearForms {
  double A0, Am, Ag, B0, Bm, Bg;
};

LinearForms linear_forms(const ReferenceState& reference, const OverlapPoint& o) {
  const double root_qt = std::sqrt(reference.q), root_q = std::sqrt(o.q);
  const double hypotenuse = std::sqrt(1 + o.rho * o.rho);  // s/sqrt(gamma)
  LinearForms forms{};
  forms.A0 = reference.margin / o.st;
  forms.Am = root_qt * o.c0 / (o.st * root_q);
  forms.Ag = root_qt * o.s / (o.st * root_q);
  forms.B0 = hypotenuse * forms.A0;
  // s p/(sqrt(q gamma) st)
  forms.Bm = hypotenuse * o.p / (root_q * o.st);
  // (p t - q qt)/(sqrt(qt q gamma) st) = [p tau - sqrt((q - p^2) qt)/st]/sqrt(q (1 - tau^2))
  forms.Bg = (o.p * o.tau - std::sqrt(o.variance) * root_qt / o.st) / (root_q * o.sech);
  return forms;
}

/// Uniform nodes step * k, |k| <= count, for the smooth variable g.
struct GRule {
  double step = 0;
  int count = 0;
};

GRule g_rule_of(const ReferenceState& reference, const LinearForms& forms) {
  const double step = 0.5 / std::max({1.0, std::abs(forms.Ag), 0.7 * std::abs(forms.Bg)});
  const double reach = std::clamp(conditional_reach(reference), field_range, largest_conditional_reach);
  return {step, static_cast<int>(reach / step)};
}

/// ln of exp(-(m^2 + g^2)/2) H(B)/H(A) without the scaled tails.
double joint_exponent(double m, double g, double A, double B) {
  return -(m * m + g * g) / 2 + (A > 0 ? A * A / 2 : 0) - (B > 0 ? B * B / 2 : 0);
}

}  // namespace

double conditional_reach(const ReferenceState& reference) {
  return (8 + std::max(reference.margin, 0.0)) / std::sqrt(1 - reference.q);
}

QuadratureRule cavity_field_rule(const ReferenceState& reference, double margin, const OverlapPoint& o,
                                 double step) {
  const LinearForms forms = linear_forms(reference, o);
  const double root_q = std::sqrt(o.q);
  // g of the typical reference: z0 = 0, y = R(A0)
  const double b = o.rho * std::sqrt(o.gamma), g = o.s > 0 ? -o.c0 * b * R(forms.A0) / (o.s * root_q) : 0;
  // ln H((kappa - sqrt(q) m)/sqrt(1-q)), and H(B), which averaged over g changes over sqrt(1 + Bg^2)/Bm
  const SharpPlace places[] = {
      {0, 2},
      edge_place(margin / root_q, std::sqrt(o.one_minus_q) / root_q),
      edge_place((forms.B0 + forms.Bg * g) / forms.Bm, std::sqrt(1 + forms.Bg * forms.Bg) / forms.Bm)};
  // where z0 = -8.5 and y sits at its edge, m = -8.5 tau sqrt((q-p^2)/q)/st + b kappa_r/(st sqrt(q))
  const double tilted = 8.5 * std::abs(o.tau) * std::sqrt(o.variance / o.q) / o.st +
                        std::abs(b * reference.margin) / (o.st * root_q);
  const double reach = std::clamp(tilted, field_range, 27.0);
  return graded_rule(places, -reach, reach, step);
}

EnergeticAverages energetic_averages(const ReferenceState& reference, double margin, const OverlapPoint& o,
                                     const QuadratureRule& rule) {
  const LinearForms forms = linear_forms(reference, o);
  const double root_q = std::sqrt(o.q), deviation = std::sqrt(o.one_minus_q);

  const GRule g_rule = g_rule_of(reference, forms);

  EnergeticAverages sum;
  for (std::size_t j = 0; j < rule.size(); ++j) {
    const double m = rule.nodes[j];
    // W(m) and int Dg R(A) H(B)/H(A), with the density of m
    double weight = 0, reference_score = 0;
    for (int k = -g_rule.count; k <= g_rule.count; ++k) {
      const double g = g_rule.step * k;
      const double A = forms.A0 - forms.Am * m - forms.Ag * g;
      const double B = forms.B0 - forms.Bm * m + forms.Bg * g;
      const double exponent = joint_exponent(m, g, A, B);
      if (exponent < negligible_log) continue;
      const Tail tail_A = tail(A);
      const double w = std::exp(exponent) * scaled_tail(B) / tail_A.scaled;
      weight += w;
      reference_score += w * tail_A.ratio;
    }
    const double measure = rule.weights[j] * g_rule.step / (2 * std::numbers::pi);
    weight *= measure;
    // l' = R(a)/sqrt(1-q), l'' = -l'(l' - a/sqrt(1-q)), a = (kappa - M)/sqrt(1-q)
    const double a = (margin - root_q * m) / deviation;
    const double score = R(a) / deviation;
    const double curvature = -score * (score - a / deviation);
    sum.normalisation += weight;
    sum.log_H += weight * log_H(a);
    sum.score2 += weight * score * score;
    sum.cross_score += measure * reference_score / o.st * score;
    sum.curvature2 += weight * curvature * curvature;
  }
  return sum;
}

double energetic_slope(const ReferenceState& reference, double margin, const OverlapPoint& o,
                       const QuadratureRule& rule) {
  const LinearForms forms = linear_forms(reference, o);
  const GRule g_rule = g_rule_of(reference, forms);
  const double root_q = std::sqrt(o.q), deviation = std::sqrt(o.one_minus_q);
  double sum = 0;
  for (std::size_t j = 0; j < rule.size(); ++j) {
    const double m = rule.nodes[j];
    double edge = 0;  // sqrt(2 pi) int Dg G(B)/H(A), with the density of m
    for (int k = -g_rule.count; k <= g_rule.count; ++k) {
      const double g = g_rule.step * k;
      const double A = forms.A0 - forms.Am * m - forms.Ag * g;
      const double B = forms.B0 - forms.Bm * m + forms.Bg * g;
      const double exponent = -(m * m + g * g + B * B) / 2 + (A > 0 ? A * A / 2 : 0);
      if (exponent > negligible_log) edge += std::exp(exponent) / scaled_tail(A);
    }
    sum += rule.weights[j] * edge * R((margin - root_q * m) / deviation) / deviation;
  }
  // dG_E/dp = (s/(st sqrt(gamma))) int Dm l' int Dg G(B)/H(A)
  return sum * std::sqrt(1 + o.rho * o.rho) / o.st * g_rule.step / (2 * std::numbers::pi * sqrt_2pi);
}

namespace {

/// For wt = +1 the weight of the fields (n, x) of a searching weight is Dn Dx (1 + tanh u), u = sqrt(qthat)(r n + sqrt(1-r^2) x).
struct FieldWeights {
  std::vector<double> n;
  std::vector<double> W;  // Dn int Dx (1 + tanh u)
  std::vector<double> T;  // Dn int Dx (1 + tanh u) tanh u
};

FieldWeights field_weights(const ReferenceState& reference, double correlation, SharpPlace sharp_in_n) {
  const double root_qthat = std::sqrt(reference.qhat);
  const double rest = std::sqrt((1 - correlation) * (1 + correlation));
  const QuadratureRule rule = graded_normal_rule(sharp_in_n, n_step, field_range);
  const double x_step = std::min(0.5, 0.33 / (root_qthat * rest));
  const int x_count = static_cast<int>(field_range / x_step);
  std::vector<double> density, factor;
  for (int k = -x_count; k <= x_count; ++k) {
    density.push_back(x_step * G(x_step * k));
    factor.push_back(std::exp(2 * root_qthat * rest * x_step * k));
  }

  FieldWeights weights{rule.nodes, std::vector<double>(rule.size()), std::vector<double>(rule.size())};
  for (std::size_t j = 0; j < rule.size(); ++j) {
    const double n_factor = std::exp(2 * root_qthat * correlation * rule.nodes[j]);
    double W = 0, T = 0;
    for (std::size_t k = 0; k < density.size(); ++k) {
      // tanh u = 1 - 2/(1 + E), E = e^{2u} a product of a factor of n and one of x
      const double twice_inverse = 2 / (1 + n_factor * factor[k]);
      W += density[k] * (2 - twice_inverse);
      T += density[k] * (2 - twice_inverse) * (1 - twice_inverse);
    }
    weights.W[j] = rule.weights[j] * W;
    weights.T[j] = rule.weights[j] * T;
  }
  return weights;
}

/// tanh v and its variance for v = atanh p + y, p = 1 - 2d, relative to 1 - p^2 = 4 d (1-d). With e = e^{2y}:
///   (tanh v - p)/(1 - p^2) = (e - 1)/(2 (d + (1-d) e)),   (1 - tanh^2 v)/(1 - p^2) = e/(d + (1-d) e)^2
/// Nothing cancels for p -> 1 or y -> 0.
struct RelativeMagnetisation {
  double excess = 0;
  double variance = 0;
};
RelativeMagnetisation relative_magnetisation(double d, double y) {
  const double bounded = std::clamp(y, -150.0, 150.0);
  const double e = std::exp(2 * bounded);
  const double denominator = d + (1 - d) * e;
  return {std::expm1(2 * bounded) / (2 * denominator), e / (denominator * denominator)};
}

/// The shift c with E[tanh(atanh p + sqrt(qhat) n + c)] = p; NaN where it is not found. The average grows with c, so Newton's
/// method is kept in a shrinking bracket.
double field_shift(const FieldWeights& weights, double d, double root_qhat) {
  double shift = 0, high = field_range * root_qhat + 1, low = -high;
  for (int step = 0; step < 100; ++step) {
    double value = 0, slope = 0;
    for (std::size_t j = 0; j < weights.n.size(); ++j) {
      const RelativeMagnetisation m = relative_magnetisation(d, root_qhat * weights.n[j] + shift);
      value += weights.W[j] * m.excess;
      slope += weights.W[j] * m.variance;
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

EntropicAverages entropic_averages(const ReferenceState& reference, double distance, double qhat,
                                   double that) {
  const double d = distance, p = 1 - 2 * d, one_minus_p2 = 4 * d * (1 - d);
  const double qt = reference.q;
  const double root_qhat = std::max(std::sqrt(qhat), 1e-150);
  const double field_of_p = std::atanh(p);  // gives p without fluctuations

  // v = sqrt(qhat) n + phat - that. tanh v is sharp at v = 0, which is known after phat: begin from a guess, then once more
  const double correlation = std::clamp(that / (std::sqrt(reference.qhat) * root_qhat), -1.0, 1.0);
  const double width = 1.5 / root_qhat;
  FieldWeights weights;
  double shift = 0;
  for (int attempt = 0; attempt < 3; ++attempt) {
    const double centred_at = shift;
    weights = field_weights(reference, correlation, {-(field_of_p + shift) / root_qhat, width});
    shift = field_shift(weights, d, root_qhat);
    if (width > 1 || !(std::abs(shift - centred_at) > 1)) break;
  }

  EntropicAverages result;
  double variance = 0, sech2 = 0, cross = 0;  // over (1 - p^2)^2, (1 - p^2), (1 - p^2)
  for (std::size_t j = 0; j < weights.n.size(); ++j) {
    const double y = root_qhat * weights.n[j] + shift, W = weights.W[j];
    const RelativeMagnetisation m = relative_magnetisation(d, y);
    result.normalisation += W;
    variance += W * m.excess * m.excess;
    sech2 += W * m.variance;
    cross += weights.T[j] * m.excess;
    result.sech4 += W * m.variance * m.variance;
    result.log_2cosh += W * log_2cosh(field_of_p + y);
  }
  result.field = field_of_p + shift;
  result.sech4 *= one_minus_p2 * one_minus_p2;
  result.variance = variance * one_minus_p2 * one_minus_p2;
  result.cross = cross * one_minus_p2;
  result.logit_eps = std::log(variance * one_minus_p2 / sech2);
  const double tau = std::clamp(cross / std::sqrt(variance * qt * (1 - qt)), -1.0, 1.0);
  result.atanh_tau = std::clamp(std::atanh(tau), -largest_atanh, largest_atanh);
  return result;
}

}  // namespace wfm::theory
