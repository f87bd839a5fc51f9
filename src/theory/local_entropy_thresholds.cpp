#include "theory/local_entropy_thresholds.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "math/error.hpp"
#include "math/parabola.hpp"
#include "theory/local_entropy_saddle.hpp"

namespace wfm::theory {

namespace {

constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();
constexpr int scan_points = 14;
constexpr double smallest_alpha = 0.01, largest_alpha = 12;
constexpr int most_loads = 40,
              most_narrow_loads = 6;       // of the search after the scan, and with the last width
constexpr double coarse_refinement = 0.5;  // of averages over K fields, while nothing but signs is asked
constexpr double fine_refinement = 2;
constexpr double first_width = 0.16;  // of parabolas in ln D
constexpr double alpha_tolerance = 1e-11;
constexpr double units_alpha_tolerance = 1e-8;  // averages over K fields are no better

/// What is minimised over D, and where.
struct Criterion {
  Machine machine;
  double margin = 0;
  bool at_zero_external = false;  // y = y*, else y -> infinity
  double LocalEntropyPoint::*value = nullptr;
  double smallest_distance = 0, largest_distance = 0;
  double first_alpha = 0, alpha_growth = 1;  // the loads that are scanned for the first sign change
  double last_width = 0;                     // of the narrowest parabola in ln D: below, the grids are felt
};

struct Minimum {
  double value = not_a_number;  // smallest f over D; NaN where f has no interior minimum
  double log_distance = not_a_number;
  bool known() const { return std::isfinite(value); }
};

Minimum minimum_between(const std::array<double, 3>& x, const std::array<double, 3>& f) {
  const auto lowest = lowest_of_parabola(x, f);
  return lowest ? Minimum{lowest->value, lowest->x} : Minimum{};
}

/// f(D; alpha), each saddle searched from one nearby.
class Curve {
 public:
  Curve(const Criterion& criterion, double refinement) : criterion_(criterion), refinement_(refinement) {}

  LocalEntropyPoint point(double alpha, double log_distance, LocalEntropyStart& start) const {
    const double distance = std::exp(log_distance);
    if (!(distance >= 1e-7 && distance < 0.499))
      return failed_local_entropy(distance, not_a_number, "outside the range of distances");
    const LocalEntropyProblem problem{{criterion_.machine, criterion_.margin, alpha}, refinement_, false};
    return criterion_.at_zero_external ? solve_zero_external_entropy(problem, distance, start)
                                       : solve_local_entropy(problem, distance, start);
  }

  /// NaN where there is no saddle.
  double at(double alpha, double log_distance, LocalEntropyStart& start) const {
    return point(alpha, log_distance, start).*criterion_.value;
  }

  /// The lowest interior minimum on a grid of distances.
  Minimum scan(double alpha) {
    const double low = std::log(criterion_.smallest_distance), high = std::log(criterion_.largest_distance);
    std::array<double, scan_points> s, f;
    std::array<LocalEntropyStart, scan_points> starts;
    LocalEntropyStart start;
    for (int i = scan_points - 1; i >= 0; --i) {
      s[i] = low + (high - low) * i / (scan_points - 1);
      f[i] = at(alpha, s[i], start);
      starts[i] = start;
    }
    Minimum lowest;
    for (std::size_t i = 1; i + 1 < f.size(); ++i) {
      if (!(f[i] < f[i - 1] && f[i] < f[i + 1])) continue;
      const Minimum minimum = minimum_between({s[i - 1], s[i], s[i + 1]}, {f[i - 1], f[i], f[i + 1]});
      if (!minimum.known() || minimum.value > lowest.value) continue;
      lowest = minimum;
      start_ = starts[i];
    }
    return lowest;
  }

  /// The minimum within two widths of s, from a parabola through s - width, s, s + width.
  Minimum near(double alpha, double s, double width) {
    LocalEntropyStart centre = start_;
    const double middle = at(alpha, s, centre);
    LocalEntropyStart left = centre, right = centre;
    const double lower = at(alpha, s - width, left), upper = at(alpha, s + width, right);
    const Minimum minimum = minimum_between({s - width, s, s + width}, {lower, middle, upper});
    if (!minimum.known() || !(std::abs(minimum.log_distance - s) <= 2 * width)) return {};
    start_ = centre;
    return minimum;
  }

