// The presets solve what they are said to, and their runs can be cut and taken up again.
#include <gtest/gtest.h>

#include "inference/presets.hpp"
#include "math/error.hpp"
#include "problems/evaluation.hpp"
#include "problems/storage.hpp"
#include "run/run.hpp"

namespace wfm::inference {
namespace {

template <class A>
void expect_solved(const Problem& problem, const A& algorithm, std::int64_t max_steps) {
  RunOptions options;
  options.stop.max_steps = max_steps;
  const auto result = run(algorithm, 1, options);
  EXPECT_EQ(result.outcome, Outcome::solved)
      << result.last.errors << " errors after " << result.steps << " steps";
  EXPECT_EQ(training_errors(problem, algorithm.weights(result.state)), 0u);
}

// The steps allowed are twice the mean of 10 instances (presets.hpp); their spread is a tenth of it.
TEST(Solvers, RandomPerceptrons) {
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    const Problem problem =
        make_storage({Machine::perceptron, false, 1001, 1}, WeightKind::binary, 0.6, seed);
    expect_solved(problem, Amp(problem, amp(problem)), 2500);
    expect_solved(problem, Amp(problem, fbp_amp(problem)), 500);
    if (seed <= 3) expect_solved(problem, EdgeBp(problem, fbp_edge()), 200);
  }
}

TEST(Solvers, FullyConnectedCommittee) {
  const Problem problem = make_storage({Machine::committee, false, 321, 5}, WeightKind::binary, 0.3, 1);
  ASSERT_EQ(problem.train.count(), 482u);
  expect_solved(problem, EdgeBp(problem, fbp_edge()), 200);
  expect_solved(problem, EdgeBp(problem, rbp()), 400);
  expect_solved(problem, Amp(problem, fbp_amp(problem)), 500);
  expect_solved(problem, Amp(problem, amp(problem)), 3000);
}

TEST(Solvers, MarginIsKept) {
  const Problem problem =
      make_storage({Machine::perceptron, false, 1001, 1}, WeightKind::binary, 0.5, 1, 0.2);
  const Amp algorithm(problem, amp(problem));
  RunOptions options;
  options.stop.max_steps = 3000;
  const auto result = run(algorithm, 1, options);
  ASSERT_EQ(result.outcome, Outcome::solved);
  for (const double s :
       output_stabilities(problem.architecture, algorithm.weights(result.state), problem.train))
    EXPECT_GE(s, 0.2);
}

/// A run cut after 20 steps and resumed from its snapshot ends where the uninterrupted one does.
template <class A>
void expect_resumable(const A& algorithm) {
  using State = typename A::State;
  RunOptions options;
  options.stop.max_steps = 40;
  const auto whole = run(algorithm, 3, options);
  options.stop.max_steps = 20;
  auto half = run(algorithm, 3, options);
  Snapshot snapshot = to_snapshot(half.state);
  snapshot["run.step"] = std::vector<std::int64_t>{20};
  snapshot["run.seconds"] = std::vector<double>{0};
  options.stop.max_steps = 40;
  options.resume_from = snapshot;
  auto rest = run(algorithm, 3, options);
  auto expected = whole.state;
  EXPECT_EQ(to_snapshot<State>(rest.state), to_snapshot<State>(expected));
}

TEST(Solvers, RunsCanBeResumed) {
  const Problem problem = make_storage({Machine::committee, true, 303, 3}, WeightKind::binary, 0.5, 1);
  expect_resumable(Amp(problem, amp(problem)));
  expect_resumable(Amp(problem, fbp_amp()));
  expect_resumable(EdgeBp(problem, rbp()));
  expect_resumable(EdgeBp(problem, fbp_edge()));
}

TEST(Solvers, RefuseWhatTheyCannotDo) {
  const Problem spherical = make_storage({Machine::perceptron, false, 21, 1}, WeightKind::spherical, 0.5, 1);
  EXPECT_THROW(EdgeBp(spherical, {}), InvalidInput);
  const Problem real =
      make_storage({Machine::perceptron, false, 21, 1}, WeightKind::binary, 0.5, 1, 0, InputKind::gaussian);
  EdgeBp::Params exact;
  exact.messages = Messages::exact;
  EXPECT_THROW(EdgeBp(real, exact), InvalidInput);
  Amp::Params damping;
  damping.damping = 1;
  EXPECT_THROW(Amp(real, damping), InvalidInput);
}

}  // namespace
}  // namespace wfm::inference
