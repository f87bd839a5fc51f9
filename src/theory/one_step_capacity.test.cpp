#include "theory/one_step_capacity.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "math/error.hpp"
#include "math/gaussian.hpp"
#include "math/quadrature.hpp"
#include "math/random.hpp"
#include "theory/capacity.hpp"
#include "theory/kernel.hpp"

namespace wfm::theory {
namespace {

const Machine perceptron{Prior::spherical};
const Machine relu_units{Prior::spherical, Decoder::committee, infinitely_many, Activation::relu};
const Machine three_units{Prior::spherical, Decoder::committee, 3};

double volume(double w, double q0) {
  const double A = 1 + w * (1 - q0);
  return (std::log(A) + w * q0 / A) / 2;
}

// (OS.4) as a double integral, no half-normal closed form
TEST(OneStepCapacity, BoundOfOneFieldIsTheDoubleIntegral) {
  const QuadratureRule outer = gaussian_panels(60, 8, 8.5), inner = gaussian_panels(120, 8, 8.5);
  for (const Machine& machine : {perceptron, relu_units})
    for (const double margin : {0.0, 0.6})
      for (const double w : {0.5, 12.0})
        for (const double q0 : {0.3, 0.8}) {
          const Kernel kernel(machine);
          const double root_Q = std::sqrt(kernel.Q(overlap_of(q0))),
                       s = std::sqrt(kernel.rest(overlap_of(q0))), slope = kernel.slope({1, 0});
          const double average = integrate(outer, [&](double z) {
            return std::log(integrate(inner, [&](double x) {
              const double miss = std::max(margin - root_Q * z - s * x, 0.0);
              return std::exp(-w * miss * miss / (2 * slope));
            }));
          });
          EXPECT_NEAR(one_step_capacity_bound(machine, margin, w, q0), volume(w, q0) / -average, 2e-6);
        }
}

// Fields of the clusters sampled, their inner averages on a product rule: C from its definition.
TEST(OneStepCapacity, BoundOfThreeUnitsAgreesWithSampledFields) {
  const double w = 6, q0 = 0.5;
  const QuadratureRule rule = gaussian_panels(12, 3, 5);
  RandomStream random(3, Purpose::measurement);
  constexpr int samples = 300;
  double sum = 0, squares = 0;
  for (int k = 0; k < samples; ++k) {
    std::array<std::vector<double>, 3> cost;
    for (auto& c : cost) {
      const double z = random.normal();
      for (const double x : rule.nodes)
        c.push_back(std::pow(std::min(std::sqrt(q0) * z + std::sqrt(1 - q0) * x, 0.0), 2));
    }
    double average = 0;
    for (std::size_t a = 0; a < rule.size(); ++a)
      for (std::size_t b = 0; b < rule.size(); ++b)
        for (std::size_t c = 0; c < rule.size(); ++c) {
          const double x = cost[0][a], y = cost[1][b], v = cost[2][c];
          average += rule.weights[a] * rule.weights[b] * rule.weights[c] *
                     std::exp(-w * (x + y + v - std::max({x, y, v})) / 2);
        }
    sum += std::log(average);
    squares += std::log(average) * std::log(average);
  }
  const double mean = sum / samples, deviation = std::sqrt((squares / samples - mean * mean) / samples);
  const double bound = one_step_capacity_bound(three_units, 0, w, q0);
  EXPECT_NEAR(-volume(w, q0) / bound, mean, 4 * deviation);
  EXPECT_LT(deviation, 0.1 * std::abs(mean));  // so that the test can fail
}

TEST(OneStepCapacity, BecomesReplicaSymmetricForSmallW) {
  for (const Machine& machine : {perceptron, relu_units, three_units}) {
    const double rs = capacity(0, machine).alpha_c;
    EXPECT_NEAR(one_step_capacity_bound(machine, 0, 1e-4, 0.5), rs, 1e-3 * rs) << name_of(machine);
  }
}

TEST(OneStepCapacity, KnownValues) {
  const OneStepCapacity relu = one_step_capacity(relu_units), three = one_step_capacity(three_units);
  EXPECT_NEAR(relu.threshold.alpha, 2.66428, 1e-6);
  EXPECT_NEAR(three.threshold.alpha, 3.14584, 1e-5);
  EXPECT_LT(relu.threshold.error, 1e-7);
  EXPECT_LT(three.threshold.error, 1e-5);
  // a minimum, below the replica-symmetric value and above the loss of stability
  for (const double factor : {0.8, 1.25})
    EXPECT_GT(one_step_capacity_bound(relu_units, 0, factor * relu.w, relu.q0), relu.threshold.alpha);
  EXPECT_GT(relu.threshold.alpha, almeida_thouless(relu_units).alpha);
}

TEST(OneStepCapacity, OfThePerceptronIsReplicaSymmetric) {
  for (const double margin : {0.0, 1.0}) {
    const OneStepCapacity found = one_step_capacity(perceptron, margin);
    EXPECT_EQ(found.threshold.alpha, capacity(margin, perceptron).alpha_c);
    EXPECT_EQ(found.w, 0);
    for (const double w : {0.1, 2.0, 30.0})
      for (const double q0 : {0.2, 0.9})
        EXPECT_GT(one_step_capacity_bound(perceptron, margin, w, q0), found.threshold.alpha);
  }
}

TEST(OneStepCapacity, OfBinaryWeightsIsTheZeroOfTheEntropyAndOfSignUnitsInfinite) {
  EXPECT_EQ(one_step_capacity({}).threshold.alpha, capacity(0).alpha_c);
  const OneStepCapacity none = one_step_capacity({Prior::spherical, Decoder::committee, infinitely_many});
  EXPECT_FALSE(none.threshold.converged);
  EXPECT_FALSE(none.threshold.reason.empty());
  EXPECT_THROW(one_step_capacity({Prior::spherical, Decoder::committee, 5}), InvalidInput);
  EXPECT_THROW(one_step_capacity(three_units, 0.1), InvalidInput);
  EXPECT_THROW(one_step_capacity_bound(perceptron, 0, -1, 0.5), InvalidInput);
}

}  // namespace
}  // namespace wfm::theory
