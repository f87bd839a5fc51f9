#include "math/field.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numbers>

#include "math/gaussian.hpp"

namespace wfm {
namespace {

constexpr double epsilon = std::numeric_limits<double>::epsilon();
constexpr double infinity = std::numeric_limits<double>::infinity();

// atanh(tanh J tanh h) from the four weights of a pair (s, t) with exponent J s t + h t, in extended
// precision.
double by_summation(double J, double h) {
  const long double j = J, f = h, shift = std::abs(j) + std::abs(f);
  const long double up = std::exp(j + f - shift) + std::exp(-j - f - shift);
  const long double down = std::exp(j - f - shift) + std::exp(f - j - shift);
  return static_cast<double>(0.5L * (std::log(up) - std::log(down)));
}

TEST(Field, variance_is_one_minus_tanh_squared) {
  for (double h = -3; h <= 3; h += 0.125)
    EXPECT_NEAR(variance_of_field(h), 1 - std::tanh(h) * std::tanh(h), 2 * epsilon);
}

TEST(Field, variance_keeps_its_digits_where_tanh_is_one) {
  for (double h : {20.0, 50.0, 300.0}) EXPECT_NEAR(variance_of_field(h) / (4 * std::exp(-2 * h)), 1, 1e-14);
  EXPECT_EQ(variance_of_field(1e3), 0);
  EXPECT_EQ(variance_of_field(-infinity), 0);
}

TEST(Field, coupling_agrees_with_the_sum_over_states) {
  for (double J : {-30.0, -5.0, -0.7, -0.5, -1e-3, 0.02, 0.49, 0.51, 1.0, 3.0, 40.0, 700.0})
    for (double h : {-900.0, -31.0, -5.0, -0.7, -0.499, 1e-3, 0.3, 0.5, 0.8, 2.0, 30.0, 1000.0})
      EXPECT_NEAR(field_through_coupling(J, h), by_summation(J, h),
                  4 * epsilon * (1 + std::abs(by_summation(J, h))))
          << J << " " << h;
}

TEST(Field, small_fields_keep_their_relative_precision) {
  // tanh J tanh h to first order in each
  EXPECT_NEAR(field_through_coupling(1e-9, 1e-7) / 1e-16, 1, 1e-13);
  EXPECT_NEAR(field_through_coupling(5, 1e-12) / (1e-12 * std::tanh(5.0)), 1, 1e-14);
}

TEST(Field, limits_of_the_coupling) {
  EXPECT_DOUBLE_EQ(field_through_coupling(infinity, 0.3), 0.3);
  EXPECT_DOUBLE_EQ(field_through_coupling(infinity, -3.7), -3.7);
  EXPECT_DOUBLE_EQ(field_through_coupling(-infinity, 1e3), -1e3);
  EXPECT_EQ(field_through_coupling(infinity, infinity), infinity);
  EXPECT_EQ(field_through_coupling(0, 1e3), 0);
  EXPECT_EQ(field_through_coupling(infinity, 0), 0);
  // equal large fields lose ln 2 / 2
  EXPECT_NEAR(field_through_coupling(1e3, 1e3), 1e3 - std::numbers::ln2 / 2, 1e-12);
  EXPECT_TRUE(std::isnan(field_through_coupling(NAN, 1)));
  EXPECT_TRUE(std::isnan(field_through_coupling(1, NAN)));
}

TEST(Field, coupling_is_symmetric_and_odd) {
  for (double J : {0.2, 0.6, 4.0})
    for (double h : {0.1, 0.55, 9.0}) {
      EXPECT_EQ(field_through_coupling(J, h), field_through_coupling(h, J));
      EXPECT_EQ(field_through_coupling(-J, h), -field_through_coupling(J, h));
    }
}

TEST(Field, entropy_agrees_with_its_two_other_forms) {
  for (double h = -4; h <= 4; h += 0.125) {
    EXPECT_NEAR(entropy_of_field(h), log_2cosh(h) - h * std::tanh(h), 8 * epsilon);
    EXPECT_NEAR(entropy_of_field(h), binary_entropy((1 + std::tanh(h)) / 2), 1e-13);
  }
  // (1 + 2h) e^{-2h} for large h
  EXPECT_NEAR(entropy_of_field(100) / (201 * std::exp(-200.0)), 1, 1e-14);
  EXPECT_EQ(entropy_of_field(infinity), 0);
  EXPECT_EQ(entropy_of_field(-1e300), 0);
  EXPECT_TRUE(std::isnan(entropy_of_field(NAN)));
}

TEST(Field, binary_entropy_at_its_ends_and_middle) {
  EXPECT_EQ(binary_entropy(0), 0);
  EXPECT_EQ(binary_entropy(1), 0);
  EXPECT_DOUBLE_EQ(binary_entropy(0.5), std::numbers::ln2);
  EXPECT_DOUBLE_EQ(binary_entropy(0.25), 0.25 * std::log(4.0) + 0.75 * std::log(4.0 / 3));
  EXPECT_NEAR(binary_entropy(1e-20) / (1e-20 * (1 - std::log(1e-20))), 1, 1e-14);
}

}  // namespace
}  // namespace wfm
