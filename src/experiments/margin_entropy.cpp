// wfm reproduce margin-entropy: how many solutions have a margin, and how close they lie to each other. Binary perceptron, RS.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "experiments/document.hpp"
#include "experiments/theory_experiments.hpp"
#include "math/parallel.hpp"
#include "theory/capacity.hpp"
#include "theory/franz_parisi.hpp"
#include "theory/replica_symmetric.hpp"

namespace wfm::experiments {

namespace {

/// Everything at one alpha, margins from 0 to kappa_max.
struct MarginCurve {
  double alpha = 0, kappa_max = 0;
  std::vector<double> margin, entropy, q, p;  // p: overlap with typical margin-0 solutions
};

MarginCurve margin_curve(double alpha, int points) {
  MarginCurve curve;
  curve.alpha = alpha;
  curve.kappa_max = theory::max_margin(alpha).kappa_max;
  for (int j = 0; j < points; ++j) {
    const double kappa = curve.kappa_max * j / (points - 1);
    const auto rs = theory::rs_entropy({alpha, kappa});
    curve.margin.push_back(kappa);
    curve.entropy.push_back(rs.entropy);
    curve.q.push_back(rs.q);
    curve.p.push_back(1 - 2 * theory::typical_distance({alpha, kappa, 0}));
  }
  return curve;
}

/// Largest (or, for a falling curve, least negative) step of y along x: below zero where y falls everywhere.
double steepest_rise(const std::vector<double>& x, const std::vector<double>& y) {
  double rise = -std::numeric_limits<double>::infinity();
  for (std::size_t j = 1; j < x.size(); ++j) {
    const double slope = (y[j] - y[j - 1]) / (x[j] - x[j - 1]);
    rise = std::isfinite(slope) ? std::max(rise, slope) : std::numeric_limits<double>::quiet_NaN();
    if (std::isnan(rise)) break;
  }
  return rise;
}

Series series_of(const MarginCurve& curve, const std::vector<double>& y, int color) {
  Series series;
  series.name = fmt::format("α = {}", curve.alpha);
  series.x = curve.margin;
  series.y = y;
  series.color = color;
  return series;
}

std::vector<double> negated(std::vector<double> values) {
  for (double& value : values) value = -value;
  return values;
}

io::Json rarity_claim(const std::vector<MarginCurve>& curves) {
  double rise = -std::numeric_limits<double>::infinity();
  for (const auto& curve : curves) rise = std::max(rise, steepest_rise(curve.margin, curve.entropy));
  const auto typical = theory::rs_entropy({0.5, 0}), wide = theory::rs_entropy({0.5, 0.2});
  return to_json(Claim{
      verdict(std::isfinite(rise), rise < 0), "Solutions of higher margin are exponentially rarer.",
      "the RS entropy falls with the margin at every α: largest slope dφ/dκ between neighbouring margins "
      "below zero",
      fmt::format("largest slope {:.4f}; at α = 0.5 the entropy falls from {:.6f} (κ = 0) to {:.6f} (κ = "
                  "0.2), one solution in exp({:.4f} N)",
                  rise, typical.entropy, wide.entropy, typical.entropy - wide.entropy),
      "[A]"});
}

io::Json closeness_claim(const std::vector<MarginCurve>& curves) {
  double fall = -std::numeric_limits<double>::infinity();
  std::string evidence;
  for (const auto& curve : curves) {
    fall = std::max(fall, steepest_rise(curve.margin, negated(curve.q)));
    evidence +=
        fmt::format("; α = {}: q from {:.4f} to {:.4f}", curve.alpha, curve.q.front(), curve.q.back());
  }
  return to_json(
      Claim{verdict(std::isfinite(fall), fall < 0), "Solutions of higher margin lie closer to each other.",
            "the typical overlap q(κ) grows with the margin at every α: smallest slope dq/dκ above zero",
            fmt::format("smallest slope {:.4f}{} (κ from 0 to κ_max)", -fall, evidence), "[A]"});
}

/// Typical margin-0 solutions are further from a margin-kappa one than those are from each other.
io::Json centre_claim(const std::vector<MarginCurve>& curves) {
  bool decided = true, holds = true;
  std::string evidence;
  for (const auto& curve : curves) {
    const double q0 = curve.q.front(), p = curve.p.back(), q = curve.q.back();
    decided = decided && std::isfinite(p);
    holds = holds && q0 < p && p < q;
    evidence += fmt::format("{}α = {}: {:.4f} < {:.4f} < {:.4f}", evidence.empty() ? "" : "; ", curve.alpha,
                            q0, p, q);
  }
  return to_json(
      Claim{verdict(decided, holds),
            "Solutions of high margin sit in the middle of the others: a typical solution overlaps "
            "more with one of them than with another typical one.",
            "q(0) < p(κ_max, 0) < q(κ_max) at every α, p the overlap of typical solutions of margin "
            "κ_max and 0",
            evidence, "[A]"});
}

}  // namespace

std::optional<io::Json> margin_entropy(const ExperimentSettings& settings) {
  const std::vector<double> alphas{0.3, 0.4, 0.5, 0.6, 0.7, 0.8};
  const int points = settings.quick ? 41 : 161;
  Steps steps(settings, std::int64_t(alphas.size()) + 1);
  std::vector<MarginCurve> curves(alphas.size());
  parallel_for(alphas.size(), settings.threads, [&](std::size_t j) {
    if (steps.interrupted()) return;
    curves[j] = margin_curve(alphas[j], points);
    steps.done(fmt::format("alpha {}", alphas[j]));
  });
  if (steps.interrupted()) return std::nullopt;
  Series largest;
  largest.name = "κ_max, zero of the RS entropy";
  const double alpha_c = theory::capacity(0).alpha_c;
  for (int j = 0; j < points; ++j) {
    largest.x.push_back(0.1 + (alpha_c - 0.1) * j / (points - 1) * (1 - 1e-9));
    largest.y.push_back(theory::max_margin(largest.x.back()).kappa_max);
  }
  steps.done("largest margin");

  std::vector<Series> entropy, overlap, to_typical;
  for (std::size_t j = 0; j < curves.size(); ++j) {
    entropy.push_back(series_of(curves[j], curves[j].entropy, int(j)));
    overlap.push_back(series_of(curves[j], curves[j].q, int(j)));
    to_typical.push_back(series_of(curves[j], curves[j].p, int(j)));
  }
  Section section{"margins", "Solutions with margin", {}, {}, {}};
  section.text = {
      "Binary perceptron, random patterns, N to infinity, replica symmetric. The entropy is the logarithm of "
      "the "
      "number of solutions with margin at least κ, per weight; it is zero at κ_max(α)."};
  section.charts = {
      make_chart("entropy", "Entropy of solutions with margin", {"margin κ"}, {"RS entropy per weight"},
                 entropy, "Each curve ends at κ_max(α), where the entropy vanishes."),
      make_chart(
          "kappa-max", "Largest margin", {"load α"}, {"κ_max"}, {largest},
          fmt::format("The margin at which the RS entropy vanishes; zero at the capacity α_c = {:.6f}.",
                      alpha_c)),
      make_chart("overlap", "Overlap of two typical solutions", {"margin κ"}, {"overlap q"}, overlap,
                 "Both of the same margin."),
      make_chart("overlap-with-typical", "Overlap with typical solutions", {"margin κ"}, {"overlap p"},
                 to_typical,
                 "A typical solution of margin κ and a typical one of margin 0 of the same patterns.")};
  for (auto& chart : section.charts) chart["overview"] = true;
  io::Json rows = io::Json::array();
  for (const auto& curve : curves)
    for (std::size_t j = 0; j < curve.margin.size(); ++j)
      rows.push_back({{"alpha", curve.alpha},
                      {"margin", curve.margin[j]},
                      {"entropy", io::number(curve.entropy[j])},
                      {"q", io::number(curve.q[j])},
                      {"p", io::number(curve.p[j])}});
  section.tables = {make_table(
      "margin-entropy", "All points",
      {{"alpha", "α", 0}, {"margin", "κ", 6}, {"entropy", "entropy", 8}, {"q", "q", 8}, {"p", "p", 8}},
      rows)};

  Document document{"margin-entropy",
                    "Solutions with margin",
                    "Entropy, largest margin and overlaps of the solutions of a random binary perceptron",
                    {},
                    {},
                    {}};
  document.facts = {{"method", "replica symmetric"},
                    {"loads", fmt::format("{} from {} to {}", alphas.size(), alphas.front(), alphas.back())}};
  document.findings = {rarity_claim(curves), closeness_claim(curves), centre_claim(curves)};
  document.sections = {to_json(section)};
  return to_json(document, settings, steps.seconds());
}

}  // namespace wfm::experiments
