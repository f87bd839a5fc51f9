// wfm measure: landscape measures of the weights in run files.
#include <fmt/format.h>

#include <cmath>
#include <memory>

#include "cli/commands.hpp"
#include "cli/measure_shared.hpp"
#include "experiments/weights_source.hpp"
#include "io/json.hpp"
#include "landscape/stability_statistics.hpp"
#include "math/error.hpp"
#include "problems/evaluation.hpp"
#include "problems/matching.hpp"

namespace wfm::cli {

namespace {

struct MeasureOptions {
  SharedOptions shared;
  MeasureInput input;
  int bins = 40;
};

int measure_errors(const MeasureOptions& options) {
  io::Json rows = io::Json::array();
  for (const auto& file : options.input.files) {
    const Measured m = load_measured(file, options.input, options.shared);
    const auto& weights = m.run.weights;
    const auto errors = [&](const Patterns& patterns, double margin) {
      return count_errors(m.problem.architecture, weights, patterns, margin);
    };
    const std::size_t train = errors(m.problem.train, m.problem.margin), test = errors(m.problem.test, 0);
    rows.push_back({{"file", file},
                    {"algorithm", m.run.algorithm},
                    {"train_errors", train},
                    {"train_patterns", m.problem.train.count()},
                    {"test_errors", test},
                    {"test_patterns", m.problem.test.count()},
                    {"test_error", io::number(double(test) / double(m.problem.test.count()))}});
  }
  return finish_rows(rows, options.shared, true);
}

int measure_margins(const MeasureOptions& options) {
  require(options.bins >= 1 && options.bins <= 100000,
          fmt::format("--bins: must be from 1 to 100000, got {}", options.bins));
  io::Json rows = io::Json::array();
  for (const auto& file : options.input.files) {
    const Measured m = load_measured(file, options.input, options.shared);
    const auto stabilities = output_stabilities(m.problem.architecture, m.run.weights, m.problem.train);
    const auto statistics = landscape::stability_statistics(stabilities);
    io::Json row = {{"file", file},
                    {"algorithm", m.run.algorithm},
                    {"minimum", io::number(statistics.minimum)},
                    {"mean", io::number(statistics.mean)},
                    {"standard_deviation", io::number(statistics.standard_deviation)},
                    {"share_near_zero", io::number(statistics.share_near_zero)}};
    if (options.shared.json && !stabilities.empty()) {
      const auto h = landscape::histogram(stabilities, -4, 4, options.bins);
      row["histogram"] = {{"low", h.low}, {"high", h.high}, {"density", h.density}};
    }
    rows.push_back(row);
  }
  return finish_rows(rows, options.shared, true);
}

// Overlaps need no patterns: a run's problem is not made anew.
io::RunFile load_weights_only(const std::string& file, const MeasureOptions& options) {
  const bool own = options.input.problem.empty() && experiments::is_run_file(file);
  return own ? io::load_run(file) : load_measured(file, options.input, options.shared).run;
}

int measure_overlaps(const MeasureOptions& options) {
  require(options.input.files.size() >= 2,
          fmt::format("overlaps: needs at least two files, got {}", options.input.files.size()));
  std::vector<io::RunFile> runs;
  for (const auto& file : options.input.files) {
    runs.push_back(load_weights_only(file, options));
    require(
        runs.back().problem.architecture == runs.front().problem.architecture,
        fmt::format("overlaps: {} holds another architecture than {}", file, options.input.files.front()));
  }
  io::Json rows = io::Json::array();
  for (std::size_t a = 0; a < runs.size(); ++a)
    for (std::size_t b = a + 1; b < runs.size(); ++b) {
      const Matching matching = best_matching(runs[a].problem.architecture, runs[a].weights, runs[b].weights);
      rows.push_back({{"first", options.input.files[a]},
                      {"second", options.input.files[b]},
                      {"overlap", matching.overlap},
                      {"distance", matching.distance},
                      {"overlap_unmatched", overlap(runs[a].weights, runs[b].weights)}});
    }
  return finish_rows(rows, options.shared, true);
}

}  // namespace

Measured load_measured(const std::string& file, const MeasureInput& input, const SharedOptions& shared) {
  experiments::MeasuredWeights loaded = experiments::load_weights(file, {input.problem, input.labels});
  if (!loaded.note.empty()) say(shared, loaded.note);
  return {file, std::move(loaded.run), std::move(loaded.problem)};
}

MeasuredSet load_measured_set(const MeasureInput& input, const SharedOptions& shared) {
  MeasuredSet set;
  for (const auto& file : input.files) {
    const bool own = input.problem.empty() && experiments::is_run_file(file) && !set.runs.empty();
    if (own) {
      set.runs.push_back(io::load_run(file));
    } else {
      Measured measured = load_measured(file, input, shared);
      set.runs.push_back(std::move(measured.run));
      if (set.runs.size() == 1) set.problem = std::move(measured.problem);
    }
    require(
        !input.problem.empty() || set.runs.back().problem_fingerprint == set.runs.front().problem_fingerprint,
        fmt::format("{}: a run on another problem than {}; name the one to measure on with --problem", file,
                    input.files.front()));
  }
  return set;
}

landscape::SmoothLoss LossOptions::smooth() const {
  using training::Activation;
  landscape::SmoothLoss loss;
  for (const Activation one : {Activation::tanh, Activation::erf, Activation::relu})
    if (training::name(one) == activation) loss.activation = one;
  require(beta > 0 && std::isfinite(beta), fmt::format("--beta: must be > 0 and finite, got {}", beta));
  loss.beta = beta;
  loss.loss.gamma = gamma;
  validate(loss);
  return loss;
}

void add_loss_options(Command& command, LossOptions& options) {
  command.choice("--activation", options.activation, {"tanh", "erf", "relu"},
                 "Hidden units of the differentiable network whose loss is followed");
  command.option("--beta", options.beta, "Sharpness of those units");
  command.option("--gamma", options.gamma, "Sharpness of its cross-entropy");
}

Command add_quantity(Command& measure, const std::string& name, const std::string& help,
                     const std::string& example, MeasureInput& input, SharedOptions& shared) {
  Command command = measure.subcommand(name, help, example);
  command.positional(
      "files", input.files,
      "Run files (HDF5), or weights from elsewhere: .npy, text, FILE.h5:/DATASET, messages of focusing BP",
      true);
  command.option(
      "--problem", input.problem,
      "The problem to measure on: HDF5 instance, run file, text patterns (default: each run's own)");
  command.option("--labels", input.labels, "Labels of text patterns (default: all +1)");
  add_shared_options(command, shared, "File for the rows (.json or .csv)");
  return command;
}

const Patterns& patterns_named(const Measured& measured, const std::string& which) {
  const Patterns& patterns = which == "test" ? measured.problem.test : measured.problem.train;
  require(patterns.count() > 0,
          fmt::format("--patterns {}: {} has none of these patterns", which, measured.file));
  return patterns;
}

void add_measure(Command program) {
  Command measure =
      program.subcommand("measure", "Landscape measures of weights, from run files or from elsewhere",
                         "wfm measure local-entropy run.h5 --distance 0.01:0.1:0.01");
  const auto options = std::make_shared<MeasureOptions>();
  Command errors = add_quantity(measure, "errors", "Training and test errors", "wfm measure errors run.h5",
                                options->input, options->shared);
  errors.action([options] {
    check_rows_file(options->shared);
    return measure_errors(*options);
  });

  Command margins = add_quantity(measure, "margins",
                                 "Output stabilities: minimum, mean, share near zero, histogram (--json)",
                                 "wfm measure margins run.h5 --json", options->input, options->shared);
  margins.option("--bins", options->bins, "Bins of the histogram over [-4, 4]");
  margins.action([options] {
    check_rows_file(options->shared);
    return measure_margins(*options);
  });

  add_measure_local_entropy(measure);
  add_measure_local_energy(measure);
  add_measure_hessian(measure);

  Command overlaps = add_quantity(measure, "overlaps", "Overlaps of all pairs after matching hidden units",
                                  "wfm measure overlaps a.h5 b.h5", options->input, options->shared);
  add_measure_path(measure);
  add_measure_slice(measure);
  add_measure_correlations(measure);

  overlaps.action([options] {
    check_rows_file(options->shared);
    return measure_overlaps(*options);
  });
}

}  // namespace wfm::cli
