// From an algorithm object to the record of its run: the generic part of every registry entry.
#pragma once

#include <filesystem>

#include "experiments/solve.hpp"
#include "io/checkpoint_file.hpp"
#include "io/fingerprint.hpp"
#include "problems/evaluation.hpp"

namespace wfm::experiments {

enum class Goal { zero_errors, convergence };

/// Drops every other row once there are more than `most`; returns the factor by which recording must slow down (1 or 2).
std::int64_t thin(io::History& history, std::size_t most = 4096);

/// Errors of `record.weights` on the problem's patterns.
void evaluate(io::RunFile& record, const Problem& problem);

/// Runs `algorithm` as `request` asks. `parameters`: every knob with its value, part of a checkpoint's identity.
template <Algorithm A>
SolveResult run_and_record(const Problem& problem, const A& algorithm, const SolveRequest& request,
                           const io::Json& parameters, std::int64_t default_max_steps, Goal goal) {
  SolveResult result;
  io::RunFile& record = result.record;
  // a recipe with a source of its own was read from a file, which may go away
  io::set_problem(
      record, problem,
      problem.recipe.data == "file" || (independent_inputs(problem) && !problem.recipe.source.empty()));
  record.algorithm = request.algorithm;
  record.parameters = parameters;
  record.seed = request.seed;

  RunOptions options;
  options.stop.max_steps = request.max_steps.value_or(default_max_steps);
  options.stop.max_seconds = request.max_seconds;
  options.stop.stop_when_solved = goal == Goal::zero_errors;
  options.interrupted = request.interrupted;
  std::int64_t stride = 1;
  options.observer = [&](const StepRecord& step) {
    if (step.step % stride == 0) {
      record.history.add(step);
      stride *= thin(record.history);
    }
    if (request.observer) request.observer(step);
  };
  if (!request.checkpoint.empty()) {
    const io::RunIdentity identity{request.algorithm, parameters, record.problem_fingerprint, request.seed};
    if (request.resume && std::filesystem::exists(request.checkpoint))
      options.resume_from = io::load_checkpoint(request.checkpoint, identity);
    options.checkpoint.every_seconds = request.checkpoint_seconds;
    options.checkpoint.save = [identity, path = request.checkpoint](const Snapshot& snapshot) {
      io::save_checkpoint(path, identity, snapshot);
    };
  }

  const auto ended = run(algorithm, request.seed, options);
  if (record.history.step.empty() || record.history.step.back() != ended.steps)
    record.history.add({ended.steps, ended.seconds, ended.last});
  record.outcome = ended.outcome;
  record.steps = ended.steps;
  record.seconds = ended.seconds;
  record.weights = algorithm.weights(ended.state);
  evaluate(record, problem);
  result.reached_goal = goal == Goal::convergence ? ended.last.converged : ended.outcome == Outcome::solved;
  result.last = ended.last;
  return result;
}

}  // namespace wfm::experiments
