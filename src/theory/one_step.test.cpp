#include "theory/one_step.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "math/error.hpp"
#include "math/gaussian.hpp"
#include "math/quadrature.hpp"
#include "theory/capacity.hpp"
#include "theory/one_step_capacity.hpp"

namespace wfm::theory {
namespace {

const Machine perceptron{Prior::spherical};
const Machine relu_units{Prior::spherical, Decoder::committee, infinitely_many, Activation::relu};
const Machine sign_units{Prior::spherical, Decoder::committee, infinitely_many, Activation::sign};

/// Energetic part of (OS.1) as a plain double integral.
double energetic(const Machine& machine, double margin, const OneStepOrder& o) {
  const QuadratureRule rule = gaussian_panels(60, 8, 8.5);
  const Kernel kernel(machine);
  const double Q0 = kernel.Q(overlap_of(o.q0)), Q1 = kernel.Q(overlap_of(o.q1)),
               s = std::sqrt(kernel.rest(overlap_of(o.q1)));
  return integrate(
             rule,
             [&](double z) {
               return std::log(integrate(rule, [&](double x) {
                 return std::exp(o.m * log_H((margin - std::sqrt(Q0) * z - std::sqrt(Q1 - Q0) * x) / s));
               }));
             }) /
         o.m;
}

TEST(OneStep, FreeEntropyAgreesWithPlainPanels) {
  for (const Machine& machine : {perceptron, relu_units, sign_units}) {
    const OneStepOrder o{0.4, 0.8, 0.35, 0, 0};
    const double A = 1 - o.q1 + o.m * (o.q1 - o.q0), alpha = 1.5;
    const double weights = ((1 - 1 / o.m) * std::log(1 - o.q1) + std::log(A) / o.m + o.q0 / A) / 2;
    EXPECT_NEAR(one_step_free_entropy({alpha, 0.2, machine}, o), weights + alpha * energetic(machine, 0.2, o),
                1e-9);
  }
  const QuadratureRule rule = gaussian_panels(80, 8, 9);
  const OneStepOrder o{0.4, 0.8, 0.6, 1.2, 4.0};
  const double weights = integrate(rule, [&](double z) {
    return std::log(integrate(rule, [&](double x) {
      return std::exp(o.m * log_2cosh(std::sqrt(o.qhat0) * z + std::sqrt(o.qhat1 - o.qhat0) * x));
    }));
  });
  const double expected = -o.qhat1 * (1 + (o.m - 1) * o.q1) / 2 + o.m * o.q0 * o.qhat0 / 2 + weights / o.m +
                          0.7 * energetic({}, 0.1, o);
  EXPECT_NEAR(one_step_free_entropy({0.7, 0.1}, o), expected, 1e-9);
}

TEST(OneStep, IsReplicaSymmetricAtEqualOverlaps) {
  const RsParams params{1.5, 0, relu_units};
  const RsResult rs = rs_entropy(params);
  for (const double m : {0.2, 0.9})
    EXPECT_NEAR(one_step_free_entropy(params, {rs.q - 1e-9, rs.q, m, 0, 0}), rs.entropy, 1e-7);
}

TEST(OneStep, SaddleIsStationaryInAllOrderParameters) {
  for (const RsParams params : {RsParams{2.2, 0, relu_units}, RsParams{3.6, 0, sign_units}}) {
    const OneStepResult found = one_step_entropy(params);
    ASSERT_TRUE(found.converged) << found.reason;
    EXPECT_TRUE(found.broken);
    EXPECT_LE(found.residual, 1e-10);
    EXPECT_LT(found.quadrature_error, 1e-9);
    const auto phi = [&](double q0, double q1, double m) {
      return one_step_free_entropy(params, {q0, q1, m, 0, 0}, 1.5);
    };
    const double h = 1e-4;  // differences err by h^2 times third derivatives of order 1/(1-q1)^2
    EXPECT_NEAR(phi(found.q0, found.q1, found.m), found.entropy, 1e-11);
    EXPECT_NEAR((phi(found.q0 + h, found.q1, found.m) - phi(found.q0 - h, found.q1, found.m)) / (2 * h), 0,
                1e-5);
    EXPECT_NEAR((phi(found.q0, found.q1 + h, found.m) - phi(found.q0, found.q1 - h, found.m)) / (2 * h), 0,
                1e-5);
    EXPECT_NEAR((phi(found.q0, found.q1, found.m + h) - phi(found.q0, found.q1, found.m - h)) / (2 * h), 0,
                1e-6);
    // breaking lowers the entropy, as it lowers the capacity
    EXPECT_LT(found.entropy, rs_entropy(params).entropy);
  }
}

// The saddle begins on the AT line, computed from second derivatives, and ends at the capacity, computed at q1 = 1.
TEST(OneStep, BranchRunsFromTheAlmeidaThoulessLineToTheCapacity) {
  double gap[3], alpha[3];
  int k = 0;
  for (const double rest : {0.26, 0.25, 0.24}) {
    const OneStepCurvePoint point = one_step_at_overlap(relu_units, 0, {1 - rest, rest});
    ASSERT_TRUE(point.saddle.converged);
    gap[k] = point.saddle.q1 - point.saddle.q0;
    alpha[k++] = point.alpha;
  }
  double at_no_gap = 0;  // parabola through the three
  for (int i = 0; i < 3; ++i) {
    double weight = 1;
    for (int j = 0; j < 3; ++j)
      if (j != i) weight *= gap[j] / (gap[j] - gap[i]);
    at_no_gap += weight * alpha[i];
  }
  EXPECT_NEAR(at_no_gap, almeida_thouless(relu_units).alpha, 1e-4);

  const OneStepCapacity capacity = one_step_capacity(relu_units);
  const OneStepCurvePoint last = one_step_at_overlap(relu_units, 0, {1 - 1e-3, 1e-3});
  ASSERT_TRUE(last.saddle.converged);
  EXPECT_LT(last.alpha, capacity.threshold.alpha);
  EXPECT_NEAR(last.alpha, capacity.threshold.alpha, 0.03);
  EXPECT_NEAR(last.saddle.m / 1e-3 / capacity.w, 1, 0.3);
}

TEST(OneStep, IsReplicaSymmetricWhereThatIsStable) {
  const OneStepResult found = one_step_entropy({1.0, 0, relu_units});
  EXPECT_TRUE(found.converged);
  EXPECT_FALSE(found.broken);
  EXPECT_EQ(found.q0, found.q1);
  EXPECT_TRUE(one_step_entropy({1.9, 0, perceptron}).converged);
}

// (OS.3): with q1 -> 1 the free entropy is phi_RS(q0, m^2 qhat0)/m, up to sqrt(1-q1)
TEST(OneStep, BinaryWeightsFreeze) {
  const RsParams params{0.6, 0};
  for (const double m : {0.4, 0.8}) {
    const double q0 = 0.4, qhat0 = 1.1, frozen = rs_free_entropy(params, q0, m * m * qhat0) / m;
    double error = 0.1;
    for (const double rest : {1e-4, 1e-6, 1e-8}) {
      const double found = one_step_free_entropy(params, {q0, 1 - rest, m, qhat0, 1 / std::sqrt(rest)});
      EXPECT_LT(std::abs(found - frozen), error / 5);
      error = std::abs(found - frozen);
    }
    EXPECT_LT(error, 3e-4);
  }
}

// At the saddle m^2 qhat0 = qhat, and (OS.3) is phi_RS/m: stationary in m where phi_RS = 0 and nowhere else. The zero of the RS
// entropy is therefore the 1RSB capacity.
TEST(OneStep, BinaryCapacityIsTheZeroOfTheEntropy) {
  const CapacityResult zero = capacity(0);
  const auto slope_in_m = [](double alpha, double q, double qhat) {
    const auto frozen = [&](double m) {
      return one_step_free_entropy({alpha, 0}, {q, 1 - 1e-8, m, qhat / (m * m), 1e4});
    };
    return (frozen(1) - frozen(0.8)) / 0.2;
  };
  EXPECT_NEAR(slope_in_m(zero.alpha_c, zero.q, zero.qhat), 0, 1e-3);
  const RsResult below = rs_entropy({0.7, 0});
  EXPECT_NEAR(slope_in_m(0.7, below.q, below.qhat), -below.entropy / 0.8, 2e-3);
  const OneStepResult before = one_step_entropy({zero.alpha_c * 0.999, 0});
  EXPECT_TRUE(before.converged);
  EXPECT_EQ(before.q1, 1);
  EXPECT_FALSE(one_step_entropy({zero.alpha_c * 1.001, 0}).converged);
}

TEST(OneStep, SaysWhyNot) {
  const OneStepResult beyond = one_step_entropy({2.8, 0, relu_units});
  EXPECT_FALSE(beyond.converged);
  EXPECT_FALSE(beyond.reason.empty());
  EXPECT_TRUE(std::isnan(beyond.entropy));
  EXPECT_FALSE(one_step_at_overlap(relu_units, 0, overlap_of(0.6)).saddle.converged);  // below the AT line
  EXPECT_THROW(one_step_free_entropy({1, 0, relu_units}, {0.5, 0.4, 0.5, 0, 0}), InvalidInput);
  EXPECT_THROW(one_step_free_entropy({1, 0}, {0.4, 0.5, 0.5, 2, 1}), InvalidInput);
  EXPECT_THROW(one_step_entropy({1, 0, {Prior::spherical, Decoder::committee, 3}}), InvalidInput);
}

}  // namespace
}  // namespace wfm::theory
