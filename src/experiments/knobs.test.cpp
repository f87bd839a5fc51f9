#include "experiments/knobs.hpp"

#include <gmock/gmock.h>

#include <limits>

namespace wfm::experiments {
namespace {

using testing::HasSubstr;

constexpr double infinity = std::numeric_limits<double>::infinity();

Schedule schedule_of(const std::string& text) {
  Schedule schedule;
  parse("lambda", text, schedule);
  return schedule;
}

std::string refusal(const std::string& text) {
  try {
    schedule_of(text);
  } catch (const InvalidInput& error) {
    return error.what();
  }
  return "accepted";
}

TEST(ScheduleText, HasTheValuesThatItSays) {
  EXPECT_EQ(value(schedule_of("0.5"), 7), 0.5);
  EXPECT_EQ(value(schedule_of("constant:0.5"), 7), 0.5);
  EXPECT_DOUBLE_EQ(value(schedule_of("linear:1:0.5"), 4), 3);
  EXPECT_EQ(value(schedule_of("linear:1:-0.5:0"), 40), 0);
  EXPECT_DOUBLE_EQ(value(schedule_of("geometric:0.01:1.1"), 3), 0.01 * 1.1 * 1.1 * 1.1);
  EXPECT_EQ(value(schedule_of("geometric:0.01:1.1:1"), 500), 1);
  EXPECT_EQ(value(schedule_of("list:0.1:0.3:0.1,7,inf"), 3), 7);
  EXPECT_EQ(value(schedule_of("list:0.1:0.3:0.1,7,inf"), 9), infinity);
  EXPECT_EQ(value(schedule_of("inf"), 0), infinity);
}

TEST(ScheduleText, GoesBothWays) {
  for (const std::string text : {"0.5", "inf", "linear:1:-0.5:0", "linear:0:0.001", "geometric:0.01:1.003:1",
                                 "geometric:1e-05:1.1", "list:0.1,0.2,inf", "list:3"})
    EXPECT_EQ(text_of(schedule_of(text)), text);
  // fewest digits that read back to the same number
  EXPECT_EQ(value(schedule_of(text_of(constant_schedule(1.0 / 3))), 0), 1.0 / 3);
}

TEST(ScheduleText, RefusesWhatIsNone) {
  for (const std::string text : {"", "fast", "0.5x", "nan", "linear:1", "linear:1:2:3:4",
                                 "linear:1:2:", "geometric:0.1:x", "cubic:1:2", "constant:1:2",
                                 "list:", "list:1,,2", "list:1:2:0", "geometric:0.1:-1", "linear:inf:nan"}) {
    EXPECT_THAT(refusal(text), HasSubstr("--lambda")) << text;
    EXPECT_THAT(refusal(text), testing::Not(HasSubstr("\n"))) << text;
  }
  EXPECT_THAT(refusal("fast"), HasSubstr("geometric:START:RATE"));
  EXPECT_THAT(refusal("geometric:0.1:-1"), HasSubstr("geometric:0.1:-1"));
}

TEST(KnobText, GoesBothWays) {
  const auto round_trip = [](auto value) {
    auto parsed = value;
    parse("knob", text_of(value), parsed);
    return parsed;
  };
  EXPECT_EQ(round_trip(0.1), 0.1);
  EXPECT_EQ(round_trip(std::int64_t{-7}), -7);
  EXPECT_EQ(round_trip(true), true);
  EXPECT_EQ(round_trip(std::vector<double>{0.1, 2}), (std::vector<double>{0.1, 2}));
}

}  // namespace
}  // namespace wfm::experiments
