#include "landscape/hessian_matrix.hpp"

#include <gmock/gmock.h>

#include <cmath>
#include <numeric>

#include "math/spectral_density.hpp"
#include "problems/storage.hpp"
#include "problems/teacher.hpp"

namespace wfm::landscape {
namespace {

using training::Activation;
using training::LossKind;
using training::Network;

struct Case {
  Problem problem;
  Network network;
  Weights weights;
};

Case make_case(const Architecture& machine, std::size_t patterns, Activation activation,
               InputKind inputs = InputKind::gaussian) {
  return {make_storage(machine, WeightKind::spherical, double(patterns) / machine.weights(), 3, 0, inputs),
          Network(network_shape(machine, activation)),
          random_weights(machine, WeightKind::spherical, 4, Purpose::measurement)};
}

constexpr Architecture perceptron{Machine::perceptron, false, 14, 1}, tree{Machine::committee, true, 24, 3},
    committee{Machine::committee, false, 10, 3};

// Patterns below, at and above the fan-in: the reduction to the patterns' span, its edge, and none.
TEST(HessianMatrix, HasTheSpectrumOfTheProducts) {
  for (const Architecture& machine : {perceptron, tree, committee})
    for (const std::size_t patterns : {1u, 5u, 7u, 8u, 9u, 10u, 13u, 14u, 30u})
      for (const Activation activation : {Activation::tanh, Activation::erf, Activation::relu})
        for (const bool tangent : {false, true}) {
          const Case c = make_case(machine, patterns, activation);
          const LossHessian hessian(c.network, c.weights.values, 1.4, {LossKind::cross_entropy, 1.6, 0.1},
                                    c.problem.train, tangent);
          const HessianMatrix whole = hessian_matrix(hessian, 2);
          EXPECT_EQ(std::size_t(whole.matrix.rows()), reduced_size(hessian));
          const auto spectrum = whole_spectrum(whole);
          const auto expected = symmetric_eigenvalues(dense_matrix(hessian.product()));
          ASSERT_EQ(spectrum.size(), expected.size());
          for (std::size_t j = 0; j < expected.size(); ++j)
            ASSERT_NEAR(spectrum[j], expected[j], 1e-13)
                << name(machine.machine) << " P = " << patterns << (tangent ? " tangent" : "");
        }
}

// Repeated patterns, and weights inside the patterns' span (where no basis vector is left for them).
TEST(HessianMatrix, ReductionStandsDependentPatterns) {
  Case c = make_case(committee, 6, Activation::tanh);
  auto& X = std::get<RealMatrix>(c.problem.train.inputs);
  X.row(1) = X.row(0);
  X.row(4) = 2 * X.row(2) - X.row(3);
  for (int k = 0; k < 3; ++k)
    for (int i = 0; i < 10; ++i) c.weights.unit(k)[i] = X(k, i);
  normalise(c.weights);
  for (const bool tangent : {false, true}) {
    const LossHessian hessian(c.network, c.weights.values, 2, {}, c.problem.train, tangent);
    const auto spectrum = whole_spectrum(hessian_matrix(hessian));
    const auto expected = symmetric_eigenvalues(dense_matrix(hessian.product()));
    ASSERT_EQ(spectrum.size(), expected.size());
    for (std::size_t j = 0; j < expected.size(); ++j) EXPECT_NEAR(spectrum[j], expected[j], 1e-13);
  }
}

TEST(HessianMatrix, OfAPerceptronsMeanSquareIsTheCovarianceOfTheInputs) {
  const Case c = make_case(perceptron, 30, Activation::tanh);
  const RealMatrix& X = std::get<RealMatrix>(c.problem.train.inputs);
  const Eigen::MatrixXd covariance = X.transpose() * X / (30.0 * 14);
  const LossHessian hessian(c.network, c.weights.values, 2, {LossKind::mean_square, 1, 1}, c.problem.train);
  EXPECT_LT((hessian_matrix(hessian).matrix - covariance).cwiseAbs().maxCoeff(), 1e-15);
  // cross-entropy: (gamma/2)/cosh^2(gamma s) in the middle
  const double gamma = 1.3;
  const LossHessian other(c.network, c.weights.values, 2, {LossKind::cross_entropy, gamma, 0},
                          c.problem.train);
  Eigen::MatrixXd expected = Eigen::MatrixXd::Zero(14, 14);
  for (Eigen::Index a = 0; a < 30; ++a) {
    const double field =
        X.row(a).dot(Eigen::Map<const Eigen::VectorXd>(c.weights.values.data(), 14).transpose()) /
        std::sqrt(14.0);
    expected +=
        gamma / 2 / std::pow(std::cosh(gamma * field), 2) * X.row(a).transpose() * X.row(a) / (30.0 * 14);
  }
  EXPECT_LT((hessian_matrix(other).matrix - expected).cwiseAbs().maxCoeff(), 1e-15);
}

TEST(HessianMatrix, UnitSpectraAreThoseOfTheDiagonalBlocks) {
  for (const Architecture& machine : {tree, committee})
    for (const std::size_t patterns : {5u, 40u})
      for (const bool tangent : {false, true}) {
        const Case c = make_case(machine, patterns, Activation::tanh);
        const LossHessian hessian(c.network, c.weights.values, 2, {}, c.problem.train, tangent);
        const Eigen::MatrixXd H = dense_matrix(hessian.product());
        const auto spectra = unit_spectra(hessian_matrix(hessian));
        ASSERT_EQ(spectra.size(), 3u);
        const Eigen::Index size = H.rows() / 3;
        for (Eigen::Index k = 0; k < 3; ++k) {
          const auto expected = symmetric_eigenvalues(H.block(k * size, k * size, size, size));
          ASSERT_EQ(spectra[std::size_t(k)].size(), expected.size());
          for (std::size_t j = 0; j < expected.size(); ++j)
            EXPECT_NEAR(spectra[std::size_t(k)][j], expected[j], 1e-13);
        }
      }
}

TEST(HessianMatrix, DeeperNetworksAreMadeOfProducts) {
  const Network network({12, {4, 3}, false, true, Activation::tanh});
  const Patterns patterns = make_case({Machine::perceptron, false, 12, 1}, 9, Activation::tanh).problem.train;
  RandomStream random(2, Purpose::initial_state);
  const auto start = network.random_weights(random);
  const std::vector<double> w(start.begin(), start.end());
  const LossHessian hessian(network, w, 1, {}, patterns, true);
  const HessianMatrix whole = hessian_matrix(hessian);
  EXPECT_EQ(std::size_t(whole.matrix.rows()), w.size() - 8);
  EXPECT_EQ(whole_spectrum(whole).size(), w.size() - 8);
  EXPECT_EQ(unit_spectra(whole).size(), 8u);
}

TEST(HessianMatrix, AgreesWithLanczosAndHutchinson) {
  const Case c = make_case({Machine::committee, false, 61, 5}, 40, Activation::tanh, InputKind::binary);
  for (const bool tangent : {false, true}) {
    const LossHessian hessian(c.network, c.weights.values, 2, {LossKind::cross_entropy, 2, 0},
                              c.problem.train, tangent);
    const auto all = whole_spectrum(hessian_matrix(hessian));
    const auto extremes = extreme_eigenvalues(hessian.product(), {.count = 3});
    ASSERT_TRUE(extremes.converged) << extremes.reason;
    for (std::size_t j = 0; j < 3; ++j) {
      EXPECT_NEAR(extremes.smallest[j], all[j], 1e-8);
      EXPECT_NEAR(extremes.largest[j], all[all.size() - 3 + j], 1e-8);
    }
    const double trace = std::accumulate(all.begin(), all.end(), 0.0);
    const MeanAndError estimate = hutchinson_trace(hessian.product(), 100, 1);
    EXPECT_NEAR(estimate.mean, trace, 4 * estimate.standard_error);
  }
}

// Most of a spectrum may be one eigenvalue, of which Lanczos alone finds a copy or two.
TEST(HessianMatrix, ExtremesKnowTheMultiplicityOfWhatLiesOutsideThePatterns) {
  for (const Architecture& machine :
       {Architecture{Machine::perceptron, false, 301, 1}, Architecture{Machine::committee, true, 303, 3}})
    for (const bool tangent : {false, true}) {
      const Case c = make_case(machine, 30, Activation::tanh);
      const LossHessian hessian(c.network, c.weights.values, 1, {}, c.problem.train, tangent);
      const auto all = whole_spectrum(hessian_matrix(hessian));
      const auto extremes = hessian_extremes(hessian, {.count = 6});
      ASSERT_TRUE(extremes.converged) << extremes.reason;
      for (std::size_t j = 0; j < 6; ++j) {
        EXPECT_NEAR(extremes.smallest[j], all[j], 1e-10) << tangent;
        EXPECT_NEAR(extremes.largest[j], all[all.size() - 6 + j], 1e-10) << tangent;
      }
    }
}

TEST(HessianMatrix, TraceIsTheSumOfAllEigenvalues) {
  for (const Architecture& machine : {perceptron, tree, committee})
    for (const std::size_t patterns : {5u, 30u}) {  // gaussian inputs: norms differ
      const Case c = make_case(machine, patterns, Activation::tanh);
      const LossHessian hessian(c.network, c.weights.values, 2, {}, c.problem.train);
      double sum = 0, size = 0;
      for (const double value : whole_spectrum(hessian_matrix(hessian))) {
        sum += value;
        size += std::abs(value);
      }
      EXPECT_GT(std::abs(sum), 1e-3 * size);
      EXPECT_NEAR(hessian_trace(hessian), sum, 1e-12 * size);
    }
}

TEST(HessianMatrix, DoesNotDependOnThreads) {
  const Case c = make_case(committee, 30, Activation::erf);
  const LossHessian hessian(c.network, c.weights.values, 2, {}, c.problem.train);
  EXPECT_EQ(hessian_matrix(hessian, 1).matrix, hessian_matrix(hessian, 3).matrix);
}

}  // namespace
}  // namespace wfm::landscape
