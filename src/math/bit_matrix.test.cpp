#include "math/bit_matrix.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <utility>

#include "math/error.hpp"
#include "math/random.hpp"

namespace wfm {
namespace {

BitMatrix random_matrix(std::size_t rows, std::size_t cols) {
  BitMatrix X(rows, cols);
  RandomStream random(1, Purpose::patterns, rows * 10007 + cols);
  for (std::size_t r = 0; r < rows; ++r)
    for (std::size_t c = 0; c < cols; ++c) X.set(r, c, random.sign());
  return X;
}

bool padding_is_clear(const BitMatrix& X) {
  for (std::size_t r = 0; r < X.rows(); ++r)
    for (std::size_t c = X.cols(); c < 64 * X.words_per_row(); ++c)
      if (X(r, c) != -1) return false;
  return true;
}

// Rows below, at and above a tile of 64, columns around words, blocks of 512 and their multiples.
class WithShape : public testing::TestWithParam<std::pair<std::size_t, std::size_t>> {
 protected:
  std::size_t rows = GetParam().first, cols = GetParam().second;
  BitMatrix X = random_matrix(rows, cols);
};
INSTANTIATE_TEST_SUITE_P(BitMatrix, WithShape,
                         testing::Values(std::pair{1, 1}, std::pair{1, 700}, std::pair{3, 63},
                                         std::pair{7, 64}, std::pair{9, 65}, std::pair{63, 511},
                                         std::pair{64, 512}, std::pair{65, 513}, std::pair{130, 1024},
                                         std::pair{201, 1537}, std::pair{0, 5}, std::pair{5, 0}));

TEST_P(WithShape, products_agree_with_the_readable_one) {
  RandomStream random(2, Purpose::measurement);
  std::vector<double> v(cols), readable(rows), fast(rows, 7), portable(rows, 7);
  double size = 0;
  for (double& value : v) size += std::abs(value = random.normal());
  multiply_readable(X, v, readable);
  multiply(X, v, fast);
  multiply_portable(X, v, portable);
  // every partial sum is below `size`, and there are fewer than cols of them
  const double bound = double(cols) * std::numeric_limits<double>::epsilon() * size;
  for (std::size_t r = 0; r < rows; ++r) {
    EXPECT_NEAR(fast[r], readable[r], bound);
    EXPECT_NEAR(portable[r], readable[r], bound);
  }
}

TEST_P(WithShape, products_of_integers_are_exact) {
  std::vector<double> v(cols), readable(rows), fast(rows), portable(rows);
  for (std::size_t c = 0; c < cols; ++c) v[c] = double(c * 7919 % 1000) - 300;
  multiply_readable(X, v, readable);
  multiply(X, v, fast);
  multiply_portable(X, v, portable);
  EXPECT_EQ(fast, readable);
  EXPECT_EQ(portable, readable);
}

TEST_P(WithShape, transposition_exchanges_indices) {
  const BitMatrix transposed = X.transposed();
  ASSERT_EQ(transposed.rows(), cols);
  ASSERT_EQ(transposed.cols(), rows);
  for (std::size_t r = 0; r < rows; ++r)
    for (std::size_t c = 0; c < cols; ++c) ASSERT_EQ(transposed(c, r), X(r, c)) << r << " " << c;
  EXPECT_TRUE(padding_is_clear(transposed));
  EXPECT_EQ(transposed.transposed(), X);
}

TEST_P(WithShape, columns_are_copied) {
  for (const auto& [first, count] :
       {std::pair{cols / 3, cols / 2}, {0, cols}, {cols, 0}, {cols / 2, cols - cols / 2}}) {
    const BitMatrix part = X.columns(first, count);
    ASSERT_EQ(part.rows(), rows);
    ASSERT_EQ(part.cols(), count);
    for (std::size_t r = 0; r < rows; ++r)
      for (std::size_t c = 0; c < count; ++c) ASSERT_EQ(part(r, c), X(r, first + c)) << r << " " << c;
    EXPECT_TRUE(padding_is_clear(part));
  }
}

TEST_P(WithShape, dot_is_the_sum_of_products) {
  for (std::size_t r = 0; r + 1 < rows; r += 5) {
    std::int64_t expected = 0;
    for (std::size_t c = 0; c < cols; ++c) expected += X(r, c) * X(r + 1, c);
    EXPECT_EQ(dot(X.row(r), X.row(r + 1), cols), expected);
    EXPECT_EQ(dot(X.row(r), X.row(r), cols), cols);
  }
}

TEST_P(WithShape, packed_signs_are_those_of_the_vector) {
  RandomStream random(3, Purpose::measurement);
  BitMatrix packed(1, cols);
  for (std::uint64_t& word : packed.row(0)) word = ~std::uint64_t{0};  // to be cleared
  std::vector<double> v(cols);
  for (double& value : v) value = random.normal();
  if (cols > 0) v[cols / 2] = 0;
  pack_signs(v, packed.row(0));
  for (std::size_t c = 0; c < cols; ++c) ASSERT_EQ(packed(0, c), v[c] >= 0 ? 1 : -1) << c;
  EXPECT_TRUE(padding_is_clear(packed));
}

TEST(BitMatrix, starts_at_minus_one_and_is_set_either_way) {
  BitMatrix X(2, 70);
  EXPECT_EQ(X.words_per_row(), 8u);
  EXPECT_EQ(X(1, 69), -1);
  X.set(1, 69, 1);
  EXPECT_EQ(X(1, 69), 1);
  EXPECT_EQ(X(0, 69), -1);
  X.set(1, 69, -3);
  EXPECT_EQ(X, BitMatrix(2, 70));
}

TEST(BitMatrix, shapes_that_do_not_fit_are_refused) {
  const BitMatrix X(3, 5);
  std::vector<double> v(5), out(3), wrong(4);
  EXPECT_THROW(multiply(X, wrong, out), InvalidInput);
  EXPECT_THROW(multiply(X, v, wrong), InvalidInput);
  EXPECT_THROW(multiply_portable(X, v, wrong), InvalidInput);
  EXPECT_THROW(multiply_readable(X, wrong, out), InvalidInput);
  EXPECT_THROW(X.columns(3, 3), InvalidInput);
  EXPECT_THROW(X.columns(6, 0), InvalidInput);
  EXPECT_THROW(dot(X.row(0), X.row(1), 513), InvalidInput);
  std::vector<std::uint64_t> word(1);
  EXPECT_THROW(pack_signs(std::vector<double>(65), word), InvalidInput);
}

}  // namespace
}  // namespace wfm
