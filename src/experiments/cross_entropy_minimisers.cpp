// wfm reproduce cross-entropy-minimisers: training errors of the minimisers of the cross-entropy, and how many solutions surround them.
// Binary perceptron: replica symmetric at the temperature where the measure freezes, and by annealing on instances.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "experiments/document.hpp"
#include "experiments/minimisers_of_instances.hpp"
#include "experiments/theory_experiments.hpp"
#include "math/parallel.hpp"
#include "theory/capacity.hpp"
#include "theory/explicit_centre.hpp"
#include "theory/franz_parisi.hpp"
#include "theory/gibbs_franz_parisi.hpp"
#include "theory/local_entropy.hpp"

namespace wfm::experiments {

namespace {

constexpr double near = 0.02;  // distance of the local entropies that are compared over gamma
constexpr double least_error_drawn = 1e-16;
constexpr double alpha_of_curves = 0.4;  // load at which whole curves are drawn

struct Load {
  double alpha = 0;
  std::vector<theory::CrossEntropySharpness> over_gamma;
  double typical = 0,
         maximum_margin = 0;  // phi_FP(near) around typical solutions of margin 0, of margin kappa_max
  double bound = 0;           // on the local entropy at distance near, around any centre
  double densest = 0;  // the same around the densest centres that exist; NaN where their y* is beyond 100
};

/// The sharpness with the largest local entropy; null where no point has converged.
const theory::CrossEntropySharpness* best_of(const Load& load) {
  const theory::CrossEntropySharpness* best = nullptr;
  for (const auto& point : load.over_gamma)
    if (point.around.converged && (!best || point.around.entropy > best->around.entropy)) best = &point;
  return best;
}

/// y -> infinity replicas at mutual overlap (1-2d)^2 are solutions at distance d of a free centre, the densest there is (a bound:
/// the number of replicas that is still physical is finite).
std::vector<double> densest_entropies(double alpha, const std::vector<double>& distances) {
  std::vector<double> mutual, entropies;
  for (const double d : distances) mutual.push_back(2 * d * (1 - d));
  for (const auto& point : theory::local_entropy_curve({{}, 0, alpha}, mutual))
    entropies.push_back(point.entropy);
  return entropies;
}

Load solve_load(double alpha, const std::vector<double>& gammas) {
  Load load;
  load.alpha = alpha;
  load.over_gamma = theory::local_entropy_of_sharpness(alpha, near, gammas);
  const std::vector<double> d{near};
  const double kappa_max = theory::max_margin(alpha).kappa_max;
  load.typical = theory::franz_parisi_curve({alpha, 0, 0}, d).front().entropy;
  load.maximum_margin = theory::franz_parisi_curve({alpha, kappa_max, 0}, d).front().entropy;
  load.bound = densest_entropies(alpha, d).front();
  load.densest = theory::zero_external_curve({alpha, 0, 0, false}, d).front().entropy;
  return load;
}

Series over_gamma(const Load& load, int color, double (*value)(const theory::CrossEntropySharpness&)) {
  Series series;
  series.name = fmt::format("α = {}", load.alpha);
  series.color = color;
  for (const auto& point : load.over_gamma) {
    series.x.push_back(point.gamma);
    series.y.push_back(value(point));
  }
  return series;
}

double error_probability(const theory::CrossEntropySharpness& point) {
  return point.minimisers.converged ? point.minimisers.error_probability
                                    : std::numeric_limits<double>::quiet_NaN();
}

io::Json errors_claim(const std::vector<Load>& loads) {
  bool decided = true, holds = true;
  std::string evidence;
  for (const Load& load : loads) {
    const auto* best = best_of(load);
    decided = decided && best;
    if (!best) continue;
    const double errors = error_probability(*best);
    holds = holds && errors < 1e-3;
    evidence += fmt::format("{}α = {}: {} of the patterns at γ = {:.3g} (replicon of the minimisers {:.2f})",
                            evidence.empty() ? "" : "; ", load.alpha,
                            errors > 1e-300 ? fmt::format("{:.2e}", errors) : "below 1e-300", best->gamma,
                            best->minimisers.replicon);
  }
  return to_json(Claim{
      verdict(decided, holds), "Minimisers of the cross-entropy make (nearly) no training errors.",
      fmt::format("the share of wrong patterns below 1e-3 at the γ of the largest local entropy at d = {}, "
                  "at every α",
                  near),
      evidence, "[B]"});
}

io::Json flatness_claim(const std::vector<Load>& loads) {
  bool decided = true, holds = true;
  std::string evidence;
  for (const Load& load : loads) {
    const auto* best = best_of(load);
    const bool physical = std::isfinite(load.densest);
    const double optimum = physical ? load.densest : load.bound;
    decided = decided && best && std::isfinite(load.typical) && std::isfinite(optimum);
    if (!best) continue;
    const double share = (best->around.entropy - load.typical) / (optimum - load.typical);
    holds = holds && share > 0.9;
    evidence += fmt::format(
        "{}α = {}: typical {:.5f}, minimisers {:.5f}, maximum margin {:.5f}, optimum {:.5f}{} (share {:.3f})",
        evidence.empty() ? "" : "; ", load.alpha, load.typical, best->around.entropy, load.maximum_margin,
        optimum, physical ? "" : " (bound)", share);
  }
  return to_json(Claim{
      verdict(decided, holds), "They lie in wide flat minima, nearly as dense as the densest that exist.",
      fmt::format(
          "local entropy at d = {} on the scale from typical solutions (0) to the optimum (1), above 0.9 "
          "at the best γ, at every α. Optimum: explicit free centres at zero external entropy; where "
          "their y* is beyond 100, the bound y to infinity",
          near),
      evidence, "[B]"});
}

io::Json sharpness_claim(const std::vector<Load>& loads, const std::vector<double>& gammas) {
  bool decided = true, holds = true;
  std::string evidence;
  for (const Load& load : loads) {
    const auto* best = best_of(load);
    decided = decided && best;
    if (!best) continue;
    holds = holds && best->gamma > gammas.front() && best->gamma < gammas.back();
    evidence += fmt::format("{}α = {}: γ = {:.3g}", evidence.empty() ? "" : "; ", load.alpha, best->gamma);
  }
  return to_json(
      Claim{verdict(decided, holds), "The best sharpness γ is finite.",
            fmt::format("the local entropy at d = {} has its maximum inside the range {} ... {} of γ", near,
                        gammas.front(), gammas.back()),
            evidence, "[B]"});
}

io::Json table_of(const std::vector<Load>& loads) {
  io::Json rows = io::Json::array();
  for (const Load& load : loads)
    for (const auto& point : load.over_gamma)
      rows.push_back({{"alpha", load.alpha},
                      {"gamma", point.gamma},
                      {"beta", io::number(point.minimisers.beta)},
                      {"q", io::number(point.minimisers.q)},
                      {"error_probability", io::number(error_probability(point))},
                      {"replicon", io::number(point.minimisers.replicon)},
                      {"entropy", io::number(point.around.entropy)},
                      {"converged", point.around.converged}});
  return make_table("minimisers", "Minimisers over γ",
                    {{"alpha", "α", 0},
                     {"gamma", "γ", 4},
                     {"beta", "freezing β", 7},
                     {"q", "overlap q", 6},
                     {"error_probability", "wrong patterns", 3},
                     {"replicon", "replicon", 4},
                     {"entropy", fmt::format("φ_FP({})", near), 7},
                     {"converged", "converged", 0}},
                    rows);
}

/// Whole curves at one load: minimisers of several sharpnesses between typical and densest.
io::Json curves_chart(const std::vector<double>& gammas, const std::vector<double>& distances, int threads) {
  const double alpha = alpha_of_curves;
  std::vector<Series> all(gammas.size() + 3);
  parallel_for(all.size(), threads, [&](std::size_t j) {
    Series& series = all[j];
    series.x = distances;
    const auto add = [&](const auto& points) {
      for (std::size_t k = 0; k < points.size(); ++k)
        series.y.push_back(points[k].entropy / theory::data_free_entropy(distances[k]));
    };
    if (j < gammas.size()) {
      series.name = fmt::format("minimisers, γ = {}", gammas[j]);
      const theory::GibbsLoss loss{theory::LossKind::cross_entropy, gammas[j], 0};
      add(theory::gibbs_franz_parisi_curve({alpha, loss, theory::freezing(alpha, loss).beta, 0}, distances));
    } else if (j == gammas.size()) {
      series.name = "typical solutions";
      add(theory::franz_parisi_curve({alpha, 0, 0}, distances));
    } else if (j == gammas.size() + 1) {
      series.name = "maximum margin";
      add(theory::franz_parisi_curve({alpha, theory::max_margin(alpha).kappa_max, 0}, distances));
    } else {
      series.name = "densest, y to infinity";
      const auto entropies = densest_entropies(alpha, distances);
      for (std::size_t k = 0; k < entropies.size(); ++k)
        series.y.push_back(entropies[k] / theory::data_free_entropy(distances[k]));
      series.group = SeriesGroup::bound;
    }
  });
  return make_chart("minimisers-curves", fmt::format("Solutions around the minimisers, α = {}", alpha),
                    {"distance d", "log"}, {"local entropy / h(d)"}, all,
                    "Franz-Parisi entropy over that of all configurations at d. Densest: the bound of the "
                    "large-deviation theory around free centres.");
}

}  // namespace

std::optional<io::Json> cross_entropy_minimisers(const ExperimentSettings& settings) {
  const std::vector<double> alphas{0.3, 0.4, 0.5, 0.6};
  std::vector<double> gammas;
  const int points = settings.quick ? 13 : 41;
  for (int j = 0; j < points; ++j)
    gammas.push_back(0.25 * std::pow(64.0, j / (points - 1.0)));  // 0.25 ... 16
  std::vector<double> distances;
  for (int j = 0; j <= 24; ++j) distances.push_back(0.001 * std::pow(0.3 / 0.001, j / 24.0));

  AnnealedInstancesSizes sizes;
  if (!settings.quick) {
    sizes.inputs = {1001, 2001};
    sizes.alphas = alphas;
    sizes.instances = 20;
    sizes.sweeps_per_decade = 2000;
  }
  replace_count(sizes.instances, settings);

  Steps steps(settings, std::int64_t(alphas.size()) + 1 + step_count(sizes));
  std::vector<Load> loads(alphas.size());
  parallel_for(alphas.size(), settings.threads, [&](std::size_t j) {
    if (steps.interrupted()) return;
    loads[j] = solve_load(alphas[j], gammas);
    steps.done(fmt::format("alpha {}", alphas[j]));
  });
  if (steps.interrupted()) return std::nullopt;

  std::vector<Series> errors, entropy;
  for (std::size_t j = 0; j < loads.size(); ++j) {
    errors.push_back(over_gamma(loads[j], int(j), [](const auto& point) {
      const double errors_here = error_probability(point);
      return errors_here > least_error_drawn ? errors_here : std::numeric_limits<double>::quiet_NaN();
    }));
    entropy.push_back(over_gamma(loads[j], int(j), [](const auto& point) {
      return point.around.entropy / theory::data_free_entropy(near);
    }));
  }
  Section section{"minimisers", "Minimisers of the cross-entropy", {}, {}, {}};
  section.text = {
      "Binary perceptron, random patterns, N to infinity, replica symmetric. The Gibbs measure of the loss "
      "f_γ(Δ) = ln(1 + exp(-2γΔ))/(2γ) is followed to the temperature where its entropy vanishes: binary "
      "weights freeze there, and what is left are the minimisers."};
  section.charts = {
      make_chart("training-errors", "Training errors of the minimisers", {"sharpness γ", "log"},
                 {"share of wrong patterns", "log"}, errors,
                 fmt::format("Probability that a training pattern is wrong; below {:.0e} it is not drawn.",
                             least_error_drawn)),
      make_chart(
          "local-entropy", fmt::format("Local entropy at d = {}", near), {"sharpness γ", "log"},
          {"φ_FP(d) / h(d)"}, entropy,
          "Entropy of solutions around the minimisers over that of all configurations at this distance."),
      curves_chart({0.5, 1, 2, 4}, distances, settings.threads)};
  steps.done("curves");
  for (auto& chart : section.charts) chart["overview"] = true;
  section.tables = {table_of(loads)};

  const auto annealed = annealed_instances(sizes, near, settings, steps);
  if (!annealed) return std::nullopt;
  const MinimisersOfInstances instances = minimisers_of_instances(*annealed);

  Document document{
      "cross-entropy-minimisers",
      "Minimisers of the cross-entropy",
      "Their training errors, and the solutions around them, by theory and by annealing on instances",
      {},
      {},
      {}};
  document.facts = {{"method", "replica symmetric, at freezing"},
                    {"loads", "0.3 to 0.6"},
                    {"sharpness", fmt::format("{} values, 0.25 to 16", points)},
                    {"instances", fmt::format("{}, N up to {}", sizes.instances, sizes.inputs.back())}};
  document.findings = {errors_claim(loads), flatness_claim(loads), sharpness_claim(loads, gammas)};
  document.findings.insert(document.findings.end(), instances.findings.begin(), instances.findings.end());
  document.sections = {to_json(section), to_json(instances.section)};
  return to_json(document, settings, steps.seconds());
}

}  // namespace wfm::experiments
