#include "inference/channel.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "math/error.hpp"
#include "math/gaussian.hpp"
#include "math/random.hpp"

namespace wfm::inference {
namespace {

Architecture machine(Machine kind, int hidden, int fan_in = 101) {
  return {kind, true, hidden * fan_in, hidden};
}

/// Z and Z given that unit k is right or wrong, by summing over all 2^K outputs.
struct BruteForce {
  double Z = 0;
  std::vector<double> right, wrong;
  BruteForce(const Architecture& architecture, double margin, int label,
             const std::vector<UnitChance>& chances)
      : right(chances.size(), 0.0), wrong(chances.size(), 0.0) {
    const std::size_t K = chances.size();
    const int s = architecture.machine == Machine::parity ? 1 : label;
    std::vector<double> tau(K);
    for (unsigned outputs = 0; outputs < 1u << K; ++outputs) {
      double weight = 1;
      for (std::size_t k = 0; k < K; ++k) {
        const bool is_right = outputs >> k & 1;
        tau[k] = is_right ? s : -s;
        weight *= is_right ? chances[k].right : chances[k].wrong;
      }
      if (!satisfied(field(architecture, tau), label, margin)) continue;
      Z += weight;
      for (std::size_t k = 0; k < K; ++k) {
        if (outputs >> k & 1)
          right[k] += weight / chances[k].right;
        else
          wrong[k] += weight / chances[k].wrong;
      }
    }
  }
};

struct Case {
  Machine kind;
  int hidden;
  double margin;
};
const Case cases[] = {{Machine::perceptron, 1, 0},  {Machine::perceptron, 1, 0.4}, {Machine::committee, 1, 0},
                      {Machine::committee, 3, 0},   {Machine::committee, 5, 0.5},  {Machine::committee, 9, 0},
                      {Machine::committee, 9, 1.1}, {Machine::parity, 1, 0},       {Machine::parity, 2, 0},
                      {Machine::parity, 3, 0.7},    {Machine::parity, 6, 0}};

std::vector<UnitChance> random_chances(const Channel& channel, int label, double spread,
                                       RandomStream& random) {
  std::vector<UnitChance> chances;
  for (int k = 0; k < channel.hidden(); ++k)
    chances.push_back(channel.chance(label, spread * random.normal(), 0.7));
  return chances;
}

TEST(Channel, MatchesTheSumOverAllOutputs) {
  RandomStream random(1, Purpose::measurement);
  for (const Case& c : cases)
    for (const int label : {1, -1})
      for (const double spread : {0.3, 3.0, 8.0}) {  // the last reaches chances of 1e-30
        const Architecture architecture = machine(c.kind, c.hidden);
        const Channel channel(architecture, c.margin, false);
        const auto chances = random_chances(channel, label, spread, random);
        ChannelOutput output;
        channel.combine(label, chances, output);
        if (c.kind == Machine::perceptron) {
          EXPECT_NEAR(output.log_Z, std::log(chances[0].right), 1e-12 * (1 + std::abs(output.log_Z)));
          continue;
        }
        const BruteForce expected(architecture, c.margin, label, chances);
        EXPECT_NEAR(output.log_Z, std::log(expected.Z), 1e-12 * (1 + std::abs(output.log_Z)));
        for (std::size_t k = 0; k < chances.size(); ++k) {
          const double top = std::max(expected.right[k], expected.wrong[k]);
          EXPECT_NEAR(output.form[k].right, expected.right[k] / top, 1e-12 * expected.right[k] / top);
          EXPECT_NEAR(output.form[k].wrong, expected.wrong[k] / top, 1e-12 * expected.wrong[k] / top);
        }
      }
}

// Where Z underflows: K units wrong with chance 1 - p, ln p ~ -800; a majority of K needs (K+1)/2 of them, in
// one of C(K, r) ways.
TEST(Channel, KeepsTheLogarithmWhereZUnderflows) {
  const double omega = -40, V = 1;
  for (const int K : {3, 5}) {
    const Channel committee(machine(Machine::committee, K), 0, false);
    const std::vector<double> means(std::size_t(K), omega), variances(std::size_t(K), V);
    ChannelOutput output;
    committee.evaluate(1, means, variances, output);
    const double ways = K == 3 ? 3 : 10;
    EXPECT_NEAR(output.log_Z, std::log(ways) + (K + 1) / 2 * log_H(40), 1e-9);
    // every right unit among the (K+1)/2 out of K pulls with R(40)
    EXPECT_NEAR(output.g[0], (K + 1) / (2.0 * K) * R(40), 1e-9 * R(40));
  }
  const Channel parity(machine(Machine::parity, 2), 0, false);
  const std::vector<double> opposite{40.0, -40.0}, variances{1.0, 1.0};
  ChannelOutput output;
  parity.evaluate(1, opposite, variances, output);  // one of the two has to turn
  EXPECT_NEAR(output.log_Z, std::log(2.0) + log_H(40), 1e-9);
  EXPECT_NEAR(output.g[0], -0.5 * R(40), 1e-9 * R(40));
}

TEST(Channel, ForcesAreDerivativesOfLogZ) {
  RandomStream random(2, Purpose::measurement);
  for (const Case& c : cases)
    for (const int label : {1, -1})
      for (const double spread : {0.5, 6.0}) {
        const Channel channel(machine(c.kind, c.hidden), c.margin, false);
        const std::size_t K = std::size_t(c.hidden);
        std::vector<double> omega(K), V(K);
        for (std::size_t k = 0; k < K; ++k) {
          omega[k] = spread * random.normal();
          V[k] = 0.2 + random.uniform();
        }
        ChannelOutput output, up, down;
        channel.evaluate(label, omega, V, output);
        for (std::size_t k = 0; k < K; ++k) {
          const double step = 1e-5, centre = omega[k];
          omega[k] = centre + step;
          channel.evaluate(label, omega, V, up);
          omega[k] = centre - step;
          channel.evaluate(label, omega, V, down);
          omega[k] = centre;
          const double scale = 1 + std::abs(output.g[k]);
          EXPECT_NEAR(output.g[k], (up.log_Z - down.log_Z) / (2 * step),
                      1e-8 * scale * (1 + spread * spread));
          EXPECT_NEAR(output.dg[k], (up.g[k] - down.g[k]) / (2 * step), 1e-6 * scale * scale);
        }
      }
}

TEST(Channel, GaussianMajorityApproachesTheExactOneForManyUnits) {
  RandomStream random(3, Purpose::measurement);
  double error[2];
  int at = 0;
  for (const int K : {11, 101}) {
    const Architecture architecture = machine(Machine::committee, K);
    const Channel exact(architecture, 0, false), gaussian(architecture, 0, false, MajoritySum::gaussian);
    std::vector<double> omega(static_cast<std::size_t>(K)), V(std::size_t(K), 1.0);
    for (double& x : omega) x = 0.2 * random.normal();
    ChannelOutput a, b;
    exact.evaluate(1, omega, V, a);
    gaussian.evaluate(1, omega, V, b);
    error[at++] = std::abs(a.log_Z - b.log_Z);
    for (std::size_t k = 0; k < omega.size(); ++k) EXPECT_NEAR(b.g[k], a.g[k], 0.05 * std::abs(a.g[k]));
  }
  EXPECT_LT(error[1], 2e-3);
  EXPECT_LT(error[1], error[0] + 1e-3);
}

// The threshold lies strictly between the last sum refused and the first one allowed, whatever the parity of
// n.
TEST(Channel, LatticeThresholdSeparatesAllowedSums) {
  for (const int n : {9, 10, 15, 16, 100, 101})
    for (const double margin : {0.0, 0.2, 1.0, 5 / std::sqrt(15.0), 4 / std::sqrt(16.0)})
      for (const int label : {1, -1}) {
        const Architecture architecture{Machine::perceptron, false, n, 1};
        const Channel channel(architecture, margin, true);
        for (int sum = -n; sum <= n; sum += 2) {
          const double h[1] = {label * sum / std::sqrt(double(n))};
          EXPECT_EQ(sum / std::sqrt(double(n)) > channel.threshold(label),
                    satisfied(field(architecture, h), label, margin))
              << "n = " << n << ", margin " << margin << ", label " << label << ", sum " << sum;
        }
      }
}

TEST(Channel, RefusesMarginsThatNoOutputReaches) {
  EXPECT_THROW(Channel(machine(Machine::parity, 3), 1.1, true), InvalidInput);
  EXPECT_THROW(Channel(machine(Machine::committee, 3), 1.8, true), InvalidInput);
  EXPECT_NO_THROW(Channel(machine(Machine::committee, 3), std::sqrt(3.0), true));
  EXPECT_THROW(Channel({Machine::perceptron, false, 9, 1}, 3.1, true), InvalidInput);
  EXPECT_THROW(Channel(machine(Machine::committee, 3), -0.1, true), InvalidInput);
}

}  // namespace
}  // namespace wfm::inference
