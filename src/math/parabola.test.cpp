#include "math/parabola.hpp"

#include <limits>

#include <gtest/gtest.h>

namespace wfm {
namespace {

TEST(Parabola, LowestPointOfOneIsFoundInsideAndOutside) {
  const auto f = [](double x) { return 3 + 2 * (x - 0.7) * (x - 0.7); };
  for (const std::array<double, 3>& x :
       {std::array{0.0, 0.5, 2.0}, std::array{0.7, 0.8, 0.9}, std::array{-2.0, -1.5, -1.0}}) {
    const auto lowest = lowest_of_parabola(x, {f(x[0]), f(x[1]), f(x[2])});
    ASSERT_TRUE(lowest);
    EXPECT_NEAR(lowest->x, 0.7, 1e-12);
    EXPECT_NEAR(lowest->value, 3, 1e-12);
  }
}

TEST(Parabola, HasNoLowestPointWhereItDoesNotOpenUpwards) {
  const std::array<double, 3> x{0, 1, 2};
  EXPECT_FALSE(lowest_of_parabola(x, {0, 1, 2}));
  EXPECT_FALSE(lowest_of_parabola(x, {0, 1, 0}));
  EXPECT_FALSE(lowest_of_parabola(x, {1, std::numeric_limits<double>::quiet_NaN(), 1}));
}

}  // namespace
}  // namespace wfm
