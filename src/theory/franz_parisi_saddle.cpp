#include "theory/franz_parisi_saddle.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace wfm::theory {

namespace {

constexpr double frozen_logit = -60;  // eps = 9e-27: no entropy would feel less freedom
constexpr double runaway_logit = 8;   // 1 - q = 3e-4 (1 - p^2): on the way to q = 1, where qhat diverges
constexpr double largest_atanh = 15;
constexpr double coordinate_tolerance = 1e-9;
constexpr double sharp_coordinate_tolerance = 1e-11;  // where the first leaves a residual above its bound
constexpr double residual_tolerance = 1e-10;
constexpr double largest_quadrature_error = 1e-7;
constexpr double largest_units_error = 1e-5;  // of K units, on a coarser grid than is in use
constexpr int most_steps = 50;

using Vector2 = std::array<double, 2>;

double norm(const Vector2& v) {
  return std::hypot(v[0], v[1]);
}

/// What a pattern contributes, and dG_E/dP.
using PatternPart = UnitsAverages;

PatternPart pattern_part(const SaddleProblem& problem, const OverlapPoint& o, const PatternGrid& grid,
                         Entropies entropies, bool with_curvature = false) {
  if (problem.units)
    return problem.units->averages(problem.reference, o, grid.units, entropies, with_curvature);
  PatternPart part{energetic_averages(problem.reference, problem.margin, o, grid.m, entropies), 0};
  if (entropies == Entropies::with)
    part.slope = energetic_slope(problem.reference, problem.margin, o, grid.m);
  return part;
}

EntropicAverages weights_part(const SaddleProblem& problem, double d, const Conjugates& c, double shift,
                              Entropies entropies) {
  if (problem.prior == Prior::spherical)
    return spherical_entropic_averages(problem.reference, d, c.qhat, c.that);
  EntropicAverages s = entropic_averages(problem.reference, d, c.qhat, c.that, shift, entropies);
  if (has_uncorrelated_references(problem)) s.atanh_tau = 0;
  return s;
}

class Search {
 public:
  Search(const SaddleProblem& problem, double d, const Saddle& start)
      : problem_(problem), d_(d), jacobian_(start.jacobian) {
    restart(start.x);
    has_jacobian_ = start.has_jacobian;
  }

  void restart(const Vector2& x) {
    x_ = x;
    has_jacobian_ = false;
    make_grid();
    f_ = mismatch(x_);
  }
  bool newton();
  bool plain_iteration(int steps);
  bool runaway() const { return x_[0] > runaway_logit; }
  // atanh magnifies the rounding of tau by 1/(1 - tau^2)
  bool done() const {
    const bool frozen = x_[0] <= frozen_logit && f_[0] <= 0;
    return frozen || (std::abs(f_[0]) <= tolerance_ && std::abs(f_[1]) / std::cosh(x_[1]) <= tolerance_);
  }
  void sharpen() { tolerance_ = sharp_coordinate_tolerance; }
  // the rules of K units are coarse: a residual says how well the equations are solved only on the grid they were solved on
  FranzParisiPoint evaluate() const {
    return problem_.units ? evaluate_point(problem_, overlaps(x_), grid_) : evaluate_point(problem_, d_, x_);
  }
  Saddle saddle() const { return {x_, jacobian_, has_jacobian_}; }

 private:
  void make_grid() {
    grid_ = pattern_grid(problem_, overlaps(x_));
    grid_x_ = x_;
  }
  OverlapPoint overlaps(const Vector2& x) const { return {problem_.reference, d_, x[0], x[1]}; }
  Vector2 mismatch(const Vector2& x);
  void difference_jacobian();
  void broyden_update(const Vector2& step, const Vector2& f_new);
  Vector2 newton_step() const;
  void move_to(const Vector2& x, const Vector2& f);

