#include "inference/max_sum.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numeric>

#include "math/error.hpp"
#include "problems/evaluation.hpp"
#include "problems/storage.hpp"
#include "run/run.hpp"

namespace wfm::inference {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

std::vector<double> normals(std::size_t n, RandomStream& random) {
  std::vector<double> x(n);
  for (double& value : x) value = random.normal();
  return x;
}

/// (1/2) [max over v with v_i = +1] - (1/2) [the same at -1] of sum_j x_j v_j + e tau(v), j != i, tau = +-1 as at least m spins are +1 or
/// fewer; an infinite e forbids tau = -1.
double brute_force_message(const std::vector<double>& x, std::int64_t m, double e, std::size_t i) {
  const std::size_t n = x.size();
  double best[2] = {-infinity, -infinity};
  for (std::uint32_t c = 0; c < 1u << n; ++c) {
    double sum = 0;
    std::int64_t up = 0;
    for (std::size_t j = 0; j < n; ++j) {
      up += c >> j & 1;
      if (j != i) sum += c >> j & 1 ? x[j] : -x[j];
    }
    if (e < infinity)
      sum += up >= m ? e : -e;
    else if (up < m)
      continue;
    best[c >> i & 1] = std::max(best[c >> i & 1], sum);
  }
  return (best[1] - best[0]) / 2;
}

TEST(MaxSumMessages, EqualMaximaOverAllConfigurations) {
  RandomStream random(1, Purpose::measurement);
  UnitSelection select;
  for (const std::size_t n : {1u, 4u, 9u})
    for (std::int64_t m = 0; m <= std::int64_t(n); ++m)
      for (int draw = 0; draw < 20; ++draw) {
        const auto x = normals(n, random);
        const UnitCosts costs = select(x, m);
        for (const double e : {infinity, 0.0, 0.4, 2.5})
          for (std::size_t i = 0; i < n; ++i) {
            const double expected = brute_force_message(x, m, e, i), found = max_sum_message(costs, e, x[i]);
            if (std::isinf(expected)) {
              EXPECT_EQ(found, infinity);
            } else {
              EXPECT_NEAR(found, expected, 1e-12) << "n " << n << " m " << m << " e " << e;
            }
          }
      }
}

TEST(MaxSumMessages, SelectionIsSorting) {
  RandomStream random(2, Purpose::measurement);
  UnitSelection select;
  for (const std::size_t n : {7u, 100u, 1001u})
    for (int draw = 0; draw < 30; ++draw) {
      auto x = normals(n, random);
      for (double& value : x) value *= std::pow(10, 3 * random.normal());  // the window must follow any scale
      const auto m = std::int64_t(random.below(n + 1));
      const UnitCosts fast = select(x, m), sorted = unit_costs_readable(x, m);
      const double tolerance = 1e-12 * (1 + sorted.at);
      EXPECT_NEAR(fast.below, sorted.below, tolerance);
      EXPECT_NEAR(fast.at, sorted.at, tolerance);
      const double above = std::min(sorted.above, 1e300);
      EXPECT_NEAR(std::min(fast.above, 1e300), above, 1e-12 * (1 + above));
      const auto wants = [&](const UnitCosts& costs, double value) {
        return max_sum_message(costs, 1.5, value);
      };
      for (const double value : x) EXPECT_NEAR(wants(fast, value), wants(sorted, value), tolerance);
    }
}

TEST(MaxSumMessages, PushIsWhatTheOtherUnitsLack) {
  std::vector<double> push(5);
  unit_pushes(std::vector<double>{0, 0, 3, 1, 2}, 3, push);  // one of the wrong units at 1, 2, 3 must turn
  EXPECT_THAT(push, testing::ElementsAre(2, 2, 1, 2, 1));
  unit_pushes(std::vector<double>{0, 0, 0, 0, 2}, 3, push);
  EXPECT_THAT(push, testing::Each(0));
  unit_pushes(std::vector<double>{0, 1, 2, 3, 4}, 5, push);
  EXPECT_THAT(push, testing::Each(infinity));
}

/// Three perceptrons A on spins 0-2, B on 2-4, C on 4-6, with fields and signs: messages give the exact max-marginals.
TEST(MaxSumMessages, AreExactOnATree) {
  const std::vector<std::vector<std::size_t>> factors = {{0, 1, 2}, {2, 3, 4}, {4, 5, 6}};
  RandomStream random(3, Purpose::measurement);
  for (int draw = 0; draw < 50; ++draw) {
    const auto field = normals(7, random);
    std::vector<std::vector<double>> sign(3, std::vector<double>(3)), message(3, std::vector<double>(3, 0.0));
    for (auto& row : sign)
      for (double& s : row) s = random.sign();
    const auto total = [&](std::size_t i) {
      double h = field[i];
      for (std::size_t a = 0; a < 3; ++a)
        for (std::size_t j = 0; j < 3; ++j)
          if (factors[a][j] == i) h += sign[a][j] * message[a][j];
      return h;
    };
    for (int sweep = 0; sweep < 3; ++sweep)
      for (std::size_t a = 0; a < 3; ++a) {
        std::vector<double> x(3);
        for (std::size_t j = 0; j < 3; ++j) x[j] = sign[a][j] * total(factors[a][j]) - message[a][j];
        const UnitCosts costs = unit_costs_readable(x, 2);
        for (std::size_t j = 0; j < 3; ++j) message[a][j] = max_sum_message(costs, infinity, x[j]);
      }
    for (std::size_t i = 0; i < 7; ++i) {
      double best[2] = {-infinity, -infinity};
      for (unsigned c = 0; c < 128; ++c) {
        const auto w = [&](std::size_t j) { return c >> j & 1 ? 1.0 : -1.0; };
        double energy = 0;
        for (std::size_t j = 0; j < 7; ++j) energy += field[j] * w(j);
        for (std::size_t a = 0; a < 3; ++a) {
          double sum = 0;
          for (std::size_t j = 0; j < 3; ++j) sum += sign[a][j] * w(factors[a][j]);
          if (sum < 0) energy = -infinity;
        }
        best[c >> i & 1] = std::max(best[c >> i & 1], energy);
      }
      EXPECT_NEAR(total(i), (best[1] - best[0]) / 2, 1e-12);
    }
  }
}

RunResult<MaxSumState> solve(const Problem& problem, std::int64_t steps, const MaxSumParams& params = {}) {
  RunOptions options;
  options.stop.max_steps = steps;
  return run(MaxSum(problem, params), 1, options);
}

/// (MS.2) on a state with messages everywhere, by brute force over the units' spins and the units.
TEST(MaxSum, CommitteeStepIsTheMaximumOverAllConfigurations) {
  for (const bool tree : {false, true}) {
    const Architecture machine{Machine::committee, tree, tree ? 9 : 3, 3};
    const Problem problem = make_storage(machine, WeightKind::binary, 0.5, 4);
    const MaxSum algorithm(problem, {.reinforcement = 0.6, .growth = 0});
    RandomStream random(1, Purpose::dynamics);
    MaxSumState state = algorithm.start(random);
    const std::size_t P = problem.train.count();
    ASSERT_GE(P, 4u);
    for (int t = 0; t < 6; ++t) {
      const MaxSumState before = state;
      algorithm.step(state, random);
      std::vector<double> expected(9);
      for (std::size_t i = 0; i < 9; ++i) expected[i] = 0.6 * before.field[i];
      for (std::size_t a = 0; a < P; ++a) {
        const int sigma = problem.train.labels[a];
        std::vector<double> best[2] = {std::vector<double>(9, -infinity), std::vector<double>(9, -infinity)};
        const auto xi = [&](std::size_t i) {
          return problem.train(a, std::size_t(machine.first_input(int(i / 3))) + i % 3);
        };
        const auto cavity = [&](std::size_t i) {
          return before.field[i] - sigma * xi(i) * double(before.messages[a * 9 + i]);
        };
        for (unsigned c = 0; c < 512; ++c) {
          double sum = 0, h[3] = {0, 0, 0};
          for (std::size_t i = 0; i < 9; ++i) {
            const double w = c >> i & 1 ? 1 : -1;
            sum += cavity(i) * w;
            h[i / 3] += xi(i) * w;
          }
          if (!satisfied(field(machine, h), sigma, 0)) continue;
          for (std::size_t i = 0; i < 9; ++i)
            best[c >> i & 1][i] = std::max(best[c >> i & 1][i], sum - (c >> i & 1 ? cavity(i) : -cavity(i)));
        }
        for (std::size_t i = 0; i < 9; ++i) expected[i] += (best[1][i] - best[0][i]) / 2;
      }
      // messages are kept in single precision
      for (std::size_t i = 0; i < 9; ++i) EXPECT_NEAR(state.field[i], expected[i], 1e-5) << "step " << t;
    }
  }
}

TEST(MaxSum, ScaleOfTheFieldsDoesNotMatter) {
  const Problem problem = make_storage({Machine::perceptron, false, 101, 1}, WeightKind::binary, 0.6, 1);
  const MaxSum algorithm(problem);
  RandomStream random(1, Purpose::dynamics);
  MaxSumState one = algorithm.start(random), other = one;
  for (double& h : other.field) h *= 1024;
  for (int t = 0; t < 30; ++t) {
    EXPECT_EQ(algorithm.step(one, random).errors, algorithm.step(other, random).errors);
    EXPECT_EQ(algorithm.weights(one), algorithm.weights(other));
  }
}

TEST(MaxSum, SolvesPerceptronsAndCommittees) {
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    const Problem problem =
        make_storage({Machine::perceptron, false, 1001, 1}, WeightKind::binary, 0.6, seed);
    const auto result = solve(problem, 1000);
    EXPECT_EQ(result.outcome, Outcome::solved);
    EXPECT_EQ(training_errors(problem, MaxSum(problem).weights(result.state)), 0u);
  }
  for (const bool tree : {false, true}) {
    const Problem problem =
        make_storage({Machine::committee, tree, tree ? 963 : 321, 3}, WeightKind::binary, 0.2, 1);
    EXPECT_EQ(solve(problem, 2000).outcome, Outcome::solved) << "tree " << tree;
  }
}

