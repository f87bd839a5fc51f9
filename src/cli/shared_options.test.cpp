#include "cli/shared_options.hpp"

#include <gmock/gmock.h>

#include "math/error.hpp"

namespace wfm::cli {
namespace {

using testing::ElementsAre;

TEST(ParseSeeds, RefusesWhatIsNoWholeNumber) {
  EXPECT_THAT(parse_seeds("1:4:1", "--seeds"), ElementsAre(1u, 2u, 3u, 4u));
  EXPECT_THROW(parse_seeds("0.5", "--seeds"), InvalidInput);
  EXPECT_THROW(parse_seeds("-1", "--seeds"), InvalidInput);
}

TEST(ClockText, ShowsMinutesThenHours) {
  EXPECT_EQ(clock_text(65), "1:05");
  EXPECT_EQ(clock_text(2 * 3600 + 190), "2:03:10");
}

}  // namespace
}  // namespace wfm::cli
