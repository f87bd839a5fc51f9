#include "theory/rs_energetics.hpp"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "math/error.hpp"
#include "math/gaussian.hpp"
#include "math/quadrature.hpp"
#include "theory/rs_entropics.hpp"

namespace wfm::theory {
namespace {

const Machine perceptron;
const Machine sign_units{Prior::binary, Decoder::committee, infinitely_many, Activation::sign};
const Machine erf_units{Prior::binary, Decoder::committee, infinitely_many, Activation::erf};
const Machine relu_units{Prior::binary, Decoder::committee, infinitely_many, Activation::relu};
const Machine three_units{Prior::binary, Decoder::committee, 3};
const Machine two_parity{Prior::binary, Decoder::parity, 2};

TEST(RsEnergetics, AgreesWithPlainPanels) {
  const QuadratureRule rule = gaussian_panels(200, 10, 9);
  for (const Machine& machine : {perceptron, sign_units, erf_units, relu_units})
    for (const double q : {0.05, 0.6, 0.97})
      for (const double margin : {-0.4, 0.0, 0.8}) {
        const Kernel kernel(machine);
        const double root_Q = std::sqrt(kernel.Q(overlap_of(q))), s = std::sqrt(kernel.rest(overlap_of(q)));
        const RsEnergetics part = rs_energetics(machine, margin, overlap_of(q));
        EXPECT_NEAR(part.value, integrate(rule, [&](double z) { return log_H((margin - root_Q * z) / s); }),
                    1e-11);
        const double force = kernel.slope(overlap_of(q)) / (s * s) * integrate(rule, [&](double z) {
                               return std::pow(R((margin - root_Q * z) / s), 2);
                             });
        EXPECT_NEAR(part.force / force, 1, 1e-11);
        EXPECT_NEAR(rs_force(machine, margin, overlap_of(q)), part.force, 1e-12 * part.force);
        EXPECT_LT(part.quadrature_error, 1e-4);
      }
}

TEST(RsEnergetics, ForceIsMinusTwiceTheSlopeOfTheValue) {
  const double d = 1e-4;  // differences err by d^2
  for (const Machine& machine : {perceptron, sign_units, erf_units, relu_units, three_units, two_parity})
    for (const double q : {0.2, 0.5}) {
      const auto value = [&](double x) { return rs_energetics(machine, 0, overlap_of(x), 2).value; };
      EXPECT_NEAR(-(value(q + d) - value(q - d)) / d, rs_energetics(machine, 0, overlap_of(q), 2).force,
                  1e-5);
    }
}

// C(p) = E[ln X(h) ln X(h')] for fields of covariance Q(p): its second derivative at p = q is the replicon, because
// d/dc E[f(h) g(h')] = E[f' g'] for the covariance c.
TEST(RsEnergetics, RepliconIsTheSecondDifferenceOfACorrelatedAverage) {
  const QuadratureRule rule = gaussian_panels(60, 8, 8.5);
  for (const Machine& machine : {perceptron, sign_units, relu_units}) {
    const double q = 0.45, margin = 0.2, d = 0.01;
    const Kernel kernel(machine);
    const double Q = kernel.Q(overlap_of(q)), s = std::sqrt(kernel.rest(overlap_of(q)));
    const auto f = [&](double h) { return log_H((margin - h) / s); };
    const auto C = [&](double p) {
      const double c = kernel.Q(overlap_of(p)) / std::sqrt(Q), rest = std::sqrt(std::max(Q - c * c, 0.0));
      return integrate(rule, [&](double z) {
        return f(std::sqrt(Q) * z) * integrate(rule, [&](double x) { return f(c * z + rest * x); });
      });
    };
    // one-sided second difference of fourth order
    const double second = (45.0 / 12 * C(q) - 154.0 / 12 * C(q - d) + 214.0 / 12 * C(q - 2 * d) -
                           156.0 / 12 * C(q - 3 * d) + 61.0 / 12 * C(q - 4 * d) - 10.0 / 12 * C(q - 5 * d)) /
                          (d * d);
    const double replicon = rs_energetics(machine, margin, overlap_of(q), 2).replicon;
    EXPECT_NEAR(second, replicon, 1e-4 * replicon);
  }
}

TEST(RsEnergetics, OneUnitIsThePerceptron) {
  const RsEnergetics unit = rs_energetics({Prior::binary, Decoder::committee, 1}, 0.1, overlap_of(0.4)),
                     single = rs_energetics(perceptron, 0.1, overlap_of(0.4));
  EXPECT_EQ(unit.value, single.value);
  EXPECT_EQ(unit.replicon, single.replicon);
}

TEST(RsEnergetics, WithoutOverlapOnePatternKeepsTheShareOfItsMargin) {
  for (const Machine& machine : {perceptron, three_units, two_parity})
    EXPECT_NEAR(rs_energetics(machine, 0, {0, 1}).value, std::log(0.5), 1e-12);
  EXPECT_NEAR(rs_energetics(relu_units, 0.1, {0, 1}).value,
              log_H(0.1 / std::sqrt(0.5 - 1 / (2 * std::acos(-1.0)))), 1e-12);
  EXPECT_THROW(rs_energetics(perceptron, 0, {1, 0}), InvalidInput);
  EXPECT_THROW(rs_energetics(perceptron, 0, {0.5, 0.5}, -1), InvalidInput);
}

TEST(RsEntropics, OverlapIsTheDerivativeOfTheValue) {
  const double d = 1e-4;
  for (const Prior prior : {Prior::binary, Prior::spherical})
    for (const double qhat : {0.05, 1.0, 30.0}) {
      const RsEntropics part = rs_entropics(prior, qhat);
      // 2 dS/dqhat = 1 - q
      const double slope = (rs_entropics(prior, qhat + d).value - rs_entropics(prior, qhat - d).value) / d;
      EXPECT_NEAR(slope, part.q.one_minus_q, 1e-7);
      EXPECT_NEAR(part.q.q + part.q.one_minus_q, 1, 1e-13);
      EXPECT_NEAR(rs_overlap(prior, qhat).q, part.q.q, 1e-14);
      EXPECT_LT(part.quadrature_error, 1e-5);
    }
}

TEST(RsEntropics, AgreesWithPlainPanels) {
  const QuadratureRule rule = gaussian_panels(200, 10, 9);
  for (const double qhat : {0.3, 8.0}) {
    const RsEntropics part = rs_entropics(Prior::binary, qhat);
    const double u = std::sqrt(qhat);
    EXPECT_NEAR(part.value, integrate(rule, [&](double z) { return log_2cosh(u * z); }), 1e-12);
    EXPECT_NEAR(part.squared_response,
                integrate(rule, [&](double z) { return std::pow(std::cosh(u * z), -4); }), 1e-12);
  }
  const double q = rs_entropics(Prior::spherical, 2.5).q.q;
  EXPECT_NEAR(q / ((1 - q) * (1 - q)), 2.5, 1e-13);
}

}  // namespace
}  // namespace wfm::theory
