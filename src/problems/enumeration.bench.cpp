// Goal: 10^9 configurations/s on two cores for a perceptron with P = M/2 patterns.
#include <benchmark/benchmark.h>

#include "problems/enumeration.hpp"
#include "problems/storage.hpp"

namespace wfm {
namespace {

void run(benchmark::State& state, const Architecture& architecture, double alpha, InputKind inputs,
         bool everything) {
  const Problem problem = make_storage(architecture, WeightKind::binary, alpha, 1, 0, inputs);
  const int M = architecture.weights();
  EnumerationParams params;
  if (everything) {
    params.reference = Weights{WeightKind::binary, architecture.hidden, architecture.fan_in(),
                               std::vector(std::size_t(M), 1.0)};
    params.fields.assign(std::size_t(M), 0.1);
  }
  for (auto _ : state) benchmark::DoNotOptimize(enumerate(problem, params).solutions);
  state.counters["configurations/s"] =
      benchmark::Counter(double(std::uint64_t{1} << M), benchmark::Counter::kIsIterationInvariantRate);
}

void perceptron(benchmark::State& state) {
  run(state, {Machine::perceptron, false, int(state.range(0)), 1},
      double(state.range(1)) / double(state.range(0)), InputKind::binary, state.range(2) != 0);
}
BENCHMARK(perceptron)
    ->ArgNames({"M", "P", "everything"})
    ->Args({25, 15, 0})
    ->Args({25, 15, 1})
    ->Args({25, 0, 1})
    ->Args({30, 15, 0})
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();

void perceptron_gaussian_inputs(benchmark::State& state) {
  run(state, {Machine::perceptron, false, 25, 1}, 0.6, InputKind::gaussian, false);
}
BENCHMARK(perceptron_gaussian_inputs)->Unit(benchmark::kMillisecond)->UseRealTime();

void committee(benchmark::State& state) {
  const bool tree = state.range(0) != 0;
  run(state, {Machine::committee, tree, tree ? 27 : 9, 3}, 0.4, InputKind::binary, false);
}
BENCHMARK(committee)->ArgName("tree")->Arg(0)->Arg(1)->Unit(benchmark::kMillisecond)->UseRealTime();

void parity_of_small_units(benchmark::State& state) {  // the worst case: blocks of eight
  run(state, {Machine::parity, true, 27, 9}, 0.4, InputKind::binary, false);
}
BENCHMARK(parity_of_small_units)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
}  // namespace wfm
