#include "theory/franz_parisi_thresholds.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <optional>

#include <fmt/format.h>

#include "math/error.hpp"
#include "math/parabola.hpp"
#include "math/roots.hpp"
#include "theory/capacity.hpp"
#include "theory/replica_symmetric.hpp"

namespace wfm::theory {

namespace {

constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double smallest_distance = 1e-6;
constexpr double scan_step = 0.25;    // in ln d; dips are wider
constexpr double concave_value = 10;  // stands for an infinite dip while a root is bracketed
constexpr double slope_noise = 1e-8;  // error of the slope, from its comparison with reference numbers
constexpr double alpha_tolerance = 1e-10;
// K units: coarser rules, more time a point, and no dips at shorter distances
constexpr double units_smallest_distance = 1e-3, units_slope_noise = 1e-7, units_alpha_tolerance = 1e-8;

double smallest_distance_of(const Machine& machine) {
  return has_one_field(machine) ? smallest_distance : units_smallest_distance;
}

/// Lowest of the parabola through three points at equal steps, in units of the step from the middle one.
double steps_to_lowest(double left, double middle, double right) {
  const auto lowest = lowest_of_parabola({-1, 0, 1}, {left, middle, right});
  return lowest ? std::clamp(lowest->x, -1.0, 1.0) : 0;
}

/// Improves a minimum at x = ln d, known to +- step, by points ever nearer to it.
SlopeDip refine(const FranzParisiParams& params, double x, double step) {
  FranzParisiPoint lowest;
  for (int round = 0; round < 3; ++round) {
    constexpr int half = 2;
    const double h = step / half;
    std::vector<double> distances;
    for (int k = -half; k <= half; ++k) distances.push_back(std::exp(x + h * k));
    const std::vector<FranzParisiPoint> points = franz_parisi_curve(params, distances);
    std::size_t best = 1;
    for (std::size_t k = 0; k < points.size(); ++k) {
      if (!points[k].converged) return {not_a_number, not_a_number, false, false, points[k].reason};
      if (k > 0 && k + 1 < points.size() && points[k].slope < points[best].slope) best = k;
    }
    lowest = points[best];
    x += h * (double(best) - half +
              steps_to_lowest(points[best - 1].slope, points[best].slope, points[best + 1].slope));
    step = h / 4;
  }
  return {lowest.slope, lowest.distance, false, true, ""};
}

/// The same from one curve: the polynomial through seven slopes about the minimum.
SlopeDip refine_at_once(const FranzParisiParams& params, double x, double step) {
  constexpr int half = 3;
  const double h = 0.4 * step;
  std::vector<double> distances, slopes;
  for (int k = -half; k <= half; ++k) distances.push_back(std::exp(x + h * k));
  for (const FranzParisiPoint& point : franz_parisi_curve(params, distances)) {
    if (!point.converged) return {not_a_number, not_a_number, false, false, point.reason};
    slopes.push_back(point.slope);
  }
  const auto interpolated = [&](double at) {  // Lagrange, `at` in units of h from the middle
    double value = 0;
    for (int k = -half; k <= half; ++k) {
      double weight = 1;
      for (int l = -half; l <= half; ++l)
        if (l != k) weight *= (at - l) / (k - l);
      value += weight * slopes[std::size_t(std::ptrdiff_t(k) + half)];
    }
    return value;
  };
  double at = 0;
  for (double width = 1.0; width > 1e-4; width /= 2)
    at = std::clamp(
        at + width * steps_to_lowest(interpolated(at - width), interpolated(at), interpolated(at + width)),
        -double(half), double(half));
  return {interpolated(at), std::exp(x + h * at), false, true, ""};
}

/// The root of a falling function in [low, high]; `low` and `high` are known to have values of either sign.
std::optional<double> falling_root(const std::function<double(double)>& f, double low, double high,
                                   double tolerance) {
  return find_root(f, low, high, tolerance, 60);
}

double bounded(const SlopeDip& dip) {
  return dip.converged ? std::min(dip.slope, concave_value) : not_a_number;
}

Threshold threshold_at_root(const Machine& machine, const std::string& name, const std::string& definition,
                            const std::function<SlopeDip(double)>& dip) {
  Threshold threshold;
  threshold.name = name;
  threshold.machine = machine;
  threshold.definition = definition;
  threshold.ansatz = "RS";
  const CapacityResult largest = capacity(0, machine);
  if (!largest.converged) {
    threshold.reason = "no capacity at margin 0: " + largest.reason;
    return threshold;
  }
  const bool one_field = has_one_field(machine);
  // the references of K units at loads near the capacity have margins too small for their rules
  const double first = one_field ? 0.3 : 0.5, last = one_field ? 0.98 : 0.8;
  const std::optional<double> alpha =
      falling_root([&](double a) { return bounded(dip(a)); }, first * largest.alpha_c, last * largest.alpha_c,
                   one_field ? alpha_tolerance : units_alpha_tolerance);
  if (!alpha) {
    threshold.reason = fmt::format(
        "the dip of the slope does not change sign between {} and {} of the capacity", first, last);
    return threshold;
  }
  const SlopeDip here = dip(*alpha), beside = dip(*alpha + 1e-4);
  const double slope_of_dip = (beside.slope - here.slope) / 1e-4;
  threshold.alpha = *alpha;
  threshold.distance = here.distance;
  threshold.error =
      (one_field ? alpha_tolerance : units_alpha_tolerance) +
      (std::abs(here.slope) + (one_field ? slope_noise : units_slope_noise)) / std::abs(slope_of_dip);
  threshold.converged = here.converged && std::isfinite(threshold.error) && threshold.error < 1e-6;
  if (!threshold.converged)
    threshold.reason = "the dip of the slope is not a continuous function at its root";
  return threshold;
}

}  // namespace

namespace {

/// Where the typical distance is not resolved (K units of nearly equal margins): the lower bound p^2 < q qt, just below it.
double nearly_typical_distance(const FranzParisiParams& params) {
  const double d_typ = typical_distance(params);
  if (!std::isnan(d_typ) || has_one_field(params.machine)) return d_typ;
  const RsResult counted = rs_entropy({params.alpha, params.margin, params.machine});
  const RsResult reference = rs_entropy({params.alpha, params.reference_margin, params.machine});
  return (1 - std::sqrt(counted.q * reference.q)) / 2;
}

}  // namespace

SlopeDip slope_dip(const FranzParisiParams& params) {
  const double nearest = smallest_distance_of(params.machine), d_typ = nearly_typical_distance(params);
  if (!(d_typ > nearest)) {
    return {not_a_number, not_a_number, false, false, "the typical solutions have no RS saddle"};
  }
  std::vector<double> distances;
  // K units: their rules resolve the fields some way below it
  for (double x = std::log(d_typ) - (has_one_field(params.machine) ? 0.5 : 1.2) * scan_step;
       x > std::log(nearest); x -= scan_step) {
    distances.push_back(std::exp(x));
  }
  const std::vector<FranzParisiPoint> points = franz_parisi_curve(params, distances);
  std::size_t solved = 0;  // the curve may end before the smallest distance
  while (solved < points.size() && points[solved].converged) ++solved;
  if (solved < 3)
    return {not_a_number, not_a_number, false, false, "the curve ends near the typical distance"};

  SlopeDip lowest{infinity, not_a_number, false, true, ""};
  for (std::size_t i = 1; i + 1 < solved; ++i) {
    const double here = points[i].slope;
    if (here >= points[i - 1].slope || here > points[i + 1].slope) continue;
    const SlopeDip dip = has_one_field(params.machine)
                             ? refine(params, std::log(distances[i]), scan_step)
                             : refine_at_once(params, std::log(distances[i]), scan_step);
    if (!dip.converged || dip.slope < lowest.slope) lowest = dip;
    if (!dip.converged) return lowest;
  }
  const FranzParisiPoint& last = points[solved - 1];
  if (last.slope < points[solved - 2].slope && last.slope < lowest.slope) {
    lowest = {last.slope, last.distance, true, true, ""};
  }
  return lowest;
}

std::vector<MonotoneMargin> monotone_margins(const Machine& machine, std::span<const double> alphas,
                                             double margin) {
  std::vector<MonotoneMargin> curve;
  for (const double alpha : alphas) {
    MonotoneMargin point;
    point.alpha = alpha;
    point.kappa_max = max_margin(alpha, machine).kappa_max;
    point.kappa_min = point.distance = point.residual = not_a_number;
    const auto dip = [&](double reference_margin) {
      return slope_dip({alpha, reference_margin, margin, machine});
    };
    const double low = 0.02 * point.kappa_max, high = point.kappa_max;
    if (!(high > 0)) {
      point.reason = "no margin has a non-negative RS entropy";
    } else if (!(bounded(dip(high)) >= 0)) {
      point.reason = "even references of maximum margin have no monotone curve";
    } else {
      const std::optional<double> root =
          find_root([&](double kappa) { return bounded(dip(kappa)); }, low, high, 1e-10 * high, 60);
      const SlopeDip here = root ? dip(*root) : SlopeDip{};
      point.converged = root && here.converged && std::abs(here.slope) < 1e-5;
      if (point.converged) {
        point.kappa_min = *root;
        point.distance = here.distance;
        point.residual = here.slope;
      } else {
        point.reason =
            "the dip of the slope does not pass 0 continuously between 0.02 kappa_max and kappa_max";
      }
    }
    curve.push_back(point);
  }
  return curve;
}

BestReference best_reference(const Machine& machine, double alpha, double margin) {
  BestReference best;
  best.alpha = alpha;
  best.kappa_max = max_margin(alpha, machine).kappa_max;
  best.kappa_best = best.slope = best.distance = not_a_number;
  if (!(best.kappa_max > 0)) {
    best.reason = "no margin has a non-negative RS entropy";
    return best;
  }
  constexpr int parts = 5;
  const auto margin_at = [&](double part) { return best.kappa_max * (0.5 + 0.5 * part / parts); };
  const auto dip_at = [&](double part) { return slope_dip({alpha, margin_at(part), margin, machine}); };
  std::vector<SlopeDip> dips;
  for (int part = 0; part <= parts; ++part) {
    dips.push_back(dip_at(part));
    if (!dips.back().converged) {
      best.reason = dips.back().reason;
      return best;
    }
  }
  // ties, as between two concave curves, go to the larger margin
  std::size_t top = 0;
  for (std::size_t i = 1; i < dips.size(); ++i) {
    if (dips[i].slope >= dips[top].slope) top = i;
  }
  double part = double(top);
  SlopeDip dip = dips[top];
  if (top > 0 && top < parts && std::isfinite(dips[top - 1].slope + dips[top].slope + dips[top + 1].slope)) {
    const double moved = part + steps_to_lowest(-dips[top - 1].slope, -dips[top].slope, -dips[top + 1].slope);
    const SlopeDip there = dip_at(moved);
    if (there.converged && there.slope > dip.slope) {
      part = moved;
      dip = there;
    }
  }
  best.kappa_best = margin_at(part);
  best.slope = dip.slope;
  best.distance = dip.distance;
  best.converged = true;
  return best;
}

Threshold local_entropy_threshold(const Machine& machine, double margin) {
  return threshold_at_root(
      machine, "alpha_LE_prime",
      "slope of phi_FP(d) around references of margin kappa_max(alpha) has a double zero in (0, d_typ)",
      [&](double alpha) {
        return slope_dip({alpha, max_margin(alpha, machine).kappa_max, margin, machine});
      });
}

Threshold best_reference_threshold(const Machine& machine, double margin) {
  return threshold_at_root(machine, "alpha_best_reference",
                           "max over kappa_r of the lowest slope of phi_FP(d) in (0, d_typ) is zero",
                           [&](double alpha) {
                             const BestReference best = best_reference(machine, alpha, margin);
                             return SlopeDip{best.slope, best.distance, false, best.converged, best.reason};
                           });
}

}  // namespace wfm::theory
