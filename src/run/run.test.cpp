// The loop is tested with toy algorithms whose every step is known in advance.
#include "run/run.hpp"

#include <cmath>
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace wfm {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

/// Reports progress[t] at step t, and the last one from then on.
struct Scripted {
  struct State {
    std::int64_t calls = 0;
    template <class Visitor>
    void visit(Visitor&& v) {
      v("calls", calls);
    }
  };
  std::vector<Progress> progress;

  State start(RandomStream&) const { return {}; }
  Progress step(State& state, RandomStream&) const {
    const std::size_t t = std::min(std::size_t(state.calls++), progress.size() - 1);
    return progress[t];
  }
  Weights weights(const State&) const { return {WeightKind::binary, 1, 1, {1}}; }
};

/// A walk that draws a number of random numbers each step that depends on where it is.
struct Walk {
  struct State {
    std::vector<double> position;
    std::vector<std::int32_t> visits;
    template <class Visitor>
    void visit(Visitor&& v) {
      v("position", position);
      v("visits", visits);
    }
  };
  mutable int starts = 0;

  State start(RandomStream& random) const {
    ++starts;
    return {{random.normal(), random.normal()}, {0, 0}};
  }
  Progress step(State& state, RandomStream& random) const {
    const std::uint64_t draws = 1 + random.below(5) + (state.position[0] > 0 ? 1 : 0);
    for (std::uint64_t n = 0; n < draws; ++n) {
      const std::size_t i = random.below(2);
      state.position[i] += random.normal();
      ++state.visits[i];
    }
    return {};
  }
  Weights weights(const State& state) const {
    return {WeightKind::binary, 1, 1, {state.position[0] > 0 ? 1. : -1.}};
  }
};

static_assert(Algorithm<Scripted> && Algorithm<Walk>);

Progress with_errors(std::int64_t errors) {
  Progress progress;
  progress.errors = errors;
  return progress;
}

RunOptions at_most(std::int64_t steps) {
  RunOptions options;
  options.stop.max_steps = steps;
  return options;
}

TEST(Run, SolvedAtTheFirstStepWithFewEnoughErrors) {
  const Scripted algorithm{{with_errors(-1), with_errors(7), with_errors(2), with_errors(0)}};
  const auto strict = run(algorithm, 1, at_most(100));
  EXPECT_EQ(strict.outcome, Outcome::solved);
  EXPECT_EQ(strict.steps, 4);
  EXPECT_EQ(strict.last.errors, 0);

  RunOptions lenient = at_most(100);
  lenient.stop.target_errors = 2;
  EXPECT_EQ(run(algorithm, 1, lenient).steps, 3);
}

TEST(Run, GoesOnWhenSolvedIfAsked) {
  RunOptions options = at_most(10);
  options.stop.stop_when_solved = false;
  const auto to_limit = run(Scripted{{with_errors(0)}}, 1, options);
  EXPECT_EQ(to_limit.outcome, Outcome::solved);
  EXPECT_EQ(to_limit.steps, 10);

  Progress fixed_point = with_errors(0);
  fixed_point.converged = true;
  const auto to_convergence = run(Scripted{{with_errors(0), fixed_point}}, 1, options);
  EXPECT_EQ(to_convergence.outcome, Outcome::solved);
  EXPECT_EQ(to_convergence.steps, 2);

  const auto lost_again = run(Scripted{{with_errors(0), with_errors(3)}}, 1, options);
  EXPECT_EQ(lost_again.outcome, Outcome::out_of_steps);
}

TEST(Run, ConvergedWithErrorsLeftOrUnknown) {
  for (const std::int64_t errors : {-1, 5}) {
    Progress fixed_point = with_errors(errors);
    fixed_point.converged = true;
    const auto result = run(Scripted{{with_errors(9), fixed_point}}, 1, at_most(100));
    EXPECT_EQ(result.outcome, Outcome::converged);
    EXPECT_EQ(result.steps, 2);
  }
}

TEST(Run, OutOfStepsAtEachLimit) {
  const auto by_steps = run(Scripted{{with_errors(3)}}, 1, at_most(17));
  EXPECT_EQ(by_steps.outcome, Outcome::out_of_steps);
  EXPECT_EQ(by_steps.steps, 17);

  Progress end_of_schedule = with_errors(3);
  end_of_schedule.exhausted = true;
  const auto by_schedule = run(Scripted{{with_errors(3), end_of_schedule}}, 1, at_most(100));
  EXPECT_EQ(by_schedule.outcome, Outcome::out_of_steps);
  EXPECT_EQ(by_schedule.steps, 2);

  RunOptions no_time = at_most(100);
  no_time.stop.max_seconds = 0;
  EXPECT_EQ(run(Scripted{{with_errors(0)}}, 1, no_time).outcome, Outcome::out_of_steps);
  RunOptions little_time = at_most(std::numeric_limits<std::int64_t>::max());
  little_time.stop.max_seconds = 0.01;
  const auto by_time = run(Scripted{{with_errors(3)}}, 1, little_time);
  EXPECT_EQ(by_time.outcome, Outcome::out_of_steps);
  EXPECT_GE(by_time.seconds, 0.01);
}

TEST(Run, ScheduleThatEndsWithZeroErrorsIsSolved) {
  Progress end = with_errors(0);
  end.exhausted = true;
  RunOptions options = at_most(100);
  options.stop.stop_when_solved = false;
  EXPECT_EQ(run(Scripted{{end}}, 1, options).outcome, Outcome::solved);
}

TEST(Run, NoStepsMakesTheStartOnly) {
  const auto result = run(Scripted{{with_errors(0)}}, 1, at_most(0));
  EXPECT_EQ(result.outcome, Outcome::out_of_steps);
  EXPECT_EQ(result.steps, 0);
  EXPECT_EQ(result.state.calls, 0);
  EXPECT_EQ(result.last.errors, -1);
}

TEST(Run, NumericalIssueWinsOverEverything) {
  Progress failed = with_errors(0);
  failed.failed = failed.converged = true;
  Progress diverged = with_errors(0);
  diverged.change = infinity;
  for (const Progress& progress : {failed, diverged}) {
    const auto result = run(Scripted{{with_errors(4), progress}}, 1, at_most(100));
    EXPECT_EQ(result.outcome, Outcome::numerical_issue);
    EXPECT_EQ(result.steps, 2);
  }
  Progress without_change = with_errors(4);
  without_change.change = std::nan("");
  EXPECT_EQ(run(Scripted{{without_change}}, 1, at_most(2)).outcome, Outcome::out_of_steps);
}

TEST(Run, ObserverSeesEveryStepOnce) {
  const Scripted algorithm{{with_errors(5), with_errors(4), with_errors(0)}};
  std::vector<std::int64_t> steps, errors;
  double seconds = 0;
  RunOptions options = at_most(100);
  options.observer = [&](const StepRecord& record) {
    steps.push_back(record.step);
    errors.push_back(record.progress.errors);
    EXPECT_GE(record.seconds, seconds);
    seconds = record.seconds;
  };
  run(algorithm, 1, options);
  EXPECT_THAT(steps, testing::ElementsAre(1, 2, 3));
  EXPECT_THAT(errors, testing::ElementsAre(5, 4, 0));
}

TEST(Run, InterruptionSavesACheckpointAndTheResumedRunIsBitIdentical) {
  const Walk algorithm;
  const std::uint64_t seed = 12;
  const auto uninterrupted = run(algorithm, seed, at_most(40));

  for (const std::int64_t stop_after : {1, 7, 39}) {
    Snapshot saved;
    int saves = 0;
    RunOptions first_part = at_most(40);
    first_part.checkpoint = {infinity, [&](const Snapshot& snapshot) {
                               saved = snapshot;
                               ++saves;
                             }};
    std::int64_t asked = 0;
    first_part.interrupted = [&] { return ++asked == stop_after; };
    const auto stopped = run(algorithm, seed, first_part);
    EXPECT_EQ(stopped.outcome, Outcome::interrupted);
    EXPECT_EQ(stopped.steps, stop_after);
    EXPECT_EQ(saves, 1);
    EXPECT_EQ(std::get<std::vector<std::int64_t>>(saved.at("run.step")).at(0), stop_after);

    std::get<std::vector<double>>(saved.at("run.seconds")).at(0) = 1000;
    RunOptions second_part = at_most(40);
    second_part.resume_from = saved;
    std::vector<std::int64_t> seen;
    second_part.observer = [&](const StepRecord& record) { seen.push_back(record.step); };
    const Walk resumed_algorithm;
    const auto resumed = run(resumed_algorithm, seed, second_part);
    EXPECT_EQ(resumed_algorithm.starts, 0);
    EXPECT_EQ(resumed.steps, 40);
    EXPECT_GE(resumed.seconds, 1000);
    EXPECT_EQ(resumed.state.position, uninterrupted.state.position);
    EXPECT_EQ(resumed.state.visits, uninterrupted.state.visits);
    EXPECT_EQ(std::int64_t(seen.size()), 40 - stop_after);
    EXPECT_EQ(seen.front(), stop_after + 1);
    EXPECT_EQ(seen.back(), 40);
  }
}

TEST(Run, OtherSeedsWalkElsewhere) {
  EXPECT_NE(run(Walk{}, 1, at_most(5)).state.position, run(Walk{}, 2, at_most(5)).state.position);
}

TEST(Run, CheckpointsAsOftenAsAsked) {
  std::vector<std::int64_t> saved_at;
  RunOptions options = at_most(5);
  options.checkpoint = {
      0, [&](const Snapshot& snapshot) {
        saved_at.push_back(std::get<std::vector<std::int64_t>>(snapshot.at("run.step")).at(0));
      }};
  run(Scripted{{with_errors(3)}}, 1, options);
  EXPECT_THAT(saved_at, testing::ElementsAre(1, 2, 3, 4, 5));  // out of steps: it can go on from the fifth

  saved_at.clear();
  options.checkpoint.every_seconds = 3600;
  run(Scripted{{with_errors(3)}}, 1, options);
  EXPECT_THAT(saved_at, testing::ElementsAre(5));

  saved_at.clear();
  run(Scripted{{with_errors(0)}}, 1, options);
  EXPECT_TRUE(saved_at.empty());  // solved: there is nothing to go on with
}

TEST(Run, ResumptionAtTheLimitMakesNoStep) {
  Snapshot snapshot;
  snapshot["calls"] = std::vector<std::int64_t>{9};
  snapshot["run.step"] = std::vector<std::int64_t>{9};
  snapshot["run.seconds"] = std::vector<double>{2.5};
  RunOptions options = at_most(9);
  options.resume_from = snapshot;
  const auto result = run(Scripted{{with_errors(0)}}, 1, options);
  EXPECT_EQ(result.outcome, Outcome::out_of_steps);
  EXPECT_EQ(result.state.calls, 9);
}

TEST(Run, RefusesSnapshotsOfOtherAlgorithmsAndSenselessLimits) {
  RunOptions options = at_most(10);
  options.resume_from =
      Snapshot{{"run.step", std::vector<std::int64_t>{1}}, {"run.seconds", std::vector<double>{0}}};
  EXPECT_THROW(run(Walk{}, 1, options), InvalidInput);
  options.resume_from = Snapshot{};
  EXPECT_THROW(run(Walk{}, 1, options), InvalidInput);
  options.resume_from =
      Snapshot{{"run.step", std::vector<std::int64_t>{}}, {"run.seconds", std::vector<double>{0}}};
  EXPECT_THROW(run(Walk{}, 1, options), InvalidInput);

  EXPECT_THROW(run(Walk{}, 1, at_most(-1)), InvalidInput);
  RunOptions negative_time;
  negative_time.stop.max_seconds = -1;
  EXPECT_THROW(run(Walk{}, 1, negative_time), InvalidInput);
  RunOptions negative_target;
  negative_target.stop.target_errors = -1;
  EXPECT_THROW(run(Walk{}, 1, negative_target), InvalidInput);
  RunOptions unclear_checkpoint;
  unclear_checkpoint.checkpoint.every_seconds = std::nan("");
  EXPECT_THROW(run(Walk{}, 1, unclear_checkpoint), InvalidInput);
}

TEST(Run, OutcomeNamesGoBothWays) {
  for (const auto outcome : {Outcome::solved, Outcome::converged, Outcome::out_of_steps,
                             Outcome::numerical_issue, Outcome::interrupted})
    EXPECT_EQ(outcome_from_name(name(outcome)), outcome);
  EXPECT_THROW(outcome_from_name("done"), InvalidInput);
}

}  // namespace
}  // namespace wfm
