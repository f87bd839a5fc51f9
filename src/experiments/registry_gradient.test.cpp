#include <gtest/gtest.h>

#include "experiments/registry_entries.hpp"
#include "problems/storage.hpp"

namespace wfm::experiments {
namespace {

Problem tree_committee(double alpha, std::uint64_t seed) {
  return make_storage({Machine::committee, true, 297, 9}, WeightKind::spherical, alpha, seed);
}

io::Json parameters_of(const std::string& algorithm, const KnobValues& knobs) {
  SolveRequest request;
  request.algorithm = algorithm;
  request.knobs = knobs;
  request.max_steps = 1;
  return solve(tree_committee(0.6, 1), request).record.parameters;
}

TEST(GradientEntries, DefaultsFollowWhatIsNamed) {
  const auto fast = parameters_of("sgd", {}), slow = parameters_of("sgd", {{"preset", "slow"}});
  EXPECT_EQ(fast.at("preset"), "fast");
  EXPECT_EQ(slow.at("preset"), "slow");
  EXPECT_NE(fast.at("beta"), slow.at("beta"));
  EXPECT_EQ(fast.at("beta"), fast.at("gamma"));
  EXPECT_EQ(fast.at("eta"), "50");
  EXPECT_EQ(parameters_of("sgd", {{"batch", "20"}}).at("eta"), "10");
  EXPECT_EQ(parameters_of("sgd", {{"batch", "1000"}}).at("eta"), "89");  // half of 178 patterns
  EXPECT_EQ(parameters_of("sgd", {{"optimiser", "momentum"}}).at("eta"), "5");
  EXPECT_EQ(parameters_of("sgd", {{"optimiser", "adam"}}).at("eta"), "0.03");
  EXPECT_EQ(parameters_of("sgd", {{"loss", "hinge"}}).at("loss-margin"), "1");
  EXPECT_EQ(parameters_of("sgd", {{"loss", "hinge"}, {"loss-margin", "0.3"}}).at("loss-margin"), "0.3");
  EXPECT_EQ(parameters_of("sgd", {{"beta", "2"}, {"eta", "7"}}).at("beta"), "2");
}

TEST(GradientEntries, AllSolveTheTreeCommitteeByDefault) {
  for (const char* algorithm : {"sgd", "entropy-sgd", "sam", "swa"}) {
    SolveRequest request;
    request.algorithm = algorithm;
    request.seed = 5;
    EXPECT_TRUE(solve(tree_committee(0.6, 5), request).reached_goal) << algorithm;
  }
}

TEST(GradientEntries, ReplicasOfSgdSolve) {
  const RegistryEntry entry = spherical_rsgd_entry();
  SolveRequest request;
  request.algorithm = "rsgd";
  request.seed = 5;
  request.knobs = {{"replicas", "3"}};
  const SolveResult result = entry.solve(tree_committee(0.6, 5), request);
  EXPECT_TRUE(result.reached_goal);
  EXPECT_EQ(result.record.parameters.at("eta"), "50");
}

TEST(GradientEntries, BinaryWeightsAreRefusedInOneLine) {
  const Problem binary = make_storage({Machine::perceptron, false, 51, 1}, WeightKind::binary, 0.3, 1);
  SolveRequest request;
  request.algorithm = "sgd";
  try {
    solve(binary, request);
    ADD_FAILURE() << "binary weights were taken";
  } catch (const InvalidInput& refusal) {
    EXPECT_STREQ(refusal.what(), "sgd: weights must be spherical, given binary");
  }
}

}  // namespace
}  // namespace wfm::experiments
