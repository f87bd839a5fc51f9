// wfm reproduce stabilities: how the stabilities of algorithms' solutions of the binary perceptron are distributed, beside those of
// typical solutions of several margins.
#include "experiments/stabilities.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "experiments/binary_contenders.hpp"
#include "experiments/document.hpp"
#include "experiments/solution_charts.hpp"
#include "theory/capacity.hpp"
#include "theory/stability_distribution.hpp"

namespace wfm::experiments {

namespace {

constexpr double limit = 0.1;    // of a stability near zero
constexpr int theory_color = 9;  // grey: the contenders have the colours

/// Typical solutions of one margin.
struct Typical {
  double margin = 0;
  std::string name;
  theory::RsResult saddle;
  theory::RsParams params;

  double share_below(double end) const {
    return theory::stability_histogram(params, saddle, std::vector<double>{0, end}).at(0);
  }
};

struct Measured {
  StabilitiesSizes sizes;
  std::vector<Contender> contenders;
  std::vector<Solution> solutions;
  std::vector<Typical> typical;  // margin 0 first, the largest last
};

std::vector<Typical> typical_solutions(double alpha) {
  std::vector<Typical> all;
  const double kappa_max = theory::max_margin(alpha).kappa_max;
  for (const double margin : {0.0, 0.1, 0.2, 0.3, kappa_max}) {
    if (margin > kappa_max) continue;
    const theory::RsParams params{alpha, margin};
    all.push_back({margin,
                   margin == kappa_max ? fmt::format("theory, maximum margin {:.4f}", margin)
                                       : fmt::format("theory, margin {}", margin),
                   theory::rs_entropy(params), params});
  }
  return all;
}

double share_below(const Solution& solution, double bound) {
  const auto count = std::count_if(solution.stabilities.begin(), solution.stabilities.end(),
                                   [bound](double s) { return s < bound; });
  return double(count) / double(solution.stabilities.size());
}

MeanAndError mean_share(const Measured& all, const Contender& contender) {
  return average(of_label(all.solutions, contender.label),
                 [](const Solution& s) { return share_below(s, limit); });
}

io::Json depletion_claim(const Measured& all) {
  const double end = end_of_cells_below(limit, all.sizes.inputs);
  const double typical = all.typical.front().share_below(end);
  std::string evidence = fmt::format("typical solutions {:.4f}", typical);
  bool decided = true, holds = true;
  for (const Contender& contender : all.contenders) {
    const MeanAndError share = mean_share(all, contender);
    decided = decided && share.count >= 2;
    holds = holds && share.mean + 3 * share.standard_error < typical;
    evidence += fmt::format("; {} {} ({} of {})", contender.label, with_error(share), share.count,
                            all.sizes.instances);
  }
  return to_json(Claim{verdict(decided, holds),
                       "Algorithms' solutions are depleted of stabilities near zero.",
                       fmt::format("share of the patterns with stability below {}: for every algorithm below "
                                   "that of typical solutions "
                                   "(theory, over [0, {:.4f}), the interval that the values below {} stand "
                                   "for) by three standard errors; "
                                   "N = {}, α = {}",
                                   limit, end, limit, all.sizes.inputs, all.sizes.alpha),
                       evidence, "[A]"});
}

// Typical solutions of margin kappa have no stability below kappa and their most probable one at kappa.
io::Json smooth_claim(const Measured& all) {
  std::string evidence;
  bool decided = true, holds = true;
  for (const Contender& contender : all.contenders) {
    const MeanAndError mean = average(of_label(all.solutions, contender.label), [](const Solution& s) {
      return landscape::stability_statistics(s.stabilities).mean;
    });
    std::size_t like = 0;  // the typical solutions whose mean stability is closest
    double closest = std::numeric_limits<double>::infinity();
    for (std::size_t t = 0; t < all.typical.size(); ++t) {
      const double distance =
          std::abs(theory::stability_moments(all.typical[t].params, all.typical[t].saddle).mean - mean.mean);
      if (distance < closest) closest = distance, like = t;
    }
    const double margin = all.typical[like].margin;
    const MeanAndError below = average(of_label(all.solutions, contender.label),
                                       [margin](const Solution& s) { return share_below(s, margin); });
    decided = decided && mean.count >= 2;
    holds = holds && (like == 0 || below.mean > 3 * below.standard_error);
    evidence += fmt::format("{}{} {} below {:.2f}", evidence.empty() ? "" : "; ", contender.label,
                            with_error(below), margin);
  }
  return to_json(Claim{
      verdict(decided, holds),
      "They are no typical solutions of any margin: their distribution falls to zero smoothly, not at a gap.",
      "share of the stabilities below the margin whose typical solutions (theory) have the mean stability "
      "closest "
      "to theirs: above zero by three standard errors for every algorithm",
      evidence, "[A]"});
}

Series density_series(const Typical& typical, int color) {
  Series series;
  series.name = typical.name;
  series.color = color;
  // P jumps at the margin
  if (typical.margin > 0) series.x = {0, typical.margin - 1e-9};
  for (int j = 0; j <= 160; ++j) series.x.push_back(typical.margin + (3 - typical.margin) * j / 160.0);
  series.y = theory::stability_density(typical.params, typical.saddle, series.x);
  return series;
}

io::Json histogram_chart(const Measured& all, const std::string& id, const std::string& title,
                         std::size_t first, std::size_t last, double bin_width) {
  const auto begin = all.contenders.begin();
  auto series = stability_series(all.solutions, {begin + std::ptrdiff_t(first), begin + std::ptrdiff_t(last)},
                                 bin_width);
  for (Series& one : series) one.color += int(first);
  Series typical = density_series(all.typical.front(), theory_color);
  typical.name = "typical solutions (theory)";
  series.push_back(typical);
  io::Json chart = make_chart(id, title, {"stability Δ"}, {"density"}, series, "All instances together.");
  chart["x"]["max"] = 3;
  return chart;
}

io::Json share_chart(const Measured& all) {
  const double end = end_of_cells_below(limit, all.sizes.inputs);
  Series shares, typical;
  shares.name = "algorithms";
  shares.kind = "points";
  shares.group = SeriesGroup::instance;
  typical.name = "typical solutions (theory)";
  typical.color = theory_color;
  io::Json names = io::Json::array();
  for (const Contender& contender : all.contenders) {
    const MeanAndError share = mean_share(all, contender);
    names.push_back(contender.label);
    shares.x.push_back(0);
    shares.y.push_back(share.mean);
    shares.error.push_back(share.standard_error);
    typical.x.push_back(0);
    typical.y.push_back(all.typical.front().share_below(end));
  }
  io::Json chart = make_chart("share-near-zero", fmt::format("Share below {}", limit), {""},
                              {"share of the patterns", "log"}, {shares, typical},
                              "Means over instances with standard errors.");
  for (auto& series : chart["series"]) series["x"] = names;
  return chart;
}

io::Json rows_of(const Measured& all) {
  io::Json rows = io::Json::array();
  for (const Contender& contender : all.contenders) {
    const auto found = of_label(all.solutions, contender.label);
    const MeanAndError share = mean_share(all, contender);
    const auto mean_of = [&](double landscape::StabilityStatistics::*value) {
      return average(
                 found,
                 [value](const Solution& s) { return landscape::stability_statistics(s.stabilities).*value; })
          .mean;
    };
    rows.push_back({{"solutions", contender.label},
                    {"solved", share.count},
                    {"instances", found.size()},
                    {"minimum", io::number(mean_of(&landscape::StabilityStatistics::minimum))},
                    {"mean", io::number(mean_of(&landscape::StabilityStatistics::mean))},
                    {"share", io::number(share.mean)},
                    {"share_error", io::number(share.standard_error)}});
  }
  for (const Typical& typical : all.typical)
    rows.push_back({{"solutions", typical.name},
                    {"minimum", typical.margin},
                    {"mean", theory::stability_moments(typical.params, typical.saddle).mean},
                    {"share", typical.share_below(end_of_cells_below(limit, all.sizes.inputs))}});
  return rows;
}

Section section_of(const Measured& all) {
  const double bin_width = stability_bin_width({Machine::perceptron, false, all.sizes.inputs, 1});
  const std::size_t half = all.contenders.size() / 2;
  std::vector<Series> theories;
  for (std::size_t t = 0; t < all.typical.size(); ++t)
    theories.push_back(density_series(all.typical[t], theory_color + int(t)));
  Section section{"stabilities", "Stabilities", {}, {}, {}};
  section.text = {
      fmt::format("N = {} weights ±1, α = {}, {} instances, every algorithm on every one; solutions with "
                  "zero errors. Bins hold two "
                  "possible values of a stability each.",
                  all.sizes.inputs, all.sizes.alpha, all.sizes.instances)};
  section.charts = {
      histogram_chart(all, "message-passing", "Solutions by message passing", 0, half, bin_width),
      histogram_chart(all, "local-rules", "By rules, gradients and annealing", half, all.contenders.size(),
                      bin_width),
      make_chart("theory", "Typical solutions of every margin", {"stability Δ"}, {"density"}, theories,
                 "Replica symmetric. Below its margin a solution has no stability."),
      share_chart(all)};
  for (auto& chart : section.charts) chart["overview"] = true;
  section.tables = {make_table("shares", "Solutions",
                               {{"solutions", "solutions", 0},
                                {"solved", "solved", 0},
                                {"instances", "instances", 0},
                                {"minimum", "smallest stability", 3},
                                {"mean", "mean stability", 4},
                                {"share", fmt::format("share below {}", limit), 3},
                                {"share_error", "±", 2}},
                               rows_of(all))};
  return section;
}

}  // namespace

double end_of_cells_below(double limit_of_values, int inputs) {
  const double root = std::sqrt(double(inputs));
  double end = 0;
  for (int odd = 1; odd / root < limit_of_values; odd += 2) end = (odd + 1) / root;
  return end;
}

std::optional<io::Json> stabilities(const StabilitiesSizes& sizes, const ExperimentSettings& settings) {
  Measured all{sizes, binary_contenders(sizes.annealing_rate), {}, {}};
  const auto problems = storage_instances({Machine::perceptron, false, sizes.inputs, 1}, WeightKind::binary,
                                          sizes.alpha, sizes.instances, settings);
  Steps steps(settings, std::int64_t(problems.size() * all.contenders.size()));
  const EnsembleParams ensemble = ensemble_params(settings, [&](const Solution& solution) {
    steps.done(fmt::format("{} {}", solution.label, name(solution.record.outcome)));
  });
  all.solutions = run_ensemble(problems, all.contenders, ensemble);
  if (steps.interrupted()) return std::nullopt;
  all.typical = typical_solutions(problems.front().alpha());

  Document document{"stabilities",
                    "How far solutions keep their patterns",
                    "Stabilities of algorithms' solutions and of typical ones, binary perceptron",
                    {},
                    {},
                    {}};
  document.facts = {
      {"instances", fmt::format("{}, N = {}, α = {}", sizes.instances, sizes.inputs, sizes.alpha)},
      {"runs", std::to_string(all.solutions.size())}};
  document.findings = {depletion_claim(all), smooth_claim(all)};
  document.sections = {to_json(section_of(all))};
  return to_json(document, settings, steps.seconds());
}

std::optional<io::Json> stabilities(const ExperimentSettings& settings) {
  StabilitiesSizes sizes;
  if (!settings.quick) {
    sizes.inputs = 10001;
    sizes.instances = 50;
    sizes.annealing_rate = 0.01;
  }
  replace_count(sizes.instances, settings);
  return stabilities(sizes, settings);
}

}  // namespace wfm::experiments
