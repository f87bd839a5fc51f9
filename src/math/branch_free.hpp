// exp, ln, tanh and the Mills ratio M(x) = H(x)/G(x) without branches or calls, so that the compiler turns a loop over an array of
// arguments into vector instructions (std::exp, std::tanh and wfm::H stay calls, one argument at a time):
//   e^x = 2^n e^r,  n = round(x/ln 2),  |r| <= ln(2)/2,  e^r by its Taylor series of degree 13 (remainder below 5e-18)
//   ln x = n ln 2 + 2 artanh f,  x = 2^n m,  f = (m - 1)/(m + 1),  |f| < 0.172,  artanh by its series of degree 21
//   H(x) = G(x) M(x) for x >= 0,   H(x) = 1 - G(x) M(-x) for x < 0
#pragma once

#include <bit>
#include <cmath>
#include <cstdint>

namespace wfm {

inline constexpr double one_over_sqrt_2pi = 0.39894228040143267794;

/// e^x - 1 and e^x from one evaluation.
struct Exponential {
  double minus_one = 0;
  double value = 1;
};

/// To 2 ulp for -708 <= x <= 709; x beyond is moved to that range. minus_one is accurate near x = 0 too.
inline Exponential exponential(double x) {
  x = x < -708 ? -708 : x;
  x = x > 709 ? 709 : x;
  // adding 1.5 2^52 rounds to an integer, which is left in the low bits
  constexpr double rounder = 6755399441055744.0;
  const double shifted = x * 1.44269504088896340736 + rounder;
  const double n = shifted - rounder;
  const double r = (x - n * 6.93147180369123816490e-01) - n * 1.90821492927058770002e-10;
  // e^r - 1 = r + r^2/2! + ... + r^13/13!
  double sum = 1.0 / 6227020800;
  sum = sum * r + 1.0 / 479001600;
  sum = sum * r + 1.0 / 39916800;
  sum = sum * r + 1.0 / 3628800;
  sum = sum * r + 1.0 / 362880;
  sum = sum * r + 1.0 / 40320;
  sum = sum * r + 1.0 / 5040;
  sum = sum * r + 1.0 / 720;
  sum = sum * r + 1.0 / 120;
  sum = sum * r + 1.0 / 24;
  sum = sum * r + 1.0 / 6;
  sum = sum * r + 0.5;
  sum = sum * r * r + r;
  const double power = std::bit_cast<double>((std::bit_cast<std::uint64_t>(shifted) + 1023) << 52);
  return {power * sum + (power - 1), power * sum + power};
}

/// ln x for positive normal x: to 2 ulp, near x = 1 too.
inline double logarithm(double x) {
  constexpr std::int64_t root_half =
      0x3fe6a09e667f3bcd;                         // the bits of sqrt(1/2): m is in [sqrt(1/2), sqrt 2)
  constexpr double rounder = 6755399441055744.0;  // integers are added to its low bits
  const std::int64_t bits = std::bit_cast<std::int64_t>(x) - root_half;
  const double n = std::bit_cast<double>(std::bit_cast<std::int64_t>(rounder) + (bits >> 52)) - rounder;
  const double m = std::bit_cast<double>((bits & 0x000fffffffffffff) + root_half);
  const double f = (m - 1) / (m + 1), f2 = f * f;
  double sum = 2.0 / 21;
  sum = sum * f2 + 2.0 / 19;
  sum = sum * f2 + 2.0 / 17;
  sum = sum * f2 + 2.0 / 15;
  sum = sum * f2 + 2.0 / 13;
  sum = sum * f2 + 2.0 / 11;
  sum = sum * f2 + 2.0 / 9;
  sum = sum * f2 + 2.0 / 7;
  sum = sum * f2 + 2.0 / 5;
  sum = sum * f2 + 2.0 / 3;
  return (n * 1.90821492927058770002e-10 + sum * f2 * f) + 2 * f + n * 6.93147180369123816490e-01;
}

/// tanh h = (1 - t)/(1 + t), t = e^{-2|h|}: absolute error 2e-16.
inline double vector_tanh(double h) {
  const double bound = std::abs(h) < 300.0 ? std::abs(h) : 300.0;
  const double t = exponential(-2 * bound).value;
  return std::copysign((1 - t) / (1 + t), h);
}

/// tanh h by a rational function of degree 13 over 6 (coefficients as in Eigen's packet tanh): absolute error
/// 2e-7.
inline float vector_tanh(float h) {
  const float bounded = h < -7.9f ? -7.9f : (h > 7.9f ? 7.9f : h);
  const float s = bounded * bounded;
  float p = -2.76076847742355e-16f;
  p = p * s + 2.00018790482477e-13f;
  p = p * s - 8.60467152213735e-11f;
  p = p * s + 5.12229709037114e-08f;
  p = p * s + 1.48572235717979e-05f;
  p = p * s + 6.37261928875436e-04f;
  p = p * s + 4.89352455891786e-03f;
  float q = 1.19825839466702e-06f;
  q = q * s + 1.18534705686654e-04f;
  q = q * s + 2.26843463243900e-03f;
  q = q * s + 4.89352518554385e-03f;
  return bounded * p / q;
}

// (1 + x) M(x) for x >= 0 as a polynomial in t = (x - 5)/(x + 5), which is in [-1, 1]: Chebyshev
// interpolation in 60 digits, truncated at degree 23 (error below 2e-17) and rewritten in powers of t.
inline constexpr double mills_coefficients[24] = {
    1.1568486282918946,     -0.22948753825211315,   0.07778159886873769,     0.0250721793016388,
    -0.0661776007790963,    0.0615050458401865,     -0.03802659218584139,    0.01634823128102938,
    -0.004201290329187307,  1.9530638370790786e-05, 0.00045704392357953655,  -0.0001343742785571135,
    -2.480583845192319e-05, 2.270961270923768e-05,  -1.7633239265736746e-07, -3.277287633208865e-06,
    3.2054316652589574e-07, 4.91996233147834e-07,   -6.588974491108954e-08,  -7.758520236786343e-08,
    9.092476134019147e-09,  1.1032071151574336e-08, -7.073898575561589e-10,  -9.564832934712551e-10,
};

/// (1 + x) M(x) for x >= 0 from t, between 1 and sqrt(pi/2).
inline double mills_polynomial(double t) {
  const double t2 = t * t;
  // even and odd powers apart: two short chains of multiply-adds instead of a long one
  double even = mills_coefficients[22], odd = mills_coefficients[23];
#pragma GCC unroll 11
  for (int k = 20; k >= 0; k -= 2) {
    even = even * t2 + mills_coefficients[k];
    odd = odd * t2 + mills_coefficients[k + 1];
  }
  return even + t * odd;
}

/// (1 + x) M(x), x >= 0.
inline double scaled_mills_ratio(double x) {
  return mills_polynomial(1 - 10 / (x + 5));
}

/// H(x) e^{max(x, 0)^2/2}: never underflows, so that ratios of tails may be formed after their exponents are combined.
struct ScaledTail {
  double value = 0;    // in (0, 1]
  double inverse = 0;  // 1/value
  double ratio = 0;    // R(x) = G(x)/H(x)
};
inline ScaledTail scaled_tail(double x) {
  const double y = x < 0 ? -x : x;
  const double common = 1 / ((y + 5) * (y + 1));
  const double mills = mills_polynomial(1 - 10 * (y + 1) * common) * ((y + 5) * common);
  const double density = one_over_sqrt_2pi * exponential(-0.5 * x * x).value;
  const double lower = 1 - density * mills;
  const double inverse = 1 / (x > 0 ? mills : lower);
  constexpr double sqrt_2pi = 2.5066282746310005024;
  return {x > 0 ? one_over_sqrt_2pi * mills : lower, (x > 0 ? sqrt_2pi : 1.0) * inverse,
          (x > 0 ? 1.0 : density) * inverse};
}

/// ln H(x) from the scaled tail of x <= 1e150: absolute error 4e-16 + 2e-16 |ln H|, so that what is left of it for x << 0 has no digits
/// (log_H has).
inline double log_of_tail(const ScaledTail& tail, double x) {
  return logarithm(tail.value) - (x > 0 ? 0.5 * x * x : 0);
}

}  // namespace wfm
