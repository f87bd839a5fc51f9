#include "theory/repaired_field.hpp"

#include <algorithm>
#include <cmath>

#include "math/gaussian.hpp"

namespace wfm::theory {

namespace {

constexpr int most_steps = 100;  // about 5 are needed; bisection alone would need 60
constexpr double relative_step = 1e-15;

/// u + c R(u) - B is convex: Newton's method descends to the root from its right.
double from_the_right(double B, double c, double u) {
  for (int step = 0; step < most_steps; ++step) {
    const double ratio = R(u), slope = 1 + c * ratio * (ratio - u);
    const double change = (u + c * ratio - B) / slope;
    u -= change;
    if (std::abs(change) <= relative_step * (1 + std::abs(u))) break;
  }
  return u;
}

}  // namespace

double repaired_field(double B, double c) {
  const double shift = c * R(B);  // the root lies in (B - shift, B)
  if (shift <= 1) return from_the_right(B, c, B);

  // ln[c R(u)] = ln(B - u): ln R falls like -u^2/2 for u < 0, where the plain form would take ln c steps
  double low = B - shift, high = B;
  double u =
      std::max(low + 0.5 * shift / (1 + shift), std::min(B / (1 + c), 0.0) - std::sqrt(2 * std::log1p(c)));
  for (int step = 0; step < most_steps; ++step) {
    if (!(u > low && u < high)) u = low + (high - low) / 2;
    const double ratio = R(u), excess = std::log(c * ratio / (B - u));
    (excess < 0 ? low : high) = u;
    const double change = excess / (ratio - u + 1 / (B - u));  // (ln R)' = R - u
    u -= change;
    if (std::abs(change) <= 1e-9 * (1 + std::abs(u))) break;
  }
  return from_the_right(B, c, u);
}

}  // namespace wfm::theory
