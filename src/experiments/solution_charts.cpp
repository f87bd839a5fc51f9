#include "experiments/solution_charts.hpp"

#include <fmt/format.h>

#include <cmath>

#include "math/field.hpp"

namespace wfm::experiments {

namespace {

void put(io::Json& row, const std::string& key, const MeanAndError& value) {
  row[key] = io::number(value.mean);
  // samples that are all alike leave an error of rounding only
  const bool rounding = value.standard_error < 1e-12 * std::abs(value.mean);
  row[key + "_se"] = io::number(rounding ? 0.0 : value.standard_error);
}

double test_error(const Solution& solution) {
  return solution.record.test_error.value_or(std::nan(""));
}

struct Differences {
  std::vector<double> entropy, test_error;
};

// first - second over the instances that both solved and where both local entropies converged (and both were tested).
Differences pair_up(const std::vector<Solution>& solutions, const std::string& first,
                    const std::string& second, std::size_t d, bool tested) {
  const auto usable = [&](const Solution& s) {
    return s.solved() && !s.entropies.empty() && s.entropies[d].converged && (!tested || s.record.test_error);
  };
  const auto a = of_label(solutions, first), b = of_label(solutions, second);
  Differences differences;
  for (std::size_t j = 0; j < a.size() && j < b.size(); ++j) {
    if (!usable(*a[j]) || !usable(*b[j])) continue;
    differences.entropy.push_back(a[j]->entropies[d].entropy - b[j]->entropies[d].entropy);
    differences.test_error.push_back(test_error(*a[j]) - test_error(*b[j]));
  }
  return differences;
}

io::Json column(const std::string& key, const std::string& label, int digits, bool with_error) {
  io::Json json = {{"key", key}, {"label", label}, {"digits", digits}};
  if (with_error) json["error_key"] = key + "_se";
  return json;
}

}  // namespace

io::Json solutions_table(const std::string& id, const std::vector<Solution>& solutions,
                         const std::vector<Contender>& contenders, const std::string& caption) {
  io::Json rows = io::Json::array();
  bool tested = false;
  for (const Contender& contender : contenders) {
    const auto found = of_label(solutions, contender.label);
    std::size_t solved = 0;
    for (const Solution* solution : found) solved += solution->solved() ? 1 : 0;
    const Interval rate = wilson_interval(solved, found.size());
    const MeanAndError error = average(found, test_error);
    tested = tested || error.count > 0;
    io::Json row = {{"algorithm", contender.label},
                    {"solved", fmt::format("{} of {}", solved, found.size())},
                    {"rate", fmt::format("{:.2f}–{:.2f}", rate.low, rate.high)}};
    put(row, "steps", average(found, [](const Solution& s) { return double(s.record.steps); }));
    put(row, "seconds", average(found, [](const Solution& s) { return s.record.seconds; }));
    put(row, "test_error", error);
    put(row, "minimum", average(found, [](const Solution& s) {
          return landscape::stability_statistics(s.stabilities).minimum;
        }));
    put(row, "mean", average(found, [](const Solution& s) {
          return landscape::stability_statistics(s.stabilities).mean;
        }));
    rows.push_back(row);
  }
  io::Json columns = {{{"key", "algorithm"}, {"label", "Algorithm"}},
                      {{"key", "solved"}, {"label", "Zero training errors"}},
                      {{"key", "rate"}, {"label", "Success rate, 95 %"}}};
  columns.push_back(column("steps", "Steps", 0, true));
  columns.push_back(column("seconds", "Seconds", 3, true));
  if (tested) columns.push_back(column("test_error", "Test error", 4, true));
  columns.push_back(column("minimum", "Smallest stability", 3, true));
  columns.push_back(column("mean", "Mean stability", 3, true));
  return {{"id", id}, {"title", "Solutions"}, {"caption", caption}, {"columns", columns}, {"rows", rows}};
}

std::vector<Series> entropy_series(const std::vector<Solution>& solutions,
                                   const std::vector<Contender>& contenders,
                                   const std::vector<double>& distances, bool normalised) {
  std::vector<Series> curves;
  for (std::size_t c = 0; c < contenders.size(); ++c) {
    const auto found = of_label(solutions, contenders[c].label);
    Series curve;
    curve.name = contenders[c].label;
    curve.kind = "points";
    curve.group = SeriesGroup::instance;
    curve.color = int(c);
    for (std::size_t d = 0; d < distances.size(); ++d) {
      const EntropyAverage average = average_entropy(found, d);
      if (average.entropy.count == 0 && average.unconverged == 0) continue;
      curve.x.push_back(distances[d]);
      curve.y.push_back(average.entropy.mean - (normalised ? binary_entropy(distances[d]) : 0));
      curve.error.push_back(average.entropy.standard_error);
      curve.converged.push_back(average.unconverged == 0);
    }
    if (!curve.x.empty()) curves.push_back(curve);
  }
  return curves;
}

double stability_bin_width(const Architecture& architecture) {
  return architecture.hidden == 1 ? 4 / std::sqrt(architecture.fan_in()) : 2 / std::sqrt(architecture.hidden);
}

std::vector<Series> stability_series(const std::vector<Solution>& solutions,
                                     const std::vector<Contender>& contenders, double bin_width) {
  const int bins = static_cast<int>(std::ceil(4 / bin_width));
  std::vector<Series> curves;
  for (std::size_t c = 0; c < contenders.size(); ++c) {
    std::vector<double> all;
    for (const Solution* solution : of_label(solutions, contenders[c].label))
      if (solution->solved())
        all.insert(all.end(), solution->stabilities.begin(), solution->stabilities.end());
    if (all.empty()) continue;
    const landscape::Histogram histogram = landscape::histogram(all, 0, bins * bin_width, bins);
    Series curve;
    curve.name = contenders[c].label;
    curve.kind = "steps";
    curve.group = SeriesGroup::instance;
    curve.color = int(c);
    for (int b = 0; b < bins; ++b) {
      curve.x.push_back((b + 0.5) * bin_width);
      curve.y.push_back(histogram.density[std::size_t(b)]);
    }
    curves.push_back(curve);
  }
  return curves;
}

MeanAndError paired_entropy_difference(const std::vector<Solution>& solutions, const std::string& first,
                                       const std::string& second, std::size_t d) {
  return mean_and_error(pair_up(solutions, first, second, d, false).entropy);
}

PairedDifferences paired_differences(const std::vector<Solution>& solutions, const std::string& first,
                                     const std::string& second, std::size_t d) {
  const Differences differences = pair_up(solutions, first, second, d, true);
  return {mean_and_error(differences.entropy), mean_and_error(differences.test_error)};
}

}  // namespace wfm::experiments
