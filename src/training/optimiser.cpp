#include "training/optimiser.hpp"

#include <cmath>

#include <fmt/format.h>

#include "math/error.hpp"

namespace wfm::training {

std::string_view name(OptimiserKind kind) {
  switch (kind) {
    case OptimiserKind::plain:
      return "plain";
    case OptimiserKind::momentum:
      return "momentum";
    case OptimiserKind::nesterov:
      return "nesterov";
    case OptimiserKind::adam:
      return "adam";
  }
  throw InvalidInput(fmt::format("no such optimiser: {}", int(kind)));
}

void validate(const Optimiser& optimiser, std::string_view rule) {
  const auto positive = [&](double value, const char* what) {
    if (!(value > 0) || std::isinf(value))
      throw InvalidInput(fmt::format("{}: {} must be > 0 and finite, given {}", rule, what, value));
  };
  const auto fraction = [&](double value, const char* what) {
    if (!(value >= 0 && value < 1))
      throw InvalidInput(fmt::format("{}: {} must be in [0, 1), given {}", rule, what, value));
  };
  positive(optimiser.eta, "eta");
  positive(optimiser.epsilon, "epsilon");
  fraction(optimiser.momentum, "momentum");
  fraction(optimiser.memory, "memory");
}

void update(const Optimiser& optimiser, OptimiserState& state, std::span<const float> gradient,
            std::span<float> w) {
  const std::size_t M = w.size();
  const OptimiserKind kind = optimiser.kind;
  const float eta = float(optimiser.eta), mu = float(optimiser.momentum), nu = float(optimiser.memory);
  if (kind != OptimiserKind::plain) state.first.resize(M);
  if (kind == OptimiserKind::adam) state.second.resize(M);
  ++state.updates;
  float* const v = state.first.data();
  switch (kind) {
    case OptimiserKind::plain:
      for (std::size_t j = 0; j < M; ++j) w[j] -= eta * gradient[j];
      return;
    case OptimiserKind::momentum:
      for (std::size_t j = 0; j < M; ++j) {
        v[j] = mu * v[j] - eta * gradient[j];
        w[j] += v[j];
      }
      return;
    case OptimiserKind::nesterov:
      for (std::size_t j = 0; j < M; ++j) {
        v[j] = mu * v[j] - eta * gradient[j];
        w[j] += mu * v[j] - eta * gradient[j];
      }
      return;
    case OptimiserKind::adam: {
      float* const s = state.second.data();
      const double t = double(state.updates);
      const float first_scale = float(1 / (1 - std::pow(optimiser.momentum, t))),
                  second_scale = float(1 / (1 - std::pow(optimiser.memory, t))),
                  epsilon = float(optimiser.epsilon);
      for (std::size_t j = 0; j < M; ++j) {
        v[j] = mu * v[j] + (1 - mu) * gradient[j];
        s[j] = nu * s[j] + (1 - nu) * gradient[j] * gradient[j];
        w[j] -= eta * (v[j] * first_scale) / (std::sqrt(s[j] * second_scale) + epsilon);
      }
      return;
    }
  }
}

}  // namespace wfm::training
