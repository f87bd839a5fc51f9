#include "theory/gibbs_franz_parisi.hpp"

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
#include "theory/gibbs_franz_parisi_averages.hpp"
#include "theory/naive_franz_parisi.hpp"
#include "theory/replica_symmetric.hpp"

namespace wfm::theory {
namespace {

using ::testing::HasSubstr;

constexpr GibbsLoss cross_entropy(double gamma) {
  return {LossKind::cross_entropy, gamma, 0};
}
constexpr GibbsLoss hinge(double margin) {
  return {LossKind::hinge, 1, margin};
}
constexpr GibbsLoss error_counting(double margin) {
  return {LossKind::error_counting, 1, margin};
}

FranzParisiPoint one_point(const GibbsFranzParisiParams& params, double d) {
  return gibbs_franz_parisi_curve(params, std::vector<double>{d})[0];
}

double loss_at(const GibbsLoss& loss, double s) {
  if (loss.kind == LossKind::hinge) return std::max(0.0, loss.margin - s);
  if (loss.kind == LossKind::error_counting) return s < loss.margin ? 1 : 0;
  return std::log1p(std::exp(-2 * loss.gamma * s)) / (2 * loss.gamma);
}

/// y with the weight Dy e^{-beta l(h + st y)}, normalised, on panels that begin anew at the margin.
QuadratureRule tilted_rule(const GibbsFranzParisiParams& params, double h, double st) {
  const auto exponent = [&](double y) { return -y * y / 2 - params.beta * loss_at(params.loss, h + st * y); };
  double low = -10, high = 25, highest = -1e300;
  for (double y = low; y < high; y += 0.02) highest = std::max(highest, exponent(y));
  while (exponent(low) < highest - 38) low += 0.02;
  while (exponent(high) < highest - 38) high -= 0.02;
  const double edge = std::clamp((params.loss.margin - h) / st, low, high);
  QuadratureRule rule;
  double mass = 0;
  for (const auto& [a, b] : {std::pair{low, edge}, std::pair{edge, high}}) {
    if (b - a < 1e-9) continue;
    const QuadratureRule part = composite_gauss_legendre(5, 8, a, b);
    for (std::size_t j = 0; j < part.size(); ++j) {
      rule.nodes.push_back(part.nodes[j]);
      rule.weights.push_back(part.weights[j] * std::exp(exponent(part.nodes[j]) - highest));
      mass += rule.weights.back();
    }
  }
  for (double& w : rule.weights) w /= mass;
  return rule;
}

/// x = (q, t, qhat, that, phat).
double naive_free_entropy(const GibbsFranzParisiParams& params, const GibbsState& reference, double p,
                          const std::array<double, 5>& x) {
  const auto [q, t, qhat, that, phat] = x;
  const double qt = reference.q, st = std::sqrt(1 - qt), rest = std::sqrt(1 - q);
  const QuadratureRule normal = gaussian_panels(24, 8, 8.2), coarse = gauss_hermite(32);
  const double G_S = naive_entropic({reference.qhat, qhat, that, phat}, normal, coarse);
  const double G_E = naive_fields(
      {qt, q, t, p}, normal, coarse, [&](double z0) { return tilted_rule(params, std::sqrt(qt) * z0, st); },
      [&](double, double, double m) { return log_H((params.margin - m) / rest); });
  return -phat * p + that * t - qhat * (1 - q) / 2 + G_S + params.alpha * G_E;
}

TEST(GibbsFranzParisi, SaddleIsStationaryForTheNaiveThreefoldQuadrature) {
  struct Case {
    GibbsFranzParisiParams params;
    double distance;
  };
  for (const Case& c : {Case{{0.4, cross_entropy(1), 40, 0}, 0.2}, Case{{0.5, hinge(0.3), 8, -0.1}, 0.15},
                        Case{{0.6, error_counting(0.2), 3, 0}, 0.3}}) {
    const FranzParisiPoint point = one_point(c.params, c.distance);
    ASSERT_TRUE(point.converged) << point.reason;
    const GibbsState reference = gibbs_measure(c.params.alpha, c.params.loss, c.params.beta);
    const std::array<double, 5> x{point.q, point.t, point.qhat, point.that, point.phat};
    expect_saddle_of(
        [&](double p, const std::array<double, 5>& at) {
          return naive_free_entropy(c.params, reference, p, at);
        },
        point, x, 1e-8, 3e-6);
  }
}

// int Dm W = 1 at any overlaps, not only at saddles.
TEST(GibbsFranzParisi, WeightsAreNormalised) {
  for (const auto& [alpha, channel] :
       {std::pair{0.4, GibbsChannel{cross_entropy(1), 98}},
        std::pair{0.4, GibbsChannel{cross_entropy(5), 1e4}}, std::pair{0.5, GibbsChannel{hinge(0.4), 1e6}},
        std::pair{0.7, GibbsChannel{error_counting(0), 2}}}) {
    const GibbsState state = gibbs_measure(alpha, channel.loss, channel.beta);
    const GibbsReference reference(channel, state.q, state.qhat);
    for (const double d : {1e-5, 1e-3, 0.03, 0.5})
      for (const double logit_eps : {-40.0, -15.0, -3.0, 3.0})
        for (const double atanh_tau : {0.0, 1.5}) {
          const OverlapPoint o(reference.state(), d, logit_eps, atanh_tau);
          const double sum =
              gibbs_energetic_averages(reference, 0.1, o, gibbs_cavity_field_rule(reference, 0.1, o, 0.17))
                  .searching.normalisation;
          EXPECT_NEAR(sum, 1, 1e-8) << channel.beta << ' ' << d << ' ' << logit_eps << ' ' << atanh_tau;
        }
  }
}

// All fields drawn: z0, the reference's stability by rejection, the searching weights' cavity field.
TEST(GibbsFranzParisi, EnergyAgreesWithMonteCarloOverTheFields) {
  RandomStream random(5, Purpose::measurement);
  const GibbsChannel channel{cross_entropy(1), 4};
  const GibbsState state = gibbs_measure(0.6, channel.loss, channel.beta);
  const GibbsReference reference(channel, state.q, state.qhat);
  const double margin = 0.1, qt = state.q, st = std::sqrt(1 - qt);
  const OverlapPoint o(reference.state(), 0.15, -1, 0.5);
  const GibbsEnergeticAverages e =
      gibbs_energetic_averages(reference, margin, o, gibbs_cavity_field_rule(reference, margin, o, 0.17));

  const int draws = 40000;
  std::array<double, 3> sum{}, sum2{};  // ln H, l'^2, r l'
  for (int i = 0; i < draws; ++i) {
    const double z0 = random.normal();
    double y = random.normal();
    while (random.uniform() > std::exp(-channel.beta * loss_at(channel.loss, std::sqrt(qt) * z0 + st * y)))
      y = random.normal();
    const double M = o.c0 * z0 + (o.p - o.t) / st * y + std::sqrt(o.gamma) * random.normal();
    const double a = (margin - M) / std::sqrt(o.one_minus_q), score = R(a) / std::sqrt(o.one_minus_q);
    const std::array<double, 3> value{log_H(a), score * score, channel(std::sqrt(qt) * z0, 1 - qt).r * score};
    for (std::size_t k = 0; k < 3; ++k) {
      sum[k] += value[k];
      sum2[k] += value[k] * value[k];
    }
  }
  const std::array<double, 3> exact{e.searching.log_H, e.searching.score2, e.searching.cross_score};
  for (std::size_t k = 0; k < 3; ++k) {
    const double mean = sum[k] / draws, error = std::sqrt((sum2[k] / draws - mean * mean) / draws);
    EXPECT_NEAR(mean, exact[k], 4 * error) << k;
    EXPECT_LT(error, 0.03 * std::abs(exact[k])) << k;
  }
}

TEST(GibbsFranzParisi, SlopeIsTheDerivativeOfTheCurve) {
  for (const GibbsFranzParisiParams& params : {GibbsFranzParisiParams{0.4, cross_entropy(1), 98, 0},
                                               GibbsFranzParisiParams{0.5, hinge(0.5), 27, 0.1},
                                               GibbsFranzParisiParams{0.4, error_counting(0.2), 6, -0.1}}) {
    const std::array<double, 3> centres{0.02, 0.15, 0.45};
    std::vector<double> distances;
    for (const double d : centres)
      for (const int k : {-2, -1, 0, 1, 2}) distances.push_back(d * (1 + 1e-3 * k));
    const std::vector<FranzParisiPoint> points = gibbs_franz_parisi_curve(params, distances);
    for (std::size_t i = 0; i < centres.size(); ++i) {
      const FranzParisiPoint* at = &points[5 * i];
      ASSERT_TRUE(at[2].converged) << params.beta << ' ' << centres[i] << at[2].reason;
      // five-point difference: rounding 1e-12/h dominates
      const double difference =
          (8 * (at[3].entropy - at[1].entropy) - (at[4].entropy - at[0].entropy)) / (12e-3 * centres[i]);
      EXPECT_NEAR(difference, at[2].slope, 2e-6) << params.beta << ' ' << centres[i];
    }
  }
}

TEST(GibbsFranzParisi, ColdHingeAndErrorCountingAreMarginReferences) {
  const std::vector<double> distances{0.002, 0.01, 0.05, 0.1, 0.3, 0.5};
  const std::vector<FranzParisiPoint> margin = franz_parisi_curve({0.5, 0.2, 0}, distances);
  const std::vector<FranzParisiPoint> errors =
      gibbs_franz_parisi_curve({0.5, error_counting(0.2), 60, 0}, distances);
  const std::vector<FranzParisiPoint> hinges =
      gibbs_franz_parisi_curve({0.5, hinge(0.2), 1e12, 0}, distances);
  for (std::size_t i = 0; i < distances.size(); ++i)
    for (const FranzParisiPoint& point : {errors[i], hinges[i]}) {
      ASSERT_TRUE(point.converged) << point.reason;
      EXPECT_NEAR(point.entropy, margin[i].entropy, 1e-10) << distances[i];
      EXPECT_NEAR(point.slope, margin[i].slope, 1e-7);
      EXPECT_NEAR(point.q, margin[i].q, 1e-9);
      EXPECT_NEAR(point.t, margin[i].t, 1e-9);
      EXPECT_NEAR(point.replicon, margin[i].replicon, 1e-8);
    }
}

/// Solutions at distance d from a random configuration: one more field phat on every weight, found by nested iteration.
double around_a_random_configuration(double alpha, double margin, double d) {
  const QuadratureRule normal = gaussian_panels(16, 8, 8.5);
  const double p = 1 - 2 * d;
  double q = std::max(0.3, p * p), qhat = 0, phat = 0;
  for (int step = 0; step < 300; ++step) {
    qhat = alpha / (1 - q) * integrate(normal, [&](double z) {
             const double r = R((margin - std::sqrt(q) * z) / std::sqrt(1 - q));
             return r * r;
           });
    for (int newton = 0; newton < 30; ++newton) {
      const double mean = integrate(normal, [&](double z) { return std::tanh(std::sqrt(qhat) * z + phat); });
      const double slope =
          integrate(normal, [&](double z) { return 1 / std::pow(std::cosh(std::sqrt(qhat) * z + phat), 2); });
      phat -= (mean - p) / slope;
    }
    q = integrate(normal, [&](double z) { return std::pow(std::tanh(std::sqrt(qhat) * z + phat), 2); });
  }
  return -phat * p - qhat * (1 - q) / 2 +
         integrate(normal, [&](double z) { return log_2cosh(std::sqrt(qhat) * z + phat); }) +
         alpha * integrate(normal,
                           [&](double z) { return log_H((margin - std::sqrt(q) * z) / std::sqrt(1 - q)); });
}

TEST(GibbsFranzParisi, HotReferencesAreRandomConfigurations) {
  const std::vector<double> distances{0.2, 0.3, 0.45, 0.5};
  for (const double beta : {0.0, 1e-7}) {
    const std::vector<FranzParisiPoint> points =
        gibbs_franz_parisi_curve({0.4, hinge(0.1), beta, 0}, distances);
    for (std::size_t i = 0; i < distances.size(); ++i) {
      ASSERT_TRUE(points[i].converged) << distances[i] << points[i].reason;
      EXPECT_NEAR(points[i].entropy, around_a_random_configuration(0.4, 0, distances[i]), 1e-7)
          << distances[i];
    }
  }
}

TEST(GibbsFranzParisi, MeetsTheTypicalSolutionsAtTheTypicalDistance) {
  for (const GibbsFranzParisiParams& params : {GibbsFranzParisiParams{0.4, cross_entropy(1), 98, 0},
                                               GibbsFranzParisiParams{0.5, cross_entropy(4), 500, 0.1},
                                               GibbsFranzParisiParams{0.5, hinge(0.5), 27, -0.2},
                                               GibbsFranzParisiParams{0.3, error_counting(0.3), 5, 0.2}}) {
    const RsResult rs = rs_entropy({params.alpha, params.margin});
    const FranzParisiPoint point = one_point(params, gibbs_typical_distance(params));
    ASSERT_TRUE(point.converged) << point.reason;
    EXPECT_NEAR(point.entropy, rs.entropy, 1e-10);
    EXPECT_NEAR(point.slope, 0, 1e-6);
    EXPECT_NEAR(point.q, rs.q, 1e-6);
    EXPECT_NEAR(point.t, point.p, 1e-6);
  }
}

TEST(GibbsFranzParisi, AgreesWithReferenceNumbers) {
  struct Curve {
    double gamma, beta;
    std::array<double, 4> entropies;
  };
  const std::vector<double> distances{0.01, 0.05, 0.1, 0.2};
  // alpha = 0.4, at freezing; good to 1e-4, found to agree to 3e-8
  for (const Curve& curve :
       {Curve{1,
              98.0826531010359,
              {0.055239278082528674, 0.18214725674920645, 0.2750927299498448, 0.3712752441259487}},
        Curve{2,
              228.54509584150009,
              {0.05589274807362835, 0.18404648547141844, 0.2750631960497996, 0.369746249558914}}}) {
    const std::vector<FranzParisiPoint> points =
        gibbs_franz_parisi_curve({0.4, cross_entropy(curve.gamma), curve.beta, 0}, distances);
    for (std::size_t i = 0; i < distances.size(); ++i) {
      ASSERT_TRUE(points[i].converged) << points[i].reason;
      EXPECT_NEAR(points[i].entropy, curve.entropies[i], 1e-7) << curve.gamma << ' ' << distances[i];
    }
  }
}

TEST(GibbsFranzParisi, LocalEntropyHasItsMaximumAtAFiniteSharpness) {
  const std::vector<double> gammas{1, 1.5, 10};
  const std::vector<CrossEntropySharpness> rows = local_entropy_of_sharpness(0.6, 0.1, gammas);
  std::size_t best = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    ASSERT_TRUE(rows[i].minimisers.converged && rows[i].around.converged)
        << gammas[i] << rows[i].around.reason;
    EXPECT_LE(rows[i].around.entropy, data_free_entropy(0.1));
    if (rows[i].around.entropy > rows[best].around.entropy) best = i;
  }
  EXPECT_EQ(gammas[best], 1.5);
}

TEST(GibbsFranzParisi, EveryPointOfARandomSweepConvergesOrSaysWhyNot) {
  RandomStream random(7, Purpose::measurement);
  int converged = 0, points = 0;
  for (int curve = 0; curve < 6; ++curve) {
    const double alpha = 0.1 + 0.6 * random.uniform(), scale = std::exp(5 * random.uniform());
    const LossKind kind =
        std::array{LossKind::cross_entropy, LossKind::hinge, LossKind::error_counting}[curve % 3];
    const GibbsLoss loss{kind, 0.3 * std::exp(3 * random.uniform()), 0.4 * random.uniform() - 0.1};
    const GibbsFranzParisiParams params{alpha, loss,
                                        kind == LossKind::error_counting ? 2 + scale / 20 : scale,
                                        0.3 * random.uniform() - 0.15};
    std::vector<double> distances;
    for (int i = 0; i < 4; ++i) distances.push_back(0.5 * std::exp(-6 * random.uniform()));
    for (const FranzParisiPoint& point : gibbs_franz_parisi_curve(params, distances)) {
      ++points;
      if (!point.converged) {
        EXPECT_FALSE(point.reason.empty());
        EXPECT_TRUE(std::isnan(point.entropy));
        continue;
      }
      ++converged;
      EXPECT_LE(point.residual, 1e-10);
      EXPECT_LE(point.quadrature_error, 1e-7);
      EXPECT_TRUE(std::isfinite(point.slope + point.replicon + point.qhat + point.that + point.phat));
      EXPECT_LE(point.entropy, data_free_entropy(point.distance) + 1e-10);
      EXPECT_LE(point.entropy, rs_entropy({alpha, params.margin}).entropy + 1e-10);
    }
  }
  EXPECT_GT(converged, points / 2);
}

TEST(GibbsFranzParisi, FollowsTheCurveIntoTheFrozenLimit) {
  const std::vector<double> distances{0.1, 0.01, 1e-3, 1e-5};
  const std::vector<FranzParisiPoint> points =
      gibbs_franz_parisi_curve({0.3, cross_entropy(3), 4678.3, 0}, distances);
  for (const FranzParisiPoint& point : points) ASSERT_TRUE(point.converged) << point.reason;
  EXPECT_NEAR(points[3].entropy, data_free_entropy(1e-5), 1e-14);
}

// The measure is close to the solutions that are counted: tau -> 1 at the typical distance, where the search stalls.
TEST(GibbsFranzParisi, FarPointsDoNotSufferFromOneAtTheTypicalDistance) {
  const GibbsFranzParisiParams params{0.3, {LossKind::error_counting, 1, 0}, 20, 0};
  const double typical = gibbs_typical_distance(params);
  const std::vector<double> distances{typical * std::exp(-1e-6), typical * std::exp(1e-6), 0.39, 0.2, 0.42};
  const std::vector<FranzParisiPoint> together = gibbs_franz_parisi_curve(params, distances);
  for (std::size_t i = 2; i < distances.size(); ++i) {
    ASSERT_TRUE(together[i].converged) << together[i].reason;
    EXPECT_NEAR(together[i].entropy, one_point(params, distances[i]).entropy, 1e-11);
  }
}

TEST(GibbsFranzParisi, SaysWhyAPointIsMissing) {
  EXPECT_THAT(one_point({1.3, cross_entropy(1), 5, 0}, 0.1).reason, HasSubstr("solutions with the margin"));
  EXPECT_THAT(one_point({0.5, hinge(0), 5, 0}, 1e-12).reason, HasSubstr("not followed"));
  EXPECT_THAT(one_point({0.6, cross_entropy(0.5), 86.5, 0}, 0.001).reason, HasSubstr("branch"));
  EXPECT_NEAR(one_point({0, hinge(0), 5, 0}, 0.3).entropy, data_free_entropy(0.3), 1e-15);
}

TEST(GibbsFranzParisi, RefusesWhatIsNoDistanceOrMeasure) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  for (const double d : {0.0, 0.51, nan}) EXPECT_THROW(one_point({0.5, hinge(0), 1, 0}, d), InvalidInput);
  EXPECT_THROW(one_point({-0.5, hinge(0), 1, 0}, 0.1), InvalidInput);
  EXPECT_THROW(one_point({0.5, hinge(0), -1, 0}, 0.1), InvalidInput);
  EXPECT_THROW(one_point({0.5, hinge(0), 1, nan}, 0.1), InvalidInput);
  EXPECT_THROW(one_point({0.5, cross_entropy(0), 1, 0}, 0.1), InvalidInput);
}

}  // namespace
}  // namespace wfm::theory
