#include "theory/gibbs_franz_parisi.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>
#include <optional>

#include <fmt/format.h>

#include "math/error.hpp"
#include "math/newton.hpp"
#include "math/roots.hpp"
#include "theory/franz_parisi_saddle.hpp"
#include "theory/gibbs_franz_parisi_averages.hpp"
#include "theory/replica_symmetric.hpp"

namespace wfm::theory {

namespace {

constexpr double m_step = 0.2;           // of the grid of m: the weights of (GI.5) then sum to 1 to about 1e-10
constexpr double largest_step = 0.4;     // of the continuation, in ln d
constexpr double smallest_step = 0.01;   // a branch that cannot be followed in longer steps has ended
constexpr double smallest_distance = 1e-9;
constexpr double smallest_qt = 1e-20;    // a reference this free is a random configuration
constexpr double frozen_logit = -60;     // eps = 9e-27: no entropy would feel less freedom
constexpr double runaway_logit = 8;      // 1 - q = 3e-4 (1 - p^2): on the way to q = 1, where qhat diverges
constexpr double largest_atanh = 15;
constexpr double coordinate_tolerance = 1e-10;
constexpr double residual_tolerance = 1e-10;
constexpr double largest_quadrature_error = 1e-7;
constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

using Coordinates = std::array<double, 2>;  // logit eps and atanh tau of (FP.4)

void check(const GibbsFranzParisiParams& params) {
  check(GibbsChannel{params.loss, params.beta});
  require(std::isfinite(params.alpha) && params.alpha >= 0,
          fmt::format("a Franz-Parisi curve needs a finite alpha >= 0, got {}", params.alpha));
  require(std::isfinite(params.margin), fmt::format("a Franz-Parisi curve needs a finite margin, got {}", params.margin));
}

/// What every point of a curve shares.
struct Setting {
  double alpha = 0, margin = 0;
  std::optional<GibbsReference> reference;
  double counted_q = 0;  // RS overlap of the solutions that are counted
  std::string trouble;   // empty where both saddles exist
};

Setting prepare(const GibbsFranzParisiParams& params) {
  Setting setting{params.alpha, params.margin, std::nullopt, 0, ""};
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

OverlapPoint overlaps(const Setting& setting, double d, const Coordinates& x) {
  return {setting.reference->state(), d, x[0], x[1]};
}

/// Images of the overlaps under (FP.3), and what they came from.
struct Averages {
  GibbsEnergeticAverages energetic;
  EntropicAverages entropic;
};
Averages averages(const Setting& setting, const OverlapPoint& o, const QuadratureRule& rule, double refinement = 1) {
  Averages result;
  result.energetic = gibbs_energetic_averages(*setting.reference, setting.margin, o, rule, refinement);
  const EnergeticAverages& e = result.energetic.searching;
  result.entropic =
      entropic_averages(setting.reference->state(), o.distance, setting.alpha * e.score2, setting.alpha * e.cross_score);
  return result;
}

/// (FP.1)
double free_entropy(const Setting& setting, const OverlapPoint& o, const Averages& a) {
  const double qhat = setting.alpha * a.energetic.searching.score2, that = setting.alpha * a.energetic.searching.cross_score;
  const double phat = a.entropic.field + that;
  return -phat * o.p                //
         + that * o.t               //
         - qhat * o.one_minus_q / 2 //
         + a.entropic.log_2cosh     //
         + setting.alpha * a.energetic.searching.log_H;
}

FranzParisiPoint evaluate(const Setting& setting, double d, const Coordinates& x) {
  const OverlapPoint o = overlaps(setting, d, x);
  const Averages fine = averages(setting, o, gibbs_cavity_field_rule(*setting.reference, setting.margin, o, m_step / 2), 2);
  const Averages coarse = averages(setting, o, gibbs_cavity_field_rule(*setting.reference, setting.margin, o, m_step));
  const EnergeticAverages& e = fine.energetic.searching;
  FranzParisiPoint point;
  point.distance = d;
  point.p = o.p;
  point.q = o.q;
  point.t = o.t;
  point.qhat = setting.alpha * e.score2;
  point.that = setting.alpha * e.cross_score;
  point.phat = fine.entropic.field + point.that;
  point.entropy = free_entropy(setting, o, fine);
  point.slope = 2 * (point.phat - setting.alpha * fine.energetic.slope);
  point.replicon = setting.alpha * e.curvature2 * fine.entropic.sech4;
  point.residual = std::max(std::abs(fine.entropic.variance - o.variance),
                            std::abs(fine.entropic.cross - (o.t - o.p * setting.reference->state().q)));
  point.quadrature_error =
      std::max(std::abs(e.normalisation - 1), std::abs(point.entropy - free_entropy(setting, o, coarse)));
  return point;
}

bool is_frozen(const Coordinates& x) {
  return x[0] <= frozen_logit;
}

/// Searches x' = x from `x`, on a grid of m that is made at its beginning and once more where x moved.
bool search(const Setting& setting, double d, Coordinates& x) {
  for (int attempt = 0; attempt < 4; ++attempt) {
    const Coordinates start = x;
    const QuadratureRule rule = gibbs_cavity_field_rule(*setting.reference, setting.margin, overlaps(setting, d, x), m_step);
    const auto mismatch = [&](std::span<const double> at, std::span<double> f) {
      const Coordinates here{at[0], at[1]};
      f[0] = f[1] = not_a_number;
      if (here[0] > runaway_logit + 1 || std::abs(here[1]) > largest_atanh + 1) return;
      const EntropicAverages s = averages(setting, overlaps(setting, d, here), rule).entropic;
      // frozen: eps is pinned, and tau no longer matters
      const bool frozen = s.logit_eps < frozen_logit;
      f[0] = (frozen ? frozen_logit : s.logit_eps) - here[0];
      f[1] = frozen ? start[1] - here[1] : (s.atanh_tau - here[1]) / std::cosh(here[1]);
    };
    const NewtonResult found = solve_newton(mismatch, {x[0], x[1]}, {coordinate_tolerance, 30, 1e-6});
    x = {found.x[0], found.x[1]};
    if (!found.converged || x[0] > runaway_logit) return false;
    if (std::abs(x[0] - start[0]) < 0.5 && std::abs(x[1] - start[1]) < 0.25) return true;
  }
  return false;
}

FranzParisiPoint solve_point(const Setting& setting, double d, Coordinates& x) {
  if (!search(setting, d, x)) {
    return failed_point(d, x[0] > runaway_logit - 1
                               ? "no saddle point with 1 - q > 3e-4 (1 - p^2): qhat grows without bound"
                               : "the saddle-point search stalled");
  }
  FranzParisiPoint point = evaluate(setting, d, x);
  if (!std::isfinite(point.entropy + point.slope)) return failed_point(d, "the entropy is not finite");
  if (!(point.residual <= residual_tolerance))
    return failed_point(d, fmt::format("the saddle-point residual is {:.2g}", point.residual));
  if (!(point.quadrature_error <= largest_quadrature_error))
    return failed_point(d, fmt::format("the quadrature error is {:.2g}", point.quadrature_error));
  point.converged = true;
  return point;
}

/// At the typical overlap t = p, q = q_RS(kappa) and the reference's weight exerts no field: phat = that.
double typical_overlap(const Setting& setting) {
  const ReferenceState& reference = setting.reference->state();
  const double q = setting.counted_q;
  if (q <= 0) return 0;
  const auto field = [&](double p) {
    const OverlapPoint o = overlaps(setting, (1 - p) / 2, typical_coordinates(reference, p, q));
    return averages(setting, o, gibbs_cavity_field_rule(*setting.reference, setting.margin, o, m_step)).entropic.field;
  };
  // p^2 <= q qt; where reference and counted solutions differ little the root is so close to this bound that tau rounds to 1
  const double bound = std::sqrt(q * reference.q);
  return find_root(field, 0, bound * (1 - 1e-12), 1e-12).value_or(bound);
}

/// Follows the saddle from distance to distance, each step extrapolated in ln d.
class Path {
 public:
  Path(const Setting& setting, double d, const Coordinates& guess) : setting_(setting), here_(guess), ln_d_(std::log(d)) {}

  FranzParisiPoint follow_to(double d);

 private:
  FranzParisiPoint step_to(double d);

  const Setting& setting_;
  Coordinates here_;
  double ln_d_;
  std::optional<Coordinates> before_;
  double ln_d_before_ = 0;
  bool begun_ = false;
  std::string ended_;  // why the branch could not be followed further
};

FranzParisiPoint Path::step_to(double d) {
  const double ln_d = std::log(d), step = ln_d - ln_d_, last = ln_d_ - ln_d_before_;
  Coordinates guess = here_;
  const bool extrapolate = before_ && step * last > 0 && std::abs(step) < 2.5 * std::abs(last) && !is_frozen(here_);
  if (extrapolate) {
    for (std::size_t i = 0; i < 2; ++i) guess[i] += step / last * (here_[i] - (*before_)[i]);
  }
  guess[1] = std::clamp(guess[1], -largest_atanh, largest_atanh);
  FranzParisiPoint point = solve_point(setting_, d, guess);
  if (!point.converged && extrapolate) {
    guess = here_;
    point = solve_point(setting_, d, guess);
  }
  if (!point.converged) return point;
  if (begun_ && step != 0) {
    before_ = here_;
    ln_d_before_ = ln_d_;
  }
  begun_ = true;
  here_ = guess;
  ln_d_ = ln_d;
  return point;
}

FranzParisiPoint Path::follow_to(double d) {
  if (!ended_.empty()) return failed_point(d, ended_);
  double step = largest_step;
  bool jumped = false;  // where the searching weights are frozen nothing changes any more: straight to d
  while (true) {
    const double rest = std::log(d) - ln_d_;
    const bool last = std::abs(rest) <= step || (begun_ && is_frozen(here_) && !jumped);
    const double next = last ? d : std::exp(ln_d_ + std::copysign(step, rest));
    FranzParisiPoint point = step_to(next);
    if (point.converged && last) return point;
    jumped = jumped || last;
    if (point.converged) {
      step = std::min(1.5 * step, largest_step);
      continue;
    }
    step = std::min(step, std::abs(rest)) / 3;
    if (!(step >= smallest_step)) {
      ended_ = fmt::format("the branch from the typical distance ends near d = {:.6g}: {}", std::exp(ln_d_), point.reason);
      return failed_point(d, ended_);
    }
  }
}

/// Limit alpha = 0: nothing is constrained, q = p^2.
FranzParisiPoint unconstrained_point(double d) {
  FranzParisiPoint point;
  point.distance = d;
  point.p = 1 - 2 * d;
  point.q = point.p * point.p;
  point.t = 0;
  point.phat = std::atanh(point.p);
  point.slope = 2 * point.phat;
  point.entropy = data_free_entropy(d);
  point.converged = true;
  return point;
}

}  // namespace

std::vector<FranzParisiPoint> gibbs_franz_parisi_curve(const GibbsFranzParisiParams& params, std::span<const double> distances) {
  check(params);
  for (const double d : distances)
    require(d > 0 && d <= 0.5, fmt::format("a Franz-Parisi distance is in (0, 1/2], got {}", d));

  std::vector<FranzParisiPoint> points(distances.size());
  const Setting setting = params.alpha > 0 ? prepare(params) : Setting{};
  if (params.alpha == 0 || !setting.trouble.empty()) {
    for (std::size_t i = 0; i < points.size(); ++i)
      points[i] = params.alpha == 0 ? unconstrained_point(distances[i]) : failed_point(distances[i], setting.trouble);
    return points;
  }

  const double p_typ = typical_overlap(setting), d_typ = (1 - p_typ) / 2;
  std::vector<std::size_t> order(distances.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  const auto away = [&](std::size_t i) { return std::abs(std::log(distances[i] / d_typ)); };
  std::sort(order.begin(), order.end(), [&](std::size_t i, std::size_t j) { return away(i) < away(j); });

  const Coordinates typical = typical_coordinates(setting.reference->state(), p_typ, setting.counted_q);
  Path nearer(setting, d_typ, typical), farther(setting, d_typ, typical);
  for (const std::size_t i : order) {
    const double d = distances[i];
    points[i] = d < smallest_distance ? failed_point(d, fmt::format("distances below {} are not followed", smallest_distance))
                                      : (d < d_typ ? nearer : farther).follow_to(d);
  }
  return points;
}

double gibbs_typical_distance(const GibbsFranzParisiParams& params) {
  check(params);
  if (params.alpha == 0) return 0.5;
  const Setting setting = prepare(params);
  return setting.trouble.empty() ? (1 - typical_overlap(setting)) / 2 : not_a_number;
}

std::vector<CrossEntropySharpness> local_entropy_of_sharpness(double alpha, double distance, std::span<const double> gammas) {
  std::vector<CrossEntropySharpness> rows;
  for (const double gamma : gammas) {
    const GibbsLoss loss{LossKind::cross_entropy, gamma, 0};
    CrossEntropySharpness row{gamma, freezing(alpha, loss), failed_point(distance, "the references do not freeze")};
    if (row.minimisers.converged)
      row.around = gibbs_franz_parisi_curve({alpha, loss, row.minimisers.beta, 0}, {&distance, 1})[0];
    rows.push_back(row);
  }
  return rows;
}

}  // namespace wfm::theory
