// The integrand of (FP.2) along its two variables m and g (internal to franz_parisi and teacher_franz_parisi):
//   exp(-(m^2 + g^2)/2) H(B)/H(A),   A and B linear in m and g
// Exponents are combined before exp, since each of the tails may underflow where their ratio does not.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

#include "theory/franz_parisi_averages.hpp"

namespace wfm::theory {

inline constexpr double field_reach = 9;  // of a normal variable: the density beyond is below 1e-18
inline constexpr double most_g_nodes =
    1500;  // on each side of 0; quadrature_error tells where that is too few
inline constexpr double negligible_log = -44;  // ln of a weight that no sum feels

/// A = A0 - Am m - Ag g,  B = B0 - Bm m + Bg g: the arguments of (FP.2) as linear forms of the two integration variables.
struct LinearForms {
  double A0, Am, Ag, B0, Bm, Bg;
};

inline LinearForms linear_forms(const ReferenceState& reference, const OverlapPoint& o) {
  const double scale = std::sqrt(reference.Q) / (reference.st * std::sqrt(o.Q));
  LinearForms forms{};
  forms.A0 = reference.margin / reference.st;
  forms.Am = scale * o.c0;
  forms.Ag = scale * o.s;
  forms.B0 = std::sqrt(1 + o.rho * o.rho) * forms.A0;  // s/sqrt(gamma) A0
  forms.Bm = o.Bm;
  forms.Bg = o.Bg;
  return forms;
}

/// Uniform nodes step * k, |k| <= count, for the smooth variable g.
struct GRule {
  double step = 0;
  int count = 0;
};

inline GRule g_rule_of(const ReferenceState& reference, const LinearForms& forms) {
  const double step = 0.5 / std::max({1.0, std::abs(forms.Ag), 0.7 * std::abs(forms.Bg)});
  const double reach = std::clamp(conditional_reach(reference), field_reach, largest_conditional_reach);
  const double bounded_step = std::max(step, reach / most_g_nodes);
  return {bounded_step, static_cast<int>(reach / bounded_step)};
}

/// Exponent of exp(-(m^2 + g^2)/2) H(B)/H(A) without the scaled tails, along m at one g.
struct Exponent {
  LinearForms forms;
  double g = 0;

  double A(double m) const { return forms.A0 - forms.Am * m - forms.Ag * g; }
  double B(double m) const { return forms.B0 - forms.Bm * m + forms.Bg * g; }
  double operator()(double m) const {
    const double a = A(m), b = B(m), above_a = a > 0 ? a : 0, above_b = b > 0 ? b : 0;
    return 0.5 * ((above_a * above_a - above_b * above_b) - (m * m + g * g));
  }
};

/// Indices [first, last) of the nodes beyond which the exponent is negligible.
struct Range {
  std::size_t first = 0, last = 0;
};

inline Range felt_range(const Exponent& exponent, const std::vector<double>& m) {
  Range range{0, m.size()};
  while (range.first < range.last && exponent(m[range.first]) < negligible_log) ++range.first;
  while (range.first < range.last && exponent(m[range.last - 1]) < negligible_log) --range.last;
  return range;
}

}  // namespace wfm::theory
