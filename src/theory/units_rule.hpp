// Averages over K standard normal fields of functions that are symmetric under permutations of the units and, for parity
// machines, under the reflection of two of them:
//   E[f(z_1 .. z_K)] = sum_j w_j f(z_j)                                                            (U.4)
// K <= 3: Gauss-Legendre rules over one fundamental domain of these symmetries, so that the kinks where two units tie lie on
// its boundary; the nodes crowd there and where a unit's field meets the margin. K > 3: Sobol's sequence u_j, z_j =
// -H^{-1}({u_j + shift}), by several random shifts; their scatter is the error. docs/theory/units.md
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "math/quadrature.hpp"
#include "theory/graded_rule.hpp"
#include "theory/kernel.hpp"
#include "theory/units_channel.hpp"

namespace wfm::theory {

struct UnitsRule {
  int units = 0;
  std::vector<double> points;   // size() x units
  std::vector<double> weights;  // sum 1, but for the error of the rule
  int shifts = 1;  // > 1: this many blocks of equal length, each an estimate of the average on its own
  std::size_t size() const { return weights.size(); }
  std::span<const double> point(std::size_t j) const {
    return {points.data() + j * std::size_t(units), std::size_t(units)};
  }
};

/// Where functions of the fields z_l are sharp.
struct SharpFields {
  std::vector<SharpPlace> edges;  // of one unit, not empty; with their mirror images for parity machines
  double tie = 1;                 // two units at -z are exchanged over tie/|z|, > 0
};

inline constexpr double normal_range = 7;  // of one z_l, and of |z|: what is beyond has weight 1e-10

/// ln X at sqrt(q) z_l, variance 1 - q.
SharpFields soft_fields(const UnitsChannel& channel, const Overlap& q);

/// max over a of -|a|^2/(2 dQ) + ln X(sqrt(q1) z + a), variance 1 - q1.
SharpFields repaired_fields(const UnitsChannel& channel, const Overlap& q1, double dQ);

/// ln int Dz' X^y(sqrt(q0) z + sigma z', v).
SharpFields clustered_fields(const UnitsChannel& channel, const Overlap& q0, double sigma, double v,
                             double y);

/// int_a^b f(z) dz by Gauss-Legendre in x(z) = z/spread + sum_k asinh((z - c_k)/w_k), the number of nodes growing with the
/// length of the interval in x; it is capped at most_nodes.
QuadratureRule mapped_rule(std::span<const SharpPlace> places, double spread, double a, double b,
                           double density, int most_nodes = 400);

/// One z_2 of the fundamental domain, which is a product of rules for z_1 and z_3 there:
///   committee z_1 <= z_2 <= z_3,   parity |z_1| <= z_2 <= z_3
/// Which unit is the one to be corrected changes at its boundary z_1 = z_2 < 0, for parity z_1 = -z_2, within tie/|z_2| for a
/// soft choice. One node 0 of weight 1 stands for a unit that is not there: z_3 for K = 2, z_1 and z_3 for K = 1.
struct UnitsPlane {
  double z2 = 0;
  double weight = 0;  // the number of images of the domain included
  QuadratureRule first, third;
};

/// K <= 3. `density` of the nodes, > 0 (1: errors of about 1e-6).
std::vector<UnitsPlane> units_planes(const UnitsChannel& channel, const SharpFields& sharp, double density);

/// `density` as above for K <= 3; `points_per_shift` of the sequence, >= 1 and rounded up to a power of 2,
/// for K > 3.
UnitsRule units_rule(const UnitsChannel& channel, const SharpFields& sharp, double density,
                     int points_per_shift);

/// Standard error of the mean of the shifts' estimates; 0 for K <= 3. values: w_j f(z_j) in the order of the rule.
double error_of_shifts(const UnitsRule& rule, std::span<const double> values);

}  // namespace wfm::theory
