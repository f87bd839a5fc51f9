// wfm measure path: errors along paths between the weights of files, and the barriers on them.
#include <fmt/format.h>

#include <memory>

#include "cli/measure_shared.hpp"
#include "experiments/plot.hpp"
#include "experiments/results.hpp"
#include "io/json.hpp"
#include "landscape/paths.hpp"
#include "math/error.hpp"

namespace wfm::cli {

namespace {

struct PathOptions {
  SharedOptions shared;
  MeasureInput input;
  LossOptions loss;
  landscape::PathParams params;
  std::string plot;
};

struct PathTables {
  io::Json rows = io::Json::array(), barriers = io::Json::array();
  std::vector<experiments::Series> curves;
};

void add_path(PathTables& tables, const std::string& first, const std::string& second, double distance,
              const landscape::Path& path, bool with_band) {
  const bool random = path.kind == landscape::PathKind::random_flips;
  experiments::Series curve, band;
  curve.name = fmt::format("{}, {} to {}", name(path.kind), first, second);
  curve.group = band.group = experiments::SeriesGroup::instance;
  band.name = "least and most of the orders";
  band.kind = "band";
  band.color = curve.color = int(tables.curves.size()) / (with_band ? 2 : 1);
  for (const auto& point : path.points) {
    io::Json row = {{"first", first}, {"second", second}, {"path", name(path.kind)}};
    row["position"] = point.position;
    row["distance"] = point.distance;
    row["train_error"] = io::number(point.score.train_error);
    row["standard_error"] = io::number(point.standard_error);
    row["minimum"] = io::number(point.minimum);
    row["maximum"] = io::number(point.maximum);
    row["test_error"] = io::number(point.score.test_error);
    row["loss"] = io::number(point.score.loss);
    tables.rows.push_back(row);
    curve.x.push_back(point.position);
    curve.y.push_back(point.score.train_error);
    band.x.push_back(point.position);
    band.low.push_back(point.minimum);
    band.high.push_back(point.maximum);
  }
  tables.curves.push_back(curve);
  if (random && with_band) tables.curves.push_back(band);
  tables.barriers.push_back({{"first", first},
                             {"second", second},
                             {"path", name(path.kind)},
                             {"distance", distance},
                             {"barrier", io::number(path.barrier)},
                             {"standard_error", io::number(path.standard_error)},
                             {"minimum", io::number(path.minimum)},
                             {"maximum", io::number(path.maximum)},
                             {"first_error", path.points.front().score.train_error},
                             {"second_error", path.points.back().score.train_error}});
}

int measure_path(const PathOptions& options) {
  const auto& files = options.input.files;
  require(files.size() >= 2, fmt::format("path: needs at least two files, got {}", files.size()));
  if (!options.plot.empty()) experiments::check_plot_file(options.plot);
  landscape::PathParams params = options.params;
  params.seed = options.shared.seed;
  params.threads = options.shared.threads;
  params.loss = options.loss.smooth();
  const MeasuredSet set = load_measured_set(options.input, options.shared);
  PathTables tables;
  for (std::size_t a = 0; a < files.size(); ++a)
    for (std::size_t b = a + 1; b < files.size(); ++b) {
      const auto between =
          landscape::paths_between(set.problem, set.runs[a].weights, set.runs[b].weights, params);
      for (const auto& path : between.paths)
        add_path(tables, files[a], files[b], between.distance, path, files.size() == 2);
    }
  const io::Json both = {{"rows", tables.rows}, {"barriers", tables.barriers}};
  const SharedOptions& shared = options.shared;
  write_output(both, shared);
  if (shared.json) {
    print_object(both, shared);
  } else {
    if (files.size() == 2) print_rows(tables.rows, shared);
    print_rows(tables.barriers, shared);
  }
  if (!options.plot.empty())
    experiments::plot_chart(experiments::make_chart("path", "Errors along paths", {"position t", "linear"},
                                                    {"training error", "linear"}, tables.curves),
                            options.plot);
  return 0;
}

}  // namespace

void add_measure_path(Command& measure) {
  const auto options = std::make_shared<PathOptions>();
  Command path = add_quantity(
      measure, "path", "Errors along paths between weights, after matching hidden units, and barriers",
      "wfm measure path a.h5 b.h5 --points 21 --json", options->input, options->shared);
  path.option("--points", options->params.points, "Points along each path, ends included");
  path.option("--orders", options->params.orders, "Random orders of flips between binary weights");
  path.option("--candidates", options->params.candidates,
              "Weights that a greedy step chooses from, drawn from those left (0: all that are left)");
  add_loss_options(path, options->loss);
  path.option("--plot", options->plot, "Picture of the paths (.png, .svg or .pdf; needs python3-matplotlib)");
  path.action([options] {
    check_rows_file(options->shared);
    return measure_path(*options);
  });
}

}  // namespace wfm::cli
