#include "landscape/slices.hpp"

#include <gmock/gmock.h>

#include <cmath>
#include <numeric>

#include "math/error.hpp"
#include "problems/evaluation.hpp"
#include "problems/matching.hpp"
#include "problems/teacher.hpp"

namespace wfm::landscape {
namespace {

Problem problem_of(const Architecture& machine, WeightKind kind, double margin = 0) {
  TeacherParams params;
  params.alpha = 1.5;
  params.seed = 12;
  params.test_patterns = 37;
  Problem problem = make_teacher_student(machine, kind, params);
  problem.margin = margin;
  return problem;
}

Weights weights_of(const Problem& problem, std::uint64_t seed) {
  return random_weights(problem.architecture, problem.weight_kind, seed, Purpose::measurement);
}

// The grid's axes so that one of its points is the place wanted.
std::size_t nearest(const std::vector<double>& values, double wanted) {
  std::size_t best = 0;
  for (std::size_t j = 0; j < values.size(); ++j)
    if (std::abs(values[j] - wanted) < std::abs(values[best] - wanted)) best = j;
  return best;
}

TEST(Slices, EveryPointIsWhatItsWeightsSay) {
  for (const WeightKind kind : {WeightKind::spherical, WeightKind::binary})
    for (const Architecture& machine :
         {Architecture{Machine::perceptron, false, 31, 1}, Architecture{Machine::committee, true, 33, 3},
          Architecture{Machine::committee, false, 13, 3}, Architecture{Machine::parity, false, 9, 3}}) {
      const Problem problem = problem_of(machine, kind, 0.2);
      const Weights a = weights_of(problem, 1), b = weights_of(problem, 2), c = weights_of(problem, 3);
      SliceParams params;
      params.points = 8;  // no middle row or column: there, sums of binary solutions are often exactly zero
      const Slice slice = slice_through(problem, a, b, c, params);
      const Weights bb = matched(b, best_matching(machine, a, b)),
                    cc = matched(c, best_matching(machine, a, c));
      const auto [p1, p2, p3] = std::array{slice.solutions[0], slice.solutions[1], slice.solutions[2]};
      const double M = double(a.values.size());
      for (std::size_t row = 0; row < 8; ++row)
        for (std::size_t column = 0; column < 8; ++column) {
          // (x, y) = u (B - A) + v (C - A)
          const double v = slice.y[row] / p3.y, u = (slice.x[column] - v * p3.x) / p2.x;
          Weights w = a;
          w.kind = WeightKind::spherical;
          double moved = 0;
          for (std::size_t j = 0; j < w.values.size(); ++j) {
            w.values[j] += u * (bb.values[j] - a.values[j]) + v * (cc.values[j] - a.values[j]);
            moved += (w.values[j] - a.values[j]) * (w.values[j] - a.values[j]);
          }
          // distances on the picture are root mean square changes of a weight
          EXPECT_NEAR(std::sqrt(moved / M), std::hypot(slice.x[column], slice.y[row]), 1e-10);
          normalise(w);
          const Score& score = slice.scores[row * 8 + column];
          EXPECT_NEAR(score.train_error * double(problem.train.count()), double(training_errors(problem, w)),
                      1e-9);
          EXPECT_NEAR(score.test_error * double(problem.test.count()),
                      double(count_errors(machine, w, problem.test)), 1e-9);
        }
    }
}

TEST(Slices, SolutionsLieWhereTheySay) {
  const Problem problem = problem_of({Machine::committee, false, 13, 3}, WeightKind::spherical);
  const Weights a = weights_of(problem, 1), b = weights_of(problem, 2), c = weights_of(problem, 3);
  SliceParams params;
  params.points = 3;
  const Slice slice = slice_through(problem, a, b, c, params);
  // |A - B|^2/M = 2 (1 - q) on the spheres
  EXPECT_NEAR(slice.solutions[1].x, std::sqrt(4 * best_matching(problem.architecture, a, b).distance), 1e-12);
  EXPECT_NEAR(std::hypot(slice.solutions[2].x, slice.solutions[2].y),
              std::sqrt(4 * best_matching(problem.architecture, a, c).distance), 1e-12);
  EXPECT_LT(slice.x.front(), 0);
  EXPECT_GT(slice.x.back(), slice.solutions[1].x);
  EXPECT_LT(slice.y.front(), 0);
  EXPECT_GT(slice.y.back(), slice.solutions[2].y);
}

TEST(Slices, RandomDirectionsAreAsLongAsTheWeights) {
  const Problem problem = problem_of({Machine::perceptron, false, 201, 1}, WeightKind::spherical);
  SliceParams params;
  params.points = 41;
  params.range = 20;
  const Slice slice = random_slice(problem, *problem.teacher, params);
  const std::size_t origin = nearest(slice.x, 0);
  EXPECT_EQ(slice.x[origin], 0);
  EXPECT_EQ(slice.scores[origin * 41 + origin].train_error, 0);  // the teacher's own
  // error of w_0 + x e_1 against w_0: angle/pi with tan(angle) = x for orthogonal directions, here within the binomial spread of
  // P = 300 patterns, 0.03, and that of the directions' overlap
  const std::size_t one = nearest(slice.x, 1);
  ASSERT_EQ(slice.x[one], 1);
  EXPECT_NEAR(slice.scores[origin * 41 + one].train_error, 0.25, 4 * std::sqrt(0.25 * 0.75 / 301) + 0.1);
  EXPECT_NEAR(slice.scores[origin * 41 + 40].train_error, 0.5, 0.15);
  EXPECT_EQ(slice.solutions.size(), 1u);
}

TEST(Slices, RefuseDegenerateTriangles) {
  const Problem problem = problem_of({Machine::perceptron, false, 31, 1}, WeightKind::spherical);
  const Weights a = weights_of(problem, 1), b = weights_of(problem, 2);
  EXPECT_THROW(slice_through(problem, a, a, b, {}), InvalidInput);
  EXPECT_THROW(slice_through(problem, a, b, a, {}), InvalidInput);
  EXPECT_THROW(slice_through(problem, a, b, b, {}), InvalidInput);
  SliceParams params;
  params.points = 1;
  EXPECT_THROW(random_slice(problem, a, params), InvalidInput);
}

}  // namespace
}  // namespace wfm::landscape
