// Goal (one AVX-512 core), binary perceptron, N = 4001, alpha = 0.6: 1 M patterns/s of all replicas together.
#include <benchmark/benchmark.h>

#include "problems/storage.hpp"
#include "training/binary_rsgd.hpp"
#include "training/binarynet.hpp"

namespace wfm::training {
namespace {

/// patterns/s counts patterns presented; those of all replicas.
template <class Rule>
void epoch(benchmark::State& bench, double presentations) {
  const Problem problem = make_storage({Machine::perceptron, false, 4001, 1}, WeightKind::binary, 0.6, 1);
  const Rule algorithm(problem);
  RandomStream random(1, Purpose::dynamics);
  auto state = algorithm.start(random);
  for (int t = 0; t < 10; ++t) algorithm.step(state, random);
  for (auto _ : bench) benchmark::DoNotOptimize(algorithm.step(state, random).errors);
  bench.counters["patterns/s"] =
      benchmark::Counter(presentations * double(problem.train.count()) * double(bench.iterations()),
                         benchmark::Counter::kIsRate);
}
void rsgd_epoch(benchmark::State& bench) {
  epoch<BinaryRsgd>(bench, 7);
}
void binarynet_epoch(benchmark::State& bench) {
  epoch<BinaryNet>(bench, 1);
}
BENCHMARK(rsgd_epoch)->Unit(benchmark::kMillisecond)->Iterations(20);
BENCHMARK(binarynet_epoch)->Unit(benchmark::kMillisecond)->Iterations(20);

}  // namespace
}  // namespace wfm::training
