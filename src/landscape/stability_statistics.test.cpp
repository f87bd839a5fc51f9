#include "landscape/stability_statistics.hpp"

#include <gmock/gmock.h>

#include <cmath>

#include "math/error.hpp"

namespace wfm::landscape {
namespace {

TEST(Histogram, DensityIntegratesToTheShareInside) {
  const std::vector<double> values{-0.5, 0.1, 0.2, 0.9, 1.0, 7.0};
  const Histogram h = histogram(values, 0, 1, 4);
  double total = 0;
  for (const double density : h.density) total += density * h.bin_width();
  EXPECT_NEAR(total, 3.0 / 6, 1e-15);  // 0.1, 0.2, 0.9; the upper end is outside
  EXPECT_NEAR(h.density[0] * h.bin_width(), 2.0 / 6, 1e-15);
}

TEST(Histogram, OfNothingIsZeroAndBadRangesAreRefused) {
  EXPECT_THAT(histogram({}, 0, 1, 2).density, testing::ElementsAre(0, 0));
  EXPECT_THROW(histogram({}, 1, 1, 2), InvalidInput);
  EXPECT_THROW(histogram({}, 0, 1, 0), InvalidInput);
}

TEST(StabilityStatistics, OfFourValues) {
  const auto s = stability_statistics(std::vector<double>{-0.05, 0.05, 1, 3});
  EXPECT_EQ(s.minimum, -0.05);
  EXPECT_DOUBLE_EQ(s.mean, 1.0);
  EXPECT_DOUBLE_EQ(s.share_near_zero, 0.5);
  EXPECT_NEAR(s.standard_deviation, std::sqrt((1.05 * 1.05 + 0.95 * 0.95 + 4) / 4), 1e-15);
  EXPECT_TRUE(std::isnan(stability_statistics({}).mean));
}

}  // namespace
}  // namespace wfm::landscape
