#include "theory/local_entropy_thresholds.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "math/error.hpp"
#include "theory/local_entropy.hpp"

namespace wfm::theory {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
const Machine perceptron;
const Machine sign_committee{Prior::binary, Decoder::committee, infinitely_many, Activation::sign};
const Machine relu_committee{Prior::binary, Decoder::committee, infinitely_many, Activation::relu};
const Machine spherical_perceptron{Prior::spherical, Decoder::perceptron, 1, Activation::sign};
const Machine spherical_sign{Prior::spherical, Decoder::committee, infinitely_many, Activation::sign};

TEST(LocalEntropyThresholds, RawSlope) {
  const Threshold perceptron_threshold = wide_slope_threshold(perceptron);
  ASSERT_TRUE(perceptron_threshold.converged) << perceptron_threshold.reason;
  EXPECT_NEAR(perceptron_threshold.alpha, 0.75530203, 1e-8);
  EXPECT_NEAR(perceptron_threshold.distance, 0.0402, 1e-4);
  // the definition itself: below it the slope is positive, above it is not
  std::vector<double> around;
  for (int i = -10; i <= 10; ++i) around.push_back(0.0402 * std::exp(0.01 * i));
  for (const double shift : {-1e-5, 1e-5}) {
    double smallest = infinity;
    for (const LocalEntropyPoint& point :
         local_entropy_curve({perceptron, 0, perceptron_threshold.alpha + shift}, around))
      smallest = std::min(smallest, point.slope);
    EXPECT_EQ(smallest > 0, shift < 0);
  }
}

TEST(LocalEntropyThresholds, SphericalPerceptronHasNoRawSlopeThreshold) {
  const Threshold threshold = wide_slope_threshold(spherical_perceptron);
  EXPECT_FALSE(threshold.converged);
  EXPECT_FALSE(threshold.reason.empty());
}

TEST(LocalEntropyThresholds, AMinimumThatAppearsBelowZeroIsNoThreshold) {
  // spherical ReLU and erf units: the slope turns negative at the end of the curve first
  for (const Activation activation : {Activation::relu, Activation::erf}) {
    const Threshold threshold =
        wide_slope_threshold({Prior::spherical, Decoder::committee, infinitely_many, activation});
    EXPECT_FALSE(threshold.converged);
    EXPECT_TRUE(std::isnan(threshold.alpha));
    EXPECT_NE(threshold.reason.find("no interior minimum"), std::string::npos) << threshold.reason;
  }
}

TEST(LocalEntropyThresholds, SearchesFindTheirPoints) {
  struct Row {
    Threshold found;
    double alpha, tolerance;
  };
  const Machine parity_of_two{Prior::binary, Decoder::parity, 2, Activation::sign};
  for (const Row& row : {Row{wide_slope_threshold(sign_committee), 0.715116004, 1e-8},
                         Row{wide_slope_threshold(spherical_sign), 2.08664043, 1e-8},
                         Row{zero_external_slope_threshold(perceptron), 0.7737495008, 1e-9},
                         Row{zero_external_slope_threshold(sign_committee), 0.6661887403, 1e-9},
                         Row{wide_slope_threshold(parity_of_two), 0.75374, 2e-5}}) {
    ASSERT_TRUE(row.found.converged) << row.found.reason;
    EXPECT_NEAR(row.found.alpha, row.alpha, row.tolerance) << name_of(row.found.machine);
    EXPECT_LE(row.found.error, 3 * row.tolerance);
  }
}

// The double zeros themselves, at the numbers that the searches find.
TEST(LocalEntropyThresholds, RawSlopePoints) {
  struct Row {
    Machine machine;
    double alpha, D;
  };
  for (const Row& row :
       {Row{sign_committee, 0.715116004, 0.060462}, Row{relu_committee, 0.791454477, 0.069756},
        Row{spherical_sign, 2.08664043, 0.065248}}) {
    const std::vector<double> around{0.97 * row.D, row.D, 1.03 * row.D};
    const std::vector<LocalEntropyPoint> curve = local_entropy_curve({row.machine, 0, row.alpha}, around);
    EXPECT_NEAR(curve[1].slope, 0, 1e-6) << name_of(row.machine);
    EXPECT_GT(curve[0].slope, curve[1].slope);
    EXPECT_GT(curve[2].slope, curve[1].slope);
  }
}

TEST(LocalEntropyThresholds, ZeroExternalEntropyPoints) {
  struct Row {
    Machine machine;
    double alpha, D, y;
  };
  for (const Row& row : {Row{perceptron, 0.7737495008, 0.00300798, 6.888},
                         Row{sign_committee, 0.6661887403, 0.0011922, 21.648}}) {
    const std::vector<double> around{0.97 * row.D, row.D, 1.03 * row.D};
    const std::vector<LocalEntropyPoint> curve =
        zero_external_entropy_curve(row.machine, 0, row.alpha, around);
    EXPECT_NEAR(curve[1].slope, 0, 2e-5);
    EXPECT_GT(curve[0].slope, curve[1].slope);
    EXPECT_GT(curve[2].slope, curve[1].slope);
    EXPECT_NEAR(curve[1].replicas, row.y, 0.01);
  }
  const LocalEntropyPoint point = at_zero_external_entropy(perceptron, 0, 0.7842146, 0.0077572);
  EXPECT_NEAR(point.entropy, 0, 1e-8);
  EXPECT_NEAR(point.slope, 0, 1e-5);
}

TEST(LocalEntropyThresholds, RefuseWhatHasNoMeaning) {
  EXPECT_THROW(zero_external_slope_threshold(spherical_sign), InvalidInput);
  EXPECT_THROW(wide_slope_threshold(perceptron, infinity), InvalidInput);
}

}  // namespace
}  // namespace wfm::theory
