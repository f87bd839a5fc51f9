#include "theory/local_entropy_saddle.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

#include <fmt/format.h>

#include "math/newton.hpp"
#include "theory/energetics.hpp"
#include "theory/entropics.hpp"
#include "theory/falling_root.hpp"
#include "theory/units_energetics.hpp"

namespace wfm::theory {

namespace {

constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();
constexpr double residual_tolerance = 1e-10;
constexpr double largest_quadrature_error = 1e-6;
constexpr double largest_units_quadrature_error = 1e-4;  // of K units: averages over K fields
constexpr double largest_log_delta =
    200;                        // beyond, the data do not matter: phi differs from alpha = 0 by exp(-200)
constexpr double beyond = -50;  // x' - x where the image is on the other side of the range
constexpr double largest_x = 45;
constexpr double smallest_y = 0.3, largest_y = 300;
constexpr double jump = 1e-6;  // of the residual, where x' - x jumps through zero
const char* const repelled = "no saddle point with q0 < q1: the typical overlap is larger than q1";

Overlap mutual_overlap(double distance) {
  return {1 - 2 * distance, 2 * distance};
}

/// q0 = q1/(1 + e^{-x})
Overlap between_groups(const Overlap& q1, double x) {
  return {q1.q / (1 + std::exp(-x)), q1.one_minus_q + q1.q / (1 + std::exp(x))};
}

// ---- finite y

/// Energetic and entropic part at one x.
struct ClusterState {
  Overlap q0, q1;
  double y = 0, qhat0 = 0;
  ClusterEnergetics energetic;
  ClusterEntropics entropic;

  double image() const { return std::log(entropic.q0 / entropic.q1_minus_q0); }
  double entropy(double alpha) const {
    return entropic.value          //
           + y * q0.q * qhat0 / 2  //
           + alpha * energetic.value;
  }
  double external_entropy(double alpha) const {  // -y^2 d phi/dy
    return -y * y * (entropic.value_y + q0.q * qhat0 / 2 + alpha * energetic.value_y);
  }
};

ClusterState cluster_state(const LocalEntropyParams& params, const Overlap& q1, const Overlap& q0,
                           double inner, double refinement = 1) {
  ClusterState state;
  state.q0 = q0;
  state.q1 = q1;
  state.y = params.replicas;
  state.energetic = cluster_energetics(params.machine, params.margin, q0, q1, params.replicas, refinement);
  state.qhat0 = params.alpha * state.energetic.force0;
  state.entropic =
      cluster_entropics(params.machine.prior, q1, state.qhat0, params.replicas, inner, refinement);
  return state;
}

LocalEntropyPoint cluster_point(const LocalEntropyParams& params, double distance, const Overlap& q0,
                                double inner) {
  const double y = params.replicas, alpha = params.alpha;
  const Overlap q1 = mutual_overlap(distance);
  const ClusterState state = cluster_state(params, q1, q0, inner);
  const ClusterState fine = cluster_state(params, q1, q0, inner, 2);
  const double spread = state.entropic.spread;

  LocalEntropyPoint point;
  point.distance = distance;
  point.replicas = y;
  point.q1 = q1.q;
  point.q0 = q0.q;
  point.qhat0 = state.qhat0;
  point.qhat1 = state.qhat0 + spread;
  point.delta = y * (q0.one_minus_q - q1.one_minus_q);
  point.dhat = y * spread;
  point.entropy = state.entropy(alpha);
  point.normalised =
      point.entropy - unconstrained_local_entropy(params.machine.prior, distance, params.replicas);
  point.slope = (y - 1) * (point.qhat1 - alpha * state.energetic.force1);
  point.external_entropy = state.external_entropy(alpha);
  point.outer_stability = alpha > 0 ? alpha * state.energetic.outer * state.entropic.outer : 0;
  point.residual = std::max(std::abs(state.entropic.q0 - q0.q), state.entropic.residual);
  point.quadrature_error =
      std::abs(fine.entropy(alpha) - point.entropy) + alpha * state.energetic.quadrature_error;
  return point;
}

/// x' - x as a function of x, which remembers the last spread as the guess of the next.
class ClusterMismatch {
 public:
  ClusterMismatch(const LocalEntropyParams& params, const Overlap& q1, double inner)
      : params_(params), q1_(q1), inner_(inner) {}

  ClusterState state(double x) {
    ClusterState result = cluster_state(params_, q1_, between_groups(q1_, x), inner_);
    if (result.entropic.found) inner_ = result.entropic.spread;
    return result;
  }
  double operator()(double x) {
    const ClusterState here = state(x);
    return here.entropic.found ? here.image() - x : beyond;
  }
  double inner() const { return inner_; }

