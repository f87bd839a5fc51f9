// Averages of the teacher-student Franz-Parisi entropy at given order parameters (internal to teacher_franz_parisi). In the variables
// m and g of (FP.2) and r, the rest of the reference's stability (r > B),
//   u0 = k0 - k1 r + f v  is the teacher's field, k0 = r0 z0 + e sqrt(gamma) u/s, k1 = e b/s,
//   G_E = Int Dm ln H((kappa - sqrt(q) m)/sqrt(1-q)) Int Dg (2/H(A)) Int_B^inf Dr H(-(k0 - k1 r)/f)                      (TFP.2)
#pragma once

#include "math/quadrature.hpp"
#include "theory/franz_parisi_averages.hpp"

namespace wfm::theory {

/// Typical students with the reference's margin.
struct TeacherReference {
  ReferenceState state;
  double R = 0;     // Rt
  double Rhat = 0;  // its conjugate
};

/// Overlaps of weights, and what the teacher adds to those of (FP.4): e = sqrt(1 - r0^2) tanh x, any real x, is the
/// correlation of the teacher's field with what is left of m once z0 and y are known, R = t Rt/qt + e sqrt(gamma).        (TFP.4)
struct TeacherOverlaps {
  TeacherOverlaps(const TeacherReference& reference, double distance, double logit_eps, double atanh_tau,
                  double x);

  OverlapPoint o;
  double R = 0;
  double r0 = 0, e = 0, f = 0;  // of (TFP.1), r0^2 + e^2 + f^2 = 1
};

struct TeacherEnergetics {
  double normalisation = 0;  // 1 up to the error of the quadrature
  double log_H = 0;          // G_E
  double score2 = 0;         // E[l'^2] = qhat/alpha
  double cross_score = 0;    // E[lt' l'] = that/alpha
  double teacher_score = 0;  // 2 G(0) E[l' | u0 = 0] = dG_E/dR = Rhat/alpha
  double slope = 0;          // dG_E/dp
  double terms = 0;          // that were summed up: what it cost
};
TeacherEnergetics teacher_energetics(const TeacherReference& reference, double margin,
                                     const TeacherOverlaps& point, Entropies entropies = Entropies::with);

struct TeacherEntropics {
  double field = 0;  // phat - that, where E[wt tanh v] = p
  double shift = 0;  // phat - that - atanh p
  double log_2cosh = 0;
  double logit_eps = 0, atanh_tau = 0;  // of the images of q and t
  double variance = 0;                  // E[tanh^2 v] - p^2
  double cross = 0;                     // E[tanh U tanh v] - p qt
  double R = 0;                         // E[tanh v]
};
TeacherEntropics teacher_entropics(const TeacherReference& reference, double distance, double qhat,
                                   double that, double Rhat, double shift = 0,
                                   Entropies entropies = Entropies::with);

}  // namespace wfm::theory
