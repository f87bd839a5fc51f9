#include "landscape/enumerated_local_entropy.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "math/error.hpp"
#include "math/roots.hpp"
#include "problems/enumeration.hpp"

namespace wfm::landscape {

namespace {

/// ln Z(gamma) and the mean overlap S(gamma) there.
struct AtField {
  double log_Z = 0, S = 0;
};
AtField at_field(std::span<const double> log_count, double gamma) {
  const double M = double(log_count.size()) - 1;
  const auto exponent = [&](std::size_t D) { return log_count[D] + gamma * (M - 2 * double(D)); };
  double largest = -std::numeric_limits<double>::infinity();
  for (std::size_t D = 0; D < log_count.size(); ++D) largest = std::max(largest, exponent(D));
  double Z = 0, sum = 0;
  for (std::size_t D = 0; D < log_count.size(); ++D) {
    const double weight = std::exp(exponent(D) - largest);
    Z += weight;
    sum += weight * (1 - 2 * double(D) / M);
  }
  return {largest + std::log(Z), sum / Z};
}

}  // namespace

std::vector<EnumeratedLocalEntropyPoint> enumerated_local_entropy(const Problem& problem,
                                                                  const Weights& reference,
                                                                  std::span<const double> distances,
                                                                  int threads) {
  for (const double d : distances)
    require(d > 0 && d < 1, fmt::format("local entropy: a distance must lie in (0, 1), got {}", d));
  EnumerationParams params;
  params.reference = reference;
  params.threads = threads;
  const auto counts = enumerate(problem, params).at_distance;
  const double M = double(counts.size()) - 1;
  std::vector<double> log_count;
  for (const auto count : counts)
    log_count.push_back(count > 0 ? std::log(double(count)) : -std::numeric_limits<double>::infinity());

  std::vector<EnumeratedLocalEntropyPoint> points;
  for (const double d : distances) {
    EnumeratedLocalEntropyPoint point{d, -std::numeric_limits<double>::infinity(),
                                      std::numeric_limits<double>::quiet_NaN(), false};
    const double S = 1 - 2 * d;
    // beyond it the nearest or the farthest solutions are all of Z
    constexpr double far = 400;
    if (const auto gamma =
            find_root([&](double g) { return at_field(log_count, g).S - S; }, -far, far, 1e-13)) {
      point.counted = true;
      point.gamma = *gamma;
      point.entropy = at_field(log_count, *gamma).log_Z / M - *gamma * S;
    }
    points.push_back(point);
  }
  return points;
}

}  // namespace wfm::landscape
