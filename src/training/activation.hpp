// Smooth hidden units: tau = phi(beta h), h the preactivation; beta plays the part of the norm of the unit's weights.
//   tanh   phi(x) = tanh x
//   erf    phi(x) = erf x
//   relu   phi(x) = max(0, x)
// beta -> infinity makes the first two sign units.
#pragma once

#include <span>
#include <string_view>

namespace wfm::training {

enum class Activation { tanh, erf, relu };
std::string_view name(Activation activation);  // "tanh", "erf", "relu"

/// phi(x) and its derivatives; relu at x = 0 has the slope of its left side.
struct ActivationValue {
  double value = 0, first = 0, second = 0;
};
ActivationValue evaluate(Activation activation, double x);

/// value[j] = phi(beta h[j]), slope[j] = beta phi'(beta h[j]) = d value/dh, in single precision: absolute errors of 1e-7, the
/// slopes' tails to 1e-6 of themselves. One length; the spans may be the same memory only where they are h and value.
void activate(Activation activation, double beta, std::span<const float> h, std::span<float> value,
              std::span<float> slope);

}  // namespace wfm::training
