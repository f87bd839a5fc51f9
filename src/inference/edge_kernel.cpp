#include "inference/edge_kernel.hpp"
#include "math/branch_free.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace wfm::inference {
namespace {

constexpr std::size_t lanes = 32;

/// The sign bit to flip in entry j of a block of 32 packed inputs: set where xi = -1.
inline std::uint32_t flip(std::uint32_t block, std::size_t j) {
  return (~block >> j) << 31;
}

inline float flipped(float value, std::uint32_t sign_bit) {
  return std::bit_cast<float>(std::bit_cast<std::uint32_t>(value) ^ sign_bit);
}

inline std::uint32_t block_of(std::span<const std::uint64_t> bits, std::size_t first) {
  return std::uint32_t(bits[first / 64] >> (first % 64));
}

struct LaneSums {
  float mean[lanes] = {}, variance[lanes] = {};
};

inline void gather_block(std::uint32_t block, std::size_t count, const float* __restrict H,
                         const float* __restrict messages, float* __restrict s, LaneSums& sums) {
  for (std::size_t j = 0; j < count; ++j) {
    const float m = vector_tanh(H[j] - messages[j]);
    s[j] = flipped(m, flip(block, j));
    sums.mean[j] += s[j];
    sums.variance[j] += 1 - m * m;
  }
}

template <bool follow>
inline void commit_block(std::uint32_t block, std::size_t count, const float* __restrict s, const float* F,
                         float keep, float* __restrict H, float* __restrict messages,
                         double* __restrict next) {
  for (std::size_t j = 0; j < count; ++j) {
    const float x = s[j];
    const float u = ((((F[5] * x + F[4]) * x + F[3]) * x + F[2]) * x + F[1]) * x + F[0];
    const float old = messages[j];
    const float fresh = keep * old + (1 - keep) * flipped(u, flip(block, j));
    messages[j] = fresh;
    next[j] += double(fresh);
    if (follow) H[j] += fresh - old;
  }
}

template <bool follow>
void commit_row(std::span<const std::uint64_t> bits, std::span<const float> s, const float* F,
                const RowTarget<float>& target) {
  const std::size_t n = s.size(), whole = n / lanes * lanes;
  const float keep = float(target.damping);
  for (std::size_t i = 0; i < whole; i += lanes)
    commit_block<follow>(block_of(bits, i), lanes, s.data() + i, F, keep, target.H.data() + i,
                         target.messages.data() + i, target.next.data() + i);
  if (whole < n)
    commit_block<follow>(block_of(bits, whole), n - whole, s.data() + whole, F, keep, target.H.data() + whole,
                         target.messages.data() + whole, target.next.data() + whole);
}

template <class Real>
void commit_fresh(std::span<const double> fresh, const RowTarget<Real>& target) {
  const Real keep = Real(target.damping);
  for (std::size_t i = 0; i < fresh.size(); ++i) {
    const Real old = target.messages[i];
    const Real message = keep * old + (1 - keep) * Real(fresh[i]);
    target.messages[i] = message;
    target.next[i] += double(message);
    if (target.follow) target.H[i] += message - old;
  }
}

// ln 2cosh c = |c| + ln(1 + e^{-2|c|}); a product of up to 512 factors in [1, 2] costs one logarithm. 8
// lanes.
template <class Real>
double sum_log_2cosh_of(std::span<const double> H, std::span<const Real> messages) {
  constexpr std::size_t width = 8, longest = 512 * width;
  double sum = 0, size[longest];
  for (std::size_t first = 0; first < H.size(); first += longest) {
    const std::size_t count = std::min(longest, H.size() - first);
    for (std::size_t i = 0; i < count; ++i) {
      size[i] = std::min(std::abs(H[first + i] - double(messages[first + i])), 300.0);
      sum += size[i];
    }
    for (std::size_t i = 0; i < count; ++i) size[i] = 1 + exponential(-2 * size[i]).value;
    std::fill(size + count, size + longest, 1.0);
    double product[width];
    std::fill_n(product, width, 1.0);
    for (std::size_t i = 0; i < count; i += width)
      for (std::size_t lane = 0; lane < width; ++lane) product[lane] *= size[i + lane];
    for (std::size_t lane = 0; lane < width; ++lane) sum += std::log(product[lane]);
  }
  return sum;
}

}  // namespace

RowMoments gather(std::span<const std::uint64_t> bits, std::span<const float> H,
                  std::span<const float> messages, std::span<float> s) {
  const std::size_t n = s.size(), whole = n / lanes * lanes;
  LaneSums sums;
  for (std::size_t i = 0; i < whole; i += lanes)
    gather_block(block_of(bits, i), lanes, H.data() + i, messages.data() + i, s.data() + i, sums);
  if (whole < n)
    gather_block(block_of(bits, whole), n - whole, H.data() + whole, messages.data() + whole,
                 s.data() + whole, sums);
  RowMoments moments;
  for (std::size_t j = 0; j < lanes; ++j) {
    moments.mean += double(sums.mean[j]);
    moments.variance += double(sums.variance[j]);
  }
  return moments;
}

RowMoments gather(std::span<const double> xi, std::span<const double> H, std::span<const double> messages,
                  std::span<double> m) {
  RowMoments moments;
  for (std::size_t i = 0; i < m.size(); ++i) {
    m[i] = std::tanh(H[i] - messages[i]);
    moments.mean += xi[i] * m[i];
    moments.variance += xi[i] * xi[i] * (1 - m[i]) * (1 + m[i]);
  }
  return moments;
}

void commit(std::span<const std::uint64_t> bits, std::span<const float> s, const MessagePolynomial& F,
            const RowTarget<float>& target) {
  float coefficients[6];
  for (std::size_t j = 0; j < 6; ++j) coefficients[j] = float(F[j]);
  if (target.follow)
    commit_row<true>(bits, s, coefficients, target);
  else
    commit_row<false>(bits, s, coefficients, target);
}

void commit(std::span<const double> fresh, const RowTarget<float>& target) {
  commit_fresh(fresh, target);
}
void commit(std::span<const double> fresh, const RowTarget<double>& target) {
  commit_fresh(fresh, target);
}

double sum_log_2cosh(std::span<const double> H, std::span<const float> messages) {
  return sum_log_2cosh_of(H, messages);
}
double sum_log_2cosh(std::span<const double> H, std::span<const double> messages) {
  return sum_log_2cosh_of(H, messages);
}

}  // namespace wfm::inference
