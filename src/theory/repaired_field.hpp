// Where a pattern's field comes to rest when it may be moved at a quadratic cost:
//   max_u [ln H(u) - (B - u)^2/(2 c)],   stationary at   u + c R(u) = B                      (LD.5)
// B is the field's distance below its margin and u what is left of it, both in units of the deviation sqrt(Q(1) - Q(q1)).
// The left side grows from slope 1 to slope 1 + c, so the root is unique. docs/theory/local-entropy.md.
#pragma once

namespace wfm::theory {

/// The root u of (LD.5) for c >= 0.
double repaired_field(double B, double c);

}  // namespace wfm::theory
