// wfm measure local-entropy: entropy of solutions around the weights of run files, by message passing, and beside it by counting or
// sampling.
#include <fmt/format.h>

#include <cmath>
#include <memory>

#include "cli/measure_shared.hpp"
#include "experiments/plot.hpp"
#include "experiments/results.hpp"
#include "io/json.hpp"
#include "landscape/enumerated_local_entropy.hpp"
#include "landscape/local_entropy.hpp"
#include "landscape/sampled_local_entropy.hpp"
#include "landscape/slice_share.hpp"
#include "math/error.hpp"
#include "problems/evaluation.hpp"

namespace wfm::cli {

namespace {

struct LocalEntropyOptions {
  SharedOptions shared;
  MeasureInput input;
  std::string distance = "0.005,0.01,0.02,0.03,0.05,0.07,0.1,0.15,0.2,0.25,0.3", engine = "auto",
              check = "none", plot;
  double tolerance = 0, margin = 0;
  std::int64_t max_iterations = 2000;
  int initialisations = 1, sweeps = 400, samples = 100000;
  bool one_sided = false, unconstrained = false;
};

/// The oracle of one row.
struct Checked {
  double entropy = 0, standard_error = 0;
  std::string reason;  // why there is none
};

std::vector<Checked> checked_by_enumeration(const Measured& m, std::span<const double> distances,
                                            const LocalEntropyOptions& options) {
  std::vector<Checked> rows;
  for (const auto& point :
       landscape::enumerated_local_entropy(m.problem, m.run.weights, distances, options.shared.threads))
    rows.push_back({point.entropy, 0, point.counted ? "" : "no solutions on both sides of this distance"});
  return rows;
}

std::vector<Checked> checked_by_sampling(const Measured& m, std::span<const double> distances,
                                         const LocalEntropyOptions& options) {
  std::vector<Checked> rows;
  if (m.problem.weight_kind == WeightKind::spherical) {
    landscape::SliceShareParams params;
    params.samples = options.samples;
    params.seed = options.shared.seed;
    params.threads = options.shared.threads;
    for (const double d : distances) {
      const auto share = landscape::slice_share(m.problem, m.run.weights, d, params);
      rows.push_back({share.normalised + landscape::data_free_entropy(WeightKind::spherical, d),
                      share.standard_error, share.reason});
    }
    return rows;
  }
  landscape::SampledLocalEntropyParams params;
  params.sweeps = options.sweeps;
  params.settling = options.sweeps / 4;
  params.seed = options.shared.seed;
  params.threads = options.shared.threads;
  for (const auto& point : landscape::sampled_local_entropy(m.problem, m.run.weights, distances, params))
    rows.push_back({point.entropy, std::hypot(point.standard_error, point.hysteresis / 2), point.reason});
  return rows;
}

std::vector<Checked> checked(const Measured& m, std::span<const double> distances,
                             const LocalEntropyOptions& options) {
  if (options.check == "enumeration") return checked_by_enumeration(m, distances, options);
  if (options.check == "sampling") return checked_by_sampling(m, distances, options);
  return {};
}

int measure_local_entropy(const Command& command, const LocalEntropyOptions& options) {
  const auto distances = parse_list(options.distance, "--distance");
  landscape::LocalEntropyParams params;
  if (command.given("--tolerance")) params.tolerance = options.tolerance;
  params.max_iterations = options.max_iterations;
  params.seed = options.shared.seed;
  params.initialisations = options.initialisations;
  params.both_sides = !options.one_sided;
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
    const auto oracle = checked(m, distances, options);
    landscape::UnconstrainedEntropy whole;
    if (options.unconstrained) {
      whole = landscape::unconstrained_entropy(m.problem, m.run.weights, params);
      all_converged = all_converged && whole.converged;
    }
    const auto points = landscape::local_entropy(m.problem, m.run.weights, distances, params);
    for (std::size_t j = 0; j < points.size(); ++j) {
      const auto& point = points[j];
      io::Json row = {{"distance", point.distance},
                      {"entropy", io::number(point.entropy)},
                      {"normalised", io::number(point.normalised)},
                      {"gamma", io::number(point.gamma)},
                      {"change", io::number(point.change)},
                      {"iterations", point.iterations},
                      {"converged", point.converged},
                      {"beyond_typical", point.beyond_typical},
                      {"side", landscape::name(point.side)},
                      {"fixed_points", point.fixed_points},
                      {"spread", io::number(point.spread)}};
      if (options.unconstrained) {
        row["unconstrained"] = whole.converged ? io::number(whole.entropy) : io::Json();
        row["typical_distance"] = whole.converged ? io::number(whole.distance) : io::Json();
      }
      if (!oracle.empty()) {
        const Checked& exact = oracle[j];
        row["check_entropy"] = exact.reason.empty() ? io::number(exact.entropy) : io::Json();
        row["check_error"] = exact.reason.empty() ? io::number(exact.standard_error) : io::Json();
        row["check_reason"] = exact.reason.empty() ? io::Json() : io::Json(exact.reason);
      }
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
      measure, "local-entropy", "Entropy of solutions at a distance from given weights, by message passing",
      "wfm measure local-entropy run.h5 --distance 0.01,0.05,0.1 --json", options->input, options->shared);
  entropy.option("--distance", options->distance, "Distances d in (0, 1)");
  entropy.choice(
      "--engine", options->engine, {"auto", "amp", "edge"},
      "AMP, or edge messages (relaxed ones for spherical weights); auto: AMP for drawn inputs, edge for "
      "images and files");
  entropy.option("--tolerance", options->tolerance,
                 "Converged below this max |change| (default 1e-7; edge messages: not below 1e-5)");
  entropy.option("--max-iterations", options->max_iterations, "Iterations for each attempt at a point");
  entropy.option("--initialisations", options->initialisations,
                 "First messages to start from: `spread` is over all fixed points found");
  entropy.flag("--one-sided", options->one_sided,
               "Follow the curve outwards only, not inwards from the typical distance too: half the time");
  entropy.flag("--unconstrained", options->unconstrained,
               "Add the entropy of all solutions of the instance and their typical distance");
  entropy.choice(
      "--check", options->check, {"none", "enumeration", "sampling"},
      "Add an oracle: all configurations (binary, up to 30 weights), or a Markov chain over solutions "
      "(binary) or random points (spherical)");
  entropy.option("--sweeps", options->sweeps, "--check sampling, binary: sweeps at each of 24 fields");
  entropy.option("--samples", options->samples, "--check sampling, spherical: random points a distance");
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
