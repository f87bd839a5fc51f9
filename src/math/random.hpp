// Counter-based random numbers: every stream is a pure function of (seed, purpose, index), whatever the
// threads or the order.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

namespace wfm {

/// What a stream is for: one key a purpose, so that adding draws to one leaves the others as they are.
/// The numbers are part of the file format (a recipe remakes its instance from them): never renumber.
enum class Purpose : std::uint32_t {
  patterns = 1,  // index = pattern
  labels = 2,
  teacher = 3,
  test_patterns = 4,  // index = pattern
  data_subset = 5,
  initial_state = 6,
  dynamics = 7,  // index = step of the run
  measurement = 8,
  bootstrap = 9,
  features = 10,  // index = feature
};

/// Philox4x32-10 in counter mode: 2^57 numbers a stream. A UniformRandomBitGenerator; copies are independent
/// positions in the same stream.
class RandomStream {
 public:
  using result_type = std::uint64_t;
  RandomStream(std::uint64_t seed, Purpose purpose, std::uint64_t index = 0);

  static constexpr result_type min() { return 0; }
  static constexpr result_type max() { return ~result_type{0}; }
  result_type operator()() {
    if (used_ == 2) refill();
    return numbers_[used_++];
  }

  double uniform() { return static_cast<double>((*this)() >> 11) * 0x1p-53; }  // [0, 1), 53 bits
  double normal();                                 // standard normal (Box-Muller, both values used)
  std::uint64_t below(std::uint64_t n);            // uniform on 0 ... n-1 without bias, n >= 1
  int sign() { return (*this)() >> 63 ? 1 : -1; }  // +-1 with probability one half

 private:
  void refill();

  std::uint64_t seed_, index_;
  std::uint32_t purpose_;  // below 256
  std::uint64_t block_ = 0;
  std::uint64_t numbers_[2] = {};
  int used_ = 2;
  double spare_normal_ = 0;
  bool has_spare_normal_ = false;
};

/// Fisher-Yates shuffle, the same on every platform.
template <class T>
void shuffle(std::span<T> values, RandomStream& random) {
  for (std::size_t n = values.size(); n > 1; --n) std::swap(values[n - 1], values[random.below(n)]);
}

}  // namespace wfm
