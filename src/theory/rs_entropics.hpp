// Replica-symmetric entropic part of a prior: weights in a Gaussian field of variance qhat. With <w> = tanh(sqrt(qhat) z) for
// binary weights, and <w> = sqrt(qhat) z/lambda for spherical ones,
//   value = int Dz ln 2cosh(sqrt(qhat) z)                                    binary                             (RS.4)
//   value = extr over lambda of (lambda - ln lambda - 1)/2 + qhat/(2 lambda)   spherical, lambda = 1/(1-q)       (RS.5)
//   q     = int Dz <w>^2 = 1 - qhat-derivative of 2 value
// Spherical values are relative to the volume of the sphere. docs/theory/replica-symmetric.md.
#pragma once

#include "theory/kernel.hpp"
#include "theory/machine.hpp"

namespace wfm::theory {

struct RsEntropics {
  double value = 0;             // ln of the sum over weights, per weight
  Overlap q;                    // of two weights in the same field
  double squared_response = 0;  // E[(d<w>/dh)^2]: int Dz (1 - tanh^2)^2, (1-q)^2
  double quadrature_error = 0;  // of the value
};

/// qhat >= 0 and finite.
RsEntropics rs_entropics(Prior prior, double qhat, double refinement = 1);

/// The overlap alone.
Overlap rs_overlap(Prior prior, double qhat, double refinement = 1);

}  // namespace wfm::theory
