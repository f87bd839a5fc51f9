// Packed +-1 patterns column by column, labels absorbed: what flipping the weight of input i does to every pattern at once.
//   bit a of column(k, i) is 1 where sigma[a] xi[a][i] = +1; with w[k][i] = +1 the flip lowers sigma w.xi there, elsewhere raises it
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "problems/problem.hpp"

namespace wfm::training {

class FlipColumns {
 public:
  explicit FlipColumns(const Problem& problem);

  std::size_t words() const { return columns_.words_per_row(); }  // of a column; multiple of 8
  std::span<const std::uint64_t> column(int k, int i) const {
    return columns_.row(std::size_t(architecture_.first_input(k)) + std::size_t(i));
  }
  std::span<const std::uint64_t> valid() const {
    return valid_;
  }  // bit 1 for each of the P patterns, 0 beyond

  /// D[k * P + a] = (sigma w[k].xi - Delta_least)/2 of all units and patterns; w[k * n + i] = +-1.
  std::vector<std::int32_t> lattice_excess(std::span<const std::int8_t> w, double unit_margin) const;

 private:
  Architecture architecture_;
  const Patterns* patterns_;
  BitMatrix columns_;                 // N x P
  std::vector<std::uint64_t> valid_;  // words()
};

}  // namespace wfm::training
