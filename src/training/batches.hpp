// Mini-batches: which patterns, and their inputs as the first layer of a network wants them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <Eigen/Core>

#include "math/random.hpp"
#include "problems/patterns.hpp"
#include "training/packed_batch.hpp"

namespace wfm::training {

using FloatMatrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

/// All patterns once, in an order drawn anew, cut into ceil(P/batch) batches whose sizes differ by one at most.
class EpochOrder {
 public:
  /// batch >= 1.
  EpochOrder(std::size_t patterns, std::size_t batch, RandomStream& random);
  std::size_t batches() const { return batches_; }  // 0 without patterns
  std::span<const std::size_t> batch(std::size_t b) const;

 private:
  std::vector<std::size_t> order_;
  std::size_t batches_;
};

/// Patterns in the layout of the products: +-1 inputs packed, one matrix for all units or (tree) one a unit; real ones as they are.
struct Batch {
  std::vector<std::int8_t> labels;
  std::vector<PackedBatch> forward;   // patterns x inputs
  std::vector<PackedBatch> backward;  // inputs x patterns
  FloatMatrix real;                   // patterns x all inputs

  std::size_t count() const { return labels.size(); }
  bool packed() const { return !forward.empty(); }
};

/// Where batches are gathered from. Refers to the patterns, which must outlive it.
class BatchSource {
 public:
  /// `parts` units share the inputs evenly (tree) or, with parts = 1, see all of them. Throws InvalidInput where they cannot.
  BatchSource(const Patterns& patterns, std::size_t parts);

  std::size_t patterns() const { return patterns_->count(); }
  /// Fills `batch` with the patterns `which`; the backward matrices only where asked for.
  void gather(std::span<const std::size_t> which, bool with_backward, Batch& batch) const;

 private:
  const BitMatrix& part(std::size_t k) const;

  const Patterns* patterns_;
  std::size_t parts_;
  std::vector<BitMatrix> own_;  // packed inputs of each part, where there are several
  FloatMatrix real_;            // real inputs
};

}  // namespace wfm::training
