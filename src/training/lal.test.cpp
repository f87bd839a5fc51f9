#include "training/lal.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "run/replicated.hpp"
#include "training/test_problems.hpp"

namespace wfm::training {
namespace {

/// One sweep as the header states it, by the definitions of problems/: the readable twin of step(), to rounding.
void plain_sweep(const Problem& problem, double eta, Weights& w, RandomStream& random) {
  const Architecture& machine = problem.architecture;
  const int K = machine.hidden, n = machine.fan_in();
  const bool one_unit = machine.machine == Machine::perceptron;
  std::vector<std::size_t> order(problem.train.count());
  std::iota(order.begin(), order.end(), 0);
  shuffle(std::span(order), random);
  for (const std::size_t a : order) {
    const Patterns pattern = subset(problem.train, std::span(&a, 1));
    const int sigma = pattern.labels[0];
    if (count_errors(machine, w, pattern, problem.margin) == 0) continue;
    auto h = preactivations(machine, w, pattern);
    std::vector<int> wrong;
    for (int k = 0; k < K; ++k)
      if (!satisfied(h[k], sigma, one_unit ? problem.margin : 0)) wrong.push_back(k);
    std::sort(wrong.begin(), wrong.end(), [&](int k, int l) { return sigma * h[k] > sigma * h[l]; });
    for (const int k : wrong) {
      for (int i = 0; i < n; ++i)
        w.unit(k)[i] +=
            eta / std::sqrt(double(n)) * sigma * pattern(0, std::size_t(machine.first_input(k) + i));
      double norm2 = 0;
      for (const double value : w.unit(k)) norm2 += value * value;
      for (double& value : w.unit(k)) value *= std::sqrt(n / norm2);
      h[k] = sigma * (1 + problem.margin);  // repaired: is this enough?
      if (satisfied(field(machine, h), sigma, problem.margin)) break;
    }
  }
}

void expect_equals_plain(const Problem& problem) {
  const LeastActionLearning algorithm(problem, {.eta = 0.4});
  RandomStream initial(5, Purpose::initial_state);
  LalState state = algorithm.start(initial);
  Weights plain = algorithm.weights(state);
  double unit_steps = 0;
  for (std::uint64_t t = 0; t < 4; ++t) {
    RandomStream random(5, Purpose::dynamics, t), same(5, Purpose::dynamics, t);
    const Progress progress = algorithm.step(state, random);
    plain_sweep(problem, 0.4, plain, same);
    // The same decisions, so that only rounding tells them apart; one other decision shows as eta/sqrt n = 0.04.
    for (std::size_t i = 0; i < plain.values.size(); ++i)
      ASSERT_NEAR(state.weights[i], plain.values[i], 1e-10);
    EXPECT_EQ(progress.errors, std::int64_t(training_errors(problem, algorithm.weights(state))));
    EXPECT_NO_THROW(validate(algorithm.weights(state)));
    unit_steps += progress.observables[1].second;
  }
  EXPECT_GT(unit_steps, 0);
}

TEST(Lal, SweepIsTheStatedRule) {
  for (const auto inputs : {InputKind::binary, InputKind::gaussian}) {
    expect_equals_plain(
        make_storage({Machine::committee, true, 105, 5}, WeightKind::spherical, 1, 1, 0, inputs));
    expect_equals_plain(
        make_storage({Machine::committee, false, 35, 5}, WeightKind::spherical, 1, 2, 0, inputs));
    expect_equals_plain(
        make_storage({Machine::committee, false, 35, 5}, WeightKind::spherical, 0.3, 3, 1.0, inputs));
    expect_equals_plain(
        make_storage({Machine::perceptron, false, 101, 1}, WeightKind::spherical, 1, 4, 0.3, inputs));
  }
}

TEST(Lal, SolvesTheTreeCommitteeAtLoad1) {
  for (std::uint64_t seed = 1; seed <= 4; ++seed) {
    const Problem problem = make_storage({Machine::committee, true, 459, 9}, WeightKind::spherical, 1, seed);
    const LeastActionLearning algorithm(problem);
    const auto result = run_for(algorithm, seed, 600);  // needs about 60
    EXPECT_EQ(result.outcome, Outcome::solved) << "seed " << seed;
    EXPECT_EQ(training_errors(problem, algorithm.weights(result.state)), 0u);
  }
}

TEST(Lal, SolvesFullyConnectedAndRealInputs) {
  for (const auto inputs : {InputKind::binary, InputKind::gaussian}) {
    const Problem problem =
        make_storage({Machine::committee, false, 111, 5}, WeightKind::spherical, 1, 3, 0, inputs);
    const LeastActionLearning algorithm(problem);
    EXPECT_EQ(run_for(algorithm, 3, 600).outcome, Outcome::solved);
  }
}

TEST(Lal, PerceptronReachesItsMargin) {
  // alpha_c(kappa = 0.5) = 0.99 (Gardner); well below it the perceptron rule on the sphere solves.
  const Problem problem =
      make_storage({Machine::perceptron, false, 301, 1}, WeightKind::spherical, 0.6, 1, 0.5);
  const LeastActionLearning algorithm(problem);
  const auto result = run_for(algorithm, 1, 1000);
  EXPECT_EQ(result.outcome, Outcome::solved);
  for (const double s :
       output_stabilities(problem.architecture, algorithm.weights(result.state), problem.train))
    EXPECT_GE(s, 0.5 * (1 - 1e-12));
}

TEST(Lal, CommitteeMarginAsksForMoreRightUnits) {
  const Problem problem =
      make_storage({Machine::committee, true, 459, 9}, WeightKind::spherical, 0.3, 1, 1.0);
  const LeastActionLearning algorithm(problem);
  const auto result = run_for(algorithm, 1, 500);
  EXPECT_EQ(result.outcome, Outcome::solved);
  // 1 = (2 r - 9)/3: six right units
  for (const double s :
       output_stabilities(problem.architecture, algorithm.weights(result.state), problem.train))
    EXPECT_GE(s, 1 - 1e-12);
}

TEST(Lal, ResumedRunIsBitIdentical) {
  const Problem problem = make_storage({Machine::committee, false, 51, 3}, WeightKind::spherical, 2.5, 1);
  expect_resumes_bit_for_bit(LeastActionLearning(problem), 3, 7, 20);
  expect_resumes_bit_for_bit(LeastActionLearning(problem, {.sweep_parts = 4}), 3, 7, 20);
}

TEST(Lal, NothingChangesAfterZeroErrors) {
  const Problem problem = make_storage({Machine::committee, true, 153, 3}, WeightKind::spherical, 0.4, 1);
  const LeastActionLearning algorithm(problem);
  auto result = run_for(algorithm, 1, 500);
  ASSERT_EQ(result.outcome, Outcome::solved);
  EXPECT_TRUE(result.last.converged);
  const LalState solution = result.state;
  RandomStream random(9, Purpose::dynamics);
  EXPECT_EQ(algorithm.step(result.state, random).errors, 0);
  EXPECT_EQ(result.state.weights, solution.weights);
}

TEST(Lal, SweepTakesOutWhatRoundingAddsToTheNorm) {
  const Problem problem = make_storage({Machine::committee, false, 51, 3}, WeightKind::spherical, 2.5, 1);
  const LeastActionLearning algorithm(problem);
  RandomStream random(1, Purpose::initial_state);
  LalState state = algorithm.start(random);
  for (double& w : state.weights) w *= 1 + 1e-9;
  algorithm.step(state, random);
  for (int k = 0; k < 3; ++k) {
    double norm2 = 0;
    for (int i = 0; i < 51; ++i) norm2 += state.weights[k * 51 + i] * state.weights[k * 51 + i];
    EXPECT_NEAR(norm2 / 51, 1, 1e-13);
  }
}

TEST(Lal, PartsOfASweepMakeTheSweep) {
  const Problem problem = make_storage({Machine::committee, false, 51, 3}, WeightKind::spherical, 2.5, 1);
  const LeastActionLearning whole(problem), in_parts(problem, {.sweep_parts = 7});
  RandomStream initial(4, Purpose::initial_state), random(4, Purpose::dynamics);
  LalState one = whole.start(initial), other = one;
  RandomStream same = random, unused(9, Purpose::dynamics);
  const Progress sweep = whole.step(one, random);
  Progress part = in_parts.step(other, same);
  double wrong = part.observables[0].second;
  for (int j = 1; j < 7; ++j) {
    EXPECT_EQ(part.errors, -1);
    part = in_parts.step(other, unused);
    wrong += part.observables[0].second;
  }
  EXPECT_EQ(wrong, sweep.observables[0].second);
  EXPECT_EQ(part.errors, sweep.errors);
  // the spheres are cleaned of rounding after every part
  for (std::size_t i = 0; i < one.weights.size(); ++i) EXPECT_NEAR(one.weights[i], other.weights[i], 1e-12);
  EXPECT_TRUE(other.order.empty());
}

TEST(Lal, APullIsASpringOnTheSphere) {
  const Problem problem = make_storage({Machine::committee, true, 30, 3}, WeightKind::spherical, 1, 1);
  const LeastActionLearning algorithm(problem);
  RandomStream random(4, Purpose::initial_state);
  LalState state = algorithm.start(random);
  const LalState before = state;
  std::vector<double> centre = algorithm.position(algorithm.start(random));
  algorithm.pull(state, centre, 0.3);
  for (int k = 0; k < 3; ++k) {
    double norm2 = 0, scale = 0;
    for (int i = 10 * k; i < 10 * k + 10; ++i) {
      const double moved = 0.7 * before.weights[i] + 0.3 * centre[i];
      norm2 += moved * moved;
    }
    scale = std::sqrt(10 / norm2);
    for (int i = 10 * k; i < 10 * k + 10; ++i)
      EXPECT_NEAR(state.weights[i], scale * (0.7 * before.weights[i] + 0.3 * centre[i]), 1e-14);
  }
  algorithm.pull(state, centre, 5);  // no further than the centre
  for (int i = 0; i < 30; ++i) EXPECT_NEAR(state.weights[i], centre[i], 1e-14);
  std::fill(centre.begin(), centre.end(), 0.0);
  const LalState stays = state;
  algorithm.pull(state, centre, 1);
  EXPECT_EQ(state.weights, stays.weights);
}

TEST(Lal, ReplicasCollapseAndSolve) {
  const Problem problem = make_storage({Machine::committee, true, 99, 3}, WeightKind::spherical, 0.8, 3);
  ReplicatedParams params;
  params.replicas = 7;
  params.coupling = geometric_schedule(0.01, 1.02);
  const Replicated<LeastActionLearning> entropic(problem, LeastActionLearning(problem, {.eta = 1}), params);
  const auto result = run_for(entropic, 3, 1000);
  EXPECT_EQ(result.outcome, Outcome::solved);
  EXPECT_EQ(training_errors(problem, entropic.weights(result.state)), 0u);
  expect_resumes_bit_for_bit(entropic, 5, 11, 25);
}

TEST(Lal, AStepToZeroWeightsIsANumericalIssue) {
  // n = 1, w = 1, xi sigma = -1, eta = 1: w + c xi = 0
  const Problem problem = problem_of({Machine::perceptron, false, 1, 1}, WeightKind::spherical, {{-1}}, {1});
  const LeastActionLearning algorithm(problem, {.eta = 1});
  LalState state{{1}, {}, 0};
  RandomStream random(1, Purpose::dynamics);
  EXPECT_TRUE(algorithm.step(state, random).failed);
}

TEST(Lal, NamesWhatItRefuses) {
  const Problem problem = make_storage({Machine::perceptron, false, 11, 1}, WeightKind::spherical, 0.5, 1);
  const auto with = [&](auto change) {
    return [=] {
      Problem other = problem;
      change(other);
      LeastActionLearning refused(other);
    };
  };
  expect_refused(with([](Problem& p) { p.weight_kind = WeightKind::binary; }),
                 {"lal", "spherical", "binary"});
  expect_refused(with([](Problem& p) {
                   p.architecture = {Machine::parity, false, 11, 2};
                 }),
                 {"lal", "parity"});
  for (const double eta : {0., -0.3, std::nan(""), std::numeric_limits<double>::infinity()})
    expect_refused([&] { LeastActionLearning refused(problem, {.eta = eta}); }, {"lal", "eta"});
  expect_refused([&] { LeastActionLearning refused(problem, {.sweep_parts = 0}); }, {"lal", "part", "0"});
  const LeastActionLearning algorithm(problem);
  LalState foreign{{1, -1, 1}, {}, 0};
  RandomStream random(1, Purpose::dynamics);
  expect_refused([&] { algorithm.step(foreign, random); }, {"lal", "11", "3"});
}

}  // namespace
}  // namespace wfm::training
