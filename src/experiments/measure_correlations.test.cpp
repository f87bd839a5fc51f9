#include "experiments/measure_correlations.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace wfm::experiments {
namespace {

constexpr double none = std::numeric_limits<double>::quiet_NaN();

TEST(MeasureCorrelations, OrderWithinAProblemIsNotOrderOverAll) {
  // within each problem the two fall together; from problem to problem they go opposite ways
  MeasureTable table{{"sharpness", "test error"}, {}, {}};
  for (std::size_t problem = 0; problem < 5; ++problem)
    for (int k = 0; k < 3; ++k) {
      table.rows.push_back({10.0 * double(problem) + k, -10.0 * double(problem) + k});
      table.problem.push_back(problem);
    }
  const auto pairs = measure_correlations(table);
  ASSERT_EQ(pairs.size(), 1U);
  EXPECT_DOUBLE_EQ(pairs[0].tau.within.tau, 1);
  // 15 pairs within problems agree, 90 between them do not
  EXPECT_DOUBLE_EQ(pairs[0].tau.pooled.tau, (15.0 - 90.0) / 105.0);
  EXPECT_FALSE(pairs[0].by_solutions);
  EXPECT_EQ(pairs[0].tau.clusters, 5U);
}

TEST(MeasureCorrelations, OfOneProblemResampleItsSolutions) {
  MeasureTable table{{"a", "b", "test error"}, {}, {}};
  for (int k = 0; k < 6; ++k) {
    table.rows.push_back({double(k), k == 2 ? none : double(-k), k + 0.5});
    table.problem.push_back(7);
  }
  const auto pairs = measure_correlations(table, true);
  ASSERT_EQ(pairs.size(), 3U);
  EXPECT_EQ(pairs[0].first + pairs[0].second, "ab");
  EXPECT_EQ(pairs[2].first, "b");
  EXPECT_TRUE(pairs[1].by_solutions);
  EXPECT_DOUBLE_EQ(pairs[1].tau.pooled.tau, 1);
  EXPECT_DOUBLE_EQ(pairs[1].tau.within.low, 1);
  EXPECT_DOUBLE_EQ(pairs[2].tau.pooled.tau, -1);
  EXPECT_EQ(pairs[2].missing, 1U);
}

}  // namespace
}  // namespace wfm::experiments
