#include "experiments/minimisers_of_instances.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "theory/franz_parisi.hpp"

namespace wfm::experiments {

namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double least_error_drawn = 1e-6;
constexpr double errors_allowed = 0.005;
constexpr double errors_of_difference = 4;  // standard errors
constexpr std::size_t fewest = 3;           // instances of a mean that is judged

/// The sharpness of the largest mean local entropy at the last size; empty where no mean is of enough instances.
std::optional<std::size_t> best_sharpness(const AnnealedInstances& all, std::size_t load) {
  std::optional<std::size_t> best;
  for (std::size_t g = 0; g < all.sizes.gammas.size(); ++g) {
    const MeanAndError entropy = all.judged(load, g).local_entropy();
    if (entropy.count >= fewest && (!best || entropy.mean > all.judged(load, *best).local_entropy().mean))
      best = g;
  }
  return best;
}

/// Mean over the instances where `value` is a number.
template <class Value>
MeanAndError mean_over(std::size_t instances, const Value& value) {
  std::vector<double> samples;
  for (std::size_t j = 0; j < instances; ++j)
    if (!std::isnan(value(j))) samples.push_back(value(j));
  return mean_and_error(samples);
}

/// Collects the sentences of a claim's evidence, and its verdict.
struct Judgement {
  bool decided = true, holds = true;
  std::string evidence;
  void add(const std::string& text) { evidence += (evidence.empty() ? "" : "; ") + text; }
  io::Json claim(const std::string& statement, const std::string& statistic) const {
    return to_json(Claim{verdict(decided, holds), statement, statistic,
                         evidence.empty() ? "no mean over enough instances" : evidence, "[B]"});
  }
};

/// Calls judge(a, g) at the best sharpness number g of every load number a; undecided where a load has none.
template <class Judge>
void at_best_sharpness(const AnnealedInstances& all, Judgement& judgement, const Judge& judge) {
  for (std::size_t a = 0; a < all.sizes.alphas.size(); ++a) {
    const std::optional<std::size_t> best = best_sharpness(all, a);
    judgement.decided = judgement.decided && best;
    if (best) judge(a, *best);
  }
}

std::string sizes_of(const AnnealedInstances& all) {
  return fmt::format("N = {}, {} instances, annealed", all.sizes.inputs.back(), all.sizes.instances);
}

io::Json errors_claim(const AnnealedInstances& all) {
  Judgement judgement;
  at_best_sharpness(all, judgement, [&](std::size_t a, std::size_t best) {
    const AnnealedPoint& point = all.judged(a, best);
    const std::size_t shown = point.patterns * point.runs.size();
    const Interval share = wilson_interval(point.wrong(), shown);
    judgement.holds = judgement.holds && share.high < errors_allowed;
    judgement.add(fmt::format("α = {}, γ = {}: {} of {} wrong, a share of at most {:.1e}", point.load,
                              point.gamma, point.wrong(), shown, share.high));
  });
  return judgement.claim(
      "On instances, too, configurations of low cross-entropy make (nearly) no training errors.",
      fmt::format("{}: upper end of the 95 % Wilson interval of the share of wrong patterns below {} at the "
                  "γ of the largest local entropy at d = {}, at every α",
                  sizes_of(all), errors_allowed, all.distance));
}

io::Json flatness_claim(const AnnealedInstances& all) {
  Judgement judgement;
  at_best_sharpness(all, judgement, [&](std::size_t a, std::size_t best) {
    const AnnealedPoint& point = all.judged(a, best);
    const TypicalScale& scale = all.scales[a];
    const MeanAndError place =
        mean_over(point.runs.size(), [&](std::size_t j) { return scale.place(point.runs[j].local_entropy); });
    judgement.decided = judgement.decided && std::isfinite(place.mean);
    judgement.holds = judgement.holds && place.mean - 3 * place.standard_error > 0.9;
    judgement.add(
        fmt::format("α = {}, γ = {}: {} ({} of {} instances; typical {:.5f}, maximum margin {:.5f})",
                    point.load, point.gamma, with_error(place), place.count, all.sizes.instances,
                    scale.typical, scale.maximum_margin));
  });
  return judgement.claim("On instances, too, they lie in wide flat minima.",
                         fmt::format("{}: place of the local entropy at d = {} (AMP) between the curves "
                                     "around typical solutions (0) and around those of maximum margin (1), "
                                     "above 0.9 by three standard errors at the best γ, at every α",
                                     sizes_of(all), all.distance));
}

io::Json theory_claim(const AnnealedInstances& all) {
  Judgement judgement;
  double largest = 0;
  std::size_t compared = 0;
  for (std::size_t a = 0; a < all.sizes.alphas.size(); ++a)
    for (std::size_t g = 0; g < all.sizes.gammas.size(); ++g) {
      const AnnealedPoint& point = all.judged(a, g);
      const MeanAndError difference = point.difference();
      if (difference.count < fewest) continue;
      const double ratio = std::abs(difference.mean) / difference.standard_error;
      ++compared;
      largest = std::max(largest, ratio);
      judgement.holds = judgement.holds && ratio < errors_of_difference;
      judgement.add(fmt::format("α = {}, γ = {}: {} against {:.5f}", point.load, point.gamma,
                                with_error(point.local_entropy()), point.theory_local_entropy().mean));
    }
  judgement.decided = compared > 0;
  if (compared > 0)
    judgement.add(fmt::format("largest difference {:.1f} standard errors of {}", largest, compared));
  return judgement.claim(
      "What annealing finds is as densely surrounded as the Gibbs measure of the energy that it reaches.",
      fmt::format("{}: local entropy at d = {} (AMP) less the replica-symmetric one at the energy reached, "
                  "below {} standard errors at every α and γ where both exist",
                  sizes_of(all), all.distance, errors_of_difference));
}

io::Json sharpness_claim(const AnnealedInstances& all) {
  Judgement judgement;
  at_best_sharpness(all, judgement, [&](std::size_t a, std::size_t best) {
    const std::size_t last = all.sizes.gammas.size() - 1;
    std::string text = fmt::format("α = {}: γ = {}", all.sizes.alphas[a], all.sizes.gammas[best]);
    for (const std::size_t end : {std::size_t{0}, last}) {
      const AnnealedPoint& here = all.judged(a, best);
      const AnnealedPoint& there = all.judged(a, end);
      const MeanAndError difference = mean_over(here.runs.size(), [&](std::size_t j) {
        return here.runs[j].local_entropy - there.runs[j].local_entropy;
      });
      judgement.decided = judgement.decided && (end == best || difference.count >= fewest);
      judgement.holds = judgement.holds && end != best && difference.mean - 3 * difference.standard_error > 0;
      text += fmt::format(", above γ = {} by {} ({} pairs)", there.gamma, with_error(difference),
                          difference.count);
    }
    judgement.add(text);
  });
  return judgement.claim(
      "The best sharpness γ is finite for annealing, too.",
      fmt::format("{}: the mean local entropy at d = {} is largest inside the range of γ, above both ends by "
                  "three standard errors of the paired difference, at every α",
                  sizes_of(all), all.distance));
}

/// One series a load: `value` of its points at size number n over the sharpness.
template <class Value>
void add_series(std::vector<Series>& series, const AnnealedInstances& all, std::size_t n,
                const std::string& name, const Series& look, const Value& value) {
  for (std::size_t a = 0; a < all.sizes.alphas.size(); ++a) {
    Series one = look;
    one.name = fmt::format("α = {}, {}", all.sizes.alphas[a], name);
    if (one.color < 0) one.color = int(a);
    for (std::size_t g = 0; g < all.sizes.gammas.size(); ++g) {
      const MeanAndError at = value(all.at(n, a, g));
      one.x.push_back(all.sizes.gammas[g]);
      one.y.push_back(at.mean);
      if (one.group == SeriesGroup::instance) one.error.push_back(at.standard_error);
    }
    series.push_back(one);
  }
}

Series points_look() {
  Series look;
  look.kind = "points";
  look.group = SeriesGroup::instance;
  return look;
}

Series dashed_look() {
  Series look;
  look.dashed = true;
  return look;
}

MeanAndError exactly(double value) {
  return {value, 0, 1};
}

MeanAndError scaled(const MeanAndError& value, double factor) {
  return {factor * value.mean, factor * value.standard_error, value.count};
}

io::Json entropy_chart(const AnnealedInstances& all) {
  const double share = 1 / theory::data_free_entropy(all.distance);
  const std::size_t n = all.sizes.inputs.size() - 1;
  std::vector<Series> series;
  add_series(series, all, n, fmt::format("annealing, N = {}", all.sizes.inputs[n]), points_look(),
             [&](const AnnealedPoint& point) { return scaled(point.local_entropy(), share); });
  add_series(series, all, n, "theory, minimisers", {},
             [&](const AnnealedPoint& point) { return exactly(share * point.frozen.local_entropy); });
  add_series(series, all, n, "theory, energy reached", dashed_look(),
             [&](const AnnealedPoint& point) { return exactly(share * point.theory_local_entropy().mean); });
  io::Json chart =
      make_chart("instance-local-entropy", fmt::format("On instances, local entropy at d = {}", all.distance),
                 {"sharpness γ", "log"}, {"φ(d) / h(d)"}, series,
                 "Points: AMP around the ends of annealing, means with standard errors. Lines: around the "
                 "minimisers, and around the Gibbs measures of the energies that annealing reaches.");
  chart["overview"] = true;
  return chart;
}

io::Json errors_chart(const AnnealedInstances& all) {
  const std::size_t n = all.sizes.inputs.size() - 1;
  const auto drawn = [](const MeanAndError& share) {
    return share.mean > least_error_drawn ? share : MeanAndError{nan, nan, 0};
  };
  std::vector<Series> series;
  add_series(series, all, n, fmt::format("annealing, N = {}", all.sizes.inputs[n]), points_look(),
             [&](const AnnealedPoint& point) { return drawn(point.error_share()); });
  add_series(series, all, n, "theory, minimisers", {},
             [&](const AnnealedPoint& point) { return drawn(exactly(point.frozen.error_probability)); });
  add_series(series, all, n, "theory, energy reached", dashed_look(),
             [&](const AnnealedPoint& point) { return drawn(exactly(point.theory_errors().mean)); });
  return make_chart(
      "instance-errors", "On instances, training errors", {"sharpness γ", "log"},
      {"share of wrong patterns", "log"}, series,
      fmt::format("Shares below {:.0e}, and instances without errors, are not drawn.", least_error_drawn));
}

io::Json left_chart(const AnnealedInstances& all) {
  std::vector<Series> series;
  for (std::size_t n = 0; n < all.sizes.inputs.size(); ++n) {
    Series look;
    look.dashed = n + 1 < all.sizes.inputs.size();
    add_series(series, all, n, fmt::format("N = {}", all.sizes.inputs[n]), look,
               [](const AnnealedPoint& point) { return exactly(point.theory_entropy().mean); });
  }
  return make_chart("instance-entropy-left", "How far annealing ends from the minimisers",
                    {"sharpness γ", "log"}, {"entropy of the Gibbs measure"}, series,
                    "Replica-symmetric entropy per weight of the configurations of the energy reached: 0 at "
                    "freezing, ln 2 at infinite temperature.");
}

io::Json difference_chart(const AnnealedInstances& all) {
  std::vector<Series> series;
  for (std::size_t n = 0; n < all.sizes.inputs.size(); ++n) {
    Series look = points_look();
    add_series(series, all, n, fmt::format("N = {}", all.sizes.inputs[n]), look,
               [](const AnnealedPoint& point) { return point.difference(); });
  }
  for (std::size_t j = 0; j < series.size(); ++j) series[j].color = int(j);
  return make_chart("instance-difference", "Instances minus theory at their energy", {"sharpness γ", "log"},
                    {"difference of the local entropy"}, series,
                    "Finite sizes would show as a difference that shrinks with N. Bars: standard errors.");
}

io::Json table_of(const AnnealedInstances& all) {
  io::Json rows = io::Json::array();
  for (const AnnealedPoint& point : all.points) {
    const MeanAndError energy = point.energy(), errors = point.error_share(), entropy = point.local_entropy(),
                       difference = point.difference();
    rows.push_back({{"inputs", point.inputs},
                    {"alpha", point.load},
                    {"gamma", point.gamma},
                    {"sweeps", point.runs.front().sweeps},
                    {"energy", io::number(energy.mean)},
                    {"energy_se", io::number(energy.standard_error)},
                    {"freezing_energy", io::number(point.minimisers.energy)},
                    {"entropy_left", io::number(point.theory_entropy().mean)},
                    {"errors", io::number(errors.mean)},
                    {"errors_se", io::number(errors.standard_error)},
                    {"errors_reached", io::number(point.theory_errors().mean)},
                    {"errors_freezing", io::number(point.frozen.error_probability)},
                    {"converged", fmt::format("{} of {}", entropy.count, point.runs.size())},
                    {"entropy", io::number(entropy.mean)},
                    {"entropy_se", io::number(entropy.standard_error)},
                    {"entropy_reached", io::number(point.theory_local_entropy().mean)},
                    {"entropy_freezing", io::number(point.frozen.local_entropy)},
                    {"difference", io::number(difference.mean)},
                    {"difference_se", io::number(difference.standard_error)}});
  }
  return make_table("annealing", "Ends of annealing, and theory",
                    {{"inputs", "N", 0},
                     {"alpha", "α", 0},
                     {"gamma", "γ", 4},
                     {"sweeps", "sweeps", 0},
                     {"energy", "energy per weight", 4},
                     {"energy_se", "±", 2},
                     {"freezing_energy", "at freezing", 4},
                     {"entropy_left", "entropy left at this energy", 3},
                     {"errors", "wrong patterns", 3},
                     {"errors_se", "±", 2},
                     {"errors_reached", "theory, same energy", 3},
                     {"errors_freezing", "theory, freezing", 3},
                     {"converged", "AMP converged", 0},
                     {"entropy", fmt::format("φ({})", all.distance), 5},
                     {"entropy_se", "±", 2},
                     {"entropy_reached", "theory, same energy", 5},
                     {"entropy_freezing", "theory, freezing", 5},
                     {"difference", "difference to the same energy", 2},
                     {"difference_se", "±", 2}},
                    rows,
                    "Theory at P/N patterns per weight. Same energy: that of each instance, then averaged, "
                    "where all end above freezing; otherwise the geometric mean of all (at freezing where it "
                    "lies below), since instances near freezing differ in energy by their patterns.");
}

Section section_of(const AnnealedInstances& all) {
  std::string inputs;
  for (const int N : all.sizes.inputs) inputs += fmt::format("{}{}", inputs.empty() ? "" : " and ", N);
  Section section{"instances", "What annealing on the cross-entropy finds", {}, {}, {}};
  section.text = {
      fmt::format(
          "Storage instances, N = {}, {} each, the same for every γ. Metropolis moves on E = Σ f_γ; the "
          "inverse temperature grows from 1 by the same factor every sweep, tenfold in {} sweeps, to "
          "freezing or 10^4, whichever comes first. The last configuration is measured, whatever its errors.",
          inputs, all.sizes.instances, all.sizes.sweeps_per_decade),
      "Annealing falls out of equilibrium, the earlier the sharper the loss, and ends above the energy of "
      "the minimisers. Theory is therefore given twice: at freezing, and for the Gibbs measures of the "
      "energies that were reached. Where local entropies fall at large γ and theory at freezing does not, "
      "the dynamics is the reason."};
  section.charts = {entropy_chart(all), errors_chart(all), left_chart(all), difference_chart(all)};
  section.tables = {table_of(all)};
  return section;
}

}  // namespace

MinimisersOfInstances minimisers_of_instances(const AnnealedInstances& all) {
  return {section_of(all), {errors_claim(all), flatness_claim(all), theory_claim(all), sharpness_claim(all)}};
}

}  // namespace wfm::experiments
