// int Dz' X^y is a convolution of X^y(h_1 .. h_K) with one normal density per unit, so all outer fields share one table of
// X^y over a product grid of repaired fields h, and each axis is contracted on its own:
//   A(z) = sum_h2 k(z_2, h_2) sum_h1 k(z_1, h_1) sum_h3 k(z_3, h_3) X^y(h),   k(z, h) = weight(h) G((h - sqrt(Q0) z)/sigma)/sigma
//   <r_l> = (1/y) d ln A/d(sqrt(Q0) z_l): the kernel k' = k (h - sqrt(Q0) z)/sigma^2 along axis l              (U.6)
//   <ln X>, sum_l <r_l^2>: tables of X^y ln X and X^y sum_l r_l^2
// The grid ends where |h| is far beyond sqrt(v), and one node at each end stands for all fields beyond it.
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numbers>
#include <vector>

#include <fmt/format.h>
#include <Eigen/Core>

#include "math/error.hpp"
#include "math/gaussian.hpp"
#include "theory/units_energetics.hpp"
#include "theory/units_rule.hpp"

namespace wfm::theory {

namespace {

constexpr double cluster_density = 1;
constexpr double field_density = 0.8;
constexpr int most_fields = 500, most_fields_of_three = 200;  // the tables hold their square or cube
constexpr double largest_log_scale = 600;                     // below ln of the largest double
constexpr double infinite_deviations = 1e3;                   // a field beyond all others

using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

struct Cluster {
  double root_q0, v, sigma, y;
  double softness() const {
    return sigma * sigma + v / y;
  }  // a unit is repaired at the cost h^2/(2 softness), times y
};

/// Fields of one unit: nodes of a rule on [-end, end], between two that stand for all below and all above.
struct FieldGrid {
  double end = 0;
  std::vector<double> fields;
  std::vector<double> weights;  // of the nodes, without density; 1 for both ends
  bool too_many = false;
};

FieldGrid field_grid(const UnitsChannel& channel, const Cluster& c, double density) {
  const double largest = normal_range * c.root_q0, margin = channel.margin();
  const double stiffness = c.sigma * c.sigma * c.y / c.v;
  const double narrow = c.sigma / std::sqrt(1 + stiffness);  // of X^y times the kernel
  const double repaired = largest / (1 + stiffness) + 9 * narrow;
  FieldGrid grid;
  // X^y r^2 has its tail at |h| = sqrt(v/y)
  const double tail = 8.5 * std::sqrt(c.v / std::min(c.y, 1.0));
  grid.end = margin + std::min(std::max(tail, repaired), largest + 9 * c.sigma);
  // X^y turns where y H(h/sqrt(v)) = 1
  const double turn = std::sqrt(2 * std::log1p(c.y)), turn_width = std::sqrt(c.v) / (1 + turn);
  const double turn_field = margin + turn * std::sqrt(c.v);
  std::vector<SharpPlace> places;
  const auto add_place = [&](double centre, double width) {  // unless the kernel is as sharp
    if (width < 0.7 * c.sigma) places.push_back({centre, width});
  };
  add_place(0, narrow);
  add_place(turn_field, turn_width);
  if (margin > 0) {
    add_place(margin, narrow);
    add_place(-margin, narrow);
  }
  if (channel.is_parity() || margin > 0) add_place(-turn_field, turn_width);
  const int most = channel.units() > 2 ? most_fields_of_three : most_fields;
  const QuadratureRule rule = mapped_rule(places, 1.2 * c.sigma, -grid.end, grid.end, density, most + 1);
  grid.too_many = rule.size() > std::size_t(most);
  const double beyond = margin + infinite_deviations * std::sqrt(c.v);
  grid.fields.push_back(-beyond);
  grid.fields.insert(grid.fields.end(), rule.nodes.begin(), rule.nodes.end());
  grid.fields.push_back(beyond);
  grid.weights.push_back(1);
  grid.weights.insert(grid.weights.end(), rule.weights.begin(), rule.weights.end());
  grid.weights.push_back(1);
  return grid;
}

enum class Wanted { all, force0 };

/// Tables over (h_2, (h_1, h_3)); a unit that is not there has one field.
struct Tables {
  Matrix power, power_log, power_force;  // X^y, X^y ln X, X^y sum_l r_l^2; force0 asks for the first alone
};

/// Calls entry(i, j, k) -> value for i >= j >= k and hands it to set at all their permutations.
template <class Entry, class Set>
void for_all_fields(std::size_t n, std::size_t K, const Entry& entry, const Set& set) {
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < (K > 1 ? i + 1 : 1); ++j)
      for (std::size_t k = 0; k < (K > 2 ? j + 1 : 1); ++k) {
        const auto value = entry(i, j, k);
        set(i, j, k, value);
        if (K > 1) set(j, i, k, value);
        if (K < 3) continue;
        set(i, k, j, value);
        set(k, i, j, value);
        set(j, k, i, value);
        set(k, j, i, value);
      }
}

Tables tables_of(const UnitsChannel& channel, const Cluster& c, const FieldGrid& grid, Wanted wanted) {
  const auto K = std::size_t(channel.units());
  const std::size_t n = grid.fields.size(), n1 = K > 1 ? n : 1, n3 = K > 2 ? n : 1;
  std::vector<UnitTails> tails;
  for (const double h : grid.fields) tails.push_back(channel.tails(h, c.v));
  std::array<UnitTails, 3> units;
  Tables tables;
  tables.power.resize(n, n1 * n3);
  if (wanted == Wanted::force0) {
    for_all_fields(
        n, K,
        [&](std::size_t i, std::size_t j, std::size_t k) {
          units = {tails[i], tails[j], tails[k]};
          return std::exp(c.y * channel({units.data(), K}));
        },
        [&](std::size_t i2, std::size_t i1, std::size_t i3, double power) {
          tables.power(i2, i1 * n3 + i3) = power;
        });
    return tables;
  }
  tables.power_log.resize(n, n1 * n3);
  tables.power_force.resize(n, n1 * n3);
  std::array<double, 3> r;
  for_all_fields(
      n, K,
      [&](std::size_t i, std::size_t j, std::size_t k) {
        units = {tails[i], tails[j], tails[k]};
        const double log_X = channel({units.data(), K}, {r.data(), K}), power = std::exp(c.y * log_X);
        double force = 0;
        for (std::size_t l = 0; l < K; ++l) force += r[l] * r[l];
        return std::array{power, power * log_X, power * force};
      },
      [&](std::size_t i2, std::size_t i1, std::size_t i3, const std::array<double, 3>& entry) {
        const std::size_t column = i1 * n3 + i3;
        tables.power(i2, column) = entry[0];
        tables.power_log(i2, column) = entry[1];
        tables.power_force(i2, column) = entry[2];
      });
  return tables;
}

/// Rows: outer fields sqrt(q0) z of one unit; columns: the grid. Each row is scaled by e^{log_scale} so that an expensive
/// repair does not underflow.
struct Kernels {
  Matrix k, k_prime;
  std::vector<double> log_scale;
};

Kernels kernels_of(const QuadratureRule& outer, bool is_there, bool is_repaired, double margin,
                   const Cluster& c, const FieldGrid& grid) {
  if (!is_there) return {Matrix::Ones(1, 1), Matrix::Zero(1, 1), {0.0}};
  const std::size_t n = grid.fields.size();
  Kernels kernels{Matrix(outer.size(), n), Matrix(outer.size(), n), std::vector<double>(outer.size())};
  for (std::size_t j = 0; j < outer.size(); ++j) {
    const double mean = c.root_q0 * outer.nodes[j], wrong = std::max(margin - mean, 0.0);
    const double log_scale =
        is_repaired ? std::min(wrong * wrong / (2 * c.softness()), largest_log_scale) : 0;
    kernels.log_scale[j] = log_scale;
    for (std::size_t i = 1; i + 1 < n; ++i) {
      const double x = (grid.fields[i] - mean) / c.sigma;
      const double k =
          grid.weights[i] * std::exp(log_scale - x * x / 2) / (c.sigma * std::sqrt(2 * std::numbers::pi));
      kernels.k(j, i) = k;
      kernels.k_prime(j, i) = k * x / c.sigma;
    }
    const double below = (grid.end + mean) / c.sigma, above = (grid.end - mean) / c.sigma;
    kernels.k(j, 0) = std::exp(log_scale + log_H(below));
    kernels.k_prime(j, 0) = -kernels.k(j, 0) * R(below) / c.sigma;
    kernels.k(j, n - 1) = std::exp(log_scale + log_H(above));
    kernels.k_prime(j, n - 1) = kernels.k(j, n - 1) * R(above) / c.sigma;
  }
  return kernels;
}

/// All averages, or force0 alone: the others are 0 then.
ClusterEnergetics averages(const Machine& machine, double margin, const Overlap& q0, const Overlap& q1,
                           double y, double refinement, Wanted wanted) {
  const UnitsChannel channel(machine, margin);
  const int K = channel.units();
  require(K <= 3, fmt::format("clusters are known for K <= 3 units, got K = {}", K));
  require(refinement > 0 && refinement <= 8,
          fmt::format("the refinement of K units is in (0, 8], got {}", refinement));
  require(y > 0 && std::isfinite(y), fmt::format("clusters need a finite y > 0, got {}", y));
  const double difference = q0.one_minus_q - q1.one_minus_q;
  require(q0.q >= 0 && difference >= 0 && q1.one_minus_q > 0,
          fmt::format("clusters need 0 <= q0 <= q1 < 1, got q0 = {}, q1 = {}", q0.q, q1.q));

  ClusterEnergetics result;
  const auto unknown = [&] {
    result.value = result.value_y = result.force0 = result.force1 = std::numeric_limits<double>::quiet_NaN();
    return result;
  };
  const Cluster c{std::sqrt(q0.q), q1.one_minus_q, std::sqrt(difference), y};
  if (!(difference > 0)) return unknown();
  const FieldGrid grid = field_grid(channel, c, field_density * std::sqrt(refinement));
  if (grid.too_many) return unknown();
  const Tables tables = tables_of(channel, c, grid, wanted);
  // q0 = 0: the outer fields do not matter
  const QuadratureRule zero{{0.0}, {1.0}};
  const std::vector<UnitsPlane> planes =
      q0.q > 0 ? units_planes(channel, clustered_fields(channel, q0, c.sigma, c.v, y),
                              cluster_density * refinement)
               : std::vector<UnitsPlane>{{0, 1, zero, zero}};

  QuadratureRule second;
  for (const UnitsPlane& plane : planes) {
    second.nodes.push_back(plane.z2);
    second.weights.push_back(plane.weight);
  }
  const bool parity = channel.is_parity();
  const Kernels k2 = kernels_of(second, true, !parity, margin, c, grid);
  const Matrix power = k2.k * tables.power, power_2 = k2.k_prime * tables.power;
  Matrix power_log, power_force;
  if (wanted == Wanted::all) {
    power_log = k2.k * tables.power_log;
    power_force = k2.k * tables.power_force;
  }

  for (std::size_t p = 0; p < planes.size(); ++p) {
    const UnitsPlane& plane = planes[p];
    const Kernels k1 = kernels_of(plane.first, K > 1, true, margin, c, grid);
    const Kernels k3 = kernels_of(plane.third, K > 2, !parity, margin, c, grid);
    const auto contract_first = [&](const Matrix& over_second, const Matrix& first) -> Matrix {
      return first * Eigen::Map<const Matrix>(over_second.row(p).data(), first.cols(), k3.k.cols());
    };
    const Matrix over_two = contract_first(power, k1.k);
    const Matrix A = over_two * k3.k.transpose(), A_3 = over_two * k3.k_prime.transpose();
    const Matrix A_1 = contract_first(power, k1.k_prime) * k3.k.transpose();
    const Matrix A_2 = contract_first(power_2, k1.k) * k3.k.transpose();
    Matrix A_log, A_force;
    if (wanted == Wanted::all) {
      A_log = contract_first(power_log, k1.k) * k3.k.transpose();
      A_force = contract_first(power_force, k1.k) * k3.k.transpose();
    }
    for (std::size_t i = 0; i < plane.first.size(); ++i)
      for (std::size_t k = 0; k < plane.third.size(); ++k) {
        const double z1 = plane.first.nodes[i], z3 = plane.third.nodes[k];
        if (z1 * z1 + plane.z2 * plane.z2 + z3 * z3 > normal_range * normal_range) continue;
        const double weight = plane.first.weights[i] * plane.weight * plane.third.weights[k];
        const double a = A(i, k);
        if (!(a > 0) || !std::isfinite(a)) return unknown();
        const double r1 = A_1(i, k) / a, r2 = A_2(i, k) / a, r3 = A_3(i, k) / a;
        result.force0 += weight * (r1 * r1 + r2 * r2 + r3 * r3) / (y * y);
        if (wanted == Wanted::force0) continue;
        result.value += weight * (std::log(a) - k1.log_scale[i] - k2.log_scale[p] - k3.log_scale[k]) / y;
        result.value_y += weight * A_log(i, k) / a / y;
        result.force1 += weight * A_force(i, k) / a;
      }
  }
  result.value_y -= result.value / y;  // d/dy (1/y) E ln A = (1/y) E<ln X> - (1/y^2) E ln A
  return result;
}

}  // namespace

ClusterEnergetics units_cluster_energetics(const Machine& machine, double margin, const Overlap& q0,
                                           const Overlap& q1, double y, double refinement) {
  return averages(machine, margin, q0, q1, y, refinement, Wanted::all);
}

double units_cluster_force0(const Machine& machine, double margin, const Overlap& q0, const Overlap& q1,
                            double y, double refinement) {
  return averages(machine, margin, q0, q1, y, refinement, Wanted::force0).force0;
}

}  // namespace wfm::theory
