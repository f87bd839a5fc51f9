// Streaming messages: an epoch of 2000 patterns of 785 +-1 inputs in batches of 128, one layer of 9 units and two of 101.
#include "inference/streaming_bp.hpp"

#include <benchmark/benchmark.h>

#include "problems/storage.hpp"

namespace wfm::inference {
namespace {

void epoch(benchmark::State& bench, const LayerStack& stack) {
  const Patterns patterns = random_patterns(2000, stack.inputs, InputKind::binary, 1, Purpose::patterns);
  RandomStream random(1, Purpose::dynamics);
  const std::size_t weights = stack.first_weight(stack.layers());
  std::vector<double> theta(weights);
  for (double& field : theta) field = 0.1 * random.normal();
  for (auto _ : bench) benchmark::DoNotOptimize(streaming_epoch(stack, {}, patterns, 0, theta, random));
  bench.counters["edges/s"] = benchmark::Counter(
      double(weights) * double(patterns.count()) * double(bench.iterations()), benchmark::Counter::kIsRate);
}
BENCHMARK_CAPTURE(epoch, committee, {785, {9}, true})->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(epoch, two_layers, {785, {101, 101}, false})->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace wfm::inference
