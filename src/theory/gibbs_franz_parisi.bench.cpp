// Goal: 20 ms a point of a curve, 0.2 s a freezing temperature: a scan of 20 sharpnesses and a figure of four references each
// take some ten seconds at most.
#include "theory/gibbs_franz_parisi.hpp"

#include <cmath>
#include <vector>

#include <benchmark/benchmark.h>

namespace wfm::theory {
namespace {

// Argument: gamma in tenths, alpha = 0.4.
void cross_entropy_channel(benchmark::State& state) {
  const GibbsChannel channel{{LossKind::cross_entropy, 0.1 * double(state.range(0)), 0}, 100};
  double h = -4;
  for (auto _ : state) benchmark::DoNotOptimize(channel(h = h < 4 ? h + 0.01 : -4, 0.1));
}
BENCHMARK(cross_entropy_channel)->Arg(10)->Arg(50)->Unit(benchmark::kMicrosecond);

void freezing_temperature(benchmark::State& state) {
  const GibbsLoss loss{LossKind::cross_entropy, 0.1 * double(state.range(0)), 0};
  for (auto _ : state) benchmark::DoNotOptimize(freezing(0.4, loss));
}
BENCHMARK(freezing_temperature)->Arg(10)->Arg(50)->Unit(benchmark::kMillisecond);

void gibbs_franz_parisi_points(benchmark::State& state) {
  std::vector<double> distances;
  for (int i = 0; i < 20; ++i) distances.push_back(0.5 * std::exp(-0.3 * i));
  const GibbsFranzParisiParams params{0.4, {LossKind::cross_entropy, 1, 0}, 98.0826531, 0};
  for (auto _ : state) benchmark::DoNotOptimize(gibbs_franz_parisi_curve(params, distances));
  state.SetItemsProcessed(state.iterations() * 20);
}
BENCHMARK(gibbs_franz_parisi_points)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace wfm::theory
