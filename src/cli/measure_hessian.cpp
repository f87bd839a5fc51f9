// wfm measure hessian: spectrum of the Hessian of a smooth loss at the weights of run files.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <numeric>
#include <thread>
#include <tuple>

#include "cli/measure_shared.hpp"
#include "experiments/plot.hpp"
#include "experiments/results.hpp"
#include "io/atomic_file.hpp"
#include "io/json.hpp"
#include "landscape/hessian_matrix.hpp"
#include "math/error.hpp"
#include "math/spectral_density.hpp"
#include "problems/evaluation.hpp"

namespace wfm::cli {

namespace {

using training::LossKind;

struct HessianOptions {
  SharedOptions shared;
  MeasureInput input;
  LossOptions network;
  std::string loss = "cross-entropy", patterns = "train", plot;
  double loss_margin = 0, broadening = 0;
  int extreme = 5, probes = 10, steps = 100, points = 201;
  bool density = false, tangent = false, blocks = false;
};

constexpr std::size_t largest_whole = 10000;  // rows of a matrix that is diagonalised unasked

// Hessian, and what was asked of it.
struct Request {
  const Command& command;
  const HessianOptions& options;
  landscape::SmoothLoss smooth;

  bool is_cross_entropy() const { return smooth.loss.kind == LossKind::cross_entropy; }
  bool whole_allowed() const { return !command.given("--extreme") && !options.density; }
  // one unless asked: more change the last digits
  int blas_threads() const {
    if (!command.given("--threads")) return 1;
    return options.shared.threads > 0 ? options.shared.threads
                                      : int(std::max(1U, std::thread::hardware_concurrency()));
  }
};

LossKind loss_named(const std::string& text) {
  for (const LossKind kind :
       {LossKind::cross_entropy, LossKind::hinge, LossKind::squared_hinge, LossKind::mean_square})
    if (name(kind) == text) return kind;
  throw InvalidInput(fmt::format("--loss: no such loss: {}", text));
}

Request request_of(const Command& command, const HessianOptions& options) {
  Request request{command, options, options.network.smooth()};
  training::Loss& loss = request.smooth.loss;
  loss.kind = loss_named(options.loss);
  require(request.is_cross_entropy() || !command.given("--gamma"),
          fmt::format("--gamma: belongs to the cross-entropy, contradicts --loss {}", options.loss));
  loss.margin = request.is_cross_entropy() || command.given("--loss-margin") ? options.loss_margin : 1;
  training::validate(loss);
  for (const auto& [flag, value, least] : {std::tuple{"--extreme", options.extreme, 1},
                                           {"--probes", options.probes, 1},
                                           {"--steps", options.steps, 1},
                                           {"--points", options.points, 2}})
    require(value >= least, fmt::format("{}: must be at least {}, got {}", flag, least, value));
  require(options.broadening >= 0 && std::isfinite(options.broadening),
          fmt::format("--broadening: must be at least 0, got {}", options.broadening));
  require(request.whole_allowed() || !options.blocks,
          "--blocks: needs the whole matrix, contradicts --extreme and --density");
  if (!options.plot.empty()) {
    experiments::check_plot_file(options.plot);
    require(options.density || !command.given("--extreme"), "--plot: draws the density, add --density");
  }
  return request;
}

double norm(const std::vector<double>& v) {
  return std::sqrt(std::inner_product(v.begin(), v.end(), v.begin(), 0.0));
}

// of the gradient without its radial parts where only tangent directions count
double gradient_norm(const landscape::LossHessian& hessian) {
  std::vector<double> gradient = hessian.gradient();
  if (hessian.tangent()) {
    const auto units = landscape::unit_blocks(hessian.network());
    for (std::size_t k = 0; k < units.size(); ++k)
      for (std::size_t i = units[k].first; i < units[k].first + units[k].size; ++i)
        gradient[i] -= hessian.lambda()[k] * hessian.weights()[i];
  }
  return norm(gradient);
}

io::Json numbers(const std::vector<double>& values) {
  io::Json array = io::Json::array();
  for (const double value : values) array.push_back(io::number(value));
  return array;
}

io::Json to_json(const SpectralDensity& density) {
  return {{"broadening", density.broadening},
          {"eigenvalue", numbers(density.eigenvalue)},
          {"density", numbers(density.density)},
          {"standard_error", density.standard_error.empty() ? io::Json() : numbers(density.standard_error)}};
}

// All eigenvalues; negative ones are those below the rounding of the solver.
void add_whole(io::Json& row, const Request& request, const landscape::LossHessian& hessian,
               SpectralDensity& density) {
  const auto& options = request.options;
  const auto matrix = landscape::hessian_matrix(hessian, options.shared.threads);
  const auto values = landscape::whole_spectrum(matrix, request.blas_threads());
  density = broadened_density(values, options.broadening, options.points);
  const double smallest = values.empty() ? 0 : values.front(), largest = values.empty() ? 0 : values.back();
  const double rounding = std::numeric_limits<double>::epsilon() * double(hessian.size()) *
                          std::max(std::abs(smallest), std::abs(largest));
  row["method"] = "whole";
  row["trace"] = density.trace.mean;
  row["trace_standard_error"] = 0;
  row["smallest"] = smallest;
  row["largest"] = largest;
  row["negative"] = std::count_if(values.begin(), values.end(), [&](double x) { return x < -rounding; });
  row["zero"] =
      std::count_if(values.begin(), values.end(), [&](double x) { return std::abs(x) <= rounding; });
  row["rounding"] = rounding;
  row["residual"] = nullptr;
  row["converged"] = true;
  row["reason"] = nullptr;
  row["eigenvalues"] = values;
  if (options.blocks) row["blocks"] = landscape::unit_spectra(matrix, request.blas_threads());
}

// The ends of the spectrum by Lanczos, trace and density from probe vectors. False where Lanczos did not converge.
bool add_from_products(io::Json& row, const Request& request, const landscape::LossHessian& hessian,
                       bool with_density, SpectralDensity& density) {
  const auto& options = request.options;
  const double probes_at_once =
      double(std::min(options.probes, options.shared.threads == 0 ? 64 : options.shared.threads));
  require_memory(8 * double(hessian.size()) * (probes_at_once * options.steps + 8 * options.extreme + 40),
                 "measure hessian");
  const auto extremes =
      landscape::hessian_extremes(hessian, {.count = options.extreme, .seed = options.shared.seed});
  MeanAndError trace;
  if (with_density) {
    density = spectral_density(hessian.product(), {.probes = options.probes,
                                                   .steps = options.steps,
                                                   .broadening = options.broadening,
                                                   .points = options.points,
                                                   .seed = options.shared.seed,
                                                   .threads = options.shared.threads});
    trace = density.trace;
  } else {
    trace = hutchinson_trace(hessian.product(), options.probes, options.shared.seed, options.shared.threads);
  }
  std::vector<double> values = extremes.smallest;
  values.insert(values.end(), extremes.largest.begin(), extremes.largest.end());
  const bool found = !values.empty();
  row["method"] = "lanczos";
  row["trace"] = io::number(trace.mean);
  row["trace_standard_error"] = io::number(trace.standard_error);
  row["smallest"] = found ? io::Json(values.front()) : io::Json();
  row["largest"] = found ? io::Json(values.back()) : io::Json();
  row["negative"] = nullptr;  // their number is not known from the ends
  row["zero"] = nullptr;
  row["rounding"] = nullptr;
  row["residual"] = extremes.residual;
  row["converged"] = extremes.converged;
  row["reason"] = extremes.converged ? io::Json() : io::Json(extremes.reason);
  row["eigenvalues"] = values;
  return extremes.converged;
}

// One file's row; `density` stays empty where none was asked for.
bool add_file(io::Json& rows, const Request& request, const std::string& file, SpectralDensity& density) {
  const auto& options = request.options;
  const Measured m = load_measured(file, options.input, options.shared);
  const bool perceptron = m.problem.architecture.machine == Machine::perceptron;
  for (const char* flag : {"--beta", "--activation"})
    require(!perceptron || !request.command.given(flag),
            fmt::format("{}: {} is a perceptron, which has no hidden units", flag, file));
  const training::Network network(training::network_shape(m.problem.architecture, request.smooth.activation));
  Weights weights = m.run.weights;
  normalise(weights);
  const Patterns& patterns = patterns_named(m, options.patterns);
  const landscape::LossHessian hessian(network, weights.values, request.smooth.beta, request.smooth.loss,
                                       patterns, options.tangent);
  io::Json row = {{"file", file},
                  {"algorithm", m.run.algorithm},
                  {"loss", options.loss},
                  {"gamma", request.is_cross_entropy() ? io::Json(request.smooth.loss.gamma) : io::Json()},
                  {"loss_margin", request.smooth.loss.margin},
                  {"beta", perceptron ? io::Json() : io::Json(request.smooth.beta)},
                  {"activation", perceptron ? io::Json() : io::Json(options.network.activation)},
                  {"tangent", options.tangent},
                  {"patterns", patterns.count()},
                  {"dimension", hessian.size()},
                  {"errors", count_errors(m.problem.architecture, weights, patterns)},
                  {"loss_value", hessian.loss()},
                  {"gradient_norm", gradient_norm(hessian)}};
  const bool whole = request.whole_allowed() && landscape::reduced_size(hessian) <= largest_whole;
  require(whole || !options.blocks,
          fmt::format("--blocks: needs the whole matrix, at most {} rows, {} has {}", largest_whole, file,
                      landscape::reduced_size(hessian)));
  const bool with_density = options.density || request.whole_allowed();
  bool converged = true;
  if (whole)
    add_whole(row, request, hessian, density);
  else
    converged = add_from_products(row, request, hessian, with_density, density);
  row["density"] = with_density ? to_json(density) : io::Json();
  if (with_density && !whole) {
    row["density"]["probes"] = options.probes;
    row["density"]["steps"] = options.steps;
  }
  rows.push_back(row);
  return converged;
}

experiments::Series curve_of(const io::Json& row, const SpectralDensity& density) {
  experiments::Series curve;
  curve.name = row.at("algorithm").get<std::string>() + " " + row.at("file").get<std::string>();
  curve.group = experiments::SeriesGroup::instance;
  curve.x = density.eigenvalue;
  // on a logarithmic axis: what is far below the rest is a gap
  const double top =
      density.density.empty() ? 0 : *std::max_element(density.density.begin(), density.density.end());
  for (const double value : density.density)
    curve.y.push_back(value > 1e-6 * top ? value : std::numeric_limits<double>::quiet_NaN());
  return curve;
}

io::Json scalars(const io::Json& row) {
  io::Json flat = io::Json::object();
  for (const auto& [key, value] : row.items())
    if (!value.is_structured()) flat[key] = value;
  return flat;
}

int measure_hessian(const Command& command, const HessianOptions& options) {
  const Request request = request_of(command, options);
  io::Json rows = io::Json::array(), table = io::Json::array();
  std::vector<experiments::Series> curves;
  bool converged = true;
  for (const auto& file : options.input.files) {
    SpectralDensity density;
    converged = add_file(rows, request, file, density) && converged;
    table.push_back(scalars(rows.back()));
    if (!options.plot.empty()) curves.push_back(curve_of(rows.back(), density));
  }
  const io::Json object = rows.size() == 1 ? rows.front() : io::Json{{"rows", rows}};
  if (options.shared.output.ends_with(".csv"))
    io::write_atomically(options.shared.output, io::rows_to_csv(table));
  else if (!options.shared.output.empty())
    io::write_json(options.shared.output, object);
  if (options.shared.json || table.size() == 1)
    print_object(object, options.shared);
  else
    print_rows(table, options.shared);
  if (!options.plot.empty())
    experiments::plot_chart(experiments::make_chart("hessian", "Spectrum of the Hessian",
                                                    {"eigenvalue", "linear"}, {"density", "log"}, curves),
                            options.plot);
  return converged ? 0 : 1;
}

}  // namespace

void add_measure_hessian(Command& measure) {
  const auto options = std::make_shared<HessianOptions>();
  Command hessian =
      add_quantity(measure, "hessian",
                   "Spectrum of the Hessian of a smooth loss (committee, perceptron; relu units without what "
                   "their kinks contribute)",
                   "wfm measure hessian run.h5 --beta 2 --gamma 2 --json", options->input, options->shared);
  hessian.choice("--loss", options->loss, {"cross-entropy", "hinge", "squared-hinge", "mean-square"},
                 "Loss of a pattern");
  hessian.option("--loss-margin", options->loss_margin,
                 "Stability that the loss asks for (default 0 for the cross-entropy, else 1)");
  add_loss_options(hessian, options->network);
  hessian.choice("--patterns", options->patterns, {"train", "test"}, "Whose mean loss");
  hessian.flag("--tangent", options->tangent,
               "On the spheres of the units: Riemannian Hessian, without radial directions");
  hessian.option("--extreme", options->extreme, "Only this many eigenvalues at either end, by Lanczos");
  hessian.flag(
      "--density", options->density,
      "Spectral density by stochastic Lanczos quadrature instead of all eigenvalues (as beyond 10000 rows)");
  hessian.option("--probes", options->probes, "Random vectors for trace and density");
  hessian.option("--steps", options->steps, "Lanczos steps from each of them");
  hessian.option("--broadening", options->broadening,
                 "Width of the Gaussians in the density (0: a hundredth of the spectrum's range)");
  hessian.option("--points", options->points, "Points of the density's grid");
  hessian.flag("--blocks", options->blocks, "Spectrum of each hidden unit's diagonal block too");
  hessian.option("--plot", options->plot,
                 "Picture of the density (.png, .svg or .pdf; needs python3-matplotlib)");
  hessian.action([hessian, options] {
    check_rows_file(options->shared);
    return measure_hessian(hessian, *options);
  });
}

}  // namespace wfm::cli
