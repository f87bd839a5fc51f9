// Goals: an RS point in 30 us; a capacity below 1 ms.
#include "theory/replica_symmetric.hpp"

#include <benchmark/benchmark.h>

#include "theory/capacity.hpp"

namespace wfm::theory {
namespace {

void rs_points(benchmark::State& state) {
  double alpha = 0.1;
  for (auto _ : state) {
    benchmark::DoNotOptimize(rs_entropy({alpha, 0.05}));
    alpha = alpha < 0.7 ? alpha + 0.01 : 0.1;
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(rs_points);

void capacities(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(capacity(0.1));
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(capacities);

}  // namespace
}  // namespace wfm::theory
