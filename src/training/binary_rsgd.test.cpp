#include "training/binary_rsgd.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "training/batches.hpp"
#include "training/test_problems.hpp"

namespace wfm::training {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
using enum CentreFormula;

TEST(BinaryRsgd, ForcesOfTheCentre) {
  EXPECT_DOUBLE_EQ(centre_force(simple, 0.2, 5, 0.6), std::tanh(0.6));
  EXPECT_DOUBLE_EQ(centre_force(continuous, 0.2, 5, 0.6), 0.6);
  EXPECT_DOUBLE_EQ(centre_force(hard, 0.2, 5, 0.6), 0.6);
  EXPECT_EQ(centre_force(hard, 2, 5, -0.6), -1);
  EXPECT_EQ(centre_force(simple, infinity, 5, 0.2), 1);
  EXPECT_EQ(centre_force(simple, infinity, 5, 0), 0);
  // replicas that all agree: only `corrected` and `continuous` leave them alone at any gamma
  EXPECT_EQ(centre_force(corrected, 0.1, 5, 1) - own_force(corrected, 0.1, 5), 0);
  EXPECT_EQ(centre_force(continuous, 0.1, 5, 1) - own_force(continuous, 0.1, 5), 0);
  EXPECT_LT(centre_force(simple, 0.1, 5, 1) - own_force(simple, 0.1, 5), -0.5);
  // and all three that know gamma become one at infinite coupling
  for (const auto formula : {simple, corrected, hard})
    for (const double c : {-1.0, -0.2, 0.6, 1.0}) {
      EXPECT_EQ(centre_force(formula, infinity, 5, c), c > 0 ? 1 : -1);
      EXPECT_EQ(own_force(formula, infinity, 5), 1);
    }
}

/// One epoch as the header states it, on plain arrays and by the definitions of problems/: the readable twin of step().
void plain_epoch(const Problem& problem, const BinaryRsgdParams& p, BinaryRsgdState& state,
                 RandomStream& random) {
  const Architecture& machine = problem.architecture;
  const int K = machine.hidden, n = machine.fan_in(), M = K * n, y = int(p.replicas);
  const double gamma = p.gamma + p.gamma_step * double(state.epoch);
  const double lambda = p.lambda * std::pow(p.lambda_factor, double(state.epoch));
  const double eta = p.eta * std::pow(p.eta_factor, double(state.epoch));
  const auto sign = [](double h) { return h >= 0 ? 1.0 : -1.0; };
  const auto weights_of = [&](int r) {
    Weights w{WeightKind::binary, K, n, {}};
    for (int m = 0; m < M; ++m) w.values.push_back(sign(state.fields[std::size_t(r * M + m)]));
    return w;
  };
  std::vector<EpochOrder> orders;
  for (int r = 0; r < y; ++r) orders.emplace_back(problem.train.count(), std::size_t(p.batch), random);
  std::vector<int> turns(static_cast<std::size_t>(y));
  std::iota(turns.begin(), turns.end(), 0);
  for (std::size_t b = 0; b < orders[0].batches(); ++b) {
    shuffle(std::span(turns), random);
    for (const int r : turns) {
      std::vector<double> c(std::size_t(M), 0.0);
      for (int s = 0; s < y; ++s)
        for (int m = 0; m < M; ++m) c[std::size_t(m)] += sign(state.fields[std::size_t(s * M + m)]) / y;
      const Weights w = weights_of(r);
      const auto which = orders[std::size_t(r)].batch(b);
      const Patterns batch = subset(problem.train, which);
      const auto h = preactivations(machine, w, batch);
      for (std::size_t a = 0; a < which.size(); ++a) {
        const int sigma = batch.labels[a];
        std::vector<int> wrong;
        for (int k = 0; k < K; ++k)
          if (!satisfied(h[a * std::size_t(K) + std::size_t(k)], sigma, 0)) wrong.push_back(k);
        std::stable_sort(wrong.begin(), wrong.end(), [&](int k, int l) {
          return std::abs(h[a * std::size_t(K) + std::size_t(k)]) <
                 std::abs(h[a * std::size_t(K) + std::size_t(l)]);
        });
        const int changed = int(wrong.size()) - K / 2;  // leaves a majority of right units
        for (int j = 0; j < changed; ++j)
          for (int i = 0; i < n; ++i)
            state.fields[std::size_t(r * M + wrong[std::size_t(j)] * n + i)] +=
                eta * sigma * batch(a, std::size_t(machine.first_input(wrong[std::size_t(j)]) + i));
      }
      for (int m = 0; m < M; ++m) {
        double& field = state.fields[std::size_t(r * M + m)];
        const double own = sign(field);
        if (p.explicit_centre) {
          const double centre = sign(state.centre[std::size_t(m)]);
          field += lambda / 2 * (centre - own);
          state.centre[std::size_t(m)] -= lambda / 2 * (centre - own);
        } else {
          field += lambda * (centre_force(p.formula, gamma, y, c[std::size_t(m)]) -
                             own_force(p.formula, gamma, y) * own);
        }
      }
    }
  }
  ++state.epoch;
}

void expect_equals_plain(const Problem& problem, const BinaryRsgdParams& params) {
  const BinaryRsgd algorithm(problem, params);
  RandomStream initial(5, Purpose::initial_state);
  BinaryRsgdState state = algorithm.start(initial), plain = state;
  for (std::uint64_t t = 0; t < 6; ++t) {
    RandomStream random(5, Purpose::dynamics, t), same(5, Purpose::dynamics, t);
    const Progress progress = algorithm.step(state, random);
    plain_epoch(problem, params, plain, same);
    for (std::size_t m = 0; m < plain.fields.size(); ++m)
      ASSERT_NEAR(state.fields[m], plain.fields[m], 1e-9) << "epoch " << t;
    EXPECT_EQ(progress.errors, std::int64_t(training_errors(problem, algorithm.weights(state))));
  }
}

// steps that are no simple ratios, so that no field meets zero up to rounding
TEST(BinaryRsgd, StepIsTheStatedRule) {
  BinaryRsgdParams params{
      .replicas = 3, .batch = 7, .eta = 1.93, .eta_factor = 0.99, .lambda = 0.71, .lambda_factor = 1.01};
  const Problem perceptron = make_storage({Machine::perceptron, false, 51, 1}, WeightKind::binary, 0.7, 1);
  const Problem full = make_storage({Machine::committee, false, 31, 3}, WeightKind::binary, 0.5, 1);
  const Problem tree = make_storage({Machine::committee, true, 93, 3}, WeightKind::binary, 0.5, 1);
  for (const auto formula : {simple, corrected, continuous, hard}) {
    params.formula = formula;
    for (const Problem* problem : {&perceptron, &full, &tree}) expect_equals_plain(*problem, params);
  }
  params.explicit_centre = true;
  params.common_start = false;
  expect_equals_plain(full, params);
}

TEST(BinaryRsgd, UncoupledReplicasFromOneStartDifferByTheirOrdersOnly) {
  const Problem problem = make_storage({Machine::perceptron, false, 101, 1}, WeightKind::binary, 0.5, 1);
  const BinaryRsgd algorithm(problem, {.replicas = 3, .batch = 1000, .lambda = 0});
  RandomStream random(1, Purpose::dynamics);
  BinaryRsgdState state = algorithm.start(random);
  for (int t = 0; t < 5; ++t) algorithm.step(state, random);  // one batch of all patterns: no order is left
  for (std::size_t m = 0; m < 101; ++m) {
    EXPECT_EQ(state.fields[m], state.fields[101 + m]);
    EXPECT_EQ(state.fields[m], state.fields[202 + m]);
  }
}

TEST(BinaryRsgd, StrongCouplingHoldsReplicasTogether) {
  const Problem problem = make_storage({Machine::perceptron, false, 201, 1}, WeightKind::binary, 3, 1);
  const auto overlap = [&](double lambda) {
    const auto result =
        run_for(BinaryRsgd(problem, {.lambda = lambda, .gamma = 1, .common_start = false}), 1, 20);
    for (const auto& [name, value] : result.last.observables)
      if (name == "overlap") return value;
    return std::nan("");
  };
  EXPECT_GT(overlap(20), overlap(0.01) + 0.2);
}

TEST(BinaryRsgd, SolvesAtModerateLoads) {
  const Problem perceptron = make_storage({Machine::perceptron, false, 501, 1}, WeightKind::binary, 0.4, 1);
  const Problem full = make_storage({Machine::committee, false, 161, 5}, WeightKind::binary, 0.25, 1);
  const Problem tree = make_storage({Machine::committee, true, 605, 5}, WeightKind::binary, 0.25, 1);
  for (const auto formula : {simple, corrected, continuous, hard})
    for (const Problem* problem : {&perceptron, &full, &tree})
      EXPECT_EQ(run_for(BinaryRsgd(*problem, {.formula = formula}), 1, 1500).outcome, Outcome::solved)
          << "formula " << int(formula);
}

TEST(BinaryRsgd, ResumedRunIsBitIdentical) {
  const Problem problem = make_storage({Machine::committee, false, 51, 3}, WeightKind::binary, 0.9, 1);
  expect_resumes_bit_for_bit(BinaryRsgd(problem), 3, 7, 20);
  expect_resumes_bit_for_bit(BinaryRsgd(problem, {.explicit_centre = true}), 3, 7, 20);
}

TEST(BinaryRsgd, NamesWhatItRefuses) {
  const Problem problem = make_storage({Machine::perceptron, false, 11, 1}, WeightKind::binary, 0.5, 1);
  const auto params = [&](BinaryRsgdParams bad) {
    return [&problem, bad] { BinaryRsgd refused(problem, bad); };
  };
  expect_refused(params({.replicas = 0}), {"rsgd", "replicas", "0"});
  expect_refused(params({.batch = -1}), {"batch", "-1"});
  expect_refused(params({.eta = 0}), {"eta", "0"});
  expect_refused(params({.eta_factor = infinity}), {"eta_factor", "inf"});
  expect_refused(params({.lambda = -2}), {"lambda", "-2"});
  expect_refused(params({.gamma = std::nan("")}), {"gamma", "nan"});
  expect_refused(params({.gamma_step = -1}), {"gamma_step", "-1"});
  Problem other = make_storage({Machine::perceptron, false, 11, 1}, WeightKind::spherical, 0.5, 1);
  expect_refused([&] { BinaryRsgd refused(other); }, {"rsgd", "binary", "spherical"});
  other = make_storage({Machine::parity, false, 11, 2}, WeightKind::binary, 0.5, 1);
  expect_refused([&] { BinaryRsgd refused(other); }, {"rsgd", "parity"});
  other =
      make_storage({Machine::perceptron, false, 11, 1}, WeightKind::binary, 0.5, 1, 0, InputKind::gaussian);
  expect_refused([&] { BinaryRsgd refused(other); }, {"rsgd", "+-1"});
  const BinaryRsgd algorithm(problem);
  BinaryRsgdState foreign;
  RandomStream random(1, Purpose::dynamics);
  expect_refused([&] { algorithm.step(foreign, random); }, {"rsgd", "77", "0"});
}

}  // namespace
}  // namespace wfm::training
