#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "math/error.hpp"
#include "math/gaussian.hpp"
#include "math/quadrature.hpp"
#include "theory/energetics.hpp"

namespace wfm::theory {
namespace {

const Machine perceptron;
Machine wide_committee(Activation activation) {
  return {Prior::binary, Decoder::committee, infinitely_many, activation};
}

/// max over a of -a^2/(2 dQ) + ln H((kappa - h - a)/sqrt v) by golden sections; the function is concave.
struct Maximum {
  double value = 0, a = 0;
};
Maximum maximum(double kappa, double h, double dQ, double v) {
  const auto f = [&](double a) { return -a * a / (2 * dQ) + log_H((kappa - h - a) / std::sqrt(v)); };
  const double golden = (std::sqrt(5.0) - 1) / 2;
  double low = -1, high = 30;
  for (int k = 0; k < 90; ++k) {
    const double left = high - golden * (high - low), right = low + golden * (high - low);
    (f(left) < f(right) ? low : high) = f(left) < f(right) ? left : right;
  }
  return {f((low + high) / 2), (low + high) / 2};
}

TEST(WideEnergetics, AgreesWithMaximisationByGoldenSections) {
  for (const Machine& machine :
       {perceptron, wide_committee(Activation::sign), wide_committee(Activation::relu)}) {
    for (const double delta : {0.05, 1.0, 20.0}) {
      const Kernel kernel(machine);
      const Overlap q1 = overlap_of(0.85);
      const double v = kernel.rest(q1), dQ = kernel.slope(q1) * delta, root_Q = std::sqrt(kernel.Q(q1));
      const QuadratureRule normal = gaussian_panels(80, 8, 8.5);
      double value = 0, r2 = 0, response2 = 0;
      for (std::size_t j = 0; j < normal.size(); ++j) {
        const double h = root_Q * normal.nodes[j], step = 1e-2;
        const auto r = [&](double at) { return maximum(0.1, at, dQ, v).a / dQ; };
        const double response = (r(h + step) - r(h - step)) / (2 * step);
        value += normal.weights[j] * maximum(0.1, h, dQ, v).value;
        r2 += normal.weights[j] * r(h) * r(h);
        response2 += normal.weights[j] * response * response;
      }
      const WideEnergetics e = wide_energetics(machine, 0.1, q1, delta);
      EXPECT_NEAR(e.value, value, 1e-10) << name_of(machine) << delta;
      EXPECT_NEAR(e.force1 / (kernel.slope(q1) * r2), 1, 1e-5);
      const double outer = kernel.slope(q1) * kernel.slope(q1) * response2 + kernel.curvature(q1) * r2;
      EXPECT_NEAR(e.outer / outer, 1, 2e-3);
    }
  }
}

TEST(WideEnergetics, ForceIsTheDerivativeInDelta) {
  for (const Machine& machine :
       {perceptron, wide_committee(Activation::erf), wide_committee(Activation::relu)}) {
    for (const double delta : {0.01, 0.7, 100.0}) {
      const double h = 1e-4 * delta;
      const auto value = [&](double d) { return wide_energetics(machine, 0, overlap_of(0.9), d).value; };
      EXPECT_NEAR((value(delta + h) - value(delta - h)) / (2 * h),
                  wide_energetics(machine, 0, overlap_of(0.9), delta).force1 / 2,
                  1e-6 * wide_energetics(machine, 0, overlap_of(0.9), delta).force1 + 1e-12);
    }
  }
}

TEST(WideEnergetics, DeltaZeroIsReplicaSymmetric) {
  const Overlap q = overlap_of(0.7);
  const WideEnergetics wide = wide_energetics(perceptron, 0.2, q, 0);
  const ClusterEnergetics one = cluster_energetics(perceptron, 0.2, q, q, 1);
  EXPECT_NEAR(wide.value, one.value, 1e-12);
  EXPECT_NEAR(wide.force1, one.force1, 1e-10);
  EXPECT_NEAR(wide.outer, one.outer, 1e-9);
}

TEST(WideEnergetics, IsTheLimitOfLargeClusters) {
  for (const Machine& machine : {perceptron, wide_committee(Activation::sign)}) {
    const double delta = 1.3;
    const auto cluster = [&](double y) {
      return cluster_energetics(machine, 0, overlap_of(0.9 - delta / y), overlap_of(0.9), y);
    };
    const WideEnergetics wide = wide_energetics(machine, 0, overlap_of(0.9), delta);
    // corrections in powers of 1/y
    EXPECT_NEAR(2 * cluster(2000).value - cluster(1000).value, wide.value, 1e-5);
    EXPECT_NEAR(2 * cluster(2000).force1 - cluster(1000).force1, wide.force1, 1e-4);
    EXPECT_NEAR(2 * cluster(2000).outer - cluster(1000).outer, wide.outer, 1e-2 * wide.outer);
  }
}

TEST(WideEnergetics, GridsAreFineEnoughForEveryDelta) {
  for (const double one_minus_q1 : {2e-4, 0.01, 0.6}) {
    for (const double delta : {1e-4, 0.1, 30.0, 1e5, 1e40}) {
      const Overlap q1{1 - one_minus_q1, one_minus_q1};
      const WideEnergetics e = wide_energetics(perceptron, 0, q1, delta);
      const WideEnergetics fine = wide_energetics(perceptron, 0, q1, delta, 2);
      EXPECT_NEAR(e.value, fine.value, 1e-13);
      EXPECT_NEAR(e.force1 / fine.force1, 1, 1e-9);
    }
  }
}

TEST(WideEnergetics, RefusesWhatHasNoMeaning) {
  EXPECT_THROW(wide_energetics(perceptron, 0, overlap_of(0), 1), InvalidInput);
  EXPECT_THROW(wide_energetics(perceptron, 0, overlap_of(0.5), -1), InvalidInput);
}

}  // namespace
}  // namespace wfm::theory
