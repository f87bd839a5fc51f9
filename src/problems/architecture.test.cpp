#include "problems/architecture.hpp"

#include <cmath>
#include <limits>
#include <vector>

#include <gmock/gmock.h>

#include "math/error.hpp"

namespace wfm {
namespace {

using enum Machine;
using testing::HasSubstr;
using testing::ThrowsMessage;

void check(const Architecture& architecture) {
  validate(architecture);
}

TEST(Architecture, AcceptsTheSpecifiedMachines) {
  for (const Architecture& a : {Architecture{perceptron, false, 1, 1}, Architecture{committee, false, 784, 9},
                                Architecture{committee, true, 27, 9}, Architecture{parity, false, 10, 2},
                                Architecture{parity, true, 10, 2}, Architecture{perceptron, true, 10, 1}})
    EXPECT_NO_THROW(check(a));
}

TEST(Architecture, NamesTheBrokenRule) {
  const auto refuses = [](const Architecture& a, const char* rule) {
    EXPECT_THAT([&] { check(a); }, ThrowsMessage<InvalidInput>(HasSubstr(rule)));
  };
  refuses({perceptron, false, 0, 1}, "inputs >= 1, got 0");
  refuses({perceptron, false, -3, 1}, "inputs >= 1, got -3");
  refuses({committee, false, 9, 0}, "hidden >= 1, got 0");
  refuses({perceptron, false, 9, 3}, "one unit, got hidden = 3");
  refuses({committee, false, 9, 4}, "odd number of hidden units, got 4");
  refuses({committee, true, 10, 3}, "share the inputs evenly, got inputs = 10");
  refuses({parity, true, 2, 4}, "share the inputs evenly");
  refuses({committee, false, 2000000000, 9}, "18000000000");
}

TEST(Architecture, TreeAndFullyConnectedSizes) {
  const Architecture tree{committee, true, 21, 3}, full{committee, false, 21, 3};
  EXPECT_EQ(tree.fan_in(), 7);
  EXPECT_EQ(tree.weights(), 21);
  EXPECT_EQ(tree.first_input(2), 14);
  EXPECT_EQ(full.fan_in(), 21);
  EXPECT_EQ(full.weights(), 63);
  EXPECT_EQ(full.first_input(2), 0);
}

TEST(Architecture, NamesGoBothWays) {
  for (const Machine m : {perceptron, committee, parity}) EXPECT_EQ(machine_from_name(name(m)), m);
  EXPECT_THAT([] { machine_from_name("Committee"); }, ThrowsMessage<InvalidInput>(HasSubstr("'Committee'")));
}

TEST(Field, IsWhatTheTableSays) {
  const std::vector<double> h = {0.5, -2, 3, -1e-300, 4};
  EXPECT_EQ(field({perceptron, false, 7, 1}, std::vector{-0.25}), -0.25);
  EXPECT_EQ(field({committee, false, 7, 5}, h), 1 / std::sqrt(5.0));
  EXPECT_EQ(field({parity, false, 7, 5}, h), 1);
  EXPECT_EQ(field({parity, false, 7, 3}, std::vector{1.0, -1.0, 2.0}), -1);
}

TEST(Field, SignOfZeroIsPlus) {
  EXPECT_EQ(field({committee, false, 4, 3}, std::vector{0.0, -0.0, 0.0}), 3 / std::sqrt(3.0));
  EXPECT_EQ(field({parity, false, 4, 2}, std::vector{0.0, -1.0}), -1);
}

TEST(Satisfied, TiesAtZeroMarginBelongToPlus) {
  for (const double zero : {0.0, -0.0}) {
    EXPECT_TRUE(satisfied(zero, 1, 0));
    EXPECT_FALSE(satisfied(zero, -1, 0));
  }
  EXPECT_TRUE(satisfied(-1e-300, -1, 0));
  EXPECT_FALSE(satisfied(-1e-300, 1, 0));
}

TEST(Satisfied, AFieldEqualToTheMarginUpToRoundingIsEnough) {
  // sum/sqrt(n) and margins written as sum * (1/sqrt(n)) differ in the last bit for some n; none may be refused.
  for (int n = 1; n <= 200; ++n)
    for (int sum = 1; sum <= n; ++sum)
      for (const int label : {-1, 1}) {
        const double h = label * sum / std::sqrt(double(n)), margin = sum * (1 / std::sqrt(double(n)));
        ASSERT_TRUE(satisfied(h, label, margin)) << n << ' ' << sum;
        ASSERT_FALSE(satisfied(h, -label, margin));
        ASSERT_FALSE(satisfied(label * (sum - 1) / std::sqrt(double(n)), label, margin));
      }
}

TEST(Satisfied, MarginsAreOfTheLabelledField) {
  EXPECT_FALSE(satisfied(0, 1, 1e-200));
  EXPECT_TRUE(satisfied(-2, -1, 1.5));
  EXPECT_FALSE(satisfied(1, 1, 1 + 1e-9));
}

}  // namespace
}  // namespace wfm
