#include "theory/local_entropy.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <numeric>

#include <fmt/format.h>

#include "math/error.hpp"
#include "math/field.hpp"
#include "theory/entropics.hpp"
#include "theory/local_entropy_saddle.hpp"

namespace wfm::theory {

namespace {

constexpr double first_distance = 0.05;  // where a curve begins
constexpr double longest_guess = 1.2;    // in ln D: a saddle further away is no guess

void check(const LocalEntropyParams& params, std::span<const double> distances) {
  check_machine(params.machine);
  require(std::isfinite(params.alpha) && params.alpha >= 0,
          fmt::format("a local entropy needs a finite alpha >= 0, got {}", params.alpha));
  require(std::isfinite(params.margin),
          fmt::format("a local entropy needs a finite margin, got {}", params.margin));
  require(params.replicas > 0, fmt::format("a local entropy needs replicas > 0, got {}", params.replicas));
  for (const double d : distances)
    require(d >= 1e-7 && d < 0.5, fmt::format("a mutual distance lies in [1e-7, 1/2), got {}", d));
}

using Solver = std::function<LocalEntropyPoint(double distance, LocalEntropyStart& start)>;

/// Follows the saddle in ln D from one distance, guessing along the line through the last two.
class Continuation {
 public:
  explicit Continuation(const Solver& solve) : solve_(solve) {}

  LocalEntropyPoint at(double distance) {
    const double s = std::log(distance);
    LocalEntropyStart start = guess(s);
    LocalEntropyPoint point = solve_(distance, start);
    if (point.converged && start.known) {
      before_ = last_;
      s_before_ = s_last_;
      last_ = start;
      s_last_ = s;
    } else {
      last_ = before_ = {false, 0, 0, start.log_y};
    }
    return point;
  }

 private:
  LocalEntropyStart guess(double s) const {
    if (!last_.known || std::abs(s - s_last_) > longest_guess) return {false, 0, 0, last_.log_y};
    if (!before_.known || !(std::abs(s_last_ - s_before_) > 1e-3)) return last_;
    const double t = (s - s_last_) / (s_last_ - s_before_);
    if (std::abs(t) > 2) return last_;
    return {true, last_.x + t * (last_.x - before_.x), last_.inner * std::pow(last_.inner / before_.inner, t),
            last_.log_y + t * (last_.log_y - before_.log_y)};
  }

  const Solver& solve_;
  LocalEntropyStart last_, before_;
  double s_last_ = 0, s_before_ = 0;
};

std::vector<LocalEntropyPoint> follow(const Solver& solve, std::span<const double> distances) {
  std::vector<std::size_t> order(distances.size());
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return distances[a] < distances[b]; });
  const auto middle = std::partition_point(order.begin(), order.end(),
                                           [&](std::size_t i) { return distances[i] < first_distance; });

  std::vector<LocalEntropyPoint> points(distances.size());
  Continuation upwards(solve), downwards(solve);
  for (auto i = middle; i != order.end(); ++i) points[*i] = upwards.at(distances[*i]);
  for (auto i = std::make_reverse_iterator(middle); i != order.rend(); ++i)
    points[*i] = downwards.at(distances[*i]);
  return points;
}

}  // namespace

double unconstrained_local_entropy(Prior prior, double distance, double replicas) {
  check({{prior}, 0, 0, replicas}, {&distance, 1});
  const Overlap q1{1 - 2 * distance, 2 * distance};
  if (std::isinf(replicas)) {
    // binary: all replicas at overlap sqrt(q1) with a free centre
    return prior == Prior::binary ? binary_entropy(q1.one_minus_q / (2 * (1 + std::sqrt(q1.q))))
                                  : std::log(q1.one_minus_q) / 2;
  }
  const ClusterEntropics clusters = cluster_entropics(prior, q1, 0, replicas);
  return clusters.found ? clusters.value : std::numeric_limits<double>::quiet_NaN();
}

std::vector<LocalEntropyPoint> local_entropy_curve(const LocalEntropyParams& params,
                                                   std::span<const double> distances) {
  check(params, distances);
  return follow([&](double d, LocalEntropyStart& start) { return solve_local_entropy({params}, d, start); },
                distances);
}

std::vector<LocalEntropyPoint> zero_external_entropy_curve(const Machine& machine, double margin,
                                                           double alpha, std::span<const double> distances) {
  const LocalEntropyParams params{machine, margin, alpha};
  check(params, distances);
  require(machine.prior == Prior::binary,
          fmt::format("the external entropy of {} weights has no zero", "spherical"));
  return follow(
      [&](double d, LocalEntropyStart& start) { return solve_zero_external_entropy({params}, d, start); },
      distances);
}

LocalEntropyPoint at_zero_external_entropy(const Machine& machine, double margin, double alpha,
                                           double distance) {
  return zero_external_entropy_curve(machine, margin, alpha, {&distance, 1})[0];
}

}  // namespace wfm::theory
