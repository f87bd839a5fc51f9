#include "math/spectral_density.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <span>

#include <fmt/format.h>
#include <Eigen/Eigenvalues>

#include "math/error.hpp"
#include "math/gaussian.hpp"
#include "math/parallel.hpp"
#include "math/random.hpp"

namespace wfm {

namespace {

using Vector = Eigen::VectorXd;

// One probe's quadrature: sum_j weight_j f(node_j) ~ (1/D) v^T f(A) v.
struct Quadrature {
  Vector nodes, weights;
  double trace = 0;
};

std::span<double> span_of(Vector& v) {
  return {v.data(), std::size_t(v.size())};
}

// v of signs, scaled to norm one
Vector probe_vector(std::size_t size, std::uint64_t seed, std::size_t probe) {
  RandomStream random(seed, Purpose::measurement, probe);
  Vector v{Eigen::Index(size)};
  for (double& x : v) x = random.sign() / std::sqrt(double(size));
  return v;
}

// A q_j = b_{j-1} q_{j-1} + a_j q_j + b_j q_{j+1}, orthogonalised twice against all q: without that, copies of converged
// eigenvalues appear and take weight from others.
Quadrature lanczos(const SymmetricOperator& A, int steps, std::uint64_t seed, std::size_t probe) {
  const Eigen::Index size = Eigen::Index(A.size), m = std::min<Eigen::Index>(steps, size);
  Eigen::MatrixXd q(size, m);
  Vector a(m), b(m), next(size);
  q.col(0) = probe_vector(A.size, seed, probe);
  Eigen::Index made = 0;
  double largest = 0;
  for (Eigen::Index j = 0; j < m; ++j) {
    A.multiply({q.col(j).data(), A.size}, span_of(next));
    a[j] = q.col(j).dot(next);
    made = j + 1;
    for (int pass = 0; pass < 2; ++pass)
      next -= q.leftCols(made) * (q.leftCols(made).transpose() * next).eval();
    b[j] = next.norm();
    largest = std::max({largest, std::abs(a[j]), b[j]});
    if (j + 1 == m || b[j] <= 1e-13 * largest) break;  // the Krylov space is closed: the quadrature is exact
    q.col(j + 1) = next / b[j];
  }
  Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> tridiagonal;
  tridiagonal.computeFromTridiagonal(a.head(made), b.head(made - 1));
  return {tridiagonal.eigenvalues(), tridiagonal.eigenvectors().row(0).transpose().cwiseAbs2(),
          a[0] * double(A.size)};
}

double broadened(const Vector& nodes, const Vector& weights, double t, double s) {
  double sum = 0;
  for (Eigen::Index j = 0; j < nodes.size(); ++j) sum += weights[j] * G((t - nodes[j]) / s) / s;
  return sum;
}

// The grid of a density whose nodes lie in [smallest, largest].
SpectralDensity grid(double smallest, double largest, double broadening, int points) {
  SpectralDensity result;
  result.smallest = smallest;
  result.largest = largest;
  const double scale = std::max(std::abs(smallest), std::abs(largest));
  result.broadening = broadening > 0           ? broadening
                      : largest - smallest > 0 ? (largest - smallest) / 100
                      : scale > 0              ? scale / 100
                                               : 1;
  const double low = smallest - 6 * result.broadening, high = largest + 6 * result.broadening;
  for (int j = 0; j < points; ++j)
    result.eigenvalue.push_back(low + (high - low) * double(j) / double(points - 1));
  return result;
}

void require_grid(double broadening, int points) {
  require(broadening >= 0 && std::isfinite(broadening),
          fmt::format("spectral density: the broadening must be at least 0, given {}", broadening));
  require(points >= 2, fmt::format("spectral density: needs at least 2 points, given {}", points));
}

void require_probes(int probes) {
  require(probes >= 1, fmt::format("spectral density: needs at least 1 probe, given {}", probes));
}

}  // namespace

SpectralDensity spectral_density(const SymmetricOperator& A, const DensityParams& params) {
  require_probes(params.probes);
  require(params.steps >= 1,
          fmt::format("spectral density: needs at least 1 Lanczos step, given {}", params.steps));
  require_grid(params.broadening, params.points);
  if (A.size == 0) return {};
  std::vector<Quadrature> quadratures(std::size_t(params.probes));
  parallel_for(quadratures.size(), params.threads,
               [&](std::size_t r) { quadratures[r] = lanczos(A, params.steps, params.seed, r); });
  double smallest = quadratures[0].nodes[0], largest = smallest;
  std::vector<double> traces;
  for (const Quadrature& one : quadratures) {
    smallest = std::min(smallest, one.nodes.minCoeff());
    largest = std::max(largest, one.nodes.maxCoeff());
    traces.push_back(one.trace);
  }
  SpectralDensity result = grid(smallest, largest, params.broadening, params.points);
  result.trace = mean_and_error(traces);
  std::vector<double> values(quadratures.size());
  for (const double t : result.eigenvalue) {
    for (std::size_t r = 0; r < quadratures.size(); ++r)
      values[r] = broadened(quadratures[r].nodes, quadratures[r].weights, t, result.broadening);
    const MeanAndError rho = mean_and_error(values);
    result.density.push_back(rho.mean);
    result.standard_error.push_back(rho.standard_error);
  }
  return result;
}

MeanAndError hutchinson_trace(const SymmetricOperator& A, int probes, std::uint64_t seed, int threads) {
  require_probes(probes);
  std::vector<double> traces(std::size_t(probes), 0.0);
  if (A.size > 0)
    parallel_for(traces.size(), threads, [&](std::size_t r) {
      Vector v = probe_vector(A.size, seed, r), product(v.size());
      A.multiply(span_of(v), span_of(product));
      traces[r] = v.dot(product) * double(A.size);
    });
  return mean_and_error(traces);
}

SpectralDensity broadened_density(const std::vector<double>& eigenvalues, double broadening, int points) {
  require_grid(broadening, points);
  if (eigenvalues.empty()) return {};
  SpectralDensity result = grid(eigenvalues.front(), eigenvalues.back(), broadening, points);
  const Eigen::Map<const Vector> nodes(eigenvalues.data(), Eigen::Index(eigenvalues.size()));
  const Vector weights = Vector::Constant(nodes.size(), 1 / double(nodes.size()));
  for (const double t : result.eigenvalue)
    result.density.push_back(broadened(nodes, weights, t, result.broadening));
  result.trace = {std::accumulate(eigenvalues.begin(), eigenvalues.end(), 0.0), 0, eigenvalues.size()};
  return result;
}

}  // namespace wfm
