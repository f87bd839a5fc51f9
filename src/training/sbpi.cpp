#include "training/sbpi.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <span>

#include <fmt/format.h>

#include "math/error.hpp"
#include "training/hidden_states.hpp"

namespace wfm::training {
namespace {

const Problem& checked(const Problem& problem, const SbpiParams& params) {
  validate(problem);
  if (problem.weight_kind != WeightKind::binary)
    throw InvalidInput(fmt::format("sbpi: weights must be binary, given {}", name(problem.weight_kind)));
  if (!problem.train.binary()) throw InvalidInput("sbpi: inputs must be +-1, given real ones");
  if (!(params.theta >= 0))
    throw InvalidInput(fmt::format("sbpi: theta must be >= 0, given {}", params.theta));
  if (!(params.secure_probability >= 0 && params.secure_probability <= 1))
    throw InvalidInput(
        fmt::format("sbpi: secure_probability must lie in [0, 1], given {}", params.secure_probability));
  const auto odd_state = [](std::int64_t h) { return h >= 1 && h <= no_state_cap && h % 2 == 1; };
  if (!odd_state(params.start_state))
    throw InvalidInput(
        fmt::format("sbpi: start_state must be odd in [1, {}], given {}", no_state_cap, params.start_state));
  if (params.max_state != 0 && !odd_state(params.max_state))
    throw InvalidInput(fmt::format("sbpi: max_state must be 0 (none) or odd in [1, {}], given {}",
                                   no_state_cap, params.max_state));
  if (params.max_state != 0 && params.start_state > params.max_state)
    throw InvalidInput(fmt::format("sbpi: start_state must be at most max_state = {}, given {}",
                                   params.max_state, params.start_state));
  return problem;
}

}  // namespace

Sbpi::Sbpi(const Problem& problem, const Params& params)
    : problem_(&checked(problem, params)),
      params_(params),
      rule_(least_action(problem, "sbpi")),
      inputs_(problem),
      least_right_{least_right_stability(problem.architecture.fan_in(), -1, rule_.unit_margin),
                   least_right_stability(problem.architecture.fan_in(), +1, rule_.unit_margin)} {}

SbpiState Sbpi::start(RandomStream& random) const {
  State state{std::vector<std::int32_t>(std::size_t(problem_->architecture.weights()))};
  // the start_state + 1 odd integers -start_state, -start_state + 2, ..., start_state
  for (std::int32_t& h : state.hidden)
    h = std::int32_t(2 * std::int64_t(random.below(std::uint64_t(params_.start_state) + 1)) -
                     params_.start_state);
  return state;
}

Progress Sbpi::step(State& state, RandomStream& random) const {
  const int K = problem_->architecture.hidden;
  const std::size_t n = std::size_t(problem_->architecture.fan_in());
  const std::size_t P = problem_->train.count();
  const std::int32_t cap = params_.max_state > 0 ? std::int32_t(params_.max_state) : no_state_cap;
  BitMatrix signs = packed_signs(state);

  std::vector<std::size_t> order(P);
  std::iota(order.begin(), order.end(), 0);
  shuffle(std::span(order), random);

  std::int64_t wrong_patterns = 0, secured = 0;
  std::vector<double> delta(std::size_t(K), 0);
  std::vector<int> wrong;
  for (const std::size_t a : order) {
    const int sigma = problem_->train.labels[a];
    wrong.clear();
    for (int k = 0; k < K; ++k) {
      // Delta[k] = sigma w[k].xi[a]
      const std::int64_t stability = sigma * dot(inputs_.row(a, k), signs.row(std::size_t(k)), n);
      delta[std::size_t(k)] = double(stability);
      if (stability < least_right(sigma)) wrong.push_back(k);
    }
    const int missing = rule_.needed - (K - int(wrong.size()));
    if (missing > 0) {
      ++wrong_patterns;
      keep_closest(delta, missing, wrong);
      for (const int k : wrong)
        add_pattern(std::span(state.hidden).subspan(std::size_t(k) * n, n), inputs_.row(a, k), sigma, cap,
                    signs.row(std::size_t(k)));
    } else if (missing == 0) {
      for (int k = 0; k < K; ++k) {
        const double excess = delta[std::size_t(k)] - double(least_right(sigma));
        if (excess < 0 || excess >= params_.theta || random.uniform() >= params_.secure_probability) continue;
        ++secured;
        secure_pattern(std::span(state.hidden).subspan(std::size_t(k) * n, n), inputs_.row(a, k), sigma, cap);
      }
    }
  }

  Progress progress;
  progress.errors = count_errors(signs);
  progress.converged = progress.errors == 0;
  progress.observables = {{"wrong", double(wrong_patterns)}, {"secured", double(secured)}};
  return progress;
}

Weights Sbpi::weights(const State& state) const {
  const Architecture& architecture = problem_->architecture;
  Weights weights{WeightKind::binary, architecture.hidden, architecture.fan_in(), {}};
  weights.values.reserve(state.hidden.size());
  for (const std::int32_t h : state.hidden) weights.values.push_back(h > 0 ? 1 : -1);
  return weights;
}

BitMatrix Sbpi::packed_signs(const State& state) const {
  const Architecture& architecture = problem_->architecture;
  const std::size_t n = std::size_t(architecture.fan_in());
  if (state.hidden.size() != std::size_t(architecture.weights()))
    throw InvalidInput(fmt::format("sbpi: the state must have hidden x fan-in = {} entries, given {}",
                                   architecture.weights(), state.hidden.size()));
  BitMatrix signs(std::size_t(architecture.hidden), n);
  for (std::size_t k = 0; k < signs.rows(); ++k)
    pack_states(std::span(state.hidden).subspan(k * n, n), signs.row(k));
  return signs;
}

std::int64_t Sbpi::count_errors(const BitMatrix& signs) const {
  std::int64_t errors = 0;
  for (std::size_t a = 0; a < problem_->train.count(); ++a) {
    const int sigma = problem_->train.labels[a];
    int right = 0;
    for (int k = 0; k < problem_->architecture.hidden; ++k)
      right += sigma * dot(inputs_.row(a, k), signs.row(std::size_t(k)), signs.cols()) >= least_right(sigma);
    errors += right < rule_.needed;
  }
  return errors;
}

}  // namespace wfm::training
