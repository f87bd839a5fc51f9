#include "math/parabola.hpp"

namespace wfm {

std::optional<LowestPoint> lowest_of_parabola(const std::array<double, 3>& x,
                                              const std::array<double, 3>& f) {
  // f(x) = f0 + left (x - x0) + curvature (x - x0)(x - x1)
  const double right = (f[2] - f[1]) / (x[2] - x[1]), left = (f[1] - f[0]) / (x[1] - x[0]);
  const double curvature = (right - left) / (x[2] - x[0]);
  if (!(curvature > 0)) return std::nullopt;
  const double at = (x[0] + x[1]) / 2 - left / (2 * curvature);
  return LowestPoint{at, f[1] + (at - x[1]) * (left + curvature * (at - x[0]))};
}

}  // namespace wfm
