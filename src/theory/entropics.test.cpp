#include "theory/entropics.hpp"

#include <cmath>
#include <numbers>

#include <gtest/gtest.h>

#include "math/field.hpp"
#include "math/gaussian.hpp"
#include "math/quadrature.hpp"

namespace wfm::theory {
namespace {

Overlap at_distance(double D) {
  return {1 - 2 * D, 2 * D};
}

TEST(ClusterEntropics, UnconstrainedPairsAndTriplesAreCounted) {
  for (const double D : {1e-4, 0.03, 0.2, 0.4}) {
    // two weights differ with probability D
    const double pairs = (std::numbers::ln2 + binary_entropy(D)) / 2;
    EXPECT_NEAR(cluster_entropics(Prior::binary, at_distance(D), 0, 2).value, pairs, 1e-12);
    // of three, one differs from the others with probability 3 D/2
    const double e = 1.5 * D;
    const double triples = (std::numbers::ln2 + binary_entropy(e) + e * std::log(3)) / 3;
    EXPECT_NEAR(cluster_entropics(Prior::binary, at_distance(D), 0, 3).value, triples, 1e-12);
    // spheres: (1/2y) ln det of the matrix of overlaps
    const double q1 = 1 - 2 * D;
    EXPECT_NEAR(cluster_entropics(Prior::spherical, at_distance(D), 0, 3).value,
                (2 * std::log(1 - q1) + std::log(1 + 2 * q1)) / 6, 1e-13);
  }
}

TEST(ClusterEntropics, PairsInAFieldByClosedForm) {
  // int Dz' [2cosh(H + sqrt(s) z')]^2 = 2 + 2 e^{2s} cosh 2H
  const double qhat0 = 0.8;
  const Overlap q1 = at_distance(0.1);
  const ClusterEntropics c = cluster_entropics(Prior::binary, q1, qhat0, 2);
  const double log_integral = integrate(gaussian_panels(40, 10, 9), [&](double z) {
    return std::log(2 + 2 * std::exp(2 * c.spread) * std::cosh(2 * std::sqrt(qhat0) * z));
  });
  EXPECT_NEAR(c.value, -(qhat0 + c.spread) * (1 + q1.q) / 2 + log_integral / 2, 1e-12);
}

TEST(ClusterEntropics, AgreesWithTwoNestedNaiveQuadratures) {
  const QuadratureRule normal = gaussian_panels(100, 8, 14);
  for (const double y : {0.6, 3.5, 8.0}) {
    const double qhat0 = 0.5;
    const ClusterEntropics c = cluster_entropics(Prior::binary, at_distance(0.15), qhat0, y);
    ASSERT_TRUE(c.found);
    const auto magnetisation = [&](double H, double& second) {
      double norm = 0, first = 0;
      second = 0;
      for (std::size_t j = 0; j < normal.size(); ++j) {
        const double x = H + std::sqrt(c.spread) * normal.nodes[j], T = std::tanh(x);
        const double weight = normal.weights[j] * std::exp(y * log_2cosh(x));
        norm += weight;
        first += weight * T;
        second += weight * T * T;
      }
      second /= norm;
      return first / norm;
    };
    double q0 = 0, q1 = 0, response2 = 0;
    for (std::size_t j = 0; j < normal.size(); ++j) {
      const double H = std::sqrt(qhat0) * normal.nodes[j], h = 1e-4;
      double second, ignored;
      const double T = magnetisation(H, second);
      const double response = (magnetisation(H + h, ignored) - magnetisation(H - h, ignored)) / (2 * h);
      q0 += normal.weights[j] * T * T;
      q1 += normal.weights[j] * second;
      response2 += normal.weights[j] * response * response;
    }
    EXPECT_NEAR(q1, 0.7, 1e-11) << y;
    EXPECT_NEAR(c.q0, q0, 1e-11) << y;
    EXPECT_NEAR(c.q1_minus_q0, q1 - q0, 1e-11) << y;
    EXPECT_NEAR(c.outer, response2, 1e-6 * response2) << y;
  }
}

TEST(ClusterEntropics, DerivativesOfItsValue) {
  const double h = 1e-4, qhat0 = 0.6, D = 0.08;
  for (const Prior prior : {Prior::binary, Prior::spherical}) {
    for (const double y : {0.5, 2.0, 11.0}) {
      const auto value = [&](double q, double qhat, double replicas) {
        return cluster_entropics(prior, {q, 1 - q}, qhat, replicas).value;
      };
      const double q = 1 - 2 * D;
      const ClusterEntropics c = cluster_entropics(prior, {q, 1 - q}, qhat0, y);
      ASSERT_TRUE(c.found);
      EXPECT_NEAR((value(q, qhat0 + h, y) - value(q, qhat0 - h, y)) / (2 * h), -y * c.q0 / 2, 1e-6 * y);
      EXPECT_NEAR((value(q + h, qhat0, y) - value(q - h, qhat0, y)) / (2 * h),
                  -(y - 1) * (qhat0 + c.spread) / 2, 1e-4 * (y + 1));
      EXPECT_NEAR((value(q, qhat0, y + h) - value(q, qhat0, y - h)) / (2 * h), c.value_y, 1e-7);
    }
  }
}

TEST(ClusterEntropics, OneReplicaForgetsItsGroup) {
  const double qhat0 = 0.7;
  const QuadratureRule normal = gaussian_panels(40, 10, 9);
  const double rs = -qhat0 / 2 + integrate(normal, [&](double z) { return log_2cosh(std::sqrt(qhat0) * z); });
  const double q_rs =
      integrate(normal, [&](double z) { return std::pow(std::tanh(std::sqrt(qhat0) * z), 2); });
  for (const double D : {0.01, 0.2}) {
    const ClusterEntropics c = cluster_entropics(Prior::binary, at_distance(D), qhat0, 1);
    EXPECT_NEAR(c.value, rs, 1e-12);
    EXPECT_NEAR(c.q0, q_rs, 1e-12);
  }
}

TEST(WideEntropics, DerivativesOfItsValue) {
  for (const Prior prior : {Prior::binary, Prior::spherical}) {
    for (const double qhat1 : {0.01, 0.3, 0.7}) {  // dhat on both sides of 1
      const double q = 0.7, h = 1e-4 * qhat1, k = 1e-5;
      const auto value = [&](double q1, double qhat) {
        return wide_entropics(prior, {q1, 1 - q1}, qhat).value;
      };
      const WideEntropics w = wide_entropics(prior, {q, 1 - q}, qhat1);
      ASSERT_TRUE(w.found);
      EXPECT_NEAR((value(q, qhat1 + h) - value(q, qhat1 - h)) / (2 * h), w.delta / 2, 1e-6 * w.delta);
      EXPECT_NEAR((value(q + k, qhat1) - value(q - k, qhat1)) / (2 * k), (qhat1 - w.dhat) / 2, 1e-6);
    }
  }
}

TEST(WideEntropics, IsTheLimitOfLargeClusters) {
  // q0 = q1 - delta/y:  E + y q0 qhat0/2 -> W - qhat1 delta/2 - ..., with qhat0 = qhat1 - dhat/y
  const double qhat1 = 0.9;
  for (const Prior prior : {Prior::binary, Prior::spherical}) {
    const WideEntropics w = wide_entropics(prior, at_distance(0.2), qhat1);
    ASSERT_TRUE(w.found);
    const auto delta = [&](double y) {
      return y * cluster_entropics(prior, at_distance(0.2), qhat1 - w.dhat / y, y).q1_minus_q0;
    };
    EXPECT_NEAR(2 * delta(2000) - delta(1000), w.delta, 1e-4);
    if (prior == Prior::binary) {
      EXPECT_LT(w.dhat, 1);
    }
    const auto outer = [&](double y) {
      return cluster_entropics(prior, at_distance(0.2), qhat1 - w.dhat / y, y).outer;
    };
    EXPECT_NEAR(2 * outer(2000) - outer(1000), w.outer, 1e-2 * w.outer);
  }
}

TEST(WideEntropics, TheJumpMakesTheOuterResponseInfinite) {
  const WideEntropics w = wide_entropics(Prior::binary, at_distance(0.05), 0.2);
  ASSERT_TRUE(w.found);
  EXPECT_GT(w.dhat, 1);
  EXPECT_TRUE(std::isinf(w.outer));
  // it grows like y for large groups
  const auto outer = [&](double y) {
    return cluster_entropics(Prior::binary, at_distance(0.05), 0.2 - w.dhat / y, y).outer;
  };
  EXPECT_NEAR(outer(1600) / outer(800), 2, 0.2);
}

TEST(WideEntropics, GridsAreFineEnough) {
  for (const double D : {1e-4, 0.01, 0.2, 0.4}) {
    for (const double qhat1 : {1e-12, 1e-3, 0.1, 0.4, 3.0}) {
      const WideEntropics w = wide_entropics(Prior::binary, at_distance(D), qhat1);
      const WideEntropics fine = wide_entropics(Prior::binary, at_distance(D), qhat1, 0, 2);
      ASSERT_EQ(w.found, fine.found);
      if (!w.found) continue;
      EXPECT_NEAR(w.value, fine.value, 1e-13);
      EXPECT_NEAR(w.delta / fine.delta, 1, 1e-11);
    }
  }
}

TEST(Entropics, SayWhereReplicasWouldRepel) {
  // q of RS at qhat = 3 is above 0.6
  EXPECT_FALSE(wide_entropics(Prior::binary, overlap_of(0.5), 3).found);
  EXPECT_FALSE(cluster_entropics(Prior::binary, overlap_of(0.5), 3, 4).found);
  EXPECT_FALSE(wide_entropics(Prior::spherical, overlap_of(0.5), 3).found);
}

}  // namespace
}  // namespace wfm::theory
