// Trapezoidal rules whose nodes crowd where an integrand is sharp:
//   int f(z) dz = sum_j h z'(x_j) f(z(x_j)),   x(z) = sum_k asinh((z - c_k)/w_k)
// The map is analytic, so the error falls like exp(-2 pi strip/h): about 1e-13 at h = 0.1 for one centre and the smooth
// functions of the replica formulas, whatever the width. The number of nodes grows only like ln(1/w).
#pragma once

#include <span>

#include "math/quadrature.hpp"

namespace wfm::theory {

/// A place where the integrand changes over a distance `width`.
struct SharpPlace {
  double centre = 0;
  double width = 1;  // > 0
};

/// The place of an edge in an integrand that the normal density bounds to |z| < z_max: centre within that range, width at least
/// 1e-9; the density's own place (0, 2) for a wider edge or none (infinite width).
SharpPlace edge_place(double centre, double width, double z_max = 9);

/// Nodes covering [z_min, z_max], weights z'(x) h (no density in them). `places` is not empty, h > 0.
QuadratureRule graded_rule(std::span<const SharpPlace> places, double z_min, double z_max, double h);

/// As above for one place over [-z_max, z_max] with the normal density in the weights: sum_j w_j f(z_j) ~ int Dz f(z).
/// The width is cut at 2 and the centre pulled within min(6, 3/width) of 0, so that the density itself is resolved too.
QuadratureRule graded_normal_rule(SharpPlace place, double h, double z_max = 9);

}  // namespace wfm::theory
