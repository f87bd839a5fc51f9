#include "inference/streaming_bp.hpp"

#include <gmock/gmock.h>

#include <cmath>
#include <limits>
#include <numeric>

#include "inference/amp.hpp"
#include "math/error.hpp"
#include "math/gaussian.hpp"
#include "problems/storage.hpp"
#include "problems/teacher.hpp"
#include "run/run.hpp"

namespace wfm::inference {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

TEST(UnitForce, IsTheDerivativeOfLogZ) {
  for (const double B : {-30.0, -2.0, -0.3, 0.1, 1.0, 4.0, infinity, -infinity})
    for (const double z : {-30.0, -6.0, -1.0, 0.0, 0.4, 3.0, 8.0}) {
      // ln(e^B p + e^-B (1-p)) up to a constant
      const auto log_Z = [&](double at) {
        const double up = log_H(-at), down = log_H(at);
        if (std::isinf(B)) return B > 0 ? up : down;
        const double x = B + up, y = -B + down, most = std::max(x, y);
        return most + std::log1p(std::exp(std::min(x, y) - most));
      };
      const double step = 1e-5;
      const double slope = (log_Z(z + step) - log_Z(z - step)) / (2 * step);
      const UnitForce force = unit_force(z, B);
      EXPECT_NEAR(force.g, slope, 1e-8 * (1 + std::abs(slope))) << "B = " << B << ", z = " << z;
      const double curvature = (unit_force(z + step, B).g - unit_force(z - step, B).g) / (2 * step);
      EXPECT_NEAR(force.Gamma, -curvature, 1e-8 * (1 + std::abs(curvature))) << "B = " << B << ", z = " << z;
    }
}

TEST(UnitForce, WithoutAWordFromAboveNothingIsAsked) {
  EXPECT_EQ(unit_force(1.3, 0).g, 0);
  EXPECT_EQ(unit_force(1.3, 0).Gamma, 0);
  EXPECT_NEAR(unit_belief(0, 0.7), std::tanh(0.7), 1e-15);
  EXPECT_NEAR(unit_belief(0.5, 0), 1 - 2 * H(0.5), 1e-15);
}

// One layer, all patterns at once: AMP.
TEST(LayerMessages, OfOneLayerEndInTheFixedPointOfAmp) {
  const Problem problem = make_storage({Machine::perceptron, false, 401, 1}, WeightKind::binary, 0.4, 3);
  const Amp amp(problem, {.external = NoField{}});
  RandomStream random(1, Purpose::initial_state);
  Amp::State state = amp.start(random);
  for (int t = 0; t < 60; ++t) amp.step(state, random);

  const std::size_t P = problem.train.count(), N = 401;
  std::vector<std::size_t> all(P);
  std::iota(all.begin(), all.end(), std::size_t{0});
  const std::vector<double> labels(problem.train.labels.begin(), problem.train.labels.end());
  std::vector<double> m(N, 0.0), field(N);
  const LayerStack stack{401, {}, false};
  LayerMessages messages(stack, input_rows(problem.train, all), labels);
  for (int t = 0; t < 60; ++t) {
    messages.pass(m, 0, field);
    for (std::size_t i = 0; i < N; ++i) m[i] = std::tanh(field[i]);
  }
  const std::vector<double>& expected = amp.magnetisations(state);
  for (std::size_t i = 0; i < N; ++i) EXPECT_NEAR(m[i], expected[i], 1e-6) << i;
}

double half_log_ratio(double z_plus, double z_minus, double B) {
  const auto log_Z = [&](double z) { return std::log(std::exp(B) * H(-z) + std::exp(-B) * H(z)); };
  return 0.5 * (log_Z(z_plus) - log_Z(z_minus));
}

/// A network with one hidden layer and a trained top, every edge with a cavity of its own, no expansion in 1/sqrt n.
struct EdgeNetwork {
  int n, K, P;
  RealMatrix xi;
  std::vector<double> labels, theta;       // theta: K x n, then K
  std::vector<RealMatrix> m = {}, u = {};  // of each pattern: K x n, cavity magnetisations and messages
  RealMatrix top_m = {}, top_u = {}, cavity_x = {};  // P x K

