// Goal (one AVX-512 core): 100 samples at 20 levels on 10 000 images of 784 pixels with K = 9 within 5 s.
#include "landscape/local_energy.hpp"

#include <benchmark/benchmark.h>

#include "problems/storage.hpp"
#include "problems/teacher.hpp"

namespace wfm::landscape {
namespace {

constexpr Architecture machine{Machine::committee, false, 784, 9};

std::vector<double> levels(double last) {
  std::vector<double> values;
  for (int j = 1; j <= 20; ++j) values.push_back(last * j / 20);
  return values;
}

void noise(benchmark::State& state, InputKind inputs) {
  const Patterns patterns =
      make_storage(machine, WeightKind::spherical, 10000.0 / machine.weights(), 1, 0, inputs).train;
  const Weights w = random_weights(machine, WeightKind::spherical, 1, Purpose::teacher);
  for (auto _ : state) benchmark::DoNotOptimize(noise_energy(machine, w, patterns, levels(1)).points.data());
}
BENCHMARK_CAPTURE(noise, binary, InputKind::binary)->Unit(benchmark::kSecond)->Iterations(1);
BENCHMARK_CAPTURE(noise, real, InputKind::gaussian)->Unit(benchmark::kSecond)->Iterations(1);

void flips(benchmark::State& state, InputKind inputs) {
  const Patterns patterns =
      make_storage(machine, WeightKind::binary, 10000.0 / machine.weights(), 1, 0, inputs).train;
  const Weights w = random_weights(machine, WeightKind::binary, 1, Purpose::teacher);
  for (auto _ : state) benchmark::DoNotOptimize(flip_energy(machine, w, patterns, levels(0.5)).points.data());
}
BENCHMARK_CAPTURE(flips, binary, InputKind::binary)->Unit(benchmark::kSecond)->Iterations(1);
BENCHMARK_CAPTURE(flips, real, InputKind::gaussian)->Unit(benchmark::kSecond)->Iterations(1);

}  // namespace
}  // namespace wfm::landscape
