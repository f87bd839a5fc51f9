#include "training/packed_batch.hpp"

#include <cmath>
#include <vector>

#include "training/test_problems.hpp"

namespace wfm::training {
namespace {

struct Instance {
  Instance(std::size_t rows, std::size_t cols, std::size_t vectors)
      : bits(rows, cols), X(rows, cols), v(vectors * cols), out(vectors * rows) {
    RandomStream random(rows * 1000 + cols, Purpose::patterns);
    for (std::size_t r = 0; r < rows; ++r) {
      for (std::size_t c = 0; c < cols; ++c) bits.set(r, c, random.sign());
      X.set_row(r, bits.row(r));
    }
    for (float& x : v) x = float(random.normal());
  }
  BitMatrix bits;
  PackedBatch X;
  std::vector<float> v, out;
};

constexpr std::size_t sizes[][3] = {{1, 1, 1},     {16, 32, 3},   {17, 33, 2},  {100, 111, 1}, {5, 3, 4},
                                    {100, 784, 9}, {784, 100, 5}, {63, 512, 3}, {64, 513, 7},  {33, 1100, 3}};

TEST(PackedBatch, HoldsWhatWasSet) {
  for (const auto& [rows, cols, vectors] : sizes) {
    const Instance instance(rows, cols, vectors);
    for (std::size_t r = 0; r < rows; ++r)
      for (std::size_t c = 0; c < cols; ++c) ASSERT_EQ(instance.X(r, c), instance.bits(r, c));
  }
}

TEST(PackedBatch, ProductsAgreeWithTheReadableOne) {
  for (const auto& [rows, cols, vectors] : sizes) {
    Instance instance(rows, cols, vectors);
    auto expected = instance.out, portable = instance.out;
    multiply_readable(instance.X, instance.v, vectors, expected);
    multiply_portable(instance.X, instance.v, vectors, portable);
    multiply(instance.X, instance.v, vectors, instance.out);
    // cols terms of size about 1, partial sums of size sqrt(cols): rounding of a random walk, ten deviations
    const double bound = 10 * 6e-8 * double(cols);
    for (std::size_t j = 0; j < expected.size(); ++j) {
      ASSERT_NEAR(instance.out[j], expected[j], bound) << rows << " x " << cols << ", " << vectors;
      ASSERT_NEAR(portable[j], expected[j], bound) << rows << " x " << cols << ", " << vectors;
    }
  }
}

TEST(PackedBatch, ReadableProductIsTheDefinition) {
  Instance instance(7, 40, 2);
  multiply_readable(instance.X, instance.v, 2, instance.out);
  for (std::size_t u = 0; u < 2; ++u)
    for (std::size_t r = 0; r < 7; ++r) {
      double sum = 0;
      for (std::size_t c = 0; c < 40; ++c) sum += instance.bits(r, c) * double(instance.v[u * 40 + c]);
      EXPECT_FLOAT_EQ(instance.out[u * 7 + r], float(sum));
    }
}

TEST(PackedBatch, TransposeSwapsRowsAndColumns) {
  PackedBatch transposed;
  for (const auto& [rows, cols, vectors] : sizes) {
    const Instance instance(rows, cols, vectors);
    instance.X.transpose_into(transposed);  // into memory that held another one
    ASSERT_EQ(transposed.rows(), cols);
    ASSERT_EQ(transposed.cols(), rows);
    for (std::size_t r = 0; r < rows; ++r)
      for (std::size_t c = 0; c < cols; ++c) ASSERT_EQ(transposed(c, r), instance.bits(r, c));
  }
}

TEST(PackedBatch, EmptyMatricesGiveNothingOrZeros) {
  std::vector<float> none, three(3, 7.0f);
  multiply(PackedBatch(0, 5), std::vector<float>(5), 1, none);
  multiply(PackedBatch(3, 0), none, 1, three);
  EXPECT_EQ(three, std::vector<float>(3, 0.0f));
}

TEST(PackedBatch, NamesWhatItRefuses) {
  std::vector<float> v(10), out(6);
  expect_refused([&] { multiply(PackedBatch(3, 5), v, 1, out); }, {"multiply", "3 x 5", "10", "6"});
}

}  // namespace
}  // namespace wfm::training
