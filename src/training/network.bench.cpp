// Goal (one AVX-512 core): an epoch of SGD on 12 000 patterns of 784 +-1 inputs, batch 100, below 5 ms for the committee of 9 tanh
// units (2.4 M pattern updates/s); NumPy takes 17 to 19 ms.
#include "training/network.hpp"

#include <benchmark/benchmark.h>

#include "problems/storage.hpp"
#include "training/sgd.hpp"

namespace wfm::training {
namespace {

Problem twelve_thousand(bool tree, InputKind inputs) {
  const Architecture machine{Machine::committee, tree, tree ? 783 : 784, 9};
  return make_storage(machine, WeightKind::spherical, 12000.0 / machine.weights(), 1, 0, inputs);
}

void updates_per_second(benchmark::State& state, double patterns) {
  state.counters["updates/s"] =
      benchmark::Counter(patterns * double(state.iterations()), benchmark::Counter::kIsRate);
}

void sgd_epoch_of(benchmark::State& state, const Patterns& patterns, const NetworkShape& shape,
                  OptimiserKind kind = OptimiserKind::plain) {
  const SmoothTraining training(patterns, shape, {}, "sgd");
  RandomStream random(1, Purpose::dynamics);
  SgdState moving{training.network().random_weights(random), {}, 0};
  for (auto _ : state) benchmark::DoNotOptimize(sgd_epoch(training, {.kind = kind}, moving, random));
  updates_per_second(state, double(patterns.count()));
}

void epoch(benchmark::State& state, bool tree, InputKind inputs, OptimiserKind kind) {
  const Problem problem = twelve_thousand(tree, inputs);
  sgd_epoch_of(state, problem.train, network_shape(problem.architecture, Activation::tanh), kind);
}
BENCHMARK_CAPTURE(epoch, fully_connected, false, InputKind::binary, OptimiserKind::plain)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(epoch, fully_connected_adam, false, InputKind::binary, OptimiserKind::adam)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(epoch, fully_connected_real, false, InputKind::gaussian, OptimiserKind::plain)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(epoch, tree, true, InputKind::binary, OptimiserKind::plain)->Unit(benchmark::kMillisecond);

void epoch_of_two_layers(benchmark::State& state) {
  const Problem problem = twelve_thousand(false, InputKind::binary);
  sgd_epoch_of(state, problem.train, {784, {101, 101}, false, true, Activation::tanh});
}
BENCHMARK(epoch_of_two_layers)->Unit(benchmark::kMillisecond);

void sign_errors(benchmark::State& state) {
  const Problem problem = twelve_thousand(false, InputKind::binary);
  const SignErrors errors(problem);
  RandomStream random(1, Purpose::initial_state);
  const Sgd algorithm(problem);
  const Weights weights = algorithm.weights(algorithm.start(random));
  for (auto _ : state) benchmark::DoNotOptimize(errors.count(weights));
}
BENCHMARK(sign_errors)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace wfm::training
