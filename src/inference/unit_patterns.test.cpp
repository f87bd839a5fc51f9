#include "inference/unit_patterns.hpp"

#include <gtest/gtest.h>

#include "inference/weight_prior.hpp"
#include "problems/evaluation.hpp"
#include "problems/storage.hpp"

namespace wfm::inference {
namespace {

struct Case {
  Architecture architecture;
  InputKind inputs;
};
const Case cases[] = {{{Machine::perceptron, false, 77, 1}, InputKind::binary},
                      {{Machine::committee, true, 135, 3}, InputKind::binary},
                      {{Machine::committee, false, 70, 3}, InputKind::binary},
                      {{Machine::parity, true, 40, 2}, InputKind::binary},
                      {{Machine::committee, true, 33, 3}, InputKind::gaussian},
                      {{Machine::perceptron, false, 21, 1}, InputKind::gaussian}};

TEST(UnitPatterns, ProductsEqualSumsOverEntries) {
  RandomStream random(1, Purpose::measurement);
  for (const Case& c : cases) {
    const Problem problem = make_storage(c.architecture, WeightKind::binary, 0.5, 3, 0, c.inputs);
    const UnitPatterns patterns(problem);
    const std::size_t P = patterns.count(), n = std::size_t(patterns.fan_in());
    std::vector<double> v(n), g(P), row(n), by_pattern(P), squares(P), by_weight(n), squares_back(n);
    for (auto& x : v) x = random.normal();
    for (auto& x : g) x = random.normal();
    for (int k = 0; k < patterns.hidden(); ++k) {
      patterns.multiply(k, v, by_pattern);
      patterns.multiply_squares(k, v, squares);
      patterns.multiply_transposed(k, g, by_weight);
      patterns.multiply_squares_transposed(k, g, squares_back);
      const std::size_t first = std::size_t(c.architecture.first_input(k));
      for (std::size_t a = 0; a < P; ++a) {
        double sum = 0, sum_of_squares = 0;
        patterns.row(k, a, row);
        for (std::size_t i = 0; i < n; ++i) {
          const double xi = problem.train(a, first + i);
          ASSERT_EQ(xi, patterns(k, a, i));
          ASSERT_EQ(xi, row[i]);
          sum += xi * v[i];
          sum_of_squares += xi * xi * v[i];
        }
        EXPECT_NEAR(by_pattern[a], sum, 1e-11);
        EXPECT_NEAR(squares[a], sum_of_squares, 1e-11);
      }
      for (std::size_t i = 0; i < n; ++i) {
        double sum = 0, sum_of_squares = 0;
        for (std::size_t a = 0; a < P; ++a) {
          sum += patterns(k, a, i) * g[a];
          sum_of_squares += patterns(k, a, i) * patterns(k, a, i) * g[a];
        }
        EXPECT_NEAR(by_weight[i], sum, 1e-11);
        EXPECT_NEAR(squares_back[i], sum_of_squares, 1e-11);
      }
    }
  }
}

TEST(UnitPatterns, CountsTheErrorsOfTheSigns) {
  RandomStream random(2, Purpose::measurement);
  for (const Case& c : cases)
    for (const double margin : {0.0, 0.3}) {
      const Problem problem = make_storage(c.architecture, WeightKind::binary, 2.0, 5, margin, c.inputs);
      const UnitPatterns patterns(problem);
      std::vector<double> fields(static_cast<std::size_t>(c.architecture.weights()));
      for (auto& x : fields) x = random.normal();
      fields[0] = 0;  // sign(0) = +1
      const Weights weights = WeightPrior(problem).weights(fields);
      EXPECT_EQ(weights.values[0], 1);
      EXPECT_EQ(count_mean_errors(problem, patterns, fields),
                std::int64_t(training_errors(problem, weights)));
    }
}

}  // namespace
}  // namespace wfm::inference
