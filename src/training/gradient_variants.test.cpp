// Limits in which SAM, entropy-SGD and SWA are SGD, and what holds for all four.
#include <cmath>
#include <limits>

#include "run/replicated.hpp"
#include "training/entropy_sgd.hpp"
#include "training/sam.hpp"
#include "training/sgd.hpp"
#include "training/swa.hpp"
#include "training/test_problems.hpp"

namespace wfm::training {
namespace {

static_assert(Replicable<Sgd> && Replicable<Sam> && Replicable<EntropySgd>);

Problem tree_problem(double alpha, std::uint64_t seed) {
  return make_storage({Machine::committee, true, 297, 9}, WeightKind::spherical, alpha, seed);
}

SmoothSettings small_batches() {
  SmoothSettings smooth;
  smooth.batch = 20;
  return smooth;
}
constexpr Optimiser small_steps = {.eta = 10};

TEST(Sam, WithoutUphillStepItIsSgd) {
  const Problem problem = tree_problem(0.6, 2);
  const Sam sam(problem, {small_batches(), small_steps, 0});
  const Sgd sgd(problem, {small_batches(), small_steps});
  EXPECT_EQ(run_for(sam, 4, 5).state.weights, run_for(sgd, 4, 5).state.weights);
}

TEST(Sam, BatchIsTheStatedRule) {
  const Problem problem = tree_problem(0.6, 2);
  SmoothSettings smooth;
  smooth.batch = std::int64_t(problem.train.count());  // one batch
  const double rho = 0.3, eta = 40;
  const Sam sam(problem, {smooth, {.eta = eta}, rho});
  RandomStream initial(1, Purpose::initial_state), random(1, Purpose::dynamics);
  SgdState state = sam.start(initial);
  Weights w = sam.weights(state), uphill = w;
  std::vector<double> gradient(w.values.size());
  std::vector<std::size_t> all(problem.train.count());
  for (std::size_t a = 0; a < all.size(); ++a) all[a] = a;
  const Network network(network_shape(problem.architecture, Activation::tanh));
  const Loss loss{LossKind::cross_entropy, 0.5, 0};
  gradient_readable(network, w.values, 0.5, loss, problem.train, all, gradient);
  double squared = 0;
  for (const double g : gradient) squared += g * g;
  for (std::size_t j = 0; j < gradient.size(); ++j)
    uphill.values[j] += rho * std::sqrt(297.0) * gradient[j] / std::sqrt(squared);
  normalise(uphill);
  gradient_readable(network, uphill.values, 0.5, loss, problem.train, all, gradient);
  for (std::size_t j = 0; j < gradient.size(); ++j) w.values[j] -= eta * gradient[j];
  normalise(w);
  sam.step(state, random);
  for (std::size_t j = 0; j < gradient.size(); ++j) ASSERT_NEAR(state.weights[j], w.values[j], 1e-5);
}

TEST(EntropySgd, WithInnerLoopsOfOneItIsSgd) {
  // L = 1, a = 1, step 1, no spring (it acts on x' = w, where it is zero anyway), no noise
  const Problem problem = tree_problem(0.6, 2);
  EntropySgdParams params;
  params.smooth = small_batches();
  params.eta = 10;
  params.length = 1;
  params.noise = 0;
  params.averaging = 1;
  params.spring = constant_schedule(0.3);
  const Sgd sgd(problem, {small_batches(), small_steps});
  const auto walked = run_for(EntropySgd(problem, params), 4, 5).state.weights;
  const auto descended = run_for(sgd, 4, 5).state.weights;
  for (std::size_t j = 0; j < walked.size(); ++j)  // rounding of mu - w
    ASSERT_NEAR(walked[j], descended[j], 1e-4);
}

TEST(EntropySgd, AFullSpringOnlyLetsTheLastStepThrough) {
  // s = 1 puts x' back to w before every gradient step, so that the walk stays within one step and noise of w
  const Problem problem = tree_problem(0.6, 2);
  EntropySgdParams params;
  params.smooth = small_batches();
  params.eta = 1e-6;
  params.length = 4;
  params.noise = 0.1;
  params.spring = constant_schedule(1);
  const EntropySgd algorithm(problem, params);
  const auto with_spring = run_for(algorithm, 4, 1).last.observables;
  params.spring = constant_schedule(0);
  const auto free = run_for(EntropySgd(problem, params), 4, 1).last.observables;
  // overlap with w after steps of variance 0.01 a weight: 1/sqrt(1.01) with the spring, 1/sqrt(1.01)^4 without; their deviation
  // over 297 weights and 2 loops is 0.1/sqrt(594) = 0.004 at first order, which the sphere takes out: 0.01/sqrt(594) = 4e-4
  ASSERT_EQ(with_spring[4].first, "walk");
  EXPECT_NEAR(with_spring[4].second, std::pow(1.01, -0.5), 2e-3);
  EXPECT_NEAR(free[4].second, std::pow(1.01, -2), 4e-3);
}

TEST(Swa, OffersTheMeanOfItsEpochs) {
  const Problem problem = tree_problem(1.2, 2);
  const Swa swa(problem, {{small_batches(), small_steps}, 3});
  const Sgd sgd(problem, {small_batches(), small_steps});
  RandomStream first(4, Purpose::initial_state), same(4, Purpose::initial_state);
  SwaState averaging = swa.start(first);
  SgdState plain = sgd.start(same);
  Weights sum;
  for (std::uint64_t t = 0; t < 6; ++t) {
    RandomStream a(4, Purpose::dynamics, t), b(4, Purpose::dynamics, t);
    const Progress progress = swa.step(averaging, a);
    const Progress last = sgd.step(plain, b);
    EXPECT_EQ(progress.observables.back(), std::pair(std::string("last_errors"), double(last.errors)));
    if (t < 3) {
      EXPECT_EQ(swa.weights(averaging), sgd.weights(plain));
      sum = sgd.weights(plain);
      continue;
    }
    for (std::size_t j = 0; j < sum.values.size(); ++j)
      sum.values[j] = (t == 3 ? 0 : sum.values[j]) + double(plain.weights[j]);
    Weights mean = sum;
    normalise(mean);
    for (std::size_t j = 0; j < sum.values.size(); ++j)
      ASSERT_NEAR(swa.weights(averaging).values[j], mean.values[j], 1e-12);
    EXPECT_EQ(progress.errors, std::int64_t(training_errors(problem, mean)));
  }
}

template <class A>
struct GradientMethods : testing::Test {};
using Methods = testing::Types<Sgd, Sam, EntropySgd, Swa>;
TYPED_TEST_SUITE(GradientMethods, Methods);

TYPED_TEST(GradientMethods, SolveTheTreeCommittee) {
  const Problem problem = tree_problem(0.6, 5);
  const TypeParam algorithm(problem);
  const auto result = run_for(algorithm, 5, 300);
  EXPECT_EQ(result.outcome, Outcome::solved);
  EXPECT_EQ(training_errors(problem, algorithm.weights(result.state)), 0u);
  EXPECT_NO_THROW(validate(algorithm.weights(result.state)));
}

TYPED_TEST(GradientMethods, SolveOnRealInputs) {
  const Problem problem =
      make_storage({Machine::committee, true, 297, 9}, WeightKind::spherical, 0.6, 3, 0, InputKind::gaussian);
  EXPECT_EQ(run_for(TypeParam(problem), 3, 500).outcome, Outcome::solved);
}

TYPED_TEST(GradientMethods, ResumedRunIsBitIdentical) {
  const Problem problem = make_storage({Machine::committee, false, 51, 3}, WeightKind::spherical, 6, 1);
  typename TypeParam::Params params;
  if constexpr (std::is_same_v<TypeParam, Sgd>) params.optimiser.kind = OptimiserKind::adam;
  expect_resumes_bit_for_bit(TypeParam(problem, params), 3, 7, 20);
}

TYPED_TEST(GradientMethods, RefuseWhatIsNotForThem) {
  Problem problem = tree_problem(0.6, 1);
  RandomStream random(1, Purpose::initial_state);
  const TypeParam algorithm(problem);
  auto foreign = algorithm.start(random);
  const Problem other = make_storage({Machine::perceptron, false, 11, 1}, WeightKind::spherical, 0.5, 1);
  expect_refused([&] { TypeParam(other).step(foreign, random); }, {"11", "297"});
  problem.weight_kind = WeightKind::binary;
  expect_refused([&] { TypeParam refused(problem); }, {"spherical", "binary"});
  problem = make_storage({Machine::parity, true, 30, 2}, WeightKind::spherical, 0.5, 1);
  expect_refused([&] { TypeParam refused(problem); }, {"perceptron or a committee", "parity"});
}

void expect_settings_refused(const std::function<void(SmoothSettings&)>& change,
                             const std::vector<std::string>& words) {
  const Problem problem = tree_problem(0.6, 1);
  SgdParams params;
  change(params.smooth);
  expect_refused([&] { Sgd refused(problem, params); }, words);
}

TEST(Sgd, NamesWhatItRefuses) {
  expect_settings_refused([](auto& s) { s.batch = 0; }, {"sgd", "batch", "0"});
  expect_settings_refused([](auto& s) { s.activation = Activation::relu; }, {"sgd", "relu"});
  expect_settings_refused([](auto& s) { s.loss_margin = std::nan(""); }, {"margin"});
  expect_settings_refused([](auto& s) { s.beta = constant_schedule(0); }, {"sgd", "beta"});
  expect_settings_refused([](auto& s) { s.gamma = geometric_schedule(0.5, 1.1); }, {"sgd", "gamma", "limit"});
  expect_settings_refused([](auto& s) { s.gamma = geometric_schedule(0.5, 1.1, 0.3); },
                          {"sgd", "gamma", "limit"});
  expect_settings_refused([](auto& s) { s.gamma = linear_schedule(2, -0.1, -1); }, {"sgd", "gamma", "-1"});
  expect_settings_refused([](auto& s) { s.beta = list_schedule({1, 0}); }, {"sgd", "beta", "0"});
}

TEST(GradientMethods, NameTheirOwnParameters) {
  const Problem problem = tree_problem(0.6, 1);
  for (const double rho : {-0.1, std::nan(""), std::numeric_limits<double>::infinity()})
    expect_refused([&] { Sam refused(problem, {{}, {}, rho}); }, {"sam", "rho"});
  expect_refused([&] { Swa refused(problem, {{}, -1}); }, {"swa", "average-from"});
  const auto walk = [&](auto change, const char* what) {
    EntropySgdParams params;
    change(params);
    expect_refused([&] { EntropySgd refused(problem, params); }, {"entropy-sgd", what});
  };
  walk([](auto& p) { p.length = 0; }, "length");
  walk([](auto& p) { p.noise = -1; }, "noise");
  walk([](auto& p) { p.averaging = 0; }, "averaging");
  walk([](auto& p) { p.step = 1.5; }, "step");
  walk([](auto& p) { p.eta = 0; }, "eta");
  walk([](auto& p) { p.spring = constant_schedule(1.1); }, "spring");
  walk([](auto& p) { p.spring = geometric_schedule(0.1, 1.1); }, "spring");
}

TEST(Sgd, AStepOfInfiniteSizeIsANumericalIssue) {
  const Problem problem = tree_problem(0.6, 1);
  SgdParams params;
  params.optimiser.eta = 1e300;
  const Sgd algorithm(problem, params);
  const auto result = run_for(algorithm, 1, 5);
  EXPECT_EQ(result.outcome, Outcome::numerical_issue);
  EXPECT_NO_THROW(validate(algorithm.weights(result.state)));
}

TEST(Sgd, PullGoesTowardsTheCentreOnTheSphere) {
  const Problem problem = tree_problem(0.6, 1);
  const Sgd algorithm(problem);
  RandomStream random(1, Purpose::initial_state);
  SgdState state = algorithm.start(random);
  const SgdState centre = algorithm.start(random), before = state;
  algorithm.pull(state, algorithm.position(centre), 0);
  for (std::size_t j = 0; j < 297; ++j) EXPECT_NEAR(state.weights[j], before.weights[j], 1e-6);
  const double apart = overlap(algorithm.weights(state), algorithm.weights(centre));
  algorithm.pull(state, algorithm.position(centre), 0.5);
  EXPECT_GT(overlap(algorithm.weights(state), algorithm.weights(centre)), apart + 0.5);
  EXPECT_NO_THROW(validate(algorithm.weights(state)));
  algorithm.pull(state, algorithm.position(centre), 1);
  EXPECT_NEAR(overlap(algorithm.weights(state), algorithm.weights(centre)), 1, 1e-6);
  algorithm.pull(state, std::vector<double>(297), 1);  // the centre of a sphere has no direction
  EXPECT_NO_THROW(validate(algorithm.weights(state)));
}

TEST(Sgd, ReplicasTiedToEachOtherSolve) {
  const Problem problem = tree_problem(0.6, 3);
  ReplicatedParams params;
  params.replicas = 3;
  params.coupling = geometric_schedule(0.02, 1.05, 1);
  const Replicated<Sgd> algorithm(problem, Sgd(problem), params);
  const auto result = run_for(algorithm, 3, 500);
  EXPECT_EQ(result.outcome, Outcome::solved);
  EXPECT_EQ(training_errors(problem, algorithm.weights(result.state)), 0u);
}

TEST(Sgd, TrainsNetworksOfSeveralLayers) {
  // 303 random patterns in 101 inputs, hidden layers of 21 and 11 units
  const Patterns patterns =
      make_storage({Machine::perceptron, false, 101, 1}, WeightKind::spherical, 3, 3).train;
  for (const bool trained_top : {false, true})
    for (const Activation activation : {Activation::tanh, Activation::relu}) {
      SmoothSettings smooth;
      smooth.beta = constant_schedule(2);
      smooth.gamma = constant_schedule(2);
      const SmoothTraining training(patterns, {101, {21, 11}, false, trained_top, activation}, smooth, "sgd");
      RandomStream initial(1, Purpose::initial_state);
      SgdState state{training.network().random_weights(initial), {}, 0};
      const auto errors = [&] { return smooth_errors(training.network(), state.weights, 2, patterns); };
      EXPECT_GT(errors(), 90);
      for (std::uint64_t t = 0; t < 500 && errors() > 0; ++t) {
        RandomStream random(1, Purpose::dynamics, t);
        ASSERT_FALSE(
            sgd_epoch(training, {.eta = activation == Activation::relu ? 5. : 20.}, state, random).failed);
      }
      EXPECT_LE(errors(), activation == Activation::relu ? 10 : 0) << trained_top << name(activation);
    }
}

}  // namespace
}  // namespace wfm::training
