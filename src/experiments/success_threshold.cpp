#include "experiments/success_threshold.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "math/error.hpp"
#include "math/random.hpp"

namespace wfm::experiments {

namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

double passing_load(std::span<const double> alphas, std::span<const double> rates) {
  for (std::size_t j = 1; j < rates.size(); ++j)
    if (rates[j - 1] >= 0.5 && rates[j] < 0.5)
      return alphas[j - 1] + (alphas[j] - alphas[j - 1]) * (rates[j - 1] - 0.5) / (rates[j - 1] - rates[j]);
  return nan;
}

}  // namespace

double SuccessAtLoad::rate() const {
  return double(std::count(solved.begin(), solved.end(), 1)) / double(solved.size());
}

HalfThreshold half_threshold(std::span<const SuccessAtLoad> loads, std::uint64_t seed,
                             std::size_t resamples) {
  std::vector<double> alphas, rates;
  for (const SuccessAtLoad& load : loads) {
    require(!load.solved.empty() && load.solved.size() == loads[0].solved.size(),
            "half_threshold: every load needs the same seeds");
    alphas.push_back(load.alpha);
    rates.push_back(load.rate());
  }
  HalfThreshold threshold{passing_load(alphas, rates), nan, 0};
  if (!std::isfinite(threshold.alpha)) return threshold;
  const std::size_t seeds = loads[0].solved.size();
  std::vector<double> found;
  for (std::size_t r = 0; r < resamples; ++r) {
    RandomStream random(seed, Purpose::bootstrap, r);
    std::vector<std::size_t> drawn(seeds);
    for (std::size_t& s : drawn) s = random.below(seeds);
    for (std::size_t j = 0; j < loads.size(); ++j) {
      rates[j] = 0;
      for (const std::size_t s : drawn) rates[j] += loads[j].solved[s] / double(seeds);
    }
    const double alpha = passing_load(alphas, rates);
    if (std::isfinite(alpha)) found.push_back(alpha);
  }
  threshold.resamples_left_out = resamples - found.size();
  const MeanAndError spread = mean_and_error(found);
  threshold.error = spread.standard_error * std::sqrt(double(spread.count));
  return threshold;
}

MeanAndError large_size_limit(std::span<const SizeThreshold> sizes) {
  double S = 0, Sx = 0, Sxx = 0, Sy = 0, Sxy = 0;
  std::size_t count = 0;
  for (const SizeThreshold& size : sizes) {
    const double error = size.threshold.error;
    if (!(error > 0) || !std::isfinite(size.threshold.alpha)) continue;
    const double weight = 1 / (error * error), x = 1 / size.inputs, y = size.threshold.alpha;
    S += weight;
    Sx += weight * x;
    Sxx += weight * x * x;
    Sy += weight * y;
    Sxy += weight * x * y;
    ++count;
  }
  const double determinant = S * Sxx - Sx * Sx;
  if (count < 3 || !(determinant > 0)) return {nan, nan, count};
  return {(Sxx * Sy - Sx * Sxy) / determinant, std::sqrt(Sxx / determinant), count};
}

}  // namespace wfm::experiments
