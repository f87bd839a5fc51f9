// Goal: 20 ms an evaluation of three units, so that a curve of 40 distances at y -> infinity takes less than a minute.
#include "theory/units_energetics.hpp"

#include <benchmark/benchmark.h>

namespace wfm::theory {
namespace {

// Arguments: units, parity.
Machine machine_of(const benchmark::State& state) {
  return {Prior::binary, state.range(1) ? Decoder::parity : Decoder::committee, int(state.range(0)),
          Activation::sign};
}

void rs(benchmark::State& state) {
  const Machine machine = machine_of(state);
  for (auto _ : state) benchmark::DoNotOptimize(units_rs_energetics(machine, 0, overlap_of(0.6)));
}
BENCHMARK(rs)->Args({3, 0})->Args({2, 1})->Args({3, 1})->Args({5, 0})->Unit(benchmark::kMillisecond);

void wide(benchmark::State& state) {
  const Machine machine = machine_of(state);
  for (auto _ : state) benchmark::DoNotOptimize(units_wide_energetics(machine, 0, overlap_of(0.9), 1.2));
}
BENCHMARK(wide)->Args({3, 0})->Args({2, 1})->Args({3, 1})->Args({5, 0})->Unit(benchmark::kMillisecond);

void clusters(benchmark::State& state) {
  const Machine machine = machine_of(state);
  for (auto _ : state)
    benchmark::DoNotOptimize(units_cluster_energetics(machine, 0, overlap_of(0.6), overlap_of(0.9), 5));
}
BENCHMARK(clusters)->Args({3, 0})->Args({2, 1})->Args({3, 1})->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace wfm::theory
