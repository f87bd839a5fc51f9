#include "training/binarynet.hpp"

#include <cmath>
#include <limits>
#include <numeric>

#include "training/clipped_perceptron.hpp"
#include "training/test_problems.hpp"

namespace wfm::training {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

/// With a window without bound (STE.1) is the derivative of the linear network's output at the sign network's stability.
TEST(BinaryNet, GradientIsTheSumOfTheStatedTerms) {
  for (const Architecture& machine :
       {Architecture{Machine::perceptron, false, 21, 1}, Architecture{Machine::committee, false, 13, 3},
        Architecture{Machine::committee, true, 39, 3}})
    for (const double window : {0.6, infinity}) {
      const Problem problem = make_storage(machine, WeightKind::binary, 0.6, 1);
      BinaryNetParams params;
      params.loss = {LossKind::cross_entropy, 0.7, 0.3};
      params.window = window;
      const BinaryNet algorithm(problem, params);
      RandomStream random(1, Purpose::initial_state);
      const Weights w = algorithm.weights(algorithm.start(random));
      const int K = machine.hidden, n = machine.fan_in();
      const std::size_t P = problem.train.count();
      std::vector<double> expected(w.values.size(), 0.0), found(w.values.size(), 0.0);
      double mean_loss = 0;
      const auto u = preactivations(machine, w, problem.train);
      const auto s = output_stabilities(machine, w, problem.train);
      for (std::size_t a = 0; a < P; ++a) {
        const LossValue f = evaluate(params.loss, s[a]);
        mean_loss += f.value / double(P);
        for (int k = 0; k < K; ++k) {
          if (machine.machine == Machine::committee &&
              std::abs(u[a * std::size_t(K) + std::size_t(k)]) > window)
            continue;
          for (int i = 0; i < n; ++i)
            expected[std::size_t(k * n + i)] += f.first * problem.train.labels[a] *
                                                problem.train(a, std::size_t(machine.first_input(k) + i)) /
                                                (double(P) * std::sqrt(double(n) * K));
        }
      }
      std::vector<std::size_t> all(P);
      std::iota(all.begin(), all.end(), 0);
      BitMatrix signs{std::size_t(K), std::size_t(n)};
      for (std::size_t m = 0; m < w.values.size(); ++m)
        signs.set(m / std::size_t(n), m % std::size_t(n), int(w.values[m]));
      EXPECT_NEAR(algorithm.add_gradient(all, signs, found), mean_loss, 1e-12);
      for (std::size_t m = 0; m < found.size(); ++m) EXPECT_NEAR(found[m], expected[m], 1e-12);
    }
}

TEST(BinaryNet, ClipHoldsTheFields) {
  const Problem problem = make_storage({Machine::perceptron, false, 101, 1}, WeightKind::binary, 2, 1);
  BinaryNetParams params;
  params.clip = 0.25;
  const auto clipped = run_for(BinaryNet(problem, params), 1, 20);
  for (const float h : clipped.state.fields) EXPECT_LE(std::abs(h), 0.25f);
  params.clip = infinity;
  const auto free = run_for(BinaryNet(problem, params), 1, 20);
  EXPECT_GT(std::abs(*std::max_element(free.state.fields.begin(), free.state.fields.end())), 1);
}

TEST(BinaryNet, SolvesEasyLoads) {
  for (const Architecture& machine :
       {Architecture{Machine::perceptron, false, 301, 1}, Architecture{Machine::committee, false, 101, 3},
        Architecture{Machine::committee, true, 303, 3}}) {
    const Problem problem = make_storage(machine, WeightKind::binary, 0.2, 5);
    const BinaryNet algorithm(problem);
    const auto result = run_for(algorithm, 5, 2000);
    EXPECT_EQ(result.outcome, Outcome::solved) << result.last.errors << " errors";
    EXPECT_EQ(training_errors(problem, algorithm.weights(result.state)), 0u);
  }
}

TEST(BinaryNet, ResumedRunIsBitIdentical) {
  const Problem problem = make_storage({Machine::committee, false, 51, 3}, WeightKind::binary, 0.9, 1);
  BinaryNetParams params;
  params.optimiser.kind = OptimiserKind::adam;
  expect_resumes_bit_for_bit(BinaryNet(problem, params), 3, 7, 20);
}

TEST(BinaryNet, PullIsASpring) {
  const Problem problem = make_storage({Machine::perceptron, false, 11, 1}, WeightKind::binary, 0.5, 1);
  const BinaryNet algorithm(problem);
  RandomStream random(1, Purpose::initial_state);
  BinaryNetState state = algorithm.start(random);
  const std::vector<double> before = algorithm.position(state), centre(11, 0.5);
  algorithm.pull(state, centre, 0.25);
  for (std::size_t m = 0; m < 11; ++m)
    EXPECT_NEAR(algorithm.position(state)[m], 0.75 * before[m] + 0.25 * 0.5, 1e-7);
}

TEST(BinaryNet, NamesWhatItRefuses) {
  const Problem problem = make_storage({Machine::perceptron, false, 11, 1}, WeightKind::binary, 0.5, 1);
  const auto with = [&](auto change) {
    return [&problem, change] {
      BinaryNetParams params;
      change(params);
      BinaryNet refused(problem, params);
    };
  };
  expect_refused(with([](BinaryNetParams& p) { p.batch = 0; }), {"binarynet", "batch", "0"});
  expect_refused(with([](BinaryNetParams& p) { p.window = 0; }), {"binarynet", "window", "0"});
  expect_refused(with([](BinaryNetParams& p) { p.clip = -1; }), {"binarynet", "clip", "-1"});
  expect_refused(with([](BinaryNetParams& p) { p.optimiser.eta = 0; }), {"binarynet", "eta", "0"});
  const Problem spherical = make_storage({Machine::perceptron, false, 11, 1}, WeightKind::spherical, 0.5, 1);
  expect_refused([&] { BinaryNet refused(spherical); }, {"binarynet", "binary", "spherical"});
}

TEST(ClippedPerceptron, WithoutReinforcementOnlyWrongPatternsMoveTheStates) {
  const Problem problem = make_storage({Machine::perceptron, false, 201, 1}, WeightKind::binary, 0.3, 1);
  const auto plain = run_for(ClippedPerceptron(problem, {.reinforcement = 0}), 1, 50);
  const auto secured = run_for(ClippedPerceptron(problem, {.reinforcement = 2}), 1, 1);
  EXPECT_EQ(plain.last.observables[1].second, 0);
  EXPECT_GT(secured.last.observables[1].second, 0);
}

/// R/sqrt n is the chance at every right pattern: binomial over the right patterns of one epoch.
TEST(ClippedPerceptron, ReinforcementRate) {
  const Problem problem = make_storage({Machine::perceptron, false, 401, 1}, WeightKind::binary, 3, 1);
  const auto one = run_for(ClippedPerceptron(problem, {.reinforcement = 4}), 1, 1);
  const double right = double(problem.train.count()) - one.last.observables[0].second,
               p = 4 / std::sqrt(401.);
  EXPECT_NEAR(one.last.observables[1].second, right * p, 5 * std::sqrt(right * p * (1 - p)));
}

TEST(ClippedPerceptron, SolvesAndRefuses) {
  const Problem problem = make_storage({Machine::perceptron, false, 1001, 1}, WeightKind::binary, 0.5, 1);
  EXPECT_EQ(run_for(ClippedPerceptron(problem), 1, 500).outcome, Outcome::solved);
  expect_refused([&] { ClippedPerceptron refused(problem, {.reinforcement = -1}); },
                 {"clipped-perceptron", "reinforcement", "-1"});
}

}  // namespace
}  // namespace wfm::training
