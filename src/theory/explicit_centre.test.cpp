#include "theory/explicit_centre.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "math/error.hpp"
#include "math/field.hpp"
#include "theory/explicit_centre_saddle.hpp"
#include "theory/franz_parisi.hpp"
#include "theory/replica_symmetric.hpp"

namespace wfm::theory {
namespace {

ExplicitCentrePoint one_point(const ExplicitCentreParams& params, double y, double d) {
  return explicit_centre_curve(params, y, std::vector<double>{d})[0];
}

TEST(ExplicitCentre, OneReplicaAroundASolutionIsAPairOfSolutions) {
  // centre and solution are exchangeable: Omega is the entropy of two constrained replicas, twice (LD.1) at y = 2, q1 = S
  const std::vector<ExplicitCentrePoint> points =
      explicit_centre_curve({0.5, 0, 0, true}, 1, std::vector<double>{0.05, 0.1});
  const double per_replica[] = {0.20515289661429076, 0.2436780555229594},
               q0[] = {0.38985194472053925, 0.3956103108981562};
  for (std::size_t i = 0; i < 2; ++i) {
    ASSERT_TRUE(points[i].converged) << points[i].reason;
    EXPECT_NEAR(points[i].free_entropy, 2 * per_replica[i], 2e-9);
    EXPECT_NEAR(points[i].q0, q0[i], 2e-7);
    EXPECT_NEAR(points[i].qt, points[i].q0, 1e-8);
    EXPECT_NEAR(points[i].st, points[i].q0, 1e-8);
    EXPECT_NEAR(points[i].qthat, points[i].qhat0, 1e-8);
  }
}

TEST(ExplicitCentre, OneReplicaAroundAFreeCentreIsATypicalSolution) {
  const double alpha = 0.5;
  const RsResult rs = rs_entropy({alpha, 0.1});
  for (const ExplicitCentrePoint& point :
       explicit_centre_curve({alpha, 0.1, 0, false}, 1, std::vector<double>{0.1, 0.2})) {
    ASSERT_TRUE(point.converged) << point.reason;
    EXPECT_NEAR(point.free_entropy, rs.entropy + binary_entropy(point.distance), 1e-9);
    EXPECT_NEAR(point.q0, rs.q, 1e-8);
    EXPECT_NEAR(point.qhat0, rs.qhat, 1e-8);
  }
}

TEST(ExplicitCentre, NoReplicasAreTheFranzParisiEntropyAroundTypicalSolutions) {
  for (const double centre_margin : {0.2}) {
    const ExplicitCentreParams params{0.5, 0, centre_margin, true};
    const std::vector<double> d{0.1};
    const FranzParisiPoint limit = franz_parisi_curve({0.5, centre_margin, 0}, d)[0];
    const ExplicitCentrePoint a = one_point(params, 0.01, d[0]), b = one_point(params, 0.02, d[0]);
    ASSERT_TRUE(a.converged && b.converged) << a.reason << b.reason;
    EXPECT_NEAR(2 * a.entropy - b.entropy, limit.entropy, 2e-5);
    EXPECT_NEAR(2 * a.q1 - b.q1, limit.q, 2e-4);
    EXPECT_NEAR(2 * a.st - b.st, limit.t, 2e-4);
    const RsResult reference = rs_entropy({0.5, centre_margin});
    EXPECT_NEAR(2 * a.external_entropy - b.external_entropy, reference.entropy, 1e-4);
    EXPECT_NEAR(2 * a.qt - b.qt, reference.q, 2e-4);
  }
}

TEST(ExplicitCentre, EntropyAndSlopeAreDerivativesOfTheFreeEntropy) {
  for (const ExplicitCentreParams params :
       {ExplicitCentreParams{0.6, 0, 0.1, true}, ExplicitCentreParams{0.6, 0.1, 0, false}}) {
    const double y = 3, h = 1e-3, d = 0.08;
    const auto omega = [&](double at) { return at * one_point(params, at, d).free_entropy; };
    const ExplicitCentrePoint point = one_point(params, y, d);
    ASSERT_TRUE(point.converged) << point.reason;
    EXPECT_NEAR((omega(y + h) - omega(y - h)) / (2 * h), point.entropy, 1e-6);
    const std::vector<ExplicitCentrePoint> beside =
        explicit_centre_curve(params, y, std::vector<double>{d - 1e-4, d + 1e-4});
    EXPECT_NEAR((beside[1].free_entropy - beside[0].free_entropy) / 2e-4, point.slope, 1e-5);
    EXPECT_NEAR(point.external_entropy, y * (point.free_entropy - point.entropy), 1e-12);
  }
}

TEST(ExplicitCentre, WithoutPatternsEverythingIsFree) {
  for (const bool solution : {true, false}) {
    const ExplicitCentrePoint none = one_point({0, 0, 0, solution}, 3, 0.1);
    EXPECT_DOUBLE_EQ(none.entropy, binary_entropy(0.1));
    EXPECT_DOUBLE_EQ(none.external_entropy, std::log(2));
    const double alpha = 0.1;
    const ExplicitCentrePoint few = one_point({alpha, 0, 0, solution}, 3, 0.1);
    ASSERT_TRUE(few.converged) << few.reason;
    EXPECT_NEAR(few.entropy, none.entropy, alpha);
    EXPECT_LT(few.entropy, none.entropy);
    EXPECT_NEAR(few.slope, none.slope, 4 * alpha);
  }
}

TEST(ExplicitCentre, TheLessIsAskedOfTheCentreTheLargerIsTheFreeEntropy) {
  const double y = 2, d = 0.1;
  const ExplicitCentrePoint strict = one_point({0.5, 0, 0.2, true}, y, d);
  const ExplicitCentrePoint solution = one_point({0.5, 0, 0, true}, y, d);
  const ExplicitCentrePoint free = one_point({0.5, 0, 0, false}, y, d);
  ASSERT_TRUE(strict.converged && solution.converged && free.converged);
  EXPECT_LT(strict.free_entropy, solution.free_entropy);
  EXPECT_LT(solution.free_entropy, free.free_entropy);
  EXPECT_LT(free.entropy, binary_entropy(d));
}

TEST(ExplicitCentre, AtZeroExternalEntropyTheFreeEntropyIsLeastInReplicas) {
  for (const ExplicitCentreParams params :
       {ExplicitCentreParams{0.75, 0, 0, true}, ExplicitCentreParams{0.75, 0, 0, false}}) {
    const double d = 0.02, h = 1e-4;
    const std::vector<ExplicitCentrePoint> curve =
        zero_external_curve(params, std::vector<double>{d - h, d, d + h});
    const ExplicitCentrePoint& point = curve[1];
    ASSERT_TRUE(point.converged) << point.reason;
    EXPECT_NEAR(point.external_entropy, 0, 1e-9);
    EXPECT_NEAR(point.entropy, point.free_entropy, 1e-9);
    EXPECT_NEAR((curve[2].entropy - curve[0].entropy) / (2 * h), point.slope, 1e-4);
    // one side around solutions, the other around free centres
    const double factor = params.centre_is_solution ? 0.9 : 1.1;
    const ExplicitCentrePoint other = one_point(params, factor * point.replicas, d);
    ASSERT_TRUE(other.converged) << other.reason;
    EXPECT_GT(other.free_entropy, point.free_entropy);
    EXPECT_EQ(other.external_entropy > 0, factor < 1);
  }
}

TEST(ExplicitCentre, TheSlopeTouchesZeroAtTheThresholdOfSolutionCentres) {
  // solution_centre_threshold(); the slope changes by 33 for one unit of alpha
  const ExplicitCentrePoint point =
      zero_external_curve({0.775672, 0, 0, true}, std::vector<double>{0.0031028})[0];
  ASSERT_TRUE(point.converged) << point.reason;
  EXPECT_NEAR(point.slope, 0, 1e-4);
  EXPECT_NEAR(point.replicas, 5.880, 2e-3);
  EXPECT_GT(point.entropy, 0);
}

// Beyond free_centre_threshold there are two pieces: the one through d = 0.02, which ends in large y at d = 0.066, and one of larger
// S_I that exists beyond its fold at d = 0.0351.
TEST(ExplicitCentre, WhereYStarHasTwoValuesTheAnswerDoesNotDependOnOtherDistances) {
  const ExplicitCentreParams params{0.439105, 0.48195, 0, false};
  const ExplicitCentrePoint alone = zero_external_curve(params, std::vector<double>{0.0515})[0];
  const ExplicitCentrePoint accompanied =
      zero_external_curve(params, std::vector<double>{0.0515, 0.046, 0.06})[0];
  ASSERT_TRUE(alone.converged) << alone.reason;
  EXPECT_NEAR(alone.entropy, 0.02654, 1e-5);  // the other piece has 0.02347
  ASSERT_TRUE(accompanied.converged) << accompanied.reason;
  EXPECT_NEAR(accompanied.entropy, alone.entropy, 1e-9);
  // where the search starts there is one piece more than elsewhere
  const ExplicitCentrePoint start = zero_external_curve(params, std::vector<double>{0.05})[0];
  const ExplicitCentrePoint with_start =
      zero_external_curve(params, std::vector<double>{0.05, 0.03, 0.06})[0];
  ASSERT_TRUE(start.converged && with_start.converged) << start.reason << with_start.reason;
  EXPECT_NEAR(start.entropy, with_start.entropy, 1e-9);
}

TEST(ExplicitCentre, TheDistanceWhereTheCurveStartsIsAnswered) {
  for (const std::vector<double>& distances : {std::vector<double>{0.02}, {0.02, 0.03}, {0.01, 0.02}})
    for (const ExplicitCentrePoint& point : zero_external_curve({0.7, 0, 0, false}, distances))
      EXPECT_TRUE(point.converged) << point.distance << point.reason;
}

TEST(ExplicitCentre, YStarIsFollowedToTheEndsOfItsRange) {
  // it grows towards small d and towards large d: y* = 48 at d = 0.09, 28 at 0.00195, 7.3 in between
  const std::vector<double> within{0.00195, 0.02, 0.09};
  for (const ExplicitCentrePoint& point : zero_external_curve({0.7, 0, 0, false}, within)) {
    ASSERT_TRUE(point.converged) << point.distance << point.reason;
    EXPECT_NEAR(point.external_entropy, 0, 1e-9);
    const ExplicitCentrePoint other = one_point({0.7, 0, 0, false}, 1.02 * point.replicas, point.distance);
    ASSERT_TRUE(other.converged) << other.reason;
    EXPECT_LT(other.external_entropy, 0);
  }
  const std::vector<double> beyond{0.004, 0.05, 0.3};
  const std::vector<ExplicitCentrePoint> points = zero_external_curve({0.5, 0, 0, false}, beyond);
  EXPECT_EQ(points[0].reason, "y* grows beyond 100 near d = 0.01");
  EXPECT_TRUE(points[1].converged) << points[1].reason;
  EXPECT_EQ(points[2].reason, "y* grows beyond 100 near d = 0.14");
}

TEST(ExplicitCentre, FailuresSayWhy) {
  const std::vector<ExplicitCentrePoint> none =
      zero_external_curve({0, 0, 0, true}, std::vector<double>{0.1});
  EXPECT_FALSE(none[0].converged);
  EXPECT_FALSE(none[0].reason.empty());
  EXPECT_TRUE(std::isnan(none[0].entropy));
  EXPECT_TRUE(explicit_centre_curve({0.5, 0, 0, true}, 1, {}).empty());
  EXPECT_TRUE(zero_external_curve({0.5, 0, 0, true}, {}).empty());
}

// Nearly unconstrained centres need ever finer lattices on the way to small d.
TEST(ExplicitCentre, ASearchThatIsExhaustedEnds) {
  const ExplicitCentreParams params{0.11, 0.26, 0.27, true};
  const CentreSaddle saddle(params, 1e5), free(params);
  const std::vector<double> x{0, -1, 0.3, 0.1};
  EXPECT_FALSE(saddle.exhausted());
  while (!saddle.exhausted()) {
    EXPECT_EQ(saddle.state(x, 0.1, 2, true).omega, free.state(x, 0.1, 2, true).omega);
  }
  std::vector<double> values(4);
  saddle.mismatch(saddle.state(x, 0.1, 2, true), x, values);
  for (const double value : values) EXPECT_TRUE(std::isnan(value));
}

TEST(ExplicitCentre, MisuseIsRefused) {
  const std::vector<double> d{0.1};
  EXPECT_THROW(explicit_centre_curve({-1, 0, 0, true}, 1, d), InvalidInput);
  EXPECT_THROW(explicit_centre_curve({0.5, NAN, 0, true}, 1, d), InvalidInput);
  EXPECT_THROW(explicit_centre_curve({0.5, 0, 11, true}, 1, d), InvalidInput);
  EXPECT_THROW(explicit_centre_curve({0.5, 0, 0, true}, 0, d), InvalidInput);
  EXPECT_THROW(explicit_centre_curve({0.5, 0, 0, true}, 1, std::vector<double>{0.5}), InvalidInput);
  EXPECT_THROW(zero_external_curve({0.5, 0, 0, true}, std::vector<double>{0}), InvalidInput);
  EXPECT_THROW(zero_external_branch({0.5, 0, 0, true}, 0.1, 0.2, 0.3), InvalidInput);
}

}  // namespace
}  // namespace wfm::theory
