#include "theory/teacher_franz_parisi.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numbers>
#include <numeric>
#include <optional>

#include <fmt/format.h>

#include "math/error.hpp"
#include "math/newton.hpp"
#include "math/roots.hpp"
#include "theory/franz_parisi_saddle.hpp"
#include "theory/teacher_franz_parisi_averages.hpp"
#include "theory/teacher_student.hpp"

namespace wfm::theory {

namespace {

constexpr double largest_step = 0.3;  // in ln d
constexpr double smallest_step = 1e-3;
constexpr double typical_gap = 1e-2;  // in ln d, equal margins: tau -> 1
constexpr double smallest_distance = 1e-4;
constexpr double runaway_logit = 8;  // 1 - q = 3e-4 (1 - p^2)
constexpr double coordinate_tolerance = 1e-9;
constexpr double sharp_coordinate_tolerance = 1e-11;  // where the first leaves a residual above its bound
constexpr double residual_tolerance = 1e-10;
constexpr double largest_quadrature_error = 1e-7;
// summed up by the search for one curve, and for each of its distances: about three seconds and a third of one
constexpr double most_terms = 3e8, most_terms_a_distance = 3e7;
const char* const too_long = "the search for the curve would take too many nodes";
constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

/// (logit eps, atanh tau, x) of (FP.4) and (TFP.4)
using Coordinates = std::array<double, 3>;

struct Problem {
  double alpha = 0;
  double margin = 0;
  TeacherReference reference;
  TeacherStudentResult counted;
  std::string trouble;
  bool equal = false;
  double terms_left = 0;  // that may still be summed up

