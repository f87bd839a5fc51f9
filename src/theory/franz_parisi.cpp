#include "theory/franz_parisi.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>
#include <optional>

#include <fmt/format.h>

#include "math/error.hpp"
#include "math/field.hpp"
#include "math/roots.hpp"
#include "theory/franz_parisi_path.hpp"
#include "theory/franz_parisi_saddle.hpp"
#include "theory/replica_symmetric.hpp"

namespace wfm::theory {

namespace {

constexpr double typical_gap =
    1e-3;  // in ln d: where atanh tau is too large to be solved for (equal margins)
constexpr double largest_units_tau = 0.95;  // beyond, margins count as equal
constexpr double units_equal_gap = 0.15;    // the same of K units, whose rules are coarser
constexpr double units_typical_gap = 0.02;  // where logit eps is too large: no typical overlap
constexpr double smallest_distance = 1e-9;  // less than one weight of any network
constexpr double smallest_qt = 1e-20;       // a reference this free is a random configuration
constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

void check(const FranzParisiParams& params) {
  require(std::isfinite(params.alpha) && params.alpha >= 0,
          fmt::format("a Franz-Parisi curve needs a finite alpha >= 0, got {}", params.alpha));
  require(std::isfinite(params.reference_margin) && std::isfinite(params.margin),
          fmt::format("a Franz-Parisi curve needs finite margins, got reference {} and {}",
                      params.reference_margin, params.margin));
  check_machine(params.machine);
}

/// The curve's two RS saddles: of the references and of the solutions that are counted.
struct Setting {
  SaddleProblem problem;
  RsResult counted;
  std::string trouble;  // empty where both saddles exist
};

Setting prepare(const FranzParisiParams& params) {
  const Machine& machine = params.machine;
  const bool one_field = has_one_field(machine);
  // of each of K units the field is its own, as that of a perceptron
  const Kernel kernel = one_field ? Kernel(machine) : Kernel();
  const bool identity = !one_field || machine.decoder == Decoder::perceptron;
  std::optional<UnitsFields> units;
  if (!one_field) units.emplace(machine, params.reference_margin, params.margin);
  const RsResult reference = rs_entropy({params.alpha, params.reference_margin, machine});
  const bool equal = params.margin == params.reference_margin;
  const RsResult counted = equal ? reference : rs_entropy({params.alpha, params.margin, machine});
  Setting setting{
      {params.alpha, params.margin,
       ReferenceState(params.reference_margin, reference.converged ? std::max(reference.q, smallest_qt) : 0.5,
                      std::max(reference.qhat, smallest_qt), kernel, identity),
       machine.prior, units},
      counted,
      ""};
  if (conditional_reach(setting.problem.reference) >
      (one_field ? largest_conditional_reach : largest_units_reach)) {
    setting.trouble = "reference: too wide a margin or too large an overlap for the quadrature";
  }
  if (!counted.converged) setting.trouble = "solutions with the margin: " + counted.reason;
  if (!reference.converged) setting.trouble = "reference: " + reference.reason;
  return setting;
}

bool equal_margins(const Setting& setting) {
  return setting.problem.margin == setting.problem.reference.margin;
}

/// Parity machines: typical solutions are uncorrelated with the reference, and d_typ = 1/2 is an end of the curve.
bool has_no_typical_overlap(const Setting& setting) {
  return has_uncorrelated_references(setting.problem) ||
         (setting.problem.units && setting.counted.q <= uncorrelated_qt);
}

/// Where a curve has its maximum, and the range in ln d about it where the saddle cannot be solved for.
struct Typical {
  double d = 0.5;
  double gap = 0;       // atanh tau too large (nearly equal margins), or logit eps (no typical overlap)
  std::string trouble;  // not empty where d is a lower bound only
};

/// At the typical overlap t = p, q = q_RS(kappa) and the reference's weight exerts no field: phat = that.
Typical typical_of(const Setting& setting) {
  const ReferenceState& reference = setting.problem.reference;
  const bool units = setting.problem.units.has_value();
  const double q = setting.counted.q;
  if (has_no_typical_overlap(setting)) return {0.5, units_typical_gap, ""};
  if (equal_margins(setting)) return {(1 - q) / 2, units ? units_equal_gap : typical_gap, ""};
  if (q <= 0) return {(1 - q) / 2, 0, ""};
  const auto field = [&](double p) {
    const std::array<double, 2> x = typical_coordinates(reference, p, q);
    const OverlapPoint o(reference, (1 - p) / 2, x[0], x[1]);
    return field_of_reference(setting.problem, o);
  };
  // p^2 <= q qt; margins that differ little have their root so close to this bound that tau rounds to 1
  const double bound = std::sqrt(q * reference.q);
  double part = 1e-12, high = bound * (1 - part);
  // K units: so close to it their rules do not resolve the fields
  while (units && part < 1 && !std::isfinite(field(high))) high = bound * (1 - (part *= 1.2));
  const std::optional<double> p = find_root(field, 0, high, 1e-12);
  if (!units) return {(1 - p.value_or(bound)) / 2, 0, ""};
  if (!p)
    return {(1 - bound) / 2, units_equal_gap, "so close to the typical distance the fields are not resolved"};
  const bool narrow = std::tanh(typical_coordinates(reference, *p, q)[1]) > largest_units_tau;
  return {(1 - *p) / 2, narrow ? units_equal_gap : 0, ""};
}

struct MarginSolver {
  using Problem = SaddleProblem;
  using Saddle = theory::Saddle;
  static constexpr double largest_step = 0.3, smallest_step = 0.01;
  static constexpr std::size_t points_of_prediction = 4;

