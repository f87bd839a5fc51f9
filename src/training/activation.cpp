#include "training/activation.hpp"

#include <cmath>
#include <cstddef>
#include <numbers>

#include <fmt/format.h>

#include "math/branch_free.hpp"
#include "math/error.hpp"

namespace wfm::training {
namespace {

// With e = e^{-2|x|}:  tanh|x| = (1 - e)/(1 + e),  tanh' = 4 e/(1 + e)^2, accurate for small and for large |x|.
void activate_tanh(double beta, std::span<const float> h, std::span<float> value, std::span<float> slope) {
  for (std::size_t j = 0; j < h.size(); ++j) {
    const double x = beta * double(h[j]);
    const Exponential e = exponential(-2 * std::abs(x));
    const double inverse = 1 / (1 + e.value);
    value[j] = float(std::copysign(e.minus_one * inverse, x));
    slope[j] = float(beta * 4 * e.value * inverse * inverse);
  }
}

// erf|x| = 1 - 2 H(z),  erf' = 2 sqrt 2 G(z),  z = sqrt 2 |x|
void activate_erf(double beta, std::span<const float> h, std::span<float> value, std::span<float> slope) {
  for (std::size_t j = 0; j < h.size(); ++j) {
    const double x = beta * double(h[j]), z = std::numbers::sqrt2 * std::abs(x);
    const double density = one_over_sqrt_2pi * exponential(-x * x).value;
    value[j] = float(std::copysign(1 - 2 * density * scaled_mills_ratio(z) / (1 + z), x));
    slope[j] = float(beta * 2 * std::numbers::sqrt2 * density);
  }
}

void activate_relu(double beta, std::span<const float> h, std::span<float> value, std::span<float> slope) {
  for (std::size_t j = 0; j < h.size(); ++j) {
    const double x = beta * double(h[j]);
    value[j] = float(x > 0 ? x : 0);
    slope[j] = float(x > 0 ? beta : 0);
  }
}

}  // namespace

std::string_view name(Activation activation) {
  switch (activation) {
    case Activation::tanh:
      return "tanh";
    case Activation::erf:
      return "erf";
    case Activation::relu:
      return "relu";
  }
  throw InvalidInput(fmt::format("no such activation: {}", int(activation)));
}

ActivationValue evaluate(Activation activation, double x) {
  switch (activation) {
    case Activation::tanh: {
      const double value = std::tanh(x), e = std::exp(-2 * std::abs(x));
      const double first = 4 * e / ((1 + e) * (1 + e));
      return {value, first, -2 * value * first};
    }
    case Activation::erf: {
      const double first = 2 * std::numbers::inv_sqrtpi * std::exp(-x * x);
      return {std::erf(x), first, -2 * x * first};
    }
    case Activation::relu:
      return {x > 0 ? x : 0, x > 0 ? 1. : 0., 0};
  }
  throw InvalidInput(fmt::format("no such activation: {}", int(activation)));
}

void activate(Activation activation, double beta, std::span<const float> h, std::span<float> value,
              std::span<float> slope) {
  if (value.size() != h.size() || slope.size() != h.size())
    throw InvalidInput(fmt::format("activate: spans must have one length, given {}, {} and {}", h.size(),
                                   value.size(), slope.size()));
  switch (activation) {
    case Activation::tanh:
      return activate_tanh(beta, h, value, slope);
    case Activation::erf:
      return activate_erf(beta, h, value, slope);
    case Activation::relu:
      return activate_relu(beta, h, value, slope);
  }
}

}  // namespace wfm::training
