// Quadrature rules as plain nodes and weights, made once and reused.
#pragma once

#include <cstddef>
#include <vector>

namespace wfm {

struct QuadratureRule {
  std::vector<double> nodes;  // increasing
  std::vector<double>
      weights;  // same length, positive (the outermost Hermite weights underflow to 0 from n = 389)
  std::size_t size() const { return nodes.size(); }
};

/// n-point Gauss-Hermite rule for the standard normal measure: sum_j weights[j] f(nodes[j]) ~ int Dz f(z).
/// n in [1, 512].
QuadratureRule gauss_hermite(int n);

/// n-point Gauss-Legendre rule on [a, b]. n in [1, 512].
QuadratureRule gauss_legendre(int n, double a, double b);

/// Composite Gauss-Legendre rule: `panels` equal panels on [a, b] with n points each.
QuadratureRule composite_gauss_legendre(int panels, int n, double a, double b);

/// The normal measure on [-z_max, z_max] by composite Gauss-Legendre: weights include G(z). For integrands
/// with sharp structure.
QuadratureRule gaussian_panels(int panels, int n, double z_max);

/// sum_j weights[j] f(nodes[j]).
template <class F>
double integrate(const QuadratureRule& rule, F&& f) {
  double sum = 0;
  for (std::size_t j = 0; j < rule.size(); ++j) sum += rule.weights[j] * f(rule.nodes[j]);
  return sum;
}

}  // namespace wfm
