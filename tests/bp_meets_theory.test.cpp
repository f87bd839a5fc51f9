// Message passing on instances against replica theory: two folders that never include each other must agree.
#include <gmock/gmock.h>

#include <cmath>
#include <ostream>
#include <vector>

#include "experiments/ensemble.hpp"
#include "inference/amp.hpp"
#include "inference/edge_bp.hpp"
#include "landscape/local_entropy.hpp"
#include "math/parallel.hpp"
#include "math/statistics.hpp"
#include "problems/storage.hpp"
#include "theory/franz_parisi.hpp"
#include "theory/replica_symmetric.hpp"

namespace wfm {
namespace {

struct Point {
  double alpha, margin;
};
void PrintTo(const Point& point, std::ostream* out) {
  *out << "alpha " << point.alpha << " margin " << point.margin;
}

template <class Engine>
double bethe_entropy(const Problem& problem, std::uint64_t seed, bool& converged) {
  typename Engine::Params params;
  params.external = inference::NoField{};
  const Engine engine(problem, params);
  RandomStream random(seed, Purpose::initial_state);
  auto state = engine.start(random);
  converged = false;
  for (std::uint64_t step = 1; step <= 300 && !converged; ++step) {
    RandomStream dynamics(seed, Purpose::dynamics, step);
    converged = engine.step(state, dynamics).converged;
  }
  return engine.bethe(state).entropy;
}

class EntropyOfInstances : public testing::TestWithParam<Point> {};
INSTANTIATE_TEST_SUITE_P(Points, EntropyOfInstances,
                         testing::Values(Point{0.3, 0}, Point{0.5, 0}, Point{0.5, 0.2}));

// RS theory at the margin that +-1 instances really impose (stabilities are odd multiples of 1/sqrt N), averaged over sixteen
// instances: within three standard errors.
TEST_P(EntropyOfInstances, AgreesWithReplicaSymmetry) {
  const double alpha = GetParam().alpha, margin = GetParam().margin;
  constexpr int N = 4001, instances = 16;
  std::vector<double> entropies(instances);
  std::vector<char> converged(instances);
  parallel_for(instances, 0, [&](std::size_t j) {
    const Problem problem =
        make_storage({Machine::perceptron, false, N, 1}, WeightKind::binary, alpha, 100 + j, margin);
    bool ok = false;
    entropies[j] = bethe_entropy<inference::Amp>(problem, j, ok);
    converged[j] = ok;
  });
  EXPECT_THAT(converged, testing::Each(true));
  const double P = double(pattern_count(alpha, {Machine::perceptron, false, N, 1}));
  const auto theory = theory::rs_entropy({P / N, inference::lattice_margin(margin, N)});
  ASSERT_TRUE(theory.converged);
  const MeanAndError bp = mean_and_error(entropies);
  EXPECT_LT(bp.standard_error, 2.5e-3);  // instances scatter by about 0.0066 at most, so 0.0017 for sixteen
  EXPECT_NEAR(bp.mean, theory.entropy, 3 * bp.standard_error);
}

struct SphericalPoint {
  Machine machine;
  int hidden;
  double alpha, margin;
};
void PrintTo(const SphericalPoint& point, std::ostream* out) {
  *out << name(point.machine) << " alpha " << point.alpha << " margin " << point.margin;
}

class VolumeOfInstances : public testing::TestWithParam<SphericalPoint> {};
INSTANTIATE_TEST_SUITE_P(Points, VolumeOfInstances,
                         testing::Values(SphericalPoint{Machine::perceptron, 1, 0.8, 0},
                                         SphericalPoint{Machine::perceptron, 1, 0.5, 0.5},
                                         SphericalPoint{Machine::committee, 3, 0.6, 0}));

// Share of the spheres that solves, spherical weights on a tree: RS theory within three standard errors over instances and 1/n.
TEST_P(VolumeOfInstances, AgreesWithReplicaSymmetry) {
  const auto [machine, hidden, alpha, margin] = GetParam();
  constexpr int n = 1001, instances = 8;
  const Architecture architecture{machine, hidden > 1, n * hidden, hidden};
  std::vector<double> entropies;
  for (int j = 0; j < instances; ++j) {
    const Problem problem =
        make_storage(architecture, WeightKind::spherical, alpha, 100 + std::uint64_t(j), margin);
    bool converged = false;
    entropies.push_back(bethe_entropy<inference::Amp>(problem, std::uint64_t(j), converged));
    EXPECT_TRUE(converged);
  }
  theory::RsParams params{double(pattern_count(alpha, architecture)) / (n * hidden), margin};
  params.machine.prior = theory::Prior::spherical;
  params.machine.decoder = hidden > 1 ? theory::Decoder::committee : theory::Decoder::perceptron;
  params.machine.hidden = hidden;
  const auto theory = theory::rs_entropy(params);
  ASSERT_TRUE(theory.converged);
  const MeanAndError bp = mean_and_error(entropies);
  EXPECT_LT(bp.standard_error, 0.01);
  EXPECT_NEAR(bp.mean, theory.entropy, 3 * bp.standard_error + 1.0 / n);
}

TEST(Engines, AmpAndEdgeMessagesReachTheSameFixedPoint) {
  const Problem problem = make_storage({Machine::perceptron, false, 1001, 1}, WeightKind::binary, 0.5, 1);
  bool amp_converged = false, edge_converged = false;
  const double amp = bethe_entropy<inference::Amp>(problem, 1, amp_converged);
  const double edge = bethe_entropy<inference::EdgeBp>(problem, 1, edge_converged);
  EXPECT_TRUE(amp_converged && edge_converged);
  EXPECT_NEAR(amp, edge, 1.0 / 1001);  // AMP drops terms of relative order 1/N
}

// The local entropy at the typical distance is that of the whole space of solutions, and its curve lies between the data-free bound
// and the typical Franz-Parisi curve for a solution that an algorithm found.
TEST(LocalEntropyOfSolutions, LiesAboveTypicalSolutionsAndPeaksAtReplicaSymmetry) {
  constexpr std::size_t instances = 4;
  std::vector<Problem> problems;
  for (std::uint64_t seed = 1; seed <= instances; ++seed)
    problems.push_back(make_storage({Machine::perceptron, false, 1001, 1}, WeightKind::binary, 0.5, seed));
  experiments::EnsembleParams params;
  params.distances = {0.02, 0.05, 0.3};
  const auto solutions = experiments::run_ensemble(problems, {{"fBP", "fbp", {}}}, params);
  const auto typical = theory::franz_parisi_curve({problems[0].alpha(), 0, 0}, params.distances);
  for (const auto& solution : solutions) {
    ASSERT_TRUE(solution.solved());
    for (std::size_t d = 0; d < 2; ++d) {
      ASSERT_TRUE(solution.entropies[d].converged);
      EXPECT_GT(solution.entropies[d].entropy, typical[d].entropy);
      EXPECT_LT(solution.entropies[d].normalised, 0);
    }
  }
  const auto at_peak = experiments::average_entropy(experiments::of_label(solutions, "fBP"), 2);
  const auto whole = theory::rs_entropy({problems[0].alpha(), 0});
  EXPECT_NEAR(at_peak.entropy.mean, whole.entropy,
              3 * at_peak.entropy.standard_error + 0.01);  // the peak is flat: 0.01 at d = 0.3
}

}  // namespace
}  // namespace wfm
