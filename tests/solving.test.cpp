// Algorithms on random instances, through the registry as users run them: the sizes at which a correct implementation solves.
#include <gmock/gmock.h>

#include <vector>

#include "experiments/ensemble.hpp"
#include "problems/storage.hpp"

namespace wfm {
namespace {

struct Case {
  const char* algorithm;
  Machine machine;
  int inputs, hidden;
  double alpha;
  std::uint64_t seeds;
};

void PrintTo(const Case& one, std::ostream* out) {
  *out << one.algorithm << " N " << one.inputs << " alpha " << one.alpha;
}

class Solves : public testing::TestWithParam<Case> {};
INSTANTIATE_TEST_SUITE_P(WorkingPoints, Solves,
                         testing::Values(Case{"fbp", Machine::perceptron, 1001, 1, 0.6, 10},
                                         Case{"amp", Machine::perceptron, 1001, 1, 0.6, 10},
                                         Case{"rbp", Machine::perceptron, 1001, 1, 0.5, 4},
                                         Case{"sbpi", Machine::perceptron, 2001, 1, 0.5, 4},
                                         Case{"fbp", Machine::committee, 321, 5, 0.3, 2}));

TEST_P(Solves, EverySeed) {
  const Case& point = GetParam();
  std::vector<Problem> problems;
  for (std::uint64_t seed = 1; seed <= point.seeds; ++seed)
    problems.push_back(make_storage({point.machine, false, point.inputs, point.hidden}, WeightKind::binary,
                                    point.alpha, seed));
  const auto solutions = experiments::run_ensemble(problems, {{point.algorithm, point.algorithm, {}}}, {});
  for (const auto& solution : solutions) {
    EXPECT_EQ(solution.record.outcome, Outcome::solved) << "seed " << solution.instance + 1;
    EXPECT_EQ(solution.record.train_errors, 0);
  }
}

// One seed gives the same weights whatever the threads.
TEST(Reproducibility, ThreadsDoNotChangeTheWeights) {
  std::vector<Problem> problems;
  for (std::uint64_t seed = 1; seed <= 3; ++seed)
    problems.push_back(make_storage({Machine::perceptron, false, 301, 1}, WeightKind::binary, 0.4, seed));
  const std::vector<experiments::Contender> contenders{
      {"fbp", "fbp", {}}, {"rbp", "rbp", {}}, {"sbpi", "sbpi", {}}};
  experiments::EnsembleParams one, two;
  one.threads = 1;
  two.threads = 2;
  const auto first = experiments::run_ensemble(problems, contenders, one);
  const auto second = experiments::run_ensemble(problems, contenders, two);
  for (std::size_t j = 0; j < first.size(); ++j) EXPECT_EQ(first[j].record.weights, second[j].record.weights);
}

}  // namespace
}  // namespace wfm
