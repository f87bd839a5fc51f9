#include "experiments/sharpness.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "experiments/solve.hpp"
#include "landscape/hessian_matrix.hpp"
#include "math/error.hpp"
#include "math/random.hpp"
#include "problems/storage.hpp"

namespace wfm::experiments {
namespace {

Weights solution(const Problem& problem, const std::string& algorithm) {
  SolveRequest request;
  request.algorithm = algorithm;
  const SolveResult result = solve(problem, request);
  EXPECT_EQ(result.record.train_errors, 0) << algorithm;
  return result.record.weights;
}

SharpnessParams few() {
  SharpnessParams params;
  params.noise = {0, 0.3};
  params.distances = {0.01};
  return params;
}

TEST(SharpnessMeasures, AreNamedInOrderAndAreAllThere) {
  for (const WeightKind kind : {WeightKind::binary, WeightKind::spherical}) {
    const Problem problem = make_storage({Machine::committee, true, 303, 3}, kind, 0.2, 1);
    const Weights weights = solution(problem, kind == WeightKind::binary ? "sbpi" : "lal");
    const auto measures = sharpness_measures(problem, weights, few());
    const auto names = sharpness_names(kind, few());
    ASSERT_EQ(measures.size(), names.size());
    for (std::size_t j = 0; j < names.size(); ++j) EXPECT_EQ(measures[j].name, names[j]);
    EXPECT_EQ(measures[0].sharpness, 0);  // no noise
    EXPECT_GT(measures[1].sharpness, 0);
    EXPECT_TRUE(measures[2].converged);
    EXPECT_GE(measures[2].sharpness, 0);  // phi <= phi_0
    EXPECT_GT(measures[3].sharpness, 0);
    EXPECT_LT(measures[3].sharpness, 1);
  }
}

TEST(SharpnessMeasures, TellASharpSolutionFromAFlatOne) {
  const Problem problem = make_storage({Machine::committee, true, 999, 9}, WeightKind::spherical, 0.5, 1);
  SharpnessParams params = few();
  params.noise = {0.3};
  const auto sharp = sharpness_measures(problem, solution(problem, "lal"), params),
             flat = sharpness_measures(problem, solution(problem, "sgd"), params);
  for (std::size_t j = 0; j < sharp.size(); ++j) {
    // on a sphere preactivations are Gaussian of variance one, nearly alike for every solution
    if (sharp[j].name == "preactivations near zero") continue;
    if (!sharp[j].converged || !flat[j].converged) continue;
    EXPECT_GT(sharp[j].sharpness, flat[j].sharpness) << sharp[j].name;
  }
}

TEST(SharpnessMeasures, APointWithoutAFixedPointIsCountedAndHasNoValue) {
  const Problem problem = make_storage({Machine::committee, true, 303, 3}, WeightKind::binary, 0.2, 1);
  SharpnessParams params = few();
  params.iterations = 1;
  const auto measures = sharpness_measures(problem, solution(problem, "sbpi"), params);
  EXPECT_FALSE(measures[2].converged);
  EXPECT_TRUE(std::isnan(measures[2].sharpness));
  params.noise = {-1};
  EXPECT_THROW(sharpness_measures(problem, solution(problem, "sbpi"), params), InvalidInput);
}

}  // namespace
}  // namespace wfm::experiments
