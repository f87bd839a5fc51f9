// wfm measure local-energy: errors of run files' weights after random disturbances.
#include <fmt/format.h>

#include <cmath>
#include <memory>

#include "cli/measure_shared.hpp"
#include "experiments/plot.hpp"
#include "experiments/results.hpp"
#include "io/json.hpp"
#include "landscape/local_energy.hpp"
#include "math/error.hpp"

namespace wfm::cli {

namespace {

struct LocalEnergyOptions {
  SharedOptions shared;
  MeasureInput input;
  std::string noise = "0.1:1:0.1", flips, patterns = "train", plot;
  int samples = 100;
};

int measure_local_energy(const Command& command, const LocalEnergyOptions& options) {
  const bool flips = command.given("--flips");
  require(!flips || !command.given("--noise"),
          "--flips: one kind of disturbance at a time, contradicts --noise");
  const std::string kind = flips ? "flips" : "noise";
  const auto levels = flips ? parse_list(options.flips, "--flips") : parse_list(options.noise, "--noise");
  require(options.samples >= 1, fmt::format("--samples: must be at least 1, got {}", options.samples));
  if (!options.plot.empty()) experiments::check_plot_file(options.plot);
  const landscape::LocalEnergyParams params{options.samples, options.shared.seed, options.shared.threads};
  io::Json rows = io::Json::array();
  std::vector<experiments::Series> curves;
  for (const auto& file : options.input.files) {
    const Measured m = load_measured(file, options.input, options.shared);
    const Patterns& patterns = patterns_named(m, options.patterns);
    const auto energy = (flips ? landscape::flip_energy : landscape::noise_energy)(
        m.problem.architecture, m.run.weights, patterns, levels, params);
    experiments::Series curve;
    curve.name = m.run.algorithm + " " + file;
    curve.kind = "points";
    curve.group = experiments::SeriesGroup::instance;
    const double P = double(energy.patterns);
    for (const auto& point : energy.points) {
      rows.push_back({{kind, point.level},
                      {"error_increase", io::number(point.error_increase)},
                      {"standard_error", io::number(point.standard_error)},
                      {"error", io::number(point.errors / P)},
                      {"reference_error", io::number(double(energy.reference_errors) / P)},
                      {"errors", point.errors},
                      {"reference_errors", energy.reference_errors},
                      {"patterns", energy.patterns},
                      {"samples", options.samples},
                      {"algorithm", m.run.algorithm},
                      {"file", file}});
      curve.x.push_back(point.level);
      curve.y.push_back(point.error_increase);
      curve.error.push_back(point.standard_error);
    }
    curves.push_back(curve);
  }
  const int code = finish_rows(rows, options.shared, true);
  if (!options.plot.empty())
    experiments::plot_chart(
        experiments::make_chart("local-energy", "Local energy",
                                {flips ? "fraction of weights flipped" : "relative noise s", "linear"},
                                {"increase of the error rate", "linear"}, curves),
        options.plot);
  return code;
}

}  // namespace

void add_measure_local_energy(Command& measure) {
  const auto options = std::make_shared<LocalEnergyOptions>();
  Command energy = add_quantity(measure, "local-energy",
                                "Increase of the error rate after random disturbances of the weights",
                                "wfm measure local-energy run.h5 --noise 0.1,0.2,0.5 --samples 100 --json",
                                options->input, options->shared);
  energy.option("--noise", options->noise, "Levels s of the relative noise w(1 + s z), z standard normal");
  energy.option("--flips", options->flips,
                "Fractions of the weights that change sign (binary weights), instead of noise");
  energy.option("--samples", options->samples,
                "Disturbances; each serves all levels and all files of one shape");
  energy.choice("--patterns", options->patterns, {"train", "test"}, "Whose errors are counted");
  energy.option("--plot", options->plot,
                "Picture of the curves (.png, .svg or .pdf; needs python3-matplotlib)");
  energy.action([energy, options] {
    check_rows_file(options->shared);
    return measure_local_energy(energy, *options);
  });
}

}  // namespace wfm::cli
