// What every message-passing step reports about its magnetisations and its external field.
#pragma once

#include <span>

#include "inference/external_field.hpp"
#include "run/algorithm.hpp"

namespace wfm::inference {

/// How far means moved in a step.
struct MeanChange {
  double largest = 0;  // max_i |m_i - m_i before|
  double sum = 0;      // of the changes: not finite where one of them is not
};
MeanChange mean_change(std::span<const double> before, std::span<const double> after);

/// Observables q = (1/M) sum_i m_i^2 and, where they have a meaning, r (reinforcement), gamma, y and overlap
/// (focusing: of a replica with the centre; overlap constraint: with the reference). Sets `exhausted`, `change`,
/// `failed` and `converged` (below `tolerance`, the field at rest) too.
Progress report(const ExternalField& external, const ExternalState& state,
                std::span<const double> magnetisation, const MeanChange& change, double tolerance);

}  // namespace wfm::inference
