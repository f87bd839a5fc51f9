#include "inference/amp.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "inference/report.hpp"
#include "math/error.hpp"

namespace wfm::inference {

Amp::Amp(const Problem& problem, const Params& params)
    : problem_(&problem),
      params_(params),
      prior_(problem),
      patterns_(problem),
      channel_(problem.architecture, problem.margin,
               patterns_.binary() && !prior_.spherical() && params.lattice, params.majority_sum) {
  require(params.damping >= 0 && params.damping < 1,
          fmt::format("amp: damping must lie in [0, 1), not {}", params.damping));
  require(params.tolerance > 0, fmt::format("amp: tolerance must be positive, not {}", params.tolerance));
  require(params.initial_field >= 0,
          fmt::format("amp: initial_field must not be negative, not {}", params.initial_field));
  validate(params.external, prior_);
}

Amp::State Amp::start(RandomStream& random) const {
  const std::size_t M = prior_.size();
  State state;
  state.external = inference::start(params_.external, prior_);
  state.cavity_field.resize(M);
  for (double& field : state.cavity_field) field = params_.initial_field * random.normal();
  state.cavity_precision.assign(M, 0.0);
  state.magnetisation.resize(M);
  state.variance.resize(M);
  prior_.posterior(total(state), state.magnetisation, state.variance);
  state.force.assign(force_size(), 0.0);
  return state;
}

// V_k = (1/n) sum_i v_i, or one a pattern: V_ak = (1/n) sum_i xi_ai^2 v_i
std::vector<double> Amp::variances(const State& state) const {
  const std::size_t P = patterns_.count(), n = prior_.fan_in();
  std::vector<double> V(force_size());
  for (int k = 0; k < patterns_.hidden(); ++k)
    patterns_.multiply_squares(k, prior_.unit(std::span(state.variance), k),
                               std::span(V).subspan(std::size_t(k) * P, P));
  for (double& v : V) v = std::max(v, smallest_sum_variance) / double(n);
  return V;
}

// omega_ak = (1/sqrt n) sum_i xi_ai m_i - V_ak g_ak
std::vector<double> Amp::mean_preactivations(const State& state, std::span<const double> V) const {
  const std::size_t P = patterns_.count(), n = std::size_t(patterns_.fan_in());
  const double scale = 1 / std::sqrt(double(n));
  std::vector<double> omega(force_size());
  for (int k = 0; k < patterns_.hidden(); ++k)
    patterns_.multiply(k, std::span(state.magnetisation).subspan(std::size_t(k) * n, n),
                       std::span(omega).subspan(std::size_t(k) * P, P));
  for (std::size_t at = 0; at < omega.size(); ++at) omega[at] = omega[at] * scale - V[at] * state.force[at];
  return omega;
}

// g = d ln Z/d omega into state.force; returns -dg/d omega, K x P like it.
std::vector<double> Amp::update_forces(State& state) const {
  const std::size_t P = patterns_.count(), K = std::size_t(patterns_.hidden());
  const std::vector<double> V = variances(state), omega = mean_preactivations(state, V);
  std::vector<double> precision(force_size()), omega_a(K), V_a(K);
  ChannelOutput output;
  for (std::size_t a = 0; a < P; ++a) {
    for (std::size_t k = 0; k < K; ++k) {
      omega_a[k] = omega[k * P + a];
      V_a[k] = V[k * P + a];
    }
    channel_.evaluate(problem_->train.labels[a], omega_a, V_a, output);
    for (std::size_t k = 0; k < K; ++k) {
      state.force[k * P + a] = output.g[k];
      precision[k * P + a] = -output.dg[k];
    }
  }
  return precision;
}

// Gamma_i = (1/sqrt n) sum_a xi_ai g_ak + Lambda_i m_i,  Lambda_i = (1/n) sum_a xi_ai^2 (-dg_ak)
void Amp::update_cavity_messages(State& state, std::span<const double> precision) const {
  const std::size_t P = patterns_.count(), n = prior_.fan_in();
  const double scale = 1 / std::sqrt(double(n));
  for (int k = 0; k < patterns_.hidden(); ++k) {
    const auto Gamma = prior_.unit(std::span(state.cavity_field), k);
    const auto Lambda = prior_.unit(std::span(state.cavity_precision), k);
    const auto m = prior_.unit(std::span(state.magnetisation), k);
    patterns_.multiply_transposed(k, std::span(state.force).subspan(std::size_t(k) * P, P), Gamma);
    patterns_.multiply_squares_transposed(k, precision.subspan(std::size_t(k) * P, P), Lambda);
    for (std::size_t i = 0; i < n; ++i) {
      Lambda[i] /= double(n);
      Gamma[i] = prior_.bounded(Gamma[i] * scale + Lambda[i] * m[i]);
    }
  }
}

TotalMessages Amp::total(const State& state) const {
  return {state.cavity_field, state.cavity_precision, state.external};
}

Progress Amp::step(State& state, RandomStream&) const {
  const TotalMessages before = total(state);
  const std::vector<double> precision = update_forces(state);
  update_cavity_messages(state, precision);
  update(params_.external, prior_, {state.cavity_field, state.cavity_precision}, before, state.external);

  const std::size_t M = prior_.size();
  std::vector<double> mean(M), variance(M);
  prior_.posterior(total(state), mean, variance);
  const MeanChange change = mean_change(state.magnetisation, mean);
  prior_.blend(params_.damping, mean, variance, state.magnetisation, state.variance);
  state.change = change.largest;
  advance(params_.external, state.change, params_.tolerance, state.external);

  Progress progress =
      report(params_.external, state.external, state.magnetisation, change, params_.tolerance);
  progress.errors = count_mean_errors(*problem_, patterns_, state.magnetisation);
  if (params_.report_entropy) progress.observables.emplace_back("entropy", bethe(state).entropy);
  return progress;
}

Weights Amp::weights(const State& state) const {
  return prior_.weights(state.magnetisation);
}

// M phi = sum_a [ln Z_a + (1/2) sum_k V_ak g_ak^2] + sum_i [s_i + theta_i m_i - rho_i (m_i^2 + v_i)/2]   (BP.4)
BetheEntropy Amp::bethe(const State& state) const {
  const std::size_t P = patterns_.count(), K = std::size_t(patterns_.hidden()),
                    M = state.magnetisation.size();
  const std::vector<double> V = variances(state), omega = mean_preactivations(state, V);
  std::vector<double> omega_a(K), V_a(K);
  ChannelOutput output;
  double entropy = 0;
  for (std::size_t a = 0; a < P; ++a) {
    for (std::size_t k = 0; k < K; ++k) {
      omega_a[k] = omega[k * P + a];
      V_a[k] = V[k * P + a];
      entropy += 0.5 * V_a[k] * state.force[k * P + a] * state.force[k * P + a];
    }
    channel_.evaluate(problem_->train.labels[a], omega_a, V_a, output);
    entropy += output.log_Z;
  }
  entropy += prior_.entropy(state.magnetisation, state.variance);
  const double field_term = field_energy(state.external, state.magnetisation, state.variance);
  return {(entropy + field_term) / double(M), entropy / double(M)};
}

}  // namespace wfm::inference
