// Goals (one AVX-512 core): both kernels above 5 G inputs/s at n = 1001.
#include "training/sphere_steps.hpp"

#include <vector>

#include <benchmark/benchmark.h>

#include "math/bit_matrix.hpp"
#include "math/random.hpp"

namespace wfm::training {
namespace {

struct Unit {
  explicit Unit(std::size_t n) : xi(1, n), w(n) {
    RandomStream random(1, Purpose::initial_state);
    for (std::size_t i = 0; i < n; ++i) {
      xi.set(0, i, random.sign());
      w[i] = random.normal();
    }
  }
  BitMatrix xi;
  std::vector<double> w;
};

void inputs_per_second(benchmark::State& state) {
  state.counters["inputs/s"] =
      benchmark::Counter(double(state.range(0)) * double(state.iterations()), benchmark::Counter::kIsRate);
}

void input_sum_packed(benchmark::State& state) {
  const Unit unit{std::size_t(state.range(0))};
  for (auto _ : state) benchmark::DoNotOptimize(input_sum(unit.xi.row(0), unit.w));
  inputs_per_second(state);
}
BENCHMARK(input_sum_packed)->Arg(111)->Arg(1001);

void add_and_scale_packed(benchmark::State& state) {
  Unit unit{std::size_t(state.range(0))};
  for (auto _ : state) {
    add_and_scale(unit.xi.row(0), 1e-3, 1.0, unit.w);
    benchmark::ClobberMemory();
  }
  inputs_per_second(state);
}
BENCHMARK(add_and_scale_packed)->Arg(111)->Arg(1001);

}  // namespace
}  // namespace wfm::training
