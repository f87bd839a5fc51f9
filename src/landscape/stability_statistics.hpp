// How the output stabilities of a configuration are distributed.
#pragma once

#include <span>
#include <vector>

namespace wfm::landscape {

struct Histogram {
  double low = 0, high = 1;     // range; values outside are counted in neither bin
  std::vector<double> density;  // per bin, integrates to the share of values inside
  double bin_width() const { return (high - low) / double(density.size()); }
};

/// bins >= 1, low < high (InvalidInput otherwise). An empty sample gives zero densities.
Histogram histogram(std::span<const double> values, double low, double high, int bins);

struct StabilityStatistics {
  double minimum = 0, mean = 0, standard_deviation = 0;  // NaN without patterns
  double share_near_zero = 0;                            // share with |s| < 0.1
};
StabilityStatistics stability_statistics(std::span<const double> stabilities);

}  // namespace wfm::landscape
