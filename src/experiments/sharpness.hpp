// Several measures of how flat the training errors are around one solution, for experiments that compare them with each other and with
// the test error. Every measure is here a sharpness: larger where the solution is less flat.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "problems/problem.hpp"

namespace wfm::experiments {

struct SharpnessParams {
  std::vector<double> noise{0.1, 0.3, 1};      // levels s of the local energy (LEN.1)
  int noise_samples = 100;                     // of each
  std::vector<double> distances{0.002, 0.01};  // of the local entropy, outwards, edge messages
  std::int64_t iterations = 60;                // of messages, for each point and damping (0 and 1/2)
  double beta = 2, gamma = 2;                  // of the Hessian: tanh units, cross-entropy
  std::uint64_t seed = 1;                      // of all noise: common to the solutions compared
};

struct SharpnessMeasure {
  std::string name;       // "local energy, s = 0.3"
  bool converged = true;  // false: the value is NaN
  double sharpness = 0;   // NaN where it has no meaning
};

/// The local energies, minus the normalised local entropies, the shares of patterns decided by one unit and of small preactivations
/// and, for spherical weights, trace and largest eigenvalue of the Hessian, always in this order. Weights of one layer, no parity
/// machine. Throws InvalidInput for levels and distances out of range.
std::vector<SharpnessMeasure> sharpness_measures(const Problem& problem, const Weights& weights,
                                                 const SharpnessParams& params = {});

/// Names of the measures, in their order.
std::vector<std::string> sharpness_names(WeightKind kind, const SharpnessParams& params = {});

}  // namespace wfm::experiments
