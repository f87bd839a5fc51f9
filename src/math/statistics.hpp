// Small statistics with their error bars.
#pragma once

#include <cstddef>
#include <span>

namespace wfm {

struct MeanAndError {
  double mean = 0;            // NaN without samples
  double standard_error = 0;  // standard deviation / sqrt(count); NaN with fewer than two samples
  std::size_t count = 0;
};
MeanAndError mean_and_error(std::span<const double> samples);

/// The p-quantile, 0 <= p <= 1, with linear interpolation between the ordered samples (0: least, 1: largest); NaN without samples.
double quantile(std::span<const double> samples, double p);

struct Interval {
  double low = 0, high = 1;
};
/// Wilson score interval for `successes` out of `trials` at z standard deviations (1.96: 95 %). trials = 0
/// gives [0, 1].
Interval wilson_interval(std::size_t successes, std::size_t trials, double z = 1.96);

}  // namespace wfm
