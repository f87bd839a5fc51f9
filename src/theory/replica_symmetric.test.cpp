#include "theory/replica_symmetric.hpp"

#include <cmath>
#include <limits>
#include <numbers>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "math/error.hpp"
#include "math/gaussian.hpp"
#include "math/quadrature.hpp"
#include "theory/energetics.hpp"
#include "theory/rs_entropics.hpp"

namespace wfm::theory {
namespace {

using ::testing::HasSubstr;

/// (RS.1) on plain Gauss-Legendre panels, a different rule from the one in use.
double free_entropy_on_panels(double alpha, double margin, double q, double qhat) {
  const QuadratureRule rule = gaussian_panels(200, 10, 9);
  return -qhat * (1 - q) / 2 + integrate(rule, [&](double z) { return log_2cosh(std::sqrt(qhat) * z); }) +
         alpha *
             integrate(rule, [&](double z) { return log_H((margin - std::sqrt(q) * z) / std::sqrt(1 - q)); });
}

TEST(ReplicaSymmetric, IsLn2WithoutPatterns) {
  const RsResult rs = rs_entropy({0, 0.3});
  EXPECT_TRUE(rs.converged);
  EXPECT_DOUBLE_EQ(rs.entropy, std::numbers::ln2);
  EXPECT_EQ(rs.q, 0);
}

// d phi/d alpha = int Dz ln H at the saddle, ln H(kappa) at alpha = 0: one pattern keeps the share H(kappa) of all weights.
TEST(ReplicaSymmetric, BeginsWithTheShareThatOnePatternKeeps) {
  for (const double margin : {-1.0, 0.0, 0.5}) {
    const double alpha = 1e-6;
    const RsResult rs = rs_entropy({alpha, margin});
    // second order in alpha: qhat^2/4 with qhat ~ alpha R^2
    EXPECT_NEAR(rs.entropy, std::numbers::ln2 + alpha * log_H(margin), 3 * alpha * alpha);
  }
}

TEST(ReplicaSymmetric, SaddleIsStationaryForAnIndependentQuadrature) {
  for (const RsParams params : {RsParams{0.5, 0}, RsParams{0.3, 0.6}, RsParams{0.83, 0}, RsParams{3, -1}}) {
    const RsResult rs = rs_entropy(params);
    ASSERT_TRUE(rs.converged);
    const auto phi = [&](double q, double qhat) {
      return free_entropy_on_panels(params.alpha, params.margin, q, qhat);
    };
    EXPECT_NEAR(phi(rs.q, rs.qhat), rs.entropy, 1e-12);
    EXPECT_NEAR(rs_free_entropy(params, rs.q, rs.qhat), rs.entropy, 1e-13);
    const double h = 1e-4;  // differences err by h^2 and 1e-16/h
    EXPECT_NEAR((phi(rs.q + h, rs.qhat) - phi(rs.q - h, rs.qhat)) / (2 * h), 0, 1e-6);
    EXPECT_NEAR((phi(rs.q, rs.qhat + h) - phi(rs.q, rs.qhat - h)) / (2 * h), 0, 1e-8);
    // and it is not flat: a shifted q would be noticed
    EXPECT_GT(std::abs((phi(rs.q + 0.01 + h, rs.qhat) - phi(rs.q + 0.01 - h, rs.qhat)) / (2 * h)), 1e-4);
  }
}

TEST(ReplicaSymmetric, AgreesWithReferenceNumbers) {
  struct Row {
    double alpha, margin, entropy, q, qhat;
  };
  for (const Row& row : {Row{0.1, 0.5, 0.5709694933802576, 0.12919788708446767, 0.1688126801424317},
                         Row{0.3, 0, 0.47482892664723597, 0.19083792208425399, 0.28597864596813943},
                         Row{0.5, 0, 0.3143900668556251, 0.3223853632235614, 0.6680349895351304},
                         Row{0.5, 0.2, 0.1940388202559311, 0.4435678307680038, 1.309807209972015},
                         Row{0.7, 0, 0.1353996686909673, 0.4625705198197503, 1.4535913554752786}}) {
    const RsResult rs = rs_entropy({row.alpha, row.margin});
    EXPECT_NEAR(rs.entropy, row.entropy, 1e-11);
    EXPECT_NEAR(rs.q, row.q, 1e-11);
    EXPECT_NEAR(rs.qhat, row.qhat, 1e-11);
    EXPECT_LT(rs.residual, 1e-12);
    EXPECT_LT(rs.quadrature_error, 1e-12);
  }
}

// The last saddle: (1-q)^2 qhat tends to 2/pi and to alpha int Dz (kappa + z)_+^2.
TEST(ReplicaSymmetric, FindsTheSaddleUpToItsEndAndSaysThatNoneIsLeftBeyond) {
  for (const double margin : {-0.5, 0.0, 1.0, 3.0}) {
    const double cost = (1 + margin * margin) * H(-margin) + margin * G(margin);
    const double last = 2 / (std::numbers::pi * cost);
    const RsResult below = rs_entropy({last * (1 - 1e-3), margin});
    EXPECT_TRUE(below.converged);
    EXPECT_LT(below.entropy, 0);
    EXPECT_LT(below.quadrature_error, 1e-9);
    const RsResult beyond = rs_entropy({last * (1 + 1e-3), margin});
    EXPECT_FALSE(beyond.converged);
    EXPECT_THAT(beyond.reason, HasSubstr("no saddle"));
    EXPECT_TRUE(std::isnan(beyond.entropy));
  }
}

TEST(ReplicaSymmetric, EntropyFallsWithTheLoadAndTheMarginEverywhere) {
  for (double margin = -6; margin < 6; margin += 0.71) {
    double last = std::numbers::ln2;
    for (double alpha = 1e-9; alpha < 1e4; alpha *= 3.3) {
      const RsResult rs = rs_entropy({alpha, margin});
      if (!rs.converged) {
        EXPECT_FALSE(rs.reason.empty());
        break;
      }
      ASSERT_LE(rs.entropy, last + 1e-15) << alpha << ' ' << margin;
      ASSERT_LT(rs.residual, 1e-9) << alpha << ' ' << margin;
      ASSERT_LE(rs.entropy, std::numbers::ln2 + alpha * log_H(margin) + 1e-12);  // Jensen
      last = rs.entropy;
    }
  }
}

TEST(ReplicaSymmetric, RefusesWhatIsNoLoadOrMargin) {
  const double nan = std::numeric_limits<double>::quiet_NaN(),
               infinite = std::numeric_limits<double>::infinity();
  EXPECT_THROW(rs_entropy({-0.1, 0}), InvalidInput);
  EXPECT_THROW(rs_entropy({nan, 0}), InvalidInput);
  EXPECT_THROW(rs_entropy({infinite, 0}), InvalidInput);
  EXPECT_THROW(rs_entropy({0.5, nan}), InvalidInput);
  EXPECT_THROW(rs_free_entropy({0.5, 0}, 1, 1), InvalidInput);
  EXPECT_THROW(rs_free_entropy({0.5, 0}, 0.5, -1), InvalidInput);
}

const Machine spherical_perceptron{Prior::spherical};
const Machine machines[] = {{},
                            spherical_perceptron,
                            {Prior::binary, Decoder::committee, infinitely_many, Activation::sign},
                            {Prior::spherical, Decoder::committee, infinitely_many, Activation::sign},
                            {Prior::binary, Decoder::committee, infinitely_many, Activation::relu},
                            {Prior::spherical, Decoder::committee, infinitely_many, Activation::erf},
                            {Prior::binary, Decoder::committee, 3},
                            {Prior::spherical, Decoder::committee, 3}};

TEST(ReplicaSymmetric, SaddleOfEveryMachineIsStationary) {
  for (const Machine& machine : machines) {
    const RsParams params{0.6, 0, machine};
    const RsResult rs = rs_entropy(params);
    ASSERT_TRUE(rs.converged) << name_of(machine);
    EXPECT_LE(rs.residual, 1e-10);
    EXPECT_LT(rs.quadrature_error, 1e-6);
    const double h = 1e-4;  // differences err by h^2
    const auto phi = [&](double q, double qhat) { return rs_free_entropy(params, q, qhat); };
    EXPECT_NEAR(phi(rs.q, rs.qhat), rs.entropy, 1e-12) << name_of(machine);
    EXPECT_NEAR((phi(rs.q + h, rs.qhat) - phi(rs.q - h, rs.qhat)) / (2 * h), 0, 1e-6) << name_of(machine);
    EXPECT_NEAR((phi(rs.q, rs.qhat + h) - phi(rs.q, rs.qhat - h)) / (2 * h), 0, 1e-7) << name_of(machine);
  }
}

// d phi/d alpha = E[ln X] at the saddle
TEST(ReplicaSymmetric, SlopeInTheLoadIsTheEnergeticPart) {
  for (const Machine& machine : machines) {
    const double alpha = 0.5, h = 1e-3;
    const RsResult rs = rs_entropy({alpha, 0, machine});
    const double slope =
        (rs_entropy({alpha + h, 0, machine}).entropy - rs_entropy({alpha - h, 0, machine}).entropy) / (2 * h);
    const double free = rs_free_entropy({alpha + 1, 0, machine}, rs.q, rs.qhat) -
                        rs_free_entropy({alpha, 0, machine}, rs.q, rs.qhat);
    EXPECT_NEAR(slope, free, 1e-5) << name_of(machine);
  }
}

TEST(ReplicaSymmetric, EveryMachineBeginsWithTheShareThatOnePatternKeeps) {
  for (const Machine& machine : machines) {
    const double empty = machine.prior == Prior::binary ? std::numbers::ln2 : 0;
    EXPECT_NEAR(rs_entropy({0, 0, machine}).entropy, empty, 1e-15);
    const double alpha = 1e-6;
    EXPECT_NEAR(rs_entropy({alpha, 0, machine}).entropy, empty - alpha * std::numbers::ln2, 3e-12);
  }
}

/// (RS.2) of Gardner on plain panels, minimised over q by a scan: no saddle-point equation in it.
TEST(ReplicaSymmetric, SphericalPerceptronIsTheMinimumOverTheOverlap) {
  const QuadratureRule rule = gaussian_panels(100, 10, 9);
  for (const RsParams params :
       {RsParams{0.8, 0, spherical_perceptron}, RsParams{0.3, 0.9, spherical_perceptron}}) {
    const auto phi = [&](double q) {
      return (std::log(1 - q) + q / (1 - q)) / 2 +
             params.alpha * integrate(rule, [&](double z) {
               return log_H((params.margin - std::sqrt(q) * z) / std::sqrt(1 - q));
             });
    };
    const RsResult rs = rs_entropy(params);
    EXPECT_NEAR(phi(rs.q), rs.entropy, 1e-12);
    for (const double step : {-0.05, -1e-3, 1e-3, 0.05}) EXPECT_GT(phi(rs.q + step), rs.entropy);
  }
}

TEST(ReplicaSymmetric, OfParityMachinesIsTheFirstMoment) {
  for (const int K : {2, 3}) {
    const RsResult rs = rs_entropy({0.7, 0, {Prior::binary, Decoder::parity, K}});
    EXPECT_NEAR(rs.entropy, 0.3 * std::numbers::ln2, 1e-13);
    EXPECT_LT(rs.q, 1e-20);
  }
  // beyond pi^2/8 the saddle q = 0 of K = 2 is unstable, and the next one is returned
  const RsResult beyond = rs_entropy({1.4, 0, {Prior::spherical, Decoder::parity, 2}});
  EXPECT_TRUE(beyond.converged);
  EXPECT_GT(beyond.q, 0.01);
}

TEST(ReplicaSymmetric, CurveByTheConjugateMeetsTheOneByTheLoad) {
  for (const Machine& machine : machines) {
    const RsCurvePoint point = rs_at_conjugate(machine, 0, 0.9);
    const RsResult rs = rs_entropy({point.alpha, 0, machine});
    EXPECT_NEAR(rs.q, point.saddle.q, 1e-10) << name_of(machine);
    EXPECT_NEAR(rs.entropy, point.saddle.entropy, 1e-11);
    EXPECT_NEAR(rs.replicon, point.saddle.replicon, 1e-9);
  }
  EXPECT_THROW(rs_at_conjugate({}, 0, 0), InvalidInput);
  EXPECT_FALSE(rs_at_conjugate({}, 0, 1e300).saddle.converged);
}

TEST(ReplicaSymmetric, OneHiddenUnitIsThePerceptron) {
  const RsResult unit = rs_entropy({0.5, 0.1, {Prior::binary, Decoder::committee, 1}}),
                 single = rs_entropy({0.5, 0.1});
  EXPECT_EQ(unit.entropy, single.entropy);
  EXPECT_EQ(unit.replicon, single.replicon);
}

// Close to its end the branch of a margin asks for finer grids than small overlaps do; the coarse equation jumps through its root.
TEST(ReplicaSymmetric, LargeOverlapsOfThreeUnitsAreResolved) {
  const Machine machine{Prior::spherical, Decoder::committee, 3};
  const double alpha = 0.90540783870064839, margin = 0.58426135693960712;
  const RsResult rs = rs_entropy({alpha, margin, machine});
  ASSERT_TRUE(rs.converged) << rs.reason;
  EXPECT_GT(rs.q, 0.9);
  EXPECT_LE(rs.quadrature_error, 2e-4);
  const RsEnergetics fine = rs_energetics(machine, margin, {rs.q, 1 - rs.q}, 3);
  const RsEntropics weights = rs_entropics(machine.prior, rs.qhat, 1);
  EXPECT_NEAR(-rs.qhat * (1 - rs.q) / 2 + weights.value + alpha * fine.value, rs.entropy, 1e-5);
  EXPECT_NEAR(alpha * fine.force, rs.qhat, 1e-4 * rs.qhat);
}

// The search for a saddle ends where the overlap has run away.
TEST(ReplicaSymmetric, RunawayOfThreeUnitsEnds) {
  const Machine machine{Prior::binary, Decoder::committee, 3};
  const RsResult none = rs_entropy({1.83, 0.33, machine});
  EXPECT_FALSE(none.converged);
  EXPECT_FALSE(none.reason.empty());
  EXPECT_TRUE(std::isnan(none.entropy));
}

TEST(ReplicaSymmetric, OverflowsEndWithAReason) {
  for (const Prior prior : {Prior::binary, Prior::spherical})
    for (const auto& [alpha, margin] : {std::pair{1e160, 0.0}, {0.5, 1e200}, {1e300, 3.0}, {1e308, 0.5}}) {
      const RsResult rs = rs_entropy({alpha, margin, {prior}});
      EXPECT_FALSE(rs.converged);
      EXPECT_FALSE(rs.reason.empty());
    }
  for (const Prior prior : {Prior::binary, Prior::spherical})
    EXPECT_FALSE(rs_overlap(prior, std::numeric_limits<double>::infinity()).q < 1);
}

}  // namespace
}  // namespace wfm::theory
