// State evolution against itself (Nishimori, small loads) and against AMP on instances, iteration by iteration.
#include "inference/state_evolution.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "inference/amp.hpp"
#include "math/error.hpp"
#include "math/parallel.hpp"
#include "math/statistics.hpp"
#include "problems/storage.hpp"
#include "problems/teacher.hpp"

namespace wfm::inference {
namespace {

constexpr Architecture perceptron{Machine::perceptron, false, 1001, 1};
constexpr Architecture tree{Machine::committee, true, 999, 3};

// The first iteration from nearly nothing: qhat = alpha E g^2 with g = +-G(0)/H(0) = +-sqrt(2/pi), Rhat = alpha 2 G(0) g.
TEST(StateEvolution, FirstIterationOfSmallFields) {
  const auto evolution = state_evolution({perceptron, 0.3, 0, true, 1e-6}, 1);
  ASSERT_EQ(evolution.points.size(), 2u);
  EXPECT_NEAR(evolution.points[1].qhat, 0.3 * 2 / M_PI, 1e-8);
  EXPECT_NEAR(evolution.points[1].Rhat, 0.3 * 2 / M_PI, 1e-8);
}

// A student that asks what the teacher gives is Bayes-optimal: q = R and qhat = Rhat at the fixed point, whatever the start.
TEST(StateEvolution, NishimoriLine) {
  for (const Architecture& machine : {perceptron, tree}) {
    const auto evolution = state_evolution({machine, 0.6, 0, true}, 500, 1e-7);
    ASSERT_TRUE(evolution.converged);
    const StateEvolutionPoint& fixed = evolution.points.back();
    EXPECT_NEAR(fixed.q, fixed.R, 1e-6);
    EXPECT_NEAR(fixed.qhat, fixed.Rhat, 1e-6);
    EXPECT_GT(fixed.sign_overlap(), fixed.R);
  }
}

TEST(StateEvolution, NoPatternsNoFields) {
  const auto evolution = state_evolution({perceptron, 0, 0, true}, 10);
  EXPECT_TRUE(evolution.converged);
  EXPECT_EQ(evolution.points.back().q, 0);
}

TEST(StateEvolution, RefusesWhatItCannotDo) {
  EXPECT_THROW(state_evolution({{Machine::committee, false, 9, 3}, 0.5}, 1), InvalidInput);
  EXPECT_THROW(state_evolution({{Machine::committee, true, 25, 5}, 0.5}, 1), InvalidInput);
  EXPECT_THROW(state_evolution({perceptron, -1}, 1), InvalidInput);
  EXPECT_THROW(state_evolution({perceptron, 0.5, 0, false, 0}, 1), InvalidInput);
}

struct Case {
  Architecture architecture;
  double alpha, margin;
  bool teacher;
};

class AgainstAmp : public testing::TestWithParam<Case> {};
INSTANTIATE_TEST_SUITE_P(Cases, AgainstAmp,
                         testing::Values(Case{{Machine::perceptron, false, 2001, 1}, 0.5, 0, false},
                                         Case{{Machine::perceptron, false, 2001, 1}, 0.4, 0.3, false},
                                         Case{{Machine::perceptron, false, 2001, 1}, 1.0, 0, true},
                                         Case{{Machine::committee, true, 2997, 3}, 0.6, 0, true}));

// Means over instances within four standard errors and 2/n, in every one of the first iterations. The lattice correction is left
// out: the evolution knows no lattice.
TEST_P(AgainstAmp, IterationByIteration) {
  const Case& test = GetParam();
  constexpr int iterations = 8, instances = 12;
  std::vector<std::vector<double>> q(iterations, std::vector<double>(instances)), R = q;
  parallel_for(instances, 0, [&](std::size_t j) {
    const Problem problem =
        test.teacher ? make_teacher_student(test.architecture, WeightKind::binary,
                                            {.alpha = test.alpha, .seed = 10 + j, .margin = test.margin})
                     : make_storage(test.architecture, WeightKind::binary, test.alpha, 10 + j, test.margin);
    Amp::Params params;
    params.external = NoField{};
    params.lattice = false;
    const Amp amp(problem, params);
    RandomStream random(j, Purpose::initial_state);
    Amp::State state = amp.start(random);
    for (std::size_t t = 0; t < iterations; ++t) {
      amp.step(state, random);
      const auto& m = state.magnetisation;
      for (std::size_t i = 0; i < m.size(); ++i) {
        q[t][j] += m[i] * m[i] / double(m.size());
        if (test.teacher) R[t][j] += m[i] * problem.teacher->values[i] / double(m.size());
      }
    }
  });
  const auto evolution =
      state_evolution({test.architecture, test.alpha, test.margin, test.teacher}, iterations, 0);
  const double finite_size = 2.0 / test.architecture.fan_in();
  for (std::size_t t = 0; t < iterations; ++t) {
    const auto measured_q = mean_and_error(q[t]), measured_R = mean_and_error(R[t]);
    EXPECT_NEAR(measured_q.mean, evolution.points[t + 1].q, 4 * measured_q.standard_error + finite_size) << t;
    EXPECT_NEAR(measured_R.mean, evolution.points[t + 1].R, 4 * measured_R.standard_error + finite_size) << t;
    EXPECT_LT(measured_q.standard_error, 0.01);
  }
}

}  // namespace
}  // namespace wfm::inference
