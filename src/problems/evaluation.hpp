// What a weight configuration does with patterns: preactivations, fields, stabilities, errors.
#pragma once

#include <cstddef>
#include <vector>

#include "problems/problem.hpp"

namespace wfm {

/// h[a * K + k] = w[k].xi[a] / sqrt(n), for all patterns (P x K). With binary weights and packed patterns only the weights' signs are
/// read. All functions here throw InvalidInput where weights or patterns do not fit the architecture.
std::vector<double> preactivations(const Architecture& architecture, const Weights& weights,
                                   const Patterns& patterns);

/// Output stabilities s[a] = label * field (P of them).
std::vector<double> output_stabilities(const Architecture& architecture, const Weights& weights,
                                       const Patterns& patterns);

/// Unit stabilities Delta[a * K + k] = label * h[a][k] (P x K).
std::vector<double> unit_stabilities(const Architecture& architecture, const Weights& weights,
                                     const Patterns& patterns);

/// Number of patterns that are not satisfied with margin kappa.
std::size_t count_errors(const Architecture& architecture, const Weights& weights, const Patterns& patterns,
                         double margin = 0);

/// Errors of the training patterns at the problem's own margin.
std::size_t training_errors(const Problem& problem, const Weights& weights);

}  // namespace wfm
