#include "theory/gibbs_channel.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "math/error.hpp"
#include "math/gaussian.hpp"
#include "math/quadrature.hpp"
#include "math/random.hpp"
#include "theory/channel_table.hpp"

namespace wfm::theory {
namespace {

double loss_at(const GibbsLoss& loss, double s) {
  switch (loss.kind) {
    case LossKind::hinge:
      return std::max(0.0, loss.margin - s);
    case LossKind::error_counting:
      return s < loss.margin ? 1 : 0;
    case LossKind::cross_entropy:
      break;
  }
  const double x = -2 * loss.gamma * s;
  return (std::max(x, 0.0) + std::log1p(std::exp(-std::abs(x)))) / (2 * loss.gamma);
}

struct Brute {
  double log_X = 0, loss = 0, error_probability = 0;
};

/// (GI.1) summed over a fine uniform grid of s, split at 0 and at the margin, its maximum found by looking everywhere.
Brute brute_force(const GibbsChannel& channel, double h, double v) {
  const double deviation = std::sqrt(v), low = h - 12 * deviation;
  const double high =
      std::max(h, std::min(h + channel.beta * v, 4.0)) + 12 * deviation;  // l < e^{-4 gamma} beyond 4
  const auto exponent = [&](double s) {
    return -(s - h) * (s - h) / (2 * v) - channel.beta * loss_at(channel.loss, s);
  };
  double highest = -std::numeric_limits<double>::infinity();
  const int looks = 40000;
  for (int i = 0; i <= looks; ++i) highest = std::max(highest, exponent(low + (high - low) * i / looks));
  std::vector<double> ends{low, high};
  for (const double at : {0.0, channel.loss.margin})
    if (at > low && at < high) ends.push_back(at);
  std::sort(ends.begin(), ends.end());
  double mass = 0, loss = 0, error = 0;
  for (std::size_t i = 1; i < ends.size(); ++i) {
    if (ends[i] == ends[i - 1]) continue;
    const QuadratureRule rule = composite_gauss_legendre(600, 10, ends[i - 1], ends[i]);
    for (std::size_t j = 0; j < rule.size(); ++j) {
      const double s = rule.nodes[j], w = rule.weights[j] * std::exp(exponent(s) - highest);
      mass += w;
      loss += w * loss_at(channel.loss, s);
      error += s < 0 ? w : 0;
    }
  }
  return {highest + std::log(mass) - std::log(2 * std::acos(-1.0) * v) / 2, loss / mass, error / mass};
}

std::vector<GibbsChannel> channels() {
  return {
      {{LossKind::cross_entropy, 1, 0}, 0.3},
      {{LossKind::cross_entropy, 1, 0}, 98.08},
      {{LossKind::cross_entropy, 0.5, 0}, 243},
      {{LossKind::cross_entropy, 5, 0}, 2e4},
      {{LossKind::cross_entropy, 40, 0}, 3},
      {{LossKind::hinge, 1, 0.3}, 2},
      {{LossKind::hinge, 1, 0}, 150},
      {{LossKind::hinge, 1, -0.4}, 30},
      {{LossKind::error_counting, 1, 0.3}, 2},
      {{LossKind::error_counting, 1, 0}, 11},
      {{LossKind::error_counting, 1, -0.4}, 0.01},
  };
}

TEST(GibbsChannel, AgreesWithBruteForce) {
  for (const GibbsChannel& channel : channels())
    for (const double v : {0.04, 0.7})
      for (const double h : {-4.0, -0.6, 0.0, 0.9, 3.0}) {
        const Brute brute = brute_force(channel, h, v);
        const TiltedAverages tilted = channel.tilted(h, v);
        const std::string where = testing::PrintToString(std::vector<double>{
            double(channel.loss.kind), channel.loss.gamma, channel.loss.margin, channel.beta, v, h});
        EXPECT_NEAR(channel(h, v).log_X, brute.log_X, 2e-12 * (1 + std::abs(brute.log_X))) << where;
        EXPECT_NEAR(tilted.loss, brute.loss, 1e-11 * (brute.loss + 1e-3)) << where;
        EXPECT_NEAR(tilted.error_probability, brute.error_probability, 1e-9 * brute.error_probability + 1e-30)
            << where;
      }
}

TEST(GibbsChannel, DerivativesAgreeWithDifferences) {
  for (const GibbsChannel& channel : channels())
    for (const double v : {1e-6, 0.01, 0.5})
      for (const double h : {-3.0, -0.2, 0.35, 2.0}) {
        const double e = 1e-3 * std::sqrt(v);
        const auto log_X = [&](double at) { return channel(at, v).log_X; };
        const auto r = [&](double at) { return channel(at, v).r; };
        const auto difference = [&](const auto& f) {
          return (8 * (f(h + e) - f(h - e)) - (f(h + 2 * e) - f(h - 2 * e))) / (12 * e);
        };
        const Response here = channel(h, v);
        EXPECT_NEAR(here.r, difference(log_X),
                    1e-9 * (here.r + 1 / std::sqrt(v)) + 1e-13 * std::abs(here.log_X) / e)
            << channel.beta << ' ' << v << ' ' << h;
        EXPECT_NEAR(here.dr, difference(r), 1e-8 * (std::abs(here.dr) + 1 / v))
            << channel.beta << ' ' << v << ' ' << h;
      }
}

TEST(GibbsChannel, MeanLossIsMinusTheDerivativeInBeta) {
  for (GibbsChannel channel : channels())
    for (const double h : {-2.0, 0.1, 1.5}) {
      const double beta = channel.beta, e = 1e-4 * beta, v = 0.3;
      const auto log_X = [&](double at) { return GibbsChannel{channel.loss, at}(h, v).log_X; };
      const double difference = (log_X(beta + e) - log_X(beta - e)) / (2 * e),
                   loss = channel.tilted(h, v).loss;
      EXPECT_NEAR(loss, -difference, 1e-6 * loss + 1e-14 * (1 + std::abs(log_X(beta))) / e);
    }
}

TEST(GibbsChannel, ColdHingeAndErrorCountingAreTheMarginChannel) {
  const MarginChannel margin{0.3};
  for (const double v : {0.05, 0.6})
    for (const double h : {-3.0, 0.0, 0.5, 2.0}) {
      const Response expected = margin(h, v);
      const Response errors = GibbsChannel{{LossKind::error_counting, 1, 0.3}, 1e4}(h, v);
      const Response hinge = GibbsChannel{{LossKind::hinge, 1, 0.3}, 1e13}(h, v);
      for (const Response& cold : {errors, hinge}) {
        EXPECT_NEAR(cold.log_X, expected.log_X, 1e-11 * (1 + std::abs(expected.log_X)));
        EXPECT_NEAR(cold.r, expected.r, 1e-10 * (1 + expected.r));
        EXPECT_NEAR(cold.dr, expected.dr, 1e-9 * (1 + std::abs(expected.dr)));
      }
    }
}

// gamma -> infinity: l is the hinge with margin 0, up to pi^2/(24 gamma^2) in its integral.
TEST(GibbsChannel, SharpCrossEntropyIsTheHinge) {
  for (const double h : {-1.0, 0.2, 1.0}) {
    const Response sharp = GibbsChannel{{LossKind::cross_entropy, 3000, 0}, 5}(h, 0.4);
    const Response hinge = GibbsChannel{{LossKind::hinge, 1, 0}, 5}(h, 0.4);
    EXPECT_NEAR(sharp.log_X, hinge.log_X, 1e-6);
    EXPECT_NEAR(sharp.r, hinge.r, 1e-5);
  }
}

TEST(GibbsChannel, HotChannelWeighsEverythingAlike) {
  for (const LossKind kind : {LossKind::cross_entropy, LossKind::hinge, LossKind::error_counting}) {
    const GibbsChannel hot{{kind, 1, 0.2}, 0};
    EXPECT_EQ(hot(-1, 0.5).log_X, 0);
    EXPECT_EQ(hot(-1, 0.5).r, 0);
    EXPECT_NEAR(hot.tilted(-1, 0.25).error_probability, H(-2), 1e-13);
  }
}

TEST(GibbsChannel, RefusesWhatIsNoLoss) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_THROW(check({{LossKind::cross_entropy, 0, 0}, 1}), InvalidInput);
  EXPECT_THROW(check({{LossKind::cross_entropy, nan, 0}, 1}), InvalidInput);
  EXPECT_THROW(check({{LossKind::hinge, 1, nan}, 1}), InvalidInput);
  EXPECT_THROW(check({{LossKind::hinge, 1, 0}, -1}), InvalidInput);
  EXPECT_THROW(check({{LossKind::hinge, 1, 0}, std::numeric_limits<double>::infinity()}), InvalidInput);
}

TEST(ChannelTable, IsTheChannel) {
  RandomStream random(3, Purpose::measurement);
  for (const GibbsChannel& channel : channels())
    for (const double v : {1e-8, 1e-3, 0.4}) {
      const ChannelTable table(channel, v, -11, 13);
      EXPECT_LT(table.panels(), 400u);
      for (int i = 0; i < 60; ++i) {
        const double h = -11 + 24 * random.uniform();
        const Response exact = channel(h, v);
        const ChannelTable::Value value = table(h);
        EXPECT_NEAR(value.log_X, exact.log_X, 3e-11 * (1 + std::abs(exact.log_X)))
            << double(channel.loss.kind) << ' ' << channel.beta << ' ' << v << ' ' << h;
        EXPECT_NEAR(value.r, exact.r, 3e-10 * (exact.r + 1 / std::sqrt(v)))
            << double(channel.loss.kind) << ' ' << channel.beta << ' ' << v << ' ' << h;
        EXPECT_EQ(table.log_X(h), value.log_X);
      }
    }
}

}  // namespace
}  // namespace wfm::theory
