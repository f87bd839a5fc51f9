// The inner loops of edge BP: one row of messages, that of pattern a to the n weights of one hidden unit.
// Gather: cavity fields H - uhat, s_i = xi_i tanh(H_i - uhat_i), their sum and the sum of 1 - s_i^2. Commit:
// the new messages, and the fields that follow them. The packed loops are written so that compilers turn them
// into vector instructions.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "inference/channel.hpp"

namespace wfm::inference {

/// Sums over a row: mean and variance of the unit's sum_i xi_i w_i (not divided by sqrt n and n).
struct RowMoments {
  double mean = 0, variance = 0;
};

/// uhat = xi F(s), F(s) = sum_j coefficients[j] s^j on [-1, 1].
using MessagePolynomial = std::array<double, 6>;

/// s_i = xi_i tanh(H_i - uhat_i) of packed inputs, n = s.size(). Single precision.
RowMoments gather(std::span<const std::uint64_t> bits, std::span<const float> H,
                  std::span<const float> messages, std::span<float> s);

/// m_i = tanh(H_i - uhat_i); the moments are those with inputs xi.
RowMoments gather(std::span<const double> xi, std::span<const double> H, std::span<const double> messages,
                  std::span<double> m);

/// Where new messages go. next[i] collects sum_a uhat_{a->i}; H follows at once where `follow` (sequential
/// schedule).
template <class Real>
struct RowTarget {
  std::span<Real> H, messages;
  std::span<double> next;
  double damping = 0;
  bool follow = true;
};

/// uhat <- damping uhat + (1 - damping) xi F(s), packed inputs.
void commit(std::span<const std::uint64_t> bits, std::span<const float> s, const MessagePolynomial& F,
            const RowTarget<float>& target);

/// uhat <- damping uhat + (1 - damping) fresh.
void commit(std::span<const double> fresh, const RowTarget<float>& target);
void commit(std::span<const double> fresh, const RowTarget<double>& target);

/// sum_i ln 2cosh(H_i - uhat_i).
double sum_log_2cosh(std::span<const double> H, std::span<const float> messages);
double sum_log_2cosh(std::span<const double> H, std::span<const double> messages);

}  // namespace wfm::inference
