#include "theory/kernel.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "math/error.hpp"
#include "math/quadrature.hpp"

namespace wfm::theory {
namespace {

Machine infinite_committee(Activation activation) {
  return {Prior::spherical, Decoder::committee, infinitely_many, activation};
}

/// <phi(h) phi(h')> - <phi>^2 for covariance q: phi is integrated over the difference of the fields first, which is smooth.
template <class Phi>
double covariance(double q, Phi phi) {
  const QuadratureRule rule = gaussian_panels(400, 8, 9);
  const double mean = integrate(rule, phi);
  // h = sqrt(q) z + sqrt(1-q) x: Q = int Dz (int Dx phi)^2 - mean^2
  return integrate(rule,
                   [&](double z) {
                     const double inner = integrate(
                         rule, [&](double x) { return phi(std::sqrt(q) * z + std::sqrt(1 - q) * x); });
                     return inner * inner;
                   }) -
         mean * mean;
}

struct Units {
  Activation activation;
  double (*phi)(double);
  double tolerance;  // of the quadrature, which sees a jump (sign) or a kink (ReLU)
};

const Units all_units[] = {
    {Activation::sign, [](double h) { return h > 0 ? 1.0 : -1.0; }, 3e-4},
    {Activation::erf, [](double h) { return std::erf(h); }, 1e-12},
    {Activation::relu, [](double h) { return h > 0 ? h : 0.0; }, 1e-6},
};

TEST(Kernel, IsTheCovarianceOfTheUnits) {
  for (const Units& units : all_units) {
    const Kernel kernel(infinite_committee(units.activation));
    for (const double q : {0.2, 0.7})
      EXPECT_NEAR(kernel.Q(overlap_of(q)), covariance(q, units.phi), units.tolerance) << q;
  }
}

TEST(Kernel, OfOneFieldIsTheOverlap) {
  const Kernel kernel(Machine{});
  const Overlap q = overlap_of(0.3);
  EXPECT_EQ(kernel.Q(q), 0.3);
  EXPECT_EQ(kernel.rest(q), 0.7);
  EXPECT_EQ(kernel.slope(q), 1);
  EXPECT_EQ(kernel.curvature(q), 0);
  EXPECT_EQ(kernel.at_one(), 1);
}

TEST(Kernel, KnownValuesAtOne) {
  EXPECT_NEAR(Kernel(infinite_committee(Activation::sign)).at_one(), 1, 1e-15);
  EXPECT_NEAR(Kernel(infinite_committee(Activation::relu)).at_one(), 0.5 - 0.5 / std::numbers::pi, 1e-15);
  EXPECT_NEAR(Kernel(infinite_committee(Activation::erf)).at_one(), 2 / std::numbers::pi * std::asin(2.0 / 3),
              1e-15);
}

TEST(Kernel, RestAndDerivativesFollowFromIt) {
  for (const Units& units : all_units) {
    const Kernel kernel(infinite_committee(units.activation));
    for (const double q : {0.01, 0.4, 0.9}) {
      const double h = 1e-5;
      const Overlap left = overlap_of(q - h), here = overlap_of(q), right = overlap_of(q + h);
      EXPECT_NEAR(kernel.rest(here), kernel.at_one() - kernel.Q(here), 1e-15);
      EXPECT_NEAR(kernel.slope(here), (kernel.Q(right) - kernel.Q(left)) / (2 * h), 1e-7);
      EXPECT_NEAR(kernel.curvature(here), (kernel.slope(right) - kernel.slope(left)) / (2 * h), 1e-6);
    }
  }
}

TEST(Kernel, RestKeepsItsDigitsNearOne) {
  for (const double e : {1e-6, 1e-10, 1e-14}) {
    const Overlap q{1 - e, e};
    // sign: theta = sqrt(2 e)(1 + e/12); erf: Q'(1) e; ReLU: e/2 - (2 e)^{3/2}/(6 pi), next order e^{5/2}
    EXPECT_NEAR(Kernel(infinite_committee(Activation::sign)).rest(q) /
                    (2 / std::numbers::pi * std::sqrt(2 * e) * (1 + e / 12)),
                1, 1e-12);
    EXPECT_NEAR(
        Kernel(infinite_committee(Activation::erf)).rest(q) / (4 / (std::numbers::pi * std::sqrt(5.0)) * e),
        1, 2 * e + 1e-12);
    EXPECT_NEAR(Kernel(infinite_committee(Activation::relu)).rest(q) /
                    (e / 2 - std::pow(2 * e, 1.5) / (6 * std::numbers::pi)),
                1, 2 * std::sqrt(e) * e + 1e-12);
  }
}

TEST(Machine, RefusesWhatHasNoFormula) {
  EXPECT_THROW(check_machine({Prior::binary, Decoder::perceptron, 3, Activation::sign}), InvalidInput);
  EXPECT_THROW(check_machine({Prior::binary, Decoder::committee, 4, Activation::sign}), InvalidInput);
  EXPECT_THROW(check_machine({Prior::binary, Decoder::committee, 3, Activation::relu}), InvalidInput);
  EXPECT_THROW(check_machine({Prior::binary, Decoder::parity, 1, Activation::sign}), InvalidInput);
  EXPECT_THROW(check_machine({Prior::binary, Decoder::parity, infinitely_many, Activation::sign}),
               InvalidInput);
  EXPECT_THROW(Kernel({Prior::binary, Decoder::parity, 2, Activation::sign}), InvalidInput);
  EXPECT_NO_THROW(check_machine(infinite_committee(Activation::relu)));
  EXPECT_EQ(name_of(infinite_committee(Activation::relu)),
            "spherical tree committee, K -> infinity, ReLU units");
}

}  // namespace
}  // namespace wfm::theory
