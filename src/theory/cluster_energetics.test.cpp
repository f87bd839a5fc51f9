#include <cmath>
#include <numbers>
#include <vector>

#include <gtest/gtest.h>

#include "math/error.hpp"
#include "math/gaussian.hpp"
#include "math/quadrature.hpp"
#include "theory/energetics.hpp"
#include "theory/repaired_field.hpp"

namespace wfm::theory {
namespace {

const Machine perceptron;
Machine wide_committee(Activation activation) {
  return {Prior::binary, Decoder::committee, infinitely_many, activation};
}
std::vector<Machine> machines() {
  return {perceptron, wide_committee(Activation::sign), wide_committee(Activation::erf),
          wide_committee(Activation::relu)};
}

/// What one z contributes, by panels of equal width.
struct Naive {
  const Machine& machine;
  double margin;
  Overlap q0, q1;
  double y;
  QuadratureRule normal = gaussian_panels(70, 8, 14);

  struct Averages {
    double log_integral = 0, r = 0, r2 = 0;
  };
  Averages at(double h) const {
    const Kernel kernel(machine);
    const double v = kernel.rest(q1), sigma = std::sqrt(kernel.rest(q0) - v);
    double norm = 0;
    Averages sum;
    for (std::size_t j = 0; j < normal.size(); ++j) {
      const double u = (margin - h - sigma * normal.nodes[j]) / std::sqrt(v), r = R(u) / std::sqrt(v);
      const double weight = normal.weights[j] * std::exp(y * log_H(u));
      norm += weight;
      sum.r += weight * r;
      sum.r2 += weight * r * r;
    }
    return {std::log(norm), sum.r / norm, sum.r2 / norm};
  }
};

TEST(RepairedField, SolvesItsEquation) {
  for (const double B : {-30.0, -5.0, -0.3, 0.0, 2.0, 50.0, 3000.0}) {
    for (const double c : {0.0, 1e-6, 0.7, 100.0, 1e6, 1e60}) {
      const double u = repaired_field(B, c);
      EXPECT_NEAR(u + c * R(u), B, 1e-12 * (1 + std::abs(B))) << B << ' ' << c;
    }
  }
}

TEST(ClusterEnergetics, AgreesWithTwoNestedNaiveQuadratures) {
  for (const Machine& machine : machines()) {
    for (const double y : {0.4, 2.0, 7.5}) {
      const Naive naive{machine, 0.2, overlap_of(0.5), overlap_of(0.8), y};
      const Kernel kernel(machine);
      const double root_Q0 = std::sqrt(kernel.Q(naive.q0)), slope0 = kernel.slope(naive.q0);
      double value = 0, r2_between = 0, r2_within = 0, response2 = 0;
      for (std::size_t j = 0; j < naive.normal.size(); ++j) {
        const double h = root_Q0 * naive.normal.nodes[j], weight = naive.normal.weights[j], step = 1e-4;
        const Naive::Averages here = naive.at(h);
        const double response = (naive.at(h + step).r - naive.at(h - step).r) / (2 * step);
        value += weight * here.log_integral / y;
        r2_between += weight * here.r * here.r;
        r2_within += weight * here.r2;
        response2 += weight * response * response;
      }
      const ClusterEnergetics e = cluster_energetics(machine, 0.2, naive.q0, naive.q1, y);
      EXPECT_EQ(cluster_force0(machine, 0.2, naive.q0, naive.q1, y), e.force0);
      EXPECT_NEAR(e.value, value, 1e-11) << name_of(machine) << y;
      EXPECT_NEAR(e.force0, slope0 * r2_between, 1e-10);
      EXPECT_NEAR(e.force1, kernel.slope(naive.q1) * r2_within, 1e-10);
      EXPECT_NEAR(e.outer, slope0 * slope0 * response2 + kernel.curvature(naive.q0) * r2_between, 1e-6);
    }
  }
}

TEST(ClusterEnergetics, TwoAndThreeUncorrelatedGroupsAreOrthantProbabilities) {
  using std::numbers::pi;
  for (const double q : {0.05, 0.5, 0.98, 0.9998}) {
    const Overlap q1 = overlap_of(q);
    const auto value = [&](double y) {
      return cluster_energetics(perceptron, 0, overlap_of(0), q1, y).value;
    };
    EXPECT_NEAR(value(1), -std::numbers::ln2, 1e-13);
    EXPECT_NEAR(value(2), std::log(0.25 + std::asin(q) / (2 * pi)) / 2, 1e-13);
    EXPECT_NEAR(value(3), std::log(0.125 + 3 * std::asin(q) / (4 * pi)) / 3, 1e-13);
  }
}

TEST(ClusterEnergetics, OneReplicaForgetsItsGroup) {
  for (const Machine& machine : machines()) {
    const Kernel kernel(machine);
    const Overlap q0 = overlap_of(0.4);
    const double root_Q0 = std::sqrt(kernel.Q(q0)), deviation = std::sqrt(kernel.rest(q0));
    const double rs = integrate(gaussian_panels(60, 8, 9),
                                [&](double z) { return log_H((0.3 - root_Q0 * z) / deviation); });
    for (const double q : {0.4, 0.7, 0.999})
      EXPECT_NEAR(cluster_energetics(machine, 0.3, q0, overlap_of(q), 1).value, rs, 1e-12);
    // and q1 = q0 does not know y
    EXPECT_NEAR(cluster_energetics(machine, 0.3, q0, q0, 12).value, rs, 1e-12);
  }
}

TEST(ClusterEnergetics, ForcesAreDerivatives) {
  const double h = 1e-4;
  for (const Machine& machine : machines()) {
    for (const double y : {0.5, 3.0, 40.0}) {
      const double q0 = 0.5, q1 = 0.9;
      const auto value = [&](double a, double b, double replicas) {
        return cluster_energetics(machine, 0.1, overlap_of(a), overlap_of(b), replicas).value;
      };
      const ClusterEnergetics e = cluster_energetics(machine, 0.1, overlap_of(q0), overlap_of(q1), y);
      EXPECT_NEAR((value(q0 + h, q1, y) - value(q0 - h, q1, y)) / (2 * h), -y / 2 * e.force0,
                  1e-6 * y * e.force0);
      EXPECT_NEAR((value(q0, q1 + h, y) - value(q0, q1 - h, y)) / (2 * h), (y - 1) / 2 * e.force1,
                  2e-6 * (y + 1) * e.force1);
      EXPECT_NEAR((value(q0, q1, y + h) - value(q0, q1, y - h)) / (2 * h), e.value_y, 1e-7);
    }
  }
}

TEST(ClusterEnergetics, GridsAreFineEnoughFromTinyToLargeGroups) {
  for (const Machine& machine : {perceptron, wide_committee(Activation::sign)}) {
    for (const double one_minus_q1 : {2e-4, 0.01, 0.5}) {
      for (const double ratio : {0.0, 0.6, 0.97}) {
        for (const double y : {0.5, 5.0, 80.0}) {
          const Overlap q1{1 - one_minus_q1, one_minus_q1}, q0 = overlap_of(ratio * q1.q);
          const ClusterEnergetics e = cluster_energetics(machine, 0, q0, q1, y);
          const ClusterEnergetics fine = cluster_energetics(machine, 0, q0, q1, y, 2);
          EXPECT_NEAR(e.value, fine.value, 1e-12);
          EXPECT_NEAR(e.force0 / fine.force0, 1, 1e-10);
          EXPECT_NEAR(e.force1 / fine.force1, 1, 1e-10);
        }
      }
    }
  }
}

TEST(ClusterEnergetics, RefusesWhatHasNoMeaning) {
  EXPECT_THROW(cluster_energetics(perceptron, 0, overlap_of(0.6), overlap_of(0.5), 2), InvalidInput);
  EXPECT_THROW(cluster_energetics(perceptron, 0, overlap_of(0.2), overlap_of(0.5), 0), InvalidInput);
  EXPECT_THROW(cluster_energetics(perceptron, 0, overlap_of(0.2), overlap_of(1), 2), InvalidInput);
}

}  // namespace
}  // namespace wfm::theory
