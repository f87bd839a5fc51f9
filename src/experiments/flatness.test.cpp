#include "experiments/flatness.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "experiments/instance_experiments.hpp"
#include "landscape/loss_hessian.hpp"
#include "problems/storage.hpp"

namespace wfm::experiments {
namespace {

MeasuredSolution made(const std::string& label, std::size_t instance, bool solved, double entropy,
                      bool converged) {
  MeasuredSolution solution;
  solution.label = label;
  solution.instance = instance;
  solution.solved = solved;
  if (!solved) return solution;
  landscape::LocalEntropyPoint point;
  point.normalised = entropy;
  point.converged = converged;
  solution.flatness.entropies = {point};
  return solution;
}

TEST(FlatnessStatistics, PairInstancesAndLeaveOutWhatIsMissing) {
  const std::vector<MeasuredSolution> all{made("a", 0, true, -0.1, true), made("a", 1, true, -0.2, true),
                                          made("a", 2, false, 0, true),   made("a", 3, true, -9, false),
                                          made("b", 3, true, -0.1, true), made("b", 2, true, -0.1, true),
                                          made("b", 1, true, -0.7, true), made("b", 0, true, -0.4, true)};
  const MeanAndError difference = paired_difference(all, "a", "b", entropy_at(0));
  EXPECT_EQ(difference.count, 2u);
  EXPECT_NEAR(difference.mean, 0.4, 1e-15);  // of 0.3 and 0.5
  EXPECT_NEAR(difference.standard_error, 0.1, 1e-15);
  EXPECT_NEAR(average(all, "a", entropy_at(0)).mean, -0.15, 1e-15);
  const Counts number = counts(all, "a");
  EXPECT_EQ(number.runs, 4u);
  EXPECT_EQ(number.solved, 3u);
  EXPECT_EQ(number.unconverged, 1u);
}

TEST(FlatnessStatistics, VerdictsAskForThreeStandardErrors) {
  EXPECT_EQ(three_errors_verdict({0.31, 0.1, 9}), "holds");
  EXPECT_EQ(three_errors_verdict({-0.31, 0.1, 9}), "fails");
  EXPECT_EQ(three_errors_verdict({0.29, 0.1, 9}), "undecided");
  EXPECT_EQ(three_errors_verdict({0.5, std::nan(""), 1}), "undecided");
}

// The trace and the largest eigenvalue from products with vectors; no noise breaks nothing.
TEST(Flatness, AgreesWithProductsOfTheHessian) {
  const Problem problem = make_storage({Machine::committee, true, 27, 3}, WeightKind::spherical, 0.2, 1);
  const training::Network network(training::network_shape(problem.architecture, training::Activation::tanh));
  RandomStream random(1, Purpose::initial_state);
  const std::vector<float> drawn = network.random_weights(random);
  Weights weights{WeightKind::spherical, 3, 9, {drawn.begin(), drawn.end()}};
  normalise(weights);
  FlatnessParams params;
  params.distances = {0.1};
  params.noise = {0, 0.5};
  params.samples = 10;
  params.beta = 1.5;
  params.gamma = 0.7;
  const Flatness result = flatness(problem, weights, params);

  const landscape::LossHessian hessian(network, weights.values, 1.5,
                                       {training::LossKind::cross_entropy, 0.7, 0}, problem.train);
  double trace = 0, quotient = 0;
  std::vector<double> v(27), image(27);
  for (std::size_t i = 0; i < 27; ++i) {
    std::ranges::fill(v, 0);
    v[i] = 1;
    hessian.multiply(v, image);
    trace += image[i];
    quotient = std::max(quotient, image[i]);
  }
  EXPECT_NEAR(result.trace, trace, 1e-12);
  EXPECT_GE(result.largest, quotient);
  EXPECT_LE(result.largest, trace - 27 * std::min(0.0, result.eigenvalues.front()));
  EXPECT_EQ(result.error_increase.front(), 0);
  ASSERT_EQ(result.entropies.size(), 1u);
  EXPECT_EQ(result.entropies.front().distance, 0.1);
}

TEST(CommitteeExperiments, InterruptedTheyGiveNothing) {
  ExperimentSettings settings;
  settings.interrupted = [] { return true; };
  EXPECT_FALSE(committee_algorithms(settings));
  EXPECT_FALSE(hessians(settings));
  EXPECT_FALSE(norm_schedules(settings));
}

}  // namespace
}  // namespace wfm::experiments
