#include "training/binarynet.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string>

#include "math/error.hpp"
#include "training/batches.hpp"
#include "training/sphere_steps.hpp"

namespace wfm::training {
namespace {

void require(bool holds, const std::string& otherwise) {
  if (!holds) throw InvalidInput("binarynet: " + otherwise);
}

const BinaryNetParams& checked(const BinaryNetParams& p) {
  validate(p.loss);
  validate(p.optimiser, "binarynet");
  require(p.batch >= 1, fmt::format("batch must be at least 1, given {}", p.batch));
  require(p.window > 0, fmt::format("window must be > 0, given {}", p.window));
  require(p.clip > 0, fmt::format("clip must be > 0, given {}", p.clip));
  return p;
}

}  // namespace

BinaryNet::BinaryNet(const Problem& problem, const Params& params)
    : problem_(&problem), machine_(problem, "binarynet"), params_(checked(params)) {}

BinaryNetState BinaryNet::start(RandomStream& random) const {
  State state;
  state.fields.resize(machine_.weights());
  const auto clip = float(params_.clip);
  for (float& h : state.fields) h = std::clamp(float(2 * random.uniform() - 1), -clip, clip);
  return state;
}

double BinaryNet::add_gradient(std::span<const std::size_t> which, const BitMatrix& signs,
                               std::span<double> gradient) const {
  const std::size_t K = machine_.hidden(), n = machine_.fan_in();
  const bool one_unit = problem_->architecture.machine == Machine::perceptron;
  const double sqrt_n = std::sqrt(double(n)), sqrt_K = std::sqrt(double(K));
  std::vector<double> u(K);
  double loss = 0;
  for (const std::size_t a : which) {
    const int sigma = machine_.label(a);
    for (std::size_t k = 0; k < K; ++k) u[k] = double(machine_.sum(a, k, signs)) / sqrt_n;
    const LossValue f = evaluate(params_.loss, sigma * field(problem_->architecture, u));
    loss += f.value / double(which.size());
    const double slope = f.first * sigma / (double(which.size()) * sqrt_n * (one_unit ? 1 : sqrt_K));
    if (std::abs(slope) < 1e-30) continue;
    for (std::size_t k = 0; k < K; ++k)
      if (one_unit || std::abs(u[k]) <= params_.window)
        add_and_scale(machine_.row(a, k), slope, 1, gradient.subspan(k * n, n));
  }
  return loss;
}

Progress BinaryNet::step(State& state, RandomStream& random) const {
  const std::size_t M = machine_.weights(), P = machine_.patterns();
  require(state.fields.size() == M,
          fmt::format("the state must have {} fields, given {}", M, state.fields.size()));
  const EpochOrder order(P, std::size_t(params_.batch), random);
  const auto clip = float(params_.clip);
  std::vector<double> h(state.fields.begin(), state.fields.end()), gradient(M);
  std::vector<float> step_along(M);
  BitMatrix signs = machine_.signs(h);
  double loss = 0;
  for (std::size_t b = 0; b < order.batches(); ++b) {
    std::fill(gradient.begin(), gradient.end(), 0.0);
    const auto which = order.batch(b);
    loss += add_gradient(which, signs, gradient) * double(which.size()) / double(P);
    std::copy(gradient.begin(), gradient.end(), step_along.begin());
    update(params_.optimiser, state.optimiser, step_along, state.fields);
    for (float& field : state.fields) field = std::min(std::max(field, -clip), clip);
    std::copy(state.fields.begin(), state.fields.end(), h.begin());
    machine_.pack(h, signs);
  }
  ++state.epoch;

  Progress progress;
  progress.errors = machine_.errors(signs);
  progress.failed =
      !std::all_of(state.fields.begin(), state.fields.end(), [](float x) { return std::isfinite(x); });
  progress.observables = {{"loss", loss}};
  return progress;
}

void BinaryNet::pull(State& state, std::span<const double> centre, double strength) const {
  for (std::size_t m = 0; m < state.fields.size(); ++m)
    state.fields[m] += float(strength * (centre[m] - double(state.fields[m])));
}

Weights BinaryNet::weights(const State& state) const {
  const std::vector<double> h(state.fields.begin(), state.fields.end());
  return machine_.weights_of(machine_.signs(h));
}

}  // namespace wfm::training
