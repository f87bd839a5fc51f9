// The averages that the saddle-point equations (FP.3) are made of, at given order parameters (internal to franz_parisi).
//
// The two overlaps of the searching weights, q among themselves and t with a second copy of the reference, are written as
//   q = p^2 + eps (1 - p^2),   t = p qt + tau sqrt((q - p^2) qt (1 - qt)),   logit eps and atanh tau any real number,    (FP.4)
// eps the variance of <w> given the reference's weight over its largest value, tau its correlation with the reference's
// magnetisation. Then gamma = (q - p^2)(1 - tau^2) and every small difference is computed without cancellation.
#pragma once

#include "math/quadrature.hpp"
#include "theory/kernel.hpp"

namespace wfm::theory {

/// The reference: RS saddle at its own margin, and what follows from it for its fields.
struct ReferenceState {
  /// `identity`: the perceptron, whose kernel is Q = q.
  ReferenceState(double margin, double q, double qhat, const Kernel& kernel = {}, bool identity = true);

  double margin = 0;  // kappa_r
  double q = 0;       // qt in (0, 1)
  double qhat = 0;    // qthat > 0
  Kernel kernel;
  bool identity = true;
  double Q = 0;         // Q(qt), variance of its cavity field
  double st = 0;        // sqrt(Q(1) - Q(qt))
  double Q_at_one = 1;  // Q(1)
};

/// Where the saddle is looked for, and what follows from it. Overlaps of weights are q, t, p; those of fields Q = Q(q), T = Q(t),
/// P = Q(p), the same for the perceptron.
struct OverlapPoint {
  OverlapPoint(const ReferenceState& reference, double distance, double logit_eps, double atanh_tau);

  double distance = 0;      // d in (0, 1/2]
  double p = 0;             // 1 - 2d
  double one_minus_p2 = 0;  // 1 - p^2 = 4 d (1 - d)
  double variance = 0;      // q - p^2
  double q = 0;
  double one_minus_q = 0;
  double tau = 0;
  double sech = 0;  // sqrt(1 - tau^2)
  double t = 0;

  double Q = 0;           // Q(q), variance of the searching weights' cavity field
  double Q_rest = 0;      // Q(1) - Q(q)
  double c0 = 0;          // T/sqrt(Qt)
  double gamma = 0;       // Q - c0^2 - b^2, b = (P - T)/st
  double s = 0;           // sqrt(gamma + b^2)
  double rho = 0;         // b/sqrt(gamma)
  double Bm = 0, Bg = 0;  // B = s/sqrt(gamma) A0 - Bm m + Bg g in (FP.2)
  double edge_slope = 0;  // c0 - b sqrt(Qt)/st: -dM/dz0 where the reference's stability is at its edge
  double slope_q = 1, slope_t = 1, slope_p = 1;  // Q'(q), Q'(t), Q'(p)
  double curvature_q = 0;                        // Q''(q)

 private:
  void perceptron_fields(const ReferenceState& reference);
  void kernel_fields(const ReferenceState& reference);
};

/// Averages E over the cavity fields of searching weights and reference, weight Dm Dg H(B)/H(A) of (FP.2).
struct EnergeticAverages {
  double normalisation = 0;  // int Dm W, 1 up to the error of the quadrature
  double log_H = 0;          // G_E = E[ln H((kappa - M)/sqrt(Q(1)-Q))]
  double score = 0;          // E[l']
  double score2 = 0;         // E[l'^2]
  double cross_score = 0;    // E[lt' l']
  double curvature2 = 0;     // E[(l'')^2]
};

/// How far g must reach in (FP.2): to the reference's field z0 = -8, where the tilt puts its stability at its edge. Larger values
/// than the second are refused, a reference of so wide a margin that the integral over g is too long.
double conditional_reach(const ReferenceState& reference);
inline constexpr double largest_conditional_reach = 60;

/// Step of the grid of m in use: the weights of (FP.2) then sum to 1 to about 1e-10 or better.
inline constexpr double cavity_field_step = 0.2;

/// Nodes for m, graded towards the edge of the reference's stabilities and towards that of the searching weights'.
QuadratureRule cavity_field_rule(const ReferenceState& reference, double margin, const OverlapPoint& point,
                                 double step);

/// The entropies are asked for at the saddle only, and cost a logarithm a node: without them log_H and log_2cosh are 0.
enum class Entropies { without, with };

/// `rule` from cavity_field_rule for this or a nearby point.
EnergeticAverages energetic_averages(const ReferenceState& reference, double margin,
                                     const OverlapPoint& point, const QuadratureRule& rule,
                                     Entropies entropies = Entropies::with);

/// dG_E/dP at fixed Q and T, which the slope of the curve is made of.
double energetic_slope(const ReferenceState& reference, double margin, const OverlapPoint& point,
                       const QuadratureRule& rule);

/// Averages over the local field v of the searching weights given the reference's weight (+1 by symmetry).
struct EntropicAverages {
  double normalisation = 0;  // of the weight, 1 up to the error of the quadrature
  double field = 0;          // phat - that, where E[wt tanh v] = p
  double shift = 0;          // phat - that - atanh p
  double log_2cosh = 0;      // G_S = E[ln 2cosh v]
  double logit_eps = 0;      // of the image q = E[tanh^2 v]
  double atanh_tau = 0;      // of the image t = E[tanh u tanh v]
  double variance = 0;       // E[tanh^2 v] - p^2
  double cross = 0;          // E[tanh u tanh v] - p qt
  double sech4 = 0;          // E[(1 - tanh^2 v)^2]
};

/// At conjugates qhat and that; phat is found by Newton's method from phat - that = atanh p + `shift`. Everything is NaN where
/// that fails.
EntropicAverages entropic_averages(const ReferenceState& reference, double distance, double qhat, double that,
                                   double shift = 0, Entropies entropies = Entropies::with);

/// Spherical weights at conjugates qhat and that: log_2cosh is G_S, sech4 is (1-q)^2, and phat follows without a search. (FP.6)
EntropicAverages spherical_entropic_averages(const ReferenceState& reference, double distance, double qhat,
                                             double that);

}  // namespace wfm::theory
