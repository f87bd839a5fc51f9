#include "theory/franz_parisi.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "math/error.hpp"
#include "math/random.hpp"
#include "theory/capacity.hpp"
#include "theory/franz_parisi_averages.hpp"
#include "theory/franz_parisi_saddle.hpp"
#include "theory/replica_symmetric.hpp"

namespace wfm::theory {
namespace {

using ::testing::HasSubstr;

FranzParisiPoint one_point(const FranzParisiParams& params, double d) {
  return franz_parisi_curve(params, std::vector<double>{d})[0];
}

TEST(FranzParisi, PointsDoNotDependOnTheirCompanyOrOrder) {
  const FranzParisiParams params{0.6, 0.15, 0};
  const std::vector<double> distances{0.01, 0.4, 0.002, 0.2, 0.4, 0.05};
  const std::vector<FranzParisiPoint> together = franz_parisi_curve(params, distances);
  for (std::size_t i = 0; i < distances.size(); ++i) {
    EXPECT_EQ(together[i].distance, distances[i]);
    EXPECT_NEAR(together[i].entropy, one_point(params, distances[i]).entropy, 1e-12);
  }
  EXPECT_TRUE(franz_parisi_curve(params, {}).empty());
}

// Beside the typical distance the start is nearly the saddle, and far points must not suffer from near ones.
TEST(FranzParisi, PointsBesideTheTypicalDistanceConvergeAloneAndInCompany) {
  for (const double alpha : {0.3, 0.5, 0.7}) {
    for (const double reference_margin : {0.0, 0.2, max_margin(alpha).kappa_max}) {
      const FranzParisiParams params{alpha, reference_margin, 0};
      const double typical = typical_distance(params), entropy = rs_entropy({alpha, 0}).entropy;
      std::vector<double> distances{0.05, 0.2, 0.45};
      for (const double x : {1e-4, 1e-3, 5e-3, 0.02}) {
        distances.push_back(typical * std::exp(-x));
        distances.push_back(typical * std::exp(x));
      }
      const std::vector<FranzParisiPoint> together = franz_parisi_curve(params, distances);
      for (std::size_t i = 0; i < distances.size(); ++i) {
        const FranzParisiPoint alone = one_point(params, distances[i]);
        ASSERT_TRUE(together[i].converged && alone.converged)
            << alpha << ' ' << reference_margin << ' ' << distances[i] << together[i].reason << alone.reason;
        EXPECT_LE(std::max(together[i].residual, alone.residual), 1e-10);
        EXPECT_NEAR(together[i].entropy, alone.entropy, 1e-9);
        // a maximum: phi = phi_RS + slope (d - d_typ)/2 up to third order
        const double away = distances[i] - typical;
        if (std::abs(away) < 3e-3) {
          EXPECT_NEAR(alone.entropy, entropy + alone.slope * away / 2,
                      20 * std::abs(away * away * away) + 1e-9);
        }
      }
    }
  }
}

TEST(FranzParisi, SaysWhereTheSaddleRunsAway) {
  const std::vector<FranzParisiPoint> points =
      franz_parisi_curve({0.5, 0, 0}, std::vector<double>{1e-4, 6e-4, 2e-4});
  EXPECT_TRUE(points[1].converged);
  for (const std::size_t i : {0, 2}) {
    EXPECT_FALSE(points[i].converged);
    EXPECT_THAT(points[i].reason, HasSubstr("no saddle point"));
    EXPECT_TRUE(std::isnan(points[i].entropy));
    EXPECT_EQ(points[i].p, 1 - 2 * points[i].distance);
  }
  EXPECT_THAT(one_point({1.3, 0, 0}, 0.1).reason, HasSubstr("reference"));
  EXPECT_THAT(one_point({1e-4, 70, 0}, 0.1).reason, HasSubstr("too wide"));
  EXPECT_THAT(one_point({0.5, 0.2, 0}, 1e-200).reason, HasSubstr("not followed"));
}

// Its first guess meets the tolerance in x, but leaves a residual above 1e-10.
TEST(FranzParisi, SearchGoesOnWhereTheFirstGuessIsNearlyTheSaddle) {
  const FranzParisiParams params{0.5, max_margin(0.5).kappa_max, 0};
  for (const FranzParisiPoint& point :
       franz_parisi_curve(params, std::vector<double>{0.28842926692106, 0.346}))
    EXPECT_TRUE(point.converged) << point.reason;
}

// A wide margin of few patterns: the searching weights freeze, eps falls below 1e-26, while p is far from 1.
TEST(FranzParisi, FollowsTheCurveIntoTheFrozenLimit) {
  for (const FranzParisiParams params :
       {FranzParisiParams{0.0365, 3.297, 0}, FranzParisiParams{0.084, 2.231, -0.864}}) {
    double last = std::numeric_limits<double>::infinity();
    for (const FranzParisiPoint& point :
         franz_parisi_curve(params, std::vector<double>{0.2, 0.1, 0.06, 0.04, 0.02, 0.01, 1e-3, 1e-5})) {
      ASSERT_TRUE(point.converged) << point.reason;
      EXPECT_LT(point.entropy, last);
      EXPECT_LE(point.entropy, data_free_entropy(point.distance) + 1e-14);
      last = point.entropy;
    }
    EXPECT_NEAR(last, data_free_entropy(1e-5), 1e-14);
  }
}

TEST(FranzParisi, ZeroEntropyDistanceIsAZero) {
  for (const FranzParisiParams params : {FranzParisiParams{0.5, 0, 0}, FranzParisiParams{0.7, 0.02, 0}}) {
    const double d = zero_entropy_distance(params);
    ASSERT_GT(d, 0);
    EXPECT_NEAR(one_point(params, d).entropy, 0, 1e-10);
    EXPECT_LT(one_point(params, d * 0.99).entropy, 0);
  }
  EXPECT_TRUE(std::isnan(zero_entropy_distance({0.5, 0.4, 0})));
}

TEST(FranzParisi, EveryPointOfARandomSweepConvergesOrSaysWhyNot) {
  RandomStream random(7, Purpose::measurement);
  int converged = 0, points = 0;
  for (int curve = 0; curve < 40; ++curve) {
    const double alpha = 0.02 + 0.95 * random.uniform();
    const double last = max_margin(std::min(alpha, 0.83)).kappa_max;
    const FranzParisiParams params{alpha, (1.2 * random.uniform() - 0.2) * last,
                                   (1.4 * random.uniform() - 0.5) * last};
    std::vector<double> distances;
    for (int i = 0; i < 5; ++i) distances.push_back(0.5 * std::exp(-8 * random.uniform()));
    for (const FranzParisiPoint& point : franz_parisi_curve(params, distances)) {
      ++points;
      if (!point.converged) {
        EXPECT_FALSE(point.reason.empty());
        continue;
      }
      ++converged;
      EXPECT_LT(point.residual, 1e-9);
      EXPECT_LT(point.quadrature_error, 1e-8)
          << alpha << ' ' << params.reference_margin << ' ' << params.margin << ' ' << point.distance;
      EXPECT_TRUE(std::isfinite(point.slope + point.replicon + point.qhat + point.that + point.phat));
      EXPECT_LE(point.entropy, data_free_entropy(point.distance) + 1e-12);
      EXPECT_LE(point.entropy,
                rs_entropy({alpha, params.margin}).entropy + 1e-10);  // the maximum of the curve
    }
  }
  EXPECT_GT(converged, points / 2);
}

TEST(FranzParisi, RefusesWhatIsNoDistanceOrLoad) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  for (const double d : {0.0, -0.1, 0.51, nan}) EXPECT_THROW(one_point({0.5, 0, 0}, d), InvalidInput);
  EXPECT_THROW(one_point({-0.5, 0, 0}, 0.1), InvalidInput);
  EXPECT_THROW(one_point({0.5, nan, 0}, 0.1), InvalidInput);
  EXPECT_THROW(one_point({0.5, 0, nan}, 0.1), InvalidInput);
  EXPECT_THROW(zero_entropy_distance({0.5, 0, 0}, 0), InvalidInput);
}

}  // namespace
}  // namespace wfm::theory
