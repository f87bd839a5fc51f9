#include "theory/units_rule.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <numbers>

#include <boost/math/special_functions/erf.hpp>

#include "math/gaussian.hpp"
#include "math/random.hpp"
#include "theory/graded_rule.hpp"

namespace wfm::theory {

namespace {

constexpr double z_max = 7;  // H(7) = 1.3e-12
constexpr int shifts = 16;
constexpr std::uint64_t shift_seed = 0x756e697473;

/// The positive half of a rule that is symmetric about 0 and has no node there: x(z_j) = (j + 1/2) h.
QuadratureRule half_normal_rule(double edge, double width, double h) {
  const double w = std::min(width, 2.0), c = std::min(edge, z_max);
  const auto x_of = [&](double z) {
    return c > 0 ? std::asinh((z - c) / w) + std::asinh((z + c) / w) : std::asinh(z / w);
  };
  const auto slope_of = [&](double z) {
    return c > 0 ? 1 / std::hypot(z - c, w) + 1 / std::hypot(z + c, w) : 1 / std::hypot(z, w);
  };
  QuadratureRule rule;
  double z = 0;
  for (double x = h / 2; x < x_of(z_max); x += h) {
    double low = z, high = z_max + 1;
    for (int iteration = 0; iteration < 60; ++iteration) {
      const double excess = x_of(z) - x;
      if (std::abs(excess) <= 1e-13 * (1 + x)) break;
      (excess < 0 ? low : high) = z;
      const double newton = z - excess / slope_of(z);
      z = newton > low && newton < high ? newton : low + (high - low) / 2;
    }
    rule.nodes.push_back(z);
    rule.weights.push_back(h / slope_of(z) * G(z));
  }
  const double total = 2 * integrate(rule, [](double) { return 1.0; });
  for (double& weight : rule.weights) weight /= total;
  return rule;
}

void add_point(UnitsRule& rule, std::span<const double> z, double weight) {
  rule.points.insert(rule.points.end(), z.begin(), z.end());
  rule.weights.push_back(weight);
}

/// Orderings of three indices i <= j <= k.
double orderings(std::size_t i, std::size_t j, std::size_t k) {
  return i == k ? 1 : i == j || j == k ? 3 : 6;
}

UnitsRule product_rule(const UnitsChannel& channel, const QuadratureRule& half) {
  const int K = channel.units();
  UnitsRule rule;
  rule.units = K;
  // Parity: magnitudes in order and the sign of the product on the smallest. Others: all nodes, in order.
  std::vector<double> nodes, weights;
  if (!channel.is_parity())
    for (std::size_t j = half.size(); j-- > 0;) {
      nodes.push_back(-half.nodes[j]);
      weights.push_back(half.weights[j]);
    }
  nodes.insert(nodes.end(), half.nodes.begin(), half.nodes.end());
  weights.insert(weights.end(), half.weights.begin(), half.weights.end());
  const std::size_t n = nodes.size();
  const auto add = [&](std::array<double, 3> z, double weight) {
    const std::span<const double> fields(z.data() + (3 - K), std::size_t(K));  // the last K
    if (!channel.is_parity()) return add_point(rule, fields, weight);
    const double reflections = 1 << (K - 1);
    add_point(rule, fields, weight * reflections);
    z[3 - K] = -z[3 - K];
    add_point(rule, fields, weight * reflections);
  };
  for (std::size_t k = 0; k < n; ++k) {
    if (K == 1) add({0, 0, nodes[k]}, weights[k]);
    for (std::size_t j = 0; j <= k && K > 1; ++j) {
      const double pair = weights[j] * weights[k];
      if (K == 2) add({0, nodes[j], nodes[k]}, (j == k ? 1 : 2) * pair);
      for (std::size_t i = 0; i <= j && K > 2; ++i)
        add({nodes[i], nodes[j], nodes[k]}, orderings(i, j, k) * weights[i] * pair);
    }
  }
  return rule;
}

/// Root g of g^{K+1} = g + 1: the powers of 1/g are the steps of a Kronecker sequence of low discrepancy in K dimensions (for K = 1
/// the golden ratio).
double generalised_golden_ratio(int K) {
  double g = 1.5;
  for (int i = 0; i < 100; ++i) g = std::pow(1 + g, 1.0 / (K + 1));
  return g;
}

UnitsRule shifted_sequence(int K, int points_per_shift) {
  UnitsRule rule;
  rule.units = K;
  rule.shifts = shifts;
  const double weight = 1.0 / (double(shifts) * points_per_shift);
  std::vector<double> z(K);
  for (int shift = 0; shift < shifts; ++shift) {
    RandomStream random(shift_seed, Purpose::measurement, std::uint64_t(shift));
    std::vector<double> u, advance;
    for (int l = 0; l < K; ++l) {
      u.push_back(random.uniform());
      advance.push_back(std::pow(generalised_golden_ratio(K), -(l + 1)));
    }
    for (int j = 0; j < points_per_shift; ++j) {
      for (int l = 0; l < K; ++l) {
        u[l] += advance[l];
        u[l] -= std::floor(u[l]);
        z[l] = std::numbers::sqrt2 * boost::math::erf_inv(std::clamp(2 * u[l] - 1, -1 + 1e-15, 1 - 1e-15));
      }
      add_point(rule, z, weight);
    }
  }
  return rule;
}

}  // namespace

UnitsRule units_rule(const UnitsChannel& channel, double Q, double v, double step, int points_per_shift) {
  if (channel.units() > 3) return shifted_sequence(channel.units(), points_per_shift);
  if (!(Q > 0)) return product_rule(channel, half_normal_rule(0, 2, step));
  const double root_Q = std::sqrt(Q);
  return product_rule(channel, half_normal_rule(channel.margin() / root_Q, std::sqrt(v) / root_Q, step));
}

double error_of_shifts(const UnitsRule& rule, std::span<const double> values) {
  if (rule.shifts < 2) return 0;
  const std::size_t length = rule.size() / std::size_t(rule.shifts);
  double mean = 0, square = 0;
  for (int shift = 0; shift < rule.shifts; ++shift) {
    double estimate = 0;
    for (std::size_t j = 0; j < length; ++j) estimate += values[std::size_t(shift) * length + j];
    estimate *= rule.shifts;
    mean += estimate / rule.shifts;
    square += estimate * estimate / rule.shifts;
  }
  return std::sqrt(std::max(0.0, square - mean * mean) / (rule.shifts - 1));
}

}  // namespace wfm::theory
