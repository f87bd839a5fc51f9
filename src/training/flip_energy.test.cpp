#include "training/flip_energy.hpp"

#include <cmath>
#include <limits>
#include <numeric>

#include "problems/test_problems.hpp"
#include "training/error_energy.hpp"
#include "training/plain_energy.hpp"
#include "training/stability_energy.hpp"
#include "training/test_problems.hpp"

namespace wfm::training {
namespace {

constexpr double epsilon = std::numeric_limits<double>::epsilon();

Spins random_spins(const Architecture& architecture, std::uint64_t seed) {
  RandomStream random(seed, Purpose::initial_state);
  Spins spins(std::size_t(architecture.weights()));
  for (auto& s : spins) s = std::int8_t(random.sign());
  return spins;
}

Weights as_weights(const Architecture& architecture, const Spins& spins) {
  return {WeightKind::binary, architecture.hidden, architecture.fan_in(), {spins.begin(), spins.end()}};
}

std::vector<Loss> losses() {
  return {{LossKind::hinge, 1, 0},
          {LossKind::hinge, 1, 0.4},
          {LossKind::squared_hinge, 1, 0.2},
          {LossKind::cross_entropy, 0.8, 0}};
}

/// Along a walk of random flips: the energy told before each flip is the difference that the flip makes, the errors are those of the
/// definitions, and what the configuration tells is what a fresh one of the same weights tells.
template <FlipEnergy E>
void expect_follows_flips(const Problem& problem, const E& energy, int flips) {
  RandomStream random(1, Purpose::dynamics);
  auto c = energy.configuration(random_spins(problem.architecture, 3));
  std::vector<double> all(c.spins.size());
  const double rounding = 1e-12 * (1 + double(problem.train.count()));
  for (int t = 0; t < flips; ++t) {
    EXPECT_EQ(energy.errors(c),
              std::int64_t(training_errors(problem, as_weights(problem.architecture, c.spins))));
    energy.changes(c, all);
    const std::size_t m = random.below(c.spins.size());
    const double told = energy.change(c, m), before = energy.value(c);
    EXPECT_EQ(all[m], told);
    energy.flip(c, m);
    ASSERT_NEAR(energy.value(c) - before, told, rounding) << "flip " << t;
    EXPECT_NEAR(energy.change(c, m), -told, rounding);
    const auto fresh = energy.configuration(c.spins);
    EXPECT_NEAR(energy.value(c), energy.value(fresh), E::exact ? 0 : rounding);
    for (std::size_t j = 0; j < c.spins.size(); ++j)
      EXPECT_NEAR(energy.change(c, j), energy.change(fresh, j), E::exact ? 0 : rounding);
  }
}

struct Machines : testing::TestWithParam<Architecture> {
  static std::vector<double> margins() { return {0, 0.3, 0.9}; }
  Problem problem(double margin, InputKind inputs = InputKind::binary, double alpha = 1.4) const {
    return make_storage(GetParam(), WeightKind::binary, alpha, 11, margin, inputs);
  }
};
INSTANTIATE_TEST_SUITE_P(Small, Machines, testing::ValuesIn(test::small_architectures()), test::case_name);

TEST_P(Machines, PackedErrorsFollowFlips) {
  for (const double margin : margins()) {
    const Problem small = problem(margin);
    expect_follows_flips(small, ErrorEnergy(small), 40);
  }
}

TEST_P(Machines, PackedStabilitiesFollowFlips) {
  for (const double margin : margins())
    for (const Loss& loss : losses()) {
      const Problem small = problem(margin);
      expect_follows_flips(small, StabilityEnergy(small, loss), 15);
    }
}

TEST_P(Machines, PlainEnergiesFollowFlips) {
  for (const InputKind inputs : {InputKind::binary, InputKind::gaussian})
    for (const double margin : margins()) {
      const Problem small = problem(margin, inputs);
      expect_follows_flips(small, PlainEnergy(small, std::nullopt), 10);
      expect_follows_flips(small, PlainEnergy(small, losses()[3]), 10);
    }
}

TEST_P(Machines, PackedEnergiesEqualThePlainOne) {
  for (const double margin : margins()) {
    const Problem small = problem(margin);
    for (std::uint64_t seed = 0; seed < 8; ++seed) {
      const Spins spins = random_spins(GetParam(), seed);
      const auto compare = [&](const auto& packed, const PlainEnergy& plain) {
        const auto c = packed.configuration(spins);
        const auto p = plain.configuration(spins);
        const double rounding = 64 * epsilon * (1 + plain.value(p)) * double(small.train.count());
        EXPECT_NEAR(packed.value(c), plain.value(p), rounding);
        EXPECT_EQ(packed.errors(c), plain.errors(p));
        for (std::size_t m = 0; m < spins.size(); ++m)
          EXPECT_NEAR(packed.change(c, m), plain.change(p, m), rounding);
      };
      compare(ErrorEnergy(small), PlainEnergy(small, std::nullopt));
      for (const Loss& loss : losses()) compare(StabilityEnergy(small, loss), PlainEnergy(small, loss));
    }
  }
}

// (MC.1) against its definition: the least total change of unit excesses, over all sets of units turned, that turns the pattern over.
TEST_P(Machines, StabilityIsTheLeastChangeThatTurnsThePattern) {
  const Problem small = problem(0);
  const MachineRule rule = machine_rule(small, "test");
  const int K = GetParam().hidden;
  RandomStream random(5, Purpose::measurement);
  std::vector<double> x(std::size_t(K), 0), scratch;
  for (int trial = 0; trial < 40; ++trial)
    for (const int label : {-1, 1}) {
      for (double& excess : x) excess = random.normal();
      const auto satisfied_with = [&](int turned) {
        std::vector<double> h;
        for (int k = 0; k < K; ++k) h.push_back(label * x[std::size_t(k)] * (turned >> k & 1 ? -1 : 1));
        return satisfied(field(GetParam(), h), label, 0);
      };
      double least = std::numeric_limits<double>::infinity();
      for (int turned = 1; turned < 1 << K; ++turned) {
        double change = 0;
        for (int k = 0; k < K; ++k)
          if (turned >> k & 1) change += std::abs(x[std::size_t(k)]);
        if (satisfied_with(turned) != satisfied_with(0)) least = std::min(least, change);
      }
      EXPECT_NEAR(pattern_stability(rule, label, x, scratch), satisfied_with(0) ? least : -least, 1e-12);
    }
}

TEST(FlipEnergy, ManyPatternsCrossTheWordsAndBlocksOfAColumn) {
  for (const Architecture& architecture :
       {Architecture{Machine::perceptron, false, 301, 1}, Architecture{Machine::committee, true, 303, 3},
        Architecture{Machine::parity, false, 101, 2}}) {
    const Problem problem = make_storage(architecture, WeightKind::binary, 3, 2);
    expect_follows_flips(problem, ErrorEnergy(problem), 4);
    expect_follows_flips(problem, StabilityEnergy(problem, losses()[0]), 2);
  }
}

TEST(FlipEnergy, ExtremeSumsStayInsideTheBitPlanes) {
  for (const int n : {1, 2, 3, 4, 7, 8, 60, 61, 64}) {
    for (const double margin : {0., 100.}) {
      Problem problem =
          problem_of({Machine::perceptron, false, n, 1}, WeightKind::binary,
                     {std::vector<int>(std::size_t(n), 1), std::vector<int>(std::size_t(n), -1)}, {1, -1});
      problem.margin = margin;
      const ErrorEnergy energy(problem);
      auto c = energy.configuration(Spins(std::size_t(n), 1));
      for (std::size_t m = 0; m < std::size_t(n); ++m) {  // from all aligned to all against
        const auto told = energy.value(c) + energy.change(c, m);
        energy.flip(c, m);
        EXPECT_EQ(energy.value(c), told);
        EXPECT_EQ(energy.errors(c),
                  std::int64_t(training_errors(problem, as_weights(problem.architecture, c.spins))));
      }
    }
  }
}

TEST(FlipEnergy, ColumnSumsAreTheReadableOnesBitForBit) {
  RandomStream random(1, Purpose::measurement);
  for (const std::size_t words : {0, 8, 16}) {
    std::vector<std::uint64_t> bits(words);
    std::vector<double> v(64 * words);
    for (auto& word : bits) word = random();
    for (double& x : v) x = random.normal();
    EXPECT_EQ(sum_where(bits, v.data()), sum_where_readable(bits, v.data()));
  }
}

TEST(FlipEnergy, InputsThatAreAlwaysZeroCostNothing) {
  Problem problem =
      make_storage({Machine::committee, false, 9, 3}, WeightKind::binary, 0.5, 1, 0, InputKind::gaussian);
  std::get<RealMatrix>(problem.train.inputs).col(4).setZero();
  const PlainEnergy energy(problem, Loss{});
  const auto c = energy.configuration(random_spins(problem.architecture, 1));
  for (const std::size_t k : {0, 1, 2}) EXPECT_EQ(energy.change(c, 9 * k + 4), 0);
}

TEST(FlipEnergy, NamesWhatItRefuses) {
  const Problem spherical = make_storage({Machine::perceptron, false, 9, 1}, WeightKind::spherical, 1, 1);
  expect_refused([&] { ErrorEnergy refused(spherical); }, {"monte carlo", "binary", "spherical"});
  expect_refused([&] { PlainEnergy refused(spherical, Loss{}); }, {"monte carlo", "binary", "spherical"});
  const Problem real =
      make_storage({Machine::perceptron, false, 9, 1}, WeightKind::binary, 1, 1, 0, InputKind::gaussian);
  expect_refused([&] { ErrorEnergy refused(real); }, {"+-1 inputs"});
  expect_refused([&] { StabilityEnergy refused(real, {}); }, {"+-1 inputs"});
  const Problem parity = make_storage({Machine::parity, false, 9, 2}, WeightKind::binary, 1, 1, 1.2);
  expect_refused([&] { ErrorEnergy refused(parity); }, {"parity", "1.2"});
  const Problem good = make_storage({Machine::perceptron, false, 9, 1}, WeightKind::binary, 1, 1);
  expect_refused([&] { StabilityEnergy refused(good, {LossKind::cross_entropy, 0, 0}); }, {"gamma", "0"});
}

}  // namespace
}  // namespace wfm::training
