#include "theory/replica_symmetric.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numbers>
#include <optional>

#include <fmt/format.h>

#include "math/error.hpp"
#include "math/roots.hpp"
#include "theory/rs_energetics.hpp"
#include "theory/rs_entropics.hpp"

namespace wfm::theory {

namespace {

constexpr double largest_logit = 40;        // 1 - q = 4e-18: what grows beyond this runs away to q = 1
constexpr double largest_units_logit = 12;  // of K units, 1 - q = 6e-6: their grids grow with q
constexpr double smallest_qhat = 1e-16;
constexpr double logit_tolerance = 1e-13, residual_tolerance = 1e-10;
constexpr double jump =
    1e-5;  // of x, where the coarse equation jumps through zero: grids of K units change with q
constexpr double wanted_units_error = 1e-5, largest_units_error = 2e-4;  // of the entropy, two or three units

void check(const RsParams& params) {
  if (!(std::isfinite(params.alpha) && params.alpha >= 0))
    throw InvalidInput(fmt::format("rs_entropy needs a finite alpha >= 0, got {}", params.alpha));
  if (!std::isfinite(params.margin))
    throw InvalidInput(fmt::format("rs_entropy needs a finite margin, got {}", params.margin));
  check_machine(params.machine);
}

RsResult no_saddle(const std::string& reason) {
  RsResult result;
  result.entropy = result.q = result.qhat = result.residual = result.quadrature_error = result.replicon =
      std::numeric_limits<double>::quiet_NaN();
  result.reason = reason;
  return result;
}

double logit(const Overlap& q) {
  return std::log(q.q / q.one_minus_q);
}

/// Densities of nodes. One field: a coarse search, a root on a fine grid, numbers on one twice as fine. Two or three units have a
/// product rule of larger steps, more units a sequence of points whose errors are averages over random shifts.
struct Densities {
  double search = 0.4, root = 1, final = 2;
  std::array<double, 3> more{1, 2, 4};  // times as many where large margins and loads ask for them
};
bool has_product_rule(const Machine& machine) {
  return !has_one_field(machine) && machine.hidden <= 3;
}
Densities densities(const Machine& machine) {
  if (has_one_field(machine)) return {};
  return has_product_rule(machine) ? Densities{0.5, 1.25, 1.25, {1, 1.5, 2.25}} : Densities{0.5, 1, 1};
}

/// Of logit q: an overlap that grows beyond has run away.
double largest(const Machine& machine) {
  return has_one_field(machine) ? largest_logit : largest_units_logit;
}

/// All of (RS.1) and the replicon at given order parameters.
RsResult evaluate(const RsParams& params, const Overlap& q, double qhat, const RsEntropics& weights,
                  const RsEnergetics& pattern) {
  RsResult result;
  result.q = q.q;
  result.qhat = qhat;
  result.entropy = -qhat * q.one_minus_q / 2 + weights.value + params.alpha * pattern.value;
  result.quadrature_error = weights.quadrature_error + params.alpha * pattern.quadrature_error;
  result.replicon = params.alpha * weights.squared_response * pattern.replicon;
  result.residual = std::abs(weights.q.one_minus_q - q.one_minus_q);
  result.converged = std::isfinite(result.entropy) && std::isfinite(result.replicon) &&
                     result.residual <= residual_tolerance;
  return result;
}

/// Limit of weak constraints, qhat -> 0: q = qhat, phi = S(0) + alpha ln X(0) up to order qhat^2. alpha = 0 is its end.
RsResult weak_constraints(const RsParams& params, const RsEnergetics& free, double qhat) {
  RsResult result;
  result.entropy = (params.machine.prior == Prior::binary ? std::numbers::ln2 : 0) +
                   (params.alpha > 0 ? params.alpha * free.value : 0);
  result.q = result.qhat = qhat;
  result.replicon = params.alpha > 0 ? params.alpha * free.replicon : 0;
  result.converged = true;
  return result;
}

/// x + f(x) is the logit of q(qhat(q)) at logit q = x. The map grows with q, so f > 0 below the smallest root, its image of q = 0
/// included; the logit keeps both ends, q -> 0 and q -> 1, in reach.
class SaddleEquation {
 public:
  SaddleEquation(const RsParams& params, double coarse) : params_(params), coarse_(coarse) {}

