#include "training/monte_carlo.hpp"

#include <functional>
#include <limits>
#include <numeric>

#include "math/statistics.hpp"
#include "training/error_energy.hpp"
#include "training/local_entropy_ensemble.hpp"
#include "training/plain_energy.hpp"
#include "training/replicated_ensemble.hpp"
#include "training/stability_energy.hpp"
#include "training/test_problems.hpp"

namespace wfm::training {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr Moves all_moves[] = {Moves::metropolis, Moves::rejection_free, Moves::reduced_rejection};

MonteCarloParams sampling(Moves moves, double beta, double gamma = 0) {
  return {moves, constant_schedule(beta), constant_schedule(gamma), false};
}

Weights as_weights(const Architecture& architecture, std::span<const std::int8_t> spins) {
  return {WeightKind::binary, architecture.hidden, architecture.fan_in(), {spins.begin(), spins.end()}};
}

Spins configuration_number(std::size_t c, std::size_t M) {
  Spins spins(M);
  for (std::size_t m = 0; m < M; ++m) spins[m] = c >> m & 1 ? 1 : -1;
  return spins;
}

std::size_t number_of(const Spins& spins) {
  std::size_t c = 0;
  for (std::size_t m = 0; m < spins.size(); ++m) c |= std::size_t(spins[m] > 0) << m;
  return c;
}

/// p of all 2^M configurations from their logarithms up to a constant.
std::vector<double> exact_distribution(std::size_t M, const std::function<double(const Spins&)>& log_weight) {
  std::vector<double> p(std::size_t{1} << M);
  for (std::size_t c = 0; c < p.size(); ++c) p[c] = log_weight(configuration_number(c, M));
  const double most = *std::max_element(p.begin(), p.end());
  for (double& x : p) x = std::exp(x - most);
  const double Z = std::accumulate(p.begin(), p.end(), 0.);
  for (double& x : p) x /= Z;
  return p;
}

/// Integrated autocorrelation time of x, summed up to the first correlation below 0.05.
double autocorrelation_time(const std::vector<double>& x) {
  const double mean = std::accumulate(x.begin(), x.end(), 0.) / double(x.size());
  const auto covariance = [&](std::size_t lag) {
    double sum = 0;
    for (std::size_t t = 0; t + lag < x.size(); ++t) sum += (x[t] - mean) * (x[t + lag] - mean);
    return sum / double(x.size() - lag);
  };
  const double variance = covariance(0);
  double time = 0.5;
  for (std::size_t lag = 1; lag < x.size() / 20 && variance > 1e-20; ++lag) {
    const double rho = covariance(lag) / variance;
    if (rho < 0.05) break;
    time += rho;
  }
  return time;
}

/// Pearson's statistic of `samples` configurations, one every few autocorrelation times, against p; configurations expected less than
/// five times go into one bin. Under p it has mean = degrees and variance 2 degrees: within five standard deviations.
template <Ensemble E>
void expect_samples(const MonteCarlo<E>& chain, const std::vector<double>& p, std::size_t samples) {
  RandomStream initial(17, Purpose::initial_state);
  auto state = chain.start(initial);
  std::uint64_t steps = 0;
  const auto step = [&] {
    RandomStream random(17, Purpose::dynamics, steps++);
    return chain.step(state, random);
  };
  std::vector<double> log_p, first_spin;
  for (int t = 0; t < 600; ++t) {
    step();
    const double x = p[number_of(state.configuration.spins)];
    ASSERT_GT(x, 0);
    if (t < 100) continue;
    log_p.push_back(std::log(x));
    first_spin.push_back(state.configuration.spins[0]);
  }
  const int thinning =
      int(std::ceil(4 * std::max(autocorrelation_time(log_p), autocorrelation_time(first_spin))));
  std::vector<double> found(p.size());
  for (std::size_t s = 0; s < samples; ++s) {
    for (int t = 0; t < thinning; ++t) step();
    ++found[number_of(state.configuration.spins)];
  }
  double chi_squared = 0, rare_found = 0, rare_expected = 0;
  int bins = 0;
  const auto add = [&](double count, double expected) {
    chi_squared += (count - expected) * (count - expected) / expected;
    ++bins;
  };
  for (std::size_t c = 0; c < p.size(); ++c) {
    const double expected = p[c] * double(samples);
    if (expected >= 5) {
      add(found[c], expected);
    } else {
      rare_found += found[c];
      rare_expected += expected;
    }
  }
  if (rare_expected >= 5) add(rare_found, rare_expected);
  const double degrees = bins - 1;
  ASSERT_GT(degrees, 3);
  EXPECT_LT(chi_squared, degrees + 5 * std::sqrt(2 * degrees)) << "thinning " << thinning;
}

struct SmallMachine {
  Architecture architecture;
  double alpha, margin;
};
std::vector<SmallMachine> small_machines() {
  return {{{Machine::perceptron, false, 7, 1}, 1.3, 0},
          {{Machine::perceptron, false, 6, 1}, 1.2, 0.5},
          {{Machine::committee, false, 3, 3}, 1, 0},
          {{Machine::committee, true, 9, 3}, 1, 0},
          {{Machine::parity, false, 4, 2}, 1, 0}};
}
Problem small_problem(const SmallMachine& machine, InputKind inputs = InputKind::binary) {
  return make_storage(machine.architecture, WeightKind::binary, machine.alpha, 5, machine.margin, inputs);
}

TEST(MonteCarlo, SamplesTheErrorsBoltzmannDistribution) {
  for (const SmallMachine& machine : small_machines())
    for (const Moves moves : all_moves) {
      SCOPED_TRACE(testing::Message() << machine.architecture.inputs << " inputs, moves " << int(moves));
      const Problem problem = small_problem(machine);
      const auto p = exact_distribution(std::size_t(problem.architecture.weights()), [&](const Spins& spins) {
        return -0.8 * double(training_errors(problem, as_weights(problem.architecture, spins)));
      });
      expect_samples(MonteCarlo(Boltzmann{ErrorEnergy(problem)}, sampling(moves, 0.8)), p, 4000);
    }
}

TEST(MonteCarlo, SamplesTheBoltzmannDistributionOfALoss) {
  const Loss losses[] = {
      {LossKind::hinge, 1, 0.3}, {LossKind::squared_hinge, 1, 0}, {LossKind::cross_entropy, 0.7, 0}};
  const Problem problem = make_storage({Machine::perceptron, false, 7, 1}, WeightKind::binary, 1.3, 5);
  for (const Loss& loss : losses)
    for (const Moves moves : all_moves) {
      SCOPED_TRACE(testing::Message() << name(loss.kind) << ", moves " << int(moves));
      const auto p = exact_distribution(7, [&](const Spins& spins) {
        double energy = 0;
        for (const double s :
             output_stabilities(problem.architecture, as_weights(problem.architecture, spins), problem.train))
          energy += evaluate(loss, s).value;
        return -1.1 * energy;
      });
      expect_samples(MonteCarlo(Boltzmann{StabilityEnergy(problem, loss)}, sampling(moves, 1.1)), p, 4000);
    }
}

TEST(MonteCarlo, SamplesWithRealInputs) {
  const Problem problem = small_problem({{Machine::committee, true, 6, 3}, 1, 0}, InputKind::gaussian);
  for (const Moves moves : all_moves) {
    const auto p = exact_distribution(6, [&](const Spins& spins) {
      return -0.8 * double(training_errors(problem, as_weights(problem.architecture, spins)));
    });
    expect_samples(MonteCarlo(Boltzmann{PlainEnergy(problem, std::nullopt)}, sampling(moves, 0.8)), p, 2000);
  }
}

TEST(MonteCarlo, IsUniformAtInfiniteTemperature) {
  const Problem problem = small_problem(small_machines()[0]);
  for (const Moves moves : all_moves)
    expect_samples(MonteCarlo(Boltzmann{ErrorEnergy(problem)}, sampling(moves, 0)),
                   std::vector<double>(128, 1. / 128), 4000);
}

TEST(MonteCarlo, NeverGoesUphillAtZeroTemperature) {
  const Problem problem = make_storage({Machine::perceptron, false, 51, 1}, WeightKind::binary, 2, 1);
  for (const Moves moves : all_moves)
    for (const bool errors : {true, false}) {
      const auto descend = [&](const auto& chain) {
        RandomStream random(1, Purpose::dynamics);
        auto state = chain.start(random);
        double energy = infinity;
        for (int t = 0; t < 60; ++t) {
          const Progress progress = chain.step(state, random);
          EXPECT_LE(progress.observables[0].second, energy);
          EXPECT_GE(progress.observables[1].second, progress.observables[0].second * (1 - 1e-12));
          energy = progress.observables[0].second;
        }
        EXPECT_GT(energy, 0);  // twice the patterns that fit
      };
      if (errors)
        descend(MonteCarlo(Boltzmann{ErrorEnergy(problem)}, sampling(moves, infinity)));
      else
        descend(MonteCarlo(Boltzmann{StabilityEnergy(problem, {LossKind::hinge, 1, 0})},
                           sampling(moves, infinity)));
    }
}

/// Mean over `steps` steps of an observable, with the error bar of 50 consecutive blocks.
template <class A>
MeanAndError block_mean(const A& chain, std::size_t observable, int steps) {
  RandomStream random(3, Purpose::dynamics);
  auto state = chain.start(random);
  for (int t = 0; t < 200; ++t) chain.step(state, random);
  std::vector<double> blocks;
  for (int b = 0; b < 50; ++b) {
    double sum = 0;
    for (int t = 0; t < steps / 50; ++t) sum += chain.step(state, random).observables[observable].second;
    blocks.push_back(sum / (steps / 50));
  }
  return mean_and_error(blocks);
}

TEST(MonteCarlo, TimeAveragesAreTheExactMean) {
  const Problem problem = make_storage({Machine::perceptron, false, 12, 1}, WeightKind::binary, 1.2, 4);
  const double beta = 1.5;
  const auto energy = [&](const Spins& spins) {
    return double(training_errors(problem, as_weights(problem.architecture, spins)));
  };
  const auto p = exact_distribution(12, [&](const Spins& spins) { return -beta * energy(spins); });
  double exact = 0;
  for (std::size_t c = 0; c < p.size(); ++c) exact += p[c] * energy(configuration_number(c, 12));
  MeanAndError acceptance[3];
  for (const Moves moves : all_moves) {
    const MonteCarlo chain(Boltzmann{ErrorEnergy(problem)}, sampling(moves, beta));
    const MeanAndError mean = block_mean(chain, 1, 3000);
    EXPECT_NEAR(mean.mean, exact, 5 * mean.standard_error) << "moves " << int(moves);
    EXPECT_LT(mean.standard_error, 0.1);
    acceptance[int(moves)] = block_mean(chain, 2, 3000);
  }
  // the same chain, hence the same flips per proposal; reduced-rejection moves are refused less often
  EXPECT_NEAR(acceptance[0].mean, acceptance[1].mean,
              5 * std::hypot(acceptance[0].standard_error, acceptance[1].standard_error));
  EXPECT_GT(acceptance[2].mean, 1.5 * acceptance[0].mean);
}

TEST(MonteCarlo, AnnealingSolvesAndStopsAtTheSolution) {
  const Problem problem = make_storage({Machine::perceptron, false, 101, 1}, WeightKind::binary, 0.3, 1);
  for (const Moves moves : all_moves) {
    const MonteCarlo chain(Boltzmann{StabilityEnergy(problem, {LossKind::hinge, 1, 0})},
                           {moves, linear_schedule(1, 0.02, 20), constant_schedule(0), true});
    const auto result = run_for(chain, 1, 1000);
    EXPECT_EQ(result.outcome, Outcome::solved);
    EXPECT_EQ(training_errors(problem, chain.weights(result.state)), 0u);
  }
}

TEST(MonteCarlo, ResumedRunIsBitIdentical) {
  const MonteCarloParams base{Moves::metropolis, linear_schedule(0.3, 0.1, 3), linear_schedule(0.1, 0.1),
                              true};
  for (const Moves moves : all_moves) {
    MonteCarloParams params = base;
    params.moves = moves;
    const Problem packed = make_storage({Machine::committee, true, 51, 3}, WeightKind::binary, 2, 1);
    const Problem real =
        make_storage({Machine::perceptron, false, 21, 1}, WeightKind::binary, 4, 1, 0, InputKind::gaussian);
    expect_resumes_bit_for_bit(MonteCarlo(Boltzmann{ErrorEnergy(packed)}, params), 3, 5, 11);
    expect_resumes_bit_for_bit(MonteCarlo(Boltzmann{StabilityEnergy(packed, {})}, params), 3, 5, 11);
    expect_resumes_bit_for_bit(MonteCarlo(Boltzmann{PlainEnergy(real, Loss{})}, params), 3, 5, 11);
    expect_resumes_bit_for_bit(MonteCarlo(ReplicatedEnsemble(StabilityEnergy(packed, {}), 3), params), 3, 5,
                               11);
  }
}

// (MC.7) with L by enumeration: the distribution e^{y L} itself.
TEST(MonteCarlo, SamplesCentresByTheirLocalEntropy) {
  const Problem problem = make_storage({Machine::perceptron, false, 6, 1}, WeightKind::binary, 0.5, 5);
  std::vector<Weights> solutions;
  for (std::size_t c = 0; c < 64; ++c) {
    const Weights w = as_weights(problem.architecture, configuration_number(c, 6));
    if (training_errors(problem, w) == 0) solutions.push_back(w);
  }
  const auto local_entropy = [&](const Weights& centre, double gamma) {
    double sum = 0;
    for (const Weights& w : solutions) sum += std::exp(gamma * 6 * overlap(w, centre));
    return std::log(sum);
  };
  const auto p = exact_distribution(6, [&](const Spins& spins) {
    return 1.5 * local_entropy(as_weights(problem.architecture, spins), 0.4);
  });
  for (const Moves moves : all_moves)
    expect_samples(MonteCarlo(LocalEntropyEnsemble(problem, local_entropy), sampling(moves, 1.5, 0.4)), p,
                   1000);
}

TEST(MonteCarlo, CentresWithoutALocalEntropyAreLeftAndNotEntered) {
  const Problem problem = make_storage({Machine::perceptron, false, 8, 1}, WeightKind::binary, 4, 5);
  const auto half = [](const Weights& centre, double) { return centre.values[0] > 0 ? 1. : std::nan(""); };
  const MonteCarlo chain(LocalEntropyEnsemble(problem, half), sampling(Moves::metropolis, 1));
  RandomStream random(1, Purpose::dynamics);
  auto state = chain.start(random);
  for (int t = 0; t < 10; ++t) chain.step(state, random);
  for (int t = 0; t < 10; ++t) {
    chain.step(state, random);
    EXPECT_EQ(chain.weights(state).values[0], 1);
  }
}

TEST(MonteCarlo, NamesWhatItRefuses) {
  const Problem problem = make_storage({Machine::perceptron, false, 9, 1}, WeightKind::binary, 1, 1);
  const auto with = [&](Schedule beta, Schedule gamma) {
    return [&problem, beta, gamma] {
      MonteCarlo refused(Boltzmann{ErrorEnergy(problem)}, {Moves::metropolis, beta, gamma, true});
    };
  };
  expect_refused(with(constant_schedule(-1), constant_schedule(0)), {"beta", ">= 0", "-1"});
  expect_refused(with(linear_schedule(1, -0.1), constant_schedule(0)), {"beta", "limit"});
  expect_refused(with(linear_schedule(1, -0.1, -2), constant_schedule(0)), {"beta", "-2"});
  expect_refused(with(linear_schedule(1, -0.1, 100), constant_schedule(0)), {"beta", "away from its limit"});
  expect_refused(with(list_schedule({1, -3}), constant_schedule(0)), {"beta", "-3"});
  expect_refused(with(constant_schedule(1), constant_schedule(infinity)), {"gamma", "finite", "inf"});
  const MonteCarlo chain(Boltzmann{ErrorEnergy(problem)}, {});
  decltype(chain)::State foreign;
  foreign.configuration.spins = {1, -1};
  RandomStream random(1, Purpose::dynamics);
  expect_refused([&] { chain.step(foreign, random); }, {"9 spins", "2"});
}

}  // namespace
}  // namespace wfm::training
