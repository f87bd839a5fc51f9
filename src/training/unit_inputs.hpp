// The inputs xi_k[a] that hidden unit k sees of pattern a, row by row: n = fan-in entries each. All units of a fully connected machine
// share the problem's own matrix; a tree's packed rows are cut once into one matrix a unit.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "problems/problem.hpp"

namespace wfm::training {

/// Of +-1 patterns. Refers to the problem, which must outlive it.
class PackedUnitInputs {
 public:
  explicit PackedUnitInputs(const Problem& problem);
  std::span<const std::uint64_t> row(std::size_t a, int k) const {
    return own_.empty() ? shared_->row(a) : own_[std::size_t(k)].row(a);
  }

 private:
  const BitMatrix* shared_;
  std::vector<BitMatrix> own_;  // one a unit where units see different inputs, else empty
};

/// Of real patterns. Refers to the problem, which must outlive it.
class RealUnitInputs {
 public:
  explicit RealUnitInputs(const Problem& problem);
  std::span<const double> row(std::size_t a, int k) const {
    return {matrix_->data() + a * std::size_t(matrix_->cols()) + std::size_t(architecture_.first_input(k)),
            std::size_t(architecture_.fan_in())};
  }

 private:
  const RealMatrix* matrix_;
  Architecture architecture_;
};

}  // namespace wfm::training
