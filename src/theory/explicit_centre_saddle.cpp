#include "theory/explicit_centre_saddle.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace wfm::theory {

namespace {

constexpr double residual_tolerance = 1e-10;
constexpr double largest_quadrature_error = 1e-7;
constexpr double largest_logit = 35;
constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

double logit(double part, double rest) {
  return std::log(part / rest);
}

}  // namespace

CentreSaddle::State CentreSaddle::state(std::span<const double> x, double d, double y, bool with_logarithms,
                                        double refinement) const {
  State at;
  if (!exhausted()) {
    at = evaluate(x, d, y, with_logarithms, refinement);
    terms_ += at.energetics.terms + at.entropics.terms;
    return at;
  }
  at.omega = at.omega_y = at.slope = at.entropics.L = not_a_number;
  return at;
}

CentreSaddle::State CentreSaddle::evaluate(std::span<const double> x, double d, double y,
                                           bool with_logarithms, double refinement) const {
  State at;
  const double alpha = params_.alpha;
  at.overlaps = params_.centre_is_solution ? solution_centre_overlaps(d, {x[0], x[1], x[2], x[3]})
                                           : free_centre_overlaps(d, x[0], x[1]);
  at.energetics =
      centre_energetics(at.overlaps, params_.margin,
                        params_.centre_is_solution ? params_.centre_margin : no_centre_margin, y, refinement);
  const CentreOverlaps& o = at.overlaps;
  const CentreEnergetics& e = at.energetics;
  at.conjugates = {alpha * e.qt, alpha * e.st, alpha * e.q0, alpha * e.q1};
  const CentreConjugates& c = at.conjugates;
  at.entropics = centre_entropics(c, d, y, L_, with_logarithms, refinement);
  const CentreEntropics& s = at.entropics;
  if (std::isfinite(s.L)) L_ = s.L;
  const double Shat = s.L + c.sthat;
  // (EC.1); (EC.2) is its case qthat = sthat = 0
  at.omega = -c.qthat * o.one_minus_qt / 2             //
             - y * Shat * o.S                          //
             + y * o.st * c.sthat                      //
             - y / 2 * c.qhat1 * (1 + (y - 1) * o.q1)  //
             + y * y / 2 * o.q0 * c.qhat0              //
             + s.log_Z                                 //
             + alpha * e.log_I;
  at.omega_y = -Shat * o.S                               //
               + o.st * c.sthat                          //
               - c.qhat1 * (1 + (2 * y - 1) * o.q1) / 2  //
               + y * o.q0 * c.qhat0                      //
               + s.log_2cosh                             //
               + alpha * e.log_X;
  at.slope = 2 * (Shat - alpha * e.cross);
  return at;
}

void CentreSaddle::mismatch(const State& state, std::span<const double> x, std::span<double> values) const {
  const CentreEntropics& s = state.entropics;
  if (std::any_of(x.begin(), x.begin() + std::ptrdiff_t(unknowns()),
                  [](double value) { return !(std::abs(value) <= largest_logit); }) ||
      !std::isfinite(s.L)) {
    std::fill_n(values.begin(), unknowns(), not_a_number);
    return;
  }
  const double logit_eps = logit(s.excess1, s.one_minus_q1);
  if (params_.centre_is_solution) {
    const double tau = s.excess_st / std::sqrt(s.excess1 * s.qt * s.one_minus_qt);
    values[0] = logit(s.qt, s.one_minus_qt) - x[0];
    values[1] = logit_eps - x[1];
    values[2] = std::atanh(tau) - x[2];
    values[3] = s.A / (s.excess1 * (1 - tau * tau)) - x[3];
  } else {
    values[0] = logit_eps - x[0];
    values[1] = logit(s.q0, s.q1 - s.q0) - x[1];
  }
}

ExplicitCentrePoint CentreSaddle::point(std::span<const double> x, double d, double y) const {
  const State at = evaluate(x, d, y, true, 1), refined = evaluate(x, d, y, true, 1.5);
  const CentreOverlaps& o = at.overlaps;
  const CentreEntropics& s = at.entropics;
  const bool solution = params_.centre_is_solution;
  ExplicitCentrePoint point;
  point.distance = d;
  point.replicas = y;
  point.entropy = at.omega_y;
  point.free_entropy = at.omega / y;
  point.external_entropy = at.omega - y * at.omega_y;
  point.slope = at.slope;
  point.qt = s.qt;
  point.st = s.st;
  point.q0 = o.q0;
  point.q1 = o.q1;
  point.qthat = at.conjugates.qthat;
  point.sthat = at.conjugates.sthat;
  point.qhat0 = at.conjugates.qhat0;
  point.qhat1 = at.conjugates.qhat1;
  point.Shat = s.L + at.conjugates.sthat;
  point.residual = std::max({std::abs(s.q0 - o.q0), std::abs(s.q1 - o.q1), std::abs(s.S - o.S),
                             solution ? std::abs(s.qt - o.qt) : 0, solution ? std::abs(s.st - o.st) : 0});
  point.quadrature_error =
      std::max(std::abs(at.omega - refined.omega) / y, std::abs(at.omega_y - refined.omega_y));
  if (!std::isfinite(point.external_entropy + point.slope))
    return failed_centre_point(d, y, "the quadrature would need more nodes than it may have");
  if (!(point.residual <= residual_tolerance))
    return failed_centre_point(d, y, "the saddle-point residual stayed above 1e-10");
  if (!(point.quadrature_error <= largest_quadrature_error))
    return failed_centre_point(d, y, "the lattices do not resolve the integrands to 1e-7");
  point.converged = true;
  return point;
}

std::vector<double> saddle_coordinates(const ExplicitCentreParams& params, const ExplicitCentrePoint& point) {
  const double S = 1 - 2 * point.distance, excess1 = point.q1 - S * S;
  const double logit_eps = logit(excess1, 1 - point.q1);
  if (!params.centre_is_solution) return {logit_eps, logit(point.q0, point.q1 - point.q0)};
  const double tau = (point.st - S * point.qt) / std::sqrt(excess1 * point.qt * (1 - point.qt));
  const double A = point.q0 - point.st * point.st / point.qt;
  return {logit(point.qt, 1 - point.qt), logit_eps, std::atanh(tau), A / (excess1 * (1 - tau * tau))};
}

ExplicitCentrePoint failed_centre_point(double d, double y, const std::string& reason) {
  ExplicitCentrePoint point;
  point.entropy = point.free_entropy = point.external_entropy = point.slope = point.qt = point.st = point.q0 =
      point.q1 = point.qthat = point.sthat = point.qhat0 = point.qhat1 = point.Shat = point.residual =
          point.quadrature_error = not_a_number;
  point.distance = d;
  point.replicas = y;
  point.reason = reason;
  return point;
}

}  // namespace wfm::theory
