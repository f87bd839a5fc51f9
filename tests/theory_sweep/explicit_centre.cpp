// Dense regions around an explicit centre, at fixed y and at external entropy zero.
#include "theory/explicit_centre.hpp"

#include <algorithm>
#include <numbers>

#include "curves.hpp"
#include "math/continuation.hpp"
#include "theory/capacity.hpp"
#include "theory/explicit_centre_saddle.hpp"
#include "theory/franz_parisi.hpp"

namespace wfm::theory::sweep {
namespace {

ExplicitCentreParams random_params(Draw& draw, bool solution) {
  ExplicitCentreParams params;
  params.centre_is_solution = solution;
  params.alpha = draw.log_uniform(1e-2, 1);
  params.margin = draw.chance(0.5) ? 0 : draw.uniform(-0.5, 1);
  params.centre_margin = !solution ? 0 : draw.chance(0.5) ? params.margin : draw.uniform(-0.5, 1);
  return params;
}

std::string text_of(const ExplicitCentreParams& p, double y, const std::vector<double>& distances) {
  return fmt::format("alpha = {:.17g}, margin = {:.17g}, centre margin = {:.17g}, {}, y = {:.17g}, d = {}",
                     p.alpha, p.margin, p.centre_margin, p.centre_is_solution ? "a solution" : "free", y,
                     sweep::text_of(distances));
}

void count(Trial& trial, const ExplicitCentrePoint& at) {
  trial.point(at.converged, at.reason, at.residual,
              {at.entropy, at.free_entropy, at.external_entropy, at.slope, at.qt, at.st, at.q0, at.q1,
               at.qthat, at.sthat, at.qhat0, at.qhat1, at.Shat, at.residual, at.quadrature_error});
  if (!at.converged) return;
  const double error = 1e-9 + 10 * at.quadrature_error;
  trial.demand(at.q0 >= 0 && at.q0 <= at.q1 && at.q1 < 1 && at.qt >= 0 && at.qt < 1, "overlaps out of range");
  trial.demand(at.quadrature_error <= 1e-7, "quadrature error above 1e-7");
  trial.ordered(at.entropy, data_free_entropy(at.distance), "data-free entropy", error);
  trial.ordered(at.external_entropy, std::numbers::ln2, "more centres than configurations",
                error * (1 + at.replicas));
}

/// From the other end: curves start at d = 0.1, this goes up from the smallest solved distance.
void demand_same_from_below(Trial& trial, const ExplicitCentreParams& params, double y,
                            std::vector<ExplicitCentrePoint> points) {
  std::erase_if(points, [](const ExplicitCentrePoint& at) { return !at.converged; });
  std::sort(points.begin(), points.end(), [](const ExplicitCentrePoint& a, const ExplicitCentrePoint& b) {
    return a.distance < b.distance;
  });
  if (points.size() < 2) return;
  const CentreSaddle saddle(params, 1e8);
  std::vector<double> wanted;
  for (std::size_t i = 1; i < points.size(); ++i) wanted.push_back(std::log(points[i].distance));
  ContinuationOptions options;
  options.lambda_max = wanted.back();
  options.most_points = 60;
  options.largest_step = 0.5;
  const std::vector<double> start = saddle_coordinates(params, points[0]);
  if (std::any_of(start.begin(), start.end(), [](double x) { return !std::isfinite(x); })) return;
  const Branch branch = follow_branch(
      [&](std::span<const double> x, double ln_d, std::span<double> values) {
        saddle.mismatch(saddle.state(x, std::exp(ln_d), y, false), x, values);
      },
      start, std::log(points[0].distance), 1, options, wanted);
  if (!branch.folds.empty()) return;  // more than one saddle at these distances
  for (std::size_t i = 0; i < wanted.size() && i < branch.targets.size(); ++i) {
    if (!branch.targets[i]) continue;
    const ExplicitCentrePoint at = saddle.point(branch.targets[i]->x, points[i + 1].distance, y);
    if (at.converged)
      trial.agree(points[i + 1].entropy, at.entropy, same_entropy + 10 * at.quadrature_error,
                  fmt::format("entropy at d = {:.17g} from below", at.distance));
  }
}

void at_fixed_y(Draw& draw, Trial& trial, bool solution) {
  const ExplicitCentreParams params = random_params(draw, solution);
  const double y = draw.log_uniform(0.3, 50);
  const std::vector<double> distances = draw.log_uniforms(many_distances, 1e-3, 0.45);
  trial.parameters("explicit_centre_curve: " + text_of(params, y, distances));
  const auto curve = [&](const std::vector<double>& at) { return explicit_centre_curve(params, y, at); };
  const auto points = trial.timed([&] { return curve(distances); });
  for (const ExplicitCentrePoint& at : points) count(trial, at);
  demand_same_branch(trial, distances, points, 1, 1e-3, 0.45, curve);
  demand_same_from_below(trial, params, y, points);
}

void at_zero(Draw& draw, Trial& trial, bool solution) {
  ExplicitCentreParams params = random_params(draw, solution);
  // y* exists at moderate loads
  const double largest_load =
      capacity(solution ? std::max(params.margin, params.centre_margin) : params.margin).alpha_c;
  if (draw.chance(0.8)) params.alpha = draw.uniform(0.4, 1) * largest_load;
  const std::vector<double> distances = draw.log_uniforms(many_distances, 1e-3, 0.3);
  trial.parameters("zero_external_curve: " + text_of(params, 0, distances));
  const auto curve = [&](const std::vector<double>& at) { return zero_external_curve(params, at); };
  const auto points = trial.timed([&] { return curve(distances); });
  for (const ExplicitCentrePoint& at : points) {
    count(trial, at);
    if (at.converged) trial.agree(at.external_entropy, 0, 1e-8, "external entropy");
  }
  // the same at fixed y, which is reached by another way; beyond the thresholds, 0.92 and 0.93 of the capacity at margin 0, there
  // are several saddles at one d and y
  const bool unique = params.alpha < 0.9 * largest_load;
  const auto found = std::find_if(points.begin(), points.end(), [](const auto& at) { return at.converged; });
  if (unique && found != points.end()) {
    const ExplicitCentrePoint same = explicit_centre_curve(params, found->replicas, {&found->distance, 1})[0];
    if (same.converged)
      trial.agree(
          found->entropy, same.entropy, same_entropy + 10 * (found->quadrature_error + same.quadrature_error),
          fmt::format("entropy at d = {:.17g} at fixed y = {:.17g}", found->distance, found->replicas));
  }
  demand_same_branch(trial, distances, points, 1, 1e-3, 0.3, curve);
}

}  // namespace

std::vector<Calculation> explicit_centre_calculations() {
  return {
      {"centre-solution", "data-free entropy, other companions, from below", 10000, longest_curve_ms,
       [](Draw& draw, Trial& trial) { at_fixed_y(draw, trial, true); }},
      {"centre-free", "data-free entropy, other companions, from below", 10000, longest_curve_ms,
       [](Draw& draw, Trial& trial) { at_fixed_y(draw, trial, false); }},
      {"centre-solution-zero", "external entropy zero, the same at fixed y, other companions", 10000,
       longest_curve_ms, [](Draw& draw, Trial& trial) { at_zero(draw, trial, true); }},
      {"centre-free-zero", "external entropy zero, the same at fixed y, other companions", 10000,
       longest_curve_ms, [](Draw& draw, Trial& trial) { at_zero(draw, trial, false); }},
  };
}

}  // namespace wfm::theory::sweep
