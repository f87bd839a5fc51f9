#include "experiments/success_threshold.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "math/error.hpp"
#include "math/random.hpp"

namespace wfm::experiments {
namespace {

TEST(HalfThreshold, IsWhereTheLineBetweenTwoLoadsPassesOneHalf) {
  const std::vector<SuccessAtLoad> loads{{0.6, {1, 1, 1, 1}}, {0.7, {1, 1, 1, 0}}, {0.8, {0, 1, 0, 0}}};
  const HalfThreshold threshold = half_threshold(loads, 1);
  EXPECT_DOUBLE_EQ(threshold.alpha, 0.75);  // from 3/4 to 1/4
  EXPECT_GT(threshold.error, 0);
  EXPECT_LT(threshold.error, 0.1);
}

TEST(HalfThreshold, IsUnknownWhereRatesStayOnOneSide) {
  EXPECT_TRUE(std::isnan(half_threshold(std::vector<SuccessAtLoad>{{0.5, {1, 1}}, {0.6, {1, 1}}}, 1).alpha));
  EXPECT_TRUE(std::isnan(half_threshold(std::vector<SuccessAtLoad>{{0.5, {0, 0}}, {0.6, {0, 0}}}, 1).alpha));
  EXPECT_THROW(half_threshold(std::vector<SuccessAtLoad>{{0.5, {1, 1}}, {0.6, {1}}}, 1), InvalidInput);
}

// A success that depends on a threshold of the seed, normal around 0.7 with deviation 0.02: the median is 0.7, and the error of the
// median of n normal deviates is sqrt(pi/2) 0.02/sqrt n.
TEST(HalfThreshold, ErrorIsThatOfAMedian) {
  constexpr std::size_t seeds = 400;
  std::vector<SuccessAtLoad> loads;
  for (int j = 0; j <= 20; ++j) loads.push_back({0.6 + 0.01 * j, std::vector<char>(seeds)});
  RandomStream random(3, Purpose::measurement);
  for (std::size_t s = 0; s < seeds; ++s) {
    const double own = 0.7 + 0.02 * random.normal();
    for (SuccessAtLoad& load : loads) load.solved[s] = load.alpha < own;
  }
  const HalfThreshold threshold = half_threshold(loads, 1);
  const double expected = std::sqrt(M_PI / 2) * 0.02 / std::sqrt(double(seeds));
  EXPECT_NEAR(threshold.alpha, 0.7, 4 * expected);
  EXPECT_NEAR(threshold.error, expected,
              0.3 * expected);  // 400 resamples: 4 % by themselves; the density at the median is local
}

TEST(LargeSizeLimit, IsTheInterceptOfTheLine) {
  std::vector<SizeThreshold> sizes;
  for (const double N : {1000.0, 2000.0, 4000.0}) sizes.push_back({N, {0.76 - 20 / N, 0.01, 0}});
  EXPECT_NEAR(large_size_limit(sizes).mean, 0.76, 1e-12);
  EXPECT_GT(large_size_limit(sizes).standard_error, 0.01);
  sizes.pop_back();
  EXPECT_TRUE(std::isnan(large_size_limit(sizes).mean));
}

}  // namespace
}  // namespace wfm::experiments
