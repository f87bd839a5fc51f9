#include "problems/teacher.hpp"

#include <cmath>

#include <gmock/gmock.h>

#include "math/error.hpp"
#include "problems/evaluation.hpp"
#include "problems/storage.hpp"
#include "problems/test_problems.hpp"

namespace wfm {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

class Teacher : public testing::TestWithParam<Architecture> {};

TEST_P(Teacher, MakesNoErrorOnCleanData) {
  for (const WeightKind kind : {WeightKind::binary, WeightKind::spherical})
    for (const InputKind inputs : {InputKind::binary, InputKind::gaussian}) {
      const Problem p = make_teacher_student(GetParam(), kind,
                                             {.alpha = 5, .seed = 3, .inputs = inputs, .test_patterns = 40});
      ASSERT_TRUE(p.teacher.has_value());
      EXPECT_EQ(p.teacher->kind, kind);
      EXPECT_EQ(training_errors(p, *p.teacher), 0u);
      EXPECT_EQ(p.test.count(), 40u);
      EXPECT_EQ(count_errors(p.architecture, *p.teacher, p.test), 0u);
      EXPECT_NE(
          p.test(0, 0) + 2 * p.test(1, 0) + 4 * p.test(2, 0) + 8 * p.test(3, 0) + 16 * p.test(4, 1),
          p.train(0, 0) + 2 * p.train(1, 0) + 4 * p.train(2, 0) + 8 * p.train(3, 0) + 16 * p.train(4, 1));
    }
}

INSTANTIATE_TEST_SUITE_P(Machines, Teacher, testing::ValuesIn(test::small_architectures()), test::case_name);

constexpr Architecture perceptron{Machine::perceptron, false, 101, 1};

// The number of flips is binomial: within 5 standard deviations of P eta.
TEST(LabelNoise, FlipsTheRightFractionOfTrainingLabelsOnly) {
  TeacherParams params{.alpha = 50, .seed = 9, .test_patterns = 500};
  const Problem clean = make_teacher_student(perceptron, WeightKind::binary, params);
  params.label_noise = 0.2;
  const Problem noisy = make_teacher_student(perceptron, WeightKind::binary, params);
  const double P = double(clean.train.count());
  EXPECT_EQ(noisy.train.inputs, clean.train.inputs);
  EXPECT_EQ(noisy.teacher, clean.teacher);
  EXPECT_EQ(noisy.test.labels, clean.test.labels);
  EXPECT_NEAR(double(training_errors(noisy, *noisy.teacher)), 0.2 * P, 5 * std::sqrt(P * 0.2 * 0.8));
  EXPECT_EQ(noisy.recipe.label_noise, 0.2);
  params.label_noise = 1;
  const Problem inverted = make_teacher_student(perceptron, WeightKind::binary, params);
  EXPECT_EQ(training_errors(inverted, *inverted.teacher), inverted.train.count());
}

// Patterns that already had the margin are those without one; the others' stabilities are those of the tail: their mean
// E[|h| given |h| >= kappa] = G(kappa)/H(kappa) of a Gaussian field, within 5 standard errors.
TEST(TeacherMargin, IsThatOfTheTrainingPatterns) {
  for (const WeightKind kind : {WeightKind::binary, WeightKind::spherical})
    for (const InputKind inputs : {InputKind::binary, InputKind::gaussian}) {
      TeacherParams params{.alpha = 20, .seed = 4, .inputs = inputs, .test_patterns = 50};
      const Problem plain = make_teacher_student(perceptron, kind, params);
      params.teacher_margin = 0.8;
      const Problem planted = make_teacher_student(perceptron, kind, params);
      EXPECT_EQ(planted.teacher, plain.teacher);
      EXPECT_EQ(planted.test.inputs, plain.test.inputs);
      EXPECT_EQ(planted.recipe.teacher_margin, 0.8);
      const auto before = output_stabilities(perceptron, *plain.teacher, plain.train);
      const auto after = output_stabilities(perceptron, *planted.teacher, planted.train);
      double sum = 0;
      for (std::size_t a = 0; a < after.size(); ++a) {
        EXPECT_GE(after[a], 0.8);
        if (before[a] >= 0.8) {
          EXPECT_EQ(after[a], before[a]);
        }
        sum += after[a];
      }
      const double tail = 0.2896915527614827 / 0.2118553985833967;  // G(0.8)/H(0.8)
      const double variance = 1 + 0.8 * tail - tail * tail;
      const double rounding =
          kind == WeightKind::binary && inputs == InputKind::binary ? 1 / std::sqrt(101.0) : 0;
      EXPECT_NEAR(sum / double(after.size()), tail,
                  5 * std::sqrt(variance / double(after.size())) + rounding);
    }
}

TEST(TeacherMargin, OfCommitteesIsThatOfTheOutput) {
  const Architecture committee{Machine::committee, true, 99, 3};
  const Problem p =
      make_teacher_student(committee, WeightKind::binary, {.alpha = 2, .seed = 4, .teacher_margin = 1.7});
  for (const double stability : output_stabilities(committee, *p.teacher, p.train))
    EXPECT_DOUBLE_EQ(stability, std::sqrt(3.0));  // all units agree
}

TEST(TeacherStudent, SharesThePatternsOfTheStorageProblem) {
  const Problem p = make_teacher_student(perceptron, WeightKind::binary, {.alpha = 0.5, .seed = 9});
  EXPECT_EQ(p.train.inputs, make_storage(perceptron, WeightKind::binary, 0.5, 9).train.inputs);
}

TEST(TeacherStudent, AnotherMachineMayTeach) {
  const Architecture student{Machine::committee, true, 99, 3}, teacher{Machine::perceptron, false, 99, 1};
  const Problem p =
      make_teacher_student(student, WeightKind::binary, {.alpha = 2, .seed = 9, .teacher = teacher});
  EXPECT_FALSE(p.teacher.has_value());
  EXPECT_EQ(p.recipe.teacher_architecture, teacher);
  EXPECT_EQ(p.train.count(), 198u);
  const Weights w = random_weights(teacher, WeightKind::binary, 9, Purpose::teacher);
  EXPECT_EQ(count_errors(teacher, w, p.train), 0u);
}

TEST(TeacherStudent, RefusesWhatDoesNotFit) {
  const auto refuses = [](const TeacherParams& params, const char* message) {
    EXPECT_THAT([&] { make_teacher_student(perceptron, WeightKind::binary, params); },
                ThrowsMessage<InvalidInput>(HasSubstr(message)));
  };
  refuses({.alpha = 1, .label_noise = 1.1}, "[0, 1], got 1.1");
  refuses({.alpha = 1, .label_noise = std::nan("")}, "got nan");
  refuses({.alpha = 1, .teacher_margin = -0.1}, "got -0.1");
  refuses({.alpha = 1, .teacher_margin = 4.5}, "[0, 4]");
  refuses({.alpha = 1, .teacher = Architecture{Machine::perceptron, false, 99, 1}}, "101");
  refuses({.alpha = -1}, "alpha");
  EXPECT_THROW(make_teacher_student(perceptron, WeightKind::binary,
                                    {.alpha = 1, .test_patterns = std::size_t{1} << 60}),
               ResourceProblem);
}

// Unit vectors uniform on the sphere: <w[i]> = 0 with variance 1, within 5/sqrt(M).
TEST(RandomWeights, AreUniform) {
  const Architecture architecture{Machine::committee, false, 1001, 5};
  for (const WeightKind kind : {WeightKind::binary, WeightKind::spherical}) {
    const Weights w = random_weights(architecture, kind, 1, Purpose::initial_state);
    EXPECT_NO_THROW(validate(w));
    double sum = 0;
    for (const double value : w.values) sum += value;
    EXPECT_LT(std::abs(sum / 5005), 5 / std::sqrt(5005.0));
    EXPECT_LT(std::abs(overlap(w, random_weights(architecture, kind, 2, Purpose::initial_state))),
              5 / std::sqrt(5005.0));
  }
}

}  // namespace
}  // namespace wfm
