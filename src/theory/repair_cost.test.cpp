#include "theory/repair_cost.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

#include <gtest/gtest.h>

#include "math/error.hpp"
#include "math/gaussian.hpp"
#include "math/quadrature.hpp"
#include "math/random.hpp"
#include "theory/rs_energetics.hpp"

namespace wfm::theory {
namespace {

Machine spherical(Decoder decoder, int K, Activation activation = Activation::sign) {
  return {Prior::spherical, decoder, K, activation};
}

TEST(RepairCost, IsGardnersFormula) {
  for (const double margin : {-0.7, 0.0, 1.0, 2.5}) {
    // int_{-kappa}^inf Dz (z + kappa)^2
    const double cost = integrate(composite_gauss_legendre(50, 10, -margin, 14),
                                  [&](double z) { return G(z) * (z + margin) * (z + margin); });
    EXPECT_NEAR(mean_repair_cost({Prior::spherical}, margin), cost, 1e-12);
  }
}

TEST(RepairCost, AgreesWithSampledFields) {
  constexpr int samples = 200000;
  for (const int K : {2, 3, 5})
    for (const Decoder decoder : {Decoder::committee, Decoder::parity}) {
      if (decoder == Decoder::committee && K == 2) continue;
      RandomStream random(7, Purpose::measurement, std::uint64_t(K));
      double sum = 0, squares = 0;
      for (int s = 0; s < samples; ++s) {
        std::vector<double> h(K), c(K);
        double smallest = 1e9;
        for (int l = 0; l < K; ++l) {
          h[l] = random.normal();
          c[l] = std::pow(std::min(h[l], 0.0), 2);
          smallest = std::min(smallest, h[l] * h[l]);
        }
        std::sort(c.begin(), c.end());
        double cost = 0;
        if (decoder == Decoder::committee) {
          for (int l = 0; l < (K + 1) / 2; ++l) cost += c[l];
        } else {
          bool product = true;
          for (int l = 0; l < K; ++l) product = product == (h[l] > 0);
          cost = product ? 0 : smallest;
        }
        sum += cost;
        squares += cost * cost;
      }
      const double mean = sum / samples, deviation = std::sqrt((squares / samples - mean * mean) / samples);
      EXPECT_NEAR(mean_repair_cost(spherical(decoder, K), 0), mean, 4 * deviation) << K;
    }
}

// ln X -> -C/(2(1-q)): force (1-q)^2 -> E[C]
TEST(RepairCost, IsTheLimitOfTheForce) {
  for (const Machine& machine :
       {Machine{Prior::spherical}, spherical(Decoder::committee, infinitely_many, Activation::relu),
        spherical(Decoder::committee, infinitely_many, Activation::erf)})
    for (const double margin : {0.0, 0.4}) {
      const auto scaled = [&](double rest) {
        return rest * rest * rs_force(machine, margin, {1 - rest, rest});
      };
      const double cost = mean_repair_cost(machine, margin);
      EXPECT_NEAR(scaled(1e-6) / cost, 1, 5e-3);
      EXPECT_LT(std::abs(scaled(1e-8) - cost), 0.2 * std::abs(scaled(1e-6) - cost));
    }
}

TEST(RepairCost, KnownValues) {
  EXPECT_NEAR(1 / mean_repair_cost(spherical(Decoder::committee, 3), 0), 4.025192, 1e-6);
  EXPECT_NEAR(1 / mean_repair_cost(spherical(Decoder::committee, infinitely_many, Activation::relu), 0),
              2 / (1 - std::numbers::inv_pi), 1e-12);
  // E[min(z1^2, z2^2)]/2 = (1 - 2/pi)/2
  EXPECT_NEAR(mean_repair_cost(spherical(Decoder::parity, 2), 0), (1 - 2 * std::numbers::inv_pi) / 2, 1e-12);
  EXPECT_EQ(mean_repair_cost(spherical(Decoder::committee, infinitely_many), 0), 0);
  EXPECT_THROW(mean_repair_cost(spherical(Decoder::committee, 3), 0.1), InvalidInput);
}

}  // namespace
}  // namespace wfm::theory
