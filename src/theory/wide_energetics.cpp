// (LD.3), energetic part for one field a pattern. With B = (kappa - sqrt(Q1) z)/sqrt(v), v = Q(1) - Q1, c = dQ/v and the root u of
// u + c R(u) = B (LD.5):   a* = c sqrt(v) R(u),   r = a*/dQ = R(u)/sqrt(v),   dr/dh = -R'(u)/(v (1 + c R'(u)))
#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "math/error.hpp"
#include "math/gaussian.hpp"
#include "theory/energetics.hpp"
#include "theory/graded_rule.hpp"
#include "theory/repaired_field.hpp"
#include "theory/units_energetics.hpp"

namespace wfm::theory {

namespace {

constexpr double grid_step = 0.08;

WideEnergetics one_field_wide_energetics(const Machine& machine, double margin, const Overlap& q1,
                                         double delta, double refinement) {
  const Kernel kernel(machine);
  const double root_Q = std::sqrt(kernel.Q(q1)), v = kernel.rest(q1), deviation = std::sqrt(v);
  const double slope = kernel.slope(q1), c = slope * delta / v;

  // patterns start to push at B = -s, within 1/s of it
  const double s = std::sqrt(2 * std::log1p(c));
  const double width = 2 * deviation / (root_Q * std::max(1.0, s));
  const QuadratureRule rule =
      graded_normal_rule({(margin + s * deviation) / root_Q, width}, grid_step / refinement);

  WideEnergetics sum;
  double r2 = 0, dr2 = 0;  // E[r^2] v, E[(dr/dh)^2] v^2
  for (std::size_t j = 0; j < rule.size(); ++j) {
    const double B = (margin - root_Q * rule.nodes[j]) / deviation;
    const double u = repaired_field(B, c), ratio = R(u), curvature = ratio * (ratio - u);
    // -a^2/(2 dQ) + ln H(u)
    sum.value += rule.weights[j] * (log_H(u) - c * ratio * ratio / 2);
    const double response = curvature / (1 + c * curvature);
    r2 += rule.weights[j] * ratio * ratio;
    dr2 += rule.weights[j] * response * response;
  }
  sum.force1 = slope * r2 / v;
  sum.outer = slope * slope * dr2 / (v * v)  //
              + kernel.curvature(q1) * r2 / v;
  return sum;
}

}  // namespace

WideEnergetics wide_energetics(const Machine& machine, double margin, const Overlap& q1, double delta,
                               double refinement) {
  require(q1.q > 0 && q1.one_minus_q > 0 && delta >= 0 && refinement > 0,
          fmt::format("wide_energetics needs 0 < q1 < 1, delta >= 0 and a refinement > 0, got {}, {} and {}",
                      q1.q, delta, refinement));
  if (!has_one_field(machine)) return units_wide_energetics(machine, margin, q1, delta, refinement);
  return one_field_wide_energetics(machine, margin, q1, delta, refinement);
}

}  // namespace wfm::theory
