#include "theory/graded_rule.hpp"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "math/gaussian.hpp"

namespace wfm::theory {
namespace {

// int Dz H((c - z)/w) = H(c/sqrt(1 + w^2)): an edge of any sharpness with a known average.
TEST(GradedRule, AveragesASharpEdgeToTwelveDigits) {
  for (const double width : {1e-9, 1e-4, 0.01, 0.3, 1.5, 30.0}) {
    for (const double centre : {-2.5, 0.0, 0.7, 4.0}) {
      const double exact = H(-centre / std::hypot(1.0, width));
      const auto edge = [&](double z) { return H((centre - z) / width); };
      const auto complement = [&](double z) { return H((z - centre) / width); };
      const QuadratureRule rule = graded_normal_rule({centre, width}, 0.1);
      EXPECT_NEAR(integrate(rule, complement), exact, 1e-12) << width << ' ' << centre;
      EXPECT_NEAR(integrate(rule, edge), 1 - exact, 1e-12) << width << ' ' << centre;
    }
  }
}

TEST(GradedRule, ResolvesSeveralPlacesAtOnce) {
  const SharpPlace places[] = {{0, 2}, {0.4, 1e-6}, {-1.1, 0.02}};
  const QuadratureRule rule = graded_rule(places, -9, 9, 0.2);
  EXPECT_LT(rule.size(), 500u);
  const auto edge_average = [&](double centre, double width) {
    return integrate(rule, [&](double z) { return G(z) * H((z - centre) / width); });
  };
  EXPECT_NEAR(edge_average(0.4, 1e-6), H(-0.4 / std::hypot(1.0, 1e-6)), 1e-12);
  EXPECT_NEAR(edge_average(-1.1, 0.02), H(1.1 / std::hypot(1.0, 0.02)), 1e-12);
  for (std::size_t j = 1; j < rule.size(); ++j) ASSERT_GT(rule.nodes[j], rule.nodes[j - 1]);
}

TEST(GradedRule, OnePlaceOfTheGeneralRuleIsTheClosedForm) {
  const SharpPlace one[] = {{0.3, 0.05}};
  const SharpPlace twice[] = {{0.3, 0.05}, {0.3, 0.05}};  // x doubles: half the step gives the same nodes
  const QuadratureRule a = graded_rule(one, -9, 9, 0.1), b = graded_rule(twice, -9, 9, 0.2);
  ASSERT_EQ(a.size(), b.size());
  for (std::size_t j = 0; j < a.size(); ++j) {
    EXPECT_NEAR(a.nodes[j], b.nodes[j], 1e-11);
    EXPECT_NEAR(a.weights[j], b.weights[j], 1e-11);
  }
}

TEST(GradedRule, WidthsThatAreNoNumbersGiveNaNInBoundedTime) {
  for (const double width : {0.0, std::numeric_limits<double>::quiet_NaN()}) {
    const SharpPlace place{0, width};
    const QuadratureRule rule = graded_rule({&place, 1}, -9, 9, 0.1);
    EXPECT_EQ(rule.size(), 1U);
    EXPECT_TRUE(std::isnan(rule.weights[0]));
  }
}

}  // namespace
}  // namespace wfm::theory
