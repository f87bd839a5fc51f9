#include "experiments/reference_curves.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "math/field.hpp"
#include "math/parallel.hpp"

namespace wfm::experiments {

namespace {

std::vector<double> with_fine_grid(const std::vector<double>& distances) {
  std::vector<double> fine;
  for (int j = 0; j <= 60; ++j) fine.push_back(0.001 * std::pow(0.4 / 0.001, j / 60.0));
  fine.insert(fine.end(), distances.begin(), distances.end());
  std::sort(fine.begin(), fine.end());
  return fine;
}

}  // namespace

std::vector<ReferenceCurve> reference_curves(double alpha, double kappa_max,
                                             const std::vector<double>& distances, int threads) {
  std::vector<ReferenceCurve> curves{{0, "theory, typical reference (margin 0)", {}}};
  for (const double kappa : {0.1, 0.2, 0.3})
    if (kappa < kappa_max) curves.push_back({kappa, fmt::format("theory, reference margin {}", kappa), {}});
  curves.push_back({kappa_max, fmt::format("theory, maximum margin {:.4f}", kappa_max), {}});
  const std::vector<double> fine = with_fine_grid(distances);
  parallel_for(curves.size(), threads, [&](std::size_t c) {
    curves[c].points = theory::franz_parisi_curve({alpha, curves[c].reference_margin, 0}, fine);
  });
  return curves;
}

double entropy_at(const ReferenceCurve& curve, double distance) {
  for (const auto& point : curve.points)
    if (point.distance == distance) return point.converged ? point.entropy : std::nan("");
  return std::nan("");
}

std::vector<Series> reference_series(const std::vector<ReferenceCurve>& curves, bool normalised,
                                     int first_color) {
  std::vector<Series> series;
  for (std::size_t c = 0; c < curves.size(); ++c) {
    Series one;
    one.name = curves[c].name;
    one.color = first_color + int(c);
    for (const auto& point : curves[c].points) {
      one.x.push_back(point.distance);
      one.y.push_back(point.converged ? point.entropy - (normalised ? binary_entropy(point.distance) : 0)
                                      : std::nan(""));
    }
    series.push_back(one);
  }
  Series bound;
  bound.name = "data-free bound";
  bound.group = SeriesGroup::bound;
  bound.dashed = true;
  for (const auto& point : curves.front().points) {
    bound.x.push_back(point.distance);
    bound.y.push_back(normalised ? 0 : theory::data_free_entropy(point.distance));
  }
  series.push_back(bound);
  return series;
}

std::string like_margin(const std::vector<ReferenceCurve>& curves, double distance, double entropy) {
  for (std::size_t c = 1; c < curves.size(); ++c) {
    const double low = entropy_at(curves[c - 1], distance), high = entropy_at(curves[c], distance);
    if (low <= entropy && entropy <= high)
      return fmt::format(
          "like margin {:.2f}",
          curves[c - 1].reference_margin +
              (entropy - low) / (high - low) * (curves[c].reference_margin - curves[c - 1].reference_margin));
  }
  if (std::isnan(entropy) || std::isnan(entropy_at(curves.front(), distance)) ||
      std::isnan(entropy_at(curves.back(), distance)))
    return "no theory value";
  return entropy > entropy_at(curves.back(), distance) ? "above the maximum-margin curve"
                                                       : "below the typical curve";
}

}  // namespace wfm::experiments
