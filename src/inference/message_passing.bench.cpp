// Goals on one core, binary perceptron, N = 4001, alpha = 0.6: 100 M edges/s at least for edge BP (300 M to 1
// G wanted), 2 ms an iteration of AMP at most.
#include <benchmark/benchmark.h>

#include "inference/presets.hpp"
#include "problems/storage.hpp"

namespace wfm::inference {
namespace {

const Problem& problem() {
  static const Problem made = make_storage({Machine::perceptron, false, 4001, 1}, WeightKind::binary, 0.6, 1);
  return made;
}

void sweep(benchmark::State& bench, const EdgeBp::Params& params) {
  const EdgeBp bp(problem(), params);
  RandomStream random(1, Purpose::dynamics);
  auto state = bp.start(random);
  for (auto _ : bench) benchmark::DoNotOptimize(bp.step(state, random).change);
  bench.counters["edges/s"] =
      benchmark::Counter(double(bp.edges()) * double(bench.iterations()), benchmark::Counter::kIsRate);
}

void edge_bp_interpolated_sequential(benchmark::State& bench) {
  sweep(bench, bp());
}
BENCHMARK(edge_bp_interpolated_sequential)->Unit(benchmark::kMillisecond);

void edge_bp_interpolated_parallel(benchmark::State& bench) {
  EdgeBp::Params params = bp();
  params.schedule = Schedule::parallel;
  sweep(bench, params);
}
BENCHMARK(edge_bp_interpolated_parallel)->Unit(benchmark::kMillisecond);

void edge_bp_accurate(benchmark::State& bench) {
  EdgeBp::Params params = bp();
  params.messages = Messages::accurate;
  sweep(bench, params);
}
BENCHMARK(edge_bp_accurate)->Unit(benchmark::kMillisecond)->Iterations(2);

void edge_bp_bethe(benchmark::State& bench) {
  const EdgeBp bp_run(problem(), bp());
  RandomStream random(1, Purpose::dynamics);
  auto state = bp_run.start(random);
  bp_run.step(state, random);
  for (auto _ : bench) benchmark::DoNotOptimize(bp_run.bethe(state).entropy);
}
BENCHMARK(edge_bp_bethe)->Unit(benchmark::kMillisecond);

void amp_iteration(benchmark::State& bench, const Amp::Params& params) {
  const Amp algorithm(problem(), params);
  RandomStream random(1, Purpose::dynamics);
  auto state = algorithm.start(random);
  for (auto _ : bench) benchmark::DoNotOptimize(algorithm.step(state, random).change);
}
BENCHMARK_CAPTURE(amp_iteration, reinforced, amp(0.6))->Unit(benchmark::kMillisecond)->Iterations(1000);
BENCHMARK_CAPTURE(amp_iteration, focusing, fbp_amp())->Unit(benchmark::kMillisecond)->Iterations(400);

}  // namespace
}  // namespace wfm::inference
