#include "inference/edge_messages.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "math/bit_matrix.hpp"
#include "math/gaussian.hpp"
#include "math/random.hpp"

namespace wfm::inference {
namespace {

/// One row: inputs, packed and not, and cavity fields of the given strength.
struct Row {
  std::size_t n;
  BitMatrix bits;
  std::vector<double> xi, fields, m, fresh, other;
  std::vector<float> H, messages, s;
  RowMoments moments;

  Row(std::size_t size, double strength, std::uint64_t seed)
      : n(size), bits(1, n), xi(n), fields(n), m(n), fresh(n), other(n), H(n), messages(n), s(n) {
    RandomStream random(seed, Purpose::measurement);
    std::vector<double> total(n), old(n);
    for (std::size_t i = 0; i < n; ++i) {
      xi[i] = random.sign();
      bits.set(0, i, int(xi[i]));
      H[i] = float(strength * random.normal());
      messages[i] = float(0.1 * random.normal());
      total[i] = double(H[i]);
      old[i] = double(messages[i]);
      fields[i] = total[i] - old[i];
    }
    moments = gather(xi, total, old, m);
  }
};

TEST(EdgeKernel, PackedGatherIsThePlainOne) {
  for (const std::size_t n : {std::size_t(5), std::size_t(64), std::size_t(131)}) {
    Row row(n, 1.0, n);
    const RowMoments packed = gather(row.bits.row(0), row.H, row.messages, row.s);
    for (std::size_t i = 0; i < n; ++i) EXPECT_NEAR(double(row.s[i]), row.xi[i] * row.m[i], 1e-6);
    EXPECT_NEAR(packed.mean, row.moments.mean, 1e-6 * double(n));
    EXPECT_NEAR(packed.variance, row.moments.variance, 1e-6 * double(n));
  }
}

TEST(EdgeKernel, PackedCommitIsThePlainOne) {
  const MessagePolynomial F{0.1, -0.2, 0.03, 0.04, -0.05, 0.006};
  for (const bool follow : {true, false}) {
    Row row(131, 1.0, 7);
    gather(row.bits.row(0), row.H, row.messages, row.s);
    std::vector<float> H = row.H, messages = row.messages;
    std::vector<double> next(row.n, 0.0), next_plain(row.n, 0.0);
    for (std::size_t i = 0; i < row.n; ++i) {
      const double s = double(row.s[i]);
      row.fresh[i] = row.xi[i] * (F[0] + s * (F[1] + s * (F[2] + s * (F[3] + s * (F[4] + s * F[5])))));
    }
    commit(row.bits.row(0), row.s, F, {row.H, row.messages, next, 0.25, follow});
    commit(row.fresh, RowTarget<float>{H, messages, next_plain, 0.25, follow});
    for (std::size_t i = 0; i < row.n; ++i) {
      EXPECT_NEAR(double(row.H[i]), double(H[i]), 1e-6);
      EXPECT_NEAR(double(row.messages[i]), double(messages[i]), 1e-6);
      EXPECT_NEAR(next[i], next_plain[i], 1e-6);
    }
  }
}

TEST(EdgeKernel, SumOfLogCosh) {
  Row row(1000, 3.0, 9);
  double expected = 0;
  for (const double h : row.fields) expected += log_2cosh(h);
  const std::vector<double> H(row.H.begin(), row.H.end());
  EXPECT_NEAR(sum_log_2cosh(H, std::span<const float>(row.messages)), expected, 1e-10);
}

const LinearForm forms[] = {{1, 0}, {1, 0.3}, {0.2, 1}};

// The interpolated messages against erfc for every edge; the bound is relative to the largest message, as in
// edge_messages.hpp.
TEST(EdgeMessages, PolynomialMatchesDirectEvaluation) {
  for (const LinearForm& form : forms)
    for (const double strength : {0.5, 2.0, 4.0}) {
      Row row(201, strength, 11);
      ASSERT_GE(row.moments.variance, smallest_interpolated_variance);
      const Channel channel({Machine::perceptron, false, 201, 1}, 0.3, true);
      accurate_messages(channel, -1, form, row.moments, row.xi, row.m, row.fresh);
      const MessagePolynomial F = message_polynomial(channel, -1, form, row.moments, 201);
      double largest = 0;
      for (const double u : row.fresh) largest = std::max(largest, std::abs(u));
      for (std::size_t i = 0; i < row.n; ++i) {
        const double s = row.xi[i] * row.m[i];
        const double u = row.xi[i] * (F[0] + s * (F[1] + s * (F[2] + s * (F[3] + s * (F[4] + s * F[5])))));
        EXPECT_NEAR(u, row.fresh[i], 2e-5 * largest);
      }
    }
}

TEST(EdgeMessages, NearlyFrozenRowsMatchDirectEvaluation) {
  for (const LinearForm& form : forms)
    for (const double strength : {8.0, 30.0, 100.0}) {
      Row row(201, strength, 13);
      gather(row.bits.row(0), row.H, row.messages, row.s);
      for (std::size_t i = 0; i < row.n; ++i) row.m[i] = row.xi[i] * double(row.s[i]);
      row.moments = {};
      for (std::size_t i = 0; i < row.n; ++i) {
        row.moments.mean += double(row.s[i]);
        row.moments.variance += 1 - double(row.s[i]) * double(row.s[i]);
      }
      ASSERT_LT(row.moments.variance, smallest_interpolated_variance);
      const Channel channel({Machine::perceptron, false, 201, 1}, 0, true);
      accurate_messages(channel, 1, form, row.moments, row.xi, row.m, row.fresh);
      nearly_frozen_messages(channel, 1, form, row.moments, row.xi, row.s, row.other);
      for (std::size_t i = 0; i < row.n; ++i)
        EXPECT_NEAR(row.other[i], row.fresh[i], 1e-3 * std::abs(row.fresh[i]) + 1e-6);
    }
}

/// Chance that the unit is right, over all 2^n weights with the given fields.
double chance_by_enumeration(const Channel& channel, int label, const std::vector<double>& xi,
                             const std::vector<double>& fields) {
  const std::size_t n = xi.size();
  double right = 0;
  for (unsigned w = 0; w < 1u << n; ++w) {
    double sum = 0, weight = 1;
    for (std::size_t i = 0; i < n; ++i) {
      const double spin = w >> i & 1 ? 1 : -1;
      sum += xi[i] * spin;
      weight *= 1 / (1 + std::exp(-2 * fields[i] * spin));
    }
    if (channel.unit_sign(label) * sum / std::sqrt(double(n)) > channel.threshold(label)) right += weight;
  }
  return right;
}

TEST(ExactSum, IsTheSumOverAllWeights) {
  for (const std::size_t n : {std::size_t(10), std::size_t(11)})
    for (const int label : {1, -1}) {
      const Row row(n, 1.0, 17);
      const Channel channel({Machine::committee, false, int(n), 3}, 0, true);
      const ExactSum sum(channel, label, row.xi, row.fields);
      EXPECT_NEAR(sum.chance().right, chance_by_enumeration(channel, label, row.xi, row.fields), 1e-13);
      EXPECT_NEAR(sum.chance().right + sum.chance().wrong, 1, 1e-13);
      const LinearForm form{1, 0.2};
      std::vector<double> fresh(n);
      sum.messages(form, fresh);
      for (std::size_t i = 0; i < n; ++i) {
        std::vector<double> pinned = row.fields;
        double Z[2];
        for (const int up : {0, 1}) {
          pinned[i] = up ? 40 : -40;
          const double p = chance_by_enumeration(channel, label, row.xi, pinned);
          Z[up] = form.right * p + form.wrong * (1 - p);
        }
        EXPECT_NEAR(fresh[i], 0.5 * std::log(Z[1] / Z[0]), 1e-12);
      }
    }
}

}  // namespace
}  // namespace wfm::inference
