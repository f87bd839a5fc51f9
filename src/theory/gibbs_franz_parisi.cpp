#include "theory/gibbs_franz_parisi.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <optional>

#include <fmt/format.h>

#include "math/error.hpp"
#include "math/roots.hpp"
#include "theory/franz_parisi_path.hpp"
#include "theory/franz_parisi_saddle.hpp"
#include "theory/gibbs_franz_parisi_saddle.hpp"
#include "theory/replica_symmetric.hpp"

namespace wfm::theory {

namespace {

constexpr double smallest_distance = 1e-9;
constexpr double smallest_qt = 1e-20;  // a reference this free is a random configuration
constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

void check(const GibbsFranzParisiParams& params) {
  check(GibbsChannel{params.loss, params.beta});
  require(std::isfinite(params.alpha) && params.alpha >= 0,
          fmt::format("a Franz-Parisi curve needs a finite alpha >= 0, got {}", params.alpha));
  require(std::isfinite(params.margin),
          fmt::format("a Franz-Parisi curve needs a finite margin, got {}", params.margin));
}

GibbsSetting prepare(const GibbsFranzParisiParams& params) {
  GibbsSetting setting{params.alpha, params.margin, std::nullopt, 0, ""};
  const GibbsState state = gibbs_measure(params.alpha, params.loss, params.beta);
  if (!state.converged) {
    setting.trouble = "reference: " + state.reason;
    return setting;
  }
  const RsResult counted = rs_entropy({params.alpha, params.margin});
  if (!counted.converged) {
    setting.trouble = "solutions with the margin: " + counted.reason;
    return setting;
  }
  setting.counted_q = counted.q;
  setting.reference.emplace(GibbsChannel{params.loss, params.beta}, std::max(state.q, smallest_qt),
                            std::max(state.qhat, smallest_qt));
  return setting;
}

/// At the typical overlap t = p, q = q_RS(kappa) and the reference's weight exerts no field: phat = that.
double typical_overlap(const GibbsSetting& setting) {
  const ReferenceState& reference = setting.reference->state();
  const double q = setting.counted_q;
  if (q <= 0) return 0;
  const auto field = [&](double p) {
    return gibbs_reference_field(setting, (1 - p) / 2, typical_coordinates(reference, p, q));
  };
  // p^2 <= q qt; where reference and counted solutions differ little the root is so close to this bound that tau rounds to 1
  const double bound = std::sqrt(q * reference.q);
  return find_root(field, 0, bound * (1 - 1e-12), 1e-10).value_or(bound);
}

struct GibbsSolver {
  using Problem = GibbsSetting;
  using Saddle = GibbsSaddle;
  static constexpr double largest_step = 0.4, smallest_step = 0.02;
  static constexpr std::size_t points_of_prediction = 2;

  const Problem& setting;

  std::string find(double d, Saddle& start) const { return find_gibbs_saddle(setting, d, start); }
  FranzParisiPoint point(double d, const Saddle& saddle) const {
    return evaluate_gibbs_point(setting, d, saddle.x);
  }
};
using Path = SaddlePath<GibbsSolver>;

}  // namespace

std::vector<FranzParisiPoint> gibbs_franz_parisi_curve(const GibbsFranzParisiParams& params,
                                                       std::span<const double> distances) {
  check(params);
  for (const double d : distances)
    require(d > 0 && d <= 0.5, fmt::format("a Franz-Parisi distance is in (0, 1/2], got {}", d));

  std::vector<FranzParisiPoint> points(distances.size());
  const GibbsSetting setting = params.alpha > 0 ? prepare(params) : GibbsSetting{};
  if (params.alpha == 0 || !setting.trouble.empty()) {
    for (std::size_t i = 0; i < points.size(); ++i)
      points[i] =
          params.alpha == 0 ? unconstrained_point(distances[i]) : failed_point(distances[i], setting.trouble);
    return points;
  }

  const double p_typ = typical_overlap(setting), d_typ = (1 - p_typ) / 2;
  std::vector<std::size_t> order(distances.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  const auto away = [&](std::size_t i) { return std::abs(std::log(distances[i] / d_typ)); };
  std::sort(order.begin(), order.end(), [&](std::size_t i, std::size_t j) { return away(i) < away(j); });

  const GibbsSaddle typical{typical_coordinates(setting.reference->state(), p_typ, setting.counted_q),
                            std::nullopt};
  Path nearer(setting, d_typ, typical), farther(setting, d_typ, typical);
  for (const std::size_t i : order) {
    const double d = distances[i];
    points[i] = d < smallest_distance
                    ? failed_point(d, fmt::format("distances below {} are not followed", smallest_distance))
                    : (d < d_typ ? nearer : farther).follow_to(d);
  }
  return points;
}

double gibbs_typical_distance(const GibbsFranzParisiParams& params) {
  check(params);
  if (params.alpha == 0) return 0.5;
  const GibbsSetting setting = prepare(params);
  return setting.trouble.empty() ? (1 - typical_overlap(setting)) / 2 : not_a_number;
}

std::vector<CrossEntropySharpness> local_entropy_of_sharpness(double alpha, double distance,
                                                              std::span<const double> gammas) {
  std::vector<CrossEntropySharpness> rows;
  for (const double gamma : gammas) {
    const GibbsLoss loss{LossKind::cross_entropy, gamma, 0};
    CrossEntropySharpness row{gamma, freezing(alpha, loss),
                              failed_point(distance, "the references do not freeze")};
    if (row.minimisers.converged)
      row.around = gibbs_franz_parisi_curve({alpha, loss, row.minimisers.beta, 0}, {&distance, 1})[0];
    rows.push_back(row);
  }
  return rows;
}

}  // namespace wfm::theory
