// wfm measure correlations: do measures of flatness order the solutions in run files as their test errors do?
#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <memory>

#include "cli/measure_shared.hpp"
#include "experiments/measure_correlations.hpp"
#include "experiments/plot.hpp"
#include "experiments/results.hpp"
#include "io/fingerprint.hpp"
#include "io/json.hpp"
#include "math/error.hpp"
#include "math/parallel.hpp"
#include "problems/evaluation.hpp"

namespace wfm::cli {

namespace {

struct CorrelationsOptions {
  SharedOptions shared;
  MeasureInput input;
  experiments::SharpnessParams sharpness;
  std::string noise = "0.1,0.3,1", distances = "0.002,0.01", plot, plotted;
  bool all_pairs = false;
};

std::size_t column_named(const std::vector<std::string>& columns, const std::string& name) {
  if (name.empty()) return 0;
  const auto found = std::find(columns.begin(), columns.end(), name);
  require(found != columns.end(),
          fmt::format("--plot-measure: must be one of {}, got {}", fmt::join(columns, "; "), name));
  return std::size_t(found - columns.begin());
}

experiments::MeasureTable measure_all(const CorrelationsOptions& options,
                                      const experiments::SharpnessParams& params) {
  std::vector<Measured> solutions;
  for (const auto& file : options.input.files) {
    solutions.push_back(load_measured(file, options.input, options.shared));
    const Measured &first = solutions.front(), &last = solutions.back();
    require(last.problem.architecture == first.problem.architecture &&
                last.run.weights.kind == first.run.weights.kind,
            fmt::format("correlations: {} holds another architecture or kind of weights than {}", file,
                        first.file));
    require(last.problem.test.count() > 0, fmt::format("correlations: {} has no test patterns", file));
    const std::size_t errors =
        count_errors(last.problem.architecture, last.run.weights, last.problem.train, last.problem.margin);
    if (errors > 0) say(options.shared, fmt::format("{}: {} training errors, no solution", file, errors));
  }
  experiments::MeasureTable table{
      experiments::measure_columns(solutions.front().run.weights.kind, params), {}, {}};
  column_named(table.columns, options.plotted);  // refused before anything is measured
  std::map<std::uint64_t, std::size_t> problems;
  for (const Measured& m : solutions)
    table.problem.push_back(problems.emplace(io::fingerprint(m.problem), problems.size()).first->second);
  table.rows.resize(solutions.size());
  parallel_for(solutions.size(), options.shared.threads, [&](std::size_t j) {
    table.rows[j] = experiments::measure_row(solutions[j].problem, solutions[j].run.weights, params);
  });
  return table;
}

io::Json row_of(const experiments::MeasurePair& pair) {
  io::Json row = {{"measure", pair.first}, {"with", pair.second}};
  const auto put = [&](const std::string& key, const TauInterval& tau) {
    row[key] = io::number(tau.tau);
    row[key + "_low"] = io::number(tau.low);
    row[key + "_high"] = io::number(tau.high);
  };
  put("tau", pair.tau.pooled);
  put("within", pair.tau.within);
  row["resampled"] = pair.by_solutions ? "solutions" : "problems";
  row["solutions"] = pair.tau.count;
  row["problems"] = pair.tau.clusters;
  row["missing"] = pair.missing;
  return row;
}

io::Json solutions_of(const experiments::MeasureTable& table, const std::vector<std::string>& files) {
  io::Json rows = io::Json::array();
  for (std::size_t j = 0; j < files.size(); ++j) {
    io::Json row = {{"file", files[j]}, {"problem", table.problem[j]}};
    for (std::size_t c = 0; c < table.columns.size(); ++c)
      row[table.columns[c]] = io::number(table.rows[j][c]);
    rows.push_back(row);
  }
  return rows;
}

void plot(const experiments::MeasureTable& table, std::size_t column, const std::string& file) {
  std::map<std::size_t, experiments::Series> clouds;
  for (std::size_t j = 0; j < table.rows.size(); ++j) {
    experiments::Series& cloud = clouds[table.problem[j]];
    cloud.name = fmt::format("problem {}", table.problem[j]);
    cloud.kind = "points";
    cloud.group = experiments::SeriesGroup::instance;
    cloud.x.push_back(table.rows[j][column]);
    cloud.y.push_back(table.rows[j].back());
  }
  std::vector<experiments::Series> all;
  for (const auto& [problem, cloud] : clouds) all.push_back(cloud);
  experiments::plot_chart(
      experiments::make_chart("correlations", table.columns[column], {table.columns[column], "linear"},
                              {"test error", "linear"}, all),
      file);
}

int measure_correlations(const CorrelationsOptions& options) {
  const SharedOptions& shared = options.shared;
  const auto& files = options.input.files;
  require(files.size() >= 2, fmt::format("correlations: needs at least two files, got {}", files.size()));
  if (!options.plot.empty()) experiments::check_plot_file(options.plot);
  experiments::SharpnessParams params = options.sharpness;
  params.noise = parse_list(options.noise, "--noise");
  params.distances.clear();
  if (options.distances != "none") params.distances = parse_list(options.distances, "--distance");
  params.seed = shared.seed;
  const experiments::MeasureTable table = measure_all(options, params);
  const std::size_t plotted = column_named(table.columns, options.plotted);
  io::Json rows = io::Json::array();
  RankCorrelationParams resampling;
  resampling.seed = shared.seed;
  resampling.threads = shared.threads;
  for (const auto& pair : experiments::measure_correlations(table, options.all_pairs, resampling))
    rows.push_back(row_of(pair));
  const io::Json both = {{"rows", rows}, {"measures", solutions_of(table, files)}};
  write_output(both, shared);
  if (shared.json)
    print_object(both, shared);
  else
    print_rows(rows, shared);
  if (!options.plot.empty()) plot(table, plotted, options.plot);
  return 0;
}

}  // namespace

void add_measure_correlations(Command& measure) {
  const auto options = std::make_shared<CorrelationsOptions>();
  Command command = add_quantity(
      measure, "correlations",
      "Kendall's tau of measures of flatness with the test error, over the solutions in the files",
      "wfm measure correlations runs/*.h5 --json", options->input, options->shared);
  command.option("--noise", options->noise, "Levels s of the local energy, a list or a range");
  command.option("--distance", options->distances, "Distances of the local entropy, outwards, or none");
  command.option("--samples", options->sharpness.noise_samples, "Disturbances of each level");
  command.option("--beta", options->sharpness.beta, "Sharpness of the hidden units, for the Hessian");
  command.option("--gamma", options->sharpness.gamma, "Sharpness of the cross-entropy, for the Hessian");
  command.flag("--all-pairs", options->all_pairs, "Also of the measures with each other");
  command.option("--plot", options->plot,
                 "Picture of one measure and the test error (.png, .svg or .pdf; needs python3-matplotlib)");
  command.option("--plot-measure", options->plotted,
                 "Which one, by its name in the rows (default: the first)");
  command.action([options] {
    check_rows_file(options->shared);
    return measure_correlations(*options);
  });
}

}  // namespace wfm::cli
