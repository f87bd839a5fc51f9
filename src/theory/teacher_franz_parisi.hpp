// Franz-Parisi entropy in the teacher-student perceptron: students with margin kappa at distance d from a typical student with margin
// kappa_r of the same alpha N patterns, which a binary teacher has labelled. R and Rt are the overlaps of the counted students and of
// the reference with the teacher; replica symmetric:
//   phi(p) = extr over (q, t, R, qhat, that, Rhat, phat) of
//            -phat p + that t - qhat(1-q)/2 - R Rhat + G_S + alpha G_E,  d = (1-p)/2                                       (TFP.1)
//   G_S = Int Dz sum_wt e^{wt U}/(2cosh U) Int Dx ln 2cosh(sqrt(qhat - that^2/qthat) x + that z/sqrt(qthat) + Rhat + (phat - that) wt),
//   U = sqrt(qthat) z + Rhat_t
//   G_E = 2 Int Dz0 Int_{y>A} Dy/H(A) Int Dx H(-(r0 z0 + e x)/f) ln H((kappa - m)/sqrt(1-q)),   m = c0 z0 + b y + sqrt(gamma) x,
//   r0 = Rt/sqrt(qt),  e = (R - t Rt/qt)/sqrt(gamma),  f^2 = 1 - r0^2 - e^2;  A, c0, b, gamma as in (FP.1)
// docs/theory/franz-parisi.md.
#pragma once

#include <span>
#include <string>
#include <vector>

namespace wfm::theory {

/// Control parameters of a curve.
struct TeacherFranzParisiParams {
  double alpha = 0;             // patterns per weight, finite, > 0
  double reference_margin = 0;  // kappa_r of the typical student that the others are counted around
  double margin = 0;            // kappa asked of the students that are counted
};

/// One point of the curve.
struct TeacherFranzParisiPoint {
  double distance = 0;                            // d = (1-p)/2, as asked for
  double entropy = 0;                             // phi(d), nats per weight; may be negative
  double slope = 0;                               // d phi/dd = 2(phat - alpha dG_E/dp)
  double generalisation_error = 0;                // arccos(R)/pi of the counted students
  double p = 1;                                   // overlap with the reference
  double q = 1;                                   // overlap of two counted students
  double t = 0;                                   // overlap of a counted student with another reference
  double R = 0;                                   // overlap of a counted student with the teacher
  double qhat = 0, that = 0, phat = 0, Rhat = 0;  // conjugates
  double residual = 0;          // max of |q(conjugates) - q|, |t(conjugates) - t|, |R(conjugates) - R|
  double quadrature_error = 0;  // |integral of the pattern weight - 1|
  bool converged = false;       // residual <= 1e-10, quadrature_error <= 1e-7
  std::string reason;  // why not, empty when converged; the numbers are then NaN except distance and p
};

/// The curve at the given distances, in their order, each in (0, 1/2]. Followed in ln d from the typical distance both ways; some
/// 50 ms a point. Equal margins: points within 1 % of the typical distance are not converged (the entropy there is that of
/// teacher_student). Distances below 1e-4 are not followed. A search that takes too many nodes ends, after some 3 s and 0.3 s a
/// distance, and says so. Throws InvalidInput for alpha <= 0, non-finite parameters or a distance outside (0, 1/2].
std::vector<TeacherFranzParisiPoint> teacher_franz_parisi_curve(const TeacherFranzParisiParams& params,
                                                                std::span<const double> distances);

/// Where the curve has its maximum, the entropy of teacher_student at `margin`. NaN where either student has no saddle.
double teacher_typical_distance(const TeacherFranzParisiParams& params);

}  // namespace wfm::theory
