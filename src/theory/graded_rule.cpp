#include "theory/graded_rule.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "math/gaussian.hpp"

namespace wfm::theory {

namespace {

constexpr double most_nodes = 1e7;

struct MapPoint {
  double x = 0;      // x(z)
  double slope = 0;  // x'(z)
};

MapPoint map_at(std::span<const SharpPlace> places, double z) {
  MapPoint point;
  for (const SharpPlace& place : places) {
    point.x += std::asinh((z - place.centre) / place.width);
    point.slope += 1 / std::hypot(z - place.centre, place.width);
  }
  return point;
}

}  // namespace

SharpPlace edge_place(double centre, double width, double z_max) {
  if (!(width < 2)) return {0, 2};
  return {std::clamp(centre, -z_max, z_max), std::max(width, 1e-9)};
}

QuadratureRule graded_rule(std::span<const SharpPlace> places, double z_min, double z_max, double h) {
  const double x_min = map_at(places, z_min).x, x_max = map_at(places, z_max).x;
  QuadratureRule rule;
  const double steps = std::ceil((x_max - x_min) / h);
  if (!(steps >= 0 && steps < most_nodes)) {  // widths that under- or overflow: averages are NaN
    rule.nodes.assign(1, z_min);
    rule.weights.assign(1, std::numeric_limits<double>::quiet_NaN());
    return rule;
  }
  const auto count = static_cast<std::size_t>(steps) + 1;
  rule.nodes.resize(count);
  rule.weights.resize(count);

  if (places.size() == 1) {  // z = c + w sinh x
    for (std::size_t j = 0; j < count; ++j) {
      const double e = std::exp(x_min + h * double(j));
      rule.nodes[j] = places[0].centre + places[0].width * (e - 1 / e) / 2;
      rule.weights[j] = h * places[0].width * (e + 1 / e) / 2;
    }
    return rule;
  }

  // x(z) = x_j by Newton from the node before. x' is bell-shaped around each centre, so a full step may overshoot: the
  // root is kept between the last node and z_max + the last step.
  double z = z_min;
  for (std::size_t j = 0; j < count; ++j) {
    const double x = x_min + h * double(j);
    MapPoint here = map_at(places, z);
    double low = z, high = 2 * z_max - z_min;
    for (int step = 0; step < 60 && std::abs(here.x - x) > 1e-13 * (1 + std::abs(x)); ++step) {
      (here.x < x ? low : high) = z;
      const double newton = z + (x - here.x) / here.slope;
      z = newton > low && newton < high ? newton : low + (high - low) / 2;
      here = map_at(places, z);
    }
    rule.nodes[j] = z;
    rule.weights[j] = h / here.slope;
  }
  return rule;
}

QuadratureRule graded_normal_rule(SharpPlace place, double h, double z_max) {
  const double width = std::min(place.width, 2.0);
  const double reach = std::min(6.0, 3 / place.width);
  const SharpPlace within{std::clamp(place.centre, -reach, reach), width};
  QuadratureRule rule = graded_rule({&within, 1}, -z_max, z_max, h);
  for (std::size_t j = 0; j < rule.size(); ++j) rule.weights[j] *= G(rule.nodes[j]);
  return rule;
}

}  // namespace wfm::theory
