#include "landscape/local_entropy.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <optional>
#include <type_traits>
#include <utility>

#include "inference/amp.hpp"
#include "inference/edge_bp.hpp"
#include "inference/relaxed_bp.hpp"
#include "math/error.hpp"
#include "math/field.hpp"

namespace wfm::landscape {

namespace {

/// last += share (last - before) in every array of Real.
template <class Real, class State>
void extrapolate(State& last, State& before, double share) {
  std::vector<std::span<const Real>> old;
  before.visit([&](const char*, auto& values) {
    if constexpr (std::is_same_v<decltype(values), std::vector<Real>&>) old.emplace_back(values);
  });
  std::size_t at = 0;
  last.visit([&](const char*, auto& values) {
    if constexpr (std::is_same_v<decltype(values), std::vector<Real>&>) {
      const auto from = old[at++];
      for (std::size_t i = 0; i < values.size(); ++i) values[i] += Real(share) * (values[i] - from[i]);
    }
  });
}

/// The fixed points passed so far on one side, as far as the next one is guessed from them.
template <class State>
struct Trail {
  std::optional<State> last = {}, before = {};
  double last_distance = 0, distance_before = 0;

  /// On the line through the last two; the last one alone where there are no two, or on the way back.
  State guess(double distance) const {
    State state = *last;
    const double share = (distance - last_distance) / (last_distance - distance_before);
    if (!before || !(share > 0)) return state;
    State old = *before;
    extrapolate<double>(state, old, share);
    extrapolate<float>(state, old, share);
    return state;
  }
  void extend(double distance, State state) {
    before = std::exchange(last, std::move(state));
    distance_before = std::exchange(last_distance, distance);
  }
};

/// Messages followed from one start, one distance after the other.
template <class Engine>
class Follower {
 public:
  using State = typename Engine::State;

  Follower(const Problem& problem, const Weights& reference, const LocalEntropyParams& params,
           int initialisation)
      : problem_(problem), reference_(reference), params_(params), initialisation_(initialisation) {}

  /// Starts from the trail, which a fixed point extends.
  LocalEntropyPoint at(double distance, Trail<State>& trail) const {
    LocalEntropyPoint point;
    point.distance = distance;
    for (const double damping : params_.dampings) {
      const Engine engine = made(inference::OverlapConstraint{reference_.values, 1 - 2 * distance}, damping);
      State state =
          trail.last && damping == params_.dampings.front() ? trail.guess(distance) : started(engine);
      const Attempt attempt = iterate(engine, state);
      point.iterations += attempt.iterations;
      point.change = state.change;
      point.reason = attempt.reason;
      const bool finite = !attempt.failed;
      point.entropy = finite ? engine.bethe(state).entropy : std::numeric_limits<double>::quiet_NaN();
      point.normalised = point.entropy - data_free_entropy(reference_.kind, distance);
      point.gamma = finite ? state.external.gamma : std::numeric_limits<double>::quiet_NaN();
      if (attempt.interrupted) return point;
      if (!attempt.converged) continue;
      if (!physical(point)) {
        point.unphysical = true;
        point.reason = fmt::format("the messages' fixed point is unphysical (entropy {:.4g})", point.entropy);
        continue;
      }
      point.converged = true;
      point.unphysical = false;
      trail.extend(distance, std::move(state));
      return point;
    }
    return point;
  }

  struct Free {
    std::optional<State> state;  // where converged
    UnconstrainedEntropy entropy;
  };
  Free without_constraint() const {
    Free free;
    for (const double damping : params_.dampings) {
      const Engine engine = made(inference::NoField{}, damping);
      State state = started(engine);
      const Attempt attempt = iterate(engine, state);
      free.entropy.reason = attempt.reason;
      if (attempt.interrupted) break;
      if (attempt.failed) continue;
      const auto& m = engine.magnetisations(state);
      double overlap = 0;
      for (std::size_t i = 0; i < m.size(); ++i) overlap += m[i] * reference_.values[i] / double(m.size());
      free.entropy.entropy = engine.bethe(state).entropy;
      free.entropy.distance = (1 - overlap) / 2;
      const double all = reference_.kind == WeightKind::binary ? std::log(2.0) : 0;
      if (attempt.converged && !(free.entropy.entropy <= all + slack)) {
        free.entropy.reason = "the messages' fixed point is unphysical";
        continue;
      }
      free.entropy.converged = attempt.converged;
      if (!attempt.converged) continue;
      free.state = std::move(state);
      break;
    }
    return free;
  }

