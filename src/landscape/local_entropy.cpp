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
#include "math/error.hpp"
#include "math/field.hpp"

namespace wfm::landscape {

namespace {

// A message-passing engine constrained to overlap S with the reference.
template <class Engine>
Engine constrained(const Problem& problem, const Weights& reference, double S,
                   const LocalEntropyParams& params, double damping) {
  typename Engine::Params engine;
  engine.external = inference::OverlapConstraint{reference.values, S};
  engine.damping = damping;
  engine.tolerance =
      std::is_same_v<Engine, inference::EdgeBp> ? std::max(params.tolerance, 1e-5) : params.tolerance;
  return Engine(problem, engine);
}

struct Attempt {
  bool converged = false, failed = false, interrupted = false;
  std::int64_t iterations = 0;
};

template <class Engine>
Attempt iterate(const Engine& engine, typename Engine::State& state, const LocalEntropyParams& params) {
  Attempt attempt;
  while (attempt.iterations < params.max_iterations && !attempt.converged && !attempt.failed &&
         !attempt.interrupted) {
    RandomStream random(params.seed, Purpose::measurement, std::uint64_t(attempt.iterations) + 1);
    const Progress progress = engine.step(state, random);
    ++attempt.iterations;
    attempt.converged = progress.converged;
    attempt.failed = progress.failed;
    attempt.interrupted = params.interrupted && params.interrupted();
  }
  return attempt;
}

template <class Engine>
LocalEntropyPoint point_at(const Problem& problem, const Weights& reference, double distance,
                           const LocalEntropyParams& params,
                           std::optional<typename Engine::State>& neighbour) {
  const double S = 1 - 2 * distance;
  LocalEntropyPoint point;
  point.distance = distance;
  for (const double damping : params.dampings) {
    const Engine engine = constrained<Engine>(problem, reference, S, params, damping);
    RandomStream random(params.seed, Purpose::measurement);
    auto state = engine.start(random);
    if (neighbour && damping == params.dampings.front()) state = *neighbour;
    const Attempt attempt = iterate(engine, state, params);
    point.iterations += attempt.iterations;
    point.change = state.change;
    if (attempt.failed) {
      point.entropy = point.normalised = point.gamma = std::numeric_limits<double>::quiet_NaN();
      point.reason = "the messages became non-finite";
      continue;
    }
    point.entropy = engine.bethe(state).entropy;
    point.normalised = point.entropy - binary_entropy(distance);
    point.gamma = state.external.gamma;
    if (attempt.converged && !(point.normalised <= 1e-6 && point.entropy >= -std::log(2.0))) {
      point.unphysical = true;
      point.reason = fmt::format("the messages' fixed point is unphysical (entropy {:.4g})", point.entropy);
      continue;
    }
    if (attempt.interrupted) {
      point.reason = "interrupted";
      return point;
    }
    point.converged = attempt.converged;
    if (point.converged) {
      point.unphysical = false;
      point.reason.clear();
      neighbour = std::move(state);
      return point;
    }
    point.reason =
        fmt::format("max |change| {:.2g} after {} iterations", point.change, params.max_iterations);
  }
  return point;
}

template <class Engine>
std::vector<LocalEntropyPoint> curve(const Problem& problem, const Weights& reference,
                                     std::span<const double> distances, const LocalEntropyParams& params) {
  std::vector<std::size_t> order(distances.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return distances[a] < distances[b]; });
  std::vector<LocalEntropyPoint> points(distances.size());
  std::optional<typename Engine::State> neighbour;
  for (const std::size_t j : order)
    points[j] = point_at<Engine>(problem, reference, distances[j], params, neighbour);
  return points;
}

}  // namespace

Engine suited_engine(const Problem& problem) {
  return independent_inputs(problem) ? Engine::amp : Engine::edge;
}

std::vector<LocalEntropyPoint> local_entropy(const Problem& problem, const Weights& reference,
                                             std::span<const double> distances,
                                             const LocalEntropyParams& params) {
  for (const double d : distances)
    require(d > 0 && d < 1, fmt::format("local entropy: a distance must lie in (0, 1), got {}", d));
  require(reference.kind == WeightKind::binary && problem.weight_kind == WeightKind::binary,
          fmt::format("local entropy: weights must be binary, got {}", name(reference.kind)));
  require(
      reference.hidden == problem.architecture.hidden && reference.fan_in == problem.architecture.fan_in(),
      fmt::format("local entropy: the reference has {} x {} weights, the problem {} x {}", reference.hidden,
                  reference.fan_in, problem.architecture.hidden, problem.architecture.fan_in()));
  require(!params.dampings.empty(), "local entropy: at least one damping must be given");
  validate(reference);
  return params.engine == Engine::amp ? curve<inference::Amp>(problem, reference, distances, params)
                                      : curve<inference::EdgeBp>(problem, reference, distances, params);
}

}  // namespace wfm::landscape
