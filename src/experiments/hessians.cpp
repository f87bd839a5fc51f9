// wfm reproduce hessians: spectra of the Hessian of the cross-entropy at solutions of the spherical tree committee, beside the local
// entropy around them.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "experiments/instance_experiments.hpp"
#include "experiments/spherical_committee.hpp"
#include "landscape/stability_statistics.hpp"
#include "math/rank_correlation.hpp"

namespace wfm::experiments {

namespace {

constexpr std::size_t judged_distance = 1;

using Solutions = std::vector<MeasuredSolution>;

/// Kendall's tau between local entropy and `measure` over the solutions of each instance, one sample an instance. Solutions of
/// different instances are not compared.
MeanAndError tau_within_instances(const Solutions& all, std::size_t instances, const Measure& measure,
                                  const std::string& left_out) {
  std::vector<double> taus;
  for (std::size_t j = 0; j < instances; ++j) {
    std::vector<double> entropies, values;
    for (const MeasuredSolution& s : all) {
      if (s.instance != j || !s.solved || s.label == left_out) continue;
      const double entropy = entropy_at(judged_distance)(s);
      if (std::isnan(entropy)) continue;
      entropies.push_back(entropy);
      values.push_back(measure(s));
    }
    const double tau = kendall_tau(entropies, values);
    if (!std::isnan(tau)) taus.push_back(tau);
  }
  return mean_and_error(taus);
}

struct Spread {
  std::string name;
  Measure measure;
};

io::Json smaller_claim(const Solutions& all, const CommitteeStudy& study, const Spread& spread) {
  const MeanAndError tau = tau_within_instances(all, study.instances, spread.measure, ""),
                     close = tau_within_instances(all, study.instances, spread.measure, "LAL");
  return to_json(Claim{
      three_errors_verdict({-tau.mean, tau.standard_error, tau.count}),
      fmt::format("Solutions that are flatter by local entropy have a smaller {} of the Hessian.",
                  spread.name),
      fmt::format(
          "Kendall's tau between the normalised local entropy at d = {} and the {} over the "
          "algorithms' solutions of one instance, averaged over instances: below minus three standard "
          "errors holds, above three fails",
          study.measures.distances[judged_distance], spread.name),
      fmt::format("τ = {} over {} instances; without LAL {}", with_error(tau), tau.count, with_error(close)),
      "[B]"});
}

/// Mean density of the eigenvalues of one contender over all its solutions; empty bins are gaps.
Series spectrum_of(const Solutions& all, const std::string& label, double low, double high) {
  constexpr int bins = 80;
  std::vector<double> pooled;
  for (const MeasuredSolution& s : all)
    if (s.label == label && s.solved)
      pooled.insert(pooled.end(), s.flatness.eigenvalues.begin(), s.flatness.eigenvalues.end());
  const landscape::Histogram histogram = landscape::histogram(pooled, low, high, bins);
  Series series;
  series.name = label;
  series.kind = "steps";
  series.group = SeriesGroup::instance;
  for (int b = 0; b < bins; ++b) {
    const double density = histogram.density[std::size_t(b)];
    series.x.push_back(low + (b + 0.5) * histogram.bin_width());
    series.y.push_back(density > 0 ? density : std::nan(""));
  }
  return series;
}

Series cloud_of(const Solutions& all, const std::string& label, const Measure& measure) {
  Series series;
  series.name = label;
  series.kind = "points";
  series.group = SeriesGroup::instance;
  for (const MeasuredSolution& s : all)
    if (s.label == label && s.solved) {
      series.x.push_back(entropy_at(judged_distance)(s));
      series.y.push_back(measure(s));
    }
  return series;
}

io::Json rows_of(const Solutions& all) {
  io::Json rows = io::Json::array();
  for (const Contender& contender : committee_contenders()) {
    const Counts number = counts(all, contender.label);
    io::Json row = {{"algorithm", contender.label},
                    {"runs", number.runs},
                    {"solved", number.solved},
                    {"unconverged", number.unconverged}};
    const auto put = [&](const std::string& key, const Measure& measure) {
      const MeanAndError value = average(all, contender.label, measure);
      row[key] = io::number(value.mean);
      row[key + "_error"] = io::number(value.standard_error);
    };
    put("entropy", entropy_at(judged_distance));
    put("trace", trace_of());
    put("largest", largest_of());
    put("negative", negative_share_of());
    put("smallest", [](const MeasuredSolution& s) { return s.flatness.eigenvalues.front(); });
    rows.push_back(row);
  }
  return rows;
}

}  // namespace

std::optional<io::Json> hessians(const ExperimentSettings& settings) {
  return hessians(committee_study(settings, 10, {0.02, 0.05, 0.1}, {0.2}), settings);
}

std::optional<io::Json> hessians(const CommitteeStudy& study, const ExperimentSettings& settings) {
  const std::vector<Contender>& contenders = committee_contenders();
  Steps steps(settings, std::int64_t(study.instances * contenders.size()));
  const auto found = solve_and_measure(study, settings, steps);
  if (!found) return std::nullopt;
  const Solutions& all = *found;

  double low = 0, high = 0;
  for (const MeasuredSolution& s : all)
    if (s.solved) {
      low = std::min(low, s.flatness.eigenvalues.front());
      high = std::max(high, s.flatness.eigenvalues.back());
    }
  std::vector<Series> spectra, traces, largest;
  for (const Contender& contender : contenders) {
    if (counts(all, contender.label).solved == 0) continue;
    spectra.push_back(spectrum_of(all, contender.label, low, high));
    if (contender.label == "LAL") continue;  // far from the others
    traces.push_back(cloud_of(all, contender.label, trace_of()));
    largest.push_back(cloud_of(all, contender.label, largest_of()));
  }
  const std::string entropy_axis =
      fmt::format("normalised local entropy at d = {}", study.measures.distances[judged_distance]);
  Section section{"hessians", "Hessians at solutions", {}, {}, {}};
  section.text = {
      fmt::format("The Hessian by all weights of the mean cross-entropy at β = γ = {}, with tanh(β h) in "
                  "place of the sign "
                  "units, at the first configuration without training errors of each run. Such a "
                  "configuration is no minimum "
                  "of this loss: some eigenvalues are negative.",
                  study.measures.beta)};
  section.charts = {make_chart("spectra", "Spectra", {"eigenvalue"}, {"mean density", "log"}, spectra,
                               fmt::format("{}. Empty bins are gaps.", description(study))),
                    make_chart("trace", "Trace against local entropy", {entropy_axis}, {"trace"}, traces,
                               "A point a solution; LAL, far from the others, is left out (table)."),
                    make_chart("largest", "Largest eigenvalue against local entropy", {entropy_axis},
                               {"largest eigenvalue"}, largest,
                               "A point a solution; LAL, far from the others, is left out (table).")};
  for (auto& chart : section.charts) chart["overview"] = true;
  section.tables = {make_table("algorithms", "Hessians",
                               {{"algorithm", "algorithm"},
                                {"runs", "runs"},
                                {"solved", "solved"},
                                {"entropy", entropy_axis, 4},
                                {"entropy_error", "±", 2},
                                {"trace", "trace", 4},
                                {"trace_error", "±", 2},
                                {"largest", "largest", 3},
                                {"largest_error", "±", 2},
                                {"negative", "share of negative ones", 3},
                                {"negative_error", "±", 2},
                                {"smallest", "smallest", 3},
                                {"unconverged", "points not converged"}},
                               rows_of(all), "Means and standard errors over the solved instances.")};

  Document document{
      "hessians", "Hessians at solutions", "Curvature and local entropy of the same solutions", {}, {}, {}};
  document.facts = {{"problem", description(study)}};
  for (const Spread& spread : {Spread{"trace", trace_of()}, Spread{"largest eigenvalue", largest_of()},
                               Spread{"share of negative eigenvalues", negative_share_of()}})
    document.findings.push_back(smaller_claim(all, study, spread));
  document.sections = {to_json(section)};
  return to_json(document, settings, steps.seconds());
}

}  // namespace wfm::experiments
