#include "theory/units_channel.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "math/error.hpp"
#include "math/gaussian.hpp"
#include "math/random.hpp"
#include "theory/channel.hpp"

namespace wfm::theory {
namespace {

struct Case {
  Decoder decoder;
  int K;
  double margin;
};
const std::vector<Case> cases = {{Decoder::perceptron, 1, 0.3}, {Decoder::committee, 3, 0},
                                 {Decoder::committee, 3, 0.4},  {Decoder::committee, 5, 0},
                                 {Decoder::committee, 9, 0.1},  {Decoder::parity, 2, 0},
                                 {Decoder::parity, 2, 0.5},     {Decoder::parity, 3, 0},
                                 {Decoder::parity, 4, 0.2},     {Decoder::parity, 7, 0}};

UnitsChannel channel_of(const Case& c) {
  return UnitsChannel({Prior::binary, c.decoder, c.K, Activation::sign}, c.margin);
}

struct Evaluated {
  double log_X;
  std::vector<double> r, dr;
};
Evaluated evaluate(const UnitsChannel& channel, const std::vector<double>& h, double v) {
  std::vector<UnitTails> tails;
  for (const double field : h) tails.push_back(channel.tails(field, v));
  Evaluated result{0, std::vector<double>(h.size()), std::vector<double>(h.size() * h.size())};
  result.log_X = channel(tails, result.r, result.dr);
  EXPECT_EQ(result.log_X, channel(tails));
  return result;
}

/// (U.2) term by term in logarithms.
double log_X_by_enumeration(const Case& c, const std::vector<double>& h, double v) {
  double total = -INFINITY;
  for (int bits = 0; bits < 1 << c.K; ++bits) {
    int pluses = 0;
    double term = 0;
    for (int l = 0; l < c.K; ++l) {
      const int tau = bits >> l & 1 ? 1 : -1;
      pluses += tau > 0;
      term += log_H((c.margin - tau * h[l]) / std::sqrt(v));
    }
    const bool admissible = c.decoder == Decoder::parity ? (c.K - pluses) % 2 == 0 : 2 * pluses > c.K;
    if (!admissible) continue;
    const double larger = std::max(total, term);
    total = larger + std::log(std::exp(total - larger) + std::exp(term - larger));
  }
  return total;
}

std::vector<double> random_fields(int K, double scale, RandomStream& random) {
  std::vector<double> h(K);
  for (double& field : h) field = scale * random.normal();
  return h;
}

TEST(UnitsChannel, IsTheSumOverAdmissibleSigns) {
  RandomStream random(1, Purpose::measurement);
  for (const Case& c : cases)
    for (const double scale : {0.3, 1.0, 5.0, 60.0, 400.0})
      for (int trial = 0; trial < 5; ++trial) {
        const std::vector<double> h = random_fields(c.K, scale, random);
        const double expected = log_X_by_enumeration(c, h, 0.7);
        EXPECT_NEAR(evaluate(channel_of(c), h, 0.7).log_X, expected, 1e-11 * (1 + std::abs(expected)))
            << c.K << ' ' << c.margin << ' ' << scale;
      }
}

TEST(UnitsChannel, OneUnitIsThePerceptron) {
  const UnitsChannel channel({Prior::binary, Decoder::committee, 1, Activation::sign}, 0.3);
  for (const double h : {-50.0, -2.0, 0.1, 4.0}) {
    const Evaluated here = evaluate(channel, {h}, 0.5);
    const Response expected = MarginChannel{0.3}(h, 0.5);
    EXPECT_NEAR(here.log_X, expected.log_X, 1e-13 * (1 + std::abs(expected.log_X)));
    EXPECT_NEAR(here.r[0], expected.r, 1e-12 * (1 + expected.r));
    EXPECT_NEAR(here.dr[0], expected.dr, 1e-12 * (1 + std::abs(expected.dr)));
  }
}

TEST(UnitsChannel, DerivativesAgreeWithDifferences) {
  RandomStream random(2, Purpose::measurement);
  const double e = 1e-5;
  for (const Case& c : cases)
    for (const double scale : {1.0, 40.0})
      for (int trial = 0; trial < 3; ++trial) {
        const UnitsChannel channel = channel_of(c);
        const std::vector<double> h = random_fields(c.K, scale, random);
        const Evaluated here = evaluate(channel, h, 0.6);
        for (int l = 0; l < c.K; ++l) {
          std::vector<double> up = h, down = h;
          up[l] += e;
          down[l] -= e;
          const Evaluated above = evaluate(channel, up, 0.6), below = evaluate(channel, down, 0.6);
          EXPECT_NEAR(here.r[l], (above.log_X - below.log_X) / (2 * e), 2e-6 * (1 + scale * scale));
          for (int m = 0; m < c.K; ++m)
            EXPECT_NEAR(here.dr[l * c.K + m], (above.r[m] - below.r[m]) / (2 * e), 1e-5 * (1 + scale * scale))
                << c.K << ' ' << scale << ' ' << l << m;
        }
      }
}

TEST(UnitsChannel, MajorityAndParityOfThreeHaveClosedForms) {
  const std::vector<double> h = {0.4, -0.9, 0.2};
  const double v = 0.36;
  const auto p = [&](int l) { return H(-h[l] / 0.6); };
  const double majority = p(0) * p(1) + p(0) * p(2) + p(1) * p(2) - 2 * p(0) * p(1) * p(2);
  const double parity = (1 + (2 * p(0) - 1) * (2 * p(1) - 1) * (2 * p(2) - 1)) / 2;
  EXPECT_NEAR(evaluate(channel_of({Decoder::committee, 3, 0}), h, v).log_X, std::log(majority), 1e-14);
  EXPECT_NEAR(evaluate(channel_of({Decoder::parity, 3, 0}), h, v).log_X, std::log(parity), 1e-14);
}

TEST(UnitsChannel, UnitsMayBePermutedAndPairsOfParityUnitsReflected) {
  RandomStream random(3, Purpose::measurement);
  for (const Case& c : cases) {
    if (c.K < 2) continue;
    const UnitsChannel channel = channel_of(c);
    std::vector<double> h = random_fields(c.K, 1.5, random);
    const Evaluated before = evaluate(channel, h, 0.4);
    std::swap(h[0], h[c.K - 1]);
    const Evaluated after = evaluate(channel, h, 0.4);
    EXPECT_NEAR(after.log_X, before.log_X, 1e-13);
    EXPECT_NEAR(after.r[0], before.r[c.K - 1], 1e-12);
    if (c.decoder != Decoder::parity) continue;
    h[0] = -h[0];
    h[1] = -h[1];
    const Evaluated reflected = evaluate(channel, h, 0.4);
    EXPECT_NEAR(reflected.log_X, before.log_X, 1e-13);
    EXPECT_NEAR(reflected.r[0], -after.r[0], 1e-12);
  }
}

TEST(UnitsChannel, IsAccurateWhereAlmostNothingIsWrong) {
  // majority: two of three units wrong, 3 H(x)^2;  parity of two: one, 2 H(x)
  for (const double x : {6.0, 9.0, 20.0}) {
    const double v = 0.3, h = x * std::sqrt(v), tail = H(x);
    const double majority = evaluate(channel_of({Decoder::committee, 3, 0}), {h, h, h}, v).log_X;
    EXPECT_NEAR(majority, -3 * tail * tail, 1e-8 * 3 * tail * tail);
    const double parity = evaluate(channel_of({Decoder::parity, 2, 0}), {h, -h}, v).log_X;
    EXPECT_NEAR(parity, std::log(2 * tail), 1e-8 * std::abs(parity));
    // a third unit far behind hardly matters: dX/dh_3 = G(h_3) [p_1 + p_2 - 2 p_1 p_2]
    const Evaluated behind = evaluate(channel_of({Decoder::committee, 3, 0}), {h, h, -1}, v);
    const double r3 = G(1 / std::sqrt(v)) / std::sqrt(v) * 2 * tail * (1 - tail) * std::exp(-behind.log_X);
    EXPECT_NEAR(behind.r[2], r3, 1e-9 * r3);
    EXPECT_NEAR(behind.dr[8], r3 / v - r3 * r3, 1e-8 * r3);
    const double right = evaluate(channel_of({Decoder::parity, 2, 0}), {h, h}, v).log_X;
    EXPECT_NEAR(right, -2 * tail, 1e-8 * 2 * tail);
  }
}

TEST(UnitsChannel, CountsTheOutputsOfRandomFields) {
  // X is the probability that the output is right and every unit's field is beyond the margin
  RandomStream random(4, Purpose::measurement);
  const int trials = 200'000;
  for (const Case& c : {Case{Decoder::committee, 3, 0.2}, Case{Decoder::parity, 3, 0.2}}) {
    const std::vector<double> h = {0.5, -0.3, 0.8};
    int right = 0;
    for (int trial = 0; trial < trials; ++trial) {
      int pluses = 0;
      bool beyond = true;
      for (const double mean : h) {
        const double field = mean + std::sqrt(0.9) * random.normal();
        pluses += field > 0;
        beyond = beyond && std::abs(field) >= c.margin;
      }
      right += beyond && (c.decoder == Decoder::parity ? pluses % 2 == 1 : pluses >= 2);
    }
    const double X = std::exp(evaluate(channel_of(c), h, 0.9).log_X);
    EXPECT_NEAR(double(right) / trials, X, 4.5 * std::sqrt(X * (1 - X) / trials));
  }
}

TEST(UnitsChannel, RefusesWhatHasNoFormula) {
  EXPECT_THROW(UnitsChannel({Prior::binary, Decoder::committee, 4, Activation::sign}), InvalidInput);
  EXPECT_THROW(UnitsChannel({Prior::binary, Decoder::committee, infinitely_many, Activation::sign}),
               InvalidInput);
  EXPECT_THROW(UnitsChannel({Prior::binary, Decoder::parity, 17, Activation::sign}), InvalidInput);
  EXPECT_THROW(UnitsChannel({Prior::binary, Decoder::parity, 3, Activation::sign}, -0.1), InvalidInput);
}

}  // namespace
}  // namespace wfm::theory