  double excess(double x, double refinement) const {
    if (!std::isfinite(x)) return std::numeric_limits<double>::quiet_NaN();
    const double force = rs_force(params_.machine, params_.margin, overlap_of_logit(x), refinement);
    return logit(rs_overlap(params_.machine.prior, params_.alpha * force, refinement)) - x;
  }

  /// Climbs from `start`, below the smallest root, in secant steps until |f| < tolerance. NaN: trouble() says why.
  double climb(double start) {
    double low = start, high = std::numeric_limits<double>::infinity(), x = start;
    double f = excess(x, coarse_);
    slope_ = -0.5;
    for (int step = 0; step < 500; ++step) {
      if (!std::isfinite(f)) return fail("the order parameters overflow");
      if (std::abs(f) < 1e-4) return x;
      (f > 0 ? low : high) = x;
      if (high - low < jump) return x;
      double next = x - f / slope_;
      if (!(slope_ < 0 && next > low && next < high))
        next = std::isfinite(high) ? low + (high - low) / 2 : low + std::max(1.2 * f, 0.1);
      if (!std::isfinite(high)) next = std::min(next, low + std::max(3 * f, 0.1));
      if (next > largest(params_.machine))
        return fail("no saddle point with q < 1: the overlap runs away to 1");
      const double f_next = excess(next, coarse_);
      slope_ = (f_next - f) / (next - x);
      x = next;
      f = f_next;
    }
    return fail("the saddle-point equation was not solved in 500 steps");
  }

  /// Secant steps on the finer grid from the root of the coarse one; bracketing where they do not contract.
  double polish(double x, double refinement) {
    refinement_ = refinement;
    double f = excess(x, refinement);
    if (!(slope_ < -1e-3)) slope_ = -1e-3;
    for (int step = 0; step < 6; ++step) {
      if (std::abs(f) < logit_tolerance) return x;
      const double next = x - f / slope_, f_next = excess(next, refinement);
      if (!(std::abs(f_next) < std::max(0.3 * std::abs(f), logit_tolerance))) break;
      if (std::abs(f_next) > logit_tolerance) slope_ = (f_next - f) / (next - x);
      x = next;
      f = f_next;
    }
    if (std::abs(f) < logit_tolerance) return x;
    return bracket(x, f);
  }

  const std::string& trouble() const { return trouble_; }

 private:
  double fail(const std::string& reason) {
    trouble_ = reason;
    return std::numeric_limits<double>::quiet_NaN();
  }

  double bracket(double x, double f) {
    const double side = f > 0 ? 1 : -1;
    double near = x;
    for (double step = std::max(2 * std::abs(f), 1e-6); step < 20; step *= 2) {
      const double far = x + side * step;
      const double f_far = excess(far, refinement_);
      if (!std::isfinite(f_far)) return fail("the order parameters overflow");
      if (far > largest(params_.machine))
        return fail("no saddle point with q < 1: the overlap runs away to 1");
      if (side * f_far <= 0) {
        const auto root =
            find_root([&](double y) { return excess(y, refinement_); }, near, far, logit_tolerance);
        return root ? *root : fail("the root of the saddle-point equation was not bracketed");
      }
      near = far;
    }
    return fail("no saddle point with q < 1 nearby: the branch has ended");
  }

