#include "experiments/measure_correlations.hpp"

#include <cmath>
#include <set>

#include "math/error.hpp"
#include "problems/evaluation.hpp"

namespace wfm::experiments {

namespace {

MeasurePair correlate(const MeasureTable& table, std::size_t a, std::size_t b,
                      const RankCorrelationParams& params) {
  MeasurePair pair{table.columns[a], table.columns[b], {}, false, 0};
  std::vector<double> x, y;
  std::vector<std::size_t> problem;
  for (std::size_t j = 0; j < table.rows.size(); ++j) {
    if (std::isnan(table.rows[j][a]) || std::isnan(table.rows[j][b])) {
      ++pair.missing;
      continue;
    }
    x.push_back(table.rows[j][a]);
    y.push_back(table.rows[j][b]);
    problem.push_back(table.problem[j]);
  }
  pair.tau = clustered_rank_correlation(x, y, problem, params);
  const std::size_t problems = std::set(problem.begin(), problem.end()).size();
  pair.by_solutions = problems <= 1 || problems == x.size();
  if (pair.by_solutions) {
    const RankCorrelation alone = rank_correlation(x, y, params);
    pair.tau.pooled = {alone.tau, alone.low, alone.high};
    if (problems == 1) pair.tau.within = pair.tau.pooled;
  }
  return pair;
}

}  // namespace

std::vector<double> measure_row(const Problem& problem, const Weights& weights,
                                const SharpnessParams& params) {
  require(problem.test.count() > 0, "correlations with the test error need test patterns, got none");
  std::vector<double> row;
  for (const SharpnessMeasure& measure : sharpness_measures(problem, weights, params))
    row.push_back(measure.sharpness);
  row.push_back(double(count_errors(problem.architecture, weights, problem.test, 0)) /
                double(problem.test.count()));
  return row;
}

std::vector<std::string> measure_columns(WeightKind kind, const SharpnessParams& params) {
  std::vector<std::string> columns = sharpness_names(kind, params);
  columns.emplace_back("test error");
  return columns;
}

std::vector<MeasurePair> measure_correlations(const MeasureTable& table, bool all,
                                              const RankCorrelationParams& params) {
  std::vector<MeasurePair> pairs;
  const std::size_t last = table.columns.size() - 1;
  for (std::size_t a = 0; a < last; ++a)
    for (std::size_t b = all ? a + 1 : last; b <= last; ++b) pairs.push_back(correlate(table, a, b, params));
  return pairs;
}

}  // namespace wfm::experiments
