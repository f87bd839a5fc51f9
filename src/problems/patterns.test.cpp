#include "problems/patterns.hpp"

#include <limits>
#include <vector>

#include <gmock/gmock.h>

#include "math/error.hpp"
#include "problems/storage.hpp"

namespace wfm {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

void refuses(const Patterns& patterns, const char* message) {
  EXPECT_THAT([&] { validate(patterns); }, ThrowsMessage<InvalidInput>(HasSubstr(message)));
}

Patterns real_patterns() {
  RealMatrix x(2, 3);
  x << 1, 2, 3, 4, 5, 6;
  return {x, {1, -1}};
}

TEST(Patterns, ValidationNamesTheFirstOffender) {
  EXPECT_NO_THROW(validate(real_patterns()));
  Patterns p = real_patterns();
  std::get<RealMatrix>(p.inputs)(1, 2) = std::numeric_limits<double>::quiet_NaN();
  refuses(p, "got nan at pattern 1, input 2");
  p = real_patterns();
  p.labels[1] = 0;
  refuses(p, "labels are +-1, got 0 at pattern 1");
  p = real_patterns();
  p.labels.push_back(1);
  refuses(p, "2 patterns and 3 labels");
  refuses({BitMatrix(3, 5), {1, 1}}, "3 patterns and 2 labels");
  refuses({BitMatrix(3, 5), {1, 1, -128}}, "got -128 at pattern 2");
}

TEST(Patterns, SubsetTakesRowsInTheOrderAsked) {
  for (const InputKind kind : {InputKind::binary, InputKind::gaussian}) {
    Patterns all = random_patterns(10, 70, kind, 5, Purpose::patterns);
    for (std::size_t a = 0; a < 10; ++a) all.labels[a] = a % 3 == 0 ? 1 : -1;
    const std::vector<std::size_t> which = {7, 0, 7, 3};
    const Patterns some = subset(all, which);
    ASSERT_EQ(some.count(), 4u);
    ASSERT_EQ(some.inputs_per_pattern(), 70u);
    for (std::size_t b = 0; b < 4; ++b) {
      EXPECT_EQ(some.labels[b], all.labels[which[b]]);
      for (std::size_t i = 0; i < 70; ++i) EXPECT_EQ(some(b, i), all(which[b], i));
    }
    EXPECT_EQ(subset(all, {}).count(), 0u);
    EXPECT_THAT(
        [&] {
          subset(all, std::vector<std::size_t>{2, 10});
        },
        ThrowsMessage<InvalidInput>(HasSubstr("got 10")));
  }
}

TEST(Patterns, BytesCountPaddingAndLabels) {
  EXPECT_EQ(pattern_bytes(10, 513, true), 10 * (2 * 64 + 1));
  EXPECT_EQ(pattern_bytes(10, 513, false), 10 * (513 * 8 + 1));
  EXPECT_GT(pattern_bytes(1e300, 1e9, true), 1e306);
}

TEST(Patterns, InputKindNamesGoBothWays) {
  for (const InputKind kind : {InputKind::binary, InputKind::gaussian})
    EXPECT_EQ(input_kind_from_name(name(kind)), kind);
  EXPECT_THROW(input_kind_from_name("standardised"), InvalidInput);
}

}  // namespace
}  // namespace wfm
