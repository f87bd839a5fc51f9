#include "theory/gibbs_channel.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include <fmt/format.h>

#include "math/error.hpp"
#include "math/gaussian.hpp"
#include "math/quadrature.hpp"

namespace wfm::theory {

namespace {

constexpr double half_log_2pi = 0.91893853320467274178;
constexpr double negligible_drop = 36;  // e^-37 of the maximum: no sum feels it
constexpr double widths = 5;     // of a panel of 16 nodes, in deviations of the narrowest Gaussian on it
constexpr int most_panels = 80;  // on one side of the maximum

double log_sum(double a, double b) {
  return std::max(a, b) + std::log1p(std::exp(-std::abs(a - b)));
}

/// ln[e^{shift} H(x)], shift + x^2/2 = rest given apart, so that nothing overflows for large x.
double log_shifted_tail(double shift, double rest, double x) {
  return x > 0 ? rest - half_log_2pi - std::log(R(x)) : shift + log_H(x);
}

// --- cross-entropy -----------------------------------------------------------------------------------------------------

struct Softplus {
  double l = 0;      // ln(1 + e^{-2 gamma s})/(2 gamma)
  double sigma = 0;  // -l' = 1/(1 + e^{2 gamma s})
};
Softplus softplus(double gamma, double s) {
  const double e = std::exp(-2 * gamma * std::abs(s));
  return {std::max(0.0, -s) + std::log1p(e) / (2 * gamma), (s > 0 ? e : 1.0) / (1 + e)};
}

double sigma_at(double gamma, double s) {
  return 1 / (1 + std::exp(2 * gamma * s));
}

/// The integrand e^F of (GI.1) for the cross-entropy.
class CrossEntropyIntegrand {
 public:
  CrossEntropyIntegrand(double gamma, double beta, double h, double v)
      : gamma_(gamma), beta_(beta), h_(h), v_(v) {}

  /// F(s) = -(s-h)^2/(2v) - beta l(s), which is concave.
  double exponent(double s) const { return -(s - h_) * (s - h_) / (2 * v_) - beta_ * softplus(gamma_, s).l; }
  double slope(double s) const { return -(s - h_) / v_ + beta_ * sigma_at(gamma_, s); }
  double curvature(double s) const {  // -F'', l'' = 2 gamma e/(1+e)^2
    const double e = std::exp(-2 * gamma_ * std::abs(s));
    return 1 / v_ + 2 * gamma_ * beta_ * e / ((1 + e) * (1 + e));
  }
  double maximiser() const;

  /// Calls add(weight, softplus) at nodes of panels from `origin` towards -infinity or +infinity (direction -1, +1);
  /// weight = quadrature weight e^{F(s) - F(origin)}. origin_slope = F'(origin), 0 at the maximum.
  template <class Add>
  void march(double origin, double origin_slope, int direction, Add&& add) const;

 private:
  double panel_length(double s, int direction) const;

