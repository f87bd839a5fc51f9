#include "experiments/lists.hpp"

#include <gmock/gmock.h>

#include "math/error.hpp"

namespace wfm::experiments {
namespace {

using testing::DoubleNear;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pointwise;

std::string refusal(const std::string& text) {
  try {
    parse_list(text, "--alpha");
  } catch (const InvalidInput& error) {
    return error.what();
  }
  return "accepted";
}

TEST(ParseList, TakesValuesRangesAndMixes) {
  EXPECT_THAT(parse_list("0.5", "--alpha"), ElementsAre(0.5));
  EXPECT_THAT(parse_list("0.1,0.2,-3e-2", "--alpha"), ElementsAre(0.1, 0.2, -0.03));
  EXPECT_THAT(parse_list("1:0:-0.5", "--alpha"), ElementsAre(1.0, 0.5, 0.0));
  EXPECT_THAT(parse_list("0.3,1:3:1", "--alpha"), ElementsAre(0.3, 1.0, 2.0, 3.0));
}

TEST(ParseList, RangeIncludesItsEndDespiteRounding) {
  EXPECT_THAT(parse_list("0.1:0.5:0.1", "--alpha"),
              Pointwise(DoubleNear(1e-15), std::vector<double>{0.1, 0.2, 0.3, 0.4, 0.5}));
  EXPECT_EQ(parse_list("0:1:0.05", "--alpha").size(), 21u);
}

TEST(ParseList, RefusalsNameOptionRuleAndValue) {
  EXPECT_THAT(refusal("0.1,x"), testing::AllOf(HasSubstr("--alpha"), HasSubstr("'x'")));
  EXPECT_THAT(refusal(""), HasSubstr("''"));
  EXPECT_THAT(refusal("nan"), HasSubstr("finite"));
  EXPECT_THAT(refusal("0:1"), HasSubstr("first:last:step"));
  EXPECT_THAT(refusal("0:1:-0.1"), HasSubstr("step"));
  EXPECT_THAT(refusal("0:1:0"), HasSubstr("step"));
  EXPECT_THAT(refusal("0:1:1e-9"), HasSubstr("1000000"));
}

TEST(ParseList, WordsStandForNumbers) {
  EXPECT_EQ(parse_list_with_words("max,0.1:0.3:0.1,0", "--margin-ref", {{"max", -1}}),
            (std::vector<double>{-1, 0.1, 0.2, 0.1 + 2 * 0.1, 0}));
  EXPECT_THROW(parse_list_with_words("least", "--margin-ref", {{"max", -1}}), InvalidInput);
  EXPECT_EQ(split_list("a,,b"), (std::vector<std::string>{"a", "", "b"}));
}

}  // namespace
}  // namespace wfm::experiments
