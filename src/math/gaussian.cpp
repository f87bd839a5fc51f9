// For x >= 0 everything is written in G and the Mills ratio M(x) = H(x)/G(x), which neither under- nor
// overflows:
//   H = G M,   ln H = ln M - x^2/2 - ln(2 pi)/2,   R = 1/M
// and H(-x) = 1 - H(x). std::erfc(x / sqrt 2) would lose x^2 ulps to the rounding of x / sqrt 2, and is no
// help past x = 38.
#include "math/gaussian.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "math/branch_free.hpp"

namespace wfm {

namespace {

constexpr double half_log_2pi = 0.91893853320467274178;

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
