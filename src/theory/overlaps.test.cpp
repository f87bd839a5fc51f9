#include "theory/overlaps.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "math/error.hpp"
#include "math/gaussian.hpp"
#include "math/quadrature.hpp"
#include "theory/franz_parisi.hpp"

namespace wfm::theory {
namespace {

const Machine sign_units{Prior::binary, Decoder::committee, infinitely_many, Activation::sign};
const Machine spherical_perceptron{Prior::spherical};

// the maximum of the Franz-Parisi curve, another calculation
TEST(Overlaps, MeetTheTypicalDistanceOfTheFranzParisiCurve) {
  for (const OverlapsParams params : {OverlapsParams{0.5, 0, 0.2}, OverlapsParams{0.5, 0, 0.418},
                                      OverlapsParams{0.3, 0.1, 0.8}, OverlapsParams{0.8, 0, 0.01}}) {
    const OverlapsResult found = typical_overlaps(params);
    ASSERT_TRUE(found.converged) << found.reason;
    EXPECT_NEAR(found.distance, typical_distance({params.alpha, params.other_margin, params.margin}), 1e-10);
    EXPECT_LE(found.residual, 1e-10);
    EXPECT_LT(found.quadrature_error, 1e-9);
  }
}

TEST(Overlaps, OfEqualMarginsIsTheOverlapOfTheSaddle) {
  const OverlapsResult equal = typical_overlaps({0.6, 0.1, 0.1});
  EXPECT_EQ(equal.p, equal.saddle.q);
  EXPECT_NEAR(typical_overlaps({0.6, 0.1, 0.1001}).p, equal.p, 1e-4);
  EXPECT_TRUE(typical_overlaps({0.6, 0, 0, {Prior::binary, Decoder::committee, 3}}).converged);
}

TEST(Overlaps, DoNotDependOnTheOrderOfTheMargins) {
  for (const Machine& machine : {sign_units, spherical_perceptron}) {
    const OverlapsResult there = typical_overlaps({0.5, 0, 0.4, machine}),
                         back = typical_overlaps({0.5, 0.4, 0, machine});
    EXPECT_NEAR(there.p, back.p, 1e-10);
    EXPECT_LE(there.p * there.p, there.saddle.q * there.other.q);
  }
}

// one pattern: p = alpha Q'(0) r(0) r'(0) to lowest order
TEST(Overlaps, BeginWithTheProductOfTheForces) {
  const double alpha = 1e-5;
  EXPECT_NEAR(typical_overlaps({alpha, 0, 0.5}).p / (alpha * R(0) * R(0.5)), 1, 1e-3);
  EXPECT_NEAR(typical_overlaps({alpha, 0, 0.5, sign_units}).p / (alpha * 2 / std::acos(-1.0) * R(0) * R(0.5)),
              1, 1e-3);
}

// (OV.1) on plain panels
TEST(Overlaps, AgreeWithPlainPanels) {
  const OverlapsResult found = typical_overlaps({0.5, 0, 0.3});
  const QuadratureRule rule = gaussian_panels(60, 8, 8.5);
  const auto average = [&](double a, double b, double c, const auto& f,
                           const auto& g) {  // variances, covariance
    const double rest = std::sqrt(b - c * c / a);
    return integrate(rule, [&](double u) {
      return f(std::sqrt(a) * u) *
             integrate(rule, [&](double x) { return g(c / std::sqrt(a) * u + rest * x); });
    });
  };
  const double q = found.saddle.q, q2 = found.other.q;
  const auto r = [](double kappa, double v) {
    return [=](double h) { return R((kappa - h) / std::sqrt(v)) / std::sqrt(v); };
  };
  EXPECT_NEAR(0.5 * average(q, q2, found.p, r(0, 1 - q), r(0.3, 1 - q2)), found.phat, 1e-9);
  const auto tanh = [](double h) { return std::tanh(h); };
  EXPECT_NEAR(average(found.saddle.qhat, found.other.qhat, found.phat, tanh, tanh), found.p, 1e-9);
}

// close to the capacity at the larger margin, q = 0.998: its channel is far sharper than the other one
TEST(Overlaps, OfUnequalSharpnessDoNotDependOnTheOrder) {
  const Machine machine{Prior::spherical};
  const OverlapsResult found = typical_overlaps({0.3041763724095532, 1.5169697585776889, 0.19, machine}),
                       exchanged = typical_overlaps({0.3041763724095532, 0.19, 1.5169697585776889, machine});
  ASSERT_TRUE(found.converged) << found.reason;
  ASSERT_TRUE(exchanged.converged) << exchanged.reason;
  EXPECT_NEAR(found.p, exchanged.p, 1e-11);
}

TEST(Overlaps, SayWhyNot) {
  EXPECT_FALSE(typical_overlaps({5, 0, 0.1}).converged);
  EXPECT_THROW(typical_overlaps({0.5, 0, 0.1, {Prior::binary, Decoder::committee, 3}}), InvalidInput);
  EXPECT_THROW(typical_overlaps({-1, 0, 0.1}), InvalidInput);
}

}  // namespace
}  // namespace wfm::theory
