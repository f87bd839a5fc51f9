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
constexpr double largest_units_quadrature_error = 1e-4;  // of two or three units: averages over their fields
constexpr double largest_shifts_quadrature_error =
    1e-2;                              // of more: random shifts, an error bar rather than a failure
constexpr double many_replicas = 1e6;  // from here on q1 - q0 and the spread, of order 1/y, may round
constexpr double unfelt = 1e-12;       // y value: the patterns change nothing
constexpr double beyond = -50;         // x' - x where the image is on the other side of the range
constexpr double largest_x = 45;
constexpr double smallest_y = 0.3, largest_y = 300;
constexpr double jump = 1e-6;  // of the residual, where x' - x jumps through zero
const char* const repelled = "no saddle point with q0 < q1: the typical overlap is larger than q1";

/// q0 = q1/(1 + e^{-x})
Overlap between_groups(const Overlap& q1, double x) {
  return {q1.q / (1 + std::exp(-x)), q1.one_minus_q + q1.q / (1 + std::exp(x))};
}

/// x of the overlaps that the conjugates give.
double image(const ClusterEntropics& entropic) {
  return std::log(entropic.q0 / entropic.q1_minus_q0);
}

/// Energetic and entropic part at one x.
struct ClusterState {
  Overlap q0, q1;
  double y = 0, qhat0 = 0;
  ClusterEnergetics energetic;
  ClusterEntropics entropic;

  double entropy(double alpha) const {
    return entropic.value          //
           + y * q0.q * qhat0 / 2  //
           + alpha * energetic.value;
  }
  double external_entropy(double alpha) const {  // -y^2 d phi/dy
    return -y * y * (entropic.value_y + q0.q * qhat0 / 2 + alpha * energetic.value_y);
  }
};

/// The entropic part at the conjugate of q0, never coarser than at refinement 1.
ClusterEntropics entropics_at(const LocalEntropyProblem& params, const Overlap& q1, double qhat0,
                              double inner, double refinement) {
  return cluster_entropics(params.machine.prior, q1, qhat0, params.replicas, inner,
                           std::max(refinement, 1.0));
}

ClusterState cluster_state(const LocalEntropyProblem& params, const Overlap& q1, const Overlap& q0,
                           double inner, double density = 1) {
  const double refinement = params.refinement * density;
  ClusterState state;
  state.q0 = q0;
  state.q1 = q1;
  state.y = params.replicas;
  state.energetic = cluster_energetics(params.machine, params.margin, q0, q1, params.replicas, refinement);
  state.qhat0 = params.alpha * state.energetic.force0;
  state.entropic = entropics_at(params, q1, state.qhat0, inner, refinement);
  return state;
}

/// Why there is no saddle: the overlaps, or the doubles.
std::string no_clusters(double y) {
  if (y < many_replicas) return repelled;
  return fmt::format("y = {:g} is too large for clusters of y replicas, q1 - q0 rounds: y = inf is the limit",
                     y);
}

LocalEntropyPoint cluster_point(const LocalEntropyProblem& params, double distance, const Overlap& q0,
                                double inner) {
  const double y = params.replicas, alpha = params.alpha;
  const Overlap q1 = mutual_overlap(distance);
  const ClusterState state = cluster_state(params, q1, q0, inner);
  if (!state.entropic.found) return failed_local_entropy(distance, y, no_clusters(y));
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
  if (params.with_error)
    point.quadrature_error =
        std::abs(cluster_state(params, q1, q0, inner, 2).entropy(alpha) - point.entropy)  //
        + alpha * state.energetic.quadrature_error;
  return point;
}

/// x' - x as a function of x, which remembers the last spread as the guess of the next.
class ClusterMismatch {
 public:
  ClusterMismatch(const LocalEntropyProblem& params, const Overlap& q1, double inner)
      : params_(params), q1_(q1), inner_(inner) {}

  ClusterState state(double x) {
    ClusterState result = cluster_state(params_, q1_, between_groups(q1_, x), inner_);
    remember(result.entropic);
    return result;
  }
  double operator()(double x) {
    const double qhat0 =
        params_.alpha * cluster_force0(params_.machine, params_.margin, between_groups(q1_, x), q1_,
                                       params_.replicas, params_.refinement);
    const ClusterEntropics entropic = entropics_at(params_, q1_, qhat0, inner_, params_.refinement);
    remember(entropic);
    return entropic.found ? image(entropic) - x : beyond;
  }
  double inner() const { return inner_; }

 private:
  void remember(const ClusterEntropics& entropic) {
    if (entropic.found) inner_ = entropic.spread;
  }

  LocalEntropyProblem params_;
  Overlap q1_;
  double inner_;
};

struct ClusterRoot {
  std::optional<double> x;
  double inner = 0;
  std::string reason;  // why there is no x
};

/// Groups of parity machines may know nothing of each other: q0 = 0 solves the equations too.
bool has_free_groups(const Machine& machine) {
  return machine.decoder == Decoder::parity;
}

