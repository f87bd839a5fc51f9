// Perceptron steps of one unit whose real weights stay on their sphere |w|^2 = n; the hot updates of least action learning.
// xi is one row of inputs, packed +-1 (n bits) or real (n entries); w has n entries.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace wfm::training {

/// w.xi. The sum runs in 32 lanes, entry i in lane i mod 32, and the lanes are added in order.
double input_sum(std::span<const std::uint64_t> xi, std::span<const double> w);
double input_sum(std::span<const double> xi, std::span<const double> w);
double input_sum_readable(std::span<const std::uint64_t> xi, std::span<const double> w);

/// xi.xi, n for +-1 inputs.
double squared_norm(std::span<const std::uint64_t> xi, std::size_t n);
double squared_norm(std::span<const double> xi, std::size_t n);

/// w <- scale (w + c xi).
void add_and_scale(std::span<const std::uint64_t> xi, double c, double scale, std::span<double> w);
void add_and_scale(std::span<const double> xi, double c, double scale, std::span<double> w);
void add_and_scale_readable(std::span<const std::uint64_t> xi, double c, double scale, std::span<double> w);

}  // namespace wfm::training
