#include "math/continuation.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "math/error.hpp"

namespace wfm {
namespace {

using In = std::span<const double>;
using Out = std::span<double>;

TEST(Continuation, goes_round_the_circle) {
  ContinuationOptions options;
  options.most_points = 60;
  const Branch circle = follow_branch(
      [](In x, double lambda, Out F) { F[0] = x[0] * x[0] + lambda * lambda - 1; }, {1.1}, 0, 1, options);
  EXPECT_FALSE(circle.completed);
  ASSERT_GE(circle.folds.size(), 3u);  // more than one round of length 2 pi
  for (std::size_t i = 0; i < circle.folds.size(); ++i) {
    const Fold& fold = circle.folds[i];
    EXPECT_EQ(fold.direction, i % 2 == 0 ? 1 : -1);
    EXPECT_NEAR(fold.point.lambda, fold.direction, 1e-13);
    EXPECT_NEAR(fold.point.x[0], 0, 1e-7);
  }
  for (const BranchPoint& point : circle.points) {
    EXPECT_LE(point.residual, 1e-11);
    EXPECT_NEAR(std::hypot(point.x[0], point.lambda), 1, 1e-11);
  }
}

TEST(Continuation, passes_both_folds_of_a_cubic_and_meets_the_ends) {
  // lambda = x^3 - x, turning at x = -+1/sqrt 3
  ContinuationOptions options;
  options.lambda_min = -1;
  options.lambda_max = 1;
  const std::vector<double> wanted{-1, -0.5, 0.2, 1, 2};
  const Branch branch =
      follow_branch([](In x, double lambda, Out F) { F[0] = x[0] * x[0] * x[0] - x[0] - lambda; }, {-1.3}, -1,
                    1, options, wanted);
  EXPECT_TRUE(branch.completed) << branch.reason;
  ASSERT_EQ(branch.folds.size(), 2u);
  const double turn = 1 / std::sqrt(3);
  EXPECT_NEAR(branch.folds[0].point.lambda, 2 * turn / 3, 1e-13);
  EXPECT_NEAR(branch.folds[0].point.x[0], -turn, 1e-7);
  EXPECT_NEAR(branch.folds[1].point.lambda, -2 * turn / 3, 1e-13);
  EXPECT_NEAR(branch.folds[1].point.x[0], turn, 1e-7);
  EXPECT_EQ(branch.points.back().lambda, 1);
  EXPECT_NEAR(branch.points.back().x[0], 1.3247179572447460, 1e-10);
  ASSERT_TRUE(branch.targets[2]);
  EXPECT_NEAR(branch.targets[2]->x[0], -0.87888506624852, 1e-10);  // the first of the three passages
  EXPECT_TRUE(branch.targets[1] && branch.targets[3]);
  EXPECT_FALSE(branch.targets[4]);
}

TEST(Continuation, finds_targets_between_a_fold_and_the_end_of_its_step) {
  // lambda = 1 - x^2: 0.9999 lies in the step that turns
  ContinuationOptions options;
  options.lambda_min = -1;
  const std::vector<double> wanted{0.9999};
  const Branch branch = follow_branch([](In x, double lambda, Out F) { F[0] = 1 - x[0] * x[0] - lambda; },
                                      {-1}, 0, 1, options, wanted);
  EXPECT_TRUE(branch.completed) << branch.reason;
  ASSERT_TRUE(branch.targets[0]);
  EXPECT_NEAR(branch.targets[0]->x[0], -0.01, 1e-9);
}

TEST(Continuation, several_unknowns_meet_their_closed_form) {
  // x = (e^lambda, e^{2 lambda}, cos lambda)
  ContinuationOptions options;
  options.lambda_max = 1;
  const Branch branch = follow_branch(
      [](In x, double lambda, Out F) {
        F[0] = std::log(x[0]) - lambda;
        F[1] = x[1] - x[0] * x[0];
        F[2] = x[2] - std::cos(lambda);
      },
      {1, 1, 1}, 0, 1, options);
  ASSERT_TRUE(branch.completed) << branch.reason;
  EXPECT_TRUE(branch.folds.empty());
  EXPECT_NEAR(branch.points.back().x[0], std::exp(1), 1e-10);
  EXPECT_NEAR(branch.points.back().x[1], std::exp(2), 1e-10);
  EXPECT_NEAR(branch.points.back().x[2], std::cos(1), 1e-10);
}

TEST(Continuation, a_branch_that_ends_is_said) {
  // x = sqrt(1 - lambda) ends on x = 0 if negative x are outside the domain
  ContinuationOptions options;
  options.lambda_max = 2;
  const Branch branch =
      follow_branch([](In x, double lambda, Out F) { F[0] = x[0] >= 0 ? x[0] * x[0] + lambda - 1 : NAN; },
                    {1}, 0, 1, options);
  EXPECT_FALSE(branch.completed);
  EXPECT_NE(branch.reason.find("could not be followed beyond lambda = "), std::string::npos) << branch.reason;
  EXPECT_NEAR(branch.points.back().lambda, 1, 1e-3);
  for (const BranchPoint& point : branch.points) EXPECT_GE(point.x[0], 0);
}

TEST(Continuation, nan_is_never_success) {
  const Branch branch = follow_branch([](In, double, Out F) { F[0] = NAN; }, {1}, 0, 1);
  EXPECT_FALSE(branch.completed);
  EXPECT_TRUE(branch.points.empty());
  EXPECT_FALSE(branch.reason.empty());
  const Branch silent = follow_branch([](In, double, Out) {}, {1}, 0, 1);  // writes nothing
  EXPECT_TRUE(silent.points.empty());
}

TEST(Continuation, work_is_bounded) {
  ContinuationOptions options;
  options.most_points = 7;
  const Branch branch =
      follow_branch([](In x, double lambda, Out F) { F[0] = x[0] - lambda; }, {0}, 0, 1, options);
  EXPECT_EQ(branch.points.size(), 8u);
  EXPECT_LT(branch.evaluations, 60);
  EXPECT_NE(branch.reason.find("7 points"), std::string::npos) << branch.reason;
}

TEST(Continuation, misuse_is_refused) {
  const ParametrisedFunction F = [](In x, double lambda, Out values) { values[0] = x[0] - lambda; };
  EXPECT_THROW(follow_branch(F, {}, 0, 1), InvalidInput);
  EXPECT_THROW(follow_branch(F, {NAN}, 0, 1), InvalidInput);
  EXPECT_THROW(follow_branch(F, {0}, 0, 0), InvalidInput);
}

}  // namespace
}  // namespace wfm
