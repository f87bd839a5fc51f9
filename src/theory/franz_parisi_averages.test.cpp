#include "theory/franz_parisi_averages.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "math/gaussian.hpp"
#include "theory/replica_symmetric.hpp"

namespace wfm::theory {
namespace {

ReferenceState reference_at(double alpha, double margin) {
  const RsResult rs = rs_entropy({alpha, margin});
  return {margin, rs.q, rs.qhat};
}

TEST(FranzParisiAverages, OverlapPointIsConsistent) {
  const ReferenceState reference = reference_at(0.5, 0.2);
  for (const double d : {1e-4, 0.05, 0.5}) {
    for (const double logit_eps : {-20.0, -1.0, 3.0}) {
      for (const double atanh_tau : {-0.5, 0.3, 4.0}) {
        const OverlapPoint o(reference, d, logit_eps, atanh_tau);
        EXPECT_NEAR(o.q, o.p * o.p + o.variance, 1e-15);
        EXPECT_NEAR(o.one_minus_q, 1 - o.q, 1e-15);
        // s^2 = q - t^2/qt, gamma = s^2 - (p - t)^2/(1 - qt)
        EXPECT_NEAR(o.s * o.s, o.q - o.t * o.t / reference.q, 1e-14);
        EXPECT_NEAR(o.gamma, o.s * o.s - (o.p - o.t) * (o.p - o.t) / (1 - reference.q), 1e-14);
        EXPECT_NEAR(o.rho * std::sqrt(o.gamma), (o.p - o.t) / reference.st, 1e-14);
      }
    }
  }
}

// int Dm W = 1 at any overlaps, not only at saddles; likewise the entropic weight.
TEST(FranzParisiAverages, WeightsAreNormalised) {
  for (const ReferenceState& reference :
       {reference_at(0.5, 0), reference_at(0.5, 0.418), reference_at(0.1, 1.5), reference_at(0.8, -0.3)}) {
    for (const double d : {1e-5, 1e-3, 0.03, 0.3, 0.5}) {
      for (const double logit_eps : {-15.0, -3.0, 0.0, 3.0}) {
        for (const double atanh_tau : {0.0, 0.4, 1.5}) {
          const OverlapPoint o(reference, d, logit_eps, atanh_tau);
          const EnergeticAverages e =
              energetic_averages(reference, 0.1, o, cavity_field_rule(reference, 0.1, o, 0.25));
          EXPECT_NEAR(e.normalisation, 1, 1e-9)
              << reference.q << ' ' << d << ' ' << logit_eps << ' ' << atanh_tau;
          EXPECT_NEAR(entropic_averages(reference, d, 0.3, 0.3 * std::sqrt(reference.qhat)).normalisation, 1,
                      1e-11);
        }
      }
    }
  }
}

TEST(FranzParisiAverages, SlopeIsTheDerivativeOfTheEnergyInTheOverlap) {
  const ReferenceState reference = reference_at(0.5, 0.2);
  const double d = 0.1, margin = 0.05;
  const OverlapPoint o(reference, d, -2, 0.8);
  // the same q and t at p +- h
  const auto energy_at = [&](double p) {
    const double variance = o.q - p * p;
    const double tau = (o.t - p * reference.q) / std::sqrt(variance * reference.q * (1 - reference.q));
    const OverlapPoint moved(reference, (1 - p) / 2, std::log(variance / (1 - o.q)), std::atanh(tau));
    EXPECT_NEAR(moved.t, o.t, 1e-14);
    return energetic_averages(reference, margin, moved, cavity_field_rule(reference, margin, moved, 0.2))
        .log_H;
  };
  const double h = 1e-4;
  EXPECT_NEAR(energetic_slope(reference, margin, o, cavity_field_rule(reference, margin, o, 0.2)),
              (energy_at(o.p + h) - energy_at(o.p - h)) / (2 * h), 1e-7);
}

TEST(FranzParisiAverages, FieldKeepsTheDistance) {
  const ReferenceState reference = reference_at(0.5, 0);
  // without disorder in the field, v = atanh p
  const EntropicAverages still = entropic_averages(reference, 0.01, 0, 0);
  EXPECT_NEAR(still.field, std::atanh(0.98), 1e-12);
  EXPECT_NEAR(still.log_2cosh, log_2cosh(std::atanh(0.98)), 1e-12);
  // wide fields at a small distance: the centre of the grid must follow phat
  const EntropicAverages wide = entropic_averages(reference, 5e-4, 2686, 5.4);
  EXPECT_NEAR(wide.normalisation, 1, 1e-11);
  EXPECT_GT(wide.field, 100);
}

}  // namespace
}  // namespace wfm::theory
