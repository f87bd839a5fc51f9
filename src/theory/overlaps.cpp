#include "theory/overlaps.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include <fmt/format.h>

#include "math/error.hpp"
#include "math/gaussian.hpp"
#include "math/roots.hpp"
#include "theory/channel.hpp"
#include "theory/graded_rule.hpp"
#include "theory/kernel.hpp"

namespace wfm::theory {

namespace {

constexpr double grid_step = 0.16;

/// E[f(u) g(u')] over normal u, u' of correlation rho, where f changes over `width` around `centre`, g likewise:
/// u' = rho u + sqrt(1-rho^2) x, the rule in x centred for every u. The sharper function is the outer one: as rho -> 1 the inner
/// average is as sharp in u as g, and the outer rule does not know where.
template <class F, class G>
double correlated_average(double rho, SharpPlace place, SharpPlace other, double refinement, F&& f, G&& g) {
  if (other.width < place.width) return correlated_average(rho, other, place, refinement, g, f);
  const double rest = std::sqrt(std::max((1 - rho) * (1 + rho), 0.0)), h = grid_step / refinement;
  return integrate(graded_normal_rule(place, h), [&](double u) {
    if (rest < 1e-9) return f(u) * g(rho * u);
    const SharpPlace inner{(other.centre - rho * u) / rest, other.width / rest};
    return f(u) * integrate(graded_normal_rule(inner, h), [&](double x) { return g(rho * u + rest * x); });
  });
}

/// (OV.1) at two given saddles: maps p to phat and back.
class OverlapEquation {
 public:
  OverlapEquation(const OverlapsParams& params, const RsResult& a, const RsResult& b)
      : params_(params), kernel_(params.machine), a_(a), b_(b) {}

  double conjugate(double p, double refinement) const {
    const Side a = side(a_), b = side(b_);
    const double rho = std::min(kernel_.Q(overlap_of(p)) / (a.root_Q * b.root_Q), 1.0);
    const auto r = [&](double margin, const Side& s) {
      return [channel = MarginChannel{margin}, &s](double u) { return channel(s.root_Q * u, s.v).r; };
    };
    const auto edge = [&](double margin, const Side& s) {
      return SharpPlace{margin / s.root_Q, std::sqrt(s.v) / s.root_Q};
    };
    // phat = alpha Q'(p) E[r r']
    return params_.alpha * kernel_.slope(overlap_of(p)) *
           correlated_average(rho, edge(params_.margin, a), edge(params_.other_margin, b), refinement,
                              r(params_.margin, a), r(params_.other_margin, b));
  }

  double overlap(double phat, double refinement) const {
    // spherical: <w> = (1-q) times the field
    if (params_.machine.prior == Prior::spherical) return (1 - a_.q) * (1 - b_.q) * phat;
    const double root_a = std::sqrt(a_.qhat), root_b = std::sqrt(b_.qhat);
    return correlated_average(
        std::min(phat / (root_a * root_b), 1.0), {0, 1.5 / root_a}, {0, 1.5 / root_b}, refinement,
        [&](double u) { return std::tanh(root_a * u); }, [&](double u) { return std::tanh(root_b * u); });
  }

  double image(double p, double refinement) const { return overlap(conjugate(p, refinement), refinement); }

 private:
  struct Side {
    double root_Q, v;  // fields of deviation root_Q, variance v around them
  };
  Side side(const RsResult& saddle) const {
    const Overlap q = overlap_of(saddle.q);
    return {std::sqrt(kernel_.Q(q)), kernel_.rest(q)};
  }

  const OverlapsParams& params_;
  Kernel kernel_;
  const RsResult &a_, &b_;
};

OverlapsResult& fail(OverlapsResult& result, const std::string& reason) {
  result.p = result.phat = result.distance = result.residual = result.quadrature_error =
      std::numeric_limits<double>::quiet_NaN();
  result.reason = reason;
  return result;
}

}  // namespace

OverlapsResult typical_overlaps(const OverlapsParams& params) {
  OverlapsResult result;
  result.saddle = rs_entropy({params.alpha, params.margin, params.machine});
  const bool equal = params.margin == params.other_margin;
  result.other = equal ? result.saddle : rs_entropy({params.alpha, params.other_margin, params.machine});
  if (!result.saddle.converged) return fail(result, result.saddle.reason);
  if (!result.other.converged) return fail(result, result.other.reason);
  if (equal || result.saddle.q == 0 || result.other.q == 0) {
    result.p = equal ? result.saddle.q : 0;
    result.phat = equal ? result.saddle.qhat : 0;
    result.distance = (1 - result.p) / 2;
    result.residual = equal ? result.saddle.residual : 0;
    result.quadrature_error = equal ? result.saddle.quadrature_error : 0;
    result.converged = true;
    return result;
  }
  require(has_one_field(params.machine),
          fmt::format("overlaps of different margins need a machine with one field, got the {}",
                      name_of(params.machine)));
  // the map grows from p = 0, where it is positive; p^2 <= q q'
  const OverlapEquation equation(params, result.saddle, result.other);
  const double largest = std::sqrt(result.saddle.q * result.other.q) * (1 - 1e-15);
  const auto root = [&](double refinement) {
    return find_root([&](double p) { return equation.image(p, refinement) - p; }, 0, largest, 1e-14);
  };
  const std::optional<double> p = root(1), finer = root(1.5);
  if (!p || !finer) return fail(result, "no overlap between 0 and its largest value solves (OV.1)");
  result.p = *finer;
  result.phat = equation.conjugate(*finer, 1.5);
  result.distance = (1 - *finer) / 2;
  result.residual = std::abs(equation.image(*finer, 2) - *finer);
  result.quadrature_error = std::abs(*finer - *p);
  result.converged = result.residual <= 1e-10;
  return result.converged ? result : fail(result, "the quadratures do not resolve the overlap");
}

}  // namespace wfm::theory
