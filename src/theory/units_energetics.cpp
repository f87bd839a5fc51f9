#include "theory/units_energetics.hpp"

#include <array>
#include <cmath>
#include <limits>
#include <span>
#include <vector>

#include <fmt/format.h>

#include "math/error.hpp"
#include "math/gaussian.hpp"
#include "theory/units_repair.hpp"
#include "theory/units_rule.hpp"

namespace wfm::theory {

namespace {

constexpr double rs_density = 1;
constexpr double wide_density = 0.8;
constexpr int wide_points_per_shift = 512;
constexpr int rs_points_per_shift = 4096;

void check_refinement(double refinement) {
  require(refinement > 0 && refinement <= 8,
          fmt::format("the refinement of K units is in (0, 8], got {}", refinement));
}

UnitsRule refined_rule(const UnitsChannel& channel, const SharpFields& sharp, double density, int points,
                       double refinement) {
  const double K = channel.units();
  return units_rule(channel, sharp, density * refinement,
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

  const UnitsRule rule =
      refined_rule(channel, soft_fields(channel, q), rs_density, rs_points_per_shift, refinement);
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

namespace {

struct WideSums {
  WideEnergetics energetics;
  double value_q1 = 0;
};

WideSums wide_sums(const Machine& machine, double margin, const Overlap& q1, double delta, double refinement,
                   bool with_slope) {
  const UnitsChannel channel(machine, margin);
  check_refinement(refinement);
  require(
      q1.q > 0 && q1.one_minus_q > 0 && delta > 0 && std::isfinite(delta),
      fmt::format("units_wide_energetics needs 0 < q1 < 1 and a finite delta > 0, got q1 = {}, delta = {}",
                  q1.q, delta));
  const auto K = std::size_t(channel.units());
  const double root_q1 = std::sqrt(q1.q), v = q1.one_minus_q;
  const UnitsRepair repair_of(channel, v, delta);
  const UnitsRule rule = refined_rule(channel, repaired_fields(channel, q1, delta), wide_density,
                                      wide_points_per_shift, refinement);
  std::array<double, most_units> h, r;
  std::array<double, most_units * most_units> dr;
  std::array<UnitTails, most_units> tails;
  std::vector<double> values(rule.size());
  WideSums sums;
  WideEnergetics& energetics = sums.energetics;
  bool all_converged = true;
  for (std::size_t j = 0; j < rule.size(); ++j) {
    const std::span<const double> z = rule.point(j);
    for (std::size_t l = 0; l < K; ++l) h[l] = root_q1 * z[l];
    const Repair repair = repair_of({h.data(), K});
    all_converged = all_converged && repair.converged;
    values[j] = rule.weights[j] * repair.value;
    energetics.value += values[j];
    double squares = 0;
    for (std::size_t l = 0; l < K; ++l) squares += repair.a[l] * repair.a[l] / (delta * delta);
    energetics.force1 += rule.weights[j] * squares;  // sum_l E[r_l^2], r_l = a_l/dQ
    if (!with_slope) continue;
    for (std::size_t l = 0; l < K; ++l) tails[l] = channel.tails(h[l] + repair.a[l], v);
    channel({tails.data(), K}, {r.data(), K}, {dr.data(), K * K});
    // a is extremal: d/dq1 = sum_l r_l z_l/(2 sqrt(q1)) - d ln X/dv,   d X/dv = (1/2) sum_l d^2 X/dh_l^2
    double slope = 0;
    for (std::size_t l = 0; l < K; ++l) slope += r[l] * z[l] / root_q1 - dr[l * K + l] - r[l] * r[l];
    sums.value_q1 += rule.weights[j] * slope / 2;
  }
  if (!all_converged)
    energetics.value = energetics.force1 = sums.value_q1 = std::numeric_limits<double>::quiet_NaN();
  energetics.outer = std::numeric_limits<double>::infinity();
  energetics.quadrature_error = error_of_shifts(rule, values);
  return sums;
}

}  // namespace

WideEnergetics units_wide_energetics(const Machine& machine, double margin, const Overlap& q1, double delta,
                                     double refinement) {
  return wide_sums(machine, margin, q1, delta, refinement, false).energetics;
}

double units_wide_slope(const Machine& machine, double margin, const Overlap& q1, double delta,
                        double refinement) {
  return wide_sums(machine, margin, q1, delta, refinement, true).value_q1;
}

}  // namespace wfm::theory
