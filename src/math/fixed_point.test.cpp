#include "math/fixed_point.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "math/error.hpp"

namespace wfm {
namespace {

using In = std::span<const double>;
using Out = std::span<double>;

FixedPointOptions plain() {
  FixedPointOptions options;
  options.anderson_depth = 0;
  options.newton_steps = 0;
  return options;
}

// Six coupled variables; the spectral radius is near 0.97.
void contraction(In x, Out y) {
  for (int i = 0; i < 6; ++i) {
    y[i] = i - 2;
    for (int j = 0; j < 6; ++j) y[i] += (i == j ? 0.9 - 0.25 * i : 0.03 * (i < j ? 1 : 2)) * x[j];
  }
}

// Slopes of about -3 and 2.5 at its fixed point: plain iteration runs away.
void repulsive(In x, Out y) {
  y[0] = -3 * x[0] + 4 + 0.3 * std::sin(x[1]);
  y[1] = 2.5 * x[1] - 0.2 * x[0] * x[0] + 1;
}

// One variable relaxes 10^4 times faster than the other, and overshoots.
void stiff(In x, Out y) {
  y[0] = std::exp(-30 * x[0]);
  y[1] = x[1] + 1e4 * (x[0] - x[1]);
}

void expect_fixed_point(const FixedPointMap& f, const FixedPointResult& result, double tolerance = 1e-12) {
  ASSERT_TRUE(result.converged) << result.reason;
  EXPECT_TRUE(result.reason.empty());
  std::vector<double> image(result.x.size());
  f(result.x, image);
  double residual = 0;
  for (std::size_t i = 0; i < image.size(); ++i)
    residual = std::max(residual, std::abs(image[i] - result.x[i]));
  EXPECT_EQ(result.residual, residual);
  EXPECT_LE(residual, tolerance);
}

TEST(FixedPoint, plain_and_accelerated_iteration_agree_on_a_contraction) {
  const FixedPointResult slow = solve_fixed_point(contraction, std::vector<double>(6), plain());
  const FixedPointResult fast = solve_fixed_point(contraction, std::vector<double>(6));
  expect_fixed_point(contraction, slow);
  expect_fixed_point(contraction, fast);
  for (int i = 0; i < 6; ++i) EXPECT_NEAR(slow.x[i], fast.x[i], 1e-9);
  EXPECT_LT(4 * fast.evaluations, slow.evaluations);
}

TEST(FixedPoint, anderson_at_full_depth_solves_linear_maps_in_as_many_steps_as_unknowns) {
  FixedPointOptions options;
  options.anderson_depth = 6;
  options.tolerance = 1e-10;
  const FixedPointResult result = solve_fixed_point(contraction, std::vector<double>(6), options);
  expect_fixed_point(contraction, result, 1e-10);
  EXPECT_LE(result.evaluations, 12);
}

TEST(FixedPoint, cosine) {
  const auto f = [](In x, Out y) { y[0] = std::cos(x[0]); };
  EXPECT_NEAR(solve_fixed_point(f, {0}).x[0], 0.73908513321516064166, 1e-12);
  EXPECT_NEAR(solve_fixed_point(f, {0}, plain()).x[0], 0.73908513321516064166, 1e-12);
}

TEST(FixedPoint, damping_tames_an_overshooting_map) {
  const auto f = [](In x, Out y) { y[0] = 4 - 1.5 * x[0]; };
  FixedPointOptions damped = plain();
  damped.damping = 0.5;
  expect_fixed_point(f, solve_fixed_point(f, {0}, damped));
}

TEST(FixedPoint, a_map_that_diverges_is_solved_by_anderson_or_newton) {
  FixedPointOptions only_newton;
  only_newton.anderson_depth = 0;
  FixedPointOptions only_anderson;
  only_anderson.newton_steps = 0;
  expect_fixed_point(repulsive, solve_fixed_point(repulsive, {0.3, 0.2}, only_newton));
  expect_fixed_point(repulsive, solve_fixed_point(repulsive, {0.3, 0.2}, only_anderson));
  EXPECT_FALSE(solve_fixed_point(repulsive, {0.3, 0.2}, plain()).converged);
}

TEST(FixedPoint, a_stiff_map_is_solved) {
  FixedPointOptions options;
  options.tolerance = 1e-11;  // rounding of 10^4 (x0 - x1) leaves 1e-12
  const FixedPointResult result = solve_fixed_point(stiff, {0.5, 0.5}, options);
  expect_fixed_point(stiff, result, 1e-11);
  EXPECT_NEAR(result.x[0], std::exp(-30 * result.x[1]), 1e-10);
}

TEST(FixedPoint, a_cycle_is_broken) {
  // x -> 2/x jumps between x0 and 2/x0 for ever
  const auto f = [](In x, Out y) { y[0] = 2 / x[0]; };
  EXPECT_FALSE(solve_fixed_point(f, {3}, plain()).converged);
  FixedPointOptions only_newton;
  only_newton.anderson_depth = 0;
  const FixedPointResult result = solve_fixed_point(f, {3}, only_newton);
  expect_fixed_point(f, result);
  EXPECT_NEAR(result.x[0], std::sqrt(2.0), 1e-12);
}

TEST(FixedPoint, steps_out_of_the_domain_are_shortened) {
  // plain iteration from 0.2 falls to ln(0.39) < 0, where the logarithm is not defined
  const auto f = [](In x, Out y) { y[0] = std::log(x[0]) + 2; };
  expect_fixed_point(f, solve_fixed_point(f, {0.2}));
}

TEST(FixedPoint, a_map_without_fixed_point_gives_its_reason) {
  for (const FixedPointMap& f : {FixedPointMap([](In x, Out y) { y[0] = x[0] + 1; }),
                                 FixedPointMap([](In x, Out y) { y[0] = x[0] * x[0] + x[0] + 1; }),
                                 FixedPointMap([](In x, Out y) { y[0] = std::exp(x[0]); })}) {
    const FixedPointResult result = solve_fixed_point(f, {2});
    EXPECT_FALSE(result.converged);
    EXPECT_NEAR(result.residual, 1, 1e-6);  // the least that each can have
    EXPECT_NE(result.reason.find("stalled"), std::string::npos) << result.reason;
  }
}

TEST(FixedPoint, nan_is_never_success) {
  const FixedPointResult result = solve_fixed_point([](In, Out y) { y[0] = NAN; }, {1});
  EXPECT_FALSE(result.converged);
  EXPECT_EQ(result.x, std::vector<double>{1});
  EXPECT_NE(result.reason.find("not finite"), std::string::npos);
  // one component is enough, and a map that forgets to write is caught too
  EXPECT_FALSE(solve_fixed_point([](In x, Out y) { y[0] = x[0], y[1] = NAN; }, {1, 1}).converged);
  EXPECT_FALSE(solve_fixed_point([](In, Out) {}, {1}).converged);
}

TEST(FixedPoint, the_best_iterate_is_returned) {
  // the residual 1 + (x - 3)^2 is least at 3 and plain iteration runs past it
  const auto f = [](In x, Out y) { y[0] = x[0] + 1 + (x[0] - 3) * (x[0] - 3); };
  const FixedPointResult result = solve_fixed_point(f, {2.9}, plain());
  EXPECT_FALSE(result.converged);
  EXPECT_LE(result.residual, 1.01);
}

TEST(FixedPoint, a_start_at_the_fixed_point_needs_no_iteration) {
  const FixedPointResult result = solve_fixed_point([](In x, Out y) { y[0] = x[0] * x[0]; }, {1});
  EXPECT_TRUE(result.converged);
  EXPECT_EQ(result.evaluations, 2);
}

TEST(FixedPoint, misuse_is_refused) {
  EXPECT_THROW(solve_fixed_point(contraction, {}), InvalidInput);
  FixedPointOptions options;
  options.damping = 1;
  EXPECT_THROW(solve_fixed_point(contraction, std::vector<double>(6), options), InvalidInput);
  options.damping = 0;
  options.anderson_depth = -1;
  EXPECT_THROW(solve_fixed_point(contraction, std::vector<double>(6), options), InvalidInput);
}

}  // namespace
}  // namespace wfm
