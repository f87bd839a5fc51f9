#include "theory/gibbs_franz_parisi_saddle.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "theory/franz_parisi_saddle.hpp"

namespace wfm::theory {

namespace {

constexpr double m_step = 0.17;       // of the grid of m: the weights of (GI.5) then sum to 1 to about 1e-10
constexpr double frozen_logit = -60;  // eps = 9e-27: no entropy would feel less freedom
constexpr double runaway_logit = 8;   // 1 - q = 3e-4 (1 - p^2): on the way to q = 1, where qhat diverges
constexpr double largest_atanh = 15;
constexpr double coordinate_tolerance = 3e-11;
constexpr double residual_tolerance = 1e-10;
constexpr double largest_quadrature_error = 1e-7;
constexpr double rounding_slack = 100;
constexpr int most_steps = 25;

using Vector2 = std::array<double, 2>;

double norm(const Vector2& v) {
  return std::hypot(v[0], v[1]);
}

OverlapPoint overlaps(const GibbsSetting& setting, double d, const Vector2& x) {
  return {setting.reference->state(), d, x[0], x[1]};
}

QuadratureRule rule_at(const GibbsSetting& setting, const OverlapPoint& o, double refinement = 1) {
  return gibbs_cavity_field_rule(*setting.reference, setting.margin, o, m_step / refinement);
}

struct Averages {
  GibbsEnergeticAverages energetic;
  EntropicAverages entropic;
};
Averages averages(const GibbsSetting& setting, const OverlapPoint& o, const QuadratureRule& rule,
                  double refinement = 1) {
  Averages result;
  result.energetic = gibbs_energetic_averages(*setting.reference, setting.margin, o, rule, refinement);
  const EnergeticAverages& e = result.energetic.searching;
  result.entropic = entropic_averages(setting.reference->state(), o.distance, setting.alpha * e.score2,
                                      setting.alpha * e.cross_score);
  return result;
}

/// (FP.1)
double free_entropy(const GibbsSetting& setting, const OverlapPoint& o, const Averages& a) {
  const EnergeticAverages& e = a.energetic.searching;
  const double qhat = setting.alpha * e.score2, that = setting.alpha * e.cross_score;
  const double phat = a.entropic.field + that;
  return -phat * o.p                 //
         + that * o.t                //
         - qhat * o.one_minus_q / 2  //
         + a.entropic.log_2cosh      //
         + setting.alpha * e.log_H;
}

/// Newton's method with Broyden's update of the Jacobian, on a grid of m that is kept while x moves little.
class Search {
 public:
  Search(const GibbsSetting& setting, double d, GibbsSaddle& saddle)
      : setting_(setting), d_(d), x_(saddle.x), jacobian_(saddle.jacobian) {
    make_rule();
  }

  std::string run();
  GibbsSaddle saddle() const { return {x_, jacobian_}; }

 private:
  void make_rule() {
    rule_ = rule_at(setting_, overlaps(setting_, d_, x_));
    rule_x_ = x_;
    f_ = mismatch(x_);
  }
  Vector2 mismatch(const Vector2& x) const;
  void difference_jacobian();
  Vector2 newton_step() const;
  bool try_step(const Vector2& step, double needed_descent);
  bool done(double slack = 1) const;

