// Bethe free entropy at (or on the way to) a fixed point of message passing, per weight, natural logarithms.
//   edge BP   M phi = sum_a ln Z_a + sum_i ln 2cosh H_i
//                     - sum_(ia) [ln 2cosh H_i - ln 2cosh(H_i - uhat_{a->i})]                          (BP.3)
//   AMP       M phi = sum_a [ln Z_a + (1/2) sum_k V_ak g_ak^2]
//                     + sum_i [s_i + theta_i m_i - rho_i (m_i^2 + v_i)/2]                              (BP.4)
//   relaxed   M phi = sum_a ln Z_a + sum_i L_i - sum_(ia) [L_i - L_{i->a}] + sum_k n (a_k - 1)/2        (BP.7)
// s_i is the entropy of a +-1 variable of mean m_i, for spherical weights (1/2) ln v_i; L = ln 2cosh H, or
// H^2/(2b) - (1/2) ln b; theta and rho are the external field, M the number of weights. The free entropy is
// phi = (1/M) ln sum over solutions of exp(theta.w - rho w^2/2); the internal entropy leaves the field's terms
// out and counts the solutions that the field selects. For spherical weights the sum is an integral over the
// spheres, whose whole volume counts as one: phi <= 0 without a field, and the internal entropy is
// (1/2) ln(1 - S^2) without patterns at overlap S with a reference. With an overlap constraint it is the local
// entropy at distance (1 - S)/2; with focusing that of one replica around the centre.
#pragma once

namespace wfm::inference {

struct BetheEntropy {
  double free_entropy = 0;  // phi
  double entropy = 0;       // phi - (1/M) sum_i [theta_i m_i - rho_i (m_i^2 + v_i)/2]
};

}  // namespace wfm::inference
