#include "problems/random_features.hpp"

#include <cmath>
#include <numbers>

#include <gmock/gmock.h>

#include "math/error.hpp"
#include "problems/evaluation.hpp"
#include "problems/storage.hpp"
#include "problems/teacher.hpp"

namespace wfm {
namespace {

constexpr Architecture student(int features) {
  return {Machine::perceptron, false, features, 1};
}

// (RF.1) term by term, from the streams that the header names.
TEST(RandomFeatures, AreTheSignsOfTheProjections) {
  const int D = 21, N = 70;
  const Problem problem =
      make_random_features(student(N), WeightKind::binary, {.latent_inputs = D, .patterns = 40, .seed = 5});
  const Patterns x = random_patterns(40, D, InputKind::binary, 5, Purpose::patterns);
  const Weights teacher = random_weights(student(D), WeightKind::binary, 5, Purpose::teacher);
  for (std::size_t a = 0; a < 40; ++a) {
    double taught = 0;
    for (int j = 0; j < D; ++j) taught += teacher.values[std::size_t(j)] * x(a, std::size_t(j));
    EXPECT_EQ(problem.train.labels[a], taught >= 0 ? 1 : -1);
    for (int i = 0; i < N; ++i) {
      RandomStream random(5, Purpose::features, std::uint64_t(i));
      double projection = 0;
      for (int j = 0; j < D; ++j) projection += random.normal() * x(a, std::size_t(j));
      EXPECT_EQ(problem.train(a, std::size_t(i)), projection >= 0 ? 1 : -1);
    }
  }
}

TEST(RandomFeatures, OfMoreParametersBeginWithThoseOfFewer) {
  RandomFeaturesParams params{.latent_inputs = 31, .patterns = 30, .seed = 2, .test_patterns = 20};
  const Problem few = make_random_features(student(65), WeightKind::binary, params);
  params.patterns = 25;
  const Problem many = make_random_features(student(129), WeightKind::binary, params);
  EXPECT_EQ(few.test.labels, many.test.labels);
  EXPECT_EQ(std::get<BitMatrix>(many.test.inputs).columns(0, 65), std::get<BitMatrix>(few.test.inputs));
  for (std::size_t a = 0; a < 25; ++a)
    for (std::size_t i = 0; i < 65; ++i) EXPECT_EQ(many.train(a, i), few.train(a, i));
}

// Given the labels, the mean of sigma xi_i over patterns is (2/pi) asin(F_i.wt/(|F_i||wt|)) for D to infinity: the sum over features of
// its square, N (2/pi)^2 <asin^2> = N (2/pi)^2 / D (1 + O(1/D)), is what a student learns from. The average over P patterns adds N/P.
TEST(RandomFeatures, KeepWhatTheTeacherSays) {
  const int D = 101, N = 501;
  const std::size_t P = 4000;
  const Problem problem =
      make_random_features(student(N), WeightKind::spherical, {.latent_inputs = D, .patterns = P, .seed = 1});
  double squares = 0;
  for (std::size_t i = 0; i < std::size_t(N); ++i) {
    double mean = 0;
    for (std::size_t a = 0; a < P; ++a) mean += problem.train.labels[a] * problem.train(a, i) / double(P);
    squares += mean * mean / N;
  }
  const double expected = std::pow(2 / std::numbers::pi, 2) / D + 1 / double(P);
  EXPECT_NEAR(squares, expected, 5 * expected * std::sqrt(2.0 / N));  // chi-squared with N degrees of freedom
}

TEST(RandomFeatures, SayHowTheyWereMade) {
  const Problem problem = make_random_features(
      {Machine::committee, true, 99, 3}, WeightKind::binary,
      {.latent_inputs = 11, .patterns = 33, .seed = 8, .margin = 0.1, .test_patterns = 4});
  EXPECT_EQ(problem.recipe.data, "random-features");
  EXPECT_EQ(problem.recipe.latent_inputs, 11);
  EXPECT_EQ(problem.recipe.train_patterns, 33);
  EXPECT_EQ(problem.test.count(), 4u);
  EXPECT_DOUBLE_EQ(problem.alpha(), 1.0 / 3);
  EXPECT_EQ(problem.margin, 0.1);
  EXPECT_FALSE(problem.teacher);
  EXPECT_FALSE(independent_inputs(problem));
}

TEST(RandomFeatures, RefuseNoInputs) {
  EXPECT_THROW(make_random_features(student(11), WeightKind::binary, {.latent_inputs = 0, .patterns = 3}),
               InvalidInput);
  EXPECT_THROW(make_random_features(student(0), WeightKind::binary, {.latent_inputs = 3, .patterns = 3}),
               InvalidInput);
}

}  // namespace
}  // namespace wfm