 private:
  static constexpr double slack = 1e-6;  // of the bounds, for rounding

  struct Attempt {
    bool converged = false, failed = false, interrupted = false;
    std::int64_t iterations = 0;
    std::string reason;
  };

  Engine made(const inference::ExternalField& external, double damping) const {
    typename Engine::Params engine;
    engine.external = external;
    engine.damping = damping;
    engine.tolerance =
        std::is_same_v<Engine, inference::EdgeBp> ? std::max(params_.tolerance, 1e-5) : params_.tolerance;
    return Engine(problem_, engine);
  }

  RandomStream stream(std::int64_t iteration) const {
    return {params_.seed, Purpose::measurement,
            (std::uint64_t(initialisation_) << 32) + std::uint64_t(iteration)};
  }

  State started(const Engine& engine) const {
    RandomStream random = stream(0);
    return engine.start(random);
  }

  Attempt iterate(const Engine& engine, State& state) const {
    Attempt attempt;
    while (attempt.iterations < params_.max_iterations && !attempt.converged && !attempt.failed &&
           !attempt.interrupted) {
      RandomStream random = stream(attempt.iterations + 1);
      const Progress progress = engine.step(state, random);
      ++attempt.iterations;
      attempt.converged = progress.converged;
      attempt.failed = progress.failed;
      attempt.interrupted = params_.interrupted && params_.interrupted();
    }
    if (attempt.interrupted)
      attempt.reason = "interrupted";
    else if (attempt.failed)
      attempt.reason = "the messages became non-finite";
    else if (!attempt.converged)
      attempt.reason =
          fmt::format("max |change| {:.2g} after {} iterations", state.change, params_.max_iterations);
    return attempt;
  }

  bool physical(const LocalEntropyPoint& point) const {
    return point.normalised <= slack &&
           (reference_.kind == WeightKind::spherical || point.entropy >= -std::log(2.0));
  }

