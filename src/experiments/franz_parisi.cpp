// wfm reproduce franz-parisi: solutions around typical solutions of a given margin, as a function of distance. Binary perceptron, RS.
#include "theory/franz_parisi.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "experiments/document.hpp"
#include "experiments/theory_experiments.hpp"
#include "math/field.hpp"
#include "math/parallel.hpp"
#include "theory/capacity.hpp"

namespace wfm::experiments {

namespace {

constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();
constexpr double read_off = 0.02;  // distance at which curves are compared in the claims

struct Curve {
  double alpha = 0, kappa_r = 0;
  bool maximum = false;  // kappa_r = kappa_max(alpha)
  std::vector<theory::FranzParisiPoint> points;
};

/// Distances 1e-5 ... 0.5, evenly in ln d, and those that are read off.
std::vector<double> figure_distances(int count) {
  std::vector<double> distances{read_off, 0.1};
  for (int j = 0; j < count; ++j) distances.push_back(1e-5 * std::pow(0.5 / 1e-5, j / (count - 1.0)));
  distances.back() = 0.5;
  std::sort(distances.begin(), distances.end());
  return distances;
}

/// Least entropy of the points with d <= d_max; NaN without any, or where one of them has not converged.
double least_entropy(const Curve& curve, double d_max) {
  double least = std::numeric_limits<double>::infinity();
  for (const auto& point : curve.points) {
    if (point.distance > d_max) continue;
    if (!point.converged) return not_a_number;
    least = std::min(least, point.entropy);
  }
  return std::isfinite(least) ? least : not_a_number;
}

const theory::FranzParisiPoint& point_at(const Curve& curve, double d) {
  return *std::min_element(curve.points.begin(), curve.points.end(), [d](const auto& a, const auto& b) {
    return std::abs(a.distance - d) < std::abs(b.distance - d);
  });
}

std::string margin_name(const Curve& curve) {
  return curve.maximum ? fmt::format("κ_r = κ_max = {:.4f}", curve.kappa_r)
                       : fmt::format("κ_r = {}", curve.kappa_r);
}

std::vector<const Curve*> at_load(const std::vector<Curve>& curves, double alpha) {
  std::vector<const Curve*> found;
  for (const Curve& curve : curves)
    if (curve.alpha == alpha) found.push_back(&curve);
  return found;
}

io::Json chart_of(const std::vector<Curve>& curves, double alpha, const std::vector<double>& distances) {
  std::vector<Series> all;
  for (const Curve* curve : at_load(curves, alpha)) {
    Series series;
    series.name = margin_name(*curve);
    series.color = int(all.size());
    for (const auto& point : curve->points) {
      series.x.push_back(point.distance);
      series.y.push_back(point.converged ? point.entropy / binary_entropy(point.distance) : not_a_number);
    }
    all.push_back(series);
  }
  Series bound;
  bound.name = "data-free bound";
  bound.group = SeriesGroup::bound;
  bound.dashed = true;
  bound.x = distances;
  bound.y.assign(distances.size(), 1);
  all.push_back(bound);
  Series nothing;
  nothing.name = "no solutions below";
  nothing.group = SeriesGroup::bound;
  nothing.x = distances;
  nothing.y.assign(distances.size(), 0);
  all.push_back(nothing);
  io::Json chart = make_chart(fmt::format("franz-parisi-{}", alpha),
                              fmt::format("Solutions around a solution of margin κ_r, α = {}", alpha),
                              {"distance d", "log"}, {"φ_FP(d) / h(d)"}, all,
                              "Entropy of solutions at distance d from a typical solution of margin κ_r, "
                              "over that of all configurations at d, "
                              "h(d) = -d ln d - (1-d) ln(1-d). Below zero there are none. Where a curve is "
                              "missing there is no saddle point.");
  chart["overview"] = true;
  return chart;
}

io::Json near_chart(const std::vector<Curve>& curves, double alpha, double d_max) {
  std::vector<Series> all;
  for (const Curve* curve : at_load(curves, alpha)) {
    Series series;
    series.name = margin_name(*curve);
    series.color = int(all.size());
    for (const auto& point : curve->points) {
      if (point.distance > d_max) continue;
      series.x.push_back(point.distance);
      series.y.push_back(point.converged ? point.entropy : not_a_number);
    }
    all.push_back(series);
  }
  io::Json chart =
      make_chart("franz-parisi-near", fmt::format("The entropy itself, near the reference, α = {}", alpha),
                 {"distance d"}, {"φ_FP(d)"}, all, "The same curves on linear axes.");
  chart["overview"] = true;
  return chart;
}

io::Json isolation_claim(const std::vector<double>& alphas) {
  bool decided = true, holds = true;
  std::string evidence;
  for (const double alpha : alphas) {
    const double d0 = theory::zero_entropy_distance({alpha, 0, 0});
    decided = decided && std::isfinite(d0);
    if (!std::isfinite(d0)) continue;
    const auto inside = theory::franz_parisi_curve({alpha, 0, 0}, std::vector<double>{d0 / 2}).front();
    decided = decided && inside.converged;
    holds = holds && inside.entropy < 0;
    evidence +=
        fmt::format("{}α = {}: none within d = {:.6f}, φ_FP({:.2g}) = {:.6f}{}", evidence.empty() ? "" : "; ",
                    alpha, d0, d0 / 2, inside.entropy, inside.replicon < 1 ? "" : " (RS unstable there)");
  }
  return to_json(Claim{
      verdict(decided, holds), "Typical solutions are isolated.",
      "φ_FP around typical margin-0 solutions has a zero at a positive distance and is negative below it",
      evidence, "[A], [B]"});
}

io::Json surrounded_claim(const std::vector<Curve>& curves, const std::vector<double>& alphas) {
  bool decided = true, holds = true;
  std::string evidence;
  for (const double alpha : alphas) {
    double without_gap = not_a_number;
    for (const Curve* curve : at_load(curves, alpha)) {
      if (!(curve->kappa_r > 0)) continue;
      const auto& nearest = curve->points.front();
      if (nearest.converged)
        holds = holds && nearest.entropy > 0;
      else
        decided = decided && curve->kappa_r < 0.02;  // the saddle is lost for the smallest margins
      if (std::isnan(without_gap) && least_entropy(*curve, 0.3) > 0) without_gap = curve->kappa_r;
    }
    evidence += fmt::format("{}α = {}: no gap from κ_r = {:.4g} on", evidence.empty() ? "" : "; ", alpha,
                            without_gap);
  }
  return to_json(Claim{
      verdict(decided, holds),
      "A solution of positive margin is surrounded by exponentially many others, immediately around it.",
      "φ_FP > 0 at d = 1e-5 for every κ_r from 0.02 to κ_max; and the smallest κ_r of the figure whose curve "
      "is "
      "positive at all distances up to 0.3",
      evidence +
          ". Below that margin a gap of distances without solutions lies between the near ones and the rest.",
      "[A]"});
}

io::Json growth_claim(const std::vector<Curve>& curves, const std::vector<double>& alphas) {
  bool decided = true, holds = true;
  std::string evidence;
  for (const double alpha : alphas) {
    std::string values;
    double before = -std::numeric_limits<double>::infinity();
    for (const Curve* curve : at_load(curves, alpha)) {
      const auto& point = point_at(*curve, read_off);
      decided = decided && point.converged;
      holds = holds && point.entropy > before;
      before = point.entropy;
      values += fmt::format("{}{:.4f}", values.empty() ? "" : ", ", point.entropy);
    }
    evidence += fmt::format("{}α = {}: {}", evidence.empty() ? "" : "; ", alpha, values);
  }
  return to_json(
      Claim{verdict(decided, holds), "The local entropy grows with the margin of the reference.",
            fmt::format("φ_FP(d = {}) increases along the margins of the figure, κ_r = 0 to κ_max", read_off),
            evidence, "[A]"});
}

io::Json reach_claim(const std::vector<Curve>& curves, const std::vector<double>& alphas) {
  bool decided = true, holds = true;
  std::string evidence;
  for (const double alpha : alphas) {
    const Curve* curve = at_load(curves, alpha).back();
    const double typical = theory::typical_distance({alpha, curve->kappa_r, 0});
    const double least = least_entropy(*curve, typical);
    const auto& point = point_at(*curve, 0.1);
    decided = decided && std::isfinite(least) && std::isfinite(typical) && point.converged;
    holds = holds && least > 0;
    evidence += fmt::format(
        "{}α = {}: positive up to the typical distance {:.4f}, φ_FP(0.1) = {:.4f} of at most {:.4f}",
        evidence.empty() ? "" : "; ", alpha, typical, point.entropy, binary_entropy(0.1));
  }
  return to_json(
      Claim{verdict(decided, holds),
            "The dense regions around high-margin solutions reach far: out to where typical solutions lie.",
            "φ_FP around κ_max references is positive at every distance of the grid up to the typical one",
            evidence, "[A]"});
}

io::Json table_of(const std::vector<Curve>& curves) {
  io::Json rows = io::Json::array();
  for (const auto& curve : curves)
    for (const auto& point : curve.points)
      rows.push_back({{"alpha", curve.alpha},
                      {"margin_ref", curve.kappa_r},
                      {"distance", point.distance},
                      {"entropy", io::number(point.entropy)},
                      {"slope", io::number(point.slope)},
                      {"q", io::number(point.q)},
                      {"replicon", io::number(point.replicon)},
                      {"converged", point.converged}});
  return make_table("franz-parisi", "All points",
                    {{"alpha", "α", 0},
                     {"margin_ref", "κ_r", 6},
                     {"distance", "d", 6},
                     {"entropy", "φ_FP", 9},
                     {"slope", "slope", 6},
                     {"q", "q", 8},
                     {"replicon", "replicon", 4},
                     {"converged", "converged", 0}},
                    rows, "The RS saddle is locally stable where the replicon is below 1.");
}

}  // namespace

std::optional<io::Json> franz_parisi(const ExperimentSettings& settings) {
  const std::vector<double> alphas{0.3, 0.5, 0.7};
  const auto distances = figure_distances(settings.quick ? 60 : 240);
  std::vector<Curve> curves;
  for (const double alpha : alphas) {
    const double kappa_max = theory::max_margin(alpha).kappa_max;
    for (const double kappa : {0.0, 0.02, 0.05, 0.1, 0.2, 0.4})
      if (kappa < kappa_max) curves.push_back({alpha, kappa, false, {}});
    curves.push_back({alpha, kappa_max, true, {}});
  }
  Steps steps(settings, std::int64_t(curves.size()));
  parallel_for(curves.size(), settings.threads, [&](std::size_t c) {
    if (steps.interrupted()) return;
    curves[c].points = theory::franz_parisi_curve({curves[c].alpha, curves[c].kappa_r, 0}, distances);
    steps.done(fmt::format("alpha {}, {}", curves[c].alpha, margin_name(curves[c])));
  });
  if (steps.interrupted()) return std::nullopt;

  Section section{"curves", "Franz-Parisi entropy", {}, {}, {}};
  section.text = {
      "Binary perceptron, random patterns, N to infinity, replica symmetric: the number of solutions at "
      "distance d from a typical solution that has margin κ_r."};
  for (const double alpha : alphas) section.charts.push_back(chart_of(curves, alpha, distances));
  section.charts.push_back(near_chart(curves, 0.5, 0.05));
  section.tables = {table_of(curves)};
  Document document{"franz-parisi",
                    "Solutions around solutions",
                    "Franz-Parisi entropy of the binary perceptron around references of every margin",
                    {},
                    {},
                    {}};
  document.facts = {{"method", "replica symmetric"},
                    {"curves", fmt::format("{}", curves.size())},
                    {"distances", fmt::format("{}", distances.size())}};
  document.findings = {isolation_claim(alphas), surrounded_claim(curves, alphas),
                       growth_claim(curves, alphas), reach_claim(curves, alphas)};
  document.sections = {to_json(section)};
  return to_json(document, settings, steps.seconds());
}

}  // namespace wfm::experiments
