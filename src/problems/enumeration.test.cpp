#include "problems/enumeration.hpp"

#include <cmath>
#include <limits>
#include <numbers>
#include <numeric>
#include <vector>

#include <gmock/gmock.h>

#include "math/error.hpp"
#include "problems/evaluation.hpp"
#include "problems/storage.hpp"
#include "problems/teacher.hpp"
#include "problems/test_problems.hpp"

namespace wfm {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

// The readable twin: every configuration through evaluation.hpp, one after another.
Enumeration enumerate_readable(const Problem& problem, const EnumerationParams& params) {
  const std::size_t M = std::size_t(problem.architecture.weights());
  Enumeration result;
  result.at_distance.assign(params.reference ? M + 1 : 0, 0);
  std::vector<double> weighted(M);
  double Z = 0;
  for (std::uint64_t c = 0; c < std::uint64_t{1} << M; ++c) {
    const Weights w = test::configuration(problem.architecture, c);
    if (training_errors(problem, w) > 0) continue;
    ++result.solutions;
    if (params.reference) {
      std::size_t distance = 0;
      for (std::size_t i = 0; i < M; ++i) distance += w.values[i] != params.reference->values[i];
      ++result.at_distance[distance];
    }
    double exponent = 0;
    for (std::size_t i = 0; i < params.fields.size(); ++i) exponent += params.fields[i] * w.values[i];
    Z += std::exp(exponent);
    for (std::size_t i = 0; i < M; ++i) weighted[i] += std::exp(exponent) * w.values[i];
  }
  result.log_count = std::log(double(result.solutions));
  result.log_partition = std::log(Z);
  for (std::size_t i = 0; i < M; ++i) {
    result.magnetisations.push_back(weighted[i] / Z);
    result.mean_overlap += std::pow(weighted[i] / Z, 2) / double(M);
  }
  return result;
}

class EnumerationOf : public testing::TestWithParam<Architecture> {
 protected:
  const Architecture architecture = GetParam();
  const int M = architecture.weights();
};

TEST_P(EnumerationOf, MatchesTheReadableTwin) {
  std::vector<double> fields;
  for (int i = 0; i < M; ++i) fields.push_back(0.4 * std::sin(1.7 * i + 0.3));
  const Weights reference = random_weights(architecture, WeightKind::binary, 8, Purpose::initial_state);
  for (const InputKind inputs : {InputKind::binary, InputKind::gaussian})
    for (const double margin : {0.0, 0.2, 1 / std::sqrt(double(architecture.hidden)), 1.0})
      for (const double alpha : {0.0, 0.3, 0.6}) {
        const Problem problem = make_storage(architecture, WeightKind::binary, alpha, 17, margin, inputs);
        for (const bool with_field : {false, true}) {
          SCOPED_TRACE(testing::Message() << name(inputs) << " margin " << margin << " alpha " << alpha);
          const EnumerationParams params{reference, with_field ? fields : std::vector<double>{}, 1};
          const Enumeration fast = enumerate(problem, params), slow = enumerate_readable(problem, params);
          ASSERT_EQ(fast.solutions, slow.solutions);
          ASSERT_EQ(fast.at_distance, slow.at_distance);
          if (slow.solutions == 0) continue;
          ASSERT_EQ(fast.log_count, slow.log_count);
          ASSERT_NEAR(fast.log_partition, slow.log_partition, 1e-12);
          ASSERT_NEAR(fast.mean_overlap, slow.mean_overlap, 1e-12);
          for (int i = 0; i < M; ++i) ASSERT_NEAR(fast.magnetisations[i], slow.magnetisations[i], 1e-12) << i;
        }
      }
}

// A configuration solves exactly one of the 2^P labelings, so the numbers of solutions add up to 2^M.
TEST_P(EnumerationOf, SolutionsOfAllLabelingsAddUpToAllConfigurations) {
  for (const InputKind inputs : {InputKind::binary, InputKind::gaussian}) {
    Problem problem = make_storage(architecture, WeightKind::binary, 0, 21, 0, inputs);
    constexpr int P = 5;
    problem.train = random_patterns(P, architecture.inputs, inputs, 21, Purpose::patterns);
    std::uint64_t total = 0;
    for (int labeling = 0; labeling < 1 << P; ++labeling) {
      for (int a = 0; a < P; ++a) problem.train.labels[a] = labeling >> a & 1 ? 1 : -1;
      total += enumerate(problem, {.threads = 1}).solutions;
    }
    EXPECT_EQ(total, std::uint64_t{1} << M);
  }
}

TEST_P(EnumerationOf, TheTeacherIsAmongTheSolutions) {
  const Problem problem = make_teacher_student(architecture, WeightKind::binary, {.alpha = 2, .seed = 5});
  const Enumeration found = enumerate(problem, {.reference = problem.teacher});
  EXPECT_EQ(found.at_distance[0], 1u);
  EXPECT_EQ(std::accumulate(found.at_distance.begin(), found.at_distance.end(), std::uint64_t{0}),
            found.solutions);
}

INSTANTIATE_TEST_SUITE_P(Machines, EnumerationOf, testing::ValuesIn(test::small_architectures()),
                         test::case_name);

// Machines large enough for Gray steps in several units (more than 8 outer weights).
class EnumerationByGrayCode : public testing::TestWithParam<Architecture> {};

TEST_P(EnumerationByGrayCode, MatchesTheReadableTwin) {
  const Problem problem = make_teacher_student(GetParam(), WeightKind::binary, {.alpha = 0.4, .seed = 2});
  EnumerationParams params{test::configuration(GetParam(), 12345), {}, 1};
  for (int i = 0; i < GetParam().weights(); ++i) params.fields.push_back(0.4 * std::cos(i));
  const Enumeration fast = enumerate(problem, params), slow = enumerate_readable(problem, params);
  EXPECT_GT(slow.solutions, 0u);
  EXPECT_EQ(fast.solutions, slow.solutions);
  EXPECT_EQ(fast.at_distance, slow.at_distance);
  EXPECT_NEAR(fast.log_partition, slow.log_partition, 1e-12);
  for (std::size_t i = 0; i < slow.magnetisations.size(); ++i)
    EXPECT_NEAR(fast.magnetisations[i], slow.magnetisations[i], 1e-12) << i;
}

INSTANTIATE_TEST_SUITE_P(Machines, EnumerationByGrayCode,
                         testing::Values(Architecture{Machine::perceptron, false, 18, 1},
                                         Architecture{Machine::committee, false, 5, 3},
                                         Architecture{Machine::committee, true, 15, 5},
                                         Architecture{Machine::parity, false, 5, 3},
                                         Architecture{Machine::parity, true, 16, 4}),
                         test::case_name);

// Larger machines, whose outer weights reach over several units and chunks.
class LargerEnumeration : public testing::TestWithParam<Architecture> {};

TEST_P(LargerEnumeration, DoesNotDependOnTheThreads) {
  const Problem problem = make_storage(GetParam(), WeightKind::binary, 0.3, 2);
  EnumerationParams params{test::configuration(GetParam(), 12345), {}, 1};
  for (int i = 0; i < GetParam().weights(); ++i) params.fields.push_back(std::cos(i));
  const Enumeration one = enumerate(problem, params);
  params.threads = 2;
  const Enumeration two = enumerate(problem, params);
  EXPECT_GT(one.solutions, 0u);
  EXPECT_EQ(one.solutions, two.solutions);
  EXPECT_EQ(one.at_distance, two.at_distance);
  EXPECT_EQ(one.log_partition, two.log_partition);
  EXPECT_EQ(one.magnetisations, two.magnetisations);
}

TEST_P(LargerEnumeration, DistancesFromAReferenceAndItsMirrorImageAreReversed) {
  const Problem problem = make_storage(GetParam(), WeightKind::binary, 0.3, 2);
  Weights reference = test::configuration(GetParam(), 54321);
  std::vector<std::uint64_t> forth = enumerate(problem, {.reference = reference}).at_distance;
  for (double& w : reference.values) w = -w;
  const std::vector<std::uint64_t> back = enumerate(problem, {.reference = reference}).at_distance;
  std::ranges::reverse(forth);
  EXPECT_EQ(forth, back);
}

// d ln Z / d h[i] = <w[i]>
TEST_P(LargerEnumeration, MagnetisationIsTheDerivativeOfTheLogPartition) {
  const Problem problem = make_storage(GetParam(), WeightKind::binary, 0.3, 2);
  const int M = GetParam().weights();
  EnumerationParams params;
  for (int i = 0; i < M; ++i) params.fields.push_back(0.3 * std::cos(i));
  const std::vector<double> m = enumerate(problem, params).magnetisations;
  for (const int i : {0, M / 2, M - 1}) {
    const double h = params.fields[i], step = 1e-4;  // error step^2/6 |third cumulant| < 1e-8
    params.fields[i] = h + step;
    const double above = enumerate(problem, params).log_partition;
    params.fields[i] = h - step;
    const double below = enumerate(problem, params).log_partition;
    params.fields[i] = h;
    EXPECT_NEAR((above - below) / (2 * step), m[i], 1e-8);
  }
}

INSTANTIATE_TEST_SUITE_P(Machines, LargerEnumeration,
                         testing::Values(Architecture{Machine::perceptron, false, 19, 1},
                                         Architecture{Machine::committee, false, 7, 3},
                                         Architecture{Machine::committee, true, 21, 3},
                                         Architecture{Machine::parity, false, 10, 2},
                                         Architecture{Machine::parity, true, 20, 4}),
                         test::case_name);

// Without patterns: binomial distances, ln Z = sum ln 2cosh h, <w> = tanh h.
TEST(Enumeration, WithoutPatternsAllIsKnown) {
  const Architecture architecture{Machine::committee, false, 6, 3};
  const Problem problem = make_storage(architecture, WeightKind::binary, 0, 1);
  EnumerationParams params{test::configuration(architecture, 777), {}, 0};
  double log_Z = 0, binomial = 1;
  for (int i = 0; i < 18; ++i) params.fields.push_back(0.1 * i - 1);
  for (const double h : params.fields) log_Z += std::log(2 * std::cosh(h));
  const Enumeration all = enumerate(problem, params);
  EXPECT_EQ(all.solutions, std::uint64_t{1} << 18);
  EXPECT_NEAR(all.log_partition, log_Z, 1e-12);
  for (int i = 0; i < 18; ++i) EXPECT_NEAR(all.magnetisations[i], std::tanh(params.fields[i]), 1e-12);
  const std::vector<double> entropies = local_entropies(all);
  for (int d = 0; d <= 18; ++d) {
    EXPECT_EQ(double(all.at_distance[d]), binomial);
    EXPECT_NEAR(entropies[d], std::log(binomial) / 18, 1e-15);
    binomial = binomial * (18 - d) / (d + 1);
  }
}

// One pattern of a perceptron with odd N: exactly half of the configurations, and none with a margin above sqrt(N).
TEST(Enumeration, OnePattern) {
  const Architecture architecture{Machine::perceptron, false, 15, 1};
  Problem problem = make_storage(architecture, WeightKind::binary, 1.0 / 15, 1);
  EXPECT_EQ(enumerate(problem).solutions, std::uint64_t{1} << 14);
  EXPECT_NEAR(enumerate(problem).log_count, 14 * std::numbers::ln2, 1e-14);
  problem.margin = std::sqrt(15.0);
  EXPECT_EQ(enumerate(problem).solutions, 1u);
  problem.margin = std::sqrt(15.0) * (1 + 1e-9);
  const Enumeration none = enumerate(problem, {.reference = test::configuration(architecture, 0)});
  EXPECT_EQ(none.solutions, 0u);
  EXPECT_EQ(none.log_count, -std::numeric_limits<double>::infinity());
  EXPECT_EQ(none.log_partition, -std::numeric_limits<double>::infinity());
  EXPECT_TRUE(std::isnan(none.magnetisations[3]) && std::isnan(none.mean_overlap));
  EXPECT_EQ(local_entropies(none)[4], -std::numeric_limits<double>::infinity());
}

TEST(Enumeration, RefusesWhatItCannotDo) {
  const auto refuses = [](const Problem& problem, const EnumerationParams& params, const char* message) {
    EXPECT_THAT([&] { enumerate(problem, params); }, ThrowsMessage<InvalidInput>(HasSubstr(message)));
  };
  const Architecture small{Machine::perceptron, false, 9, 1};
  refuses(make_storage({Machine::perceptron, false, 31, 1}, WeightKind::binary, 0.5, 1), {},
          "at most 30 weights");
  refuses(make_storage(small, WeightKind::spherical, 0.5, 1), {},
          "binary weights can be enumerated, got spherical");
  const Problem problem = make_storage(small, WeightKind::binary, 0.5, 1);
  refuses(problem, {.reference = test::configuration({Machine::perceptron, false, 8, 1}, 0)}, "reference");
  refuses(problem, {.fields = {1, 2}}, "9, got 2");
  refuses(problem, {.fields = std::vector<double>(9, 40)}, "at most 300, got 360");
  refuses(problem, {.fields = std::vector<double>(9, std::nan(""))}, "got nan");
}

}  // namespace
}  // namespace wfm
