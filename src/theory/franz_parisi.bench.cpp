// Goal on one core: 0.5 ms a point of a curve of 60 distances, a figure of six references in 0.2 s; a threshold in 2 s; a point of
// teacher and student in 50 ms.
#include "theory/franz_parisi.hpp"

#include <cmath>
#include <vector>

#include <benchmark/benchmark.h>

#include "theory/capacity.hpp"
#include "theory/franz_parisi_thresholds.hpp"
#include "theory/teacher_franz_parisi.hpp"

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

// Six references between margin 0 and the largest, alpha = 0.5.
void figure(benchmark::State& state) {
  std::vector<double> distances;
  for (int i = 0; i < 60; ++i) distances.push_back(0.5 * std::exp(-0.1 * i));
  const double largest = max_margin(0.5).kappa_max;
  for (auto _ : state) {
    for (int k = 0; k <= 5; ++k)
      benchmark::DoNotOptimize(franz_parisi_curve({0.5, 0.2 * k * largest, 0}, distances));
  }
}
BENCHMARK(figure)->Unit(benchmark::kMillisecond);

void threshold(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(local_entropy_threshold());
}
BENCHMARK(threshold)->Unit(benchmark::kMillisecond);

void teacher_points(benchmark::State& state) {
  const std::vector<double> distances{0.4, 0.2, 0.1, 0.05, 0.02, 0.01};
  for (auto _ : state) benchmark::DoNotOptimize(teacher_franz_parisi_curve({0.6, 0.2, 0}, distances));
  state.SetItemsProcessed(state.iterations() * 6);
}
BENCHMARK(teacher_points)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace wfm::theory