/// The saddle with q0 > 0.
ClusterRoot cluster_root(const LocalEntropyProblem& params, const Overlap& q1,
                         const LocalEntropyStart& start) {
  ClusterMismatch mismatch(params, q1, start.known ? start.inner : 0);
  const auto f = [&](double at) { return mismatch(at); };
  std::optional<double> x;
  if (start.known) x = find_falling_root(f, {start.x, 0.02, start.x - 2, start.x + 2, 1e-13});
  if (!x && has_free_groups(params.machine)) {
    // the first place where q0 grows, if any; K = 2 leaves q0 = 0 continuously
    double from = params.machine.hidden == 2 ? -10 : -3;
    while (from < 6 && !(f(from) > 0)) from += 1;
    if (from >= 6) return {std::nullopt, 0, "no saddle point with 0 < q0 < q1"};
    x = find_falling_root(f, {from, 0.5, from, largest_x, 1e-13});
  } else if (!x) {
    // the image of q0 = 0 lies below the smallest root
    const double first = f(-largest_x) - largest_x;
    if (!(first > -largest_x)) return {std::nullopt, 0, no_clusters(params.replicas)};
    x = find_falling_root(f, {first - 1e-3, 0.5, -largest_x, largest_x, 1e-13});
  }
  if (!x) return {std::nullopt, 0, no_clusters(params.replicas) + ", or the fields overflow"};
  if (!(std::abs(f(*x)) < jump)) return {std::nullopt, 0, no_clusters(params.replicas)};
  return {x, mismatch.inner(), ""};
}

/// Margins so negative that ln X and its derivatives vanish in double precision: q0 = 0, as for alpha = 0.
bool constrains_nothing(const LocalEntropyProblem& params, const Overlap& q1) {
  if (params.margin >= 0 || has_free_groups(params.machine)) return false;
  const ClusterEnergetics at_zero =
      cluster_energetics(params.machine, params.margin, {0, 1}, q1, params.replicas, params.refinement);
  return at_zero.force0 == 0 && std::abs(params.alpha * params.replicas * at_zero.value) < unfelt;
}

LocalEntropyPoint solve_clusters(const LocalEntropyProblem& params, double distance,
                                 LocalEntropyStart& start) {
  if (params.alpha == 0) return cluster_point(params, distance, {0, 1}, 0);
  const Overlap q1 = mutual_overlap(distance);
  if (constrains_nothing(params, q1)) return cluster_point(params, distance, {0, 1}, 0);
  const ClusterRoot root = cluster_root(params, q1, start);
  if (!root.x) return failed_local_entropy(distance, params.replicas, root.reason);
  start = {true, *root.x, root.inner, std::log(params.replicas)};
  return cluster_point(params, distance, between_groups(q1, *root.x), root.inner);
}

}  // namespace

LocalEntropyPoint judged(const LocalEntropyProblem& params, LocalEntropyPoint point,
                         LocalEntropyStart& start) {
  const double largest_error = has_one_field(params.machine) ? largest_quadrature_error
                               : params.machine.hidden <= 3  ? largest_units_quadrature_error
                                                             : largest_shifts_quadrature_error;
  if (!point.reason.empty()) return point;
  std::string reason;
  if (!std::isfinite(point.entropy + point.normalised))
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

namespace {

LocalEntropyPoint zero_external_bound(LocalEntropyProblem params, double distance, LocalEntropyStart& start) {
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
      values[0] = image(state.entropic) - at[0];
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

/// Both branches of parity machines: the smaller entropy bounds the number of groups.
LocalEntropyPoint smaller(const LocalEntropyPoint& bound, const LocalEntropyPoint& free) {
  if (!bound.converged) return free.converged ? free : bound;
  return free.converged && free.entropy < bound.entropy ? free : bound;
}

/// q0 = 0 at the y where its external entropy vanishes.
LocalEntropyPoint zero_external_free(LocalEntropyProblem params, double distance) {
  const Overlap q1 = mutual_overlap(distance);
  const auto external = [&](double log_y) {
    params.replicas = std::exp(log_y);
    return cluster_state(params, q1, {0, 1}, 0).external_entropy(params.alpha);
  };
  const std::optional<double> log_y =
      find_falling_root(external, {std::log(5.0), 0.3, std::log(smallest_y), std::log(largest_y), 1e-12});
  if (!log_y)
    return failed_local_entropy(distance, not_a_number, "the external entropy has no zero at q0 = 0");
  params.replicas = std::exp(*log_y);
  LocalEntropyStart unused;
  return judged(params, cluster_point(params, distance, {0, 1}, 0), unused);
}

}  // namespace

LocalEntropyPoint solve_local_entropy(const LocalEntropyProblem& params, double distance,
                                      LocalEntropyStart& start) {
  if (std::isinf(params.replicas))
    return judged(params, solve_wide_local_entropy(params, distance, start), start);
  LocalEntropyPoint bound = judged(params, solve_clusters(params, distance, start), start);
  if (!has_free_groups(params.machine)) return bound;
  LocalEntropyStart unused;
  return smaller(bound, judged(params, cluster_point(params, distance, {0, 1}, 0), unused));
}

LocalEntropyPoint solve_zero_external_entropy(const LocalEntropyProblem& params, double distance,
                                              LocalEntropyStart& start) {
  LocalEntropyPoint bound = zero_external_bound(params, distance, start);
  return has_free_groups(params.machine) ? smaller(bound, zero_external_free(params, distance)) : bound;
}

}  // namespace wfm::theory
