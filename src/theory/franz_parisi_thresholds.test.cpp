#include "theory/franz_parisi_thresholds.hpp"

#include <cmath>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "math/error.hpp"
#include "theory/capacity.hpp"
#include "theory/replica_symmetric.hpp"

namespace wfm::theory {
namespace {

using ::testing::HasSubstr;

const Machine wide_committee{Prior::binary, Decoder::committee, infinitely_many, Activation::sign};

// The dip against a dense scan of the same curve.
TEST(FranzParisiThresholds, DipIsTheLowestSlopeOfADenseCurve) {
  for (const FranzParisiParams& params : {FranzParisiParams{0.7, 0.12, 0}, FranzParisiParams{0.74, 0.09, 0},
                                          FranzParisiParams{0.65, 0.05, 0}}) {
    const SlopeDip dip = slope_dip(params);
    ASSERT_TRUE(dip.converged) << dip.reason;
    EXPECT_FALSE(dip.at_edge);
    std::vector<double> distances;
    for (int i = 0; i < 80; ++i) distances.push_back(0.05 * std::exp(-0.06 * i));
    double lowest = 1e300, at = 0;
    for (const FranzParisiPoint& point : franz_parisi_curve(params, distances)) {
      if (point.slope < lowest) {
        lowest = point.slope;
        at = point.distance;
      }
    }
    EXPECT_LE(dip.slope, lowest + 1e-9);
    EXPECT_NEAR(dip.slope, lowest, 2e-2 * (1 + std::abs(lowest)));
    EXPECT_NEAR(std::log(dip.distance / at), 0, 0.06);
    // a minimum: as high on both sides
    for (const double factor : {0.99, 1.01}) {
      const std::vector<double> beside{factor * dip.distance};
      EXPECT_GT(franz_parisi_curve(params, beside)[0].slope, dip.slope - 1e-8);
    }
  }
}

TEST(FranzParisiThresholds, ConcaveCurvesHaveNoDip) {
  const SlopeDip dip = slope_dip({0.3, 0.5, 0});
  EXPECT_TRUE(dip.converged);
  EXPECT_EQ(dip.slope, std::numeric_limits<double>::infinity());
  EXPECT_FALSE(slope_dip({1.4, 0.5, 0}).converged);
}

TEST(FranzParisiThresholds, ReferencesOfMaximumMarginHaveTheirTypicalDistance) {
  EXPECT_NEAR(typical_distance({0.5, max_margin(0.5, wide_committee).kappa_max, 0, wide_committee}), 0.376471,
              1e-6);
}

TEST(FranzParisiThresholds, MonotoneMarginSeparatesRisingFromBrokenCurves) {
  const double alphas[] = {0.7, 0.74};
  const std::vector<MonotoneMargin> curve = monotone_margins({}, alphas);
  ASSERT_TRUE(curve[0].converged) << curve[0].reason;
  EXPECT_NEAR(curve[0].kappa_max, max_margin(0.7).kappa_max, 1e-11);
  EXPECT_LT(std::abs(curve[0].residual), 1e-8);
  EXPECT_GT(slope_dip({0.7, 1.02 * curve[0].kappa_min, 0}).slope, 0);
  EXPECT_LT(slope_dip({0.7, 0.98 * curve[0].kappa_min, 0}).slope, 0);
  // the entropy itself, at both sides: it falls with d somewhere below kappa_min only
  const std::vector<double> distances{0.97 * curve[0].distance, 1.03 * curve[0].distance};
  const std::vector<FranzParisiPoint> below =
      franz_parisi_curve({0.7, 0.9 * curve[0].kappa_min, 0}, distances);
  const std::vector<FranzParisiPoint> above =
      franz_parisi_curve({0.7, 1.1 * curve[0].kappa_min, 0}, distances);
  EXPECT_LT(below[1].entropy, below[0].entropy);
  EXPECT_GT(above[1].entropy, above[0].entropy);
  EXPECT_FALSE(curve[1].converged);
  EXPECT_THAT(curve[1].reason, HasSubstr("maximum margin"));
}

TEST(FranzParisiThresholds, TheWidestMarginIsTheBestReference) {
  for (const double alpha : {0.71, 0.75}) {
    const BestReference best = best_reference({}, alpha);
    ASSERT_TRUE(best.converged) << best.reason;
    EXPECT_EQ(best.kappa_best, best.kappa_max);
    EXPECT_EQ(best.slope > 0, alpha < 0.729);
    EXPECT_EQ(best.slope, slope_dip({alpha, best.kappa_max, 0}).slope);
  }
}

TEST(FranzParisiThresholds, KeepsItsNumbers) {
  const struct {
    Activation activation;
    double alpha, distance;
  } rows[] = {{Activation::sign, 0.557788616, 0.0017},
              {Activation::relu, 0.772488593, 0.0054},
              {Activation::erf, 0.751592006, 0.0054}};
  for (const auto& row : rows) {
    // the dip's sign on both sides of the threshold
    const Machine machine{Prior::binary, Decoder::committee, infinitely_many, row.activation};
    for (const int side : {-1, 1}) {
      const double alpha = row.alpha + 1e-8 * side;
      const SlopeDip dip = slope_dip({alpha, max_margin(alpha, machine).kappa_max, 0, machine});
      EXPECT_LT(side * dip.slope, 0) << name_of(machine);
      EXPECT_NEAR(dip.distance, row.distance, 1e-4);
    }
  }
  const struct {
    double alpha, kappa_min, distance;
  } margins[] = {{0.5, 0.036430, 0.00052}, {0.65, 0.067879, 0.00197}, {0.729, 0.104302, 0.00499}};
  for (const auto& row : margins) {
    for (const int side : {-1, 1}) {
      const SlopeDip dip = slope_dip({row.alpha, row.kappa_min + 1e-6 * side, 0});
      EXPECT_GT(side * dip.slope, 0) << row.alpha;
      EXPECT_NEAR(dip.distance, row.distance, 2e-5);
    }
  }
}

TEST(FranzParisiThresholds, LocalEntropyThresholdIsADoubleZero) {
  const Threshold threshold = local_entropy_threshold();
  ASSERT_TRUE(threshold.converged) << threshold.reason;
  EXPECT_LT(threshold.error, 1e-8);
  // slope and its derivative vanish together
  const double d = threshold.distance, h = 1e-3 * d;
  const std::vector<double> distances{d - h, d, d + h};
  const std::vector<FranzParisiPoint> points =
      franz_parisi_curve({threshold.alpha, max_margin(threshold.alpha).kappa_max, 0}, distances);
  EXPECT_NEAR(points[1].slope, 0, 1e-7);
  EXPECT_NEAR((points[2].slope - points[0].slope) / (2 * h), 0, 1e-1);
  EXPECT_GT(points[2].slope - 2 * points[1].slope + points[0].slope, 0);
  // the stored number
  EXPECT_NEAR(threshold.alpha, 0.7290328106, 2e-9);
  EXPECT_NEAR(threshold.distance, 0.0050, 1e-4);
}

}  // namespace
}  // namespace wfm::theory
