#include "theory/one_step_capacity.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include <fmt/format.h>

#include "math/error.hpp"
#include "math/gaussian.hpp"
#include "math/quadrature.hpp"
#include "theory/capacity.hpp"
#include "theory/graded_rule.hpp"
#include "theory/kernel.hpp"
#include "theory/repair_cost.hpp"

namespace wfm::theory {

namespace {

constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

double log_sum(double a, double b) {
  return std::max(a, b) + std::log1p(std::exp(-std::abs(a - b)));
}

/// E ln <exp(-w C/2)> of one field: <.> is an integral over a half-normal,
///   H(t) + (1+c)^{-1/2} e^{-c t^2/(2(1+c))} H(-t/sqrt(1+c)),  t = (kappa - sqrt(Q0) z)/s,  c = w s^2/Q'(1),  s^2 = Q(1) - Q0
double log_average_of_one_field(const Machine& machine, double margin, double w, const Overlap& q0,
                                double refinement) {
  const Kernel kernel(machine);
  const double root_Q = std::sqrt(kernel.Q(q0)), s = std::sqrt(kernel.rest(q0));
  const double c = w * s * s / kernel.slope({1, 0});
  const SharpPlace edge = root_Q > 0 ? SharpPlace{margin / root_Q, s / root_Q} : SharpPlace{0, 2};
  return integrate(graded_normal_rule(edge, 0.12 / refinement), [&](double z) {
    const double t = (margin - root_Q * z) / s;
    return log_sum(log_H(t), -std::log1p(c) / 2 - c * t * t / (2 * (1 + c)) + log_H(-t / std::sqrt(1 + c)));
  });
}

/// A unit of field mu + s z' at a table of costs rho^2: what the average over the costs of three units asks for.
struct UnitCosts {
  double right = 0;                     // P(h > 0)
  std::vector<double> density, damped;  // density of h at -rho; E[e^{-w c/2}; c < rho^2], c = (h)_-^2
};

UnitCosts unit_costs(double mu, double s, double w, const QuadratureRule& rho) {
  const double c = w * s * s, s_damped = s / std::sqrt(1 + c), mu_damped = mu / (1 + c);
  const double factor = std::exp(-w * mu * mu / (2 * (1 + c))) / std::sqrt(1 + c);
  UnitCosts unit;
  unit.right = H(-mu / s);
  for (const double r : rho.nodes) {
    unit.density.push_back(G((r + mu) / s) / s);
    // P(h > 0) + int_{-rho}^0 dh G((h-mu)/s)/s e^{-w h^2/2}; both tails on the side where they are small
    const double low = (-r - mu_damped) / s_damped, high = -mu_damped / s_damped;
    const double mass = low > 0 ? H(low) - H(high) : H(-high) - H(-low);
    unit.damped.push_back(unit.right + factor * mass);
  }
  return unit;
}

/// E ln <exp(-w C/2)> of the committee of three, NaN where it underflows, C = c1 + c2 + c3 - max c:
///   <.> = prod_l P(h_l > 0) + int_0^inf drho sum_l n_l(rho) g_j(rho) g_k(rho),  n the density of h at -rho, g = `damped`
double log_average_of_three_units(double w, const Overlap& q0, double refinement) {
  const double root_q = std::sqrt(q0.q), s = std::sqrt(q0.one_minus_q);
  const SharpPlace edge{0, root_q > 0 ? s / root_q : 2};
  const QuadratureRule outer = graded_normal_rule(edge, 0.25 / refinement, 8);
  // densities reach s (9 + 8 root_q/s) and have features of width s, damped ones of 1/sqrt(w)
  const double reach = 8 * root_q + 9 * s, scale = std::min(s, 1 / std::sqrt(w));
  const int panels = static_cast<int>(std::clamp(std::ceil(refinement * reach / (4 * scale)), 4.0, 60.0));
  const QuadratureRule rho = composite_gauss_legendre(panels, 10, 0, reach);

  const std::size_t n = outer.size(), m = rho.size();
  std::vector<UnitCosts> units;
  for (const double z : outer.nodes) units.push_back(unit_costs(root_q * z, s, w, rho));
  double sum = 0;
  std::vector<double> pair(m), last(m);
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = i; j < n; ++j) {
      const UnitCosts &a = units[i], &b = units[j];
      for (std::size_t k = 0; k < m; ++k) {
        pair[k] = rho.weights[k] * (a.density[k] * b.damped[k] + a.damped[k] * b.density[k]);
        last[k] = rho.weights[k] * a.damped[k] * b.damped[k];
      }
      for (std::size_t l = j; l < n; ++l) {
        const UnitCosts& c = units[l];
        double average = a.right * b.right * c.right;
        for (std::size_t k = 0; k < m; ++k) average += pair[k] * c.damped[k] + last[k] * c.density[k];
        const int orders = i == j ? (j == l ? 1 : 3) : (j == l ? 3 : 6);
        sum += orders * outer.weights[i] * outer.weights[j] * outer.weights[l] * std::log(average);
      }
    }
  return std::isfinite(sum) ? sum : not_a_number;  // w(1-q0) so large that costs of two units underflow
}

bool is_three_units(const Machine& machine) {
  return machine.decoder == Decoder::committee && machine.hidden == 3;
}

double bound_at(const Machine& machine, double margin, double w, const Overlap& q0, double refinement) {
  const double A = 1 + w * q0.one_minus_q;
  const double volume = (std::log1p(w * q0.one_minus_q) + w * q0.q / A) / 2;
  const double average = is_three_units(machine)
                             ? log_average_of_three_units(w, q0, refinement)
                             : log_average_of_one_field(machine, margin, w, q0, refinement);
  return volume / -average;
}

void check(const Machine& machine, double margin) {
  check_machine(machine);
  require(std::isfinite(margin), fmt::format("a 1RSB capacity needs a finite margin, got {}", margin));
  require(has_one_field(machine) || (is_three_units(machine) && margin == 0),
          fmt::format("a 1RSB capacity is known for one field and for a committee of three units without "
                      "margin, got the {} at margin {}",
                      name_of(machine), margin));
}

struct Minimum {
  double x = 0, y = 0;  // ln w, logit q0
  double value = std::numeric_limits<double>::infinity();
  bool inside = false;
};

/// Minimum of f over a box: the best point of a grid, then Newton's method on differences.
template <class F>
Minimum minimise(F&& f, const std::vector<double>& xs, const std::vector<double>& ys) {
  const auto fine = [&](double x, double y) { return f(x, y, 1); };
  Minimum best;
  for (const double x : xs)
    for (const double y : ys) {
      const double value = f(x, y, 0.5);
      if (value < best.value) best = {x, y, value, false};
    }
  constexpr double d = 2e-3;
  for (int step = 0; step < 30; ++step) {
    const double x = best.x, y = best.y, here = fine(x, y);
    const double right = fine(x + d, y), left = fine(x - d, y), up = fine(x, y + d), down = fine(x, y - d);
    const double fx = (right - left) / (2 * d), fy = (up - down) / (2 * d);
    double fxx = (right - 2 * here + left) / (d * d), fyy = (up - 2 * here + down) / (d * d);
    double fxy = (fine(x + d, y + d) - right - up + 2 * here - left - down + fine(x - d, y - d)) / (2 * d * d);
    best.value = here;
    if (!(fxx > 0 && fxx * fyy > fxy * fxy)) {  // not yet convex: along the gradient
      fxx = fyy = std::abs(fxx) + std::abs(fyy) + std::abs(fxy);
      fxy = 0;
    }
    const double determinant = fxx * fyy - fxy * fxy;
    double dx = -(fyy * fx - fxy * fy) / determinant, dy = -(fxx * fy - fxy * fx) / determinant;
    const double scale = std::min(1.0, 0.5 / std::max(std::abs(dx), std::abs(dy)));
    dx *= scale;
    dy *= scale;
    best.x += dx;
    best.y += dy;
    if (!(best.x > xs.front() && best.x < xs.back() && best.y > ys.front() && best.y < ys.back())) return best;
    if (std::max(std::abs(dx), std::abs(dy)) < 1e-5) {
      best.inside = true;
      best.value = fine(best.x, best.y);
      return best;
    }
  }
  return best;
}

}  // namespace