  TeacherOverlaps overlaps(double d, const Coordinates& x) const { return {reference, d, x[0], x[1], x[2]}; }
};

void check(const TeacherFranzParisiParams& params) {
  require(std::isfinite(params.alpha) && params.alpha > 0,
          fmt::format("a teacher-student Franz-Parisi curve needs a finite alpha > 0, got {}", params.alpha));
  require(std::isfinite(params.reference_margin) && std::isfinite(params.margin),
          fmt::format("a Franz-Parisi curve needs finite margins, got reference {} and {}",
                      params.reference_margin, params.margin));
}

Problem prepare(const TeacherFranzParisiParams& params) {
  const TeacherStudentResult reference = teacher_student({params.alpha, params.reference_margin});
  const bool equal = params.margin == params.reference_margin;
  const TeacherStudentResult counted = equal ? reference : teacher_student({params.alpha, params.margin});
  Problem problem{
      params.alpha,
      params.margin,
      {ReferenceState(params.reference_margin, reference.converged ? reference.q : 0.5, reference.qhat),
       reference.R, reference.Rhat},
      counted,
      "",
      equal};
  if (!counted.converged) problem.trouble = "students with the margin: " + counted.reason;
  if (!reference.converged) problem.trouble = "reference: " + reference.reason;
  if (problem.trouble.empty() && conditional_reach(problem.reference.state) > largest_conditional_reach) {
    problem.trouble = "reference: too wide a margin or too large an overlap for the quadrature";
  }
  return problem;
}

TeacherFranzParisiPoint failed(double d, const std::string& reason) {
  TeacherFranzParisiPoint point;
  point.entropy = point.slope = point.generalisation_error = point.q = point.t = point.R = point.qhat =
      point.that = point.phat = point.Rhat = point.residual = point.quadrature_error = not_a_number;
  point.distance = d;
  point.p = 1 - 2 * d;
  point.reason = reason;
  return point;
}

/// t = p, q and R of the typical students.
Coordinates typical_coordinates_at(const Problem& problem, double p) {
  const ReferenceState& state = problem.reference.state;
  const std::array<double, 2> x = typical_coordinates(state, p, problem.counted.q);
  // e = (R - t Rt/qt)/sqrt(gamma)
  const double r0 = problem.reference.R / std::sqrt(state.q);
  const OverlapPoint o(state, (1 - p) / 2, x[0], x[1]);
  const double e = (problem.counted.R - p * problem.reference.R / state.q) / std::sqrt(o.gamma);
  return {x[0], x[1], std::atanh(e / std::sqrt(1 - r0 * r0))};
}

/// phat = that at the typical overlap.
double typical_overlap(Problem& problem) {
  const double q = problem.counted.q;
  if (problem.equal) return q;
  const auto field = [&](double p) {
    if (problem.terms_left < 0) return not_a_number;
    const double d = (1 - p) / 2;
    const TeacherEnergetics e =
        teacher_energetics(problem.reference, problem.margin,
                           problem.overlaps(d, typical_coordinates_at(problem, p)), Entropies::without);
    problem.terms_left -= e.terms;
    return teacher_entropics(problem.reference, d, problem.alpha * e.score2, problem.alpha * e.cross_score,
                             problem.alpha * e.teacher_score, 0, Entropies::without)
        .field;
  };
  // p^2 <= q qt, where tau = 1; |e| < sqrt(1 - r0^2) may end earlier. From the upper end down until the field has changed its sign
  const double most = std::sqrt(q * problem.reference.state.q);
  double high = not_a_number;
  for (double part = 1e-9; part < 1; part *= 3) {
    const double p = most * (1 - part), value = field(p);
    if (std::isfinite(value) && value < 0) {
      return std::isfinite(high) ? find_root(field, p, high, 1e-12).value_or(not_a_number) : not_a_number;
    }
    if (std::isfinite(value)) high = p;
  }
  return not_a_number;
}

TeacherFranzParisiPoint evaluate(const Problem& problem, double d, const Coordinates& x) {
  const TeacherOverlaps at = problem.overlaps(d, x);
  const TeacherEnergetics e = teacher_energetics(problem.reference, problem.margin, at);
  TeacherFranzParisiPoint point;
  point.distance = d;
  point.p = at.o.p;
  point.q = at.o.q;
  point.t = at.o.t;
  point.R = at.R;
  point.qhat = problem.alpha * e.score2;
  point.that = problem.alpha * e.cross_score;
  point.Rhat = problem.alpha * e.teacher_score;
  const TeacherEntropics s = teacher_entropics(problem.reference, d, point.qhat, point.that, point.Rhat);
  point.phat = s.field + point.that;
  // (TFP.1)
  point.entropy = -point.phat * point.p                //
                  + point.that * point.t               //
                  - point.qhat * at.o.one_minus_q / 2  //
                  - point.R * point.Rhat               //
                  + s.log_2cosh                        //
                  + problem.alpha * e.log_H;
  point.slope = 2 * (point.phat - problem.alpha * e.slope);
  point.generalisation_error = std::acos(point.R) / std::numbers::pi;
  point.residual =
      std::max({std::abs(s.variance - at.o.variance),
                std::abs(s.cross - (at.o.t - at.o.p * problem.reference.state.q)), std::abs(s.R - at.R)});
  point.quadrature_error = std::abs(e.normalisation - 1);
  return point;
}

/// `jacobian` of the saddle before, or empty; that of this one where it converged.
TeacherFranzParisiPoint solve(Problem& problem, double d, Coordinates& x, std::vector<double>& jacobian) {
  double shift = 0;
  const auto mismatch = [&](std::span<const double> y, std::span<double> f) {
    f[0] = f[1] = f[2] = not_a_number;
    if (problem.terms_left < 0) return;
    const Coordinates c{y[0], y[1], y[2]};
    const TeacherOverlaps at = problem.overlaps(d, c);
    const TeacherEnergetics e = teacher_energetics(problem.reference, problem.margin, at, Entropies::without);
    problem.terms_left -= e.terms;
    const TeacherEntropics s =
        teacher_entropics(problem.reference, d, problem.alpha * e.score2, problem.alpha * e.cross_score,
                          problem.alpha * e.teacher_score, shift, Entropies::without);
    if (std::isfinite(s.shift)) shift = s.shift;
    f[0] = s.logit_eps - y[0];
    f[1] = (s.atanh_tau - y[1]) / std::cosh(y[1]);  // atanh magnifies the rounding of tau
    f[2] = (s.R - at.R) / std::sqrt(at.o.one_minus_p2);
  };
  NewtonOptions options;
  options.tolerance = coordinate_tolerance;
  options.max_steps = 30;
  options.keep_jacobian = true;
  options.start_jacobian = jacobian;
  options.difference_step = 1e-6;
  NewtonResult found = solve_newton(mismatch, {x[0], x[1], x[2]}, options);
  if (found.x[0] > runaway_logit) {
    return failed(d, "no saddle point with 1 - q > 3e-4 (1 - p^2): qhat grows without bound");
  }
  if (problem.terms_left < 0) return failed(d, too_long);
  if (!found.converged) return failed(d, found.reason);
  const auto solved = [&] { return Coordinates{found.x[0], found.x[1], found.x[2]}; };
  TeacherFranzParisiPoint point = evaluate(problem, d, solved());
  if (!(point.residual <= residual_tolerance)) {
    options.tolerance = sharp_coordinate_tolerance;
    options.start_jacobian = found.jacobian;
    found = solve_newton(mismatch, found.x, options);
    point = evaluate(problem, d, solved());
  }
  if (!(point.residual <= residual_tolerance))
    return failed(d, "the saddle-point residual stayed above 1e-10");
  if (!(point.quadrature_error <= largest_quadrature_error)) {
    return failed(d, "the grid does not resolve the reference's stabilities");
  }
  point.converged = true;
  x = solved();
  if (!found.jacobian.empty()) jacobian = found.jacobian;
  return point;
}

/// Follows the saddle in ln d.
class TeacherPath {
 public:
  TeacherPath(Problem& problem, double d, const Coordinates& x)
      : problem_(problem), ln_d_(std::log(d)), x_(x) {}

