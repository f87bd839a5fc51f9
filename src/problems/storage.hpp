// Storage problems: random patterns with random labels.
//   xi[a][i] = +-1 with probability one half, or N(0,1);   sigma[a] = +-1 with probability one half;   P = round(alpha M)
// Pattern a comes from the stream (seed, patterns, a) and its label from (seed, labels, a): the first P patterns are the same
// whatever the number of patterns made.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "math/random.hpp"
#include "problems/problem.hpp"

namespace wfm {

/// `count` random patterns with `inputs` entries from the streams (seed, purpose, 0 ... count-1), all labels +1. The bits of a
/// binary pattern are the stream's words, 64 inputs a word, the lowest bit first. Throws ResourceProblem where memory is short.
Patterns random_patterns(std::size_t count, int inputs, InputKind kind, std::uint64_t seed, Purpose purpose);

/// The same from the streams (seed, purpose, indices[a]).
Patterns random_patterns(std::span<const std::uint64_t> indices, int inputs, InputKind kind,
                         std::uint64_t seed, Purpose purpose);

/// The storage problem at load alpha >= 0. Throws InvalidInput for an invalid architecture, alpha or margin, and ResourceProblem,
/// before anything is allocated, where the patterns do not fit into memory.
Problem make_storage(const Architecture& architecture, WeightKind weight_kind, double alpha,
                     std::uint64_t seed, double margin = 0, InputKind inputs = InputKind::binary);

/// pattern_count(alpha, architecture), and first ResourceProblem where that many patterns and `more` others do not fit into memory.
std::size_t affordable_pattern_count(double alpha, const Architecture& architecture, InputKind inputs,
                                     double more = 0);

}  // namespace wfm
