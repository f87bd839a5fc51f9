#include "training/replicated_ensemble.hpp"

#include <numeric>

#include "training/error_energy.hpp"
#include "training/stability_energy.hpp"
#include "training/test_problems.hpp"

namespace wfm::training {
namespace {

constexpr int y = 3, M = 3;
constexpr Architecture three_inputs{Machine::perceptron, false, M, 1};
constexpr double beta = 0.7, gamma_ = 0.35;

Problem problem() {
  return make_storage(three_inputs, WeightKind::binary, 1.7, 2);
}

Spins configuration_number(std::size_t c) {
  Spins spins(y * M);
  for (std::size_t m = 0; m < spins.size(); ++m) spins[m] = c >> m & 1 ? 1 : -1;
  return spins;
}

/// ln p of all 2^(y M) configurations up to a constant, with the sum over the centre done explicitly.
std::vector<double> exact_log_weights(const Problem& problem) {
  std::vector<double> log_weights;
  for (std::size_t c = 0; c < std::size_t{1} << (y * M); ++c) {
    const Spins spins = configuration_number(c);
    double energy = 0, centres = 0;
    for (int r = 0; r < y; ++r)
      energy += double(training_errors(
          problem, {WeightKind::binary, 1, M, {spins.begin() + r * M, spins.begin() + (r + 1) * M}}));
    for (unsigned centre = 0; centre < 1u << M; ++centre) {
      int overlap = 0;
      for (int m = 0; m < y * M; ++m) overlap += spins[std::size_t(m)] * (centre >> (m % M) & 1 ? 1 : -1);
      centres += std::exp(gamma_ * overlap);
    }
    log_weights.push_back(-beta * energy + std::log(centres));
  }
  return log_weights;
}

// Flip by flip the cost is the logarithm of the ratio of the two weights, hence detailed balance.
TEST(ReplicatedEnsemble, CostsAreRatiosOfTheWeightsSummedOverTheCentre) {
  const Problem small = problem();
  const auto log_weights = exact_log_weights(small);
  const ReplicatedEnsemble ensemble(ErrorEnergy(small), y);
  const auto at = ensemble.at(beta, gamma_);
  std::vector<double> all(y * M);
  for (std::size_t c = 0; c < log_weights.size(); ++c) {
    auto configuration = ensemble.configuration(configuration_number(c));
    at.changes(configuration, all);
    for (std::size_t m = 0; m < y * M; ++m) {
      const double cost = log_weights[c] - log_weights[c ^ (std::size_t{1} << m)];
      EXPECT_NEAR(at.change(configuration, m), cost, 1e-12);
      EXPECT_NEAR(all[m], cost, 1e-12);
    }
  }
}

TEST(ReplicatedEnsemble, EveryKindOfMovesSamplesIt) {
  const Problem small = problem();
  std::vector<double> p = exact_log_weights(small);
  for (double& x : p) x = std::exp(x);
  const double Z = std::accumulate(p.begin(), p.end(), 0.);
  for (const Moves moves : {Moves::metropolis, Moves::rejection_free, Moves::reduced_rejection}) {
    const MonteCarlo chain(ReplicatedEnsemble(ErrorEnergy(small), y),
                           {moves, constant_schedule(beta), constant_schedule(gamma_), false});
    RandomStream random(7, Purpose::dynamics);
    auto state = chain.start(random);
    std::vector<double> found(p.size());
    constexpr int samples = 10000;
    for (int t = 0; t < 100 + samples; ++t) {
      for (int thin = 0; thin < 6; ++thin) chain.step(state, random);
      std::size_t c = 0;
      for (std::size_t m = 0; m < y * M; ++m) c |= std::size_t(state.configuration.spins[m] > 0) << m;
      if (t >= 100) ++found[c];
    }
    double chi_squared = 0, rare = 0, rare_expected = 0, degrees = -1;
    for (std::size_t c = 0; c < p.size(); ++c) {
      const double expected = p[c] / Z * samples;
      if (expected < 5) {
        rare += found[c];
        rare_expected += expected;
        continue;
      }
      chi_squared += (found[c] - expected) * (found[c] - expected) / expected;
      ++degrees;
    }
    chi_squared += (rare - rare_expected) * (rare - rare_expected) / rare_expected;
    ++degrees;
    EXPECT_GT(rare_expected, 5);
    EXPECT_LT(chi_squared, degrees + 5 * std::sqrt(2 * degrees)) << "moves " << int(moves);
  }
}

TEST(ReplicatedEnsemble, ClassesOfMovesFollowTheFlips) {
  const Problem small = make_storage({Machine::perceptron, false, 8, 1}, WeightKind::binary, 1, 2);
  for (const int replicas : {1, 2, 5}) {
    const ReplicatedEnsemble ensemble(ErrorEnergy(small), replicas);
    RandomStream random(2, Purpose::dynamics);
    Spins spins(ensemble.size());
    for (auto& s : spins) s = std::int8_t(random.sign());
    auto c = ensemble.configuration(spins);
    const auto at = ensemble.at(0, 0.6);  // beta = 0: the interaction alone
    SiteClasses classes = at.classes(c);
    const auto total = [&] {
      double Z = 0;
      for (std::size_t m = 0; m < ensemble.size(); ++m) Z += metropolis_probability(at.change(c, m));
      return Z;
    };
    for (int t = 0; t < 200; ++t) {
      EXPECT_NEAR(classes.total(), total(), 1e-10);
      const std::size_t m = classes.draw(random);
      const double after = classes.total_after(m);
      ensemble.flip(c, m);
      EXPECT_NEAR(after, total(), 1e-10);
      classes.follow(m);
    }
  }
}

TEST(ReplicatedEnsemble, OneReplicaIsAFreeSystem) {
  const Problem small = problem();
  const ReplicatedEnsemble one(ErrorEnergy(small), 1);
  const Boltzmann alone{ErrorEnergy(small)};
  auto c = one.configuration({1, -1, 1});
  auto d = alone.configuration({1, -1, 1});
  for (std::size_t m = 0; m < M; ++m)
    EXPECT_NEAR(one.at(beta, 5).change(c, m), alone.at(beta, 0).change(d, m), 1e-12);
}

TEST(ReplicatedEnsemble, CentreIsTheMajorityAndTheFirstReplicaWhereThereIsNone) {
  const Problem small = problem();
  const ReplicatedEnsemble odd(ErrorEnergy(small), 3), even(ErrorEnergy(small), 2);
  EXPECT_EQ(odd.weights(odd.configuration({1, -1, 1, 1, -1, -1, -1, -1, -1})).values,
            (std::vector<double>{1, -1, -1}));
  EXPECT_EQ(even.weights(even.configuration({1, -1, 1, -1, -1, 1})).values, (std::vector<double>{1, -1, 1}));
}

TEST(ReplicatedEnsemble, CentreOfCoupledReplicasSolves) {
  const Problem storage = make_storage({Machine::perceptron, false, 201, 1}, WeightKind::binary, 0.4, 1);
  for (const Moves moves : {Moves::metropolis, Moves::reduced_rejection}) {
    const MonteCarlo chain(ReplicatedEnsemble(StabilityEnergy(storage, {LossKind::hinge, 1, 0}), 3),
                           {moves, linear_schedule(1, 0.02, 20), linear_schedule(0.1, 0.005, 3), true});
    const auto result = run_for(chain, 1, 600);
    EXPECT_EQ(result.outcome, Outcome::solved);
    EXPECT_EQ(training_errors(storage, chain.weights(result.state)), 0u);
  }
}

TEST(ReplicatedEnsemble, RefusesNumbersOfReplicas) {
  const Problem small = problem();
  expect_refused([&] { ReplicatedEnsemble refused(ErrorEnergy(small), 0); }, {"y", "[1, 1000]", "0"});
}

}  // namespace
}  // namespace wfm::training
