#include "landscape/local_energy.hpp"

#include <gmock/gmock.h>

#include <bit>
#include <cmath>
#include <numeric>

#include "math/error.hpp"
#include "math/gaussian.hpp"
#include "problems/evaluation.hpp"
#include "problems/storage.hpp"
#include "problems/teacher.hpp"

namespace wfm::landscape {
namespace {

using enum Machine;
const std::vector<Architecture> machines{{perceptron, false, 21, 1}, {committee, false, 20, 3},
                                         {committee, true, 21, 3},   {parity, false, 15, 2},
                                         {parity, true, 21, 3},      {committee, true, 12, 3}};
const std::vector<double> noise{0, 0.05, 0.3, 1, 3};

Patterns patterns_for(const Architecture& machine, InputKind inputs, std::size_t count) {
  return make_storage(machine, WeightKind::spherical, double(count) / machine.weights(), 3, 0, inputs).train;
}

void expect_same(const LocalEnergy& a, const LocalEnergy& b) {
  EXPECT_EQ(a.reference_errors, b.reference_errors);
  ASSERT_EQ(a.points.size(), b.points.size());
  for (std::size_t j = 0; j < a.points.size(); ++j) {
    EXPECT_EQ(a.points[j].level, b.points[j].level);
    EXPECT_EQ(a.points[j].errors, b.points[j].errors);
    EXPECT_EQ(a.points[j].error_increase, b.points[j].error_increase);
    EXPECT_EQ(a.points[j].standard_error, b.points[j].standard_error);
  }
}

TEST(LocalEnergy, IsThatOfTheReadableTwins) {
  for (const Architecture& machine : machines)
    for (const InputKind inputs : {InputKind::binary, InputKind::gaussian})
      for (const WeightKind kind : {WeightKind::binary, WeightKind::spherical}) {
        const Patterns patterns = patterns_for(machine, inputs, 1500);  // more than one block
        const Weights w = random_weights(machine, kind, 5, Purpose::teacher);
        const LocalEnergyParams params{.samples = 7, .seed = 2};
        expect_same(noise_energy(machine, w, patterns, noise, params),
                    noise_energy_readable(machine, w, patterns, noise, params));
        if (kind == WeightKind::spherical) continue;
        std::vector<double> fractions(70);  // more than one product
        for (std::size_t j = 0; j < fractions.size(); ++j) fractions[j] = double(j) / 69;
        expect_same(flip_energy(machine, w, patterns, fractions, params),
                    flip_energy_readable(machine, w, patterns, fractions, params));
      }
}

TEST(LocalEnergy, NothingDisturbedIsNothingGained) {
  for (const Architecture& machine : machines) {
    const Patterns patterns = patterns_for(machine, InputKind::binary, 60);  // ties at even fan-in
    const Weights w = random_weights(machine, WeightKind::binary, 5, Purpose::teacher);
    const std::vector<double> zero{0.0};
    for (const LocalEnergy& energy :
         {noise_energy(machine, w, patterns, zero), flip_energy(machine, w, patterns, zero)}) {
      EXPECT_EQ(energy.points[0].error_increase, 0);
      EXPECT_EQ(energy.points[0].standard_error, 0);
      EXPECT_EQ(energy.points[0].errors, double(count_errors(machine, w, patterns)));
      EXPECT_EQ(energy.patterns, 60u);
    }
  }
}

// One pattern of a perceptron: h(s) is Gaussian around h0, so an error has probability H(sigma h0/(s sqrt(sum w_i^2 xi_i^2/N))).
TEST(LocalEnergy, OfOnePatternIsAGaussianTail) {
  const Architecture machine{perceptron, false, 41, 1};
  const Weights w = random_weights(machine, WeightKind::spherical, 5, Purpose::teacher);
  for (const InputKind inputs : {InputKind::binary, InputKind::gaussian})
    for (const std::size_t which : {0u, 1u, 2u}) {
      const Patterns one = subset(patterns_for(machine, inputs, 5), std::vector<std::size_t>{which});
      double variance = 0;
      for (std::size_t i = 0; i < 41; ++i) variance += std::pow(w.values[i] * one(0, i), 2) / 41;
      const double s0 = output_stabilities(machine, w, one)[0];
      const LocalEnergyParams params{.samples = 20000, .seed = 4};
      const std::vector<double> levels{0.2, 1, 4};
      for (const auto& point : noise_energy(machine, w, one, levels, params).points) {
        const double p = H(s0 / (point.level * std::sqrt(variance)));
        const double error = std::sqrt(p * (1 - p) / params.samples);
        EXPECT_NEAR(point.errors, p, 4 * error + 1e-9) << point.level;
        EXPECT_NEAR(point.standard_error, error, 0.1 * error + 1e-3);
      }
    }
}

TEST(LocalEnergy, OfFlipsIsTheMeanOverAllChoices) {
  const Architecture machine{committee, true, 12, 3};
  const Patterns patterns = patterns_for(machine, InputKind::gaussian, 40);
  const Weights w = random_weights(machine, WeightKind::binary, 5, Purpose::teacher);
  const std::vector<double> fractions{1.0 / 12, 3.0 / 12, 0.5, 1.0};
  const auto energy = flip_energy(machine, w, patterns, fractions, {.samples = 4000, .seed = 3});
  const double reference = double(count_errors(machine, w, patterns));
  for (std::size_t l = 0; l < fractions.size(); ++l) {
    const int flips = int(std::lround(fractions[l] * 12));
    double total = 0, choices = 0;
    for (std::uint32_t set = 0; set < 1U << 12; ++set) {
      if (std::popcount(set) != flips) continue;
      Weights flipped = w;
      for (std::size_t i = 0; i < 12; ++i)
        if (set >> i & 1) flipped.values[i] *= -1;
      total += double(count_errors(machine, flipped, patterns));
      ++choices;
    }
    EXPECT_NEAR(energy.points[l].error_increase, (total / choices - reference) / 40,
                4 * energy.points[l].standard_error + 1e-12);
  }
  // all flipped: every output of an odd committee changes sign
  EXPECT_DOUBLE_EQ(energy.points[3].errors, 40 - reference);
  EXPECT_NEAR(energy.points[3].standard_error, 0, 1e-12);
}

TEST(LocalEnergy, DoesNotDependOnThreadsAndSharesItsNumbersAmongLevels) {
  const Architecture machine{committee, false, 20, 3};
  const Patterns patterns = patterns_for(machine, InputKind::gaussian, 300);
  const Weights w = random_weights(machine, WeightKind::spherical, 5, Purpose::teacher);
  const auto one = noise_energy(machine, w, patterns, noise, {.samples = 9, .threads = 1});
  expect_same(one, noise_energy(machine, w, patterns, noise, {.samples = 9, .threads = 3}));
  const auto alone = noise_energy(machine, w, patterns, std::vector<double>{0.3}, {.samples = 9});
  EXPECT_EQ(alone.points[0].errors, one.points[2].errors);
  const auto other = noise_energy(machine, w, patterns, noise, {.samples = 9, .seed = 2});
  EXPECT_NE(other.points[2].standard_error, one.points[2].standard_error);
}

TEST(LocalEnergy, WithoutPatternsHasNoRate) {
  const auto energy =
      noise_energy(machines[0], random_weights(machines[0], WeightKind::binary, 1, Purpose::teacher),
                   patterns_for(machines[0], InputKind::binary, 0), noise, {.samples = 2});
  EXPECT_EQ(energy.points[1].errors, 0);
  EXPECT_TRUE(std::isnan(energy.points[1].error_increase));
}

TEST(LocalEnergy, NamesWhatItRefuses) {
  const Patterns patterns = patterns_for(machines[0], InputKind::binary, 5);
  const Weights w = random_weights(machines[0], WeightKind::spherical, 1, Purpose::teacher);
  const std::vector<double> negative{-0.1}, some{0.1}, above{1.1};
  EXPECT_THROW(noise_energy(machines[0], w, patterns, negative), InvalidInput);
  EXPECT_THROW(noise_energy(machines[0], w, patterns, some, {.samples = 0}), InvalidInput);
  EXPECT_THROW(flip_energy(machines[0], w, patterns, some), InvalidInput);
  const Weights signs = random_weights(machines[0], WeightKind::binary, 1, Purpose::teacher);
  EXPECT_THROW(flip_energy(machines[0], signs, patterns, above), InvalidInput);
  EXPECT_THROW(noise_energy(machines[1], signs, patterns, some), InvalidInput);
}

}  // namespace
}  // namespace wfm::landscape
