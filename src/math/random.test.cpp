#include "math/random.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <numeric>
#include <set>
#include <vector>

#include "math/error.hpp"

namespace wfm {
namespace {

using Words = std::array<std::uint32_t, 4>;

// Philox4x32-10 as the paper states it.
Words readable_philox(Words counter, std::uint32_t key0, std::uint32_t key1) {
  for (int round = 0; round < 10; ++round) {
    const std::uint64_t p0 = 0xD2511F53ull * counter[0], p1 = 0xCD9E8D57ull * counter[2];
    counter = {static_cast<std::uint32_t>(p1 >> 32) ^ counter[1] ^ key0, static_cast<std::uint32_t>(p1),
               static_cast<std::uint32_t>(p0 >> 32) ^ counter[3] ^ key1, static_cast<std::uint32_t>(p0)};
    key0 += 0x9E3779B9u;
    key1 += 0xBB67AE85u;
  }
  return counter;
}

// The known answers that Random123 1.14 is distributed with (kat_vectors).
TEST(Random, readable_philox_gives_the_known_answers) {
  EXPECT_EQ(readable_philox({0, 0, 0, 0}, 0, 0), (Words{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
  EXPECT_EQ(readable_philox({~0u, ~0u, ~0u, ~0u}, ~0u, ~0u),
            (Words{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
  EXPECT_EQ(readable_philox({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, 0xa4093822, 0x299f31d0),
            (Words{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
}

TEST(Random, stream_is_philox_of_block_index_and_purpose) {
  const std::uint64_t seed = 0x299f31d0a4093822, index = 0x0370734413198a2e;
  RandomStream random(seed, Purpose::dynamics, index);
  for (std::uint32_t block = 0; block < 5; ++block) {
    const Words words = readable_philox({block, 0x13198a2e, 0x03707344, 7}, 0xa4093822, 0x299f31d0);
    EXPECT_EQ(random(), words[0] + (std::uint64_t{words[1]} << 32));
    EXPECT_EQ(random(), words[2] + (std::uint64_t{words[3]} << 32));
  }
}

TEST(Random, copies_continue_independently_from_the_same_position) {
  RandomStream a(5, Purpose::patterns);
  a.normal();  // leaves a spare value behind
  RandomStream b = a;
  std::vector<double> from_a, from_b;
  for (int i = 0; i < 7; ++i) from_a.push_back(a.normal());
  for (int i = 0; i < 7; ++i) from_b.push_back(b.normal());
  EXPECT_EQ(from_a, from_b);
}

TEST(Random, seeds_purposes_and_indices_give_different_numbers) {
  std::set<std::uint64_t> seen;
  for (std::uint64_t seed : {0ull, 1ull, 1ull << 32})
    for (Purpose purpose : {Purpose::patterns, Purpose::labels, Purpose::dynamics})
      for (std::uint64_t index : {0ull, 1ull, 1ull << 32}) seen.insert(RandomStream(seed, purpose, index)());
  EXPECT_EQ(seen.size(), 27u);
}

// Moments of n draws: five standard deviations of the mean of x^k, variance (E x^2k - (E x^k)^2) / n.
struct Moment {
  int power;
  double mean, mean_of_square;
};

template <class Draw>
void expect_moments(Draw draw, std::initializer_list<Moment> moments) {
  const int n = 400000;
  std::vector<double> sums(moments.size());
  for (int i = 0; i < n; ++i) {
    const double x = draw();
    std::size_t m = 0;
    for (const Moment& moment : moments) sums[m++] += std::pow(x, moment.power);
  }
  std::size_t m = 0;
  for (const Moment& moment : moments) {
    const double deviation = std::sqrt((moment.mean_of_square - moment.mean * moment.mean) / n);
    EXPECT_NEAR(sums[m++] / n, moment.mean, 5 * deviation) << "power " << moment.power;
  }
}

TEST(Random, uniform_moments) {
  RandomStream random(1, Purpose::measurement);
  expect_moments([&] { return random.uniform(); },
                 {{1, 1. / 2, 1. / 3}, {2, 1. / 3, 1. / 5}, {5, 1. / 6, 1. / 11}});
}

TEST(Random, normal_moments) {
  RandomStream random(2, Purpose::measurement);
  expect_moments([&] { return random.normal(); }, {{1, 0, 1}, {2, 1, 3}, {3, 0, 15}, {4, 3, 105}});
}

TEST(Random, consecutive_normals_are_uncorrelated) {
  // both of a Box-Muller pair, and the products of their squares: E x^2 y^2 = 1, E x^4 y^4 = 9
  RandomStream random(3, Purpose::measurement);
  expect_moments([&] { return random.normal() * random.normal(); }, {{1, 0, 1}, {2, 1, 9}});
}

TEST(Random, sign_moments) {
  RandomStream random(4, Purpose::measurement);
  expect_moments([&] { return random.sign(); }, {{1, 0, 1}});
  for (int i = 0; i < 100; ++i) EXPECT_EQ(std::abs(random.sign()), 1);
}

TEST(Random, uniform_is_at_least_zero_and_below_one) {
  RandomStream random(6, Purpose::measurement);
  for (int i = 0; i < 100000; ++i) {
    const double u = random.uniform();
    ASSERT_GE(u, 0);
    ASSERT_LT(u, 1);
  }
}

TEST(Random, below_is_uniform) {
  RandomStream random(7, Purpose::measurement);
  const std::size_t n = 7, draws = 700000;
  std::vector<int> counts(n);
  for (std::size_t i = 0; i < draws; ++i) ++counts.at(random.below(n));
  // chi-squared of 6 degrees of freedom: mean 6, variance 12; its 1e-6 tail begins at 38
  double chi_squared = 0;
  for (int count : counts) chi_squared += (count - 1e5) * (count - 1e5) / 1e5;
  EXPECT_LT(chi_squared, 38);
}

TEST(Random, below_is_unbiased_for_bounds_near_the_word_size) {
  // without rejection, values below 2^62 would come from two words and the others from one: half the draws,
  // not a third
  RandomStream random(8, Purpose::measurement);
  const std::uint64_t n = 3ull << 62;
  const int draws = 100000;
  int low = 0;
  for (int i = 0; i < draws; ++i) low += random.below(n) % 3 == 0;
  EXPECT_NEAR(double(low) / draws, 1. / 3, 5 * std::sqrt(2. / 9 / draws));
}

TEST(Random, below_one_is_zero_and_below_zero_is_refused) {
  RandomStream random(9, Purpose::measurement);
  EXPECT_EQ(random.below(1), 0u);
  EXPECT_THROW(random.below(0), InvalidInput);
}

TEST(Random, shuffle_visits_every_permutation_equally) {
  RandomStream random(10, Purpose::measurement);
  std::vector<int> counts(27);
  const int draws = 60000;
  for (int i = 0; i < draws; ++i) {
    std::array<int, 3> values = {0, 1, 2};
    shuffle(std::span<int>(values), random);
    ++counts[values[0] * 9 + values[1] * 3 + values[2]];
  }
  for (int permutation : {5, 7, 11, 15, 19, 21})
    EXPECT_NEAR(counts[permutation], draws / 6., 5 * std::sqrt(draws * 5. / 36)) << permutation;
}

}  // namespace
}  // namespace wfm
