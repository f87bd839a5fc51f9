// For x >= 0 everything is written in G and the Mills ratio M(x) = H(x)/G(x), which neither under- nor
// overflows:
//   H = G M,   ln H = ln M - x^2/2 - ln(2 pi)/2,   R = 1/M
// and H(-x) = 1 - H(x). std::erfc(x / sqrt 2) would lose x^2 ulps to the rounding of x / sqrt 2, and is no
// help past x = 38.
#include "math/gaussian.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace wfm {

namespace {

constexpr double one_over_sqrt_2pi = 0.39894228040143267794;
constexpr double half_log_2pi = 0.91893853320467274178;

// (1 + x) M(x) for x >= 0 as a polynomial in t = (x - 5)/(x + 5), which is in [-1, 1]: Chebyshev
// interpolation in 60 digits, truncated at degree 23 (error below 2e-17) and rewritten in powers of t.
constexpr double mills_coefficients[24] = {
    1.1568486282918946,     -0.22948753825211315,   0.07778159886873769,     0.0250721793016388,
    -0.0661776007790963,    0.0615050458401865,     -0.03802659218584139,    0.01634823128102938,
    -0.004201290329187307,  1.9530638370790786e-05, 0.00045704392357953655,  -0.0001343742785571135,
    -2.480583845192319e-05, 2.270961270923768e-05,  -1.7633239265736746e-07, -3.277287633208865e-06,
    3.2054316652589574e-07, 4.91996233147834e-07,   -6.588974491108954e-08,  -7.758520236786343e-08,
    9.092476134019147e-09,  1.1032071151574336e-08, -7.073898575561589e-10,  -9.564832934712551e-10,
};

double scaled_mills_ratio(double x) {
  const double t = 1 - 10 / (x + 5);
  const double t2 = t * t;
  // even and odd powers apart: two short chains of multiply-adds instead of a long one
  double even = mills_coefficients[22], odd = mills_coefficients[23];
  for (int k = 20; k >= 0; k -= 2) {
    even = even * t2 + mills_coefficients[k];
    odd = odd * t2 + mills_coefficients[k + 1];
  }
  return even + t * odd;
}

double upper_tail(double x) {  // H for x >= 0
  return G(x) * scaled_mills_ratio(x) / (1 + x);
}

}  // namespace

double G(double x) {
  // exp(-(square + rest)/2) with square + rest = x^2 exactly: rounding x^2 alone would cost x^2/2 ulps
  const double a = std::min(std::abs(x), 40.0);  // G(40) is zero in double precision
  const double square = a * a;
  const double rest = std::fma(a, a, -square);
  const double e = std::exp(-square / 2);
  return one_over_sqrt_2pi * (e - e * rest / 2);
}

double H(double x) {
  return x < 0 ? 1 - upper_tail(-x) : upper_tail(x);
}

double log_H(double x) {
  if (x < 0) return std::log1p(-upper_tail(-x));
  const double log_mills = std::log(scaled_mills_ratio(x) / (1 + x));
  return std::max(log_mills - half_log_2pi - x * x / 2, std::numeric_limits<double>::lowest());
}

double R(double x) {
  return x < 0 ? G(x) / (1 - upper_tail(-x)) : (1 + x) / scaled_mills_ratio(x);
}

double log_2cosh(double x) {
  return std::abs(x) + std::log1p(std::exp(-2 * std::abs(x)));
}

}  // namespace wfm
