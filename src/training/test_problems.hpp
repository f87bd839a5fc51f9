// Small problems and a run that the tests of this folder share.
#pragma once

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "problems/evaluation.hpp"
#include "problems/storage.hpp"
#include "run/run.hpp"

namespace wfm::training {

/// A problem of the given +-1 rows (all of one length) and labels.
inline Problem problem_of(const Architecture& architecture, WeightKind kind,
                          const std::vector<std::vector<int>>& rows, const std::vector<int>& labels) {
  Problem problem;
  problem.architecture = architecture;
  problem.weight_kind = kind;
  BitMatrix X(rows.size(), std::size_t(architecture.inputs));
  for (std::size_t a = 0; a < rows.size(); ++a)
    for (std::size_t i = 0; i < rows[a].size(); ++i) X.set(a, i, rows[a][i]);
  problem.train.inputs = std::move(X);
  problem.train.labels.assign(labels.begin(), labels.end());
  return problem;
}

inline std::vector<int> random_row(std::size_t n, RandomStream& random) {
  std::vector<int> row(n);
  for (int& xi : row) xi = random.sign();
  return row;
}

template <class A>
RunResult<typename A::State> run_for(const A& algorithm, std::uint64_t seed, std::int64_t max_steps) {
  RunOptions options;
  options.stop.max_steps = max_steps;
  return run(algorithm, seed, options);
}

/// A run cut into two by an interruption after `cut` steps must end in the same state as an uninterrupted one.
template <class A>
void expect_resumes_bit_for_bit(const A& algorithm, std::uint64_t seed, std::int64_t cut,
                                std::int64_t steps) {
  auto whole = run_for(algorithm, seed, steps);
  Snapshot checkpoint;
  RunOptions first;
  first.stop.max_steps = steps;
  first.checkpoint.save = [&](const Snapshot& snapshot) { checkpoint = snapshot; };
  std::int64_t asked = 0;
  first.interrupted = [&] { return ++asked == cut; };
  ASSERT_EQ(run(algorithm, seed, first).outcome, Outcome::interrupted);
  RunOptions second;
  second.stop.max_steps = steps;
  second.resume_from = checkpoint;
  auto resumed = run(algorithm, seed, second);
  EXPECT_EQ(resumed.steps, whole.steps);
  EXPECT_EQ(to_snapshot(resumed.state), to_snapshot(whole.state));
}

/// Does `act` throw InvalidInput whose message has all the `words`?
template <class Act>
void expect_refused(const Act& act, const std::vector<std::string>& words) {
  try {
    act();
    ADD_FAILURE() << "nothing was refused, expected a message with " << words.front();
  } catch (const InvalidInput& refusal) {
    for (const std::string& word : words) EXPECT_THAT(refusal.what(), testing::HasSubstr(word));
  }
}

}  // namespace wfm::training