  double gamma_, beta_, h_, v_;
};

/// Root of F' in [h, h + beta v], by Newton's method kept in the bracket.
double CrossEntropyIntegrand::maximiser() const {
  double low = h_, high = h_ + beta_ * v_;
  // first guess: where the force F of the loss balances the distance of its edge
  const double edge = std::log(std::max(beta_ / (2 * gamma_), 1.0)) / (2 * gamma_);
  const double force = (edge - h_) / v_;
  double s = force > 0 && force < beta_ ? std::log(beta_ / force - 1) / (2 * gamma_) : force > 0 ? high : low;
  s = std::clamp(s, low, high);
  double last = std::numeric_limits<double>::infinity();
  for (int step = 0; step < 100; ++step) {
    const double f = slope(s);
    (f > 0 ? low : high) = s;
    const double newton = s + f / curvature(s);
    // bisection where Newton's method leaves the bracket or goes to and fro
    const bool good = newton >= low && newton <= high && std::abs(f) < last / 2;
    const double next = good ? newton : low + (high - low) / 2;
    if (std::abs(next - s) <= 4e-15 * (std::abs(s) + std::sqrt(v_))) return next;
    last = std::abs(f);
    s = next;
  }
  return s;
}

/// At most `widths` deviations of the narrowest Gaussian that F resembles on the panel, 1.5 distances from it to the branch points
/// s = +-i pi/(2 gamma) of l, and a change of F by 10 at its beginning.
double CrossEntropyIntegrand::panel_length(double s, int direction) const {
  double length = std::min(widths / std::sqrt(curvature(s)), 10 / std::abs(slope(s)));
  for (int attempt = 0; attempt < 100; ++attempt) {
    const double end = s + direction * length;
    const bool holds_zero = (s > 0) != (end > 0);
    const double nearest = holds_zero ? 0 : std::min(std::abs(s), std::abs(end));
    // -F'' is largest where |s| is least
    if (length * std::sqrt(curvature(nearest)) <= widths &&
        length <= 1.5 * std::hypot(nearest, std::numbers::pi / (2 * gamma_)))
      break;
    length *= 0.7;
  }
  return length;
}

template <class Add>
void CrossEntropyIntegrand::march(double origin, double origin_slope, int direction, Add&& add) const {
  static const QuadratureRule unit = gauss_legendre(16, 0, 1);
  const Softplus at_origin = softplus(gamma_, origin);
  const double pull = beta_ * at_origin.sigma - origin_slope;  // (origin - h)/v, where v may be tiny
  double begin = 0, drop = 0;                                  // s = origin + offset
  for (int panel = 0; panel < most_panels && drop < negligible_drop; ++panel) {
    const double length = panel_length(origin + begin, direction);
    for (std::size_t j = 0; j < unit.size(); ++j) {
      const double offset = begin + direction * length * unit.nodes[j];
      const Softplus l = softplus(gamma_, origin + offset);
      // F(origin) - F(s)
      drop = offset * offset / (2 * v_)  //
             + offset * pull             //
             + beta_ * (l.l - at_origin.l);
      add(length * unit.weights[j] * std::exp(-drop), l);
    }
    begin += direction * length;
  }
}

struct CrossEntropyMoments {
  double log_X = 0;
  double sigma = 0, sigma2 = 0, loss = 0;
};

CrossEntropyMoments cross_entropy_moments(double gamma, double beta, double h, double v) {
  const CrossEntropyIntegrand integrand(gamma, beta, h, v);
  const double s = integrand.maximiser();
  CrossEntropyMoments m;
  double mass = 0;
  const auto add = [&](double weight, const Softplus& l) {
    mass += weight;
    m.sigma += weight * l.sigma;
    m.sigma2 += weight * l.sigma * l.sigma;
    m.loss += weight * l.l;
  };
  integrand.march(s, 0, -1, add);
  integrand.march(s, 0, +1, add);
  m.sigma /= mass;
  m.sigma2 /= mass;
  m.loss /= mass;
  m.log_X = integrand.exponent(s) + std::log(mass) - half_log_2pi - std::log(v) / 2;
  return m;
}

Response cross_entropy_response(double gamma, double beta, double h, double v) {
  const CrossEntropyMoments m = cross_entropy_moments(gamma, beta, h, v);
  const double r = beta * m.sigma;
  // beta^2 <sigma^2> - r^2 - beta <l''>,   l'' = 2 gamma sigma (1 - sigma)
  return {m.log_X, r, beta * beta * m.sigma2 - r * r - 2 * gamma * beta * (m.sigma - m.sigma2)};
}

TiltedAverages cross_entropy_tilted(double gamma, double beta, double h, double v) {
  const CrossEntropyMoments m = cross_entropy_moments(gamma, beta, h, v);
  const CrossEntropyIntegrand integrand(gamma, beta, h, v);
  // int_{-inf}^0 e^F, from 0 or from the maximum below it
  const double peak = integrand.maximiser(), origin = std::min(peak, 0.0);
  double mass = 0;
  integrand.march(origin, integrand.slope(origin), -1,
                  [&](double weight, const Softplus&) { mass += weight; });
  const double log_mass =
      integrand.exponent(origin) + std::log(mass) - half_log_2pi - std::log(v) / 2 - m.log_X;
  if (peak >= 0) return {m.loss, std::exp(log_mass)};
  double above = 0;  // int_0^inf e^F
  integrand.march(0, integrand.slope(0), +1, [&](double weight, const Softplus&) { above += weight; });
  const double log_above = integrand.exponent(0) + std::log(above) - half_log_2pi - std::log(v) / 2 - m.log_X;
  return {m.loss, 1 - std::exp(log_above)};
}

// --- hinge -------------------------------------------------------------------------------------------------------------

/// R(x) - x > 0; for large x from R = x + 1/x - 2/x^3 + 10/x^5 - 74/x^7 + ...
double ratio_surplus(double x) {
  if (x < 100) return R(x) - x;
  const double u = 1 / (x * x);
  return (1 - u * (2 - u * (10 - u * 74))) / x;
}

/// a = (kappa - h)/sqrt(v), c = beta sqrt(v): X = H(a) + e^{c^2/2 - c a} H(c - a), the second term for s < kappa.
struct HingeParts {
  double a = 0, c = 0;
  double log_X = 0;
  double below = 0;    // P = Prob(s < kappa)
  double surplus = 0;  // R(c - a) - (c - a) > 0
};
HingeParts hinge_parts(double beta, double margin, double h, double v) {
  HingeParts parts;
  const double a = parts.a = (margin - h) / std::sqrt(v), c = parts.c = beta * std::sqrt(v);
  const double log_below = log_shifted_tail(c * c / 2 - c * a, -a * a / 2, c - a);
  parts.log_X = log_sum(log_H(a), log_below);
  parts.below = std::exp(log_below - parts.log_X);
  parts.surplus = ratio_surplus(c - a);
  return parts;
}

Response hinge_response(double beta, double margin, double h, double v) {
  const HingeParts p = hinge_parts(beta, margin, h, v);
  const double deviation = std::sqrt(v), psi = p.c * p.below;
  // r = beta P,   dP/da = P [c P + surplus - a]
  return {p.log_X, beta * p.below, -beta * p.below / deviation * (psi - p.a + p.surplus)};
}

TiltedAverages hinge_tilted(double beta, double margin, double h, double v) {
  const HingeParts p = hinge_parts(beta, margin, h, v);
  const double deviation = std::sqrt(v), e = margin / deviation, x = p.c - p.a + e;
  // e^{c^2/2 - c a} H(x)/X,   x^2 = (c - a + e)^2
  double error = std::exp(
      log_shifted_tail(p.c * p.c / 2 - p.c * p.a, -p.a * p.a / 2 - e * (p.c - p.a) - e * e / 2, x) - p.log_X);
  if (margin < 0)
    error = p.below + std::exp(log_H(p.a) - p.log_X) - std::exp(log_H(-h / deviation) - p.log_X);
  return {deviation * p.below * p.surplus, error};
}

// --- error counting ----------------------------------------------------------------------------------------------------

/// X = e^{-beta} H(-a) + H(a)
double error_counting_log_X(double beta, double a) {
  return log_sum(log_H(a), log_H(-a) - beta);
}

Response error_counting_response(double beta, double margin, double h, double v) {
  const double deviation = std::sqrt(v), a = (margin - h) / deviation;
  const double log_X = error_counting_log_X(beta, a);
  // psi = sqrt(v) d ln X/dh = (1 - e^{-beta}) G(a)/X
  const double psi = -std::expm1(-beta) * std::exp(-a * a / 2 - half_log_2pi - log_X);
  return {log_X, psi / deviation, -psi * (psi - a) / v};
}

TiltedAverages error_counting_tilted(double beta, double margin, double h, double v) {
  const double deviation = std::sqrt(v), a = (margin - h) / deviation, a0 = -h / deviation;
  const double log_X = error_counting_log_X(beta, a);
  const double below = std::exp(log_H(-a) - beta - log_X);
  double error = std::exp(log_H(-a0) - beta - log_X);
  if (margin < 0) error = below + std::exp(log_H(a) - log_X) - std::exp(log_H(a0) - log_X);
  return {below, error};
}

}  // namespace

Response GibbsChannel::operator()(double h, double v) const {
  if (beta == 0) return {};
  switch (loss.kind) {
    case LossKind::hinge:
      return hinge_response(beta, loss.margin, h, v);
    case LossKind::error_counting:
      return error_counting_response(beta, loss.margin, h, v);
    case LossKind::cross_entropy:
      break;
  }
  return cross_entropy_response(loss.gamma, beta, h, v);
}

TiltedAverages GibbsChannel::tilted(double h, double v) const {
  switch (loss.kind) {
    case LossKind::hinge:
      return hinge_tilted(beta, loss.margin, h, v);
    case LossKind::error_counting:
      return error_counting_tilted(beta, loss.margin, h, v);
    case LossKind::cross_entropy:
      break;
  }
  return cross_entropy_tilted(loss.gamma, beta, h, v);
}

void check(const GibbsChannel& channel) {
  const GibbsLoss& loss = channel.loss;
  require(std::isfinite(loss.gamma) && loss.gamma > 0,
          fmt::format("a cross-entropy needs a finite gamma > 0, got {}", loss.gamma));
  require(std::isfinite(loss.margin), fmt::format("a loss needs a finite margin, got {}", loss.margin));
  require(std::isfinite(channel.beta) && channel.beta >= 0,
          fmt::format("a Gibbs measure needs a finite beta >= 0, got {}", channel.beta));
}

ChannelEdges edges_of(const GibbsChannel& channel, double v) {
  const double beta = channel.beta, deviation = std::sqrt(v), margin = channel.loss.margin;
  switch (channel.loss.kind) {
    case LossKind::hinge:
      return {{margin, deviation}, {margin - beta * v, deviation}};
    case LossKind::error_counting: {
      const double a = std::sqrt(2 * beta);  // H(a) ~ e^{-beta}
      return {{margin, deviation}, {margin - a * deviation, deviation / std::max(1.0, a)}};
    }
    case LossKind::cross_entropy:
      break;
  }
  // beta l(s) = 1, and the fields at which beta l'' = -1/v on the lines Im s = pi/(2 gamma) of the poles: E = e^{2 gamma Re s}
  const double gamma = channel.loss.gamma, x = 2 * gamma / std::max(beta, 1e-300);
  const double one = x > 30 ? -x / (2 * gamma) : -std::log(std::expm1(x)) / (2 * gamma);
  const double c = 2 + 2 * gamma * beta * v, E = (c + std::sqrt(c * c - 4)) / 2;
  const double right = std::log(E) / (2 * gamma) + beta * v / std::max(E - 1, 1e-300);
  const double left = -std::log(E) / (2 * gamma) - beta * v * E / std::max(E - 1, 1e-300);
  const double width = std::hypot(deviation, 1 / (2 * gamma));
  return {{std::max(one, right), width}, {left, width}};
}

}  // namespace wfm::theory
