#include "training/activation.hpp"

#include <cmath>
#include <vector>

#include "training/test_problems.hpp"

namespace wfm::training {
namespace {

constexpr Activation activations[] = {Activation::tanh, Activation::erf, Activation::relu};

TEST(Activation, DerivativesAreThoseOfTheValue) {
  const double step = 1e-4;
  for (const Activation activation : activations)
    for (const double x : {-3.2, -1.1, -0.01, 0.3, 0.9, 4.}) {
      const auto below = evaluate(activation, x - step), at = evaluate(activation, x),
                 above = evaluate(activation, x + step);
      // step^2/6 times the third derivative, below 3
      EXPECT_NEAR(at.first, (above.value - below.value) / (2 * step), 1e-8) << name(activation) << " " << x;
      EXPECT_NEAR(at.second, (above.first - below.first) / (2 * step), 1e-8) << name(activation) << " " << x;
    }
}

TEST(Activation, LargeBetaIsTheSign) {
  for (const Activation activation : {Activation::tanh, Activation::erf})
    for (const double h : {-2., -0.01, 0.01, 1.})
      EXPECT_DOUBLE_EQ(evaluate(activation, 1e4 * h).value, h > 0 ? 1 : -1);
}

TEST(Activation, ArraysAgreeWithTheScalarFunctions) {
  std::vector<float> h;
  for (int j = -4000; j <= 4000; ++j) h.push_back(float(j) / 200);
  h.insert(h.end(), {0.f, 1e-20f, -1e-20f, 1e-4f, 400.f, -400.f, 3e38f, -3e38f});
  std::vector<float> value(h.size()), slope(h.size());
  for (const Activation activation : activations)
    for (const double beta : {0.5, 1., 2.5}) {
      activate(activation, beta, h, value, slope);
      for (std::size_t j = 0; j < h.size(); ++j) {
        const auto exact = evaluate(activation, beta * double(h[j]));
        if (activation == Activation::relu && std::isinf(float(exact.value))) continue;
        ASSERT_NEAR(value[j], exact.value, 1e-7 * std::abs(exact.value) + 1e-15) << name(activation) << h[j];
        // below 1e-37 single precision itself ends
        ASSERT_NEAR(slope[j], beta * exact.first, 1e-6 * beta * exact.first + 1e-37)
            << name(activation) << h[j];
      }
    }
}

TEST(Activation, NamesWhatItRefuses) {
  std::vector<float> three(3), two(2);
  expect_refused([&] { activate(Activation::tanh, 1, three, three, two); }, {"activate", "3", "2"});
}

}  // namespace
}  // namespace wfm::training
