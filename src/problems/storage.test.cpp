#include "problems/storage.hpp"

#include <cmath>
#include <limits>
#include <string>

#include <gmock/gmock.h>

#include "math/error.hpp"

namespace wfm {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::ThrowsMessage;

constexpr Architecture perceptron{Machine::perceptron, false, 501, 1};

class Storage : public testing::TestWithParam<InputKind> {};

TEST_P(Storage, IsAPureFunctionOfTheSeed) {
  const Problem a = make_storage(perceptron, WeightKind::binary, 0.4, 7, 0, GetParam());
  const Problem b = make_storage(perceptron, WeightKind::binary, 0.4, 7, 0, GetParam());
  const Problem c = make_storage(perceptron, WeightKind::binary, 0.4, 8, 0, GetParam());
  EXPECT_EQ(a.train.inputs, b.train.inputs);
  EXPECT_EQ(a.train.labels, b.train.labels);
  EXPECT_NE(a.train.inputs, c.train.inputs);
  EXPECT_NE(a.train.labels, c.train.labels);
}

TEST_P(Storage, TheFirstPatternsAreTheSameWhateverTheirNumber) {
  const Problem few = make_storage(perceptron, WeightKind::binary, 0.1, 7, 0, GetParam());
  const Problem many = make_storage(perceptron, WeightKind::binary, 0.3, 7, 0, GetParam());
  ASSERT_EQ(few.train.count(), 50u);
  ASSERT_EQ(many.train.count(), 150u);
  for (std::size_t a = 0; a < 50; ++a) {
    EXPECT_EQ(few.train.labels[a], many.train.labels[a]);
    for (std::size_t i = 0; i < 501; ++i) ASSERT_EQ(few.train(a, i), many.train(a, i));
  }
}

// Entries and labels are independent with mean 0 and variance 1: each mean over n of them is within 5/sqrt(n) of zero, and so is the
// mean product of neighbouring entries, of neighbouring patterns, and of entries with their label. <xi^2> has the variance
// (<xi^4> - 1)/n = 2/n for Gaussian entries, <xi^4> - 3 the variance 96/n.
TEST_P(Storage, EntriesAndLabelsHaveTheRightMoments) {
  constexpr std::size_t P = 200, N = 501;
  const Problem problem = make_storage(perceptron, WeightKind::binary, 200 / 501.0, 3, 0, GetParam());
  const Patterns& xi = problem.train;
  ASSERT_EQ(xi.count(), P);
  double mean = 0, square = 0, fourth = 0, next_input = 0, next_pattern = 0, with_label = 0, label = 0;
  for (std::size_t a = 0; a + 1 < P; ++a) {
    label += xi.labels[a];
    for (std::size_t i = 0; i + 1 < N; ++i) {
      const double x = xi(a, i);
      mean += x;
      square += x * x;
      fourth += x * x * x * x;
      next_input += x * xi(a, i + 1);
      next_pattern += x * xi(a + 1, i);
      with_label += x * xi.labels[a];
    }
  }
  const double n = double(P - 1) * double(N - 1), bound = 5 / std::sqrt(n);
  for (const double sum : {mean, next_input, next_pattern, with_label}) EXPECT_LT(std::abs(sum / n), bound);
  EXPECT_LT(std::abs(label / (P - 1)), 5 / std::sqrt(P - 1.0));
  if (GetParam() == InputKind::binary) {
    EXPECT_EQ(square, n);
  } else {
    EXPECT_LT(std::abs(square / n - 1), std::sqrt(2.0) * bound);
    EXPECT_LT(std::abs(fourth / n - 3), std::sqrt(96.0) * bound);
  }
}

TEST_P(Storage, TheRecipeTellsHowItWasMade) {
  const Problem p = make_storage(perceptron, WeightKind::spherical, 0.1, 7, 0.3, GetParam());
  EXPECT_EQ(p.recipe.data, "storage");
  EXPECT_EQ(p.recipe.inputs, name(GetParam()));
  EXPECT_EQ(p.recipe.alpha, 0.1);
  EXPECT_EQ(p.recipe.seed, 7u);
  EXPECT_EQ(p.recipe.train_patterns, 50);
  EXPECT_EQ(p.margin, 0.3);
  EXPECT_EQ(p.weight_kind, WeightKind::spherical);
}

TEST_P(Storage, TooLargeIsRefusedBeforeAllocation) {
  const auto refuses = [](const Architecture& architecture, double alpha) {
    EXPECT_THAT(
        [&] { make_storage(architecture, WeightKind::binary, alpha, 1, 0, GetParam()); },
        ThrowsMessage<ResourceProblem>(AllOf(HasSubstr("needs"), HasSubstr("bytes"), HasSubstr("available"))))
        << alpha;
  };
  refuses(perceptron, 1e300);
  refuses(perceptron, std::numeric_limits<double>::max());
  refuses({Machine::perceptron, false, 2000000000, 1}, 0.5);
  refuses({Machine::committee, true, 2000000001, 3}, 0.5);
}

TEST_P(Storage, RefusesInvalidLoadsAndMargins) {
  for (const double bad : {-0.1, std::nan(""), std::numeric_limits<double>::infinity()}) {
    EXPECT_THROW(make_storage(perceptron, WeightKind::binary, bad, 1, 0, GetParam()), InvalidInput);
    EXPECT_THROW(make_storage(perceptron, WeightKind::binary, 0.1, 1, bad, GetParam()), InvalidInput);
  }
  EXPECT_EQ(make_storage(perceptron, WeightKind::binary, 0, 1, 0, GetParam()).train.count(), 0u);
}

INSTANTIATE_TEST_SUITE_P(Inputs, Storage, testing::Values(InputKind::binary, InputKind::gaussian),
                         [](const auto& parameter) { return std::string(name(parameter.param)); });

TEST(StorageStreams, LabelsHaveTheirOwnStreams) {
  const Problem p = make_storage(perceptron, WeightKind::binary, 0.2, 31);
  for (std::size_t a = 0; a < p.train.count(); ++a)
    EXPECT_EQ(p.train.labels[a], RandomStream(31, Purpose::labels, a).sign()) << a;
}

TEST(StorageStreams, BitsAreTheWordsOfTheStreamAndPaddingIsZero) {
  for (const std::size_t N : {1u, 63u, 64u, 65u, 512u, 513u}) {
    const Patterns patterns = random_patterns(3, int(N), InputKind::binary, 99, Purpose::patterns);
    const BitMatrix& bits = std::get<BitMatrix>(patterns.inputs);
    for (std::size_t a = 0; a < 3; ++a) {
      RandomStream stream(99, Purpose::patterns, a);
      std::uint64_t word = 0;
      for (std::size_t i = 0; i < 64 * bits.words_per_row(); ++i) {
        if (i % 64 == 0 && i < N) word = stream();
        const bool bit = bits.row(a)[i / 64] >> i % 64 & 1;
        ASSERT_EQ(bit, i < N && (word >> i % 64 & 1)) << N << ' ' << a << ' ' << i;
      }
    }
  }
}

}  // namespace
}  // namespace wfm
