#include "experiments/seeds.hpp"

#include <gmock/gmock.h>

#include "math/error.hpp"

namespace wfm::experiments {
namespace {

using testing::ElementsAre;

SeedsRequest small(double alpha) {
  SeedsRequest request;
  request.problem.inputs = 101;
  request.problem.alpha = alpha;
  request.solve.algorithm = "sbpi";
  request.solve.max_steps = 200;
  request.seeds = {3, 4, 5, 6};
  return request;
}

TEST(Seeds, EachRowIsTheRunOfThatSeed) {
  SeedsRequest request = small(0.4);
  request.threads = 3;
  const SeedsResult result = solve_seeds(request);
  ASSERT_EQ(result.rows.size(), 4u);
  for (const SeedRow& row : result.rows) {
    ProblemSpec spec = request.problem;
    SolveRequest one = request.solve;
    spec.seed = one.seed = row.seed;
    const SolveResult alone = solve(make_problem(spec), one);
    EXPECT_EQ(row.steps, alone.record.steps);
    EXPECT_EQ(row.outcome, alone.record.outcome);
  }
  EXPECT_FALSE(result.interrupted);
}

TEST(Seeds, OneInstanceForAll) {
  SeedsRequest request = small(0.4);
  request.one_instance = true;
  request.problem.seed = 9;
  const SeedsResult result = solve_seeds(request);
  SolveRequest one = request.solve;
  one.seed = 4;
  EXPECT_EQ(result.rows[1].steps, solve(make_problem(request.problem), one).record.steps);
}

TEST(Seeds, SuccessCountsAndQuantiles) {
  SeedsResult result;
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    SeedRow row;
    row.seed = seed;
    row.reached_goal = seed != 5;
    row.outcome = seed != 5 ? Outcome::solved : Outcome::out_of_steps;
    row.steps = seed != 5 ? std::int64_t(10 * seed) : 1000;
    result.rows.push_back(row);
  }
  const io::Json success = success_of(result);
  EXPECT_EQ(success.at("solved"), 4);
  EXPECT_EQ(success.at("rate"), 0.8);
  EXPECT_EQ(success.at("rate_low"), wilson_interval(4, 5).low);
  EXPECT_EQ(success.at("steps_median"), 25);
  EXPECT_EQ(rows_of(result).at(4).at("outcome"), "out_of_steps");
  result.rows.resize(0);
  EXPECT_TRUE(success_of(result).at("steps_median").is_null());
}

TEST(Seeds, AnInterruptionKeepsTheRowsThatEnded) {
  SeedsRequest request = small(0.2);
  request.threads = 1;
  std::size_t ended = 0;
  request.on_run = [&](std::size_t runs) { ended = runs; };
  request.solve.interrupted = [&] { return ended == 2; };
  const SeedsResult result = solve_seeds(request);
  EXPECT_TRUE(result.interrupted);
  ASSERT_EQ(result.rows.size(), 2u);
  EXPECT_EQ(result.rows[1].seed, 4u);
}

TEST(Seeds, AsText) {
  EXPECT_THAT(parse_seeds("3", "--seeds"), ElementsAre(3u));
  EXPECT_THAT(parse_seeds("1:3,7,10:20:5", "--seeds"), ElementsAre(1u, 2u, 3u, 7u, 10u, 15u, 20u));
  for (const char* text : {"", "0.5", "-1", "3:1", "a:b", "1:2:3:4"})
    EXPECT_THROW(parse_seeds(text, "--seeds"), InvalidInput) << text;
  EXPECT_THROW(solve_seeds([] {
                 SeedsRequest request = small(0.1);
                 request.seeds.clear();
                 return request;
               }()),
               InvalidInput);
}

}  // namespace
}  // namespace wfm::experiments
