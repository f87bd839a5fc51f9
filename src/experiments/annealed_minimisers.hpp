// Configurations of low cross-entropy by simulated annealing, and the Gibbs measure that has their energy.
//   E = sum_a f_gamma(s_a),  f_gamma(s) = ln(1 + e^{-2 gamma s})/(2 gamma),  e = E/N;  binary perceptron, +-1 inputs
// Annealing ends above the minimum: out of equilibrium, and the replica measure to compare it with is not the one at freezing but that
// of the same energy, e(beta) = e of (GI.4). [B]
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <string>

#include "problems/problem.hpp"
#include "theory/gibbs_measure.hpp"

namespace wfm::experiments {

struct AnnealingCourse {
  double gamma = 1;                        // sharpness of the loss, > 0 and finite
  double last_beta = 100;                  // the inverse temperature grows from 1 to this, > 1 and finite
  double sweeps_per_decade = 1000;         // sweeps while it grows tenfold, >= 1 and finite
  std::uint64_t seed = 1;                  // of the first configuration and the moves
  std::function<bool()> interrupted = {};  // asked after every sweep; may be empty
};

struct AnnealedConfiguration {
  Weights weights;
  double energy = 0;        // e = E/N, of the weights
  std::int64_t errors = 0;  // patterns with s < 0
  std::int64_t sweeps = 0;  // made
};

/// Metropolis moves, beta growing by the same factor every sweep; the last configuration, no matter how many errors it makes. Throws
/// InvalidInput for a course out of range, weights that are not binary or inputs that are not +-1.
AnnealedConfiguration anneal_cross_entropy(const Problem& problem, const AnnealingCourse& course);

/// The Gibbs measure of a given energy, and the solutions (margin 0) around its configurations at one distance.
struct MeasureAtEnergy {
  double beta = std::numeric_limits<double>::quiet_NaN();
  double entropy = std::numeric_limits<double>::quiet_NaN();  // S, what separates it from freezing
  double error_probability = std::numeric_limits<double>::quiet_NaN();
  double local_entropy = std::numeric_limits<double>::quiet_NaN();  // phi_FP(distance)
  bool converged = false;  // false: the numbers that are missing are NaN
};

/// `minimisers` is freezing(alpha, loss); for an energy below theirs the measure is the one at freezing. Throws InvalidInput for an energy
/// that is not positive, and as theory::gibbs_measure.
MeasureAtEnergy measure_at_energy(double alpha, const theory::GibbsLoss& loss,
                                  const theory::FreezingPoint& minimisers, double energy, double distance);

}  // namespace wfm::experiments