  const Problem& problem;
  FranzParisiPoint last{};

  std::string find(double d, Saddle& start) {
    last = solve_saddle(problem, d, start);
    return last.reason;
  }
  FranzParisiPoint point(double /*d*/, const Saddle& /*saddle*/) const { return last; }
};
using Path = SaddlePath<MarginSolver>;

/// The typical solutions themselves, t = p and phat = that, as a point of the curve.
FranzParisiPoint typical_point(const Setting& setting, const Typical& typical) {
  FranzParisiPoint point;
  point.p = point.t = 1 - 2 * typical.d;
  if (!equal_margins(setting) && !has_no_typical_overlap(setting)) {
    point = evaluate_point(setting.problem, typical.d,
                           typical_coordinates(setting.problem.reference, point.p, setting.counted.q));
    // (FP.1) there is the RS entropy, but for what the nodes of the cavity fields miss
    point.quadrature_error =
        std::max(point.quadrature_error, std::abs(point.entropy - setting.counted.entropy));
  } else {
    point.that = point.phat = equal_margins(setting) ? setting.counted.qhat : 0;
  }
  point.residual = setting.counted.residual;
  point.distance = typical.d;
  point.slope = 0;
  point.q = setting.counted.q;
  point.qhat = setting.counted.qhat;
  point.replicon = setting.counted.replicon;
  point.entropy = setting.counted.entropy;
  point.converged = typical.trouble.empty();
  point.reason = typical.trouble;
  return point;
}

/// A polynomial and its derivative by Newton's divided differences; a node that comes twice has its value and its slope.
struct Polynomial {
  std::vector<double> x, c;

