// Goals: an RS point of one field in 30 us, of three units in 50 ms; a capacity below 1 ms; a 1RSB saddle in 100 ms.
#include "theory/replica_symmetric.hpp"

#include <benchmark/benchmark.h>

#include "theory/capacity.hpp"
#include "theory/one_step.hpp"
#include "theory/one_step_capacity.hpp"
#include "theory/overlaps.hpp"
#include "theory/teacher_student_thresholds.hpp"

namespace wfm::theory {
namespace {

void rs_points(benchmark::State& state) {
  double alpha = 0.1;
  for (auto _ : state) {
    benchmark::DoNotOptimize(rs_entropy({alpha, 0.05}));
    alpha = alpha < 0.7 ? alpha + 0.01 : 0.1;
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(rs_points);

void capacities(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(capacity(0.1));
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(capacities);

void rs_points_of_three_units(benchmark::State& state) {
  const Machine machine{Prior::binary, Decoder::committee, 3};
  for (auto _ : state) benchmark::DoNotOptimize(rs_entropy({0.7, 0, machine}));
}
BENCHMARK(rs_points_of_three_units)->Unit(benchmark::kMillisecond);

void max_margins(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(max_margin(0.5));
}
BENCHMARK(max_margins);

void overlaps_of_two_margins(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(typical_overlaps({0.5, 0, 0.2}));
}
BENCHMARK(overlaps_of_two_margins)->Unit(benchmark::kMillisecond);

const Machine relu_units{Prior::spherical, Decoder::committee, infinitely_many, Activation::relu};

void one_step_saddles(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(one_step_entropy({2.0, 0, relu_units}));
}
BENCHMARK(one_step_saddles)->Unit(benchmark::kMillisecond);

void one_step_capacities(benchmark::State& state) {
  const Machine three_units{Prior::spherical, Decoder::committee, 3};
  for (auto _ : state)
    benchmark::DoNotOptimize(one_step_capacity(state.range(0) == 3 ? three_units : relu_units));
}
BENCHMARK(one_step_capacities)->Arg(0)->Arg(3)->Unit(benchmark::kMillisecond);

void teacher_student_spinodals(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(teacher_student_spinodal());
}
BENCHMARK(teacher_student_spinodals)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace wfm::theory
