#include "math/branch_free.hpp"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "math/gaussian.hpp"

namespace wfm {
namespace {

constexpr double ulp = std::numeric_limits<double>::epsilon();

TEST(BranchFree, ExponentialAgreesWithTheLibrary) {
  for (int k = -70800; k <= 70900; k += 7) {
    const double x = 0.01 * k + 1e-3 * std::sin(double(k));
    if (x < -708 || x > 709) continue;
    const Exponential e = exponential(x);
    EXPECT_NEAR(e.value / std::exp(x), 1, 2 * ulp) << x;
    if (x != 0) {
      EXPECT_NEAR(e.minus_one / std::expm1(x), 1, 3 * ulp) << x;
    }
  }
  for (double x = 1e-300; x < 1; x *= 3) {
    EXPECT_NEAR(exponential(x).minus_one / std::expm1(x), 1, 3 * ulp) << x;
    EXPECT_NEAR(exponential(-x).minus_one / std::expm1(-x), 1, 3 * ulp) << x;
  }
}

TEST(BranchFree, ExponentialIsBoundedOutsideItsRange) {
  EXPECT_LT(exponential(-1e300).value, 1e-307);
  EXPECT_EQ(exponential(-1e300).minus_one, -1);
  EXPECT_GT(exponential(1e300).value, 1e307);
  EXPECT_TRUE(std::isfinite(exponential(1e300).value));
}

TEST(BranchFree, LogarithmAgreesWithTheLibrary) {
  for (double x = std::numeric_limits<double>::min(); x < 1e308; x *= 1.0137)
    EXPECT_NEAR(logarithm(x), std::log(x), 2 * ulp * std::abs(std::log(x))) << x;
  for (int k = -4000; k <= 4000; ++k) {
    const double x = 1 + 1e-4 * k * (1 - 1e-5);
    EXPECT_NEAR(logarithm(x), std::log(x), 2 * ulp * std::abs(std::log(x))) << x;
  }
  EXPECT_EQ(logarithm(1), 0);
  EXPECT_EQ(logarithm(2), std::log(2));
  EXPECT_NEAR(logarithm(std::numeric_limits<double>::max()), std::log(std::numeric_limits<double>::max()),
              2e-13);
}

TEST(BranchFree, LogarithmOfATailAgreesWithLogH) {
  for (double x = -12; x < 200; x += 0.0371) {
    const double expected = log_H(x);
    EXPECT_NEAR(log_of_tail(scaled_tail(x), x), expected, 2 * ulp * (1 + std::abs(expected))) << x;
  }
}

TEST(BranchFree, TanhAgreesWithTheLibrary) {
  for (double h = -20; h <= 20; h += 0.0137) {
    EXPECT_NEAR(vector_tanh(h), std::tanh(h), 3e-16);
    EXPECT_NEAR(double(vector_tanh(float(h))), std::tanh(double(float(h))), 5e-7);
  }
  EXPECT_EQ(vector_tanh(0.0), 0.0);
  EXPECT_EQ(vector_tanh(1e300), 1.0);
}

TEST(BranchFree, ScaledTailAgreesWithTheGaussianFunctions) {
  for (int k = -3000; k <= 3000; ++k) {
    const double x = 0.0125 * k;
    const ScaledTail tail = scaled_tail(x);
    // ln H = ln(value) - max(x, 0)^2/2
    EXPECT_NEAR(std::log(tail.value) - (x > 0 ? x * x / 2 : 0), log_H(x), 4 * ulp * (1 + x * x / 2)) << x;
    EXPECT_NEAR(tail.value * tail.inverse, 1, 4 * ulp);
    const double rounding_of_square = x < 0 ? ulp * x * x : 0;
    EXPECT_NEAR(tail.ratio, R(x), R(x) * (8 * ulp + rounding_of_square)) << x;
  }
}

}  // namespace
}  // namespace wfm
