#include "landscape/slices.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include <fmt/format.h>

#include "math/error.hpp"
#include "math/parallel.hpp"
#include "math/random.hpp"
#include "problems/evaluation.hpp"
#include "problems/matching.hpp"

namespace wfm::landscape {

namespace {

double product(std::span<const double> a, std::span<const double> b) {
  return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

std::vector<double> grid(double low, double high, int points) {
  std::vector<double> values;
  for (int j = 0; j < points; ++j) values.push_back(low + (high - low) * j / (points - 1));
  return values;
}

void check(const SliceParams& params) {
  require(params.points >= 2 && params.points <= 2000,
          fmt::format("slice: points must be from 2 to 2000, got {}", params.points));
  require(params.range > 0 && std::isfinite(params.range),
          fmt::format("slice: range must be finite and above 0, got {}", params.range));
  validate(params.loss);
}

// (SLICE.1) on the grid of slice.x and slice.y; basis = w_0, e_1, e_2
void fill(const Problem& problem, const std::array<Weights, 3>& basis, const SliceParams& params,
          Slice& slice) {
  const std::size_t K = std::size_t(problem.architecture.hidden);
  std::array<std::vector<double>, 3> train, test;
  std::vector<std::array<double, 6>> gram(K);  // of w_0, e_1, e_2: 00, 11, 22, 01, 02, 12, over n
  for (std::size_t v = 0; v < 3; ++v) {
    train[v] = preactivations(problem.architecture, basis[v], problem.train);
    test[v] = preactivations(problem.architecture, basis[v], problem.test);
  }
  constexpr std::array<std::array<std::size_t, 2>, 6> pairs{{{0, 0}, {1, 1}, {2, 2}, {0, 1}, {0, 2}, {1, 2}}};
  for (std::size_t k = 0; k < K; ++k)
    for (std::size_t j = 0; j < pairs.size(); ++j)
      gram[k][j] =
          product(basis[pairs[j][0]].unit(int(k)), basis[pairs[j][1]].unit(int(k))) / basis[0].fan_in;

  const std::size_t columns = slice.x.size();
  slice.scores.resize(columns * slice.y.size());
  parallel_for(slice.y.size(), params.threads, [&](std::size_t row) {
    std::vector<double> scale(K), h_train(train[0].size()), h_test(test[0].size());
    for (std::size_t column = 0; column < columns; ++column) {
      const double x = slice.x[column], y = slice.y[row];
      for (std::size_t k = 0; k < K; ++k) {
        const auto& g = gram[k];
        const double norm2 = g[0] + x * x * g[1] + y * y * g[2] + 2 * (x * g[3] + y * g[4] + x * y * g[5]);
        constexpr double vanishing = 1e-20;  // a unit without direction stays as it is
        scale[k] = norm2 > vanishing ? 1 / std::sqrt(norm2) : 1;
      }
      const auto combine = [&](const std::array<std::vector<double>, 3>& h, std::vector<double>& out) {
        for (std::size_t j = 0; j < out.size(); ++j)
          out[j] = scale[j % K] * (h[0][j] + x * h[1][j] + y * h[2][j]);
      };
      combine(train, h_train);
      combine(test, h_test);
      slice.scores[row * columns + column] = score(problem, h_train, h_test, params.loss);
    }
  });
}

// As real weights, which preactivations() takes as they are.
Weights real(const Weights& w) {
  Weights result = w;
  result.kind = WeightKind::spherical;
  return result;
}

}  // namespace

Slice slice_through(const Problem& problem, const Weights& first, const Weights& second, const Weights& third,
                    const SliceParams& params) {
  check(params);
  std::array<Weights, 3> basis{real(first),
                               real(matched(second, best_matching(problem.architecture, first, second))),
                               real(matched(third, best_matching(problem.architecture, first, third)))};
  const double M = double(first.values.size());
  auto& [origin, e1, e2] = basis;
  const auto add = [](Weights& to, double factor, const Weights& from) {
    for (std::size_t j = 0; j < to.values.size(); ++j) to.values[j] += factor * from.values[j];
  };
  const auto scaled = [](Weights& w, double factor) {
    for (double& value : w.values) value *= factor;
  };
  // e_1 along B - A; e_2 along C - A less its part along e_1
  add(e1, -1, origin);
  const double to_second = std::sqrt(product(e1.values, e1.values) / M);
  add(e2, -1, origin);
  const double to_third = std::sqrt(product(e2.values, e2.values) / M);
  constexpr double flat = 1e-9;
  require(to_second > flat && to_third > flat, "slice: the three configurations must differ");
  scaled(e1, 1 / to_second);
  const double along = product(e1.values, e2.values) / M;
  add(e2, -along, e1);
  const double height = std::sqrt(product(e2.values, e2.values) / M);
  require(height > flat * to_third, "slice: the three configurations must not lie on a line");
  scaled(e2, 1 / height);

  Slice slice;
  slice.solutions = {{0, 0}, {to_second, 0}, {along, height}};
  const double left = std::min(0.0, along), right = std::max(to_second, along);
  const double margin = params.range * std::max(right - left, height);
  slice.x = grid(left - margin, right + margin, params.points);
  slice.y = grid(-margin, height + margin, params.points);
  fill(problem, basis, params, slice);
  return slice;
}

Slice random_slice(const Problem& problem, const Weights& centre, const SliceParams& params) {
  check(params);
  std::array<Weights, 3> basis{real(centre), real(centre), real(centre)};
  for (std::size_t v = 1; v < 3; ++v) {
    RandomStream random(params.seed, Purpose::measurement, v - 1);
    for (double& value : basis[v].values) value = random.normal();
    for (int k = 0; k < centre.hidden; ++k) {
      const double ratio =
          std::sqrt(product(centre.unit(k), centre.unit(k)) / product(basis[v].unit(k), basis[v].unit(k)));
      for (double& value : basis[v].unit(k)) value *= ratio;
    }
  }
  Slice slice;
  slice.solutions = {{0, 0}};
  slice.x = slice.y = grid(-params.range, params.range, params.points);
  fill(problem, basis, params, slice);
  return slice;
}

}  // namespace wfm::landscape