double one_step_capacity_bound(const Machine& machine, double margin, double w, double q0, double refinement) {
  check(machine, margin);
  require(machine.prior == Prior::spherical && w > 0 && std::isfinite(w) && q0 >= 0 && q0 < 1,
          fmt::format("(OS.4) needs spherical weights, w > 0 and 0 <= q0 < 1, got w = {}, q0 = {}", w, q0));
  return bound_at(machine, margin, w, overlap_of(q0), refinement);
}

OneStepCapacity one_step_capacity(const Machine& machine, double margin) {
  check(machine, margin);
  OneStepCapacity result;
  Threshold& threshold = result.threshold;
  threshold = capacity_threshold(machine, margin);
  threshold.ansatz = "1RSB";
  if (machine.prior == Prior::binary) {
    threshold.definition = "frozen 1RSB, q1 = 1: RS entropy (RS.1) is zero";
    result.w = result.q0 = not_a_number;
    return result;
  }
  threshold.definition = "min over (w, q0) of (OS.4)";
  result.q0 = 1;
  if (!threshold.converged) return result;

  const auto at = [&](double x, double y, double refinement) {
    return bound_at(machine, margin, std::exp(x), overlap_of_logit(y), refinement);
  };
  // w -> 0 is the RS value, which the minimum replaces where it is lower
  const Minimum minimum = minimise(at, {-2, 0, 2, 4, 6, 8}, {-4, -2, 0, 2, 4});
  if (!minimum.inside) {
    if (minimum.value > threshold.alpha * (1 - 1e-4)) return result;
    threshold.converged = false;
    threshold.alpha = threshold.error = not_a_number;
    threshold.reason = "the minimum of (OS.4) over (w, q0) was not found";
    return result;
  }
  if (!(minimum.value < threshold.alpha)) return result;
  // the value is stationary: steps of 1e-5 in (ln w, logit q0) cost 1e-10 at most
  threshold.alpha = at(minimum.x, minimum.y, 2);
  threshold.error = std::abs(at(minimum.x, minimum.y, 1.5) - threshold.alpha) + 1e-9 * threshold.alpha;
  result.w = std::exp(minimum.x);
  result.q0 = overlap_of_logit(minimum.y).q;
  return result;
}

}  // namespace wfm::theory
