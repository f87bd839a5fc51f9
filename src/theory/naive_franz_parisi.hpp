// (FP.1) as it stands, nested integrals and no change of variables: what the Franz-Parisi curves are tested against.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <numbers>

#include <gtest/gtest.h>

#include "math/gaussian.hpp"
#include "math/quadrature.hpp"

namespace wfm::theory {

/// Conjugates of the reference and of the counted solutions; the R's with a teacher.
struct NaiveConjugates {
  double qthat = 0, qhat = 0, that = 0, phat = 0, Rthat = 0, Rhat = 0;
};

/// G_S, z by the one rule and the rest of the field by the other.
inline double naive_entropic(const NaiveConjugates& c, const QuadratureRule& z_rule,
                             const QuadratureRule& rest) {
  const double free = std::sqrt(c.qhat - c.that * c.that / c.qthat);
  return integrate(z_rule, [&](double z) {
    const double U = std::sqrt(c.qthat) * z + c.Rthat;
    double sum = 0;
    for (const int wt : {-1, 1}) {
      sum += std::exp(wt * U - log_2cosh(U)) * integrate(rest, [&](double u) {
               return log_2cosh(free * u + c.that * z / std::sqrt(c.qthat) + c.Rhat + (c.phat - c.that) * wt);
             });
    }
    return sum;
  });
}

/// Covariances of the fields: of two references, of two counted solutions, of a counted one with another reference and with its own,
/// and of a field with itself.
struct NaiveCovariances {
  double qt = 0, q = 0, t = 0, p = 0, one = 1;
};

/// int Dz0 int y_rule(edge at z0) int Du f(z0, u, m),  m = c0 z0 + b y + sqrt(gamma) u.
template <class RuleOfY, class F>
double naive_fields(const NaiveCovariances& o, const QuadratureRule& z_rule, const QuadratureRule& rest,
                    RuleOfY&& y_rule, F&& f) {
  const double b = (o.p - o.t) / std::sqrt(o.one - o.qt), gamma = o.q - o.t * o.t / o.qt - b * b;
  return integrate(z_rule, [&](double z0) {
    return integrate(y_rule(z0), [&](double y) {
      return integrate(rest, [&](double u) {
        return f(z0, u, o.t / std::sqrt(o.qt) * z0 + b * y + std::sqrt(gamma) * u);
      });
    });
  });
}

/// Theta(y > edge) Dy/H(edge): y from the edge on, as far as it weighs anything.
inline QuadratureRule naive_normal_above(double edge, int panels) {
  const double from = std::max(edge, -8.5), to = from + (edge > 3 ? 5 : 8.5 - std::min(edge, 0.0));
  const QuadratureRule all = composite_gauss_legendre(panels, 10, from, to);
  QuadratureRule rule;
  for (std::size_t j = 0; j < all.size(); ++j) {
    const double y = all.nodes[j];
    const double density = std::exp(-y * y / 2 - log_H(edge)) / std::sqrt(2 * std::numbers::pi);
    if (density < 1e-18) continue;
    rule.nodes.push_back(y);
    rule.weights.push_back(all.weights[j] * density);
  }
  return rule;
}

/// `naive(p, x)` is the point's entropy at its p and x, stationary in x, and only the explicit p moves it: d = (1-p)/2.
template <std::size_t N, class Point, class Naive>
void expect_saddle_of(Naive&& naive, const Point& point, const std::array<double, N>& x,
                      double value_tolerance, double slope_tolerance) {
  EXPECT_NEAR(naive(point.p, x), point.entropy, value_tolerance);
  const double h = 1e-4;
  for (std::size_t i = 0; i < N; ++i) {
    std::array<double, N> up = x, down = x;
    up[i] += h;
    down[i] -= h;
    EXPECT_NEAR((naive(point.p, up) - naive(point.p, down)) / (2 * h), 0, slope_tolerance)
        << "order parameter " << i;
  }
  const double along_p = (naive(point.p + h, x) - naive(point.p - h, x)) / (2 * h);
  EXPECT_NEAR(-2 * along_p, point.slope, slope_tolerance);
}

}  // namespace wfm::theory
