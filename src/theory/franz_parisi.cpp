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
constexpr double smallest_distance = 1e-9;  // less than one weight of any network
constexpr double smallest_qt = 1e-20;       // a reference this free is a random configuration
constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

void check(const FranzParisiParams& params) {
  require(std::isfinite(params.alpha) && params.alpha >= 0,
          fmt::format("a Franz-Parisi curve needs a finite alpha >= 0, got {}", params.alpha));
  require(std::isfinite(params.reference_margin) && std::isfinite(params.margin),
          fmt::format("a Franz-Parisi curve needs finite margins, got reference {} and {}",
                      params.reference_margin, params.margin));
  require(params.machine.prior == Prior::binary,
          fmt::format("a Franz-Parisi curve needs binary weights, got a {}", name_of(params.machine)));
  require(has_one_field(params.machine),
          fmt::format("a Franz-Parisi curve needs one field a pattern, got a {}", name_of(params.machine)));
}

/// The curve's two RS saddles: of the references and of the solutions that are counted.
struct Setting {
  SaddleProblem problem;
  RsResult counted;
  std::string trouble;  // empty where both saddles exist
};

Setting prepare(const FranzParisiParams& params) {
  const Kernel kernel(params.machine);
  const bool perceptron = params.machine.decoder == Decoder::perceptron;
  const RsResult reference = rs_entropy({params.alpha, params.reference_margin, params.machine});
  const bool equal = params.margin == params.reference_margin;
  const RsResult counted = equal ? reference : rs_entropy({params.alpha, params.margin, params.machine});
  Setting setting{
      {params.alpha, params.margin,
       ReferenceState(params.reference_margin, reference.converged ? std::max(reference.q, smallest_qt) : 0.5,
                      std::max(reference.qhat, smallest_qt), kernel, perceptron)},
      counted,
      ""};
  if (conditional_reach(setting.problem.reference) > largest_conditional_reach) {
    setting.trouble = "reference: too wide a margin or too large an overlap for the quadrature";
  }
  if (!counted.converged) setting.trouble = "solutions with the margin: " + counted.reason;
  if (!reference.converged) setting.trouble = "reference: " + reference.reason;
  return setting;
}

bool equal_margins(const Setting& setting) {
  return setting.problem.margin == setting.problem.reference.margin;
}

