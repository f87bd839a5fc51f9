#include "landscape/stability_statistics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "math/error.hpp"

namespace wfm::landscape {

Histogram histogram(std::span<const double> values, double low, double high, int bins) {
  require(bins >= 1 && low < high,
          fmt::format("histogram: needs low < high and a bin, got [{}, {}], {}", low, high, bins));
  Histogram result{low, high, std::vector<double>(std::size_t(bins), 0.0)};
  if (values.empty()) return result;
  for (const double x : values)
    if (x >= low && x < high)
      result.density[std::min(std::size_t(bins) - 1, std::size_t((x - low) / result.bin_width()))] += 1;
  for (double& density : result.density) density /= double(values.size()) * result.bin_width();
  return result;
}

StabilityStatistics stability_statistics(std::span<const double> stabilities) {
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  if (stabilities.empty()) return {nan, nan, nan, nan};
  const double count = double(stabilities.size());
  StabilityStatistics result;
  result.minimum = *std::min_element(stabilities.begin(), stabilities.end());
  double sum = 0, squares = 0, near_zero = 0;
  for (const double s : stabilities) {
    sum += s;
    near_zero += std::abs(s) < 0.1 ? 1 : 0;
  }
  result.mean = sum / count;
  for (const double s : stabilities) squares += (s - result.mean) * (s - result.mean);
  result.standard_deviation = std::sqrt(squares / count);
  result.share_near_zero = near_zero / count;
  return result;
}

}  // namespace wfm::landscape
