// Franz-Parisi curves around typical solutions of several margins, beside which the solutions of instances are drawn.
#pragma once

#include <string>
#include <vector>

#include "experiments/results.hpp"
#include "theory/franz_parisi.hpp"

namespace wfm::experiments {

struct ReferenceCurve {
  double reference_margin = 0;
  std::string name;
  std::vector<theory::FranzParisiPoint> points;  // in the order of their distances
};

/// Binary perceptron at load alpha: margins 0, 0.1, 0.2, 0.3 as far as they are below kappa_max, and kappa_max, at 61 distances
/// from 0.001 to 0.4 and at those given.
std::vector<ReferenceCurve> reference_curves(double alpha, double kappa_max,
                                             const std::vector<double>& distances, int threads);

/// At one of the distances given; NaN where there is no saddle point.
double entropy_at(const ReferenceCurve& curve, double distance);

/// One line a curve and the data-free bound h(d); or all minus h(d). Colours from `first_color` of the palette on.
std::vector<Series> reference_series(const std::vector<ReferenceCurve>& curves, bool normalised,
                                     int first_color);

/// "like margin 0.31": the reference margin whose curve passes through `entropy` at this distance, between those computed;
/// or that it lies above or below all of them.
std::string like_margin(const std::vector<ReferenceCurve>& curves, double distance, double entropy);

}  // namespace wfm::experiments
