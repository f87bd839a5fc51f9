// Degenerate training sets, the same for every rule of this folder.
#include "training/binary_rsgd.hpp"
#include "training/binarynet.hpp"
#include "training/clipped_perceptron.hpp"
#include "training/entropy_sgd.hpp"
#include "training/error_energy.hpp"
#include "training/lal.hpp"
#include "training/monte_carlo.hpp"
#include "training/replicated_ensemble.hpp"
#include "training/sam.hpp"
#include "training/sbpi.hpp"
#include "training/sgd.hpp"
#include "training/sphere_monte_carlo.hpp"
#include "training/stability_energy.hpp"
#include "training/swa.hpp"
#include "training/test_problems.hpp"

namespace wfm::training {
namespace {

MonteCarloParams annealing(Moves moves) {
  return {moves, linear_schedule(1, 0.1, 20), linear_schedule(0.1, 0.02, 3), true};
}
struct AnnealedErrors : MonteCarlo<Boltzmann<ErrorEnergy>> {
  explicit AnnealedErrors(const Problem& problem)
      : MonteCarlo(Boltzmann{ErrorEnergy(problem)}, annealing(Moves::rejection_free)) {}
};
struct AnnealedLoss : MonteCarlo<Boltzmann<StabilityEnergy>> {
  explicit AnnealedLoss(const Problem& problem)
      : MonteCarlo(Boltzmann{StabilityEnergy(problem, Loss{})}, annealing(Moves::metropolis)) {}
};
struct AnnealedReplicas : MonteCarlo<ReplicatedEnsemble<StabilityEnergy>> {
  explicit AnnealedReplicas(const Problem& problem)
      : MonteCarlo(ReplicatedEnsemble{StabilityEnergy(problem, Loss{}), 3},
                   annealing(Moves::reduced_rejection)) {}
};

struct AnnealedSpheres : SphereMonteCarlo {
  explicit AnnealedSpheres(const Problem& problem)
      : SphereMonteCarlo(problem, Loss{LossKind::cross_entropy, 10, 0},
                         {linear_schedule(1, 1, 100), geometric_schedule(3, 0.98, 0.05), true}) {}
};

template <class Rule, class... Others>
constexpr bool is_one_of = (std::is_same_v<Rule, Others> || ...);

template <class Rule>
struct EdgeCases : testing::Test {
  static constexpr WeightKind kind =
      is_one_of<Rule, LeastActionLearning, Sgd, EntropySgd, Sam, Swa, AnnealedSpheres> ? WeightKind::spherical
                                                                                       : WeightKind::binary;
  static std::vector<Architecture> machines() {
    return {{Machine::perceptron, false, 33, 1},
            {Machine::committee, false, 33, 3},
            {Machine::committee, true, 33, 3}};
  }
};
using Rules =
    testing::Types<Sbpi, LeastActionLearning, Sgd, EntropySgd, Sam, Swa, AnnealedErrors, AnnealedLoss,
                   AnnealedReplicas, AnnealedSpheres, BinaryRsgd, BinaryNet, ClippedPerceptron>;
TYPED_TEST_SUITE(EdgeCases, Rules);

TYPED_TEST(EdgeCases, NoPatternsAreSolvedAtOnce) {
  for (const Architecture& machine : this->machines()) {
    const Problem problem = make_storage(machine, this->kind, 0, 1);
    const auto result = run_for(TypeParam(problem), 1, 10);
    EXPECT_EQ(result.outcome, Outcome::solved);
    EXPECT_EQ(result.steps, 1);
  }
}

TYPED_TEST(EdgeCases, OnePatternOfEitherLabel) {
  RandomStream random(1, Purpose::patterns);
  const auto xi = random_row(33, random);
  for (const Architecture& machine : this->machines())
    for (const int label : {1, -1}) {
      const Problem problem = problem_of(machine, this->kind, {xi}, {label});
      const TypeParam algorithm(problem);
      const auto result = run_for(algorithm, 1, 100);
      EXPECT_EQ(result.outcome, Outcome::solved);
      EXPECT_EQ(training_errors(problem, algorithm.weights(result.state)), 0u);
    }
}

TYPED_TEST(EdgeCases, DuplicatedPatterns) {
  RandomStream random(2, Purpose::patterns);
  const auto xi = random_row(33, random), eta = random_row(33, random);
  for (const Architecture& machine : this->machines()) {
    const Problem problem = problem_of(machine, this->kind, {xi, xi, eta, xi, eta}, {1, 1, -1, 1, -1});
    EXPECT_EQ(run_for(TypeParam(problem), 1, 200).outcome, Outcome::solved);
  }
}

TYPED_TEST(EdgeCases, ContradictoryPatternsAreNeverSolved) {
  RandomStream random(3, Purpose::patterns);
  const auto xi = random_row(33, random);
  for (const Architecture& machine : this->machines()) {
    const Problem problem = problem_of(machine, this->kind, {xi, xi}, {1, -1});
    const auto result = run_for(TypeParam(problem), 1, 200);
    EXPECT_EQ(result.outcome, Outcome::out_of_steps);
    EXPECT_EQ(result.steps, 200);
    EXPECT_EQ(result.last.errors, 1);  // one of the two is right, whatever the weights
  }
}

TYPED_TEST(EdgeCases, InputThatIsTheSameInAllPatterns) {
  RandomStream random(4, Purpose::patterns);
  std::vector<std::vector<int>> rows;
  std::vector<int> labels;
  for (int a = 0; a < 8; ++a) {
    rows.push_back(random_row(33, random));
    rows.back()[7] = 1;
    labels.push_back(random.sign());
  }
  for (const Architecture& machine : this->machines()) {
    const Problem problem = problem_of(machine, this->kind, rows, labels);
    EXPECT_EQ(run_for(TypeParam(problem), 1, 300).outcome, Outcome::solved);
  }
}

TYPED_TEST(EdgeCases, AboveCapacityItRunsOutOfSteps) {
  for (const Architecture& machine : this->machines()) {
    const Problem problem = make_storage(machine, this->kind, 8, 5);  // capacities are below 5
    const auto result = run_for(TypeParam(problem), 1, 50);
    EXPECT_EQ(result.outcome, Outcome::out_of_steps);
    EXPECT_GT(result.last.errors, 0);
  }
}

}  // namespace
}  // namespace wfm::training
