// The Gaussian vocabulary of the replica and cavity formulas.
//   G(x) = exp(-x^2/2)/sqrt(2 pi),   H(x) = int_x^inf G = erfc(x/sqrt 2)/2,   R(x) = G(x)/H(x) = -d ln H/dx
// All are accurate to a few ulp for x in [-40, 40] and follow their asymptotic series beyond; none overflows
// or returns NaN for finite x.
#pragma once

namespace wfm {

/// Gaussian density.
double G(double x);

/// Upper Gaussian tail probability, in [0, 1].
double H(double x);

/// ln H(x), finite for every finite x (about -x^2/2 - ln x for large x).
double log_H(double x);

/// R(x) = G(x)/H(x), the inverse Mills ratio: ~0 for x << 0, ~x + 1/x for x >> 0. R' = R (R - x).
double R(double x);

/// ln(2 cosh x), without overflow.
double log_2cosh(double x);

}  // namespace wfm
