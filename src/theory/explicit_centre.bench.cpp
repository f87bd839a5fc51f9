// Goal: 50 ms a point of a curve around solutions, 10 ms around free centres.
#include "theory/explicit_centre.hpp"

#include <cmath>
#include <vector>

#include <benchmark/benchmark.h>

namespace wfm::theory {
namespace {

// Arguments: replicas; 1 around solutions, 0 around free centres. alpha = 0.7, ten distances in [0.01, 0.2].
void explicit_centre_points(benchmark::State& state) {
  std::vector<double> distances;
  for (int i = 0; i < 10; ++i) distances.push_back(0.2 * std::pow(0.05, i / 9.0));
  const ExplicitCentreParams params{0.7, 0, 0, state.range(1) == 1};
  for (auto _ : state)
    benchmark::DoNotOptimize(explicit_centre_curve(params, double(state.range(0)), distances));
  state.SetItemsProcessed(state.iterations() * 10);
}
BENCHMARK(explicit_centre_points)
    ->Args({3, 1})
    ->Args({6, 1})
    ->Args({6, 0})
    ->Args({12, 0})
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace wfm::theory
