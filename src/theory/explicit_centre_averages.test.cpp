#include "theory/explicit_centre_averages.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "math/branch_free.hpp"
#include "math/gaussian.hpp"
#include "math/quadrature.hpp"

namespace wfm::theory {
namespace {

/// Overlaps from their plain values.
CentreOverlaps plain_overlaps(double S, double qt, double st, double q0, double q1) {
  CentreOverlaps o;
  o.S = S, o.qt = qt, o.st = st, o.q0 = q0, o.q1 = q1;
  o.one_minus_qt = 1 - qt;
  o.one_minus_q1 = 1 - q1;
  o.within = q1 - q0;
  o.A = qt > 0 ? q0 - st * st / qt : q0;
  o.rho = qt > 0 ? (S - st) / std::sqrt(o.within * (1 - qt)) : 0;
  o.one_minus_rho2 = 1 - o.rho * o.rho;
  return o;
}

/// (EC.3), (EC.4) as three nested integrals.
CentreEnergetics naive_energetics(const CentreOverlaps& o, double margin, double centre_margin, double y) {
  const QuadratureRule normal = gaussian_panels(10, 6, 8), inner = gaussian_panels(40, 8, 14);
  CentreEnergetics e;
  for (std::size_t i = 0; i < normal.size(); ++i) {
    for (std::size_t j = 0; j < normal.size(); ++j) {
      const double probability = normal.weights[i] * normal.weights[j];
      if (probability < 1e-15) continue;
      const double z = normal.nodes[i], m0 = o.st / std::sqrt(o.qt) * z + std::sqrt(o.A) * normal.nodes[j];
      double I = 0, lnX = 0, rt = 0, r = 0, r2 = 0, rt_r = 0;
      for (std::size_t k = 0; k < inner.size(); ++k) {
        const double w = inner.nodes[k];
        const double B = ((centre_margin - std::sqrt(o.qt) * z) / std::sqrt(1 - o.qt) - o.rho * w) /
                         std::sqrt(o.one_minus_rho2);
        const double b = (margin - m0 - std::sqrt(o.within) * w) / std::sqrt(1 - o.q1);
        const double log_weight = log_H(B) + y * log_H(b);
        if (log_weight < -600) continue;
        const double weight = inner.weights[k] * std::exp(log_weight);
        const double here = R(b) / std::sqrt(1 - o.q1),
                     centre = R(B) / std::sqrt((1 - o.qt) * o.one_minus_rho2);
        I += weight;
        lnX += weight * log_H(b);
        rt += weight * centre;
        r += weight * here;
        r2 += weight * here * here;
        rt_r += weight * centre * here;
      }
      e.log_I += probability * std::log(I);
      e.log_X += probability * lnX / I;
      e.qt += probability * rt * rt / (I * I);
      e.st += probability * rt * r / (I * I);
      e.q0 += probability * r * r / (I * I);
      e.q1 += probability * r2 / I;
      e.cross += probability * rt_r / I;
    }
  }
  return e;
}

TEST(ExplicitCentreAverages, EnergeticsMeetTheNaiveThreefoldQuadrature) {
  struct Case {
    CentreOverlaps o;
    double margin, centre_margin, y;
  };
  for (const Case& c : {Case{plain_overlaps(0.8, 0.45, 0.42, 0.41, 0.68), 0, 0, 2},
                        Case{plain_overlaps(0.7, 0.3, 0.28, 0.4, 0.7), 0.2, 0.4, 3.5},
                        Case{plain_overlaps(0.8, 0.5, 0.45, 0.405 + 1e-7, 0.7), -0.3, 0.1, 0.5}}) {
    const CentreEnergetics fast = centre_energetics(c.o, c.margin, c.centre_margin, c.y);
    const CentreEnergetics slow = naive_energetics(c.o, c.margin, c.centre_margin, c.y);
    EXPECT_NEAR(fast.log_I, slow.log_I, 5e-9);
    EXPECT_NEAR(fast.log_X, slow.log_X, 5e-9);
    EXPECT_NEAR(fast.qt, slow.qt, 1e-7);
    EXPECT_NEAR(fast.st, slow.st, 1e-7);
    EXPECT_NEAR(fast.q0, slow.q0, 1e-7);
    EXPECT_NEAR(fast.q1, slow.q1, 1e-7);
    EXPECT_NEAR(fast.cross, slow.cross, 1e-7);
  }
}

// Far below the solutions' margin X^y is e^-1000 and less at the very maximum of the integrand.
TEST(ExplicitCentreAverages, EnergeticsReachBelowAllDoubles) {
  CentreOverlaps o;
  o.q1 = 0.7, o.one_minus_q1 = 0.3, o.q0 = o.A = 0.69, o.within = 0.01;
  const double y = 80, step = 0.02, h = 1e-3;
  const auto log_I = [&](double x, double replicas) {
    std::vector<double> exponents;
    for (double w = -10; w < 80; w += step)
      exponents.push_back(
          replicas * log_H((-std::sqrt(o.q0) * x - std::sqrt(o.within) * w) / std::sqrt(o.one_minus_q1)) -
          w * w / 2);
    const double largest = *std::max_element(exponents.begin(), exponents.end());
    double sum = 0;
    for (const double exponent : exponents) sum += std::exp(exponent - largest);
    return largest + std::log(sum * step * one_over_sqrt_2pi);
  };
  double mean = 0, slope = 0;
  for (double x = -8.2; x < 8.2; x += 0.1) {
    const double probability = G(x) * 0.1;
    mean += probability * log_I(x, y);
    slope += probability * (log_I(x, y + h) - log_I(x, y - h)) / (2 * h);
  }
  const CentreEnergetics e = centre_energetics(o, 0, no_centre_margin, y);
  EXPECT_NEAR(e.log_I, mean, 1e-8);
  EXPECT_NEAR(e.log_X, slope, 1e-7);
}

TEST(ExplicitCentreAverages, EnergeticsAreDerivativesOfTheLogarithm) {
  const double S = 0.94, qt = 0.6, st = 0.585, q0 = 0.575, q1 = 0.9, y = 6, h = 1e-5;
  const CentreEnergetics e = centre_energetics(plain_overlaps(S, qt, st, q0, q1), 0.1, 0.2, y);
  const auto slope = [&](auto&& at) { return (at(h) - at(-h)) / (2 * h); };
  EXPECT_NEAR(e.log_X, slope([&](double s) {
                return centre_energetics(plain_overlaps(S, qt, st, q0, q1), 0.1, 0.2, y + s).log_I;
              }),
              1e-7);
  EXPECT_NEAR(y * e.cross, slope([&](double s) {
                return centre_energetics(plain_overlaps(S + s, qt, st, q0, q1), 0.1, 0.2, y).log_I;
              }),
              1e-4);
  EXPECT_NEAR(-e.qt / 2, slope([&](double s) {
    return centre_energetics(plain_overlaps(S, qt + s, st, q0, q1), 0.1, 0.2, y).log_I;
  }),
              1e-4);
  EXPECT_NEAR(-y * e.st, slope([&](double s) {
    return centre_energetics(plain_overlaps(S, qt, st + s, q0, q1), 0.1, 0.2, y).log_I;
  }),
              1e-4);
  EXPECT_NEAR(-y * y / 2 * e.q0, slope([&](double s) {
    return centre_energetics(plain_overlaps(S, qt, st, q0 + s, q1), 0.1, 0.2, y).log_I;
  }),
              1e-4);
  EXPECT_NEAR(y * (y - 1) / 2 * e.q1, slope([&](double s) {
                return centre_energetics(plain_overlaps(S, qt, st, q0, q1 + s), 0.1, 0.2, y).log_I;
              }),
              1e-4);
}

TEST(ExplicitCentreAverages, ANarrowLawOfTheFieldIsContinuous) {
  // A passes from the Gaussian weights to the interpolated ones to none at all
  double last = centre_energetics(plain_overlaps(0.8, 0.5, 0.45, 0.405, 0.7), 0, 0, 4).log_I;
  for (const double A : {1e-6, 1e-4, 1e-3}) {
    const double now = centre_energetics(plain_overlaps(0.8, 0.5, 0.45, 0.405 + A, 0.7), 0, 0, 4).log_I;
    EXPECT_NEAR(now, last, 10 * A);
    last = now;
  }
  const auto at = [](double A) {
    return centre_energetics(plain_overlaps(0.8, 0.5, 0.45, 0.405 + A, 0.7), 0, 0, 4).log_I;
  };
  for (const double A : {2e-3, 4e-3, 8e-3, 1.6e-2})  // third differences of a smooth function
    EXPECT_NEAR(at(0.7 * A) - 3 * at(0.8 * A) + 3 * at(0.9 * A) - at(A), 0, 2e-3 * A);
}

TEST(ExplicitCentreAverages, EntropicsMeetTheNaiveThreefoldQuadrature) {
  struct Case {
    CentreConjugates c;
    double d, y;
  };
  const QuadratureRule normal = gaussian_panels(16, 8, 8), inner = gaussian_panels(24, 8, 18);
  for (const Case& c : {Case{{0.4, 0.3, 0.35, 0.6}, 0.1, 2}, Case{{0.1, 0.15, 0.27, 0.32}, 0.2, 4.5},
                        Case{{0, 0, 0.5, 0.9}, 0.05, 3}}) {
    const CentreEntropics fast = centre_entropics(c.c, c.d, c.y, 0.7, true);
    ASSERT_TRUE(std::isfinite(fast.L));
    const double sigma = std::sqrt(c.c.qhat1 - c.c.qhat0), root = std::sqrt(c.c.qthat);
    const double own =
        c.c.qthat > 0 ? std::sqrt(c.c.qhat0 - c.c.sthat * c.c.sthat / c.c.qthat) : std::sqrt(c.c.qhat0);
    double log_Z = 0, log_2cosh_mean = 0, qt = 0, st = 0, q0 = 0, q1 = 0, S = 0;
    for (std::size_t i = 0; i < normal.size(); ++i) {
      for (std::size_t j = 0; j < normal.size(); ++j) {
        const double probability = normal.weights[i] * normal.weights[j];
        if (probability < 1e-15) continue;
        const double z = normal.nodes[i], v = (root > 0 ? c.c.sthat / root * z : 0) + own * normal.nodes[j];
        double Z = 0, m = 0, T = 0, T2 = 0, wT = 0, lc = 0;
        for (const int wt : {-1, 1})
          for (std::size_t k = 0; k < inner.size(); ++k) {
            const double field = v + fast.L * wt + sigma * inner.nodes[k], tanh = std::tanh(field);
            const double weight = inner.weights[k] * std::exp(wt * root * z + c.y * log_2cosh(field));
            Z += weight, m += wt * weight, T += tanh * weight, T2 += tanh * tanh * weight;
            wT += wt * tanh * weight, lc += log_2cosh(field) * weight;
          }
        log_Z += probability * std::log(Z);
        log_2cosh_mean += probability * lc / Z;
        qt += probability * m * m / (Z * Z);
        st += probability * m * T / (Z * Z);
        q0 += probability * T * T / (Z * Z);
        q1 += probability * T2 / Z;
        S += probability * wT / Z;
      }
    }
    EXPECT_NEAR(S, 1 - 2 * c.d, 1e-8);
    EXPECT_NEAR(fast.log_Z, log_Z, 1e-8);
    EXPECT_NEAR(fast.log_2cosh, log_2cosh_mean, 1e-8);
    EXPECT_NEAR(fast.qt, qt, 1e-8);
    EXPECT_NEAR(fast.one_minus_qt, 1 - qt, 1e-8);
    EXPECT_NEAR(fast.st, st, 1e-8);
    EXPECT_NEAR(fast.q0, q0, 1e-8);
    EXPECT_NEAR(fast.q1, q1, 1e-8);
    EXPECT_NEAR(fast.one_minus_q1, 1 - q1, 1e-8);
    EXPECT_NEAR(fast.A, q0 - st * st / qt, 1e-8);
    EXPECT_NEAR(fast.excess1, q1 - S * S, 1e-8);
    EXPECT_NEAR(fast.excess_st, st - S * qt, 1e-8);
  }
}

TEST(ExplicitCentreAverages, CoordinatesKeepTheirIdentities) {
  for (const double d : {1e-3, 0.02, 0.2}) {
    const CentreOverlaps o = solution_centre_overlaps(d, {0.6, -1.5, 0.8, 0.05});
    EXPECT_NEAR(o.A, o.q0 - o.st * o.st / o.qt, 1e-15);
    EXPECT_NEAR(o.within, o.q1 - o.q0, 1e-15);
    EXPECT_NEAR(o.rho, (o.S - o.st) / std::sqrt(o.within * o.one_minus_qt), 1e-12);
    EXPECT_NEAR(o.one_minus_rho2, 1 - o.rho * o.rho, 1e-14);
    EXPECT_NEAR(o.one_minus_q1, 1 - o.q1, 1e-15);
    EXPECT_GT(o.one_minus_rho2, 0);
  }
}

// Down to within = 1e-300 the numbers of nodes are out of range long before: not a number, no attempt to allocate.
TEST(ExplicitCentreAverages, SolutionsOfAllCentresAlikeAreNotANumberAtWorst) {
  for (const double within : {1e-6, 1e-12, 1e-24, 1e-38, 1e-60, 1e-300}) {
    CentreOverlaps o;
    o.S = 0.9;
    o.q1 = o.q0 = o.A = 0.8;
    o.one_minus_q1 = 0.2;
    o.within = within;
    const CentreEnergetics e = centre_energetics(o, 0.5, 0, 37);
    EXPECT_TRUE(std::isnan(e.log_I) || e.log_I < 0) << within;
  }
}

TEST(ExplicitCentreAverages, TooManyNodesAreNotANumber) {
  EXPECT_TRUE(
      std::isnan(centre_energetics(plain_overlaps(0.9, 0.5, 0.49, 0.489, 1 - 1e-13), 0, 0, 50).log_I));
  EXPECT_TRUE(std::isnan(centre_entropics({1, 1, 1, 1e6}, 0.1, 50, 1, false).L));
}

}  // namespace
}  // namespace wfm::theory
