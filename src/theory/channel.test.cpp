#include "theory/channel.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "math/quadrature.hpp"

namespace wfm::theory {
namespace {

TEST(MarginChannel, IsTheProbabilityOfAFieldBeyondTheMargin) {
  const MarginChannel channel{0.3};
  const double h = -0.2, v = 0.6;
  const double a = (0.3 - h) / std::sqrt(v);
  const double mass = integrate(composite_gauss_legendre(40, 8, a, a + 10), [](double x) {
    return std::exp(-x * x / 2) / std::sqrt(2 * std::acos(-1.0));
  });
  EXPECT_NEAR(channel(h, v).log_X, std::log(mass), 1e-13);
}

TEST(MarginChannel, DerivativesAgreeWithDifferences) {
  const MarginChannel channel{0.4};
  const double e = 1e-5;
  for (const double h : {-6.0, -0.5, 0.4, 3.0})
    for (const double v : {0.05, 0.7}) {
      const Response left = channel(h - e, v), here = channel(h, v), right = channel(h + e, v);
      EXPECT_NEAR(here.r, (right.log_X - left.log_X) / (2 * e), 1e-5 * (1 + here.r));
      EXPECT_NEAR(here.dr, (right.r - left.r) / (2 * e), 1e-5 * (1 + std::abs(here.dr)));
    }
}

}  // namespace
}  // namespace wfm::theory
