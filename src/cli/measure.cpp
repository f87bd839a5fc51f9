// wfm measure: landscape measures of the weights in run files.
#include <fmt/format.h>

#include <cmath>
#include <memory>

#include "cli/commands.hpp"
#include "cli/shared_options.hpp"
#include "experiments/plot.hpp"
#include "experiments/problem_source.hpp"
#include "experiments/results.hpp"
#include "io/json.hpp"
#include "landscape/local_entropy.hpp"
#include "landscape/stability_statistics.hpp"
#include "math/error.hpp"
#include "problems/evaluation.hpp"
#include "problems/matching.hpp"

namespace wfm::cli {

namespace {

struct MeasureOptions {
  SharedOptions shared;
  std::vector<std::string> files;
  std::string distance = "0.005,0.01,0.02,0.03,0.05,0.07,0.1,0.15,0.2,0.25,0.3", engine = "auto", plot;
  double tolerance = 0, margin = 0;
  std::int64_t max_iterations = 2000;
  int bins = 40;
};

struct Measured {
  std::string file;
  io::RunFile run;
  Problem problem;
};

Measured load(const std::string& file) {
  Measured measured{file, io::load_run(file), {}};
  measured.problem = experiments::problem_of(measured.run);
  return measured;
}

int measure_errors(const MeasureOptions& options) {
  io::Json rows = io::Json::array();
  for (const auto& file : options.files) {
    const Measured m = load(file);
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
  for (const auto& file : options.files) {
    const Measured m = load(file);
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

int measure_local_entropy(const Command& command, const MeasureOptions& options) {
  const auto distances = parse_list(options.distance, "--distance");
  landscape::LocalEntropyParams params;
  if (command.given("--tolerance")) params.tolerance = options.tolerance;
  params.max_iterations = options.max_iterations;
  params.seed = options.shared.seed;
  require(params.tolerance > 0, fmt::format("--tolerance: must be above 0, got {}", options.tolerance));
  require(params.max_iterations >= 1,
          fmt::format("--max-iterations: must be at least 1, got {}", options.max_iterations));
  if (!options.plot.empty()) experiments::check_plot_file(options.plot);
  io::Json rows = io::Json::array();
  std::vector<experiments::Series> curves;
  bool all_converged = true;
  for (const auto& file : options.files) {
    Measured m = load(file);
    if (command.given("--margin")) m.problem.margin = options.margin;
    params.engine = options.engine == "auto"  ? landscape::suited_engine(m.problem)
                    : options.engine == "amp" ? landscape::Engine::amp
                                              : landscape::Engine::edge;
    const std::size_t reference_errors = training_errors(m.problem, m.run.weights);
    experiments::Series curve;
    curve.name = m.run.algorithm + " " + file;
    curve.kind = "points";
    curve.group = experiments::SeriesGroup::instance;
    for (const auto& point : landscape::local_entropy(m.problem, m.run.weights, distances, params)) {
      io::Json row = {{"distance", point.distance},
                      {"entropy", io::number(point.entropy)},
                      {"normalised", io::number(point.normalised)},
                      {"gamma", io::number(point.gamma)},
                      {"change", io::number(point.change)},
                      {"iterations", point.iterations},
                      {"converged", point.converged}};
      row["reference_errors"] = reference_errors;
      row["file"] = file;
      row["reason"] = point.converged ? io::Json() : io::Json(point.reason);
      rows.push_back(row);
      all_converged = all_converged && point.converged;
      curve.x.push_back(point.distance);
      curve.y.push_back(point.entropy);
      curve.converged.push_back(point.converged);
    }
    curves.push_back(curve);
  }
  const int code = finish_rows(rows, options.shared, all_converged);
  if (!options.plot.empty())
    experiments::plot_chart(
        experiments::make_chart("local-entropy", "Local entropy", {"distance d", "linear"},
                                {"local entropy per weight", "linear"}, curves),
        options.plot);
  return code;
}

int measure_overlaps(const MeasureOptions& options) {
  require(options.files.size() >= 2,
          fmt::format("overlaps: needs at least two run files, got {}", options.files.size()));
  std::vector<io::RunFile> runs;
  for (const auto& file : options.files) {
    runs.push_back(io::load_run(file));
    require(runs.back().problem.architecture == runs.front().problem.architecture,
            fmt::format("overlaps: {} holds another architecture than {}", file, options.files.front()));
  }
  io::Json rows = io::Json::array();
  for (std::size_t a = 0; a < runs.size(); ++a)
    for (std::size_t b = a + 1; b < runs.size(); ++b) {
      const Matching matching = best_matching(runs[a].problem.architecture, runs[a].weights, runs[b].weights);
      rows.push_back({{"first", options.files[a]},
                      {"second", options.files[b]},
                      {"overlap", matching.overlap},
                      {"distance", matching.distance},
                      {"overlap_unmatched", overlap(runs[a].weights, runs[b].weights)}});
    }
  return finish_rows(rows, options.shared, true);
}

Command add_quantity(Command& measure, const std::string& name, const std::string& help,
                     const std::string& example, MeasureOptions& options) {
  Command command = measure.subcommand(name, help, example);
  command.positional("files", options.files, "Run files (HDF5)", true);
  add_shared_options(command, options.shared, "File for the rows (.json or .csv)");
  return command;
}

}  // namespace

void add_measure(Command program) {
  Command measure = program.subcommand("measure", "Landscape measures of the weights in run files",
                                       "wfm measure local-entropy run.h5 --distance 0.01:0.1:0.01");
  const auto options = std::make_shared<MeasureOptions>();
  Command errors =
      add_quantity(measure, "errors", "Training and test errors", "wfm measure errors run.h5", *options);
  errors.action([options] {
    check_rows_file(options->shared);
    return measure_errors(*options);
  });

  Command margins = add_quantity(measure, "margins",
                                 "Output stabilities: minimum, mean, share near zero, histogram (--json)",
                                 "wfm measure margins run.h5 --json", *options);
  margins.option("--bins", options->bins, "Bins of the histogram over [-4, 4]");
  margins.action([options] {
    check_rows_file(options->shared);
    return measure_margins(*options);
  });

  Command entropy = add_quantity(
      measure, "local-entropy", "Entropy of solutions at a distance from binary weights, by message passing",
      "wfm measure local-entropy run.h5 --distance 0.01,0.05,0.1 --json", *options);
  entropy.option("--distance", options->distance, "Distances d in (0, 1)");
  entropy.choice("--engine", options->engine, {"auto", "amp", "edge"},
                 "AMP, or edge messages; auto: AMP for drawn inputs, edge for images and files");
  entropy.option("--tolerance", options->tolerance,
                 "Converged below this max |change| (default 1e-7; edge messages: not below 1e-5)");
  entropy.option("--max-iterations", options->max_iterations, "Iterations for each attempt at a point");
  entropy.option("--margin", options->margin,
                 "Margin asked of the solutions counted (default: the problem's)");
  entropy.option("--plot", options->plot,
                 "Picture of the curves (.png, .svg or .pdf; needs python3-matplotlib)");
  entropy.action([entropy, options] {
    check_rows_file(options->shared);
    return measure_local_entropy(entropy, *options);
  });

  Command overlaps = add_quantity(measure, "overlaps", "Overlaps of all pairs after matching hidden units",
                                  "wfm measure overlaps a.h5 b.h5", *options);
  overlaps.action([options] {
    check_rows_file(options->shared);
    return measure_overlaps(*options);
  });
}

}  // namespace wfm::cli
