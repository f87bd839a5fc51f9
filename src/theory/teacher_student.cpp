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
#include "theory/graded_rule.hpp"

namespace wfm::theory {

namespace {

/// The overlaps in coordinates that keep 1 - q and q - R^2 exact: x = (logit q, atanh(R/sqrt(q))).
struct StudentOverlaps {
  explicit StudentOverlaps(std::span<const double> x)
      : q(1 / (1 + std::exp(-x[0]))),
        one_minus_q(1 / (1 + std::exp(x[0]))),
        R(std::sqrt(q) * std::tanh(x[1])),
        root_q_minus_R2(std::sqrt(q) / std::cosh(x[1])) {}
  double q, one_minus_q, R, root_q_minus_R2;
};

struct Conjugates {
  double qhat = 0, Rhat = 0;
};

/// int Dz f(z) where f changes around the margin and around the teacher's edge at 0.
template <class F>
double energetic_average(double margin, const StudentOverlaps& o, F&& f) {
  const double root_q = std::sqrt(o.q);
  const SharpPlace places[] = {{0, 2},
                               edge_place(margin / root_q, std::sqrt(o.one_minus_q) / root_q),
                               edge_place(0, o.root_q_minus_R2 / o.R)};
  return integrate(graded_rule(places, -9, 9, 0.2), [&](double z) { return G(z) * f(z); });
}

Conjugates conjugates(const TeacherStudentParams& params, const StudentOverlaps& o) {
  const double root_q = std::sqrt(o.q), deviation = std::sqrt(o.one_minus_q);
  // qhat = (2 alpha/(1-q)) int Dz H(-R z/sqrt(q-R^2)) R^2((kappa - sqrt(q) z)/sqrt(1-q))
  const double squared = energetic_average(params.margin, o, [&](double z) {
    const double r = R((params.margin - root_q * z) / deviation);
    return H(-o.R * z / o.root_q_minus_R2) * r * r;
  });
  // Rhat = (2 alpha/sqrt(2 pi (1-q))) int Dy R((kappa - sqrt(q-R^2) y)/sqrt(1-q))
  const QuadratureRule rule =
      graded_normal_rule({params.margin / o.root_q_minus_R2, deviation / o.root_q_minus_R2}, 0.12);
  const double first =
      integrate(rule, [&](double y) { return R((params.margin - o.root_q_minus_R2 * y) / deviation); });
  return {2 * params.alpha / o.one_minus_q * squared,
          2 * params.alpha / std::sqrt(2 * std::numbers::pi * o.one_minus_q) * first};
}

QuadratureRule entropic_rule(const Conjugates& c) {
  const double root_qhat = std::sqrt(c.qhat);
  return graded_normal_rule({-c.Rhat / root_qhat, 1.5 / root_qhat}, 0.12);
}

/// q = int Dz tanh^2(sqrt(qhat) z + Rhat), R = int Dz tanh(sqrt(qhat) z + Rhat), as coordinates.
std::vector<double> image(const Conjugates& c) {
  const QuadratureRule rule = entropic_rule(c);
  double q = 0, one_minus_q = 0, overlap = 0;
  for (std::size_t j = 0; j < rule.size(); ++j) {
    const double v = std::sqrt(c.qhat) * rule.nodes[j] + c.Rhat;
    const double magnetisation = std::tanh(v), e = std::exp(-2 * std::abs(v));
    q += rule.weights[j] * magnetisation * magnetisation;
    one_minus_q += rule.weights[j] * 4 * e / ((1 + e) * (1 + e));
    overlap += rule.weights[j] * magnetisation;
  }
  return {std::log(q / one_minus_q), std::atanh(std::min(overlap / std::sqrt(q), 1 - 1e-15))};
}

TeacherStudentResult failed(const std::string& reason) {
  TeacherStudentResult result;
  result.entropy = result.generalisation_error = result.q = result.R = result.qhat = result.Rhat =
      result.residual = std::numeric_limits<double>::quiet_NaN();
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

  // The map grows with q and R: plain iteration from below climbs to the branch of small alpha, an accelerated one may leap it
  const auto map = [&](std::span<const double> x, std::span<double> out) {
    const std::vector<double> y = image(conjugates(params, StudentOverlaps(x)));
    std::copy(y.begin(), y.end(), out.begin());
  };
  const double score = R(params.margin);
  std::vector<double> x =
      image({params.alpha * score * score, 2 * params.alpha * score / std::sqrt(2 * std::numbers::pi)});
  constexpr double perfect = 12;  // logit q: 1 - q = 6e-6, on the way to the teacher
  for (int step = 0; step < 30 && x[0] < perfect; ++step) x = image(conjugates(params, StudentOverlaps(x)));
  if (!(x[0] < perfect)) return failed("no saddle point with q < 1: the students run away to the teacher");
  FixedPointOptions options;
  options.max_iterations = 500;
  const FixedPointResult found = solve_fixed_point(map, x, options);
  if (!(found.x[0] < perfect))
    return failed("no saddle point with q < 1: the students run away to the teacher");
  if (!found.converged) return failed(found.reason);

  const StudentOverlaps o(found.x);
  const Conjugates c = conjugates(params, o);
  const double root_q = std::sqrt(o.q), deviation = std::sqrt(o.one_minus_q);
  result.q = o.q;
  result.R = o.R;
  result.qhat = c.qhat;
  result.Rhat = c.Rhat;
  result.generalisation_error = std::acos(o.R) / std::numbers::pi;
  // (TS.1)
  result.entropy = -c.qhat * o.one_minus_q / 2 - o.R * c.Rhat + integrate(entropic_rule(c), [&](double z) {
    return log_2cosh(std::sqrt(c.qhat) * z + c.Rhat);
  }) + 2 * params.alpha * energetic_average(params.margin, o, [&](double z) {
         return H(-o.R * z / o.root_q_minus_R2) * log_H((params.margin - root_q * z) / deviation);
       });
  result.residual = found.residual;
  result.converged = true;
  return result;
}

}  // namespace wfm::theory
