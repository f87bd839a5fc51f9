// The two averages of (EC.1), around a centre wt of margin kappa_r with y solutions w of overlap S = 1 - 2d with it;
// docs/theory/explicit-centre.md.
// Energetic, m0 = (st/sqrt qt) z + sqrt(A) x, s = sqrt(1-q1), sigma = sqrt(q1-q0):
//   I(z, m0) = int Dw H(B) H((kappa - m0 - sigma w)/s)^y,   B = [(kappa_r - sqrt(qt) z)/sqrt(1-qt) - rho w]/sqrt(1-rho^2)   (EC.3)
//   qthat = alpha E<rt>^2,  sthat = alpha E<rt><r>,  qhat0 = alpha E<r>^2,  qhat1 = alpha E<r^2>                            (EC.4)
// Entropic, (u, v) Gaussian with covariance (qthat, sthat; sthat, qhat0), Sigma = sqrt(qhat1-qhat0):
//   K(v) = int Dt (2 cosh(v + Sigma t))^y,   Z(u, v) = e^u K(v + L) + e^-u K(v - L)                                        (EC.5)
//   qt = E<wt>^2,  st = E<wt><T>,  q0 = E<T>^2,  q1 = E<T^2>,  S = E<wt T>,  T = tanh                                       (EC.6)
// A centre without constraint is one with kappa_r -> -infinity: H(B) = 1, qthat = sthat = 0, and qt = st = 0 may stand
// in the energetic part.
#pragma once

namespace wfm::theory {

/// Overlaps of the centres and the solutions, with what cancels among them formed without cancellation.
struct CentreOverlaps {
  double S = 1;             // centre with its own solutions, 1 - 2d
  double qt = 0;            // two centres
  double st = 0;            // centre with the solutions of another one
  double q0 = 0, q1 = 1;    // two solutions of different centres, of the same
  double one_minus_qt = 1;  // 1 - qt
  double one_minus_q1 = 0;  // 1 - q1
  double within = 0;        // q1 - q0 = sigma^2
  double A = 0;             // q0 - st^2/qt >= 0; q0 for a free centre
  double rho = 0;           // (S - st)/sqrt((q1 - q0)(1 - qt)); 0 for a free centre
  double one_minus_rho2 = 1;
};

/// Four coordinates around a solution: q1 = S^2 + eps(1 - S^2), st = S qt + tau sqrt((q1 - S^2) qt (1 - qt)),
/// A = share (q1 - S^2)(1 - tau^2).                                                                                        (EC.7)
struct CentreCoordinates {
  double logit_qt = 0, logit_eps = 0, atanh_tau = 0, share = 0;
};
CentreOverlaps solution_centre_overlaps(double d, const CentreCoordinates& x);

/// Around a free centre there are q1 = S^2 + eps(1 - S^2) and q0 = ratio q1 alone.
CentreOverlaps free_centre_overlaps(double d, double logit_eps, double logit_ratio);

/// Averages per pattern, E over the outer fields and <.> over w with the weight of I, at fixed overlaps.
struct CentreEnergetics {
  double log_I = 0;  // E ln I
  double log_X = 0;  // E <ln H((kappa - m0 - sigma w)/s)> = d log_I/dy
  double qt = 0;     // E<rt>^2, rt = R(B)/sqrt((1-qt)(1-rho^2))
  double st = 0;     // E<rt><r>, r = R(.)/s
  double q0 = 0;     // E<r>^2
  double q1 = 0;     // E<r^2>
  double cross = 0;  // E<rt r> = (1/y) d log_I/dS
  double terms = 0;  // that were summed up: what it cost
};

/// kappa_r of a free centre: H(B) rounds to 1.
inline constexpr double no_centre_margin = -40;

/// Not a number where the lattices would need more nodes than they may have (wide margins, qt or q1 near 1, y of thousands).
/// `refinement` multiplies the density of nodes along every dimension.
CentreEnergetics centre_energetics(const CentreOverlaps& o, double margin, double centre_margin, double y,
                                   double refinement = 1);

/// The conjugates of a saddle point.
struct CentreConjugates {
  double qthat = 0, sthat = 0, qhat0 = 0, qhat1 = 0;
};

/// Averages per weight. Where overlaps nearly cancel their small combinations are averaged directly.
struct CentreEntropics {
  double L = 0;          // Shat - sthat, solves E<wt T> = S
  double log_Z = 0;      // E ln Z; only where asked for
  double log_2cosh = 0;  // E <ln 2cosh> = d log_Z/dy at fixed fields; only where asked for
  double qt = 0, st = 0, q0 = 0, q1 = 0, S = 0;
  double one_minus_qt = 0, one_minus_q1 = 0;
  double excess1 = 0;    // q1 - S^2
  double excess_st = 0;  // st - S qt
  double A = 0;          // q0 - st^2/qt
  double terms = 0;      // that were summed up: what it cost
};

/// Solves for L from the guess; L is not a number where that fails.
CentreEntropics centre_entropics(const CentreConjugates& conjugates, double d, double y, double L_guess,
                                 bool with_logarithms, double refinement = 1);

}  // namespace wfm::theory
