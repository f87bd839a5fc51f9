#include "theory/stability_distribution.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "math/error.hpp"
#include "math/gaussian.hpp"
#include "theory/graded_rule.hpp"

namespace wfm::theory {

namespace {

void check(const RsResult& saddle) {
  require(saddle.converged,
          fmt::format("a stability distribution needs a converged RS saddle, got: {}", saddle.reason));
}

/// int Dz f(z) for an f that changes over sqrt((1-q)/q) around stability/sqrt(q) and margin/sqrt(q).
template <class F>
double average(double q, double margin, double stability, F&& f) {
  const double root_q = std::sqrt(q), width = std::sqrt(1 - q) / root_q;
  const SharpPlace places[] = {
      {0, 2}, edge_place(margin / root_q, width), edge_place(stability / root_q, width)};
  return integrate(graded_rule(places, -9, 9, 0.2), [&](double z) { return G(z) * f(z); });
}

/// G(y)/H(x) for y >= x without overflow.
double density_ratio(double y, double x) {
  return x > 0 ? R(x) * std::exp((x - y) * (x + y) / 2) : G(y) / H(x);
}

/// P(stability >= `stability`) = int Dz H(y)/H(x).
double tail_probability(const RsParams& params, const RsResult& saddle, double stability) {
  if (stability <= params.margin) return 1;
  if (std::isinf(stability)) return 0;
  const double root_q = std::sqrt(saddle.q), deviation = std::sqrt(1 - saddle.q);
  return average(saddle.q, params.margin, stability, [&](double z) {
    return std::exp(log_H((stability - root_q * z) / deviation) -
                    log_H((params.margin - root_q * z) / deviation));
  });
}

}  // namespace

std::vector<double> stability_density(const RsParams& params, const RsResult& saddle,
                                      std::span<const double> stabilities) {
  check(saddle);
  const double root_q = std::sqrt(saddle.q), deviation = std::sqrt(1 - saddle.q);
  std::vector<double> density;
  for (const double stability : stabilities) {
    // (SD.1)
    density.push_back(
        stability < params.margin ? 0 : average(saddle.q, params.margin, stability, [&](double z) {
          return density_ratio((stability - root_q * z) / deviation,
                               (params.margin - root_q * z) / deviation) /
                 deviation;
        }));
  }
  return density;
}

std::vector<double> stability_histogram(const RsParams& params, const RsResult& saddle,
                                        std::span<const double> edges) {
  check(saddle);
  std::vector<double> probability;
  for (std::size_t i = 0; i + 1 < edges.size(); ++i) {
    require(edges[i] < edges[i + 1],
            fmt::format("histogram edges increase, got {} before {}", edges[i], edges[i + 1]));
    probability.push_back(tail_probability(params, saddle, edges[i]) -
                          tail_probability(params, saddle, edges[i + 1]));
  }
  return probability;
}

}  // namespace wfm::theory
