#include "io/run_file.hpp"

#include <cmath>
#include <limits>

#include <gmock/gmock.h>

#include "io/fingerprint.hpp"
#include "io/testing.hpp"
#include "math/error.hpp"

namespace wfm::io {
namespace {

using testing::expect_equal;
using testing::full_problem;
using ::testing::HasSubstr;
using testing::refusal;

class RunFileTest : public testing::InFolder {};

const Architecture tree{Machine::committee, true, 99, 9};

RunFile full_run(bool embed, WeightKind kind = WeightKind::spherical) {
  RunFile run;
  set_problem(run, full_problem(tree, true, kind, 5), embed);
  run.algorithm = "fbp";
  run.parameters["zeta"] = 0.1;
  run.parameters["alpha"] = "text";
  run.parameters["list"] = {1, 2.5, nullptr};
  run.seed = 0xfedcba9876543210u;
  run.command_line = "wfm solve --data teacher --output 'a b.h5'";
  run.wfm_version = "0.0.9";
  run.weights = testing::random_weights(kind, tree.hidden, tree.fan_in(), 8);
  run.outcome = Outcome::converged;
  run.train_errors = 3;
  run.test_error = 0.2;
  run.steps = 2;
  run.seconds = 0.125;
  Progress progress;
  run.history.add({1, 0.5, progress});
  progress = {4, 1e-3, false, false, false, {{"overlap", 0.25}}};
  run.history.add({2, 1.0, progress});
  progress.observables = {{"q/local entropy", -1.5}, {"overlap", 0.5}};
  run.history.add({3, 1.5, progress});
  return run;
}

bool same(const std::vector<double>& a, const std::vector<double>& b) {  // NaN equals NaN
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](double x, double y) { return x == y || (std::isnan(x) && std::isnan(y)); });
}

TEST_F(RunFileTest, HistoryFillsWhatWasNotReported) {
  const History history = full_run(false).history;
  const double nan = std::nan("");
  EXPECT_EQ(history.step, (std::vector<std::int64_t>{1, 2, 3}));
  EXPECT_EQ(history.errors, (std::vector<std::int64_t>{-1, 4, 4}));
  EXPECT_TRUE(same(history.change, {nan, 1e-3, 1e-3}));
  ASSERT_EQ(history.observables.size(), 2u);
  EXPECT_EQ(history.observables[0].first, "overlap");
  EXPECT_TRUE(same(history.observables[0].second, {nan, 0.25, 0.5}));
  EXPECT_EQ(history.observables[1].first, "q/local entropy");
  EXPECT_TRUE(same(history.observables[1].second, {nan, nan, -1.5}));
}

TEST_F(RunFileTest, ComesBackBitForBit) {
  for (const bool embed : {false, true})
    for (const WeightKind kind : {WeightKind::binary, WeightKind::spherical}) {
      const RunFile run = full_run(embed, kind);
      save_run(file("run.h5"), run);
      const RunFile back = load_run(file("run.h5"));
      EXPECT_EQ(back.problem.architecture, run.problem.architecture);
      EXPECT_EQ(back.problem.weight_kind, kind);
      EXPECT_EQ(back.problem.margin, run.problem.margin);
      expect_equal(back.problem.recipe, run.problem.recipe);
      EXPECT_EQ(back.problem_fingerprint, run.problem_fingerprint);
      ASSERT_EQ(back.embedded.has_value(), embed);
      if (embed) expect_equal(*back.embedded, *run.embedded);
      EXPECT_EQ(back.algorithm, run.algorithm);
      EXPECT_EQ(to_text(back.parameters), to_text(run.parameters)) << "order included";
      EXPECT_EQ(back.seed, run.seed);
      EXPECT_EQ(back.command_line, run.command_line);
      EXPECT_EQ(back.wfm_version, "0.0.9");
      EXPECT_EQ(back.weights, run.weights);
      EXPECT_EQ(back.outcome, run.outcome);
      EXPECT_EQ(back.train_errors, 3);
      EXPECT_EQ(back.train_patterns, 17);
      EXPECT_EQ(back.test_error, run.test_error);
      EXPECT_EQ(back.steps, 2);
      EXPECT_EQ(back.seconds, 0.125);
      EXPECT_EQ(back.history.step, run.history.step);
      EXPECT_EQ(back.history.seconds, run.history.seconds);
      EXPECT_EQ(back.history.errors, run.history.errors);
      EXPECT_TRUE(same(back.history.change, run.history.change));
      ASSERT_EQ(back.history.observables.size(), 2u);
      for (std::size_t j = 0; j < 2; ++j) {
        EXPECT_EQ(back.history.observables[j].first, run.history.observables[j].first);
        EXPECT_TRUE(same(back.history.observables[j].second, run.history.observables[j].second));
      }
    }
  EXPECT_EQ(format_of(file("run.h5")), "wfm-run");
}

