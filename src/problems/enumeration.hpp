// Exhaustive enumeration: all 2^M binary configurations of a small machine, the oracle of every other method.
//   Z = sum over solutions w of exp(sum_i h[i] w[i]),   a solution satisfies all training patterns at the problem's margin
//   N(D) = number of solutions at Hamming distance D from a reference,   local entropy (1/M) ln N(D)   [S15]
// Counts are exact integers; sums with a field are reduced in a fixed order: no result depends on the threads.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "problems/problem.hpp"

namespace wfm {

struct EnumerationParams {
  std::optional<Weights> reference = std::nullopt;  // binary configuration that distances are measured from
  std::vector<double> fields = {};  // M: h[i], in the order of Weights::values; empty: none. sum |h| <= 300
  int threads = 0;                  // 0: as many as the machine has
};

struct Enumeration {
  std::uint64_t solutions = 0;             // number of solutions
  double log_count = 0;                    // ln of it, -infinity without solutions
  std::vector<std::uint64_t> at_distance;  // N(0) ... N(M); empty without a reference
  double log_partition = 0;                // ln Z; log_count without a field
  std::vector<double>
      magnetisations;  // M: <w[i]> over the solutions, weighted by the field; NaN without solutions
  double mean_overlap =
      0;  // (1/M) sum_i <w[i]>^2, the mean overlap of two independent solutions; NaN without
};

/// Inputs +-1 (or integers) are treated exactly. With real inputs a sum within rounding of its threshold may be counted differently
/// from count_errors. Throws InvalidInput for spherical weights, M > 30, an invalid problem, or params that do not fit it.
Enumeration enumerate(const Problem& problem, const EnumerationParams& params = {});

/// (1/M) ln N(D) for D = 0 ... M, -infinity where there is no solution.
std::vector<double> local_entropies(const Enumeration& enumeration);

}  // namespace wfm
