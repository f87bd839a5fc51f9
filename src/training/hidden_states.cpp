// Half words of 32 bits are spread over 32 states by shifts that the compiler turns into vector code.
#include "training/hidden_states.hpp"

#include <algorithm>

namespace wfm::training {
namespace {

constexpr std::size_t block = 32;

int bit(std::span<const std::uint64_t> row, std::size_t i) {
  return int(row[i / 64] >> (i % 64) & 1);
}

/// Calls work(first state, number of states <= 32, index of the word, shift of the half word) for each half word of n states.
template <class Work>
void for_each_half_word(std::size_t n, const Work& work) {
  std::size_t first = 0;
  for (; first + block <= n; first += block) work(first, block, first / 64, first % 64);
  if (first < n) work(first, n - first, first / 64, first % 64);
}

}  // namespace

void pack_states(std::span<const std::int32_t> hidden, std::span<std::uint64_t> signs) {
  std::fill(signs.begin(), signs.end(), 0);
  for (std::size_t i = 0; i < hidden.size(); ++i) signs[i / 64] |= std::uint64_t{hidden[i] > 0} << (i % 64);
}

void add_pattern(std::span<std::int32_t> hidden, std::span<const std::uint64_t> xi, int sigma,
                 std::int32_t cap, std::span<std::uint64_t> signs) {
  const std::uint64_t flip = sigma > 0 ? 0 : ~std::uint64_t{0};
  for_each_half_word(hidden.size(),
                     [&](std::size_t first, std::size_t count, std::size_t word, std::size_t shift) {
                       std::int32_t* const h = hidden.data() + first;
                       const auto up = std::uint32_t((xi[word] ^ flip) >> shift);  // bit b: h[b] moves up
                       std::uint32_t positive = 0;
                       for (std::size_t b = 0; b < count; ++b) {
                         const std::int32_t moved = h[b] + std::int32_t((up >> b & 1) << 2) - 2;
                         h[b] = std::min(std::max(moved, -cap), cap);
                         positive |= std::uint32_t{h[b] > 0} << b;
                       }
                       const std::uint64_t half = std::uint64_t{0xffffffff} << shift;
                       signs[word] = (signs[word] & ~half) | std::uint64_t{positive} << shift;
                     });
}

void add_pattern_readable(std::span<std::int32_t> hidden, std::span<const std::uint64_t> xi, int sigma,
                          std::int32_t cap, std::span<std::uint64_t> signs) {
  for (std::size_t i = 0; i < hidden.size(); ++i)
    hidden[i] = std::clamp(hidden[i] + 2 * sigma * (2 * bit(xi, i) - 1), -cap, cap);
  pack_states(hidden, signs);
}

void secure_pattern(std::span<std::int32_t> hidden, std::span<const std::uint64_t> xi, int sigma,
                    std::int32_t cap) {
  const std::uint64_t flip = sigma > 0 ? 0 : ~std::uint64_t{0};
  for_each_half_word(hidden.size(),
                     [&](std::size_t first, std::size_t count, std::size_t word, std::size_t shift) {
                       std::int32_t* const h = hidden.data() + first;
                       const auto up = std::uint32_t((xi[word] ^ flip) >> shift);
                       for (std::size_t b = 0; b < count; ++b) {
                         const std::int32_t sigma_xi = std::int32_t((up >> b & 1) << 1) - 1;
                         const std::int32_t change = (h[b] > 0) == (sigma_xi > 0) ? 2 * sigma_xi : 0;
                         h[b] = std::min(std::max(h[b] + change, -cap), cap);
                       }
                     });
}

void secure_pattern_readable(std::span<std::int32_t> hidden, std::span<const std::uint64_t> xi, int sigma,
                             std::int32_t cap) {
  for (std::size_t i = 0; i < hidden.size(); ++i) {
    const int w = hidden[i] > 0 ? 1 : -1;
    if (w == sigma * (2 * bit(xi, i) - 1)) hidden[i] = std::clamp(hidden[i] + 2 * w, -cap, cap);
  }
}

}  // namespace wfm::training
