#include "math/rank_correlation.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include <fmt/format.h>

#include "math/error.hpp"
#include "math/parallel.hpp"
#include "math/random.hpp"
#include "math/statistics.hpp"

namespace wfm {

namespace {

constexpr double none = std::numeric_limits<double>::quiet_NaN();

int order(double a, double b) {
  return a < b ? -1 : a > b ? 1 : 0;
}

// C - D
double excess(std::span<const double> x, std::span<const double> y) {
  double sum = 0;
  for (std::size_t i = 0; i < x.size(); ++i)
    for (std::size_t j = 0; j < i; ++j) sum += order(x[i], x[j]) * order(y[i], y[j]);
  return sum;
}

// Sums over the groups of t equal values: t(t-1), t(t-1)(t-2), t(t-1)(2t+5).
struct Ties {
  double pairs = 0, triples = 0, variance = 0;
};

Ties ties(std::span<const double> values) {
  std::vector<double> sorted(values.begin(), values.end());
  std::ranges::sort(sorted);
  Ties sums;
  for (std::size_t first = 0; first < sorted.size();) {
    std::size_t last = first;
    while (last < sorted.size() && sorted[last] == sorted[first]) ++last;
    const double t = double(last - first);
    sums.pairs += t * (t - 1);
    sums.triples += t * (t - 1) * (t - 2);
    sums.variance += t * (t - 1) * (2 * t + 5);
    first = last;
  }
  return sums;
}

// 2 H(|C - D|/s), s^2 the variance of C - D over permutations of y [Kendall, Rank Correlation Methods, ch. 4]
double p_value_of(std::span<const double> x, std::span<const double> y) {
  const double n = double(x.size()), m = n * (n - 1);
  const Ties a = ties(x), b = ties(y);
  const double variance = (m * (2 * n + 5) - a.variance - b.variance) / 18 + a.pairs * b.pairs / (2 * m) +
                          a.triples * b.triples / (9 * m * (n - 2));
  return std::erfc(std::abs(excess(x, y)) / std::sqrt(2 * variance));
}

}  // namespace

double kendall_tau(std::span<const double> x, std::span<const double> y) {
  require(x.size() == y.size(),
          fmt::format("rank correlation: x and y must have one length, got {} and {}", x.size(), y.size()));
  const double n = double(x.size()), m = n * (n - 1);
  const double untied = (m - ties(x).pairs) * (m - ties(y).pairs);
  return untied > 0 ? std::clamp(2 * excess(x, y) / std::sqrt(untied), -1.0, 1.0) : none;
}

RankCorrelation rank_correlation(std::span<const double> x, std::span<const double> y,
                                 const RankCorrelationParams& params) {
  require(params.level > 0 && params.level < 1,
          fmt::format("rank correlation: level must be between 0 and 1, got {}", params.level));
  require(params.resamples >= 1,
          fmt::format("rank correlation: resamples must be at least 1, got {}", params.resamples));
  for (const auto values : {x, y})
    require(std::ranges::none_of(values, [](double v) { return std::isnan(v); }),
            "rank correlation: values must be numbers, got nan");
  RankCorrelation result{kendall_tau(x, y), none, none, none, x.size()};
  const std::size_t n = x.size();
  if (std::isnan(result.tau)) return result;
  if (n >= 3) result.p_value = p_value_of(x, y);
  constexpr std::size_t fewest = 4;  // below, resamples say nothing
  if (n < fewest) return result;
  std::vector<double> taus(std::size_t(params.resamples));
  parallel_for(taus.size(), params.threads, [&](std::size_t resample) {
    RandomStream random(params.seed, Purpose::bootstrap, resample);
    std::vector<double> a(n), b(n);
    for (std::size_t j = 0; j < n; ++j) {
      const std::size_t chosen = random.below(n);
      a[j] = x[chosen];
      b[j] = y[chosen];
    }
    taus[resample] = kendall_tau(a, b);
  });
  std::erase_if(taus, [](double tau) { return std::isnan(tau); });
  result.low = quantile(taus, (1 - params.level) / 2);
  result.high = quantile(taus, (1 + params.level) / 2);
  return result;
}

}  // namespace wfm
