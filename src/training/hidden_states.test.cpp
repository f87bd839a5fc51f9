#include "training/hidden_states.hpp"

#include <cstdlib>
#include <vector>

#include <gtest/gtest.h>

#include "math/bit_matrix.hpp"
#include "math/random.hpp"

namespace wfm::training {
namespace {

BitMatrix random_rows(std::size_t rows, std::size_t cols, RandomStream& random) {
  BitMatrix X(rows, cols);
  for (std::size_t r = 0; r < rows; ++r)
    for (std::size_t c = 0; c < cols; ++c) X.set(r, c, random.sign());
  return X;
}

BitMatrix packed(const std::vector<std::int32_t>& hidden) {
  BitMatrix signs(1, hidden.size());
  for (std::size_t i = 0; i < hidden.size(); ++i) signs.set(0, i, hidden[i] > 0 ? 1 : -1);
  return signs;
}

TEST(HiddenStates, FastUpdatesEqualTheReadableOnesBitForBit) {
  RandomStream random(3, Purpose::dynamics);
  for (const std::size_t n : {1, 2, 31, 32, 33, 63, 64, 65, 96, 127, 128, 257, 1001})
    for (const std::int32_t cap : {no_state_cap, 1, 7}) {
      const BitMatrix X = random_rows(40, n, random);
      std::vector<std::int32_t> fast(n);
      for (auto& h : fast) h = random.sign();
      std::vector<std::int32_t> readable = fast;
      BitMatrix fast_signs = packed(fast), readable_signs = packed(fast);
      for (std::size_t a = 0; a < X.rows(); ++a) {
        const int sigma = random.sign();
        if (random.below(2) == 0) {
          add_pattern(fast, X.row(a), sigma, cap, fast_signs.row(0));
          add_pattern_readable(readable, X.row(a), sigma, cap, readable_signs.row(0));
        } else {
          secure_pattern(fast, X.row(a), sigma, cap);
          secure_pattern_readable(readable, X.row(a), sigma, cap);
        }
        ASSERT_EQ(fast, readable) << "n = " << n << ", cap = " << cap << ", pattern " << a;
        ASSERT_EQ(fast_signs, readable_signs);
        ASSERT_EQ(fast_signs, packed(fast));
      }
      for (const auto h : fast) {
        EXPECT_EQ(std::abs(h) % 2, 1);
        EXPECT_LE(std::abs(h), cap);
      }
    }
}

TEST(HiddenStates, AddingAPatternAndItsOppositeChangesNothing) {
  RandomStream random(4, Purpose::dynamics);
  const BitMatrix X = random_rows(1, 77, random);
  std::vector<std::int32_t> hidden(77);
  for (auto& h : hidden) h = 5 * random.sign();
  const auto before = hidden;
  BitMatrix signs = packed(hidden);
  add_pattern(hidden, X.row(0), +1, no_state_cap, signs.row(0));
  for (std::size_t i = 0; i < hidden.size(); ++i) EXPECT_EQ(hidden[i], before[i] + 2 * X(0, i));
  add_pattern(hidden, X.row(0), -1, no_state_cap, signs.row(0));
  EXPECT_EQ(hidden, before);
}

TEST(HiddenStates, SecuringMovesAgreeingWeightsAwayFromZeroOnly) {
  RandomStream random(5, Purpose::dynamics);
  const BitMatrix X = random_rows(1, 200, random);
  std::vector<std::int32_t> hidden(200);
  for (auto& h : hidden) h = random.sign() * (1 + 2 * int(random.below(3)));
  for (const int sigma : {1, -1}) {
    const auto before = hidden;
    secure_pattern(hidden, X.row(0), sigma, no_state_cap);
    for (std::size_t i = 0; i < hidden.size(); ++i) {
      const bool agrees = (before[i] > 0) == (sigma * X(0, i) > 0);
      EXPECT_EQ(std::abs(hidden[i]), std::abs(before[i]) + (agrees ? 2 : 0));
      EXPECT_EQ(hidden[i] > 0, before[i] > 0);
    }
  }
}

}  // namespace
}  // namespace wfm::training
