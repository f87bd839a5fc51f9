// Goals on one core: a curve of 20 points around a solution, binary perceptron, N = 2001, alpha = 0.5: 0.2 s by AMP, 5 s by edge
// messages.
#include "landscape/local_entropy.hpp"

#include <benchmark/benchmark.h>

#include "inference/presets.hpp"
#include "problems/storage.hpp"
#include "run/run.hpp"

namespace wfm::landscape {
namespace {

void curve_of_20(benchmark::State& bench, Engine engine, WeightKind kind) {
  const Problem problem = make_storage({Machine::perceptron, false, 2001, 1}, kind, 0.5, 1);
  const inference::Amp solver(problem, inference::fbp_amp(problem));
  RunOptions options;
  options.stop.max_steps = 3000;
  const Weights solution = solver.weights(run(solver, 1, options).state);
  LocalEntropyParams params;
  params.engine = engine;
  std::vector<double> distances;
  for (int j = 1; j <= 20; ++j) distances.push_back(0.015 * j);
  double iterations = 0, converged = 0;
  for (auto _ : bench) {
    iterations = converged = 0;
    for (const auto& point : local_entropy(problem, solution, distances, params)) {
      iterations += double(point.iterations);
      converged += point.converged;
    }
  }
  bench.counters["iterations"] = iterations;
  bench.counters["converged"] = converged;
}
BENCHMARK_CAPTURE(curve_of_20, amp, Engine::amp, WeightKind::binary)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(curve_of_20, edge, Engine::edge, WeightKind::binary)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(curve_of_20, amp_spherical, Engine::amp, WeightKind::spherical)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(curve_of_20, relaxed_spherical, Engine::edge, WeightKind::spherical)
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace wfm::landscape
