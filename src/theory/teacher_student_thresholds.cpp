#include "theory/teacher_student_thresholds.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

#include <fmt/format.h>
#include <boost/math/tools/minima.hpp>

#include "math/error.hpp"
#include "math/newton.hpp"
#include "math/roots.hpp"
#include "theory/kernel.hpp"
#include "theory/teacher_student_equations.hpp"

namespace wfm::theory {

namespace {

constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

struct CurvePoint {
  double alpha = not_a_number;
  double x[2] = {not_a_number, not_a_number};  // coordinates of StudentOverlaps
};

/// (TS.4) and (TS.5) at given x = logit q, for s = atanh(R/sqrt(q)) and ln alpha, along the branch: each search starts from the point
/// before, the first one from R = q, the solution at kappa = 0.
class Branch {
 public:
  Branch(double margin, double refinement) : margin_(margin), refinement_(refinement) {}

  CurvePoint at(double x) {
    std::vector<double> y;
    if (std::isfinite(last_.alpha)) y = solve_from({last_.x[1], std::log(last_.alpha)}, x);
    if (y.empty()) y = solve_from(first_guess(x), x);
    if (y.empty()) return {};
    return last_ = {std::exp(y[1]), {x, y[0]}};
  }

 private:
  std::vector<double> image(double x, double s, double log_alpha) const {
    const double at[2] = {x, s};
    const StudentConjugates c = student_conjugates(margin_, StudentOverlaps(at), refinement_);
    return student_image({std::exp(log_alpha) * c.qhat, std::exp(log_alpha) * c.Rhat}, refinement_);
  }

  std::vector<double> first_guess(double x) const {
    const double s = std::atanh(std::sqrt(overlap_of_logit(x).q));
    const auto excess = [&](double log_alpha) { return image(x, s, log_alpha)[0] - x; };  // grows with alpha
    double low = 0, high = 0;
    while (excess(low) > 0 && low > -40) low -= 1;
    while (excess(high) < 0 && high < 10) high += 1;
    const std::optional<double> log_alpha = find_root(excess, low, high, 1e-3);
    return log_alpha ? std::vector<double>{s, *log_alpha} : std::vector<double>{};
  }

  std::vector<double> solve_from(std::vector<double> start, double x) const {
    if (start.empty()) return {};
    NewtonOptions options;
    options.tolerance = 1e-12;
    options.max_steps = 20;
    const NewtonResult found = solve_newton(
        [&](std::span<const double> y, std::span<double> values) {
          if (!(y[0] > 0 && y[0] < 18 && std::abs(y[1]) < 60)) {
            values[0] = values[1] = not_a_number;
            return;
          }
          const std::vector<double> out = image(x, y[0], y[1]);
          values[0] = out[0] - x;
          values[1] = out[1] - y[0];
        },
        std::move(start), options);
    return found.residual < 1e-10 ? found.x : std::vector<double>{};
  }

  double margin_, refinement_;
  CurvePoint last_;
};

Threshold named(const std::string& name, const std::string& definition, double margin) {
  require(std::isfinite(margin), fmt::format("a threshold needs a finite margin, got {}", margin));
  Threshold threshold;
  threshold.name = name;
  threshold.definition = definition + (margin == 0 ? "" : fmt::format(" at margin {}", margin));
  threshold.ansatz = "RS";
  return threshold;
}

void finish(Threshold& threshold, double alpha, double coarser) {
  threshold.alpha = alpha;
  threshold.error = std::abs(alpha - coarser) + 1e-12 * alpha;
  threshold.converged = std::isfinite(threshold.alpha) && std::isfinite(threshold.error);
  if (threshold.converged) return;
  threshold.alpha = threshold.error = not_a_number;
  threshold.reason = "the branch was lost near the threshold";
}

constexpr double first_x = -4, last_x = 9, stride = 0.5;  // logit q from 0.018 to 0.99988

double entropy_at(double margin, const CurvePoint& point, double refinement) {
  const StudentOverlaps o(point.x);
  StudentConjugates c = student_conjugates(margin, o, refinement);
  c.qhat *= point.alpha;
  c.Rhat *= point.alpha;
  return student_entropy(point.alpha, margin, o, c, refinement);
}

}  // namespace

TeacherStudentCurvePoint teacher_student_at_overlap(double margin, double q) {
  require(q > 0 && q < 1 && std::isfinite(margin),
          fmt::format("teacher_student_at_overlap needs 0 < q < 1 and a finite margin, got q = {}, margin {}",
                      q, margin));
  const CurvePoint point = Branch(margin, 1).at(std::log(q) - std::log1p(-q));
  TeacherStudentCurvePoint result;
  result.alpha = point.alpha;
  if (std::isfinite(point.alpha)) {
    result.saddle = evaluate_student({point.alpha, margin}, point.x);
    return result;
  }
  TeacherStudentResult& none = result.saddle;
  none.entropy = none.generalisation_error = none.q = none.R = none.qhat = none.Rhat = none.residual =
      none.quadrature_error = not_a_number;
  none.reason = fmt::format("no saddle point has q = {}", q);
  return result;
}

Threshold teacher_student_transition(double margin) {
  Threshold threshold =
      named("teacher_student_transition", "entropy (TS.1) of the branch q < 1 is zero", margin);
  Branch branch(margin, 1);
  CurvePoint last = branch.at(first_x);
  if (!(entropy_at(margin, last, 1) > 0)) {
    threshold.reason = "the entropy is not positive at q = 0.018";
    return threshold;
  }
  for (double x = first_x + stride; x < last_x; x += stride) {
    const CurvePoint point = branch.at(x);
    if (entropy_at(margin, point, 1) <= 0) {
      const auto root = [&](double refinement) {
        Branch fine(margin, refinement);
        const auto found = find_root([&](double y) { return entropy_at(margin, fine.at(y), refinement); },
                                     last.x[0], x, 1e-13);
        return found ? fine.at(*found).alpha : not_a_number;
      };
      finish(threshold, root(1.5), root(1));
      return threshold;
    }
    if (!(point.alpha > last.alpha)) {
      threshold.reason =
          std::isfinite(point.alpha)
              ? "the branch ends before its entropy vanishes"
              : fmt::format("the branch was lost beyond alpha = {:.6g}, its entropy positive", last.alpha);
      return threshold;
    }
    last = point;
  }
  threshold.reason = "the entropy stays positive up to q = 0.9999";
  return threshold;
}

Threshold teacher_student_spinodal(double margin) {
  Threshold threshold = named("teacher_student_spinodal", "alpha(q) of the saddle (TS.1) is maximal", margin);
  double last_alpha = 0;
  Branch branch(margin, 1);
  for (double x = first_x; x < last_x; x += stride) {
    const double alpha = branch.at(x).alpha;
    if (!std::isfinite(alpha)) {
      threshold.reason = fmt::format("the branch was lost beyond alpha = {:.6g}", last_alpha);
      return threshold;
    }
    if (alpha < last_alpha) {
      const auto maximum = [&](double refinement) {
        Branch fine(margin, refinement);
        for (double y = first_x; y < x; y += stride) fine.at(y);
        std::uintmax_t steps = 60;  // half of the digits in q are all digits of alpha
        return -boost::math::tools::brent_find_minima([&](double y) { return -fine.at(y).alpha; },
                                                      std::max(x - 2 * stride, first_x), x, 26, steps)
                    .second;
      };
      finish(threshold, maximum(1.5), maximum(1));
      return threshold;
    }
    last_alpha = alpha;
  }
  threshold.reason = "no spinodal: alpha grows with q up to 0.9999";
  return threshold;
}

}  // namespace wfm::theory