 private:
  LocalEntropyParams params_;
  Overlap q1_;
  double inner_;
};

struct ClusterRoot {
  std::optional<double> x;
  double inner = 0;
  std::string reason;  // why there is no x
};

ClusterRoot cluster_root(const LocalEntropyParams& params, const Overlap& q1,
                         const LocalEntropyStart& start) {
  ClusterMismatch mismatch(params, q1, start.known ? start.inner : 0);
  const auto f = [&](double at) { return mismatch(at); };
  std::optional<double> x;
  if (start.known) x = find_falling_root(f, {start.x, 0.02, start.x - 2, start.x + 2, 1e-13});
  if (!x) {
    // the image of q0 = 0 lies below the smallest root
    const double first = f(-largest_x) - largest_x;
    if (!(first > -largest_x)) return {std::nullopt, 0, repelled};
    x = find_falling_root(f, {first - 1e-3, 0.5, -largest_x, largest_x, 1e-13});
  }
  if (!x) return {std::nullopt, 0, std::string(repelled) + ", or the fields overflow"};
  if (!(std::abs(f(*x)) < jump)) return {std::nullopt, 0, repelled};
  return {x, mismatch.inner(), ""};
}

LocalEntropyPoint solve_clusters(const LocalEntropyParams& params, double distance,
                                 LocalEntropyStart& start) {
  if (params.alpha == 0) return cluster_point(params, distance, {0, 1}, 0);
  const Overlap q1 = mutual_overlap(distance);
  const ClusterRoot root = cluster_root(params, q1, start);
  if (!root.x) return failed_local_entropy(distance, params.replicas, root.reason);
  start = {true, *root.x, root.inner, std::log(params.replicas)};
  return cluster_point(params, distance, between_groups(q1, *root.x), root.inner);
}

// ---- y -> infinity

struct WideState {
  double qhat1 = 0;
  WideEnergetics energetic;
  WideEntropics entropic;
};

WideState wide_state(const LocalEntropyParams& params, const Overlap& q1, double delta, double inner,
                     double refinement = 1) {
  WideState state;
  state.energetic = wide_energetics(params.machine, params.margin, q1, delta, refinement);
  state.qhat1 = params.alpha * state.energetic.force1;
  state.entropic = wide_entropics(params.machine.prior, q1, state.qhat1, inner, refinement);
  return state;
}

double wide_entropy(const LocalEntropyParams& params, const WideState& state, double delta) {
  return state.entropic.value       //
         - state.qhat1 * delta / 2  //
         + params.alpha * state.energetic.value;
}

/// d value/dq1 of the energetic part at fixed delta, by differences of sixth order.
double wide_energetic_slope(const LocalEntropyParams& params, const Overlap& q1, double delta) {
  if (!has_one_field(params.machine)) return units_wide_slope(params.machine, params.margin, q1, delta);
  const double h = 0.02 * std::min(q1.q, q1.one_minus_q);
  const auto value = [&](double steps) {
    const Overlap shifted{q1.q + steps * h, q1.one_minus_q - steps * h};
    return wide_energetics(params.machine, params.margin, shifted, delta).value;
  };
  return (45 * (value(1) - value(-1)) - 9 * (value(2) - value(-2)) + (value(3) - value(-3))) / (60 * h);
}

LocalEntropyPoint unconstrained_wide_point(const LocalEntropyParams& params, double distance) {
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

LocalEntropyPoint wide_point(const LocalEntropyParams& params, double distance, double delta, double inner) {
  const double alpha = params.alpha;
  const Overlap q1 = mutual_overlap(distance);
  const WideState state = wide_state(params, q1, delta, inner),
                  fine = wide_state(params, q1, delta, inner, 2);

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
  point.quadrature_error =
      std::abs(wide_entropy(params, fine, delta) - point.entropy) + alpha * state.energetic.quadrature_error;
  return point;
}

LocalEntropyPoint solve_wide(const LocalEntropyParams& params, double distance, LocalEntropyStart& start) {
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
    constexpr double smallest = -16;
    if (mismatch(smallest) < 0)
      return failed_local_entropy(distance, params.replicas,
                                  "no saddle point with delta > 0: the typical overlap is larger than q1");
    if (mismatch(largest_log_delta) > 0) return unconstrained_wide_point(params, distance);
    inner = 0;
    x = find_falling_root(mismatch, {smallest, 1, smallest, largest_log_delta, 1e-13});
  }
  if (!x)
    return failed_local_entropy(distance, params.replicas,
                                "the root of the saddle-point equation was not bracketed");
  const LocalEntropyPoint point = wide_point(params, distance, std::exp(*x), inner);
  start = {true, *x, inner, start.log_y};
  return point;
}

/// The point, or why it does not count.
LocalEntropyPoint judged(const LocalEntropyParams& params, LocalEntropyPoint point,
                         LocalEntropyStart& start) {
  const double largest_error =
      has_one_field(params.machine) ? largest_quadrature_error : largest_units_quadrature_error;
  if (!point.reason.empty()) return point;
  std::string reason;
  if (!std::isfinite(point.entropy))
    reason = "the free entropy is not finite";
  else if (!(point.residual <= residual_tolerance))
    reason = fmt::format("the saddle-point residual stayed at {:.1e}", point.residual);
  else if (!(point.quadrature_error <= largest_error))
    reason = fmt::format("the grids do not resolve the integrands: error {:.1e}", point.quadrature_error);
  if (!reason.empty()) {
    start.known = false;
    return failed_local_entropy(point.distance, point.replicas, reason);
  }
  point.converged = true;
  return point;
}

}  // namespace

LocalEntropyPoint failed_local_entropy(double distance, double replicas, const std::string& reason) {
  LocalEntropyPoint point;
  point.entropy = point.normalised = point.slope = point.external_entropy = point.q1 = point.q0 =
      point.qhat1 = point.qhat0 = point.delta = point.dhat = point.outer_stability = point.residual =
          point.quadrature_error = not_a_number;
  point.distance = distance;
  point.replicas = replicas;
  point.reason = reason;
  return point;
}

LocalEntropyPoint solve_local_entropy(const LocalEntropyParams& params, double distance,
                                      LocalEntropyStart& start) {
  return judged(params,
                std::isinf(params.replicas) ? solve_wide(params, distance, start)
                                            : solve_clusters(params, distance, start),
                start);
}

LocalEntropyPoint solve_zero_external_entropy(LocalEntropyParams params, double distance,
                                              LocalEntropyStart& start) {
  const Overlap q1 = mutual_overlap(distance);
  // Newton in (x, ln y) from a neighbour: both equations come from one evaluation
  if (start.known) {
    double inner = start.inner;
    const VectorFunction equations = [&](std::span<const double> at, std::span<double> values) {
      params.replicas = std::exp(at[1]);
      values[0] = values[1] = not_a_number;
      if (!(params.replicas >= smallest_y && params.replicas <= largest_y) || std::abs(at[0]) > largest_x)
        return;
      ClusterMismatch mismatch(params, q1, inner);
      const ClusterState state = mismatch.state(at[0]);
      if (!state.entropic.found) return;
      inner = mismatch.inner();
      values[0] = state.image() - at[0];
      values[1] = state.external_entropy(params.alpha);
    };
    const NewtonResult newton = solve_newton(equations, std::vector<double>{start.x, start.log_y},
                                             {.tolerance = 1e-11, .max_steps = 12});
    if (newton.converged) {
      params.replicas = std::exp(newton.x[1]);
      start = {true, newton.x[0], inner, newton.x[1]};
      return judged(params, cluster_point(params, distance, between_groups(q1, start.x), inner), start);
    }
  }
  // Sigma(ln y) falls through zero, a saddle at each y
  const double low = std::log(smallest_y), high = std::log(largest_y);
  std::string trouble;
  LocalEntropyStart at_y;
  double last_sigma = not_a_number;
  const auto external = [&](double log_y) {
    params.replicas = std::exp(log_y);
    const ClusterRoot root = cluster_root(params, q1, at_y);
    if (!root.x) {
      trouble = root.reason;
      return not_a_number;
    }
    at_y = {true, *root.x, root.inner, log_y};
    const ClusterState state = cluster_state(params, q1, between_groups(q1, *root.x), root.inner);
    return last_sigma = state.external_entropy(params.alpha);
  };
  const std::optional<double> log_y = find_falling_root(external, {start.log_y, 0.3, low, high, 1e-12});
  if (!log_y) {
    start = {false, 0, 0, last_sigma > 0 ? high : low};  // where the next search had better begin
    if (trouble.empty())
      trouble = fmt::format("the external entropy is {} for y in [{}, {}]",
                            last_sigma > 0 ? "positive" : "negative", smallest_y, largest_y);
    return failed_local_entropy(distance, not_a_number, trouble);
  }
  params.replicas = std::exp(*log_y);
  start = at_y;
  return judged(params, solve_clusters(params, distance, start), start);
}

}  // namespace wfm::theory
