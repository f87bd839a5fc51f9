// The fixed points of AMP's state evolution are replica-symmetric saddle points: two folders that never include each other.
#include <gtest/gtest.h>

#include "inference/state_evolution.hpp"
#include "theory/replica_symmetric.hpp"
#include "theory/teacher_student.hpp"
#include "theory/teacher_student_thresholds.hpp"

namespace wfm {
namespace {

constexpr Architecture perceptron{Machine::perceptron, false, 1001, 1};

TEST(StateEvolutionMeetsTheory, Storage) {
  for (const auto& [alpha, margin] : {std::pair{0.3, 0.0}, {0.5, 0.0}, {0.7, 0.0}, {0.4, 0.3}}) {
    const auto evolution = inference::state_evolution({perceptron, alpha, margin}, 2000, 1e-12);
    ASSERT_TRUE(evolution.converged) << alpha;
    const auto theory = theory::rs_entropy({alpha, margin});
    EXPECT_NEAR(evolution.points.back().q, theory.q, 1e-8) << alpha << " " << margin;
    EXPECT_NEAR(evolution.points.back().qhat, theory.qhat, 1e-7) << alpha << " " << margin;
  }
}

TEST(StateEvolutionMeetsTheory, TeacherStudent) {
  for (const auto& [alpha, margin] : {std::pair{0.5, 0.0}, {1.0, 0.0}, {1.4, 0.0}, {0.5, 0.2}}) {
    const auto evolution = inference::state_evolution({perceptron, alpha, margin, true}, 5000, 1e-12);
    ASSERT_TRUE(evolution.converged) << alpha;
    const auto theory = theory::teacher_student({alpha, margin});
    ASSERT_TRUE(theory.converged) << theory.reason;
    EXPECT_NEAR(evolution.points.back().q, theory.q, 1e-7) << alpha << " " << margin;
    EXPECT_NEAR(evolution.points.back().R, theory.R, 1e-7) << alpha << " " << margin;
  }
}

// Beyond the spinodal nothing holds AMP back from the teacher.
TEST(StateEvolutionMeetsTheory, JumpsToTheTeacherAtTheSpinodal) {
  const double spinodal = theory::teacher_student_spinodal().alpha;
  const auto below = inference::state_evolution({perceptron, spinodal - 0.01, 0, true}, 2000);
  EXPECT_LT(below.points.back().R, 0.9);
  const auto above = inference::state_evolution({perceptron, spinodal + 0.01, 0, true}, 2000);
  EXPECT_GT(above.points.back().R, 1 - 1e-6);
}

}  // namespace
}  // namespace wfm
