#include "math/clustered_rank_correlation.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "math/error.hpp"
#include "math/parallel.hpp"
#include "math/random.hpp"
#include "math/statistics.hpp"

namespace wfm {

namespace {

constexpr double none = std::numeric_limits<double>::quiet_NaN();

struct Cluster {
  std::vector<double> x, y;
  double tau = none;
};

std::vector<Cluster> clusters_of(std::span<const double> x, std::span<const double> y,
                                 std::span<const std::size_t> cluster) {
  std::map<std::size_t, Cluster> by_name;
  for (std::size_t j = 0; j < x.size(); ++j) {
    Cluster& own = by_name[cluster[j]];
    own.x.push_back(x[j]);
    own.y.push_back(y[j]);
  }
  std::vector<Cluster> clusters;
  for (auto& [name, own] : by_name) {
    own.tau = kendall_tau(own.x, own.y);
    clusters.push_back(std::move(own));
  }
  return clusters;
}

struct Taus {
  double within = none, pooled = none;
};

Taus taus_of(const std::vector<Cluster>& clusters, std::span<const std::size_t> chosen) {
  std::vector<double> taus, x, y;
  for (const std::size_t c : chosen) {
    const Cluster& own = clusters[c];
    if (!std::isnan(own.tau)) taus.push_back(own.tau);
    x.insert(x.end(), own.x.begin(), own.x.end());
    y.insert(y.end(), own.y.begin(), own.y.end());
  }
  return {mean_and_error(taus).mean, kendall_tau(x, y)};
}

TauInterval interval(double tau, std::vector<double> resampled, double level) {
  std::erase_if(resampled, [](double value) { return std::isnan(value); });
  if (std::isnan(tau)) return {none, none, none};
  return {tau, quantile(resampled, (1 - level) / 2), quantile(resampled, (1 + level) / 2)};
}

}  // namespace

ClusteredRankCorrelation clustered_rank_correlation(std::span<const double> x, std::span<const double> y,
                                                    std::span<const std::size_t> cluster,
                                                    const RankCorrelationParams& params) {
  require(cluster.size() == x.size(),
          fmt::format("rank correlation: every sample must have a cluster, got {} of {}", cluster.size(),
                      x.size()));
  RankCorrelationParams once = params;  // refuses what is refused there
  once.resamples = std::min(params.resamples, 1);
  rank_correlation(x, y, once);
  const std::vector<Cluster> clusters = clusters_of(x, y, cluster);
  std::vector<std::size_t> all(clusters.size());
  for (std::size_t c = 0; c < all.size(); ++c) all[c] = c;
  const Taus taus = taus_of(clusters, all);
  ClusteredRankCorrelation result;
  result.count = x.size();
  result.clusters =
      std::size_t(std::ranges::count_if(clusters, [](const Cluster& c) { return !std::isnan(c.tau); }));
  std::vector<double> within, pooled;
  constexpr std::size_t fewest = 4;  // below, resamples say nothing
  if (clusters.size() >= fewest) {
    within.resize(std::size_t(params.resamples));
    pooled.resize(within.size());
    parallel_for(within.size(), params.threads, [&](std::size_t resample) {
      RandomStream random(params.seed, Purpose::bootstrap, resample);
      std::vector<std::size_t> chosen(clusters.size());
      for (std::size_t& c : chosen) c = random.below(clusters.size());
      const Taus drawn = taus_of(clusters, chosen);
      within[resample] = drawn.within;
      pooled[resample] = drawn.pooled;
    });
  }
  result.within = interval(taus.within, std::move(within), params.level);
  result.pooled = interval(taus.pooled, std::move(pooled), params.level);
  return result;
}

}  // namespace wfm