  const Problem& problem_;
  const Weights& reference_;
  const LocalEntropyParams& params_;
  int initialisation_;
};

/// All fixed points at one distance as one point: the one of the largest entropy, the first where they agree.
LocalEntropyPoint joined(std::span<const LocalEntropyPoint> candidates, double same) {
  LocalEntropyPoint best = candidates.front();
  double lowest = std::numeric_limits<double>::infinity(), highest = -lowest;
  std::int64_t iterations = 0;
  int fixed_points = 0;
  bool unphysical = false;
  for (const auto& candidate : candidates) {
    iterations += candidate.iterations;
    unphysical = unphysical || candidate.unphysical;
    if (!candidate.converged) continue;
    ++fixed_points;
    lowest = std::min(lowest, candidate.entropy);
    highest = std::max(highest, candidate.entropy);
    if (!best.converged || candidate.entropy > best.entropy + same) best = candidate;
  }
  best.iterations = iterations;
  best.fixed_points = fixed_points;
  best.spread = fixed_points > 0 ? highest - lowest : 0;
  best.unphysical = unphysical && !best.converged;
  best.beyond_typical = best.gamma < 0;
  return best;
}

template <class Engine>
std::vector<LocalEntropyPoint> curve(const Problem& problem, const Weights& reference,
                                     std::span<const double> distances, const LocalEntropyParams& params) {
  std::vector<std::size_t> order(distances.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return distances[a] < distances[b]; });
  std::vector<std::vector<LocalEntropyPoint>> found(distances.size());
  for (int initialisation = 0; initialisation < params.initialisations; ++initialisation) {
    const Follower<Engine> follower(problem, reference, params, initialisation);
    using Fixed = Trail<typename Engine::State>;
    const auto visit = [&](std::size_t j, Side side, Fixed& trail) {
      found[j].push_back(follower.at(distances[j], trail));
      found[j].back().side = side;
    };
    Fixed from_reference;
    for (const std::size_t j : order) visit(j, Side::outwards, from_reference);
    if (!params.both_sides) continue;

    const auto free = follower.without_constraint();
    const double typical = free.state ? free.entropy.distance : 1;
    const auto beyond =
        std::find_if(order.begin(), order.end(), [&](std::size_t j) { return distances[j] > typical; });
    Fixed inwards{.last = free.state, .last_distance = typical}, beyond_it = inwards;
    for (auto j = beyond; j != order.begin();) visit(*--j, Side::inwards, inwards);
    for (auto j = beyond; j != order.end(); ++j) visit(*j, Side::inwards, beyond_it);
  }
  std::vector<LocalEntropyPoint> points;
  points.reserve(found.size());
  for (const auto& candidates : found) points.push_back(joined(candidates, std::max(params.tolerance, 1e-6)));
  return points;
}

void require_valid(const Problem& problem, const Weights& reference, const LocalEntropyParams& params) {
  require(reference.kind == problem.weight_kind,
          fmt::format("local entropy: the reference has {} weights, the problem {} ones",
                      name(reference.kind), name(problem.weight_kind)));
  require(
      reference.hidden == problem.architecture.hidden && reference.fan_in == problem.architecture.fan_in(),
      fmt::format("local entropy: the reference has {} x {} weights, the problem {} x {}", reference.hidden,
                  reference.fan_in, problem.architecture.hidden, problem.architecture.fan_in()));
  require(!params.dampings.empty(), "local entropy: at least one damping must be given");
  require(params.initialisations >= 1,
          fmt::format("local entropy: initialisations must be at least 1, got {}", params.initialisations));
  validate(reference);
}

/// work.operator()<E>() with the engine E that params and the kind of weights call for.
template <class Work>
auto with_engine(const Problem& problem, const LocalEntropyParams& params, const Work& work) {
  if (params.engine == Engine::amp) return work.template operator()<inference::Amp>();
  if (problem.weight_kind == WeightKind::binary) return work.template operator()<inference::EdgeBp>();
  return work.template operator()<inference::RelaxedBp>();
}

}  // namespace

Engine suited_engine(const Problem& problem) {
  return independent_inputs(problem) ? Engine::amp : Engine::edge;
}

std::string_view name(Side side) {
  return side == Side::outwards ? "outwards" : "inwards";
}

double data_free_entropy(WeightKind kind, double distance) {
  // (1/2) ln(1 - S^2) = (1/2) ln(4 d (1 - d))
  return kind == WeightKind::binary ? binary_entropy(distance)
                                    : 0.5 * std::log(4 * distance * (1 - distance));
}

std::vector<LocalEntropyPoint> local_entropy(const Problem& problem, const Weights& reference,
                                             std::span<const double> distances,
                                             const LocalEntropyParams& params) {
  for (const double d : distances)
    require(d > 0 && d < 1, fmt::format("local entropy: a distance must lie in (0, 1), got {}", d));
  require_valid(problem, reference, params);
  return with_engine(problem, params,
                     [&]<class E>() { return curve<E>(problem, reference, distances, params); });
}

UnconstrainedEntropy unconstrained_entropy(const Problem& problem, const Weights& reference,
                                           const LocalEntropyParams& params) {
  require_valid(problem, reference, params);
  return with_engine(problem, params, [&]<class E>() {
    return Follower<E>(problem, reference, params, 0).without_constraint().entropy;
  });
}

}  // namespace wfm::landscape
