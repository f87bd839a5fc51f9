#include "theory/rs_energetics.hpp"

#include <cmath>
#include <vector>

#include <fmt/format.h>

#include "math/error.hpp"
#include "math/gaussian.hpp"
#include "theory/channel.hpp"
#include "theory/graded_rule.hpp"
#include "theory/units_channel.hpp"
#include "theory/units_energetics.hpp"

namespace wfm::theory {

namespace {

constexpr double grid_step = 0.12;

/// Fields of one pattern: h = root_Q z, variance v; ln X changes over one deviation around h = margin.
struct FieldGrid {
  FieldGrid(const Kernel& kernel, double margin, const Overlap& q, double refinement)
      : root_Q(std::sqrt(kernel.Q(q))), v(kernel.rest(q)) {
    if (!(v > 0 && refinement > 0))
      throw InvalidInput(fmt::format("an energetic part needs q < 1 and a refinement > 0, got 1 - q = {}, {}",
                                     q.one_minus_q, refinement));
    const SharpPlace edge =
        root_Q > 0 ? SharpPlace{margin / root_Q, std::sqrt(v) / root_Q} : SharpPlace{0, 2};
    rule = graded_normal_rule(edge, grid_step / refinement);
  }
  double root_Q, v;
  QuadratureRule rule;
};

/// q = 0: all fields are zero, and there is nothing to average.
RsEnergetics units_without_overlap(const Machine& machine, double margin) {
  const UnitsChannel channel(machine, margin);
  const auto K = std::size_t(channel.units());
  const std::vector<UnitTails> tails(K, channel.tails(0, 1));
  std::vector<double> r(K), dr(K * K);
  RsEnergetics part;
  part.value = channel(tails, r, dr);
  for (const double x : r) part.force += x * x;
  for (const double x : dr) part.replicon += x * x;
  return part;
}

/// K <= 3: the error of the product rule is the change from a third fewer nodes along each field.
RsEnergetics units_with_error(const Machine& machine, double margin, const Overlap& q, double refinement) {
  if (q.q == 0) return units_without_overlap(machine, margin);
  RsEnergetics part = units_rs_energetics(machine, margin, q, refinement);
  if (part.quadrature_error == 0)
    part.quadrature_error =
        std::abs(part.value - units_rs_energetics(machine, margin, q, refinement / 1.5).value);
  return part;
}

}  // namespace

RsEnergetics rs_energetics(const Machine& machine, double margin, const Overlap& q, double refinement) {
  if (!has_one_field(machine)) return units_with_error(machine, margin, q, refinement);
  const Kernel kernel(machine);
  const FieldGrid grid(kernel, margin, q, refinement);
  const MarginChannel channel{margin};
  double every_second = 0, squared_force = 0, squared_slope = 0;
  RsEnergetics part;
  for (std::size_t j = 0; j < grid.rule.size(); ++j) {
    const double weight = grid.rule.weights[j];
    const Response response = channel(grid.root_Q * grid.rule.nodes[j], grid.v);
    part.value += weight * response.log_X;
    if (j % 2 == 0) every_second += 2 * weight * response.log_X;
    squared_force += weight * response.r * response.r;
    squared_slope += weight * response.dr * response.dr;
  }
  const double slope = kernel.slope(q);
  part.force = slope * squared_force;
  part.replicon = slope * slope * squared_slope + kernel.curvature(q) * squared_force;
  part.quadrature_error = std::abs(part.value - every_second);
  return part;
}

double rs_force(const Machine& machine, double margin, const Overlap& q, double refinement) {
  if (!has_one_field(machine))
    return (q.q == 0 ? units_without_overlap(machine, margin)
                     : units_rs_energetics(machine, margin, q, refinement))
        .force;
  const Kernel kernel(machine);
  const FieldGrid grid(kernel, margin, q, refinement);
  const double deviation = std::sqrt(grid.v);
  // r = R((kappa - h)/sqrt(v))/sqrt(v)
  return kernel.slope(q) / grid.v * integrate(grid.rule, [&](double z) {
           const double ratio = R((margin - grid.root_Q * z) / deviation);
           return ratio * ratio;
         });
}

}  // namespace wfm::theory
