// Kendall's tau_b (rank_correlation.hpp) of samples that come in clusters, such as several algorithms on each of several data sets:
//   within   mean over clusters of the tau_b of each one's samples: what all samples of a cluster share drops out
//   pooled   tau_b of all samples together
// Samples of a cluster are not independent, so the intervals resample whole clusters: they say what another draw of clusters would give
// with the same members, nothing about other members. Percentile intervals of few clusters are too narrow: by some
// sqrt(1 - 1/clusters) and the tails of Student's t.
#pragma once

#include <cstddef>
#include <span>

#include "math/rank_correlation.hpp"

namespace wfm {

struct TauInterval {
  double tau = 0;            // in [-1, 1]; NaN where no tau_b exists
  double low = 0, high = 0;  // NaN where tau is, or below four clusters
};

struct ClusteredRankCorrelation {
  TauInterval within, pooled;
  std::size_t clusters = 0;  // those that have a tau of their own: two samples, and neither x nor y all equal
  std::size_t count = 0;     // of samples
};

/// Sample j belongs to cluster[j], any numbers. Throws as rank_correlation does.
ClusteredRankCorrelation clustered_rank_correlation(std::span<const double> x, std::span<const double> y,
                                                    std::span<const std::size_t> cluster,
                                                    const RankCorrelationParams& params = {});

}  // namespace wfm
