#include "theory/one_step.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <vector>

#include <fmt/format.h>

#include "math/error.hpp"
#include "math/gaussian.hpp"
#include "math/newton.hpp"
#include "math/roots.hpp"
#include "theory/energetics.hpp"
#include "theory/graded_rule.hpp"
#include "theory/one_step_capacity.hpp"

namespace wfm::theory {

namespace {

constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();
constexpr double residual_tolerance = 1e-10;
constexpr double newton_residual =
    1e-7;  // of the equations divided by their orders, whose rounding grows as q1 -> q0
constexpr double search_refinement = 1.5, final_refinement = 2;

OneStepResult no_saddle(const std::string& reason) {
  OneStepResult result;
  result.entropy = result.q0 = result.q1 = result.m = result.residual = result.quadrature_error =
      not_a_number;
  result.reason = reason;
  return result;
}

/// Order parameters in coordinates that keep all differences: q1 fixed, q1 - q0 = q1 f, f = 1/(1+e^{-x}), m = e^{y}.
struct Point {
  Point(const Overlap& overlap1, double x, double y)
      : q1(overlap1), f(1 / (1 + std::exp(-x))), m(std::exp(y)), gap(q1.q * f) {
    q0 = {q1.q / (1 + std::exp(x)), q1.one_minus_q + gap};
    A = q1.one_minus_q + m * gap;
  }
  Overlap q1, q0;
  double f, m, gap, A;
};

double spherical_entropy(const Point& p) {
  // (1/2)[(1 - 1/m) ln(1-q1) + (1/m) ln A + q0/A]
  return (std::log(p.q1.one_minus_q) + std::log1p(p.m * p.gap / p.q1.one_minus_q) / p.m + p.q0.q / p.A) / 2;
}

struct Equations {
  double alpha = 0;           // from the first of (OS.2)
  double overlap = 0, m = 0;  // errors of the others, each divided by its order in q1 - q0
  double residual = 0;        // the larger of the errors as they are in (OS.2)
  double value = 0;           // energetic part
};

Equations equations(const Machine& machine, double margin, const Point& p, double refinement) {
  const ClusterEnergetics pattern = cluster_energetics(machine, margin, p.q0, p.q1, p.m, refinement);
  const double one_minus_q1 = p.q1.one_minus_q, A = p.A, share = p.gap / one_minus_q1;
  Equations e;
  e.value = pattern.value;
  e.alpha = p.q0.q / (A * A * pattern.force0);
  // (q1-q0)/((1-q1) A) = alpha (force1 - force0)
  e.overlap = share / A - e.alpha * (pattern.force1 - pattern.force0);
  // d phi/dm = (1/2)[-ln(A/(1-q1))/m^2 + (q1-q0)/(m A) - q0(q1-q0)/A^2] + alpha dE/dm
  e.m = (-std::log1p(p.m * share) / (p.m * p.m) + p.gap / (p.m * A) - p.q0.q * p.gap / (A * A)) / 2 +
        e.alpha * pattern.value_y;
  e.residual = std::max(std::abs(e.overlap) * A, std::abs(e.m));
  e.overlap *= A / share;
  e.m *= (1 + share) * (1 + share) / (share * share);
  return e;
}

/// Newton's method for (x, y) at fixed q1 from one guess; empty where it finds nothing with m <= 1.
std::vector<double> solve_from(const std::vector<double>& guess, const Machine& machine, double margin,
                               const Overlap& q1) {
  const auto F = [&](std::span<const double> x, std::span<double> values) {
    if (!(std::abs(x[0]) < 30 && x[1] < 0.05 && x[1] > -30)) {  // m <= 1
      values[0] = values[1] = not_a_number;
      return;
    }
    const Equations e = equations(machine, margin, Point(q1, x[0], x[1]), search_refinement);
    values[0] = e.overlap;
    values[1] = e.m;
  };
  NewtonOptions options;
  options.tolerance = 1e-11;
  options.difference_step = 1e-5;
  options.max_steps = 20;
  const NewtonResult found = solve_newton(F, guess, options);
  const bool good = found.residual < newton_residual && found.x[1] <= 1e-6 && found.x[0] > -12;
  return good ? found.x : std::vector<double>{};
}

std::vector<double> solve(const Machine& machine, double margin, const Overlap& q1) {
  for (const double f : {0.3, 0.1})
    for (const double m : {0.3, 0.1, 0.03, 0.01}) {
      std::vector<double> x = solve_from({std::log(f / (1 - f)), std::log(m)}, machine, margin, q1);
      if (!x.empty()) return x;
    }
  return {};
}

OneStepCurvePoint evaluate(const Machine& machine, double margin, const Overlap& q1,
                           const std::vector<double>& x) {
  OneStepCurvePoint point;
  point.alpha = not_a_number;
  point.saddle = no_saddle(fmt::format("no 1RSB saddle was found at q1 = {}", q1.q));
  if (x.empty()) return point;
  const Point p(q1, x[0], x[1]);
  const Equations fine = equations(machine, margin, p, final_refinement),
                  e = equations(machine, margin, p, search_refinement);
  if (!(fine.residual <= residual_tolerance)) {
    point.saddle.reason = fmt::format("the quadratures do not resolve the 1RSB saddle at q1 = {}", q1.q);
    return point;
  }
  point.alpha = fine.alpha;
  OneStepResult& saddle = point.saddle;
  saddle.q0 = p.q0.q;
  saddle.q1 = q1.q;
  saddle.m = p.m;
  saddle.entropy = spherical_entropy(p) + fine.alpha * fine.value;
  saddle.quadrature_error =
      std::abs(fine.alpha * (fine.value - e.value)) + std::abs((fine.alpha - e.alpha) * fine.value);
  saddle.residual = fine.residual;
  saddle.broken = saddle.converged = true;
  saddle.reason.clear();
  return point;
}

/// The saddles along x = ln(1-q1), each started from a straight line through the last two.
class Path {
 public:
  explicit Path(const RsParams& params) : params_(params) {}

