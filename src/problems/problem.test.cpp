#include "problems/problem.hpp"

#include <cmath>
#include <limits>

#include <gmock/gmock.h>

#include "math/error.hpp"
#include "problems/storage.hpp"

namespace wfm {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::ThrowsMessage;

constexpr Architecture perceptron{Machine::perceptron, false, 21, 1};

TEST(Problem, ValidationChecksThatSizesFit) {
  const Problem good = make_storage(perceptron, WeightKind::binary, 0.5, 1);
  EXPECT_NO_THROW(validate(good));
  Problem p = good;
  p.architecture.inputs = 23;
  EXPECT_THAT([&] { validate(p); }, ThrowsMessage<InvalidInput>(AllOf(HasSubstr("23"), HasSubstr("got 21"))));
  for (const double margin : {-0.1, std::nan(""), std::numeric_limits<double>::infinity()}) {
    p = good;
    p.margin = margin;
    EXPECT_THAT([&] { validate(p); }, ThrowsMessage<InvalidInput>(HasSubstr("margin")));
  }
  p = good;
  p.test = random_patterns(2, 22, InputKind::binary, 1, Purpose::test_patterns);
  EXPECT_THAT([&] { validate(p); }, ThrowsMessage<InvalidInput>(HasSubstr("test patterns")));
  p = good;
  p.teacher = Weights{WeightKind::binary, 1, 2, {1, 1}};
  EXPECT_THAT([&] { validate(p); }, ThrowsMessage<InvalidInput>(HasSubstr("shape 1 x 21, got 1 x 2")));
}

TEST(PatternCount, RoundsToTheNearest) {
  EXPECT_EQ(pattern_count(0, perceptron), 0u);
  EXPECT_EQ(pattern_count(0.5, perceptron), 11u);  // 10.5
  EXPECT_EQ(pattern_count(0.02, perceptron), 0u);
  EXPECT_EQ(pattern_count(1, {Machine::committee, false, 21, 3}), 63u);
  EXPECT_EQ(pattern_count(1, {Machine::committee, true, 21, 3}), 21u);
}

TEST(PatternCount, RefusesWhatIsNoLoad) {
  for (const double alpha : {-1e-9, std::nan(""), std::numeric_limits<double>::infinity(), 1e300})
    EXPECT_THROW(pattern_count(alpha, perceptron), InvalidInput) << alpha;
}

TEST(Memory, NamesBothNumbers) {
  EXPECT_GT(available_memory(), 1e6);
  EXPECT_NO_THROW(require_memory(1, "one byte"));
  EXPECT_THAT([] { require_memory(1e30, "the universe"); },
              ThrowsMessage<ResourceProblem>(
                  AllOf(HasSubstr("the universe needs 1e+30 bytes"), HasSubstr("available"))));
  EXPECT_THROW(require_memory(std::nan(""), "nothing known"), ResourceProblem);
}

}  // namespace
}  // namespace wfm
