// wfm reproduce local-entropy-of-solutions: the local entropy around what eight algorithms find on the same instances of the binary
// perceptron, and around solutions of high margin, beside the Franz-Parisi curves of typical solutions.
#include "experiments/local_entropy_of_solutions.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "experiments/binary_contenders.hpp"
#include "experiments/document.hpp"
#include "experiments/reference_curves.hpp"
#include "experiments/solution_charts.hpp"
#include "theory/capacity.hpp"

namespace wfm::experiments {

namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

const std::vector<double> distances{0.002, 0.005, 0.01, 0.015, 0.02, 0.03, 0.05, 0.07, 0.1, 0.15, 0.2, 0.3};
constexpr std::size_t near = 6;   // d = 0.05, where claims are judged
constexpr int theory_color = 19;  // shades of grey: the contenders have the colours

struct Measured {
  LocalEntropyOfSolutionsSizes sizes;
  std::vector<Contender> contenders;  // the last one was asked for a margin
  std::vector<Solution> solutions;
  std::vector<ReferenceCurve> curves;

  std::vector<const Solution*> of(const Contender& contender) const {
    return of_label(solutions, contender.label);
  }
  /// 0 on the curve around typical solutions, 1 on that around maximum-margin ones.
  double share_of_the_way(double entropy, std::size_t d) const {
    const double typical = entropy_at(curves.front(), distances[d]);
    return (entropy - typical) / (entropy_at(curves.back(), distances[d]) - typical);
  }
  MeanAndError mean_share(const Contender& contender, std::size_t d) const {
    return average(of(contender), [&](const Solution& s) {
      return !s.entropies.empty() && s.entropies[d].converged ? share_of_the_way(s.entropies[d].entropy, d)
                                                              : nan;
    });
  }
};

/// Judges place of the local entropy between the curves around typical (0) and maximum-margin solutions (1), of every algorithm.
io::Json place_claim(const Measured& all, double least, const std::string& statement,
                     const std::string& rule) {
  bool decided = true, holds = true;
  std::string evidence;
  for (std::size_t c = 0; c + 1 < all.contenders.size(); ++c) {
    const MeanAndError share = all.mean_share(all.contenders[c], near);
    decided = decided && share.count >= 2;
    holds = holds && share.mean - 3 * share.standard_error > least;
    evidence += fmt::format("{}{} {} ({} of {})", c == 0 ? "" : "; ", all.contenders[c].label,
                            with_error(share), share.count, all.sizes.instances);
  }
  return to_json(Claim{
      verdict(decided, holds), statement,
      fmt::format("place of the local entropy at d = {} between the curve around typical solutions (0: "
                  "{:.4f}) and that "
                  "around maximum-margin ones (1: {:.4f}), mean over the instances solved and converged: "
                  "above {} by three "
                  "standard errors for every algorithm; N = {}, α = {}",
                  distances[near], entropy_at(all.curves.front(), distances[near]),
                  entropy_at(all.curves.back(), distances[near]), rule, all.sizes.inputs, all.sizes.alpha),
      evidence, "[A]"});
}

io::Json order_claim(const Measured& all) {
  bool decided = true, holds = true;
  std::string evidence;
  for (std::size_t c = 1; c + 1 < all.contenders.size(); ++c) {
    const MeanAndError difference =
        paired_entropy_difference(all.solutions, all.contenders[0].label, all.contenders[c].label, near);
    decided = decided && difference.count >= 2;
    holds = holds && difference.mean + 3 * difference.standard_error > 0;
    evidence += fmt::format("{}minus {} {}", evidence.empty() ? "fBP " : ", ", all.contenders[c].label,
                            with_error(difference));
  }
  return to_json(Claim{
      verdict(decided, holds), "Of all algorithms, focusing BP ends where solutions are densest.",
      fmt::format("paired differences of the local entropy at d = {} on the same instances: no algorithm is "
                  "above focusing BP by three standard errors",
                  distances[near]),
      evidence, "[A]"});
}

io::Json margin_claim(const Measured& all) {
  const Contender& with = all.contenders.back();
  const Contender& without = all.contenders[1];
  const MeanAndError difference = paired_entropy_difference(all.solutions, with.label, without.label, near);
  const bool decided = difference.count >= 2 && std::abs(difference.mean) > 3 * difference.standard_error;
  return to_json(Claim{
      verdict(decided, difference.mean > 0),
      "The same algorithm finds denser regions where it is asked for a margin.",
      fmt::format("{} minus {}: paired difference of the local entropy (of margin 0) at d = {}; above three "
                  "standard errors holds, below minus three fails",
                  with.label, without.label, distances[near]),
      fmt::format("{} over {} instances; {}", with_error(difference), difference.count,
                  like_margin(all.curves, distances[near], average_entropy(all.of(with), near).entropy.mean)),
      "[A]"});
}

std::vector<Series> difference_series(const Measured& all) {
  std::vector<Series> series;
  for (std::size_t c = 0; c < all.contenders.size(); ++c) {
    Series one;
    one.name = all.contenders[c].label;
    one.group = SeriesGroup::instance;
    one.color = int(c);
    for (std::size_t d = 0; d < distances.size(); ++d) {
      const MeanAndError difference =
          paired_entropy_difference(all.solutions, all.contenders[0].label, all.contenders[c].label, d);
      one.x.push_back(distances[d]);
      one.y.push_back(-difference.mean);
      one.error.push_back(difference.standard_error);
    }
    series.push_back(one);
  }
  return series;
}

// One point a solution: how its patterns keep away from zero, and how dense its surroundings are.
std::vector<Series> stability_scatter(const Measured& all) {
  std::vector<Series> series;
  for (std::size_t c = 0; c < all.contenders.size(); ++c) {
    Series one;
    one.name = all.contenders[c].label;
    one.kind = "points";
    one.group = SeriesGroup::instance;
    one.color = int(c);
    for (const Solution* solution : all.of(all.contenders[c])) {
      if (!solution->solved() || solution->entropies.empty() || !solution->entropies[near].converged)
        continue;
      one.x.push_back(quantile(solution->stabilities, 0.1));
      one.y.push_back(solution->entropies[near].entropy);
    }
    if (!one.x.empty()) series.push_back(one);
  }
  return series;
}

// One place along x for each algorithm, by its name.
io::Json place_chart(const Measured& all) {
  Series places, typical, maximum;
  places.name = "algorithms";
  places.kind = "points";
  places.group = SeriesGroup::instance;
  typical.name = "theory, typical (margin 0)";
  typical.color = theory_color - 10;  // solid
  maximum.name = "theory, maximum margin";
  maximum.color = theory_color - 10;
  maximum.dashed = true;
  io::Json names = io::Json::array();
  for (const Contender& contender : all.contenders) {
    const MeanAndError entropy = average_entropy(all.of(contender), near).entropy;
    names.push_back(contender.label);
    for (Series* series : {&places, &typical, &maximum}) series->x.push_back(0);
    places.y.push_back(entropy.mean);
    places.error.push_back(entropy.standard_error);
    typical.y.push_back(entropy_at(all.curves.front(), distances[near]));
    maximum.y.push_back(entropy_at(all.curves.back(), distances[near]));
  }
  io::Json chart = make_chart("at-one-distance", fmt::format("At d = {}", distances[near]), {""},
                              {"local entropy per weight"}, {places, typical, maximum},
                              "Means over instances with standard errors.");
  for (auto& series : chart["series"]) series["x"] = names;
  return chart;
}

io::Json contender_rows(const Measured& all) {
  io::Json rows = io::Json::array();
  for (const Contender& contender : all.contenders) {
    const auto found = all.of(contender);
    const auto solved =
        std::count_if(found.begin(), found.end(), [](const Solution* s) { return s->solved(); });
    const EntropyAverage entropy = average_entropy(found, near);
    const MeanAndError share = all.mean_share(contender, near);
    const MeanAndError difference =
        paired_entropy_difference(all.solutions, contender.label, all.contenders[0].label, near);
    rows.push_back({{"algorithm", contender.label},
                    {"solved", solved},
                    {"instances", found.size()},
                    {"not_converged", entropy.unconverged},
                    {"entropy", io::number(entropy.entropy.mean)},
                    {"entropy_error", io::number(entropy.entropy.standard_error)},
                    {"difference", io::number(difference.mean)},
                    {"difference_error", io::number(difference.standard_error)},
                    {"place", io::number(share.mean)},
                    {"like", like_margin(all.curves, distances[near], entropy.entropy.mean)}});
  }
  return rows;
}

io::Json run_rows(const Measured& all) {
  io::Json rows = io::Json::array();
  for (const Solution& solution : all.solutions) {
    const auto statistics = landscape::stability_statistics(solution.stabilities);
    const auto at = [&](std::size_t d) {
      return solution.entropies.empty() || !solution.entropies[d].converged
                 ? io::Json()
                 : io::number(solution.entropies[d].entropy);
    };
    rows.push_back({{"algorithm", solution.label},
                    {"instance", solution.instance},
                    {"outcome", name(solution.record.outcome)},
                    {"train_errors", solution.record.train_errors},
                    {"steps", solution.record.steps},
                    {"minimum_stability", io::number(statistics.minimum)},
                    {"mean_stability", io::number(statistics.mean)},
                    {"entropy_0.01", at(2)},
                    {"entropy_0.05", at(near)},
                    {"entropy_0.1", at(8)}});
  }
  return rows;
}

Section section_of(const Measured& all) {
  const LocalEntropyOfSolutionsSizes& sizes = all.sizes;
  Section section{"solutions", "Around what algorithms find", {}, {}, {}};
  section.text = {
      fmt::format("N = {} weights ±1, α = {}, {} instances, every algorithm on every one. Around each "
                  "solution the number of "
                  "solutions at distance d, by AMP with the overlap held fixed. Runs that found no solution, "
                  "and points that did "
                  "not converge, are in the table and in no mean.",
                  sizes.inputs, sizes.alpha, sizes.instances)};
  auto normalised = entropy_series(all.solutions, all.contenders, distances, true);
  for (const Series& series : reference_series(all.curves, true, theory_color)) normalised.push_back(series);
  section.charts = {make_chart("local-entropy", "Local entropy minus its bound h(d)", {"distance d", "log"},
                               {"normalised local entropy"}, normalised,
                               "Points: means over instances with standard errors. Lines: Franz-Parisi "
                               "entropy (replica symmetric, N "
                               "to infinity) around typical solutions of the margin named."),
                    make_chart("difference", "Paired difference to fBP", {"distance d", "log"},
                               {"difference of the local entropy"}, difference_series(all),
                               "Paired: on the instances that both solved. Bars: standard errors."),
                    make_chart("stability", "Dense regions keep patterns away from zero",
                               {"tenth percentile of the stabilities"},
                               {fmt::format("local entropy at d = {}", distances[near])},
                               stability_scatter(all), "One point a solution."),
                    place_chart(all)};
  for (auto& chart : section.charts) chart["overview"] = true;
  section.tables = {make_table("algorithms", fmt::format("At d = {}", distances[near]),
                               {{"algorithm", "algorithm", 0},
                                {"solved", "solved", 0},
                                {"instances", "instances", 0},
                                {"not_converged", "not converged", 0},
                                {"entropy", "local entropy", 5},
                                {"entropy_error", "±", 2},
                                {"difference", "minus fBP's, paired", 3},
                                {"difference_error", "±", 2},
                                {"place", "place between typical (0) and maximum margin (1)", 3},
                                {"like", "theory", 0}},
                               contender_rows(all)),
                    make_table("runs", "All runs",
                               {{"algorithm", "algorithm", 0},
                                {"instance", "instance", 0},
                                {"outcome", "outcome", 0},
                                {"train_errors", "training errors", 0},
                                {"steps", "steps", 0},
                                {"minimum_stability", "smallest stability", 4},
                                {"mean_stability", "mean stability", 4},
                                {"entropy_0.01", "local entropy at d = 0.01", 5},
                                {"entropy_0.05", "0.05", 5},
                                {"entropy_0.1", "0.1", 5}},
                               run_rows(all))};
  return section;
}

}  // namespace

