// Goal: 1 ms a point of a curve of 60 distances, so that a figure of six references takes less than a second.
#include "theory/franz_parisi.hpp"

#include <cmath>
#include <vector>

#include <benchmark/benchmark.h>

namespace wfm::theory {
namespace {

// Argument: reference margin in hundredths, alpha = 0.5.
void franz_parisi_points(benchmark::State& state) {
  std::vector<double> distances;
  for (int i = 0; i < 60; ++i) distances.push_back(0.5 * std::exp(-0.1 * i));
  const FranzParisiParams params{0.5, 0.01 * double(state.range(0)), 0};
  for (auto _ : state) benchmark::DoNotOptimize(franz_parisi_curve(params, distances));
  state.SetItemsProcessed(state.iterations() * 60);
}
BENCHMARK(franz_parisi_points)->Arg(0)->Arg(20)->Arg(41)->Unit(benchmark::kMillisecond);

void single_point(benchmark::State& state) {
  const std::vector<double> distance{0.01};
  for (auto _ : state) benchmark::DoNotOptimize(franz_parisi_curve({0.5, 0.2, 0}, distance));
}
BENCHMARK(single_point)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace wfm::theory
