// Preactivations of all patterns, in pattern-weights per second. Goal: memory bandwidth, N P / 8 bytes for packed patterns.
#include <benchmark/benchmark.h>

#include "problems/evaluation.hpp"
#include "problems/storage.hpp"
#include "problems/teacher.hpp"

namespace wfm {
namespace {

void run(benchmark::State& state, const Architecture& architecture, WeightKind kind, InputKind inputs) {
  const Problem problem = make_storage(architecture, kind, 0.5, 1, 0, inputs);
  const Weights w = random_weights(architecture, kind, 1, Purpose::teacher);
  for (auto _ : state) benchmark::DoNotOptimize(preactivations(architecture, w, problem.train).data());
  state.counters["pattern-weights/s"] = benchmark::Counter(
      double(problem.train.count()) * architecture.weights(), benchmark::Counter::kIsIterationInvariantRate);
}

constexpr Architecture perceptron{Machine::perceptron, false, 4001, 1};
constexpr Architecture full{Machine::committee, false, 785, 9}, tree{Machine::committee, true, 4005, 9};

void binary_weights(benchmark::State& state, Architecture a) {
  run(state, a, WeightKind::binary, InputKind::binary);
}
void spherical_weights(benchmark::State& state, Architecture a) {
  run(state, a, WeightKind::spherical, InputKind::binary);
}
void real_inputs(benchmark::State& state, Architecture a) {
  run(state, a, WeightKind::spherical, InputKind::gaussian);
}
BENCHMARK_CAPTURE(binary_weights, perceptron, perceptron);
BENCHMARK_CAPTURE(binary_weights, committee, full);
BENCHMARK_CAPTURE(binary_weights, tree, tree);
BENCHMARK_CAPTURE(spherical_weights, perceptron, perceptron);
BENCHMARK_CAPTURE(spherical_weights, committee, full);
BENCHMARK_CAPTURE(spherical_weights, tree, tree);
BENCHMARK_CAPTURE(real_inputs, perceptron, perceptron);
BENCHMARK_CAPTURE(real_inputs, committee, full);
BENCHMARK_CAPTURE(real_inputs, tree, tree);

void storage_patterns(benchmark::State& state) {
  for (auto _ : state)
    benchmark::DoNotOptimize(make_storage(perceptron, WeightKind::binary, 0.5, 1).train.count());
  state.counters["entries/s"] =
      benchmark::Counter(0.5 * 4001.0 * 4001.0, benchmark::Counter::kIsIterationInvariantRate);
}
BENCHMARK(storage_patterns);

}  // namespace
}  // namespace wfm
