#include "theory/gibbs_measure.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <optional>

#include <fmt/format.h>

#include "math/error.hpp"
#include "math/field.hpp"
#include "math/gaussian.hpp"
#include "math/roots.hpp"
#include "theory/graded_rule.hpp"

namespace wfm::theory {

namespace {

constexpr double grid_step =
    0.13;  // of the entropic grids; the energetic ones have three places, so twice that
constexpr double field_range = 9.5;
constexpr double longest_move = 0.7;  // of logit q in the search from below
constexpr double largest_logit = 25;  // 1 - q = 1e-11: what grows beyond this runs away to q = 1
constexpr double smallest_qhat = 1e-16;
constexpr double residual_tolerance = 1e-10;
constexpr double largest_quadrature_error = 1e-8;
constexpr double largest_beta = 1e16;

/// q and 1 - q, both to full relative precision.
struct OverlapPair {
  double q = 0;
  double one_minus_q = 1;
  double logit() const { return std::log(q / one_minus_q); }
};
OverlapPair from_logit(double logit) {
  return {1 / (1 + std::exp(-logit)), 1 / (1 + std::exp(logit))};
}

struct Measure {
  double alpha = 0;
  GibbsChannel channel;
};

QuadratureRule energetic_rule(const Measure& measure, OverlapPair overlap, double step) {
  const ChannelEdges edges = edges_of(measure.channel, overlap.one_minus_q);
  const double root_q = std::sqrt(overlap.q);
  const SharpPlace places[] = {{0, 2},
                               edge_place(edges.upper.centre / root_q, edges.upper.width / root_q),
                               edge_place(edges.lower.centre / root_q, edges.lower.width / root_q)};
  QuadratureRule rule = graded_rule(places, -field_range, field_range, 2 * step);
  for (std::size_t j = 0; j < rule.size(); ++j) rule.weights[j] *= G(rule.nodes[j]);
  return rule;
}
QuadratureRule entropic_rule(double qhat, double step) {
  return graded_normal_rule({0, 1.5 / std::sqrt(qhat)}, step);
}

/// Averages over the cavity field of a pattern.
struct PatternAverages {
  double log_X = 0;
  double r2 = 0;
  double dr2 = 0;
};
PatternAverages pattern_averages(const Measure& measure, OverlapPair overlap, double step) {
  const QuadratureRule rule = energetic_rule(measure, overlap, step);
  const double root_q = std::sqrt(overlap.q);
  PatternAverages sum;
  for (std::size_t j = 0; j < rule.size(); ++j) {
    const Response at = measure.channel(root_q * rule.nodes[j], overlap.one_minus_q);
    sum.log_X += rule.weights[j] * at.log_X;
    sum.r2 += rule.weights[j] * at.r * at.r;
    sum.dr2 += rule.weights[j] * at.dr * at.dr;
  }
  return sum;
}

TiltedAverages tilted_averages(const Measure& measure, OverlapPair overlap, double step) {
  const QuadratureRule rule = energetic_rule(measure, overlap, step);
  const double root_q = std::sqrt(overlap.q);
  TiltedAverages sum;
  for (std::size_t j = 0; j < rule.size(); ++j) {
    const TiltedAverages at = measure.channel.tilted(root_q * rule.nodes[j], overlap.one_minus_q);
    sum.loss += rule.weights[j] * at.loss;
    sum.error_probability += rule.weights[j] * at.error_probability;
  }
  return sum;
}

/// Averages over the cavity field of a weight.
struct WeightAverages {
  OverlapPair image;  // int Dz tanh^2(sqrt(qhat) z)
  double log_2cosh = 0;
  double sech4 = 0;
};
WeightAverages weight_averages(double qhat, double step) {
  const QuadratureRule rule = entropic_rule(qhat, step);
  const double root_qhat = std::sqrt(qhat);
  WeightAverages sum{{0, 0}, 0, 0};
  for (std::size_t j = 0; j < rule.size(); ++j) {
    const double field = root_qhat * rule.nodes[j], tanh = std::tanh(field), sech2 = variance_of_field(field);
    sum.image.q += rule.weights[j] * tanh * tanh;
    sum.image.one_minus_q += rule.weights[j] * sech2;
    sum.log_2cosh += rule.weights[j] * log_2cosh(field);
    sum.sech4 += rule.weights[j] * sech2 * sech2;
  }
  return sum;
}

/// (GI.2)
double free_entropy(double alpha, OverlapPair overlap, double qhat, const PatternAverages& patterns,
                    const WeightAverages& weights) {
  return -qhat * overlap.one_minus_q / 2  //
         + weights.log_2cosh              //
         + alpha * patterns.log_X;
}

GibbsState no_state(const std::string& reason) {
  GibbsState state;
  state.free_entropy = state.energy = state.entropy = state.q = state.qhat = state.error_probability =
      state.replicon = state.residual = state.quadrature_error = std::numeric_limits<double>::quiet_NaN();
  state.reason = reason;
  return state;
}

FreezingPoint no_freezing(const std::string& reason) {
  FreezingPoint point;
  point.beta = point.q = point.qhat = point.energy = point.error_probability = point.entropy =
      point.replicon = std::numeric_limits<double>::quiet_NaN();
  point.reason = reason;
  return point;
}

/// Limit of weak constraints, qhat -> 0: q = qhat = alpha r(0, 1)^2 up to order qhat^2. alpha = 0 and beta = 0 are its ends.
GibbsState weak_constraints(const Measure& measure, double qhat) {
  const TiltedAverages tilted = measure.channel.tilted(0, 1);
  GibbsState state;
  state.free_entropy = std::numbers::ln2 + measure.alpha * measure.channel(0, 1).log_X;
  state.energy = measure.alpha * tilted.loss;
  state.entropy = state.free_entropy + measure.channel.beta * state.energy;
  state.q = state.qhat = qhat;
  state.error_probability = tilted.error_probability;
  const double dr = measure.channel(0, 1).dr;
  state.replicon = measure.alpha * dr * dr;
  state.converged = true;
  return state;
}

GibbsState evaluate(const Measure& measure, OverlapPair overlap) {
  const double step = grid_step / 2;
  const PatternAverages patterns = pattern_averages(measure, overlap, step);
  const PatternAverages coarse = pattern_averages(measure, overlap, grid_step);
  GibbsState state;
  state.q = overlap.q;
  state.qhat = measure.alpha * patterns.r2;
  const WeightAverages weights = weight_averages(state.qhat, step);
  const TiltedAverages tilted = tilted_averages(measure, overlap, step);
  state.free_entropy = free_entropy(measure.alpha, overlap, state.qhat, patterns, weights);
  state.energy = measure.alpha * tilted.loss;
  state.entropy = state.free_entropy + measure.channel.beta * state.energy;
  state.error_probability = tilted.error_probability;
  state.replicon = measure.alpha * patterns.dr2 * weights.sech4;
  state.residual = std::abs(weights.image.one_minus_q - overlap.one_minus_q);
  state.quadrature_error =
      std::abs(state.free_entropy - free_entropy(measure.alpha, overlap, state.qhat, coarse,
                                                 weight_averages(state.qhat, grid_step)));
  return state;
}

}  // namespace

double gibbs_free_entropy(double alpha, const GibbsLoss& loss, double beta, double q, double qhat) {
  const Measure measure{alpha, {loss, beta}};
  check(measure.channel);
  require(q >= 0 && q < 1 && qhat >= 0 && std::isfinite(qhat),
          fmt::format("gibbs_free_entropy needs 0 <= q < 1 and a finite qhat >= 0, got q = {}, qhat = {}", q,
                      qhat));
  const OverlapPair overlap{q, 1 - q};
  return free_entropy(alpha, overlap, qhat, pattern_averages(measure, overlap, grid_step / 2),
                      weight_averages(qhat, grid_step / 2));
}

GibbsState gibbs_measure(double alpha, const GibbsLoss& loss, double beta) {
  const Measure measure{alpha, {loss, beta}};
  check(measure.channel);
  require(std::isfinite(alpha) && alpha >= 0,
          fmt::format("a Gibbs measure needs a finite alpha >= 0, got {}", alpha));

  const double r_start = measure.channel(0, 1).r, qhat_start = alpha * r_start * r_start;
  if (qhat_start < smallest_qhat) return weak_constraints(measure, qhat_start);

  // Root of logit q(qhat(q)) - logit q, from below: positive for q -> 0, where the image is finite. For log-concave channels the
  // map grows with q, so that the image of q = 0 lies below the smallest root already.
  const auto excess = [&](double logit) {
    const double qhat = alpha * pattern_averages(measure, from_logit(logit), grid_step).r2;
    return weight_averages(qhat, grid_step).image.logit() - logit;
  };
  double low = weight_averages(qhat_start, grid_step).image.logit() - 1e-3;
  double excess_high = excess(low);
  for (int step = 0; excess_high <= 0 && step < 40; ++step) excess_high = excess(low -= 1);
  double high = low;
  while (excess_high > 0 && high < largest_logit) {
    low = high;
    high = low + std::clamp(1.2 * excess_high, 0.05, longest_move);
    excess_high = excess(high);
  }
  if (!std::isfinite(excess_high)) return no_state("the order parameters overflow");
  if (excess_high > 0) return no_state("no saddle point with q < 1: the overlap runs away to 1");
  const std::optional<double> logit = find_root(excess, low, high, 1e-13);
  if (!logit) return no_state("the root of the saddle-point equation was not bracketed");

  GibbsState state = evaluate(measure, from_logit(*logit));
  if (!std::isfinite(state.free_entropy + state.energy)) return no_state("the free entropy is not finite");
  if (!(state.residual <= residual_tolerance))
    return no_state(fmt::format("the saddle-point residual is {:.2g}", state.residual));
  if (!(state.quadrature_error <= largest_quadrature_error))
    return no_state(fmt::format("the quadrature error is {:.2g}", state.quadrature_error));
  state.converged = true;
  return state;
}

FreezingPoint freezing(double alpha, const GibbsLoss& loss) {
  check(GibbsChannel{loss, 0});
  require(std::isfinite(alpha) && alpha > 0, fmt::format("freezing needs a finite alpha > 0, got {}", alpha));

  // where no saddle with q < 1 is left any negative number keeps the bracket
  const auto entropy = [&](double log_beta) {
    const GibbsState state = gibbs_measure(alpha, loss, std::exp(log_beta));
    return state.converged ? state.entropy : -1.0;
  };
  double low = std::log(1e-3), high = std::log(10.0);
  while (entropy(high) > 0) {
    low = high;
    high += std::log(10.0);
    if (high > std::log(largest_beta)) {
      return no_freezing(fmt::format("the entropy stays positive up to beta = {:.2g}", std::exp(low)));
    }
  }
  const std::optional<double> log_beta = find_root(entropy, low, high, 1e-12);
  if (!log_beta) return no_freezing("the zero of the entropy was not bracketed");
  const double beta = std::exp(*log_beta);
  const GibbsState state = gibbs_measure(alpha, loss, beta);
  if (!state.converged || std::abs(state.entropy) > 1e-8)
    return no_freezing("the RS saddle point ends before its entropy vanishes");
  // error of S = phi + beta e over -dS/d ln beta, both terms with the quadrature error of phi
  const double shift = 1e-3, slope = (entropy(*log_beta - shift) - state.entropy) / shift;
  const double error = beta * ((std::abs(state.entropy) + 2 * state.quadrature_error) / slope + 1e-12);
  return {beta,          state.q,        state.qhat, state.energy, state.error_probability,
          state.entropy, state.replicon, true,       "",           error};
}

}  // namespace wfm::theory
