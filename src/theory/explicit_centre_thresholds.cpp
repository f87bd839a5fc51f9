// The loads of explicit_centre.hpp as folds: alpha is the parameter of a branch of places (d, y*) where the condition holds, and
// its smallest value is where the branch turns back in alpha.
#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <limits>

#include <fmt/format.h>

#include "math/continuation.hpp"
#include "theory/capacity.hpp"
#include "theory/explicit_centre_saddle.hpp"

namespace wfm::theory {

namespace {

constexpr double alpha_scale = 20;  // the branch is some 0.05 long in alpha and one in the other unknowns
constexpr std::array<double, 3> start_loads{0.935, 0.945, 0.925};  // of the capacity
constexpr std::array<double, 2> fold_loads{0.915, 0.9203};         // of the capacity
constexpr std::array<double, 2> fold_range{0.03, 0.055};           // distances
constexpr double fold_resolution = 1e-5;                           // of alpha
constexpr double fold_step =
    0.03;  // two folds at this distance along the curve appear within fold_resolution
constexpr double smallest_distance = 1.5e-3, largest_distance = 0.03;

Threshold named(const std::string& definition) {
  Threshold threshold;
  threshold.name = "alpha_U";
  threshold.definition = definition;
  threshold.ansatz = "RS";
  return threshold;
}

/// x, ln y and ln d of a place at a load.
struct Start {
  std::vector<double> unknowns;
  double alpha = 0;
};

Start start_at(const ExplicitCentreParams& params, const ExplicitCentrePoint& point) {
  Start start{saddle_coordinates(params, point), params.alpha};
  start.unknowns.push_back(std::log(point.replicas));
  start.unknowns.push_back(std::log(point.distance));
  return start;
}

/// Error and verdict from the point itself. S_I changes by about one when alpha does, its slope by ten.
void accept(const CentreSaddle& saddle, std::span<const double> x, Threshold& threshold) {
  const ExplicitCentrePoint point = saddle.point(x, threshold.distance, threshold.replicas);
  threshold.error = 1e-7 + 100 * point.quadrature_error;
  threshold.converged = point.converged;
  threshold.reason = point.reason;
}

/// The equations of a branch: the saddle, external entropy zero, and one condition more.
using Condition = std::function<double(const CentreSaddle&, std::span<const double> x,
                                       const CentreSaddle::State&, double d, double y)>;

void find_smallest_load(ExplicitCentreParams params, const Start& start, const Condition& condition,
                        Threshold& threshold) {
  CentreSaddle saddle(params);
  const std::size_t n = saddle.unknowns();
  const ParametrisedFunction F = [&](std::span<const double> unknowns, double scaled_alpha,
                                     std::span<double> values) {
    const double y = std::exp(unknowns[n]), d = std::exp(unknowns[n + 1]);
    if (!(y > 0.5 && y < 60 && d > 1e-5 && d < 0.4)) return;  // values stay NaN
    saddle.set_alpha(scaled_alpha / alpha_scale);
    const CentreSaddle::State at = saddle.state(unknowns, d, y, true);
    saddle.mismatch(at, unknowns, values);
    values[n] = at.omega - y * at.omega_y;
    values[n + 1] = condition(saddle, unknowns, at, d, y);
  };
  ContinuationOptions options;
  options.tolerance = 1e-10;
  options.first_step = 0.1;
  options.largest_step = 0.4;
  options.difference_step = 1e-5;
  options.lambda_min = alpha_scale * 0.8 * start.alpha;
  options.lambda_max = alpha_scale * (start.alpha + 1e-3);  // on the way back, behind the fold
  options.most_points = 60;
  const Branch branch = follow_branch(F, start.unknowns, alpha_scale * start.alpha, -1, options);
  for (const Fold& fold : branch.folds) {
    if (fold.direction > 0) continue;
    threshold.alpha = fold.point.lambda / alpha_scale;
    threshold.replicas = std::exp(fold.point.x[n]);
    threshold.distance = std::exp(fold.point.x[n + 1]);
    params.alpha = threshold.alpha;
    accept(CentreSaddle(params), fold.point.x, threshold);
    return;
  }
  threshold.reason = "no smallest load was found: " + branch.reason;
}

}  // namespace

Threshold solution_centre_threshold(double margin, double centre_margin) {
  Threshold threshold = named(
      "explicit centre that is a solution: smallest alpha at which dS_I/dd = 0 for a d on the curve of zero "
      "external entropy");
  const CapacityResult largest = capacity(margin);
  threshold.reason = largest.reason;
  if (!largest.converged) return threshold;
  threshold.reason = "the slope of S_I did not change its sign at the loads that were tried";
  for (const double share : start_loads) {
    const ExplicitCentreParams params{share * largest.alpha_c, margin, centre_margin, true};
    const ZeroExternalBranch curve = zero_external_branch(params, 0.01, smallest_distance, largest_distance);
    for (std::size_t i = 0; i + 1 < curve.points.size(); ++i) {
      const ExplicitCentrePoint &a = curve.points[i], &b = curve.points[i + 1];
      if (!a.converged || !b.converged || (a.slope > 0) == (b.slope > 0)) continue;
      Start start = start_at(params, a);
      const Start other = start_at(params, b);
      const double t = a.slope / (a.slope - b.slope);
      for (std::size_t j = 0; j < start.unknowns.size(); ++j)
        start.unknowns[j] += t * (other.unknowns[j] - start.unknowns[j]);
      find_smallest_load(
          params, start,
          [](const CentreSaddle&, std::span<const double>, const CentreSaddle::State& at, double, double) {
            return at.slope;
          },
          threshold);
      return threshold;
    }
  }
  return threshold;
}

Threshold free_centre_threshold(double margin) {
  Threshold threshold = named(
      "free explicit centre: smallest alpha at which the curve y*(d) of zero external entropy has a fold in "
      "d");
  const CapacityResult largest = capacity(margin);
  threshold.reason = largest.reason;
  if (!largest.converged) return threshold;
  double low = fold_loads[0] * largest.alpha_c, high = fold_loads[1] * largest.alpha_c;
  const auto curve = [&](double alpha) {
    return zero_external_branch({alpha, margin, 0, false}, fold_range[0], fold_range[0], fold_range[1],
                                fold_step);
  };
  const ZeroExternalBranch before = curve(low);
  ZeroExternalBranch behind = curve(high);
  if (!before.completed || !before.folds.empty() || behind.folds.empty()) {
    threshold.reason =
        fmt::format("the curve has no first fold between alpha = {:.6g} and {:.6g}", low, high);
    return threshold;
  }
  while (high - low > fold_resolution) {
    const double alpha = low + (high - low) / 2;
    ZeroExternalBranch here = curve(alpha);
    if (!here.completed && here.folds.empty()) {
      threshold.reason =
          fmt::format("the curve could not be followed at alpha = {:.10g}: {}", alpha, here.reason);
      return threshold;
    }
    (here.folds.empty() ? low : high) = alpha;
    if (!here.folds.empty()) behind = std::move(here);
  }
  threshold.alpha = low + (high - low) / 2;
  threshold.error = high - low;
  threshold.distance = behind.folds[0].distance;
  threshold.replicas = behind.folds[0].replicas;
  threshold.converged = true;
  threshold.reason.clear();
  return threshold;
}

}  // namespace wfm::theory
