// Local entropies of groups of y solutions.
#include "theory/local_entropy.hpp"

#include <limits>

#include "curves.hpp"
#include "theory/capacity.hpp"

namespace wfm::theory::sweep {
namespace {

std::string text_of(const LocalEntropyParams& p, const std::vector<double>& distances) {
  return fmt::format("alpha = {:.17g}, margin = {:.17g}, y = {:.17g}, {}, D = {}", p.alpha, p.margin,
                     p.replicas, name_of(p.machine), sweep::text_of(distances));
}

void count(Trial& trial, const LocalEntropyPoint& at) {
  const bool wide = std::isinf(at.replicas);
  // at y = infinity there is no external entropy, and delta may be infinite; both stay out
  trial.point(
      at.converged, at.reason, at.residual,
      {at.entropy, at.normalised, at.slope, wide && at.converged ? 0 : at.external_entropy, at.q1, at.q0,
       at.qhat1, at.qhat0, wide && at.converged ? 0 : at.delta, at.residual, at.quadrature_error});
  if (!at.converged) return;
  trial.demand(at.q0 >= 0 && at.q0 <= at.q1 && at.q1 < 1, "q0 or q1 out of range");
  trial.ordered(at.normalised, 0, "more than without patterns", 1e-9 + 10 * at.quadrature_error);
}

/// Entropies fall with the load and the margin.
template <class Points>
void demand_above(Trial& trial, const Points& points, const Points& easier, const std::string& what) {
  for (std::size_t i = 0; i < points.size(); ++i)
    if (points[i].converged && easier[i].converged)
      trial.ordered(points[i].entropy, easier[i].entropy, what,
                    1e-9 + 10 * (points[i].quadrature_error + easier[i].quadrature_error));
}

void curve_trial(const LocalEntropyParams& params, const std::vector<double>& distances, Trial& trial) {
  trial.parameters("local_entropy_curve: " + text_of(params, distances));
  const auto curve = [&](const std::vector<double>& at) { return local_entropy_curve(params, at); };
  const auto points = trial.timed([&] { return curve(distances); });
  for (const LocalEntropyPoint& at : points) count(trial, at);
  LocalEntropyParams easier = params;
  easier.alpha *= 0.9;
  demand_above(trial, points, local_entropy_curve(easier, distances), "entropy falls with alpha");
  if (has_one_field(params.machine)) {
    easier = params;
    easier.margin -= 0.1;
    demand_above(trial, points, local_entropy_curve(easier, distances), "entropy falls with the margin");
  }
  demand_same_branch(trial, distances, points, 1, 1e-4, 0.49, curve);
}

LocalEntropyParams random_params(Draw& draw, const Machine& machine, bool wide) {
  LocalEntropyParams params;
  params.machine = machine;
  params.margin = draw.chance(0.3) ? 0 : draw.uniform(-1, 2);
  params.alpha = draw.log_uniform(1e-4, machine.prior == Prior::binary ? 1.2 : 3);
  params.replicas = wide ? std::numeric_limits<double>::infinity() : draw.log_uniform(0.3, 100);
  return params;
}

void wide(Draw& draw, Trial& trial) {
  const LocalEntropyParams params = random_params(draw, draw.one_field(), true);
  curve_trial(params, draw.log_uniforms(3, 1e-4, 0.49), trial);
}

void finite(Draw& draw, Trial& trial) {
  const LocalEntropyParams params = random_params(draw, draw.one_field(), false);
  curve_trial(params, draw.log_uniforms(3, 1e-4, 0.49), trial);
}

void units(Draw& draw, Trial& trial) {
  LocalEntropyParams params = random_params(draw, draw.few_units(), draw.chance(0.3));
  params.margin = 0;
  if (!std::isinf(params.replicas)) params.replicas = draw.log_uniform(1, 30);
  curve_trial(params, draw.log_uniforms(many_distances, 1e-3, 0.4), trial);
}

void zero_external(Draw& draw, Trial& trial) {
  LocalEntropyParams params = random_params(draw, draw.one_field(true), true);
  // y* exists at moderate loads
  if (draw.chance(0.8))
    params.alpha = draw.uniform(0.4, 1.05) * capacity(params.margin, params.machine).alpha_c;
  const std::vector<double> distances = draw.log_uniforms(3, 1e-4, 0.4);
  trial.parameters("zero_external_entropy_curve: " + text_of(params, distances));
  const auto curve = [&](const std::vector<double>& at) {
    return zero_external_entropy_curve(params.machine, params.margin, params.alpha, at);
  };
  const auto points = trial.timed([&] { return curve(distances); });
  for (const LocalEntropyPoint& at : points) {
    count(trial, at);
    if (!at.converged) continue;
    trial.agree(at.external_entropy, 0, 1e-8, "external entropy");
    LocalEntropyParams same = params;
    same.replicas = at.replicas;
    const LocalEntropyPoint there = local_entropy_curve(same, {&at.distance, 1})[0];
    if (there.converged)
      trial.agree(at.entropy, there.entropy, same_entropy + 10 * at.quadrature_error,
                  fmt::format("entropy at d = {:.17g} at fixed y = {:.17g}", at.distance, at.replicas));
  }
  demand_same_branch(trial, distances, points, 1, 1e-4, 0.4, curve);
}

}  // namespace

std::vector<Calculation> local_entropy_calculations() {
  return {
      {"local-entropy-y", "data-free entropy, neighbours in alpha and margin, other companions", 10000, 5000,
       finite},
      {"local-entropy-infinity", "the same at y -> infinity", 10000, 5000, wide},
      {"local-entropy-zero", "external entropy zero, the same at fixed y, other companions", 10000, 9000,
       zero_external},
      {"local-entropy-units", "as the curves of one field; K = 2 and 3 are slow", 10000, longest_curve_ms,
       units},
  };
}

}  // namespace wfm::theory::sweep
