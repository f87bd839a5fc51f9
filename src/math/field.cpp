#include "math/field.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace wfm {

double variance_of_field(double h) {
  // 4 e / (1 + e)^2 with e = exp(-2|h|)
  const double e = std::exp(-2 * std::abs(h));
  return 4 * e / ((1 + e) * (1 + e));
}

double field_through_coupling(double J, double h) {
  const double large = std::max(std::abs(J), std::abs(h));
  const double small = std::min(std::abs(J), std::abs(h));
  if (std::isnan(J) || std::isnan(h)) return std::numeric_limits<double>::quiet_NaN();
  const double sign = std::signbit(J) == std::signbit(h) ? 1 : -1;

  // Below 1/2 the product of tangents is far from one, and the form below would cancel.
  if (small < 0.5) return sign * std::atanh(std::tanh(large) * std::tanh(small));

  // ln[cosh(a+b) / cosh(a-b)] / 2 = b + ln[(1 + e^{-2(a+b)}) / (1 + e^{-2(a-b)})] / 2,   a >= b
  const double gap = large == small ? 0 : large - small;
  const double e_sum = std::exp(-2 * (large + small));
  const double e_gap = std::exp(-2 * gap);
  return sign * (small + 0.5 * std::log1p((e_sum - e_gap) / (1 + e_gap)));
}

double entropy_of_field(double h) {
  // ln(1 + e) + 2|h| e / (1 + e) with e = exp(-2|h|): two positive terms, both zero beyond the clamp
  const double a = std::min(std::abs(h), 400.0);
  const double e = std::exp(-2 * a);
  return std::isnan(h) ? h : std::log1p(e) + 2 * a * e / (1 + e);
}

double binary_entropy(double d) {
  if (d == 0 || d == 1) return 0;
  return -d * std::log(d) - (1 - d) * std::log1p(-d);
}

}  // namespace wfm
