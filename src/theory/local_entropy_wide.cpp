#include "theory/local_entropy_saddle.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "theory/energetics.hpp"
#include "theory/entropics.hpp"
#include "theory/falling_root.hpp"
#include "theory/units_energetics.hpp"

namespace wfm::theory {

namespace {

constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();
constexpr double largest_log_delta =
    200;  // beyond, the data do not matter: phi differs from alpha = 0 by exp(-200)
constexpr double smallest_log_delta = -16;
constexpr double unfelt = 1e-250;  // value, where the patterns change nothing
constexpr double jump = 1e-6;      // of the residual, where x' - x jumps through zero
const char* const repelled = "no saddle point with delta > 0: the typical overlap is larger than q1";
constexpr double beyond = -50;  // x' - x where the image is on the other side of the range

struct WideState {
  double qhat1 = 0;
  WideEnergetics energetic;
  WideEntropics entropic;
};

WideState wide_state(const LocalEntropyProblem& params, const Overlap& q1, double delta, double inner,
                     double density = 1) {
  const double refinement = params.refinement * density;
  WideState state;
  state.energetic = wide_energetics(params.machine, params.margin, q1, delta, refinement);
  state.qhat1 = params.alpha * state.energetic.force1;
  state.entropic = wide_entropics(params.machine.prior, q1, state.qhat1, inner, std::max(refinement, 1.0));
  return state;
}

double wide_entropy(const LocalEntropyProblem& params, const WideState& state, double delta) {
  return state.entropic.value       //
         - state.qhat1 * delta / 2  //
         + params.alpha * state.energetic.value;
}

/// d value/dq1 of the energetic part at fixed delta, by differences of sixth order.
double wide_energetic_slope(const LocalEntropyProblem& params, const Overlap& q1, double delta) {
  if (!has_one_field(params.machine))
    return units_wide_slope(params.machine, params.margin, q1, delta, params.refinement);
  const double h = 0.02 * std::min(q1.q, q1.one_minus_q);
  const auto value = [&](double steps) {
    const Overlap shifted{q1.q + steps * h, q1.one_minus_q - steps * h};
    return wide_energetics(params.machine, params.margin, shifted, delta, params.refinement).value;
  };
  return (45 * (value(1) - value(-1)) - 9 * (value(2) - value(-2)) + (value(3) - value(-3))) / (60 * h);
}

LocalEntropyPoint unconstrained_wide_point(const LocalEntropyProblem& params, double distance) {
  LocalEntropyPoint point;
  const Overlap q1 = mutual_overlap(distance);
  const double infinity = std::numeric_limits<double>::infinity(), root_q1 = std::sqrt(q1.q);
  const bool binary = params.machine.prior == Prior::binary;
  point.distance = distance;
  point.replicas = infinity;
  point.q1 = point.q0 = q1.q;
  point.delta = infinity;
  // binary: T = +-sqrt(q1), d phi/dD = -2 d phi/dq1 = dhat;  spherical: (1/2) ln(1-q1)
  point.dhat = binary ? std::atanh(root_q1) / root_q1 : 1 / q1.one_minus_q;
  point.entropy = unconstrained_local_entropy(params.machine.prior, distance, infinity);
  point.slope = point.dhat;
  point.external_entropy = not_a_number;
  point.outer_stability = params.alpha > 0 ? not_a_number : 0;
  return point;
}

LocalEntropyPoint wide_point(const LocalEntropyProblem& params, double distance, double delta, double inner) {
  const double alpha = params.alpha;
  const Overlap q1 = mutual_overlap(distance);
  const WideState state = wide_state(params, q1, delta, inner);

  LocalEntropyPoint point;
  point.distance = distance;
  point.replicas = params.replicas;
  point.q1 = point.q0 = q1.q;
  point.qhat1 = point.qhat0 = state.qhat1;
  point.delta = delta;
  point.dhat = state.entropic.dhat;
  point.entropy = wide_entropy(params, state, delta);
  point.normalised =
      point.entropy - unconstrained_local_entropy(params.machine.prior, distance, params.replicas);
  // d phi/dq1 = (qhat1 - dhat)/2 + alpha d value/dq1
  point.slope = point.dhat - point.qhat1 - 2 * alpha * wide_energetic_slope(params, q1, delta);
  point.external_entropy = not_a_number;
  point.outer_stability = alpha * state.energetic.outer * state.entropic.outer;
  // relative to 1 - q1 + delta, the scale on which delta enters
  point.residual =
      std::max(std::abs(state.entropic.delta - delta) / (q1.one_minus_q + delta), state.entropic.residual);
  if (params.with_error)
    point.quadrature_error =
        std::abs(wide_entropy(params, wide_state(params, q1, delta, inner, 2), delta) - point.entropy)  //
        + alpha * state.energetic.quadrature_error;
  return point;
}

}  // namespace

LocalEntropyPoint solve_wide_local_entropy(const LocalEntropyProblem& params, double distance,
                                           LocalEntropyStart& start) {
  if (params.alpha == 0) return unconstrained_wide_point(params, distance);
  const Overlap q1 = mutual_overlap(distance);
  double inner = start.known ? start.inner : 0;
  const auto mismatch = [&](double x) {
    const WideState state = wide_state(params, q1, std::exp(x), inner);
    if (!state.entropic.found) return beyond;
    inner = state.entropic.dhat;
    return std::log(state.entropic.delta) - x;
  };
  std::optional<double> x;
  if (start.known) x = find_falling_root(mismatch, {start.x, 0.05, start.x - 2, start.x + 2, 1e-13});
  if (!x) {
    inner = 0;
    const WideState none = wide_state(params, q1, std::exp(smallest_log_delta), 0);
    // a margin so negative that ln X and the force vanish in double precision
    if (none.energetic.force1 == 0 && std::abs(params.alpha * none.energetic.value) < unfelt)
      return unconstrained_wide_point(params, distance);
    if (mismatch(smallest_log_delta) < 0) return failed_local_entropy(distance, params.replicas, repelled);
    if (mismatch(largest_log_delta) > 0) return unconstrained_wide_point(params, distance);
    inner = 0;
    x = find_falling_root(mismatch, {smallest_log_delta, 1, smallest_log_delta, largest_log_delta, 1e-13});
  }
  if (!x)
    return failed_local_entropy(distance, params.replicas,
                                "the root of the saddle-point equation was not bracketed");
  LocalEntropyPoint point = wide_point(params, distance, std::exp(*x), inner);
  if (!(point.residual < jump)) return failed_local_entropy(distance, params.replicas, repelled);
  start = {true, *x, inner, start.log_y};
  return point;
}

}  // namespace wfm::theory
