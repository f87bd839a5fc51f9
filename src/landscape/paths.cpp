#include "landscape/paths.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "landscape/flip_walk.hpp"
#include "math/error.hpp"
#include "math/parallel.hpp"
#include "math/random.hpp"
#include "math/statistics.hpp"
#include "problems/evaluation.hpp"
#include "problems/matching.hpp"

namespace wfm::landscape {

namespace {

constexpr double none = std::numeric_limits<double>::quiet_NaN();

// --- geodesics

// Angles of the units: theta = 2 atan2(|w - w'|, |w + w'|), accurate at both ends.
std::vector<double> angles(const Weights& first, const Weights& second) {
  std::vector<double> theta;
  for (int k = 0; k < first.hidden; ++k) {
    double apart = 0, together = 0;
    for (int i = 0; i < first.fan_in; ++i) {
      const double a = first.unit(k)[i], b = second.unit(k)[i];
      apart += (a - b) * (a - b);
      together += (a + b) * (a + b);
    }
    constexpr double opposite = 1e-12;
    if (together <= opposite * apart)
      throw InvalidInput(fmt::format("path: unit {} and its partner are opposite points of the sphere", k));
    theta.push_back(2 * std::atan2(std::sqrt(apart), std::sqrt(together)));
  }
  return theta;
}

struct Shares {
  std::vector<double> first, second;  // of the ends' preactivations, a unit each
};

Shares shares_at(double t, const std::vector<double>& theta) {
  Shares shares;
  constexpr double straight = 1e-6;  // relative error theta^2
  for (const double angle : theta) {
    const double sine = std::sin(angle);
    shares.first.push_back(angle < straight ? 1 - t : std::sin((1 - t) * angle) / sine);
    shares.second.push_back(angle < straight ? t : std::sin(t * angle) / sine);
  }
  return shares;
}

void combine(const Shares& shares, const std::vector<double>& a, const std::vector<double>& b,
             std::vector<double>& h) {
  const std::size_t K = shares.first.size();
  h.resize(a.size());
  for (std::size_t j = 0; j < h.size(); j += K)
    for (std::size_t k = 0; k < K; ++k) h[j + k] = shares.first[k] * a[j + k] + shares.second[k] * b[j + k];
}

Path geodesic(const Problem& problem, const Weights& first, const Weights& second, const PathParams& params) {
  const std::vector<double> theta = angles(first, second);
  const auto h = [&](const Weights& w, const Patterns& patterns) {
    return preactivations(problem.architecture, w, patterns);
  };
  const std::vector<double> train_a = h(first, problem.train), train_b = h(second, problem.train),
                            test_a = h(first, problem.test), test_b = h(second, problem.test);
  Path path;
  path.points.resize(std::size_t(params.points));
  parallel_for(path.points.size(), params.threads, [&](std::size_t j) {
    const double t = double(j) / double(path.points.size() - 1);
    const Shares shares = shares_at(t, theta);
    std::vector<double> train, test;
    combine(shares, train_a, train_b, train);
    combine(shares, test_a, test_b, test);
    double q = 0;
    for (const double angle : theta) q += std::cos(t * angle) / double(theta.size());
    PathPoint& point = path.points[j];
    point.position = t;
    point.distance = (1 - q) / 2;
    point.score = score(problem, train, test, params.loss);
    point.standard_error = none;
    point.minimum = point.maximum = point.score.train_error;
  });
  double largest = 0;
  for (const PathPoint& point : path.points) largest = std::max(largest, point.score.train_error);
  path.barrier =
      largest - std::max(path.points.front().score.train_error, path.points.back().score.train_error);
  path.standard_error = none;
  path.minimum = path.maximum = path.barrier;
  return path;
}

// --- flips

// What one order of flips met: errors at the recorded steps, and the most of all steps.
struct OrderResult {
  std::vector<double> train, test;  // shares; test empty without test patterns
  double barrier = 0;
};

struct FlipSetting {
  const Problem& problem;
  const Weights& first;
  const PathParams& params;
  std::vector<std::size_t> differing;  // weights that differ
  std::vector<std::size_t> recorded;   // steps, rising from 0 to D
  InputColumns train, test;

