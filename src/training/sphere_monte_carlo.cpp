#include "training/sphere_monte_carlo.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "math/error.hpp"
#include "training/monte_carlo.hpp"

namespace wfm::training {
namespace {

const Problem& checked(const Problem& problem, const std::optional<Loss>& loss,
                       const SphereMonteCarloParams& params) {
  validate(problem);
  if (loss) validate(*loss);
  require(problem.weight_kind == WeightKind::spherical,
          fmt::format("sphere monte carlo: weights must be spherical, given {}", name(problem.weight_kind)));
  require(problem.architecture.fan_in() >= 2,
          fmt::format("sphere monte carlo: a unit must have at least 2 weights, given {}",
                      problem.architecture.fan_in()));
  require_values(
      params.beta, "sphere monte carlo: beta", [](double x) { return x >= 0; }, ">= 0");
  require_values(
      params.rotation, "sphere monte carlo: rotation",
      [](double x) { return x > 0 && x <= std::numbers::pi; }, "in (0, pi]");
  require_memory(double(problem.train.count()) * problem.architecture.inputs * sizeof(double),
                 "sphere monte carlo: inputs");
  return problem;
}

}  // namespace

SphereMonteCarlo::SphereMonteCarlo(const Problem& problem, std::optional<Loss> loss, const Params& params)
    : problem_(&checked(problem, loss, params)),
      loss_(loss),
      params_(params),
      rule_(machine_rule(problem, "sphere monte carlo")),
      K_(std::size_t(problem.architecture.hidden)),
      n_(std::size_t(problem.architecture.fan_in())),
      P_(problem.train.count()),
      inputs_(std::size_t(problem.architecture.inputs) * P_) {
  const double sqrt_n = std::sqrt(double(n_));
  for (std::size_t a = 0; a < P_; ++a)
    for (std::size_t i = 0; i < std::size_t(problem.architecture.inputs); ++i)
      inputs_[i * P_ + a] = problem.train(a, i) / sqrt_n;
}

std::span<const double> SphereMonteCarlo::inputs(std::size_t k, std::size_t i) const {
  const std::size_t input = std::size_t(problem_->architecture.first_input(int(k))) + i;
  return {inputs_.data() + input * P_, P_};
}

std::vector<double> SphereMonteCarlo::fields(std::span<const double> weights) const {
  std::vector<double> h(K_ * P_);
  for (std::size_t k = 0; k < K_; ++k)
    for (std::size_t i = 0; i < n_; ++i) {
      const double w = weights[k * n_ + i];
      const double* const xi = inputs(k, i).data();
      for (std::size_t a = 0; a < P_; ++a) h[k * P_ + a] += w * xi[a];
    }
  return h;
}

SphereMonteCarlo::Patterns SphereMonteCarlo::patterns(std::span<const double* const> fields,
                                                      Buffers& buffers) const {
  auto& [x, scratch, stabilities] = buffers;
  x.resize(K_);
  stabilities.resize(P_);
  Patterns result;
  for (std::size_t a = 0; a < P_; ++a) {
    const int label = problem_->train.labels[a];
    for (std::size_t k = 0; k < K_; ++k) x[k] = unit_excess(fields[k][a], label, rule_.unit_margin());
    stabilities[a] = pattern_stability(rule_, label, x, scratch);
    result.errors += stabilities[a] < 0;
  }
  result.energy = loss_ ? total(*loss_, stabilities) : double(result.errors);
  return result;
}

SphereMonteCarloState SphereMonteCarlo::start(RandomStream& random) const {
  State state{std::vector<double>(K_ * n_), 0};
  for (double& w : state.weights) w = random.normal();
  Weights on_sphere = weights(state);
  normalise(on_sphere);
  state.weights = std::move(on_sphere.values);
  return state;
}

Weights SphereMonteCarlo::weights(const State& state) const {
  return {WeightKind::spherical, int(K_), int(n_), state.weights};
}

Progress SphereMonteCarlo::step(State& state, RandomStream& random) const {
  require(state.weights.size() == K_ * n_,
          fmt::format("sphere monte carlo: the state must have {} weights, given {}", K_ * n_,
                      state.weights.size()));
  const double beta = value(params_.beta, state.steps);
  const double rotation = value(params_.rotation, state.steps);
  ++state.steps;
  // norms and fields anew: no rounding error outlives a step, and a resumed run is the same
  Weights w = weights(state);
  normalise(w);
  std::vector<double> h = fields(w.values), turned(P_);
  std::vector<const double*> rows(K_);
  for (std::size_t k = 0; k < K_; ++k) rows[k] = h.data() + k * P_;
  Buffers buffers;
  Patterns here = patterns(rows, buffers);
  const auto stops = [&] { return params_.stop_at_solution && here.errors == 0; };

  double proposals = 0, accepted = 0, energy_sum = 0;
  while (proposals < double(K_ * n_) && !stops()) {
    const std::size_t k = random.below(K_), i = random.below(n_);
    const std::size_t j = (i + 1 + random.below(n_ - 1)) % n_;
    const double angle = rotation * (2 * random.uniform() - 1), cosine = std::cos(angle),
                 sine = std::sin(angle);
    double &w_i = w.values[k * n_ + i], &w_j = w.values[k * n_ + j];
    const double new_i = w_i * cosine - w_j * sine, new_j = w_i * sine + w_j * cosine;
    const double by_i = new_i - w_i, by_j = new_j - w_j;
    double* const h_k = h.data() + k * P_;
    const double *const xi_i = inputs(k, i).data(), *const xi_j = inputs(k, j).data();
    for (std::size_t a = 0; a < P_; ++a) turned[a] = h_k[a] + (by_i * xi_i[a] + by_j * xi_j[a]);
    rows[k] = turned.data();
    const Patterns there = patterns(rows, buffers);
    rows[k] = h_k;
    if (detail::accepted(scaled(beta, there.energy - here.energy), random)) {
      std::copy(turned.begin(), turned.end(), h_k);
      w_i = new_i;
      w_j = new_j;
      here = there;
      ++accepted;
    }
    ++proposals;
    energy_sum += here.energy;
  }

  state.weights = std::move(w.values);
  Progress progress;
  progress.errors = here.errors;
  progress.observables = {{"energy", here.energy},
                          {"mean_energy", proposals > 0 ? energy_sum / proposals : here.energy},
                          {"acceptance", proposals > 0 ? accepted / proposals : 0},
                          {"beta", beta},
                          {"rotation", rotation}};
  return progress;
}

}  // namespace wfm::training
