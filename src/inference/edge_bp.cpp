#include "inference/edge_bp.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "inference/edge_kernel.hpp"
#include "inference/edge_messages.hpp"
#include "inference/report.hpp"
#include "math/branch_free.hpp"
#include "math/error.hpp"
#include "math/gaussian.hpp"

namespace wfm::inference {
namespace {

/// Buffers of one sweep: H is the total field of now, next collects sum_a uhat_{a->i}.
template <class Real>
struct Sweep {
  std::vector<Real> H;
  std::vector<double> next;
  std::vector<Real> s;  // K x n: what gather() wrote for the current pattern
  std::vector<double> xi, row, fresh;
  std::vector<RowMoments> moments;
  std::vector<ExactSum> sums;
  ChannelOutput output;

  Sweep(std::size_t M, std::size_t K, std::size_t n)
      : H(M), next(M, 0.0), s(K * n), xi(n), row(n), fresh(n), moments(K) {
    output.chances.resize(K);
  }
};

}  // namespace

/// One pattern's factor at a time, in the precision of its messages.
template <class Real>
class EdgeBp::Factor {
 public:
  explicit Factor(const EdgeBp& bp)
      : bp_(bp), K_(std::size_t(bp.patterns_.hidden())), n_(std::size_t(bp.patterns_.fan_in())) {}

  /// Row of unit k in an array of K rows of n entries; all K rows of pattern a in the array of messages.
  template <class T>
  std::span<T> unit(std::span<T> values, std::size_t k) const {
    return values.subspan(k * n_, n_);
  }
  template <class T>
  std::span<T> of_pattern(std::span<T> messages, std::size_t a) const {
    return messages.subspan(a * K_ * n_, K_ * n_);
  }

  /// Mean, variance and chance of every unit, then ln Z_a and the linear forms, all at the fields sweep.H.
  void gather_all(std::size_t a, std::span<const Real> messages, Sweep<Real>& sweep) const {
    const int label = bp_.problem_->train.labels[a];
    sweep.sums.clear();
    for (std::size_t k = 0; k < K_; ++k)
      sweep.output.chances[k] = gather_unit(a, k, label, unit(of_pattern(messages, a), k), sweep);
    bp_.channel_.combine(label, sweep.output.chances, sweep.output);
  }

  /// New messages of pattern a, from what gather_all left in the sweep.
  void commit_all(std::size_t a, std::span<Real> messages, Sweep<Real>& sweep) const {
    const int label = bp_.problem_->train.labels[a];
    for (std::size_t k = 0; k < K_; ++k) {
      const RowTarget<Real> target{unit(std::span(sweep.H), k), unit(of_pattern(messages, a), k),
                                   unit(std::span(sweep.next), k), bp_.params_.damping,
                                   bp_.params_.schedule == Schedule::sequential};
      commit_unit(a, k, label, sweep, target);
    }
  }

 private:
  UnitChance gather_unit(std::size_t a, std::size_t k, int label, std::span<const Real> messages,
                         Sweep<Real>& sweep) const {
    const auto H = unit(std::span<const Real>(sweep.H), k);
    const auto s = unit(std::span(sweep.s), k);
    RowMoments& moments = sweep.moments[k];
    if constexpr (std::is_same_v<Real, float>) {
      moments = gather(bp_.patterns_.bits(int(k)).row(a), H, messages, s);
    } else {
      bp_.patterns_.row(int(k), a, sweep.xi);
      if (bp_.params_.messages == Messages::exact) {
        for (std::size_t i = 0; i < n_; ++i) sweep.row[i] = H[i] - messages[i];
        sweep.sums.emplace_back(bp_.channel_, label, sweep.xi, sweep.row);
        return sweep.sums.back().chance();
      }
      moments = gather(sweep.xi, H, messages, s);
    }
    const double n = double(n_);
    return bp_.channel_.chance(label, moments.mean / std::sqrt(n), moments.variance / n);
  }

  void commit_unit(std::size_t a, std::size_t k, int label, Sweep<Real>& sweep,
                   const RowTarget<Real>& target) const {
    const LinearForm& form = sweep.output.form[k];
    const RowMoments& moments = sweep.moments[k];
    const auto s = unit(std::span<const Real>(sweep.s), k);
    if constexpr (std::is_same_v<Real, float>) {
      const auto bits = bp_.patterns_.bits(int(k)).row(a);
      if (moments.variance >= smallest_interpolated_variance) {
        commit(bits, s, message_polynomial(bp_.channel_, label, form, moments, int(n_)), target);
        return;
      }
      bp_.patterns_.row(int(k), a, sweep.xi);
      nearly_frozen_messages(bp_.channel_, label, form, moments, sweep.xi, s, sweep.fresh);
    } else if (bp_.params_.messages == Messages::exact) {
      sweep.sums[k].messages(form, sweep.fresh);
    } else {
      bp_.patterns_.row(int(k), a, sweep.xi);
      accurate_messages(bp_.channel_, label, form, moments, sweep.xi, s, sweep.fresh);
    }
    commit(sweep.fresh, target);
  }

