// Replica-symmetric entropy of a machine that stores alpha N random patterns with margin kappa:
//   phi = -qhat(1-q)/2 + S(qhat) + alpha E(q)                                                                  (RS.1, RS.2)
//   q = q(qhat) of the prior,   qhat = alpha Q'(q) sum_l E[r_l^2]                                              (RS.3)
// S of rs_entropics.hpp, E of energetics.hpp. For the binary perceptron
//   phi = -qhat(1-q)/2 + int Dz ln 2cosh(sqrt(qhat) z) + alpha int Dz ln H((kappa - sqrt(q) z)/sqrt(1-q))
// phi is the natural logarithm of the number of solutions per weight (binary), or of their share of the sphere (spherical).
// Krauth and Mezard 1989, Gardner 1988; [B], [U16]; docs/theory/replica-symmetric.md.
#pragma once

#include <string>

#include "theory/machine.hpp"

namespace wfm::theory {

/// Control parameters of the storage problem.
struct RsParams {
  double alpha = 0;      // patterns per weight, finite, >= 0
  double margin = 0;     // kappa: every pattern's stability is at least this; any finite number
  Machine machine = {};  // the binary perceptron unless said
};

/// Order parameters at the saddle point, and what they are worth.
struct RsResult {
  double entropy = 0;  // phi; of binary weights negative beyond capacity
  double q = 0;        // overlap of two typical solutions, in [0, 1)
  double qhat = 0;     // its conjugate, variance of the cavity field on a weight
  double residual =
      0;  // |q(qhat(q)) - q| of (RS.3), evaluated anew, on a grid of half the step for one field
  double quadrature_error = 0;  // change of the entropy when nodes are left out: an upper estimate
  bool converged = false;       // a saddle with q < 1 was found, residual <= 1e-10
  std::string reason;           // why not, empty when converged; the numbers are then NaN
  double replicon = 0;  // de Almeida-Thouless: alpha E[(d<w>/dh)^2] replicon(q); stable where this is below 1
};

/// Entropy at the saddle point with the smallest q. Where q = 0 is a saddle by symmetry (parity machines), that one as long as it
/// is stable, else the next. Throws InvalidInput for alpha < 0, non-finite parameters or a machine without formula.
/// There is no saddle with q < 1 beyond alpha = 2/(pi int_{-kappa}^inf Dz (kappa + z)^2) for the binary perceptron, 4/pi at
/// kappa = 0, and beyond the capacity for spherical weights. K units: none with 1 - q < 6e-6 is looked for; K = 2, 3: not converged
/// where the quadrature_error stays above 2e-4.
RsResult rs_entropy(const RsParams& params);

/// The saddle point that has the conjugate qhat > 0, finite, and the load that it belongs to: q and alpha follow without a search.
/// Not converged where the force vanishes or q rounds to 1; any quadrature_error is let through. `refinement` as in energetics.hpp.
struct RsCurvePoint {
  double alpha = 0;
  RsResult saddle;
};
RsCurvePoint rs_at_conjugate(const Machine& machine, double margin, double qhat, double refinement = 1);

/// The free entropy (RS.1) at any order parameters, 0 <= q < 1, qhat >= 0: the function whose stationary point rs_entropy finds.
double rs_free_entropy(const RsParams& params, double q, double qhat);

}  // namespace wfm::theory