/// At the typical overlap t = p, q = q_RS(kappa) and the reference's weight exerts no field: phat = that.
double typical_overlap(const Setting& setting) {
  const ReferenceState& reference = setting.problem.reference;
  const double q = setting.counted.q, alpha = setting.problem.alpha;
  if (equal_margins(setting) || q <= 0) return q;
  const auto field = [&](double p) {
    const std::array<double, 2> x = typical_coordinates(reference, p, q);
    const OverlapPoint o(reference, (1 - p) / 2, x[0], x[1]);
    const EnergeticAverages e =
        energetic_averages(reference, setting.problem.margin, o,
                           cavity_field_rule(reference, setting.problem.margin, o, cavity_field_step));
    const Conjugates c = conjugates(alpha, o, e);
    return entropic_averages(reference, (1 - p) / 2, c.qhat, c.that).field;
  };
  // p^2 <= q qt; margins that differ little have their root so close to this bound that tau rounds to 1
  const double bound = std::sqrt(q * reference.q);
  return find_root(field, 0, bound * (1 - 1e-12), 1e-12).value_or(bound);
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

/// Equal margins, |ln(d/d_typ)| < typical_gap: tau -> 1. Between solved points on both sides the entropy is the cubic that has
/// their values and slopes; the order parameters are the parabolas through both and the typical saddle itself.
FranzParisiPoint interpolate_near_typical(const Setting& setting, double d, const FranzParisiPoint& a,
                                          const FranzParisiPoint& b) {
  if (!a.converged) return failed_point(d, a.reason);
  if (!b.converged) return failed_point(d, b.reason);
  const RsResult& rs = setting.counted;
  const double d_typ = (1 - rs.q) / 2;
  const double h = b.distance - a.distance, s = (d - a.distance) / h;
  FranzParisiPoint point;
  point.distance = d;
  point.p = 1 - 2 * d;
  // cubic with the two values and slopes, and its derivative
  point.entropy = a.entropy * (1 + 2 * s) * (1 - s) * (1 - s) + a.slope * h * s * (1 - s) * (1 - s) +
                  b.entropy * s * s * (3 - 2 * s) - b.slope * h * s * s * (1 - s);
  point.slope = (b.entropy - a.entropy) / h * 6 * s * (1 - s) + a.slope * (1 - s) * (1 - 3 * s) +
                b.slope * s * (3 * s - 2);
  const auto parabola = [&](double at_a, double at_typical, double at_b) {
    return at_a * (d - d_typ) * (d - b.distance) / ((a.distance - d_typ) * (a.distance - b.distance)) +
           at_typical * (d - a.distance) * (d - b.distance) / ((d_typ - a.distance) * (d_typ - b.distance)) +
           at_b * (d - a.distance) * (d - d_typ) / ((b.distance - a.distance) * (b.distance - d_typ));
  };
  point.q = parabola(a.q, rs.q, b.q);
  point.t = parabola(a.t, rs.q, b.t);
  point.qhat = parabola(a.qhat, rs.qhat, b.qhat);
  point.that = parabola(a.that, rs.qhat, b.that);
  point.phat = parabola(a.phat, rs.qhat, b.phat);
  point.replicon = a.replicon + s * (b.replicon - a.replicon);
  point.residual = std::max(a.residual, b.residual);
  point.quadrature_error = std::max(a.quadrature_error, b.quadrature_error);
  point.converged = true;
  return point;
}

/// One side of the typical distance, side = -1 (smaller d) or +1.
Path path_on_side(const Setting& setting, double d_typ, int side) {
  const ReferenceState& reference = setting.problem.reference;
  const double p = 1 - 2 * d_typ, q = setting.counted.q;
  if (!equal_margins(setting)) {
    return {setting.problem, d_typ, Saddle{typical_coordinates(reference, p, q), {}, false}};
  }
  // tau is closer to 1 the nearer the typical overlap, 1 - tau^2 ~ (d - d_typ)^2: begin as near as can be solved, then away
  const double d = d_typ * std::exp(side * typical_gap);
  return {setting.problem, d,
          Saddle{{typical_coordinates(reference, p, q)[0], -std::log(typical_gap)}, {}, false}};
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
      points[i] =
          params.alpha == 0 ? unconstrained_point(distances[i]) : failed_point(distances[i], setting.trouble);
    }
    return points;
  }

  const double d_typ = (1 - typical_overlap(setting)) / 2;
  const double gap = equal_margins(setting) ? typical_gap : 0;
  std::vector<std::size_t> order(distances.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  const auto away = [&](std::size_t i) { return std::abs(std::log(distances[i] / d_typ)); };
  std::sort(order.begin(), order.end(), [&](std::size_t i, std::size_t j) { return away(i) < away(j); });

  Path nearer = path_on_side(setting, d_typ, -1), farther = path_on_side(setting, d_typ, +1);
  std::optional<std::array<FranzParisiPoint, 2>> beside_typical;
  for (const std::size_t i : order) {
    const double d = distances[i];
    if (d < smallest_distance) {
      points[i] = failed_point(d, fmt::format("distances below {} are not followed", smallest_distance));
    } else if (gap > 0 && away(i) < gap) {
      if (!beside_typical) {
        beside_typical = {nearer.follow_to(d_typ * std::exp(-gap)), farther.follow_to(d_typ * std::exp(gap))};
      }
      points[i] = interpolate_near_typical(setting, d, (*beside_typical)[0], (*beside_typical)[1]);
    } else {
      points[i] = (d < d_typ ? nearer : farther).follow_to(d);
    }
  }
  return points;
}

double typical_distance(const FranzParisiParams& params) {
  check(params);
  const Setting setting = prepare(params);
  return setting.trouble.empty() ? (1 - typical_overlap(setting)) / 2 : not_a_number;
}

double zero_entropy_distance(const FranzParisiParams& params, double d_min) {
  check(params);
  require(d_min > 0 && d_min < 0.5,
          fmt::format("zero_entropy_distance needs d_min in (0, 1/2), got {}", d_min));
  const Setting setting = prepare(params);
  if (!setting.trouble.empty() || params.alpha == 0) return not_a_number;

  const double d_typ = (1 - typical_overlap(setting)) / 2;
  Path path = path_on_side(setting, d_typ, -1);
  double high = d_typ * std::exp(-0.05);
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

double data_free_entropy(double d) {
  return binary_entropy(d);
}

}  // namespace wfm::theory
