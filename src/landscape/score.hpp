// Errors and loss of a machine from the preactivations h[a * K + k] of its units, for measurements that move through weight space
// along lines, where preactivations are cheap.
#pragma once

#include <cstdint>
#include <span>

#include "problems/problem.hpp"
#include "training/activation.hpp"
#include "training/loss.hpp"

namespace wfm::landscape {

/// The differentiable network on a machine's weights (NET.1): field = sum_k c_k phi(beta h_k)/sqrt K, for the perceptron h.
struct SmoothLoss {
  training::Activation activation = training::Activation::tanh;
  double beta = 2;  // sharpness of the hidden units
  training::Loss loss{training::LossKind::cross_entropy, 2, 0};
};

/// Throws InvalidInput for a loss or beta out of range.
void validate(const SmoothLoss& smooth);

struct Score {
  double train_error = 0;  // share of the training patterns not satisfied at the problem's margin
  double test_error = 0;   // share of the test patterns with the wrong output; NaN without test patterns
  double loss = 0;         // mean over the training patterns; NaN for parity machines, which have none
};

/// Shares and means over no pattern are 0 and NaN (training, test).
Score score(const Problem& problem, std::span<const double> train_h, std::span<const double> test_h,
            const SmoothLoss& smooth);

}  // namespace wfm::landscape