  TeacherFranzParisiPoint follow_to(double d) {
    if (!ended_.empty()) return failed(d, ended_);
    // a short way that fails, or a first one, says nothing of points further away
    const bool long_way = std::abs(std::log(d) - ln_d_) >= 3 * smallest_step;
    const double first_step = step_;
    while (true) {
      const double rest = std::log(d) - ln_d_;
      const bool last = std::abs(rest) <= step_;
      const double ln_next = last ? std::log(d) : ln_d_ + std::copysign(step_, rest);
      Coordinates x = predict(ln_next);
      TeacherFranzParisiPoint point = solve(problem_, last ? d : std::exp(ln_next), x, jacobian_);
      if (point.converged) {
        if (begun_ && ln_next != ln_d_) before_ = {ln_d_, x_};
        begun_ = true;
        ln_d_ = ln_next;
        x_ = x;
        step_ = std::min(1.7 * step_, largest_step);
        if (last) return point;
        continue;
      }
      step_ = std::min(step_, std::abs(rest)) / 3;
      if (step_ < smallest_step || problem_.terms_left < 0) {
        if (problem_.terms_left >= 0 && (!begun_ || !long_way)) {
          step_ = first_step;
          return failed(d, point.reason);
        }
        ended_ = fmt::format("the branch from the typical distance ends near d = {:.6g}: {}", std::exp(ln_d_),
                             point.reason);
        return failed(d, ended_);
      }
    }
  }

 private:
  struct Solved {
    double ln_d = 0;
    Coordinates x{};
  };

  Coordinates predict(double ln_d) const {
    Coordinates x = x_;
    if (!before_) return x;
    const double last = ln_d_ - before_->ln_d, step = ln_d - ln_d_;
    if (step * last > 0 && std::abs(step) < 2.5 * std::abs(last)) {
      for (std::size_t i = 0; i < 3; ++i) x[i] += step / last * (x_[i] - before_->x[i]);
    }
    return x;
  }

  Problem& problem_;
  double ln_d_;
  Coordinates x_;
  std::optional<Solved> before_;
  std::vector<double> jacobian_;
  double step_ = typical_gap;
  bool begun_ = false;
  std::string ended_;
};

TeacherPath path_on_side(Problem& problem, double d_typ, int side) {
  Coordinates x = typical_coordinates_at(problem, 1 - 2 * d_typ);
  if (!problem.equal) return {problem, d_typ, x};
  x[1] = -std::log(typical_gap);  // 1 - tau^2 ~ (d - d_typ)^2
  x[2] = 0;
  return {problem, d_typ * std::exp(side * typical_gap), x};
}

}  // namespace

std::vector<TeacherFranzParisiPoint> teacher_franz_parisi_curve(const TeacherFranzParisiParams& params,
                                                                std::span<const double> distances) {
  check(params);
  for (const double d : distances) {
    require(d > 0 && d <= 0.5, fmt::format("a Franz-Parisi distance is in (0, 1/2], got {}", d));
  }
  Problem problem = prepare(params);
  problem.terms_left = most_terms + most_terms_a_distance * double(distances.size());
  const double d_typ = problem.trouble.empty() ? (1 - typical_overlap(problem)) / 2 : not_a_number;
  if (problem.trouble.empty() && !std::isfinite(d_typ))
    problem.trouble = problem.terms_left < 0 ? too_long : "the typical distance was not found";
  std::vector<TeacherFranzParisiPoint> points(distances.size());
  if (!problem.trouble.empty()) {
    for (std::size_t i = 0; i < points.size(); ++i) points[i] = failed(distances[i], problem.trouble);
    return points;
  }

  std::vector<std::size_t> order(distances.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  const auto away = [&](std::size_t i) { return std::abs(std::log(distances[i] / d_typ)); };
  std::sort(order.begin(), order.end(), [&](std::size_t i, std::size_t j) { return away(i) < away(j); });
  TeacherPath nearer = path_on_side(problem, d_typ, -1), farther = path_on_side(problem, d_typ, +1);
  for (const std::size_t i : order) {
    const double d = distances[i];
    if (d < smallest_distance) {
      points[i] = failed(d, fmt::format("distances below {} are not followed", smallest_distance));
    } else if (problem.equal && away(i) < typical_gap) {
      points[i] = failed(d, "within 1 % of the typical distance of equal margins, where tau -> 1");
    } else {
      points[i] = (d < d_typ ? nearer : farther).follow_to(d);
    }
  }
  return points;
}

double teacher_typical_distance(const TeacherFranzParisiParams& params) {
  check(params);
  Problem problem = prepare(params);
  problem.terms_left = most_terms;
  return problem.trouble.empty() ? (1 - typical_overlap(problem)) / 2 : not_a_number;
}

}  // namespace wfm::theory
