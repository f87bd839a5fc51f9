// Goals (one AVX-512 core), binary perceptron, N = 4001, alpha = 0.6: 100 M edges/s where every pattern speaks.
#include "inference/max_sum.hpp"

#include <benchmark/benchmark.h>

#include "problems/storage.hpp"

namespace wfm::inference {
namespace {

/// edges/s counts all edges, those of patterns that say nothing included.
void max_sum_step(benchmark::State& bench, int warm_up) {
  const Problem problem = make_storage({Machine::perceptron, false, 4001, 1}, WeightKind::binary, 0.6, 1);
  const MaxSum algorithm(problem);
  RandomStream random(1, Purpose::dynamics);
  MaxSumState state = algorithm.start(random);
  for (int t = 0; t < warm_up; ++t) algorithm.step(state, random);
  for (auto _ : bench) benchmark::DoNotOptimize(algorithm.step(state, random).errors);
  bench.counters["edges/s"] = benchmark::Counter(
      double(problem.train.count()) * 4001 * double(bench.iterations()), benchmark::Counter::kIsRate);
}
BENCHMARK_CAPTURE(max_sum_step, after_10, 10)->Unit(benchmark::kMillisecond)->Iterations(20);

}  // namespace
}  // namespace wfm::inference
