#include "run/replicated.hpp"

#include <cmath>
#include <numeric>

#include <fmt/format.h>

#include "math/error.hpp"

namespace wfm {

void validate(const ReplicatedParams& params) {
  require(params.replicas >= 2 && params.replicas <= detail::most_replicas,
          fmt::format("replicas: must be 2 to {}, given {}", detail::most_replicas, params.replicas));
  require(
      params.steps_between_pulls >= 1,
      fmt::format("replicas: steps between pulls must be at least 1, given {}", params.steps_between_pulls));
  require(params.collapsed >= 0,
          fmt::format("replicas: collapsed must be at least 0, given {}", params.collapsed));
  require(params.threads >= 0, fmt::format("replicas: threads must be at least 0, given {}", params.threads));
  require_values(
      params.coupling, "replicas: the coupling", [](double strength) { return strength >= 0; }, ">= 0");
}

namespace detail {

void check_replica_count(std::int64_t count) {
  require(count >= 0 && count <= most_replicas,
          fmt::format("checkpoint: 'replicas' must be 0 to {}, found {}", most_replicas, count));
}

void check_replicas(std::size_t replicas, std::size_t wanted, std::size_t centre, int weights) {
  require(replicas == wanted, fmt::format("replicas: the state must hold {}, given {}", wanted, replicas));
  require(centre == std::size_t(weights),
          fmt::format("replicas: the state's centre must have {} coordinates, given {}", weights, centre));
}

std::vector<double> barycentre(const std::vector<std::vector<double>>& positions) {
  std::vector<double> centre(positions.front().size(), 0.0);
  for (const auto& x : positions)
    for (std::size_t i = 0; i < centre.size(); ++i) centre[i] += x.at(i);
  for (double& c : centre) c /= double(positions.size());
  return centre;
}

double spread(const std::vector<std::vector<double>>& positions, std::span<const double> barycentre) {
  double apart = 0, all = 0;
  for (const auto& x : positions)
    for (std::size_t i = 0; i < x.size(); ++i) {
      apart += (x[i] - barycentre[i]) * (x[i] - barycentre[i]);
      all += x[i] * x[i];
    }
  return all == 0 ? 0 : apart / all;
}

Weights projected(std::span<const double> centre, Weights fallback) {
  Weights& w = fallback;
  if (w.kind == WeightKind::binary) {
    for (std::size_t i = 0; i < w.values.size(); ++i)
      if (centre[i] != 0) w.values[i] = centre[i] > 0 ? 1 : -1;
    return fallback;
  }
  for (int k = 0; k < w.hidden; ++k) {
    const auto c = centre.subspan(std::size_t(k) * std::size_t(w.fan_in), std::size_t(w.fan_in));
    const double norm2 = std::inner_product(c.begin(), c.end(), c.begin(), 0.0);
    if (!(norm2 > 0)) continue;
    // w[k] = c[k] sqrt n / |c[k]|
    const double scale = std::sqrt(w.fan_in / norm2);
    std::transform(c.begin(), c.end(), w.unit(k).begin(), [scale](double value) { return scale * value; });
  }
  return fallback;
}

double mean_mutual_overlap(const std::vector<Weights>& replicas) {
  // sum over pairs w[r].w[s] = (|sum_r w[r]|^2 - sum_r |w[r]|^2) / 2
  std::vector<double> sum(replicas.front().values.size(), 0.0);
  double own = 0;
  for (const Weights& w : replicas)
    for (std::size_t i = 0; i < sum.size(); ++i) {
      sum[i] += w.values[i];
      own += w.values[i] * w.values[i];
    }
  const double together = std::inner_product(sum.begin(), sum.end(), sum.begin(), 0.0);
  const double y = double(replicas.size());
  return (together - own) / (y * (y - 1) * double(sum.size()));
}

Progress summary(const std::vector<Progress>& replicas) {
  Progress all;
  all.converged = all.exhausted = true;
  bool errors_known = true;
  double errors = 0;
  const double y = double(replicas.size());
  for (const Progress& one : replicas) {
    all.failed = all.failed || one.failed || std::isinf(one.change);
    all.converged = all.converged && one.converged;
    all.exhausted = all.exhausted && one.exhausted;
    errors_known = errors_known && one.errors >= 0;
    errors += double(one.errors) / y;
  }
  if (errors_known) all.observables.emplace_back("replica_errors", errors);
  // An average where every replica reports the value, under the name that they give it.
  for (std::size_t j = 0; j < replicas.front().observables.size(); ++j) {
    const std::string& name = replicas.front().observables[j].first;
    double sum = 0;
    std::size_t reported = 0;
    for (const Progress& one : replicas)
      if (j < one.observables.size() && one.observables[j].first == name) {
        sum += one.observables[j].second;
        ++reported;
      }
    if (reported == replicas.size()) all.observables.emplace_back(name, sum / y);
  }
  return all;
}

}  // namespace detail
}  // namespace wfm