  const RsParams& params_;
  double coarse_;          // refinement of the climb
  double slope_ = -0.5;    // df/dx
  double refinement_ = 1;  // of the grid that polish works on
  std::string trouble_;
};

}  // namespace

double rs_free_entropy(const RsParams& params, double q, double qhat) {
  require(
      q >= 0 && q < 1 && qhat >= 0 && std::isfinite(qhat),
      fmt::format("rs_free_entropy needs 0 <= q < 1 and a finite qhat >= 0, got q = {}, qhat = {}", q, qhat));
  const double refinement = densities(params.machine).final;
  return -qhat * (1 - q) / 2 + rs_entropics(params.machine.prior, qhat, refinement).value +
         params.alpha * rs_energetics(params.machine, params.margin, {q, 1 - q}, refinement).value;
}

RsResult rs_entropy(const RsParams& params) {
  check(params);
  const Densities density = densities(params.machine);
  const double score = params.alpha > 0 ? rs_force(params.machine, params.margin, {0, 1}, density.search) : 0;
  const double qhat_start = params.alpha * score;
  if (!std::isfinite(qhat_start))
    return no_saddle(fmt::format("the conjugate of q = 0 overflows: {}", qhat_start));
  double start = -12;  // q = 6e-6, from where an unstable q = 0 is left behind
  if (qhat_start < smallest_qhat) {
    RsResult free =
        weak_constraints(params, rs_energetics(params.machine, params.margin, {0, 1}), qhat_start);
    if (!(free.replicon > 1)) return free;
  } else {
    start = logit(rs_overlap(params.machine.prior, qhat_start, density.search)) - 1e-3;
  }

  SaddleEquation equation(params, density.search);
  double x = equation.climb(start);
  RsResult result, usable;                      // usable: within the largest error, not the wanted one
  double hopeless = largest_units_error * 100;  // an error falls by ten from one density to the next
  for (const double more : density.more) {
    if (std::isfinite(x)) x = equation.polish(x, density.root * more);
    if (!std::isfinite(x)) return usable.converged ? usable : no_saddle(equation.trouble());
    const Overlap q = overlap_of_logit(x);
    const RsEnergetics pattern = rs_energetics(params.machine, params.margin, q, density.final * more);
    const double qhat = params.alpha * pattern.force;
    const RsEntropics weights = rs_entropics(params.machine.prior, qhat, density.final * more);
    result = evaluate(params, q, qhat, weights, pattern);
    if (!has_product_rule(params.machine)) {
      if (result.converged) return result;
      continue;
    }
    const bool within = result.converged && result.quadrature_error <= largest_units_error;
    if (within && (more > 1 || result.quadrature_error <= wanted_units_error)) return result;
    if (within) usable = result;
    if (!(result.quadrature_error <= hopeless)) break;
    hopeless /= 10;
  }
  if (usable.converged) return usable;
  return no_saddle(
      fmt::format("the quadratures do not resolve the saddle point: residual {:.1e}, entropy {} +- {:.1e}",
                  result.residual, result.entropy, result.quadrature_error));
}

RsCurvePoint rs_at_conjugate(const Machine& machine, double margin, double qhat, double refinement) {
  require(qhat > 0 && std::isfinite(qhat),
          fmt::format("rs_at_conjugate needs a finite qhat > 0, got {}", qhat));
  const double density = refinement * densities(machine).final;
  const RsEntropics weights = rs_entropics(machine.prior, qhat, density);
  RsCurvePoint point;
  if (!(weights.q.one_minus_q > 1e-17)) {
    point.alpha = std::numeric_limits<double>::quiet_NaN();
    point.saddle = no_saddle(fmt::format("the overlap at qhat = {} rounds to 1", qhat));
    return point;
  }
  const RsEnergetics pattern = rs_energetics(machine, margin, weights.q, density);
  point.alpha = qhat / pattern.force;
  if (!(pattern.force > 0 && std::isfinite(point.alpha))) {
    point.alpha = std::numeric_limits<double>::quiet_NaN();
    point.saddle = no_saddle(fmt::format("no load has the conjugate qhat = {}", qhat));
    return point;
  }
  point.saddle = evaluate({point.alpha, margin, machine}, weights.q, qhat, weights, pattern);
  return point;
}

}  // namespace wfm::theory
