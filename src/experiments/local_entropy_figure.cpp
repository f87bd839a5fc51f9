#include "experiments/local_entropy_figure.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "math/error.hpp"
#include "math/parallel.hpp"
#include "theory/thresholds.hpp"

namespace wfm::experiments {

void solve_figures(std::vector<LocalEntropyFigure>& figures, int threads, Steps& steps) {
  std::vector<std::pair<std::size_t, std::size_t>> tasks;
  for (std::size_t f = 0; f < figures.size(); ++f) {
    figures[f].curves.resize(figures[f].alphas.size());
    for (std::size_t a = 0; a < figures[f].alphas.size(); ++a) tasks.emplace_back(f, a);
  }
  parallel_for(tasks.size(), threads, [&](std::size_t j) {
    if (steps.interrupted()) return;
    LocalEntropyFigure& figure = figures[tasks[j].first];
    const double alpha = figure.alphas[tasks[j].second];
    figure.curves[tasks[j].second] = theory::local_entropy_curve(
        {figure.machine, 0, alpha, std::numeric_limits<double>::infinity()}, figure.distances);
    steps.done(fmt::format("{}, alpha {}", name_of(figure.machine), alpha));
  });
}

io::Json chart_of(const LocalEntropyFigure& figure, const std::string& id) {
  std::vector<Series> all;
  for (std::size_t a = 0; a < figure.alphas.size(); ++a) {
    Series series;
    series.name = fmt::format("α = {}", figure.alphas[a]);
    series.color = int(a);
    for (const auto& point : figure.curves[a]) {
      series.x.push_back(point.distance);
      series.y.push_back(point.converged ? point.normalised : std::numeric_limits<double>::quiet_NaN());
    }
    all.push_back(series);
  }
  io::Json chart = make_chart(
      id, name_of(figure.machine), {"mutual distance D"}, {"normalised local entropy"}, all,
      "y to infinity: the densest regions, replica symmetric between them. Zero is the value without "
      "patterns. A curve ends where no saddle point is found.");
  chart["overview"] = true;
  return chart;
}

io::Json points_table(const std::vector<LocalEntropyFigure>& figures) {
  io::Json rows = io::Json::array();
  for (const auto& figure : figures)
    for (std::size_t a = 0; a < figure.alphas.size(); ++a)
      for (const auto& point : figure.curves[a])
        rows.push_back({{"machine", name_of(figure.machine)},
                        {"alpha", figure.alphas[a]},
                        {"distance", point.distance},
                        {"entropy", io::number(point.entropy)},
                        {"normalised", io::number(point.normalised)},
                        {"slope", io::number(point.slope)},
                        {"outer_stability", io::number(point.outer_stability)},
                        {"converged", point.converged}});
  return make_table(
      "local-entropy", "All points",
      {{"machine", "machine", 0},
       {"alpha", "α", 0},
       {"distance", "D", 5},
       {"entropy", "entropy", 8},
       {"normalised", "normalised", 6},
       {"slope", "slope", 6},
       {"outer_stability", "outer stability", 4},
       {"converged", "converged", 0}},
      rows,
      "Replica symmetry between the dense regions is locally stable where the outer stability is below 1.");
}

std::vector<theory::Threshold> solve_thresholds(const std::vector<ThresholdRequest>& requests, int threads,
                                                Steps& steps) {
  std::vector<theory::Threshold> thresholds(requests.size());
  parallel_for(requests.size(), threads, [&](std::size_t j) {
    if (steps.interrupted()) return;
    thresholds[j] = theory::find_threshold(requests[j].machine, requests[j].name);
    thresholds[j].machine = requests[j].machine;
    steps.done(fmt::format("{}, {}", name_of(requests[j].machine), requests[j].name));
  });
  return thresholds;
}

io::Json thresholds_table(const std::vector<theory::Threshold>& thresholds, const std::string& title) {
  io::Json rows = io::Json::array();
  for (const auto& one : thresholds)
    rows.push_back({{"machine", name_of(one.machine)},
                    {"name", one.name},
                    {"alpha", io::number(one.alpha)},
                    {"error", io::number(one.error)},
                    {"distance", io::number(one.distance)},
                    {"replicas", io::number(one.replicas)},
                    {"ansatz", one.ansatz},
                    {"definition", one.definition},
                    {"reason", one.converged ? "" : one.reason}});
  return make_table("thresholds", title,
                    {{"machine", "machine", 0},
                     {"name", "name", 0},
                     {"alpha", "α", 7},
                     {"error", "numerical error", 2},
                     {"distance", "distance", 4},
                     {"replicas", "y", 4},
                     {"ansatz", "ansatz", 0},
                     {"definition", "definition", 0},
                     {"reason", "why there is none", 0}},
                    rows, "Errors are numerical, within the ansatz.");
}

const theory::Threshold& threshold_of(const std::vector<theory::Threshold>& thresholds,
                                      const theory::Machine& machine, const std::string& name) {
  const auto found = std::find_if(thresholds.begin(), thresholds.end(), [&](const theory::Threshold& one) {
    return one.name == name && name_of(one.machine) == name_of(machine);
  });
  require(found != thresholds.end(),
          fmt::format("no threshold {} of the {} among those computed", name, name_of(machine)));
  return *found;
}

}  // namespace wfm::experiments
