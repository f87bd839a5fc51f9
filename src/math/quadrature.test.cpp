#include "math/quadrature.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "math/error.hpp"
#include "math/gaussian.hpp"

namespace wfm {
namespace {

double sum(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0);
}

void expect_strictly_increasing(const std::vector<double>& nodes) {
  EXPECT_EQ(std::adjacent_find(nodes.begin(), nodes.end(), std::greater_equal<>()), nodes.end());
}

class WithPoints : public testing::TestWithParam<int> {};
INSTANTIATE_TEST_SUITE_P(Quadrature, WithPoints,
                         testing::Values(1, 2, 3, 4, 5, 10, 31, 64, 127, 256, 511, 512));

TEST_P(WithPoints, gauss_hermite_is_exact_for_moments) {
  const QuadratureRule rule = gauss_hermite(GetParam());
  ASSERT_EQ(rule.size(), GetParam());
  expect_strictly_increasing(rule.nodes);
  EXPECT_NEAR(sum(rule.weights), 1, 1e-14);
  double moment = 1;  // (2k - 1)!!
  for (int k = 1; 2 * k < 2 * GetParam() && k <= 12; ++k) {
    moment *= 2 * k - 1;
    EXPECT_NEAR(integrate(rule, [&](double z) { return std::pow(z, 2 * k); }) / moment, 1, 2e-13)
        << "moment " << 2 * k;
    EXPECT_NEAR(integrate(rule, [&](double z) { return std::pow(z, 2 * k - 1); }) / moment, 0, 1e-14);
  }
}

TEST_P(WithPoints, gauss_hermite_nodes_are_symmetric_and_weights_not_negative) {
  const QuadratureRule rule = gauss_hermite(GetParam());
  for (std::size_t j = 0; j < rule.size(); ++j) {
    EXPECT_EQ(rule.nodes[j], -rule.nodes[rule.size() - 1 - j]);
    EXPECT_GE(rule.weights[j], 0);  // the outermost underflow
    if (std::abs(rule.nodes[j]) < 36) {
      EXPECT_GT(rule.weights[j], 0);
    }
  }
}

TEST_P(WithPoints, gauss_legendre_is_exact_for_powers) {
  const QuadratureRule rule = gauss_legendre(GetParam(), 0, 1);
  ASSERT_EQ(rule.size(), GetParam());
  expect_strictly_increasing(rule.nodes);
  for (int k : {0, 1, 2, 3, 7, 20, 61, 200, 1000}) {
    if (k >= 2 * GetParam()) break;
    EXPECT_NEAR(integrate(rule, [&](double x) { return std::pow(x, k); }) * (k + 1), 1, 2e-13)
        << "power " << k;
  }
}

TEST(Quadrature, three_and_two_points_by_hand) {
  const QuadratureRule hermite = gauss_hermite(3);
  EXPECT_NEAR(hermite.nodes[2], std::sqrt(3.0), 1e-15);
  EXPECT_EQ(hermite.nodes[1], 0);
  EXPECT_NEAR(hermite.weights[0], 1. / 6, 1e-16);
  EXPECT_NEAR(hermite.weights[1], 2. / 3, 2e-16);
  const QuadratureRule legendre = gauss_legendre(2, -1, 1);
  EXPECT_NEAR(legendre.nodes[1], 1 / std::sqrt(3.0), 4e-16);
  EXPECT_NEAR(legendre.weights[1], 1, 4e-16);
}

TEST(Quadrature, known_gaussian_integrals) {
  // int Dz e^{a z} = e^{a^2/2};  int Dz cos(a z) = e^{-a^2/2};  int Dz H(a + b z) = H(a / sqrt(1 + b^2))
  const QuadratureRule rule = gauss_hermite(96);
  EXPECT_NEAR(integrate(rule, [](double z) { return std::exp(2 * z); }) / std::exp(2.0), 1, 1e-13);
  EXPECT_NEAR(integrate(rule, [](double z) { return std::cos(3 * z); }), std::exp(-4.5), 1e-14);
  EXPECT_NEAR(integrate(rule, [](double z) { return H(0.4 + 0.5 * z); }), H(0.4 / std::sqrt(1.25)), 1e-14);
}

TEST(Quadrature, gaussian_panels_resolve_a_step) {
  // H(20 (z - 1/2)) is a step 1/20 wide, too sharp for Gauss-Hermite
  const auto step = [](double z) { return H(20 * (z - 0.5)); };
  const double exact = H(-0.5 / std::sqrt(1 + 1. / 400));
  EXPECT_NEAR(integrate(gaussian_panels(80, 12, 9), step), exact, 1e-14);
  EXPECT_GT(std::abs(integrate(gauss_hermite(64), step) - exact), 1e-5);
  EXPECT_NEAR(sum(gaussian_panels(40, 10, 9).weights), 1, 1e-14);
}

TEST(Quadrature, composite_rule_covers_its_interval) {
  const QuadratureRule rule = composite_gauss_legendre(7, 4, -2, 3);
  ASSERT_EQ(rule.size(), 28u);
  expect_strictly_increasing(rule.nodes);
  EXPECT_NEAR(sum(rule.weights), 5, 1e-14);
  EXPECT_NEAR(integrate(rule, [](double x) { return std::pow(x, 7); }), (6561 - 256) / 8., 1e-11);
  EXPECT_NEAR(integrate(rule, [](double x) { return std::exp(x); }), std::exp(3.0) - std::exp(-2.0), 1e-9);
}

TEST(Quadrature, sizes_out_of_range_are_refused) {
  EXPECT_THROW(gauss_hermite(0), InvalidInput);
  EXPECT_THROW(gauss_hermite(513), InvalidInput);
  EXPECT_THROW(gauss_legendre(0, 0, 1), InvalidInput);
  EXPECT_THROW(composite_gauss_legendre(0, 3, 0, 1), InvalidInput);
  EXPECT_THROW(gaussian_panels(3, 3, 0), InvalidInput);
}

}  // namespace
}  // namespace wfm
