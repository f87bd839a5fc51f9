#include "problems/weights.hpp"

#include <cmath>
#include <numeric>

#include <fmt/format.h>

#include "math/error.hpp"

namespace wfm {

std::string_view name(WeightKind kind) {
  switch (kind) {
    case WeightKind::binary:
      return "binary";
    case WeightKind::spherical:
      return "spherical";
  }
  throw InvalidInput(fmt::format("no such kind of weights: {}", int(kind)));
}

WeightKind weight_kind_from_name(std::string_view name) {
  if (name == "binary") return WeightKind::binary;
  if (name == "spherical") return WeightKind::spherical;
  throw InvalidInput(fmt::format("weights are binary or spherical, got '{}'", name));
}

namespace {

double squared_norm(std::span<const double> w) {
  return std::inner_product(w.begin(), w.end(), w.begin(), 0.0);
}

}  // namespace

void validate(const Weights& weights) {
  const auto& [kind, hidden, fan_in, values] = weights;
  if (hidden < 1 || fan_in < 1)
    throw InvalidInput(
        fmt::format("weights need hidden >= 1 and fan_in >= 1, got {} and {}", hidden, fan_in));
  if (values.size() != std::size_t(hidden) * fan_in)
    throw InvalidInput(fmt::format("weights of {} units with fan-in {} are {} values, got {}", hidden, fan_in,
                                   std::size_t(hidden) * fan_in, values.size()));
  for (int k = 0; k < hidden; ++k) {
    const auto w = weights.unit(k);
    for (int i = 0; i < fan_in; ++i) {
      if (!std::isfinite(w[i]))
        throw InvalidInput(fmt::format("weights must be finite, got {} at unit {}, input {}", w[i], k, i));
      if (kind == WeightKind::binary && std::abs(w[i]) != 1)
        throw InvalidInput(fmt::format("binary weights are +-1, got {} at unit {}, input {}", w[i], k, i));
    }
    if (kind == WeightKind::spherical && !(std::abs(squared_norm(w) - fan_in) <= 1e-6 * fan_in))
      throw InvalidInput(
          fmt::format("a unit's spherical weights have norm^2 = fan-in = {}, got {} at unit {}", fan_in,
                      squared_norm(w), k));
  }
}

void normalise(Weights& weights) {
  for (int k = 0; k < weights.hidden; ++k) {
    const auto w = weights.unit(k);
    const double norm2 = squared_norm(w);
    if (!(norm2 > 0) || !std::isfinite(norm2))
      throw InvalidInput(
          fmt::format("only weights of positive, finite norm can be put onto the sphere, got norm^2 = {} "
                      "at unit {}",
                      norm2, k));
    const double scale = std::sqrt(weights.fan_in / norm2);
    for (double& value : w) value *= scale;
  }
}

double overlap(const Weights& a, const Weights& b) {
  if (a.hidden != b.hidden || a.fan_in != b.fan_in || a.values.size() != b.values.size() || a.values.empty())
    throw InvalidInput(
        fmt::format("an overlap needs two configurations of one shape, got {} x {} and {} x {}", a.hidden,
                    a.fan_in, b.hidden, b.fan_in));
  return std::inner_product(a.values.begin(), a.values.end(), b.values.begin(), 0.0) /
         double(a.values.size());
}

}  // namespace wfm
