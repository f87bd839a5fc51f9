// Weight configurations of a one-hidden-layer machine.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

namespace wfm {

enum class WeightKind { binary, spherical };  // +-1, or real with |w[k]|^2 = fan-in for each unit

struct Weights {
  WeightKind kind = WeightKind::binary;
  int hidden = 1, fan_in = 0;
  std::vector<double> values;  // hidden x fan_in, unit after unit

  std::span<const double> unit(int k) const {
    return {values.data() + std::size_t(k) * fan_in, std::size_t(fan_in)};
  }
  std::span<double> unit(int k) { return {values.data() + std::size_t(k) * fan_in, std::size_t(fan_in)}; }
  bool operator==(const Weights&) const = default;
};

std::string_view name(WeightKind kind);  // "binary", "spherical"
WeightKind weight_kind_from_name(std::string_view name);

/// Throws InvalidInput unless the sizes fit, every value is finite, binary values are +-1 and spherical units have norm^2 = fan-in
/// (relative 1e-6).
void validate(const Weights& weights);

/// Puts every unit back onto its sphere |w[k]|^2 = fan_in (spherical weights).
void normalise(Weights& weights);

/// Overlap (1/M) w.w' of two configurations of the same shape as they stand, M the number of weights.
double overlap(const Weights& a, const Weights& b);

}  // namespace wfm
