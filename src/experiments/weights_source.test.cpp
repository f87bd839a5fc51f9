#include "experiments/weights_source.hpp"

#include <gmock/gmock.h>

#include <cmath>
#include <filesystem>
#include <fstream>

#include <unistd.h>

#include "experiments/solve.hpp"
#include "io/problem_file.hpp"
#include "io/text_patterns.hpp"
#include "math/error.hpp"
#include "problems/evaluation.hpp"
#include "problems/storage.hpp"

namespace wfm::experiments {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::ThrowsMessage;

class WeightsSource : public testing::Test {
 protected:
  void SetUp() override {
    const auto* test = testing::UnitTest::GetInstance()->current_test_info();
    folder_ =
        std::filesystem::temp_directory_path() / ("wfm-weights-" + std::to_string(::getpid()) + test->name());
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  std::string file(const std::string& name) const { return (folder_ / name).string(); }
  std::string text(const std::string& name, const std::string& content) const {
    std::ofstream(file(name)) << content;
    return file(name);
  }

 private:
  std::filesystem::path folder_;
};

std::string rows(const Weights& w, double scale) {
  std::string text;
  for (int k = 0; k < w.hidden; ++k) {
    for (const double x : w.unit(k)) text += std::to_string(scale * x) + " ";
    text += "\n";
  }
  return text;
}

TEST_F(WeightsSource, SignsAreBinaryAndOthersGoOntoTheirSpheres) {
  const Architecture machine{Machine::committee, true, 6, 3};
  const LoadedWeights signs = weights_for(machine, read_weights_file(text("s", "1 -1\n-1 1\n1 1\n")), "s");
  EXPECT_EQ(signs.weights.kind, WeightKind::binary);
  EXPECT_TRUE(signs.note.empty());
  EXPECT_THAT(signs.weights.values, ElementsAre(1, -1, -1, 1, 1, 1));

  const LoadedWeights real = weights_for(machine, read_weights_file(text("r", "3 4\n1 1\n0 -2\n")), "r");
  EXPECT_EQ(real.weights.kind, WeightKind::spherical);
  EXPECT_NEAR(real.weights.values[0], 0.6 * std::sqrt(2.0), 1e-15);
  EXPECT_NEAR(real.weights.values[5], -std::sqrt(2.0), 1e-15);
  EXPECT_THAT(real.note, HasSubstr("|w|/sqrt(n) was 1 to 3.536"));
}

TEST_F(WeightsSource, ShapesThatDoNotFitAreRefused) {
  const Architecture machine{Machine::committee, false, 2, 3};
  const auto load = [&](const std::string& content) {
    return [this, machine, content] { weights_for(machine, read_weights_file(text("w", content)), "w"); };
  };
  EXPECT_THAT(load("1 1 1\n1 1 1\n"), ThrowsMessage<InvalidInput>(HasSubstr("3 x 2 weights")));
  EXPECT_THAT(load("1 1 1\n1 1 1\n"), ThrowsMessage<InvalidInput>(HasSubstr("transpose")));
  EXPECT_THAT(load("0 0\n1 2\n1 2\n"), ThrowsMessage<InvalidInput>(HasSubstr("w: only weights of positive")));
  EXPECT_THAT([&] { load_weights(text("w", "1 1\n")); }, ThrowsMessage<InvalidInput>(HasSubstr("--problem")));
  EXPECT_THROW(load_weights(file("absent"), {file("absent"), ""}), ResourceProblem);
}

TEST_F(WeightsSource, TheSameWeightsFromARunAndFromTextHaveTheSameErrors) {
  for (const Architecture& machine :
       {Architecture{Machine::perceptron, false, 51, 1}, Architecture{Machine::committee, true, 45, 3},
        Architecture{Machine::committee, false, 21, 3}}) {
    const Problem problem = make_storage(machine, WeightKind::binary, 1.0, 4);
    io::save_problem(file("p.h5"), problem);
    io::write_text_patterns(file("p.txt"), problem.train);
    io::write_text_labels(file("l.txt"), problem.train.labels);
    SolveRequest request;
    request.algorithm = "sbpi";
    request.max_steps = 3;
    io::RunFile run = solve(problem, request).record;
    io::save_run(file("run.h5"), run);
    const std::string weights = text("w.txt", rows(run.weights, 1));
    ASSERT_GT(run.train_errors, 0);
    const MeasuredWeights from_run = load_weights(file("run.h5"));
    EXPECT_EQ(from_run.run.train_errors, run.train_errors);
    for (const ProblemChoice& choice : {ProblemChoice{file("p.h5"), ""}, ProblemChoice{file("run.h5"), ""},
                                        ProblemChoice{file("p.txt"), file("l.txt")}})
      for (const std::string& name : {file("run.h5"), weights, file("run.h5") + ":/weights/values"}) {
        const MeasuredWeights m = load_weights(name, choice);
        EXPECT_EQ(m.run.weights, run.weights) << name;
        EXPECT_EQ(m.problem.architecture, machine) << name;
        EXPECT_EQ(m.run.train_errors, run.train_errors) << name << " on " << choice.file;
      }
    // real weights of any norm
    const MeasuredWeights real = load_weights(text("r.txt", rows(run.weights, 0.37)), {file("p.h5"), ""});
    EXPECT_EQ(real.run.weights.kind, WeightKind::spherical);
    EXPECT_EQ(real.problem.weight_kind, WeightKind::spherical);
    EXPECT_EQ(real.run.train_errors, run.train_errors);
  }
}

}  // namespace
}  // namespace wfm::experiments
