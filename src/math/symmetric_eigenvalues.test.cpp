#include "math/symmetric_eigenvalues.hpp"

#include <gmock/gmock.h>

#include <cmath>
#include <limits>
#include <numbers>

#include "math/error.hpp"
#include "math/random.hpp"

namespace wfm {
namespace {

// -d^2/dx^2 on n points: eigenvalues 2 - 2 cos(pi j/(n + 1)).
Eigen::MatrixXd second_difference(int n) {
  Eigen::MatrixXd A = Eigen::MatrixXd::Zero(n, n);
  for (int i = 0; i < n; ++i) {
    A(i, i) = 2;
    if (i > 0) A(i, i - 1) = A(i - 1, i) = -1;
  }
  return A;
}

// Rank `rank` <= n with eigenvalues of both signs; the others are zero.
Eigen::MatrixXd random_symmetric(int n, int rank) {
  RandomStream random(3, Purpose::measurement);
  Eigen::MatrixXd B(n, rank);
  for (double& x : B.reshaped()) x = random.normal() / std::sqrt(double(n));
  Eigen::VectorXd d(rank);
  for (int j = 0; j < rank; ++j) d[j] = random.normal();
  return B * d.asDiagonal() * B.transpose();
}

SymmetricOperator operator_of(const Eigen::MatrixXd& A) {
  return {std::size_t(A.rows()), [&A](std::span<const double> v, std::span<double> out) {
            Eigen::Map<Eigen::VectorXd>(out.data(), A.rows()) =
                A * Eigen::Map<const Eigen::VectorXd>(v.data(), A.rows());
          }};
}

TEST(SymmetricEigenvalues, OfTheSecondDifference) {
  for (const int n : {1, 2, 31, 200})
    for (const int threads : {1, 2}) {
      const auto values = symmetric_eigenvalues(second_difference(n), threads);
      ASSERT_EQ(values.size(), std::size_t(n));
      for (int j = 0; j < n; ++j)
        EXPECT_NEAR(values[std::size_t(j)], 2 - 2 * std::cos(std::numbers::pi * (j + 1) / (n + 1)), 1e-13);
    }
  EXPECT_TRUE(symmetric_eigenvalues(Eigen::MatrixXd(0, 0)).empty());
}

TEST(SymmetricEigenvalues, ReadTheLowerTriangleOnly) {
  Eigen::MatrixXd A = second_difference(7);
  A.triangularView<Eigen::StrictlyUpper>().setConstant(99);
  EXPECT_NEAR(symmetric_eigenvalues(A)[0], 2 - 2 * std::cos(std::numbers::pi / 8), 1e-14);
}

TEST(ExtremeEigenvalues, AreThoseOfTheWholeSpectrum) {
  for (const int rank :
       {30, 120, 300})  // 30, 120: the smallest and largest few are apart from a heap of zeros
    for (const double scale : {1.0, 1e-9, 1e9}) {
      const Eigen::MatrixXd A = scale * random_symmetric(300, rank);
      const auto all = symmetric_eigenvalues(A);
      const auto extremes = extreme_eigenvalues(operator_of(A), {.count = 4});
      ASSERT_TRUE(extremes.converged) << extremes.reason;
      ASSERT_EQ(extremes.smallest.size(), 4u);
      ASSERT_EQ(extremes.largest.size(), 4u);
      for (std::size_t j = 0; j < 4; ++j) {
        EXPECT_NEAR(extremes.smallest[j], all[j], 1e-8 * scale);
        EXPECT_NEAR(extremes.largest[j], all[all.size() - 4 + j], 1e-8 * scale);
      }
      EXPECT_LT(extremes.residual, 1e-9 * scale);
      EXPECT_GT(extremes.residual, 0);
      EXPECT_LT(extremes.products, 10000u);
    }
}

TEST(ExtremeEigenvalues, OfAPositiveSingularMatrixReachZero) {
  const Eigen::MatrixXd B = random_symmetric(200, 50), A = B * B;
  const auto extremes = extreme_eigenvalues(operator_of(A), {.count = 1});
  ASSERT_TRUE(extremes.converged) << extremes.reason;
  EXPECT_NEAR(extremes.smallest[0], 0, 1e-12);
}

TEST(ExtremeEigenvalues, SmallMatricesAreSolvedWhole) {
  const Eigen::MatrixXd A = second_difference(6);
  const auto extremes = extreme_eigenvalues(operator_of(A), {.count = 9});
  EXPECT_EQ(extremes.smallest.size(), 6u);
  EXPECT_NEAR(extremes.largest.back(), 2 - 2 * std::cos(std::numbers::pi * 6 / 7), 1e-14);
  EXPECT_EQ(dense_matrix(operator_of(A)), A);
}

TEST(ExtremeEigenvalues, SayWhereTheyDidNotConverge) {
  const Eigen::MatrixXd A = second_difference(3000);
  const auto extremes = extreme_eigenvalues(operator_of(A), {.count = 2, .max_restarts = 1});
  EXPECT_FALSE(extremes.converged);
  EXPECT_THAT(extremes.reason, testing::HasSubstr("1 restart"));
}

TEST(SymmetricEigenvalues, NameWhatTheyRefuse) {
  EXPECT_THROW(symmetric_eigenvalues(Eigen::MatrixXd::Zero(2, 3)), InvalidInput);
  EXPECT_THROW(symmetric_eigenvalues(Eigen::MatrixXd::Zero(2, 2), 0), InvalidInput);
  EXPECT_THROW(
      symmetric_eigenvalues(Eigen::MatrixXd::Constant(2, 2, std::numeric_limits<double>::quiet_NaN())),
      InvalidInput);
  const Eigen::MatrixXd A = second_difference(3);
  EXPECT_THROW(extreme_eigenvalues(operator_of(A), {.count = 0}), InvalidInput);
  EXPECT_THROW(extreme_eigenvalues(operator_of(A), {.tolerance = 0}), InvalidInput);
  EXPECT_THROW(extreme_eigenvalues(operator_of(A), {.max_restarts = 0}), InvalidInput);
}

}  // namespace
}  // namespace wfm
