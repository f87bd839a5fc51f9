// Counting all configurations of small machines against the replica-symmetric entropy: the mean of ln(number of solutions)/N over
// instances, extrapolated linearly in 1/N to N = infinity. Gaussian inputs, so that no sum falls on a threshold.
#include <gmock/gmock.h>

#include <cmath>
#include <ostream>
#include <vector>

#include "math/parallel.hpp"
#include "math/statistics.hpp"
#include "problems/enumeration.hpp"
#include "problems/storage.hpp"
#include "theory/replica_symmetric.hpp"

namespace wfm {
namespace {

struct Case {
  const char* name;
  Architecture shape;  // with the inputs of one unit of the smallest size
  theory::Machine machine;
  double alpha, margin;
  std::vector<int> sizes;  // N
};
void PrintTo(const Case& one, std::ostream* out) {
  *out << one.name;
}

constexpr std::size_t instances = 400;

/// Mean of (1/N) ln(number of solutions) at one size. At these loads hardly any instance has none; one that has is left out and
/// counted.
MeanAndError quenched_entropy(const Case& one, int N, std::size_t& without_solution) {
  Architecture architecture = one.shape;
  architecture.inputs = N;
  std::vector<double> entropies(instances);
  parallel_for(instances, 0, [&](std::size_t j) {
    const Problem problem = make_storage(architecture, WeightKind::binary, one.alpha,
                                         1000 * std::uint64_t(N) + j, one.margin, InputKind::gaussian);
    entropies[j] = enumerate(problem, {.threads = 1}).log_count / N;
  });
  std::vector<double> finite;
  for (const double entropy : entropies)
    if (std::isfinite(entropy)) finite.push_back(entropy);
  without_solution += instances - finite.size();
  return mean_and_error(finite);
}

class EnumeratedEntropy : public testing::TestWithParam<Case> {};

TEST_P(EnumeratedEntropy, ExtrapolatesToReplicaTheory) {
  const Case& one = GetParam();
  std::size_t without_solution = 0;
  // weighted least squares of s(N) = s + b/N
  double S = 0, Sx = 0, Sxx = 0, Sy = 0, Sxy = 0;
  for (const int N : one.sizes) {
    const MeanAndError mean = quenched_entropy(one, N, without_solution);
    const double w = 1 / (mean.standard_error * mean.standard_error), x = 1.0 / N;
    S += w, Sx += w * x, Sxx += w * x * x, Sy += w * mean.mean, Sxy += w * x * mean.mean;
  }
  const double determinant = S * Sxx - Sx * Sx;
  const double extrapolated = (Sxx * Sy - Sx * Sxy) / determinant, error = std::sqrt(Sxx / determinant);
  const auto theory = theory::rs_entropy({one.alpha, one.margin, one.machine});
  ASSERT_TRUE(theory.converged);
  // four standard errors, and what a 1/N^2 term of the size of the 1/N term leaves
  const double slope = (S * Sxy - Sx * Sy) / determinant;
  const double curvature = std::abs(slope) / (one.sizes.front() * one.sizes.back());
  EXPECT_NEAR(extrapolated, theory.entropy, 4 * error + curvature)
      << "error " << error << ", 1/N term " << slope;
  EXPECT_LT(4 * error + curvature, 0.05);  // sharp enough to tell theory from its neighbours
  EXPECT_LT(without_solution, instances / 20);
}

const theory::Machine perceptron;
const theory::Machine committee{theory::Prior::binary, theory::Decoder::committee, 3,
                                theory::Activation::sign};
const theory::Machine parity{theory::Prior::binary, theory::Decoder::parity, 2, theory::Activation::sign};

INSTANTIATE_TEST_SUITE_P(
    Machines, EnumeratedEntropy,
    testing::Values(
        Case{"perceptron", {Machine::perceptron, false, 10, 1}, perceptron, 0.4, 0, {10, 15, 20}},
        Case{"perceptron_margin", {Machine::perceptron, false, 10, 1}, perceptron, 0.2, 0.3, {10, 15, 20}},
        Case{"perceptron_loaded", {Machine::perceptron, false, 10, 1}, perceptron, 0.5, 0, {10, 14, 20}},
        Case{"committee", {Machine::committee, true, 9, 3}, committee, 1.0 / 3, 0, {9, 15, 18}},
        Case{"parity", {Machine::parity, true, 10, 2}, parity, 0.5, 0, {10, 14, 18}}),
    [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace wfm