  OneStepCurvePoint at(double x) {
    const double one_minus_q1 = std::exp(x);
    const Overlap q1{1 - one_minus_q1, one_minus_q1};
    std::vector<double> found;
    if (!last_.empty()) found = solve_from(guess(x), params_.machine, params_.margin, q1);
    if (!last_.empty() && found.empty()) found = solve_from(last_, params_.machine, params_.margin, q1);
    if (last_.empty()) found = solve(params_.machine, params_.margin, q1);
    OneStepCurvePoint point = evaluate(params_.machine, params_.margin, q1, found);
    if (point.saddle.converged && x != x_last_) {
      before_ = std::move(last_);
      x_before_ = x_last_;
      last_ = std::move(found);
      x_last_ = x;
    }
    return point;
  }

 private:
  std::vector<double> guess(double x) const {
    std::vector<double> line = last_;
    if (before_.empty()) return line;
    const double share = std::clamp((x - x_last_) / (x_last_ - x_before_), -2.0, 2.0);
    for (std::size_t i = 0; i < line.size(); ++i) line[i] += share * (last_[i] - before_[i]);
    return line;
  }

  const RsParams& params_;
  double x_last_ = not_a_number, x_before_ = not_a_number;
  std::vector<double> last_, before_;  // coordinates of Point
};

/// int Dz ln int Dz' [2cosh(sqrt(qhat0) z + sqrt(qhat1-qhat0) z')]^m
double binary_average(const OneStepOrder& o, double refinement) {
  const double root0 = std::sqrt(o.qhat0), spread = std::sqrt(o.qhat1 - o.qhat0);
  // the weight's maxima lie at z' = +-m spread, its edge, of width 1/spread, at z' = -root0 z/spread
  const double z_max = 9 + o.m * spread;
  const QuadratureRule outer = graded_normal_rule({0, 1.5 / root0}, 0.12 / refinement);
  return integrate(outer, [&](double z) {
    const SharpPlace places[] = {
        {0, 2}, {o.m * spread, 2}, {-o.m * spread, 2}, edge_place(-root0 * z / spread, 1.5 / spread, z_max)};
    const QuadratureRule inner = graded_rule(places, -z_max, z_max, 0.3 / refinement);
    const auto log_weight = [&](double x) { return o.m * log_2cosh(root0 * z + spread * x) - x * x / 2; };
    double top = -std::numeric_limits<double>::infinity(), sum = 0;
    for (const double x : inner.nodes) top = std::max(top, log_weight(x));
    for (std::size_t j = 0; j < inner.size(); ++j)
      sum += inner.weights[j] * std::exp(log_weight(inner.nodes[j]) - top);
    return top + std::log(sum * G(0));
  });
}

OneStepResult from_replica_symmetric(const RsResult& rs, bool frozen) {
  if (!rs.converged) return no_saddle(rs.reason);
  OneStepResult result;
  result.entropy = rs.entropy;
  result.q0 = rs.q;
  result.q1 = frozen ? 1 : rs.q;
  result.residual = rs.residual;
  result.quadrature_error = rs.quadrature_error;
  result.broken = frozen;
  result.converged = true;
  return result;
}

}  // namespace

double one_step_free_entropy(const RsParams& params, const OneStepOrder& o, double refinement) {
  require(
      0 <= o.q0 && o.q0 < o.q1 && o.q1 < 1 && o.m > 0 && o.m <= 1,
      fmt::format("a 1RSB free entropy needs 0 <= q0 < q1 < 1 and 0 < m <= 1, got q0 = {}, q1 = {}, m = {}",
                  o.q0, o.q1, o.m));
  const double pattern =
      cluster_energetics(params.machine, params.margin, overlap_of(o.q0), overlap_of(o.q1), o.m, refinement)
          .value;
  if (params.machine.prior == Prior::spherical) {
    const double A = 1 - o.q1 + o.m * (o.q1 - o.q0);
    // (1/2)[(1 - 1/m) ln(1-q1) + (1/m) ln A + q0/A]
    return ((1 - 1 / o.m) * std::log(1 - o.q1) + std::log(A) / o.m + o.q0 / A) / 2 + params.alpha * pattern;
  }
  require(0 <= o.qhat0 && o.qhat0 < o.qhat1 && std::isfinite(o.qhat1),
          fmt::format("a 1RSB free entropy of binary weights needs 0 <= qhat0 < qhat1, got {} and {}",
                      o.qhat0, o.qhat1));
  return -o.qhat1 * (1 + (o.m - 1) * o.q1) / 2 + o.m * o.q0 * o.qhat0 / 2 +
         binary_average(o, refinement) / o.m + params.alpha * pattern;
}

OneStepCurvePoint one_step_at_overlap(const Machine& machine, double margin, const Overlap& q1) {
  require(machine.prior == Prior::spherical && has_one_field(machine),
          fmt::format("1RSB saddles are known for spherical weights and one field, got the {}",
                      name_of(machine)));
  require(q1.q > 0 && q1.one_minus_q > 0 && std::isfinite(margin),
          fmt::format("a 1RSB saddle needs 0 < q1 < 1 and a finite margin, got q1 = {}, margin {}", q1.q,
                      margin));
  return evaluate(machine, margin, q1, solve(machine, margin, q1));
}

OneStepResult one_step_entropy(const RsParams& params) {
  require(has_one_field(params.machine),
          fmt::format("a 1RSB entropy needs a machine with one field, got the {}", name_of(params.machine)));
  const RsResult rs = rs_entropy(params);
  if (params.machine.prior == Prior::binary) {
    if (rs.converged && rs.entropy < 0) return no_saddle("no solutions: the RS entropy is negative");
    return from_replica_symmetric(rs, true);
  }
  if (rs.converged && rs.replicon <= 1) return from_replica_symmetric(rs, false);

  const Threshold capacity = one_step_capacity(params.machine, params.margin).threshold;
  if (capacity.converged && params.alpha >= capacity.alpha)
    return no_saddle(fmt::format("beyond the 1RSB capacity {:.6g}", capacity.alpha));

  // alpha falls with x = ln(1-q1) from the capacity to the AT line
  Path path(params);
  double low = std::log(0.1), high = low, stride = 0.5;
  OneStepCurvePoint at = path.at(low);
  for (int failures = 0; !(at.alpha >= params.alpha) && low > -15 && failures < 3;) {
    if (at.saddle.converged) high = low;
    failures += at.saddle.converged ? 0 : 1;
    at = path.at(low -= 0.5);
  }
  if (!(at.alpha >= params.alpha))
    return no_saddle("no 1RSB saddle was found: too close to the capacity, or too large a load");
  while (at.alpha >= params.alpha) {
    const double next_x = std::min(low + stride, -1e-3);
    const OneStepCurvePoint next = path.at(next_x);
    if (next.alpha >= params.alpha) low = next_x;
    if (next.saddle.converged) {
      at = next;
      high = next_x;
    } else if ((stride /= 2) < 2e-3) {
      return no_saddle("no 1RSB saddle was found: too close to the AT line");
    }
  }
  const std::optional<double> x =
      find_root([&](double y) { return path.at(y).alpha - params.alpha; }, low, high, 1e-11);
  return x ? path.at(*x).saddle : no_saddle("the 1RSB branch was lost between two of its points");
}

}  // namespace wfm::theory
