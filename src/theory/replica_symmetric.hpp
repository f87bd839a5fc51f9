// Replica-symmetric entropy of the binary perceptron that stores alpha N random patterns with margin kappa:
//   phi = -qhat(1-q)/2 + int Dz ln 2cosh(sqrt(qhat) z) + alpha int Dz ln H((kappa - sqrt(q) z)/sqrt(1-q))     (RS.1)
//   q = int Dz tanh^2(sqrt(qhat) z),   qhat = alpha/(1-q) int Dz R^2((kappa - sqrt(q) z)/sqrt(1-q))            (RS.3)
// phi is the natural logarithm of the number of solutions per weight. Krauth and Mezard 1989; [B], [U16]; docs/theory.md.
#pragma once

#include <string>

namespace wfm::theory {

/// Control parameters of the storage problem.
struct RsParams {
  double alpha = 0;   // patterns per weight, finite, >= 0
  double margin = 0;  // kappa: every pattern's stability is at least this; any finite number
};

/// Order parameters at the saddle point, and what they are worth.
struct RsResult {
  double entropy = 0;   // phi; negative beyond capacity
  double q = 0;         // overlap of two typical solutions, in [0, 1)
  double qhat = 0;      // its conjugate, variance of the cavity field on a weight
  double residual = 0;  // |int Dz tanh^2(sqrt(qhat(q)) z) - q|, evaluated anew on a grid of half the step
  double quadrature_error = 0;  // change of the entropy when the step is halved: an upper estimate
  bool converged = false;       // a saddle with q < 1 was found
  std::string reason;           // why not, empty when converged; the numbers are then NaN
};

/// Entropy at the saddle point with the smallest q. Throws InvalidInput for alpha < 0 or non-finite parameters. There is no
/// saddle with q < 1 beyond alpha = 2/(pi int_{-kappa}^inf Dz (kappa + z)^2), 4/pi at kappa = 0.
RsResult rs_entropy(const RsParams& params);

/// The free entropy (RS.1) at any order parameters, 0 <= q < 1, qhat >= 0: the function whose stationary point rs_entropy finds.
double rs_free_entropy(const RsParams& params, double q, double qhat);

}  // namespace wfm::theory
