#include "math/gaussian.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace wfm {
namespace {

constexpr double epsilon = std::numeric_limits<double>::epsilon();
constexpr double subnormal = std::numeric_limits<double>::denorm_min();

// mpmath 1.3 with 50 digits; zero where the value is below the double range.
struct Reference {
  double x, G, H, log_H, R;
};
constexpr Reference references[] = {
    {-40, 0, 1.00000000000000000, 0, 0},
    {-20, 5.52094836215976319e-88, 1.00000000000000000, -2.75362411860623370e-89, 5.52094836215976319e-88},
    {-10, 7.69459862670641935e-23, 1.00000000000000000, -7.61985302416052607e-24, 7.69459862670641935e-23},
    {-5, 1.48671951473429771e-6, 9.99999713348428121e-1, -2.86651612963763593e-7, 1.48671994090490571e-6},
    {-2, 5.39909665131880520e-2, 9.77249868051820793e-1, -2.30129093289634885e-2, 5.52478626789899591e-2},
    {-1, 2.41970724519143350e-1, 8.41344746068542949e-1, -1.72753779023449890e-1, 2.87599970939178361e-1},
    {-0.5, 3.52065326764299478e-1, 6.91462461274013104e-1, -3.68946415288656393e-1, 5.09160433837033486e-1},
    {-0.1, 3.96952547477011765e-1, 5.39827837277028984e-1, -6.16505010115026289e-1, 7.35331748505780665e-1},
    {-1e-08, 3.98942280401432658e-1, 5.00000003989422804e-1, -6.93147172581099733e-1, 7.97884554436667643e-1},
    {0, 3.98942280401432678e-1, 5.00000000000000000e-1, -6.93147180559945309e-1, 7.97884560802865356e-1},
    {1e-08, 3.98942280401432658e-1, 4.99999996010577196e-1, -6.93147188538790949e-1, 7.97884567169063090e-1},
    {0.1, 3.96952547477011765e-1, 4.60172162722971016e-1, -7.76154592730273326e-1, 8.62617471530936144e-1},
    {0.5, 3.52065326764299478e-1, 3.08537538725986896e-1, -1.17591176159361861, 1.14107777036806448},
    {1, 2.41970724519143350e-1, 1.58655253931457051e-1, -1.84102164500926351, 1.52513527616098121},
    {2, 5.39909665131880520e-2, 2.27501319481792072e-2, -3.78318433368203195, 2.37321553282284087},
    {3.7, 4.24780270550751408e-4, 1.07799733477388261e-4, -9.13523537187287651, 3.94045752107403867},
    {5, 1.48671951473429771e-6, 2.86651571879193912e-7, -1.50649983939887257e+1, 5.18650396712584212},
    {7.3, 1.06938378715416482e-12, 1.43883863815758765e-13, -2.95697699220112618e+1, 7.43227043529700802},
    {10, 7.69459862670641935e-23, 7.61985302416052607e-24, -5.32312851505124706e+1, 1.00980932339625120e+1},
    {20, 5.52094836215976319e-88, 2.75362411860623370e-89, -2.03917155371097264e+2, 2.00497530685278505e+1},
    {26, 6.44725997139785221e-148, 2.47606331550338929e-149, -3.42178508929927832e+2, 2.60383485794954708e+1},
    {30, 1.47364613487854752e-196, 4.90671392714818706e-198, -4.54321243956343197e+2, 3.00332596674336770e+1},
    {37, 2.12000655152460563e-298, 5.72557122252457682e-300, -6.89030585576890594e+2, 3.70269876861269901e+1},
    {38, 1.09722105200759296e-314, 2.88542836006878431e-316, -7.26557216018820130e+2, 3.80262794665758690e+1},
    {19.7, 2.12930230833068414e-85, 1.07810028636623078e-86, -1.97947117499303815e+2, 1.97505031327610642e+1},
    {33.3, 6.43437023933934737e-242, 1.93050550592783998e-243, -5.58870395708761541e+2,
     3.33299761103082633e+1},
    {36.1, 4.09688888488320678e-284, 1.13400343589362363e-285, -6.56110997268113493e+2,
     3.61276584815173320e+1},
    {40, 0, 0, -8.04608442013753788e+2, 4.00249688472072637e+1},
    {100, 0, 0, -5.00552420869420509e+3, 1.00009998000999261e+2},
    {1e4, 0, 0, -5.00000101292789152e+7, 1.00000000999999980e+4},
    {1e8, 0, 0, -5.00000000000001934e+15, 1.00000000000000010e+8},
};

class AtReference : public testing::TestWithParam<Reference> {};

// Eight epsilon is at most eight ulp; below 1e-307 the spacing of subnormal numbers takes over.
void expect_close(double value, double reference, const char* name) {
  EXPECT_LE(std::abs(value - reference), 8 * epsilon * std::abs(reference) + 4 * subnormal)
      << name << " is " << value << ", not " << reference;
}

TEST_P(AtReference, gaussian_functions) {
  const Reference reference = GetParam();
  expect_close(G(reference.x), reference.G, "G");
  expect_close(H(reference.x), reference.H, "H");
  expect_close(log_H(reference.x), reference.log_H, "log_H");
  expect_close(R(reference.x), reference.R, "R");
}

INSTANTIATE_TEST_SUITE_P(Gaussian, AtReference, testing::ValuesIn(references));

TEST(Gaussian, log_2cosh_at_reference_values) {
  constexpr double values[][2] = {
      {0, 6.93147180559945309e-1},   {1e-08, 6.93147180559945359e-1}, {0.1, 6.98138869381591840e-1},
      {0.5, 8.13261687518222834e-1}, {1, 1.12692801104297250},        {2, 2.01814992791780974},
      {5, 5.00004539889921686},      {10, 1.00000000020611536e+1},    {18, 1.80000000000000002e+1},
      {20, 2.00000000000000000e+1},  {100, 1.00000000000000000e+2},   {1e4, 1.00000000000000000e+4},
  };
  for (const auto& [x, reference] : values) {
    expect_close(log_2cosh(x), reference, "log_2cosh");
    expect_close(log_2cosh(-x), reference, "log_2cosh");
  }
}

TEST(Gaussian, tails_agree_with_erfc_and_are_complementary) {
  for (double x = 0; x < 9; x += 0.0625) {
    // erfc loses the rounding of its argument, half an ulp of it, times x^2
    EXPECT_NEAR(H(x) / (std::erfc(x / std::sqrt(2.0)) / 2), 1, (8 + 2 * x * x) * epsilon) << x;
    EXPECT_NEAR(H(x) + H(-x), 1, 2 * epsilon) << x;
  }
}

TEST(Gaussian, R_times_H_is_G) {
  for (double x = -30; x < 37; x += 0.0625) EXPECT_NEAR(R(x) * H(x) / G(x), 1, 12 * epsilon) << x;
}

TEST(Gaussian, exp_of_log_H_is_H) {
  // exp magnifies the rounding of its argument by the argument
  for (double x = -9; x < 37; x += 0.0625)
    EXPECT_NEAR(std::exp(log_H(x)) / H(x), 1, 8 * epsilon * (1 + std::abs(log_H(x)))) << x;
}

// Central differences of step h: the truncation h^2 f''' / 6 is at most 1e-10 / 6, the rounding a few epsilon
// |f| / h.
TEST(Gaussian, derivative_of_log_H_is_minus_R) {
  const double h = 1e-5;
  for (double x = -8; x < 60; x += 0.25) {
    const double slope = (log_H(x + h) - log_H(x - h)) / (2 * h);
    EXPECT_NEAR(slope, -R(x), 1e-10 + 4 * epsilon * (1 + std::abs(log_H(x))) / h) << x;
  }
}

TEST(Gaussian, derivative_of_R_is_R_times_R_minus_x) {
  const double h = 1e-5;
  for (double x = -8; x < 60; x += 0.25) {
    // R - x loses x^2 ulps
    const double slope = (R(x + h) - R(x - h)) / (2 * h);
    EXPECT_NEAR(slope, R(x) * (R(x) - x), 1e-10 + 4 * epsilon * (1 + std::abs(x)) / h + 4 * epsilon * x * x)
        << x;
  }
}

TEST(Gaussian, extreme_arguments_stay_finite) {
  const double huge = std::numeric_limits<double>::max();
  for (double x : {1e10, 1e100, 1e154, 1e200, huge}) {
    EXPECT_EQ(G(x), 0);
    EXPECT_EQ(G(-x), 0);
    EXPECT_EQ(H(x), 0);
    EXPECT_EQ(H(-x), 1);
    EXPECT_TRUE(std::isfinite(log_H(x)));
    EXPECT_EQ(log_H(-x), 0);
    EXPECT_NEAR(R(x) / x, 1, 4 * epsilon);
    EXPECT_EQ(R(-x), 0);
    EXPECT_EQ(log_2cosh(x), x);
  }
}

TEST(Gaussian, nan_is_not_hidden) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  for (double value : {G(nan), H(nan), log_H(nan), R(nan), log_2cosh(nan)}) EXPECT_TRUE(std::isnan(value));
}

}  // namespace
}  // namespace wfm
