// Replicas of toy walkers whose every step is known, on a problem that only counts errors.
#include "run/replicated.hpp"

#include <cmath>
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "math/error.hpp"
#include "problems/storage.hpp"
#include "run/run.hpp"

namespace wfm {
namespace {

constexpr int M = 15;

/// A walk of real coordinates with a spring as its pull; its weights are the signs, or its coordinates on their spheres.
struct Walk {
  struct State {
    std::vector<double> x;
    std::vector<std::int32_t> moves{0};
    template <class Visitor>
    void visit(Visitor&& v) {
      v("x", x);
      v("moves", moves);
    }
  };
  WeightKind kind = WeightKind::binary;
  double size = 1;  // of a step
  bool still = false;

  State start(RandomStream& random) const {
    State state{std::vector<double>(M)};
    for (double& x : state.x) x = random.normal();
    return state;
  }
  Progress step(State& state, RandomStream& random) const {
    for (double& x : state.x) x += size * random.normal();
    ++state.moves[0];
    Progress progress;
    progress.errors = state.moves[0];
    progress.converged = still;
    progress.observables = {{"first", state.x[0]}};
    return progress;
  }
  Weights weights(const State& state) const {
    Weights w{kind, 3, M / 3, state.x};
    if (kind == WeightKind::spherical)
      normalise(w);
    else
      for (double& value : w.values) value = value < 0 ? -1 : 1;
    return w;
  }
  std::vector<double> position(const State& state) const { return state.x; }
  void pull(State& state, std::span<const double> centre, double strength) const {
    for (std::size_t i = 0; i < state.x.size(); ++i) state.x[i] += strength * (centre[i] - state.x[i]);
  }
};
static_assert(Replicable<Walk>);
static_assert(Algorithm<Replicated<Walk>>);

Problem problem_with(double alpha, WeightKind kind = WeightKind::binary) {
  return make_storage({Machine::committee, true, M, 3}, kind, alpha, 1);
}

ReplicatedParams coupled(int replicas, double lambda) {
  ReplicatedParams params;
  params.replicas = replicas;
  params.coupling = constant_schedule(lambda);
  return params;
}

RunResult<Replicated<Walk>::State> run_steps(const Replicated<Walk>& algorithm, std::int64_t steps,
                                             std::uint64_t seed = 3) {
  RunOptions options;
  options.stop.max_steps = steps;
  options.stop.stop_when_solved = false;
  return run(algorithm, seed, options);
}

double observable(const Progress& progress, const std::string& name) {
  for (const auto& [known, value] : progress.observables)
    if (known == name) return value;
  ADD_FAILURE() << "no observable " << name;
  return std::nan("");
}

TEST(Replicated, UncoupledReplicasAreIndependentRunsOfTheAlgorithm) {
  const Problem problem = problem_with(1);
  const Walk walk;
  const Replicated<Walk> replicated(problem, walk, coupled(3, 0));
  RandomStream initial(7, Purpose::initial_state), dynamics(7, Purpose::dynamics);
  RandomStream initial_key = initial, dynamics_key = dynamics;
  auto state = replicated.start(initial);
  replicated.step(state, dynamics);
  const std::uint64_t first = initial_key(), second = dynamics_key();
  for (std::uint64_t r = 0; r < 3; ++r) {
    RandomStream own_initial(first, Purpose::initial_state, r), own_dynamics(second, Purpose::dynamics, r);
    Walk::State alone = walk.start(own_initial);
    walk.step(alone, own_dynamics);
    EXPECT_EQ(state.replicas[r].x, alone.x);
  }
  EXPECT_NE(state.replicas[0].x, state.replicas[1].x);
}

TEST(Replicated, APullLeavesTheBarycentreAndShrinksTheSpread) {
  const Problem problem = problem_with(1);
  const double lambda = 0.3;
  const Replicated<Walk> replicated(problem, Walk{}, coupled(5, lambda));
  const Replicated<Walk> uncoupled(problem, Walk{}, coupled(5, 0));
  RandomStream initial(1, Purpose::initial_state);
  auto pulled = replicated.start(initial);
  auto free = pulled;
  RandomStream one(1, Purpose::dynamics), other(1, Purpose::dynamics);
  replicated.step(pulled, one);
  uncoupled.step(free, other);
  for (int i = 0; i < M; ++i) {
    double mean = 0;
    for (const auto& replica : free.replicas) mean += replica.x[i] / 5;
    EXPECT_NEAR(pulled.centre[i], mean, 1e-14);
    // x - xbar shrinks by 1 - lambda, xbar stays
    for (std::size_t r = 0; r < 5; ++r)
      EXPECT_NEAR(pulled.replicas[r].x[i] - mean, (1 - lambda) * (free.replicas[r].x[i] - mean), 1e-14);
  }
}

TEST(Replicated, PullsAsOftenAsAskedWithTheStrengthOfTheStep) {
  const Problem problem = problem_with(1);
  ReplicatedParams params = coupled(3, 0);
  params.coupling = list_schedule({0.5, 0.5, 1.0, 0.25, 0.5, 0.5});
  params.steps_between_pulls = 3;
  const Replicated<Walk> replicated(problem, Walk{}, params);
  RandomStream initial(1, Purpose::initial_state);
  auto state = replicated.start(initial);
  for (int t = 0; t < 3; ++t) {
    RandomStream random(1, Purpose::dynamics, std::uint64_t(t));
    EXPECT_NE(state.replicas[0].x, state.replicas[1].x);
    EXPECT_EQ(observable(replicated.step(state, random), "coupling"), t < 2 ? 0.5 : 1.0);
  }
  // the third step pulled with strength 1: to the centre, to rounding
  for (int i = 0; i < M; ++i) EXPECT_NEAR(state.replicas[0].x[i], state.replicas[1].x[i], 1e-14);
}

TEST(Replicated, ExplicitCentreFollowsTheBarycentreByItsOwnShare) {
  const Problem problem = problem_with(1);
  ReplicatedParams params = coupled(4, 0.05);
  params.explicit_centre = true;
  const Replicated<Walk> replicated(problem, Walk{}, params);
  RandomStream initial(2, Purpose::initial_state), random(2, Purpose::dynamics);
  auto state = replicated.start(initial);
  auto free = state;
  const auto before = state.centre;
  RandomStream same = random;
  replicated.step(state, random);
  Replicated<Walk>(problem, Walk{}, coupled(4, 0)).step(free, same);
  for (int i = 0; i < M; ++i) {
    // c <- c + 4 * 0.05 (xbar - c), then x <- x + 0.05 (c - x)
    const double c = before[i] + 0.2 * (free.centre[i] - before[i]);
    EXPECT_NEAR(state.centre[i], c, 1e-14);
    for (std::size_t r = 0; r < 4; ++r)
      EXPECT_NEAR(state.replicas[r].x[i], free.replicas[r].x[i] + 0.05 * (c - free.replicas[r].x[i]), 1e-14);
  }
}

TEST(Replicated, OverlapsAreThoseOfPairs) {
  const Problem problem = problem_with(1, WeightKind::spherical);
  const Walk walk{WeightKind::spherical};
  const Replicated<Walk> replicated(problem, walk, coupled(4, 0));
  RandomStream initial(2, Purpose::initial_state), random(2, Purpose::dynamics);
  auto state = replicated.start(initial);
  const Progress progress = replicated.step(state, random);
  double q1 = 0, to_centre = 0;
  for (std::size_t r = 0; r < 4; ++r) {
    const Weights w = walk.weights(state.replicas[r]);
    to_centre += overlap(w, replicated.weights(state)) / 4;
    for (std::size_t s = 0; s < r; ++s) q1 += overlap(w, walk.weights(state.replicas[s])) / 6;
  }
  EXPECT_NEAR(observable(progress, "q1"), q1, 1e-14);
  EXPECT_NEAR(observable(progress, "centre_overlap"), to_centre, 1e-14);
  EXPECT_EQ(observable(progress, "replica_errors"), 1);
  EXPECT_NEAR(observable(progress, "first"), state.centre[0], 1e-14);
  EXPECT_EQ(progress.errors, std::int64_t(training_errors(problem, replicated.weights(state))));
  EXPECT_NO_THROW(validate(replicated.weights(state)));
}

TEST(Replicated, TheCentreIsPutBackAmongTheWeights) {
  const Weights binary{WeightKind::binary, 1, 4, {1, 1, -1, -1}};
  EXPECT_THAT(detail::projected(std::vector<double>{-0.5, 0.2, 0, 3}, binary).values,
              testing::ElementsAre(-1, 1, -1, 1));  // undecided: as in the fallback
  const Weights spherical{WeightKind::spherical, 2, 2, {1, -1, 1, 1}};
  EXPECT_THAT(detail::projected(std::vector<double>{0, 0, 0.3, 0.4}, spherical).values,
              testing::ElementsAre(1, -1, testing::DoubleEq(0.6 * std::sqrt(2)),
                                   testing::DoubleEq(0.8 * std::sqrt(2))));
}

TEST(Replicated, ThreadsDoNotChangeTheResult) {
  const Problem problem = problem_with(2);
  ReplicatedParams params = coupled(7, 0.2);
  const auto one = run_steps(Replicated<Walk>(problem, Walk{}, params), 20);
  params.threads = 4;
  auto four = run_steps(Replicated<Walk>(problem, Walk{}, params), 20);
  auto state = one.state;
  EXPECT_EQ(to_snapshot(state), to_snapshot(four.state));
  EXPECT_EQ(one.last.errors, four.last.errors);
}

TEST(Replicated, ResumedRunIsBitIdentical) {
  const Problem problem = problem_with(4);
  ReplicatedParams params = coupled(3, 0);
  params.coupling = geometric_schedule(0.01, 1.1, 1.0);
  params.explicit_centre = true;
  params.steps_between_pulls = 2;
  const Replicated<Walk> replicated(problem, Walk{}, params);
  auto whole = run_steps(replicated, 20);
  RunOptions options;
  options.stop.max_steps = 7;
  options.stop.stop_when_solved = false;
  Snapshot saved;
  options.checkpoint.save = [&](const Snapshot& snapshot) { saved = snapshot; };
  run(replicated, 3, options);
  EXPECT_EQ(std::get<std::vector<double>>(saved.at("replica.2.x")).size(), std::size_t(M));
  options.stop.max_steps = 20;
  options.resume_from = saved;
  auto resumed = run(replicated, 3, options);
  EXPECT_EQ(to_snapshot(resumed.state), to_snapshot(whole.state));

  saved.erase("replica.1.x");
  options.resume_from = saved;
  EXPECT_THROW(run(replicated, 3, options), InvalidInput);
  saved["replicas"] = std::vector<std::int64_t>{-1};
  options.resume_from = saved;
  EXPECT_THROW(run(replicated, 3, options), InvalidInput);
}

TEST(Replicated, ConvergedWhereCollapsedReplicasStandStill) {
  const Problem problem = problem_with(20);  // above capacity
  const auto outcome = [&](double size, bool still, double lambda) {
    RunOptions options;
    options.stop.max_steps = 30;
    return run(Replicated<Walk>(problem, Walk{WeightKind::binary, size, still}, coupled(3, lambda)), 1,
               options)
        .outcome;
  };
  EXPECT_EQ(outcome(0, true, 0.5), Outcome::converged);
  EXPECT_EQ(outcome(0, true, 0), Outcome::out_of_steps);     // apart
  EXPECT_EQ(outcome(0, false, 0.5), Outcome::out_of_steps);  // they may move again
  EXPECT_EQ(outcome(1, true, 0.5), Outcome::out_of_steps);   // the walks part again
}

TEST(Replicated, SolvedAsSoonAsTheBarycentreMakesNoErrors) {
  const Problem nothing = problem_with(0);
  RunOptions options;
  const auto result = run(Replicated<Walk>(nothing, Walk{}, coupled(3, 0.1)), 1, options);
  EXPECT_EQ(result.outcome, Outcome::solved);
  EXPECT_EQ(result.steps, 1);
}

TEST(Replicated, CommonStart) {
  const Problem problem = problem_with(1);
  ReplicatedParams params = coupled(3, 0);
  params.common_start = true;
  RandomStream initial(2, Purpose::initial_state);
  const auto state = Replicated<Walk>(problem, Walk{}, params).start(initial);
  EXPECT_EQ(state.replicas[0].x, state.replicas[2].x);
}

TEST(Replicated, AFailedReplicaIsANumericalIssue) {
  const Problem problem = problem_with(1);
  const Replicated<Walk> replicated(
      problem, Walk{WeightKind::binary, std::numeric_limits<double>::infinity()}, coupled(3, 0.1));
  EXPECT_EQ(run(replicated, 1, {}).outcome, Outcome::numerical_issue);
}

TEST(Replicated, NamesWhatItRefuses) {
  const Problem problem = problem_with(1);
  const auto refuses = [&](auto change, const std::string& word) {
    ReplicatedParams params;
    change(params);
    try {
      Replicated<Walk> refused(problem, Walk{}, params);
      ADD_FAILURE() << word;
    } catch (const InvalidInput& error) {
      EXPECT_THAT(error.what(), testing::HasSubstr(word));
    }
  };
  refuses([](auto& p) { p.replicas = 1; }, "1");
  refuses([](auto& p) { p.steps_between_pulls = 0; }, "pulls");
  refuses([](auto& p) { p.collapsed = std::nan(""); }, "collapsed");
  refuses([](auto& p) { p.threads = -1; }, "threads");
  refuses([](auto& p) { p.coupling = constant_schedule(-0.1); }, "coupling");
  refuses([](auto& p) { p.coupling = linear_schedule(1, -0.1); }, "coupling");
  refuses([](auto& p) { p.coupling = linear_schedule(1, -0.1, 2); }, "away from its limit");
  refuses([](auto& p) { p.coupling = list_schedule({0.1, -1}); }, "coupling");
  refuses([](auto& p) { p.coupling = geometric_schedule(0.1, -1); }, "rate");
  const Replicated<Walk> replicated(problem, Walk{}, coupled(3, 0.1));
  RandomStream random(1, Purpose::dynamics);
  auto state = replicated.start(random);
  state.replicas.pop_back();
  EXPECT_THROW(replicated.step(state, random), InvalidInput);
}

}  // namespace
}  // namespace wfm
