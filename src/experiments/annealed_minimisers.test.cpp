// Annealing against enumeration and against replica theory, both of which know nothing of Monte Carlo.
#include "experiments/annealed_minimisers.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "landscape/local_entropy.hpp"
#include "math/error.hpp"
#include "math/statistics.hpp"
#include "problems/evaluation.hpp"
#include "problems/storage.hpp"
#include "theory/gibbs_franz_parisi.hpp"

namespace wfm::experiments {
namespace {

Problem perceptron(int N, double alpha, std::uint64_t seed) {
  return make_storage({Machine::perceptron, false, N, 1}, WeightKind::binary, alpha, seed);
}

/// E/N by the definition.
double energy_of(const Problem& problem, const Weights& w, double gamma) {
  double sum = 0;
  for (const double s : output_stabilities(problem.architecture, w, problem.train))
    sum += std::log1p(std::exp(-2 * gamma * s)) / (2 * gamma);
  return sum / problem.architecture.inputs;
}

theory::GibbsLoss cross_entropy(double gamma) {
  return {theory::LossKind::cross_entropy, gamma, 0};
}

TEST(AnnealCrossEntropy, ReachesTheGroundStateOfSmallInstances) {
  const int N = 11;
  int reached = 0;
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    const Problem problem = perceptron(N, 0.8, seed);
    double least = std::numeric_limits<double>::infinity();
    Weights w{WeightKind::binary, 1, N, std::vector<double>(N)};
    for (int code = 0; code < 1 << N; ++code) {
      for (int i = 0; i < N; ++i) w.values[std::size_t(i)] = (code >> i & 1) != 0 ? 1 : -1;
      least = std::min(least, energy_of(problem, w, 1.5));
    }
    AnnealingCourse course;
    course.gamma = 1.5;
    course.last_beta = 1000;
    course.sweeps_per_decade = 200;
    course.seed = seed;
    const AnnealedConfiguration found = anneal_cross_entropy(problem, course);
    EXPECT_EQ(found.sweeps, 601);
    EXPECT_NEAR(found.energy, energy_of(problem, found.weights, 1.5), 1e-12);
    EXPECT_GE(found.energy, least - 1e-12);
    reached += found.energy < least + 1e-12 ? 1 : 0;
  }
  EXPECT_GE(reached, 8);
}

// Slow enough to stay in equilibrium down to beta = 12: energies, errors and local entropies are those of the measure there. The bound of
// four standard errors of 16 instances is passed once in a thousand by chance; the lag of annealing and O(1/N) are smaller.
TEST(AnnealCrossEntropy, FollowsTheGibbsMeasure) {
  const double gamma = 2, beta = 12, d = 0.02;
  std::vector<double> energies, errors, entropies;
  double alpha = 0;
  for (std::uint64_t seed = 1; seed <= 16; ++seed) {
    const Problem problem = perceptron(301, 0.4, seed);
    alpha = problem.alpha();
    const AnnealedConfiguration found = anneal_cross_entropy(problem, {gamma, beta, 400, seed, {}});
    energies.push_back(found.energy);
    errors.push_back(double(found.errors) / double(problem.train.count()));
    const auto around = landscape::local_entropy(problem, found.weights, {&d, 1}).front();
    if (around.converged) entropies.push_back(around.entropy);
  }
  ASSERT_GE(entropies.size(), 14u);
  const auto state = theory::gibbs_measure(alpha, cross_entropy(gamma), beta);
  const auto around =
      theory::gibbs_franz_parisi_curve({alpha, cross_entropy(gamma), beta, 0}, {&d, 1}).front();
  const auto expect_near = [](const std::vector<double>& samples, double theory) {
    const MeanAndError measured = mean_and_error(samples);
    EXPECT_NEAR(measured.mean, theory, 4 * measured.standard_error);
    EXPECT_LT(measured.standard_error, 0.25 * theory);  // it could have failed
  };
  expect_near(energies, state.energy);
  expect_near(errors, state.error_probability);
  expect_near(entropies, around.entropy);
}

TEST(AnnealCrossEntropy, RefusesCoursesOutOfRange) {
  const Problem problem = perceptron(21, 0.3, 1);
  EXPECT_THROW(anneal_cross_entropy(problem, {0, 10, 10, 1, {}}), InvalidInput);
  EXPECT_THROW(anneal_cross_entropy(problem, {1, 1, 10, 1, {}}), InvalidInput);
  EXPECT_THROW(anneal_cross_entropy(problem, {1, std::numeric_limits<double>::infinity(), 10, 1, {}}),
               InvalidInput);
  EXPECT_THROW(anneal_cross_entropy(problem, {1, 10, 0, 1, {}}), InvalidInput);
}

TEST(MeasureAtEnergy, FindsTheTemperatureOfAnEnergy) {
  const double alpha = 0.4, beta = 70, d = 0.02;
  const auto loss = cross_entropy(2);
  const auto minimisers = theory::freezing(alpha, loss);
  const auto at = [&](double b) {
    return theory::gibbs_franz_parisi_curve({alpha, loss, b, 0}, {&d, 1}).front().entropy;
  };
  const auto state = theory::gibbs_measure(alpha, loss, beta);
  const MeasureAtEnergy measure = measure_at_energy(alpha, loss, minimisers, state.energy, d);
  ASSERT_TRUE(measure.converged);
  EXPECT_NEAR(measure.beta, beta, 1e-5);
  EXPECT_NEAR(measure.entropy, state.entropy, 1e-7);
  EXPECT_NEAR(measure.error_probability / state.error_probability, 1, 1e-5);
  EXPECT_NEAR(measure.local_entropy, at(beta), 1e-8);
}

TEST(MeasureAtEnergy, StopsAtFreezing) {
  const double alpha = 0.4, d = 0.02;
  const auto loss = cross_entropy(1);
  const auto minimisers = theory::freezing(alpha, loss);
  const MeasureAtEnergy below = measure_at_energy(alpha, loss, minimisers, 0.9 * minimisers.energy, d);
  ASSERT_TRUE(below.converged);
  EXPECT_EQ(below.beta, minimisers.beta);
  EXPECT_NEAR(below.entropy, 0, 1e-8);
  EXPECT_EQ(below.local_entropy,
            theory::local_entropy_of_sharpness(alpha, d, std::vector<double>{1}).front().around.entropy);
  EXPECT_LT(measure_at_energy(alpha, loss, minimisers, 1.02 * minimisers.energy, d).beta, minimisers.beta);

  EXPECT_FALSE(measure_at_energy(alpha, loss, {}, 0.1, d).converged);
  EXPECT_FALSE(measure_at_energy(alpha, loss, minimisers, 100, d).converged);  // above infinite temperature
  EXPECT_THROW(measure_at_energy(alpha, loss, minimisers, 0, d), InvalidInput);
}

}  // namespace
}  // namespace wfm::experiments
