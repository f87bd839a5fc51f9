#include "theory/units_rule.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <numeric>

#include "math/gaussian.hpp"

namespace wfm::theory {
namespace {

Machine committee(int K) {
  return {Prior::binary, Decoder::committee, K, Activation::sign};
}
Machine parity(int K) {
  return {Prior::binary, Decoder::parity, K, Activation::sign};
}

template <class F>
double average(const UnitsRule& rule, F&& f) {
  double sum = 0;
  for (std::size_t j = 0; j < rule.size(); ++j) sum += rule.weights[j] * f(rule.point(j));
  return sum;
}

double square(double x) {
  return x * x;
}

TEST(UnitsRule, AveragesSymmetricPolynomials) {
  for (const Machine& machine : {committee(1), committee(3), parity(2), parity(3)})
    for (const double width : {0.05, 1.0}) {
      const UnitsChannel channel(machine);
      const UnitsRule rule = units_rule(channel, {{{0, width}}, width * width}, 1.5, 1);
      const int K = machine.hidden;
      EXPECT_NEAR(average(rule, [](auto) { return 1.0; }), 1, 1e-8);
      EXPECT_NEAR(
          average(rule, [](auto z) { return std::inner_product(z.begin(), z.end(), z.begin(), 0.0); }), K,
          1e-7);
      // prod_l z_l^2 is 1, and a polynomial in all units
      EXPECT_NEAR(average(rule,
                          [](auto z) {
                            double product = 1;
                            for (const double x : z) product *= x * x;
                            return product;
                          }),
                  1, 4e-7);
    }
}

TEST(UnitsRule, CountsThePatternsThatAreRight) {
  // the output of units at infinite sharpness is right with probability one half
  for (const Machine& machine : {committee(3), parity(2), parity(3)}) {
    const UnitsChannel channel(machine);
    const UnitsRule rule = units_rule(channel, {{{0, 0.01}}, 1e-4}, 2, 1);
    const double right = average(rule, [&](auto z) {
      double product = 1;
      int pluses = 0;
      for (const double x : z) {
        product *= x;
        pluses += x > 0;
      }
      return channel.is_parity() ? double(product > 0) : double(2 * pluses > machine.hidden);
    });
    EXPECT_NEAR(right, 0.5, 2e-3) << machine.hidden;
  }
}

TEST(UnitsRule, TiesOfTwoUnitsAreOnTheBoundary) {
  // E max(z_1, z_2, z_3) = 3/(2 sqrt(pi)), E median^2 = 1 - sqrt(3)/pi: kinks where two fields are equal
  const UnitsRule sorted = units_rule(UnitsChannel(committee(3)), {{{0, 1}}, 1}, 1, 1);
  EXPECT_NEAR(average(sorted,
                      [](auto z) {
                        return std::max({z[0], z[1], z[2]});
                      }),
              1.5 / std::sqrt(std::numbers::pi), 1e-8);
  EXPECT_NEAR(
      average(
          sorted,
          [](auto z) {
            return square(z[0] + z[1] + z[2] - std::max({z[0], z[1], z[2]}) - std::min({z[0], z[1], z[2]}));
          }),
      1 - std::sqrt(3.0) / std::numbers::pi, 1e-7);
  // E max |z_l| = int (1 - (1 - 2 H(m))^3) dm
  const UnitsRule folded = units_rule(UnitsChannel(parity(3)), {{{0, 1}}, 1}, 1, 1);
  const double expected = integrate(composite_gauss_legendre(20, 10, 0, 10),
                                    [](double m) { return 1 - std::pow(1 - 2 * H(m), 3); });
  EXPECT_NEAR(average(folded,
                      [](auto z) {
                        return std::max({std::abs(z[0]), std::abs(z[1]), std::abs(z[2])});
                      }),
              expected, 1e-7);
}

TEST(UnitsRule, ShiftedSequencesCarryTheirError) {
  const UnitsChannel channel(committee(5));
  const auto f = [](std::span<const double> z) {
    return std::exp(-0.2 * std::inner_product(z.begin(), z.end(), z.begin(), 0.0));
  };
  const double expected = std::pow(1.4, -2.5);  // E e^{-0.2 z^2} = 1.4^{-1/2}
  double last_error = 1;
  for (const int points : {256, 4096}) {
    const UnitsRule rule = units_rule(channel, {{{0, 1}}, 1}, 1, points);
    std::vector<double> values;
    for (std::size_t j = 0; j < rule.size(); ++j) values.push_back(rule.weights[j] * f(rule.point(j)));
    const double error = error_of_shifts(rule, values);
    EXPECT_LT(std::abs(std::accumulate(values.begin(), values.end(), 0.0) - expected), 5 * error);
    EXPECT_LT(error, 0.3 * last_error);
    last_error = error;
  }
  EXPECT_LT(last_error, 1e-4);  // independent points: 1e-3
}

TEST(MappedRule, IntegratesWhatIsSharpAtItsPlaces) {
  const SharpPlace place{0.3, 1e-3};
  const QuadratureRule rule = mapped_rule({&place, 1}, 0.5, -1, 2, 2);
  // int w/((z-c)^2 + w^2) = atan
  EXPECT_NEAR(integrate(rule, [](double z) { return 1e-3 / (square(z - 0.3) + 1e-6); }),
              std::atan(1700.0) + std::atan(1300.0), 1e-8);
  EXPECT_LE(mapped_rule({&place, 1}, 1e-6, -1, 2, 2, 50).size(), 50u);
}

}  // namespace
}  // namespace wfm::theory
