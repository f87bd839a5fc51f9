#include "theory/units_franz_parisi.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <vector>

#include <gtest/gtest.h>

#include "math/error.hpp"
#include "math/gaussian.hpp"
#include "math/random.hpp"
#include "theory/capacity.hpp"
#include "theory/franz_parisi.hpp"
#include "theory/franz_parisi_saddle.hpp"
#include "theory/franz_parisi_thresholds.hpp"
#include "theory/replica_symmetric.hpp"

namespace wfm::theory {
namespace {

const Machine committee{Prior::binary, Decoder::committee, 3};
const Machine parity_of_two{Prior::binary, Decoder::parity, 2};
const Machine parity_of_three{Prior::binary, Decoder::parity, 3};

/// At overlaps (q, t, p) of solutions, with other references, with the reference.
OverlapPoint overlaps_at(const ReferenceState& reference, double q, double t, double p) {
  const double variance = q - p * p;
  const double tau = (t - p * reference.q) / std::sqrt(variance * reference.q * (1 - reference.q));
  return {reference, (1 - p) / 2, std::log(variance / (1 - q)), std::atanh(tau)};
}

UnitsAverages averages_at(const UnitsFields& fields, const ReferenceState& reference, const OverlapPoint& o,
                          double step = units_field_step) {
  return fields.averages(reference, o, fields.grid(reference, o, step), Entropies::with, true);
}

TEST(UnitsFranzParisi, OneUnitIsThePerceptron) {
  const RsResult rs = rs_entropy({0.5, 0.2});
  const ReferenceState reference(0.2, rs.q, rs.qhat);
  for (const double margin : {0.0, 0.1}) {
    const UnitsFields fields({Prior::binary, Decoder::committee, 1}, 0.2, margin);
    for (const double d : {0.005, 0.1, 0.4}) {
      const OverlapPoint o(reference, d, -1, 0.6);
      const UnitsAverages units = averages_at(fields, reference, o, 0.25);
      const QuadratureRule rule = cavity_field_rule(reference, margin, o, 0.2);
      const EnergeticAverages one = energetic_averages(reference, margin, o, rule);
      EXPECT_NEAR(units.energetic.normalisation, 1, 1e-9);
      EXPECT_NEAR(units.energetic.log_H, one.log_H, 1e-9);
      EXPECT_NEAR(units.energetic.score2 / one.score2, 1, 1e-8);
      EXPECT_NEAR(units.energetic.cross_score / one.cross_score, 1, 1e-8);
      EXPECT_NEAR(units.energetic.curvature2 / one.curvature2, 1, 1e-6);
      EXPECT_NEAR(units.slope / energetic_slope(reference, margin, o, rule), 1, 1e-8);
    }
  }
}

struct Setting {
  Machine machine;
  double reference_margin, margin, qt;
};
// any qt in (0, 1) will do: the averages are those of given overlaps
const Setting settings[] = {
    {committee, 0.15, 0, 0.35}, {parity_of_two, 0.2, 0.1, 0.4}, {parity_of_three, 0, 0, 0.2}};

TEST(UnitsFranzParisi, AveragesAreTheDerivativesOfTheEnergy) {
  for (const Setting& setting : settings) {
    const ReferenceState reference(setting.reference_margin, setting.qt, 1);
    const UnitsFields fields(setting.machine, setting.reference_margin, setting.margin);
    const double q = 0.6, t = 0.25, p = 0.55, h = 1e-3;
    const auto energy = [&](double q_, double t_, double p_) {
      return averages_at(fields, reference, overlaps_at(reference, q_, t_, p_), 0.3).energetic.log_H;
    };
    const UnitsAverages at = averages_at(fields, reference, overlaps_at(reference, q, t, p), 0.3);
    EXPECT_NEAR(at.energetic.normalisation, 1, 1e-8) << name_of(setting.machine);
    // third derivatives times h^2/6 bound the differences' errors
    EXPECT_NEAR(-(energy(q + h, t, p) - energy(q - h, t, p)) / h, at.energetic.score2, 3e-5);
    EXPECT_NEAR(-(energy(q, t + h, p) - energy(q, t - h, p)) / (2 * h), at.energetic.cross_score, 3e-5);
    EXPECT_NEAR((energy(q, t, p + h) - energy(q, t, p - h)) / (2 * h), at.slope, 3e-5);
  }
}

TEST(UnitsFranzParisi, FinerRulesAgree) {
  for (const Setting& setting : settings) {
    const ReferenceState reference(setting.reference_margin, setting.qt, 1);
    const UnitsFields fields(setting.machine, setting.reference_margin, setting.margin);
    for (const double d : {0.01, 0.2}) {
      const OverlapPoint o(reference, d, -2, 0.4);
      const UnitsAverages coarse = averages_at(fields, reference, o),
                          fine = averages_at(fields, reference, o, 0.3);
      EXPECT_NEAR(coarse.energetic.log_H, fine.energetic.log_H, 1e-8);
      EXPECT_NEAR(coarse.energetic.score2 / fine.energetic.score2, 1, 1e-6);
      EXPECT_NEAR(coarse.energetic.cross_score / fine.energetic.cross_score, 1, 1e-6);
      EXPECT_NEAR(coarse.slope / fine.slope, 1, 1e-6);
    }
  }
}

/// Majority and parity of the probabilities to be +1, as they stand.
double probability_right(const Machine& machine, const std::array<double, 3>& p) {
  if (machine.decoder == Decoder::parity) {
    double product = 1;
    for (int l = 0; l < machine.hidden; ++l) product *= 2 * p[l] - 1;
    return (1 + product) / 2;
  }
  return p[0] * p[1] + p[0] * p[2] + p[1] * p[2] - 2 * p[0] * p[1] * p[2];
}

// Reference fields by rejection, all 2K Gaussians drawn one by one: nothing is shared with the contraction but the covariances.
TEST(UnitsFranzParisi, DrawnFieldsHaveTheSameMean) {
  for (const Machine& machine : {committee, parity_of_two, parity_of_three}) {
    const double kappa_r = 0.2, qt = 0.35, q = 0.7, t = 0.3, p = 0.65;
    const int K = machine.hidden;
    const double b = (p - t) / std::sqrt(1 - qt), gamma = q - t * t / qt - b * b;
    RandomStream random(7, Purpose::measurement, std::uint64_t(K));
    constexpr int draws = 40000;
    double sum = 0, square = 0;
    for (int draw = 0; draw < draws; ++draw) {
      std::array<double, 3> z{}, y{}, probability{};
      for (int l = 0; l < K; ++l) z[l] = random.normal();
      while (true) {
        int plus = 0;
        bool wide = true;
        for (int l = 0; l < K; ++l) {
          y[l] = random.normal();
          const double field = std::sqrt(qt) * z[l] + std::sqrt(1 - qt) * y[l];
          wide = wide && std::abs(field) >= kappa_r;
          plus += field > 0 ? 1 : 0;
        }
        if (wide && (machine.decoder == Decoder::parity ? (K - plus) % 2 == 0 : 2 * plus > K)) break;
      }
      for (int l = 0; l < K; ++l) {
        const double m = t / std::sqrt(qt) * z[l] + b * y[l] + std::sqrt(gamma) * random.normal();
        probability[l] = H(-m / std::sqrt(1 - q));
      }
      const double value = std::log(probability_right(machine, probability));
      sum += value / draws;
      square += value * value / draws;
    }
    const ReferenceState reference(kappa_r, qt, 1);
    const double exact =
        averages_at({machine, kappa_r, 0}, reference, overlaps_at(reference, q, t, p)).energetic.log_H;
    EXPECT_NEAR(sum, exact, 4 * std::sqrt((square - sum * sum) / draws)) << name_of(machine);
  }
}

FranzParisiPoint one_point(const FranzParisiParams& params, double d) {
  return franz_parisi_curve(params, std::vector<double>{d})[0];
}

TEST(UnitsFranzParisi, CurvesMeetTheTypicalSolutions) {
  for (const FranzParisiParams& params :
       {FranzParisiParams{0.6, 0.3, 0, committee}, FranzParisiParams{0.7, 0.17, 0, parity_of_two},
        FranzParisiParams{0.5, 0.1, 0, parity_of_three},
        FranzParisiParams{0.7, 0.4, 0, {Prior::spherical, Decoder::parity, 2}},
        FranzParisiParams{0.7, 0.2, 0, {Prior::spherical}}}) {
    const RsResult rs = rs_entropy({params.alpha, params.margin, params.machine});
    const FranzParisiPoint point = one_point(params, typical_distance(params));
    ASSERT_TRUE(point.converged) << name_of(params.machine) << point.reason;
    EXPECT_NEAR(point.entropy, rs.entropy, 1e-8) << name_of(params.machine);
    EXPECT_NEAR(point.slope, 0, 1e-7);
    EXPECT_NEAR(point.q, rs.q, 1e-6);
    EXPECT_LE(point.residual, 1e-10);
  }
}

TEST(UnitsFranzParisi, SlopeIsTheDerivativeOfTheCurve) {
  for (const FranzParisiParams& params :
       {FranzParisiParams{0.7, 0.15, 0, parity_of_two}, FranzParisiParams{0.7, 0.1, 0, parity_of_three},
        FranzParisiParams{0.6, 0.4, 0.1, {Prior::spherical, Decoder::parity, 2}},
        FranzParisiParams{0.7, 0.2, 0, {Prior::spherical}}}) {
    const double d = 0.03, h = 2e-4;
    const std::vector<FranzParisiPoint> at =
        franz_parisi_curve(params, std::vector<double>{d - 2 * h, d - h, d, d + h, d + 2 * h});
    for (const FranzParisiPoint& point : at) ASSERT_TRUE(point.converged) << point.reason;
    EXPECT_NEAR((8 * (at[3].entropy - at[1].entropy) - (at[4].entropy - at[0].entropy)) / (12 * h),
                at[2].slope, 1e-5 * (1 + std::abs(at[2].slope)))
        << name_of(params.machine);
  }
}

// Jensen: the mean logarithm is at most the logarithm of the mean, which at qt = 0, kappa = 0 is elementary.
TEST(UnitsFranzParisi, ParityStaysBelowTheMeanNumber) {
  for (const Machine& machine : {parity_of_two, parity_of_three}) {
    const FranzParisiParams params{0.5, 0, 0, machine};
    const std::vector<double> distances{0.05, 0.2, 0.4, 0.49, 0.5};
    for (const FranzParisiPoint& point : franz_parisi_curve(params, distances)) {
      ASSERT_TRUE(point.converged) << point.reason;
      const double same = std::pow(2 / std::numbers::pi * std::asin(point.p), machine.hidden);
      const double mean = data_free_entropy(point.distance) + 0.5 * std::log((1 + same) / 2);
      EXPECT_LT(point.entropy, mean + 1e-9);
      if (point.distance >= 0.49) {
        EXPECT_NEAR(point.entropy, mean, 1e-5);
      }
    }
  }
}

TEST(UnitsFranzParisi, AreDataFreeWithoutPatterns) {
  for (const Machine& machine : {parity_of_two, Machine{Prior::spherical, Decoder::parity, 2}}) {
    EXPECT_NEAR(one_point({0, 0.1, 0, machine}, 0.2).entropy, data_free_entropy(0.2, machine.prior), 1e-15);
    const FranzParisiPoint weak = one_point({1e-6, 0.1, 0, machine}, 0.2);
    ASSERT_TRUE(weak.converged) << weak.reason;
    EXPECT_NEAR(weak.entropy, data_free_entropy(0.2, machine.prior), 1e-6);
    EXPECT_NEAR(weak.slope, one_point({0, 0.1, 0, machine}, 0.2).slope, 1e-5);
  }
}

TEST(UnitsFranzParisi, RefusesWhatItDoesNotKnow) {
  EXPECT_THROW(one_point({0.5, 0.1, 0, {Prior::binary, Decoder::committee, 5}}, 0.1), InvalidInput);
  EXPECT_THROW(one_point({0.5, -0.1, 0, committee}, 0.1), InvalidInput);
  const FranzParisiPoint beyond = one_point({0.5, 4, 0, committee}, 0.1);
  EXPECT_FALSE(beyond.converged);
  EXPECT_FALSE(beyond.reason.empty());
  EXPECT_TRUE(std::isnan(beyond.entropy));
}

TEST(UnitsFranzParisi, LargestMarginOfUnitsInvertsTheCapacity) {
  for (const Machine& machine : {parity_of_two, parity_of_three}) {
    // the branch q = 0: ln 2 + alpha ln[2^(K-1) H(kappa)^K] = 0
    const double kappa = 0.12, K = machine.hidden;
    const double alpha = -std::numbers::ln2 / ((K - 1) * std::numbers::ln2 + K * log_H(kappa));
    const MaxMarginResult found = max_margin(alpha, machine);
    ASSERT_TRUE(found.converged) << found.reason;
    EXPECT_NEAR(found.kappa_max, kappa, 1e-12);
  }
  const MaxMarginResult correlated = max_margin(0.6, parity_of_two);  // beyond the branch q = 0
  ASSERT_TRUE(correlated.converged) << correlated.reason;
  EXPECT_GT(correlated.q, 0.01);
  EXPECT_NEAR(capacity(correlated.kappa_max, parity_of_two).alpha_c, 0.6, 1e-7);
  EXPECT_THROW(max_margin(0.5, {Prior::spherical, Decoder::committee, 3}), InvalidInput);
}

TEST(UnitsFranzParisi, LocalEntropyThresholdOfTheParityOfTwo) {
  const Threshold found = local_entropy_threshold(parity_of_two);
  ASSERT_TRUE(found.converged) << found.reason;
  EXPECT_NEAR(found.alpha, 0.747506, 1e-6);
  EXPECT_NEAR(found.distance, 0.00943, 1e-4);
  EXPECT_LT(found.error, 1e-6);
}

// Its search takes a minute; a saddle with slope 0 at these numbers takes one point, next to which the slope is a little larger.
TEST(UnitsFranzParisi, LocalEntropyThresholdsOfThreeUnitsAreDoubleZeros) {
  struct Row {
    Machine machine;
    double alpha, kappa_max, distance, q, t;
  };
  for (const Row& row : {Row{committee, 0.689392333, 0.1012538625, 0.00461757, 0.981997579, 0.341174136},
                         Row{parity_of_three, 0.589254664, 0.1875296543, 0.0152954, 0.941989529, 0}}) {
    const RsResult rs = rs_entropy({row.alpha, row.kappa_max, row.machine});
    EXPECT_NEAR(rs.entropy, 0, 1e-8);
    const ReferenceState reference(row.kappa_max, std::max(rs.q, 1e-20), std::max(rs.qhat, 1e-20));
    const SaddleProblem problem{row.alpha, 0, reference, Prior::binary,
                                UnitsFields(row.machine, row.kappa_max, 0)};
    const double p = 1 - 2 * row.distance, variance = row.q - p * p;
    const double tau = rs.q > 1e-9 ? (row.t - p * rs.q) / std::sqrt(variance * rs.q * (1 - rs.q)) : 0;
    Saddle saddle{{std::log(variance / (1 - row.q)), std::atanh(tau)}, {}, false};
    const FranzParisiPoint here = solve_saddle(problem, row.distance, saddle);
    ASSERT_TRUE(here.converged) << here.reason;
    EXPECT_NEAR(here.slope, 0, 1e-6) << name_of(row.machine);
    EXPECT_GT(solve_saddle(problem, 0.9 * row.distance, saddle).slope, 3e-3);
    EXPECT_GT(solve_saddle(problem, 1.1 * row.distance, saddle).slope, 3e-3);
  }
}

}  // namespace
}  // namespace wfm::theory
