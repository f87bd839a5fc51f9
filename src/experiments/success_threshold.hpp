// The load at which an algorithm solves half of the instances, from runs at increasing loads.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "math/statistics.hpp"

namespace wfm::experiments {

/// Runs at one load: an entry a seed, 1 where it succeeded.
struct SuccessAtLoad {
  double alpha = 0;
  std::vector<char> solved;
  double rate() const;
};

/// alpha where the rate first passes one half going up in alpha, linear between the two loads beside it. The error is the standard
/// deviation over `resamples` draws of the seeds with replacement, the same seeds at all loads (instances of different loads share
/// their patterns); draws that do not pass one half are left out of it and counted. NaN where the data do not pass one half: all
/// rates above it, or all below.
struct HalfThreshold {
  double alpha = 0, error = 0;
  std::size_t resamples_left_out = 0;
};
HalfThreshold half_threshold(std::span<const SuccessAtLoad> loads, std::uint64_t seed,
                             std::size_t resamples = 400);

/// Weighted straight line a + b/N through thresholds of several sizes: a with its error from the errors given. NaN with fewer than
/// three sizes or without errors.
struct SizeThreshold {
  double inputs = 0;
  HalfThreshold threshold;
};
MeanAndError large_size_limit(std::span<const SizeThreshold> sizes);

}  // namespace wfm::experiments
