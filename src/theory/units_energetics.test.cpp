#include "theory/units_energetics.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <vector>

#include "math/error.hpp"
#include "math/gaussian.hpp"
#include "math/quadrature.hpp"
#include "math/random.hpp"
#include "theory/units_channel.hpp"
#include "theory/units_repair.hpp"

namespace wfm::theory {
namespace {

Machine machine_of(Decoder decoder, int K) {
  return {Prior::binary, decoder, K, Activation::sign};
}
const Machine one = machine_of(Decoder::committee, 1), committee = machine_of(Decoder::committee, 3),
              parity2 = machine_of(Decoder::parity, 2), parity3 = machine_of(Decoder::parity, 3);

Overlap shifted(const Overlap& q, double by) {
  return {q.q + by, q.one_minus_q - by};
}

// ---- replica symmetric

TEST(UnitsRsEnergetics, OneUnitIsThePerceptron) {
  for (const double margin : {0.0, 0.4})
    for (const double q : {0.1, 0.6, 0.97}) {
      const RsEnergetics units = units_rs_energetics(one, margin, overlap_of(q), 2);
      const RsEnergetics field = [&] {
        // int Dz f((kappa - sqrt(q) z)/sqrt(1-q)) on fine panels
        RsEnergetics sum;
        const QuadratureRule rule = gaussian_panels(400, 8, 9);
        for (std::size_t j = 0; j < rule.size(); ++j) {
          const double x = (margin - std::sqrt(q) * rule.nodes[j]) / std::sqrt(1 - q), ratio = R(x);
          sum.value += rule.weights[j] * log_H(x);
          sum.force += rule.weights[j] * ratio * ratio / (1 - q);
          sum.replicon += rule.weights[j] * std::pow(ratio * (ratio - x) / (1 - q), 2);
        }
        return sum;
      }();
      EXPECT_NEAR(units.value, field.value, 1e-8 * std::abs(field.value));
      EXPECT_NEAR(units.force, field.force, 1e-8 * field.force);
      EXPECT_NEAR(units.replicon, field.replicon, 1e-7 * field.replicon);
    }
}

TEST(UnitsRsEnergetics, ForceIsTheSlope) {
  for (const Machine& machine : {committee, parity2, parity3})
    for (const double margin : {0.0, 0.3})
      for (const double q : {0.2, 0.7}) {
        const double e = 2e-3;
        const auto value = [&](double by) {
          return units_rs_energetics(machine, margin, shifted(overlap_of(q), by)).value;
        };
        const double slope = (8 * (value(e) - value(-e)) - value(2 * e) + value(-2 * e)) / (12 * e);
        const double force = units_rs_energetics(machine, margin, overlap_of(q)).force;
        EXPECT_NEAR(force, -2 * slope, 2e-4 * (1 + force)) << q << ' ' << margin;
      }
}

TEST(UnitsRsEnergetics, UncorrelatedSolutions) {
  // q = 0: X = 1/2, r_l = p_l' (d X/dp_l)/X, p_l' = G(0); dX/dp_l = 1/2 for a committee of three, 0 for parity
  const Overlap q{0, 1};
  for (const Machine& machine : {committee, parity2, parity3})
    EXPECT_NEAR(units_rs_energetics(machine, 0, q).value, -std::numbers::ln2, 1e-9);
  const double slope = 2 * G(0) * 0.5;
  EXPECT_NEAR(units_rs_energetics(committee, 0, q).force, 3 * slope * slope, 1e-8);
  EXPECT_NEAR(units_rs_energetics(parity2, 0, q).force, 0, 1e-12);
  EXPECT_NEAR(units_rs_energetics(parity3, 0, q).force, 0, 1e-12);
  // parity 2: d^2 X/dh_1 dh_2 / X = 4 G(0)^2, in two entries
  EXPECT_NEAR(units_rs_energetics(parity2, 0, q).replicon, 2 * std::pow(4 * G(0) * G(0), 2), 1e-8);
  EXPECT_NEAR(units_rs_energetics(parity3, 0, q).replicon, 0, 1e-12);
}

TEST(UnitsRsEnergetics, AgreesWithRandomFields) {
  RandomStream random(7, Purpose::measurement);
  const int samples = 40'000;
  for (const Machine& machine : {committee, parity3, machine_of(Decoder::committee, 5)}) {
    const UnitsChannel channel(machine, 0.1);
    const double q = 0.65;
    double sum = 0, squares = 0, force = 0, force_squares = 0;
    std::vector<UnitTails> tails(machine.hidden);
    std::vector<double> r(machine.hidden);
    for (int sample = 0; sample < samples; ++sample) {
      for (UnitTails& unit : tails) unit = channel.tails(std::sqrt(q) * random.normal(), 1 - q);
      const double log_X = channel(tails, r);
      double r2 = 0;
      for (const double x : r) r2 += x * x;
      sum += log_X / samples;
      squares += log_X * log_X / samples;
      force += r2 / samples;
      force_squares += r2 * r2 / samples;
    }
    const RsEnergetics found = units_rs_energetics(machine, 0.1, overlap_of(q), machine.hidden > 3 ? 0.8 : 1);
    const double error = std::sqrt((squares - sum * sum) / samples);
    EXPECT_NEAR(found.value, sum, 4 * std::hypot(error, found.quadrature_error)) << machine.hidden;
    EXPECT_NEAR(found.force, force, 5 * std::sqrt((force_squares - force * force) / samples));
    if (machine.hidden > 3) {
      EXPECT_GT(found.quadrature_error, 0);
      EXPECT_LT(found.quadrature_error, 0.3 * error);
    }
  }
}

TEST(UnitsRsEnergetics, StabilityLimitOfTheSphericalCommittee) {
  // spherical saddle q/(1-q)^2 = alpha force; de Almeida-Thouless: alpha (1-q)^2 replicon = 1
  double low = 0.3, high = 0.9;
  RsEnergetics part;
  for (int bisection = 0; bisection < 24; ++bisection) {
    const double q = (low + high) / 2;
    part = units_rs_energetics(committee, 0, overlap_of(q));
    (q * part.replicon < part.force ? low : high) = q;
  }
  EXPECT_NEAR(low / ((1 - low) * (1 - low) * part.force), 1.72991, 2e-5);
}

TEST(UnitsRsEnergetics, RefinementShowsTheError) {
  for (const Machine& machine : {committee, parity2, parity3})
    for (const double q : {0.3, 0.95}) {
      const double coarse = units_rs_energetics(machine, 0, overlap_of(q)).value;
      const double fine = units_rs_energetics(machine, 0, overlap_of(q), 2).value;
      EXPECT_NEAR(coarse, fine, 5e-7 * (1 + std::abs(fine))) << machine.hidden << ' ' << q;
    }
}

// ---- y -> infinity

TEST(UnitsWideEnergetics, OneUnitIsThePerceptron) {
  for (const double margin : {0.0, 0.3})
    for (const double delta : {0.1, 3.0}) {
      const Overlap q1 = overlap_of(0.9);
      const WideEnergetics units = units_wide_energetics(one, margin, q1, delta, 2.5);
      const WideEnergetics field = wide_energetics({}, margin, q1, delta);
      EXPECT_NEAR(units.value, field.value, 1e-8);
      EXPECT_NEAR(units.force1, field.force1, 1e-7 * field.force1);
    }
}

TEST(UnitsWideEnergetics, ForceAndSlopeAreDerivatives) {
  for (const Machine& machine : {committee, parity2, parity3})
    for (const double delta : {0.2, 2.0}) {
      const Overlap q1 = overlap_of(0.85);
      const double e = 0.02;
      const auto value = [&](double delta_by, double q_by) {
        return units_wide_energetics(machine, 0, shifted(q1, q_by), delta * (1 + delta_by)).value;
      };
      // d value/d dQ = E[|a|^2]/(2 dQ^2)
      const double force = (value(e, 0) - value(-e, 0)) / (e * delta);
      const WideEnergetics here = units_wide_energetics(machine, 0, q1, delta);
      EXPECT_NEAR(here.force1, force, 2e-3 * force) << machine.hidden << ' ' << delta;
      const double q = 4e-3;
      EXPECT_NEAR(units_wide_slope(machine, 0, q1, delta), (value(0, q) - value(0, -q)) / (2 * q), 5e-3);
    }
}

TEST(UnitsWideEnergetics, AgreesWithRandomFields) {
  RandomStream random(8, Purpose::measurement);
  const int samples = 10'000;
  const double q = 0.9, delta = 1.2;
  for (const Machine& machine : {committee, parity3, machine_of(Decoder::committee, 5)}) {
    const UnitsChannel channel(machine);
    const UnitsRepair repair(channel, 1 - q, delta);
    double sum = 0, squares = 0;
    std::vector<double> h(machine.hidden);
    for (int sample = 0; sample < samples; ++sample) {
      for (double& x : h) x = std::sqrt(q) * random.normal();
      const double value = repair(h).value;
      sum += value / samples;
      squares += value * value / samples;
    }
    const WideEnergetics found =
        units_wide_energetics(machine, 0, overlap_of(q), delta, machine.hidden > 3 ? 0.6 : 1);
    EXPECT_NEAR(found.value, sum,
                4 * std::hypot(std::sqrt((squares - sum * sum) / samples), found.quadrature_error));
  }
}

TEST(UnitsWideEnergetics, RefinementShowsTheError) {
  for (const double q : {0.8, 0.95})
    for (const double delta : {0.5, 4.0}) {
      const auto change = [&](const Machine& machine) {
        return std::abs(units_wide_energetics(machine, 0, overlap_of(q), delta).value -
                        units_wide_energetics(machine, 0, overlap_of(q), delta, 1.5).value);
      };
      EXPECT_LT(change(parity2), 1e-6);
      EXPECT_LT(change(parity3), 1e-6);
      EXPECT_LT(change(committee), 2e-5);
    }
}

// ---- clusters

TEST(UnitsClusterEnergetics, OneReplicaIsReplicaSymmetric) {
  for (const Machine& machine : {one, committee, parity2, parity3})
    for (const double q0 : {0.0, 0.4, 0.85}) {
      const double clusters = units_cluster_energetics(machine, 0, overlap_of(q0), overlap_of(0.97), 1).value;
      EXPECT_NEAR(clusters, units_rs_energetics(machine, 0, overlap_of(q0)).value, 1e-6) << machine.hidden;
    }
}

TEST(UnitsClusterEnergetics, OneUnitIsThePerceptron) {
  for (const double y : {0.5, 4.0, 30.0})
    for (const double margin : {0.0, 0.4}) {
      const Overlap q0 = overlap_of(0.6), q1 = overlap_of(0.9);
      const ClusterEnergetics units = units_cluster_energetics(one, margin, q0, q1, y, 2.5);
      const ClusterEnergetics field = cluster_energetics({}, margin, q0, q1, y);
      EXPECT_NEAR(units.value, field.value, 1e-8);
      EXPECT_NEAR(units.value_y, field.value_y, 1e-6 * field.value_y);
      EXPECT_NEAR(units.force0, field.force0, 1e-6 * field.force0);
      EXPECT_NEAR(units.force1, field.force1, 1e-5 * field.force1);
    }
}

TEST(UnitsClusterEnergetics, ForcesAreDerivatives) {
  const double e = 2e-3;
  for (const Machine& machine : {committee, parity2, parity3})
    for (const double y : {0.4, 12.0}) {
      const Overlap q0 = overlap_of(0.5), q1 = overlap_of(0.88);
      const auto value = [&](double by0, double by1, double by_y) {
        return units_cluster_energetics(machine, 0, shifted(q0, by0), shifted(q1, by1), y * (1 + by_y)).value;
      };
      const ClusterEnergetics here = units_cluster_energetics(machine, 0, q0, q1, y);
      EXPECT_EQ(units_cluster_force0(machine, 0, q0, q1, y), here.force0);
      EXPECT_NEAR(here.force0, -2 / y * (value(e, 0, 0) - value(-e, 0, 0)) / (2 * e), 5e-4 * here.force0);
      // d value/dq1 = (y-1)/2 sum_l E<r_l^2>, by the heat equation of X
      EXPECT_NEAR((y - 1) / 2 * here.force1, (value(0, e, 0) - value(0, -e, 0)) / (2 * e),
                  2e-3 * std::abs(y - 1) * here.force1);
      EXPECT_NEAR(here.value_y, (value(0, 0, e) - value(0, 0, -e)) / (2 * e * y), 5e-4 * here.value_y);
    }
}

TEST(UnitsClusterEnergetics, TwoReplicasOfAParityMachineHaveAClosedForm) {
  // q0 = 0: E[X^2] = Prob(two machines are both right) = [1 + Q(q1)^K]/4 with the kernel of sign units, Q = (2/pi) asin q1
  for (const Machine& machine : {parity2, parity3})
    for (const double q1 : {0.3, 0.9, 0.99}) {
      const double Q = 2 / std::numbers::pi * std::asin(q1);
      EXPECT_NEAR(units_cluster_energetics(machine, 0, {0, 1}, overlap_of(q1), 2, 1.4).value,
                  std::log((1 + std::pow(Q, machine.hidden)) / 4) / 2, 1e-7);
    }
  // majority of three = (tau_1 + tau_2 + tau_3 - tau_1 tau_2 tau_3)/2: the outputs have correlation (3 Q + Q^3)/4
  const double Q = 2 / std::numbers::pi * std::asin(0.9);
  const double correlation = (3 * Q + Q * Q * Q) / 4;
  EXPECT_NEAR(units_cluster_energetics(committee, 0, {0, 1}, overlap_of(0.9), 2, 1.4).value,
              std::log((1 + correlation) / 4) / 2, 1e-7);
}

TEST(UnitsClusterEnergetics, ManyReplicasAreTheWideLimit) {
  const Overlap q1 = overlap_of(0.9);
  const double delta = 2;
  for (const Machine& machine : {committee, parity2}) {
    const auto distance = [&](double y) {
      return std::abs(units_cluster_energetics(machine, 0, shifted(q1, -delta / y), q1, y, 1).value -
                      units_wide_energetics(machine, 0, q1, delta, 1).value);
    };
    const double at_25 = distance(25), at_50 = distance(50);
    EXPECT_LT(at_50, 0.02);
    EXPECT_LT(at_50, 0.65 * at_25) << machine.hidden;  // like ln(y)/y
  }
}

TEST(UnitsClusterEnergetics, AgreesWithRandomFields) {
  // y = 3: X^3 averaged over z' by three further fields, at fixed z by plain sampling; few z
  RandomStream random(9, Purpose::measurement);
  const double q0 = 0, q1 = 0.8, y = 3;
  for (const Machine& machine : {committee, parity3}) {
    const UnitsChannel channel(machine);
    const int samples = 100'000;
    double sum = 0, squares = 0;
    std::vector<UnitTails> tails(3);
    for (int sample = 0; sample < samples; ++sample) {
      for (UnitTails& unit : tails) unit = channel.tails(std::sqrt(q1) * random.normal(), 1 - q1);
      const double power = std::exp(y * channel(tails));
      sum += power / samples;
      squares += power * power / samples;
    }
    const double value = units_cluster_energetics(machine, 0, overlap_of(q0), overlap_of(q1), y).value;
    EXPECT_NEAR(std::exp(y * value), sum, 4 * std::sqrt((squares - sum * sum) / samples));
  }
}

TEST(UnitsEnergetics, RefusesMisuse) {
  EXPECT_THROW(units_rs_energetics(committee, -0.1, overlap_of(0.5)), InvalidInput);
  EXPECT_THROW(units_rs_energetics(committee, 0, overlap_of(0.5), 0), InvalidInput);
  EXPECT_THROW(units_wide_energetics(committee, 0, overlap_of(0.5), 0), InvalidInput);
  EXPECT_THROW(units_cluster_energetics(committee, 0, overlap_of(0.5), overlap_of(0.4), 2), InvalidInput);
  EXPECT_THROW(
      units_cluster_energetics(machine_of(Decoder::committee, 5), 0, overlap_of(0.3), overlap_of(0.4), 2),
      InvalidInput);
}

TEST(UnitsClusterEnergetics, SaysWhereItsTableIsTooSmall) {
  EXPECT_TRUE(
      std::isnan(units_cluster_energetics(committee, 0, overlap_of(0.9), overlap_of(0.9001), 2).value));
}

}  // namespace
}  // namespace wfm::theory