std::optional<io::Json> local_entropy_of_solutions(const LocalEntropyOfSolutionsSizes& sizes,
                                                   const ExperimentSettings& settings) {
  Measured all{sizes, binary_contenders(sizes.annealing_rate), {}, {}};
  all.contenders.push_back(amp_with_margin(sizes.margin));
  const auto problems = storage_instances({Machine::perceptron, false, sizes.inputs, 1}, WeightKind::binary,
                                          sizes.alpha, sizes.instances, settings);
  Steps steps(settings, std::int64_t(problems.size() * all.contenders.size()) + 1);
  EnsembleParams ensemble = ensemble_params(settings, [&](const Solution& solution) {
    steps.done(fmt::format("{} {}", solution.label, name(solution.record.outcome)));
  });
  ensemble.distances = distances;
  all.solutions = run_ensemble(problems, all.contenders, ensemble);
  if (steps.interrupted()) return std::nullopt;
  const double alpha = problems.front().alpha();
  all.curves = reference_curves(alpha, theory::max_margin(alpha).kappa_max, distances, settings.threads);
  steps.done("theory");

  Document document{"local-entropy-of-solutions",
                    "Where algorithms end up",
                    "The local entropy around solutions of the binary perceptron by eight algorithms",
                    {},
                    {},
                    {}};
  document.facts = {
      {"instances", fmt::format("{}, N = {}, α = {}", sizes.instances, sizes.inputs, sizes.alpha)},
      {"runs", std::to_string(all.solutions.size())}};
  document.findings = {
      place_claim(all, 0, "Algorithms' solutions lie in denser regions than typical solutions.", "0"),
      place_claim(all, 0.5,
                  "They lie near the curves of high margin, closer to the maximum than to typical ones.",
                  "1/2"),
      order_claim(all), margin_claim(all)};
  document.sections = {to_json(section_of(all))};
  return to_json(document, settings, steps.seconds());
}

std::optional<io::Json> local_entropy_of_solutions(const ExperimentSettings& settings) {
  LocalEntropyOfSolutionsSizes sizes;
  if (!settings.quick) {
    sizes.inputs = 2001;
    sizes.instances = 50;
    sizes.annealing_rate = 0.01;
  }
  replace_count(sizes.instances, settings);
  return local_entropy_of_solutions(sizes, settings);
}

}  // namespace wfm::experiments