TEST_F(RunFileTest, EveryOutcomeHasItsName) {
  for (const Outcome outcome : {Outcome::solved, Outcome::converged, Outcome::out_of_steps,
                                Outcome::numerical_issue, Outcome::interrupted}) {
    EXPECT_EQ(outcome_from_name(name(outcome)), outcome);
  }
}

TEST_F(RunFileTest, AFailedRunIsRecordedAsItIs) {
  RunFile run = full_run(false);
  run.outcome = Outcome::numerical_issue;
  run.weights.values[7] = std::nan("");
  run.train_errors = -1;
  run.test_error.reset();
  run.history = {};
  save_run(file("run.h5"), run);
  const RunFile back = load_run(file("run.h5"));
  EXPECT_TRUE(same(back.weights.values, run.weights.values));
  EXPECT_FALSE(back.test_error.has_value());
  EXPECT_TRUE(back.history.step.empty());
  EXPECT_TRUE(summary(back)["train_errors"].is_null());
  EXPECT_TRUE(summary(back)["test_error"].is_null());
  EXPECT_EQ(summary(back)["outcome"], "numerical_issue");
  EXPECT_EQ(summary(full_run(false))["train_errors"], 3);
}

TEST_F(RunFileTest, PartsThatDoNotFitAreRefusedAndNothingIsWritten) {
  const auto refused = [&](const auto& change) {
    RunFile run = full_run(true);
    change(run);
    const std::string message = refusal<InvalidInput>([&] { save_run(file("run.h5"), run); });
    EXPECT_EQ(files(), 0u);
    return message;
  };
  EXPECT_THAT(refused([](RunFile& r) { r.weights.values.pop_back(); }),
              HasSubstr("must be 9 x 11 as the architecture has them, got 9 x 11 with 98"));
  EXPECT_THAT(refused([](RunFile& r) { r.weights.values[0] = std::nan(""); }), HasSubstr("nan"));
  EXPECT_THAT(refused([](RunFile& r) { r.train_errors = 18; }),
              HasSubstr("train_errors: must be between -1 (not known) and train_patterns = 17, got 18"));
  EXPECT_THAT(refused([](RunFile& r) { r.test_error = std::nan(""); }),
              HasSubstr("test_error: must be between 0 and 1, got nan"));
  EXPECT_THAT(refused([](RunFile& r) { r.steps = -4; }), HasSubstr("steps: must be >= 0, got -4"));
  EXPECT_THAT(refused([](RunFile& r) { r.seconds = std::nan(""); }),
              HasSubstr("seconds: must be >= 0, got nan"));
  EXPECT_THAT(refused([](RunFile& r) { r.history.change.pop_back(); }),
              HasSubstr("history: all columns must have the 3 rows"));
  EXPECT_THAT(refused([](RunFile& r) { r.history.observables[1].second.push_back(0); }),
              HasSubstr("history: all columns"));
  EXPECT_THAT(refused([](RunFile& r) { r.problem_fingerprint = 1; }),
              HasSubstr("fingerprint must be that of the run, 0000000000000001, got"));
  EXPECT_THAT(refused([](RunFile& r) { r.parameters = 3; }), HasSubstr("parameters: must be a JSON object"));
}

TEST_F(RunFileTest, OtherFilesAreRefused) {
  save_problem(file("problem.h5"), full_problem(tree, true, WeightKind::binary, 1));
  EXPECT_THAT(refusal<InvalidInput>([&] { load_run(file("problem.h5")); }),
              HasSubstr("problem.h5: / @format: must be 'wfm-run', got 'wfm-problem'"));
  EXPECT_THAT(refusal<ResourceProblem>([&] { load_run(file("none.h5")); }),
              HasSubstr("none.h5: cannot read"));
  write_hdf5(file("hollow.h5"), "wfm-run", 1, [](Hdf5Writer& w) { w.set("/", "algorithm", "fbp"); });
  EXPECT_THAT(refusal<InvalidInput>([&] { load_run(file("hollow.h5")); }),
              HasSubstr("hollow.h5: / @outcome: missing"));
  write_hdf5(file("odd.h5"), "wfm-run", 1, [](Hdf5Writer& w) {
    w.set("/", "algorithm", "fbp");
    w.set("/", "outcome", "happy");
  });
  EXPECT_THAT(refusal<InvalidInput>([&] { load_run(file("odd.h5")); }),
              HasSubstr("odd.h5: run: an outcome is solved, "));
}

}  // namespace
}  // namespace wfm::io
