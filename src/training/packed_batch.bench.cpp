// Goal (one AVX-512 core): above 60 G products/s at 784 inputs, 9 units, 100 patterns, forward and backward.
#include "training/packed_batch.hpp"

#include <vector>

#include <benchmark/benchmark.h>

#include "math/bit_matrix.hpp"
#include "math/random.hpp"

namespace wfm::training {
namespace {

PackedBatch random_batch(std::size_t rows, std::size_t cols) {
  RandomStream random(1, Purpose::patterns);
  BitMatrix bits(rows, cols);
  PackedBatch batch(rows, cols);
  for (std::size_t r = 0; r < rows; ++r) {
    for (std::size_t c = 0; c < cols; ++c) bits.set(r, c, random.sign());
    batch.set_row(r, bits.row(r));
  }
  return batch;
}

void products_per_second(benchmark::State& state, double products) {
  state.counters["products/s"] =
      benchmark::Counter(products * double(state.iterations()), benchmark::Counter::kIsRate);
}

void packed_product(benchmark::State& state) {
  const std::size_t rows = std::size_t(state.range(0)), cols = std::size_t(state.range(1)),
                    vectors = std::size_t(state.range(2));
  const PackedBatch X = random_batch(rows, cols);
  const std::vector<float> v(vectors * cols, 0.3f);
  std::vector<float> out(vectors * rows);
  for (auto _ : state) {
    multiply(X, v, vectors, out);
    benchmark::ClobberMemory();
  }
  products_per_second(state, double(rows * cols * vectors));
}
BENCHMARK(packed_product)->Args({100, 784, 9})->Args({784, 100, 9})->Args({100, 111, 1})->Args({111, 100, 1});

void transpose(benchmark::State& state) {
  const PackedBatch X = random_batch(100, 784);
  PackedBatch transposed;
  for (auto _ : state) {
    X.transpose_into(transposed);
    benchmark::ClobberMemory();
  }
}
BENCHMARK(transpose);

}  // namespace
}  // namespace wfm::training
