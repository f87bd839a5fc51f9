#include "theory/thresholds.hpp"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "math/error.hpp"

namespace wfm::theory {
namespace {

const Machine perceptron;
const Machine spherical_perceptron{Prior::spherical, Decoder::perceptron, 1, Activation::sign};
const Machine sign_committee{Prior::binary, Decoder::committee, infinitely_many, Activation::sign};
const Machine parity_of_two{Prior::binary, Decoder::parity, 2, Activation::sign};
const Machine spherical_parity{Prior::spherical, Decoder::parity, 2, Activation::sign};

std::vector<std::string> names_of(const Machine& machine) {
  std::vector<std::string> names;
  for (const ThresholdKind& kind : threshold_kinds(machine)) names.push_back(kind.name);
  return names;
}

TEST(Thresholds, EachMachineHasItsNames) {
  EXPECT_THAT(
      names_of(perceptron),
      testing::UnorderedElementsAre("capacity", "almeida_thouless", "alpha_U_raw_slope",
                                    "alpha_U_zero_external", "zero_local_entropy", "alpha_LE_prime",
                                    "alpha_LE_prime_best_margin", "alpha_U_solution_centre",
                                    "alpha_U_free_centre", "teacher_student", "teacher_student_spinodal"));
  EXPECT_THAT(
      names_of(spherical_perceptron),
      testing::UnorderedElementsAre("capacity", "capacity_1rsb", "almeida_thouless", "alpha_U_raw_slope"));
  EXPECT_THAT(names_of(sign_committee),
              testing::UnorderedElementsAre("capacity", "almeida_thouless", "alpha_U_raw_slope",
                                            "alpha_U_zero_external", "zero_local_entropy", "alpha_LE_prime",
                                            "alpha_LE_prime_best_margin"));
  EXPECT_THAT(names_of(parity_of_two),
              testing::UnorderedElementsAre("capacity", "almeida_thouless", "alpha_U_raw_slope",
                                            "alpha_U_zero_external", "zero_local_entropy", "alpha_LE_prime"));
  EXPECT_THAT(names_of(spherical_parity),
              testing::UnorderedElementsAre("capacity", "almeida_thouless", "alpha_U_raw_slope"));
}

TEST(Thresholds, AreFoundByName) {
  struct Row {
    Machine machine;
    const char* name;
    double alpha;
  };
  for (const Row& row :
       {Row{perceptron, "capacity", 0.83307860}, Row{spherical_perceptron, "capacity", 2},
        Row{perceptron, "alpha_U_raw_slope", 0.75530203},
        Row{sign_committee, "alpha_U_raw_slope", 0.71511600}, Row{perceptron, "teacher_student", 1.2448}}) {
    const Threshold threshold = find_threshold(row.machine, row.name);
    ASSERT_TRUE(threshold.converged) << row.name << ": " << threshold.reason;
    EXPECT_EQ(threshold.name, row.name);
    EXPECT_EQ(name_of(threshold.machine), name_of(row.machine));
    EXPECT_NEAR(threshold.alpha, row.alpha, row.alpha > 1 && row.alpha < 2 ? 1e-3 : 1e-8) << row.name;
    EXPECT_GE(threshold.error, 1e-12 * threshold.alpha) << row.name;
    EXPECT_FALSE(threshold.definition.empty());
  }
}

TEST(Thresholds, NumbersAreNotMoreExactThanTheirDigits) {
  EXPECT_GE(find_threshold(spherical_perceptron, "capacity").error, 1.99e-12);
}

TEST(Thresholds, RefuseUnknownNamesAndListTheKnown) {
  try {
    find_threshold(spherical_perceptron, "alpha_LE_prime");
    FAIL();
  } catch (const InvalidInput& refusal) {
    EXPECT_THAT(refusal.what(),
                testing::AllOf(testing::HasSubstr("'alpha_LE_prime'"), testing::HasSubstr("capacity_1rsb")));
  }
  EXPECT_THROW(threshold_kinds({Prior::binary, Decoder::parity, 1, Activation::sign}), InvalidInput);
}

}  // namespace
}  // namespace wfm::theory
