#include "theory/units_rule.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numbers>
#include <numeric>
#include <utility>

#include <boost/math/special_functions/erf.hpp>
#include <boost/random/sobol.hpp>

#include "math/gaussian.hpp"
#include "math/random.hpp"

namespace wfm::theory {

namespace {

constexpr double z_max = normal_range;
constexpr int most_nodes_of_a_unit = 160;  // at most 8 million points in three dimensions
constexpr int shifts = 16;
constexpr std::uint64_t shift_seed = 0x756e697473;

/// Gauss-Legendre rules on [-1, 1], each made once.
class Legendre {
 public:
  const QuadratureRule& operator()(int n) {
    if (rules_.size() <= std::size_t(n)) rules_.resize(std::size_t(n) + 1);
    if (rules_[n].size() == 0) rules_[n] = gauss_legendre(n, -1, 1);
    return rules_[n];
  }

 private:
  std::vector<QuadratureRule> rules_;
};

QuadratureRule mapped_by(Legendre& legendre, std::span<const SharpPlace> places, double spread, double a,
                         double b, double density, int most_nodes) {
  const auto x_of = [&](double z) {
    double x = z / spread;
    for (const SharpPlace& place : places) x += std::asinh((z - place.centre) / place.width);
    return x;
  };
  const auto slope_of = [&](double z) {
    double slope = 1 / spread;
    for (const SharpPlace& place : places) slope += 1 / std::hypot(z - place.centre, place.width);
    return slope;
  };
  const double x_a = x_of(a), half = (x_of(b) - x_a) / 2;
  const int n = static_cast<int>(std::ceil(std::clamp(density * (10 + 5 * half), 2.0, double(most_nodes))));
  QuadratureRule rule = legendre(n);
  double z = a;
  for (std::size_t j = 0; j < rule.size(); ++j) {
    const double x = x_a + half * (1 + rule.nodes[j]);
    double low = z, high = b;
    for (int iteration = 0; iteration < 60; ++iteration) {
      const double excess = x_of(z) - x;
      if (std::abs(excess) <= 1e-13 * (1 + std::abs(x))) break;
      (excess < 0 ? low : high) = z;
      const double newton = z - excess / slope_of(z);
      z = newton > low && newton < high ? newton : low + (high - low) / 2;
    }
    rule.nodes[j] = z;
    rule.weights[j] *= half / slope_of(z);
  }
  return rule;
}

/// With the normal density in the weights.
QuadratureRule sharp_rule(Legendre& legendre, std::span<const SharpPlace> places, double a, double b,
                          double density) {
  constexpr double no_spread = std::numeric_limits<double>::infinity();
  QuadratureRule rule = mapped_by(legendre, places, no_spread, a, b, density, most_nodes_of_a_unit);
  for (std::size_t j = 0; j < rule.size(); ++j) rule.weights[j] *= G(rule.nodes[j]);
  return rule;
}

void add_point(UnitsRule& rule, std::span<const double> z, double weight) {
  rule.points.insert(rule.points.end(), z.begin(), z.end());
  rule.weights.push_back(weight);
}

UnitsRule flat_rule(const UnitsChannel& channel, const std::vector<UnitsPlane>& planes) {
  UnitsRule rule;
  rule.units = channel.units();
  for (const UnitsPlane& plane : planes)
    for (std::size_t i = 0; i < plane.first.size(); ++i)
      for (std::size_t k = 0; k < plane.third.size(); ++k) {
        const std::array z{plane.first.nodes[i], plane.z2, plane.third.nodes[k]};
        // the units that there are: z_2 alone, z_1 and z_2, or all
        const std::span<const double> fields(z.data() + (rule.units == 1 ? 1 : 0), std::size_t(rule.units));
        // beyond the sphere |z| = z_max of weight 1e-10
        if (std::inner_product(fields.begin(), fields.end(), fields.begin(), 0.0) > z_max * z_max) continue;
        add_point(rule, fields, plane.first.weights[i] * plane.weight * plane.third.weights[k]);
      }
  return rule;
}

UnitsRule shifted_sequence(int K, int points_per_shift) {
  UnitsRule rule;
  rule.units = K;
  rule.shifts = shifts;
  const auto length = std::bit_ceil(std::size_t(points_per_shift));
  const double weight = 1.0 / (double(shifts) * double(length));
  std::vector<double> shift(K), z(K);
  for (int s = 0; s < shifts; ++s) {
    RandomStream random(shift_seed, Purpose::measurement, std::uint64_t(s));
    for (double& x : shift) x = random.uniform();
    boost::random::sobol sequence{std::size_t(K)};
    for (std::size_t j = 0; j < length; ++j) {
      for (int l = 0; l < K; ++l) {
        double u = shift[l] + double(sequence()) * 0x1p-64;
        u -= std::floor(u);
        z[l] = std::numbers::sqrt2 * boost::math::erf_inv(std::clamp(2 * u - 1, -1 + 1e-15, 1 - 1e-15));
      }
      add_point(rule, z, weight);
    }
  }
  return rule;
}

}  // namespace

// (U.1) turns over sqrt(v/q) at the margin, two tau are exchanged where h (h_1 - h_2)/v ~ 1. A unit of positive
/// margin chooses its side at 0.
SharpFields soft_fields(const UnitsChannel& channel, const Overlap& q) {
  if (!(q.q > 0)) return {{{0, 2}}, 4};
  const double width = std::sqrt(q.one_minus_q / q.q), edge = channel.margin() / std::sqrt(q.q);
  if (edge == 0) return {{{0, width}}, width * width};
  return {{{-edge, width}, {edge, width}, {0, width * width / edge}}, width * width};
}

// With h + a = kappa - x sqrt(v), one unit has dh/d(h + a) = 1 + (dQ/v) R(x) (R(x) - x). It turns from
/// small to large where this is 2, or halfway for small dQ.
SharpFields repaired_fields(const UnitsChannel& channel, const Overlap& q1, double dQ) {
  const double v = q1.one_minus_q, deviation = std::sqrt(v), root_q1 = std::sqrt(q1.q);
  const double level = std::min(v / dQ, 0.5);
  double low = -40, high = 1;
  for (int bisection = 0; bisection < 40; ++bisection) {
    const double x = (low + high) / 2;
    (R(x) * (R(x) - x) < level ? low : high) = x;
  }
  const double edge = (channel.margin() - low * deviation - dQ * R(low) / deviation) / root_q1;
  const double width = 2 * deviation / (1 + std::abs(low)) / root_q1;
  return {{{edge, width}}, 4};
}

// The repair at dQ = y sigma^2, smoothed over sigma.
SharpFields clustered_fields(const UnitsChannel& channel, const Overlap& q0, double sigma, double v,
                             double y) {
  const double softness = sigma * sigma + v / y;
  if (!(q0.q > 0)) return {{{0, 2}}, 4};
  SharpFields sharp = repaired_fields(channel, {q0.q, v}, y * sigma * sigma);
  for (SharpPlace& edge : sharp.edges) edge.width = std::hypot(edge.width, sigma / std::sqrt(q0.q));
  sharp.tie = softness / q0.q;
  return sharp;
}

QuadratureRule mapped_rule(std::span<const SharpPlace> places, double spread, double a, double b,
                           double density, int most_nodes) {
  Legendre legendre;
  return mapped_by(legendre, places, spread, a, b, density, most_nodes);
}

std::vector<UnitsPlane> units_planes(const UnitsChannel& channel, const SharpFields& sharp, double density) {
  const int K = channel.units();
  const bool parity = channel.is_parity();
  std::vector<SharpPlace> edges;
  double width = 2;
  for (const SharpPlace& edge : sharp.edges) {
    edges.push_back(edge_place(edge.centre, edge.width, z_max));
    width = std::min(width, edges.back().width);
    if (parity && edges.back().centre != 0) edges.push_back({-edges.back().centre, edges.back().width});
  }
  const double orders = K == 1 ? 1 : K == 2 ? 2 : 6;
  const double reflections = parity ? 1 << (K - 1) : 1;
  const QuadratureRule no_unit{{0.0}, {1.0}};

  Legendre legendre;
  std::vector<UnitsPlane> planes;
  for (const double sign : {-1.0, 1.0}) {
    if (parity && sign < 0) continue;
    // the two half-lines of z_2 apart: the boundary layer has another width in each
    const QuadratureRule second =
        sharp_rule(legendre, edges, sign < 0 ? -z_max : 0, sign < 0 ? 0 : z_max, density);
    for (std::size_t j = 0; j < second.size(); ++j) {
      const double z2 = second.nodes[j], depth = std::abs(z2);
      UnitsPlane plane{z2, orders * reflections * second.weights[j], no_unit, no_unit};
      if (K > 1) {
        std::vector<SharpPlace> places = edges;
        const double layer = std::min(sharp.tie / (depth + std::sqrt(sharp.tie)), 2.0);
        if (parity)
          places.push_back({-z2, layer});
        else
          places = {{z2, sign < 0 ? layer : width + depth}};
        plane.first = sharp_rule(legendre, places, parity ? -z2 : -z_max, z2, density);
      }
      if (K > 2) {
        std::vector<SharpPlace> places = edges;
        places.push_back({z2, std::min(std::sqrt(sharp.tie), 2.0)});
        plane.third = sharp_rule(legendre, places, z2, z_max, density);
      }
      planes.push_back(std::move(plane));
    }
  }
  return planes;
}

UnitsRule units_rule(const UnitsChannel& channel, const SharpFields& sharp, double density,
                     int points_per_shift) {
  if (channel.units() > 3) return shifted_sequence(channel.units(), points_per_shift);
  return flat_rule(channel, units_planes(channel, sharp, density));
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
