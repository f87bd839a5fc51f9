// wfm measure local-entropy: entropy of solutions around the weights of run files, by message passing.
#include <fmt/format.h>

#include <memory>

#include "cli/measure_shared.hpp"
#include "experiments/plot.hpp"
#include "experiments/results.hpp"
#include "io/json.hpp"
#include "landscape/local_entropy.hpp"
#include "math/error.hpp"
#include "problems/evaluation.hpp"

namespace wfm::cli {

namespace {

struct LocalEntropyOptions {
  SharedOptions shared;
  MeasureInput input;
  std::string distance = "0.005,0.01,0.02,0.03,0.05,0.07,0.1,0.15,0.2,0.25,0.3", engine = "auto", plot;
  double tolerance = 0, margin = 0;
  std::int64_t max_iterations = 2000;
};

int measure_local_entropy(const Command& command, const LocalEntropyOptions& options) {
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
  for (const auto& file : options.input.files) {
    Measured m = load_measured(file, options.input, options.shared);
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

}  // namespace

void add_measure_local_entropy(Command& measure) {
  const auto options = std::make_shared<LocalEntropyOptions>();
  Command entropy = add_quantity(
      measure, "local-entropy", "Entropy of solutions at a distance from binary weights, by message passing",
      "wfm measure local-entropy run.h5 --distance 0.01,0.05,0.1 --json", options->input, options->shared);
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
}

}  // namespace wfm::cli
