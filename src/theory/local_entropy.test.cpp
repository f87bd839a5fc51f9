#include "theory/local_entropy.hpp"

#include <cmath>
#include <limits>
#include <numbers>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "math/error.hpp"
#include "math/field.hpp"
#include "theory/replica_symmetric.hpp"

namespace wfm::theory {
namespace {

using ::testing::HasSubstr;

constexpr double infinity = std::numeric_limits<double>::infinity();
const Machine perceptron;
const Machine sign_committee{Prior::binary, Decoder::committee, infinitely_many, Activation::sign};
const Machine relu_committee{Prior::binary, Decoder::committee, infinitely_many, Activation::relu};
const Machine spherical_perceptron{Prior::spherical, Decoder::perceptron, 1, Activation::sign};
const Machine spherical_sign{Prior::spherical, Decoder::committee, infinitely_many, Activation::sign};

LocalEntropyPoint one_point(const LocalEntropyParams& params, double D) {
  return local_entropy_curve(params, std::vector<double>{D})[0];
}

struct Case {
  LocalEntropyParams params;
  double D;
};
std::vector<Case> cases() {
  return {{{perceptron, 0, 0.5, infinity}, 0.05},
          {{perceptron, 0.1, 0.6, infinity}, 0.15},
          {{sign_committee, 0, 0.6, infinity}, 0.06},
          {{relu_committee, 0, 0.7, infinity}, 0.03},
          {{spherical_sign, 0, 2.0, infinity}, 0.05},
          {{spherical_perceptron, 0.2, 0.8, infinity}, 0.02},
          {{perceptron, 0, 0.5, 2}, 0.1},
          {{perceptron, -0.1, 0.7, 7}, 0.003},
          {{sign_committee, 0, 0.6, 20}, 0.01},
          {{relu_committee, 0.05, 0.5, 3}, 0.1},
          {{spherical_sign, 0, 1.5, 4}, 0.03},
          {{spherical_perceptron, 0, 1.0, 0.5}, 0.1}};
}

TEST(LocalEntropy, SlopeIsTheDerivativeOfTheEntropy) {
  for (const Case& c : cases()) {
    const double h = 1e-3 * c.D;
    const LocalEntropyPoint here = one_point(c.params, c.D);
    ASSERT_TRUE(here.converged) << here.reason;
    const double plus = one_point(c.params, c.D + h).entropy, minus = one_point(c.params, c.D - h).entropy;
    EXPECT_NEAR((plus - minus) / (2 * h), here.slope, 2e-6 * (1 + std::abs(here.slope)))
        << name_of(c.params.machine) << " y = " << c.params.replicas;
    EXPECT_LT(here.residual, 1e-10);
    EXPECT_LT(here.quadrature_error, 1e-12);
  }
}

TEST(LocalEntropy, ExternalEntropyIsTheDerivativeInY) {
  for (const Case& c : cases()) {
    if (std::isinf(c.params.replicas)) continue;
    const double y = c.params.replicas, h = 1e-3 * y;
    LocalEntropyParams more = c.params, less = c.params;
    more.replicas += h;
    less.replicas -= h;
    const double slope = (one_point(more, c.D).entropy - one_point(less, c.D).entropy) / (2 * h);
    EXPECT_NEAR(one_point(c.params, c.D).external_entropy, -y * y * slope, 1e-6 * (1 + y * y));
  }
}

TEST(LocalEntropy, OneReplicaIsReplicaSymmetricAtEveryDistance) {
  const RsResult rs = rs_entropy({0.6, 0.1});
  for (const double D : {0.001, 0.05, 0.2}) {
    const LocalEntropyPoint point = one_point({perceptron, 0.1, 0.6, 1}, D);
    ASSERT_TRUE(point.converged) << point.reason;
    EXPECT_NEAR(point.entropy, rs.entropy, 1e-11);
    EXPECT_NEAR(point.q0, rs.q, 1e-10);
    EXPECT_NEAR(point.slope, 0, 1e-12);
  }
}

TEST(LocalEntropy, TypicalDistanceIsReplicaSymmetricForEveryY) {
  const RsResult rs = rs_entropy({0.5, 0});
  const double D = (1 - rs.q) / 2 * (1 - 1e-4);
  for (const double y : {0.5, 3.0, 30.0, infinity}) {
    const LocalEntropyPoint point = one_point({perceptron, 0, 0.5, y}, D);
    ASSERT_TRUE(point.converged) << y << point.reason;
    EXPECT_NEAR(point.entropy, rs.entropy, 1e-8);  // the maximum of the curve: quadratic in what is left
    EXPECT_NEAR(point.slope, 0, 1e-3);
    EXPECT_LT(point.outer_stability, 1);
  }
  EXPECT_THAT(one_point({perceptron, 0, 0.5, 3}, 0.45).reason, HasSubstr("typical overlap"));
  EXPECT_THAT(one_point({perceptron, 0, 0.5, infinity}, 0.45).reason, HasSubstr("typical overlap"));
}

TEST(LocalEntropy, WithoutPatternsIsTheEntropyOfTheGroup) {
  for (const double D : {1e-4, 0.1, 0.45}) {
    const LocalEntropyPoint pairs = one_point({perceptron, 0, 0, 2}, D);
    ASSERT_TRUE(pairs.converged) << pairs.reason;
    EXPECT_NEAR(pairs.entropy, (std::numbers::ln2 + binary_entropy(D)) / 2, 1e-12);
    EXPECT_NEAR(pairs.slope, (std::log1p(-D) - std::log(D)) / 2, 1e-10);
    EXPECT_NEAR(pairs.normalised, 0, 1e-14);
    const LocalEntropyPoint wide = one_point({perceptron, 0, 0, infinity}, D);
    const double d = (1 - std::sqrt(1 - 2 * D)) / 2, h = 1e-4 * D;
    EXPECT_NEAR(wide.entropy, binary_entropy(d), 1e-14);
    const auto at = [](double x) { return unconstrained_local_entropy(Prior::binary, x, infinity); };
    EXPECT_NEAR(wide.slope, (at(D + h) - at(D - h)) / (2 * h), 1e-5);
    EXPECT_NEAR(one_point({spherical_sign, 0, 0, infinity}, D).entropy, std::log(2 * D) / 2, 1e-13);
  }
}

TEST(LocalEntropy, FirstPatternsCostTheLogarithmOfTheOrthant) {
  const double alpha = 1e-5, D = 0.1;
  const double first_order = std::log(0.25 + std::asin(1 - 2 * D) / (2 * std::numbers::pi)) / 2;
  const LocalEntropyPoint point = one_point({perceptron, 0, alpha, 2}, D);
  ASSERT_TRUE(point.converged) << point.reason;
  EXPECT_NEAR(point.normalised / alpha, first_order, 20 * alpha);
}

TEST(LocalEntropy, PairsInAParityMachineByClosedForm) {
  // at q0 = 0 two copies agree on the output of each unit with probability (1 + Q)/2, Q = (2/pi) asin q1
  const Machine parity{Prior::binary, Decoder::parity, 2, Activation::sign};
  const double alpha = 0.8, D = 0.003, Q = 2 / std::numbers::pi * std::asin(1 - 2 * D);
  const LocalEntropyPoint point = one_point({parity, 0, alpha, 2}, D);
  ASSERT_TRUE(point.converged) << point.reason;
  EXPECT_NEAR(point.q0, 0, 1e-12);
  const double exact = (std::numbers::ln2 + binary_entropy(D)) / 2 + alpha / 2 * std::log((1 + Q * Q) / 4);
  EXPECT_NEAR(point.entropy, exact, 1e-8);
  EXPECT_NEAR(point.entropy, exact, 10 * point.quadrature_error + 1e-12);
}

TEST(LocalEntropy, LargeYTendsToTheWideLimit) {
  for (const Case& c :
       {Case{{perceptron, 0, 0.5, infinity}, 0.2}, Case{{spherical_sign, 0, 1, infinity}, 0.05}}) {
    const auto at = [&](double y) {
      LocalEntropyParams params = c.params;
      params.replicas = y;
      return one_point(params, c.D).entropy;
    };
    EXPECT_NEAR(2 * at(400) - at(200), one_point(c.params, c.D).entropy, 2e-4);
  }
}

TEST(LocalEntropy, ZeroExternalEntropyIsTheMinimumOverY) {
  for (const Machine& machine : {perceptron, sign_committee}) {
    const double D = 0.004, alpha = 0.65, h = 1e-3 * D;
    const LocalEntropyPoint point = at_zero_external_entropy(machine, 0, alpha, D);
    ASSERT_TRUE(point.converged) << point.reason;
    EXPECT_NEAR(point.external_entropy, 0, 1e-9);
    const auto at = [&](double y) { return one_point({machine, 0, alpha, y}, D).entropy; };
    EXPECT_NEAR(at(point.replicas), point.entropy, 1e-11);
    EXPECT_GT(at(1.1 * point.replicas), point.entropy);
    EXPECT_GT(at(0.9 * point.replicas), point.entropy);
    const double plus = at_zero_external_entropy(machine, 0, alpha, D + h).entropy;
    const double minus = at_zero_external_entropy(machine, 0, alpha, D - h).entropy;
    EXPECT_NEAR((plus - minus) / (2 * h), point.slope, 1e-5);
  }
}

TEST(LocalEntropy, CurvesDoNotDependOnTheOrderOfDistances) {
  const std::vector<double> mixed{0.2, 0.001, 0.08, 0.02, 0.005, 0.14};
  for (const double y : {6.0, infinity}) {
    const std::vector<LocalEntropyPoint> curve = local_entropy_curve({perceptron, 0, 0.6, y}, mixed);
    for (std::size_t i = 0; i < mixed.size(); ++i) {
      ASSERT_TRUE(curve[i].converged) << curve[i].reason;
      EXPECT_EQ(curve[i].distance, mixed[i]);
      EXPECT_NEAR(curve[i].entropy, one_point({perceptron, 0, 0.6, y}, mixed[i]).entropy, 1e-11);
    }
  }
}

TEST(LocalEntropy, EveryPointConvergesOrSaysWhyNot) {
  const std::vector<double> distances{1e-4, 0.003, 0.05, 0.2, 0.4, 0.49};
  for (const Machine& machine : {perceptron, spherical_sign}) {
    for (const double alpha : {1e-9, 0.3, 0.9, 2.5}) {
      for (const double y : {0.5, 9.0, infinity}) {
        for (const LocalEntropyPoint& point : local_entropy_curve({machine, 0, alpha, y}, distances)) {
          if (point.converged) {
            EXPECT_TRUE(std::isfinite(point.entropy) && std::isfinite(point.slope));
            EXPECT_LT(point.residual, 1e-10);
            EXPECT_LE(point.normalised, 1e-12);
          } else {
            EXPECT_FALSE(point.reason.empty());
            EXPECT_TRUE(std::isnan(point.entropy));
          }
        }
      }
    }
  }
}

TEST(LocalEntropy, RefusesWhatHasNoMeaning) {
  EXPECT_THROW(one_point({perceptron, 0, -1, 2}, 0.1), InvalidInput);
  EXPECT_THROW(one_point({perceptron, 0, 0.5, 0}, 0.1), InvalidInput);
  EXPECT_THROW(one_point({perceptron, 0, 0.5, 2}, 0.5), InvalidInput);
  EXPECT_THROW(one_point({perceptron, std::nan(""), 0.5, 2}, 0.1), InvalidInput);
  EXPECT_THROW(at_zero_external_entropy(spherical_sign, 0, 0.5, 0.1), InvalidInput);
}

TEST(LocalEntropy, StoredPoints) {
  struct Row {
    LocalEntropyParams params;
    double D, entropy, order_parameter;
  };
  for (const Row& row : {Row{{perceptron, 0, 0.5, infinity}, 0.02, 0.05626780266813083, 115.75694338881547},
                         Row{{perceptron, 0, 0.5, infinity}, 0.05, 0.11119263376303835, 6.409230501342001},
                         Row{{perceptron, 0, 0.5, infinity}, 0.1, 0.17036600183538458, 2.2764615881480483},
                         Row{{perceptron, 0, 0.5, infinity}, 0.2, 0.25314138129472397, 1.022096816383624}}) {
    const LocalEntropyPoint point = one_point(row.params, row.D);
    EXPECT_NEAR(point.entropy, row.entropy, 1e-10);
    EXPECT_NEAR(point.delta / row.order_parameter, 1, 1e-8);
  }
  for (const Row& row :
       {Row{{spherical_sign, 0, 1, infinity}, 0.02, -0.0021566855886232528, 35.37376999374215},
        Row{{spherical_sign, 0, 1, infinity}, 0.05, -0.05292151808237766, 3.050121815173405},
        Row{{spherical_sign, 0, 1, infinity}, 0.1, -0.16996561538395616, 1.3698698129454485},
        Row{{spherical_sign, 0, 3, infinity}, 0.02, -0.47054479901011503, 0.4068781001466044},
        Row{{spherical_sign, 0, 3, infinity}, 0.05, -1.1532600437949587, 0.23739927858830778},
        Row{{spherical_sign, 0, 3, infinity}, 0.1, -1.611948609489397, 0.15082836184130938}}) {
    const LocalEntropyPoint point = one_point(row.params, row.D);
    EXPECT_NEAR(point.normalised, row.entropy, 1e-10);
    EXPECT_NEAR(point.delta / row.order_parameter, 1, 1e-8);
  }
  for (const Row& row : {Row{{perceptron, 0, 0.5, 2}, 0.05, 0.20515289661429076, 0.38985194472053925},
                         Row{{perceptron, 0, 0.5, 2}, 0.1, 0.2436780555229594, 0.3956103108981562},
                         Row{{perceptron, 0, 0.5, 5}, 0.05, 0.13429416137418743, 0.4910332655077141},
                         Row{{perceptron, 0, 0.5, 5}, 0.1, 0.1912015038323164, 0.5112709598282515},
                         Row{{perceptron, 0, 0.5, 20}, 0.05, 0.1084294295855718, 0.6662948804119246},
                         Row{{perceptron, 0, 0.5, 20}, 0.1, 0.16967205698315443, 0.6869605476933561}}) {
    const LocalEntropyPoint point = one_point(row.params, row.D);
    EXPECT_NEAR(point.entropy, row.entropy, 1e-10);
    EXPECT_NEAR(point.q0, row.order_parameter, 1e-7);
  }
}

TEST(LocalEntropy, ManyReplicasConvergeToTheLimitOrSayThatTheyRound) {
  for (const Prior prior : {Prior::binary, Prior::spherical}) {
    const Machine machine{prior};
    const double limit = one_point({machine, 0, 0.5, infinity}, 0.05).entropy;
    EXPECT_NEAR(one_point({machine, 0, 0.5, 1e6}, 0.05).entropy, limit, 1e-5);
  }
  for (const double y : {1e9, 1e12, 1e300}) {
    const LocalEntropyPoint point = one_point({{}, 0, 0.5, y}, 0.05);
    EXPECT_FALSE(point.converged);
    EXPECT_THAT(point.reason, testing::HasSubstr("too large"));
    EXPECT_FALSE(one_point({{}, 0, 0, y}, 0.05).converged);
    EXPECT_TRUE(std::isnan(unconstrained_local_entropy(Prior::binary, 0.05, y)));
  }
}

TEST(LocalEntropy, MarginsThatConstrainNothingLeaveThePriorAlone) {
  for (const double y : {3.0, 300.0, infinity})
    for (const double margin : {-20.0, -60.0, -100.0}) {
      const LocalEntropyPoint point = one_point({{}, margin, 0.5, y}, 0.05);
      ASSERT_TRUE(point.converged) << y << ' ' << margin << ' ' << point.reason;
      EXPECT_NEAR(point.normalised, 0, 1e-13);
      EXPECT_LE(point.residual, 1e-10);
    }
}

}  // namespace
}  // namespace wfm::theory