  void start() {
    m.assign(std::size_t(P), RealMatrix::Zero(K, n));
    u = m;
    top_m = top_u = cavity_x = RealMatrix::Zero(P, K);
  }
  void pass() {
    for (int a = 0; a < P; ++a) {
      auto& w = m[std::size_t(a)];
      Eigen::VectorXd omega = w * xi.row(a).transpose() / std::sqrt(n),
                      V = 1 - w.cwiseAbs2().rowwise().mean().array();
      for (int k = 0; k < K; ++k) cavity_x(a, k) = unit_belief(omega[k] / std::sqrt(V[k]), 0);
      double top_omega = 0, top_V = 0;
      for (int k = 0; k < K; ++k) {
        const double mean = top_m(a, k) * cavity_x(a, k);
        top_omega += mean / std::sqrt(K);
        top_V += (1 - mean * mean) / K;
      }
      const double B = labels[std::size_t(a)] * 18;  // e^{-36}: certain
      for (int k = 0; k < K; ++k) {
        const double wk = top_m(a, k), x = cavity_x(a, k);
        const double rest = top_omega - wk * x / std::sqrt(K), rest_V = top_V - (1 - wk * wk * x * x) / K;
        const auto message = [&](double other) {
          const double root = std::sqrt(rest_V + (1 - other * other) / K), step = other / std::sqrt(K);
          return half_log_ratio((rest + step) / root, (rest - step) / root, B);
        };
        top_u(a, k) = message(x);
        const double to_unit = message(wk);
        for (int i = 0; i < n; ++i) {
          const double own = w(k, i), step = xi(a, i) / std::sqrt(n);
          const double mean = omega[k] - own * step, root = std::sqrt(V[k] - (1 - own * own) / n);
          u[std::size_t(a)](k, i) = half_log_ratio((mean + step) / root, (mean - step) / root, to_unit);
        }
      }
    }
    const std::vector<double> field = total();
    for (int a = 0; a < P; ++a)
      for (int k = 0; k < K; ++k) {
        for (int i = 0; i < n; ++i)
          m[std::size_t(a)](k, i) = std::tanh(field[std::size_t(k * n + i)] - u[std::size_t(a)](k, i));
        top_m(a, k) = std::tanh(field[std::size_t(K * n + k)] - top_u(a, k));
      }
  }
  std::vector<double> total() const {
    std::vector<double> field = theta;
    for (int a = 0; a < P; ++a)
      for (int k = 0; k < K; ++k) {
        for (int i = 0; i < n; ++i) field[std::size_t(k * n + i)] += u[std::size_t(a)](k, i);
        field[std::size_t(K * n + k)] += top_u(a, k);
      }
    return field;
  }
};

// The expansion leaves terms of relative order 1/sqrt K out (3 per cent here). With the echo of the pass itself in place of the one before
// the passes diverge.
TEST(LayerMessages, OfTwoLayersAreThoseOfTheEdges) {
  const int n = 151, K = 31, P = 40;
  const LayerStack stack{n, {K}, false};
  EdgeNetwork edges{
      n, K, P, RealMatrix(P, n), std::vector<double>(P), std::vector<double>(stack.first_weight(2))};
  RandomStream random(7, Purpose::patterns);
  for (int a = 0; a < P; ++a) {
    for (int i = 0; i < n; ++i) edges.xi(a, i) = random.sign();
    edges.labels[std::size_t(a)] = random.sign();
  }
  for (double& theta : edges.theta) theta = 0.5 * random.normal();
  edges.start();
  for (auto& w : edges.m)
    for (int j = 0; j < K * n; ++j) w.data()[j] = std::tanh(edges.theta[std::size_t(j)]);
  for (int a = 0; a < P; ++a)
    for (int k = 0; k < K; ++k) edges.top_m(a, k) = std::tanh(edges.theta[std::size_t(K * n + k)]);

  LayerMessages messages(stack, edges.xi, edges.labels);
  std::vector<double> m(edges.theta.size()), field(m.size(), 0.0);
  for (int t = 0; t < 30; ++t) {
    edges.pass();
    for (std::size_t i = 0; i < m.size(); ++i) m[i] = std::tanh(edges.theta[i] + field[i]);
    messages.pass(m, 0, field);
  }
  const std::vector<double> expected = edges.total();
  double difference = 0, moved = 0;
  for (std::size_t i = 0; i < m.size(); ++i) {
    difference += std::pow(field[i] + edges.theta[i] - expected[i], 2);
    moved += std::pow(expected[i] - edges.theta[i], 2);
  }
  EXPECT_LT(std::sqrt(difference / moved), 0.05);
}

TEST(LayerMessages, AFixedTopIsTheMajority) {
  // One pattern, two passes: B is what the majority of the others leaves open, by the central limit.
  const LayerStack stack{9, {101}, true};
  RealMatrix xi = RealMatrix::Ones(1, 9);
  const std::vector<double> labels{-1.0};
  std::vector<double> m(stack.first_weight(2), 0.0), field(m.size());
  LayerMessages messages(stack, xi, labels);
  messages.pass(m, 0, field);
  // V = 1 in both layers: each unit's field is B g(0) with B = -R(0)/sqrt(101), all of first order
  const double B = -R(0) / std::sqrt(101.0), g = unit_force(0, B).g;
  for (std::size_t i = 0; i < 909; ++i) EXPECT_NEAR(field[i], g / 3, 1e-14);
  for (std::size_t i = 909; i < field.size(); ++i) EXPECT_EQ(field[i], 0);
}

TEST(LayeredErrors, AreThoseOfTheMachine) {
  const Problem problem = make_storage({Machine::committee, false, 31, 5}, WeightKind::binary, 0.5, 2);
  const StreamingBp algorithm(problem);
  RandomStream random(3, Purpose::initial_state);
  StreamingBpState state = algorithm.start(random);
  const Progress progress = algorithm.step(state, random);
  std::vector<double> field = state.theta;
  field.resize(field.size() + 5, -1.0);  // a fixed top is not read
  EXPECT_EQ(layered_errors({31, {5}, true}, field, problem.train), progress.errors);
  EXPECT_GT(progress.errors, 0);
}

TEST(StreamingBp, SolvesStorage) {
  for (const Machine machine : {Machine::perceptron, Machine::committee}) {
    const int hidden = machine == Machine::perceptron ? 1 : 5;
    const Problem problem =
        make_storage({machine, false, hidden == 1 ? 501 : 101, hidden}, WeightKind::binary, 0.2, 4);
    RunOptions options;
    options.stop.max_steps = 200;
    EXPECT_EQ(run(StreamingBp(problem), 1, options).outcome, Outcome::solved) << hidden;
  }
}

// One epoch over a teacher's patterns, in batches, is close to what all of them at once tell.
TEST(StreamingBp, OneEpochLearnsFromATeacher) {
  const Problem problem =
      make_teacher_student({Machine::perceptron, false, 501, 1}, WeightKind::binary, {.alpha = 4, .seed = 5});
  StreamingBpParams params;
  params.batch = 50;
  params.initial_field = 0;
  params.iterations = 10;
  const StreamingBp algorithm(problem, params);
  RandomStream random(1, Purpose::dynamics);
  StreamingBpState state = algorithm.start(random);
  const Progress progress = algorithm.step(state, random);
  EXPECT_EQ(progress.errors, 0);  // alpha = 4, far beyond the spinodal at 1.49
}

TEST(StreamingBp, RefusesWhatItDoesNotKnow) {
  const Architecture perceptron{Machine::perceptron, false, 21, 1};
  EXPECT_THROW(StreamingBp(make_storage(perceptron, WeightKind::spherical, 0.5, 1)), InvalidInput);
  EXPECT_THROW(StreamingBp(make_storage({Machine::committee, true, 21, 3}, WeightKind::binary, 0.5, 1)),
               InvalidInput);
  EXPECT_THROW(StreamingBp(make_storage({Machine::parity, false, 21, 3}, WeightKind::binary, 0.5, 1)),
               InvalidInput);
  const Problem problem = make_storage(perceptron, WeightKind::binary, 0.5, 1);
  EXPECT_THROW(StreamingBp(problem, {.memory = 0}), InvalidInput);
  EXPECT_THROW(StreamingBp(problem, {.iterations = 0}), InvalidInput);
  EXPECT_THROW(validate(LayerStack{21, {4}, true}), InvalidInput);
  EXPECT_THROW(validate(LayerStack{21, {0}, false}), InvalidInput);
}

}  // namespace
}  // namespace wfm::inference
