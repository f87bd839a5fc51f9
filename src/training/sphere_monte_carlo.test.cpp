#include "training/sphere_monte_carlo.hpp"

#include <array>
#include <cmath>
#include <functional>
#include <map>
#include <numbers>

#include "math/statistics.hpp"
#include "training/test_problems.hpp"

namespace wfm::training {
namespace {

SphereMonteCarloParams sampling(double beta, double rotation = std::numbers::pi) {
  return {constant_schedule(beta), constant_schedule(rotation), false};
}

/// `measure(state)` every `thinning` steps.
std::vector<double> samples_of(const SphereMonteCarlo& chain, int count, int thinning,
                               const std::function<double(const SphereMonteCarloState&)>& measure) {
  RandomStream initial(23, Purpose::initial_state);
  SphereMonteCarloState state = chain.start(initial);
  std::vector<double> samples;
  for (int t = 0; t < (count + 20) * thinning; ++t) {
    RandomStream random(23, Purpose::dynamics, std::uint64_t(t));
    chain.step(state, random);
    if ((t + 1) % thinning == 0 && t >= 20 * thinning) samples.push_back(measure(state));
  }
  return samples;
}

/// Pearson's statistic of integers against their probabilities: within five standard deviations of its mean. What is expected less
/// than five times goes into one bin.
void expect_distribution(const std::vector<double>& samples, const std::map<int, double>& probabilities) {
  std::map<int, double> found;
  for (const double x : samples) ++found[int(x)];
  double chi_squared = 0, rare_found = 0, rare_expected = 0;
  int bins = 0;
  const auto add = [&](double count, double expected) {
    chi_squared += (count - expected) * (count - expected) / expected;
    ++bins;
  };
  double seen = 0;
  for (const auto& [value, p] : probabilities) {
    const double expected = p * double(samples.size());
    seen += found[value];
    if (expected >= 5) {
      add(found[value], expected);
    } else {
      rare_found += found[value];
      rare_expected += expected;
    }
  }
  EXPECT_EQ(seen, double(samples.size())) << "values of probability zero";
  if (rare_expected >= 5) add(rare_found, rare_expected);
  ASSERT_GE(bins, 4);
  EXPECT_LT(chi_squared, bins - 1 + 5 * std::sqrt(2. * (bins - 1)));
}

std::map<int, double> boltzmann(const std::map<int, double>& shares, double beta) {
  std::map<int, double> p;
  double Z = 0;
  for (const auto& [errors, share] : shares) Z += p[errors] = share * std::exp(-beta * errors);
  for (auto& [errors, x] : p) x /= Z;
  return p;
}

/// Share of the circle of unit k's two weights for every set of patterns (bits) whose labels its field has.
std::map<int, double> right_sets(const Problem& problem, int k) {
  constexpr int points = 200000;
  std::map<int, double> shares;
  const std::size_t first = std::size_t(problem.architecture.first_input(k));
  for (int t = 0; t < points; ++t) {
    const double angle = 2 * std::numbers::pi * (t + 0.5) / points;
    int set = 0;
    for (std::size_t a = 0; a < problem.train.count(); ++a) {
      const double h =
          std::cos(angle) * problem.train(a, first) + std::sin(angle) * problem.train(a, first + 1);
      set |= int(problem.train.labels[a] * h >= 0) << a;
    }
    shares[set] += 1. / points;
  }
  return shares;
}

/// Share of the configurations with each number of errors, two weights a unit: the units' circles are independent.
std::map<int, double> error_shares(const Problem& problem) {
  const Architecture& machine = problem.architecture;
  struct Entry {
    std::vector<int> right;  // of each pattern, right units
    double share;
  };
  std::vector<Entry> entries{{std::vector<int>(problem.train.count()), 1}};
  for (int k = 0; k < machine.hidden; ++k) {
    const std::map<int, double> sets = right_sets(problem, k);
    std::vector<Entry> next;
    for (const Entry& entry : entries)
      for (const auto& [set, share] : sets) {
        next.push_back({entry.right, entry.share * share});
        for (std::size_t a = 0; a < entry.right.size(); ++a) next.back().right[a] += set >> a & 1;
      }
    entries = std::move(next);
  }
  std::map<int, double> shares;
  for (const Entry& entry : entries) {
    int errors = 0;
    for (std::size_t a = 0; a < entry.right.size(); ++a) {
      const int wrong = machine.hidden - entry.right[a];
      // parity: label^(K+1) (-1)^wrong = 1
      const bool satisfied =
          machine.machine == Machine::parity
              ? (wrong % 2 == 0) == (problem.train.labels[a] > 0 || machine.hidden % 2 == 1)
              : 2 * wrong < machine.hidden;
      errors += !satisfied;
    }
    shares[errors] += entry.share;
  }
  return shares;
}

Problem gaussian_problem(const Architecture& machine, double alpha, std::uint64_t seed = 5) {
  return make_storage(machine, WeightKind::spherical, alpha, seed, 0, InputKind::gaussian);
}

std::int64_t errors_of(const Problem& problem, const SphereMonteCarlo& chain,
                       const SphereMonteCarloState& state) {
  return std::int64_t(training_errors(problem, chain.weights(state)));
}

TEST(SphereMonteCarlo, WithoutPatternsItIsUniformOnTheSphere) {
  // three weights: each is uniform in [-sqrt 3, sqrt 3] (Archimedes)
  const Problem problem = gaussian_problem({Machine::perceptron, false, 3, 1}, 0);
  for (const double rotation : {std::numbers::pi, 1.0}) {
    const SphereMonteCarlo chain(problem, std::nullopt, sampling(1, rotation));
    const auto bin = [](const SphereMonteCarloState& state) {
      return std::floor(10 * (1 + state.weights[1] / std::sqrt(3.)));
    };
    std::map<int, double> uniform;
    for (int b = 0; b < 20; ++b) uniform[b] = 0.05;
    expect_distribution(samples_of(chain, 4000, rotation > 3 ? 10 : 40, bin), uniform);
  }
}

TEST(SphereMonteCarlo, SamplesTheErrorsBoltzmannDistribution) {
  const Architecture machines[] = {{Machine::perceptron, false, 2, 1},
                                   {Machine::committee, false, 2, 3},
                                   {Machine::committee, true, 6, 3},
                                   {Machine::parity, true, 4, 2},
                                   {Machine::parity, false, 2, 3}};
  for (const Architecture& machine : machines) {
    SCOPED_TRACE(testing::Message() << machine.inputs << " inputs, K = " << machine.hidden);
    const Problem problem = gaussian_problem(machine, 7. / machine.weights());
    ASSERT_EQ(problem.train.count(), 7u);
    const SphereMonteCarlo chain(problem, std::nullopt, sampling(0.6));
    const auto errors = [&](const SphereMonteCarloState& state) {
      return double(errors_of(problem, chain, state));
    };
    expect_distribution(samples_of(chain, 4000, 15, errors), boltzmann(error_shares(problem), 0.6));
  }
}

TEST(SphereMonteCarlo, SamplesTheBoltzmannDistributionOfALoss) {
  // one circle: the angle's density is e^{-beta E}; sixteen arcs
  const Problem problem = gaussian_problem({Machine::perceptron, false, 2, 1}, 3.5);
  for (const Loss& loss : {Loss{LossKind::cross_entropy, 0.7, 0}, Loss{LossKind::hinge, 1, 0.3}}) {
    const double beta = 0.8;
    std::map<int, double> p;
    double Z = 0;
    constexpr int points = 160000;
    for (int t = 0; t < points; ++t) {
      const double angle = 2 * std::numbers::pi * (t + 0.5) / points;
      double E = 0;
      for (std::size_t a = 0; a < problem.train.count(); ++a)  // |w|^2 = 2, the field is w.xi/sqrt 2
        E += evaluate(loss, problem.train.labels[a] * (std::cos(angle) * problem.train(a, 0) +
                                                       std::sin(angle) * problem.train(a, 1)))
                 .value;
      p[t / (points / 16)] += std::exp(-beta * E);
      Z += std::exp(-beta * E);
    }
    for (auto& [arc, x] : p) x /= Z;
    const SphereMonteCarlo chain(problem, loss, sampling(beta));
    const auto arc = [](const SphereMonteCarloState& state) {
      const double angle = std::atan2(state.weights[1], state.weights[0]);
      return std::floor(16 *
                        (angle < 0 ? angle / (2 * std::numbers::pi) + 1 : angle / (2 * std::numbers::pi)));
    };
    expect_distribution(samples_of(chain, 4000, 15, arc), p);
  }
}

TEST(SphereMonteCarlo, MeanErrorsAgreeWithWeightedUniformSamples) {
  const Problem problem = gaussian_problem({Machine::committee, true, 15, 3}, 0.8);
  const SphereMonteCarlo chain(problem, std::nullopt, sampling(1.2, 1.5));
  RandomStream random(3, Purpose::initial_state);
  double Z = 0, mean = 0, square = 0;
  constexpr int uniform_samples = 100000;
  std::vector<double> weight(uniform_samples), errors(uniform_samples);
  for (int s = 0; s < uniform_samples; ++s) {
    errors[s] = double(errors_of(problem, chain, chain.start(random)));
    weight[s] = std::exp(-1.2 * errors[s]);
    Z += weight[s];
    mean += weight[s] * errors[s];
  }
  mean /= Z;
  for (int s = 0; s < uniform_samples; ++s) square += std::pow(weight[s] / Z * (errors[s] - mean), 2);
  const std::vector<double> found = samples_of(chain, 3000, 12, [&](const SphereMonteCarloState& state) {
    return double(errors_of(problem, chain, state));
  });
  double sum = 0, sum2 = 0;
  for (const double x : found) {
    sum += x;
    sum2 += x * x;
  }
  const double chain_mean = sum / double(found.size());
  const double chain_error =
      std::sqrt((sum2 / double(found.size()) - chain_mean * chain_mean) / double(found.size()));
  // twice the error of independent samples for what correlation is left
  EXPECT_NEAR(chain_mean, mean, 5 * std::hypot(std::sqrt(square), 2 * chain_error));
}

TEST(SphereMonteCarlo, ProgressIsThatOfTheWeights) {
  const Problem problem = make_storage({Machine::committee, false, 15, 3}, WeightKind::spherical, 1, 4);
  const Loss loss{LossKind::cross_entropy, 2, 0};
  const SphereMonteCarlo chain(problem, loss, sampling(3, 1));
  RandomStream random(5, Purpose::dynamics);
  SphereMonteCarloState state = chain.start(random);
  for (int t = 0; t < 5; ++t) {
    const Progress progress = chain.step(state, random);
    EXPECT_EQ(progress.errors, errors_of(problem, chain, state));
    EXPECT_NO_THROW(validate(chain.weights(state)));
    EXPECT_GT(progress.observables[2].second, 0);  // acceptance
    EXPECT_LT(progress.observables[2].second, 1);
  }
}

TEST(SphereMonteCarlo, AnnealingSolves) {
  for (const Architecture& machine :
       {Architecture{Machine::perceptron, false, 101, 1}, Architecture{Machine::committee, true, 99, 3}}) {
    const Problem problem = make_storage(machine, WeightKind::spherical, 0.7, 2);
    const SphereMonteCarlo chain(problem, Loss{LossKind::cross_entropy, 2, 0},
                                 {linear_schedule(1, 0.2, 50), geometric_schedule(3, 0.98, 0.2), true});
    const auto result = run_for(chain, 1, 300);
    EXPECT_EQ(result.outcome, Outcome::solved);
    EXPECT_EQ(errors_of(problem, chain, result.state), 0);
  }
}

TEST(SphereMonteCarlo, ResumesBitForBit) {
  const Problem problem = make_storage({Machine::committee, true, 33, 3}, WeightKind::spherical, 2, 4);
  expect_resumes_bit_for_bit(
      SphereMonteCarlo(problem, std::nullopt, {linear_schedule(0, 1), constant_schedule(1), true}), 1, 3, 7);
}

TEST(SphereMonteCarlo, MisuseIsRefused) {
  const Problem real = make_storage({Machine::perceptron, false, 11, 1}, WeightKind::spherical, 1, 1);
  const Problem binary = make_storage({Machine::perceptron, false, 11, 1}, WeightKind::binary, 1, 1);
  const Problem single = make_storage({Machine::committee, true, 3, 3}, WeightKind::spherical, 1, 1);
  EXPECT_THROW(SphereMonteCarlo(binary, std::nullopt), InvalidInput);
  EXPECT_THROW(SphereMonteCarlo(single, std::nullopt), InvalidInput);
  EXPECT_THROW(SphereMonteCarlo(real, Loss{LossKind::cross_entropy, -1, 0}), InvalidInput);
  EXPECT_THROW(SphereMonteCarlo(real, std::nullopt, sampling(-1)), InvalidInput);
  EXPECT_THROW(SphereMonteCarlo(real, std::nullopt, sampling(1, 0)), InvalidInput);
  EXPECT_THROW(SphereMonteCarlo(real, std::nullopt, sampling(1, 4)), InvalidInput);
  for (const Schedule& rotation :
       {geometric_schedule(1, 0.9), geometric_schedule(1, 1.1), linear_schedule(1, -0.1, 2)})
    EXPECT_THROW(SphereMonteCarlo(real, std::nullopt, {constant_schedule(1), rotation, true}), InvalidInput);
  const SphereMonteCarlo chain(real, std::nullopt);
  SphereMonteCarloState state{{1, 2, 3}, 0};
  RandomStream random(1, Purpose::dynamics);
  EXPECT_THROW(chain.step(state, random), InvalidInput);
}

}  // namespace
}  // namespace wfm::training
