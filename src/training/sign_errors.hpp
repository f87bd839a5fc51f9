// Training errors of the network of sign units, counted as problems/evaluation counts them but at the speed of the packed products:
// preactivations come in single precision, and those too close to their threshold to be sure are recomputed in double.
#pragma once

#include <cstdint>
#include <vector>

#include "problems/problem.hpp"
#include "training/batches.hpp"
#include "training/unit_inputs.hpp"

namespace wfm::training {

/// Refers to the problem, which must outlive it. Real inputs go the slow way.
class SignErrors {
 public:
  /// The problem is valid, its machine a perceptron or a committee.
  explicit SignErrors(const Problem& problem);

  /// training_errors(problem, weights).
  std::int64_t count(const Weights& weights) const;

 private:
  const Problem* problem_;
  std::vector<Batch> blocks_;  // all patterns in order, packed; empty where inputs are real
  std::vector<PackedUnitInputs> rows_;
};

}  // namespace wfm::training
