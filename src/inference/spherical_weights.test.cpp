// AMP and relaxed BP with spherical weights: limits, one pattern, sampled volumes, each other, and solving.
#include <gtest/gtest.h>

#include <cmath>

#include "inference/presets.hpp"
#include "math/error.hpp"
#include "math/gaussian.hpp"
#include "problems/evaluation.hpp"
#include "problems/storage.hpp"
#include "run/run.hpp"

namespace wfm::inference {
namespace {

template <class A>
RunResult<typename A::State> iterate(const A& algorithm, std::int64_t steps = 3000) {
  RunOptions options;
  options.stop.max_steps = steps;
  options.stop.stop_when_solved = false;
  return run(algorithm, 1, options);
}

Amp::Params amp_at(ExternalField external = NoField{}, double damping = 0) {
  Amp::Params params;
  params.external = std::move(external);
  params.damping = damping;
  params.tolerance = 1e-10;
  return params;
}

RelaxedBp::Params relaxed_at(ExternalField external = NoField{}) {
  RelaxedBp::Params params;
  params.external = std::move(external);
  params.tolerance = 1e-9;
  return params;
}

Problem spherical(Architecture architecture, double alpha, std::uint64_t seed, double margin = 0,
                  InputKind inputs = InputKind::binary) {
  return make_storage(architecture, WeightKind::spherical, alpha, seed, margin, inputs);
}

std::vector<double> random_reference(const Problem& problem) {
  RandomStream random(7, Purpose::measurement);
  std::vector<double> w(std::size_t(problem.architecture.weights()));
  for (auto& x : w) x = random.normal();
  return WeightPrior(problem).weights(w).values;
}

const Architecture perceptron{Machine::perceptron, false, 301, 1}, tree{Machine::committee, true, 303, 3},
    full{Machine::committee, false, 101, 3};

// The whole sphere counts as one, and a slice of it at overlap S with a reference as (1 - S^2)^(1/2) a weight.
TEST(SphericalEntropy, IsTheSphereWithoutPatterns) {
  for (const Architecture& architecture : {perceptron, tree, full}) {
    const Problem problem = spherical(architecture, 0, 1);
    const Amp free(problem, amp_at());
    const auto at_rest = iterate(free, 10);
    EXPECT_TRUE(at_rest.last.converged);
    EXPECT_EQ(at_rest.last.errors, 0);
    EXPECT_NEAR(free.bethe(at_rest.state).entropy, 0, 1e-13);
    EXPECT_NO_THROW(validate(free.weights(at_rest.state)));
    for (const double S : {-0.5, 0.2, 0.9, 0.999}) {
      const OverlapConstraint constraint{random_reference(problem), S};
      const Amp amp(problem, amp_at(constraint));
      EXPECT_NEAR(amp.bethe(iterate(amp, 10).state).entropy, 0.5 * std::log(1 - S * S), 1e-10);
      const RelaxedBp bp(problem, relaxed_at(constraint));
      const auto result = iterate(bp, 10);
      EXPECT_NEAR(bp.bethe(result.state).entropy, 0.5 * std::log(1 - S * S), 1e-10);
      EXPECT_NEAR(result.state.external.gamma, S / (1 - S * S), 1e-9 / std::pow(1 - S * S, 2));
    }
  }
}

// One pattern and a perceptron: on the slice at overlap S, h is normal of mean S h_t and variance 1 - S^2, so that the share
// of solutions is H(x), x = (kappa - sigma S h_t)/sqrt(1 - S^2). On a sphere of finite n the tail is shorter, by about x^4/(4n)
// in ln H, and corrections to M phi are of order 1/n.
TEST(SphericalEntropy, OnePatternIsAGaussianTail) {
  for (const double margin : {0.0, 0.7})
    for (const double S : {0.0, 0.5, 0.9}) {
      const Problem problem = spherical({Machine::perceptron, false, 2001, 1}, 1.0 / 2001, 3, margin);
      ASSERT_EQ(problem.train.count(), 1u);
      const auto reference = random_reference(problem);
      const Weights w{WeightKind::spherical, 1, 2001, reference};
      const double stability = output_stabilities(problem.architecture, w, problem.train)[0];
      const double x = (margin - S * stability) / std::sqrt(1 - S * S);
      const double exact = log_H(x), bound = 3e-3 + std::pow(x, 4) / (2 * 2001);
      const Amp amp(problem, amp_at(OverlapConstraint{reference, S}));
      const auto a = iterate(amp);
      ASSERT_TRUE(a.last.converged);
      const double sphere = 0.5 * std::log(1 - S * S);
      EXPECT_NEAR(2001 * (amp.bethe(a.state).entropy - sphere), exact, bound);
      const RelaxedBp bp(problem, relaxed_at(OverlapConstraint{reference, S}));
      const auto b = iterate(bp);
      ASSERT_TRUE(b.last.converged);
      EXPECT_NEAR(2001 * (bp.bethe(b.state).entropy - sphere), exact, bound);
    }
}

double sampled_share(const Problem& problem, int samples) {
  RandomStream random(11, Purpose::measurement);
  const WeightPrior prior(problem);
  std::vector<double> w(prior.size());
  int solved = 0;
  for (int s = 0; s < samples; ++s) {
    for (auto& x : w) x = random.normal();
    solved += training_errors(problem, prior.weights(w)) == 0;
  }
  return double(solved) / samples;
}

// Volumes of a few patterns by sampling uniformly: M phi of some -3, known to 0.03; the messages' own error at n = 7 to 15 is
// of order 0.1 an instance.
TEST(SphericalEntropy, IsCloseToSampledVolumes) {
  for (const Architecture& architecture :
       {Architecture{Machine::perceptron, false, 15, 1}, Architecture{Machine::committee, true, 21, 3},
        Architecture{Machine::committee, false, 9, 3}}) {
    double amp_error = 0, relaxed_error = 0;
    constexpr int instances = 6;
    const double M = architecture.weights();
    for (std::uint64_t seed = 1; seed <= instances; ++seed) {
      const Problem problem = spherical(architecture, 4 / M, seed, 0, InputKind::gaussian);
      const double exact = std::log(sampled_share(problem, 20000));
      const Amp amp(problem, amp_at(NoField{}, 0.5));
      amp_error += std::abs(M * amp.bethe(iterate(amp, 500).state).entropy - exact) / instances;
      const RelaxedBp bp(problem, relaxed_at());
      relaxed_error += std::abs(M * bp.bethe(iterate(bp, 300).state).entropy - exact) / instances;
    }
    EXPECT_LT(amp_error, 0.25) << name(architecture.machine) << architecture.tree;
    EXPECT_LT(relaxed_error, 0.25) << name(architecture.machine) << architecture.tree;
  }
}

// d phi/dS = -lambda for the internal entropy at overlap S
TEST(SphericalEntropy, SlopeIsTheFieldsStrength) {
  for (const Architecture& architecture : {perceptron, tree, full}) {
    const Problem problem = spherical(architecture, 0.5, 2);
    const auto reference = random_reference(problem);
    double entropy[3], lambda = 0;
    for (int at = 0; at < 3; ++at) {
      const Amp amp(problem, amp_at(OverlapConstraint{reference, 0.3 + 1e-3 * (at - 1)}, 0.3));
      const auto result = iterate(amp);
      ASSERT_TRUE(result.last.converged);
      entropy[at] = amp.bethe(result.state).entropy;
      if (at == 1) lambda = result.state.external.gamma;
    }
    EXPECT_NEAR((entropy[2] - entropy[0]) / 2e-3, -lambda, 1e-5);
  }
}

// AMP drops terms of relative order 1/n of the messages on edges; packed and real inputs are the same numbers.
TEST(SphericalEntropy, AmpAndRelaxedMessagesAgree) {
  for (const InputKind inputs : {InputKind::binary, InputKind::gaussian})
    for (const Architecture& architecture : {perceptron, tree}) {
      const Problem problem = spherical(architecture, 0.7, 4, 0, inputs);
      const Amp amp(problem, amp_at(NoField{}, 0.3));
      const RelaxedBp bp(problem, relaxed_at());
      const auto a = iterate(amp);
      const auto b = iterate(bp);
      ASSERT_TRUE(a.last.converged && b.last.converged);
      EXPECT_NEAR(amp.bethe(a.state).entropy, bp.bethe(b.state).entropy, 2.0 / architecture.fan_in());
    }
}

// Relaxed messages of binary weights drop terms of relative order 1/n of the accurate ones.
TEST(RelaxedMessages, OfBinaryWeightsMeetTheAccurateOnes) {
  const Problem problem = make_storage({Machine::committee, true, 603, 3}, WeightKind::binary, 0.4, 2);
  const RelaxedBp relaxed(problem, relaxed_at());
  EdgeBp::Params params;
  params.messages = Messages::accurate;
  params.tolerance = 1e-9;
  const EdgeBp accurate(problem, params);
  const auto a = iterate(relaxed);
  const auto b = iterate(accurate);
  ASSERT_TRUE(a.last.converged && b.last.converged);
  EXPECT_NEAR(relaxed.bethe(a.state).entropy, accurate.bethe(b.state).entropy, 1.0 / 201);
  const auto m = relaxed.magnetisations(a.state), exact = accurate.magnetisations(b.state);
  for (std::size_t i = 0; i < m.size(); ++i) EXPECT_NEAR(m[i], exact[i], 0.05);
}

template <class A>
void expect_solved(const Problem& problem, const A& algorithm, std::int64_t max_steps) {
  RunOptions options;
  options.stop.max_steps = max_steps;
  const auto result = run(algorithm, 1, options);
  EXPECT_EQ(result.outcome, Outcome::solved) << result.last.errors << " errors after " << result.steps;
  const Weights weights = algorithm.weights(result.state);
  EXPECT_NO_THROW(validate(weights));
  EXPECT_EQ(training_errors(problem, weights), 0u);
}

RelaxedBp relaxed(const Problem& problem, const EdgeBp::Params& params) {
  return {problem, RelaxedBp::from_edge_params(params)};
}

// The steps allowed are about twice what the presets take.
TEST(SphericalSolvers, RandomPatterns) {
  const Problem committee = spherical({Machine::committee, true, 297, 9}, 0.6, 5);
  expect_solved(committee, Amp(committee, fbp_amp(committee)), 400);
  expect_solved(committee, relaxed(committee, fbp_edge(committee)), 200);
  expect_solved(committee, relaxed(committee, rbp(committee)), 200);
  const Problem connected = spherical(full, 0.8, 1);
  expect_solved(connected, Amp(connected, fbp_amp(connected)), 400);
  const Problem margin = spherical(perceptron, 1, 1, 0.3);
  expect_solved(margin, Amp(margin, amp(margin)), 200);
  expect_solved(margin, Amp(margin, fbp_amp(margin)), 200);
  const Problem real = spherical(perceptron, 1.2, 1, 0, InputKind::gaussian);
  expect_solved(real, Amp(real, fbp_amp(real)), 200);
}

// Nothing to learn from, twice the same, a contradiction, an input that is always zero, far too many patterns.
TEST(SphericalEdgeCases, EndHonestly) {
  const auto expect_finite = [](const Problem& problem, bool solvable) {
    const auto check = [&](const auto& algorithm) {
      RunOptions options;
      options.stop.max_steps = 60;
      const auto result = run(algorithm, 1, options);
      EXPECT_FALSE(result.last.failed);
      EXPECT_EQ(result.last.errors == 0, solvable) << result.last.errors;
      EXPECT_NO_THROW(validate(algorithm.weights(result.state)));
      EXPECT_FALSE(std::isnan(algorithm.bethe(result.state).entropy));
    };
    check(Amp(problem, amp(problem)));
    check(Amp(problem, fbp_amp(problem)));
    check(relaxed(problem, rbp(problem)));
    check(relaxed(problem, fbp_edge(problem)));
  };
  expect_finite(spherical(full, 0, 1), true);
  expect_finite(spherical(full, 1.0 / 303, 1), true);
  expect_finite(spherical({Machine::perceptron, false, 51, 1}, 4, 1), false);
  Problem twice = spherical(perceptron, 0.1, 1, 0, InputKind::gaussian);
  auto& inputs = std::get<RealMatrix>(twice.train.inputs);
  inputs.row(1) = inputs.row(0);
  inputs.col(5).setZero();
  twice.train.labels[0] = twice.train.labels[1] = 1;
  expect_finite(twice, true);
  twice.train.labels[1] = -1;
  expect_finite(twice, false);
}

TEST(SphericalSolvers, RunsCanBeResumed) {
  const Problem problem = spherical({Machine::committee, true, 99, 3}, 1.5, 1);
  const auto expect_resumable = [](const auto& algorithm) {
    using State = typename std::remove_cvref_t<decltype(algorithm)>::State;
    RunOptions options;
    options.stop.stop_when_solved = false;
    options.stop.max_steps = 20;
    auto whole = run(algorithm, 3, options);
    options.stop.max_steps = 10;
    auto half = run(algorithm, 3, options);
    Snapshot snapshot = to_snapshot(half.state);
    snapshot["run.step"] = std::vector<std::int64_t>{10};
    snapshot["run.seconds"] = std::vector<double>{0};
    options.stop.max_steps = 20;
    options.resume_from = snapshot;
    auto rest = run(algorithm, 3, options);
    EXPECT_EQ(to_snapshot<State>(rest.state), to_snapshot<State>(whole.state));
  };
  expect_resumable(Amp(problem, amp(problem)));
  expect_resumable(Amp(problem, fbp_amp(problem)));
  expect_resumable(relaxed(problem, fbp_edge(problem)));
}

TEST(SphericalWeights, RefuseWhatDoesNotFit) {
  const Problem problem = spherical({Machine::perceptron, false, 3, 1}, 0.5, 1);
  EXPECT_THROW(Amp(problem, amp_at(OverlapConstraint{{2, 0, 0}, 0.5})), InvalidInput);  // not on the sphere
  EXPECT_NO_THROW(Amp(problem, amp_at(OverlapConstraint{{std::sqrt(3.0), 0, 0}, 0.5})));
  EXPECT_THROW(EdgeBp(problem, {}), InvalidInput);
  EdgeBp::Params params;
  params.messages = Messages::relaxed;
  EXPECT_THROW(EdgeBp(make_storage(perceptron, WeightKind::binary, 0.5, 1), params), InvalidInput);
}

}  // namespace
}  // namespace wfm::inference
