#include "theory/teacher_franz_parisi.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numbers>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "math/error.hpp"
#include "math/gaussian.hpp"
#include "math/quadrature.hpp"
#include "math/roots.hpp"
#include "theory/naive_franz_parisi.hpp"
#include "theory/teacher_franz_parisi_averages.hpp"
#include "theory/teacher_student.hpp"

namespace wfm::theory {
namespace {

using ::testing::HasSubstr;

TeacherFranzParisiPoint one_point(const TeacherFranzParisiParams& params, double d) {
  return teacher_franz_parisi_curve(params, std::vector<double>{d})[0];
}

/// x = (q, t, R, qhat, that, Rhat, phat).
double naive_free_entropy(const TeacherFranzParisiParams& params, const TeacherStudentResult& reference,
                          double p, const std::array<double, 7>& x) {
  const auto [q, t, R, qhat, that, Rhat, phat] = x;
  const double qt = reference.q, st = std::sqrt(1 - qt), rest = std::sqrt(1 - q);
  const QuadratureRule normal = gaussian_panels(8, 8, 8);
  const double G_S = naive_entropic({reference.qhat, qhat, that, phat, reference.Rhat, Rhat}, normal, normal);
  const double gamma = q - t * t / qt - (p - t) * (p - t) / (1 - qt);
  const double r0 = reference.R / std::sqrt(qt), e = (R - t * reference.R / qt) / std::sqrt(gamma);
  const double f = std::sqrt(1 - r0 * r0 - e * e);
  const double G_E = naive_fields(
      {qt, q, t, p}, normal, normal,
      [&](double z0) { return naive_normal_above((params.reference_margin - std::sqrt(qt) * z0) / st, 6); },
      [&](double z0, double u, double m) {
        return 2 * H(-(r0 * z0 + e * u) / f) * log_H((params.margin - m) / rest);
      });
  return -phat * p + that * t - qhat * (1 - q) / 2 - R * Rhat + G_S + params.alpha * G_E;
}

TEST(TeacherFranzParisi, SaddleIsStationaryForTheNaiveThreefoldQuadrature) {
  const TeacherFranzParisiParams params{0.7, 0.15, 0.05};
  const TeacherFranzParisiPoint point = one_point(params, 0.15);
  ASSERT_TRUE(point.converged) << point.reason;
  const TeacherStudentResult reference = teacher_student({params.alpha, params.reference_margin});
  const std::array<double, 7> x{point.q, point.t, point.R, point.qhat, point.that, point.Rhat, point.phat};
  expect_saddle_of(
      [&](double p, const std::array<double, 7>& at) { return naive_free_entropy(params, reference, p, at); },
      point, x, 1e-8, 5e-6);
}

TEST(TeacherFranzParisi, SlopeIsTheDerivativeOfTheCurve) {
  for (const TeacherFranzParisiParams& params :
       {TeacherFranzParisiParams{0.6, 0, 0}, TeacherFranzParisiParams{1.1, 0.1, 0}}) {
    const double d = 0.05, h = 1e-4;
    const std::vector<TeacherFranzParisiPoint> at =
        teacher_franz_parisi_curve(params, std::vector<double>{d - 2 * h, d - h, d, d + h, d + 2 * h});
    ASSERT_TRUE(at[0].converged && at[2].converged && at[4].converged) << at[2].reason;
    EXPECT_NEAR((8 * (at[3].entropy - at[1].entropy) - (at[4].entropy - at[0].entropy)) / (12 * h),
                at[2].slope, 1e-6);
  }
}

TEST(TeacherFranzParisi, MeetsTheTypicalStudentsAtTheTypicalDistance) {
  for (const TeacherFranzParisiParams& params :
       {TeacherFranzParisiParams{0.6, 0.2, 0}, TeacherFranzParisiParams{1.1, 0.1, 0},
        TeacherFranzParisiParams{0.6, 0, 0.2}}) {
    const TeacherStudentResult students = teacher_student({params.alpha, params.margin});
    const double typical = teacher_typical_distance(params);
    const TeacherFranzParisiPoint point = one_point(params, typical);
    ASSERT_TRUE(point.converged) << point.reason;
    EXPECT_NEAR(point.entropy, students.entropy, 1e-9);
    EXPECT_NEAR(point.slope, 0, 1e-6);
    EXPECT_NEAR(point.q, students.q, 1e-6);
    EXPECT_NEAR(point.R, students.R, 1e-6);
    EXPECT_NEAR(point.t, point.p, 1e-6);
    EXPECT_NEAR(point.generalisation_error, students.generalisation_error, 1e-6);
    EXPECT_LT(one_point(params, 0.9 * typical).entropy, students.entropy);
    EXPECT_LT(one_point(params, 1.1 * typical).entropy, students.entropy);
  }
}

// Equal margins: beside the gap the curve is the parabola through its maximum.
TEST(TeacherFranzParisi, EqualMarginsBendAboutTheTypicalDistance) {
  const TeacherFranzParisiParams params{0.6, 0.2, 0.2};
  const TeacherStudentResult students = teacher_student({0.6, 0.2});
  const double typical = (1 - students.q) / 2;
  EXPECT_NEAR(teacher_typical_distance(params), typical, 1e-14);
  for (const double factor : {0.985, 1.015}) {
    const TeacherFranzParisiPoint point = one_point(params, factor * typical);
    ASSERT_TRUE(point.converged) << point.reason;
    EXPECT_NEAR(point.entropy + point.slope * (typical - factor * typical) / 2, students.entropy, 1e-6);
  }
  EXPECT_THAT(one_point(params, typical).reason, HasSubstr("typical distance"));
}

/// ln of the number of students at overlap R with the teacher, margin 0: (TS.1) at fixed R, q from a bracketed root.
double entropy_around_the_teacher(double alpha, double R) {
  const QuadratureRule normal = gaussian_panels(40, 8, 9);
  const auto tilt = [&](double q, double z) { return 2 * H(-R * z / std::sqrt(q - R * R)); };
  const auto qhat_at = [&](double q) {
    return alpha / (1 - q) * integrate(normal, [&](double z) {
             const double ratio = wfm::R(-std::sqrt(q / (1 - q)) * z);
             return tilt(q, z) * ratio * ratio;
           });
  };
  const auto Rhat_at = [&](double qhat) {
    return find_root(
               [&](double Rhat) {
                 return integrate(normal, [&](double z) { return std::tanh(std::sqrt(qhat) * z + Rhat); }) -
                        R;
               },
               -100, 100, 1e-13)
        .value();
  };
  const double q = find_root(
                       [&](double at) {
                         const double qhat = qhat_at(at), Rhat = Rhat_at(qhat);
                         return integrate(normal,
                                          [&](double z) {
                                            const double w = std::tanh(std::sqrt(qhat) * z + Rhat);
                                            return w * w;
                                          }) -
                                at;
                       },
                       R * R + 1e-3 * (1 - R * R), R * R + 0.8 * (1 - R * R), 1e-12)
                       .value();
  const double qhat = qhat_at(q), Rhat = Rhat_at(qhat);
  return -qhat * (1 - q) / 2 - R * Rhat + integrate(normal, [&](double z) {
    return log_2cosh(std::sqrt(qhat) * z + Rhat);
  }) + alpha * integrate(normal, [&](double z) { return tilt(q, z) * log_H(-std::sqrt(q / (1 - q)) * z); });
}

// Without margins the teacher is one of the solutions: no average can tell it from the reference.
TEST(TeacherFranzParisi, TheTeacherIsATypicalStudentWithoutMargins) {
  const std::vector<double> distances{0.02, 0.1, 0.25, 0.4};
  for (const TeacherFranzParisiPoint& point : teacher_franz_parisi_curve({0.6, 0, 0}, distances)) {
    ASSERT_TRUE(point.converged) << point.reason;
    EXPECT_NEAR(point.R, point.t, 1e-9);
    EXPECT_NEAR(point.Rhat, point.that, 1e-7);
    EXPECT_NEAR(point.entropy, entropy_around_the_teacher(0.6, point.p), 1e-8) << point.distance;
  }
  // the same from the other side: a reference with a margin meets typical students as often as the teacher
  EXPECT_NEAR(1 - 2 * teacher_typical_distance({0.6, 0.2, 0}), teacher_student({0.6, 0.2}).R, 1e-9);
}

// A teacher that knows nothing of the students leaves the storage problem.
TEST(TeacherFranzParisi, AnIndependentTeacherLeavesTheStorageProblem) {
  const TeacherReference reference{ReferenceState(0.2, 0.44, 1.3), 0, 0};
  for (const double d : {0.01, 0.2}) {
    for (const double atanh_tau : {0.2, 2.0}) {
      const TeacherOverlaps at(reference, d, -1, atanh_tau, 0);
      EXPECT_EQ(at.R, 0);
      const QuadratureRule rule = cavity_field_rule(reference.state, 0.1, at.o, 0.2);
      const EnergeticAverages storage = energetic_averages(reference.state, 0.1, at.o, rule);
      const TeacherEnergetics e = teacher_energetics(reference, 0.1, at);
      EXPECT_NEAR(e.normalisation, 1, 1e-9);
      EXPECT_NEAR(e.log_H, storage.log_H, 1e-9 * std::abs(storage.log_H));
      EXPECT_NEAR(e.score2, storage.score2, 1e-9 * storage.score2);
      EXPECT_NEAR(e.cross_score, storage.cross_score, 1e-9 * storage.cross_score);
      EXPECT_NEAR(e.teacher_score, 2 * G(0) * storage.score, 1e-9);
      EXPECT_NEAR(e.slope, energetic_slope(reference.state, 0.1, at.o, rule), 1e-9 * e.slope);
      const EntropicAverages free = entropic_averages(reference.state, d, 2, 0.7);
      const TeacherEntropics s = teacher_entropics(reference, d, 2, 0.7, 0);
      EXPECT_NEAR(s.field, free.field, 1e-10);
      EXPECT_NEAR(s.log_2cosh, free.log_2cosh, 1e-10);
      EXPECT_NEAR(s.logit_eps, free.logit_eps, 1e-9);
      EXPECT_NEAR(s.atanh_tau, free.atanh_tau, 1e-9);
      EXPECT_NEAR(s.R, 0, 1e-14);
    }
  }
}

TEST(TeacherFranzParisi, OverlapsAreConsistent) {
  const TeacherReference reference{ReferenceState(0.2, 0.46, 1.3), 0.4, 0.5};
  for (const double x : {-1.0, 0.0, 0.7}) {
    const TeacherOverlaps at(reference, 0.1, -1, 0.5, x);
    EXPECT_NEAR(at.r0 * at.r0 + at.e * at.e + at.f * at.f, 1, 1e-14);
    EXPECT_NEAR(at.R, at.o.t * 0.4 / 0.46 + at.e * std::sqrt(at.o.gamma), 1e-14);
    EXPECT_NEAR(teacher_energetics(reference, 0.1, at).normalisation, 1, 1e-9);
  }
}

TEST(TeacherFranzParisi, RefusesWhatHasNoMeaning) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  for (const double d : {0.0, 0.51, nan}) EXPECT_THROW(one_point({0.5, 0, 0}, d), InvalidInput);
  EXPECT_THROW(one_point({0, 0, 0}, 0.1), InvalidInput);
  EXPECT_THROW(one_point({0.5, nan, 0}, 0.1), InvalidInput);
  const TeacherFranzParisiPoint beyond = one_point({1.6, 0, 0}, 0.1);  // no students but the teacher
  EXPECT_FALSE(beyond.converged);
  EXPECT_TRUE(std::isnan(beyond.entropy));
  EXPECT_THAT(beyond.reason, HasSubstr("reference"));
  EXPECT_THAT(one_point({0.5, 0.1, 0}, 1e-5).reason, HasSubstr("not followed"));
}

}  // namespace
}  // namespace wfm::theory
