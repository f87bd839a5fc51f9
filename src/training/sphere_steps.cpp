// Half words of 32 bits are spread over 32 doubles by shifts into their sign bits, which the compiler turns into vector code.
#include "training/sphere_steps.hpp"

#include <bit>

namespace wfm::training {
namespace {

constexpr std::size_t lanes = 32;

/// Bits first ... first + 31 of a packed row, and others above; first is a multiple of 32.
std::uint64_t half_word(std::span<const std::uint64_t> xi, std::size_t first) {
  return xi[first / 64] >> (first % 64);
}

/// +x if bit b of `bits` is set, -x if not.
double signed_by_bit(double x, std::uint64_t bits, std::size_t b) {
  return std::bit_cast<double>(std::bit_cast<std::uint64_t>(x) ^ ((~bits >> b) << 63));
}

int sign_at(std::span<const std::uint64_t> xi, std::size_t i) {
  return (xi[i / 64] >> (i % 64) & 1) != 0 ? 1 : -1;
}

double sum_of_lanes(const double (&sums)[lanes]) {
  double sum = 0;
  for (const double lane : sums) sum += lane;
  return sum;
}

}  // namespace

double input_sum(std::span<const std::uint64_t> xi, std::span<const double> w) {
  const std::size_t n = w.size();
  double sums[lanes] = {};
  std::size_t first = 0;
  for (; first + lanes <= n; first += lanes) {
    const std::uint64_t bits = half_word(xi, first);
    for (std::size_t b = 0; b < lanes; ++b) sums[b] += signed_by_bit(w[first + b], bits, b);
  }
  for (std::size_t b = 0; first + b < n; ++b) sums[b] += signed_by_bit(w[first + b], half_word(xi, first), b);
  return sum_of_lanes(sums);
}

double input_sum_readable(std::span<const std::uint64_t> xi, std::span<const double> w) {
  double sums[lanes] = {};
  for (std::size_t i = 0; i < w.size(); ++i) sums[i % lanes] += sign_at(xi, i) * w[i];
  return sum_of_lanes(sums);
}

double input_sum(std::span<const double> xi, std::span<const double> w) {
  const std::size_t n = w.size();
  double sums[lanes] = {};
  std::size_t first = 0;
  for (; first + lanes <= n; first += lanes)
    for (std::size_t b = 0; b < lanes; ++b) sums[b] += xi[first + b] * w[first + b];
  for (std::size_t b = 0; first + b < n; ++b) sums[b] += xi[first + b] * w[first + b];
  return sum_of_lanes(sums);
}

double squared_norm(std::span<const std::uint64_t>, std::size_t n) {
  return double(n);
}

double squared_norm(std::span<const double> xi, std::size_t) {
  return input_sum(xi, xi);
}

void add_and_scale(std::span<const std::uint64_t> xi, double c, double scale, std::span<double> w) {
  const std::size_t n = w.size();
  std::size_t first = 0;
  for (; first + lanes <= n; first += lanes) {
    const std::uint64_t bits = half_word(xi, first);
    for (std::size_t b = 0; b < lanes; ++b) w[first + b] = scale * (w[first + b] + signed_by_bit(c, bits, b));
  }
  for (std::size_t b = 0; first + b < n; ++b)
    w[first + b] = scale * (w[first + b] + signed_by_bit(c, half_word(xi, first), b));
}

void add_and_scale_readable(std::span<const std::uint64_t> xi, double c, double scale, std::span<double> w) {
  for (std::size_t i = 0; i < w.size(); ++i) w[i] = scale * (w[i] + c * sign_at(xi, i));
}

void add_and_scale(std::span<const double> xi, double c, double scale, std::span<double> w) {
  for (std::size_t i = 0; i < w.size(); ++i) w[i] = scale * (w[i] + c * xi[i]);
}

}  // namespace wfm::training
