// What every message-passing step reports about its magnetisations and its external field.
#pragma once

#include <span>

#include "inference/external_field.hpp"
#include "run/algorithm.hpp"

namespace wfm::inference {

/// Observables q = (1/M) sum_i m_i^2 and, where they have a meaning, r (reinforcement), gamma, y and overlap
/// (focusing: of a replica with the centre; overlap constraint: with the reference). Sets `exhausted` too.
Progress report(const ExternalField& external, const ExternalState& state,
                std::span<const double> magnetisation);

}  // namespace wfm::inference
