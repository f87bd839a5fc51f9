#include "inference/report.hpp"

namespace wfm::inference {

Progress report(const ExternalField& external, const ExternalState& state,
                std::span<const double> magnetisation) {
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
  return progress;
}

}  // namespace wfm::inference
