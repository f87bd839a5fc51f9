#include "problems/evaluation.hpp"

#include <cmath>
#include <vector>

#include <gmock/gmock.h>

#include "math/error.hpp"
#include "problems/storage.hpp"
#include "problems/teacher.hpp"
#include "problems/test_problems.hpp"

namespace wfm {
namespace {

std::vector<Architecture> architectures() {
  std::vector<Architecture> all = test::small_architectures();
  all.push_back({Machine::perceptron, false, 1025, 1});
  all.push_back({Machine::committee, false, 129, 5});
  all.push_back({Machine::committee, true, 1001, 7});
  all.push_back({Machine::parity, true, 640, 4});
  return all;
}

class Evaluation : public testing::TestWithParam<Architecture> {
 protected:
  const Architecture architecture = GetParam();

  // h[a][k] = w[k].xi[a] / sqrt(n), term by term
  std::vector<double> readable_preactivations(const Weights& w, const Patterns& patterns) const {
    std::vector<double> h;
    for (std::size_t a = 0; a < patterns.count(); ++a)
      for (int k = 0; k < architecture.hidden; ++k) {
        double sum = 0;
        for (int i = 0; i < architecture.fan_in(); ++i)
          sum += w.unit(k)[i] * patterns(a, std::size_t(architecture.first_input(k) + i));
        h.push_back(sum / std::sqrt(double(architecture.fan_in())));
      }
    return h;
  }
};

TEST_P(Evaluation, PreactivationsMatchTheSumTermByTerm) {
  for (const InputKind inputs : {InputKind::binary, InputKind::gaussian})
    for (const WeightKind kind : {WeightKind::binary, WeightKind::spherical}) {
      const Weights w = random_weights(architecture, kind, 3, Purpose::initial_state);
      const Patterns patterns = random_patterns(33, architecture.inputs, inputs, 4, Purpose::patterns);
      const std::vector<double> h = preactivations(architecture, w, patterns);
      const std::vector<double> expected = readable_preactivations(w, patterns);
      ASSERT_EQ(h.size(), expected.size());
      const bool exact = inputs == InputKind::binary && kind == WeightKind::binary;  // integer sums
      for (std::size_t j = 0; j < h.size(); ++j) ASSERT_NEAR(h[j], expected[j], exact ? 0 : 1e-12) << j;
    }
}

TEST_P(Evaluation, PackedAndRealInputsAgreeExactlyForBinaryWeights) {
  const Problem packed = make_storage(architecture, WeightKind::binary, 4, 9);
  RealMatrix x(Eigen::Index(packed.train.count()), Eigen::Index(architecture.inputs));
  for (std::size_t a = 0; a < packed.train.count(); ++a)
    for (std::size_t i = 0; i < std::size_t(architecture.inputs); ++i)
      x(Eigen::Index(a), Eigen::Index(i)) = packed.train(a, i);
  const Patterns real{x, packed.train.labels};
  const Weights w = random_weights(architecture, WeightKind::binary, 3, Purpose::initial_state);
  EXPECT_EQ(preactivations(architecture, w, packed.train), preactivations(architecture, w, real));
  EXPECT_EQ(output_stabilities(architecture, w, packed.train), output_stabilities(architecture, w, real));
  for (const double margin : {0.0, 0.3, 1.0})
    EXPECT_EQ(count_errors(architecture, w, packed.train, margin),
              count_errors(architecture, w, real, margin));
}

TEST_P(Evaluation, StabilitiesAndErrorsFollowFromTheField) {
  Problem problem = make_storage(architecture, WeightKind::binary, 3, 11, 0.2);
  const Weights w = random_weights(architecture, WeightKind::binary, 5, Purpose::initial_state);
  const std::size_t K = std::size_t(architecture.hidden);
  const std::vector<double> h = readable_preactivations(w, problem.train);
  const std::vector<double> delta = unit_stabilities(architecture, w, problem.train);
  const std::vector<double> s = output_stabilities(architecture, w, problem.train);
  std::size_t errors = 0;
  for (std::size_t a = 0; a < problem.train.count(); ++a) {
    const int label = problem.train.labels[a];
    const double f = field(architecture, std::span(h).subspan(a * K, K));
    EXPECT_EQ(s[a], label * f);
    for (std::size_t k = 0; k < K; ++k) EXPECT_EQ(delta[a * K + k], label * h[a * K + k]);
    errors += !satisfied(f, label, problem.margin);
  }
  EXPECT_EQ(training_errors(problem, w), errors);
}

// Changing the sign of all labels leaves every pattern right or wrong but not both, whatever the ties.
TEST_P(Evaluation, ErrorsOfOppositeLabelsAreComplementary) {
  Problem problem = make_storage(architecture, WeightKind::binary, 3, 12);
  const Weights w = random_weights(architecture, WeightKind::binary, 5, Purpose::initial_state);
  const std::size_t errors = training_errors(problem, w);
  for (auto& label : problem.train.labels) label = std::int8_t(-label);
  EXPECT_EQ(errors + training_errors(problem, w), problem.train.count());
}

INSTANTIATE_TEST_SUITE_P(Machines, Evaluation, testing::ValuesIn(architectures()), test::case_name);

TEST(EvaluationErrors, RefusesWeightsAndPatternsThatDoNotFit) {
  const Architecture architecture{Machine::committee, false, 9, 3};
  const Patterns patterns = random_patterns(2, 9, InputKind::binary, 1, Purpose::patterns);
  const Weights w = random_weights(architecture, WeightKind::binary, 1, Purpose::teacher);
  Weights transposed = w;
  std::swap(transposed.hidden, transposed.fan_in);
  EXPECT_THROW(preactivations(architecture, transposed, patterns), InvalidInput);
  Weights torn = w;
  torn.values.pop_back();
  EXPECT_THROW(preactivations(architecture, torn, patterns), InvalidInput);
  EXPECT_THROW(
      preactivations(architecture, w, random_patterns(2, 10, InputKind::binary, 1, Purpose::patterns)),
      InvalidInput);
  EXPECT_TRUE(preactivations(architecture, w, Patterns{}).empty());
}

TEST(EvaluationErrors, TieOfAnEvenFanInIsPlus) {
  const Architecture architecture{Machine::perceptron, false, 2, 1};
  BitMatrix x(1, 2);
  x.set(0, 0, 1);
  const Weights w{WeightKind::binary, 1, 2, {1, 1}};
  EXPECT_EQ(count_errors(architecture, w, {x, {1}}), 0u);
  EXPECT_EQ(count_errors(architecture, w, {x, {-1}}), 1u);
  EXPECT_EQ(count_errors(architecture, w, {x, {1}}, 1e-6), 1u);
}

}  // namespace
}  // namespace wfm
