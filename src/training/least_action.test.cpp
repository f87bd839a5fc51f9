#include "training/least_action.hpp"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "math/error.hpp"
#include "problems/storage.hpp"

namespace wfm::training {
namespace {

using testing::ElementsAre;

Problem committee(int K, double margin) {
  return make_storage({Machine::committee, true, 3 * K, K}, WeightKind::spherical, 1, 1, margin);
}

TEST(LeastAction, NeededIsTheLeastNumberOfRightUnitsThatSatisfiesTheOutput) {
  for (const int K : {1, 3, 5, 9})
    for (const double margin : {0., 0.3, 1 / std::sqrt(3.), 1., std::sqrt(5.), 2.9, 3.}) {
      if (margin > std::sqrt(double(K))) continue;
      const Problem problem = committee(K, margin);
      const int needed = least_action(problem, "test").needed;
      for (int right = 0; right <= K; ++right)
        for (const int label : {1, -1}) {
          std::vector<double> h(std::size_t(K), -label * 0.5);
          std::fill(h.begin(), h.begin() + right, label * 0.5);
          EXPECT_EQ(satisfied(field(problem.architecture, h), label, margin), right >= needed)
              << "K = " << K << ", margin = " << margin << ", right = " << right;
        }
      EXPECT_EQ(least_action(problem, "test").unit_margin, 0);
    }
}

TEST(LeastAction, PerceptronAsksTheMarginOfItsUnit) {
  const Problem problem = make_storage({Machine::perceptron, false, 9, 1}, WeightKind::binary, 1, 1, 0.7);
  EXPECT_EQ(least_action(problem, "test").needed, 1);
  EXPECT_EQ(least_action(problem, "test").unit_margin, 0.7);
}

TEST(LeastAction, RefusesWhatNoUnitsReach) {
  EXPECT_THROW(least_action(committee(9, 3.01), "test"), InvalidInput);
  const Problem parity = make_storage({Machine::parity, true, 9, 3}, WeightKind::binary, 1, 1);
  EXPECT_THROW(least_action(parity, "test"), InvalidInput);
}

TEST(LeastAction, KeepsTheUnitsClosestToZero) {
  const std::vector<double> stability = {-3, 4, -0.5, -0.5, -7, -1};
  std::vector<int> wrong = {0, 2, 3, 4, 5};
  keep_closest(stability, 3, wrong);
  EXPECT_THAT(wrong, ElementsAre(2, 3, 5));
  keep_closest(stability, 1, wrong);
  EXPECT_THAT(wrong, ElementsAre(2));
}

}  // namespace
}  // namespace wfm::training
