#include "math/roots.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace wfm {
namespace {

TEST(Roots, known_roots_to_the_last_bits) {
  const double epsilon = std::numeric_limits<double>::epsilon();
  const auto square = find_root([](double x) { return x * x - 2; }, 0, 2);
  ASSERT_TRUE(square);
  EXPECT_NEAR(*square, std::sqrt(2.0), 2 * epsilon);
  const auto cosine = find_root([](double x) { return std::cos(x); }, 3, 0);  // ends in either order
  ASSERT_TRUE(cosine);
  EXPECT_NEAR(*cosine, std::acos(0.0), 4 * epsilon);
}

TEST(Roots, flat_and_steep_functions) {
  const auto flat = find_root([](double x) { return std::pow(x - 0.3, 9); }, -1, 2, 1e-10);
  ASSERT_TRUE(flat);
  EXPECT_NEAR(*flat, 0.3, 1e-10);
  const auto step = find_root([](double x) { return x < 0.7 ? -1.0 : 1e6; }, 0, 1);
  ASSERT_TRUE(step);
  EXPECT_NEAR(*step, 0.7, 1e-15);
  const auto at_zero = find_root([](double x) { return x + x * x * x; }, -1, 1.5);
  ASSERT_TRUE(at_zero);
  EXPECT_NEAR(*at_zero, 0, 1e-30);
}

TEST(Roots, tolerance_saves_evaluations) {
  int fine = 0, coarse = 0;
  find_root([&](double x) { return ++fine, std::exp(x) - 3; }, -5, 5);
  const auto root = find_root([&](double x) { return ++coarse, std::exp(x) - 3; }, -5, 5, 1e-3);
  EXPECT_LT(coarse, fine);
  EXPECT_NEAR(root.value(), std::log(3.0), 1e-3);
}

TEST(Roots, a_root_at_an_end_is_found) {
  EXPECT_EQ(find_root([](double x) { return x; }, 0, 1), 0.0);
  EXPECT_EQ(find_root([](double x) { return x - 1; }, 0, 1), 1.0);
}

TEST(Roots, no_sign_change_is_empty) {
  EXPECT_FALSE(find_root([](double x) { return x * x + 1; }, -1, 1));
}

TEST(Roots, non_finite_values_are_empty) {
  EXPECT_FALSE(find_root([](double) { return NAN; }, -1, 1));
  EXPECT_FALSE(find_root([](double x) { return x == 1 || x == -1 ? x : NAN; }, -1, 1));
  EXPECT_FALSE(find_root([](double x) { return 1 / x; }, 0, 1));
}

TEST(Roots, too_few_evaluations_are_empty) {
  int calls = 0;
  EXPECT_FALSE(find_root([&](double x) { return ++calls, std::atan(1e6 * (x - 0.123)); }, -1e3, 1e3, 0, 8));
  EXPECT_LE(calls, 10);
}

}  // namespace
}  // namespace wfm
