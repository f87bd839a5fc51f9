#include "theory/teacher_student.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <vector>

#include <fmt/format.h>

#include "math/error.hpp"
#include "math/fixed_point.hpp"
#include "math/gaussian.hpp"
#include "theory/teacher_student_equations.hpp"
#include "theory/teacher_student_thresholds.hpp"

namespace wfm::theory {

namespace {

TeacherStudentResult failed(const std::string& reason) {
  TeacherStudentResult result;
  result.entropy = result.generalisation_error = result.q = result.R = result.qhat = result.Rhat =
      result.residual = result.quadrature_error = std::numeric_limits<double>::quiet_NaN();
  result.reason = reason;
  return result;
}

}  // namespace

TeacherStudentResult teacher_student(const TeacherStudentParams& params) {
  require(std::isfinite(params.alpha) && params.alpha >= 0,
          fmt::format("teacher_student needs a finite alpha >= 0, got {}", params.alpha));
  require(std::isfinite(params.margin),
          fmt::format("teacher_student needs a finite margin, got {}", params.margin));
  TeacherStudentResult result;
  if (params.alpha == 0) {  // nothing learned yet
    result.entropy = std::numbers::ln2;
    result.generalisation_error = 0.5;
    result.converged = true;
    return result;
  }

  const auto step_of = [&](std::span<const double> x, double refinement) {
    const StudentConjugates c = student_conjugates(params.margin, StudentOverlaps(x), refinement);
    return student_image({params.alpha * c.qhat, params.alpha * c.Rhat}, refinement);
  };
  // The map grows with q and R: plain iteration from below climbs to the branch of small alpha, an accelerated one may leap it
  const auto map = [&](std::span<const double> x, std::span<double> out) {
    const std::vector<double> y = step_of(x, 1);
    std::copy(y.begin(), y.end(), out.begin());
  };
  const double score = R(params.margin);
  std::vector<double> x = student_image(
      {params.alpha * score * score, 2 * params.alpha * score / std::sqrt(2 * std::numbers::pi)});
  constexpr double perfect = 12;  // logit q: 1 - q = 6e-6, on the way to the teacher
  for (int step = 0; step < 30 && x[0] < perfect; ++step) x = step_of(x, 1);
  if (!(x[0] < perfect)) return failed("no saddle point with q < 1: the students run away to the teacher");
  FixedPointOptions options;
  options.max_iterations = 500;
  const FixedPointResult found = solve_fixed_point(map, x, options);
  if (!(found.x[0] < perfect))
    return failed("no saddle point with q < 1: the students run away to the teacher");
  if (!found.converged) return failed(found.reason);
  if (params.margin < 0 && StudentOverlaps(found.x).q > 0.8)
    if (const Threshold spinodal = teacher_student_spinodal(params.margin);
        spinodal.converged && params.alpha > spinodal.alpha)
      return failed(fmt::format(
          "beyond the spinodal at alpha = {:.6f}: small loads do not lead to the saddle near the teacher",
          spinodal.alpha));
  return evaluate_student(params, found.x);
}

TeacherStudentResult evaluate_student(const TeacherStudentParams& params, std::span<const double> x) {
  const StudentOverlaps o(x);
  const auto conjugates = [&](double refinement) {
    const StudentConjugates c = student_conjugates(params.margin, o, refinement);
    return StudentConjugates{params.alpha * c.qhat, params.alpha * c.Rhat};
  };
  const StudentConjugates c = conjugates(1), fine = conjugates(1.5);
  TeacherStudentResult result;
  result.q = o.q;
  result.R = o.R;
  result.qhat = fine.qhat;
  result.Rhat = fine.Rhat;
  result.generalisation_error = std::acos(o.R) / std::numbers::pi;
  result.entropy = student_entropy(params.alpha, params.margin, o, fine, 1.5);
  result.quadrature_error = std::abs(result.entropy - student_entropy(params.alpha, params.margin, o, c));
  const std::vector<double> y = student_image(fine, 1.5);
  result.residual = std::max(std::abs(y[0] - x[0]), std::abs(y[1] - x[1]));
  result.converged = result.residual <= 1e-10 && std::isfinite(result.entropy);
  return result.converged
             ? result
             : failed(fmt::format("the quadratures do not resolve the saddle point: residual {:.1e}",
                                  result.residual));
}

}  // namespace wfm::theory