TEST(MaxSum, MarginIsKept) {
  const Problem problem = make_storage({Machine::perceptron, false, 501, 1}, WeightKind::binary, 0.3, 1, 0.3);
  const auto result = solve(problem, 2000);
  ASSERT_EQ(result.outcome, Outcome::solved);
  EXPECT_EQ(training_errors(problem, MaxSum(problem).weights(result.state)), 0u);
}

TEST(MaxSum, DegenerateSetsEndHonestly) {
  const Architecture machine{Machine::perceptron, false, 21, 1};
  EXPECT_EQ(solve(make_storage(machine, WeightKind::binary, 0, 1), 5).steps, 1);
  EXPECT_EQ(solve(make_storage(machine, WeightKind::binary, 1. / 21, 1), 50).outcome, Outcome::solved);
  EXPECT_NE(solve(make_storage(machine, WeightKind::binary, 8, 1), 200).outcome, Outcome::solved);

  Problem contradiction = make_storage(machine, WeightKind::binary, 2. / 21, 1);
  auto& bits = std::get<BitMatrix>(contradiction.train.inputs);
  for (std::size_t i = 0; i < 21; ++i) bits.set(1, i, bits(0, i));
  contradiction.train.labels = {1, 1};
  EXPECT_EQ(solve(contradiction, 50).outcome, Outcome::solved);
  contradiction.train.labels = {1, -1};
  const auto result = solve(contradiction, 100);
  EXPECT_NE(result.outcome, Outcome::solved);
  EXPECT_NE(result.outcome, Outcome::numerical_issue);
  EXPECT_EQ(result.last.errors, 1);

  // a fan-in of two leaves label -1 one choice of weights, of one both labels
  for (const int n : {1, 2}) {
    Problem forced = make_storage({Machine::perceptron, false, n, 1}, WeightKind::binary, 1. / n, 1);
    for (const std::int8_t label : {std::int8_t(-1), std::int8_t(1)}) {
      forced.train.labels = {label};
      EXPECT_EQ(solve(forced, 50).outcome, Outcome::solved) << "n " << n;
    }
  }
}

