#include "math/statistics.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "math/error.hpp"

namespace wfm {
namespace {

TEST(Statistics, mean_and_error_by_hand) {
  // deviations -3, -1, 1, 3: s^2 = 20/3, error = sqrt(20/12)
  const std::vector<double> samples = {1, 3, 5, 7};
  const MeanAndError result = mean_and_error(samples);
  EXPECT_DOUBLE_EQ(result.mean, 4);
  EXPECT_DOUBLE_EQ(result.standard_error, std::sqrt(20. / 12));
  EXPECT_EQ(result.count, 4u);
}

TEST(Statistics, error_survives_a_large_offset) {
  const std::vector<double> samples = {1e9 + 1, 1e9 + 3, 1e9 + 5, 1e9 + 7};
  EXPECT_DOUBLE_EQ(mean_and_error(samples).standard_error, std::sqrt(20. / 12));
}

TEST(Statistics, too_few_samples_give_nan) {
  EXPECT_TRUE(std::isnan(mean_and_error({}).mean));
  EXPECT_TRUE(std::isnan(mean_and_error({}).standard_error));
  const std::vector<double> one = {2.5};
  EXPECT_EQ(mean_and_error(one).mean, 2.5);
  EXPECT_TRUE(std::isnan(mean_and_error(one).standard_error));
}

TEST(Statistics, wilson_interval_by_hand) {
  // p = 1/2, n = 4, z = 2: centre 1/2, half width 2 sqrt(1/16 + 1/16) / 2 = sqrt(1/8)
  const Interval interval = wilson_interval(2, 4, 2);
  EXPECT_DOUBLE_EQ(interval.low, 0.5 - std::sqrt(0.125));
  EXPECT_DOUBLE_EQ(interval.high, 0.5 + std::sqrt(0.125));
}

TEST(Statistics, wilson_ends_solve_the_score_equation) {
  // |p - q| = z sqrt(q (1 - q) / n) at both ends q
  for (auto [successes, trials] : {std::pair{3, 10}, std::pair{1, 50}, std::pair{997, 1000}}) {
    const Interval interval = wilson_interval(successes, trials);
    const double p = double(successes) / trials;
    for (double q : {interval.low, interval.high})
      EXPECT_NEAR(std::abs(p - q), 1.96 * std::sqrt(q * (1 - q) / trials), 1e-13);
    EXPECT_LT(interval.low, p);
    EXPECT_GT(interval.high, p);
  }
}

TEST(Statistics, wilson_interval_at_the_ends) {
  EXPECT_EQ(wilson_interval(0, 10).low, 0);
  // z^2 / (n + z^2)
  EXPECT_DOUBLE_EQ(wilson_interval(0, 10).high, 1.96 * 1.96 / (10 + 1.96 * 1.96));
  EXPECT_EQ(wilson_interval(10, 10).high, 1);
  EXPECT_DOUBLE_EQ(wilson_interval(10, 10).low, 10 / (10 + 1.96 * 1.96));
  EXPECT_EQ(wilson_interval(0, 0).low, 0);
  EXPECT_EQ(wilson_interval(0, 0).high, 1);
  EXPECT_THROW(wilson_interval(3, 2), InvalidInput);
}

TEST(Quantile, InterpolatesBetweenOrderedSamples) {
  const std::vector<double> samples{4, 1, 3, 2, 5};
  EXPECT_EQ(quantile(samples, 0), 1);
  EXPECT_EQ(quantile(samples, 0.5), 3);
  EXPECT_EQ(quantile(samples, 1), 5);
  EXPECT_DOUBLE_EQ(quantile(samples, 0.375), 2.5);
  EXPECT_EQ(quantile(std::vector<double>{7}, 0.9), 7);
  EXPECT_TRUE(std::isnan(quantile({}, 0.5)));
  EXPECT_THROW(quantile(samples, 1.5), InvalidInput);
}

}  // namespace
}  // namespace wfm
