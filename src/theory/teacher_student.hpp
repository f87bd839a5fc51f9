// Replica-symmetric entropy of the binary perceptron that learns alpha N random patterns labelled by a binary teacher, with
// margin kappa on its own stabilities:
//   S = extr over (q, R, qhat, Rhat) of  -qhat(1-q)/2 - R Rhat + int Dz ln 2cosh(sqrt(qhat) z + Rhat)
//       + 2 alpha int Dz H(-R z/sqrt(q-R^2)) ln H((kappa - sqrt(q) z)/sqrt(1-q))                                  (TS.1)
// At kappa = 0 the teacher is one of the solutions: q = R, qhat = Rhat. Gyorgyi 1990, Sompolinsky, Tishby and Seung 1990; docs/theory/teacher-student.md.
#pragma once

#include <span>
#include <string>

namespace wfm::theory {

struct TeacherStudentParams {
  double alpha = 0;   // patterns per weight, finite, >= 0
  double margin = 0;  // kappa asked of the student, finite
};

struct TeacherStudentResult {
  double entropy = 0;               // ln of the number of students per weight; negative beyond the transition
  double generalisation_error = 0;  // arccos(R)/pi: probability that a student errs on a new pattern
  double q = 0;                     // overlap of two students
  double R = 0;                     // overlap of student and teacher
  double qhat = 0;                  // conjugate of q
  double Rhat = 0;                  // conjugate of R
  double residual =
      0;  // max |image - x| of the saddle-point equations in (logit q, atanh(R/sqrt(q))), finer grid
  bool converged = false;
  std::string reason;           // why not, empty when converged; the numbers are then NaN
  double quadrature_error = 0;  // change of the entropy when the grids are refined by 3/2
};

/// The saddle with q < 1 that continues the one at small alpha. Beyond its spinodal (alpha = 1.49263 at kappa = 0) only q = R = 1,
/// the teacher itself, is left: not converged. At margins from about -0.2 to 0 there is
/// a saddle near the teacher beyond the spinodal, to which small loads do not lead: not converged either. Throws InvalidInput for alpha < 0 or non-finite parameters.
TeacherStudentResult teacher_student(const TeacherStudentParams& params);

/// All numbers at a saddle point that a solver found, x = (logit q, atanh(R/sqrt(q))); residual and quadrature error anew.
TeacherStudentResult evaluate_student(const TeacherStudentParams& params, std::span<const double> x);

}  // namespace wfm::theory
