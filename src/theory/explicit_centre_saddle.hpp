// The saddle point of (EC.1) and (EC.2) as a small system of equations in unbounded coordinates, for Newton and continuation.
//   around a solution  x = (logit qt, logit eps, atanh tau, share) of (EC.7);   around a free centre  x = (logit eps, logit(q0/q1))
// The overlaps give conjugates by (EC.4), these give overlaps by (EC.6); the equations say that both agree.
#pragma once

#include <limits>
#include <span>
#include <string>
#include <vector>

#include "theory/explicit_centre.hpp"
#include "theory/explicit_centre_averages.hpp"

namespace wfm::theory {

class CentreSaddle {
 public:
  /// Beyond `most_terms` summed up in the quadratures of states every state is NaN, so that a search comes to an end; `exhausted` then.
  explicit CentreSaddle(const ExplicitCentreParams& params,
                        double most_terms = std::numeric_limits<double>::infinity())
      : params_(params), most_terms_(most_terms) {}
  bool exhausted() const { return terms_ > most_terms_; }

  std::size_t unknowns() const { return params_.centre_is_solution ? 4 : 2; }
  void set_alpha(double alpha) { params_.alpha = alpha; }
  const ExplicitCentreParams& params() const { return params_; }

  /// Everything at given coordinates, on or off the saddle.
  struct State {
    CentreOverlaps overlaps;
    CentreEnergetics energetics;
    CentreConjugates conjugates;
    CentreEntropics entropics;
    double omega = 0;  // Omega and dOmega/dy, only with_logarithms
    double omega_y = 0;
    double slope = 0;  // (1/y) dOmega/dd
  };
  State state(std::span<const double> x, double d, double y, bool with_logarithms,
              double refinement = 1) const;

  /// Coordinates of the overlaps that the conjugates give, minus x; not finite outside the domain.
  void mismatch(const State& state, std::span<const double> x, std::span<double> values) const;

  /// The point, whose terms are neither limited nor counted, with its residual and quadrature error, converged or with its reason.
  ExplicitCentrePoint point(std::span<const double> x, double d, double y) const;

 private:
  State evaluate(std::span<const double> x, double d, double y, bool with_logarithms,
                 double refinement) const;

  ExplicitCentreParams params_;
  double most_terms_;
  mutable double terms_ = 0;
  mutable double L_ = 0;  // start of the search for L, from the last state
};

/// The coordinates x of a converged point.
std::vector<double> saddle_coordinates(const ExplicitCentreParams& params, const ExplicitCentrePoint& point);

/// All numbers NaN but the distance and y.
ExplicitCentrePoint failed_centre_point(double d, double y, const std::string& reason);

}  // namespace wfm::theory
