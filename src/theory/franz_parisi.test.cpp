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
#include "theory/kernel.hpp"
#include "theory/replica_symmetric.hpp"

namespace wfm::theory {
namespace {

using ::testing::HasSubstr;

FranzParisiPoint one_point(const FranzParisiParams& params, double d) {
  return franz_parisi_curve(params, std::vector<double>{d})[0];
}

/// (FP.1) as it stands, three nested integrals and no change of variables. x = (q, t, qhat, that, phat).
double naive_free_entropy(const FranzParisiParams& params, const RsResult& reference, double p,
                          const std::array<double, 5>& x) {
  const double q = x[0], t = x[1], qhat = x[2], that = x[3], phat = x[4];
  const double qt = reference.q, qthat = reference.qhat, st = std::sqrt(1 - qt);
  const QuadratureRule normal = gaussian_panels(12, 8, 8.5);
  const double gamma = q - t * t / qt - (p - t) * (p - t) / (1 - qt);

  const double free = std::sqrt(qhat - that * that / qthat);
  const double G_S = integrate(normal, [&](double z) {
    double sum = 0;
    for (const int wt : {-1, 1}) {
      const double weight = std::exp(wt * std::sqrt(qthat) * z - log_2cosh(std::sqrt(qthat) * z));
      sum += weight * integrate(normal, [&](double u) {
               return log_2cosh(free * u + that * z / std::sqrt(qthat) + (phat - that) * wt);
             });
    }
    return sum;
  });

  const double G_E = integrate(normal, [&](double z0) {
    const double edge = (params.reference_margin - std::sqrt(qt) * z0) / st;
    // Theta(y > edge) Dy/H(edge): y from the edge on
    const QuadratureRule above = composite_gauss_legendre(
        10, 10, std::max(edge, -8.5), std::max(edge, -8.5) + (edge > 3 ? 5 : 8.5 - std::min(edge, 0.0)));
    return integrate(above, [&](double y) {
      const double weight = std::exp(-y * y / 2 - log_H(edge)) / std::sqrt(2 * std::numbers::pi);
      if (weight < 1e-18) return 0.0;
      return weight * integrate(normal, [&](double u) {
               const double m = t / std::sqrt(qt) * z0 + (p - t) / st * y + std::sqrt(gamma) * u;
               return log_H((params.margin - m) / std::sqrt(1 - q));
             });
    });
  });
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
    EXPECT_NEAR(naive_free_entropy(c.params, reference, point.p, x), point.entropy, 1e-9);
    const double h = 1e-4;
    for (std::size_t i = 0; i < x.size(); ++i) {
      std::array<double, 5> up = x, down = x;
      up[i] += h;
      down[i] -= h;
      const double slope = (naive_free_entropy(c.params, reference, point.p, up) -
                            naive_free_entropy(c.params, reference, point.p, down)) /
                           (2 * h);
      EXPECT_NEAR(slope, 0, 2e-6) << "order parameter " << i;
    }
    // at a saddle only the explicit p moves the entropy: d = (1-p)/2
    const double along_p = (naive_free_entropy(c.params, reference, point.p + h, x) -
                            naive_free_entropy(c.params, reference, point.p - h, x)) /
                           (2 * h);
    EXPECT_NEAR(-2 * along_p, point.slope, 2e-6);
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

// (FP.1) of K -> infinity machines: the naive threefold integral of fields with covariances Q(q), Q(t), Q(p), Q(qt).
double naive_kernel_energy(const FranzParisiParams& params, double qt, double q, double t, double p) {
  const Kernel kernel(params.machine);
  const double Qt = kernel.Q(overlap_of(qt)), Q = kernel.Q(overlap_of(q)), T = kernel.Q(overlap_of(t)),
               P = kernel.Q(overlap_of(p));
  const double st = std::sqrt(kernel.at_one() - Qt), rest = std::sqrt(kernel.at_one() - Q);
  const double gamma = Q - T * T / Qt - (P - T) * (P - T) / (st * st);
  const QuadratureRule normal = gaussian_panels(12, 8, 8.5);
  return integrate(normal, [&](double z0) {
    const double edge = (params.reference_margin - std::sqrt(Qt) * z0) / st;
    const QuadratureRule above = composite_gauss_legendre(
        10, 10, std::max(edge, -8.5), std::max(edge, -8.5) + (edge > 3 ? 5 : 8.5 - std::min(edge, 0.0)));
    return integrate(above, [&](double y) {
      const double weight = std::exp(-y * y / 2 - log_H(edge)) / std::sqrt(2 * std::numbers::pi);
      if (weight < 1e-18) return 0.0;
      return weight * integrate(normal, [&](double u) {
               const double m = T / std::sqrt(Qt) * z0 + (P - T) / st * y + std::sqrt(gamma) * u;
               return log_H((params.margin - m) / rest);
             });
    });
  });
}

const Machine wide_machines[] = {{Prior::binary, Decoder::committee, infinitely_many, Activation::sign},
                                 {Prior::binary, Decoder::committee, infinitely_many, Activation::erf},
                                 {Prior::binary, Decoder::committee, infinitely_many, Activation::relu}};

TEST(FranzParisi, WideMachinesHaveTheForcesOfTheNaiveQuadrature) {
  for (const Machine& machine : wide_machines) {
    const FranzParisiParams params{0.5, 0.15, 0.05, machine};
    const FranzParisiPoint point = one_point(params, 0.15);
    ASSERT_TRUE(point.converged) << point.reason;
    const double qt = rs_entropy({0.5, 0.15, machine}).q, h = 1e-4;
    const auto energy = [&](double q, double t, double p) {
      return params.alpha * naive_kernel_energy(params, qt, q, t, p);
    };
    // qhat/2 = -alpha dG_E/dq,  that = -alpha dG_E/dt,  slope/2 = phat - alpha dG_E/dp
    const double by_q =
        (energy(point.q + h, point.t, point.p) - energy(point.q - h, point.t, point.p)) / (2 * h);
    const double by_t =
        (energy(point.q, point.t + h, point.p) - energy(point.q, point.t - h, point.p)) / (2 * h);
    const double by_p =
        (energy(point.q, point.t, point.p + h) - energy(point.q, point.t, point.p - h)) / (2 * h);
    EXPECT_NEAR(-2 * by_q, point.qhat, 2e-6) << name_of(machine);
    EXPECT_NEAR(-by_t, point.that, 2e-6) << name_of(machine);
    EXPECT_NEAR(2 * (point.phat - by_p), point.slope, 2e-6) << name_of(machine);
  }
}

TEST(FranzParisi, WideMachinesMeetTheirTypicalSolutions) {
  for (const Machine& machine : wide_machines) {
    for (const double reference_margin : {0.0, 0.1, 0.25}) {
      const FranzParisiParams params{0.5, reference_margin, 0, machine};
      const RsResult rs = rs_entropy({0.5, 0, machine});
      ASSERT_TRUE(rs.converged);
      EXPECT_LT(rs.residual + rs.quadrature_error, 1e-11);
      const double typical = typical_distance(params), h = 1e-4;
      const std::vector<FranzParisiPoint> at = franz_parisi_curve(
          params, std::vector<double>{typical, 0.05 - 2 * h, 0.05 - h, 0.05, 0.05 + h, 0.05 + 2 * h});
      ASSERT_TRUE(at[0].converged) << at[0].reason;
      EXPECT_NEAR(at[0].entropy, rs.entropy, 1e-10) << name_of(machine) << ' ' << reference_margin;
      EXPECT_NEAR(at[0].slope, 0, 1e-6);
      EXPECT_NEAR(at[0].q, rs.q, 1e-6);
      EXPECT_NEAR((8 * (at[4].entropy - at[2].entropy) - (at[5].entropy - at[1].entropy)) / (12 * h),
                  at[3].slope, 1e-6);
    }
  }
  EXPECT_THROW(one_point({0.5, 0, 0, {Prior::binary, Decoder::committee, 5}}, 0.1), InvalidInput);
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

TEST(FranzParisi, PointsDoNotDependOnTheirCompanyOrOrder) {
  const FranzParisiParams params{0.6, 0.15, 0};
  const std::vector<double> distances{0.01, 0.4, 0.002, 0.2, 0.4, 0.05};
  const std::vector<FranzParisiPoint> together = franz_parisi_curve(params, distances);
  for (std::size_t i = 0; i < distances.size(); ++i) {
    EXPECT_EQ(together[i].distance, distances[i]);
    EXPECT_NEAR(together[i].entropy, one_point(params, distances[i]).entropy, 1e-12);
  }
  EXPECT_TRUE(franz_parisi_curve(params, {}).empty());
}

// Beside the typical distance the start is nearly the saddle, and far points must not suffer from near ones.
TEST(FranzParisi, PointsBesideTheTypicalDistanceConvergeAloneAndInCompany) {
  for (const double alpha : {0.3, 0.5, 0.7}) {
    for (const double reference_margin : {0.0, 0.2, max_margin(alpha).kappa_max}) {
      const FranzParisiParams params{alpha, reference_margin, 0};
      const double typical = typical_distance(params), entropy = rs_entropy({alpha, 0}).entropy;
      std::vector<double> distances{0.05, 0.2, 0.45};
      for (const double x : {1e-4, 1e-3, 5e-3, 0.02}) {
        distances.push_back(typical * std::exp(-x));
        distances.push_back(typical * std::exp(x));
      }
      const std::vector<FranzParisiPoint> together = franz_parisi_curve(params, distances);
      for (std::size_t i = 0; i < distances.size(); ++i) {
        const FranzParisiPoint alone = one_point(params, distances[i]);
        ASSERT_TRUE(together[i].converged && alone.converged)
            << alpha << ' ' << reference_margin << ' ' << distances[i] << together[i].reason << alone.reason;
        EXPECT_LE(std::max(together[i].residual, alone.residual), 1e-10);
        EXPECT_NEAR(together[i].entropy, alone.entropy, 1e-9);
        // a maximum: phi = phi_RS + slope (d - d_typ)/2 up to third order
        const double away = distances[i] - typical;
        if (std::abs(away) < 3e-3) {
          EXPECT_NEAR(alone.entropy, entropy + alone.slope * away / 2,
                      20 * std::abs(away * away * away) + 1e-9);
        }
      }
    }
  }
}

TEST(FranzParisi, SaysWhereTheSaddleRunsAway) {
  const std::vector<FranzParisiPoint> points =
      franz_parisi_curve({0.5, 0, 0}, std::vector<double>{1e-4, 6e-4, 2e-4});
  EXPECT_TRUE(points[1].converged);
  for (const std::size_t i : {0, 2}) {
    EXPECT_FALSE(points[i].converged);
    EXPECT_THAT(points[i].reason, HasSubstr("no saddle point"));
    EXPECT_TRUE(std::isnan(points[i].entropy));
    EXPECT_EQ(points[i].p, 1 - 2 * points[i].distance);
  }
  EXPECT_THAT(one_point({1.3, 0, 0}, 0.1).reason, HasSubstr("reference"));
  EXPECT_THAT(one_point({1e-4, 70, 0}, 0.1).reason, HasSubstr("too wide"));
  EXPECT_THAT(one_point({0.5, 0.2, 0}, 1e-200).reason, HasSubstr("not followed"));
}

// Its first guess meets the tolerance in x, but leaves a residual above 1e-10.
TEST(FranzParisi, SearchGoesOnWhereTheFirstGuessIsNearlyTheSaddle) {
  const FranzParisiParams params{0.5, max_margin(0.5).kappa_max, 0};
  for (const FranzParisiPoint& point :
       franz_parisi_curve(params, std::vector<double>{0.28842926692106, 0.346}))
    EXPECT_TRUE(point.converged) << point.reason;
}

// A wide margin of few patterns: the searching weights freeze, eps falls below 1e-26, while p is far from 1.
TEST(FranzParisi, FollowsTheCurveIntoTheFrozenLimit) {
  for (const FranzParisiParams params :
       {FranzParisiParams{0.0365, 3.297, 0}, FranzParisiParams{0.084, 2.231, -0.864}}) {
    double last = std::numeric_limits<double>::infinity();
    for (const FranzParisiPoint& point :
         franz_parisi_curve(params, std::vector<double>{0.2, 0.1, 0.06, 0.04, 0.02, 0.01, 1e-3, 1e-5})) {
      ASSERT_TRUE(point.converged) << point.reason;
      EXPECT_LT(point.entropy, last);
      EXPECT_LE(point.entropy, data_free_entropy(point.distance) + 1e-14);
      last = point.entropy;
    }
    EXPECT_NEAR(last, data_free_entropy(1e-5), 1e-14);
  }
}

TEST(FranzParisi, ZeroEntropyDistanceIsAZero) {
  for (const FranzParisiParams params : {FranzParisiParams{0.5, 0, 0}, FranzParisiParams{0.7, 0.02, 0}}) {
    const double d = zero_entropy_distance(params);
    ASSERT_GT(d, 0);
    EXPECT_NEAR(one_point(params, d).entropy, 0, 1e-10);
    EXPECT_LT(one_point(params, d * 0.99).entropy, 0);
  }
  EXPECT_TRUE(std::isnan(zero_entropy_distance({0.5, 0.4, 0})));
}

TEST(FranzParisi, EveryPointOfARandomSweepConvergesOrSaysWhyNot) {
  RandomStream random(7, Purpose::measurement);
  int converged = 0, points = 0;
  for (int curve = 0; curve < 40; ++curve) {
    const double alpha = 0.02 + 0.95 * random.uniform();
    const double last = max_margin(std::min(alpha, 0.83)).kappa_max;
    const FranzParisiParams params{alpha, (1.2 * random.uniform() - 0.2) * last,
                                   (1.4 * random.uniform() - 0.5) * last};
    std::vector<double> distances;
    for (int i = 0; i < 5; ++i) distances.push_back(0.5 * std::exp(-8 * random.uniform()));
    for (const FranzParisiPoint& point : franz_parisi_curve(params, distances)) {
      ++points;
      if (!point.converged) {
        EXPECT_FALSE(point.reason.empty());
        continue;
      }
      ++converged;
      EXPECT_LT(point.residual, 1e-9);
      EXPECT_LT(point.quadrature_error, 1e-8)
          << alpha << ' ' << params.reference_margin << ' ' << params.margin << ' ' << point.distance;
      EXPECT_TRUE(std::isfinite(point.slope + point.replicon + point.qhat + point.that + point.phat));
      EXPECT_LE(point.entropy, data_free_entropy(point.distance) + 1e-12);
      EXPECT_LE(point.entropy,
                rs_entropy({alpha, params.margin}).entropy + 1e-10);  // the maximum of the curve
    }
  }
  EXPECT_GT(converged, points / 2);
}

TEST(FranzParisi, RefusesWhatIsNoDistanceOrLoad) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  for (const double d : {0.0, -0.1, 0.51, nan}) EXPECT_THROW(one_point({0.5, 0, 0}, d), InvalidInput);
  EXPECT_THROW(one_point({-0.5, 0, 0}, 0.1), InvalidInput);
  EXPECT_THROW(one_point({0.5, nan, 0}, 0.1), InvalidInput);
  EXPECT_THROW(one_point({0.5, 0, nan}, 0.1), InvalidInput);
  EXPECT_THROW(zero_entropy_distance({0.5, 0, 0}, 0), InvalidInput);
}

}  // namespace
}  // namespace wfm::theory