  Polynomial(std::span<const FranzParisiPoint> points, double FranzParisiPoint::*value, bool with_slopes) {
    for (const FranzParisiPoint& point : points)
      for (int copy = 0; copy < (with_slopes ? 2 : 1); ++copy)
        x.push_back(point.distance), c.push_back(point.*value);
    for (std::size_t order = 1; order < x.size(); ++order)
      for (std::size_t i = x.size(); i-- > order;)
        c[i] = x[i] == x[i - order] ? points[i / 2].slope : (c[i] - c[i - 1]) / (x[i] - x[i - order]);
  }
  std::array<double, 2> operator()(double at) const {
    double value = 0, slope = 0;
    for (std::size_t i = x.size(); i-- > 0;) {
      slope = slope * (at - x[i]) + value;
      value = value * (at - x[i]) + c[i];
    }
    return {value, slope};
  }
};

/// Within the gap around the typical distance: between the points solved at its ends and the typical one, by the polynomial that has
/// the entropies and slopes of all, and for the order parameters by the one that has their values.
FranzParisiPoint interpolate_near_typical(std::span<const FranzParisiPoint> points, double d) {
  FranzParisiPoint point;
  for (const FranzParisiPoint& at : points) {
    if (!at.converged) return failed_point(d, at.reason);
    if (at.distance == d) return at;
    point.residual = std::max(point.residual, at.residual);
    point.quadrature_error = std::max(point.quadrature_error, at.quadrature_error);
  }
  point.distance = d;
  point.p = 1 - 2 * d;
  const std::array<double, 2> curve = Polynomial(points, &FranzParisiPoint::entropy, true)(d);
  point.entropy = curve[0];
  point.slope = curve[1];
  for (double FranzParisiPoint::*value :
       {&FranzParisiPoint::q, &FranzParisiPoint::t, &FranzParisiPoint::qhat, &FranzParisiPoint::that,
        &FranzParisiPoint::phat, &FranzParisiPoint::replicon})
    point.*value = Polynomial(points, value, false)(d)[0];
  point.converged = true;
  return point;
}

/// One side of the typical distance, side = -1 (smaller d) or +1.
Path path_on_side(const Setting& setting, const Typical& typical, int side) {
  const ReferenceState& reference = setting.problem.reference;
  const double p = 1 - 2 * typical.d, q = setting.counted.q, gap = typical.gap;
  const double d = typical.d * std::exp(side * gap);
  if (has_no_typical_overlap(setting))
    return {setting.problem, d, Saddle{{std::log(gap * gap + q), 0}, {}, false}};
  if (gap == 0) return {setting.problem, d, Saddle{typical_coordinates(reference, p, q), {}, false}};
  // tau is closer to 1 the nearer the typical overlap, 1 - tau^2 ~ (d - d_typ)^2: begin as near as can be solved, then away
  const double logit_eps = typical_coordinates(reference, p * (1 - 1e-9), q)[0];
  return {setting.problem, d, Saddle{{logit_eps, -std::log(gap)}, {}, false}};
}

}  // namespace

std::vector<FranzParisiPoint> franz_parisi_curve(const FranzParisiParams& params,
                                                 std::span<const double> distances) {
  check(params);
  for (const double d : distances) {
    require(d > 0 && d <= 0.5, fmt::format("a Franz-Parisi distance is in (0, 1/2], got {}", d));
  }

  std::vector<FranzParisiPoint> points(distances.size());
  const Setting setting = prepare(params);
  if (!setting.trouble.empty() || params.alpha == 0) {
    for (std::size_t i = 0; i < points.size(); ++i) {
      points[i] = params.alpha == 0 ? unconstrained_point(distances[i], params.machine.prior)
                                    : failed_point(distances[i], setting.trouble);
    }
    return points;
  }

  const Typical typical = typical_of(setting);
  const double d_typ = typical.d, gap = typical.gap;
  std::vector<std::size_t> order(distances.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  const auto away = [&](std::size_t i) { return std::abs(std::log(distances[i] / d_typ)); };
  std::sort(order.begin(), order.end(), [&](std::size_t i, std::size_t j) { return away(i) < away(j); });

  Path nearer = path_on_side(setting, typical, -1), farther = path_on_side(setting, typical, +1);
  std::vector<FranzParisiPoint> beside_typical;
  for (const std::size_t i : order) {
    const double d = distances[i];
    if (d < smallest_distance) {
      points[i] = failed_point(d, fmt::format("distances below {} are not followed", smallest_distance));
    } else if (gap > 0 && away(i) < gap) {
      if (beside_typical.empty()) {
        beside_typical = {nearer.follow_to(d_typ * std::exp(-gap)), typical_point(setting, typical)};
        if (!has_no_typical_overlap(setting))
          beside_typical.push_back(farther.follow_to(d_typ * std::exp(gap)));
      }
      points[i] = interpolate_near_typical(beside_typical, d);
    } else {
      points[i] = (d < d_typ ? nearer : farther).follow_to(d);
    }
  }
  return points;
}

double typical_distance(const FranzParisiParams& params) {
  check(params);
  const Setting setting = prepare(params);
  if (!setting.trouble.empty()) return not_a_number;
  const Typical typical = typical_of(setting);
  return typical.trouble.empty() ? typical.d : not_a_number;
}

double zero_entropy_distance(const FranzParisiParams& params, double d_min) {
  check(params);
  require(d_min > 0 && d_min < 0.5,
          fmt::format("zero_entropy_distance needs d_min in (0, 1/2), got {}", d_min));
  const Setting setting = prepare(params);
  if (!setting.trouble.empty() || params.alpha == 0) return not_a_number;

  const Typical typical = typical_of(setting);
  Path path = path_on_side(setting, typical, -1);
  double high = typical.d * std::exp(-0.05 - typical.gap);
  FranzParisiPoint point = path.follow_to(high);
  double low = high;
  while (point.converged && point.entropy > 0) {
    high = low;
    low = high * std::exp(-0.2);
    if (low < d_min) return not_a_number;
    point = path.follow_to(low);
  }
  if (!point.converged) return not_a_number;

  // Newton's method on phi_FP(d) with the slope that comes with each point, kept in the bracket
  double d = low;
  for (int step = 0; step < 60; ++step) {
    (point.entropy > 0 ? high : low) = d;
    const double newton = d - point.entropy / point.slope;
    const double next = newton > low && newton < high ? newton : low + (high - low) / 2;
    if (std::abs(next - d) <= 1e-10 * d) return next;
    d = next;
    point = path.follow_to(d);
    if (!point.converged) return not_a_number;
  }
  return not_a_number;
}

double data_free_entropy(double d, Prior prior) {
  return prior == Prior::binary ? binary_entropy(d) : std::log(4 * d * (1 - d)) / 2;
}

}  // namespace wfm::theory
