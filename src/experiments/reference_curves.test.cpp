#include "experiments/reference_curves.hpp"

#include <gmock/gmock.h>

#include <cmath>

#include "experiments/binary_contenders.hpp"

namespace wfm::experiments {
namespace {

ReferenceCurve flat(double margin, double entropy, bool converged = true) {
  ReferenceCurve curve{margin, "", {}};
  theory::FranzParisiPoint point;
  point.distance = 0.1;
  point.entropy = entropy;
  point.converged = converged;
  curve.points = {point};
  return curve;
}

TEST(ReferenceCurves, TellWhichMarginAnEntropyIsLike) {
  const std::vector<ReferenceCurve> curves{flat(0, 0.1), flat(0.2, 0.2), flat(0.4, 0.3)};
  EXPECT_EQ(like_margin(curves, 0.1, 0.15), "like margin 0.10");
  EXPECT_EQ(like_margin(curves, 0.1, 0.275), "like margin 0.35");
  EXPECT_EQ(like_margin(curves, 0.1, 0.31), "above the maximum-margin curve");
  EXPECT_EQ(like_margin(curves, 0.1, 0.09), "below the typical curve");
  EXPECT_EQ(like_margin(curves, 0.1, std::nan("")), "no theory value");
  EXPECT_EQ(like_margin(curves, 0.2, 0.15), "no theory value");  // not a distance computed
  EXPECT_TRUE(std::isnan(entropy_at(flat(0, 0.1, false), 0.1)));
}

// Near by, the more margin the reference has the more solutions there are, and never more than without patterns.
TEST(ReferenceCurves, GrowWithTheMargin) {
  const auto curves = reference_curves(0.5, 0.4172, {0.05}, 2);
  ASSERT_EQ(curves.size(), 5u);
  for (std::size_t c = 1; c < curves.size(); ++c)
    EXPECT_GT(entropy_at(curves[c], 0.05), entropy_at(curves[c - 1], 0.05));
  EXPECT_LT(entropy_at(curves.back(), 0.05), theory::data_free_entropy(0.05));
  EXPECT_EQ(reference_series(curves, true, 3).size(), 6u);
  EXPECT_EQ(reference_curves(0.8, 0.05, {0.05}, 2).size(), 2u);  // margins beyond the largest are left out
}

TEST(BinaryContenders, HaveKnobsThatTheirAlgorithmsTake) {
  auto contenders = binary_contenders(0.02);
  contenders.push_back(amp_with_margin(0.3));
  for (const Contender& contender : contenders) {
    SolveRequest request;
    request.algorithm = contender.algorithm;
    request.knobs = contender.knobs;
    EXPECT_NO_THROW(check_request(request)) << contender.label;
  }
  EXPECT_EQ(contenders.back().margin, 0.3);
  EXPECT_EQ(contenders[7].max_steps, 5000);
}

}  // namespace
}  // namespace wfm::experiments
