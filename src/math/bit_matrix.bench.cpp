// Goal: 30 thousand million entries a second and core for a product that stays in the second cache (4001 x
// 2400 in 0.3 ms).
#include "math/bit_matrix.hpp"

#include <benchmark/benchmark.h>

#include "math/random.hpp"

namespace wfm {
namespace {

BitMatrix random_matrix(std::size_t rows, std::size_t cols) {
  BitMatrix X(rows, cols);
  RandomStream random(1, Purpose::patterns);
  for (std::size_t r = 0; r < rows; ++r)
    for (std::size_t c = 0; c < cols; ++c) X.set(r, c, random.sign());
  return X;
}

void report(benchmark::State& state) {
  const double entries = double(state.range(0)) * double(state.range(1));
  state.counters["entries/s"] = benchmark::Counter(entries, benchmark::Counter::kIsIterationInvariantRate);
  state.SetBytesProcessed(state.iterations() * state.range(0) * ((state.range(1) + 511) / 512 * 64));
}

template <void product(const BitMatrix&, std::span<const double>, std::span<double>)>
void multiply_by(benchmark::State& state) {
  const BitMatrix X = random_matrix(state.range(0), state.range(1));
  std::vector<double> v(X.cols(), 0.5), out(X.rows());
  for (auto _ : state) {
    product(X, v, out);
    benchmark::DoNotOptimize(out.data());
  }
  report(state);
}
BENCHMARK(multiply_by<multiply>)
    ->Args({2400, 4001})
    ->Args({4001, 2400})
    ->Args({4000, 4000})
    ->Args({10001, 7000})
    ->Unit(benchmark::kMicrosecond);
BENCHMARK(multiply_by<multiply_portable>)->Args({4001, 2400})->Unit(benchmark::kMicrosecond);
BENCHMARK(multiply_by<multiply_readable>)->Args({4001, 2400})->Unit(benchmark::kMicrosecond);

void transposition(benchmark::State& state) {
  const BitMatrix X = random_matrix(state.range(0), state.range(1));
  for (auto _ : state) benchmark::DoNotOptimize(X.transposed());
  report(state);
}
BENCHMARK(transposition)->Args({10001, 7500})->Unit(benchmark::kMillisecond);

void dot_of_rows(benchmark::State& state) {
  const BitMatrix X = random_matrix(state.range(0), state.range(1));
  for (auto _ : state) benchmark::DoNotOptimize(dot(X.row(0), X.row(1), X.cols()));
}
BENCHMARK(dot_of_rows)->Args({2, 4001})->Args({2, 10001});

}  // namespace
}  // namespace wfm
