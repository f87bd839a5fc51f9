#include "inference/report.hpp"

namespace wfm::inference {

Progress report(const ExternalField& external, const ExternalState& state, std::span<const double> magnetisation,
                std::span<const double> cavity_field) {
  Progress progress;
  const double M = double(magnetisation.size());
  double q = 0;
  for (const double m : magnetisation) q += m * m;
  progress.observables.emplace_back("q", q / M);
  if (std::holds_alternative<Reinforcement>(external)) progress.observables.emplace_back("r", state.strength);
  if (std::holds_alternative<Focusing>(external)) {
    double overlap = 0;
    for (const double field : cavity_field) overlap += overlap_with_centre({state.gamma, state.y}, field);
    progress.observables.emplace_back("gamma", state.gamma);
    progress.observables.emplace_back("y", state.y);
    progress.observables.emplace_back("overlap", overlap / M);
  }
  if (const auto* constraint = std::get_if<OverlapConstraint>(&external)) {
    double overlap = 0;
    for (std::size_t i = 0; i < magnetisation.size(); ++i) overlap += constraint->reference[i] * magnetisation[i];
    progress.observables.emplace_back("gamma", state.gamma);
    progress.observables.emplace_back("overlap", overlap / M);
  }
  progress.exhausted = exhausted(external, state);
  return progress;
}

}  // namespace wfm::inference