  /// The minimum near s, the width shrinking from `first` to `last`.
  Minimum near(double alpha, double s, double first, double last) {
    Minimum minimum;
    for (double width = first;; width = std::max(width / 4, last)) {
      minimum = near(alpha, s, width);
      if (!minimum.known() || width <= last) return minimum;
      s = minimum.log_distance;
    }
  }

  /// The same minimum with more nodes.
  Curve refined(double refinement) const {
    Curve curve = *this;
    curve.refinement_ = refinement;
    return curve;
  }

  double replicas(double alpha, double s) const {
    LocalEntropyStart start = start_;
    return point(alpha, s, start).replicas;
  }

 private:
  Criterion criterion_;
  double refinement_;
  LocalEntropyStart start_;
};

/// Loads on both sides of the first zero of min over D of f. No minimum counts as f > 0: f falls or rises along all of the curve.
struct Bracket {
  double low = not_a_number, high = not_a_number;
  Minimum at_low, at_high;
  std::string trouble;
};

Bracket bracket_of(const Criterion& criterion) {
  const bool averages_units = !has_one_field(criterion.machine);
  Curve curve(criterion, averages_units ? coarse_refinement : 1);
  Bracket bracket;
  double alpha = criterion.first_alpha;
  const auto note = [&](double at) {
    const Minimum minimum = curve.scan(at);
    const bool negative = minimum.value <= 0;
    (negative ? bracket.high : bracket.low) = at;
    (negative ? bracket.at_high : bracket.at_low) = minimum;
    return negative;
  };
  if (note(alpha)) {
    while (alpha > smallest_alpha && note(alpha / criterion.alpha_growth)) alpha /= criterion.alpha_growth;
  } else {
    while (alpha < largest_alpha && !note(alpha * criterion.alpha_growth)) alpha *= criterion.alpha_growth;
  }
  if (std::isnan(bracket.low) || std::isnan(bracket.high))
    bracket.trouble =
        fmt::format("not reached for alpha in [{:.3g}, {:.3g}]", std::min(alpha, criterion.first_alpha),
                    std::max(alpha, criterion.first_alpha));
  return bracket;
}

struct Zero {
  double alpha = not_a_number;
  Minimum minimum;
};

/// The zero within the bracket, by secants of the minima as far as they are known, else by halves.
Zero zero_within(const Criterion& criterion, Curve& curve, Bracket bracket) {
  const double tolerance = has_one_field(criterion.machine) ? alpha_tolerance : units_alpha_tolerance;
  Zero zero;
  double width = first_width;
  int narrow_loads = 0;
  double last_alpha = bracket.high, before_alpha = bracket.low;
  Minimum last = bracket.at_high, before = bracket.at_low;
  for (int i = 0; i < most_loads; ++i) {
    const double secant = last_alpha - last.value * (last_alpha - before_alpha) / (last.value - before.value);
    const bool inside = secant > bracket.low && secant < bracket.high;  // false for NaN
    const double alpha = inside ? secant : (bracket.low + bracket.high) / 2;
    const double t = (alpha - last_alpha) / (last_alpha - before_alpha);
    const double s = before.known() && std::abs(t) < 2
                         ? last.log_distance + t * (last.log_distance - before.log_distance)
                         : last.log_distance;
    Minimum minimum = curve.near(alpha, s, width);
    if (!minimum.known()) minimum = curve.near(alpha, curve.scan(alpha).log_distance, first_width);
    const bool negative = minimum.value <= 0;
    (negative ? bracket.high : bracket.low) = alpha;
    (negative ? bracket.at_high : bracket.at_low) = minimum;
    if (bracket.high - bracket.low < tolerance && !bracket.at_low.known()) return zero;
    if (!minimum.known()) continue;
    zero = {alpha, minimum};
    if (width <= criterion.last_width) {
      ++narrow_loads;
      if (std::abs(alpha - last_alpha) < tolerance * alpha || narrow_loads == most_narrow_loads) return zero;
    }
    width = std::max(width / 4, criterion.last_width);
    before_alpha = last_alpha;
    before = last;
    last_alpha = alpha;
    last = minimum;
  }
  return zero;
}

/// Of min over D of f at a threshold: more is no zero, but a minimum that appears with a negative value.
double largest_value(const Criterion& criterion) {
  return has_one_field(criterion.machine) ? 1e-6 : 1e-3;
}

Threshold first_zero(const Criterion& criterion, Threshold threshold) {
  const Bracket bracket = bracket_of(criterion);
  threshold.reason = bracket.trouble;
  if (!threshold.reason.empty()) return threshold;
  Curve curve(criterion, 1);
  const Zero zero = zero_within(criterion, curve, bracket);
  if (!(std::abs(zero.minimum.value) <= largest_value(criterion))) {
    threshold.reason = fmt::format(
        "no interior minimum over D passes through zero for alpha in [{:.6g}, {:.6g}]: it appears below "
        "zero, at an end",
        bracket.low, bracket.high);
    return threshold;
  }
  const double value = zero.minimum.value, s = zero.minimum.log_distance, width = criterion.last_width;
  const double h = 1e-3 * zero.alpha;  // the minimum moves by up to some 0.05 in ln D
  Curve fine = curve.refined(fine_refinement);
  const double of_nodes = std::abs(fine.near(zero.alpha, s, width).value - value);
  const double of_parabola = std::abs(curve.near(zero.alpha, s, 2 * width).value - value);
  const double slope = (curve.near(zero.alpha - h, s, first_width / 2, width).value - value) / h;
  threshold.alpha = zero.alpha;
  threshold.error = (std::abs(value) + of_nodes + of_parabola) / std::abs(slope) + 1e-10;
  threshold.distance = std::exp(s);
  threshold.replicas = criterion.at_zero_external ? curve.replicas(zero.alpha, s) : not_a_number;
  threshold.ansatz = "RS outer";
  threshold.converged = std::isfinite(threshold.error);
  if (!threshold.converged) {
    threshold.alpha = threshold.error = threshold.distance = threshold.replicas = not_a_number;
    threshold.reason = fmt::format("the zero near {:.6g} is lost where the nodes are refined", zero.alpha);
  }
  return threshold;
}

Threshold named(const std::string& name, const Machine& machine, const std::string& definition) {
  Threshold threshold;
  threshold.name = name;
  threshold.machine = machine;
  threshold.definition = definition;
  return threshold;
}

void check(const Machine& machine, double margin) {
  check_machine(machine);
  require(std::isfinite(margin), fmt::format("a threshold needs a finite margin, got {}", margin));
}

/// Parabolas of K units: their averages change by 1e-8 (clusters), 1e-5 (repairs) from node to node.
double last_width(const Machine& machine, bool at_zero_external) {
  if (has_one_field(machine)) return 0.0025;
  return at_zero_external ? 0.02 : 0.08;
}

Criterion zero_external(const Machine& machine, double margin, double LocalEntropyPoint::*value) {
  check(machine, margin);
  require(machine.prior == Prior::binary,
          fmt::format("zero external entropy is a criterion for binary weights, got {}", name_of(machine)));
  // loads close enough that the minimum is seen beyond the threshold before it leaves the distances that have a y*
  const double growth = has_one_field(machine) ? 1.03 : 1.08;
  return {machine, margin, true, value, 1e-4, 0.06, 0.65, growth, last_width(machine, true)};
}

}  // namespace

Threshold wide_slope_threshold(const Machine& machine, double margin) {
  check(machine, margin);
  const double first_alpha = machine.prior == Prior::binary ? 0.6 : 1.2;
  return first_zero(
      {machine, margin, false, &LocalEntropyPoint::slope, 4e-3, 0.3, first_alpha, 1.12,
       last_width(machine, false)},
      named("alpha_U_raw_slope", machine, "first alpha where d phi/dD = 0 at some D, y -> infinity"));
}

Threshold zero_external_slope_threshold(const Machine& machine, double margin) {
  return first_zero(zero_external(machine, margin, &LocalEntropyPoint::slope),
                    named("alpha_U_zero_external_entropy", machine,
                          "first alpha where dS_I/dD = 0 at some D, S_I = min over y of phi"));
}

Threshold zero_external_entropy_threshold(const Machine& machine, double margin) {
  return first_zero(zero_external(machine, margin, &LocalEntropyPoint::entropy),
                    named("alpha_negative_local_entropy", machine,
                          "first alpha where S_I = 0 at some D, S_I = min over y of phi"));
}

}  // namespace wfm::theory
