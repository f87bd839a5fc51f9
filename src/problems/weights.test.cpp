#include "problems/weights.hpp"

#include <cmath>
#include <limits>

#include <gmock/gmock.h>

#include "math/error.hpp"

namespace wfm {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

void refuses(const Weights& w, const char* message) {
  EXPECT_THAT([&] { validate(w); }, ThrowsMessage<InvalidInput>(HasSubstr(message)));
}

TEST(Weights, UnitsLieOneAfterAnother) {
  const Weights w{WeightKind::spherical, 2, 3, {1, 2, 3, 4, 5, 6}};
  EXPECT_THAT(w.unit(1), testing::ElementsAre(4, 5, 6));
}

TEST(Weights, ValidationNamesThePlace) {
  EXPECT_NO_THROW(validate(Weights{WeightKind::binary, 2, 2, {1, -1, -1, 1}}));
  EXPECT_NO_THROW(validate(Weights{WeightKind::spherical, 1, 2, {std::sqrt(2.0), 0}}));
  refuses({WeightKind::binary, 2, 2, {1, -1, -1}}, "4 values, got 3");
  refuses({WeightKind::binary, 0, 2, {}}, "hidden >= 1");
  refuses({WeightKind::binary, 2, 2, {1, -1, 0.5, 1}}, "got 0.5 at unit 1, input 0");
  refuses({WeightKind::binary, 2, 2, {1, -1, 1, std::nan("")}}, "finite, got nan at unit 1, input 1");
  refuses({WeightKind::spherical, 1, 2, {std::numeric_limits<double>::infinity(), 0}}, "finite, got inf");
  refuses({WeightKind::spherical, 2, 2, {1, 1, 1, 1.1}}, "at unit 1");
}

TEST(Weights, NormalisePutsEveryUnitOnItsSphere) {
  Weights w{WeightKind::spherical, 2, 3, {3, 0, 4, 1e-3, 1e-3, 1e-3}};
  normalise(w);
  EXPECT_NO_THROW(validate(w));
  EXPECT_NEAR(w.values[2] / w.values[0], 4.0 / 3, 1e-15);
  EXPECT_NEAR(overlap(w, w), 1, 1e-15);
  Weights zero{WeightKind::spherical, 1, 2, {0, 0}};
  EXPECT_THAT([&] { normalise(zero); }, ThrowsMessage<InvalidInput>(HasSubstr("norm^2 = 0 at unit 0")));
}

TEST(Weights, OverlapOfBinaryConfigurationsCountsDifferences) {
  const Weights a{WeightKind::binary, 2, 2, {1, 1, -1, 1}}, b{WeightKind::binary, 2, 2, {1, -1, -1, 1}};
  EXPECT_EQ(overlap(a, b), 1 - 2 * 0.25);
  const Weights other{WeightKind::binary, 1, 4, {1, 1, 1, 1}};
  EXPECT_THROW(overlap(a, other), InvalidInput);
}

TEST(Weights, KindNamesGoBothWays) {
  for (const WeightKind kind : {WeightKind::binary, WeightKind::spherical})
    EXPECT_EQ(weight_kind_from_name(name(kind)), kind);
  EXPECT_THROW(weight_kind_from_name("ising"), InvalidInput);
}

}  // namespace
}  // namespace wfm
