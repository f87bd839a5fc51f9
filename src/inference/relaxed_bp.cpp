#include "inference/relaxed_bp.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "inference/report.hpp"
#include "math/branch_free.hpp"
#include "math/error.hpp"

namespace wfm::inference {
namespace {

/// Cavity precisions stay above this, whatever one sweep of negative curvatures does between two updates of the
/// spheres, on which a weight's precision is of order one or more.
constexpr double smallest_precision = 0.05;

}  // namespace

/// One sweep: state.cavity_field and cavity_precision follow the messages at once, next_* collects their new
/// sums.
class RelaxedBp::Sweep {
 public:
  Sweep(const RelaxedBp& bp, State& state)
      : bp_(bp),
        state_(state),
        K_(std::size_t(bp.prior_.hidden())),
        n_(bp.prior_.fan_in()),
        offset_(bp.prior_.size()),
        next_field_(bp.prior_.size(), 0.0),
        next_precision_(bp.prior_.size(), 0.0),
        xi_(n_),
        mean_(K_ * n_),
        omega_(K_),
        V_(K_) {}

  void update_external() {
    update(bp_.params_.external, bp_.prior_, {state_.cavity_field, state_.cavity_precision},
           bp_.total(state_), state_.external);
    set_multipliers();
  }
  void set_multipliers() {
    multipliers_ = bp_.prior_.multipliers(bp_.total(state_));
    for (std::size_t i = 0; i < offset_.size(); ++i)
      offset_[i] = state_.external.rho[i] + multipliers_[i / n_];
  }

  void visit(std::size_t a) {
    for (std::size_t k = 0; k < K_; ++k) gather(a, k);
    bp_.channel_.evaluate(bp_.problem_->train.labels[a], omega_, V_, output_);
    for (std::size_t k = 0; k < K_; ++k) commit(a, k);
  }

  /// ln Z_a and the edges' terms of (BP.7), at the multipliers set.
  double log_Z_and_edges(std::size_t a) {
    double sum = 0;
    for (std::size_t k = 0; k < K_; ++k) {
      gather(a, k);
      const double D = state_.curvature[a * K_ + k] / double(n_);
      for (std::size_t i = 0; i < n_; ++i) {
        const double H = total_field(k * n_ + i), b = total_precision(k * n_ + i);
        sum -= bp_.prior_.log_normaliser(H, b) -
               bp_.prior_.log_normaliser(H - message(a, k)[i], b - xi_[i] * xi_[i] * D);
      }
    }
    bp_.channel_.evaluate(bp_.problem_->train.labels[a], omega_, V_, output_);
    return sum + output_.log_Z;
  }

  /// The weights' terms of (BP.7).
  double log_normalisers() const {
    double sum = 0;
    for (std::size_t i = 0; i < offset_.size(); ++i)
      sum += bp_.prior_.log_normaliser(total_field(i), total_precision(i));
    if (bp_.prior_.spherical())
      for (const double a : multipliers_) sum += 0.5 * double(n_) * (a - 1);
    return sum;
  }

  /// Sums added up anew, so that rounding does not build up from sweep to sweep.
  void finish() {
    state_.cavity_field.swap(next_field_);
    state_.cavity_precision.swap(next_precision_);
  }

 private:
  double total_field(std::size_t i) const { return state_.cavity_field[i] + state_.external.theta[i]; }
  double total_precision(std::size_t i) const { return state_.cavity_precision[i] + offset_[i]; }
  double* unit(std::vector<double>& values, std::size_t k) const { return values.data() + k * n_; }
  double* message(std::size_t a, std::size_t k) const { return state_.messages.data() + (a * K_ + k) * n_; }
  void load_inputs(std::size_t a, std::size_t k) {
    if (k == 0 || bp_.problem_->architecture.tree) bp_.patterns_.row(int(k), a, xi_);
  }

  // m_{i->a} into mean_, omega_ak and V_ak
  void gather(std::size_t a, std::size_t k) {
    load_inputs(a, k);
    const double *xi = xi_.data(), *uhat = message(a, k), *Gamma = unit(state_.cavity_field, k),
                 *theta = unit(state_.external.theta, k), *Lambda = unit(state_.cavity_precision, k),
                 *offset = unit(offset_, k);
    double* m = unit(mean_, k);
    const double D = state_.curvature[a * K_ + k] / double(n_);
    const bool spherical = bp_.prior_.spherical();
    double sum = 0, spread = 0;
    for (std::size_t i = 0; i < n_; ++i) {
      const double H = Gamma[i] + theta[i] - uhat[i], square = xi[i] * xi[i];
      const double v = 1 / std::max(Lambda[i] + offset[i] - square * D, smallest_precision);
      m[i] = spherical ? H * v : vector_tanh(H);
      sum += xi[i] * m[i];
      spread += square * (spherical ? v : (1 - m[i]) * (1 + m[i]));
    }
    omega_[k] = sum / std::sqrt(double(n_));
    V_[k] = std::max(spread, smallest_sum_variance) / double(n_);
  }

