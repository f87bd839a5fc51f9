// The two halves of the saddle point of (TS.1): overlaps to conjugates, and back; docs/theory/teacher-student.md.
//   qhat = (2 alpha/(1-q)) int Dz H(-R z/sqrt(q-R^2)) R^2((kappa - sqrt(q) z)/sqrt(1-q))
//   Rhat = (2 alpha/sqrt(2 pi (1-q))) int Dy R((kappa - sqrt(q-R^2) y)/sqrt(1-q))                              (TS.4)
//   q = int Dz tanh^2(sqrt(qhat) z + Rhat),   R = int Dz tanh(sqrt(qhat) z + Rhat)                             (TS.5)
// `refinement` multiplies the density of nodes.
#pragma once

#include <span>
#include <vector>

namespace wfm::theory {

/// The overlaps in coordinates that keep 1 - q and q - R^2 exact: x = (logit q, atanh(R/sqrt(q))).
struct StudentOverlaps {
  explicit StudentOverlaps(std::span<const double> x);
  double q, one_minus_q, R, root_q_minus_R2;
};

struct StudentConjugates {
  double qhat = 0, Rhat = 0;
};

/// (TS.4) at alpha = 1.
StudentConjugates student_conjugates(double margin, const StudentOverlaps& overlaps, double refinement = 1);

/// (TS.5), as coordinates x of StudentOverlaps. qhat > 0.
std::vector<double> student_image(const StudentConjugates& conjugates, double refinement = 1);

/// (TS.1) at any order parameters.
double student_entropy(double alpha, double margin, const StudentOverlaps& overlaps,
                       const StudentConjugates& conjugates, double refinement = 1);

}  // namespace wfm::theory
