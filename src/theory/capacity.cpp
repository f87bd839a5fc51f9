#include "theory/capacity.hpp"

#include <cmath>
#include <numbers>
#include <optional>

#include <fmt/format.h>

#include "math/error.hpp"
#include "math/gaussian.hpp"
#include "math/roots.hpp"
#include "theory/repair_cost.hpp"
#include "theory/replica_symmetric.hpp"
#include "theory/rs_energetics.hpp"

namespace wfm::theory {

namespace {

constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double entropy_tolerance = 1e-9;

CapacityResult no_capacity(const std::string& reason) {
  CapacityResult result;
  result.alpha_c = result.q = result.qhat = result.entropy = not_a_number;
  result.reason = reason;
  return result;
}

CapacityResult spherical_capacity(double margin, const Machine& machine) {
  const double cost = mean_repair_cost(machine, margin);
  if (!(cost > 0)) return no_capacity("the capacity is infinite: the repair of a pattern costs nothing");
  CapacityResult result;
  result.alpha_c = 1 / cost;
  result.q = 1;
  result.qhat = infinity;
  result.entropy = -infinity;
  result.error = 1e-13 * result.alpha_c;
  result.converged = std::isfinite(result.alpha_c);
  return result.converged ? result : no_capacity(fmt::format("the capacity at margin {} overflows", margin));
}

/// Root in ln qhat of the entropy (sign -1: what falls) or of replicon - 1 along the saddle points; the load follows from qhat.
CapacityResult binary_capacity(double margin, const Machine& machine) {
  const auto entropy = [&](double x) { return rs_at_conjugate(machine, margin, std::exp(x)).saddle.entropy; };
  // phi falls from ln 2 to -infinity; qhat is of order one at its zero whatever the margin
  double low = 0, high = 0;
  while (!(entropy(low) > 0) && low > -30) low -= 1;
  while (!(entropy(high) < 0) && high < 30) high += 1;
  const std::optional<double> x = find_root(entropy, low, high, 1e-15);
  if (!x) return no_capacity(fmt::format("the root of the RS entropy at margin {} was not found", margin));
  const RsCurvePoint point = rs_at_conjugate(machine, margin, std::exp(*x));
  if (!(point.saddle.converged && std::abs(point.saddle.entropy) <= entropy_tolerance))
    return no_capacity(fmt::format("no zero of the RS entropy at margin {}", margin));
  CapacityResult result;
  result.alpha_c = point.alpha;
  result.q = point.saddle.q;
  result.qhat = point.saddle.qhat;
  result.entropy = point.saddle.entropy;
  result.replicon = point.saddle.replicon;
  result.converged = true;
  // d phi/d alpha = E[ln X] <= -ln 2/alpha_c
  result.error =
      (std::abs(result.entropy) + point.saddle.quadrature_error) * result.alpha_c / std::numbers::ln2 +
      1e-15 * result.alpha_c;
  return result;
}

std::string margin_text(double margin) {
  return margin == 0 ? "" : fmt::format(" at margin {}", margin);
}

/// Beyond it the RS entropy is negative. `widest`: the capacity without margin.
double largest_possible_margin(double alpha, const Machine& machine, const CapacityResult& widest) {
  // spherical: E[C] >= kappa^2/(2 Q'(1)), which is kappa^2 E[C at kappa = 0]/Q(1)
  if (machine.prior == Prior::spherical) return std::sqrt(Kernel(machine).at_one() * widest.alpha_c / alpha);
  // binary: Jensen, ln H(kappa/s) <= -kappa^2/(2 s^2) - ln 2 bounds kappa, s^2 = Q(1)
  if (has_one_field(machine)) return std::sqrt(Kernel(machine).at_one() * 2 * std::numbers::ln2 / alpha);
  // K units: ln 2 + alpha ln[2^(K-1) H(kappa)^K] = 0
  const double K = machine.hidden, level = ((1 - K) - 1 / alpha) * std::numbers::ln2 / K;
  return find_root([&](double kappa) { return log_H(kappa) - level; }, 0, std::sqrt(-2 * level), 1e-15)
      .value_or(std::sqrt(-2 * level));
}

}  // namespace

CapacityResult capacity(double margin, const Machine& machine) {
  require(std::isfinite(margin), fmt::format("capacity needs a finite margin, got {}", margin));
  if (machine.prior == Prior::spherical) return spherical_capacity(margin, machine);

  const RsEnergetics free = rs_energetics(machine, margin, {0, 1});
  const double first_moment = std::numbers::ln2 / -free.value;  // Jensen's bound, which q = 0 reaches
  if (!(free.value < 0 && std::isfinite(first_moment)))
    return no_capacity(fmt::format("a pattern at margin {} excludes nothing in double precision", margin));
  if (free.force < 1e-14 && first_moment * free.replicon < 1) {  // parity: q = 0 by symmetry, and stable
    CapacityResult result;
    result.alpha_c = first_moment;
    result.replicon = first_moment * free.replicon;
    result.error = 1e-14 * first_moment;
    result.converged = true;
    return result;
  }
  return binary_capacity(margin, machine);
}

MaxMarginResult max_margin(double alpha, const Machine& machine) {
  require(std::isfinite(alpha) && alpha >= 0,
          fmt::format("max_margin needs a finite alpha >= 0, got {}", alpha));
  require(has_one_field(machine) || machine.prior == Prior::binary,
          fmt::format("a largest margin of hidden units needs binary weights, got the {}", name_of(machine)));
  MaxMarginResult result;
  result.kappa_max = result.q = result.qhat = result.entropy = not_a_number;
  if (alpha == 0) {
    result.reason = "without patterns every margin is kept";
    return result;
  }
  const CapacityResult widest = capacity(0, machine);
  if (!widest.converged) {
    result.reason = widest.reason;
    return result;
  }
  if (!(alpha < widest.alpha_c)) {
    result.reason = fmt::format("alpha = {} is beyond the capacity at margin 0", alpha);
    return result;
  }
  const bool spherical = machine.prior == Prior::spherical;
  const double bound = largest_possible_margin(alpha, machine, widest);
  if (machine.decoder == Decoder::parity) {
    // q = 0 is stable at every smaller margin too, and its entropy vanishes at the bound
    const RsResult rs = rs_entropy({alpha, bound, machine});
    if (rs.converged && rs.replicon < 1 && std::abs(rs.entropy) < entropy_tolerance) {
      result.kappa_max = bound;
      result.q = rs.q;
      result.qhat = rs.qhat;
      result.entropy = rs.entropy;
      result.error = 1e-13 * bound;
      result.converged = true;
      return result;
    }
  }
  const auto excess = [&](double kappa) {
    if (spherical) return 1 / alpha - mean_repair_cost(machine, kappa);
    const RsResult rs = rs_entropy({alpha, kappa, machine});
    return rs.converged ? rs.entropy : -10;  // beyond the last saddle the entropy is -infinity
  };
  const std::optional<double> kappa = find_root(excess, 0, bound * (1 + 1e-9), bound * 1e-14);
  if (!kappa) {
    result.reason = fmt::format("the margin whose capacity is alpha = {} was not found", alpha);
    return result;
  }
  // error of f at its root over -df/dkappa, from the side where a saddle is sure to exist
  const double shift = 1e-4 * bound, slope = excess(*kappa - shift) / shift;
  if (spherical) {
    result.q = 1;
    result.qhat = infinity;
    result.entropy = -infinity;
    result.error = 1e-13 / (alpha * slope) + 1e-13 * bound;
  } else {
    const RsResult rs = rs_entropy({alpha, *kappa, machine});
    if (!(rs.converged && std::abs(rs.entropy) <= entropy_tolerance)) {
      result.reason = fmt::format("no zero of the RS entropy at alpha = {}", alpha);
      return result;
    }
    result.q = rs.q;
    result.qhat = rs.qhat;
    result.entropy = rs.entropy;
    result.error = (std::abs(rs.entropy) + rs.quadrature_error) / slope + 1e-14 * bound;
  }
  result.kappa_max = *kappa;
  result.converged = true;
  return result;
}

Threshold capacity_threshold(const Machine& machine, double margin) {
  const CapacityResult found = capacity(margin, machine);
  Threshold threshold;
  threshold.name = "capacity";
  threshold.machine = machine;
  threshold.definition = (machine.prior == Prior::binary ? "RS entropy (RS.1) is zero"
                                                         : "RS saddle reaches q = 1: alpha E[C] = 1") +
                         margin_text(margin);
  threshold.ansatz = "RS";
  threshold.converged = found.converged;
  threshold.reason = found.reason;
  if (!found.converged) return threshold;
  threshold.alpha = found.alpha_c;
  threshold.error = found.error;
  return threshold;
}

Threshold almeida_thouless(const Machine& machine, double margin) {
  require(std::isfinite(margin), fmt::format("almeida_thouless needs a finite margin, got {}", margin));
  Threshold threshold;
  threshold.name = "almeida_thouless";
  threshold.machine = machine;
  threshold.definition =
      "alpha E[(d<w>/dh)^2] {Q'^2 sum E[(d_l d_m ln X)^2] + Q'' sum E[r_l^2]} = 1" + margin_text(margin);
  threshold.ansatz = "RS";

  const RsEnergetics free = rs_energetics(machine, margin, {0, 1});
  if (free.force < 1e-14) {  // parity: q = 0 by symmetry
    threshold.converged = free.replicon > 1e-14;
    if (!threshold.converged) {
      threshold.reason = "the saddle point q = 0 is stable at every load";
      return threshold;
    }
    threshold.alpha = 1 / free.replicon;
    threshold.error = std::abs(threshold.alpha - 1 / rs_energetics(machine, margin, {0, 1}, 2).replicon) +
                      1e-14 * threshold.alpha;
    return threshold;
  }

  double low = -6, alpha_low = 0;
  RsCurvePoint high_point = rs_at_conjugate(machine, margin, std::exp(low));
  while (high_point.saddle.converged && high_point.saddle.replicon > 1 && low > -35)
    high_point = rs_at_conjugate(machine, margin, std::exp(low -= 3));
  constexpr double stride = 0.5;
  double high = low;
  while (high_point.saddle.converged && high_point.saddle.replicon < 1 && high_point.alpha > alpha_low &&
         high_point.saddle.q < 1 - 1e-7) {
    low = high;
    alpha_low = high_point.alpha;
    high_point = rs_at_conjugate(machine, margin, std::exp(high += stride));
  }
  if (!(high_point.saddle.replicon >= 1)) {
    threshold.reason = fmt::format("the branch is stable up to alpha = {:.6g}, where it ends", alpha_low);
    return threshold;
  }
  const auto root = [&](double refinement) {
    const std::optional<double> x = find_root(
        [&](double y) {
          return rs_at_conjugate(machine, margin, std::exp(y), refinement).saddle.replicon - 1;
        },
        low - stride / 2, high + stride / 2, 1e-9);
    return x ? rs_at_conjugate(machine, margin, std::exp(*x), refinement).alpha : not_a_number;
  };
  // the second derivatives of K units converge slowly with the nodes
  const double fine = has_one_field(machine) ? 1 : 1.25;
  threshold.alpha = root(fine);
  threshold.error = std::abs(threshold.alpha - root(0.75 * fine)) + 1e-9 * threshold.alpha;
  threshold.converged = std::isfinite(threshold.alpha) && std::isfinite(threshold.error);
  if (!threshold.converged) {
    threshold.alpha = threshold.error = not_a_number;
    threshold.reason = "the root of replicon = 1 was not bracketed";
  }
  return threshold;
}

}  // namespace wfm::theory