  const GibbsSetting& setting_;
  double d_;
  Vector2 x_, f_{};  // f = x'(x) - x
  std::optional<std::array<Vector2, 2>> jacobian_;
  QuadratureRule rule_;
  Vector2 rule_x_{};
};

Vector2 Search::mismatch(const Vector2& x) const {
  const EntropicAverages s = averages(setting_, overlaps(setting_, d_, x), rule_).entropic;
  if (s.logit_eps < frozen_logit) return {frozen_logit - x[0], 0};  // tau no longer matters
  return {s.logit_eps - x[0], s.atanh_tau - x[1]};
}

/// Overlaps feel a change of x by sqrt(eps) of it, and atanh magnifies tau by 1/(1 - tau^2).
bool Search::done(double slack) const {
  const double tolerance = slack * coordinate_tolerance / std::clamp(std::exp(x_[0] / 2), 1e-4, 1.0);
  const bool frozen = x_[0] <= frozen_logit && f_[0] <= 0;
  return frozen || (std::abs(f_[0]) <= tolerance && std::abs(f_[1]) / std::cosh(x_[1]) <= tolerance);
}

void Search::difference_jacobian() {
  constexpr double h = 1e-5;
  jacobian_.emplace();
  for (std::size_t column = 0; column < 2; ++column) {
    Vector2 y = x_;
    y[column] += h;
    const Vector2 f = mismatch(y);
    for (std::size_t row = 0; row < 2; ++row) (*jacobian_)[row][column] = (f[row] - f_[row]) / h;
  }
}

/// -J^-1 f, shortened to (4, 1); where J is singular, a plain step.
Vector2 Search::newton_step() const {
  const auto& J = *jacobian_;
  const double determinant = J[0][0] * J[1][1] - J[0][1] * J[1][0];
  Vector2 step{-(J[1][1] * f_[0] - J[0][1] * f_[1]) / determinant,
               -(J[0][0] * f_[1] - J[1][0] * f_[0]) / determinant};
  if (!std::isfinite(step[0]) || !std::isfinite(step[1])) step = f_;
  const double shortening = std::min({1.0, 4 / std::abs(step[0]), 1 / std::abs(step[1])});
  return {shortening * step[0], shortening * step[1]};
}

/// Takes the step if |f| falls to `needed_descent` of what it was, with the smallest change of J that explains it.
bool Search::try_step(const Vector2& step, double needed_descent) {
  const Vector2 y{std::max(x_[0] + step[0], frozen_logit),
                  std::clamp(x_[1] + step[1], -largest_atanh, largest_atanh)};
  const Vector2 taken{y[0] - x_[0], y[1] - x_[1]};
  const Vector2 f = mismatch(y);
  if (!(norm(f) < needed_descent * norm(f_)) || norm(taken) == 0) return false;
  auto& J = *jacobian_;
  for (std::size_t row = 0; row < 2; ++row) {
    const double miss = f[row] - f_[row] - J[row][0] * taken[0] - J[row][1] * taken[1];
    for (std::size_t column = 0; column < 2; ++column)
      J[row][column] += miss * taken[column] / (taken[0] * taken[0] + taken[1] * taken[1]);
  }
  x_ = y;
  f_ = f;
  if (std::abs(x_[0] - rule_x_[0]) > 1 || std::abs(x_[1] - rule_x_[1]) > 0.5) make_rule();
  return true;
}

std::string Search::run() {
  for (int step = 0; step < most_steps && !done(); ++step) {
    if (!std::isfinite(norm(f_))) return "the averages are not finite";
    if (x_[0] > runaway_logit) return "no saddle point with 1 - q > 3e-4 (1 - p^2): qhat grows without bound";
    if (jacobian_ && try_step(newton_step(), 0.5)) continue;
    difference_jacobian();
    const Vector2 full = newton_step();
    bool taken = false;
    for (double fraction = 1; fraction > 0.1 && !taken; fraction /= 2)
      taken = try_step({fraction * full[0], fraction * full[1]}, 1);
    if (!taken && !try_step(f_, 1)) break;
  }
  // where rounding ends the descent the residual, evaluated anew, decides
  return done(rounding_slack) ? "" : "the saddle-point search stalled";
}

}  // namespace

std::string find_gibbs_saddle(const GibbsSetting& setting, double d, GibbsSaddle& saddle) {
  Search search(setting, d, saddle);
  std::string trouble = search.run();
  if (trouble.empty()) saddle = search.saddle();
  return trouble;
}

FranzParisiPoint evaluate_gibbs_point(const GibbsSetting& setting, double d, const Vector2& x) {
  const OverlapPoint o = overlaps(setting, d, x);
  const Averages coarse = averages(setting, o, rule_at(setting, o)),
                 fine = averages(setting, o, rule_at(setting, o, 2), 2);
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

  if (!std::isfinite(point.entropy + point.slope)) return failed_point(d, "the entropy is not finite");
  if (!(point.residual <= residual_tolerance))
    return failed_point(d, fmt::format("the saddle-point residual is {:.2g}", point.residual));
  if (!(point.quadrature_error <= largest_quadrature_error))
    return failed_point(d, fmt::format("the quadrature error is {:.2g}", point.quadrature_error));
  point.converged = true;
  return point;
}

double gibbs_reference_field(const GibbsSetting& setting, double d, const Vector2& x) {
  const OverlapPoint o = overlaps(setting, d, x);
  return averages(setting, o, rule_at(setting, o)).entropic.field;
}

bool is_frozen(const GibbsSaddle& saddle) {
  return saddle.x[0] <= frozen_logit;
}

}  // namespace wfm::theory
