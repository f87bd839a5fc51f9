// The local entropy of machines with K units, through the solver that machines with one field share.
#include <cmath>
#include <limits>
#include <numbers>
#include <vector>

#include <gtest/gtest.h>

#include "theory/local_entropy.hpp"
#include "theory/local_entropy_saddle.hpp"

namespace wfm::theory {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

Machine parity(int K) {
  return {Prior::binary, Decoder::parity, K, Activation::sign};
}
Machine committee(Prior prior) {
  return {prior, Decoder::committee, 3, Activation::sign};
}

LocalEntropyPoint one_point(const LocalEntropyParams& params, double D) {
  return local_entropy_curve(params, std::vector<double>{D})[0];
}

TEST(UnitsLocalEntropy, PairsOfParitySolutionsHaveAClosedForm) {
  // y = 2, q0 = 0: phi - phi(alpha = 0) = (alpha/2) ln [(1 + Q(q1)^K)/4]
  for (const int K : {2, 3})
    for (const double D : K == 2 ? std::vector{0.02, 0.2} : std::vector{0.05}) {
      const LocalEntropyPoint point = one_point({parity(K), 0, 0.4, 2}, D);
      ASSERT_TRUE(point.converged) << point.reason;
      ASSERT_EQ(point.q0, 0);
      const double Q = 2 / std::numbers::pi * std::asin(1 - 2 * D);
      EXPECT_NEAR(point.normalised, 0.2 * std::log((1 + std::pow(Q, K)) / 4), 1e-8);
    }
}

TEST(UnitsLocalEntropy, SlopesAreDerivatives) {
  struct Case {
    LocalEntropyParams params;
    double D;
  };
  for (const Case& c : {Case{{committee(Prior::spherical), 0, 1.5, infinity}, 0.08},
                        Case{{parity(2), 0, 0.7, infinity}, 0.1}, Case{{parity(2), 0, 0.8, 5}, 0.05}}) {
    const double e = 0.01;
    const std::vector<double> around{c.D * (1 - e), c.D, c.D * (1 + e)};
    const std::vector<LocalEntropyPoint> curve = local_entropy_curve(c.params, around);
    for (const LocalEntropyPoint& point : curve) ASSERT_TRUE(point.converged) << point.reason;
    EXPECT_NEAR(curve[1].slope, (curve[2].entropy - curve[0].entropy) / (2 * e * c.D),
                2e-3 * (1 + std::abs(curve[1].slope)));
  }
}

TEST(UnitsLocalEntropy, ParityGroupsTakeTheBranchOfSmallerEntropy) {
  // K = 2: correlated groups leave q0 = 0 continuously as D grows
  const std::vector<double> distances{0.0013, 0.0098, 0.05};
  const std::vector<LocalEntropyPoint> curve = zero_external_entropy_curve(parity(2), 0, 0.86, distances);
  for (const LocalEntropyPoint& point : curve) ASSERT_TRUE(point.converged) << point.reason;
  EXPECT_EQ(curve[0].q0, 0);
  EXPECT_GT(curve[1].q0, 0.05);
  EXPECT_GT(curve[2].q0, curve[1].q0);
  // alone, without its neighbours on the curve
  EXPECT_NEAR(at_zero_external_entropy(parity(2), 0, 0.86, 0.0098).entropy, curve[1].entropy, 1e-10);
}

TEST(UnitsLocalEntropy, ThresholdPoints) {
  // dS_I/dD has a double zero; S_I has one. The searches take seconds, these are the points that they find.
  const std::vector<double> around{0.0042, 0.0044, 0.0046};
  const std::vector<LocalEntropyPoint> curve = zero_external_entropy_curve(parity(2), 0, 0.8516319, around);
  EXPECT_NEAR(curve[1].slope, 0, 1e-4);
  EXPECT_GT(curve[0].slope, curve[1].slope);
  EXPECT_GT(curve[2].slope, curve[1].slope);
  struct Row {
    Machine machine;
    double alpha, D, y;
  };
  for (const Row& row :
       {Row{parity(3), 0.7188815, 0.00978, 7.17}, Row{committee(Prior::binary), 0.8203426, 0.003516, 7.15}}) {
    const LocalEntropyPoint point = at_zero_external_entropy(row.machine, 0, row.alpha, row.D);
    ASSERT_TRUE(point.converged) << point.reason;
    EXPECT_NEAR(point.slope, 0, 1e-3) << name_of(row.machine);
    EXPECT_NEAR(point.replicas, row.y, 0.01);
  }
  const LocalEntropyPoint last = at_zero_external_entropy(parity(2), 0, 0.8753127, 0.01094);
  EXPECT_NEAR(last.entropy, 0, 1e-7);
  EXPECT_NEAR(last.slope, 0, 1e-3);
  EXPECT_NEAR(last.replicas, 4.18, 0.01);
}

TEST(UnitsLocalEntropy, RepairsOfUnitsAreUnstableBetweenGroups) {
  const LocalEntropyPoint point = one_point({parity(2), 0, 0.6, infinity}, 0.05);
  ASSERT_TRUE(point.converged) << point.reason;
  EXPECT_EQ(point.outer_stability, infinity);
}

// Averages over K fields by quasi-Monte Carlo: an error bar instead of a failure, which covers what more points give.
TEST(UnitsLocalEntropy, ManyUnitsHaveErrorBarsThatCoverARunWithMorePoints) {
  for (const Machine& machine :
       {parity(4), Machine{Prior::spherical, Decoder::committee, 5, Activation::sign}}) {
    const double D = 0.15;
    LocalEntropyProblem few{{machine, 0, 0.3, infinity}}, more = few;
    few.refinement = 0.25;
    more.refinement = 0.5;
    LocalEntropyStart start_few, start_more;
    const LocalEntropyPoint a = solve_local_entropy(few, D, start_few);
    const LocalEntropyPoint b = solve_local_entropy(more, D, start_more);
    ASSERT_TRUE(a.converged && b.converged) << a.reason << b.reason;
    EXPECT_LE(std::max(a.residual, b.residual), 1e-10);
    EXPECT_GT(b.quadrature_error, 1e-6);
    EXPECT_LT(b.quadrature_error, 1e-2);
    EXPECT_NEAR(a.entropy, b.entropy, 2 * a.quadrature_error) << name_of(machine) << ' ' << D;
  }
  // at the density that callers get: the limit of three units does not apply
  const LocalEntropyPoint point = one_point({parity(4), 0, 0.5, infinity}, 0.05);
  ASSERT_TRUE(point.converged) << point.reason;
  EXPECT_LT(point.quadrature_error, 1e-3);
}

}  // namespace
}  // namespace wfm::theory
