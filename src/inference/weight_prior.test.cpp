// The spheres: constraint, limits, and Gaussian integrals done numerically.
#include "inference/weight_prior.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "inference/spherical_field.hpp"
#include "math/random.hpp"

namespace wfm::inference {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

struct Unit {
  std::vector<double> H, A;
  Unit(std::size_t n, double field, double spread, std::uint64_t seed = 1) : H(n), A(n) {
    RandomStream random(seed, Purpose::measurement);
    for (auto& h : H) h = field * random.normal();
    for (auto& a : A) a = 0.7 + spread * random.uniform();
  }
  WeightMessages messages() const { return {H, A}; }
};

double mean_square(std::span<const double> m, std::span<const double> v) {
  double sum = 0;
  for (std::size_t i = 0; i < m.size(); ++i) sum += (m[i] * m[i] + v[i]) / double(m.size());
  return sum;
}

// sum_i (m_i^2 + v_i) = n, m/v = H, and differences of 1/v are those of the precisions
TEST(SphericalPrior, PosteriorLiesOnTheSphere) {
  for (const double field : {0.0, 1e-3, 1.0, 30.0})
    for (const double spread : {0.0, 0.1, 5.0, 1000.0}) {
      const Unit unit(101, field, spread);
      const WeightPrior prior(WeightKind::spherical, 1, 101);
      std::vector<double> m(101), v(101);
      prior.posterior(unit.messages(), m, v);
      EXPECT_NEAR(mean_square(m, v), 1, 1e-11) << field << " " << spread;
      for (std::size_t i = 0; i < 101; ++i) {
        EXPECT_GT(v[i], 0);
        EXPECT_NEAR(m[i], v[i] * unit.H[i], 1e-12);
        EXPECT_NEAR(1 / v[i] - 1 / v[0], unit.A[i] - unit.A[0], 1e-9 * (1 + spread));
      }
    }
}

// the scalar root where precisions differ by nothing worth mentioning, and the closed form
TEST(SphericalPrior, RootMeetsTheClosedForm) {
  Unit unit(50, 1.3, 0);
  const double closed = UnitSphere(unit.H, unit.A).multiplier();
  double c = 0;
  for (const double h : unit.H) c += h * h / 50;
  EXPECT_NEAR(unit.A[0] + closed, 0.5 * (1 + std::sqrt(1 + 4 * c)), 1e-12);
  unit.A[7] += 1e-9;
  EXPECT_NEAR(UnitSphere(unit.H, unit.A).multiplier(), closed, 1e-9);
}

TEST(SphericalPrior, WeightsAreMeansOnTheirSpheres) {
  const WeightPrior prior(WeightKind::spherical, 2, 3);
  const std::vector<double> m{1e-200, 2e-200, -2e-200, 0, 0, 0};
  const Weights weights = prior.weights(m);
  EXPECT_NO_THROW(validate(weights));
  EXPECT_NEAR(weights.values[0], 1 / std::sqrt(3.0), 1e-15);
  EXPECT_NEAR(weights.values[2], -2 / std::sqrt(3.0), 1e-15);
  EXPECT_EQ(weights.values[4], 1);  // a unit of zero mean
  const WeightPrior binary(WeightKind::binary, 2, 3);
  EXPECT_EQ(binary.weights(m).values, (std::vector<double>{1, 1, -1, 1, 1, 1}));
}

// A replica w and the centre wc, coupled by gamma (w - wc)^2/2, the centre also to y - 1 others N(m, v): what
// the centre says of w by integrating it out, exp(-rho (w - m)^2/2).
TEST(SphericalFocusing, PrecisionIsTheIntegralOverTheCentre) {
  const double v = 0.4, gamma = 1.7, y = 4;
  const double others = (y - 1) / (v + 1 / gamma);
  // int dwc exp(-others wc^2/2 - gamma (w - wc)^2/2) = const exp(-rho w^2/2),  rho = gamma others/(gamma + others)
  EXPECT_NEAR(focusing_precision({gamma, y}, v), gamma * others / (gamma + others), 1e-14);
  EXPECT_EQ(focusing_precision({0, 4}, v), 0);
  EXPECT_EQ(focusing_precision({2, 1}, v), 0);
  EXPECT_NEAR(focusing_precision({gamma, infinity}, v), gamma, 1e-12);
  EXPECT_NEAR(focusing_precision({infinity, 3}, v), 2 / v, 1e-12);
  EXPECT_TRUE(std::isfinite(focusing_precision({infinity, infinity}, v)));
}

// The mean passed back is the replica's own, so that with the centre the replica lies on its sphere with the mean that the
// patterns alone give at the same multiplier.
TEST(SphericalFocusing, AddsPrecisionOnly) {
  for (const double spread : {0.0, 2.0})
    for (const FocusingPoint point :
         {FocusingPoint{0.8, 5}, FocusingPoint{3, infinity}, FocusingPoint{infinity, 3}}) {
      const Unit unit(60, 1.5, spread);
      const WeightPrior prior(WeightKind::spherical, 1, 60);
      std::vector<double> theta(60), rho(60), H(unit.H), A(unit.A), m(60), v(60);
      focus_spherical(prior, point, unit.messages(), theta, rho);
      for (std::size_t i = 0; i < 60; ++i) {
        H[i] += theta[i];
        A[i] += rho[i];
      }
      prior.posterior({H, A}, m, v);
      EXPECT_NEAR(mean_square(m, v), 1, 1e-10);
      for (std::size_t i = 0; i < 60; ++i) {
        const double cavity_variance = 1 / (1 / v[i] - rho[i]);
        EXPECT_NEAR(theta[i], rho[i] * m[i], 1e-9 * (1 + std::abs(theta[i])));
        EXPECT_NEAR(m[i], unit.H[i] * cavity_variance, 1e-9);
        EXPECT_NEAR(rho[i], focusing_precision(point, cavity_variance), 1e-8 * rho[i]);
      }
    }
}

TEST(SphericalOverlap, FieldGivesTheOverlap) {
  const WeightPrior prior(WeightKind::spherical, 3, 20);
  for (const double spread : {0.0, 2.0}) {
    const Unit unit(60, 1.5, spread), drawn(60, 1, 0, 2);
    const auto reference = prior.weights(drawn.H).values;
    std::vector<double> H(60), m(60), v(60);
    for (const double S : {-0.5, 0.0, 0.3, 0.98, 0.9999}) {
      const double lambda = solve_spherical_overlap(prior, unit.messages(), reference, S, 0.3);
      for (std::size_t i = 0; i < 60; ++i) H[i] = unit.H[i] + lambda * reference[i];
      prior.posterior({H, unit.A}, m, v);
      double overlap = 0;
      for (std::size_t i = 0; i < 60; ++i) overlap += reference[i] * m[i] / 60;
      EXPECT_NEAR(overlap, S, 1e-11);
    }
  }
}

}  // namespace
}  // namespace wfm::inference