  // (BP.6), and the fields that follow
  void commit(std::size_t a, std::size_t k) {
    load_inputs(a, k);
    const double keep = bp_.params_.damping, g = output_.g[k] / std::sqrt(double(n_));
    double& D = state_.curvature[a * K_ + k];
    const double old = D / double(n_), fresh = -output_.dg[k] / double(n_);
    const double next = keep * old + (1 - keep) * fresh;
    const double *xi = xi_.data(), *m = unit(mean_, k);
    double *uhat = message(a, k), *Gamma = unit(state_.cavity_field, k),
           *Lambda = unit(state_.cavity_precision, k), *next_Gamma = unit(next_field_, k),
           *next_Lambda = unit(next_precision_, k);
    for (std::size_t i = 0; i < n_; ++i) {
      const double square = xi[i] * xi[i], before = uhat[i];
      uhat[i] = keep * before + (1 - keep) * (xi[i] * g + square * fresh * m[i]);
      Gamma[i] += uhat[i] - before;
      Lambda[i] += square * (next - old);
      next_Gamma[i] += uhat[i];
      next_Lambda[i] += square * next;
    }
    D = next * double(n_);
  }

  const RelaxedBp& bp_;
  State& state_;
  std::size_t K_, n_;
  std::vector<double> multipliers_, offset_;  // K: a_k, M: rho_i + a_k
  std::vector<double> next_field_, next_precision_, xi_, mean_, omega_, V_;
  ChannelOutput output_;
};

RelaxedBp::Params RelaxedBp::from_edge_params(const EdgeBp::Params& params) {
  return {.external = params.external,
          .damping = params.damping,
          .tolerance = params.tolerance,
          .initial_field = params.initial_field,
          .external_updates = params.external_updates,
          .lattice = params.lattice,
          .majority_sum = params.majority_sum,
          .report_entropy = params.report_entropy};
}

RelaxedBp::RelaxedBp(const Problem& problem, const Params& params)
    : problem_(&problem),
      params_(params),
      prior_(problem),
      patterns_(problem),
      channel_(problem.architecture, problem.margin,
               patterns_.binary() && !prior_.spherical() && params.lattice, params.majority_sum) {
  require(params.damping >= 0 && params.damping < 1,
          fmt::format("relaxed bp: damping must lie in [0, 1), not {}", params.damping));
  require(params.tolerance > 0,
          fmt::format("relaxed bp: tolerance must be positive, not {}", params.tolerance));
  require(params.initial_field >= 0,
          fmt::format("relaxed bp: initial_field must not be negative, not {}", params.initial_field));
  require(params.external_updates >= 1,
          fmt::format("relaxed bp: external_updates must be at least 1, not {}", params.external_updates));
  validate(params.external, prior_);
  require_memory(double(edges()) * sizeof(double), "relaxed bp: messages");
}

RelaxedBp::State RelaxedBp::start(RandomStream& random) const {
  State state;
  state.external = inference::start(params_.external, prior_);
  state.cavity_field.resize(prior_.size());
  for (double& field : state.cavity_field) field = params_.initial_field * random.normal();
  state.cavity_precision.assign(prior_.size(), 0.0);
  state.messages.assign(edges(), 0.0);
  state.curvature.assign(patterns_.count() * std::size_t(prior_.hidden()), 0.0);
  return state;
}

TotalMessages RelaxedBp::total(const State& state) const {
  return {state.cavity_field, state.cavity_precision, state.external};
}

Progress RelaxedBp::step(State& state, RandomStream& random) const {
  const std::vector<double> before = magnetisations(state);
  const std::size_t P = patterns_.count();
  std::vector<std::uint32_t> order(P);
  std::iota(order.begin(), order.end(), 0u);
  shuffle(std::span(order), random);
  const std::size_t updates = std::size_t(params_.external_updates);
  const std::size_t between = std::max<std::size_t>(1, (P + updates - 1) / updates);
  Sweep sweep(*this, state);
  sweep.update_external();
  for (std::size_t at = 0; at < P; ++at) {
    if (at > 0 && at % between == 0) sweep.update_external();
    sweep.visit(order[at]);
  }
  sweep.finish();

  const std::vector<double> after = magnetisations(state);
  MeanChange change = mean_change(before, after);
  change.largest /= 1 - params_.damping;  // what an undamped sweep would change, to first order
  state.change = change.largest;
  advance(params_.external, state.change, params_.tolerance, state.external);

  Progress progress = report(params_.external, state.external, after, change, params_.tolerance);
  progress.errors = count_mean_errors(*problem_, patterns_, after);
  if (params_.report_entropy) progress.observables.emplace_back("entropy", bethe(state).entropy);
  return progress;
}

Weights RelaxedBp::weights(const State& state) const {
  return prior_.weights(magnetisations(state));
}

// M phi = sum_a ln Z_a + sum_i L(H_i, b_i) - sum_(ia) [L(H_i, b_i) - L(H_i - uhat, b_i - xi^2 D/n)]
//         + sum_k n (a_k - 1)/2,   L the log_normaliser; binary weights without the last term            (BP.7)
BetheEntropy RelaxedBp::bethe(const State& state) const {
  State copy = state;
  Sweep sweep(*this, copy);
  sweep.set_multipliers();
  double sum = sweep.log_normalisers();
  for (std::size_t a = 0; a < patterns_.count(); ++a) sum += sweep.log_Z_and_edges(a);
  std::vector<double> m(prior_.size()), v(prior_.size());
  prior_.posterior(total(state), m, v);
  const double field_term = field_energy(state.external, m, v);
  return {sum / double(m.size()), (sum - field_term) / double(m.size())};
}

std::vector<double> RelaxedBp::magnetisations(const State& state) const {
  std::vector<double> m(prior_.size()), v(prior_.size());
  prior_.posterior(total(state), m, v);
  return m;
}

}  // namespace wfm::inference
