#include "math/newton.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "math/error.hpp"

namespace wfm {
namespace {

using In = std::span<const double>;
using Out = std::span<double>;

// Rosenbrock's valley as equations, root (1, 1).
void rosenbrock(In x, Out F) {
  F[0] = 10 * (x[1] - x[0] * x[0]);
  F[1] = 1 - x[0];
}
void rosenbrock_jacobian(In x, Out J) {
  J[0] = -20 * x[0], J[1] = 10;
  J[2] = -1, J[3] = 0;
}

TEST(Newton, finds_a_root_with_either_jacobian) {
  const NewtonResult differences = solve_newton(rosenbrock, {-1.2, 1});
  EXPECT_TRUE(differences.converged) << differences.reason;
  EXPECT_NEAR(differences.x[0], 1, 1e-12);
  EXPECT_NEAR(differences.x[1], 1, 1e-12);
  const NewtonResult analytic = solve_newton(rosenbrock, {-1.2, 1}, {}, rosenbrock_jacobian);
  EXPECT_TRUE(analytic.converged);
  EXPECT_NEAR(analytic.x[1], 1, 1e-12);
  EXPECT_LT(analytic.evaluations, differences.evaluations);
}

TEST(Newton, descends_where_the_full_step_overshoots) {
  // Newton's own iteration of atan diverges from |x| > 1.39
  const NewtonResult result = solve_newton([](In x, Out F) { F[0] = std::atan(x[0]); }, {20});
  EXPECT_TRUE(result.converged) << result.reason;
  EXPECT_NEAR(result.x[0], 0, 1e-12);
}

TEST(Newton, steps_out_of_the_domain_are_shortened) {
  // the first full step from 3 goes to 3 - 3 ln 3 < 0
  const NewtonResult result = solve_newton([](In x, Out F) { F[0] = std::log(x[0]); }, {3});
  EXPECT_TRUE(result.converged) << result.reason;
  EXPECT_NEAR(result.x[0], 1, 1e-12);
}

TEST(Newton, differences_go_backward_at_the_edge_of_the_domain) {
  const NewtonResult result =
      solve_newton([](In x, Out F) { F[0] = x[0] <= 1 ? x[0] * x[0] + x[0] - 0.75 : NAN; }, {1});
  EXPECT_TRUE(result.converged) << result.reason;
  EXPECT_NEAR(result.x[0], 0.5, 1e-12);
}

TEST(Newton, a_singular_jacobian_at_the_root_is_survived) {
  // slow, since the root is double
  const NewtonResult result =
      solve_newton([](In x, Out F) { F[0] = x[0] + x[1] - 3, F[1] = (x[0] - 1) * (x[0] - 1); }, {4, 4});
  EXPECT_TRUE(result.converged) << result.reason;
  EXPECT_NEAR(result.x[1], 2, 2e-6);
}

TEST(Newton, no_root_is_said) {
  const NewtonResult result = solve_newton([](In x, Out F) { F[0] = x[0] * x[0] + 1; }, {3});
  EXPECT_FALSE(result.converged);
  EXPECT_NEAR(result.residual, 1, 1e-6);
  EXPECT_NE(result.reason.find("no step lowers"), std::string::npos) << result.reason;
}

TEST(Newton, nan_is_never_success) {
  const NewtonResult result = solve_newton([](In, Out F) { F[0] = NAN; }, {3});
  EXPECT_FALSE(result.converged);
  EXPECT_TRUE(std::isinf(result.residual));
  EXPECT_FALSE(result.reason.empty());
  const NewtonResult nan_jacobian =
      solve_newton([](In x, Out F) { F[0] = x[0] - 1; }, {3}, {}, [](In, Out J) { J[0] = NAN; });
  EXPECT_FALSE(nan_jacobian.converged);
}

TEST(Newton, the_step_budget_is_kept) {
  NewtonOptions options;
  options.max_steps = 2;
  const NewtonResult result = solve_newton([](In x, Out F) { F[0] = std::exp(x[0]) - 1e6; }, {0}, options);
  EXPECT_FALSE(result.converged);
  EXPECT_NE(result.reason.find("after 2 Newton steps"), std::string::npos) << result.reason;
}

// Three coupled equations whose root moves with t.
NewtonResult coupled_root(double t, const std::vector<double>& start, const NewtonOptions& options) {
  return solve_newton(
      [t](In x, Out F) {
        for (std::size_t i = 0; i < 3; ++i)
          F[i] = std::sinh(x[i]) - 0.3 * std::cos(x[(i + 1) % 3] + t) + 0.2 * x[(i + 2) % 3];
      },
      start, options);
}

TEST(Newton, a_kept_jacobian_finds_the_same_root_in_fewer_calls) {
  NewtonOptions options;
  const NewtonResult anew = coupled_root(0.1, {1, 1, 1}, options);
  options.keep_jacobian = true;
  const NewtonResult kept = coupled_root(0.1, {1, 1, 1}, options);
  ASSERT_TRUE(anew.converged && kept.converged);
  for (std::size_t i = 0; i < 3; ++i) EXPECT_NEAR(kept.x[i], anew.x[i], 1e-11);
  EXPECT_LT(kept.evaluations, anew.evaluations);
  // along a path it serves the next root too
  options.start_jacobian = kept.jacobian;
  const NewtonResult next = coupled_root(0.12, kept.x, options);
  EXPECT_TRUE(next.converged);
  options.start_jacobian.clear();
  EXPECT_LT(next.evaluations, coupled_root(0.12, kept.x, options).evaluations);
  // and a wrong one is thrown away
  options.start_jacobian = {-1, 0, 0, 0, -1, 0, 0, 0, -1};
  const NewtonResult misled = coupled_root(0.1, {1, 1, 1}, options);
  EXPECT_TRUE(misled.converged) << misled.reason;
  EXPECT_NEAR(misled.x[0], anew.x[0], 1e-11);
}

TEST(Newton, an_empty_start_is_refused) {
  EXPECT_THROW(solve_newton(rosenbrock, {}), InvalidInput);
}

}  // namespace
}  // namespace wfm
