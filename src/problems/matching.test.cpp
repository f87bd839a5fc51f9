#include "problems/matching.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include <gmock/gmock.h>

#include "math/error.hpp"
#include "math/random.hpp"
#include "problems/evaluation.hpp"
#include "problems/storage.hpp"
#include "problems/teacher.hpp"

namespace wfm {
namespace {

std::vector<Architecture> architectures() {
  std::vector<Architecture> all = {{Machine::perceptron, false, 15, 1}};
  for (const int K : {1, 3, 5}) all.push_back({Machine::committee, false, 15, K});
  for (const int K : {3, 5}) all.push_back({Machine::committee, true, 15, K});
  for (const int K : {1, 2, 3, 4, 5, 6}) all.push_back({Machine::parity, false, 15, K});
  for (const int K : {3, 5}) all.push_back({Machine::parity, true, 15, K});
  return all;
}

// The best of all permutations and sign flips that leave the output as it is.
double best_overlap_readable(const Architecture& architecture, const Weights& a, const Weights& b) {
  const int K = architecture.hidden;
  std::vector<int> order(std::size_t(K), 0);
  std::iota(order.begin(), order.end(), 0);
  double best = -2;
  do {
    for (int flips = 0; flips < 1 << K; ++flips) {
      if (__builtin_popcount(unsigned(flips)) % 2 != 0) continue;
      if (flips != 0 && architecture.machine != Machine::parity) continue;
      double q = 0;
      for (int k = 0; k < K; ++k)
        for (int i = 0; i < architecture.fan_in(); ++i)
          q += (flips >> k & 1 ? -1 : 1) * a.unit(k)[i] * b.unit(order[k])[i] / architecture.weights();
      best = std::max(best, q);
    }
  } while (!architecture.tree && std::ranges::next_permutation(order).found);
  return best;
}

class MatchingOf : public testing::TestWithParam<Architecture> {};

TEST_P(MatchingOf, IsTheBestOfAllEquivalentConfigurations) {
  const Architecture architecture = GetParam();
  for (const WeightKind kind : {WeightKind::binary, WeightKind::spherical})
    for (std::uint64_t seed = 0; seed < 10; ++seed) {
      const Weights a = random_weights(architecture, kind, seed, Purpose::teacher);
      const Weights b = random_weights(architecture, kind, seed, Purpose::initial_state);
      const Matching matching = best_matching(architecture, a, b);
      EXPECT_NEAR(matching.overlap, best_overlap_readable(architecture, a, b), 1e-12);
      EXPECT_NEAR(matching.distance, (1 - matching.overlap) / 2, 1e-15);
      EXPECT_NEAR(overlap(a, matched(b, matching)), matching.overlap, 1e-12);
      EXPECT_NEAR(best_matching(architecture, b, a).overlap, matching.overlap, 1e-12);
    }
}

TEST_P(MatchingOf, DoesNotChangeWhatTheNetworkSays) {
  const Architecture architecture = GetParam();
  const Weights a = random_weights(architecture, WeightKind::binary, 1, Purpose::teacher);
  const Weights b = random_weights(architecture, WeightKind::binary, 1, Purpose::initial_state);
  const Patterns patterns =
      random_patterns(100, architecture.inputs, InputKind::gaussian, 1, Purpose::patterns);
  EXPECT_EQ(output_stabilities(architecture, b, patterns),
            output_stabilities(architecture, matched(b, best_matching(architecture, a, b)), patterns));
}

INSTANTIATE_TEST_SUITE_P(Machines, MatchingOf, testing::ValuesIn(architectures()), [](const auto& parameter) {
  return std::string(name(parameter.param.machine)) + (parameter.param.tree ? "_tree_" : "_") +
         std::to_string(parameter.param.hidden);
});

// A shuffled copy, with an even number of units flipped for the parity machine, has overlap 1, also beyond 16 units.
TEST(Matching, RecognisesAShuffledCopy) {
  for (const Machine machine : {Machine::committee, Machine::parity})
    for (const int K : {9, 33}) {
      const Architecture architecture{machine, false, 101, K};
      const Weights a = random_weights(architecture, WeightKind::binary, 4, Purpose::teacher);
      RandomStream random(4, Purpose::measurement);
      std::vector<int> order(static_cast<std::size_t>(K));
      std::iota(order.begin(), order.end(), 0);
      shuffle(std::span(order), random);
      Weights b = a;
      for (int k = 0; k < K; ++k) {
        const int sign = machine == Machine::parity && k < 6 ? -1 : 1;
        std::ranges::transform(a.unit(k), b.unit(order[k]).begin(), [&](double w) { return sign * w; });
      }
      const Matching matching = best_matching(architecture, a, b);
      EXPECT_EQ(matching.permutation, order);
      EXPECT_NEAR(matching.overlap, 1, 1e-12);
      EXPECT_EQ(matched(b, matching), a);
    }
}

// One flipped unit cannot be undone: the best that is left gives one unit away, 1 - 2/K.
TEST(Matching, AnOddNumberOfFlipsCostsOneUnit) {
  for (const int K : {4, 18}) {
    const Architecture architecture{Machine::parity, false, 501, K};
    const Weights a = random_weights(architecture, WeightKind::binary, 4, Purpose::teacher);
    Weights b = a;
    for (double& w : b.unit(1)) w = -w;
    EXPECT_NEAR(best_matching(architecture, a, b).overlap, 1 - 2.0 / K, 1e-12);
  }
}

TEST(Assignment, MatchesAllPermutations) {
  RandomStream random(6, Purpose::measurement);
  for (int K = 1; K <= 6; ++K)
    for (int trial = 0; trial < 30; ++trial) {
      Eigen::MatrixXd gain(K, K);
      for (double& g : gain.reshaped())
        g = trial % 2 ? random.normal() : double(random.below(3));  // with ties
      std::vector<int> order(std::size_t(K), 0);
      std::iota(order.begin(), order.end(), 0);
      const auto total = [&](const std::vector<int>& p) {
        double sum = 0;
        for (int k = 0; k < K; ++k) sum += gain(k, p[k]);
        return sum;
      };
      double best = -1e300;
      do best = std::max(best, total(order));
      while (std::ranges::next_permutation(order).found);
      const std::vector<int> found = best_assignment(gain);
      EXPECT_TRUE(std::ranges::is_permutation(found, order));
      EXPECT_NEAR(total(found), best, 1e-12);
    }
  EXPECT_THROW(best_assignment(Eigen::MatrixXd::Zero(2, 3)), InvalidInput);
  EXPECT_THROW(best_assignment(Eigen::MatrixXd::Constant(2, 2, std::nan(""))), InvalidInput);
}

TEST(Matching, RefusesOtherShapes) {
  const Architecture architecture{Machine::committee, false, 15, 3};
  const Weights a = random_weights(architecture, WeightKind::binary, 1, Purpose::teacher);
  const Weights b =
      random_weights({Machine::committee, false, 15, 5}, WeightKind::binary, 1, Purpose::teacher);
  EXPECT_THROW(best_matching(architecture, a, b), InvalidInput);
  EXPECT_THROW(matched(b, best_matching(architecture, a, a)), InvalidInput);
}

}  // namespace
}  // namespace wfm
