// Local entropy of spherical weights: limits, identities, one pattern exactly, and the share of random points that are solutions.
#include <gtest/gtest.h>

#include <cmath>
#include <ostream>

#include "landscape/local_entropy.hpp"
#include "landscape/slice_share.hpp"
#include "math/error.hpp"
#include "math/gaussian.hpp"
#include "math/quadrature.hpp"
#include "problems/evaluation.hpp"
#include "problems/storage.hpp"
#include "problems/teacher.hpp"

namespace wfm::landscape {
namespace {

Weights any_point(const Architecture& architecture, std::uint64_t seed) {
  return random_weights(architecture, WeightKind::spherical, seed, Purpose::measurement);
}

// The teacher is a solution to measure around.
Problem planted(const Architecture& architecture, double alpha, std::uint64_t seed,
                InputKind inputs = InputKind::binary) {
  TeacherParams params;
  params.alpha = alpha;
  params.seed = seed;
  params.inputs = inputs;
  return make_teacher_student(architecture, WeightKind::spherical, params);
}

LocalEntropyParams with(Engine engine) {
  LocalEntropyParams params;
  params.engine = engine;
  return params;
}

const Architecture perceptron{Machine::perceptron, false, 99, 1}, tree{Machine::committee, true, 99, 3},
    full{Machine::committee, false, 33, 3}, parity{Machine::parity, true, 98, 2};

class SphericalLocalEntropy : public testing::TestWithParam<Engine> {};
INSTANTIATE_TEST_SUITE_P(Engines, SphericalLocalEntropy, testing::Values(Engine::amp, Engine::edge),
                         [](const auto& test) { return test.param == Engine::amp ? "amp" : "edge"; });

TEST_P(SphericalLocalEntropy, IsZeroWithoutPatterns) {
  for (const Architecture& architecture : {perceptron, tree, full, parity}) {
    const Problem problem = make_storage(architecture, WeightKind::spherical, 0, 1);
    const std::vector<double> distances{0.4, 0.001, 0.1, 0.8};
    for (const auto& point :
         local_entropy(problem, any_point(architecture, 1), distances, with(GetParam()))) {
      const double S = 1 - 2 * point.distance;
      EXPECT_TRUE(point.converged) << point.reason;
      EXPECT_NEAR(point.normalised, 0, 1e-8);
      EXPECT_NEAR(point.entropy, 0.5 * std::log(1 - S * S), 1e-8);
      EXPECT_NEAR(point.gamma * (1 - S * S) / S, 1, 1e-8);
      EXPECT_EQ(point.beyond_typical, point.distance > 0.5);
      EXPECT_EQ(point.fixed_points, 2);
      EXPECT_LT(point.spread, 1e-10);
    }
  }
}

// d normalised/dS = -(lambda - S/(1 - S^2)). AMP's functional is stationary at its fixed points, that of relaxed messages up to terms
// of relative order 1/n; the difference of neighbours, 2e-3 in S, is exact to about 1e-6.
TEST_P(SphericalLocalEntropy, SlopeIsTheMultiplier) {
  for (const Architecture& architecture : {perceptron, tree, full, parity}) {
    const Problem problem = planted(architecture, 0.5, 2);
    const double d = 0.1, step = 5e-4, S = 1 - 2 * d;
    auto params = with(GetParam());
    params.tolerance = 1e-10;
    const auto points =
        local_entropy(problem, *problem.teacher, std::vector<double>{d - step, d, d + step}, params);
    for (const auto& point : points) ASSERT_TRUE(point.converged) << point.reason;
    const double slope = (points[0].normalised - points[2].normalised) / (4 * step);
    const double expected = -(points[1].gamma - S / (1 - S * S));
    const double bound = GetParam() == Engine::amp ? 1e-4 * std::abs(expected) : 0.3 / architecture.fan_in();
    EXPECT_NEAR(slope, expected, bound) << name(architecture.machine) << architecture.tree;
  }
}

// Share of the slice at overlap S where one +-1 pattern's stability s is at least kappa:
//   s = S s_t + sqrt(1 - S^2) r t,  r^2 = n - s_t^2,  t a coordinate of a random unit vector in n - 1 dimensions,
//   density of t ~ (1 - t^2)^{(n-4)/2}
double exact_share(double stability, double S, double kappa, double n) {
  const double r = std::sqrt(n - stability * stability);
  const double least = (kappa - S * stability) / (std::sqrt(1 - S * S) * r);
  const auto density = [&](double t) { return std::exp((n - 4) / 2 * std::log1p(-t * t)); };
  const double width = std::min(1.0, 20 / std::sqrt(n));
  const auto mass = [&](double from) {
    return integrate(composite_gauss_legendre(60, 20, from, width), density);
  };
  return mass(std::max(least, -width)) / mass(-width);
}

TEST_P(SphericalLocalEntropy, OfOnePatternIsAPartOfASphericalCap) {
  for (const int n : {15, 101, 2001})
    for (const double margin : {0.0, 0.7})
      for (const double d : {0.05, 0.25}) {
        const Problem problem =
            make_storage({Machine::perceptron, false, n, 1}, WeightKind::spherical, 1.0 / n, 3, margin);
        ASSERT_EQ(problem.train.count(), 1u);
        const Weights reference = any_point(problem.architecture, 3);
        const double stability = output_stabilities(problem.architecture, reference, problem.train)[0];
        const double S = 1 - 2 * d, x = (margin - S * stability) / std::sqrt(1 - S * S);
        const double exact = std::log(exact_share(stability, S, margin, n));
        const auto point = local_entropy(problem, reference, std::vector<double>{d}, with(GetParam()))[0];
        ASSERT_TRUE(point.converged) << point.reason;
        // cut of a Gaussian instead of a sphere: ln H against the integral, about x^4/4n, and messages of order 1/n
        const double x2 = x * x;
        EXPECT_NEAR(n * point.normalised, exact, (1 + 2 * x2 + x2 * x2 / 2) / n)
            << n << " " << margin << " " << d;
      }
}

TEST(SliceShare, OfOnePatternIsAPartOfASphericalCap) {
  const Problem problem =
      make_storage({Machine::perceptron, false, 9, 1}, WeightKind::spherical, 1.0 / 9, 3, 0.3);
  const Weights reference = any_point(problem.architecture, 4);
  const double stability = output_stabilities(problem.architecture, reference, problem.train)[0];
  for (const double d : {0.2, 0.3, 0.7}) {
    const auto drawn = slice_share(problem, reference, d);
    ASSERT_TRUE(drawn.sampled);
    EXPECT_NEAR(drawn.normalised, std::log(exact_share(stability, 1 - 2 * d, 0.3, 9)) / 9,
                4 * drawn.standard_error + 1e-12);
  }
}

struct Case {
  Architecture architecture;
  double alpha, margin;
  InputKind inputs;
};
void PrintTo(const Case& c, std::ostream* out) {
  *out << name(c.architecture.machine) << " alpha " << c.alpha << " margin " << c.margin;
}
class AgainstTheSlice : public testing::TestWithParam<Case> {};
INSTANTIATE_TEST_SUITE_P(Machines, AgainstTheSlice,
                         testing::Values(Case{perceptron, 0.1, 0, InputKind::binary},
                                         Case{perceptron, 0.05, 0.3, InputKind::binary},
                                         Case{tree, 0.1, 0, InputKind::binary},
                                         Case{tree, 0.1, 0, InputKind::gaussian},
                                         Case{full, 0.1, 0, InputKind::binary},
                                         Case{parity, 0.05, 0, InputKind::binary}));

// M normalised of some -3; the messages' own error at M = 99 is of order 0.1.
TEST_P(AgainstTheSlice, MessagesGiveTheShareOfSolutions) {
  const auto [architecture, alpha, margin, inputs] = GetParam();
  Problem problem = planted(architecture, alpha, 5, inputs);
  problem.margin = margin;
  SliceShareParams drawn;
  drawn.samples = 10000;
  const double M = architecture.weights();
  const std::vector<double> distances{0.05, 0.3};
  for (const Engine engine : {Engine::amp, Engine::edge}) {
    const auto points = local_entropy(problem, *problem.teacher, distances, with(engine));
    for (std::size_t j = 0; j < distances.size(); ++j) {
      const auto share = slice_share(problem, *problem.teacher, distances[j], drawn);
      ASSERT_TRUE(share.sampled) << share.reason;
      ASSERT_TRUE(points[j].converged) << points[j].reason;
      EXPECT_NEAR(M * points[j].normalised, M * share.normalised, 0.2 + 3 * M * share.standard_error)
          << "distance " << distances[j];
      EXPECT_LT(points[j].spread, 1e-6);
    }
  }
}

// A fully connected parity machine with its teacher, far from it: messages rest on the symmetric point, where units know nothing of the
// patterns, or on a copy of the teacher with its units exchanged, which has more entropy.
TEST(SphericalParity, TwoFixedPointsAreReported) {
  const Problem problem = planted({Machine::parity, false, 61, 2}, 2.6, 2);
  LocalEntropyParams params;
  params.dampings = {0.5, 0.9};
  params.tolerance = 1e-5;
  params.initialisations = 4;
  for (const auto& point :
       local_entropy(problem, *problem.teacher, std::vector<double>{0.45, 0.55}, params)) {
    EXPECT_TRUE(point.converged);
    EXPECT_GT(point.fixed_points, 4);
    EXPECT_NEAR(point.spread, 0.165, 0.005);
    EXPECT_NEAR(point.entropy, -1.640, 0.005);
  }
  params.initialisations = 1;
  params.both_sides = false;
  const auto outwards = local_entropy(problem, *problem.teacher, std::vector<double>{0.55}, params)[0];
  EXPECT_EQ(outwards.fixed_points, 1);
  EXPECT_EQ(outwards.spread, 0);
}

TEST(SliceShare, RefusesWhatItCannotDraw) {
  const Problem problem = make_storage(perceptron, WeightKind::spherical, 0.1, 1);
  const Weights reference = any_point(perceptron, 1);
  EXPECT_THROW(slice_share(problem, reference, 0), InvalidInput);
  EXPECT_THROW(slice_share(problem, reference, 0.1, {.samples = 3}), InvalidInput);
  const Problem binary = make_storage(perceptron, WeightKind::binary, 0.1, 1);
  EXPECT_THROW(slice_share(binary, reference, 0.1), InvalidInput);
  const auto rare =
      slice_share(make_storage(perceptron, WeightKind::spherical, 1, 1), reference, 0.1, {.samples = 100});
  EXPECT_FALSE(rare.sampled);
  EXPECT_TRUE(std::isnan(rare.normalised));
  EXPECT_EQ(rare.reason, "0 of 100 random points are solutions");
}

}  // namespace
}  // namespace wfm::landscape
