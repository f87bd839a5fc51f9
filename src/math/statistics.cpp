#include "math/statistics.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include <fmt/format.h>

#include "math/error.hpp"

namespace wfm {

MeanAndError mean_and_error(std::span<const double> samples) {
  const double n = static_cast<double>(samples.size());
  const double nan = std::numeric_limits<double>::quiet_NaN();
  MeanAndError result{nan, nan, samples.size()};
  if (samples.empty()) return result;

  double sum = 0;
  for (double x : samples) sum += x;
  result.mean = sum / n;
  if (samples.size() < 2) return result;

  // s^2 = sum (x - mean)^2 / (n - 1),   error = s / sqrt n
  double squares = 0;
  for (double x : samples) squares += (x - result.mean) * (x - result.mean);
  result.standard_error = std::sqrt(squares / (n - 1) / n);
  return result;
}

double quantile(std::span<const double> samples, double p) {
  require(p >= 0 && p <= 1, fmt::format("quantile: p must be in [0, 1], given {}", p));
  if (samples.empty()) return std::numeric_limits<double>::quiet_NaN();
  std::vector<double> ordered(samples.begin(), samples.end());
  std::sort(ordered.begin(), ordered.end());
  const double place = p * double(ordered.size() - 1);
  const std::size_t below = std::size_t(place);
  const std::size_t above = std::min(below + 1, ordered.size() - 1);
  return ordered[below] + (place - double(below)) * (ordered[above] - ordered[below]);
}

Interval wilson_interval(std::size_t successes, std::size_t trials, double z) {
  if (successes > trials)
    throw InvalidInput(
        fmt::format("wilson_interval: successes ({}) must not exceed trials ({})", successes, trials));
  if (trials == 0) return {0, 1};

  // [p + z^2/2n -+ z sqrt(p(1-p)/n + z^2/4n^2)] / (1 + z^2/n)
  const double n = static_cast<double>(trials);
  const double p = static_cast<double>(successes) / n;
  const double centre = (p + z * z / (2 * n)) / (1 + z * z / n);
  const double half = std::abs(z) * std::sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n);
  return {successes == 0 ? 0 : std::max(0.0, centre - half),
          successes == trials ? 1 : std::min(1.0, centre + half)};
}

}  // namespace wfm
