#include "theory/gibbs_measure.hpp"

#include <cmath>
#include <limits>
#include <numbers>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "math/error.hpp"
#include "math/random.hpp"
#include "theory/replica_symmetric.hpp"

namespace wfm::theory {
namespace {

using ::testing::HasSubstr;

constexpr GibbsLoss cross_entropy(double gamma) {
  return {LossKind::cross_entropy, gamma, 0};
}
constexpr GibbsLoss hinge(double margin) {
  return {LossKind::hinge, 1, margin};
}
constexpr GibbsLoss error_counting(double margin) {
  return {LossKind::error_counting, 1, margin};
}

struct Case {
  double alpha;
  GibbsLoss loss;
  double beta;
};
const std::vector<Case>& cases() {
  static const std::vector<Case> list{{0.4, cross_entropy(1), 98},  {0.3, cross_entropy(5), 2000},
                                      {0.6, cross_entropy(0.5), 5}, {0.5, hinge(0.5), 20},
                                      {1.5, hinge(0), 3},           {0.5, error_counting(0.5), 3},
                                      {2, error_counting(0), 1.5},  {0.5, error_counting(0), 40}};
  return list;
}

TEST(GibbsMeasure, SaddleIsStationary) {
  for (const Case& c : cases()) {
    const GibbsState state = gibbs_measure(c.alpha, c.loss, c.beta);
    ASSERT_TRUE(state.converged) << state.reason;
    EXPECT_LT(state.residual, 1e-11);
    EXPECT_LT(state.quadrature_error, 1e-10);
    const auto phi = [&](double q, double qhat) {
      return gibbs_free_entropy(c.alpha, c.loss, c.beta, q, qhat);
    };
    EXPECT_NEAR(phi(state.q, state.qhat), state.free_entropy, 1e-12);
    const double e = 1e-4 * (1 - state.q), ehat = 1e-4 * state.qhat;
    EXPECT_NEAR((phi(state.q + e, state.qhat) - phi(state.q - e, state.qhat)) / (2 * e), 0,
                1e-6 * state.qhat);
    EXPECT_NEAR((phi(state.q, state.qhat + ehat) - phi(state.q, state.qhat - ehat)) / (2 * ehat), 0, 1e-7);
  }
}

// d phi/d beta = -e, dS/d beta = beta de/d beta.
TEST(GibbsMeasure, ObeysThermodynamics) {
  for (const Case& c : cases()) {
    const double step = 1e-3 * c.beta;
    const GibbsState here = gibbs_measure(c.alpha, c.loss, c.beta);
    const GibbsState cold = gibbs_measure(c.alpha, c.loss, c.beta + step);
    const GibbsState hot = gibbs_measure(c.alpha, c.loss, c.beta - step);
    ASSERT_TRUE(here.converged && cold.converged && hot.converged);
    EXPECT_NEAR((cold.free_entropy - hot.free_entropy) / (2 * step), -here.energy,
                1e-5 * here.energy + 1e-12);
    EXPECT_NEAR((cold.entropy - hot.entropy) / (2 * step), c.beta * (cold.energy - hot.energy) / (2 * step),
                1e-5 * here.energy + 1e-11);
    EXPECT_LE(cold.energy, hot.energy);
    EXPECT_LE(cold.entropy, hot.entropy + 1e-14);
  }
}

TEST(GibbsMeasure, HasItsLimits) {
  for (const GibbsLoss& loss : {cross_entropy(1), hinge(0.3), error_counting(0.2)}) {
    const GibbsState hot = gibbs_measure(0.5, loss, 0);
    EXPECT_EQ(hot.free_entropy, std::numbers::ln2);
    EXPECT_NEAR(hot.error_probability, 0.5, 1e-13);
    EXPECT_NEAR(gibbs_measure(0, loss, 5).entropy, std::numbers::ln2, 1e-15);
    // weak constraints: phi = ln 2 + alpha ln X(0, 1) + O(qhat^2), from both sides of the branch in the code
    for (const double beta : {1e-9, 1e-5}) {
      const GibbsState weak = gibbs_measure(0.5, loss, beta);
      EXPECT_NEAR(weak.free_entropy, std::numbers::ln2 + 0.5 * (GibbsChannel{loss, beta}(0, 1).log_X), 1e-14);
      EXPECT_NEAR(weak.entropy, std::numbers::ln2, 1e-9);
    }
    // Jensen
    EXPECT_LE(gibbs_measure(0.5, loss, 4).free_entropy,
              std::numbers::ln2 + 0.5 * (GibbsChannel{loss, 4}(0, 1).log_X));
  }
}

// beta -> infinity below capacity: the solutions with margin.
TEST(GibbsMeasure, ColdHingeAndErrorCountingCountSolutions) {
  for (const double margin : {0.0, 0.2}) {
    const RsResult rs = rs_entropy({0.5, margin});
    for (const GibbsState& state :
         {gibbs_measure(0.5, error_counting(margin), 200), gibbs_measure(0.5, hinge(margin), 1e13)}) {
      ASSERT_TRUE(state.converged) << state.reason;
      EXPECT_NEAR(state.free_entropy, rs.entropy, 1e-10);
      EXPECT_NEAR(state.entropy, rs.entropy, 1e-10);
      EXPECT_NEAR(state.q, rs.q, 1e-9);
      EXPECT_NEAR(state.qhat, rs.qhat, 1e-9);
      EXPECT_NEAR(state.error_probability, 0, 1e-10);
    }
  }
}

// E[<l>] from stabilities drawn in the field, averages of e^{-beta l} with their statistical error.
TEST(GibbsMeasure, EnergyAgreesWithMonteCarloOverTheFields) {
  RandomStream random(11, Purpose::measurement);
  const Case c{0.6, cross_entropy(1), 3};
  const GibbsState state = gibbs_measure(c.alpha, c.loss, c.beta);
  const int fields = 4000, draws = 400;
  double sum = 0, sum2 = 0;
  for (int i = 0; i < fields; ++i) {
    const double h = std::sqrt(state.q) * random.normal();
    double mass = 0, loss = 0;
    for (int j = 0; j < draws; ++j) {
      const double s = h + std::sqrt(1 - state.q) * random.normal(), l = std::log1p(std::exp(-2 * s)) / 2;
      mass += std::exp(-c.beta * l);
      loss += l * std::exp(-c.beta * l);
    }
    sum += loss / mass;
    sum2 += loss / mass * (loss / mass);
  }
  const double mean = sum / fields, deviation = std::sqrt((sum2 / fields - mean * mean) / fields);
  EXPECT_NEAR(c.alpha * mean, state.energy,
              c.alpha * (4 * deviation + 2.0 / draws));  // bias of a ratio ~ 1/draws
}

TEST(Freezing, IsWhereTheEntropyVanishesAndTheEnergyBoundPeaks) {
  for (const Case& c :
       {Case{0.3, cross_entropy(2), 0}, Case{0.5, hinge(0.5), 0}, Case{0.5, error_counting(0.5), 0}}) {
    const FreezingPoint point = freezing(c.alpha, c.loss);
    ASSERT_TRUE(point.converged) << point.reason;
    EXPECT_NEAR(point.entropy, 0, 1e-11);
    // S = 0 is where -phi/beta, a lower bound of the ground-state energy, has its maximum e
    const auto bound = [&](double beta) { return -gibbs_measure(c.alpha, c.loss, beta).free_entropy / beta; };
    EXPECT_NEAR(bound(point.beta), point.energy, 1e-12);
    EXPECT_LT(bound(0.97 * point.beta), point.energy);
    EXPECT_LT(bound(1.03 * point.beta), point.energy);
  }
}

TEST(Freezing, SaysWhenTheMeasureDoesNotFreeze) {
  for (const GibbsLoss& loss : {hinge(0), error_counting(0)}) {
    const FreezingPoint point = freezing(0.5, loss);
    EXPECT_FALSE(point.converged);
    EXPECT_TRUE(std::isnan(point.beta));
    EXPECT_THAT(point.reason, HasSubstr("entropy stays positive"));
  }
}

TEST(Freezing, AgreesWithReferenceNumbers) {
  struct Row {
    double gamma, beta, q, error_probability;
  };
  // alpha = 0.4
  for (const Row& row : {Row{1, 98.0826531010359, 0.9062605560815536, 5.6045078830163164e-05},
                         Row{2, 228.54509584150009, 0.8290851897296907, 1.2738904471845631e-14}}) {
    const FreezingPoint point = freezing(0.4, cross_entropy(row.gamma));
    ASSERT_TRUE(point.converged) << point.reason;
    EXPECT_NEAR(point.beta, row.beta, 1e-8 * row.beta);
    EXPECT_GT(point.error, 0);
    EXPECT_LT(point.error, 1e-8 * point.beta);
    EXPECT_NEAR(point.q, row.q, 1e-9);
    EXPECT_EQ(point.replicon > 1, row.gamma == 1);  // the softer one is locally unstable
    EXPECT_NEAR(point.error_probability, row.error_probability, 1e-6 * row.error_probability);
  }
}

TEST(Freezing, IsRobustOverLoadsAndSharpness) {
  for (const double alpha : {0.3, 0.6})
    for (const double gamma : {0.5, 1.5, 10.0}) {
      const FreezingPoint point = freezing(alpha, cross_entropy(gamma));
      ASSERT_TRUE(point.converged) << alpha << ' ' << gamma << ' ' << point.reason;
      EXPECT_TRUE(point.q > 0.5 && point.q < 0.97);
      EXPECT_NEAR(point.entropy, 0, 1e-11);
    }
}

TEST(GibbsMeasure, RefusesWhatIsNoMeasure) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_THROW(gibbs_measure(-0.1, hinge(0), 1), InvalidInput);
  EXPECT_THROW(gibbs_measure(nan, hinge(0), 1), InvalidInput);
  EXPECT_THROW(gibbs_measure(0.5, hinge(0), -1), InvalidInput);
  EXPECT_THROW(gibbs_measure(0.5, cross_entropy(-1), 1), InvalidInput);
  EXPECT_THROW(gibbs_free_entropy(0.5, hinge(0), 1, 1, 1), InvalidInput);
  EXPECT_THROW(freezing(0, hinge(0)), InvalidInput);
}

}  // namespace
}  // namespace wfm::theory
