#include "math/rank_correlation.hpp"

#include <gmock/gmock.h>

#include <cmath>
#include <numbers>
#include <vector>

#include "math/error.hpp"
#include "math/random.hpp"

namespace wfm {
namespace {

using Values = std::vector<double>;

// n pairs of standard normal numbers with correlation rho: tau = (2/pi) asin rho
void draw(std::size_t n, double rho, RandomStream& random, Values& x, Values& y) {
  x.clear();
  y.clear();
  for (std::size_t j = 0; j < n; ++j) {
    const double a = random.normal(), b = random.normal();
    x.push_back(a);
    y.push_back(rho * a + std::sqrt(1 - rho * rho) * b);
  }
}

TEST(RankCorrelation, IsScipys) {
  // scipy.stats.kendalltau(x, y, method='asymptotic') of SciPy 1.10.1
  const auto expect = [](const Values& x, const Values& y, double tau, double p) {
    const RankCorrelation result = rank_correlation(x, y);
    EXPECT_NEAR(result.tau, tau, 1e-15);
    EXPECT_NEAR(result.p_value, p, 1e-14);
  };
  expect({12, 2, 1, 12, 2}, {1, 4, 7, 1, 0}, -0.4714045207910316, 0.28274545993277467);
  expect({1, 2, 3, 4, 5, 6, 7, 8, 9, 10}, {2, 1, 4, 3, 6, 5, 8, 7, 10, 9}, 0.7777777777777777,
         0.001745118699528905);
  expect({0.1, 0.4, 0.4, 0.2, 0.9, 0.9, 0.9, 0.3}, {3, 1, 1, 2, 2, 5, 5, 0}, 0.28577380332470415,
         0.35841403154856666);
  expect({1, 2, 3, 4}, {4, 3, 2, 1}, -1, 0.04154006700988516);
}

TEST(RankCorrelation, SeesOnlyTheOrder) {
  RandomStream random(1, Purpose::measurement);
  Values x, y, curved;
  draw(50, 0.6, random, x, y);
  for (const double value : y) curved.push_back(std::exp(3 * value));
  EXPECT_EQ(kendall_tau(x, y), kendall_tau(x, curved));
  EXPECT_EQ(kendall_tau(x, y), kendall_tau(y, x));
  EXPECT_EQ(kendall_tau(x, x), 1);
  for (double& value : curved) value = -value;
  EXPECT_EQ(kendall_tau(x, curved), -kendall_tau(x, y));
}

TEST(RankCorrelation, OfNormalPairsIsTheArcSine) {
  RandomStream random(2, Purpose::measurement);
  Values x, y;
  const double rho = 0.5, tau = 2 / std::numbers::pi * std::asin(rho);
  constexpr std::size_t n = 2000;
  draw(n, rho, random, x, y);
  // Var tau <= 2(1 - tau^2)/n
  EXPECT_NEAR(kendall_tau(x, y), tau, 4 * std::sqrt(2 * (1 - tau * tau) / n));
}

TEST(RankCorrelation, TheIntervalCoversTheTruth) {
  const double rho = 0.4, tau = 2 / std::numbers::pi * std::asin(rho);
  int covered = 0;
  constexpr int trials = 300;
  Values x, y;
  for (int trial = 0; trial < trials; ++trial) {
    RandomStream random(3, Purpose::measurement, std::uint64_t(trial));
    draw(40, rho, random, x, y);
    RankCorrelationParams params;
    params.resamples = 200;
    params.seed = std::uint64_t(trial);
    const RankCorrelation result = rank_correlation(x, y, params);
    EXPECT_LE(result.low, result.tau);
    EXPECT_GE(result.high, result.tau);
    covered += result.low <= tau && tau <= result.high;
  }
  // 0.95 of 300: four binomial standard deviations are 0.05; the percentile interval of 40 samples loses about 0.01
  EXPECT_GT(covered, 0.89 * trials);
  EXPECT_LT(covered, trials);
}

TEST(RankCorrelation, WhatCannotBeSaidIsNaN) {
  EXPECT_TRUE(std::isnan(rank_correlation(Values{}, Values{}).tau));
  EXPECT_TRUE(std::isnan(rank_correlation(Values{1}, Values{1}).tau));
  EXPECT_TRUE(std::isnan(rank_correlation(Values{1, 1, 1}, Values{1, 2, 3}).tau));
  EXPECT_EQ(rank_correlation(Values{1, 2}, Values{2, 1}).tau, -1);
  EXPECT_TRUE(std::isnan(rank_correlation(Values{1, 2}, Values{2, 1}).p_value));
  EXPECT_THROW(rank_correlation(Values{1, 2}, Values{1}), InvalidInput);
  EXPECT_THROW(rank_correlation(Values{1, 2}, Values{1, std::nan("")}), InvalidInput);
  RankCorrelationParams params;
  params.level = 1;
  EXPECT_THROW(rank_correlation(Values{1, 2}, Values{1, 2}, params), InvalidInput);
}

TEST(RankCorrelation, DoesNotDependOnThreads) {
  RandomStream random(4, Purpose::measurement);
  Values x, y;
  draw(30, 0.3, random, x, y);
  RankCorrelationParams one, many;
  many.threads = 4;
  const RankCorrelation a = rank_correlation(x, y, one), b = rank_correlation(x, y, many);
  EXPECT_EQ(a.low, b.low);
  EXPECT_EQ(a.high, b.high);
}

}  // namespace
}  // namespace wfm
