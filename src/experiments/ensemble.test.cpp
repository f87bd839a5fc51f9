#include "experiments/ensemble.hpp"

#include <gmock/gmock.h>

#include <cmath>

#include "experiments/demo.hpp"
#include "experiments/results.hpp"
#include "experiments/solution_charts.hpp"
#include "io/report.hpp"
#include "problems/storage.hpp"

namespace wfm::experiments {
namespace {

Solution made(const std::string& label, std::size_t instance, std::int64_t errors, double entropy,
              bool converged) {
  Solution solution;
  solution.label = label;
  solution.instance = instance;
  solution.record.train_errors = errors;
  solution.record.test_error = 0.1 * double(instance);
  landscape::LocalEntropyPoint point;
  point.entropy = entropy;
  point.converged = converged;
  solution.entropies = {point};
  return solution;
}

TEST(Averages, LeaveOutWhatWasNotSolvedOrDidNotConvergeAndCountIt) {
  const std::vector<Solution> all{made("a", 0, 0, 0.1, true), made("a", 1, 3, 9, true),
                                  made("a", 2, 0, 9, false), made("a", 3, 0, 0.3, true)};
  const EntropyAverage average = average_entropy(of_label(all, "a"), 0);
  EXPECT_DOUBLE_EQ(average.entropy.mean, 0.2);
  EXPECT_EQ(average.entropy.count, 2u);
  EXPECT_EQ(average.unconverged, 1u);
}

TEST(PairedDifferences, UseTheInstancesThatBothSolved) {
  std::vector<Solution> all{made("a", 0, 0, 0.5, true), made("a", 1, 0, 0.7, true),
                            made("a", 2, 0, 1.0, true), made("b", 0, 0, 0.4, true),
                            made("b", 1, 0, 0.4, true), made("b", 2, 5, 0.0, true)};
  const MeanAndError difference = paired_entropy_difference(all, "a", "b", 0);
  EXPECT_EQ(difference.count, 2u);
  EXPECT_NEAR(difference.mean, 0.2, 1e-15);
  EXPECT_NEAR(paired_differences(all, "a", "b", 0).test_error.mean, 0, 1e-15);
}

// A contender that is asked for a margin is judged by it, and measured on the problem as it is.
TEST(Ensemble, AMarginIsAskedOfTheRunOnly) {
  const std::vector<Problem> problems{
      make_storage({Machine::perceptron, false, 301, 1}, WeightKind::binary, 0.3, 1)};
  EnsembleParams params;
  params.distances = {0.02};
  const auto solutions = run_ensemble(
      problems, {{"plain", "amp", {}}, {"margin", "amp", {}, 0.25}, {"short", "amp", {}, 0, 1}}, params);
  ASSERT_TRUE(solutions[0].solved() && solutions[1].solved());
  EXPECT_LT(landscape::stability_statistics(solutions[0].stabilities).minimum, 0.25);
  EXPECT_GE(landscape::stability_statistics(solutions[1].stabilities).minimum, 0.25);
  const auto again = landscape::local_entropy(problems[0], solutions[1].record.weights, params.distances);
  EXPECT_DOUBLE_EQ(solutions[1].entropies[0].entropy, again[0].entropy);
  EXPECT_FALSE(solutions[2].solved());
  EXPECT_EQ(solutions[2].record.steps, 1);
  EXPECT_TRUE(solutions[2].entropies.empty());
}

TEST(Results, TextHasTwoDigitsOfTheError) {
  EXPECT_EQ(with_error({0.123456, 0.00123, 10}), "0.1235 ± 0.0012");
  EXPECT_EQ(with_error({12.3456, 1.2, 10}), "12.3 ± 1.2");
  EXPECT_EQ(with_error({0.5, std::nan(""), 1}), "0.5");
}

// The smallest demo there is: its document is one that the report takes, and no finding is without evidence.
TEST(Demo, StoragePartMakesAValidDocument) {
  DemoSizes sizes;
  sizes.storage_instances = 2;
  sizes.storage_inputs = 201;
  sizes.storage_alpha = 0.3;
  ExperimentSettings settings;
  int ticks = 0;
  const auto part = demo_storage(sizes, settings, [&](const Solution&) { ++ticks; });
  ASSERT_TRUE(part);
  EXPECT_EQ(ticks, 8);
  io::Json document = {{"format", "wfm-results"}, {"version", "0"}, {"name", "demo"}, {"title", "demo"}};
  document["findings"] = part->findings;
  document["sections"] = part->sections;
  EXPECT_NO_THROW(io::check_results(document));
  for (const auto& one : part->findings) EXPECT_FALSE(one.at("evidence").get<std::string>().empty());
}

TEST(Demo, InterruptedItGivesNothing) {
  ExperimentSettings settings;
  settings.interrupted = [] { return true; };
  EXPECT_FALSE(demo_storage({}, settings, [](const Solution&) {}));
}

}  // namespace
}  // namespace wfm::experiments
