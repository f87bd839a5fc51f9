// Goal: 20 ns a value.
#include "math/gaussian.hpp"

#include <benchmark/benchmark.h>

#include <vector>

namespace wfm {
namespace {

template <double function(double)>
void over_a_range(benchmark::State& state) {
  std::vector<double> x(1000);
  // in no order, so that branches are not predicted
  for (int i = 0; i < 1000; ++i) x[i] = -8 + 0.016 * ((i * 617) % 1000);
  for (auto _ : state)
    for (double value : x) benchmark::DoNotOptimize(function(value));
  state.SetItemsProcessed(state.iterations() * 1000);
}
BENCHMARK(over_a_range<G>);
BENCHMARK(over_a_range<H>);
BENCHMARK(over_a_range<log_H>);
BENCHMARK(over_a_range<R>);
BENCHMARK(over_a_range<log_2cosh>);

}  // namespace
}  // namespace wfm
