// Goals (one AVX-512 core): the whole spectrum of a committee of 9 x 784 weights on 500 patterns within 60 s.
#include <benchmark/benchmark.h>

#include "landscape/hessian_matrix.hpp"
#include "math/spectral_density.hpp"
#include "problems/storage.hpp"
#include "problems/teacher.hpp"

namespace wfm::landscape {
namespace {

LossHessian hessian_of(std::size_t patterns) {
  const Architecture machine{Machine::committee, false, 784, 9};
  const Problem problem =
      make_storage(machine, WeightKind::spherical, double(patterns) / machine.weights(), 1);
  const Weights w = random_weights(machine, WeightKind::spherical, 1, Purpose::teacher);
  const training::Network network(network_shape(machine, training::Activation::tanh));
  return {network, w.values, 2, {training::LossKind::cross_entropy, 2, 0}, problem.train};
}

void product(benchmark::State& state) {
  const LossHessian hessian = hessian_of(std::size_t(state.range(0)));
  std::vector<double> v(hessian.size(), 1), out(hessian.size());
  for (auto _ : state) hessian.multiply(v, out);
  state.counters["products/s"] = benchmark::Counter(double(state.iterations()), benchmark::Counter::kIsRate);
}
BENCHMARK(product)->Arg(500)->Arg(12000)->Unit(benchmark::kMillisecond);

void assembly(benchmark::State& state) {
  const LossHessian hessian = hessian_of(std::size_t(state.range(0)));
  for (auto _ : state) benchmark::DoNotOptimize(hessian_matrix(hessian).matrix.data());
}
BENCHMARK(assembly)->Arg(500)->Arg(12000)->Unit(benchmark::kSecond)->Iterations(1);

void spectrum(benchmark::State& state) {
  const HessianMatrix matrix = hessian_matrix(hessian_of(std::size_t(state.range(0))));
  for (auto _ : state) benchmark::DoNotOptimize(whole_spectrum(matrix).data());
  state.counters["rows"] = double(matrix.matrix.rows());
}
BENCHMARK(spectrum)->Arg(500)->Arg(12000)->Unit(benchmark::kSecond)->Iterations(1);

void extremes(benchmark::State& state) {
  const LossHessian hessian = hessian_of(500);
  std::size_t products = 0;
  for (auto _ : state) products = extreme_eigenvalues(hessian.product(), {.count = 5}).products;
  state.counters["products"] = double(products);
}
BENCHMARK(extremes)->Unit(benchmark::kSecond)->Iterations(1);

void density(benchmark::State& state) {
  const LossHessian hessian = hessian_of(500);
  for (auto _ : state) benchmark::DoNotOptimize(spectral_density(hessian.product()).density.data());
}
BENCHMARK(density)->Unit(benchmark::kSecond)->Iterations(1);

}  // namespace
}  // namespace wfm::landscape
