#include "math/clustered_rank_correlation.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <vector>

#include "math/error.hpp"
#include "math/random.hpp"

namespace wfm {
namespace {

struct Samples {
  std::vector<double> x, y;
  std::vector<std::size_t> cluster;
};

// y = rho x + ... within a cluster, tau = (2/pi) asin rho, and what the cluster shares, of opposite sign in x and y
Samples draw(std::size_t clusters, std::size_t members, double rho, double shared, RandomStream& random) {
  Samples samples;
  for (std::size_t c = 0; c < clusters; ++c) {
    const double common = shared * random.normal();
    for (std::size_t j = 0; j < members; ++j) {
      const double a = random.normal(), b = random.normal();
      samples.x.push_back(a + common);
      samples.y.push_back(rho * a + std::sqrt(1 - rho * rho) * b - common);
      samples.cluster.push_back(c);
    }
  }
  return samples;
}

ClusteredRankCorrelation correlation(const Samples& s, const RankCorrelationParams& params = {}) {
  return clustered_rank_correlation(s.x, s.y, s.cluster, params);
}

TEST(ClusteredRankCorrelation, OfClustersOfOneSampleIsThatOfTheSamples) {
  RandomStream random(1, Purpose::measurement);
  const Samples s = draw(30, 1, 0.5, 0, random);
  const ClusteredRankCorrelation clustered = correlation(s);
  const RankCorrelation plain = rank_correlation(s.x, s.y);
  EXPECT_EQ(clustered.pooled.tau, plain.tau);
  EXPECT_EQ(clustered.pooled.low, plain.low);
  EXPECT_EQ(clustered.pooled.high, plain.high);
  EXPECT_TRUE(std::isnan(clustered.within.tau));  // one sample has no order
  EXPECT_EQ(clustered.clusters, 0u);
}

TEST(ClusteredRankCorrelation, WithinIsTheMeanOfTheClusters) {
  // 1, 1/3 and -1; a cluster of equal x has none
  const std::vector<double> x{1, 2, 3, 1, 2, 3, 1, 2, 3, 7, 7}, y{5, 6, 7, 5, 7, 6, 3, 2, 1, 1, 2};
  const std::vector<std::size_t> cluster{4, 4, 4, 9, 9, 9, 1, 1, 1, 2, 2};
  const auto result = clustered_rank_correlation(x, y, cluster);
  EXPECT_NEAR(result.within.tau, 1.0 / 9, 1e-15);
  EXPECT_EQ(result.clusters, 3u);
  EXPECT_EQ(result.count, 11u);
}

TEST(ClusteredRankCorrelation, WhatAClusterSharesDropsOutWithin) {
  RandomStream random(2, Purpose::measurement);
  const ClusteredRankCorrelation result = correlation(draw(40, 9, 0.8, 5, random));
  EXPECT_LT(result.pooled.high, 0);
  EXPECT_LT(result.within.low, 2 / std::numbers::pi * std::asin(0.8));
  EXPECT_GT(result.within.high, 2 / std::numbers::pi * std::asin(0.8));
}

TEST(ClusteredRankCorrelation, IntervalsCoverAsTheyShould) {
  constexpr int trials = 100;
  const double truth = 2 / std::numbers::pi * std::asin(0.4);
  int covered = 0;
  for (int t = 0; t < trials; ++t) {
    RandomStream random(3, Purpose::measurement, std::uint64_t(t));
    const auto result =
        correlation(draw(15, 6, 0.4, 3, random), {.resamples = 200, .seed = std::uint64_t(t)});
    covered += result.within.low <= truth && truth <= result.within.high ? 1 : 0;
  }
  // 15 clusters: about 0.92; four standard deviations of the count
  EXPECT_GE(covered, 81);
  EXPECT_LE(covered, 99);
}

TEST(ClusteredRankCorrelation, DoesNotDependOnThreadsAndRefusesWhatDoesNotFit) {
  RandomStream random(4, Purpose::measurement);
  const Samples s = draw(8, 5, 0.3, 1, random);
  EXPECT_EQ(correlation(s, {.threads = 1}).within.low, correlation(s, {.threads = 3}).within.low);
  EXPECT_THROW(clustered_rank_correlation(s.x, s.y, std::vector<std::size_t>{1}), InvalidInput);
  EXPECT_THROW(correlation(s, {.resamples = 0}), InvalidInput);
  EXPECT_THROW(correlation(s, {.level = 1}), InvalidInput);
}

}  // namespace
}  // namespace wfm
