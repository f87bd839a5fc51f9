#include "training/optimiser.hpp"

#include <cmath>
#include <vector>

#include "training/test_problems.hpp"

namespace wfm::training {
namespace {

constexpr OptimiserKind kinds[] = {OptimiserKind::plain, OptimiserKind::momentum, OptimiserKind::nesterov,
                                   OptimiserKind::adam};

// One weight with gradient g for `steps` updates.
double after(const Optimiser& optimiser, double g, int steps) {
  OptimiserState state;
  std::vector<float> w = {0}, gradient = {float(g)};
  for (int t = 0; t < steps; ++t) update(optimiser, state, gradient, w);
  EXPECT_EQ(state.updates, steps);
  return w[0];
}

TEST(Optimiser, ConstantGradient) {
  const double eta = 0.1, mu = 0.5, g = 2;
  EXPECT_NEAR(after({OptimiserKind::plain, eta}, g, 3), -3 * eta * g, 1e-6);
  // v_t = -eta g (1 - mu^t)/(1 - mu): 1, 1.5, 1.75 of eta g
  EXPECT_NEAR(after({OptimiserKind::momentum, eta, mu}, g, 3), -(1 + 1.5 + 1.75) * eta * g, 1e-6);
  // mu v_t - eta g = v_{t+1}
  EXPECT_NEAR(after({OptimiserKind::nesterov, eta, mu}, g, 3), -(1.5 + 1.75 + 1.875) * eta * g, 1e-6);
  // mhat = g and shat = g^2 from the first update on
  EXPECT_NEAR(after({OptimiserKind::adam, eta}, g, 3), -3 * eta, 1e-5);
  EXPECT_NEAR(after({OptimiserKind::adam, eta}, 1e-3 * g, 3), -3 * eta, 1e-5);
}

TEST(Optimiser, WithoutMomentumAllAreThePlainStep) {
  for (const auto kind : {OptimiserKind::momentum, OptimiserKind::nesterov})
    EXPECT_EQ(after({kind, 0.1, 0.0}, 0.7, 4), after({OptimiserKind::plain, 0.1}, 0.7, 4));
}

TEST(Optimiser, AllDescendAQuadraticForm) {
  // loss (w - 1)^2 c/2 with c = 1, 0.2
  for (const OptimiserKind kind : kinds) {
    OptimiserState state;
    std::vector<float> w = {3, -2}, gradient(2);
    for (int t = 0; t < 400; ++t) {
      gradient = {w[0] - 1, 0.2f * (w[1] - 1)};
      update({kind, 0.1}, state, gradient, w);
    }
    EXPECT_NEAR(w[0], 1, 0.01) << name(kind);
    EXPECT_NEAR(w[1], 1, 0.01) << name(kind);
  }
}

TEST(Optimiser, NamesWhatItRefuses) {
  const double nan = std::nan("");
  for (const double bad : {0., -1., nan, std::numeric_limits<double>::infinity()})
    expect_refused([=] { validate(Optimiser{OptimiserKind::plain, bad}, "sgd"); }, {"sgd", "eta"});
  for (const double bad : {1., -0.1, nan}) {
    expect_refused([=] { validate(Optimiser{OptimiserKind::momentum, 1, bad}, "sgd"); }, {"sgd", "momentum"});
    expect_refused([=] { validate(Optimiser{OptimiserKind::adam, 1, 0.9, bad}, "sgd"); }, {"sgd", "memory"});
  }
  expect_refused([] { validate(Optimiser{OptimiserKind::adam, 1, 0.9, 0.9, 0}, "sgd"); }, {"sgd", "epsilon"});
}

}  // namespace
}  // namespace wfm::training
