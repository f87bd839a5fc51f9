#include "math/spectral_density.hpp"

#include <gmock/gmock.h>

#include <cmath>
#include <numbers>

#include "math/error.hpp"
#include "math/random.hpp"

namespace wfm {
namespace {

// Wishart-like matrix with a few outliers and a share of exact zeros.
Eigen::MatrixXd example(int n) {
  RandomStream random(7, Purpose::measurement);
  Eigen::MatrixXd B(n, n / 2);
  for (double& x : B.reshaped()) x = random.normal() / std::sqrt(double(n));
  for (int j = 0; j < 3; ++j) B.col(j) *= 3;
  Eigen::MatrixXd A = B * B.transpose();
  A -= 0.5 * B.col(5) * B.col(5).transpose() * 4;
  return A;
}

SymmetricOperator operator_of(const Eigen::MatrixXd& A) {
  return {std::size_t(A.rows()), [&A](std::span<const double> v, std::span<double> out) {
            Eigen::Map<Eigen::VectorXd>(out.data(), A.rows()) =
                A * Eigen::Map<const Eigen::VectorXd>(v.data(), A.rows());
          }};
}

double integral(const SpectralDensity& rho) {
  double sum = 0;
  for (std::size_t j = 1; j < rho.eigenvalue.size(); ++j)
    sum += (rho.density[j] + rho.density[j - 1]) / 2 * (rho.eigenvalue[j] - rho.eigenvalue[j - 1]);
  return sum;
}

TEST(SpectralDensity, IntegratesToOne) {
  const Eigen::MatrixXd A = example(120);
  // the trapezoidal rule is exact for Gaussians once its step is below their width
  EXPECT_NEAR(integral(spectral_density(operator_of(A), {.probes = 3, .steps = 30})), 1, 1e-8);
  EXPECT_NEAR(
      integral(spectral_density(operator_of(A), {.probes = 2, .steps = 5, .broadening = 0.3, .points = 400})),
      1, 1e-8);
  EXPECT_NEAR(integral(broadened_density(symmetric_eigenvalues(A), 0.1, 400)), 1, 1e-8);
}

TEST(SpectralDensity, IsThatOfAllEigenvaluesWithinItsErrorBars) {
  const Eigen::MatrixXd A = example(200);
  const auto all = symmetric_eigenvalues(A);
  const SpectralDensity rho =
      spectral_density(operator_of(A), {.probes = 60, .steps = 90, .broadening = 0.05, .points = 101});
  double squares = 0;
  for (std::size_t j = 0; j < rho.eigenvalue.size(); ++j) {
    double exact = 0;
    for (const double lambda : all) {
      const double x = (rho.eigenvalue[j] - lambda) / rho.broadening;
      exact += std::exp(-x * x / 2) / std::sqrt(2 * std::numbers::pi) / rho.broadening / double(all.size());
    }
    // 101 points, 60 probes (t distribution): 5 errors
    EXPECT_NEAR(rho.density[j], exact, 5 * rho.standard_error[j] + 1e-8) << "at " << rho.eigenvalue[j];
    if (rho.standard_error[j] > 1e-8)
      squares += std::pow((rho.density[j] - exact) / rho.standard_error[j], 2) / double(rho.density.size());
  }
  EXPECT_LT(squares, 2.5);  // the bars are neither too small
  EXPECT_GT(squares, 0.1);  // nor far too large
  EXPECT_NEAR(rho.smallest, all.front(), 1e-6);
  EXPECT_NEAR(rho.largest, all.back(), 1e-6);
}

TEST(SpectralDensity, TraceIsHutchinsons) {
  const Eigen::MatrixXd A = example(150);
  const MeanAndError trace = hutchinson_trace(operator_of(A), 200, 3);
  EXPECT_NEAR(trace.mean, A.trace(), 4 * trace.standard_error);
  // variance of v^T A v for signs: 2 sum_{i != j} A_ij^2
  const double variance = 2 * (A.squaredNorm() - A.diagonal().squaredNorm());
  EXPECT_NEAR(trace.standard_error, std::sqrt(variance / 200), 0.2 * std::sqrt(variance / 200));
  const SpectralDensity rho = spectral_density(operator_of(A), {.probes = 200, .steps = 2, .seed = 3});
  EXPECT_NEAR(rho.trace.mean, trace.mean, 1e-10);
  EXPECT_NEAR(hutchinson_trace(operator_of(A.diagonal().asDiagonal().toDenseMatrix()), 1, 5).mean, A.trace(),
              1e-10);
}

TEST(SpectralDensity, ClosedKrylovSpacesAreExact) {
  const Eigen::MatrixXd one = 3 * Eigen::MatrixXd::Identity(40, 40);
  const SpectralDensity rho = spectral_density(operator_of(one), {.probes = 2, .steps = 20});
  EXPECT_NEAR(rho.smallest, 3, 1e-13);
  EXPECT_NEAR(rho.largest, 3, 1e-13);
  EXPECT_NEAR(rho.trace.mean, 120, 1e-11);
  EXPECT_NEAR(integral(rho), 1, 1e-8);
  const Eigen::MatrixXd zero = Eigen::MatrixXd::Zero(5, 5);
  EXPECT_NEAR(integral(spectral_density(operator_of(zero))), 1, 1e-8);
  EXPECT_TRUE(spectral_density(SymmetricOperator{}).density.empty());
}

TEST(SpectralDensity, DoesNotDependOnThreads) {
  const Eigen::MatrixXd A = example(60);
  const auto one = spectral_density(operator_of(A), {.probes = 5, .steps = 20, .threads = 1});
  const auto three = spectral_density(operator_of(A), {.probes = 5, .steps = 20, .threads = 3});
  EXPECT_EQ(one.density, three.density);
  EXPECT_EQ(one.standard_error, three.standard_error);
}

TEST(SpectralDensity, NamesWhatItRefuses) {
  const Eigen::MatrixXd A = example(12);
  EXPECT_THROW(spectral_density(operator_of(A), {.probes = 0}), InvalidInput);
  EXPECT_THROW(spectral_density(operator_of(A), {.steps = 0}), InvalidInput);
  EXPECT_THROW(spectral_density(operator_of(A), {.broadening = -1}), InvalidInput);
  EXPECT_THROW(spectral_density(operator_of(A), {.points = 1}), InvalidInput);
  EXPECT_THROW(hutchinson_trace(operator_of(A), 0, 1), InvalidInput);
}

}  // namespace
}  // namespace wfm
