#include "landscape/sampled_local_entropy.hpp"

#include <gmock/gmock.h>

#include <cmath>

#include "landscape/enumerated_local_entropy.hpp"
#include "landscape/local_entropy.hpp"
#include "math/error.hpp"
#include "math/field.hpp"
#include "problems/storage.hpp"
#include "problems/teacher.hpp"

namespace wfm::landscape {
namespace {

Problem planted(const Architecture& architecture, double alpha, std::uint64_t seed) {
  TeacherParams params;
  params.alpha = alpha;
  params.seed = seed;
  return make_teacher_student(architecture, WeightKind::binary, params);
}

TEST(SampledLocalEntropy, IsTheBinaryEntropyWithoutPatterns) {
  const Problem problem = make_storage({Machine::perceptron, false, 51, 1}, WeightKind::binary, 0, 1);
  const Weights reference = random_weights(problem.architecture, WeightKind::binary, 1, Purpose::measurement);
  const std::vector<double> distances{0.03, 0.1, 0.3};
  SampledLocalEntropyParams params;
  params.sweeps = 100;
  for (const auto& point : sampled_local_entropy(problem, reference, distances, params)) {
    ASSERT_TRUE(point.sampled) << point.reason;
    EXPECT_NEAR(point.entropy, binary_entropy(point.distance), 4 * point.standard_error);
    EXPECT_NEAR(point.gamma, std::atanh(1 - 2 * point.distance), 0.05);
  }
}

TEST(SampledLocalEntropy, AgreesWithCounting) {
  const std::vector<double> distances{0.06, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4};
  for (const Architecture& architecture :
       {Architecture{Machine::perceptron, false, 21, 1}, Architecture{Machine::committee, true, 21, 3},
        Architecture{Machine::committee, false, 7, 3}, Architecture{Machine::parity, true, 20, 2}}) {
    const Problem problem = planted(architecture, 0.3, 3);
    const auto exact = enumerated_local_entropy(problem, *problem.teacher, distances);
    SampledLocalEntropyParams params;
    params.sweeps = 150;
    params.settling = 50;
    const auto points = sampled_local_entropy(problem, *problem.teacher, distances, params);
    for (std::size_t j = 0; j < distances.size(); ++j) {
      ASSERT_TRUE(points[j].sampled) << points[j].reason;
      EXPECT_NEAR(points[j].entropy, exact[j].entropy, 4 * points[j].standard_error);
      EXPECT_LT(points[j].standard_error, 0.004);
      EXPECT_LT(std::abs(points[j].hysteresis), 0.01);
      EXPECT_NEAR(points[j].gamma, exact[j].gamma, 0.08);
    }
  }
}

TEST(SampledLocalEntropy, AgreesWithMessagesAtHundredsOfWeights) {
  const std::vector<double> distances{0.02, 0.05, 0.1, 0.2, 0.3};
  const Problem problem = planted({Machine::perceptron, false, 301, 1}, 0.3, 4);
  SampledLocalEntropyParams params;
  params.fields = 20;
  params.sweeps = 60;
  params.settling = 30;
  params.chains = 4;
  const auto points = sampled_local_entropy(problem, *problem.teacher, distances, params);
  const auto amp = local_entropy(problem, *problem.teacher, distances);
  for (std::size_t j = 0; j < distances.size(); ++j) {
    ASSERT_TRUE(points[j].sampled && amp[j].converged) << points[j].reason << amp[j].reason;
    // chains this short lag behind; the messages' own error is of order 1/M
    EXPECT_NEAR(points[j].entropy, amp[j].entropy,
                4 * points[j].standard_error + std::abs(points[j].hysteresis) / 2 + 1.0 / 301);
    EXPECT_LT(points[j].standard_error, 0.01);
  }
}

TEST(SampledLocalEntropy, IsTheSameWhateverTheThreads) {
  const Problem problem = planted({Machine::perceptron, false, 31, 1}, 0.3, 1);
  SampledLocalEntropyParams params;
  params.sweeps = params.settling = 5;
  params.threads = 1;
  const std::vector<double> distances{0.1, 0.2};
  const auto one = sampled_local_entropy(problem, *problem.teacher, distances, params);
  params.threads = 3;
  const auto three = sampled_local_entropy(problem, *problem.teacher, distances, params);
  for (std::size_t j = 0; j < 2; ++j) {
    EXPECT_EQ(one[j].entropy, three[j].entropy);
    EXPECT_EQ(one[j].standard_error, three[j].standard_error);
  }
}

TEST(SampledLocalEntropy, SaysWhereTheChainsDidNotGo) {
  const Problem problem = planted({Machine::perceptron, false, 51, 1}, 0.3, 1);
  SampledLocalEntropyParams params;
  params.sweeps = params.settling = 10;
  for (const auto& point :
       sampled_local_entropy(problem, *problem.teacher, std::vector<double>{0.001, 0.9}, params)) {
    EXPECT_FALSE(point.sampled);
    EXPECT_TRUE(std::isnan(point.entropy));
    EXPECT_THAT(point.reason, testing::HasSubstr("the chains went from distance"));
  }
  params.interrupted = [] { return true; };
  EXPECT_EQ(sampled_local_entropy(problem, *problem.teacher, std::vector<double>{0.1}, params)[0].reason,
            "interrupted");
}

TEST(SampledLocalEntropy, RefusesReferencesThatAreNoSolutions) {
  const Problem problem = make_storage({Machine::perceptron, false, 51, 1}, WeightKind::binary, 0.6, 1);
  const Weights reference = random_weights(problem.architecture, WeightKind::binary, 1, Purpose::measurement);
  EXPECT_THROW(sampled_local_entropy(problem, reference, std::vector<double>{0.1}), InvalidInput);
  const Problem real = make_storage(problem.architecture, WeightKind::binary, 0, 1, 0, InputKind::gaussian);
  EXPECT_THROW(sampled_local_entropy(real, reference, std::vector<double>{0.1}), InvalidInput);
  const Problem free = make_storage(problem.architecture, WeightKind::binary, 0, 1);
  EXPECT_THROW(sampled_local_entropy(free, reference, std::vector<double>{1.5}), InvalidInput);
  EXPECT_THROW(sampled_local_entropy(free, reference, std::vector<double>{0.5}, {.chains = 1}), InvalidInput);
}

}  // namespace
}  // namespace wfm::landscape
