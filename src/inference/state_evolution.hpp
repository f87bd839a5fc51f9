// State evolution of AMP with binary weights (AMP.1) for N -> infinity: what one iteration does to
//   q = <m^2>, and R = <m w>, the overlap with the weights w of a teacher (R = 0: labels are random).
// One pattern, fan-in n, K units that see inputs of their own, P = alpha K n patterns. omega_k ~ N(0, q) are the preactivations
// that AMP reckons with, and given them the teacher's own are N(R omega_k/q, 1 - R^2/q). With the output node's Z, g (channel.hpp),
//   P_sigma(omega) = Z(R omega/q, 1 - R^2/q) at margin 0: the chance of the label sigma, gT_k its logarithmic derivative
//   qhat = alpha K E sum_sigma P_sigma g_k(omega, 1-q)^2
//   Rhat = alpha K E sum_sigma P_sigma gT_k g_k(omega, 1-q)
//   q' = int Dz tanh^2(Rhat + sqrt(qhat) z),   R' = int Dz tanh(Rhat + sqrt(qhat) z)                            (SE.1)
// Zdeborova and Krzakala, Adv. Phys. 65:453 (2016) [ZK16]. Its fixed points are the replica-symmetric saddle points, which `theory`
// finds in another way.
#pragma once

#include <vector>

#include "problems/architecture.hpp"

namespace wfm::inference {

struct StateEvolutionParams {
  Architecture architecture;  // perceptron or tree; the number of inputs does not matter
  double alpha = 0;           // patterns per weight, finite, >= 0
  double margin = 0;          // kappa asked of the student
  bool teacher = false;       // labels of a teacher of the same architecture with binary weights; else random
  double initial_field = 0.1;  // standard deviation of the first fields, > 0: as Amp::Params
};

/// After an iteration; the first point is the start.
struct StateEvolutionPoint {
  double q = 0;     // <m^2>
  double R = 0;     // <m w>: overlap of the posterior means with the teacher; 0 without one
  double qhat = 0;  // variance of the fields Gamma around Rhat w
  double Rhat = 0;  // mean of Gamma along the teacher
  /// (1/M) w.sign(m): overlap of the weights that AMP offers with the teacher.
  double sign_overlap() const;
};

struct StateEvolution {
  std::vector<StateEvolutionPoint> points;
  bool converged =
      false;  // the last iteration moved q and R by less than `tolerance`, or 1 - q is below 1e-8 (1e-3 with more than one unit)
};

/// Up to `iterations` iterations from AMP's start. Throws InvalidInput for a machine whose units share inputs, with more than three
/// units (a grid over all of them), and for parameters out of range.
StateEvolution state_evolution(const StateEvolutionParams& params, int iterations, double tolerance = 1e-10);

}  // namespace wfm::inference
