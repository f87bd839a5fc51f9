#include "theory/capacity.hpp"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "math/error.hpp"
#include "theory/replica_symmetric.hpp"

namespace wfm::theory {
namespace {

TEST(Capacity, AgreesWithReferenceNumbers) {
  const CapacityResult zero = capacity(0), positive = capacity(0.2);
  EXPECT_NEAR(zero.alpha_c, 0.8330785997395668, 1e-11);
  EXPECT_NEAR(zero.q, 0.563949080084552, 1e-11);
  EXPECT_NEAR(zero.qhat, 2.5763513190755294, 1e-10);
  EXPECT_NEAR(positive.alpha_c, 0.6474040338573919, 1e-11);
  EXPECT_NEAR(positive.q, 0.5954554952865786, 1e-11);
}

TEST(Capacity, IsWhereTheEntropyVanishes) {
  for (const double margin : {-5.0, -2.0, 0.0, 0.4, 3.0, 30.0}) {
    const CapacityResult c = capacity(margin);
    ASSERT_TRUE(c.converged) << margin << ' ' << c.reason;
    EXPECT_NEAR(c.entropy, 0, 1e-10);
    EXPECT_GT(rs_entropy({c.alpha_c * 0.999, margin}).entropy, 0);
    EXPECT_FALSE(rs_entropy({c.alpha_c * 1.001, margin}).entropy >=
                 0);  // NaN: the saddle ends soon after for large margins
  }
  EXPECT_FALSE(capacity(-40).converged);
  EXPECT_THROW(capacity(std::numeric_limits<double>::quiet_NaN()), InvalidInput);
}

TEST(MaxMargin, AgreesWithReferenceNumbers) {
  struct Row {
    double alpha, kappa_max, q;
  };
  for (const Row& row :
       {Row{0.3, 0.8953919722182054, 0.6879851367910705}, Row{0.5, 0.41806249879302143, 0.6271658164665779},
        Row{0.7, 0.13676177008328547, 0.5857532433189048}}) {
    const MaxMarginResult found = max_margin(row.alpha);
    EXPECT_NEAR(found.kappa_max, row.kappa_max, 1e-11);
    EXPECT_NEAR(found.q, row.q, 1e-11);
  }
}

TEST(MaxMargin, InvertsTheCapacity) {
  for (const double margin : {1e-3, 0.5, 2.0, 20.0}) {
    const MaxMarginResult found = max_margin(capacity(margin).alpha_c);
    ASSERT_TRUE(found.converged);
    EXPECT_NEAR(found.kappa_max, margin, 1e-10 * (1 + margin));
  }
}

TEST(MaxMargin, FailsOutsideItsDomainAndSaysWhy) {
  for (const double alpha : {0.0, 0.8331, 2.0, 1e9}) {
    const MaxMarginResult found = max_margin(alpha);
    EXPECT_FALSE(found.converged);
    EXPECT_FALSE(found.reason.empty());
    EXPECT_TRUE(std::isnan(found.kappa_max));
  }
  EXPECT_THROW(max_margin(-1), InvalidInput);
}

}  // namespace
}  // namespace wfm::theory