  const SaddleProblem& problem_;
  double d_;
  double tolerance_ = coordinate_tolerance;
  Vector2 x_{}, f_{};  // f = x'(x) - x
  std::array<Vector2, 2> jacobian_;
  bool has_jacobian_ = false;
  PatternGrid grid_;  // kept while x moves little, so that f is a smooth function
  Vector2 grid_x_{};
  double shift_ = 0;  // phat - that - atanh p of the last evaluation
};

Vector2 Search::mismatch(const Vector2& x) {
  const OverlapPoint o = overlaps(x);
  const PatternPart e = pattern_part(problem_, o, grid_, Entropies::without);
  const Conjugates c = conjugates(problem_.alpha, o, e.energetic);
  const EntropicAverages s = weights_part(problem_, d_, c, shift_, Entropies::without);
  if (std::isfinite(s.shift)) shift_ = s.shift;
  if (s.logit_eps < frozen_logit) return {frozen_logit - x[0], 0};  // tau no longer matters
  return {s.logit_eps - x[0], s.atanh_tau - x[1]};
}

void Search::difference_jacobian() {
  constexpr double h = 1e-5;
  for (std::size_t column = 0; column < 2; ++column) {
    Vector2 y = x_;
    y[column] += h;
    const Vector2 f = mismatch(y);
    for (std::size_t row = 0; row < 2; ++row) jacobian_[row][column] = (f[row] - f_[row]) / h;
  }
  has_jacobian_ = true;
}

/// The smallest change of the Jacobian that explains the last step.
void Search::broyden_update(const Vector2& step, const Vector2& f_new) {
  const double length2 = step[0] * step[0] + step[1] * step[1];
  for (std::size_t row = 0; row < 2; ++row) {
    const double miss = f_new[row] - f_[row] - jacobian_[row][0] * step[0] - jacobian_[row][1] * step[1];
    for (std::size_t column = 0; column < 2; ++column)
      jacobian_[row][column] += miss * step[column] / length2;
  }
}

/// -J^-1 f, shortened to (4, 1); where J is singular, a plain step.
Vector2 Search::newton_step() const {
  const double determinant = jacobian_[0][0] * jacobian_[1][1] - jacobian_[0][1] * jacobian_[1][0];
  Vector2 step{-(jacobian_[1][1] * f_[0] - jacobian_[0][1] * f_[1]) / determinant,
               -(jacobian_[0][0] * f_[1] - jacobian_[1][0] * f_[0]) / determinant};
  if (!std::isfinite(step[0]) || !std::isfinite(step[1])) step = f_;
  const double shortening = std::min({1.0, 4 / std::abs(step[0]), 1 / std::abs(step[1])});
  return {shortening * step[0], shortening * step[1]};
}

void Search::move_to(const Vector2& x, const Vector2& f) {
  x_ = x;
  f_ = f;
  if (std::abs(x_[0] - grid_x_[0]) > 1 || std::abs(x_[1] - grid_x_[1]) > 0.5) {
    make_grid();
    f_ = mismatch(x_);
  }
}

bool Search::newton() {
  bool fresh = false;  // the Jacobian was made at this very x
  for (int step = 0; step < most_steps && !done(); ++step) {
    if (!std::isfinite(norm(f_)) || runaway()) return false;
    if (!has_jacobian_) {
      difference_jacobian();
      fresh = true;
    }
    const Vector2 full = newton_step();
    Vector2 y, f_new, taken;
    for (double fraction = 1; fraction > 0.05; fraction /= 2) {
      y = {std::max(x_[0] + fraction * full[0], frozen_logit),
           std::clamp(x_[1] + fraction * full[1], -largest_atanh, largest_atanh)};
      taken = {y[0] - x_[0], y[1] - x_[1]};
      f_new = mismatch(y);
      if (!fresh || norm(f_new) < norm(f_)) break;
    }
    if (!fresh && !(norm(f_new) < 0.7 * norm(f_))) {
      has_jacobian_ = false;
      continue;
    }
    if (norm(taken) == 0) return false;
    broyden_update(taken, f_new);
    fresh = false;
    move_to(y, f_new);
  }
  return done();
}

bool Search::plain_iteration(int steps) {
  has_jacobian_ = false;
  for (int step = 0; step < steps && !done(); ++step) {
    if (!std::isfinite(norm(f_)) || runaway()) return false;
    const Vector2 y{std::max(x_[0] + f_[0], frozen_logit),
                    std::clamp(x_[1] + f_[1], -largest_atanh, largest_atanh)};
    move_to(y, mismatch(y));
  }
  return done();
}

}  // namespace

Conjugates conjugates(double alpha, const OverlapPoint& o, const EnergeticAverages& e) {
  return {alpha * o.slope_q * e.score2, alpha * o.slope_t * e.cross_score};
}

PatternGrid pattern_grid(const SaddleProblem& problem, const OverlapPoint& o, double refinement) {
  if (problem.units) return {{}, problem.units->grid(problem.reference, o, units_field_step / refinement)};
  return {cavity_field_rule(problem.reference, problem.margin, o, cavity_field_step / refinement), {}};
}

FranzParisiPoint evaluate_point(const SaddleProblem& problem, double d, const Vector2& x) {
  const OverlapPoint o(problem.reference, d, x[0], x[1]);
  return evaluate_point(problem, o, pattern_grid(problem, o));
}

