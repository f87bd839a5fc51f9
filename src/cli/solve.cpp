// wfm solve: one algorithm on one instance.
#include <fmt/format.h>

#include <filesystem>
#include <memory>
#include <optional>

#include "cli/commands.hpp"
#include "cli/problem_options.hpp"
#include "cli/shared_options.hpp"
#include "cli/solve_config.hpp"
#include "cli/solve_seeds.hpp"
#include "experiments/solve.hpp"
#include "io/atomic_file.hpp"
#include "math/error.hpp"
#include "run/signals.hpp"

namespace wfm::cli {

namespace {

struct SolveOptions {
  SharedOptions shared;
  ProblemOptions problem;
  std::string algorithm = "fbp", checkpoint, seeds, config;
  std::int64_t max_steps = 0;
  double max_seconds = 0, checkpoint_seconds = 30;
  bool resume = false, show_config = false;
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

experiments::SeedsRequest seeds_request(const Command& command, const SolveOptions& options,
                                        const experiments::SolveRequest& solve) {
  experiments::SeedsRequest request;
  request.problem = to_spec(command, options.problem, 1);
  const std::string& data = options.problem.data;
  const bool drawn = experiments::is_drawn(data) || data == "fashion-mnist";
  request.one_instance = !drawn || command.given("--data-seed");
  request.solve = solve;
  request.seeds = experiments::parse_seeds(options.seeds, "--seeds");
  return request;
}

// The settings that the run would have, for --show-config.
int show_config(const Command& command, const SolveOptions& options,
                const experiments::SolveRequest& request) {
  const std::uint64_t seed = command.given("--seeds")
                                 ? experiments::parse_seeds(options.seeds, "--seeds").front()
                                 : options.shared.seed;
  const Problem problem = experiments::make_problem(to_spec(command, options.problem, seed));
  std::fputs(effective_settings(command, options.problem, problem, request).c_str(), stdout);
  return 0;
}

int solve_given(const Command& command, const SolveOptions& options) {
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
  if (command.given("--seeds"))
    require(!command.given("--seed") && options.checkpoint.empty(),
            "--seeds: takes the place of --seed and --checkpoint, which must not be given with it");
  if (options.show_config) return show_config(command, options, request);
  if (command.given("--seeds")) return solve_seeds_command(shared, seeds_request(command, options, request));

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

int solve_command(Command command, const SolveOptions& options) {
  if (!command.given("--config")) return solve_given(command, options);
  const SettingPlaces places = apply_settings(command, options.config, options.algorithm);
  try {
    return solve_given(command, options);
  } catch (const InvalidInput& refusal) {
    throw with_place(refusal, places);
  }
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
  command.option(
      "--seeds", options->seeds,
      "Many seeds, 1:10 or a list, in parallel: a row each and the success rate; --output is CSV or JSON");
  command.option("--max-steps", options->max_steps, "Steps at most (default: the algorithm's own)");
  command.option("--max-seconds", options->max_seconds, "Seconds at most (default: no limit)");
  command.option("--checkpoint", options->checkpoint, "File for checkpoints of the run");
  command.option("--checkpoint-seconds", options->checkpoint_seconds,
                 "Seconds between checkpoints; 0: after every step");
  command.flag("--resume", options->resume, "Go on from the checkpoint if there is one");
  command.option("--config", options->config,
                 "TOML file with options by their names; the command line wins over it");
  command.flag("--show-config", options->show_config,
               "Print the settings of the run as such a file, do not run");
  add_knobs(command, *options);
  add_shared_options(command, options->shared, "Record of the run (HDF5)");
  command.action([command, options] { return solve_command(command, *options); });
}

}  // namespace wfm::cli
