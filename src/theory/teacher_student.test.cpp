#include "theory/teacher_student.hpp"

#include <cmath>
#include <limits>
#include <numbers>

#include <gtest/gtest.h>

#include "math/error.hpp"
#include "math/gaussian.hpp"
#include "math/quadrature.hpp"

namespace wfm::theory {
namespace {

/// (TS.1) on plain panels.
double free_entropy(const TeacherStudentParams& params, double q, double R, double qhat, double Rhat) {
  const QuadratureRule rule = gaussian_panels(100, 10, 9);
  return -qhat * (1 - q) / 2 - R * Rhat + integrate(rule, [&](double z) {
    return log_2cosh(std::sqrt(qhat) * z + Rhat);
  }) + 2 * params.alpha * integrate(rule, [&](double z) {
         return H(-R * z / std::sqrt(q - R * R)) *
                log_H((params.margin - std::sqrt(q) * z) / std::sqrt(1 - q));
       });
}

TEST(TeacherStudent, SaddleIsStationaryForAnIndependentQuadrature) {
  for (const TeacherStudentParams params :
       {TeacherStudentParams{0.6, 0}, TeacherStudentParams{0.6, 0.1}, TeacherStudentParams{1.2, -0.2}}) {
    const TeacherStudentResult ts = teacher_student(params);
    ASSERT_TRUE(ts.converged) << ts.reason;
    EXPECT_NEAR(free_entropy(params, ts.q, ts.R, ts.qhat, ts.Rhat), ts.entropy, 1e-12);
    const double h = 1e-4;
    const double x[4] = {ts.q, ts.R, ts.qhat, ts.Rhat};
    for (int i = 0; i < 4; ++i) {
      double up[4], down[4];
      for (int j = 0; j < 4; ++j) up[j] = x[j] + (i == j ? h : 0), down[j] = x[j] - (i == j ? h : 0);
      const double slope = (free_entropy(params, up[0], up[1], up[2], up[3]) -
                            free_entropy(params, down[0], down[1], down[2], down[3])) /
                           (2 * h);
      EXPECT_NEAR(slope, 0, 1e-6) << i;
    }
  }
}

TEST(TeacherStudent, TeacherIsATypicalSolutionWithoutMargin) {
  for (const double alpha : {1e-3, 0.5, 1.4}) {
    const TeacherStudentResult ts = teacher_student({alpha, 0});
    EXPECT_NEAR(ts.q, ts.R, 1e-8);
    EXPECT_NEAR(ts.qhat, ts.Rhat, 1e-8);
  }
}

TEST(TeacherStudent, AgreesWithReferenceNumbers) {
  struct Row {
    double alpha, q, entropy, error;
  };
  for (const Row& row : {Row{0.3, 0.18067132826127114, 0.49433706192311655, 0.442172971053119},
                         Row{0.6, 0.347708120540721, 0.31425739549401355, 0.3869600141975074},
                         Row{1.2, 0.6686613798669441, 0.017965008629039214, 0.26686759252009784}}) {
    const TeacherStudentResult ts = teacher_student({row.alpha, 0});
    EXPECT_NEAR(ts.q, row.q, 1e-9);
    EXPECT_NEAR(ts.entropy, row.entropy, 1e-10);
    EXPECT_NEAR(ts.generalisation_error, row.error, 1e-9);
  }
  EXPECT_NEAR(teacher_student({1.2446839898506905, 0}).entropy, 0, 1e-10);
}

TEST(TeacherStudent, EndsAtItsSpinodal) {
  EXPECT_TRUE(teacher_student({1.4926, 0}).converged);
  for (const double alpha : {1.494, 2.0, 50.0}) {
    const TeacherStudentResult beyond = teacher_student({alpha, 0});
    EXPECT_FALSE(beyond.converged);
    EXPECT_FALSE(beyond.reason.empty());
  }
}

TEST(TeacherStudent, KnowsNothingWithoutPatterns) {
  const TeacherStudentResult ts = teacher_student({0, 0});
  EXPECT_DOUBLE_EQ(ts.entropy, std::numbers::ln2);
  EXPECT_DOUBLE_EQ(ts.generalisation_error, 0.5);
  EXPECT_THROW(teacher_student({-1, 0}), InvalidInput);
  EXPECT_THROW(teacher_student({1, std::numeric_limits<double>::infinity()}), InvalidInput);
}

}  // namespace
}  // namespace wfm::theory
