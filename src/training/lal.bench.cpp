// Goal (one AVX-512 core): a sweep of the tree committee K = 9, N = 999, alpha = 1 below 1 ms.
#include "training/lal.hpp"

#include <benchmark/benchmark.h>

#include "problems/storage.hpp"

namespace wfm::training {
namespace {

void lal_sweep(benchmark::State& state, bool tree) {
  const Problem problem =
      make_storage({Machine::committee, tree, tree ? 999 : 111, 9}, WeightKind::spherical, 1, 1);
  const LeastActionLearning algorithm(problem);
  RandomStream random(1, Purpose::dynamics);
  LalState begin = algorithm.start(random);
  for (int sweep = 0; sweep < 10; ++sweep) algorithm.step(begin, random);
  for (auto _ : state) {
    LalState moving = begin;
    benchmark::DoNotOptimize(algorithm.step(moving, random));
  }
  state.counters["patterns/s"] = benchmark::Counter(
      double(problem.train.count()) * double(state.iterations()), benchmark::Counter::kIsRate);
}
BENCHMARK_CAPTURE(lal_sweep, tree, true)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(lal_sweep, fully_connected, false)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace wfm::training