  FlipWalk walk_train() const { return {problem.architecture, train, problem.train, problem.margin, first}; }
  FlipWalk walk_test() const { return {problem.architecture, test, problem.test, 0, first}; }
};

// choose(walk, left, done): place in left of the weight to flip next
template <class Choose>
OrderResult walk_order(const FlipSetting& setting, std::vector<std::size_t> left, const Choose& choose) {
  const double P = double(setting.problem.train.count()), P_test = double(setting.problem.test.count());
  FlipWalk train = setting.walk_train(), test = setting.walk_test();
  OrderResult result;
  const std::size_t at_first = train.errors(), D = left.size();
  std::size_t most = at_first;
  auto next = setting.recorded.begin();
  for (std::size_t step = 0;; ++step) {
    most = std::max(most, train.errors());
    if (next != setting.recorded.end() && *next == step) {
      result.train.push_back(P > 0 ? double(train.errors()) / P : 0);
      result.test.push_back(P_test > 0 ? double(test.errors()) / P_test : none);
      ++next;
    }
    if (step == D) break;
    const std::size_t chosen = choose(train, left);
    train.flip(left[chosen]);
    test.flip(left[chosen]);
    left[chosen] = left.back();
    left.pop_back();
  }
  result.barrier = P > 0 ? double(most - std::max(at_first, train.errors())) / P : 0;
  return result;
}

// The weight, of up to `candidates` drawn from those left, that leaves fewest errors.
std::size_t greedy_choice(FlipWalk& walk, std::vector<std::size_t>& left, std::size_t candidates,
                          RandomStream& random) {
  const std::size_t count = candidates == 0 ? left.size() : std::min(candidates, left.size());
  std::size_t best = 0, fewest = std::numeric_limits<std::size_t>::max();
  for (std::size_t c = 0; c < count; ++c) {
    std::swap(left[c], left[c + random.below(left.size() - c)]);
    const std::size_t errors = walk.errors_after(left[c]);
    if (errors < fewest) {
      best = c;
      fewest = errors;
    }
  }
  return best;
}

Path gather(const FlipSetting& setting, PathKind kind, const std::vector<OrderResult>& orders) {
  Path path;
  path.kind = kind;
  const double D = double(setting.differing.size()), M = double(setting.first.values.size());
  std::vector<double> values(orders.size());
  for (std::size_t j = 0; j < setting.recorded.size(); ++j) {
    PathPoint point;
    const double step = double(setting.recorded[j]);
    point.position = D > 0 ? step / D : double(j);
    point.distance = step / M;
    std::ranges::transform(orders, values.begin(), [j](const OrderResult& order) { return order.train[j]; });
    const MeanAndError train = mean_and_error(values);
    point.minimum = std::ranges::min(values);
    point.maximum = std::ranges::max(values);
    std::ranges::transform(orders, values.begin(), [j](const OrderResult& order) { return order.test[j]; });
    point.score = {train.mean, mean_and_error(values).mean, none};
    point.standard_error = train.standard_error;
    path.points.push_back(point);
  }
  std::ranges::transform(orders, values.begin(), [](const OrderResult& order) { return order.barrier; });
  const MeanAndError barrier = mean_and_error(values);
  path.barrier = barrier.mean;
  path.standard_error = barrier.standard_error;
  path.minimum = std::ranges::min(values);
  path.maximum = std::ranges::max(values);
  return path;
}

std::vector<Path> flip_paths(const Problem& problem, const Weights& first, const Weights& second,
                             const PathParams& params) {
  FlipSetting setting{
      problem, first, params, {}, {}, InputColumns(problem.train), InputColumns(problem.test)};
  for (std::size_t j = 0; j < first.values.size(); ++j)
    if (first.values[j] != second.values[j]) setting.differing.push_back(j);
  const std::size_t D = setting.differing.size(), points = std::size_t(params.points);
  for (std::size_t j = 0; j < points; ++j) {
    const std::size_t step = (j * D + (points - 1) / 2) / (points - 1);
    if (setting.recorded.empty() || step > setting.recorded.back()) setting.recorded.push_back(step);
  }
  // the last task is the greedy order: it is the longest
  std::vector<OrderResult> results(std::size_t(params.orders) + 1);
  parallel_for(results.size(), params.threads, [&](std::size_t task) {
    const std::size_t order = results.size() - 1 - task;  // the longest first
    RandomStream random(params.seed, Purpose::measurement, order);
    const bool greedy = order + 1 == results.size();
    results[order] =
        walk_order(setting, setting.differing, [&](FlipWalk& walk, std::vector<std::size_t>& left) {
          return greedy ? greedy_choice(walk, left, std::size_t(params.candidates), random)
                        : std::size_t(random.below(left.size()));
        });
  });
  const std::vector<OrderResult> greedy{results.back()};
  results.pop_back();
  return {gather(setting, PathKind::random_flips, results), gather(setting, PathKind::greedy_flips, greedy)};
}

}  // namespace

std::string_view name(PathKind kind) {
  switch (kind) {
    case PathKind::geodesic:
      return "geodesic";
    case PathKind::random_flips:
      return "random-flips";
    case PathKind::greedy_flips:
      return "greedy-flips";
  }
  throw InvalidInput(fmt::format("no such kind of path: {}", int(kind)));
}

PathsBetween paths_between(const Problem& problem, const Weights& first, const Weights& second,
                           const PathParams& params) {
  require(params.points >= 2, fmt::format("path: points must be at least 2, got {}", params.points));
  require(params.orders >= 1, fmt::format("path: orders must be at least 1, got {}", params.orders));
  require(params.candidates >= 0,
          fmt::format("path: candidates must be at least 0, got {}", params.candidates));
  validate(params.loss);
  wfm::validate(first);
  wfm::validate(second);
  const Matching matching = best_matching(problem.architecture, first, second);
  const Weights partner = matched(second, matching);
  PathsBetween result;
  result.distance = matching.distance;
  if (first.kind == WeightKind::binary && second.kind == WeightKind::binary) {
    result.paths = flip_paths(problem, first, partner, params);
  } else {
    Weights real = first, real_partner = partner;
    real.kind = real_partner.kind = WeightKind::spherical;
    result.paths = {geodesic(problem, real, real_partner, params)};
  }
  return result;
}

}  // namespace wfm::landscape
