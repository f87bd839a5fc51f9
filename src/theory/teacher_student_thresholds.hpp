// Loads at which the students that follow from small alpha change their mind about the teacher, (TS.1):
//   transition   the entropy of the branch with q < 1 is zero; at kappa = 0 the teacher alone is left beyond          (TS.2)
//   spinodal     the branch ends: alpha has its maximum along the branch                                              (TS.3)
// The branch is parametrised by q, along which alpha is smooth where q is not a function of alpha: no search stalls at its end.
// Gyorgyi 1990; docs/theory/teacher-student.md.
#pragma once

#include "theory/teacher_student.hpp"
#include "theory/threshold.hpp"

namespace wfm::theory {

/// The saddle point (TS.1) that has overlap q of two students, 0 < q < 1, and the load that it belongs to; on both sides of the
/// spinodal. Not converged where there is none.
struct TeacherStudentCurvePoint {
  double alpha = 0;
  TeacherStudentResult saddle;
};
TeacherStudentCurvePoint teacher_student_at_overlap(double margin, double q);

/// (TS.2). Throws InvalidInput for a non-finite margin.
Threshold teacher_student_transition(double margin = 0);

/// (TS.3). Not converged where the branch goes on to q = 1.
Threshold teacher_student_spinodal(double margin = 0);

}  // namespace wfm::theory