  const EdgeBp& bp_;
  std::size_t K_, n_;
};

EdgeBp::EdgeBp(const Problem& problem, const Params& params)
    : problem_(&problem),
      params_(params),
      prior_(problem),
      patterns_(problem),
      channel_(problem.architecture, problem.margin,
               patterns_.binary() && (params.lattice || params.messages == Messages::exact),
               params.majority_sum) {
  require(problem.weight_kind == WeightKind::binary,
          "edge bp: these messages are for binary weights, real ones take relaxed messages");
  require(params.messages != Messages::relaxed, "edge bp: relaxed messages are an algorithm of their own");
  require(params.messages != Messages::exact || patterns_.binary(),
          "edge bp: exact messages need +-1 inputs");
  if (!patterns_.binary()) params_.messages = Messages::accurate;
  require(params.damping >= 0 && params.damping < 1,
          fmt::format("edge bp: damping must lie in [0, 1), not {}", params.damping));
  require(params.tolerance > 0, fmt::format("edge bp: tolerance must be positive, not {}", params.tolerance));
  require(params.initial_field >= 0,
          fmt::format("edge bp: initial_field must not be negative, not {}", params.initial_field));
  require(params.external_updates >= 1,
          fmt::format("edge bp: external_updates must be at least 1, not {}", params.external_updates));
  validate(params.external, prior_);
  const double bytes =
      double(edges()) * (params_.messages == Messages::interpolated ? sizeof(float) : sizeof(double));
  require_memory(bytes, "edge bp: messages");
}

EdgeBp::State EdgeBp::start(RandomStream& random) const {
  const std::size_t M = std::size_t(problem_->architecture.weights());
  State state;
  state.external = inference::start(params_.external, prior_);
  state.cavity_field.resize(M);
  for (double& field : state.cavity_field) field = params_.initial_field * random.normal();
  if (params_.messages == Messages::interpolated)
    state.messages.assign(edges(), 0.0f);
  else
    state.double_messages.assign(edges(), 0.0);
  return state;
}

template <class Real>
void EdgeBp::sweep(State& state, std::vector<Real>& messages, RandomStream& random) const {
  const std::size_t M = state.cavity_field.size(), P = patterns_.count();
  Sweep<Real> sweep(M, std::size_t(patterns_.hidden()), std::size_t(patterns_.fan_in()));
  const Factor<Real> factor(*this);
  const auto set_fields = [&] {
    for (std::size_t i = 0; i < M; ++i) sweep.H[i] = Real(state.cavity_field[i] + state.external.theta[i]);
  };

  std::vector<std::uint32_t> order(P);
  std::iota(order.begin(), order.end(), 0u);
  const bool sequential = params_.schedule == Schedule::sequential;
  if (sequential) shuffle(std::span(order), random);
  const std::size_t updates = sequential ? std::size_t(params_.external_updates) : 1;
  const std::size_t between = std::max<std::size_t>(1, (P + updates - 1) / updates);

  update_external(state);
  set_fields();
  for (std::size_t at = 0; at < P; ++at) {
    if (at > 0 && at % between == 0) {
      for (std::size_t i = 0; i < M; ++i)
        state.cavity_field[i] = double(sweep.H[i]) - state.external.theta[i];
      update_external(state);
      set_fields();
    }
    factor.gather_all(order[at], messages, sweep);
    factor.commit_all(order[at], std::span(messages), sweep);
  }
  // Gamma_i = sum_a uhat_{a->i}, added up anew so that rounding does not build up from sweep to sweep
  state.cavity_field = sweep.next;
}

void EdgeBp::update_external(State& state) const {
  std::vector<double> total_field(state.cavity_field.size());
  for (std::size_t i = 0; i < total_field.size(); ++i)
    total_field[i] = state.cavity_field[i] + state.external.theta[i];
  update(params_.external, prior_, {state.cavity_field, {}}, {total_field, {}}, state.external);
}

Progress EdgeBp::step(State& state, RandomStream& random) const {
  const std::vector<double> before = magnetisations(state);
  if (params_.messages == Messages::interpolated)
    sweep(state, state.messages, random);
  else
    sweep(state, state.double_messages, random);

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

Weights EdgeBp::weights(const State& state) const {
  return prior_.weights(magnetisations(state));
}

std::vector<double> EdgeBp::magnetisations(const State& state) const {
  std::vector<double> m(state.cavity_field.size());
  for (std::size_t i = 0; i < m.size(); ++i)
    m[i] = vector_tanh(state.cavity_field[i] + state.external.theta[i]);
  return m;
}

// M phi = sum_a ln Z_a + sum_i ln 2cosh H_i - sum_(ia) [ln 2cosh H_i - ln 2cosh(H_i - uhat_{a->i})]    (BP.3)
template <class Real>
double EdgeBp::bethe_sum(const State& state, std::span<const Real> messages) const {
  const std::size_t M = state.cavity_field.size(), P = patterns_.count(), K = std::size_t(patterns_.hidden());
  Sweep<Real> sweep(M, K, std::size_t(patterns_.fan_in()));
  const Factor<Real> factor(*this);
  std::vector<double> H(M);
  double sum = 0;
  for (std::size_t i = 0; i < M; ++i) {
    H[i] = state.cavity_field[i] + state.external.theta[i];
    sweep.H[i] = Real(H[i]);
    sum += (1 - double(P)) * log_2cosh(H[i]);
  }
  for (std::size_t a = 0; a < P; ++a) {
    factor.gather_all(a, messages, sweep);
    sum += sweep.output.log_Z + sum_log_2cosh(H, factor.of_pattern(messages, a));
  }
  return sum;
}

BetheEntropy EdgeBp::bethe(const State& state) const {
  const double sum = params_.messages == Messages::interpolated
                         ? bethe_sum<float>(state, state.messages)
                         : bethe_sum<double>(state, state.double_messages);
  const std::vector<double> m = magnetisations(state);
  double field_term = 0;
  for (std::size_t i = 0; i < m.size(); ++i) field_term += state.external.theta[i] * m[i];
  return {sum / double(m.size()), (sum - field_term) / double(m.size())};
}

}  // namespace wfm::inference
