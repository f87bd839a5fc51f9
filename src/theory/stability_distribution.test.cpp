#include "theory/stability_distribution.hpp"

#include <cmath>
#include <limits>
#include <numeric>

#include <gtest/gtest.h>

#include "math/error.hpp"
#include "math/gaussian.hpp"
#include "math/quadrature.hpp"

namespace wfm::theory {
namespace {

constexpr double infinite = std::numeric_limits<double>::infinity();

TEST(StabilityDistribution, IntegratesToOneAndToItsOwnHistogram) {
  for (const RsParams params :
       {RsParams{0.5, 0}, RsParams{0.5, 0.418}, RsParams{0.8, 0}, RsParams{2, -1}, RsParams{1.2, 0}}) {
    const RsResult rs = rs_entropy(params);
    const double k = params.margin;
    double total = 0;
    const std::vector<double> edges{-infinite, k, k + 0.1, k + 0.5, k + 2, k + 12};
    const std::vector<double> bins = stability_histogram(params, rs, edges);
    ASSERT_EQ(bins.size(), 5u);
    EXPECT_EQ(bins[0], 0);
    for (std::size_t i = 1; i < bins.size(); ++i) {
      const QuadratureRule rule = composite_gauss_legendre(30, 12, edges[i], edges[i + 1]);
      const std::vector<double> density = stability_density(params, rs, rule.nodes);
      const double area = std::inner_product(density.begin(), density.end(), rule.weights.begin(), 0.0);
      EXPECT_NEAR(bins[i], area, 1e-10);
      total += area;
    }
    EXPECT_NEAR(total, 1, 1e-10);
  }
}

// Raising the margin cuts off the solutions with a pattern at it: d phi/d kappa = -alpha P(kappa).
TEST(StabilityDistribution, DensityAtTheMarginIsTheSlopeOfTheEntropy) {
  for (const RsParams params : {RsParams{0.5, 0}, RsParams{0.3, 0.6}, RsParams{2, -1}}) {
    const double h = 1e-4;
    const double slope = (rs_entropy({params.alpha, params.margin + h}).entropy -
                          rs_entropy({params.alpha, params.margin - h}).entropy) /
                         (2 * h);
    const std::vector<double> at{params.margin};
    EXPECT_NEAR(-params.alpha * stability_density(params, rs_entropy(params), at)[0], slope, 1e-6);
  }
}

TEST(StabilityDistribution, DensityAtTheMarginOfManyUnitsIsTheSlopeOfTheirEntropy) {
  for (const Activation activation : {Activation::sign, Activation::erf, Activation::relu})
    for (const Prior prior : {Prior::binary, Prior::spherical}) {
      const RsParams params{0.5, 0.2, {prior, Decoder::committee, infinitely_many, activation}};
      const double h = 1e-4;
      const double slope = (rs_entropy({params.alpha, params.margin + h, params.machine}).entropy -
                            rs_entropy({params.alpha, params.margin - h, params.machine}).entropy) /
                           (2 * h);
      const std::vector<double> at{params.margin};
      EXPECT_NEAR(-params.alpha * stability_density(params, rs_entropy(params), at)[0], slope, 1e-6);
    }
}

TEST(StabilityDistribution, MomentsAreThoseOfTheDensity) {
  for (const RsParams params :
       {RsParams{0.5, 0}, RsParams{0.5, 0.418}, RsParams{2, -1}, RsParams{0, 0.3}, RsParams{0.1, -5},
        RsParams{1, 0.1, {Prior::spherical, Decoder::committee, infinitely_many, Activation::relu}}}) {
    const RsResult rs = rs_entropy(params);
    const QuadratureRule rule = composite_gauss_legendre(60, 12, params.margin, params.margin + 20);
    const std::vector<double> density = stability_density(params, rs, rule.nodes);
    double mean = 0;
    for (std::size_t j = 0; j < rule.size(); ++j) mean += rule.weights[j] * density[j] * rule.nodes[j];
    const StabilityMoments moments = stability_moments(params, rs);
    EXPECT_NEAR(moments.normalisation, 1, 1e-10);
    EXPECT_NEAR(moments.mean, mean, 1e-9);
  }
}

TEST(StabilityDistribution, IsATruncatedGaussianWithoutPatterns) {
  const RsResult rs = rs_entropy({0, 0.3});
  const std::vector<double> at{0.2, 0.3, 1.0};
  const std::vector<double> density = stability_density({0, 0.3}, rs, at);
  EXPECT_EQ(density[0], 0);
  EXPECT_NEAR(density[1], G(0.3) / H(0.3), 1e-12);
  EXPECT_NEAR(density[2], G(1.0) / H(0.3), 1e-12);
}

TEST(StabilityDistribution, NeedsASaddleAndIncreasingEdges) {
  const std::vector<double> at{1.0, 0.5};
  EXPECT_THROW(stability_density({2, 0}, rs_entropy({2, 0}), at), InvalidInput);
  EXPECT_THROW(stability_histogram({0.5, 0}, rs_entropy({0.5, 0}), at), InvalidInput);
  const RsParams three{0.1, 0, {Prior::binary, Decoder::committee, 3}};
  EXPECT_THROW(stability_density(three, rs_entropy(three), at), InvalidInput);
}

}  // namespace
}  // namespace wfm::theory
