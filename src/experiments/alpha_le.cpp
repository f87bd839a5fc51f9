// wfm reproduce alpha-le: the load at which the solutions around maximum-margin references stop forming one dense region, beside
// the large-deviation thresholds. Binary perceptron, replica symmetric.
#include <fmt/format.h>

#include <cmath>
#include <limits>

#include "experiments/local_entropy_figure.hpp"
#include "experiments/theory_experiments.hpp"
#include "math/parallel.hpp"
#include "theory/capacity.hpp"
#include "theory/franz_parisi_thresholds.hpp"
#include "theory/local_entropy.hpp"
#include "theory/thresholds.hpp"

namespace wfm::experiments {

namespace {

using theory::Threshold;

/// The slope of a curve of local entropy at one load, over the distance.
using SlopeCurve = std::vector<double> (*)(double alpha, const std::vector<double>& distances);

std::vector<double> around_maximum_margin(double alpha, const std::vector<double>& distances) {
  std::vector<double> slopes;
  for (const auto& point :
       theory::franz_parisi_curve({alpha, theory::max_margin(alpha).kappa_max, 0}, distances))
    slopes.push_back(point.slope);
  return slopes;
}

std::vector<double> of_wide_limit(double alpha, const std::vector<double>& distances) {
  std::vector<double> slopes;
  for (const auto& point : theory::local_entropy_curve({{}, 0, alpha}, distances))
    slopes.push_back(point.slope);
  return slopes;
}

std::vector<double> at_zero_external_entropy(double alpha, const std::vector<double>& distances) {
  std::vector<double> slopes;
  for (const auto& point : theory::zero_external_entropy_curve({}, 0, alpha, distances))
    slopes.push_back(point.slope);
  return slopes;
}

struct SlopeChart {
  std::string id, title, distance, entropy;  // labels of the axes
  std::string threshold;                     // its name; its curve is the one that touches zero
  double step = 0;                           // of alpha from curve to curve
  double first = 0, last = 0;                // distances
  SlopeCurve curve;
};

io::Json chart_of(const SlopeChart& chart, double alpha, int threads) {
  std::vector<double> distances;
  for (int j = 0; j <= 60; ++j)
    distances.push_back(chart.first * std::pow(chart.last / chart.first, j / 60.0));
  std::vector<Series> all(5);
  parallel_for(all.size(), threads, [&](std::size_t j) {
    const double load = alpha + chart.step * (double(j) - 2);
    all[j].name = fmt::format("α = {:.5f}{}", load, j == 2 ? " (threshold)" : "");
    all[j].color = int(j);
    all[j].x = distances;
    all[j].y = chart.curve(load, distances);
  });
  Series zero;
  zero.name = "zero";
  zero.group = SeriesGroup::bound;
  zero.x = {distances.front(), distances.back()};
  zero.y = {0, 0};
  all.push_back(zero);
  return make_chart(chart.id, chart.title, {chart.distance, "log"}, {chart.entropy}, all,
                    fmt::format("The curve that touches zero defines {}.", chart.threshold));
}

const std::vector<SlopeChart>& slope_charts() {
  static const std::vector<SlopeChart> charts{
      {"slopes-maximum-margin", "Around maximum-margin solutions", "distance d", "dφ_FP/dd", "alpha_LE_prime",
       0.01, 0.0005, 0.2, around_maximum_margin},
      {"slopes-zero-external", "Densest groups that exist (zero external entropy)", "mutual distance D",
       "dS_I/dD", "alpha_U_zero_external", 0.004, 0.0017, 0.08, at_zero_external_entropy},
      {"slopes-wide-limit", "Limit of infinitely many replicas", "mutual distance D", "dφ/dD",
       "alpha_U_raw_slope", 0.01, 0.005, 0.15, of_wide_limit}};
  return charts;
}

io::Json margins_chart(const std::vector<theory::MonotoneMargin>& margins, double alpha_le) {
  Series least, largest;
  least.name = "κ_min, least margin for a rising curve";
  largest.name = "κ_max, largest margin";
  largest.dashed = true;
  for (const auto& one : margins) {
    least.x.push_back(one.alpha);
    least.y.push_back(one.converged ? one.kappa_min : std::numeric_limits<double>::quiet_NaN());
    largest.x.push_back(one.alpha);
    largest.y.push_back(one.kappa_max);
  }
  return make_chart(
      "margins", "Margins whose surroundings are one dense region", {"load α"}, {"margin κ_r"},
      {least, largest},
      fmt::format(
          "Around references of margin between κ_min and κ_max the Franz-Parisi entropy rises all the way to "
          "the typical distance. The two meet at α_LE' = {:.6f}.",
          alpha_le));
}

io::Json order_claim(const std::vector<Threshold>& thresholds) {
  const Threshold& margin = threshold_of(thresholds, {}, "alpha_LE_prime");
  const Threshold& capacity = threshold_of(thresholds, {}, "capacity");
  bool decided = margin.converged && capacity.converged, holds = true;
  std::string evidence = fmt::format("α_LE' = {:.6f}", margin.alpha);
  for (const Threshold& one : thresholds) {
    if (!one.name.starts_with("alpha_U")) continue;
    decided = decided && one.converged;
    holds = holds && margin.alpha < one.alpha && one.alpha < capacity.alpha;
    evidence += fmt::format("; {} {:.5f} ({:.1f} % above)", one.name, one.alpha,
                            100 * (one.alpha / margin.alpha - 1));
  }
  evidence += fmt::format("; α_c = {:.6f}", capacity.alpha);
  return to_json(Claim{
      verdict(decided, holds),
      "The margin criterion comes close to the large-deviation one from below, and both lie below capacity.",
      "α_LE' < α_U < α_c for every definition of α_U", evidence, "[A]"});
}

}  // namespace

std::optional<io::Json> alpha_le(const ExperimentSettings& settings) {
  const theory::Machine perceptron;
  const auto kinds = theory::threshold_kinds(perceptron);
  std::vector<double> alphas;
  const int loads = settings.quick ? 16 : 61;
  for (int j = 0; j < loads; ++j) alphas.push_back(0.3 + (0.728 - 0.3) * j / (loads - 1));
  Steps steps(settings, std::int64_t(kinds.size() + slope_charts().size() + 1));
  std::vector<ThresholdRequest> requests;
  for (const auto& kind : kinds) requests.push_back({perceptron, kind.name});
  const auto thresholds = solve_thresholds(requests, settings.threads, steps);
  if (steps.interrupted()) return std::nullopt;
  const double alpha_le = threshold_of(thresholds, {}, "alpha_LE_prime").alpha;

  Section section{"thresholds", "Where dense regions break up", {}, {}, {}};
  for (const SlopeChart& chart : slope_charts()) {
    section.charts.push_back(
        chart_of(chart, threshold_of(thresholds, {}, chart.threshold).alpha, settings.threads));
    steps.done(chart.title);
  }
  const auto margins = theory::monotone_margins(perceptron, alphas);
  steps.done("margins");

  section.text = {
      "Binary perceptron, random patterns, N to infinity. As long as the entropy of solutions at distance d "
      "from a "
      "reference rises with d all the way to the typical distance, the reference lies in a region that is "
      "dense "
      "at every scale. The margin criterion takes maximum-margin references; the large-deviation ones look "
      "for "
      "the densest regions whatever is in their middle."};
  section.charts.push_back(margins_chart(margins, alpha_le));
  for (auto& chart : section.charts) chart["overview"] = true;
  section.tables = {thresholds_table(thresholds, "Thresholds of the binary perceptron")};

  Document document{
      "alpha-le",
      "Where dense regions break up",
      "Thresholds of the binary perceptron: around maximum-margin solutions, and by large deviations",
      {},
      {},
      {}};
  document.facts = {{"α_LE'", fmt::format("{:.6f}", alpha_le)},
                    {"capacity", fmt::format("{:.6f}", threshold_of(thresholds, {}, "capacity").alpha)}};
  document.findings = {order_claim(thresholds)};
  document.sections = {to_json(section)};
  return to_json(document, settings, steps.seconds());
}

}  // namespace wfm::experiments
