#include "theory/replica_symmetric.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <optional>

#include <fmt/format.h>

#include "math/error.hpp"
#include "math/gaussian.hpp"
#include "math/roots.hpp"
#include "theory/graded_rule.hpp"

namespace wfm::theory {

namespace {

constexpr double grid_step = 0.12;
constexpr double largest_logit = 40;  // 1 - q = 4e-18: what grows beyond this runs away to q = 1
constexpr double smallest_qhat = 1e-16;

/// q and 1 - q, both to full relative precision, from logit q = ln(q/(1-q)).
struct Overlap {
  double q = 0;
  double one_minus_q = 1;
};
Overlap from_logit(double logit) {
  return {1 / (1 + std::exp(-logit)), 1 / (1 + std::exp(logit))};
}

// Both integrands change over one unit of their argument.
QuadratureRule energetic_rule(double margin, Overlap overlap, double step) {
  const double root_q = std::sqrt(overlap.q);
  return graded_normal_rule({margin / root_q, std::sqrt(overlap.one_minus_q) / root_q}, step);
}
QuadratureRule entropic_rule(double qhat, double step) {
  return graded_normal_rule({0, 1.5 / std::sqrt(qhat)}, step);
}

double conjugate(const RsParams& params, Overlap overlap, double step) {
  const double root_q = std::sqrt(overlap.q), deviation = std::sqrt(overlap.one_minus_q);
  // qhat = alpha/(1-q) int Dz R^2((kappa - sqrt(q) z)/sqrt(1-q))
  return params.alpha / overlap.one_minus_q *
         integrate(energetic_rule(params.margin, overlap, step), [&](double z) {
           const double r = R((params.margin - root_q * z) / deviation);
           return r * r;
         });
}

Overlap overlap_of_conjugate(double qhat, double step) {
  const double root_qhat = std::sqrt(qhat);
  const QuadratureRule rule = entropic_rule(qhat, step);
  // q = int Dz tanh^2(sqrt(qhat) z), 1 - q = int Dz 1/cosh^2(sqrt(qhat) z)
  Overlap overlap{0, 0};
  for (std::size_t j = 0; j < rule.size(); ++j) {
    const double e = std::exp(-2 * root_qhat * std::abs(rule.nodes[j]));
    const double tanh = -std::expm1(-2 * root_qhat * std::abs(rule.nodes[j])) / (1 + e);
    overlap.q += rule.weights[j] * tanh * tanh;
    overlap.one_minus_q += rule.weights[j] * 4 * e / ((1 + e) * (1 + e));
  }
  return overlap;
}

/// (RS.1)
double free_entropy(const RsParams& params, Overlap overlap, double qhat, double step) {
  const double root_q = std::sqrt(overlap.q), deviation = std::sqrt(overlap.one_minus_q);
  const double root_qhat = std::sqrt(qhat);
  return -qhat * overlap.one_minus_q / 2 +
         integrate(entropic_rule(qhat, step), [&](double z) { return log_2cosh(root_qhat * z); }) +
         params.alpha * integrate(energetic_rule(params.margin, overlap, step),
                                  [&](double z) { return log_H((params.margin - root_q * z) / deviation); });
}

/// Limit of weak constraints, qhat -> 0: q = qhat = alpha R(kappa)^2, phi = ln 2 + alpha ln H(kappa) up to order qhat^2.
/// alpha = 0 is its end.
RsResult weak_constraints(const RsParams& params, double qhat) {
  RsResult result;
  result.entropy = std::numbers::ln2 + (params.alpha > 0 ? params.alpha * log_H(params.margin) : 0);
  result.q = result.qhat = qhat;
  result.converged = true;
  return result;
}

RsResult no_saddle(const std::string& reason) {
  RsResult result;
  result.entropy = result.q = result.qhat = result.residual = result.quadrature_error =
      std::numeric_limits<double>::quiet_NaN();
  result.reason = reason;
  return result;
}

}  // namespace

double rs_free_entropy(const RsParams& params, double q, double qhat) {
  require(
      q >= 0 && q < 1 && qhat >= 0 && std::isfinite(qhat),
      fmt::format("rs_free_entropy needs 0 <= q < 1 and a finite qhat >= 0, got q = {}, qhat = {}", q, qhat));
  return free_entropy(params, {q, 1 - q}, qhat, grid_step / 2);
}

RsResult rs_entropy(const RsParams& params) {
  require(std::isfinite(params.alpha) && params.alpha >= 0,
          fmt::format("rs_entropy needs a finite alpha >= 0, got {}", params.alpha));
  require(std::isfinite(params.margin),
          fmt::format("rs_entropy needs a finite margin, got {}", params.margin));

  const double qhat_start = params.alpha > 0 ? params.alpha * R(params.margin) * R(params.margin) : 0;
  if (qhat_start < smallest_qhat) return weak_constraints(params, qhat_start);

  // Root of logit q(qhat(q)) - logit q. The map q -> q(qhat(q)) grows with q, so its image of q = 0 lies below the smallest
  // root, and the difference is positive up to it. The logit keeps both ends, q -> 0 and q -> 1, in reach.
  const auto excess = [&](double logit) {
    const Overlap image = overlap_of_conjugate(conjugate(params, from_logit(logit), grid_step), grid_step);
    return std::log(image.q / image.one_minus_q) - logit;
  };
  const Overlap start = overlap_of_conjugate(qhat_start, grid_step);
  double low = std::log(start.q / start.one_minus_q) - 1e-3, high = low;
  double excess_high = excess(low);
  while (excess_high > 0 && high < largest_logit) {
    low = high;
    high = low + std::max(1.2 * excess_high, 0.1);
    excess_high = excess(high);
  }
  if (!std::isfinite(excess_high)) return no_saddle("the order parameters overflow");
  if (excess_high > 0) return no_saddle("no saddle point with q < 1: the overlap runs away to 1");
  const std::optional<double> logit = find_root(excess, low, high, 1e-13);
  if (!logit) return no_saddle("the root of the saddle-point equation was not bracketed");

  RsResult result;
  const Overlap overlap = from_logit(*logit);
  result.q = overlap.q;
  result.qhat = conjugate(params, overlap, grid_step / 2);
  result.entropy = free_entropy(params, overlap, result.qhat, grid_step / 2);
  result.quadrature_error = std::abs(result.entropy - free_entropy(params, overlap, result.qhat, grid_step));
  result.residual =
      std::abs(overlap_of_conjugate(result.qhat, grid_step / 2).one_minus_q - overlap.one_minus_q);
  result.converged = std::isfinite(result.entropy);
  if (!result.converged) return no_saddle("the free entropy is not finite");
  return result;
}

}  // namespace wfm::theory
