// Goals: 5 ms a point in the limit of infinitely many replicas, 20 ms at finite y, one core.
#include "theory/local_entropy.hpp"

#include <cmath>
#include <limits>
#include <vector>

#include <benchmark/benchmark.h>

namespace wfm::theory {
namespace {

std::vector<double> distances() {
  std::vector<double> result;
  for (int i = 0; i < 40; ++i) result.push_back(0.2 * std::exp(-0.13 * i));
  return result;
}

// Argument: y, 0 for infinity; binary perceptron at alpha = 0.7.
void local_entropy_points(benchmark::State& state) {
  const double y = state.range(0) == 0 ? std::numeric_limits<double>::infinity() : double(state.range(0));
  const LocalEntropyParams params{{}, 0, 0.7, y};
  for (auto _ : state) benchmark::DoNotOptimize(local_entropy_curve(params, distances()));
  state.SetItemsProcessed(state.iterations() * 40);
}
BENCHMARK(local_entropy_points)->Arg(0)->Arg(2)->Arg(7)->Arg(50)->Unit(benchmark::kMillisecond);

// Argument: hidden units, 0 for infinitely many; spherical committee of sign units at alpha = 1, y -> infinity, 40 distances.
// Goals: 2 s for infinitely many, 60 s for three.
void committee_curve(benchmark::State& state) {
  const Machine machine{Prior::spherical, Decoder::committee, int(state.range(0)), Activation::sign};
  std::vector<double> where;
  for (int i = 0; i < 40; ++i) where.push_back(0.008 * std::exp(0.085 * i));
  for (auto _ : state) benchmark::DoNotOptimize(local_entropy_curve({machine, 0, 1}, where));
}
BENCHMARK(committee_curve)->Arg(0)->Arg(3)->Unit(benchmark::kMillisecond);

void zero_external_entropy_points(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(zero_external_entropy_curve({}, 0, 0.77, distances()));
  state.SetItemsProcessed(state.iterations() * 40);
}
BENCHMARK(zero_external_entropy_points)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace wfm::theory
