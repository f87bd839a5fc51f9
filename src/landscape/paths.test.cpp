#include "landscape/paths.hpp"

#include <gmock/gmock.h>

#include <cmath>
#include <numeric>

#include "landscape/flip_walk.hpp"
#include "math/error.hpp"
#include "math/random.hpp"
#include "problems/evaluation.hpp"
#include "problems/matching.hpp"
#include "problems/storage.hpp"
#include "problems/teacher.hpp"
#include "training/network.hpp"

namespace wfm::landscape {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

const std::vector<Architecture> machines{{Machine::perceptron, false, 31, 1},
                                         {Machine::committee, true, 33, 3},
                                         {Machine::committee, false, 12, 3},
                                         {Machine::parity, true, 30, 2},
                                         {Machine::parity, false, 11, 3}};

Problem problem_of(const Architecture& machine, WeightKind kind, InputKind inputs, double margin = 0) {
  TeacherParams params;
  params.alpha = 1.5;
  params.seed = 11;
  params.inputs = inputs;
  params.test_patterns = 37;
  params.margin = 0;
  Problem problem = make_teacher_student(machine, kind, params);
  problem.margin = margin;
  return problem;
}

Weights weights_of(const Problem& problem, std::uint64_t seed) {
  return random_weights(problem.architecture, problem.weight_kind, seed, Purpose::measurement);
}

double train_share(const Problem& problem, const Weights& w) {
  return double(training_errors(problem, w)) / double(problem.train.count());
}

double test_share(const Problem& problem, const Weights& w) {
  return double(count_errors(problem.architecture, w, problem.test)) / double(problem.test.count());
}

TEST(FlipWalk, CountsAsEvaluationDoesAfterEveryFlip) {
  for (const Architecture& machine : machines)
    for (const InputKind inputs : {InputKind::binary, InputKind::gaussian})
      for (const double margin : {0.0, 0.3}) {
        const Problem problem = problem_of(machine, WeightKind::binary, inputs, margin);
        Weights w = weights_of(problem, 3);
        const InputColumns columns(problem.train);
        FlipWalk walk(machine, columns, problem.train, margin, w);
        ASSERT_EQ(walk.errors(), training_errors(problem, w));
        RandomStream random(5, Purpose::measurement);
        for (int step = 0; step < 60; ++step) {
          const std::size_t j = random.below(w.values.size());
          const std::size_t foreseen = walk.errors_after(j);
          walk.flip(j);
          w.values[j] = -w.values[j];
          ASSERT_EQ(walk.errors(), training_errors(problem, w)) << name(machine.machine) << " step " << step;
          ASSERT_EQ(foreseen, walk.errors());
        }
      }
}

TEST(Paths, FlipsBeginAndEndAtTheSolutions) {
  for (const Architecture& machine : machines) {
    const Problem problem = problem_of(machine, WeightKind::binary, InputKind::binary);
    const Weights a = weights_of(problem, 1), b = weights_of(problem, 2);
    PathParams params;
    params.orders = 5;
    params.points = 1000;
    const PathsBetween between = paths_between(problem, a, b, params);
    ASSERT_EQ(between.paths.size(), 2u);
    const Weights partner = matched(b, best_matching(machine, a, b));
    std::size_t D = 0;
    for (std::size_t j = 0; j < a.values.size(); ++j) D += a.values[j] != partner.values[j];
    EXPECT_NEAR(between.distance, double(D) / double(a.values.size()), 1e-12);
    for (const Path& path : between.paths) {
      ASSERT_EQ(path.points.size(), D + 1);
      EXPECT_DOUBLE_EQ(path.points.front().score.train_error, train_share(problem, a));
      EXPECT_DOUBLE_EQ(path.points.back().score.train_error, train_share(problem, b));
      EXPECT_DOUBLE_EQ(path.points.front().score.test_error, test_share(problem, a));
      EXPECT_DOUBLE_EQ(path.points.back().score.test_error, test_share(problem, b));
      EXPECT_EQ(path.points.back().position, 1);
      EXPECT_NEAR(path.points.back().distance, between.distance, 1e-12);
      EXPECT_GE(path.minimum, 0);
      EXPECT_LE(path.minimum, path.barrier);
      EXPECT_LE(path.barrier, path.maximum);
    }
    // all steps of the one greedy path are recorded: its barrier can be read off
    const Path& greedy = between.paths[1];
    double largest = 0;
    for (const PathPoint& point : greedy.points) largest = std::max(largest, point.score.train_error);
    EXPECT_NEAR(
        greedy.barrier,
        largest - std::max(greedy.points.front().score.train_error, greedy.points.back().score.train_error),
        1e-12);
  }
}

TEST(Paths, OneRandomStepHasTheMeanOfAllSingleFlips) {
  // mean over the weights that differ, exactly; the orders' mean lies within its standard error of it
  const Problem problem = problem_of(machines[0], WeightKind::binary, InputKind::binary);
  const Weights a = weights_of(problem, 1), b = weights_of(problem, 2);
  double exact = 0, fewest = 1;
  int D = 0;
  for (std::size_t j = 0; j < a.values.size(); ++j) {
    if (a.values[j] == b.values[j]) continue;
    Weights flipped = a;
    flipped.values[j] = -flipped.values[j];
    exact += train_share(problem, flipped);
    fewest = std::min(fewest, train_share(problem, flipped));
    ++D;
  }
  PathParams params;
  params.orders = 2000;
  params.points = 1000;
  params.candidates = 0;
  const PathsBetween between = paths_between(problem, a, b, params);
  const PathPoint& first_step = between.paths[0].points[1];
  EXPECT_NEAR(first_step.score.train_error, exact / D, 4 * first_step.standard_error);
  EXPECT_EQ(first_step.minimum, fewest);
  EXPECT_EQ(between.paths[1].points[1].score.train_error, fewest);  // greedy over all takes the best
}

TEST(Paths, GreedyWithEveryCandidateNeverLosesToTheFirstStepOfFewer) {
  const Problem problem =
      problem_of({Machine::perceptron, false, 101, 1}, WeightKind::binary, InputKind::binary);
  const Weights a = *problem.teacher, b = weights_of(problem, 8);
  PathParams all, one;
  all.candidates = 0;
  one.candidates = 1;  // one candidate: a random order
  const Path best = paths_between(problem, a, b, all).paths[1],
             random = paths_between(problem, a, b, one).paths[1];
  EXPECT_LE(best.points[1].score.train_error, random.points[1].score.train_error);
  EXPECT_LE(best.barrier, random.barrier);
}

TEST(Paths, GeodesicIsWhatTheWeightsOnItSay) {
  for (const Architecture& machine : machines)
    for (const InputKind inputs : {InputKind::binary, InputKind::gaussian}) {
      const Problem problem = problem_of(machine, WeightKind::spherical, inputs);
      const Weights a = weights_of(problem, 1), b = weights_of(problem, 2);
      PathParams params;
      params.points = 5;
      const PathsBetween between = paths_between(problem, a, b, params);
      ASSERT_EQ(between.paths.size(), 1u);
      const Path& path = between.paths[0];
      const Weights partner = matched(b, best_matching(machine, a, b));
      for (std::size_t j = 0; j < 5; ++j) {
        const double t = double(j) / 4;
        Weights w = a;
        for (int k = 0; k < machine.hidden; ++k) {
          const double q =
              std::inner_product(a.unit(k).begin(), a.unit(k).end(), partner.unit(k).begin(), 0.0) /
              machine.fan_in();
          const double theta = std::acos(q);
          for (int i = 0; i < machine.fan_in(); ++i)
            w.unit(k)[i] =
                (std::sin((1 - t) * theta) * a.unit(k)[i] + std::sin(t * theta) * partner.unit(k)[i]) /
                std::sin(theta);
        }
        ASSERT_NO_THROW(wfm::validate(w));  // on the spheres
        const PathPoint& point = path.points[j];
        EXPECT_EQ(point.score.train_error, train_share(problem, w));
        EXPECT_EQ(point.score.test_error, test_share(problem, w));
        EXPECT_NEAR(point.distance, (1 - overlap(a, w)) / 2, 1e-12);
        if (machine.machine == Machine::parity) {
          EXPECT_TRUE(std::isnan(point.score.loss));
          continue;
        }
        for (const auto activation : {training::Activation::tanh, training::Activation::relu}) {
          PathParams with = params;
          with.loss.activation = activation;
          const training::Network network(training::network_shape(machine, activation));
          std::vector<std::size_t> which(problem.train.count());
          std::iota(which.begin(), which.end(), std::size_t{0});
          EXPECT_NEAR(paths_between(problem, a, b, with).paths[0].points[j].score.loss,
                      training::gradient_readable(network, w.values, with.loss.beta, with.loss.loss,
                                                  problem.train, which, {}),
                      1e-7);  // whose top layer is in single precision
        }
      }
    }
}

TEST(Paths, SolutionsOfAPerceptronHaveNoBarrierOnTheSphere) {
  // h(t) is a combination of the ends' with weights >= 0 that sum to at least one: the solution space is convex
  const Problem problem =
      problem_of({Machine::perceptron, false, 201, 1}, WeightKind::spherical, InputKind::gaussian);
  const Weights a = *problem.teacher;
  const std::vector<double> s = output_stabilities(problem.architecture, a, problem.train);
  int found = 0;
  for (std::uint64_t seed = 1; found < 3 && seed < 200; ++seed) {
    Weights b = a;
    RandomStream random(seed, Purpose::dynamics);
    for (double& w : b.values) w += 0.02 * random.normal();
    normalise(b);
    if (training_errors(problem, b) > 0) continue;
    ++found;
    EXPECT_EQ(paths_between(problem, a, b, {}).paths[0].barrier, 0);
  }
  EXPECT_EQ(found, 3);
}

TEST(Paths, PermutedUnitsAreTheSameSolution) {
  const Problem problem =
      problem_of({Machine::committee, false, 15, 3}, WeightKind::spherical, InputKind::binary);
  const Weights a = weights_of(problem, 4);
  Weights b = a;
  for (int k = 0; k < 3; ++k) std::ranges::copy(a.unit((k + 1) % 3), b.unit(k).begin());
  const PathsBetween between = paths_between(problem, a, b, {});
  EXPECT_NEAR(between.distance, 0, 1e-12);
  EXPECT_EQ(between.paths[0].barrier, 0);
  for (const PathPoint& point : between.paths[0].points)
    EXPECT_EQ(point.score.train_error, train_share(problem, a));
}

TEST(Paths, DoNotDependOnThreads) {
  for (const WeightKind kind : {WeightKind::binary, WeightKind::spherical}) {
    const Problem problem = problem_of(machines[1], kind, InputKind::binary);
    const Weights a = weights_of(problem, 1), b = weights_of(problem, 2);
    PathParams one, many;
    one.threads = 1;
    many.threads = 4;
    const PathsBetween first = paths_between(problem, a, b, one), second = paths_between(problem, a, b, many);
    for (std::size_t p = 0; p < first.paths.size(); ++p) {
      EXPECT_EQ(first.paths[p].barrier, second.paths[p].barrier);
      for (std::size_t j = 0; j < first.paths[p].points.size(); ++j)
        EXPECT_EQ(first.paths[p].points[j].score.train_error, second.paths[p].points[j].score.train_error);
    }
  }
}

TEST(Paths, RefuseWhatHasNoPath) {
  const Problem problem = problem_of(machines[0], WeightKind::spherical, InputKind::binary);
  const Weights a = weights_of(problem, 1);
  Weights opposite = a;
  for (double& w : opposite.values) w = -w;
  EXPECT_THAT([&] { paths_between(problem, a, opposite, {}); },
              ThrowsMessage<InvalidInput>(HasSubstr("opposite")));
  PathParams params;
  params.points = 1;
  EXPECT_THAT([&] { paths_between(problem, a, a, params); },
              ThrowsMessage<InvalidInput>(HasSubstr("points")));
  Weights other = a;
  other.fan_in = 30;
  other.values.pop_back();
  normalise(other);
  EXPECT_THROW(paths_between(problem, a, other, {}), InvalidInput);
}

}  // namespace
}  // namespace wfm::landscape
