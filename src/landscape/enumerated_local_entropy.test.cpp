// The exact local entropy of small machines, and message passing against it.
#include "landscape/enumerated_local_entropy.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <ostream>

#include "landscape/local_entropy.hpp"
#include "math/error.hpp"
#include "math/field.hpp"
#include "problems/enumeration.hpp"
#include "problems/evaluation.hpp"
#include "problems/storage.hpp"
#include "problems/teacher.hpp"

namespace wfm::landscape {
namespace {

Weights any_weights(const Architecture& architecture, std::uint64_t seed) {
  return random_weights(architecture, WeightKind::binary, seed, Purpose::measurement);
}

TEST(EnumeratedLocalEntropy, IsTheBinaryEntropyWithoutPatterns) {
  const Problem problem = make_storage({Machine::perceptron, false, 13, 1}, WeightKind::binary, 0, 1);
  const std::vector<double> distances{0.01, 0.1, 0.5, 0.9};
  for (const auto& point :
       enumerated_local_entropy(problem, any_weights(problem.architecture, 1), distances)) {
    EXPECT_TRUE(point.counted);
    EXPECT_NEAR(point.entropy, binary_entropy(point.distance), 1e-12);
    EXPECT_NEAR(point.gamma, std::atanh(1 - 2 * point.distance), 1e-9);
  }
}

// The minimum over gamma lies below the value at any gamma, and meets it where the field's mean distance is d.
TEST(EnumeratedLocalEntropy, IsTheLegendreTransformOfTheSumInAField) {
  const Problem problem = make_storage({Machine::committee, true, 15, 3}, WeightKind::binary, 0.3, 2);
  const Weights reference = any_weights(problem.architecture, 2);
  const double gamma = 0.4;
  EnumerationParams in_field;
  for (const double wt : reference.values) in_field.fields.push_back(gamma * wt);
  const auto all = enumerate(problem, in_field);
  double S = 0;
  for (std::size_t i = 0; i < 15; ++i) S += reference.values[i] * all.magnetisations[i] / 15;
  const std::vector<double> distances{(1 - S) / 2, 0.2, 0.4};
  const auto points = enumerated_local_entropy(problem, reference, distances);
  EXPECT_NEAR(points[0].entropy, all.log_partition / 15 - gamma * S, 1e-12);
  EXPECT_NEAR(points[0].gamma, gamma, 1e-9);
  for (const auto& point : points)
    EXPECT_LE(point.entropy, all.log_partition / 15 - gamma * (1 - 2 * point.distance) + 1e-12);
}

TEST(EnumeratedLocalEntropy, IsNotCountedOutsideTheSolutions) {
  Problem problem = make_storage({Machine::perceptron, false, 9, 1}, WeightKind::binary, 1.0 / 9, 1);
  problem.margin = 3;  // one solution: the weights that agree with the pattern everywhere
  Weights reference = any_weights(problem.architecture, 1);
  for (std::size_t i = 0; i < 9; ++i)
    reference.values[i] = problem.train(0, i) * problem.train.labels[0] * (i < 2 ? -1 : 1);
  for (const auto& point : enumerated_local_entropy(problem, reference, std::vector<double>{0.1, 0.4})) {
    EXPECT_FALSE(point.counted);
    EXPECT_EQ(point.entropy, -std::numeric_limits<double>::infinity());
  }
}

struct Case {
  Architecture architecture;
  double alpha;
  double bound;  // on the root mean square of the difference, per weight
};
void PrintTo(const Case& c, std::ostream* out) {
  *out << name(c.architecture.machine) << (c.architecture.tree ? " tree" : "") << " alpha " << c.alpha;
}
class MessagesAgainstCounting : public testing::TestWithParam<Case> {};
INSTANTIATE_TEST_SUITE_P(Machines, MessagesAgainstCounting,
                         testing::Values(Case{{Machine::perceptron, false, 24, 1}, 0.25, 0.007},
                                         Case{{Machine::perceptron, false, 24, 1}, 0.5, 0.02},
                                         Case{{Machine::committee, true, 21, 3}, 0.25, 0.014},
                                         Case{{Machine::committee, false, 7, 3}, 0.25, 0.02},
                                         Case{{Machine::parity, true, 20, 2}, 0.25, 0.03},
                                         Case{{Machine::parity, true, 21, 3}, 0.25, 0.025}));

// Around solutions (teachers) and around random configurations, at distances from two weights to half of them. What is left is the
// Bethe approximation, loops among P = M/4 or M/2 patterns on some 20 weights.
TEST_P(MessagesAgainstCounting, RootMeanSquareDifference) {
  const auto& [architecture, alpha, bound] = GetParam();
  std::vector<double> distances;
  for (int D = 2; 2 * D <= architecture.weights(); D += 2)
    distances.push_back(double(D) / architecture.weights());
  double square = 0;
  int compared = 0, counted = 0;
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    TeacherParams made;
    made.alpha = alpha;
    made.seed = seed;
    const Problem problem = make_teacher_student(architecture, WeightKind::binary, made);
    for (const Weights& reference : {*problem.teacher, any_weights(architecture, seed)}) {
      const auto exact = enumerated_local_entropy(problem, reference, distances);
      const auto points = local_entropy(problem, reference, distances);
      for (std::size_t j = 0; j < distances.size(); ++j) {
        counted += exact[j].counted;
        if (!exact[j].counted || !points[j].converged) continue;
        const double difference = points[j].entropy - exact[j].entropy;
        square += difference * difference;
        ++compared;
      }
    }
  }
  EXPECT_GE(counted, 24);
  EXPECT_EQ(compared, counted);
  EXPECT_LT(std::sqrt(square / compared), bound);
}

}  // namespace
}  // namespace wfm::landscape
