// The one loop: stopping, NaN check, checkpoints, observers, interruption.
#pragma once

#include <chrono>
#include <functional>
#include <limits>
#include <optional>
#include <string_view>

#include "run/algorithm.hpp"
#include "run/snapshot.hpp"

namespace wfm {

enum class Outcome { solved, converged, out_of_steps, numerical_issue, interrupted };
/// "solved", "converged", "out_of_steps", "numerical_issue" or "interrupted".
std::string_view name(Outcome outcome);
Outcome outcome_from_name(std::string_view name);  // throws InvalidInput for any other name

struct StopRule {
  std::int64_t max_steps = 1000;  // in all, with the earlier parts of a resumed run; 0: start only
  double max_seconds = std::numeric_limits<double>::infinity();  // in all; looked at between steps
  std::int64_t target_errors = 0;  // solved at this many training errors or fewer
  bool stop_when_solved = true;    // false: go on to convergence or to the end of the schedule
};

/// What an observer sees after every step. References are valid during the call only.
struct StepRecord {
  std::int64_t step = 0;  // steps done so far, this one included
  double seconds = 0;     // since the run (or its resumption) began, plus what earlier parts took
  const Progress& progress;
};
using Observer = std::function<void(const StepRecord&)>;

/// When and where the State is saved. `save` gets the State as named arrays plus "run.step" and "run.seconds".
struct CheckpointRule {
  double every_seconds = 30;                  // 0: after every step
  std::function<void(const Snapshot&)> save;  // empty: no checkpoints
};

struct RunOptions {
  StopRule stop;
  CheckpointRule checkpoint;
  Observer observer;                    // may be empty
  std::function<bool()> interrupted;    // asked after every step; may be empty
  std::optional<Snapshot> resume_from;  // a checkpoint of the same algorithm, problem and seed
};

template <class State>
struct RunResult {
  Outcome outcome = Outcome::out_of_steps;
  State state;
  std::int64_t steps = 0;
  double seconds = 0;
  Progress last;  // of the last step made
};

/// Runs `algorithm` with the random streams of `seed` (purposes initial_state and dynamics; stream index = steps done before, so
/// that a resumed run ends in the same weights as an uninterrupted one). After each step, the first of these that holds ends it:
///   numerical_issue  the step failed or its change is infinite (NaN means "no meaning" and is no issue)
///   solved           errors known and <= target_errors, with stop_when_solved or where one of the next three would end the run
///   converged        the algorithm reached a fixed point
///   out_of_steps     schedule exhausted, max_steps or max_seconds reached
///   interrupted      options.interrupted() says so; a final checkpoint is saved
/// Limits are looked at before the first step too: max_steps = 0, or a resumption at the limit, makes no step and ends
/// out_of_steps with errors unknown, since only steps tell errors. Throws InvalidInput for negative or NaN limits and for a
/// snapshot that lacks an array, "run.step" or "run.seconds".
template <Algorithm A>
RunResult<typename A::State> run(const A& algorithm, std::uint64_t seed, const RunOptions& options);

}  // namespace wfm

#include "run/run.inl.hpp"
