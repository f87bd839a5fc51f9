#include "experiments/solve.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "experiments/problem_source.hpp"
#include "math/error.hpp"
#include "problems/evaluation.hpp"
#include "problems/storage.hpp"

namespace wfm::experiments {
namespace {

namespace fs = std::filesystem;

fs::path scratch(const std::string& name) {
  const fs::path folder = fs::path(testing::TempDir()) / "wfm-solve-test";
  fs::create_directories(folder);
  return folder / name;
}

// The kind of weights that the algorithm works on.
WeightKind kind_for(const std::string& algorithm) {
  static const std::set<std::string> spherical{"lal", "elal", "sgd", "entropy-sgd", "sam", "swa"};
  return spherical.count(algorithm) > 0 ? WeightKind::spherical : WeightKind::binary;
}

class EveryAlgorithm : public testing::TestWithParam<std::string> {
 protected:
  // unsatisfiable, so that no run ends early
  Problem problem() const {
    const int inputs = GetParam() == "local-entropy-annealing" ? 11 : 51;  // messages for every proposal
    return make_storage({Machine::perceptron, false, inputs, 1}, kind_for(GetParam()), 3, 7);
  }
};
std::vector<std::string> names() {
  std::vector<std::string> list;
  for (const auto& algorithm : algorithms()) list.push_back(algorithm.name);
  return list;
}
INSTANTIATE_TEST_SUITE_P(Registry, EveryAlgorithm, testing::ValuesIn(names()), [](const auto& test) {
  std::string letters = test.param;  // names of tests hold no '-'
  std::replace(letters.begin(), letters.end(), '-', '_');
  return letters;
});

TEST_P(EveryAlgorithm, ResumedFromAFileItEndsInTheSameWeights) {
  const Problem instance = problem();
  SolveRequest request;
  request.algorithm = GetParam();
  request.seed = 5;
  request.max_steps = 12;
  const SolveResult whole = solve(instance, request);

  request.checkpoint = scratch(GetParam() + "-checkpoint.h5");
  fs::remove(request.checkpoint);
  int steps = 0;
  request.observer = [&](const StepRecord&) { ++steps; };
  request.interrupted = [&] { return steps == 5; };
  const SolveResult part = solve(instance, request);
  EXPECT_EQ(part.record.outcome, Outcome::interrupted);
  EXPECT_EQ(part.record.steps, 5);
  request.interrupted = nullptr;
  request.resume = true;
  const SolveResult rest = solve(instance, request);
  EXPECT_EQ(rest.record.steps, whole.record.steps);
  EXPECT_EQ(rest.record.weights, whole.record.weights);
  EXPECT_EQ(rest.record.train_errors, std::int64_t(training_errors(instance, whole.record.weights)));
}

TEST_P(EveryAlgorithm, TakesNoPatternsAndOnePattern) {
  const WeightKind kind = kind_for(GetParam());
  for (const double alpha : {0.0, 1.0 / 31}) {
    SolveRequest request;
    request.algorithm = GetParam();
    const SolveResult result =
        solve(make_storage({Machine::perceptron, false, 31, 1}, kind, alpha, 1), request);
    EXPECT_EQ(result.record.train_errors, 0) << "alpha " << alpha;
    EXPECT_TRUE(result.reached_goal) << "alpha " << alpha;
  }
}

TEST(Solve, KnobsArePartOfTheRecordAndCheckedByName) {
  const Problem problem = make_storage({Machine::perceptron, false, 101, 1}, WeightKind::binary, 0.2, 1);
  SolveRequest request;
  request.algorithm = "sbpi";
  request.knobs = {{"secure-probability", "0.5"}};
  EXPECT_EQ(solve(problem, request).record.parameters.at("secure-probability"), "0.5");
  request.knobs = {{"damping", "0.5"}};
  EXPECT_THROW(check_request(request), InvalidInput);
  request.knobs = {{"secure-probability", "often"}};
  EXPECT_THROW(check_request(request), InvalidInput);
  request.knobs = {{"secure-probability", "2"}};
  EXPECT_THROW(solve(problem, request), InvalidInput);
  request.algorithm = "nosuch";
  EXPECT_THROW(check_request(request), InvalidInput);
}

TEST(Solve, LongHistoriesAreThinned) {
  SolveRequest request;
  request.algorithm = "sbpi";
  request.max_steps = 9000;
  const Problem problem = make_storage({Machine::perceptron, false, 11, 1}, WeightKind::binary, 8, 2);
  const auto history = solve(problem, request).record.history;
  EXPECT_LE(history.step.size(), 4097u);
  EXPECT_GE(history.step.size(), 2000u);
  EXPECT_EQ(history.errors.size(), history.step.size());
}

TEST(ProblemSource, ARunRemakesItsInstance) {
  ProblemSpec spec;
  spec.data = "teacher";
  spec.inputs = 51;
  spec.alpha = 0.3;
  spec.test_patterns = 10;
  spec.label_noise = 0.1;
  spec.teacher_margin = 0.4;
  spec.seed = 9;
  const Problem problem = make_problem(spec);
  SolveRequest request;
  request.algorithm = "sbpi";
  io::RunFile record = solve(problem, request).record;
  const Problem again = problem_of(record);
  EXPECT_EQ(again.train.labels, problem.train.labels);
  EXPECT_EQ(std::get<BitMatrix>(again.train.inputs), std::get<BitMatrix>(problem.train.inputs));
  EXPECT_EQ(std::get<BitMatrix>(again.test.inputs), std::get<BitMatrix>(problem.test.inputs));
  record.problem_fingerprint += 1;
  EXPECT_THROW(problem_of(record), InvalidInput);
}

TEST(ProblemSource, ARunRemakesItsRandomFeatures) {
  ProblemSpec spec;
  spec.data = "random-features";
  spec.inputs = 51;
  spec.patterns = 20;
  EXPECT_THROW(make_problem(spec), InvalidInput);  // no number of the teacher's inputs
  spec.latent_inputs = 21;
  spec.test_patterns = 10;
  spec.seed = 4;
  const Problem problem = make_problem(spec);
  SolveRequest request;
  request.algorithm = "sbpi";
  io::RunFile record = solve(problem, request).record;
  record.embedded.reset();
  const Problem again = problem_of(record);
  EXPECT_EQ(again.test.labels, problem.test.labels);
  EXPECT_EQ(std::get<BitMatrix>(again.train.inputs), std::get<BitMatrix>(problem.train.inputs));
  spec.label_noise = 0.1;
  EXPECT_THROW(make_problem(spec), InvalidInput);  // belongs to a teacher
  spec.label_noise = 0;
  spec.data = "storage";
  EXPECT_THROW(make_problem(spec), InvalidInput);
}

TEST(ProblemSource, RefusesWhatContradictsItself) {
  ProblemSpec spec;
  spec.inputs = 51;
  EXPECT_THROW(make_problem(spec), InvalidInput);  // neither alpha nor patterns
  spec.alpha = 0.3;
  spec.patterns = 3;
  EXPECT_THROW(make_problem(spec), InvalidInput);  // both
  spec.patterns.reset();
  spec.label_noise = 0.1;
  EXPECT_THROW(make_problem(spec), InvalidInput);  // belongs to a teacher
  spec.label_noise = 0;
  spec.machine = Machine::committee;
  EXPECT_THROW(make_problem(spec), InvalidInput);  // no number of hidden units
  spec.hidden = 4;
  EXPECT_THROW(make_problem(spec), InvalidInput);  // even
  spec.hidden = 3;
  EXPECT_EQ(make_problem(spec).train.count(), 46u);
}

}  // namespace
}  // namespace wfm::experiments
