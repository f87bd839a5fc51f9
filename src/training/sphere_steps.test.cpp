#include "training/sphere_steps.hpp"

#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "math/bit_matrix.hpp"
#include "math/random.hpp"

namespace wfm::training {
namespace {

struct Unit {
  Unit(std::size_t n, std::uint64_t seed) : packed(1, n), real(n), w(n) {
    RandomStream random(seed, Purpose::dynamics);
    for (std::size_t i = 0; i < n; ++i) {
      real[i] = random.sign();
      packed.set(0, i, int(real[i]));
      w[i] = random.normal();
    }
  }
  BitMatrix packed;
  std::vector<double> real, w;
};

constexpr std::size_t sizes[] = {1, 2, 31, 32, 33, 63, 64, 65, 96, 111, 128, 1001};

TEST(SphereSteps, FastSumsAndStepsEqualTheReadableOnesBitForBit) {
  for (const std::size_t n : sizes) {
    const Unit unit(n, 1);
    EXPECT_EQ(input_sum(unit.packed.row(0), unit.w), input_sum_readable(unit.packed.row(0), unit.w)) << n;
    auto fast = unit.w, readable = unit.w;
    for (int repeat = 0; repeat < 3; ++repeat)
      for (const double c : {0.37, -0.011}) {
        add_and_scale(unit.packed.row(0), c, 0.93, fast);
        add_and_scale_readable(unit.packed.row(0), c, 0.93, readable);
      }
    EXPECT_EQ(fast, readable) << n;
  }
}

TEST(SphereSteps, RealRowsOfSignsDoWhatPackedRowsDo) {
  for (const std::size_t n : sizes) {
    const Unit unit(n, 2);
    // n terms of size about 1: rounding below n epsilon
    EXPECT_NEAR(input_sum(unit.packed.row(0), unit.w), input_sum(std::span<const double>(unit.real), unit.w),
                2.3e-16 * double(n) * 4);
    EXPECT_EQ(squared_norm(unit.packed.row(0), n), squared_norm(std::span<const double>(unit.real), n));
    auto packed = unit.w, real = unit.w;
    add_and_scale(unit.packed.row(0), 0.4, 1.1, packed);
    add_and_scale(std::span<const double>(unit.real), 0.4, 1.1, real);
    for (std::size_t i = 0; i < n; ++i) EXPECT_NEAR(packed[i], real[i], 1e-15 * 10);
  }
}

TEST(SphereSteps, RealSumsAreScalarProducts) {
  const std::vector<double> xi = {0.5, -2, 0, 3}, w = {2, 1, 7, -1};
  EXPECT_EQ(input_sum(std::span<const double>(xi), w), 1. - 2. + 0. - 3.);
  EXPECT_EQ(squared_norm(std::span<const double>(xi), 4), 0.25 + 4 + 9);
}

}  // namespace
}  // namespace wfm::training
