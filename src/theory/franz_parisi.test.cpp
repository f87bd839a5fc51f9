#include "theory/franz_parisi.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numbers>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "math/error.hpp"
#include "math/gaussian.hpp"
#include "math/quadrature.hpp"
#include "math/random.hpp"
#include "theory/capacity.hpp"
#include "theory/franz_parisi_averages.hpp"
#include "theory/franz_parisi_saddle.hpp"
#include "theory/naive_franz_parisi.hpp"
#include "theory/replica_symmetric.hpp"

namespace wfm::theory {
namespace {

using ::testing::HasSubstr;

FranzParisiPoint one_point(const FranzParisiParams& params, double d) {
  return franz_parisi_curve(params, std::vector<double>{d})[0];
}

/// x = (q, t, qhat, that, phat).
double naive_free_entropy(const FranzParisiParams& params, const RsResult& reference, double p,
                          const std::array<double, 5>& x) {
  const auto [q, t, qhat, that, phat] = x;
  const double qt = reference.q, st = std::sqrt(1 - qt), rest = std::sqrt(1 - q);
  const QuadratureRule normal = gaussian_panels(12, 8, 8.5);
  const double G_S = naive_entropic({reference.qhat, qhat, that, phat}, normal, normal);
  const double G_E = naive_fields(
      {qt, q, t, p}, normal, normal,
      [&](double z0) { return naive_normal_above((params.reference_margin - std::sqrt(qt) * z0) / st, 10); },
      [&](double, double, double m) { return log_H((params.margin - m) / rest); });
  return -phat * p + that * t - qhat * (1 - q) / 2 + G_S + params.alpha * G_E;
}

TEST(FranzParisi, SaddleIsStationaryForTheNaiveThreefoldQuadrature) {
  struct Case {
    FranzParisiParams params;
    double distance;
  };
  for (const Case& c : {Case{{0.5, 0, 0}, 0.15}, Case{{0.4, 0.3, 0.1}, 0.1}, Case{{0.7, 0.05, -0.2}, 0.4}}) {
    const FranzParisiPoint point = one_point(c.params, c.distance);
    ASSERT_TRUE(point.converged) << point.reason;
    const RsResult reference = rs_entropy({c.params.alpha, c.params.reference_margin});
    const std::array<double, 5> x{point.q, point.t, point.qhat, point.that, point.phat};
    expect_saddle_of(
        [&](double p, const std::array<double, 5>& at) {
          return naive_free_entropy(c.params, reference, p, at);
        },
        point, x, 1e-9, 2e-6);
  }
}

TEST(FranzParisi, SlopeIsTheDerivativeOfTheCurve) {
  for (const FranzParisiParams params : {FranzParisiParams{0.5, 0, 0}, FranzParisiParams{0.5, 0.4, 0},
                                         FranzParisiParams{0.75, 0, 0}, FranzParisiParams{0.3, 0.1, 0.5}}) {
    for (const double d : {0.004, 0.02, 0.1, 0.25, 0.45}) {
      const double h = 1e-3 * d;
      const std::vector<FranzParisiPoint> at =
          franz_parisi_curve(params, std::vector<double>{d - 2 * h, d - h, d, d + h, d + 2 * h});
      if (!at[0].converged) continue;
      // five-point difference: rounding 1e-12/h dominates
      const double difference =
          (8 * (at[3].entropy - at[1].entropy) - (at[4].entropy - at[0].entropy)) / (12 * h);
      EXPECT_NEAR(difference, at[2].slope, 1e-6)
          << params.alpha << ' ' << params.reference_margin << ' ' << d;
    }
  }
}

TEST(FranzParisi, MeetsTheTypicalSolutionsAtTheTypicalDistance) {
  for (const FranzParisiParams params :
       {FranzParisiParams{0.5, 0, 0}, FranzParisiParams{0.5, 0.2, 0.2}, FranzParisiParams{0.8, 0, 0},
        FranzParisiParams{0.05, 1, 1}, FranzParisiParams{0.5, 0.2, 0}, FranzParisiParams{0.5, 0.01, 0},
        FranzParisiParams{0.4, 0, 0.3}, FranzParisiParams{1, -0.5, -0.7}}) {
    const RsResult rs = rs_entropy({params.alpha, params.margin});
    const double typical = typical_distance(params);
    const FranzParisiPoint point = one_point(params, typical);
    ASSERT_TRUE(point.converged) << point.reason;
    EXPECT_NEAR(point.entropy, rs.entropy, 1e-10) << params.alpha << ' ' << params.reference_margin;
    EXPECT_NEAR(point.slope, 0, 1e-6);
    EXPECT_NEAR(point.q, rs.q, 1e-6);
    EXPECT_NEAR(point.t, point.p, 1e-6);
    if (params.margin == params.reference_margin) {
      EXPECT_NEAR(typical, (1 - rs.q) / 2, 1e-14);
    }
  }
}

// Equal margins: interpolated within 1e-3 of the typical distance, solved outside. A parabola about it joins both.
TEST(FranzParisi, InterpolationAboutTheTypicalDistanceJoinsTheSolvedCurve) {
  const FranzParisiParams params{0.6, 0.1, 0.1};
  const double typical = typical_distance(params);
  std::vector<double> distances;
  for (const double x :
       {-3e-3, -2e-3, -1.0001e-3, -0.9999e-3, -3e-4, 0.0, 3e-4, 0.9999e-3, 1.0001e-3, 2e-3, 3e-3})
    distances.push_back(typical * (1 + x));
  const std::vector<FranzParisiPoint> points = franz_parisi_curve(params, distances);
  for (std::size_t i = 1; i < points.size(); ++i) {
    ASSERT_TRUE(points[i].converged);
    const double step = distances[i] - distances[i - 1];
    EXPECT_NEAR(points[i].entropy - points[i - 1].entropy, (points[i].slope + points[i - 1].slope) / 2 * step,
                1e-9)
        << i;
    EXPECT_LT(std::abs(points[i].q - points[i - 1].q), 2 * step);
    EXPECT_LT(points[i].slope, points[i - 1].slope);
  }
}

TEST(FranzParisi, IsTheBinaryEntropyWithoutPatternsAndBelowItWithThem) {
  EXPECT_NEAR(one_point({0, 0.2, 0.1}, 0.3).entropy, data_free_entropy(0.3), 1e-15);
  EXPECT_NEAR(one_point({0, 0.2, 0.1}, 0.3).slope, std::log(0.7 / 0.3), 1e-14);
  const std::vector<double> distances{1e-6, 1e-4, 1e-3, 0.01, 0.1, 0.3, 0.5};
  const std::vector<FranzParisiPoint> weak = franz_parisi_curve({1e-7, 0.3, 0}, distances);
  const std::vector<FranzParisiPoint> strong =
      franz_parisi_curve({0.5, max_margin(0.5).kappa_max, 0}, distances);
  for (std::size_t i = 0; i < distances.size(); ++i) {
    ASSERT_TRUE(weak[i].converged && strong[i].converged) << weak[i].reason << strong[i].reason;
    EXPECT_NEAR(weak[i].entropy, data_free_entropy(distances[i]), 1e-7);
    EXPECT_LT(strong[i].entropy, data_free_entropy(distances[i]) + 1e-14);
  }
  // around a reference far inside the constraints all its nearest neighbours are solutions
  EXPECT_NEAR(strong[1].entropy, data_free_entropy(1e-4), 1e-13);
}

TEST(FranzParisi, PointsOfAFreeReferenceAreBounded) {
  // tau -> 1: the grid of g is at its bound
  for (const double alpha : {1e-3, 1e-5}) {
    for (const FranzParisiPoint& point :
         franz_parisi_curve({alpha, 0.3, 0}, std::vector<double>{1e-4, 0.01, 0.3, 0.5})) {
      ASSERT_TRUE(point.converged) << point.reason;
      EXPECT_LT(point.entropy, data_free_entropy(point.distance) + 1e-14);
      EXPECT_GT(point.entropy, data_free_entropy(point.distance) - alpha);
    }
  }
}

struct ReferenceRow {
  double reference_margin, distance, entropy, q, t, slope;
};
// alpha = 0.5, kappa = 0
constexpr ReferenceRow reference_rows[] = {
    {0.0, 0.001, -0.008529049454839083, 0.9979859009933515, 0.32238728412842566, -0.003103785981149798},
    {0.0, 0.005, -0.003837796712010552, 0.9830439213974991, 0.32332665764003476, 1.8075165153862578},
    {0.0, 0.01, 0.006196610439417327, 0.9650850917145546, 0.32443522202922337, 2.1145831997234295},
    {0.0, 0.05, 0.08652616899609511, 0.8319042740612009, 0.3323822340383464, 1.799204753884156},
    {0.0, 0.1, 0.16465914393088835, 0.6887695836948473, 0.3393659462207391, 1.349777689949277},
    {0.0, 0.3, 0.31063966662037557, 0.3479008481079903, 0.3308256351173947, 0.19318201778921096},
    {0.2, 0.001, 0.00789774270049032, 0.9960040001942508, 0.44268195496186663, 6.846799762444193},
    {0.2, 0.005, 0.027923450291868636, 0.9801142581472531, 0.43978125590228884, 3.8117703687337503},
    {0.2, 0.01, 0.044008387698818936, 0.9605692283459203, 0.4374526539505861, 2.817876704040037},
    {0.2, 0.05, 0.12551320834701027, 0.8184089452164542, 0.43048879665071094, 1.6610357245168128},
    {0.2, 0.1, 0.1959908888843782, 0.6692882520518187, 0.42616065237239176, 1.1946617982792467},
    {0.2, 0.3, 0.31402252189931096, 0.33064341557535987, 0.3805841831266492, 0.060675896681984476},
    {0.41806249879302143, 0.001, 0.007907255112019748, 0.9960040000000001, 0.6259114848268945,
     6.9067547736962425},
    {0.41806249879302143, 0.005, 0.03140677470116119, 0.9801000128829872, 0.6209098094703314,
     5.212144778320541},
    {0.41806249879302143, 0.01, 0.05453154894403817, 0.9604036276448706, 0.6149723259844303,
     4.105623284199087},
    {0.41806249879302143, 0.05, 0.15369883170673132, 0.8126355181186263, 0.5813585228190167,
     1.7187797992664615},
    {0.41806249879302143, 0.1, 0.2218266218246388, 0.6552789666144009, 0.5509528097574307,
     1.0926798943299048},
    {0.41806249879302143, 0.3, 0.3138135023258557, 0.311379691524563, 0.4181047794939255,
     -0.07639923031197737}};

TEST(FranzParisi, AgreesWithReferenceNumbers) {
  for (const ReferenceRow& row : reference_rows) {
    const FranzParisiPoint point = one_point({0.5, row.reference_margin, 0}, row.distance);
    ASSERT_TRUE(point.converged) << point.reason;
    EXPECT_NEAR(point.entropy, row.entropy, 1e-10) << row.reference_margin << ' ' << row.distance;
    EXPECT_NEAR(point.q, row.q, 1e-9);
    EXPECT_NEAR(point.t, row.t, 1e-9);
    EXPECT_NEAR(point.slope, row.slope, 1e-8);
    EXPECT_LT(point.quadrature_error, 1e-9);
  }
}

}  // namespace
}  // namespace wfm::theory
