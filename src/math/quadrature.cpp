// Gauss-Hermite: nodes are the eigenvalues of the Jacobi matrix (Golub & Welsch, Math. Comp. 23, 221 (1969))
// with off-diagonal sqrt(k), polished by Newton steps on the Hermite functions
//   psi_k(x) = He_k(x) exp(-x^2/4) / sqrt(k!),   sqrt(k+1) psi_{k+1} = x psi_k - sqrt(k) psi_{k-1}
// which neither overflow nor underflow at n = 512; weights are w = exp(-x^2/2) / sum_{k<n} psi_k(x)^2.
// Gauss-Legendre: Newton on the recurrence of P_n, w = 2 / ((1 - x^2) P_n'(x)^2).
#include "math/quadrature.hpp"

#include <cmath>
#include <numbers>

#include <fmt/format.h>
#include <Eigen/Eigenvalues>

#include "math/error.hpp"
#include "math/gaussian.hpp"

namespace wfm {

namespace {

void require_size(int n, const char* rule) {
  if (n < 1 || n > 512) throw InvalidInput(fmt::format("{}: n must be in [1, 512], not {}", rule, n));
}

struct HermiteFunctions {
  double previous, last;  // psi_{n-1}, psi_n
  double sum_of_squares;  // sum_{k<n} psi_k^2
};

HermiteFunctions hermite_functions(int n, double x) {
  double previous = 0, last = std::exp(-x * x / 4), sum = 0;
  for (int k = 0; k < n; ++k) {
    sum += last * last;
    const double next = (x * last - std::sqrt(double(k)) * previous) / std::sqrt(k + 1.0);
    previous = last;
    last = next;
  }
  return {previous, last, sum};
}

struct Legendre {
  double value, derivative;
};

Legendre legendre(int n, double x) {
  double previous = 0, last = 1;
  for (int k = 0; k < n; ++k) {
    const double next = ((2 * k + 1) * x * last - k * previous) / (k + 1);
    previous = last;
    last = next;
  }
  return {last, n * (previous - x * last) / ((1 - x) * (1 + x))};
}

}  // namespace

QuadratureRule gauss_hermite(int n) {
  require_size(n, "gauss_hermite");
  const Eigen::VectorXd diagonal = Eigen::VectorXd::Zero(n);
  const Eigen::VectorXd off_diagonal = Eigen::VectorXd::LinSpaced(n, 1, n).cwiseSqrt().head(n - 1);
  Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> jacobi;
  jacobi.computeFromTridiagonal(diagonal, off_diagonal, Eigen::EigenvaluesOnly);

  QuadratureRule rule{std::vector<double>(n), std::vector<double>(n)};
  for (int j = 0; 2 * j < n; ++j) {
    const int mirror = n - 1 - j;
    double x = mirror == j ? 0 : jacobi.eigenvalues()[mirror];
    for (int step = 0; step < 3; ++step) {
      const HermiteFunctions psi = hermite_functions(n, x);
      if (mirror != j) x -= psi.last / (std::sqrt(double(n)) * psi.previous);
    }
    const double weight = std::exp(-x * x / 2) / hermite_functions(n, x).sum_of_squares;
    rule.nodes[j] = -x;
    rule.nodes[mirror] = x;
    rule.weights[j] = rule.weights[mirror] = weight;
  }
  return rule;
}

QuadratureRule gauss_legendre(int n, double a, double b) {
  require_size(n, "gauss_legendre");
  QuadratureRule rule{std::vector<double>(n), std::vector<double>(n)};
  const double half = (b - a) / 2, middle = a + half;
  for (int j = 0; 2 * j < n; ++j) {
    const int mirror = n - 1 - j;
    double x = mirror == j ? 0 : std::cos(std::numbers::pi * (j + 0.75) / (n + 0.5));
    for (int step = 0; step < 6 && mirror != j; ++step) {
      const Legendre p = legendre(n, x);
      x -= p.value / p.derivative;
    }
    const double slope = legendre(n, x).derivative;
    const double weight = 2 / ((1 - x) * (1 + x) * slope * slope);
    rule.nodes[j] = middle - half * x;
    rule.nodes[mirror] = middle + half * x;
    rule.weights[j] = rule.weights[mirror] = half * weight;
  }
  return rule;
}

QuadratureRule composite_gauss_legendre(int panels, int n, double a, double b) {
  if (panels < 1)
    throw InvalidInput(fmt::format("composite_gauss_legendre: panels must be at least 1, not {}", panels));
  const QuadratureRule unit = gauss_legendre(n, 0, 1);
  const double width = (b - a) / panels;
  QuadratureRule rule;
  rule.nodes.reserve(panels * unit.size());
  rule.weights.reserve(panels * unit.size());
  for (int panel = 0; panel < panels; ++panel)
    for (std::size_t j = 0; j < unit.size(); ++j) {
      rule.nodes.push_back(a + width * (panel + unit.nodes[j]));
      rule.weights.push_back(width * unit.weights[j]);
    }
  return rule;
}

QuadratureRule gaussian_panels(int panels, int n, double z_max) {
  if (!(z_max > 0)) throw InvalidInput(fmt::format("gaussian_panels: z_max must be positive, not {}", z_max));
  QuadratureRule rule = composite_gauss_legendre(panels, n, -z_max, z_max);
  for (std::size_t j = 0; j < rule.size(); ++j) rule.weights[j] *= G(rule.nodes[j]);
  return rule;
}

}  // namespace wfm
