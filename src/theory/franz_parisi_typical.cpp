#include "theory/franz_parisi_typical.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <span>

#include "math/fixed_point.hpp"
#include "math/gaussian.hpp"
#include "theory/graded_rule.hpp"
#include "theory/kernel.hpp"

namespace wfm::theory {

namespace {

constexpr double step = 0.1;
constexpr double largest_logit = 12;  // 1 - q = 6e-6, on the way to q = 1

struct Problem {
  Kernel kernel;
  double alpha = 0;
  double margin = 0;

  /// int Dz f(a), a = (kappa - sqrt(Q) z)/sqrt(Q(1)-Q)
  template <class F>
  double average(const Overlap& q, double h, F&& f) const {
    const double root_Q = std::sqrt(kernel.Q(q)), deviation = std::sqrt(kernel.rest(q));
    return integrate(graded_normal_rule(edge_place(margin / root_Q, deviation / root_Q), h),
                     [&](double z) { return f((margin - root_Q * z) / deviation); });
  }
  /// alpha Q'(q)/(Q(1)-Q(q)) int Dz R^2
  double qhat(const Overlap& q) const {
    return alpha * kernel.slope(q) / kernel.rest(q) * average(q, step, [](double a) {
             const double ratio = R(a);
             return ratio * ratio;
           });
  }
  static QuadratureRule field_rule(double qhat, double h) {
    return graded_normal_rule(edge_place(0, 1.5 / std::sqrt(qhat)), h);
  }
  /// logit of int Dz tanh^2(sqrt(qhat) z)
  static double image(double qhat) {
    double q = 0, one_minus_q = 0;
    const QuadratureRule rule = field_rule(qhat, step);
    for (std::size_t j = 0; j < rule.size(); ++j) {
      const double v = std::sqrt(qhat) * rule.nodes[j], e = std::exp(-2 * std::abs(v));
      q += rule.weights[j] * std::tanh(v) * std::tanh(v);
      one_minus_q += rule.weights[j] * 4 * e / ((1 + e) * (1 + e));
    }
    return std::log(q / one_minus_q);
  }
  double entropy(const Overlap& q, double conjugate, double h) const {
    return -conjugate * q.one_minus_q / 2  //
           + integrate(field_rule(conjugate, h),
                       [&](double z) { return log_2cosh(std::sqrt(conjugate) * z); })  //
           + alpha * average(q, h, [](double a) { return log_H(a); });
  }
};

}  // namespace

RsResult typical_solutions(const Machine& machine, double alpha, double margin) {
  if (machine.decoder == Decoder::perceptron) return rs_entropy({alpha, margin});
  const Problem problem{Kernel(machine), alpha, margin};
  // the map grows with q: from q = 0 it climbs to the smallest fixed point
  const auto map = [&](std::span<const double> x, std::span<double> image) {
    image[0] = Problem::image(std::max(problem.qhat(overlap_of_logit(std::min(x[0], 30.0))), 1e-300));
  };
  FixedPointOptions options;
  options.max_iterations = 300;
  const FixedPointResult found = solve_fixed_point(map, {-30}, options);

  RsResult result;
  if (!found.converged || found.x[0] > largest_logit) {
    result.entropy = result.q = result.qhat = result.residual = result.quadrature_error =
        std::numeric_limits<double>::quiet_NaN();
    result.reason = "no RS saddle with q < 1 was found";
    return result;
  }
  const Overlap q = overlap_of_logit(found.x[0]);
  result.q = q.q;
  result.qhat = problem.qhat(q);
  result.entropy = problem.entropy(q, result.qhat, step);
  result.quadrature_error = std::abs(problem.entropy(q, result.qhat, step / 2) - result.entropy);
  result.residual = std::abs(overlap_of_logit(Problem::image(result.qhat)).q - q.q);
  result.converged = true;
  return result;
}

}  // namespace wfm::theory
