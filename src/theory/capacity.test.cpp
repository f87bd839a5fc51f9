#include "theory/capacity.hpp"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "math/error.hpp"
#include "theory/replica_symmetric.hpp"

namespace wfm::theory {
namespace {

TEST(Capacity, AgreesWithReferenceNumbers) {
  const CapacityResult zero = capacity(0), positive = capacity(0.2);
  EXPECT_NEAR(zero.alpha_c, 0.8330785997395668, 1e-11);
  EXPECT_NEAR(zero.q, 0.563949080084552, 1e-11);
  EXPECT_NEAR(zero.qhat, 2.5763513190755294, 1e-10);
  EXPECT_NEAR(positive.alpha_c, 0.6474040338573919, 1e-11);
  EXPECT_NEAR(positive.q, 0.5954554952865786, 1e-11);
}

TEST(Capacity, IsWhereTheEntropyVanishes) {
  for (const double margin : {-5.0, -2.0, 0.0, 0.4, 3.0, 30.0}) {
    const CapacityResult c = capacity(margin);
    ASSERT_TRUE(c.converged) << margin << ' ' << c.reason;
    EXPECT_NEAR(c.entropy, 0, 1e-10);
    EXPECT_GT(rs_entropy({c.alpha_c * 0.999, margin}).entropy, 0);
    EXPECT_FALSE(rs_entropy({c.alpha_c * 1.001, margin}).entropy >=
                 0);  // NaN: the saddle ends soon after for large margins
  }
  EXPECT_FALSE(capacity(-40).converged);
  EXPECT_THROW(capacity(std::numeric_limits<double>::quiet_NaN()), InvalidInput);
}

TEST(MaxMargin, AgreesWithReferenceNumbers) {
  struct Row {
    double alpha, kappa_max, q;
  };
  for (const Row& row :
       {Row{0.3, 0.8953919722182054, 0.6879851367910705}, Row{0.5, 0.41806249879302143, 0.6271658164665779},
        Row{0.7, 0.13676177008328547, 0.5857532433189048}}) {
    const MaxMarginResult found = max_margin(row.alpha);
    EXPECT_NEAR(found.kappa_max, row.kappa_max, found.error + 1e-15);
    EXPECT_LT(found.error, 1e-11);
    EXPECT_NEAR(found.q, row.q, 1e-11);
  }
}

TEST(MaxMargin, InvertsTheCapacity) {
  for (const double margin : {1e-3, 0.5, 2.0, 20.0}) {
    const MaxMarginResult found = max_margin(capacity(margin).alpha_c);
    ASSERT_TRUE(found.converged);
    EXPECT_NEAR(found.kappa_max, margin, 1e-10 * (1 + margin));
  }
}

TEST(MaxMargin, FailsOutsideItsDomainAndSaysWhy) {
  for (const double alpha : {0.0, 0.8331, 2.0, 1e9}) {
    const MaxMarginResult found = max_margin(alpha);
    EXPECT_FALSE(found.converged);
    EXPECT_FALSE(found.reason.empty());
    EXPECT_TRUE(std::isnan(found.kappa_max));
  }
  EXPECT_THROW(max_margin(-1), InvalidInput);
}

const Machine spherical_perceptron{Prior::spherical};

Machine limit_of_units(Prior prior, Activation activation) {
  return {prior, Decoder::committee, infinitely_many, activation};
}

TEST(Capacity, OfOtherMachines) {
  EXPECT_NEAR(capacity(0, limit_of_units(Prior::binary, Activation::sign)).alpha_c, 0.946952, 1e-6);
  EXPECT_NEAR(capacity(0, limit_of_units(Prior::binary, Activation::relu)).alpha_c, 0.903986, 1e-6);
  EXPECT_NEAR(capacity(0, {Prior::binary, Decoder::committee, 3}).alpha_c, 0.920619, 1e-6);
  EXPECT_NEAR(capacity(0, spherical_perceptron).alpha_c, 2, 1e-12);
  EXPECT_NEAR(capacity(0, {Prior::spherical, Decoder::committee, 3}).alpha_c, 4.025192, 1e-6);
}

TEST(Capacity, OfBinaryParityMachinesIsOneExactly) {
  for (const int K : {2, 3}) {
    const CapacityResult found = capacity(0, {Prior::binary, Decoder::parity, K});
    EXPECT_NEAR(found.alpha_c, 1, 1e-13);
    EXPECT_EQ(found.q, 0);
    EXPECT_LT(found.replicon, 1);
  }
}

TEST(Capacity, ErrorCoversTheReferenceAndInfinityIsSaid) {
  const CapacityResult found = capacity(0);
  EXPECT_LT(found.error, 1e-12);
  EXPECT_LT(std::abs(found.alpha_c - 0.8330785997395668), 1e-12);  // abs_error of the reference: 1e-11
  const Threshold none = capacity_threshold(limit_of_units(Prior::spherical, Activation::sign));
  EXPECT_FALSE(none.converged);
  EXPECT_FALSE(none.reason.empty());
  EXPECT_TRUE(std::isnan(none.alpha));
}

// The RS saddle of spherical weights ends where the formula says: q -> 1 linearly in alpha_c - alpha.
TEST(Capacity, OfSphericalWeightsIsWhereTheOverlapReachesOne) {
  for (const double margin : {0.0, 1.0}) {
    const double alpha_c = capacity(margin, spherical_perceptron).alpha_c;
    const RsResult near = rs_entropy({alpha_c * (1 - 1e-4), margin, spherical_perceptron});
    ASSERT_TRUE(near.converged);
    EXPECT_LT(1 - near.q, 1e-3);
    EXPECT_FALSE(rs_entropy({alpha_c * (1 + 1e-4), margin, spherical_perceptron}).converged);
  }
}

TEST(MaxMargin, InvertsTheCapacityOfOtherMachines) {
  for (const Machine& machine :
       {spherical_perceptron, limit_of_units(Prior::spherical, Activation::relu),
        limit_of_units(Prior::binary, Activation::sign), limit_of_units(Prior::binary, Activation::erf)})
    for (const double margin : {0.05, 0.7}) {
      const MaxMarginResult found = max_margin(capacity(margin, machine).alpha_c, machine);
      ASSERT_TRUE(found.converged) << found.reason;
      EXPECT_NEAR(found.kappa_max, margin, 1e-10);
      EXPECT_GT(found.error, 0);
      EXPECT_LT(found.error, 1e-10);
    }
  EXPECT_THROW(max_margin(0.5, {Prior::spherical, Decoder::committee, 3}), InvalidInput);
}

TEST(AlmeidaThouless, KnownLines) {
  const Threshold sign = almeida_thouless(limit_of_units(Prior::spherical, Activation::sign)),
                  relu = almeida_thouless(limit_of_units(Prior::spherical, Activation::relu)),
                  three = almeida_thouless({Prior::spherical, Decoder::committee, 3});
  EXPECT_NEAR(sign.alpha, 2.98782, 5e-6);
  EXPECT_NEAR(relu.alpha, 1.72120, 5e-6);
  EXPECT_NEAR(three.alpha, 1.72991, 5e-6);
  EXPECT_LT(three.error, 1e-5);
  EXPECT_LT(relu.error, 1e-8);
}

// Gardner and Derrida: convex, hence stable up to its capacity.
TEST(AlmeidaThouless, ThePerceptronIsStableToItsEnd) {
  const Threshold none = almeida_thouless(spherical_perceptron);
  EXPECT_FALSE(none.converged);
  EXPECT_FALSE(none.reason.empty());
  const RsResult near = rs_entropy({1.99, 0, spherical_perceptron});
  EXPECT_LT(near.replicon, 1);
  EXPECT_GT(near.replicon, 0.9);
}

// K = 2 parity: q = 0 loses its stability at pi^2/8, where X = (1 + (2/pi) h1 h2)/2 to lowest order.
TEST(AlmeidaThouless, OfTheParityMachineWithTwoUnits) {
  const Threshold found = almeida_thouless({Prior::spherical, Decoder::parity, 2});
  EXPECT_NEAR(found.alpha, std::acos(-1.0) * std::acos(-1.0) / 8, 1e-10);
  EXPECT_FALSE(almeida_thouless({Prior::spherical, Decoder::parity, 3}).converged);
}

}  // namespace
}  // namespace wfm::theory
