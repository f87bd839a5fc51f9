// Goals (one AVX-512 core): an epoch at N = 10001, alpha = 0.6 below 10 ms, at its start (half the patterns wrong) too.
#include "training/sbpi.hpp"

#include <vector>

#include <benchmark/benchmark.h>

#include "problems/storage.hpp"
#include "training/hidden_states.hpp"

namespace wfm::training {
namespace {

Problem perceptron(int N, double alpha) {
  return make_storage({Machine::perceptron, false, N, 1}, WeightKind::binary, alpha, 1);
}

/// patterns/s counts patterns presented and counted; `updates/s` in the kernels below counts patterns that move the states.
void sbpi_epoch(benchmark::State& state, int warm_up) {
  const Problem problem = perceptron(int(state.range(0)), 0.6);
  const Sbpi algorithm(problem);
  RandomStream random(1, Purpose::dynamics);
  SbpiState begin = algorithm.start(random);
  for (int epoch = 0; epoch < warm_up; ++epoch) algorithm.step(begin, random);
  for (auto _ : state) {
    SbpiState moving = begin;
    benchmark::DoNotOptimize(algorithm.step(moving, random));
  }
  state.counters["patterns/s"] = benchmark::Counter(
      double(problem.train.count()) * double(state.iterations()), benchmark::Counter::kIsRate);
}
BENCHMARK_CAPTURE(sbpi_epoch, first, 0)->Arg(1001)->Arg(10001)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(sbpi_epoch, after_40, 40)->Arg(1001)->Arg(10001)->Unit(benchmark::kMillisecond);

template <class Update>
void update_kernel(benchmark::State& state, const Update& update) {
  const auto n = std::size_t(state.range(0));
  RandomStream random(1, Purpose::dynamics);
  BitMatrix rows(2, n);
  for (std::size_t i = 0; i < n; ++i) rows.set(0, i, random.sign());
  std::vector<std::int32_t> hidden(n);
  for (auto& h : hidden) h = random.sign();
  pack_states(hidden, rows.row(1));
  int sigma = 1;
  for (auto _ : state) {
    update(hidden, rows, sigma = -sigma);
    benchmark::ClobberMemory();
  }
  state.counters["updates/s"] = benchmark::Counter(double(state.iterations()), benchmark::Counter::kIsRate);
}

void wrong_pattern(benchmark::State& state) {
  update_kernel(state, [](std::vector<std::int32_t>& hidden, BitMatrix& rows, int sigma) {
    add_pattern(hidden, rows.row(0), sigma, no_state_cap, rows.row(1));
  });
}
BENCHMARK(wrong_pattern)->Arg(10001);

void secured_pattern(benchmark::State& state) {
  update_kernel(state, [](std::vector<std::int32_t>& hidden, BitMatrix& rows, int sigma) {
    secure_pattern(hidden, rows.row(0), sigma, 41);
  });
}
BENCHMARK(secured_pattern)->Arg(10001);

}  // namespace
}  // namespace wfm::training
