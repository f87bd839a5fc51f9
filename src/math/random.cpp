// Philox4x32-10: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC11 (2011), as
// in Random123.
//   key = (seed low, seed high),   counter = (block low, index low, index high, purpose + 256 * block high)
#include "math/random.hpp"

#include <Random123/philox.h>

#include <cmath>
#include <numbers>

#include "math/error.hpp"

namespace wfm {

namespace {

std::uint32_t low(std::uint64_t word) {
  return static_cast<std::uint32_t>(word);
}
std::uint32_t high(std::uint64_t word) {
  return static_cast<std::uint32_t>(word >> 32);
}

__extension__ using Wide = unsigned __int128;

}  // namespace

RandomStream::RandomStream(std::uint64_t seed, Purpose purpose, std::uint64_t index)
    : seed_(seed), index_(index), purpose_(static_cast<std::uint32_t>(purpose)) {}

void RandomStream::refill() {
  const r123::Philox4x32::ctr_type counter = {
      {low(block_), low(index_), high(index_), purpose_ + (high(block_) << 8)}};
  const r123::Philox4x32::key_type key = {{low(seed_), high(seed_)}};
  const r123::Philox4x32::ctr_type random = r123::Philox4x32{}(counter, key);
  numbers_[0] = random[0] | std::uint64_t{random[1]} << 32;
  numbers_[1] = random[2] | std::uint64_t{random[3]} << 32;
  used_ = 0;
  ++block_;
}

double RandomStream::normal() {
  if (has_spare_normal_) {
    has_spare_normal_ = false;
    return spare_normal_;
  }
  // sqrt(-2 ln u) (cos, sin)(2 pi v), u in (0, 1]
  const double radius = std::sqrt(-2 * std::log(1 - uniform()));
  const double angle = 2 * std::numbers::pi * uniform();
  spare_normal_ = radius * std::sin(angle);
  has_spare_normal_ = true;
  return radius * std::cos(angle);
}

std::uint64_t RandomStream::below(std::uint64_t n) {
  require(n >= 1, "RandomStream::below(n): n must be at least 1, not 0");
  // The high word of x n, rejecting the 2^64 mod n smallest low words (Lemire, arXiv:1805.10941).
  Wide product = Wide{(*this)()} * n;
  if (static_cast<std::uint64_t>(product) < n) {
    const std::uint64_t excess = -n % n;
    while (static_cast<std::uint64_t>(product) < excess) product = Wide{(*this)()} * n;
  }
  return static_cast<std::uint64_t>(product >> 64);
}

}  // namespace wfm
