// wfm theory: replica calculations.
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>

#include "cli/commands.hpp"
#include "cli/shared_options.hpp"
#include "experiments/plot.hpp"
#include "experiments/results.hpp"
#include "io/atomic_file.hpp"
#include "io/json.hpp"
#include "math/error.hpp"
#include "math/parallel.hpp"
#include "theory/capacity.hpp"
#include "theory/franz_parisi.hpp"
#include "theory/replica_symmetric.hpp"
#include "theory/teacher_student.hpp"

namespace wfm::cli {

namespace {

struct Options {
  SharedOptions shared;
  std::string architecture = "perceptron", weights = "binary", plot;
  std::string alpha, margin = "0", reference_margin = "0", distance = "0.001,0.002,0.005,0.01:0.5:0.01";
};

void add_machine_options(Command& command, Options& options) {
  command.choice("--architecture", options.architecture, {"perceptron"}, "Machine");
  command.choice("--weights", options.weights, {"binary"}, "Kind of weights");
}

std::vector<double> required_list(const std::string& text, const std::string& option) {
  require(!text.empty(), fmt::format("{}: this calculation needs a value or a list", option));
  return parse_list(text, option);
}

int finish(const io::Json& rows, const Options& options) {
  const bool converged = std::all_of(
      rows.begin(), rows.end(), [](const auto& row) { return row.at("converged").template get<bool>(); });
  return finish_rows(rows, options.shared, converged);
}

// One row for each element of `points`, computed in parallel.
template <class Point, class MakeRow>
io::Json rows_of(const std::vector<Point>& points, int threads, MakeRow make_row) {
  std::vector<io::Json> rows(points.size());
  parallel_for(points.size(), threads, [&](std::size_t j) { rows[j] = make_row(points[j]); });
  return rows;
}

struct AlphaMargin {
  double alpha, margin;
};

std::vector<AlphaMargin> combinations(const Options& options) {
  std::vector<AlphaMargin> points;
  for (const double alpha : required_list(options.alpha, "--alpha"))
    for (const double margin : parse_list(options.margin, "--margin")) points.push_back({alpha, margin});
  return points;
}

void add_reason(io::Json& row, bool converged, const std::string& reason) {
  row["converged"] = converged;
  row["reason"] = converged ? io::Json() : io::Json(reason);
}

int rs(const Options& options) {
  return finish(rows_of(combinations(options), options.shared.threads,
                        [](const AlphaMargin& point) {
                          const auto result = theory::rs_entropy({point.alpha, point.margin});
                          io::Json row = {{"alpha", point.alpha},
                                          {"margin", point.margin},
                                          {"entropy", io::number(result.entropy)},
                                          {"q", io::number(result.q)},
                                          {"qhat", io::number(result.qhat)},
                                          {"residual", io::number(result.residual)}};
                          add_reason(row, result.converged, result.reason);
                          return row;
                        }),
                options);
}

int capacity(const Options& options) {
  return finish(rows_of(parse_list(options.margin, "--margin"), options.shared.threads,
                        [](double margin) {
                          const auto result = theory::capacity(margin);
                          io::Json row = {{"margin", margin},
                                          {"alpha_c", io::number(result.alpha_c)},
                                          {"q", io::number(result.q)},
                                          {"qhat", io::number(result.qhat)}};
                          add_reason(row, result.converged, result.reason);
                          return row;
                        }),
                options);
}

int max_margin(const Options& options) {
  return finish(rows_of(required_list(options.alpha, "--alpha"), options.shared.threads,
                        [](double alpha) {
                          const auto result = theory::max_margin(alpha);
                          io::Json row = {{"alpha", alpha},
                                          {"kappa_max", io::number(result.kappa_max)},
                                          {"q", io::number(result.q)},
                                          {"qhat", io::number(result.qhat)}};
                          add_reason(row, result.converged, result.reason);
                          return row;
                        }),
                options);
}

int teacher_student(const Options& options) {
  return finish(rows_of(combinations(options), options.shared.threads,
                        [](const AlphaMargin& point) {
                          const auto result = theory::teacher_student({point.alpha, point.margin});
                          io::Json row = {{"alpha", point.alpha},
                                          {"margin", point.margin},
                                          {"q", io::number(result.q)},
                                          {"R", io::number(result.R)},
                                          {"entropy", io::number(result.entropy)},
                                          {"generalisation_error", io::number(result.generalisation_error)}};
                          add_reason(row, result.converged, result.reason);
                          return row;
                        }),
                options);
}

struct Curve {
  double alpha, margin;
  std::string reference_text;  // as given: a number or "max"
};

double reference_margin(const Curve& curve) {
  if (curve.reference_text != "max") return parse_list(curve.reference_text, "--margin-ref").at(0);
  const auto result = theory::max_margin(curve.alpha);
  require(result.converged,
          fmt::format("--margin-ref max: no maximum margin at alpha {}: {}", curve.alpha, result.reason));
  return result.kappa_max;
}

// A typical solution with the reference's margin exists where its own RS entropy is not negative.
io::Json franz_parisi_row(const Curve& curve, double kappa_r, bool reference_exists,
                          const theory::FranzParisiPoint& point) {
  io::Json row = {{"alpha", curve.alpha},
                  {"margin_ref", kappa_r},
                  {"margin", curve.margin},
                  {"distance", point.distance},
                  {"entropy", io::number(point.entropy)},
                  {"overlap", point.p},
                  {"q", io::number(point.q)},
                  {"t", io::number(point.t)},
                  {"slope", io::number(point.slope)},
                  {"replicon", io::number(point.replicon)},
                  {"residual", io::number(point.residual)}};
  row["stable"] = point.converged && point.replicon < 1;
  row["reference_exists"] = reference_exists;
  add_reason(row, point.converged, point.reason);
  return row;
}

void plot_curves(const std::vector<Curve>& curves,
                 const std::vector<std::vector<theory::FranzParisiPoint>>& points,
                 const std::vector<double>& distances, const std::string& file) {
  std::vector<experiments::Series> series;
  for (std::size_t c = 0; c < curves.size(); ++c) {
    experiments::Series one;
    one.name = fmt::format("alpha {}, reference margin {}", curves[c].alpha, curves[c].reference_text);
    for (const auto& point : points[c]) one.x.push_back(point.distance), one.y.push_back(point.entropy);
    series.push_back(one);
  }
  experiments::Series bound;
  bound.name = "data-free bound";
  bound.group = experiments::SeriesGroup::bound;
  bound.dashed = true;
  for (const double d : distances) bound.x.push_back(d), bound.y.push_back(theory::data_free_entropy(d));
  series.push_back(bound);
  experiments::plot_chart(
      experiments::make_chart("franz-parisi", "Franz-Parisi entropy", {"distance d", "linear"},
                              {"entropy per weight", "linear"}, series),
      file);
}

int franz_parisi(const Options& options) {
  const auto distances = parse_list(options.distance, "--distance");
  if (!options.plot.empty()) experiments::check_plot_file(options.plot);
  std::vector<Curve> curves;
  for (const double alpha : required_list(options.alpha, "--alpha"))
    for (const double margin : parse_list(options.margin, "--margin"))
      for (std::size_t from = 0; from <= options.reference_margin.size();) {
        const std::size_t comma =
            std::min(options.reference_margin.find(',', from), options.reference_margin.size());
        const std::string part = options.reference_margin.substr(from, comma - from);
        from = comma + 1;
        if (part == "max")
          curves.push_back({alpha, margin, part});
        else
          for (const double kappa : parse_list(part, "--margin-ref"))
            curves.push_back({alpha, margin, fmt::format("{}", kappa)});
      }
  std::vector<std::vector<theory::FranzParisiPoint>> points(curves.size());
  std::vector<double> kappas(curves.size());
  parallel_for(curves.size(), options.shared.threads, [&](std::size_t c) {
    kappas[c] = reference_margin(curves[c]);
    points[c] = theory::franz_parisi_curve({curves[c].alpha, kappas[c], curves[c].margin}, distances);
  });
  io::Json rows = io::Json::array();
  for (std::size_t c = 0; c < curves.size(); ++c) {
    const auto reference = theory::rs_entropy({curves[c].alpha, kappas[c]});
    const bool exists = reference.converged && reference.entropy > -1e-9;
    for (const auto& point : points[c]) rows.push_back(franz_parisi_row(curves[c], kappas[c], exists, point));
  }
  const int code = finish(rows, options);
  if (!options.plot.empty()) plot_curves(curves, points, distances, options.plot);
  return code;
}

}  // namespace

void add_theory(Command program) {
  Command theory = program.subcommand("theory", "Replica calculations",
                                      "wfm theory rs --alpha 0.1:0.8:0.1 --margin 0,0.2");
  const auto options = std::make_shared<Options>();
  const auto add = [&](const std::string& name, const std::string& help, const std::string& example,
                       int (*calculate)(const Options&)) {
    Command command = theory.subcommand(name, help, example);
    add_machine_options(command, *options);
    add_shared_options(command, options->shared, "File for the rows (.json or .csv)");
    command.action([options, calculate] {
      if (!options->shared.output.empty()) io::check_writable(options->shared.output);
      return calculate(*options);
    });
    return command;
  };
  Command entropy = add("rs", "Replica-symmetric entropy of storage",
                        "wfm theory rs --alpha 0.5 --margin 0,0.2 --json", rs);
  entropy.option("--alpha", options->alpha, "Patterns per weight, a list or a range");
  entropy.option("--margin", options->margin, "Margin kappa, a list or a range");

  Command c = add("capacity", "Load alpha_c at which the replica-symmetric entropy vanishes",
                  "wfm theory capacity --margin 0:1:0.1", capacity);
  c.option("--margin", options->margin, "Margin kappa, a list or a range");

  Command m = add("max-margin", "Margin kappa_max at which the replica-symmetric entropy vanishes",
                  "wfm theory max-margin --alpha 0.5", max_margin);
  m.option("--alpha", options->alpha, "Patterns per weight, a list or a range");

  Command fp =
      add("franz-parisi", "Entropy of solutions at distance d from a typical solution of margin kappa_r",
          "wfm theory franz-parisi --alpha 0.5 --margin-ref 0,0.2,max --distance 0.001,0.01:0.5:0.01",
          franz_parisi);
  fp.option("--alpha", options->alpha, "Patterns per weight, a list or a range");
  fp.option("--margin-ref", options->reference_margin, "Margin of the reference: numbers, ranges or max");
  fp.option("--margin", options->margin, "Margin of the solutions counted");
  fp.option("--distance", options->distance, "Distances d in (0, 1/2], a list or a range");
  fp.option("--plot", options->plot, "Picture of the curves (.png, .svg or .pdf; needs python3-matplotlib)");

  Command ts = add("teacher-student", "Replica-symmetric overlaps and generalisation error with a teacher",
                   "wfm theory teacher-student --alpha 0.3,0.6,1.2", teacher_student);
  ts.option("--alpha", options->alpha, "Patterns per weight, a list or a range");
  ts.option("--margin", options->margin, "Margin kappa, a list or a range");
}

}  // namespace wfm::cli
