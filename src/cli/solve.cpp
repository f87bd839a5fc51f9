// wfm solve: one algorithm on one instance.
#include <fmt/format.h>

#include <filesystem>
#include <memory>
#include <optional>

#include "cli/commands.hpp"
#include "cli/problem_options.hpp"
#include "cli/shared_options.hpp"
#include "experiments/solve.hpp"
#include "io/atomic_file.hpp"
#include "math/error.hpp"
#include "run/signals.hpp"

namespace wfm::cli {

namespace {

struct SolveOptions {
  SharedOptions shared;
  ProblemOptions problem;
  std::string algorithm = "fbp", checkpoint;
  std::int64_t max_steps = 0;
  double max_seconds = 0, checkpoint_seconds = 30;
  bool resume = false;
  std::map<std::string, std::string> knobs;  // one entry a knob of any algorithm; text as given
};

// Every knob of every algorithm once, with the algorithms that take it and their defaults.
void add_knobs(Command& command, SolveOptions& options) {
  std::map<std::string, std::string> help;
  std::vector<std::string> order;
  for (const auto& algorithm : experiments::algorithms())
    for (const auto& knob : algorithm.knobs) {
      std::string& text = help[knob.name];
      if (text.empty()) order.push_back(knob.name);
      text += text.empty() ? fmt::format("{} [{} {}", knob.help, algorithm.name, knob.default_value)
                           : fmt::format(", {} {}", algorithm.name, knob.default_value);
    }
  for (const auto& name : order) command.option("--" + name, options.knobs[name], help[name] + "]");
}

io::Json solve_json(const io::RunFile& record, const Progress& last, const std::string& weights_file) {
  io::Json json = io::summary(record);
  for (const auto& [name, value] : last.observables) json["observables"][name] = io::number(value);
  json["converged"] = last.converged;
  json["weights_file"] = weights_file.empty() ? io::Json() : io::Json(weights_file);
  return json;
}

int solve_command(const Command& command, const SolveOptions& options) {
  const auto& shared = options.shared;
  if (!shared.output.empty()) io::check_writable(shared.output);
  if (!options.checkpoint.empty()) io::check_writable(options.checkpoint);
  require(!options.resume || !options.checkpoint.empty(), "--resume: needs --checkpoint FILE to resume from");
  require(
      options.resume || options.checkpoint.empty() || !std::filesystem::exists(options.checkpoint),
      fmt::format("--checkpoint: {} holds an earlier run; add --resume or remove it", options.checkpoint));
  require(options.max_steps >= 0, fmt::format("--max-steps: must be at least 0, got {}", options.max_steps));
  require(options.checkpoint_seconds >= 0,
          fmt::format("--checkpoint-seconds: must be at least 0, got {}", options.checkpoint_seconds));

  experiments::SolveRequest request;
  request.algorithm = options.algorithm;
  for (const auto& [name, text] : options.knobs)
    if (command.given("--" + name)) request.knobs[name] = text;
  request.seed = shared.seed;
  if (command.given("--max-steps")) request.max_steps = options.max_steps;
  if (command.given("--max-seconds")) request.max_seconds = options.max_seconds;
  request.checkpoint = options.checkpoint;
  request.checkpoint_seconds = options.checkpoint_seconds;
  request.resume = options.resume;
  request.threads = shared.threads;
  experiments::check_request(request);

  const Problem problem = experiments::make_problem(to_spec(command, options.problem, shared.seed));
  const SignalGuard guard;
  request.interrupted = interrupted;
  std::optional<ProgressDisplay> display(std::in_place, shared.progress_style(), options.algorithm, 0,
                                         "steps");
  request.observer = [&](const StepRecord& step) {
    display->update(step.step,
                    step.progress.errors < 0 ? "" : fmt::format("errors {}", step.progress.errors));
  };
  auto result = experiments::solve(problem, request);
  display.reset();  // clears its line before anything else is printed
  io::RunFile& record = result.record;
  record.command_line = command.command_line();
  if (record.outcome == Outcome::interrupted) {
    say(shared, options.checkpoint.empty()
                    ? "interrupted; nothing saved (no --checkpoint)"
                    : "interrupted; go on with --resume --checkpoint " + options.checkpoint);
  } else {
    if (!shared.output.empty()) io::save_run(shared.output, record);
    std::error_code ignored;
    if (!options.checkpoint.empty() && result.reached_goal)
      std::filesystem::remove(options.checkpoint, ignored);
  }
  const bool saved = record.outcome != Outcome::interrupted && !shared.output.empty();
  print_object(solve_json(record, result.last, saved ? shared.output : ""), shared);
  if (record.outcome == Outcome::interrupted) return 130;
  return result.reached_goal ? 0 : 1;
}

}  // namespace

void add_solve(Command program) {
  Command command = program.subcommand(
      "solve", "Run one algorithm on one instance",
      "wfm solve --data storage --inputs 1001 --alpha 0.6 --algorithm fbp --seed 1 --output run.h5");
  const auto options = std::make_shared<SolveOptions>();
  add_problem_options(command, options->problem);
  std::string names;
  for (const auto& algorithm : experiments::algorithms())
    names += fmt::format("{}{} ({})", names.empty() ? "" : "; ", algorithm.name, algorithm.summary);
  command.option("--algorithm", options->algorithm, names);
  command.option("--max-steps", options->max_steps, "Steps at most (default: the algorithm's own)");
  command.option("--max-seconds", options->max_seconds, "Seconds at most (default: no limit)");
  command.option("--checkpoint", options->checkpoint, "File for checkpoints of the run");
  command.option("--checkpoint-seconds", options->checkpoint_seconds,
                 "Seconds between checkpoints; 0: after every step");
  command.flag("--resume", options->resume, "Go on from the checkpoint if there is one");
  add_knobs(command, *options);
  add_shared_options(command, options->shared, "Record of the run (HDF5)");
  command.action([command, options] { return solve_command(command, *options); });
}

}  // namespace wfm::cli
