// The random storage perceptron: N weights ±1, alpha N random patterns, solutions by four algorithms, Franz-Parisi theory beside them.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "experiments/demo.hpp"
#include "experiments/document.hpp"
#include "experiments/reference_curves.hpp"
#include "experiments/solution_charts.hpp"
#include "theory/capacity.hpp"
#include "theory/franz_parisi.hpp"
#include "theory/replica_symmetric.hpp"
#include "theory/stability_distribution.hpp"

namespace wfm::experiments {

namespace {

const std::vector<double>& distances() {
  static const std::vector<double> values{0.002, 0.005, 0.01, 0.015, 0.02, 0.03, 0.04, 0.05,
                                          0.07,  0.1,   0.13, 0.16,  0.2,  0.25, 0.3,  0.35};
  return values;
}
constexpr std::size_t near = 4;  // distances()[near] = 0.02, where the findings are read off

const std::vector<Contender>& contenders() {
  static const std::vector<Contender> rows{
      {"fBP", "fbp", {}}, {"reinforced AMP", "amp", {}}, {"reinforced BP", "rbp", {}}, {"SBPI", "sbpi", {}}};
  return rows;
}

io::Json solved_finding(const std::vector<Solution>& solutions, const DemoSizes& sizes) {
  std::string evidence;
  bool all = true;
  for (const auto& contender : contenders()) {
    const auto found = of_label(solutions, contender.label);
    const auto solved =
        std::count_if(found.begin(), found.end(), [](const Solution* s) { return s->solved(); });
    all = all && std::size_t(solved) == found.size();
    evidence +=
        fmt::format("{}{} {} of {}", evidence.empty() ? "" : ", ", contender.label, solved, found.size());
  }
  return finding(
      all ? "holds" : "fails",
      fmt::format("Four algorithms solve random instances (N = {}, α = {}), well below capacity 0.833.",
                  sizes.storage_inputs, sizes.storage_alpha),
      evidence);
}

// The evidence is read where the replica-symmetric saddle is stable; how far that reaches is said.
io::Json isolation_finding(const ReferenceCurve& typical, const theory::FranzParisiParams& params) {
  const char* claim = "Typical solutions are isolated (theory, replica symmetric).";
  double unstable = 0;
  const theory::FranzParisiPoint* closest = nullptr;
  for (const auto& point : typical.points) {
    if (!point.converged || point.replicon >= 1)
      unstable = point.distance;
    else if (closest == nullptr)
      closest = &point;
  }
  if (closest == nullptr) return finding("undecided", claim, "no stable saddle point on the typical curve");
  return finding(
      closest->entropy < 0 ? "holds" : "fails", claim,
      fmt::format("Franz-Parisi entropy {:.4f} at d = {:.4f}, negative below d = {:.5f}; the saddle point is "
                  "unstable (replicon "
                  "above 1) or missing up to d = {:.4f}",
                  closest->entropy, closest->distance, theory::zero_entropy_distance(params), unstable));
}

// "0.085 ± 0.001 (10 of 10)": how many instances a mean stands on.
std::string with_count(const MeanAndError& value, std::size_t instances) {
  return fmt::format("{} ({} of {})", with_error(value), value.count, instances);
}

io::Json density_finding(const std::vector<Solution>& solutions, const std::vector<ReferenceCurve>& curves) {
  const double d = distances()[near], typical = entropy_at(curves.front(), d);
  std::string evidence = fmt::format("d = {}: typical solutions {:.4f}", d, typical);
  bool above = true, decided = std::isfinite(typical);
  for (const auto& contender : contenders()) {
    const auto found = of_label(solutions, contender.label);
    const MeanAndError entropy = average_entropy(found, near).entropy;
    decided = decided && entropy.count >= 2;
    above = above && entropy.mean - 3 * entropy.standard_error > typical;
    evidence += fmt::format("; {} {}, {}", contender.label, with_count(entropy, found.size()),
                            like_margin(curves, d, entropy.mean));
  }
  return finding(!decided ? "undecided"
                 : above  ? "holds"
                          : "fails",
                 "Algorithms end where solutions are dense: the local entropy around what they find is above "
                 "that of typical "
                 "solutions by more than three standard errors, for all four (means over the instances "
                 "solved and converged).",
                 evidence);
}

io::Json bound_finding(const std::vector<Solution>& solutions) {
  double largest = -1;
  std::size_t points = 0, unconverged = 0, unphysical = 0;
  for (const Solution& solution : solutions)
    for (const auto& point : solution.entropies) {
      ++points;
      if (point.converged)
        largest = std::max(largest, point.normalised);
      else
        ++(point.unphysical ? unphysical : unconverged);
    }
  return finding(unphysical == 0 ? "holds" : "fails", "No local entropy exceeds the data-free bound h(d).",
                 fmt::format("{} points: largest normalised local entropy {:.2e}; {} fixed points were "
                             "refused as unphysical, {} points did "
                             "not converge",
                             points, largest, unphysical, unconverged));
}

io::Json order_finding(const std::vector<Solution>& solutions) {
  std::string evidence = fmt::format("paired differences at d = {}:", distances()[near]);
  for (std::size_t c = 1; c < contenders().size(); ++c) {
    const MeanAndError difference =
        paired_entropy_difference(solutions, contenders()[0].label, contenders()[c].label, near);
    evidence +=
        fmt::format("{} fBP minus {} {}", c == 1 ? "" : ";", contenders()[c].label, with_error(difference));
  }
  return finding("note", "How the algorithms compare on the same instances.", evidence);
}

// The smallest stabilities are 1/sqrt N and 3/sqrt N, which stand for the cell [0, 4/sqrt N): theory is integrated over the same cell.
io::Json depletion_finding(const std::vector<Solution>& solutions, const theory::RsParams& params,
                           double cell) {
  const auto near_zero = [cell](const Solution& solution) {
    const auto count = std::count_if(solution.stabilities.begin(), solution.stabilities.end(),
                                     [cell](double s) { return s < cell; });
    return double(count) / double(solution.stabilities.size());
  };
  const double typical =
      theory::stability_histogram(params, theory::rs_entropy(params), std::vector<double>{0, cell}).at(0);
  std::string evidence = fmt::format(
      "share of stabilities below 4/√N = {:.4f}: typical solutions (theory) {:.4f}", cell, typical);
  bool depleted = true, decided = true;
  for (const auto& contender : contenders()) {
    const auto found = of_label(solutions, contender.label);
    const MeanAndError share = average(found, near_zero);
    decided = decided && share.count >= 2;
    depleted = depleted && share.mean + 3 * share.standard_error < typical;
    evidence += fmt::format("; {} {}", contender.label, with_count(share, found.size()));
  }
  return finding(!decided   ? "undecided"
                 : depleted ? "holds"
                            : "fails",
                 "Algorithmic solutions have fewer stabilities near zero than typical ones.", evidence);
}

io::Json stability_chart(const std::vector<Solution>& solutions, const theory::RsParams& params,
                         double bin_width) {
  auto series = stability_series(solutions, contenders(), bin_width);
  Series typical;
  typical.name = "theory, typical solutions";
  typical.color = int(contenders().size());
  for (int j = 0; j <= 160; ++j) typical.x.push_back(0.025 * j);
  typical.y = theory::stability_density(params, theory::rs_entropy(params), typical.x);
  series.push_back(typical);
  return make_chart("stabilities-storage", "Stabilities", {"output stability"}, {"density"}, series,
                    "All instances together. Theory: density of typical margin-0 solutions at the same load, "
                    "replica symmetric.");
}

}  // namespace

std::int64_t demo_storage_runs(const DemoSizes& sizes) {
  return std::int64_t(contenders().size() * sizes.storage_instances);
}

std::optional<DemoPart> demo_storage(const DemoSizes& sizes, const ExperimentSettings& settings,
                                     const std::function<void(const Solution&)>& tick) {
  const auto problems =
      storage_instances({Machine::perceptron, false, sizes.storage_inputs, 1}, WeightKind::binary,
                        sizes.storage_alpha, sizes.storage_instances, settings);
  EnsembleParams ensemble = ensemble_params(settings, tick);
  ensemble.distances = distances();
  const auto solutions = run_ensemble(problems, contenders(), ensemble);
  if (settings.interrupted && settings.interrupted()) return std::nullopt;

  const double alpha = problems.front().alpha();
  const auto maximum = theory::max_margin(alpha);
  const auto curves = reference_curves(alpha, maximum.kappa_max, distances(), settings.threads);

  auto absolute = entropy_series(solutions, contenders(), distances(), false);
  auto normalised = entropy_series(solutions, contenders(), distances(), true);
  const int theory_color = int(contenders().size());
  for (const auto& series : reference_series(curves, false, theory_color)) absolute.push_back(series);
  for (const auto& series : reference_series(curves, true, theory_color)) normalised.push_back(series);
  const std::string caption = fmt::format(
      "Points: mean over {} instances with standard errors, N = {}, α = {:.4f}, by AMP with the overlap "
      "held fixed. Lines: "
      "Franz-Parisi entropy (replica symmetric, N to infinity) around typical solutions of the margin named.",
      sizes.storage_instances, sizes.storage_inputs, alpha);

  DemoPart part;
  io::Json section = {{"id", "storage"}, {"title", "Random storage perceptron"}};
  section["text"] = {
      fmt::format("N = {} weights ±1, P = {} random patterns with random labels (α = {:.4f}), {} "
                  "instances; every algorithm runs on every "
                  "instance. Around each solution the local entropy is measured by message passing and "
                  "compared with replica theory.",
                  sizes.storage_inputs, problems.front().train.count(), alpha, sizes.storage_instances)};
  io::Json chart = make_chart("local-entropy-storage", "Local entropy around solutions",
                              {"distance d", "log"}, {"local entropy per weight"}, absolute, caption);
  chart["overview"] = true;
  io::Json second = make_chart("normalised-local-entropy-storage", "The same, minus the data-free bound",
                               {"distance d", "log"}, {"normalised local entropy"}, normalised, caption);
  second["overview"] = true;
  io::Json third = stability_chart(solutions, {alpha, 0}, stability_bin_width(problems.front().architecture));
  third["overview"] = true;
  section["charts"] = {chart, second, third};
  section["tables"] =
      io::Json::array({solutions_table("solutions-storage", solutions, contenders(),
                                       "Means over the instances solved, with standard errors.")});
  part.sections.push_back(section);
  part.findings = {
      solved_finding(solutions, sizes),
      isolation_finding(curves.front(), {alpha, 0, 0}),
      density_finding(solutions, curves),
      bound_finding(solutions),
      order_finding(solutions),
      depletion_finding(solutions, {alpha, 0}, stability_bin_width(problems.front().architecture))};
  return part;
}

}  // namespace wfm::experiments
