#include "inference/external_field.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "math/error.hpp"
#include "math/random.hpp"

namespace wfm::inference {
namespace {

const WeightPrior one_binary(WeightKind::binary, 1, 1), three_binary(WeightKind::binary, 1, 3);

constexpr double infinity = std::numeric_limits<double>::infinity();

// (FBP.1) as it is written, in magnetisations
TEST(FocusingField, IsTheFormula) {
  for (const double gamma : {0.1, 0.8, 2.0})
    for (const double y : {1.0, 2.5, 7.0})
      for (const double h : {-1.3, -0.2, 0.0, 0.4, 2.0}) {
        const double T = std::tanh(gamma);
        const double u = T * std::tanh((y - 1) * std::atanh(T * std::tanh(h)));
        EXPECT_NEAR(focusing_field({gamma, y}, h), std::atanh(u), 1e-12);
      }
}

TEST(FocusingField, Limits) {
  for (const double h : {-0.7, 0.3}) {
    EXPECT_NEAR(focusing_field({infinity, 4}, h), 3 * h, 1e-14);                    // all replicas in one
    EXPECT_NEAR(focusing_field({0.9, infinity}, h), std::copysign(0.9, h), 1e-12);  // a centre that is sure
    EXPECT_EQ(focusing_field({0.9, 1}, h), 0);                                      // no other replica
    EXPECT_EQ(focusing_field({0, 5}, h), 0);                                        // no coupling
  }
  EXPECT_EQ(focusing_field({infinity, infinity}, 0.0), 0);
  EXPECT_TRUE(std::isfinite(focusing_field({infinity, infinity}, 0.1)));
}

// <w wt> by summing over the centre and all y = 3 replicas
TEST(FocusingField, OverlapWithCentreIsThatOfTheWholeStar) {
  for (const double gamma : {0.3, 1.2})
    for (const double h : {-0.5, 0.9}) {
      double Z = 0, overlap = 0;
      for (unsigned spins = 0; spins < 16; ++spins) {
        const double centre = spins & 1 ? 1 : -1;
        double energy = 0;
        for (unsigned r = 1; r <= 3; ++r) {
          const double w = spins >> r & 1 ? 1 : -1;
          energy += h * w + gamma * w * centre;
        }
        Z += std::exp(energy);
        overlap += std::exp(energy) * centre * (spins >> 1 & 1 ? 1 : -1);
      }
      EXPECT_NEAR(overlap_with_centre({gamma, 3}, h), overlap / Z, 1e-13);
    }
  EXPECT_EQ(overlap_with_centre({infinity, infinity}, 0.0), 1);
}

TEST(Protocol, PointsFollowTheirFormulas) {
  const Focusing reinforcement{.protocol = FocusingProtocol::reinforcement, .rho_step = 0.25};
  ASSERT_EQ(focusing_points(reinforcement), 4);
  EXPECT_EQ(focusing_point(reinforcement, 0).gamma, infinity);
  EXPECT_DOUBLE_EQ(focusing_point(reinforcement, 1).y, 2);
  EXPECT_EQ(focusing_point(reinforcement, 3).y, infinity);

  const Focusing pseudo{.rho_step = 0.1};
  ASSERT_EQ(focusing_points(pseudo), 10);
  EXPECT_NEAR(std::tanh(focusing_point(pseudo, 3).gamma), std::sqrt(0.4), 1e-14);
  EXPECT_NEAR(focusing_point(pseudo, 3).y, 1 + 1 / 0.6, 1e-14);

  const Focusing scoping{.protocol = FocusingProtocol::scoping, .y = 7, .gammas = {0.5, 1.0}};
  EXPECT_EQ(focusing_point(scoping, 1).gamma, 1.0);
  EXPECT_EQ(focusing_point(scoping, 9).gamma, 1.0);  // the last one repeats
  EXPECT_EQ(focusing_point(scoping, 0).y, 7);
}

// Standard reinforcement by the protocol and by r: both have the fixed point H = Gamma/(1 - rho).
TEST(ExternalField, ReinforcementAddsUpToOneOverOneMinusR) {
  const Reinforcement r{.rate = 0.6, .cap = 0.6};
  ExternalState state = start(r, one_binary);
  const double Gamma[1] = {0.7};
  for (int t = 0; t < 200; ++t) {
    const double total[1] = {Gamma[0] + state.theta[0]};
    update(r, one_binary, {Gamma, {}}, {total, {}}, state);
  }
  EXPECT_NEAR(Gamma[0] + state.theta[0], 0.7 / 0.4, 1e-12);
  EXPECT_NEAR(Gamma[0] + focusing_field({infinity, 1 / (1 - 0.6)}, 0.7), 0.7 / 0.4, 1e-12);
  EXPECT_TRUE(at_rest(r, state));
}

TEST(ExternalField, GeometricSchedule) {
  const Reinforcement r{.schedule = ReinforcementSchedule::geometric, .rate = 0.9};
  ExternalState state = start(r, one_binary);
  const double field[1] = {1};
  for (int t = 1; t <= 5; ++t) update(r, one_binary, {field, {}}, {field, {}}, state);
  EXPECT_NEAR(state.strength, 1 - std::pow(0.9, 5), 1e-15);
  EXPECT_NEAR(state.theta[0], state.strength, 1e-15);
  EXPECT_FALSE(at_rest(r, state));
}

TEST(ExternalField, FocusingIsDampedAndMovesOn) {
  const Focusing focusing{
      .protocol = FocusingProtocol::free, .points = {{0.5, 3}, {1.0, 4}}, .iterations = 2, .damping = 0.75};
  ExternalState state = start(focusing, one_binary);
  const double field[1] = {0.6};
  update(focusing, one_binary, {field, {}}, {field, {}}, state);
  const double wanted = focusing_field({0.5, 3}, 0.6);
  EXPECT_NEAR(state.theta[0], 0.25 * wanted, 1e-15);
  advance(focusing, 1.0, 1e-6, state);
  EXPECT_EQ(state.point, 0);
  update(focusing, one_binary, {field, {}}, {field, {}}, state);
  EXPECT_NEAR(state.theta[0], (1 - 0.75 * 0.75) * wanted, 1e-15);
  advance(focusing, 1.0, 1e-6, state);  // two iterations done
  EXPECT_EQ(state.point, 1);
  advance(focusing, 1e-9, 1e-6, state);  // converged early
  EXPECT_TRUE(exhausted(focusing, state));
}

TEST(OverlapConstraintField, GivesTheOverlap) {
  RandomStream random(1, Purpose::measurement);
  std::vector<double> h(301), reference(301), theta(301);
  for (auto& x : h) x = 3 * random.normal();
  for (auto& w : reference) w = random.sign();
  for (const double S : {-0.5, 0.0, 0.3, 0.98, 0.99999}) {
    const double gamma = solve_overlap_field(h, reference, S, 0);
    double overlap = 0;
    for (std::size_t i = 0; i < h.size(); ++i)
      overlap += reference[i] * std::tanh(h[i] + gamma * reference[i]) / double(h.size());
    EXPECT_NEAR(overlap, S, 1e-11);
  }
}

TEST(ExternalField, RefusesBadParameters) {
  EXPECT_THROW(validate(Reinforcement{.rate = -1}, three_binary), InvalidInput);
  EXPECT_THROW(validate(Reinforcement{.cap = 1}, three_binary), InvalidInput);
  EXPECT_THROW(validate(Focusing{.rho_step = 0}, three_binary), InvalidInput);
  EXPECT_THROW(validate(Focusing{.protocol = FocusingProtocol::scoping}, three_binary), InvalidInput);
  EXPECT_THROW(validate(Focusing{.damping = 1}, three_binary), InvalidInput);
  EXPECT_THROW(validate(FixedField{{1, 2}}, three_binary), InvalidInput);
  EXPECT_THROW(validate(OverlapConstraint{{1, -1, 0.5}, 0.5}, three_binary), InvalidInput);
  EXPECT_THROW(validate(OverlapConstraint{{1, -1, 1}, 1.0}, three_binary), InvalidInput);
  EXPECT_NO_THROW(validate(OverlapConstraint{{1, -1, 1}, 0.9}, three_binary));
}

}  // namespace
}  // namespace wfm::inference
