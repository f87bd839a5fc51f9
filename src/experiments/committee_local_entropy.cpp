// wfm reproduce committee-local-entropy: the densest regions of tree committees, spherical and binary, and how far they go.
#include <fmt/format.h>

#include <cmath>

#include "experiments/local_entropy_figure.hpp"
#include "experiments/theory_experiments.hpp"
#include "theory/franz_parisi.hpp"

namespace wfm::experiments {

namespace {

using theory::Activation;
using theory::Decoder;
using theory::Machine;
using theory::Prior;

constexpr int infinite = theory::infinitely_many;

Machine committee(Prior prior, int hidden, Activation activation) {
  return {prior, Decoder::committee, hidden, activation};
}

const std::vector<Machine>& machines() {
  static const std::vector<Machine> all{committee(Prior::spherical, 3, Activation::sign),
                                        committee(Prior::spherical, infinite, Activation::sign),
                                        committee(Prior::spherical, infinite, Activation::relu),
                                        committee(Prior::binary, 3, Activation::sign),
                                        committee(Prior::binary, infinite, Activation::sign),
                                        committee(Prior::binary, infinite, Activation::relu)};
  return all;
}

/// Loads on both sides of where the curves stop rising.
std::vector<double> loads_of(const Machine& machine) {
  if (machine.prior == Prior::binary) return {0.3, 0.5, 0.7, 0.8};
  if (machine.activation == Activation::relu) return {0.5, 1, 1.5, 2};
  return {0.5, 1, 1.5, 2, 2.5};
}

constexpr double share_of_threshold = 0.95;  // of alpha_U, where density is judged
constexpr double near = 0.01;                // mutual distance there

/// Binary weights, the densest groups that exist: S_I at zero external entropy over the entropy without patterns.
io::Json density_claim(const std::vector<theory::Threshold>& thresholds) {
  bool decided = true, holds = true;
  std::string evidence;
  for (const Machine& machine : machines()) {
    if (machine.prior != Prior::binary) continue;
    const auto& flat = threshold_of(thresholds, machine, "alpha_U_zero_external");
    decided = decided && flat.converged;
    if (!flat.converged) continue;
    const double alpha = share_of_threshold * flat.alpha;
    const auto densest = theory::at_zero_external_entropy(machine, 0, alpha, near);
    decided = decided && densest.converged;
    holds = holds && densest.entropy > 0 && densest.slope > 0;
    evidence += fmt::format(
        "{}{}: α_U = {:.5f}, {:.3f} of the capacity; at 0.95 of it S_I({}) = {:.5f} of at most {:.5f}",
        evidence.empty() ? "" : "; ", name_of(machine), flat.alpha,
        flat.alpha / threshold_of(thresholds, machine, "capacity").alpha, near, densest.entropy,
        theory::unconstrained_local_entropy(machine.prior, near, densest.replicas));
  }
  return to_json(Claim{
      verdict(decided, holds), "Binary committees have wide flat minima, up to a load below capacity.",
      fmt::format(
          "the slope of S_I(D) at zero external entropy (y replicas, RS outer) stays positive up to α_U; at "
          "{} of α_U S_I({}) and its slope are positive",
          share_of_threshold, near),
      evidence, "[B]"});
}

/// Binary weights: typical solutions are isolated at loads where dense regions exist.
io::Json isolation_claim(const std::vector<theory::Threshold>& thresholds) {
  constexpr double small = 0.003;
  bool decided = true, holds = true;
  std::string evidence;
  for (const Machine& machine : machines()) {
    if (machine.prior != Prior::binary || machine.hidden != infinite) continue;
    const double alpha =
        share_of_threshold * threshold_of(thresholds, machine, "alpha_U_zero_external").alpha;
    decided = decided && std::isfinite(alpha);
    if (!std::isfinite(alpha)) continue;
    const auto typical =
        theory::franz_parisi_curve({alpha, 0, 0, machine}, std::vector<double>{small}).front();
    decided = decided && typical.converged;
    holds = holds && typical.entropy < 0;
    evidence +=
        fmt::format("{}{}, α = {:.5f}: φ_FP({}) = {:.4f}{}", evidence.empty() ? "" : "; ", name_of(machine),
                    alpha, small, typical.entropy, typical.replicon < 1 ? "" : " (RS unstable)");
  }
  return to_json(Claim{
      verdict(decided, holds),
      "Binary weights: these dense regions exist where typical solutions are isolated.",
      fmt::format(
          "at {} of α_U (zero external entropy) of committees with K to infinity the Franz-Parisi entropy "
          "around typical solutions is negative at d = {}",
          share_of_threshold, small),
      evidence, "[B]"});
}

/// Spherical weights: the sign of clustering is the instability of the replica-symmetric saddle.
io::Json beyond_claim(const std::vector<theory::Threshold>& thresholds) {
  bool decided = true, holds = true;
  std::string evidence;
  for (const Machine& machine : machines()) {
    if (machine.prior != Prior::spherical) continue;
    const auto& flat = threshold_of(thresholds, machine, "alpha_U_raw_slope");
    const auto& unstable = threshold_of(thresholds, machine, "almeida_thouless");
    decided = decided && flat.converged && unstable.converged;
    holds = holds && flat.alpha > unstable.alpha;
    evidence +=
        fmt::format("{}{}: α_U {}, instability at {:.5f}", evidence.empty() ? "" : "; ", name_of(machine),
                    flat.converged ? fmt::format("{:.4f}", flat.alpha) : "not found (" + flat.reason + ")",
                    unstable.alpha);
  }
  return to_json(Claim{
      verdict(decided, holds),
      "Spherical weights: wide flat minima exist well beyond the load where typical solutions cluster.",
      "the raw-slope α_U exceeds the load of the de Almeida-Thouless instability of typical solutions, at "
      "every "
      "spherical committee",
      evidence +
          ". The instability is the only sign of clustering computed here; clusters may form before it, and "
          "the raw slope in the limit of infinitely many replicas is one criterion among several.",
      "[B]"});
}

}  // namespace

std::optional<io::Json> committee_local_entropy(const ExperimentSettings& settings) {
  const int points = settings.quick ? 14 : 40;
  std::vector<double> distances;
  for (int j = 0; j < points; ++j) distances.push_back(0.008 * std::pow(0.35 / 0.008, j / (points - 1.0)));
  std::vector<LocalEntropyFigure> figures;
  std::vector<ThresholdRequest> requests;
  std::int64_t tasks = 0;
  for (const Machine& machine : machines()) {
    figures.push_back({machine, loads_of(machine), distances, {}});
    tasks += std::int64_t(figures.back().alphas.size());
    for (const char* name : {"capacity", "almeida_thouless", "alpha_U_raw_slope"})
      requests.push_back({machine, name});
    if (machine.prior == Prior::binary) requests.push_back({machine, "alpha_U_zero_external"});
  }
  Steps steps(settings, tasks + std::int64_t(requests.size()));
  solve_figures(figures, settings.threads, steps);
  const auto thresholds = solve_thresholds(requests, settings.threads, steps);
  if (steps.interrupted()) return std::nullopt;

  Section section{"committees", "Tree committees", {}, {}, {}};
  section.text = {
      "Tree committees on random patterns, N to infinity: y replicas of the weights, all solutions, at "
      "mutual distance "
      "D, in the limit of many replicas. The curves are replica symmetric between the dense regions."};
  for (std::size_t f = 0; f < figures.size(); ++f)
    section.charts.push_back(chart_of(figures[f], fmt::format("machine-{}", f + 1)));
  section.tables = {thresholds_table(thresholds, "Thresholds"), points_table(figures)};
  Document document{"committee-local-entropy",
                    "Dense regions of committees",
                    "Large-deviation local entropy of tree committees, sign and ReLU units",
                    {},
                    {},
                    {}};
  document.facts = {{"machines", fmt::format("{}", figures.size())}, {"ansatz", "RS outer, y to infinity"}};
  document.findings = {density_claim(thresholds), isolation_claim(thresholds), beyond_claim(thresholds)};
  document.sections = {to_json(section)};
  return to_json(document, settings, steps.seconds());
}

}  // namespace wfm::experiments
