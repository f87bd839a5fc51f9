#include "theory/units_energetics.hpp"

#include <array>
#include <cmath>
#include <span>
#include <vector>

#include <fmt/format.h>

#include "math/error.hpp"
#include "theory/units_rule.hpp"

namespace wfm::theory {

namespace {

constexpr double rs_step = 0.25;
constexpr int rs_points_per_shift = 4096;

void check_refinement(double refinement) {
  require(refinement > 0 && refinement <= 8,
          fmt::format("the refinement of K units is in (0, 8], got {}", refinement));
}

UnitsRule refined_rule(const UnitsChannel& channel, const Overlap& q, double step, int points,
                       double refinement) {
  const double K = channel.units();
  return units_rule(channel, q.q, q.one_minus_q, step / refinement,
                    static_cast<int>(std::ceil(points * std::pow(refinement, std::min(K, 3.0)))));
}

}  // namespace

RsEnergetics units_rs_energetics(const Machine& machine, double margin, const Overlap& q, double refinement) {
  const UnitsChannel channel(machine, margin);
  check_refinement(refinement);
  require(q.q >= 0 && q.one_minus_q > 0,
          fmt::format("units_rs_energetics needs 0 <= q < 1, got q = {}, 1 - q = {}", q.q, q.one_minus_q));
  const auto K = std::size_t(channel.units());
  const double root_q = std::sqrt(q.q), v = q.one_minus_q;
  std::array<UnitTails, most_units> tails;
  std::array<double, most_units> r;
  std::array<double, most_units * most_units> dr;

  const UnitsRule rule = refined_rule(channel, q, rs_step, rs_points_per_shift, refinement);
  std::vector<double> values(rule.size());
  RsEnergetics result;
  for (std::size_t j = 0; j < rule.size(); ++j) {
    const std::span<const double> z = rule.point(j);
    for (std::size_t l = 0; l < K; ++l) tails[l] = channel.tails(root_q * z[l], v);
    values[j] = rule.weights[j] * channel({tails.data(), K}, {r.data(), K}, {dr.data(), K * K});
    result.value += values[j];
    double squares = 0, curvatures = 0;
    for (std::size_t l = 0; l < K; ++l) squares += r[l] * r[l];
    for (std::size_t lm = 0; lm < K * K; ++lm) curvatures += dr[lm] * dr[lm];
    result.force += rule.weights[j] * squares;        // sum_l E[r_l^2]
    result.replicon += rule.weights[j] * curvatures;  // sum_lm E[(d r_l/dh_m)^2]
  }
  result.quadrature_error = error_of_shifts(rule, values);
  return result;
}

}  // namespace wfm::theory
