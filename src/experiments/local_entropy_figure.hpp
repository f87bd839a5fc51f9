// Curves and thresholds of the large-deviation local entropy, shared by the experiments on committees and parity machines.
#pragma once

#include <vector>

#include "experiments/document.hpp"
#include "theory/local_entropy.hpp"
#include "theory/threshold.hpp"

namespace wfm::experiments {

/// The wide limit y -> infinity of one machine at several loads.
struct LocalEntropyFigure {
  theory::Machine machine;
  std::vector<double> alphas, distances;
  std::vector<std::vector<theory::LocalEntropyPoint>> curves;  // one an alpha
};

/// Computes all curves in parallel, a step each. Curves are left empty once interrupted.
void solve_figures(std::vector<LocalEntropyFigure>& figures, int threads, Steps& steps);

/// Normalised local entropy over D, one curve an alpha, with the id given.
io::Json chart_of(const LocalEntropyFigure& figure, const std::string& id);

/// All points of all figures.
io::Json points_table(const std::vector<LocalEntropyFigure>& figures);

/// A threshold to be found: machine and name.
struct ThresholdRequest {
  theory::Machine machine;
  std::string name;
};
std::vector<theory::Threshold> solve_thresholds(const std::vector<ThresholdRequest>& requests, int threads,
                                                Steps& steps);
io::Json thresholds_table(const std::vector<theory::Threshold>& thresholds, const std::string& title);

/// The one of that machine and name; it must be among them.
const theory::Threshold& threshold_of(const std::vector<theory::Threshold>& thresholds,
                                      const theory::Machine& machine, const std::string& name);

}  // namespace wfm::experiments
