#include "training/sgd.hpp"

#include <cmath>

#include "training/test_problems.hpp"

namespace wfm::training {
namespace {

Problem tree_problem(int inputs, int hidden, double alpha, std::uint64_t seed) {
  return make_storage({Machine::committee, true, inputs, hidden}, WeightKind::spherical, alpha, seed);
}

// (SGD.1) pattern by pattern in double precision.
TEST(Sgd, EpochIsTheStatedRule) {
  for (const Architecture& machine : {Architecture{Machine::committee, true, 45, 5},
                                      {Machine::committee, false, 21, 3},
                                      {Machine::perceptron, false, 31, 1}})
    for (const auto inputs : {InputKind::binary, InputKind::gaussian}) {
      const Problem problem = make_storage(machine, WeightKind::spherical, 1, 3, 0, inputs);
      SgdParams params;
      params.smooth.batch = 7;
      params.smooth.loss_margin = 0.2;
      params.smooth.beta = constant_schedule(0.9);
      params.smooth.gamma = constant_schedule(1.4);
      params.optimiser.eta = 5;
      const Sgd algorithm(problem, params);
      const Network network(network_shape(machine, Activation::tanh));
      RandomStream initial(5, Purpose::initial_state);
      SgdState state = algorithm.start(initial);
      std::vector<double> plain = algorithm.position(state), gradient(plain.size());
      for (std::uint64_t t = 0; t < 3; ++t) {
        RandomStream random(5, Purpose::dynamics, t), same(5, Purpose::dynamics, t);
        const Progress progress = algorithm.step(state, random);
        const EpochOrder order(problem.train.count(), 7, same);
        for (std::size_t b = 0; b < order.batches(); ++b) {
          gradient_readable(network, plain, 0.9, {LossKind::cross_entropy, 1.4, 0.2}, problem.train,
                            order.batch(b), gradient);
          Weights w{WeightKind::spherical, machine.hidden, machine.fan_in(), plain};
          for (std::size_t j = 0; j < plain.size(); ++j) w.values[j] -= 5 * gradient[j];
          normalise(w);
          plain = w.values;
        }
        // single against double precision over a few dozen updates; another order of patterns would show as 0.1
        for (std::size_t j = 0; j < plain.size(); ++j) ASSERT_NEAR(state.weights[j], plain[j], 2e-5);
        EXPECT_EQ(progress.errors, std::int64_t(training_errors(problem, algorithm.weights(state))));
        EXPECT_NO_THROW(validate(algorithm.weights(state)));
      }
    }
}

TEST(Sgd, SolvesTheTreeCommittee) {
  for (std::uint64_t seed = 1; seed <= 4; ++seed) {
    const Problem problem = tree_problem(297, 9, 0.6, seed);
    const Sgd algorithm(problem);
    const auto result = run_for(algorithm, seed, 300);
    EXPECT_EQ(result.outcome, Outcome::solved) << "seed " << seed;
    EXPECT_EQ(training_errors(problem, algorithm.weights(result.state)), 0u);
  }
}

}  // namespace
}  // namespace wfm::training
