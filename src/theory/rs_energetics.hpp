// Replica-symmetric energetic part, see energetics.hpp. For a machine with one field, h = sqrt(Q(q)) z, v = Q(1) - Q(q):
//   value    = int Dz ln X(h, v)
//   force    = Q' int Dz r^2,                       r = d ln X/dh
//   replicon = Q'^2 int Dz (dr/dh)^2 + Q'' int Dz r^2
// `quadrature_error` is the change of the value when every second node is left out. docs/theory/replica-symmetric.md.
#pragma once

#include "theory/energetics.hpp"

namespace wfm::theory {

/// The force alone, which is all that an iteration asks for.
double rs_force(const Machine& machine, double margin, const Overlap& q, double refinement = 1);

}  // namespace wfm::theory
