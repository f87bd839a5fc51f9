#include "training/sbpi.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "training/test_problems.hpp"

namespace wfm::training {
namespace {

constexpr Architecture perceptron(int N) {
  return {Machine::perceptron, false, N, 1};
}

/// One epoch as the header states it, on plain arrays and by the definitions of problems/: the readable twin of step().
void plain_epoch(const Problem& problem, const SbpiParams& params, std::vector<std::int32_t>& h,
                 RandomStream& random) {
  const Architecture& machine = problem.architecture;
  const int K = machine.hidden, n = machine.fan_in();
  const bool one_unit = machine.machine == Machine::perceptron;
  std::vector<std::size_t> order(problem.train.count());
  std::iota(order.begin(), order.end(), 0);
  shuffle(std::span(order), random);
  for (const std::size_t a : order) {
    const int sigma = problem.train.labels[a];
    const auto xi = [&](int k, int i) {
      return int(problem.train(a, std::size_t(machine.first_input(k) + i)));
    };
    const auto unit_is_right = [&](int delta) {
      return satisfied(sigma * delta / std::sqrt(double(n)), sigma, one_unit ? problem.margin : 0);
    };
    std::vector<int> delta(std::size_t(K), 0), wrong;
    std::vector<double> preactivation;
    for (int k = 0; k < K; ++k) {
      for (int i = 0; i < n; ++i) delta[k] += sigma * (h[k * n + i] > 0 ? 1 : -1) * xi(k, i);
      preactivation.push_back(sigma * delta[k] / std::sqrt(double(n)));
      if (!unit_is_right(delta[k])) wrong.push_back(k);
    }
    const auto output_with_repaired = [&](int repaired) {  // the closest wrong units taken as right
      auto repaired_h = preactivation;
      for (int j = 0; j < repaired; ++j) repaired_h[wrong[j]] = sigma * (1 + problem.margin);
      return satisfied(field(machine, repaired_h), sigma, problem.margin);
    };
    std::stable_sort(wrong.begin(), wrong.end(), [&](int k, int l) { return delta[k] > delta[l]; });
    int repairs = 0;
    while (!output_with_repaired(repairs)) ++repairs;
    for (int j = 0; j < repairs; ++j)
      for (int i = 0; i < n; ++i) h[wrong[j] * n + i] += 2 * sigma * xi(wrong[j], i);
    if (repairs > 0) continue;

    // Right by the least majority: one right unit less and the output is wrong.
    const int right = K - int(wrong.size());
    if (!one_unit && satisfied((2 * (right - 1) - K) / std::sqrt(double(K)), 1, problem.margin)) continue;
    for (int k = 0; k < K; ++k) {
      if (std::find(wrong.begin(), wrong.end(), k) != wrong.end()) continue;
      int least = delta[k];
      while (unit_is_right(least - 2)) least -= 2;
      if (delta[k] - least >= params.theta || random.uniform() >= params.secure_probability) continue;
      for (int i = 0; i < n; ++i) {
        const int w = h[k * n + i] > 0 ? 1 : -1;
        if (w * sigma * xi(k, i) > 0) h[k * n + i] += 2 * w;
      }
    }
  }
}

void expect_equals_plain(const Problem& problem, const SbpiParams& params) {
  const Sbpi algorithm(problem, params);
  RandomStream initial(5, Purpose::initial_state);
  SbpiState state = algorithm.start(initial);
  std::vector<std::int32_t> plain = state.hidden;
  double secured = 0;
  for (std::uint64_t t = 0; t < 12; ++t) {
    RandomStream random(5, Purpose::dynamics, t), same(5, Purpose::dynamics, t);
    const Progress progress = algorithm.step(state, random);
    plain_epoch(problem, params, plain, same);
    ASSERT_EQ(state.hidden, plain) << "epoch " << t;
    EXPECT_EQ(progress.errors, std::int64_t(training_errors(problem, algorithm.weights(state))));
    secured += progress.observables[1].second;
  }
  EXPECT_GT(secured, 0);
}

TEST(Sbpi, PerceptronStepIsTheStatedRule) {
  expect_equals_plain(make_storage(perceptron(101), WeightKind::binary, 0.7, 1), {});
  expect_equals_plain(make_storage(perceptron(101), WeightKind::binary, 0.7, 2),
                      {.theta = 6, .secure_probability = 0.6});
}

TEST(Sbpi, PerceptronStepAtEvenFanInIsTheStatedRule) {
  expect_equals_plain(make_storage(perceptron(100), WeightKind::binary, 0.7, 1), {});
}

TEST(Sbpi, PerceptronStepWithMarginIsTheStatedRule) {
  expect_equals_plain(make_storage(perceptron(101), WeightKind::binary, 0.5, 3, 0.4), {.theta = 2});
  // 3/sqrt(9): Delta = 3 satisfies the margin exactly
  expect_equals_plain(make_storage(perceptron(9), WeightKind::binary, 0.8, 3, 1.0), {});
}

TEST(Sbpi, CommitteeStepIsTheStatedRule) {
  expect_equals_plain(make_storage({Machine::committee, false, 41, 5}, WeightKind::binary, 0.4, 1), {});
  expect_equals_plain(make_storage({Machine::committee, true, 205, 5}, WeightKind::binary, 0.4, 1), {});
  expect_equals_plain(make_storage({Machine::committee, true, 100, 5}, WeightKind::binary, 0.4, 2, 1.0),
                      {.theta = 3});
}

TEST(Sbpi, SolvesThePerceptronAtLoad06) {
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    const Problem problem = make_storage(perceptron(1501), WeightKind::binary, 0.6, seed);
    const Sbpi algorithm(problem);
    const auto result = run_for(algorithm, seed, 1000);  // needs about 100
    EXPECT_EQ(result.outcome, Outcome::solved) << "seed " << seed;
    EXPECT_EQ(training_errors(problem, algorithm.weights(result.state)), 0u);
  }
}

TEST(Sbpi, SolvesWithMargin) {
  const Problem problem = make_storage(perceptron(1001), WeightKind::binary, 0.4, 1, 0.2);
  const Sbpi algorithm(problem);
  const auto result = run_for(algorithm, 1, 1000);
  EXPECT_EQ(result.outcome, Outcome::solved);
  for (const double s :
       output_stabilities(problem.architecture, algorithm.weights(result.state), problem.train))
    EXPECT_GE(s, 0.2 * (1 - 1e-12));
}

TEST(Sbpi, SolvesCommittees) {
  for (const bool tree : {false, true}) {
    const Problem problem =
        make_storage({Machine::committee, tree, tree ? 1605 : 321, 5}, WeightKind::binary, 0.25, 7);
    const Sbpi algorithm(problem);
    const auto result = run_for(algorithm, 7, 500);  // needs about 20
    EXPECT_EQ(result.outcome, Outcome::solved);
    EXPECT_EQ(training_errors(problem, algorithm.weights(result.state)), 0u);
  }
}

TEST(Sbpi, ThetaIsInUnitsOfOneFlippedWeightNotOfSqrtN) {
  const Problem problem = make_storage(perceptron(1001), WeightKind::binary, 0.6, 1);
  EXPECT_EQ(run_for(Sbpi(problem, {.theta = 1}), 1, 300).outcome, Outcome::solved);
  const auto wide = run_for(Sbpi(problem, {.theta = 0.3 * std::sqrt(1001.)}), 1, 300);
  EXPECT_GT(wide.last.errors, 10);  // a finite share of the 601 patterns (60 or so) stays wrong
}

TEST(Sbpi, StartsUniformlyOnTheOddStates) {
  const Problem problem = make_storage(perceptron(40000), WeightKind::binary, 0, 1);
  for (const std::int64_t most : {1, 5}) {
    RandomStream random(1, Purpose::initial_state);
    const SbpiState state = Sbpi(problem, {.start_state = most}).start(random);
    for (std::int64_t h = -most; h <= most; ++h) {
      const auto found = std::count(state.hidden.begin(), state.hidden.end(), std::int32_t(h));
      const double p = h % 2 == 0 ? 0 : 1. / double(most + 1);
      EXPECT_NEAR(double(found), 40000 * p, 5 * std::sqrt(40000 * p * (1 - p)));  // five standard deviations
    }
  }
}

TEST(Sbpi, SolvesACommitteeOnBiasedInputs) {
  // P(xi = +1) = 0.7: from |h| = 1 units get stuck at one sign; from the default start they do not.
  Problem problem = make_storage({Machine::committee, true, 1605, 5}, WeightKind::binary, 0.25, 7);
  BitMatrix X(problem.train.count(), 1605);
  for (std::size_t a = 0; a < X.rows(); ++a) {
    RandomStream random(7, Purpose::patterns, a);
    for (std::size_t i = 0; i < X.cols(); ++i) X.set(a, i, random.uniform() < 0.7 ? 1 : -1);
  }
  problem.train.inputs = std::move(X);
  EXPECT_EQ(run_for(Sbpi(problem), 7, 500).outcome, Outcome::solved);  // needs about 30
}

TEST(Sbpi, CapHoldsTheStates) {
  const Problem problem = make_storage(perceptron(201), WeightKind::binary, 0.9, 1);
  const auto capped = run_for(Sbpi(problem, {.max_state = 5}), 1, 30);
  const auto [low, high] = std::minmax_element(capped.state.hidden.begin(), capped.state.hidden.end());
  EXPECT_EQ(*low, -5);
  EXPECT_EQ(*high, 5);
}

TEST(Sbpi, ResumedRunIsBitIdentical) {
  const Problem problem = make_storage({Machine::committee, false, 101, 3}, WeightKind::binary, 0.9, 1);
  expect_resumes_bit_for_bit(Sbpi(problem), 3, 7, 20);
}

TEST(Sbpi, NoWeightChangesAfterZeroErrors) {
  const Problem problem = make_storage(perceptron(201), WeightKind::binary, 0.3, 1);
  const Sbpi algorithm(problem);
  auto result = run_for(algorithm, 1, 500);
  ASSERT_EQ(result.outcome, Outcome::solved);
  EXPECT_TRUE(result.last.converged);
  const Weights solution = algorithm.weights(result.state);
  RandomStream random(9, Purpose::dynamics);
  for (int t = 0; t < 5; ++t) EXPECT_EQ(algorithm.step(result.state, random).errors, 0);
  EXPECT_EQ(algorithm.weights(result.state), solution);
}

TEST(Sbpi, NamesWhatItRefuses) {
  const Problem problem = make_storage(perceptron(11), WeightKind::binary, 0.5, 1);
  const auto with = [&](auto change) {
    return [=] {
      Problem other = problem;
      change(other);
      Sbpi refused(other);
    };
  };
  expect_refused(with([](Problem& p) { p.weight_kind = WeightKind::spherical; }),
                 {"sbpi", "binary", "spherical"});
  expect_refused(with([](Problem& p) { p.train.inputs = RealMatrix(RealMatrix::Ones(6, 11)); }),
                 {"sbpi", "+-1", "real"});
  expect_refused(with([](Problem& p) {
                   p.architecture = {Machine::parity, false, 11, 2};
                 }),
                 {"sbpi", "parity"});
  expect_refused(with([](Problem& p) {
                   p.architecture = {Machine::committee, false, 11, 3};
                   p.margin = 1.8;
                 }),
                 {"sbpi", "1.732", "1.8"});
  const auto params = [&](SbpiParams bad) { return [&problem, bad] { Sbpi refused(problem, bad); }; };
  expect_refused(params({.theta = -1}), {"theta", "-1"});
  expect_refused(params({.secure_probability = 1.5}), {"secure_probability", "1.5"});
  expect_refused(params({.secure_probability = std::nan("")}), {"secure_probability", "nan"});
  expect_refused(params({.start_state = 0}), {"start_state", "odd", "0"});
  expect_refused(params({.max_state = 4}), {"max_state", "odd", "4"});
  expect_refused(params({.max_state = 3}), {"start_state", "max_state", "3", "5"});
  const Sbpi algorithm(problem);
  SbpiState foreign{{1, -1, 1}};
  RandomStream random(1, Purpose::dynamics);
  expect_refused([&] { algorithm.step(foreign, random); }, {"sbpi", "11", "3"});
}

}  // namespace
}  // namespace wfm::training
