// Kendall's rank correlation, corrected for ties (tau-b): over the n(n-1)/2 pairs of samples
//   tau_b = (C - D) / sqrt[(n_0 - n_x)(n_0 - n_y)],   n_0 = n(n-1)/2
// with C concordant and D discordant pairs, n_x and n_y pairs tied in x, in y.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace wfm {

struct RankCorrelation {
  double tau = 0;            // in [-1, 1]; NaN below two samples or where all x or all y are equal
  double low = 0, high = 0;  // confidence interval by bootstrap; NaN where tau is, or below four samples
  double p_value = 0;  // two-sided, of independence: normal approximation with ties; NaN below three samples
  std::size_t count = 0;  // of samples
};

struct RankCorrelationParams {
  double level = 0.95;     // of the interval, in (0, 1)
  int resamples = 2000;    // of the bootstrap, >= 1
  std::uint64_t seed = 1;  // streams (seed, bootstrap, resample)
  int threads = 1;         // the result does not depend on it
};

/// tau_b alone, in O(n^2).
double kendall_tau(std::span<const double> x, std::span<const double> y);

/// tau_b with the percentile interval of resampled pairs (x, y); resamples in which one of the two does not vary are left out. Throws
/// InvalidInput where lengths differ, a value is NaN or parameters are out of range.
RankCorrelation rank_correlation(std::span<const double> x, std::span<const double> y,
                                 const RankCorrelationParams& params = {});

}  // namespace wfm
