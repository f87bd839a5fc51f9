// Demands on curves in a distance: the same distance reached on its own, and with other companions, has the same entropy.
#pragma once

#include <cmath>

#include <fmt/format.h>

#include "trial.hpp"

namespace wfm::theory::sweep {

inline constexpr double same_entropy = 1e-8;

/// `curve(distances)` -> points with .converged, .entropy and .quadrature_error. Checks `points`, the answer at `distances`,
/// against the curve of one of them alone and against one with twice as many, in reversed order.
template <class Curve, class Points>
void demand_same_branch(Trial& trial, const std::vector<double>& distances, const Points& points,
                        std::size_t alone, double smallest, double largest, Curve&& curve) {
  std::vector<double> dense(distances.rbegin(), distances.rend());
  for (const double d : distances) dense.push_back(std::min(std::max(d * 1.7, smallest), largest));
  const Points single = curve(std::vector<double>{distances[alone]});
  const Points others = curve(dense);
  const auto compare = [&](const auto& a, const auto& b, const char* how) {
    if (!a.converged || !b.converged) return;
    trial.agree(a.entropy, b.entropy, same_entropy + 10 * std::max(a.quadrature_error, b.quadrature_error),
                fmt::format("entropy at d = {:.17g} {}", a.distance, how));
  };
  compare(points[alone], single[0], "on its own");
  for (std::size_t i = 0; i < distances.size(); ++i)
    compare(points[i], others[distances.size() - 1 - i], "with other companions");
}

inline std::string text_of(const std::vector<double>& distances) {
  std::string text;
  for (const double d : distances) text += fmt::format("{}{:.17g}", text.empty() ? "" : ", ", d);
  return "{" + text + "}";
}

}  // namespace wfm::theory::sweep
