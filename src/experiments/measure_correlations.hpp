// Whether measures of flatness put solutions in the same order as each other and as the test error: Kendall's tau of each pair of
// columns of a table with one row a solution.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "experiments/sharpness.hpp"
#include "math/clustered_rank_correlation.hpp"
#include "problems/problem.hpp"

namespace wfm::experiments {

/// What was measured of solutions; solutions of one problem share what is particular to it.
struct MeasureTable {
  std::vector<std::string> columns;       // names of the measures, "test error" last
  std::vector<std::vector<double>> rows;  // one a solution; NaN where a measure did not converge
  std::vector<std::size_t> problem;       // of each row, any numbers
};

/// The row of a solution: sharpness_measures, then the share of wrong test patterns. Throws InvalidInput without test patterns, and as
/// sharpness_measures does.
std::vector<double> measure_row(const Problem& problem, const Weights& weights,
                                const SharpnessParams& params);

/// Names of the columns of such rows.
std::vector<std::string> measure_columns(WeightKind kind, const SharpnessParams& params);

struct MeasurePair {
  std::string first, second;
  /// tau over all solutions, and the mean over problems of that of each one's. Intervals resample problems, or solutions where every
  /// problem has one, or where there is one problem: then they say nothing of other problems. NaN below four of what is resampled.
  ClusteredRankCorrelation tau;
  bool by_solutions = false;  // what was resampled
  std::size_t missing = 0;    // solutions without one of the two
};

/// Each measure with the test error, or `all` pairs, in the order of the columns.
std::vector<MeasurePair> measure_correlations(const MeasureTable& table, bool all = false,
                                              const RankCorrelationParams& params = {});

}  // namespace wfm::experiments
