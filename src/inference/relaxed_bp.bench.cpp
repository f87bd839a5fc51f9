// Gaussian messages on edges, +-1 inputs: binary perceptron N = 1001, alpha = 0.6, and the spherical tree committee K = 9, N = 999,
// alpha = 1 of the experiments.
#include "inference/relaxed_bp.hpp"

#include <benchmark/benchmark.h>

#include "problems/storage.hpp"

namespace wfm::inference {
namespace {

void relaxed_sweep(benchmark::State& bench, const Architecture& architecture, WeightKind kind, double alpha) {
  const Problem problem = make_storage(architecture, kind, alpha, 1);
  const RelaxedBp bp(problem, {});
  RandomStream random(1, Purpose::dynamics);
  auto state = bp.start(random);
  for (auto _ : bench) benchmark::DoNotOptimize(bp.step(state, random).change);
  bench.counters["edges/s"] =
      benchmark::Counter(double(bp.edges()) * double(bench.iterations()), benchmark::Counter::kIsRate);
}
BENCHMARK_CAPTURE(relaxed_sweep, perceptron, {Machine::perceptron, false, 1001, 1}, WeightKind::binary, 0.6)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(relaxed_sweep, tree, {Machine::committee, true, 999, 9}, WeightKind::spherical, 1.0)
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace wfm::inference
