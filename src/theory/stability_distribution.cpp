#include "theory/stability_distribution.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "math/error.hpp"
#include "math/gaussian.hpp"
#include "math/quadrature.hpp"
#include "theory/graded_rule.hpp"
#include "theory/kernel.hpp"

namespace wfm::theory {

namespace {

constexpr double smallest_Q = 1e-20;  // an average over z feels nothing below
constexpr double reach = 12;          // of a stability beyond the margin and 0, in deviations of the field

/// Field and remainder of the output's stability: sqrt(Q) z and a Gaussian of deviation sqrt(Q(1) - Q) cut at the margin.
struct Fields {
  double margin, root_Q, deviation, at_one;

  double edge(double stability, double z) const { return (stability - root_Q * z) / deviation; }
};

Fields fields_of(const RsParams& params, const RsResult& saddle) {
  require(saddle.converged,
          fmt::format("a stability distribution needs a converged RS saddle, got: {}", saddle.reason));
  require(
      has_one_field(params.machine),
      fmt::format("a stability distribution needs one field a pattern, got a {}", name_of(params.machine)));
  const Kernel kernel(params.machine);
  const Overlap q = overlap_of(saddle.q);
  return {params.margin, std::sqrt(std::max(kernel.Q(q), smallest_Q)), std::sqrt(kernel.rest(q)),
          kernel.at_one()};
}

/// int Dz f(z) for an f that changes over deviation/sqrt(Q) around stability/sqrt(Q) and margin/sqrt(Q).
template <class F>
double average(const Fields& fields, double stability, F&& f) {
  const double width = fields.deviation / fields.root_Q;
  const SharpPlace places[] = {
      {0, 2}, edge_place(fields.margin / fields.root_Q, width), edge_place(stability / fields.root_Q, width)};
  return integrate(graded_rule(places, -9, 9, 0.2), [&](double z) { return G(z) * f(z); });
}

/// G(y)/H(x) for y >= x without overflow.
double density_ratio(double y, double x) {
  return x > 0 ? R(x) * std::exp((x - y) * (x + y) / 2) : G(y) / H(x);
}

/// (SD.1)
double density_at(const Fields& fields, double stability) {
  if (stability < fields.margin) return 0;
  return average(fields, stability, [&](double z) {
    return density_ratio(fields.edge(stability, z), fields.edge(fields.margin, z)) / fields.deviation;
  });
}

/// P(stability >= `stability`) = int Dz H(y)/H(x).
double tail_probability(const Fields& fields, double stability) {
  if (stability <= fields.margin) return 1;
  if (std::isinf(stability)) return 0;
  return average(fields, stability, [&](double z) {
    return std::exp(log_H(fields.edge(stability, z)) - log_H(fields.edge(fields.margin, z)));
  });
}

}  // namespace

std::vector<double> stability_density(const RsParams& params, const RsResult& saddle,
                                      std::span<const double> stabilities) {
  const Fields fields = fields_of(params, saddle);
  std::vector<double> density;
  for (const double stability : stabilities) density.push_back(density_at(fields, stability));
  return density;
}

std::vector<double> stability_histogram(const RsParams& params, const RsResult& saddle,
                                        std::span<const double> edges) {
  const Fields fields = fields_of(params, saddle);
  std::vector<double> probability;
  for (std::size_t i = 0; i + 1 < edges.size(); ++i) {
    require(edges[i] < edges[i + 1],
            fmt::format("histogram edges increase, got {} before {}", edges[i], edges[i + 1]));
    probability.push_back(tail_probability(fields, edges[i]) - tail_probability(fields, edges[i + 1]));
  }
  return probability;
}

StabilityMoments stability_moments(const RsParams& params, const RsResult& saddle) {
  const Fields fields = fields_of(params, saddle);
  StabilityMoments moments;
  const double last = std::max(fields.margin, 0.0) + reach * std::sqrt(fields.at_one);
  // Delta = kappa + deviation sinh u: the density changes over the deviation behind the margin, over sqrt(Q(1)) further on
  const double u_last = std::asinh((last - fields.margin) / fields.deviation);
  moments.normalisation = integrate(composite_gauss_legendre(12, 12, 0, u_last), [&](double u) {
    return density_at(fields, fields.margin + fields.deviation * std::sinh(u)) * fields.deviation *
           std::cosh(u);
  });
  moments.mean = fields.deviation *
                 average(fields, fields.margin, [&](double z) { return R(fields.edge(fields.margin, z)); });
  return moments;
}

}  // namespace wfm::theory
