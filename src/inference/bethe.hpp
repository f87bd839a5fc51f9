// Bethe free entropy at (or on the way to) a fixed point of message passing, per weight, natural logarithms.
//   edge BP   M phi = sum_a ln Z_a + sum_i ln 2cosh H_i
//                     - sum_(ia) [ln 2cosh H_i - ln 2cosh(H_i - uhat_{a->i})]                          (BP.3)
//   AMP       M phi = sum_a [ln Z_a + (1/2) sum_k V_ak g_ak^2] + sum_i [s(m_i) + theta_i m_i]          (BP.4)
// s(m) is the entropy of a +-1 variable of mean m, theta the external field, M the number of weights. The
// free entropy is phi = (1/M) ln sum over solutions of exp(theta.w); the internal entropy phi - (1/M) theta.m
// counts the solutions that the field selects. With an overlap constraint it is the local entropy at distance
// (1 - S)/2; with focusing that of one replica around the centre.
#pragma once

namespace wfm::inference {

struct BetheEntropy {
  double free_entropy = 0;  // phi
  double entropy = 0;       // phi - (1/M) sum_i theta_i m_i
};

}  // namespace wfm::inference
