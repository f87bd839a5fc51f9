// First-order steps from the gradient g of a batch's mean loss:
//   plain      w <- w - eta g
//   momentum   v <- mu v - eta g,   w <- w + v
//   nesterov   v <- mu v - eta g,   w <- w + mu v - eta g
//   adam       m <- mu m + (1 - mu) g,   s <- nu s + (1 - nu) g^2,   w <- w - eta mhat/(sqrt(shat) + epsilon),
//              mhat = m/(1 - mu^t), shat = s/(1 - nu^t) after t updates
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace wfm::training {

enum class OptimiserKind { plain, momentum, nesterov, adam };
std::string_view name(OptimiserKind kind);

struct Optimiser {
  OptimiserKind kind = OptimiserKind::plain;
  double eta = 50;        // size of a step, > 0
  double momentum = 0.9;  // mu in [0, 1); not for plain
  double memory = 0.999;  // nu in [0, 1); adam
  double epsilon = 1e-8;  // > 0; adam
};

/// Throws InvalidInput, in the name of `rule`, for a value out of range.
void validate(const Optimiser& optimiser, std::string_view rule);

/// What moves beside the weights; empty until the first update, and where the kind needs none.
struct OptimiserState {
  std::vector<float> first, second;  // v or m, s
  std::int64_t updates = 0;          // t

  template <class Visitor>
  void visit(Visitor&& v) {
    v("optimiser_first", first);
    v("optimiser_second", second);
    v("updates", updates);
  }
};

/// One step. gradient and w have one length.
void update(const Optimiser& optimiser, OptimiserState& state, std::span<const float> gradient,
            std::span<float> w);

}  // namespace wfm::training
