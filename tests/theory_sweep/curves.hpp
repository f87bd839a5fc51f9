// Demands on curves in a distance: the same distance reached on its own, and with other companions, has the same entropy.
#pragma once

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "trial.hpp"

namespace wfm::theory::sweep {

inline constexpr double same_entropy = 1e-8;

/// Distances of a curve whose beginning takes most of the time; others have a few.
inline constexpr std::size_t many_distances = 100, long_curve = 10;
inline constexpr double longest_curve_ms = 300000;  // of many distances, processor time

/// The distances of another curve, in reversed order: ten of a long curve, all of a short one among as many new ones.
inline std::vector<double> other_companions(const std::vector<double>& distances, double smallest,
                                            double largest) {
  std::vector<double> others;
  if (distances.size() >= long_curve) {
    for (std::size_t i = distances.size(); i-- > 0;)
      if (i % (distances.size() / 10) == 0) others.push_back(distances[i]);
    return others;
  }
  others.assign(distances.rbegin(), distances.rend());
  for (const double d : distances) others.push_back(std::min(std::max(d * 1.7, smallest), largest));
  return others;
}

/// `curve(distances)` -> points with .converged, .entropy and .quadrature_error. Checks `points`, the answer at `distances`,
/// against the curve of one of them alone and against one with other companions, in reversed order.
template <class Curve, class Points>
void demand_same_branch(Trial& trial, const std::vector<double>& distances, const Points& points,
                        std::size_t alone, double smallest, double largest, Curve&& curve) {
  const std::vector<double> other_distances = other_companions(distances, smallest, largest);
  const Points single = curve(std::vector<double>{distances[alone]});
  const Points others = curve(other_distances);
  const auto compare = [&](const auto& a, const auto& b, const char* how) {
    if (!a.converged || !b.converged) return;
    trial.agree(a.entropy, b.entropy, same_entropy + 10 * std::max(a.quadrature_error, b.quadrature_error),
                fmt::format("entropy at d = {:.17g} {}", a.distance, how));
  };
  compare(points[alone], single[0], "on its own");
  for (std::size_t i = 0; i < distances.size(); ++i) {
    const auto found = std::find(other_distances.begin(), other_distances.end(), distances[i]);
    if (found != other_distances.end())
      compare(points[i], others[std::size_t(found - other_distances.begin())], "with other companions");
  }
}

inline std::string text_of(const std::vector<double>& distances) {
  std::string text;
  for (const double d : distances) text += fmt::format("{}{:.17g}", text.empty() ? "" : ", ", d);
  return "{" + text + "}";
}

}  // namespace wfm::theory::sweep
