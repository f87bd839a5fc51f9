#include "run/schedule.hpp"

#include <cmath>
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "math/error.hpp"

namespace wfm {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

TEST(Schedule, ConstantIsTheSameAtEveryStep) {
  const Schedule schedule = constant_schedule(infinity);
  for (const std::int64_t t : {0, 1, 1000000}) EXPECT_EQ(value(schedule, t), infinity);
  EXPECT_TRUE(settled(schedule, 0));
}

TEST(Schedule, LinearObeysItsRecursionAndHoldsAtItsLimit) {
  const Schedule schedule = linear_schedule(0.25, 0.5, 2.0);
  EXPECT_EQ(value(schedule, 0), 0.25);
  for (int t = 0; t < 3; ++t) EXPECT_EQ(value(schedule, t + 1), value(schedule, t) + 0.5);
  EXPECT_EQ(value(schedule, 4), 2.0);
  EXPECT_EQ(value(schedule, 1000000000), 2.0);
  EXPECT_FALSE(settled(schedule, 3));
  EXPECT_TRUE(settled(schedule, 4));
}

TEST(Schedule, LinearMayFallToItsLimit) {
  const Schedule schedule = linear_schedule(1, -0.25, 0.0);
  EXPECT_EQ(value(schedule, 3), 0.25);
  EXPECT_EQ(value(schedule, 9), 0.0);
}

TEST(Schedule, ValuesAreCheckedAtEveryStep) {
  const auto positive = [](double x) { return x > 0 && std::isfinite(x); };
  const auto refused = [&](const Schedule& schedule, const char* words) {
    try {
      require_values(schedule, "rule: x", positive, "> 0 and finite");
      ADD_FAILURE() << "not refused: " << words;
    } catch (const InvalidInput& error) {
      EXPECT_THAT(error.what(), testing::StartsWith("rule: x must be > 0 and finite, given"));
      EXPECT_THAT(error.what(), testing::HasSubstr(words));
    }
  };
  refused(constant_schedule(0), "given 0");
  refused(list_schedule({1, -2, 3}), "given -2");
  refused(linear_schedule(1, -0.1), "without a limit");
  refused(linear_schedule(1, -0.1, -1), "given -1");
  refused(linear_schedule(1, -0.1, 2), "away from its limit");
  refused(geometric_schedule(1, 0.9), "without a limit");
  refused(geometric_schedule(1, 1.1), "given inf");
  for (const Schedule& fine :
       {constant_schedule(1), list_schedule({1, 2}), linear_schedule(1, -0.1, 0.5), linear_schedule(1, 1),
        geometric_schedule(1, 0.9, 0.1), geometric_schedule(1, 1.1, 9)})
    EXPECT_NO_THROW(require_values(fine, "rule: x", positive, "> 0 and finite"));
}

TEST(Schedule, StartAtTheLimitStaysThere) {
  for (const double rate : {1., -1.}) EXPECT_EQ(value(linear_schedule(2, rate, 2.0), 5), 2.0);
  EXPECT_EQ(value(geometric_schedule(2, 3, 2.0), 5), 2.0);
}

TEST(Schedule, GeometricObeysItsRecursionAndHoldsAtItsLimit) {
  const Schedule growing = geometric_schedule(0.5, 1.05, 3.0);
  for (int t = 0; t < 36; ++t) EXPECT_NEAR(value(growing, t + 1), 1.05 * value(growing, t), 1e-13);
  EXPECT_EQ(value(growing, 37), 3.0);  // 0.5 * 1.05^37 = 3.04
  EXPECT_EQ(value(growing, 10000000), 3.0);

  const Schedule shrinking = geometric_schedule(10, 0.5, 2.0);
  EXPECT_EQ(value(shrinking, 2), 2.5);
  EXPECT_EQ(value(shrinking, 3), 2.0);
}

TEST(Schedule, GeometricRateOneIsConstant) {
  EXPECT_EQ(value(geometric_schedule(-3, 1), 77), -3);
  EXPECT_TRUE(settled(geometric_schedule(-3, 1), 0));
}

TEST(Schedule, ListHoldsItsLastValue) {
  const Schedule schedule = list_schedule({1, 3, infinity, infinity});
  EXPECT_EQ(value(schedule, 1), 3);
  EXPECT_EQ(value(schedule, 3), infinity);
  EXPECT_EQ(value(schedule, 50), infinity);
  EXPECT_FALSE(settled(schedule, 1));
  EXPECT_TRUE(settled(schedule, 2));
  EXPECT_TRUE(settled(schedule, 50));
}

TEST(Schedule, SettledMeansThatEveryLaterValueIsTheSame) {
  const std::vector<Schedule> schedules = {
      linear_schedule(0, 0),       linear_schedule(0, 1),         linear_schedule(0, 1, 0.0),
      linear_schedule(0, -1, 0.0), linear_schedule(0, 1, 5.5),    geometric_schedule(1, 2, 9),
      geometric_schedule(1, 0.5),  geometric_schedule(-1, 2, -9), geometric_schedule(1, 2, -9),
      list_schedule({4, 2, 4, 4}), constant_schedule(1),
  };
  for (const Schedule& schedule : schedules)
    for (int t = 0; t < 20; ++t) {
      bool same = true;
      for (int later = t; later < 40; ++later) same = same && value(schedule, later) == value(schedule, t);
      EXPECT_EQ(settled(schedule, t), same)
          << name(schedule.kind) << " start " << schedule.start << " t " << t;
    }
}

TEST(Schedule, NamesGoBothWays) {
  for (const auto kind :
       {ScheduleKind::constant, ScheduleKind::linear, ScheduleKind::geometric, ScheduleKind::list})
    EXPECT_EQ(schedule_kind_from_name(name(kind)), kind);
  EXPECT_THROW(schedule_kind_from_name("cosine"), InvalidInput);
}

TEST(Schedule, RefusesWhatHasNoValue) {
  const double nan = std::nan("");
  EXPECT_THROW(validate(list_schedule({})), InvalidInput);
  EXPECT_THROW(validate(list_schedule({1, nan})), InvalidInput);
  EXPECT_THROW(validate(constant_schedule(nan)), InvalidInput);
  EXPECT_THROW(validate(linear_schedule(0, infinity)), InvalidInput);
  EXPECT_THROW(validate(linear_schedule(0, 1, nan)), InvalidInput);
  EXPECT_THROW(validate(geometric_schedule(0, 2)), InvalidInput);
  EXPECT_THROW(validate(geometric_schedule(1, -1)), InvalidInput);
  EXPECT_NO_THROW(validate(list_schedule({infinity})));
  EXPECT_NO_THROW(validate(geometric_schedule(1, 2, 3.0)));
}

}  // namespace
}  // namespace wfm