TEST(MaxSum, ResumedRunIsBitIdentical) {
  const Problem problem = make_storage({Machine::committee, false, 51, 3}, WeightKind::binary, 1, 1);
  auto whole = solve(problem, 40);
  RunOptions options;
  options.stop.max_steps = 15;
  auto half = run(MaxSum(problem), 1, options);
  Snapshot snapshot = to_snapshot(half.state);
  snapshot["run.step"] = std::vector<std::int64_t>{15};
  snapshot["run.seconds"] = std::vector<double>{0};
  options.stop.max_steps = 40;
  options.resume_from = snapshot;
  auto rest = run(MaxSum(problem), 1, options);
  EXPECT_EQ(to_snapshot(rest.state), to_snapshot(whole.state));
}

TEST(MaxSum, NamesWhatItRefuses) {
  const auto refused = [](const Problem& problem, const MaxSumParams& params, const std::string& word) {
    try {
      const MaxSum algorithm(problem, params);
      ADD_FAILURE() << "not refused: " << word;
    } catch (const InvalidInput& refusal) {
      EXPECT_THAT(refusal.what(), testing::HasSubstr(word));
    }
  };
  const Architecture machine{Machine::perceptron, false, 11, 1};
  const Problem problem = make_storage(machine, WeightKind::binary, 0.5, 1);
  refused(make_storage(machine, WeightKind::spherical, 0.5, 1), {}, "spherical");
  refused(make_storage(machine, WeightKind::binary, 0.5, 1, 0, InputKind::gaussian), {}, "+-1");
  refused(make_storage({Machine::parity, false, 11, 2}, WeightKind::binary, 0.5, 1), {}, "parity");
  refused(make_storage(machine, WeightKind::binary, 0.5, 1, 4.0), {}, "4");
  refused(problem, {.reinforcement = 1.5}, "1.5");
  refused(problem, {.growth = -1}, "-1");
  refused(problem, {.tolerance = std::nan("")}, "nan");
}

}  // namespace
}  // namespace wfm::inference
