// One algorithm on many seeds: a row a seed, and how often it succeeds.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "experiments/problem_source.hpp"
#include "experiments/solve.hpp"
#include "io/json.hpp"
#include "math/statistics.hpp"

namespace wfm::experiments {

struct SeedsRequest {
  ProblemSpec problem;
  bool one_instance = false;  // all seeds run on the instance of problem.seed; else every seed draws its own
  SolveRequest solve;         // its seed, observer, threads and checkpoint are not used
  std::vector<std::uint64_t> seeds;
  int threads = 0;  // seeds that run at the same time; 0: all processors
  std::function<void(std::size_t)>
      on_run;  // called under a lock with the number of runs that have ended; may be empty
};

struct SeedRow {
  std::uint64_t seed = 0;
  Outcome outcome = Outcome::interrupted;
  std::int64_t train_errors = 0, train_patterns = 0, steps = 0;
  std::optional<double> test_error;
  double seconds = 0;
  bool reached_goal = false;
};

struct SeedsResult {
  std::vector<SeedRow> rows;  // of the runs that were not interrupted, in the order of the seeds
  bool interrupted = false;

  std::size_t successes() const;
};

/// Runs every seed, in parallel; the rows (but for their seconds) do not depend on the threads. Throws what make_problem and solve
/// throw, and InvalidInput without seeds.
SeedsResult solve_seeds(const SeedsRequest& request);

/// Seeds as text: "1:10" (both ends), "3", "first:last:step", or a list of these. Throws InvalidInput that names the option.
std::vector<std::uint64_t> parse_seeds(const std::string& text, const std::string& option);

/// {"rows": [{"seed", "outcome", "train_errors", "train_patterns", "test_error", "steps", "seconds"}], "success": {...}}
io::Json rows_of(const SeedsResult& result);
/// {"seeds", "solved", "rate", "rate_low", "rate_high" (Wilson, 95 %), "steps_q25", "steps_median", "steps_q75",
/// "seconds_..."}: steps and seconds of the runs that succeeded.
io::Json success_of(const SeedsResult& result);

}  // namespace wfm::experiments
