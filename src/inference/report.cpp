#include "inference/report.hpp"

#include <algorithm>
#include <cmath>

namespace wfm::inference {

MeanChange mean_change(std::span<const double> before, std::span<const double> after) {
  MeanChange change;
  for (std::size_t i = 0; i < after.size(); ++i) {
    change.largest = std::max(change.largest, std::abs(after[i] - before[i]));
    change.sum += after[i] - before[i];
  }
  return change;
}

Progress report(const ExternalField& external, const ExternalState& state,
                std::span<const double> magnetisation, const MeanChange& change, double tolerance) {
  Progress progress;
  const double M = double(magnetisation.size());
  double q = 0;
  for (const double m : magnetisation) q += m * m;
  progress.observables.emplace_back("q", q / M);
  if (std::holds_alternative<Reinforcement>(external)) progress.observables.emplace_back("r", state.strength);
  const bool focusing = std::holds_alternative<Focusing>(external);
  if (focusing) progress.observables.emplace_back("y", state.y);
  if (focusing || std::holds_alternative<OverlapConstraint>(external)) {
    progress.observables.emplace_back("gamma", state.gamma);
    progress.observables.emplace_back("overlap", state.overlap);
  }
  progress.exhausted = exhausted(external, state);
  progress.change = change.largest;
  progress.failed = !std::isfinite(change.sum);
  progress.converged = change.largest < tolerance && at_rest(external, state);
  return progress;
}

}  // namespace wfm::inference