FranzParisiPoint evaluate_point(const SaddleProblem& problem, const OverlapPoint& o,
                                const PatternGrid& grid) {
  const ReferenceState& reference = problem.reference;
  const double d = o.distance;
  const PatternPart part = pattern_part(problem, o, grid, Entropies::with, true);
  const EnergeticAverages& e = part.energetic;

  FranzParisiPoint point;
  point.distance = d;
  point.p = o.p;
  point.q = o.q;
  point.t = has_uncorrelated_references(problem) ? 0 : o.t;
  const Conjugates c = conjugates(problem.alpha, o, e);
  point.qhat = c.qhat;
  point.that = c.that;
  const EntropicAverages s = weights_part(problem, d, c, 0, Entropies::with);
  point.phat = s.field + point.that;
  // (FP.1)
  point.entropy = -point.phat * o.p                 //
                  + point.that * o.t                //
                  - point.qhat * o.one_minus_q / 2  //
                  + s.log_2cosh                     //
                  + problem.alpha * e.log_H;
  // 2 (phat - alpha Q'(p) dG_E/dP)
  point.slope = 2 * (point.phat - problem.alpha * o.slope_p * part.slope);
  // alpha (Q'(q)^2 E[(l'')^2] + Q''(q) E[l'^2]) E[(1 - tanh^2 v)^2]
  point.replicon =
      problem.alpha * (o.slope_q * o.slope_q * e.curvature2 + o.curvature_q * e.score2) * s.sech4;
  point.residual = std::max(std::abs(s.variance - o.variance), std::abs(s.cross - (o.t - o.p * reference.q)));
  // K units: a coarser grid tells, as a finer one would cost most of the time
  const PatternGrid other = pattern_grid(problem, o, problem.units ? 0.8 : 2);
  const EnergeticAverages moved = pattern_part(problem, o, other, Entropies::with).energetic;
  point.quadrature_error =
      std::max(std::abs(e.normalisation - 1), problem.alpha * std::abs(moved.log_H - e.log_H));
  return point;
}

FranzParisiPoint unconstrained_point(double d, Prior prior) {
  FranzParisiPoint point;
  point.distance = d;
  point.p = 1 - 2 * d;
  point.q = point.p * point.p;
  point.t = 0;
  // d S/dp of ln 2cosh and of (1/2) ln(1 - p^2)
  point.phat = prior == Prior::binary ? std::atanh(point.p) : point.p / (4 * d * (1 - d));
  point.slope = 2 * point.phat;
  point.entropy = data_free_entropy(d, prior);
  point.converged = true;
  return point;
}

FranzParisiPoint failed_point(double d, const std::string& reason) {
  FranzParisiPoint point;
  point.entropy = point.slope = point.q = point.t = point.qhat = point.that = point.phat = point.replicon =
      point.residual = point.quadrature_error = std::numeric_limits<double>::quiet_NaN();
  point.distance = d;
  point.p = 1 - 2 * d;
  point.reason = reason;
  return point;
}

double field_of_reference(const SaddleProblem& problem, const OverlapPoint& o) {
  const PatternPart part = pattern_part(problem, o, pattern_grid(problem, o), Entropies::without);
  return weights_part(problem, o.distance, conjugates(problem.alpha, o, part.energetic), 0,
                      Entropies::without)
      .field;
}

bool has_uncorrelated_references(const SaddleProblem& problem) {
  return problem.units && problem.reference.q <= uncorrelated_qt;
}

bool is_frozen(const Saddle& saddle) {
  return saddle.x[0] <= frozen_logit;
}

Vector2 typical_coordinates(const ReferenceState& reference, double p, double q) {
  // tau = (p - p qt)/sqrt((q - p^2) qt (1 - qt))
  const double tau = p * std::sqrt((1 - reference.q) / ((q - p * p) * reference.q));
  return {std::log((q - p * p) / (1 - q)), std::min(std::atanh(std::min(tau, 1.0)), 8.0)};
}

FranzParisiPoint solve_saddle(const SaddleProblem& problem, double d, Saddle& start) {
  Search search(problem, d, start);
  if (!search.newton() && !search.runaway()) {
    search.restart(start.x);
    if (!search.plain_iteration(30)) search.newton();
  }
  if (search.runaway())
    return failed_point(d, "no saddle point with 1 - q > 3e-4 (1 - p^2): qhat grows without bound");
  if (!search.done()) return failed_point(d, "the saddle-point search stalled");

  FranzParisiPoint point = search.evaluate();
  if (!(point.residual <= residual_tolerance)) {
    search.sharpen();
    search.newton();
    point = search.evaluate();
  }
  if (!(point.residual <= residual_tolerance))
    return failed_point(d, "the saddle-point residual stayed above 1e-10");
  if (!(point.quadrature_error <= (problem.units ? largest_units_error : largest_quadrature_error))) {
    return failed_point(d, "the grid does not resolve the reference's stabilities");
  }
  point.converged = true;
  start = search.saddle();
  return point;
}

}  // namespace wfm::theory
