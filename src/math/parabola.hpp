// The parabola through three points (Lagrange's form).
#pragma once

#include <array>
#include <optional>

namespace wfm {

struct LowestPoint {
  double x = 0;
  double value = 0;
};

/// Lowest point of the parabola through (x[i], f[i]), x different from each other; empty where it has none (it is a line, opens
/// downwards, or f is not finite).
std::optional<LowestPoint> lowest_of_parabola(const std::array<double, 3>& x, const std::array<double, 3>& f);

}  // namespace wfm
