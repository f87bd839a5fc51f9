#include "cli/shared_options.hpp"

#include <gtest/gtest.h>

namespace wfm::cli {
namespace {

TEST(ClockText, ShowsMinutesThenHours) {
  EXPECT_EQ(clock_text(65), "1:05");
  EXPECT_EQ(clock_text(2 * 3600 + 190), "2:03:10");
}

}  // namespace
}  // namespace wfm::cli
